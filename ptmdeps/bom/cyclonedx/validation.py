"""The official schemas, as the library ships them: what they do not accept is written nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ptmdeps.errors import PtmdepsError
from ptmdeps.paths import printable

_LONGEST = 300
_LONG = ("components", "dependencies")
"""Lists of a document that can be long."""


def refuse_invalid(text: str, form: str, version: str) -> None:
    """Compare a document with the strict schema of its version.

    Raises:
        PtmdepsError: it is not valid; with the place. That is a fault of ours.
    """
    problem = problem_of(text, form, version)
    if problem:
        raise PtmdepsError(
            f"the bill would be no valid CycloneDX {version}: {problem}",
            hint="nothing was written; this is a fault of ptmdeps: please report it with this message",
        )


def problem_of(text: str, form: str, version: str) -> str:
    """What is wrong with a document, and where; empty where nothing is."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from cyclonedx.validation.xml import XmlValidator

    schema = SchemaVersion.from_version(version)
    if form == "xml":
        wrong = XmlValidator(schema).validate_str(text)
        return printable(f"line {wrong.data.line}: {wrong.data.message}", limit=_LONGEST) if wrong else ""
    document = json.loads(text)
    validator = JsonStrictValidator(schema)
    for place, part in _parts(document):
        error = validator.validate_str(json.dumps(part))
        if error is not None:
            path = getattr(error.data, "json_path", "$")
            return printable(f"{place}{path}: {getattr(error.data, 'message', error.data)}", limit=_LONGEST)
    return _twice(document) or _unplaced(document)


def _parts(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Documents that are valid if the whole is, but for things that are there twice: each with where it is from.

    The schema asks that no two entries of a list are the same. To compare each of thousands of components with all
    others takes validators minutes; ``_twice`` does it at once. In everything else the schema looks at one entry at a
    time.
    """
    if not all(isinstance(document.get(name, []), list) for name in _LONG):
        yield "", document
        return
    yield "", {name: value for name, value in document.items() if name not in _LONG}
    head = {name: document[name] for name in ("$schema", "bomFormat", "specVersion") if name in document}
    for name in _LONG:
        pending = list(reversed(document.get(name, [])))
        while pending:
            entry = pending.pop()
            inner = entry.get("components") if name == "components" and isinstance(entry, dict) else None
            if isinstance(inner, list):
                pending += reversed(inner)
                entry = {key: value for key, value in entry.items() if key != "components"}
            called = entry.get("bom-ref", entry.get("ref", "")) if isinstance(entry, dict) else ""
            yield f"{name} `{called}` ", {**head, name: [entry]}


def _twice(document: dict[str, Any]) -> str:
    """Entries of one list that are the same."""
    lists = [document.get(name, []) for name in _LONG]
    while lists:
        listed = lists.pop()
        seen = {json.dumps(entry, sort_keys=True) for entry in listed}
        if len(seen) < len(listed):
            return "a list holds the same entry twice"
        lists += [entry["components"] for entry in listed if "components" in entry]
    return ""


def _unplaced(document: dict[str, Any]) -> str:
    """What the schema of JSON does not see: names that stand for two things or none, cards of what is no model."""
    seen: set[str] = set()
    for component in _every(document):
        reference = component.get("bom-ref", "")
        if reference in seen:
            return f"two components are called `{printable(reference)}`"
        seen.add(reference)
        if "modelCard" in component and component["type"] != "machine-learning-model":
            return f"`{printable(reference)}` has a model card and is no model"
    known = seen | {one["bom-ref"] for one in document.get("services", ()) if "bom-ref" in one}
    for dependency in document.get("dependencies", ()):
        for name in (dependency["ref"], *dependency.get("dependsOn", ())):
            if name not in known:
                return f"`{printable(name)}` in the dependencies is no component"
    return ""


def _every(document: dict[str, Any]) -> list[dict[str, Any]]:
    root = document.get("metadata", {}).get("component")
    found = [*([root] if root else []), *document.get("components", ())]
    for component in found:
        found += component.get("components", ())
    return [component for component in found if "bom-ref" in component]
