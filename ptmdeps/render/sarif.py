"""The frame of SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/) that every command's results stand in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ptmdeps import __version__
from ptmdeps.findings import Rule
from ptmdeps.paths import printable
from ptmdeps.render.models import as_json

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_MARKUP = re.compile(r"[\\\[\]]")
_WEAKNESSES: Mapping[str, str] = {
    "494": "Download of Code Without Integrity Check",
    "502": "Deserialization of Untrusted Data",
    "829": "Inclusion of Functionality from Untrusted Control Sphere",
}
_BANDIT: Mapping[str, tuple[str, str]] = {
    "B615": (
        "huggingface_unsafe_download",
        "A download from the Hugging Face Hub without a pinned revision.",
    ),
}


def document(rules: Sequence[Rule], results: Iterable[dict[str, Any]], *, root: str) -> str:
    """One run; ``root`` says which folder addresses are relative to."""
    taxonomies = [one for one in (_bandit(rules), _weaknesses(rules)) if one["taxa"]]
    run = {
        "tool": {"driver": _driver(rules, taxonomies)},
        **({"taxonomies": taxonomies} if taxonomies else {}),
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {_ROOT: {"description": {"text": root}}},
        "results": list(results),
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def place(path: str, line: int, column: int | None = None) -> dict[str, Any]:
    """A physical location: line from 1, column from 1 in UTF-16 code units."""
    region = {"startLine": line}
    if column is not None:
        region["startColumn"] = column
    # a colon in the first part would make the rest of it a scheme, so it is encoded too
    return {"artifactLocation": {"uri": quote(path, safe="/"), "uriBaseId": _ROOT}, "region": region}


def plain(text: str) -> str:
    """Text of a message: square brackets are links in SARIF's plain text."""
    return _MARKUP.sub(lambda match: f"\\{match[0]}", printable(text, limit=1000))


def fingerprint(text: str) -> str:
    """What a result is known by in the next run."""
    return hashlib.sha256(text.encode()).hexdigest()


def _driver(rules: Sequence[Rule], taxonomies: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    indexes = {taxonomy["name"]: index for index, taxonomy in enumerate(taxonomies)}
    supported = [{"name": name, "index": index} for name, index in indexes.items()]
    return {
        "name": "ptmdeps",
        "version": __version__,
        "rules": [_rule(rule, indexes) for rule in rules],
        **({"supportedTaxonomies": supported} if supported else {}),
    }


def _rule(rule: Rule, indexes: Mapping[str, int]) -> dict[str, Any]:
    relations = [_relation(name, "bandit", indexes) for name in rule.related]
    relations += [_relation(rule.weakness, "CWE", indexes)] if rule.weakness else []
    security = {"security-severity": rule.severity} if rule.severity else {}
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
        **({"relationships": relations} if relations else {}),
        "properties": {"tags": _tags(rule), "precision": "high", **security},
    }


def _tags(rule: Rule) -> list[str]:
    security = ["security", "supply-chain"] if rule.severity else ["supply-chain"]
    weakness = [f"external/cwe/cwe-{rule.weakness}"] if rule.weakness else []
    return [*security, *weakness, *(f"bandit/{name}" for name in rule.related)]


def _relation(identifier: str, component: str, indexes: Mapping[str, int]) -> dict[str, Any]:
    return {
        "target": {"id": identifier, "toolComponent": {"name": component, "index": indexes[component]}},
        "kinds": ["relevant"],
    }


def _bandit(rules: Iterable[Rule]) -> dict[str, Any]:
    names = sorted({name for rule in rules for name in rule.related})
    return {
        "name": "bandit",
        "organization": "PyCQA",
        "shortDescription": {"text": "Rules of bandit, a security linter for Python."},
        "taxa": [
            {"id": name, "name": _BANDIT[name][0], "shortDescription": {"text": _BANDIT[name][1]}} for name in names
        ],
    }


def _weaknesses(rules: Iterable[Rule]) -> dict[str, Any]:
    numbers = sorted({rule.weakness for rule in rules if rule.weakness})
    return {
        "name": "CWE",
        "organization": "MITRE",
        "shortDescription": {"text": "The Common Weakness Enumeration."},
        "taxa": [{"id": number, "name": _WEAKNESSES[number]} for number in numbers],
    }
