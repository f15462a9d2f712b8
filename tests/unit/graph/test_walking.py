"""Ways, sizes, components, and what is inherited along arcs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.graph import Node, model_graph, roots, total_sizes, ways
from ptmdeps.graph.walking import between, components, following, inherited
from ptmdeps.lockfile.model import LockedFile
from tests.unit.graph.made_up import (
    APP,
    BASE,
    CIRCLE,
    CODE,
    FAMILY,
    LLAMA3,
    LOCK,
    LORA,
    ORIGIN,
    TAGGED,
    A,
    B,
    model,
    needs,
)
from tests.worlds import key

NODES = [Node(key(f"acme/{number}")) for number in range(7)]
NEIGHBOURS = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=16).map(
    lambda pairs: {node: [NODES[to] for of, to in sorted(pairs) if of == index] for index, node in enumerate(NODES)}
)


def network(neighbours: dict[Node, list[Node]]) -> nx.DiGraph[Node]:
    graph: nx.DiGraph[Node] = nx.DiGraph()
    graph.add_nodes_from(neighbours)
    graph.add_edges_from((node, target) for node, targets in neighbours.items() for target in targets)
    return graph


def test_ways_are_the_shortest_ones() -> None:
    graph = model_graph(LOCK)
    assert ways(graph, roots(LOCK), CODE) == ((APP, BASE, CODE), (TAGGED, CODE))
    assert ways(graph, roots(LOCK), BASE) == ((APP, BASE),)
    assert ways(graph, roots(LOCK), APP) == ((APP,),)
    assert ways(graph, roots(LOCK), ORIGIN) == ()


def test_ways_go_on_to_ancestors_where_they_are_in_the_graph() -> None:
    graph = model_graph(FAMILY, lineage=True)
    (way,) = ways(graph, roots(FAMILY), LLAMA3)
    assert way[0] == LORA and way[-1] == LLAMA3 and len(way) == 3
    assert [[arc.relation for arc in arcs] for arcs in between(graph, way)] == [["adapter"], ["base-model"]]


def test_ways_end_in_a_circle() -> None:
    graph = model_graph(CIRCLE)
    assert ways(graph, (A,), B) == ((A, B),)
    assert ways(graph, (A,), A) == ((A,),)


def test_of_two_ways_the_shorter_one_is_shown() -> None:
    detour = replace(LOCK, models=(model("acme/app", needs("acme/base"), needs("acme/code")), *LOCK.models[1:]))
    assert ways(model_graph(detour), (APP,), CODE) == ((APP, CODE),)


def test_what_several_models_need_counts_once() -> None:
    models = tuple(
        replace(one, files=(LockedFile(path="x", size=2**index, sha256="0" * 64),))
        for index, one in enumerate(LOCK.models)
    )
    sizes = total_sizes(model_graph(replace(LOCK, models=models), lineage=True))
    assert sizes == {APP: 1 + 2 + 4, BASE: 2 + 4, CODE: 4, TAGGED: 4 + 8, ORIGIN: 0}
    assert total_sizes(model_graph(CIRCLE)) == {A: 0, B: 0}


@given(NEIGHBOURS)
def test_components_are_those_of_another_implementation_and_come_after_what_they_lead_to(
    neighbours: dict[Node, list[Node]],
) -> None:
    found = list(components(neighbours))
    assert set(map(frozenset, found)) == set(map(frozenset, nx.strongly_connected_components(network(neighbours))))
    place = {node: index for index, one in enumerate(found) for node in one}
    assert all(place[target] <= place[node] for node, targets in neighbours.items() for target in targets)


@given(NEIGHBOURS, st.dictionaries(st.sampled_from(NODES), st.frozensets(st.integers(0, 4))))
def test_what_is_inherited_is_what_can_be_reached(
    neighbours: dict[Node, list[Node]], own: dict[Node, frozenset[int]]
) -> None:
    graph = network(neighbours)
    expected = {
        node: frozenset[int]().union(*(own.get(one, ()) for one in (node, *nx.descendants(graph, node))))
        for node in NODES
    }
    assert inherited(neighbours, own) == expected


def test_long_chains_are_no_recursion() -> None:
    nodes = [Node(key(f"acme/{number}")) for number in range(5_000)]
    chain = {node: [after] for node, after in pairwise(nodes)} | {nodes[-1]: []}
    found = inherited(chain, {nodes[-1]: frozenset({"nc"})})
    assert found[nodes[0]] == {"nc"} and len(list(components(chain))) == 5_000
    assert following(model_graph(CIRCLE)) == {A: [B], B: [A]}
