"""``help`` and ``completion``: every command and topic can be read, and a real shell completes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lockfiles.examples import GOLDEN
from ptmdeps.cli import COMMANDS, cli
from ptmdeps.cli.help_command import text, topics
from ptmdeps.lockfile import dumps
from tests.cli.conftest import Session

LOCKFILE = max(GOLDEN.values(), key=lambda lockfile: len(lockfile.models))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_on_a_command_is_its_own(name: str) -> None:
    asked = CliRunner().invoke(cli, ["help", name], prog_name="ptmdeps")
    own = CliRunner().invoke(cli, [name, "--help"], prog_name="ptmdeps")
    assert (asked.exit_code, asked.output) == (0, own.output)


@pytest.mark.parametrize("name", topics())
def test_help_on_a_topic(name: str) -> None:
    result = CliRunner().invoke(cli, ["help", *name.split("-")], prog_name="ptmdeps")
    assert result.output == text(name)
    assert all(len(line) <= 120 for line in result.output.splitlines())
    assert name not in COMMANDS


def test_topics_name_only_commands_and_options_that_are_there() -> None:
    words = {word for topic in topics() for word in text(topic).replace("`", " ").split() if word[:2] == "--" != word}
    with click.Context(cli, info_name="ptmdeps") as context:
        commands = [found for name in COMMANDS if (found := cli.get_command(context, name))]
    options = {option for command in commands for parameter in command.params for option in parameter.opts}
    assert words <= options


def test_help_on_topics(session: Session, snapshot: Callable[[Session], None]) -> None:
    for command in ("help groups", "help exit codes", "help why", "help grups", "completion fish"):
        session.run(command)
    snapshot(session)


def test_help_lists_both_and_guesses(session: Session) -> None:
    session.run("help")
    assert all(name in session.stdout for name in (*COMMANDS, *topics()))
    assert session.run("help grups") == 2
    assert "Did you mean `groups`?" in session.stderr
    assert session.run("help xyzzy") == 2
    assert "Topics are" in session.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(session: Session, shell: str) -> None:
    assert session.run(f"completion {shell}") == 0
    assert "_PTMDEPS_COMPLETE" in session.stdout
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=session.stdout, text=True, check=True)


def test_a_shell_completes_commands_options_and_models(tmp_path: Path) -> None:
    (tmp_path / "ptm.lock").write_text(dumps(LOCKFILE), encoding="utf-8")
    first = LOCKFILE.models[0].key.label
    assert "plain,remove" in _completed(tmp_path, "ptmdeps", "rem")
    assert "plain,--invert" in _completed(tmp_path, "ptmdeps", "tree", "--inv")
    assert any(line.startswith(f"plain,{first}") for line in _completed(tmp_path, "ptmdeps", "why", first[:3]))
    (tmp_path / "ptm.lock").write_bytes(b"\xff")
    assert _completed(tmp_path, "ptmdeps", "why", first[:3]) == []


def _completed(folder: Path, *words: str) -> list[str]:
    """What ``ptmdeps`` answers to a bash that asks for the last of these words."""
    variables = {
        **os.environ,
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_PTMDEPS_COMPLETE": "bash_complete",
    }
    command = [sys.executable, "-m", "ptmdeps"]
    done = subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.split()
