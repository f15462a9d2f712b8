"""``why`` and ``tree``: ways, what breaks, and ancestors as text and JSON."""

from __future__ import annotations

import json

from ptmdeps.graph import Node, model_graph, roots, ways
from ptmdeps.graph.building import Code
from ptmdeps.graph.questions import impact
from ptmdeps.graph.uses import Use
from ptmdeps.graph.walking import between
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.render.models import Style
from ptmdeps.render.tree import View, tree_json, tree_text
from ptmdeps.render.why import Breakage, Way, impact_json, impact_text, why_json, why_text
from tests.unit.graph.made_up import CHAT, CODE, FAMILY, LLAMA3, LOCK, LORA, ORIGIN, model, needs
from tests.worlds import key

STYLE = Style()
USES = (
    Use(site="app.py:3", key=key("acme/app"), loader="x.load"),
    Use(site="app.py:9", key=key("acme/app"), loader="x.load", alternative=True),
    Use(site="app.py:9", key=key("acme/gone"), loader="x.load", alternative=True),
)


def way_to(lock: Lockfile, target: Node) -> Way:
    graph = model_graph(lock, lineage=True)
    (way,) = ways(graph, roots(lock), target)
    return Way(sites=("app.py:3 x.load",), models=tuple(map(str, way)), steps=tuple(between(graph, way)))


def breakage(node: Node) -> Breakage:
    graph = model_graph(LOCK, lineage=True, project=True, code=Code(uses=USES))
    return Breakage(impact=impact(graph, LOCK, node), graph=graph)


def test_only_steps_that_are_no_needs_say_how() -> None:
    assert why_text([way_to(FAMILY, LLAMA3)], STYLE) == (
        "app.py:3 x.load → acme/lora → acme/chat → meta/llama-3 (base-model)\n"
    )
    (found,) = json.loads(why_json([way_to(FAMILY, CHAT)], STYLE))["ways"]
    assert found["models"] == ["acme/lora", "acme/chat"]
    assert found["steps"] == [
        [
            {
                "kind": "runtime",
                "relation": "adapter",
                "evidence": ["adapter_config.json: base_model_name_or_path"],
                "confidence": "declared",
            }
        ]
    ]


def test_what_breaks_is_said_in_groups() -> None:
    assert impact_text([breakage(CODE)], STYLE) == (
        "Without acme/code:\n"
        "  1 place with nothing to load\n"
        "    app.py:3\n"
        "  1 place with another model to choose\n"
        "    app.py:9\n"
        "  2 requirements with no model\n"
        "    acme/app (app.py)\n"
        "    short@v1 (app.py)\n"
        "  3 models with a need that is gone\n"
        "    acme/app (adapter of acme/base)\n"
        "    acme/base (remote-code of acme/code)\n"
        "    acme/tagged@v1 (remote-code of acme/code)\n"
    )
    (found,) = json.loads(impact_json([breakage(CODE)], STYLE))["impacts"]
    assert (found["places"], found["alternatives"]) == (["app.py:3"], ["app.py:9"])
    assert found["requirements"][1] == {"hub": "huggingface", "name": "short", "ref": "v1", "used_in": ["app.py"]}


def test_what_came_from_a_model_is_listed_apart() -> None:
    assert impact_text([breakage(ORIGIN)], STYLE) == (
        "Nothing breaks without other/origin\n"
        "Came from other/origin, and do without it:\n"
        "  acme/base (finetune of other/origin)\n"
        "  acme/app (finetune of acme/base)\n"
    )


def test_ancestors_have_licence_and_revision_or_why_nothing_is_known() -> None:
    view = View(graph=model_graph(FAMILY, lineage=True), roots=(LORA,))
    lines = tree_text(view, STYLE).splitlines()
    assert lines[0] == "acme/lora aaaaaaaaaaaa" and lines[1] == "└── acme/chat aaaaaaaaaaaa (adapter)"
    assert {line.strip(" │├└─") for line in lines[2:]} == {
        "acme/chat bbbbbbbbbbbb [CC-BY-4.0] (trained_on)",
        "meta/llama-3 (access denied) (base-model, inferred)",
        "meta/llama-3 (access denied) (base-model)",
        "meta/llama-3.1 bbbbbbbbbbbb [no licence] (finetune)",
    }
    document = json.loads(tree_json(view, STYLE))
    nodes = {node["id"]: node for node in document["nodes"]}
    assert nodes["dataset:acme/chat"]["license"] == "CC-BY-4.0"
    assert nodes["meta/llama-3"]["missing"] == "denied" and nodes["acme/chat"]["locked"]
    assert {(edge["to"], edge["confidence"]) for edge in document["edges"]} >= {("meta/llama-3", "inferred")}


def test_names_do_nothing_to_a_terminal() -> None:
    hostile = "acme/\x1b[2J\u202e"
    lock = Lockfile(requirements=(), models=(model("acme/a", needs(hostile, relation="\x1b[31m")), model(hostile)))
    graph = model_graph(lock, project=True, code=Code(uses=(Use(site="\x1b.py:1", key=key("acme/a"), loader="\x07"),)))
    node = Node(key(hostile))
    texts = (
        tree_text(View(graph=graph, roots=(Node(key("acme/a")),)), STYLE),
        impact_text([Breakage(impact=impact(graph, lock, node), graph=graph)], STYLE),
        why_text([Way(sites=("\x1b",), models=(hostile,))], STYLE),
    )
    assert all(text.replace("\n", "").isprintable() for text in texts)
