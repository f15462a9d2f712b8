"""Write the pages of the reference that follow from the code: ``python docs/generate.py`` (a test compares)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ptmdeps.cli import COMMANDS, cli
from ptmdeps.scan.loaders import LOADERS, Argument, Loader

REFERENCE = Path(__file__).parent / "reference"
_WIDTH = 100


def pages() -> Mapping[Path, str]:
    """Every generated page: path → text."""
    return {
        REFERENCE / "commands.md": "\n".join(_commands()),
        REFERENCE / "loaders.md": "\n".join(_loaders()),
    }


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


_PINNED = {
    "argument": "ref argument",
    "notation": "in the id",
    "version": "version of the library or the id",
    "hash": "hash in the address",
    "none": "not in source",
}
"""How a load can be pinned, in words."""


def _loaders() -> Iterator[str]:
    yield "# Loaders"
    yield ""
    yield "Generated from the catalogue by `python docs/generate.py`."
    yield ""
    yield f"The calls that `ptmdeps scan` knows: {len(LOADERS)} rows. A star stands for any letters inside one part;"
    yield "submodules between the library and the rest match without being written. Numbers are positions from 0."
    yield "Where a call cannot be pinned in source, `ptmdeps run` still makes it load what is locked. Calls that are"
    yield "missing can be declared in the [manifest](manifest.md#loaders)."
    yield ""
    libraries: dict[str, list[Loader]] = {}
    for loader in LOADERS:
        libraries.setdefault(loader.library, []).append(loader)
    for library, rows in sorted(libraries.items(), key=lambda item: item[0].lower()):
        yield from (f"## {library}", "", "| call | model | ref | hub | pinned by |", "|---|---|---|---|---|")
        yield from map(_row, rows)
        yield ""


def _row(loader: Loader) -> str:
    ref = loader.arguments.ref
    cells = (_call(loader), _model(loader), _argument(ref) if ref else "", loader.hub, _PINNED[loader.pin])
    return f"| {' | '.join(cells)} |"


def _call(loader: Loader) -> str:
    if not loader.names:
        return f"`{loader.call}`"
    return f"`{loader.call}`: {', '.join(f'`{name}`' for name in sorted(loader.names))}"


def _model(loader: Loader) -> str:
    if loader.names_itself:
        return "the call itself"
    parts = " / ".join(map(_argument, (loader.model, *loader.parts)))
    return f"{parts}, by default `{loader.default}`" if loader.default else parts


def _argument(argument: Argument) -> str:
    keyword = f"`{argument.keyword}`" if argument.keyword else ""
    return " ".join(part for part in (keyword, "" if argument.position is None else str(argument.position)) if part)


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
