"""Why a lockfile does not say what the project asks for: a comparison of sets, without any network.

The lock records its inputs, so that every difference can be named instead of one hash that "does not match".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.ancestors import WITH_ANCESTORS, related, untraced
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Ancestor, Edge, LockedModel, Lockfile, Options
from ptmdeps.requirement import Requirement

Wish = tuple[ModelKey, str]
"""A model and the ref at which something asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The project asks for it, the lock does not know it."""

    requirement: Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphaned:
    """The lock knows it, the project asks for it no more."""

    requirement: Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedElsewhere:
    """The same wish, but from other files of the project."""

    before: Requirement
    after: Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsChanged:
    """A setting that changes resolutions has another value."""

    before: Options
    after: Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpinned:
    """A requirement, or a runtime edge of a locked model, that leads to no locked model."""

    wish: Wish
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unneeded:
    """A locked model to which no requirement and no runtime edge leads."""

    model: LockedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Tampered:
    """An entry that was changed by something else than ``ptmdeps lock``."""

    model: LockedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryChanged:
    """A name of a library leads elsewhere in the version that the project uses now; ``table`` is empty for nowhere."""

    model: LockedModel
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Untraced:
    """What came from something of which the lock knows nothing; ``descendant`` is its title."""

    descendant: str
    edge: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrelated:
    """An ancestor from which nothing in the lock came."""

    ancestor: Ancestor


Staleness = (
    Pending
    | Orphaned
    | UsedElsewhere
    | OptionsChanged
    | Unpinned
    | Unneeded
    | Tampered
    | LibraryChanged
    | Untraced
    | Unrelated
)


def staleness(lockfile: Lockfile, requirements: tuple[Requirement, ...], options: Options) -> tuple[Staleness, ...]:
    """Every reason why ``lockfile`` is not what locking these requirements would keep; empty when it is current."""
    reasons: list[Staleness] = []
    if lockfile.options != options:
        reasons.append(OptionsChanged(before=lockfile.options, after=options))
    return (*reasons, *_requirements(lockfile.requirements, requirements), *inconsistencies(lockfile))


def inconsistencies(lockfile: Lockfile) -> tuple[Staleness, ...]:
    """Where a lockfile contradicts itself, whatever the project asks for."""
    needed, unpinned = reachable(lockfile)
    identities = {id(model) for model in needed}
    unneeded = (Unneeded(model=model) for model in lockfile.models if id(model) not in identities)
    return (*unpinned, *unneeded, *tampered(lockfile), *_lineage(lockfile))


def _lineage(lockfile: Lockfile) -> Iterator[Untraced | Unrelated]:
    """Where edges lead to nothing, and where nothing leads; what was locked before ancestors were is not called so."""
    if lockfile.options.lineage and lockfile.revision >= WITH_ANCESTORS:
        for descendant, edge in untraced(lockfile):
            yield Untraced(descendant=descendant, edge=edge)
    kept = {ancestor.identity for ancestor in related(lockfile)}
    yield from (Unrelated(ancestor=one) for one in lockfile.ancestors if one.identity not in kept)


def tampered(lockfile: Lockfile) -> tuple[Tampered, ...]:
    """The entries whose digest does not fit what they say."""
    return tuple(Tampered(model=model) for model in lockfile.models if model_digest(model) != model.recorded_digest)


def reachable(lockfile: Lockfile) -> tuple[list[LockedModel], list[Unpinned]]:
    """The models that requirements and runtime edges lead to, and the wishes that lead nowhere."""
    index = lockfile.pins
    needed: dict[tuple[ModelKey, str], LockedModel] = {}
    unpinned: list[Unpinned] = []
    pending = [((r.key, r.ref), ", ".join(r.used_in) or "the manifest") for r in lockfile.requirements]
    while pending:
        wish, because = pending.pop()
        model = index.get(wish)
        if model is None:
            unpinned.append(Unpinned(wish=wish, because=because))
        elif (model.key, model.ref) not in needed:
            needed[model.key, model.ref] = model
            pending += [((edge.target, edge.ref), model.key.label) for edge in model.runtime_edges]
    return list(needed.values()), sorted(set(unpinned), key=lambda reason: (reason.wish, reason.because))


def _requirements(before: tuple[Requirement, ...], after: tuple[Requirement, ...]) -> Iterator[Staleness]:
    old = {wish_of(requirement): requirement for requirement in before}
    new = {wish_of(requirement): requirement for requirement in after}
    # a merge without conflicts can leave one wish twice
    yield from (Orphaned(requirement=entry) for entry in before if old[wish_of(entry)] is not entry)
    for wish in sorted(old.keys() | new.keys()):
        if wish not in old:
            yield Pending(requirement=new[wish])
        elif wish not in new:
            yield Orphaned(requirement=old[wish])
        elif old[wish].used_in != new[wish].used_in:
            yield UsedElsewhere(before=old[wish], after=new[wish])


def wish_of(requirement: Requirement) -> tuple[object, ...]:
    """Everything of a requirement but where it comes from."""
    return (
        requirement.key,
        requirement.ref,
        requirement.reads,
        requirement.selection,
        requirement.group,
        requirement.optional,
        requirement.role,
    )
