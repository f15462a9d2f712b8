"""Which model a person means: a locked one, or one that only the hub knows."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.paths import printable

_SHORTEST_COMMIT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The model to show, and its entry in the lock if that is what is meant."""

    key: ModelKey
    ref: str = ""
    locked: LockedModel | None = None


def wish(key: ModelKey, ref: str, lockfile: Lockfile | None) -> Wish:
    """Look in the lock first: a name without a ref means what is locked under it.

    With a ref, the pin that was made for that ref is meant, or the pin to a commit that begins with it.

    Raises:
        PtmdepsError: the model is locked at several refs, and none is given.
    """
    pins = [pin for pin in lockfile.models if pin.key.hub == key.hub and key.name in pin.names] if lockfile else []
    meant = [pin for pin in pins if pin.ref == ref]
    if not meant and ref:
        meant = [pin for pin in pins if len(ref) >= _SHORTEST_COMMIT and pin.revision.startswith(ref)]
    if not meant and not ref:
        meant = pins
    if len({pin.revision for pin in meant}) > 1:
        names = ", ".join(f"`{printable(f'{pin.key.label}@{pin.ref}')}`" for pin in meant)
        raise PtmdepsError(f"`{key.label}` is locked at several refs", hint=f"Name one: {names}")
    if meant:
        return Wish(key=meant[0].key, ref=meant[0].ref, locked=meant[0])
    return Wish(key=key, ref=ref)
