"""Which licences bear on which model: those of itself, and of what it came from, is made of, or was trained with.

Every licence is followed from those who have it down to what came from them, nearest first. There are as many rounds as
different licences, of which a lock of ten thousand models has a few dozen; what nothing is known of counts as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ptmdeps.licenses.expressions import Term, terms
from ptmdeps.lockfile.model import Ancestor, Edge, LockedModel, Lockfile

Manner = Literal["own", "copied", "derived", "combined", "distilled", "data"]
MANNERS: tuple[Manner, ...] = ("own", "copied", "derived", "combined", "distilled", "data")
"""How a licence comes to bear on a model, closest first; a way is as loose as its loosest step.

``own``: it is the model's. ``copied``: the other model's weights are in it, or it is nothing without them (adapters,
merges, quantized copies). ``derived``: it was trained from the other. ``combined``: both are loaded together.
``distilled``: it was trained on the other's outputs. ``data``: it was trained with a dataset, or that came from there.
"""

_COPIED = frozenset({"adapter", "quantized", "merge"})
_DISTILLED = frozenset({"distilled", "distillation"})

UNKNOWN: Term = ()
"""The term of everything that nothing is known of."""

Holder = LockedModel | Ancestor
"""What has a licence."""

_State = tuple[int, int, bool]
"""A node, the index of a manner, and whether every step to it is declared."""


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a way: from a model to what it came from."""

    edge: Edge
    holder: Holder
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """That a licence bears on a model.

    Attributes:
        subject: the model.
        bearer: who has the licence; the subject itself, or what it came from.
        term: the licence, with its alternatives; ``UNKNOWN`` where there is none, or one of which nothing is known.
        manner: how it comes to bear on the subject.
        certain: whether every step is declared; otherwise one is only inferred (``inferred``).
        trail: gives the steps.
    """

    subject: LockedModel
    bearer: Holder
    term: Term
    manner: Manner
    certain: bool
    trail: Callable[[], tuple[Step, ...]]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The shortest way from the subject to the bearer, at most ``LONGEST_WAY`` steps of it: its first and last."""
        return self.trail()


LONGEST_WAY = 12
"""Steps of a way that are kept: more than people read."""


def inferred(edge: Edge) -> bool:
    """Whether an edge is only a guess: a configuration notes where it was read from, which need not be an origin."""
    file = edge.evidence.rpartition("/")[2]
    return edge.kind == "lineage" and edge.relation != "dataset" and file == "config.json"


def said(holder: Holder) -> str:
    """The concluded licence, else what is declared; empty where there is neither."""
    return (holder.license.concluded or holder.license.declared) if holder.license else ""


def kind_of(holder: Holder) -> Literal["model", "dataset"]:
    """``model`` or ``dataset``."""
    return holder.kind if isinstance(holder, Ancestor) else "model"


def bonds(
    lockfile: Lockfile, known: Callable[[str], bool], apart: Callable[[Holder], str]
) -> Mapping[int, tuple[Bond, ...]]:
    """Every licence that bears on a model, by the model's place in the lock; its own first.

    Args:
        lockfile: the lock.
        known: whether anything is known of a licence of this name; all others count as one.
        apart: what sets a holder apart: the nearest one stands only for others that are as it is.
    """
    network = _network(lockfile)
    found: dict[int, list[Bond]] = {index: [] for index in range(len(lockfile.models))}
    bearers: dict[tuple[Term, str, str], list[int]] = {}
    for index, holder in enumerate(network.holders):
        for term in _terms(holder, known):
            bearers.setdefault((term, kind_of(holder), apart(holder)), []).append(index)
    for same in sorted(bearers):
        for bond in _followed(network, same[0], bearers[same], len(lockfile.models)):
            found[bond[0]].append(bond[1])
    rank = {manner: place for place, manner in enumerate(MANNERS)}
    return {index: tuple(sorted(many, key=lambda bond: rank[bond.manner])) for index, many in found.items()}


@dataclass(frozen=True, slots=True)
class _Network:
    """Nodes by number, models of the lock first; and for each the edges by which others came from it."""

    holders: tuple[Holder, ...]
    into: tuple[tuple[tuple[int, Edge], ...], ...]


def _network(lockfile: Lockfile) -> _Network:
    holders: list[Holder] = [*lockfile.models, *lockfile.ancestors]
    places = {id(holder): index for index, holder in enumerate(holders)}
    unrecorded: dict[tuple[str, str, str], int] = {}
    into: list[list[tuple[int, Edge]]] = [[] for _ in holders]
    for source, holder in enumerate(tuple(holders)):
        for edge in holder.edges:
            origin = lockfile.origin(edge)
            if origin is not None:
                target = places[id(origin)]
            else:
                kind: Literal["model", "dataset"] = "dataset" if edge.relation == "dataset" else "model"
                wish = (kind, str(edge.target), edge.ref)
                if wish not in unrecorded:
                    unrecorded[wish] = len(holders)
                    holders.append(Ancestor(key=edge.target, kind=kind, ref=edge.ref, missing="unrecorded"))
                    into.append([])
                target = unrecorded[wish]
            into[target].append((source, edge))
    return _Network(tuple(holders), tuple(map(tuple, into)))


def _terms(holder: Holder, known: Callable[[str], bool]) -> Iterator[Term]:
    found = terms(said(holder))
    # a name of a library has nothing that could have a licence: what it leads to is locked beside it
    if not found and (isinstance(holder, Ancestor) or holder.files):
        yield UNKNOWN
    yield from dict.fromkeys(_recognizable(term, known) for term in found)


def _recognizable(term: Term, known: Callable[[str], bool]) -> Term:
    """The term without alternatives of which nothing is known, where there is another one."""
    kept = tuple(alternative for alternative in term if all(map(known, alternative)))
    return kept or UNKNOWN


def _followed(network: _Network, term: Term, bearers: list[int], models: int) -> Iterator[tuple[int, Bond]]:
    """The bonds of one licence: the nearest bearer for each model and manner, over declared steps if there are some."""
    behind: dict[_State, tuple[_State, Edge] | None] = {(index, 0, True): None for index in bearers}
    origin: dict[_State, int] = {(index, 0, True): index for index in bearers}
    queue: list[_State] = list(behind)
    for state in queue:
        node, manner, certain = state
        for source, edge in network.into[node]:
            following = (source, max(manner, _manner(edge, network.holders[node])), certain and not inferred(edge))
            if following not in behind:
                behind[following] = (state, edge)
                origin[following] = origin[state]
                queue.append(following)
    for state in queue:
        node, manner, certain = state
        if node < models and not _dominated(state, behind):
            subject = network.holders[node]
            assert isinstance(subject, LockedModel)  # noqa: S101 - models are the first nodes
            yield (
                node,
                Bond(
                    subject=subject,
                    bearer=network.holders[origin[state]],
                    term=term,
                    manner=MANNERS[manner],
                    certain=certain,
                    trail=_Trail(network, behind, state),
                ),
            )


def _manner(edge: Edge, holder: Holder) -> int:
    if edge.relation == "dataset" or kind_of(holder) == "dataset":
        return MANNERS.index("data")
    if edge.relation in _COPIED:
        return MANNERS.index("copied")
    if edge.kind == "runtime":
        return MANNERS.index("combined")
    return MANNERS.index("distilled" if edge.relation in _DISTILLED else "derived")


_CLOSER: Mapping[Manner, tuple[Manner, ...]] = {"derived": ("copied",), "combined": ("own", "copied", "derived")}
"""Manners whose rules are more than those of another one."""


def _dominated(state: _State, found: Mapping[_State, object]) -> bool:
    """Whether the same licence bears on the same model more closely, and as surely: then this adds nothing."""
    node, manner, certain = state
    if not certain and (node, manner, True) in found:
        return True
    closer = [MANNERS.index(one) for one in _CLOSER.get(MANNERS[manner], ())]
    return any((node, one, sure) in found for one in closer for sure in ({True, certain}))


@dataclass(frozen=True, slots=True)
class _Trail:
    """The way back from a state; it is only walked where somebody asks, since most bonds lead to no answer."""

    network: _Network
    behind: Mapping[_State, tuple[_State, Edge] | None]
    state: _State

    def __call__(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        at = self.behind[self.state]
        while at is not None and len(steps) < LONGEST_WAY:
            state, edge = at
            steps.append(Step(edge, self.network.holders[state[0]], not inferred(edge)))
            at = self.behind[state]
        return tuple(steps)
