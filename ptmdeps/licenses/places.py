"""How the project gets to each locked model: the place that loads it, and the models between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile

LONGEST = 12
"""Models of a way that are kept."""

Sites = Mapping[tuple[ModelKey, str], tuple[str, ...]]
"""Where models are asked for, by the name and ref that stand there: ``app.py:12``."""


def written_sites(lockfile: Lockfile) -> Sites:
    """The files that the lock says ask for models; it keeps no lines."""
    sites: dict[tuple[ModelKey, str], tuple[str, ...]] = {}
    for wish in lockfile.requirements:
        known = sites.get((wish.key, wish.ref), ())
        sites[wish.key, wish.ref] = tuple(dict.fromkeys((*known, *wish.used_in)))
    return sites


def ways_to(lockfile: Lockfile, sites: Sites) -> tuple[tuple[str, ...], ...]:
    """For each model of the lock the shortest way to it: its first site, the models between, and itself."""
    places = {id(model): index for index, model in enumerate(lockfile.models)}
    behind: dict[int, int | None] = {}
    first: dict[int, str] = {}
    for key, ref in sorted(sites):
        model = lockfile.find(key, ref)
        if model is not None and sites[key, ref] and places[id(model)] not in behind:
            behind[places[id(model)]] = None
            first[places[id(model)]] = sites[key, ref][0]
    queue = list(behind)
    for index in queue:
        for target in _needed(lockfile, lockfile.models[index]):
            if (place := places[id(target)]) not in behind:
                behind[place] = index
                queue.append(place)
    return tuple(_way(lockfile, behind, first, index) for index in range(len(lockfile.models)))


def _needed(lockfile: Lockfile, model: LockedModel) -> Iterable[LockedModel]:
    found = (lockfile.find(edge.target, edge.ref) for edge in model.runtime_edges)
    return (one for one in found if one is not None)


def _way(lockfile: Lockfile, behind: Mapping[int, int | None], first: Mapping[int, str], index: int) -> tuple[str, ...]:
    models: list[str] = []
    at: int | None = index
    site = ""
    while at is not None and len(models) < LONGEST:
        models.append(lockfile.models[at].title)
        site = first.get(at, site)
        at = behind.get(at)
    return (*((site,) if site else ()), *reversed(models))
