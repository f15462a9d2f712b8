"""From the lock, and what the code asks for, to the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ptmdeps.graph.model import (
    HAND_OFF,
    PACKAGES,
    PROJECT,
    REMOTE_CODE,
    Arc,
    Confidence,
    Known,
    ModelGraph,
    Node,
    NodeKind,
)
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Ancestor, Edge, Lockfile
from ptmdeps.lockfile.naming import meant, not_locked

if TYPE_CHECKING:
    from ptmdeps.graph.handoffs import Handoff
    from ptmdeps.graph.uses import Use

_FIELDS: Mapping[tuple[str, str], str] = {
    ("README.md", "dataset"): "datasets",
    ("README.md", ""): "base_model",
    ("config.json", REMOTE_CODE): "auto_map",
    ("config.json", ""): "_name_or_path",
    ("adapter_config.json", ""): "base_model_name_or_path",
}
"""Which field of a file says what an edge does: file name and relation (empty: any other) → field."""

_INFERRED = frozenset({"_name_or_path"})
"""Fields that programs write for themselves: where a configuration was read from, and not what a model came from."""

_DATASET = "dataset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What was found in the project's code: the places that ask for models, and what models hand to each other."""

    uses: tuple[Use, ...] = ()
    handoffs: tuple[Handoff, ...] = ()


def model_graph(
    lockfile: Lockfile,
    *,
    lineage: bool = False,
    packages: bool = False,
    project: bool = False,
    code: Code | None = None,
) -> ModelGraph:
    """The locked models and what they need; more of the graph where it is asked for.

    Args:
        lockfile: what is pinned.
        lineage: also what models came from, up to the roots, as far as the lock knows them.
        packages: also the Python distributions that loading needs.
        project: also the project itself; without ``code`` it leads to what the lock says that it asks for.
        code: the places between the project and the models.
    """
    known: tuple[Known, ...] = (*lockfile.models, *(lockfile.ancestors if lineage else ()))
    index = _index(lockfile, lineage=lineage)

    def target(edge: Edge) -> Node:
        kind, key = _kind(edge.relation), edge.target
        return index.get((kind, key.hub, key.name, edge.ref)) or Node(key, edge.ref, kind)

    def wished(key: ModelKey, ref: str) -> Node:
        return index.get(("model", key.hub, key.name, ref)) or Node(key, ref)

    arcs: dict[Node, tuple[Arc, ...]] = {}
    if project:
        arcs |= _of_code(code, wished) if code else {PROJECT: tuple(_wishes(lockfile, wished))}
    handed = _handed(code.handoffs if code else (), wished)
    nodes: dict[Node, Known | None] = {PROJECT: None} if project else {}
    nodes |= {node: None for node in arcs if node.kind == "place"}
    for one in known:
        source = node_of(one)
        nodes[source] = one
        needs, origins = _of_edges(source, one.edges, target, lineage=lineage)
        if packages:
            needs += _packages(source, one)
        arcs[source] = _united([*needs, *handed.pop(source, ()), *origins])
    arcs |= {source: _united(found) for source, found in handed.items()}
    for source, leaving in arcs.items():
        nodes.setdefault(source, None)
        for arc in leaving:
            nodes.setdefault(arc.target, None)
    return ModelGraph(
        nodes=nodes, arcs={node: arcs.get(node, ()) for node in nodes}, code=_only_code(lockfile, arcs, wished)
    )


def node_of(known: Known) -> Node:
    """The node of what the lock knows."""
    return Node(known.key, known.ref, known.kind if isinstance(known, Ancestor) else "model")


def roots(lockfile: Lockfile) -> tuple[Node, ...]:
    """The models that the project itself asks for, sorted; the others are needed by them."""
    found = (lockfile.find(requirement.key, requirement.ref) for requirement in lockfile.requirements)
    return tuple(sorted({node_of(model) for model in found if model is not None}))


def named(graph: ModelGraph, name: str) -> tuple[Node, ...]:
    """Every node that ``name`` means (see ``ptmdeps.lockfile.naming``).

    Raises:
        PtmdepsError: it means nothing.
    """
    candidates = [
        (node, known.keys if known else (node.key,), node.ref)
        for node, known in graph.nodes.items()
        if node.kind in {"model", "dataset", "space"}
    ]
    found = meant(name, candidates)
    if not found:
        raise not_locked(name, candidates)
    return found


def _index(lockfile: Lockfile, *, lineage: bool) -> dict[tuple[str, str, str, str], Node]:
    """What ``Lockfile.find`` and ``origin`` lead to, by kind, hub, name and ref: texts know their hash already."""
    index: dict[tuple[str, str, str, str], Node] = {}
    nodes = {id(model): node_of(model) for model in lockfile.models}
    for (key, ref), model in lockfile.pins.items():
        index["model", key.hub, key.name, ref] = nodes[id(model)]
    for one in lockfile.ancestors if lineage else ():
        node = node_of(one)
        for key in one.keys:
            index.setdefault((one.kind, key.hub, key.name, one.ref), node)
    return index


def _of_edges(
    source: Node, edges: Iterable[Edge], target: Callable[[Edge], Node], *, lineage: bool
) -> tuple[list[Arc], list[Arc]]:
    """What a model or dataset needs, and with ``lineage`` what it came from."""
    needs: list[Arc] = []
    origins: list[Arc] = []
    for edge in edges:
        needed = edge.kind == "runtime"
        if needed or lineage:
            said, confidence = _evidence(edge.evidence, edge.relation)
            arc = Arc(
                source=source,
                target=target(edge),
                kind=edge.kind,
                relation="trained_on" if edge.relation == _DATASET else edge.relation,
                evidence=said,
                confidence=confidence,
            )
            (needs if needed else origins).append(arc)
    return needs, origins


def _packages(source: Node, known: Known) -> Iterator[Arc]:
    for name in () if isinstance(known, Ancestor) else known.requires:
        package = Node(ModelKey(PACKAGES, name), kind="package")
        yield Arc(source=source, target=package, kind="runtime", relation="requires", evidence=("ptm.lock: requires",))


@lru_cache(maxsize=1024)
def _evidence(file: str, relation: str) -> tuple[tuple[str, ...], Confidence]:
    """Who says so, with the field where the file is known; and how far it is to be believed."""
    name = file.rpartition("/")[2]
    field = _FIELDS.get((name, relation)) or _FIELDS.get((name, ""), "")
    said = f"{file}: {field}" if field else file
    return (said,) if said else (), "inferred" if field in _INFERRED else "declared"


def _of_code(code: Code, wished: Callable[[ModelKey, str], Node]) -> dict[Node, tuple[Arc, ...]]:
    """The arcs of the project and of its places."""
    places: dict[Node, list[Arc]] = {}
    for use in code.uses:
        place = Node(ModelKey("", use.site), kind="place")
        target = wished(use.key, use.ref) if use.kind == "model" else Node(use.key, use.ref, use.kind)
        arc = Arc(
            source=place,
            target=target,
            kind="use",
            relation="alternative" if use.alternative else "loads" if use.loader else "declares",
            evidence=(str(use),),
            confidence=use.confidence,
        )
        places.setdefault(place, []).append(arc)
    contained = (Arc(source=PROJECT, target=place, kind="use", relation="contains") for place in places)
    return {PROJECT: tuple(contained), **{place: _united(arcs) for place, arcs in places.items()}}


def _wishes(lockfile: Lockfile, wished: Callable[[ModelKey, str], Node]) -> tuple[Arc, ...]:
    """The arcs of the project where its places are not asked for: with the files that the lock names."""
    arcs = [
        Arc(source=PROJECT, target=wished(wish.key, wish.ref), kind="use", relation="loads", evidence=wish.used_in)
        for wish in lockfile.requirements
    ]
    return _united(arcs)


def _handed(handoffs: Iterable[Handoff], wished: Callable[[ModelKey, str], Node]) -> dict[Node, list[Arc]]:
    found: dict[Node, list[Arc]] = {}
    for one in handoffs:
        source, target = wished(*one.source), wished(*one.target)
        if source != target:
            arc = Arc(
                source=source,
                target=target,
                kind="use",
                relation=HAND_OFF,
                evidence=(one.evidence,),
                confidence=one.confidence,
            )
            found.setdefault(source, []).append(arc)
    return found


def _united(arcs: Sequence[Arc]) -> tuple[Arc, ...]:
    """One arc where several say the same of the same two nodes, with the evidence of all."""
    if len(arcs) < 2:  # noqa: PLR2004 - as most are
        return tuple(arcs)
    united: dict[tuple[Node, str, str], Arc] = {}
    for arc in arcs:
        same = united.setdefault((arc.target, arc.kind, arc.relation), arc)
        if same is not arc:
            united[arc.target, arc.kind, arc.relation] = Arc(
                source=arc.source,
                target=arc.target,
                kind=arc.kind,
                relation=arc.relation,
                evidence=tuple(sorted({*same.evidence, *arc.evidence})),
                confidence="declared" if "declared" in {same.confidence, arc.confidence} else "inferred",
            )
    return tuple(united.values())


def _only_code(
    lockfile: Lockfile, arcs: Mapping[Node, Sequence[Arc]], wished: Callable[[ModelKey, str], Node]
) -> frozenset[Node]:
    needs = [arc for leaving in arcs.values() for arc in leaving if arc.kind != "use"]
    code = {arc.target for arc in needs if arc.relation == REMOTE_CODE}
    if not code:
        return frozenset()
    asked = {wished(wish.key, wish.ref) for wish in lockfile.requirements}
    return frozenset(code - asked - {arc.target for arc in needs if arc.relation != REMOTE_CODE})


def _kind(relation: str) -> NodeKind:
    return "dataset" if relation == _DATASET else "model"
