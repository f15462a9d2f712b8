"""The block that documents a project's models in its README.

It names files and no lines, so that it changes when the models do and not when code moves. Everything that hubs and
code wrote is shown as code, in which nothing is markup.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.render.markdown import code_cell, table_row
from ptmdeps.render.quantities import counted, short
from ptmdeps.render.scan.view import View
from ptmdeps.scan.references import Kind, Reference, ScanResult
from ptmdeps.wanted import requirement_of

BEGIN = "<!-- ptmdeps:begin -->"
END = "<!-- ptmdeps:end -->"
_BLOCK = re.compile(rf"^{re.escape(BEGIN)}[ \t]*\r?$.*?^{re.escape(END)}[ \t]*(?=\r?$)", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(rf"^(?:{re.escape(BEGIN)}|{re.escape(END)})[ \t]*\r?$", re.MULTILINE)
_NONE = "-"
_PATHS = 5
_HEADINGS = ("Model", "Revision", "Kind", "Licence", "Loaded by")

Row = tuple[ModelKey, str, Kind]


def as_markdown(result: ScanResult, view: View) -> str:
    """The block, with its markers."""
    return "\n".join((BEGIN, *_table(result, view), END)) + "\n"


def with_block(text: str, block: str) -> str:
    """A document with its block replaced, or with the block at its end where it has none.

    Raises:
        PtmdepsError: its markers are not one pair on lines of their own.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    block = block.replace("\n", newline)
    markers = _MARKER.findall(text)
    if not markers:
        gap = "" if not text else newline if text.endswith("\n") else newline * 2
        return f"{text}{gap}{block}"
    if [marker.strip() for marker in markers] != [BEGIN, END]:
        raise PtmdepsError(
            f"the document must hold one `{BEGIN}` and after it one `{END}`", hint="Remove the markers and try again"
        )
    return _BLOCK.sub(lambda _: block.removesuffix(newline), text, count=1)


def _table(result: ScanResult, view: View) -> Iterator[str]:
    shown = view.shown(result)
    rows = _rows(shown.references, view)
    if rows:
        yield table_row(_HEADINGS)
        yield table_row("---" for _ in _HEADINGS)
    else:
        yield "The code loads no model that ptmdeps knows of."
    for key, ref, kind in sorted(rows):
        locked = view.lockfile.find(key, ref) if view.lockfile else None
        yield table_row(
            (_shown(key.label), _revision(locked, ref), kind, _licence(locked), _paths(rows[key, ref, kind]))
        )
    unknown = sorted({found.location.path for found in shown.unresolved if not found.passed_on})
    if unknown:
        yield ""
        yield f"Models that only the running program knows are loaded by {_paths(unknown)}."


def _rows(references: Iterable[Reference], view: View) -> dict[Row, list[str]]:
    """Each model with what loads it: files, and locked models that need it."""
    rows: dict[Row, list[str]] = defaultdict(list)
    for found in references:
        if not found.soft:
            rows[found.key, requirement_of(found).ref, found.kind].append(found.location.path)
    known = {model.key for key, ref, _ in rows if view.lockfile and (model := view.lockfile.find(key, ref))}
    for model in view.lockfile.models if view.lockfile else ():
        if model.key not in known:
            rows[model.key, model.ref, "model"] += _needed_by(model, view)
    return rows


def _needed_by(model: LockedModel, view: View) -> Iterator[str]:
    """The locked models that load another one with them."""
    for other in view.lockfile.models if view.lockfile else ():
        if any(edge.target.hub == model.key.hub and edge.target.name in model.names for edge in other.runtime_edges):
            yield other.key.label


def _revision(locked: LockedModel | None, ref: str) -> str:
    if locked is None:
        return f"{_shown(ref)}, not locked" if ref else _NONE
    return _shown(short(locked.revision))


def _licence(locked: LockedModel | None) -> str:
    if locked is None or locked.license is None:
        return _NONE
    return _shown(locked.license.concluded or locked.license.declared)


def _paths(paths: Iterable[str]) -> str:
    different = sorted(set(paths))
    more = f" and {counted(len(different) - _PATHS, 'more', 'more')}" if len(different) > _PATHS else ""
    return ", ".join(map(_shown, different[:_PATHS])) + more or _NONE


def _shown(text: str) -> str:
    return code_cell(text.strip() or _NONE)
