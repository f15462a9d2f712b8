"""All defaults of one row, read from the source of one version of its library."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.libraries.pipeline_tasks import task_defaults
from ptmdeps.libraries.static import Modules, Written
from ptmdeps.scan.defaults.tables import Fact, Row

_WITHOUT_WEIGHTS = (".yaml", ".yml")
"""Ultralytics up to 8.0.6 started from a description of an architecture, which loads nothing."""


@dataclass(frozen=True, slots=True)
class SourceFact:
    """A default, and where the library writes it."""

    fact: Fact
    written: Written


def defaults_in(library: Modules, row: Row) -> dict[str, SourceFact]:
    """Return the defaults of a row by key; empty where the library does not write them as literals."""
    if row.chooses == "task":
        found = task_defaults(library)
        return {task: SourceFact(Fact(written.text, ref), written) for task, (written, ref) in found.items()}
    texts = (text for name in row.objects if (text := _text_of(library, row, name)))
    written = next((text for text in texts if not text.text.endswith(_WITHOUT_WEIGHTS)), None)
    return {"": SourceFact(Fact(_with_owner(written.text, row)), written)} if written else {}


def _text_of(library: Modules, row: Row, name: str) -> Written | None:
    """Return the text of a constant, or the default of the row's argument."""
    return library.text(name) or next((found for one in row.arguments if (found := library.default(name, one))), None)


def _with_owner(name: str, row: Row) -> str:
    return f"{row.owner}/{name}" if row.owner and "/" not in name else name
