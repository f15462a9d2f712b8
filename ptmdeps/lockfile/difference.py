"""What changed between two lockfiles."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.lockfile.model import LockedModel, Lockfile

_Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A model that was not locked before."""

    model: LockedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A model that is locked no more."""

    model: LockedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A model that is locked differently: another revision, other files, or other facts."""

    before: LockedModel
    after: LockedModel


Difference = Added | Removed | Changed


def diff(before: Lockfile | None, after: Lockfile) -> tuple[Difference, ...]:
    """The differences of the models, in the order of their names; ``diff(a, a) == ()``."""
    old = {_identity(model): model for model in before.models} if before else {}
    new = {_identity(model): model for model in after.models}
    return tuple(
        difference
        for identity in sorted(old.keys() | new.keys())
        if (difference := _difference(old.get(identity), new.get(identity))) is not None
    )


def _difference(before: LockedModel | None, after: LockedModel | None) -> Difference | None:
    if before == after:
        return None
    if before is None:
        return Added(model=after) if after else None
    return Changed(before=before, after=after) if after else Removed(model=before)


def _identity(model: LockedModel) -> _Identity:
    return (model.key.hub, model.key.name, model.ref)
