"""What a library says under a key, over the versions of it that were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ptmdeps.distributions.locks import parsed

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Change(Generic[Fact]):
    """From a version on, this is what a key says; ``None`` where it says nothing any more."""

    since: Version
    fact: Fact | None


@dataclass(frozen=True)
class History(Generic[Fact]):
    """What was read of one library.

    Attributes:
        read: versions that were read, ascending; those between two that say the same may be left out.
        changes: for each key its changes, ascending.
    """

    read: tuple[Version, ...]
    changes: Mapping[str, tuple[Change[Fact], ...]]

    @cached_property
    def newest(self) -> Version:
        """The newest version that was read."""
        return self.read[-1]

    def at(self, version: Version, key: str) -> Fact | None:
        """Return what a key says in a version that is known; ``None`` where it says nothing."""
        facts = (change.fact for change in reversed(self.changes.get(key, ())) if change.since <= version)
        return next(facts, None)

    def keys_at(self, version: Version) -> tuple[str, ...]:
        """Return the keys that say something in a version, in their order."""
        return tuple(key for key in self.changes if self.at(version, key) is not None)

    def knows(self, version: Version, key: str) -> bool:
        """Whether a version was read, or lies between two that say the same."""
        if version in self.read:
            return True
        below = [one for one in self.read if one < version]
        above = [one for one in self.read if one > version]
        return bool(below and above) and self.at(below[-1], key) == self.at(above[0], key)

    def removed(self, version: Version, key: str) -> Version | None:
        """Return the version that took away what earlier ones had."""
        changes = [change for change in self.changes.get(key, ()) if change.since <= version]
        return changes[-1].since if changes and changes[-1].fact is None else None

    def newest_within(self, specifier: SpecifierSet, key: str) -> Version | None:
        """Return the newest version that is known and that a specifier lets through.

        Of the versions that were not read those count that the specifier names itself: ``4.41.0`` of ``~=4.41.0``.
        """
        named = (parsed(one.version.removesuffix(".*")) for one in specifier)
        candidates = {*self.read, *(one for one in named if one and self.knows(one, key))}
        return max(specifier.filter(candidates, prereleases=True), default=None)

    def facts(self) -> dict[Version, dict[str, Fact]]:
        """Return what each version that was read says, by key."""
        return {
            version: {key: fact for key in self.changes if (fact := self.at(version, key)) is not None}
            for version in self.read
        }


def history_of(facts: Mapping[Version, Mapping[str, Fact]]) -> History[Fact]:
    """Return the history of what versions say, without those between two that say the same: they would add nothing."""
    versions = _ends(facts)
    keys = sorted({key for version in versions for key in facts[version]})
    return History(tuple(versions), {key: tuple(_changes(key, versions, facts)) for key in keys})


def _ends(facts: Mapping[Version, Mapping[str, Fact]]) -> list[Version]:
    versions = sorted(facts)
    inner = {
        version
        for before, version, after in zip(versions, versions[1:], versions[2:], strict=False)
        if facts[before] == facts[version] == facts[after]
    }
    return [version for version in versions if version not in inner]


def _changes(
    key: str, versions: Iterable[Version], facts: Mapping[Version, Mapping[str, Fact]]
) -> Iterable[Change[Fact]]:
    """Yield a change for each version in which a key says something else than in the one before."""
    before: Fact | None = None
    for version in versions:
        fact = facts[version].get(key)
        if fact != before:
            yield Change(version, fact)
        before = fact
