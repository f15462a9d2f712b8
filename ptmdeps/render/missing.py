"""What is not there, and who needs it: for people without a network, who have to fetch all of it at once.

::

    org/base 607a30d783df: all 4 files (548.1 MB)
        app.py:12 → org/adapter → org/base
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ptmdeps.errors import HubUnreachable
from ptmdeps.fetching import Item
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.render.quantities import counted, short, size

Sites = Mapping[tuple[ModelKey, str], Sequence[str]]
"""Where a model at a ref is asked for: ``app.py:12``, ``pyproject.toml``."""


def unavailable(lockfile: Lockfile, items: Sequence[Item], sites: Sites, *, what: str, hint: str) -> HubUnreachable:
    """The error for files that are neither stored nor to be had; ``what`` is a sentence with room for their number."""
    said = what.format(summary(items))
    return HubUnreachable("\n".join((f"{said}:", *missing_lines(lockfile, items, sites))), hint=hint)


def summary(items: Sequence[Item]) -> str:
    """``3 files (1.2 GB) of 2 models``."""
    return f"{_files(items)} of {counted(len({(item.model.key, item.model.ref) for item in items}), 'model')}"


def missing_lines(lockfile: Lockfile, items: Iterable[Item], sites: Sites) -> Iterator[str]:
    """Every model that something is missing of: its revision, what, and every way that leads to it from the project.

    Files are named one by one where a part of a model is there, or where they are damaged.
    """
    by_model: dict[tuple[ModelKey, str], list[Item]] = {}
    for item in items:
        by_model.setdefault((item.model.key, item.model.ref), []).append(item)
    for _, found in sorted(by_model.items()):
        model = found[0].model
        whole = len(found) == len(model.files) and all(item.state == "missing" for item in found)
        yield f"  {model.title} {short(model.revision)}: {'all ' if whole and len(found) > 1 else ''}{_files(found)}"
        for item in () if whole else sorted(found, key=lambda item: item.file.path):
            yield f"    {item.file.path} ({size(item.file.size)}), {item.state}"
        yield from (f"    because {' → '.join(way)}" for way in ways(lockfile, model, sites))


def ways(lockfile: Lockfile, model: LockedModel, sites: Sites) -> Iterator[tuple[str, ...]]:
    """The shortest way from each place of the project that leads to a locked model, as far as the lock says."""
    from ptmdeps import graph

    network = graph.model_graph(lockfile)
    for nodes in graph.ways(network, graph.roots(lockfile), graph.Node(model.key, model.ref)):
        for site in _sites(lockfile, nodes[0], sites):
            yield (site, *map(str, nodes))


def _sites(lockfile: Lockfile, root: object, sites: Sites) -> tuple[str, ...]:
    """Where the project asks for a root: with the line where it was scanned, else the files that the lock names."""
    from ptmdeps.graph import Node

    found: list[str] = []
    for requirement in lockfile.requirements:
        asked = lockfile.find(requirement.key, requirement.ref)
        if asked is not None and Node(asked.key, asked.ref) == root:
            found += sites.get((requirement.key, requirement.ref)) or requirement.used_in
    return tuple(dict.fromkeys(found))


def _files(items: Sequence[Item]) -> str:
    return f"{counted(len(items), 'file')} ({size(sum(item.file.size for item in items))})"
