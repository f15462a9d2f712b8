"""What a project asks for: the models that its code and its manifest name, together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ptmdeps.hubs.spelling import asked_for
from ptmdeps.identity import ModelKey
from ptmdeps.libraries.rows import LIBRARIES, UNKNOWN_READINGS
from ptmdeps.lockfile.staleness import Wish
from ptmdeps.manifest import IgnoreRule, Manifest
from ptmdeps.manifest.ignoring import ignoring
from ptmdeps.requirement import Requirement
from ptmdeps.scan.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a project asks for.

    Attributes:
        requirements: what is to be locked, sorted.
        defaults: the ref that the manifest chose for a model, for whoever asks for it without one.
        elsewhere: references of which no pin can be made (yet): other hubs, datasets and spaces.
        ignored: references that the manifest takes away, each with the rule that does.
        sites: where each wish comes from, for messages: ``app.py:12``.
    """

    requirements: tuple[Requirement, ...]
    defaults: Mapping[ModelKey, str] = field(default_factory=dict)
    elsewhere: tuple[Reference, ...] = ()
    ignored: tuple[tuple[Reference, IgnoreRule], ...] = ()
    sites: Mapping[Wish, str] = field(default_factory=dict)


def wanted(references: Iterable[Reference], manifest: Manifest, hubs: Iterable[str], *, today: str = "") -> Wanted:
    """What code and manifest ask for together: the manifest adds to the code, ``ignore`` takes away.

    Soft references count for nothing: a place that only looks like a load pins no model. A model that the manifest
    names, too, is in the groups that it has there. ``today`` (``2026-12-31``) decides which rules have ended; none has
    where it is empty.
    """
    lockable = frozenset(hubs)
    grouped = _grouped(manifest)
    merged: dict[Requirement, set[str]] = {}
    elsewhere: list[Reference] = []
    ignored: list[tuple[Reference, IgnoreRule]] = []
    sites: dict[Wish, str] = {}
    for reference in references:
        if reference.soft or reference.scope not in manifest.options.scopes:
            continue
        if rule := ignoring(manifest.ignore, reference.key, reference.location.path, today):
            ignored.append((reference, rule))
        elif not _can_be_locked(reference, lockable):
            elsewhere.append(reference)
        else:
            requirement = requirement_of(reference)
            wish = (requirement.key, requirement.ref)
            for one in grouped.get(wish, (Requirement(key=requirement.key),)):
                placed = replace(requirement, group=one.group, optional=one.optional, role=one.role)
                merged.setdefault(placed, set()).add(_recorded(reference.location.path))
            sites.setdefault(wish, str(reference.location))
    for requirement in manifest.requirements:
        key, ref = asked_for(requirement.key, requirement.ref)
        asked = replace(requirement, key=key, ref=ref, used_in=())
        sources = requirement.used_in or (manifest.source,)
        merged.setdefault(asked, set()).update(sources)
        sites.setdefault((asked.key, asked.ref), sources[0])
    requirements = (replace(requirement, used_in=tuple(sorted(paths))) for requirement, paths in merged.items())
    return Wanted(
        requirements=tuple(sorted(requirements)),
        defaults=_defaults(manifest),
        elsewhere=tuple(elsewhere),
        ignored=tuple(ignored),
        sites=sites,
    )


def _can_be_locked(reference: Reference, lockable: frozenset[str]) -> bool:
    return (
        reference.kind == "model"
        and reference.key.hub in lockable
        and not (reference.key.hub in LIBRARIES and reference.reads in UNKNOWN_READINGS)
    )


def _defaults(manifest: Manifest) -> dict[ModelKey, str]:
    """The ref of every model that the manifest names at one ref only: the project's choice wherever none is written."""
    refs: dict[ModelKey, set[str]] = {}
    for entry in manifest.requirements:
        key, ref = asked_for(entry.key, entry.ref)
        refs.setdefault(key, set()).add(ref)
    return {key: min(found) for key, found in refs.items() if len(found) == 1 and "" not in found}


def _grouped(manifest: Manifest) -> dict[Wish, tuple[Requirement, ...]]:
    """The manifest's entries by what they ask for, one of each group: code that loads the same is in these groups."""
    grouped: dict[Wish, dict[str, Requirement]] = {}
    for entry in manifest.requirements:
        grouped.setdefault(asked_for(entry.key, entry.ref), {}).setdefault(entry.group, entry)
    return {wish: tuple(entries.values()) for wish, entries in grouped.items()}


def requirement_of(reference: Reference) -> Requirement:
    """The wish that a reference in the code stands for, without its path."""
    key, ref = asked_for(reference.key, reference.ref or "")
    return Requirement(
        key=key,
        ref=ref,
        reads=reference.reads,
        selection=reference.selection,
    )


def _recorded(path: str) -> str:
    """A path of the project as a lock can hold it, and the same wherever the project is checked out.

    Some systems compose accents in file names; some allow characters that are not for people.
    """
    composed = unicodedata.normalize("NFC", path)
    return "".join(char if char.isprintable() and char != "\\" else "?" for char in composed)
