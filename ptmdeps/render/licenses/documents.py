"""Licences for programs and reports: JSON, CSV, Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from ptmdeps.licenses.answers import Answer
from ptmdeps.licenses.grouping import grouped
from ptmdeps.licenses.judging import Verdict
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import title
from ptmdeps.paths import printable
from ptmdeps.render.licenses.report import Report, declared, path
from ptmdeps.render.markdown import code_cell, prose_cell, table_row
from ptmdeps.render.models import as_json

_FORMULA = ("=", "+", "-", "@")
_COLUMNS = ("model", "ref", "revision", "declared", "concluded", "effective", "outcome", "rules", "why")


def as_document(report: Report) -> str:
    """JSON: every model with its licences, what bears on it, and what the rules say (docs/how-to/check-licences.md)."""
    models = [_model(verdict, way) for verdict, way in zip(report.verdicts, report.ways, strict=True)]
    return as_json({"version": 1, "models": models})


def as_csv(report: Report) -> str:
    """One row a model; no cell is one that a spreadsheet would calculate."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for verdict, way in zip(report.verdicts, report.ways, strict=True):
        writer.writerow(map(_cell, _row(verdict, way)))
    return text.getvalue()


def as_markdown(report: Report) -> str:
    """A table of the models, and one of what is wrong."""
    return "".join(f"{line}\n" for line in _markdown(report))


def _model(verdict: Verdict, way: tuple[str, ...]) -> dict[str, Any]:
    model, said = verdict.model, verdict.model.license
    return {
        "hub": model.key.hub,
        "name": model.key.name,
        "ref": model.ref or None,
        "revision": model.revision,
        "declared": (said.declared or None) if said else None,
        "concluded": (said.concluded or None) if said else None,
        "recognized": (said.recognized or None) if said else None,
        "effective": verdict.effective or None,
        "outcome": verdict.outcome,
        "path": list(way),
        "licenses": [_bond(bond, " AND ".join(chosen)) for bond, chosen in verdict.bonds],
        "answers": [_answer(one) for one in verdict.answers],
    }


def _bond(bond: Bond, chosen: str) -> dict[str, Any]:
    return {
        "license": chosen or None,
        "of": title(bond.bearer),
        "manner": bond.manner,
        "confidence": "declared" if bond.certain else "inferred",
    }


def _answer(one: Answer) -> dict[str, Any]:
    steps = [
        {
            "to": title(step.holder),
            "relation": step.edge.relation,
            "evidence": step.edge.evidence or None,
            "confidence": "declared" if step.certain else "inferred",
        }
        for step in one.bond.steps
    ]
    return {
        "rule": one.rule.identifier,
        "outcome": one.outcome,
        "kind": one.kind,
        "license": one.license or None,
        "of": one.bearer,
        "message": one.message,
        "advice": one.advice or None,
        "steps": steps,
        "confidence": "declared" if one.bond.certain else "inferred",
        "clause": one.clause or None,
        "url": one.url or None,
        "checked": one.checked,
        "accepted": one.accepted or None,
    }


def _row(verdict: Verdict, way: tuple[str, ...]) -> Iterator[str]:
    model = verdict.model
    worst = [one for one in verdict.answers if one.outcome == verdict.outcome != "ok"]
    yield from (model.key.label, model.ref, model.revision, declared(model))
    yield model.license.concluded if model.license else ""
    yield from (verdict.effective, verdict.outcome)
    yield " ".join(dict.fromkeys(one.rule.identifier for one in worst))
    yield "; ".join(f"{one.message} ({path(one, way)})" for one in worst)


def _cell(text: str) -> str:
    shown = printable(text, limit=5000)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _markdown(report: Report) -> Iterator[str]:
    yield from ("| model | declared | effective | outcome |", "|---|---|---|---|")
    for verdict in report.verdicts:
        names = (verdict.model.title, declared(verdict.model), verdict.effective)
        yield table_row((*(code_cell(name) if name else "" for name in names), verdict.outcome))
    wrong = grouped(report.verdicts, lambda one: one.outcome not in {"ok", "obligation"})
    if wrong:
        yield from ("", "| rule | outcome | what | path | next |", "|---|---|---|---|---|")
    for group in wrong:
        one = group.first
        way = code_cell(path(one, report.ways[group.index]))
        said = prose_cell(f"{one.message}{group.others}")
        yield table_row((one.rule.identifier, one.outcome, said, way, prose_cell(one.advice)))
