"""What differs between two CycloneDX documents, of whatever tools: components, and what is said of each.

A component is the same one if its purl is, without the version; else if type, group and name are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ptmdeps.paths import printable

Aspect = Literal["version", "hash", "file", "license", "relation", "fact"]
ASPECTS: tuple[Aspect, ...] = ("version", "hash", "file", "license", "relation", "fact")
"""What can differ of a component: its version; its own hashes; files that it is made of; licences; what it depends on
or came from; everything else."""

_APART = frozenset(
    {
        "bom-ref", "type", "name", "group", "purl", "version", "swhid", "hashes", "licenses", "components", "pedigree",
        "evidence",
    }
)  # fmt: skip
_LONGEST = 200

RELATION = "ptmdeps:relation:"
"""How properties begin that say how a component leads to another (see ``sbom/PROFILE.md``)."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Change:
    """One thing that differs; ``before`` or ``after`` is empty where there is nothing."""

    aspect: Aspect
    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A component that is in both, and what differs."""

    component: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BomDifference:
    """What differs between two documents; names of components are sorted.

    Attributes:
        added: only in the second, with their versions.
        removed: only in the first, with their versions.
        changed: in both, and not the same.
    """

    added: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    changed: tuple[Changed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> BomDifference:
    """What happened between two documents (values of JSON that their schema accepts)."""
    old, new = _Document(before), _Document(after)
    shared = sorted(old.components.keys() & new.components.keys())
    found = ((name, tuple(sorted(set(_changes(name, old, new))))) for name in shared)
    return BomDifference(
        added=tuple((name, _version(new.components[name])) for name in sorted(new.components.keys() - set(shared))),
        removed=tuple((name, _version(old.components[name])) for name in sorted(old.components.keys() - set(shared))),
        changed=tuple(Changed(component=name, changes=changes) for name, changes in found if changes),
    )


class _Document:
    """The components of a document by what they are, and what each depends on."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        root = document.get("metadata", {}).get("component")
        listed = [*([root] if root else ()), *document.get("components", ())]
        grouped: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for component in listed:
            grouped[_key(component)].append(component)
        self.components: dict[str, Mapping[str, Any]] = {}
        self.names: dict[str, str] = {}
        for key, same in grouped.items():
            for component in same:
                # several versions of one thing are told apart by them
                name = key if len(same) == 1 else f"{key}@{_version(component)}"
                self.components[name] = component
                self.names[component.get("bom-ref", "")] = name
        self.targets = {
            one["ref"]: {self.names.get(target, target) for target in one.get("dependsOn", ())}
            for one in document.get("dependencies", ())
        }


def _key(component: Mapping[str, Any]) -> str:
    purl = component.get("purl", "")
    if purl:
        path, _, qualifiers = purl.partition("?")
        return printable(path.rpartition("@")[0] or path) + (f"?{printable(qualifiers)}" if qualifiers else "")
    group = f"{component['group']}/" if component.get("group") else ""
    return printable(f"{component['type']} {group}{component['name']}")


def _version(component: Mapping[str, Any]) -> str:
    return printable(component.get("version", ""))


def _changes(name: str, before: _Document, after: _Document) -> Iterator[Change]:
    old, new = before.components[name], after.components[name]
    if _version(old) != _version(new):
        yield Change(aspect="version", name="version", before=_version(old), after=_version(new))
    yield from _compared("hash", _hashes(old), _hashes(new))
    yield from _compared("file", _files(old), _files(new))
    yield from _compared("license", _licenses(old), _licenses(new))
    yield from _compared("relation", _relations(old, before), _relations(new, after))
    yield from _compared("fact", dict(_facts(old)), dict(_facts(new)))


def _compared(aspect: Aspect, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Change(aspect=aspect, name=printable(name), before=old.get(name, ""), after=new.get(name, ""))


def _hashes(component: Mapping[str, Any]) -> dict[str, str]:
    return {one["alg"]: one["content"] for one in component.get("hashes", ())}


def _files(component: Mapping[str, Any]) -> dict[str, str]:
    """Parts of it by name, each with its digests or its version."""
    return {
        part["name"]: " ".join(sorted(_hashes(part).values())) or _version(part) or "-"
        for part in component.get("components", ())
    }


def _licenses(component: Mapping[str, Any]) -> dict[str, str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for choice in component.get("licenses", ()):
        license_ = choice.get("license", choice)
        said = license_.get("id") or license_.get("name") or license_.get("expression", "")
        found[license_.get("acknowledgement", "license")].append(printable(said))
    return {name: ", ".join(sorted(said)) for name, said in found.items()}


def _relations(component: Mapping[str, Any], document: _Document) -> dict[str, str]:
    """What it depends on and came from; where our own tool wrote it, how."""
    found = dict.fromkeys(document.targets.get(component.get("bom-ref", ""), ()), "depends on")
    ancestors = component.get("pedigree", {}).get("ancestors", ())
    found |= {_key(one): "came from" for one in ancestors}
    said: defaultdict[str, set[str]] = defaultdict(set)
    for one in component.get("properties", ()):
        name, target = one.get("name", ""), one.get("value", "").partition(" (")[0]
        if name.startswith(RELATION):
            said[document.names.get(target, printable(target))].add(printable(name.removeprefix(RELATION)))
    return found | {target: ", ".join(sorted(roles)) for target, roles in said.items()}


def _facts(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every other field: texts as they are, the rest as JSON; properties each for itself."""
    for name, value in component.items():
        if name == "properties":
            grouped: defaultdict[str, list[str]] = defaultdict(list)
            for one in value:
                if not one.get("name", "").startswith(RELATION):
                    grouped[one.get("name", "")].append(one.get("value", ""))
            yield from ((property_, _shown(sorted(texts))) for property_, texts in grouped.items())
        elif name == "modelCard":
            yield from ((f"modelCard.{part}.{key}", _shown(said)) for part, key, said in _card(value))
        elif name not in _APART:
            yield name, _shown(value)


def _card(card: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for part, value in card.items():
        if isinstance(value, dict):
            yield from ((part, key, said) for key, said in value.items())
        elif part == "properties":
            yield from ((part, one.get("name", ""), one.get("value", "")) for one in value)


def _shown(value: Any) -> str:  # noqa: ANN401 - values of JSON
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return printable(text, limit=_LONGEST)
