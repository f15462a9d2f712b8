"""The lock as a graph."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest

from ptmdeps.errors import PtmdepsError
from ptmdeps.graph import Node, model_graph, named, roots, total_sizes, ways
from ptmdeps.lockfile.model import Edge, LockedFile, LockedModel, Lockfile
from tests.worlds import key, requirement


def needs(name: str, ref: str = "", relation: str = "adapter") -> Edge:
    return Edge(kind="runtime", relation=relation, target=key(name), ref=ref, reads="model", evidence="x.json")


def came_from(name: str) -> Edge:
    return Edge(kind="lineage", relation="finetune", target=key(name), evidence="README.md")


def model(name: str, *edges: Edge, ref: str = "", aliases: tuple[str, ...] = ()) -> LockedModel:
    return LockedModel(key=key(name), ref=ref, aliases=aliases, revision="a" * 40, edges=tuple(sorted(edges)))


LOCK = Lockfile(
    requirements=(requirement("acme/app", "peft"), requirement("short", ref="v1"), requirement("acme/gone")),
    models=(
        model("acme/app", needs("acme/old-base"), came_from("acme/base")),
        model(
            "acme/base",
            came_from("other/origin"),
            needs("acme/code", relation="remote-code"),
            aliases=("acme/old-base",),
        ),
        model("acme/code"),
        model("acme/tagged", needs("acme/code"), ref="v1", aliases=("short",)),
    ),
)
APP, BASE, CODE, TAGGED = (
    Node(key("acme/app")),
    Node(key("acme/base")),
    Node(key("acme/code")),
    Node(key("acme/tagged"), "v1"),
)
ORIGIN = Node(key("other/origin"))


def test_runtime_edges_lead_to_the_models_themselves() -> None:
    graph = model_graph(LOCK)
    assert list(graph.models) == [APP, BASE, CODE, TAGGED]
    assert {node: list(targets) for node, targets in graph.edges.items()} == {
        APP: [BASE],
        BASE: [CODE],
        CODE: [],
        TAGGED: [CODE],
    }
    assert graph.edges[APP][BASE] == LOCK.models[0].edges[1]


def test_lineage_is_shown_where_asked_for() -> None:
    graph = model_graph(LOCK, lineage=True)
    assert ORIGIN in graph.edges[BASE]
    assert graph.models[ORIGIN] is None
    assert graph.models[BASE] == LOCK.models[1]


def test_a_need_counts_for_more_than_an_origin() -> None:
    assert model_graph(LOCK, lineage=True).edges[APP][BASE].kind == "runtime"
    turned = replace(LOCK, models=tuple(replace(one, edges=one.edges[::-1]) for one in LOCK.models))
    assert model_graph(turned, lineage=True).edges == model_graph(LOCK, lineage=True).edges


def test_roots_are_what_the_project_asks_for() -> None:
    assert roots(LOCK) == (APP, TAGGED)
    assert roots(Lockfile()) == ()


def test_ways_are_the_shortest_ones() -> None:
    graph = model_graph(LOCK)
    assert ways(graph, roots(LOCK), CODE) == ((APP, BASE, CODE), (TAGGED, CODE))
    assert ways(graph, roots(LOCK), BASE) == ((APP, BASE),)
    assert ways(graph, roots(LOCK), APP) == ((APP,),)
    assert ways(graph, roots(LOCK), ORIGIN) == ()


CIRCLE = Lockfile(
    requirements=(requirement("acme/a"),),
    models=(model("acme/a", needs("acme/b")), model("acme/b", needs("acme/a"))),
)
A, B = Node(key("acme/a")), Node(key("acme/b"))


def test_ways_end_in_a_circle() -> None:
    graph = model_graph(CIRCLE)
    assert ways(graph, (A,), B) == ((A, B),)
    assert ways(graph, (A,), A) == ((A,),)


def test_of_two_ways_the_shorter_one_is_shown() -> None:
    detour = replace(LOCK, models=(model("acme/app", needs("acme/base"), needs("acme/code")), *LOCK.models[1:]))
    assert ways(model_graph(detour), (APP,), CODE) == ((APP, CODE),)


def test_upside_down_every_edge_leads_back() -> None:
    graph = model_graph(LOCK, lineage=True)
    back = graph.reversed()
    assert list(back.models) == list(graph.models)
    assert {node: list(targets) for node, targets in back.edges.items()} == {
        APP: [],
        BASE: [APP],
        CODE: [BASE, TAGGED],
        TAGGED: [],
        ORIGIN: [BASE],
    }
    assert back.reversed() == graph


def test_what_several_models_need_counts_once() -> None:
    models = tuple(
        replace(one, files=(LockedFile(path="x", size=2**index, sha256="0" * 64),))
        for index, one in enumerate(LOCK.models)
    )
    sizes = total_sizes(model_graph(replace(LOCK, models=models), lineage=True))
    assert sizes == {APP: 1 + 2 + 4, BASE: 2 + 4, CODE: 4, TAGGED: 4 + 8, ORIGIN: 0}
    assert total_sizes(model_graph(CIRCLE)) == {A: 0, B: 0}


def test_algorithms_see_the_same_graph() -> None:
    graph = model_graph(LOCK, lineage=True).networkx()
    assert list(graph) == [APP, BASE, CODE, TAGGED, ORIGIN]
    assert set(graph.edges) == {(APP, BASE), (BASE, ORIGIN), (BASE, CODE), (TAGGED, CODE)}
    assert graph.nodes[APP]["model"] == LOCK.models[0]
    assert graph.edges[APP, BASE] == {"kind": "runtime", "relation": "adapter", "evidence": "x.json"}
    assert [sorted(cycle) for cycle in nx.simple_cycles(model_graph(CIRCLE).networkx())] == [[A, B]]


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("acme/app", APP),
        ("huggingface:acme/app", APP),
        ("acme/old-base", BASE),
        ("acme/tagged@v1", TAGGED),
        ("acme/tagged", TAGGED),
        ("short", TAGGED),
    ],
)
def test_models_are_found_by_every_name(name: str, node: Node) -> None:
    assert named(model_graph(LOCK), name) == (node,)


def test_a_name_without_a_ref_finds_every_pin() -> None:
    two = replace(LOCK, models=(*LOCK.models, model("acme/app", ref="v2")))
    assert named(model_graph(two), "acme/app") == (APP, Node(key("acme/app"), "v2"))


def test_origins_are_found_where_they_are_shown() -> None:
    assert named(model_graph(LOCK, lineage=True), "other/origin") == (ORIGIN,)


@pytest.mark.parametrize(
    ("name", "hint"), [("acme/bse", "Did you mean `acme/base`?"), ("zzz", "`ptmdeps list` shows what is")]
)
def test_a_name_that_nothing_has_is_an_error(name: str, hint: str) -> None:
    with pytest.raises(PtmdepsError, match=f"`{name}` is not locked") as caught:
        named(model_graph(LOCK), name)
    assert caught.value.hint == hint


def test_nodes_are_written_as_people_write_them() -> None:
    assert (str(APP), str(TAGGED)) == ("acme/app", "acme/tagged@v1")
