"""Healing a lockfile in which a Git merge left conflict markers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.errors import LockfileError
from ptmdeps.lockfile.document import from_dict
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.lockfile.staleness import tampered
from ptmdeps.lockfile.text import CONFLICT_MARKER, loads


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
    if not CONFLICT_MARKER.search(text):
        return Merge(lockfile=loads(text, source=source), disputed=())
    try:
        ours, theirs = (from_dict(tomllib.loads("\n".join(_side(text, side)))) for side in ("ours", "theirs"))
    except tomllib.TOMLDecodeError as error:
        raise LockfileError(
            f"one side of the merge in `{source}` is no valid TOML: {error}",
            hint="Take one side with `git checkout --ours ptm.lock` and run `ptmdeps lock`",
        ) from error
    return _merge(ours, theirs)


def _side(text: str, side: str) -> Iterator[str]:
    """The lines of one side; what stands between ``|||||||`` and ``=======`` belongs to neither."""
    current = "both"
    for line in text.splitlines():
        if line.startswith("<<<<<<<"):
            current = "ours"
        elif line.startswith("|||||||") and current == "ours":
            current = "base"
        elif line.startswith("=======") and current in {"ours", "base"}:
            current = "theirs"
        elif line.startswith(">>>>>>>"):
            current = "both"
        elif current in {"both", side}:
            yield line


def _merge(ours: Lockfile, theirs: Lockfile) -> Merge:
    # an entry that Git pieced together out of both sides has no digest that fits it
    broken = {id(reason.model) for side in (ours, theirs) for reason in tampered(side)}
    sides = [{_identity(model): model for model in side.models} for side in (ours, theirs)]
    kept: list[LockedModel] = []
    disputed: set[str] = set()
    for identity in sorted(sides[0].keys() | sides[1].keys()):
        candidates = [side[identity] for side in sides if identity in side]
        if any(id(model) in broken for model in candidates) or len(set(candidates)) > 1:
            disputed.add(candidates[0].key.name)
        else:
            kept.append(candidates[0])
    requirements = tuple(sorted({*ours.requirements, *theirs.requirements}))
    return Merge(
        lockfile=Lockfile(options=ours.options, requirements=requirements, models=tuple(kept)),
        disputed=tuple(sorted(disputed)),
    )


def _identity(model: LockedModel) -> tuple[str, str, str]:
    return (model.key.hub, model.key.name, model.ref)
