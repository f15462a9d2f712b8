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
    with click.Context(cli, info_name="ptmdeps", **cli.context_settings) as context:
        yield from _help(context)
        for name in COMMANDS:
            command = cli.get_command(context, name)
            assert command is not None  # noqa: S101 - the table names modules that a test imports
            yield from (f"## {name}", "")
            with click.Context(command, parent=context, info_name=name) as own:
                yield from _help(own)


def _help(context: click.Context) -> Iterator[str]:
    context.terminal_width = context.max_content_width = _WIDTH
    yield from ("```text", context.get_help(), "```", "")


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
