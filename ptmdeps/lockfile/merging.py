"""Merging three lockfiles by their entries: for Git, which would merge them by lines.

What only one side changed since they parted is taken, removals included; what both changed alike, too. What they
changed differently is disputed, and stands between conflict markers that ``conflicts`` heals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.ancestors import related, targets
from ptmdeps.lockfile.model import Ancestor, LockedModel, Lockfile, Target
from ptmdeps.lockfile.staleness import tampered
from ptmdeps.lockfile.text import dumps
from ptmdeps.requirement import Requirement

T = TypeVar("T")

_Identity = tuple[ModelKey, str]
_Sides = tuple[LockedModel | None, LockedModel | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The outcome of a merge.

    Attributes:
        text: of the merged lockfile, with conflict markers around what is disputed.
        disputed: names of the models and ancestors that the two sides changed differently, sorted.
    """

    text: str
    disputed: tuple[str, ...]


def merged(base: Lockfile | None, ours: Lockfile, theirs: Lockfile) -> Merged:
    """Merge two lockfiles that began as ``base``; without one, only what both have alike is agreed on."""
    kept, disputed = _models(base or Lockfile(), ours, theirs)
    options = _either(base.options if base else None, ours.options, theirs.options) or ours.options
    head = Lockfile(options=options, requirements=tuple(_requirements(base or Lockfile(), ours, theirs)))
    models = (*kept.values(), *(model for sides in disputed.values() for model in sides if model))
    ancestors, contested = _ancestors(base or Lockfile(), ours, theirs, models)
    if not disputed and not contested:
        return Merged(text=dumps(replace(head, models=models, ancestors=tuple(ancestors.values()))), disputed=())
    text = dumps(head)
    for identity in sorted(kept.keys() | disputed.keys()):
        text += _disputed(disputed[identity]) if identity in disputed else _block(kept[identity])
    for target in sorted(ancestors.keys() | contested.keys()):
        text += _disputed(contested[target]) if target in contested else _block(ancestors[target])
    names = {entry.key.label for sides in (*disputed.values(), *contested.values()) for entry in sides if entry}
    return Merged(text=text, disputed=tuple(sorted(names)))


def _ancestors(
    base: Lockfile, ours: Lockfile, theirs: Lockfile, models: tuple[LockedModel, ...]
) -> tuple[dict[Target, Ancestor], dict[Target, tuple[Ancestor | None, Ancestor | None]]]:
    """What is agreed on of what these models came from, and both sides of what is not."""
    before, here, there = ({one.identity: one for one in side.ancestors} for side in (base, ours, theirs))
    kept: dict[Target, Ancestor] = {}
    disputed: dict[Target, tuple[Ancestor | None, Ancestor | None]] = {}
    needed = {one.identity for side in (ours, theirs) for one in related(replace(side, models=models))}
    for target in sorted((here.keys() | there.keys()) & needed):
        sides = (here.get(target), there.get(target))
        alike, ancestor = _agreed(before.get(target), *sides)
        # what one side removed may be needed by what the other one added
        if not alike and all(sides):
            disputed[target] = sides
        elif known := ancestor or sides[0] or sides[1]:
            kept[target] = known
    # two that go by one name now are looked up anew by who locks next
    found = (*kept.values(), *(one for sides in disputed.values() for one in sides[:1] if one))
    claims = Counter(target for one in found for target in targets(one))
    return {one.identity: one for one in kept.values() if all(claims[name] == 1 for name in targets(one))}, disputed


def _models(
    base: Lockfile, ours: Lockfile, theirs: Lockfile
) -> tuple[dict[_Identity, LockedModel], dict[_Identity, _Sides]]:
    """What is agreed on, and both sides of what is not."""
    before, here, there = _by_identity(base), _by_identity(ours), _by_identity(theirs)
    broken = {id(reason.model) for side in (ours, theirs) for reason in tampered(side)}
    kept: dict[_Identity, LockedModel] = {}
    disputed: dict[_Identity, _Sides] = {}
    for identity in sorted(here.keys() | there.keys()):
        sides = (here.get(identity), there.get(identity))
        agreed, model = _agreed(before.get(identity), *sides)
        if not agreed or id(model) in broken:
            disputed[identity] = sides
        elif model is not None:
            kept[identity] = model
    for identity in _claimed_twice(kept):
        del kept[identity]
        disputed[identity] = (here.get(identity), there.get(identity))
    return kept, disputed


def _agreed(base: T | None, ours: T | None, theirs: T | None) -> tuple[bool, T | None]:
    """Whether only one side changed something, or both the same; and what it is now."""
    if theirs in (ours, base):
        return True, ours
    return ours == base, theirs


def _either(base: T | None, ours: T, theirs: T) -> T | None:
    agreed, value = _agreed(base, ours, theirs)
    return value if agreed else None


def _requirements(base: Lockfile, ours: Lockfile, theirs: Lockfile) -> Iterator[Requirement]:
    """The wishes, each with the paths that it has after both sides' changes; ``lock`` compares them with the code."""
    before, here, there = (_used(side) for side in (base, ours, theirs))
    for wish in sorted(here.keys() | there.keys()):
        old, mine, other = before.get(wish), here.get(wish), there.get(wish)
        agreed, paths = _agreed(old, mine, other)
        if not agreed:
            both = (mine or frozenset()) | (other or frozenset())
            gone = (old or frozenset()) - ((mine or frozenset()) & (other or frozenset()))
            paths = both - gone
        if paths is not None:
            yield replace(wish, used_in=tuple(sorted(paths)))


def _used(lockfile: Lockfile) -> dict[Requirement, frozenset[str]]:
    used: dict[Requirement, frozenset[str]] = {}
    for requirement in lockfile.requirements:
        wish = replace(requirement, used_in=())
        used[wish] = used.get(wish, frozenset()) | frozenset(requirement.used_in)
    return used


def _claimed_twice(kept: Mapping[_Identity, LockedModel]) -> tuple[_Identity, ...]:
    """Models of which two go by one name: an alias moved on one side and stayed on the other."""
    claims = Counter(claim for model in kept.values() for claim in _claims(model))
    return tuple(identity for identity, model in kept.items() if any(claims[claim] > 1 for claim in _claims(model)))


def _claims(model: LockedModel) -> Iterator[tuple[str, str, str]]:
    return ((model.key.hub, name, model.ref) for name in model.names)


def _by_identity(lockfile: Lockfile) -> dict[_Identity, LockedModel]:
    return {(model.key, model.ref): model for model in lockfile.models}


def _disputed(sides: Iterable[LockedModel | Ancestor | None]) -> str:
    mine, other = (_block(entry) if entry else "" for entry in sides)
    return f"<<<<<<< ours\n{mine}=======\n{other}>>>>>>> theirs\n"


def _block(entry: LockedModel | Ancestor) -> str:
    """The lines of one model or ancestor, as they stand in a lockfile."""
    alone = Lockfile(models=(entry,)) if isinstance(entry, LockedModel) else Lockfile(ancestors=(entry,))
    return dumps(alone).removeprefix(dumps(Lockfile()))
