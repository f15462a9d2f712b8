"""What should be written where: references and lock → wishes, and the loads that are left with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from ptmdeps.fixing.source import CannotPin
from ptmdeps.identity import Location
from ptmdeps.lockfile import LockedModel, Lockfile
from ptmdeps.scan.references import PinWay, Reference
from ptmdeps.wanted import requirement_of

_COMMIT = re.compile(r"[0-9a-f]{40}")
_PINNED = frozenset({"version", "hash"})
_FIXED = frozenset({"literal", "constant", "computed", "registry"})
"""Resolutions that leave no other model to whoever runs or calls the code."""

_PYTHON = (".py", ".pyi", ".pyw", ".ipynb")

_NO_COMMIT: Mapping[str, str] = {
    "torchhub": "PyTorch Hub refuses a commit at which no branch or tag ends, unless `skip_validation=True` is given",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One load that should ask for one commit.

    Attributes:
        location: the load site.
        column: bytes before the call in its line; ``None`` where that is not known.
        loader: dotted name of the call.
        way: how the call takes a ref, ``argument`` or ``notation``.
        keyword: the argument that takes it.
        name: the model as the scan knows it.
        ref: what the code asks for now.
        commit: what the lock pins.
    """

    location: Location
    column: int | None
    loader: str
    way: PinWay
    keyword: str
    name: str
    ref: str | None
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Skipped:
    """A load that is left as it is."""

    location: Location
    name: str
    reason: str


def is_commit(ref: str | None) -> bool:
    """Whether a ref can never mean anything else: a full commit, not a branch, a tag or a short one."""
    return ref is not None and _COMMIT.fullmatch(ref) is not None


def locked(found: Reference, lockfile: Lockfile) -> LockedModel | None:
    """What a reference is pinned to: the hub's default branch counts as no ref."""
    wish = requirement_of(found)
    return lockfile.find(wish.key, wish.ref)


def wishes_of(references: Iterable[Reference], lockfile: Lockfile) -> Iterator[Wish | Skipped]:
    """What to write for each load; nothing for those that say their commit, version or hash already."""
    direct = (found for found in references if not found.soft and not found.wraps)
    hard = (found for found in direct if found.pinning.way not in _PINNED)
    for _, group in groupby(sorted(hard, key=_place), key=_place):
        found = tuple(group)
        try:
            wish = _wish(found, lockfile)
        except CannotPin as reason:
            yield Skipped(location=found[0].location, name=found[0].key.label, reason=str(reason))
        else:
            if wish is not None:
                yield wish


def _place(found: Reference) -> tuple[Location, int, str, str]:
    """What only one revision can be written into."""
    pinning = found.pinning
    # an id that carries its own ref is a place of its own
    own = found.key.name if pinning.way == "notation" and not found.alternatives else pinning.keyword
    return found.location, -1 if pinning.column is None else pinning.column, found.loader, own


def _wish(found: tuple[Reference, ...], lockfile: Lockfile) -> Wish | None:
    """The wish for the references of one place.

    Raises:
        CannotPin: saying why there is none.
    """
    first = found[0]
    pinning = first.pinning
    if first.resolution == "default-model":
        raise CannotPin("its library chooses the model")
    if pinning.way == "none":
        raise CannotPin("its loader takes no revision")
    if not first.location.path.endswith(_PYTHON):
        raise CannotPin("there is no call to write into")
    if len({(reference.key, reference.ref) for reference in found}) > 1 or first.alternatives:
        raise CannotPin("it loads one of several models, and one literal cannot pin them all")
    commit = _commit(first, lockfile)
    if commit is None:
        return None
    if first.resolution not in _FIXED:
        raise CannotPin("whoever runs or calls it can name another model, which would not have that commit")
    return Wish(
        location=first.location,
        column=pinning.column,
        loader=first.loader,
        way=pinning.way,
        keyword=pinning.keyword,
        name=first.key.name,
        ref=first.ref,
        commit=commit,
    )


def _commit(found: Reference, lockfile: Lockfile) -> str | None:
    """The commit that the lock pins a reference to; ``None`` where the code says it already."""
    if found.key.hub in _NO_COMMIT:
        raise CannotPin(_NO_COMMIT[found.key.hub])
    if is_commit(found.ref):
        return None  # it means one thing for ever: the lock follows the code, never the other way round
    model = locked(found, lockfile)
    if model is None:
        raise CannotPin("it is not locked")
    if not is_commit(model.revision):
        raise CannotPin("the lock holds no commit of it")
    return model.revision
