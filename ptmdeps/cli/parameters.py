"""Kinds of arguments that several commands take."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from ptmdeps.identity import ModelKey

_MODEL = re.compile(
    r'^\[\[model\]\]\nhub = "([^"\n]*)"\nname = "([^"\\\n]*)"$(?:\nref = "([^"\\\n]*)"$)?', re.MULTILINE
)


class LockedModelName(click.ParamType[str]):
    """The name of a locked model; a shell completes it from the nearest ``ptm.lock``, read by its shape."""

    name = "model"

    def shell_complete(self, ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Names that begin with what is typed; none where there is no lock, or one that is broken."""
        start = ctx.find_root().params.get("project") or Path()
        return [CompletionItem(name) for name in _names(Path(start).resolve()) if name.startswith(incomplete)]


def _names(start: Path) -> list[str]:
    for folder in (start, *start.parents):
        try:
            text = (folder / "ptm.lock").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        return [ModelKey(hub, name).spellings(ref)[0] for hub, name, ref in _MODEL.findall(text)]
    return []


LOCKED_MODEL = LockedModelName()


def format_option(command: str, *choices: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--format`` of a command, or ``$PTMDEPS_<COMMAND>_FORMAT``: the first choice is the default."""
    return click.option(
        "--format",
        "format_",
        envvar=f"PTMDEPS_{command.upper()}_FORMAT",
        type=click.Choice(choices),
        default=choices[0],
        help="Form of the output.",
    )
