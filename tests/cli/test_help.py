"""Help, documentation, and how little they import."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ptmdeps.cli import COMMANDS, cli
from tests.cli.conftest import Session

ROOT = Path(__file__).parents[2]
HEAVY = ("huggingface_hub", "networkx", "rich", "tomlkit", "yaml", "cyclonedx", "packaging", "platformdirs", "filelock")
"""Libraries that cost milliseconds and that help does not need."""


def every_command() -> Iterator[tuple[str, click.Command]]:
    """What can be typed after ``ptmdeps``, with the commands of groups: ``cache prune``."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", found) for inner, found in command.commands.items())


TYPED = dict(every_command())


@pytest.mark.parametrize("name", TYPED)
def test_every_command_has_help_and_every_option_says_what_it_does(name: str) -> None:
    assert TYPED[name].help
    assert all(option.help for option in TYPED[name].params if isinstance(option, click.Option))


@pytest.mark.parametrize("name", TYPED)
def test_every_option_can_be_given_as_the_variable_that_help_promises(name: str) -> None:
    prefix = f"PTMDEPS_{name}"
    for option in TYPED[name].params:
        if isinstance(option, click.Option):
            given = option.envvar or f"{prefix}_{option.name}".upper().replace(" ", "_")
            names = [given] if isinstance(given, str) else list(given)
            long = [spelling.removeprefix("--") for spelling in option.opts if spelling.startswith("--")]
            assert names == [f"{prefix}_{one}".upper().replace("-", "_").replace(" ", "_") for one in long]


def test_commands_of_groups_are_among_them() -> None:
    assert {"cache prune", "cache verify", "lock"} <= TYPED.keys()


@pytest.mark.parametrize(
    ("variable", "value", "command"),
    [
        ("PTMDEPS_ENV_FORMAT", "json", "env"),
        ("PTMDEPS_SCAN_FORMAT", "json", "scan"),
        ("PTMDEPS_SCAN_ALL", "1", "scan"),
        ("PTMDEPS_LOCK_CHECK", "1", "lock"),
        ("PTMDEPS_LOCK_LOCKED", "1", "lock"),
        ("PTMDEPS_SYNC_CHECK", "1", "sync"),
    ],
)
def test_a_variable_does_what_its_option_does(session: Session, variable: str, value: str, command: str) -> None:
    session.write("app.py", 'from transformers import AutoModel\n\nAutoModel.from_pretrained("./here")\n')
    flag = f"--{variable.rpartition('_')[2].lower()}"
    session.run(f"{command} {flag}" if value == "1" else f"{command} {flag} {value}")
    typed = session.exit_code, session.stdout, session.stderr
    result = CliRunner(env={variable: value}).invoke(cli, ["--project", str(session.project), command])
    assert (result.exit_code, result.stdout, result.stderr) == typed
    session.run(command)
    assert (session.exit_code, session.stdout, session.stderr) != typed


@pytest.mark.parametrize("name", TYPED)
def test_every_command_shows_its_help(name: str) -> None:
    assert CliRunner().invoke(cli, [*name.split(), "--help"]).exit_code == 0


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([*name.split(), "--help"] for name in TYPED)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from ptmdeps.cli import main\n"
        f"sys.argv = ['ptmdeps', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n"
        f"    print('heavy:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("heavy: []\n")


def test_generated_pages_are_current() -> None:
    specification = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert specification is not None and specification.loader is not None
    generate = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(generate)
    for path, text in generate.pages().items():
        assert path.read_text() == text, f"run `python docs/generate.py` ({path.name})"
