"""Healing a lockfile in which a Git merge left conflict markers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ptmdeps.errors import LockfileError, LockfileVersionError
from ptmdeps.lockfile.ancestors import agreed
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.lockfile.staleness import tampered
from ptmdeps.lockfile.text import conflicted, parse
from ptmdeps.requirement import Requirement

# exactly seven: the longer ones are those of an earlier merge, inside what both sides began with
_MARKER = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?![<|=>])")
_FOLLOWING = {
    ("both", "<"): "ours",
    ("ours", "|"): "base",
    ("ours", "="): "theirs",
    ("base", "="): "theirs",
    ("theirs", ">"): "both",
}
"""What begins at a marker, by what stands before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What could be kept of a lockfile with conflict markers.

    Attributes:
        lockfile: the entries on which both sides agree, or which only one of them has.
        disputed: names of the models that the two sides lock differently, sorted.
    """

    lockfile: Lockfile
    disputed: tuple[str, ...]


def loads_merged(text: str, *, source: str = "ptm.lock") -> Merge:
    """Read a lockfile that may hold conflict markers.

    Raises:
        LockfileError: one of the sides is no lockfile.
    """
    if not conflicted(text):
        return Merge(lockfile=parse(text, source=source), disputed=())
    try:
        ours, theirs = (parse("\n".join(_side(text, side)), source=source) for side in ("ours", "theirs"))
    except LockfileVersionError:
        raise
    except LockfileError as error:
        raise LockfileError(
            f"one side of the merge cannot be read: {error.message}",
            hint=f"Take one side with `git checkout --ours {source}` and run `ptmdeps lock`",
        ) from error
    return _merge(ours, theirs)


def _side(text: str, side: str) -> Iterator[str]:
    """The lines of one side; what stands between ``|||||||`` and ``=======`` belongs to neither."""
    current = "both"
    for line in text.split("\n"):
        match = _MARKER.match(line)
        following = _FOLLOWING.get((current, match[1][0])) if match else None
        if following:
            current = following
        elif current in {"both", side}:
            yield line


def _merge(ours: Lockfile, theirs: Lockfile) -> Merge:
    # an entry that Git pieced together out of both sides has no digest that fits it
    broken = {id(reason.model) for side in (ours, theirs) for reason in tampered(side)}
    sides = [{_identity(model): model for model in side.models} for side in (ours, theirs)]
    kept: list[LockedModel] = []
    disputed: list[LockedModel] = []
    for identity in sorted(sides[0].keys() | sides[1].keys()):
        candidates = [side[identity] for side in sides if identity in side]
        if any(id(model) in broken for model in candidates) or len(set(candidates)) > 1:
            disputed.append(candidates[0])
        else:
            kept.append(candidates[0])
    claimed_twice = set(_claimed_twice(kept))
    disputed += [model for model in kept if not claimed_twice.isdisjoint(_claims(model))]
    models = tuple(model for model in kept if claimed_twice.isdisjoint(_claims(model)))
    return Merge(
        lockfile=Lockfile(
            options=ours.options,
            requirements=_requirements(ours, theirs),
            models=models,
            ancestors=agreed(ours.ancestors, theirs.ancestors),
        ),
        disputed=tuple(sorted({model.key.label for model in disputed})),
    )


def _requirements(ours: Lockfile, theirs: Lockfile) -> tuple[Requirement, ...]:
    """The wishes of both sides; one that both have is used wherever one of them uses it."""
    used_in: dict[Requirement, set[str]] = {}
    for requirement in (*ours.requirements, *theirs.requirements):
        used_in.setdefault(replace(requirement, used_in=()), set()).update(requirement.used_in)
    return tuple(sorted(replace(wish, used_in=tuple(sorted(paths))) for wish, paths in used_in.items()))


def _claims(model: LockedModel) -> Iterator[tuple[str, str, str]]:
    return ((model.key.hub, name, model.ref) for name in model.names)


def _claimed_twice(models: Iterable[LockedModel]) -> Iterator[tuple[str, str, str]]:
    """The names that two models go by: an alias moved on one side and stayed on the other."""
    claims = Counter(claim for model in models for claim in _claims(model))
    return (claim for claim, count in claims.items() if count > 1)


def _identity(model: LockedModel) -> tuple[str, str, str]:
    return (model.key.hub, model.key.name, model.ref)
