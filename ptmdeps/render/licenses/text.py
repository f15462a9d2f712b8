"""Licences for people at a terminal: a line a model, what is wrong, what is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ptmdeps.licenses.answers import Answer
from ptmdeps.licenses.grouping import Group, grouped, predicate
from ptmdeps.paths import printable
from ptmdeps.render.columns import aligned
from ptmdeps.render.licenses.report import Report, declared, path
from ptmdeps.render.quantities import counted

_COLOURS = {"conflict": "31", "unknown": "35", "warn": "33", "obligation": "36"}
"""From worst to mildest."""
_WORDS = {"warn": "warning"}
_LONGEST = 2000
_NAMED = 4
_WIDE = 60


def as_text(report: Report) -> str:
    """A table of the models with which something is; what is wrong with its path and advice; duties by licence."""
    return "".join(_parts(report))


def _parts(report: Report) -> Iterator[str]:
    if table := _table(report):
        yield table
    yield from (f"{line}\n" for line in _fine(report))
    for group in sorted(grouped(report.verdicts, _wrong), key=_order):
        yield "\n"
        yield from (f"{line}\n" for line in _explained(group, report))
    if duties := tuple(_duties(report)):
        yield "\n"
        yield from (f"{line}\n" for line in duties)


def _wrong(one: Answer) -> bool:
    return one.outcome not in {"ok", "obligation"}


def _order(group: Group) -> tuple[int, str]:
    return list(_COLOURS).index(group.first.outcome), group.first.rule.identifier


def _table(report: Report) -> str:
    rows = [
        [
            printable(verdict.model.title),
            printable(declared(verdict.model), limit=_WIDE) or "-",
            printable(verdict.effective, limit=_WIDE) or "-",
            _WORDS.get(verdict.outcome, verdict.outcome),
        ]
        for verdict in report.verdicts
        if verdict.outcome != "ok"
    ]
    headings = ("model", "declared", "effective", "outcome")
    return aligned(headings, rows, right=frozenset(), color=report.color) if rows else ""


def _fine(report: Report) -> Iterator[str]:
    """Models of which there is nothing to say, counted by their licences; and what was accepted, with the reasons."""
    fine = [verdict for verdict in report.verdicts if verdict.outcome == "ok"]
    if fine:
        found = Counter(verdict.effective or "no licence" for verdict in fine)
        shown = ", ".join(f"{printable(name, limit=_WIDE)} ({count:,})" for name, count in sorted(found.items()))
        yield f"ok: {counted(len(fine), 'model')}: {shown}"
    for group in grouped(report.verdicts, lambda one: bool(one.accepted)):
        yield printable(f"accepted: {group.first.message}{group.others} ({group.first.accepted})", limit=_LONGEST)


def _explained(group: Group, report: Report) -> Iterator[str]:
    one = group.first
    yield f"{_head(one, report)}: {printable(f'{one.message}{group.others}', limit=_LONGEST)}"
    if way := path(one, report.ways[group.index]):
        yield f"  path: {printable(way, limit=_LONGEST)}"
    if one.url:
        hearsay = "" if one.checked else " (what it asks for was not read there)"
        yield f"  text: {printable(' of '.join(filter(None, (one.clause, one.url))), limit=500)}{hearsay}"
    if one.advice:
        yield f"  next: {printable(one.advice, limit=500)}"


def _duties(report: Report) -> Iterator[str]:
    """What is to be done, by licence, and for which models."""
    heads: dict[str, list[Group]] = {}
    for group in grouped(report.verdicts, lambda one: one.outcome == "obligation", predicate):
        heads.setdefault(group.first.license, []).append(group)
    for license_, groups in sorted(heads.items()):
        names = list(dict.fromkeys(one.title for group in groups for one in group.subjects))
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        head = f"{_colored('obligation', report)} of {printable(license_, limit=_WIDE) or 'models without a licence'}"
        yield f"{head} ({', '.join(map(printable, names[:_NAMED]))}{more})"
        for group in groups:
            yield f"  - {printable(predicate(group.first), limit=_LONGEST)} [{group.first.rule.identifier}]"


def _head(one: Answer, report: Report) -> str:
    return _colored(one.outcome, report, f"[{one.rule.identifier}]")


def _colored(outcome: str, report: Report, more: str = "") -> str:
    text = f"{_WORDS.get(outcome, outcome)}{more}"
    return f"\x1b[1;{_COLOURS[outcome]}m{text}\x1b[0m" if report.color else text
