"""Impact, dependents, origins, cycles, orphans, alternatives; a part of the graph; contradictions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ptmdeps.graph import PROJECT, Node, model_graph
from ptmdeps.graph.building import Code
from ptmdeps.graph.claims import Claim, Conflict, conflicts
from ptmdeps.graph.handoffs import Handoff
from ptmdeps.graph.questions import alternatives, cycles, dependents, impact, origins, orphans
from ptmdeps.graph.selecting import around
from ptmdeps.graph.uses import Use
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Edge, License, Lockfile
from tests.unit.graph.made_up import (
    APP,
    BASE,
    CHAT,
    CIRCLE,
    CODE,
    FAMILY,
    GONE,
    LLAMA3,
    LLAMA31,
    LOCK,
    LORA,
    ORIGIN,
    TAGGED,
    TALK,
    A,
    B,
    ancestor,
    came_from,
    model,
    needs,
)
from tests.worlds import key, requirement

USES = (
    Use(site="app.py:3", key=key("acme/app"), loader="x.load"),
    Use(site="app.py:9", key=key("acme/app"), loader="x.load", alternative=True),
    Use(site="app.py:9", key=key("acme/gone"), loader="x.load", alternative=True),
    Use(site="app.py:20", key=key("short"), ref="v1", loader="x.load"),
)
GRAPH = model_graph(LOCK, lineage=True, project=True, code=Code(uses=USES))


def place(site: str) -> Node:
    return Node(ModelKey("", site), kind="place")


def test_what_breaks_without_a_model() -> None:
    found = impact(GRAPH, LOCK, CODE)
    assert found.models == (APP, BASE, TAGGED)
    assert found.places == (place("app.py:20"), place("app.py:3"))
    assert found.alternatives == (place("app.py:9"),)
    assert [str(wish.key) for wish in found.requirements] == ["huggingface:acme/app", "huggingface:short"]
    assert found.descendants == ()


def test_a_place_breaks_if_all_that_it_can_load_goes() -> None:
    both = tuple(replace(use, key=key("acme/app")) if "gone" in use.key.name else use for use in USES)
    graph = model_graph(LOCK, project=True, code=Code(uses=both))
    assert place("app.py:9") in impact(graph, LOCK, BASE).places


def test_what_came_from_a_model_is_not_broken() -> None:
    found = impact(GRAPH, LOCK, ORIGIN)
    assert found.descendants == (BASE, APP)
    assert (found.places, found.requirements, found.models) == ((), (), ())


def test_dependents_need_it_and_with_lineage_came_from_it() -> None:
    graph = model_graph(FAMILY, lineage=True)
    assert dependents(graph, CHAT) == (LORA,)
    assert dependents(graph, LLAMA3) == ()
    assert dependents(graph, LLAMA3, lineage=True) == (CHAT, LLAMA31)
    assert dependents(GRAPH, CODE)[:2] == (BASE, TAGGED)


def test_what_is_handed_over_is_not_needed() -> None:
    handed = Handoff(
        source=(key("acme/tagged"), "v1"), target=(key("acme/app"), ""), evidence="a.py:1 f()", confidence="declared"
    )
    graph = model_graph(
        LOCK,
        project=True,
        code=Code(uses=USES, handoffs=(handed, replace(handed, source=handed.target, target=handed.source))),
    )
    assert APP in {arc.target for arc in graph.arcs[TAGGED]}
    assert impact(graph, LOCK, APP).models == ()
    assert TAGGED not in dependents(graph, APP)
    assert cycles(graph) == ()


def test_where_models_come_from_in_the_end() -> None:
    graph = model_graph(FAMILY, lineage=True)
    assert origins(graph, CHAT) == (TALK, LLAMA3)
    assert origins(graph, LLAMA3) == ()


def test_cycles_are_shown_once_from_their_smallest_node() -> None:
    assert cycles(model_graph(CIRCLE)) == ((A, B),)
    assert cycles(GRAPH) == ()
    itself = replace(CIRCLE, models=(model("acme/a", came_from("acme/a")), model("acme/b")))
    assert cycles(model_graph(itself, lineage=True)) == ((A,),)


def test_a_shortest_cycle_stands_for_a_tangle() -> None:
    tangle = Lockfile(
        models=(
            model("acme/a", needs("acme/b"), needs("acme/c")),
            model("acme/b", needs("acme/c")),
            model("acme/c", needs("acme/a")),
        )
    )
    assert cycles(model_graph(tangle)) == ((A, Node(key("acme/c"))),)


def test_orphans_are_locked_for_nothing_or_not_locked() -> None:
    assert orphans(model_graph(LOCK), LOCK) == ()
    assert orphans(GRAPH, LOCK) == (GONE,)
    lonely = replace(LOCK, requirements=LOCK.requirements[1:])
    assert orphans(model_graph(lonely, lineage=True), lonely) == (APP, BASE)
    assert orphans(model_graph(FAMILY, lineage=True), FAMILY) == ()


def test_a_needed_model_that_is_only_known_as_an_ancestor_is_an_orphan() -> None:
    lock = Lockfile(
        requirements=(requirement("acme/a"),),
        models=(model("acme/a", needs("acme/b")),),
        ancestors=(ancestor("acme/b"),),
    )
    assert orphans(model_graph(lock, lineage=True), lock) == (B,)


def test_places_that_load_one_of_several() -> None:
    assert list(alternatives(GRAPH)) == [(place("app.py:9"), (APP, GONE))]


def test_a_part_of_the_graph_is_what_lies_around() -> None:
    assert set(around(GRAPH, [PROJECT], 1).nodes) == {PROJECT, *(place(f"app.py:{line}") for line in (3, 9, 20))}
    part = around(GRAPH, [BASE])
    assert set(part.nodes) == {PROJECT, place("app.py:3"), place("app.py:9"), APP, BASE, CODE, ORIGIN}
    assert part.code == {CODE} and GRAPH.code == {CODE}
    assert all(arc.target in part.nodes for arcs in part.arcs.values() for arc in arcs)
    assert set(around(GRAPH, [BASE], 0).nodes) == {BASE}


def test_sources_that_name_other_bases_are_both_kept() -> None:
    found = conflicts(model_graph(FAMILY, lineage=True))
    assert (
        Conflict(
            node=CHAT,
            about="base-model",
            claims=(
                Claim(value="meta/llama-3", source="config.json: _name_or_path"),
                Claim(value="meta/llama-3.1", source="README.md: base_model"),
            ),
        )
        in found
    )


def test_a_text_of_another_licence_is_kept_beside_what_is_declared() -> None:
    assert Conflict(
        node=CHAT,
        about="license",
        claims=(
            Claim(value="LicenseRef-llama-3.1", source="LICENSE (97 % alike)"),
            Claim(value="apache-2.0", source="README.md"),
        ),
    ) in conflicts(model_graph(FAMILY))


@pytest.mark.parametrize(
    "license_",
    [
        License(declared="mit", concluded="MIT", recognized="MIT"),
        License(declared="gpl-3.0", concluded="GPL-3.0-or-later", recognized="GPL-3.0-only"),
        License(declared="mit AND apache-2.0", concluded="MIT AND Apache-2.0", recognized="Apache-2.0"),
        License(concluded="MIT", recognized="MIT"),
        License(declared="mit", concluded="MIT"),
        License(declared="our own", recognized="MIT"),
    ],
)
def test_sources_that_agree_or_say_less_are_no_conflict(license_: License) -> None:
    lock = Lockfile(models=(model("acme/a", license=license_),))
    assert conflicts(model_graph(lock)) == ()


@pytest.mark.parametrize(
    "edges",
    [
        (came_from("acme/b"), came_from("acme/c")),
        (came_from("acme/b"), came_from("acme/c"), came_from("acme/c", evidence="config.json")),
        (needs("acme/b", "v1", evidence="adapter_config.json"), came_from("acme/b")),
        (came_from("acme/b"), came_from("acme/x", "dataset")),
        (came_from("acme/b"), came_from("acme/code", "remote-code", "config.json")),
    ],
)
def test_bases_of_a_merge_and_one_of_them_named_elsewhere_are_no_conflict(edges: tuple[Edge, ...]) -> None:
    lock = Lockfile(models=(model("acme/a", *edges), model("acme/b"), model("acme/b", ref="v1")))
    assert conflicts(model_graph(lock, lineage=True)) == ()


def test_two_names_of_one_base_are_no_conflict() -> None:
    lock = Lockfile(
        models=(
            model("acme/a", came_from("acme/b"), came_from("acme/old-b", evidence="config.json")),
            model("acme/b", aliases=("acme/old-b",)),
        )
    )
    assert conflicts(model_graph(lock, lineage=True)) == ()
