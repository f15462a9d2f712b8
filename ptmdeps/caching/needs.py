"""What of a store somebody needs, and who."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ptmdeps.caching.registry import Pin, Root, own_locks, pins_of, readable, roots
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.model import Lockfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The roots of a store.

    Attributes:
        roots: the projects that noted something in it.
        locks: the locks that we can read, by their path; of projects that never synced with this store, too.
        pins: who pins a revision: paths of locks, sorted.
    """

    roots: tuple[Root, ...]
    locks: dict[str, Lockfile]
    pins: dict[Pin, tuple[str, ...]]

    @property
    def gone(self) -> tuple[Root, ...]:
        """Projects whose lock was there and is no more: what they pinned is free."""
        return tuple(root for root in self.roots if root.standing == "gone")

    @property
    def identifiers(self) -> frozenset[str]:
        """Every project of which it is known what it needs."""
        return frozenset(root.identifier for root in self.roots)

    @property
    def models(self) -> frozenset[str]:
        """Names of all models of which some revision is pinned."""
        return frozenset(pin.name for pin in self.pins)


def needs(hub: Hub) -> Needs:
    """Who needs what of a hub's store.

    A project needs what its lock says now, and what it needed when it synced last: its environment still leads there.

    Raises:
        StoreError: somebody's entry cannot be read.
    """
    found = roots(hub)
    locks: dict[str, Lockfile] = {}
    pins: dict[Pin, set[str]] = defaultdict(set)
    paths = {root.lock for root in found if root.standing == "known"} | set(own_locks())
    for path in sorted(paths):
        if lockfile := readable(path):
            locks[str(path)] = lockfile
            for pin in pins_of(lockfile, hub):
                pins[pin].add(str(path))
    for root in found:
        for pin in root.pins if root.standing != "gone" else ():
            pins[pin].add(str(root.lock))
    return Needs(roots=found, locks=locks, pins={pin: tuple(sorted(who)) for pin, who in sorted(pins.items())})
