"""Write the pages of the reference that follow from the code: ``python docs/generate.py`` (a test compares)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ptmdeps.cli import COMMANDS, cli

REFERENCE = Path(__file__).parent / "reference"
_WIDTH = 100


def pages() -> Mapping[Path, str]:
    """Every generated page: path → text."""
    return {REFERENCE / "commands.md": "\n".join(_commands())}


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Generated from the program by `python docs/generate.py`."
    yield ""
    yield from _help(cli, "ptmdeps")
    with click.Context(cli) as context:
        for name in COMMANDS:
            command = cli.get_command(context, name)
            assert command is not None  # noqa: S101 - the table names modules that a test imports
            yield from (f"## {name}", "")
            yield from _help(command, f"ptmdeps {name}")


def _help(command: click.Command, name: str) -> Iterator[str]:
    with click.Context(command, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH) as context:
        yield from ("```text", command.get_help(context), "```", "")


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
