"""The official schemas, as the library ships them: what they do not accept is written nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ptmdeps.errors import PtmdepsError
from ptmdeps.paths import printable

_LONGEST = 300
_FILE = frozenset({"type", "bom-ref", "name", "hashes", "properties"})
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?")
"""Surely an address: less than RFC 3986 allows."""

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
    alike = _Alike()
    for place, part in _parts(document):
        text = alike.new(part)
        error = validator.validate_str(text) if text else None
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
    head: dict[str, Any] = {
        name: document[name] for name in ("$schema", "bomFormat", "specVersion") if name in document
    }
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


class _Alike:
    """Parts of a document with other texts where the schema cannot tell them apart, so that most are the same one.

    Addresses are such texts if they are certainly some: to parse one by the grammar of RFC 3987, as validators of JSON
    do, takes up to half a second. So are names and values of files, and their digests if they are certainly some.
    What was given out once is not given out again: who finds a fault in it goes no further.
    """

    def __init__(self) -> None:
        self._parts: set[str] = set()
        self._references: set[str] = set()

    def new(self, part: Any) -> str:  # noqa: ANN401 - values of JSON
        """A part as JSON; empty if one that is alike was there before."""
        text = json.dumps(self._of(part), sort_keys=True)
        known = text in self._parts
        self._parts.add(text)
        return "" if known else text

    def _of(self, value: Any) -> Any:  # noqa: ANN401 - values of JSON
        if isinstance(value, list):
            return [self._of(item) for item in value]
        if not isinstance(value, dict):
            return value
        if _is_plain_file(value):
            same = [{"alg": one["alg"], "content": "0" * 64} for one in value["hashes"]]
            return {**value, "name": "", "bom-ref": "-", "properties": [], "hashes": same}
        readers = {"url": self._address, "externalReferences": self._new_references}
        return {name: readers.get(name, self._of)(item) for name, item in value.items()}

    def _address(self, value: Any) -> Any:  # noqa: ANN401 - values of JSON
        if isinstance(value, str):
            return "" if _ADDRESS.fullmatch(value) else value
        if isinstance(value, list) and len({str(item) for item in value}) == len(value):
            return [item for item in value if not (isinstance(item, str) and _ADDRESS.fullmatch(item))]
        return self._of(value)

    def _new_references(self, value: Any) -> Any:  # noqa: ANN401 - values of JSON
        """That none is there twice is seen before they are made alike."""
        texts = [json.dumps(item, sort_keys=True) for item in value] if isinstance(value, list) else []
        if len(set(texts)) < len(texts) or not texts:
            return value
        found = dict.fromkeys(json.dumps(self._of(item), sort_keys=True) for item in value)
        new = [text for text in found if text not in self._references]
        self._references.update(new)
        return [json.loads(text) for text in new]


def _is_plain_file(value: dict[str, Any]) -> bool:
    """Whether it is a file of names, properties and digests, all of them certainly texts that the schema accepts."""
    if value.get("type") != "file" or value.keys() != _FILE:
        return False
    lists = isinstance(value["properties"], list) and isinstance(value["hashes"], list)
    if not lists or not all(map(_is_plain, value["properties"])):
        return False
    digests = all(
        isinstance(one, dict) and one.keys() == {"alg", "content"} and _SHA256.fullmatch(str(one["content"]))
        for one in value["hashes"]
    )
    named = isinstance(value["name"], str) and isinstance(value["bom-ref"], str) and bool(value["bom-ref"])
    return digests and named and len(value["hashes"]) == 1


def _is_plain(item: Any) -> bool:  # noqa: ANN401 - values of JSON
    """Whether it is a property: two texts."""
    return (
        isinstance(item, dict) and item.keys() == {"name", "value"} and all(type(one) is str for one in item.values())
    )


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
