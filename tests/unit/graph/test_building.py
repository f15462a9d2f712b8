"""From the lock, and what code asks for, to the graph."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import networkx as nx
import pytest

from ptmdeps.errors import PtmdepsError
from ptmdeps.graph import PROJECT, Arc, Node, model_graph, named, roots
from ptmdeps.graph.building import Code
from ptmdeps.graph.handoffs import Handoff
from ptmdeps.graph.model import ModelGraph
from ptmdeps.graph.uses import Use
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Lockfile
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
from tests.worlds import key


def targets(graph: ModelGraph) -> dict[Node, list[Node]]:
    return {node: [arc.target for arc in arcs] for node, arcs in graph.arcs.items()}


def arc(graph: ModelGraph, source: Node, target: Node) -> Arc:
    (found,) = (one for one in graph.arcs[source] if one.target == target)
    return found


def place(site: str) -> Node:
    return Node(ModelKey("", site), kind="place")


def test_runtime_edges_lead_to_the_models_themselves() -> None:
    graph = model_graph(LOCK)
    assert list(graph.nodes) == [APP, BASE, CODE, TAGGED]
    assert targets(graph) == {APP: [BASE], BASE: [CODE], CODE: [], TAGGED: [CODE]}
    assert arc(graph, APP, BASE) == Arc(
        source=APP, target=BASE, kind="runtime", relation="adapter", evidence=("x.json",)
    )


def test_lineage_is_shown_where_asked_for() -> None:
    graph = model_graph(LOCK, lineage=True)
    assert graph.nodes[ORIGIN] is None
    assert graph.nodes[BASE] == LOCK.models[1]
    assert arc(graph, BASE, ORIGIN).evidence == ("README.md: base_model",)


def test_two_nodes_may_be_connected_several_times_and_needs_come_first() -> None:
    graph = model_graph(LOCK, lineage=True)
    assert [(one.target, one.kind) for one in graph.arcs[APP]] == [(BASE, "runtime"), (BASE, "lineage")]
    turned = replace(LOCK, models=tuple(replace(one, edges=one.edges[::-1]) for one in LOCK.models))
    assert model_graph(turned, lineage=True).arcs == graph.arcs


def test_several_sources_of_one_relation_are_one_arc_with_all_their_evidence() -> None:
    said = (came_from("acme/b", "base-model"), came_from("acme/b", "base-model", "config.json"))
    graph = model_graph(replace(CIRCLE, models=(model("acme/a", *said), model("acme/b"))), lineage=True)
    (found,) = graph.arcs[A]
    assert found.evidence == ("README.md: base_model", "config.json: _name_or_path")
    assert found.confidence == "declared"


def test_ancestors_go_up_to_the_roots_with_what_is_known_of_them() -> None:
    graph = model_graph(FAMILY, lineage=True)
    assert {node: set(found) for node, found in targets(graph).items()} == {
        LORA: {CHAT},
        CHAT: {TALK, LLAMA3, LLAMA31},
        TALK: set(),
        LLAMA3: set(),
        LLAMA31: {LLAMA3},
    }
    assert graph.nodes[TALK] == FAMILY.ancestors[0]
    assert graph.nodes[CHAT] == FAMILY.models[1]
    assert list(model_graph(FAMILY).nodes) == [LORA, CHAT]


@pytest.mark.parametrize(
    ("source", "target", "relation", "evidence", "confidence"),
    [
        (LORA, CHAT, "adapter", "adapter_config.json: base_model_name_or_path", "declared"),
        (CHAT, LLAMA31, "finetune", "README.md: base_model", "declared"),
        (CHAT, LLAMA3, "base-model", "config.json: _name_or_path", "inferred"),
        (CHAT, TALK, "trained_on", "README.md: datasets", "declared"),
        (LLAMA31, LLAMA3, "base-model", "README.md: base_model", "declared"),
    ],
)
def test_evidence_names_file_and_field(
    source: Node, target: Node, relation: str, evidence: str, confidence: str
) -> None:
    found = arc(model_graph(FAMILY, lineage=True), source, target)
    assert (found.relation, found.evidence, found.confidence) == (relation, (evidence,), confidence)


def test_evidence_in_a_folder_keeps_its_path_and_what_is_not_known_stays_as_it_is() -> None:
    edges = (needs("acme/b", evidence="lora/adapter_config.json"), needs("acme/c", "", "component", "table 1.0"))
    graph = model_graph(replace(CIRCLE, models=(model("acme/a", *edges),)))
    assert [one.evidence for one in graph.arcs[A]] == [
        ("lora/adapter_config.json: base_model_name_or_path",),
        ("table 1.0",),
    ]


def test_repositories_of_which_only_code_is_loaded() -> None:
    assert model_graph(LOCK).code == {CODE}
    code = ancestor("acme/a", came_from("acme/b", "remote-code", "config.json"))
    origins = model_graph(Lockfile(ancestors=(code, ancestor("acme/b"))), lineage=True)
    assert origins.code == {B} and origins.arcs[A][0].evidence == ("config.json: auto_map",)
    wanted = replace(LOCK, requirements=(*LOCK.requirements, replace(LOCK.requirements[0], key=key("acme/code"))))
    assert model_graph(wanted).code == frozenset()


def test_packages_that_models_need() -> None:
    graph = model_graph(FAMILY, packages=True)
    (package,) = (one.target for one in graph.arcs[CHAT])
    assert (str(package), package.kind, arc(graph, CHAT, package).relation) == ("transformers", "package", "requires")


def test_the_project_leads_to_what_it_asks_for_with_the_files_that_the_lock_names() -> None:
    graph = model_graph(LOCK, project=True)
    assert targets(graph)[PROJECT] == [APP, TAGGED, GONE]
    assert graph.nodes[GONE] is None
    assert arc(graph, PROJECT, APP).evidence == LOCK.requirements[0].used_in


def test_places_stand_between_the_project_and_what_they_load() -> None:
    uses = (
        Use(site="app.py:3", key=key("acme/app"), loader="x.load"),
        Use(site="app.py:9", key=key("acme/base"), loader="x.load", alternative=True, confidence="inferred"),
        Use(site="app.py:9", key=key("acme/code"), loader="x.load", alternative=True, confidence="inferred"),
        Use(site="app.py:12", key=key("acme/base"), kind="dataset", loader="datasets.load_dataset"),
        Use(site="app.py:13", key=key("acme/base"), kind="space", loader="gradio.load"),
        Use(site="pyproject.toml", key=key("short"), ref="v1"),
    )
    graph = model_graph(LOCK, project=True, code=Code(uses=uses))
    places = [place(site) for site in ("app.py:3", "app.py:9", "app.py:12", "app.py:13", "pyproject.toml")]
    assert targets(graph)[PROJECT] == places
    assert [[(one.relation, one.target, one.evidence) for one in graph.arcs[site]] for site in places] == [
        [("loads", APP, ("app.py:3 x.load",))],
        [("alternative", BASE, ("app.py:9 x.load",)), ("alternative", CODE, ("app.py:9 x.load",))],
        [("loads", replace(BASE, kind="dataset"), ("app.py:12 datasets.load_dataset",))],
        [("loads", replace(BASE, kind="space"), ("app.py:13 gradio.load",))],
        [("declares", TAGGED, ("pyproject.toml",))],
    ]
    assert {one.confidence for one in graph.arcs[place("app.py:9")]} == {"inferred"}


def test_what_is_handed_over_connects_models_whether_or_not_they_are_locked() -> None:
    handed = (
        Handoff(
            source=(key("acme/old-base"), ""),
            target=(key("acme/app"), ""),
            evidence="a.py:1 f()",
            confidence="declared",
        ),
        Handoff(
            source=(key("acme/new"), ""), target=(key("acme/app"), ""), evidence="a.py:2 f()", confidence="inferred"
        ),
        Handoff(
            source=(key("acme/old-base"), ""),
            target=(key("acme/base"), ""),
            evidence="a.py:3 f()",
            confidence="declared",
        ),
    )
    graph = model_graph(LOCK, project=True, code=Code(handoffs=handed))
    assert arc(graph, BASE, APP).relation == "hand-off"
    assert arc(graph, Node(key("acme/new")), APP).confidence == "inferred"
    assert BASE not in targets(graph)[BASE]


def test_roots_are_what_the_project_asks_for() -> None:
    assert roots(LOCK) == (APP, TAGGED)
    assert model_graph(LOCK).nodes.keys() >= set(roots(LOCK))


def test_upside_down_every_arc_leads_back() -> None:
    graph = model_graph(LOCK, lineage=True)
    back = graph.reversed()
    assert list(back.nodes) == list(graph.nodes)
    assert targets(back) == {APP: [], BASE: [APP, APP], CODE: [BASE, TAGGED], TAGGED: [], ORIGIN: [BASE]}
    assert back.reversed() == graph


def test_algorithms_see_the_same_graph() -> None:
    graph = model_graph(LOCK, lineage=True).networkx()
    assert list(graph) == [APP, BASE, CODE, TAGGED, ORIGIN]
    assert sorted(graph.edges()) == [(APP, BASE), (APP, BASE), (BASE, CODE), (BASE, ORIGIN), (TAGGED, CODE)]
    assert graph.nodes[APP]["known"] == LOCK.models[0]
    assert graph.edges[APP, BASE, 0] == {
        "kind": "runtime",
        "relation": "adapter",
        "evidence": ("x.json",),
        "confidence": "declared",
    }
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


def test_origins_and_datasets_are_found_where_they_are_shown() -> None:
    assert named(model_graph(LOCK, lineage=True), "other/origin") == (ORIGIN,)
    assert named(model_graph(FAMILY, lineage=True), "acme/chat") == (CHAT, TALK)


@pytest.mark.parametrize(
    ("name", "hint"), [("acme/bse", "Did you mean `acme/base`?"), ("zzz", "`ptmdeps list` shows what is")]
)
def test_a_name_that_nothing_has_is_an_error(name: str, hint: str) -> None:
    with pytest.raises(PtmdepsError, match=f"`{name}` is not locked") as caught:
        named(model_graph(LOCK), name)
    assert caught.value.hint == hint


def test_nodes_are_written_as_people_write_them() -> None:
    assert list(map(str, (APP, TAGGED, PROJECT, place("app.py:3")))) == [
        "acme/app",
        "acme/tagged@v1",
        "project",
        "app.py:3",
    ]


def test_the_graph_is_built_without_the_library_for_algorithms() -> None:
    code = "import sys, ptmdeps.graph.questions, ptmdeps.graph.claims; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
