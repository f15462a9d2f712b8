"""Documents: every link leads somewhere, every command that they tell people to type exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from ptmdeps.cli import COMMANDS, cli

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
    group: click.Group = cli
    while True:
        _, rest, _ = group.make_parser(context).parse_args(words)
        if not rest:
            return
        command = group.get_command(context, rest[0])
        if command is None:
            raise click.UsageError(f"There is no command `{rest[0]}`.")
        context, words = click.Context(command, parent=context, info_name=rest[0]), rest[1:]
        if not isinstance(command, click.Group):
            command.make_parser(context).parse_args(words)
            return
        group = command


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


def test_words_that_are_no_commands_are_noticed() -> None:
    for words in (["cahce"], ["cache", "prone"], ["cache", "prune", "--dry"], ["lock", "--chekc"]):
        with pytest.raises(click.UsageError):
            parse(words)


def test_every_page_for_users_is_linked_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    pages = [
        path.relative_to(ROOT).as_posix()
        for folder in ("how-to", "reference", "explanation")
        for path in _pages(folder)
    ]
    assert len(pages) > 20
    assert [page for page in pages if f"({page})" not in text] == []


def test_every_command_is_mentioned_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if f"ptmdeps {name}" not in text and name != "completion"] == []


def test_every_decision_is_in_the_index_under_its_title() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for page in _pages("decisions"):
        if page.name != "README.md":
            number, _, title = page.read_text().splitlines()[0].removeprefix("# ").partition(": ")
            assert f"| [{number}]({page.name}) | {title} |" in index


def test_every_variable_that_the_program_reads_is_documented() -> None:
    sources = [path for path in ROOT.glob("ptmdeps/**/*.py") if path.parent.name != "scan" and "scan" not in path.parts]
    text = "\n".join(path.read_text() for path in sources)
    read = set(re.findall(r'(?:environ\.get|variables\.get)\("([A-Z_]+)"', text)) | {"PTMDEPS_TRUST_ENDPOINT"}
    read |= set(re.findall(r"constants\.(HF_[A-Z_]+)", text))
    assert len(read) > 15
    page = (ROOT / "docs" / "reference" / "environment.md").read_text()
    assert [name for name in sorted(read) if f"`{name}`" not in page] == []


def _pages(folder: str) -> list[Path]:
    return sorted((ROOT / "docs" / folder).glob("*.md"))


def test_rooms_of_the_house_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    rooms = [word for word in _INLINE.findall(_FENCED.sub("", text)) if re.fullmatch(r"[\w/]+(?:\.py|/)", word)]
    places = (ROOT, ROOT / "ptmdeps", ROOT / "ptmdeps" / "scan")
    assert len(rooms) > 30
    assert [room for room in rooms if not any((place / room).exists() for place in places)] == []
