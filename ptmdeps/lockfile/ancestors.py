"""Which ancestors a lockfile needs, and which it lacks: lineage edges followed from its models, without any network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter

from ptmdeps.lockfile.model import Ancestor, Edge, LockedModel, Lockfile, Target

WITH_ANCESTORS = 4
"""The first revision of the format whose lockfiles say what their models came from."""


def related(lockfile: Lockfile) -> tuple[Ancestor, ...]:
    """The ancestors from which its models came, those of ancestors included; in the order of the lockfile."""
    if not lockfile.ancestors:
        return ()
    known = _by_target(lockfile.ancestors)
    found: dict[Target, Ancestor] = {}
    pending = [edge for model in lockfile.models for edge in model.lineage_edges]
    while pending:
        ancestor = known.get(pending.pop().leads_to)
        if ancestor is not None and ancestor.identity not in found:
            found[ancestor.identity] = ancestor
            pending += ancestor.edges
    return tuple(ancestor for ancestor in lockfile.ancestors if ancestor.identity in found)


def with_related(lockfile: Lockfile) -> Lockfile:
    """The lockfile without ancestors to which nothing leads any more."""
    kept = related(lockfile)
    return lockfile if kept == lockfile.ancestors else replace(lockfile, ancestors=kept)


def untraced(lockfile: Lockfile) -> Iterator[tuple[str, Edge]]:
    """Lineage edges that lead to nothing that the lockfile knows, each with the title of what has it; each end once."""
    seen: set[Target] = set()
    descendants: list[tuple[str, LockedModel | Ancestor]] = [(model.title, model) for model in lockfile.models]
    descendants += [(ancestor.key.label, ancestor) for ancestor in lockfile.ancestors]
    for title, descendant in descendants:
        for edge in descendant.lineage_edges:
            if edge.leads_to not in seen and lockfile.origin(edge) is None:
                seen.add(edge.leads_to)
                yield title, edge


def descendants(lockfile: Lockfile) -> dict[Target, str]:
    """A locked model that came from each ancestor: the first one by its name."""
    found: dict[Target, str] = {}
    for model in lockfile.models:
        pending = list(model.lineage_edges)
        while pending:
            origin = lockfile.origin(pending.pop())
            if isinstance(origin, Ancestor) and origin.identity not in found:
                found[origin.identity] = model.key.label
                pending += origin.edges
    return found


def united(first: Iterable[Ancestor], second: Iterable[Ancestor]) -> tuple[Ancestor, ...]:
    """The ancestors of two lockfiles, sorted; where both know one, the first counts."""
    found = {ancestor.identity: ancestor for ancestor in first}
    taken = {target for ancestor in found.values() for target in targets(ancestor)}
    for ancestor in second:
        if taken.isdisjoint(targets(ancestor)):
            found[ancestor.identity] = ancestor
    return tuple(sorted(found.values(), key=attrgetter("identity")))


def agreed(ours: Iterable[Ancestor], theirs: Iterable[Ancestor]) -> tuple[Ancestor, ...]:
    """The ancestors that both sides of a merge know alike, or only one of them; the others are looked up anew."""
    both = tuple(dict.fromkeys((*ours, *theirs)))
    claims = Counter(target for ancestor in both for target in targets(ancestor))
    alike = (one for one in both if all(claims[target] == 1 for target in targets(one)))
    return tuple(sorted(alike, key=attrgetter("identity")))


def targets(ancestor: Ancestor) -> tuple[Target, ...]:
    """Everything by which edges can lead to an ancestor."""
    return tuple((ancestor.kind, key, ancestor.ref) for key in ancestor.keys)


def _by_target(ancestors: Iterable[Ancestor]) -> dict[Target, Ancestor]:
    return {target: ancestor for ancestor in ancestors for target in targets(ancestor)}
