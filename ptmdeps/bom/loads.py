"""Where the project loads what: places of the code and entries of the manifest, each with how sure it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ptmdeps.bom.model import Gap, Occurrence
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.locking import Inputs
from ptmdeps.manifest import Manifest
from ptmdeps.paths import printable
from ptmdeps.scan.references import Reference
from ptmdeps.wanted import requirement_of

CONFIDENCE: Mapping[str, float] = {
    "literal": 1.0,
    "constant": 0.9,
    "computed": 0.9,
    "registry": 0.9,
    "default-model": 0.9,
    "attribute": 0.8,
    "argument": 0.8,
    "default": 0.8,
    "option": 0.8,
    "config": 0.8,
    "environment": 0.6,
    "text": 0.5,
    "manifest": 1.0,
    "lock": 0.9,
}
"""How sure it is that this place loads that model, by how its name was found: what stands there is sure; what can be
set from outside when the program starts is less so."""

_UNHEARD = 0.5

Asked = tuple[str, ModelKey, str]
"""What is asked for: ``model``, ``dataset`` or ``space``; its name; the ref."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """What the project asks for.

    Attributes:
        places: what is asked for, and where.
        roles: what for, as the manifest says.
        alternatives: pairs of models of which a place loads one or the other, with the place.
        gaps: loads whose model is not known.
    """

    places: Mapping[Asked, tuple[Occurrence, ...]] = field(default_factory=dict)
    roles: Mapping[Asked, str] = field(default_factory=dict)
    alternatives: tuple[tuple[Asked, Asked, str], ...] = ()
    gaps: tuple[Gap, ...] = ()


def loads_of(lockfile: Lockfile, whole: Lockfile, manifest: Manifest, code: Inputs | None) -> Loads:
    """What the code asks for, as far as it belongs to ``lockfile`` or to no lock at all.

    ``whole`` is the lock of which ``lockfile`` is a part. Where the code was not looked at, the lock says which files
    ask for what.
    """
    if code is None:
        return _recorded(lockfile)
    places: defaultdict[Asked, set[Occurrence]] = defaultdict(set)
    others: set[tuple[Asked, Asked, str]] = set()
    for reference in _counting(code, lockfile, whole):
        asked = _asked(reference)
        places[asked].add(_occurrence(reference))
        for name in reference.alternatives:
            other = (reference.kind, ModelKey.parse(name, default_hub=reference.key.hub), asked[2])
            one, two = sorted((asked, other))
            others.add((one, two, str(reference.location)))
    roles: dict[Asked, str] = {}
    for wish in manifest.requirements:
        asked = ("model", wish.key, wish.ref)
        if lockfile.find(wish.key, wish.ref) is None and whole.find(wish.key, wish.ref) is not None:
            continue
        for source in wish.used_in or (manifest.source,):
            places[asked].add(Occurrence(path=source, resolution="manifest"))
        if wish.role:
            roles.setdefault(asked, printable(wish.role))
    return Loads(
        places={asked: tuple(sorted(found)) for asked, found in places.items()},
        roles=roles,
        alternatives=tuple(sorted(others)),
        gaps=tuple(_unknown(code)),
    )


def _counting(code: Inputs, lockfile: Lockfile, whole: Lockfile) -> Iterator[Reference]:
    """What is to be locked, and what of the rest is locked all the same; not what other groups alone have."""
    ignored = {id(reference) for reference, _ in code.wanted.ignored}
    for reference in code.scan.references:
        if reference.soft:
            continue
        _, key, ref = _asked(reference)
        here = reference.kind == "model" and lockfile.find(key, ref) is not None
        counts = reference.scope in code.manifest.options.scopes and id(reference) not in ignored
        elsewhere = reference.kind == "model" and whole.find(key, ref) is not None
        if here or (counts and not elsewhere):
            yield reference


def _asked(reference: Reference) -> Asked:
    wish = requirement_of(reference)
    return reference.kind, wish.key, wish.ref


def _occurrence(reference: Reference) -> Occurrence:
    return Occurrence(
        path=printable(reference.location.path, limit=1000),
        line=reference.location.line,
        symbol=printable(reference.loader),
        resolution=reference.resolution,
        confidence=CONFIDENCE.get(reference.resolution, _UNHEARD),
    )


def _recorded(lockfile: Lockfile) -> Loads:
    places: defaultdict[Asked, set[Occurrence]] = defaultdict(set)
    roles: dict[Asked, str] = {}
    for wish in lockfile.requirements:
        asked = ("model", wish.key, wish.ref)
        places[asked] |= {
            Occurrence(path=path, resolution="lock", confidence=CONFIDENCE["lock"]) for path in wish.used_in
        }
        if wish.role:
            roles.setdefault(asked, printable(wish.role))
    return Loads(places={asked: tuple(sorted(found)) for asked, found in places.items()}, roles=roles)


def _unknown(code: Inputs) -> Iterator[Gap]:
    for found in code.scan.unresolved:
        if found.scope in code.manifest.options.scopes and not found.passed_on:
            place = printable(str(found.location), limit=1000)
            yield Gap(what="unresolved", text=printable(f"{place} {found.loader}: {found.reason}", limit=1000))
