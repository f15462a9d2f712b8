"""Loads that break a rule, as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code scanning."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from ptmdeps import __version__
from ptmdeps.paths import printable
from ptmdeps.render.models import as_json
from ptmdeps.render.quantities import short
from ptmdeps.render.scan.rules import RULES, Rule, broken
from ptmdeps.render.scan.view import View
from ptmdeps.scan.references import Reference, ScanResult

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_NAMED = 3
_MARKUP = re.compile(r"[\\\[\]]")
_CWE = "494"

Site = tuple[Rule, tuple[Reference, ...]]


def as_sarif(result: ScanResult, view: View) -> str:
    """One run; one result a rule and load site, whatever number of models the site may load."""
    sites = sorted(_broken(view.shown(result)), key=_order)
    run = {
        "tool": {"driver": _driver()},
        "taxonomies": [_bandit(), _weaknesses()],
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that was scanned."}}},
        "results": list(_results(sites, view)),
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _broken(shown: ScanResult) -> Iterator[Site]:
    sites: dict[tuple[object, ...], list[Reference]] = defaultdict(list)
    rules: dict[tuple[object, ...], Rule] = {}
    for found in shown.references:
        for rule in () if found.wraps else broken(found):
            place: tuple[object, ...] = (
                rule.identifier,
                found.location,
                found.pinning.column,
                found.loader,
                found.pinning.keyword,
            )
            sites[place].append(found)
            rules[place] = rule
    for place, references in sites.items():
        yield rules[place], tuple(sorted(references, key=lambda found: (found.key, found.ref or "")))


def _order(site: Site) -> tuple[object, ...]:
    rule, (first, *_) = site
    column = -1 if first.pinning.column is None else first.pinning.column
    return first.location, column, rule.identifier, first.loader, first.pinning.keyword


def _results(sites: Sequence[Site], view: View) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for rule, references in sites:
        same = json.dumps([rule.identifier, references[0].location.path, references[0].loader, _names(references)])
        seen[same] += 1
        fingerprint = hashlib.sha256(f"{same}{seen[same]}".encode()).hexdigest()
        yield {
            "ruleId": rule.identifier,
            "ruleIndex": RULES.index(rule),
            "level": _level(rule, references, view),
            "message": {"text": _message(rule, references, view)},
            "locations": [{"physicalLocation": _place(references[0], view)}],
            "partialFingerprints": {"ptmdepsLoad/v1": fingerprint},
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
    # square brackets are links in SARIF's plain text
    return _MARKUP.sub(lambda match: f"\\{match[0]}", printable(said, limit=1000))


def _place(found: Reference, view: View) -> dict[str, Any]:
    region = {"startLine": found.location.line}
    column = _column(found, view)
    if column is not None:
        region["startColumn"] = column
    # a colon in the first part would make the rest of it a scheme, so it is encoded too
    uri = quote(found.location.path, safe="/")
    return {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, "region": region}


def _column(found: Reference, view: View) -> int | None:
    """From 1, in UTF-16 code units; ``None`` for notebooks, whose lines are texts inside of JSON."""
    column = found.pinning.column
    line = view.line(found.location)
    if column is None or not line or found.location.path.endswith(".ipynb"):
        return None
    before = line.encode()[:column].decode(errors="replace")
    return len(before.encode("utf-16-le")) // 2 + 1


def _driver() -> dict[str, Any]:
    return {
        "name": "ptmdeps",
        "version": __version__,
        "rules": [_rule(rule) for rule in RULES],
        "supportedTaxonomies": [{"name": "bandit", "index": 0}, {"name": "CWE", "index": 1}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    relations = [_relation(name, "bandit", 0) for name in rule.related] + [_relation(_CWE, "CWE", 1)]
    related = [f"bandit/{name}" for name in rule.related]
    return {
        "id": rule.identifier,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} {rule.reason}"},
        "help": {
            "text": f"{rule.reason} {rule.advice}".replace("`", ""),
            "markdown": f"**{rule.summary}**\n\n{rule.reason}\n\n{rule.advice}",
        },
        "defaultConfiguration": {"level": rule.level},
        "relationships": relations,
        "properties": {
            "tags": ["security", "supply-chain", f"external/cwe/cwe-{_CWE}", *related],
            "precision": "high",
            "security-severity": rule.severity,
        },
    }


def _relation(identifier: str, component: str, index: int) -> dict[str, Any]:
    return {
        "target": {"id": identifier, "toolComponent": {"name": component, "index": index}},
        "kinds": ["relevant"],
    }


def _bandit() -> dict[str, Any]:
    return {
        "name": "bandit",
        "organization": "PyCQA",
        "shortDescription": {"text": "Rules of bandit, a security linter for Python."},
        "taxa": [
            {
                "id": "B615",
                "name": "huggingface_unsafe_download",
                "shortDescription": {"text": "A download from the Hugging Face Hub without a pinned revision."},
            }
        ],
    }


def _weaknesses() -> dict[str, Any]:
    return {
        "name": "CWE",
        "organization": "MITRE",
        "shortDescription": {"text": "The Common Weakness Enumeration."},
        "taxa": [{"id": _CWE, "name": "Download of Code Without Integrity Check"}],
    }
