"""Loads that break a rule, as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code scanning."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ptmdeps.findings import Rule
from ptmdeps.render.quantities import short
from ptmdeps.render.sarif import document, fingerprint, place, plain
from ptmdeps.render.scan.rules import RULES, broken
from ptmdeps.render.scan.view import View
from ptmdeps.scan.references import Reference, ScanResult

_NAMED = 3

Site = tuple[Rule, tuple[Reference, ...]]


def as_sarif(result: ScanResult, view: View) -> str:
    """One run; one result a rule and load site, whatever number of models the site may load."""
    sites = sorted(_broken(view.shown(result)), key=_order)
    return document(RULES, _results(sites, view), root="The folder that was scanned.")


def _broken(shown: ScanResult) -> Iterator[Site]:
    sites: dict[tuple[object, ...], list[Reference]] = defaultdict(list)
    rules: dict[tuple[object, ...], Rule] = {}
    for found in shown.references:
        for rule in () if found.wraps else broken(found):
            key: tuple[object, ...] = (
                rule.identifier,
                found.location,
                found.pinning.column,
                found.loader,
                found.pinning.keyword,
            )
            sites[key].append(found)
            rules[key] = rule
    for key, references in sites.items():
        yield rules[key], tuple(sorted(references, key=lambda found: (found.key, found.ref or "")))


def _order(site: Site) -> tuple[object, ...]:
    rule, (first, *_) = site
    column = -1 if first.pinning.column is None else first.pinning.column
    return first.location, column, rule.identifier, first.loader, first.pinning.keyword


def _results(sites: Sequence[Site], view: View) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for rule, references in sites:
        same = json.dumps([rule.identifier, references[0].location.path, references[0].loader, _names(references)])
        seen[same] += 1
        yield {
            "ruleId": rule.identifier,
            "ruleIndex": RULES.index(rule),
            "level": _level(rule, references, view),
            "message": {"text": _message(rule, references, view)},
            "locations": [{"physicalLocation": _place(references[0], view)}],
            "partialFingerprints": {"ptmdepsLoad/v1": fingerprint(f"{same}{seen[same]}")},
            "properties": {"models": _names(references), "scope": references[0].scope},
        }


def _level(rule: Rule, references: Sequence[Reference], view: View) -> str:
    """A note where the environment pins every model of the site: the code alone does not."""
    return "note" if all(map(view.locked, references)) else rule.level


def _names(references: Sequence[Reference]) -> list[str]:
    return [f"{found.key}@{found.ref}" if found.ref else str(found.key) for found in references]


def _message(rule: Rule, references: Sequence[Reference], view: View) -> str:
    names = [f"`{name}`" for name in _names(references)]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    said = f"{references[0].loader} loads {', '.join(names[:_NAMED])}{more}. {rule.summary}"
    locked = [model for model in map(view.locked, references) if model is not None]
    if len(locked) == len(references):
        revisions = ", ".join(short(model.revision) for model in locked[:_NAMED])
        said += f" `ptm.lock` pins it ({revisions}) where the program is started with `ptmdeps run`."
    return plain(said)


def _place(found: Reference, view: View) -> dict[str, Any]:
    return place(found.location.path, found.location.line, _column(found, view))


def _column(found: Reference, view: View) -> int | None:
    """From 1, in UTF-16 code units; ``None`` for notebooks, whose lines are texts inside of JSON."""
    column = found.pinning.column
    line = view.line(found.location)
    if column is None or not line or found.location.path.endswith(".ipynb"):
        return None
    before = line.encode()[:column].decode(errors="replace")
    return len(before.encode("utf-16-le")) // 2 + 1
