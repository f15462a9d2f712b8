"""``outdated``: movements → a table or JSON, and the sentence that sums them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ptmdeps.paths import printable
from ptmdeps.render.columns import aligned
from ptmdeps.render.models import Style, as_json
from ptmdeps.render.quantities import counted, short, size
from ptmdeps.render.upgrade.documents import movement_document
from ptmdeps.render.upgrade.lines import STATES, labels
from ptmdeps.upgrade.movement import Movement

_DATE = len("2026-12-31")


def outdated_text(movements: Sequence[Movement], style: Style) -> str:
    """A table, one row a model; nothing where there is none."""
    if not movements:
        return ""
    headings = ("model", "ref", "locked", "latest", "download", "severity", "what changed")
    return aligned(headings, map(_row, movements), right=frozenset({"download"}), color=style.color)


def outdated_json(movements: Sequence[Movement], _: Style) -> str:
    """Everything that was found out."""
    return as_json({"version": 1, "models": [movement_document(movement) for movement in movements]})


OUTDATED_FORMATS: Mapping[str, Callable[[Sequence[Movement], Style], str]] = {
    "text": outdated_text,
    "json": outdated_json,
}


def summary(movements: Sequence[Movement]) -> str:
    """A sentence about all models, those included that the table leaves out."""
    news = sum(movement.outdated for movement in movements)
    unknown = sum("unreachable" in movement.states for movement in movements)
    silent = f"; of {counted(unknown, 'model')} nothing is known" if unknown else ""
    if not news:
        known = len(movements) - unknown
        return f"{counted(known, 'model')} of {len(movements)} as locked{silent}" if unknown else _all_current(known)
    return (
        f"{news} of {counted(len(movements), 'model')} changed at the hub{silent}: "
        "`ptmdeps diff MODEL` shows what changed, `ptmdeps upgrade` moves the pins"
    )


def news_of(movement: Movement) -> bool:
    """Whether there is anything to say: also of a pin that nobody needs to move."""
    return movement.states != ("current",) or movement.newest is not None or movement.waiting > 0


def changed_text(movement: Movement) -> str:
    """What there is to say of one model, in one line."""
    return "; ".join(filter(None, _parts(movement)))


def _all_current(count: int) -> str:
    return "The locked model is what its ref leads to" if count == 1 else f"All {count:,} models are what they were"


def _row(movement: Movement) -> tuple[str, ...]:
    model, latest = movement.model, movement.latest
    newer = latest is not None and latest.revision != model.revision
    comparison = movement.comparison
    return (
        printable(model.key.label),
        printable(short(model.ref) if "pinned" in movement.states else model.ref) or "-",
        _revision(model.revision, model.committed),
        _revision(latest.revision, movement.committed if newer else model.committed) if latest else "-",
        size(comparison.download) if comparison else "-",
        _severity(movement),
        changed_text(movement),
    )


def _severity(movement: Movement) -> str:
    """A dash where nobody looked, and nothing else is known."""
    verdict = movement.verdict
    return "-" if set(verdict.rules) <= {"not-compared", "unreachable"} and verdict.rules else verdict.severity


def _revision(revision: str, committed: str) -> str:
    return f"{short(revision)} {committed[:_DATE]}".rstrip()


def _parts(movement: Movement) -> Iterator[str]:
    yield from _states(movement)
    if movement.states == ("moved",) and movement.comparison is None:
        yield "moved"
    if comparison := movement.comparison:
        yield labels(comparison.classes)
        if comparison.elsewhere and not comparison.classes:
            yield f"nothing that is locked (elsewhere: {labels(comparison.elsewhere)})"
        if comparison.unread:
            yield f"{counted(len(comparison.unread), 'file')} could not be compared"
    if movement.newest:
        yield f"there is {movement.newest.kind} {printable(movement.newest.name)}"
    if movement.waiting:
        yield f"{counted(movement.waiting, 'newer commit')} held back by `exclude-newer`"


def _states(movement: Movement) -> Iterator[str]:
    if not news_of(movement):
        yield "nothing"
    for state in movement.states:
        if state == "renamed" and movement.latest:
            yield f"renamed to {printable(movement.latest.key.label)}"
        elif state == "pinned":
            yield "pinned to a commit, the default branch moved"
        elif state in STATES:
            yield STATES[state]
