"""Documents: every link leads somewhere, every command that they tell people to type exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from ptmdeps.cli import cli

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
        *ROOT.glob("lockfiles/*.md"),
    )
)
IDS = [path.relative_to(ROOT).as_posix() for path in PAGES]

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|[\s(\"`])(ptmdeps(?: [^\n#|>…\")`]+)?)", re.MULTILINE)
_CODE = {"console", "yaml", "dockerfile", ""}


def anchors(page: Path) -> set[str]:
    """The fragments of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(text: str) -> list[str]:
    """Every call of ptmdeps in code: of blocks, and of code within a line."""
    blocks = [content for language, content in _FENCED.findall(text) if language in _CODE]
    inline = _INLINE.findall(_FENCED.sub("", text))
    typed = [line for block in blocks for line in block.splitlines() if re.match(r"\$ |\s*- run: |RUN ", line)]
    found = [match for line in (*typed, *inline) for match in _COMMAND.findall(line)]
    return [command.strip() for command in found if re.match(r"ptmdeps (?:-|[a-z]+\b)", command.strip())]


def parse(words: list[str]) -> None:
    """Let click read a command without running it; raises what it says to people."""
    context = click.Context(cli, info_name="ptmdeps", **cli.context_settings)
    _, rest, _ = cli.make_parser(context).parse_args(words)
    if rest:
        command = cli.get_command(context, rest[0])
        if command is None:
            raise click.UsageError(f"There is no command `{rest[0]}`.")
        command.make_parser(click.Context(command, parent=context, info_name=rest[0])).parse_args(rest[1:])


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_FENCED.sub("", page.read_text())):
        if link.startswith(("https://", "http://")):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not fragment or fragment in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_commands_exist_with_their_options(page: Path) -> None:
    for command in commands(page.read_text()):
        try:
            parse(shlex.split(command)[1:])
        except click.UsageError as error:
            pytest.fail(f"{command}: {error.format_message()}")


def test_commands_are_found_in_documents() -> None:
    """The two tests above would be content with nothing."""
    found = {command for page in PAGES for command in commands(page.read_text())}
    assert {"ptmdeps scan --explain", "ptmdeps lock --check", "ptmdeps scan --write README.md --check"} <= found
    assert len(found) > 40


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_examples_of_yaml_are_yaml(page: Path) -> None:
    for language, content in _FENCED.findall(page.read_text()):
        if language == "yaml":
            assert yaml.safe_load(content) is not None


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_files_of_this_repository_that_are_named_exist(page: Path) -> None:
    named = [word for word in _INLINE.findall(_FENCED.sub("", page.read_text())) if re.fullmatch(r"[\w./-]+", word)]
    ours = [
        word for word in named if word.startswith(("ptmdeps/", "tests/cli/", "tests/contract/", "tests/benchmarks/"))
    ]
    assert [word for word in ours if not (ROOT / word).exists()] == []


def test_rooms_of_the_house_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    rooms = [word for word in _INLINE.findall(_FENCED.sub("", text)) if re.fullmatch(r"[\w/]+(?:\.py|/)", word)]
    places = (ROOT, ROOT / "ptmdeps", ROOT / "ptmdeps" / "scan")
    assert len(rooms) > 30
    assert [room for room in rooms if not any((place / room).exists() for place in places)] == []
