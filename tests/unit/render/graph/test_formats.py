"""Every format of the graph: what names hold stays a name, whoever reads it."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import networkx as nx
import pytest

from ptmdeps.graph import model_graph
from ptmdeps.graph.building import Code
from ptmdeps.graph.selecting import around
from ptmdeps.graph.uses import Use
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import License, Lockfile
from ptmdeps.render.graph import GRAPH_FORMATS, written
from ptmdeps.render.graph.document import document
from ptmdeps.requirement import Requirement
from tests.unit.graph.made_up import CHAT, CIRCLE, FAMILY, GONE, LOCK, came_from, model, needs
from tests.worlds import key

ROOT = Path(__file__).parents[4]
SCHEMA = json.loads((ROOT / "docs/reference/graph.schema.json").read_text())

HOSTILE = (
    "quotes \" and ' and \\",
    "\\N\\G\\l",
    "line\nbreak\rback\ttab",
    'brackets ]"] --> n1["x',
    "--> %%{init: {}}%% click n0 href",
    "<img src=x onerror=alert(1)> &amp; </script>",
    "]]> <!-- --> <![CDATA[",
    "\x1b[31mred\x00\x07\x7f",
    "\u202egnp.\u2028\u200b",
    "`**bold** _x_` #quot; #35; ; {a} |b|",
    "\ud800 half",
    "graph",
    "end",
)


def plain() -> dict[str, Any]:
    uses = (
        Use(site="app.py:3", key=key("acme/lora"), loader="peft.AutoPeftModel.from_pretrained"),
        Use(site="app.py:9", key=key("acme/new"), loader="x.load", confidence="inferred"),
        Use(site="app.py:10", key=key("acme/chat"), kind="dataset", loader="datasets.load_dataset"),
        Use(site="app.py:10", key=key("acme/chat"), kind="space", loader="gradio.load"),
    )
    graph = model_graph(FAMILY, lineage=True, packages=True, project=True, code=Code(uses=uses))
    return document(graph, FAMILY)


def hostile() -> dict[str, Any]:
    models = tuple(
        model(
            f"acme/{name}",
            needs(f"acme/{name}/base", relation=name, evidence=name),
            came_from(f"acme/{name}", relation="dataset", evidence=name),
            came_from("acme/self", relation=name, evidence="config.json"),
            license=License(declared=name, concluded="MIT", evidence=name, text=name, recognized=f"{name}!"),
            requires=(name,),
            ref=name,
        )
        for name in HOSTILE
    )
    lock = Lockfile(models=models)
    uses = tuple(Use(site=f"{name}.py:1", key=key(f"acme/{name}"), ref=name, loader=name) for name in HOSTILE)
    return document(model_graph(lock, lineage=True, packages=True, project=True, code=Code(uses=uses)), lock)


def empty() -> dict[str, Any]:
    return document(model_graph(Lockfile()), Lockfile())


@pytest.fixture(params=[plain, hostile, empty])
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    result: dict[str, Any] = request.param()
    return result


def test_the_document_is_as_its_schema_says(made: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(made, SCHEMA)
    identifiers = [node["id"] for node in made["nodes"]]
    assert len(set(identifiers)) == len(identifiers)
    named = [end for edge in made["edges"] for end in (edge["from"], edge["to"])]
    named += [one for cycle in made["cycles"] for one in cycle] + made["orphans"]
    named += [conflict["node"] for conflict in made["conflicts"]]
    assert set(named) <= set(identifiers)


def test_what_the_document_says() -> None:
    nodes = {node["id"]: node for node in plain()["nodes"]}
    assert next(iter(nodes)) == "project"
    assert set(nodes) == {
        "project",
        "place:app.py:3",
        "place:app.py:9",
        "place:app.py:10",
        "model:huggingface:acme/lora",
        "model:huggingface:acme/chat",
        "model:huggingface:acme/new",
        "dataset:huggingface:acme/chat",
        "space:huggingface:acme/chat",
        "model:huggingface:meta/llama-3",
        "model:huggingface:meta/llama-3.1",
        "package:pypi:transformers",
    }
    assert nodes["model:huggingface:acme/chat"] == {
        "id": "model:huggingface:acme/chat",
        "kind": "model",
        "label": "acme/chat",
        "hub": "huggingface",
        "name": "acme/chat",
        "ref": None,
        "revision": "a" * 40,
        "locked": True,
        "roles": ["finetune"],
        "license": "Apache-2.0",
        "size": 0,
        "gated": None,
        "missing": None,
        "outcome": None,
    }
    base = nodes["model:huggingface:meta/llama-3.1"]
    assert (base["locked"], base["revision"], base["gated"], base["size"]) == (False, "b" * 40, "manual", None)
    assert nodes["model:huggingface:meta/llama-3"]["missing"] == "denied"
    assert (nodes["space:huggingface:acme/chat"]["kind"], nodes["project"]["hub"]) == ("code", None)
    assert plain()["orphans"] == ["model:huggingface:acme/new"]
    assert {conflict["about"] for conflict in plain()["conflicts"]} == {"base-model", "license"}
    assert {
        "from": "model:huggingface:acme/chat",
        "to": "model:huggingface:meta/llama-3",
        "relation": "base-model",
        "kind": "lineage",
        "evidence": ["config.json: _name_or_path"],
        "confidence": "inferred",
    } in plain()["edges"]


def test_a_part_says_nothing_of_what_is_not_shown() -> None:
    graph = model_graph(FAMILY, lineage=True)
    part = document(graph, FAMILY, around(graph, [CHAT], 0))
    assert [node["id"] for node in part["nodes"]] == ["model:huggingface:acme/chat"]
    assert (part["edges"], part["cycles"], part["orphans"]) == ([], [], [])
    circle = model_graph(CIRCLE)
    assert document(circle, CIRCLE)["cycles"] == [["model:huggingface:acme/a", "model:huggingface:acme/b"]]
    assert document(circle, CIRCLE, around(circle, [next(iter(circle.nodes))], 0))["cycles"] == []
    whole = model_graph(LOCK, project=True)
    assert document(whole, LOCK, around(whole, [GONE]))["orphans"] == ["model:huggingface:acme/gone"]


def test_names_and_refs_cannot_be_taken_for_each_other() -> None:
    wishes = (
        Requirement(key=ModelKey("url", "a@b")),
        Requirement(key=ModelKey("url", "a"), ref="b"),
        Requirement(key=ModelKey("url", "a%40b")),
        Requirement(key=key("acme/code")),
    )
    lock = replace(LOCK, requirements=wishes)
    found = {node["id"] for node in document(model_graph(lock, project=True), lock)["nodes"]}
    assert found >= {"model:url:a%40b", "model:url:a@b", "model:url:a%2540b", "model:huggingface:acme/code"}
    assert "code:huggingface:acme/code" in {node["id"] for node in document(model_graph(LOCK), LOCK)["nodes"]}


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_every_format_is_the_same_twice_and_holds_nothing_that_a_terminal_obeys(
    format_: str, made: dict[str, Any]
) -> None:
    text = written(made, format_)
    assert text == written(made, format_) and text.endswith("\n")
    assert text.encode()
    assert not {char for char in text if not char.isprintable()} - {"\n"}


def test_json_is_the_document(made: dict[str, Any]) -> None:
    assert json.loads(written(made, "json")) == made


STATEMENT = re.compile(
    r"""  (?P<source>"(?:[^"\\]|\\.)*")(?: -> (?P<target>"(?:[^"\\]|\\.)*"))? \[(?P<attributes>[^\n]*)\];"""
)
ATTRIBUTES = re.compile(r"""label=("(?:[^"\\]|\\["\\n])*"), (?:shape|style)=\w+(?:, style=dashed)?""")


def unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def shown(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def test_dot_holds_every_node_and_edge(made: dict[str, Any]) -> None:
    first, *lines, last = written(made, "dot").splitlines()
    assert (first, last) == ("digraph ptmdeps {", "}")
    found = [STATEMENT.fullmatch(line) for line in lines[3:]]
    assert all(one and ATTRIBUTES.fullmatch(one["attributes"]) for one in found)
    ends = [(unquoted(one["source"]), one["target"] and unquoted(one["target"])) for one in found if one]
    assert ends == [
        *((shown(node["id"]), None) for node in made["nodes"]),
        *((shown(edge["from"]), shown(edge["to"])) for edge in made["edges"]),
    ]


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_graphviz_reads_the_same_graph(made: dict[str, Any]) -> None:
    done = subprocess.run(["dot", "-Tjson0"], input=written(made, "dot").encode(), capture_output=True, check=True)
    assert done.stderr == b""
    drawn = json.loads(done.stdout)
    # Graphviz writes what it reads as it was, with escapes in labels
    names = [node["name"].replace("\\\\", "\\") for node in drawn.get("objects", ())]
    assert sorted(names) == sorted(shown(node["id"]) for node in made["nodes"])
    assert len(drawn.get("edges", ())) == len(made["edges"])


def test_graphml_is_read_by_networkx(made: dict[str, Any]) -> None:
    graph = nx.read_graphml(io.BytesIO(written(made, "graphml").encode()), force_multigraph=True)
    assert list(graph) == [shown(node["id"]) for node in made["nodes"]]
    for node in made["nodes"]:
        facts = graph.nodes[shown(node["id"])]
        assert facts["label"] == shown(node["label"])
        assert facts["locked"] is node["locked"]
        assert facts.get("size") == node["size"]
    assert sorted((source, target, facts["relation"]) for source, target, facts in graph.edges(data=True)) == sorted(
        (shown(edge["from"]), shown(edge["to"]), shown(edge["relation"])) for edge in made["edges"]
    )


MERMAID = re.compile(
    r"""  n\d+(?:\(\["|\("|\["|\[\("|\[\["|\{\{")(?P<label>.*?)(?:"\]\)|"\)|"\]|"\)\]|"\]\]|"\}\})"""
    r"""|  n\d+ (?:-->|==>|-\.->)\|"(?P<relation>[^"\n]*)"\| n\d+"""
    r"""|  classDef notlocked stroke-dasharray: 4 3|  class n\d+(?:,n\d+)* notlocked"""
)


def labels(lines: list[str]) -> Iterator[str]:
    for line in lines:
        found = MERMAID.fullmatch(line)
        assert found, line
        yield found["label"] or found["relation"] or ""


def test_mermaid_has_no_sign_that_means_something(made: dict[str, Any]) -> None:
    first, *lines = written(made, "mermaid").splitlines()
    assert first == "flowchart LR"
    for label in labels(lines):
        text = re.sub(r"#\d+;", "", label.replace("<br/>", " "))
        assert not set(text) & set('"`<>{}|;[]%\\&#*!~^$'), label
    assert sum(" n" in line and "|" in line for line in lines) == len(made["edges"])


def test_mermaid_reads_as_people_would_write_it() -> None:
    text = written(document(model_graph(FAMILY, lineage=True), FAMILY), "mermaid")
    assert text == (
        "flowchart LR\n"
        '  n0[("acme/chat<br/>bbbbbbbbbbbb · CC-BY-4.0")]\n'
        '  n1["acme/chat<br/>aaaaaaaaaaaa · Apache-2.0 · finetune"]\n'
        '  n2["acme/lora<br/>aaaaaaaaaaaa · adapter"]\n'
        '  n3["meta/llama-3<br/>access denied"]\n'
        '  n4["meta/llama-3.1<br/>bbbbbbbbbbbb"]\n'
        '  n1 -.->|"trained_on"| n0\n'
        '  n1 -.->|"base-model, inferred"| n3\n'
        '  n1 -.->|"finetune"| n4\n'
        '  n2 ==>|"adapter"| n1\n'
        '  n4 -.->|"base-model"| n3\n'
        "  classDef notlocked stroke-dasharray: 4 3\n"
        "  class n3,n4 notlocked\n"
    )
