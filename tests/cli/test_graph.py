"""``graph``, ``tree --lineage`` and ``why --impact``: what a user sees of models that are made of others."""

from __future__ import annotations

import json
from collections.abc import Callable

import jsonschema
import pytest

from embedded_hub import models
from tests.cli.conftest import Session
from tests.unit.render.graph.test_formats import SCHEMA

Snapshot = Callable[[Session], None]

CHAT = b"---\nlicense: mit\nbase_model: acme/base\nbase_model_relation: finetune\n---\n# Chat\n"
BASE = b"---\nlicense: llama3\n---\n# Base\n"
APP = """from peft import PeftModel
from transformers import AutoModel, AutoTokenizer, pipeline

chat = AutoModel.from_pretrained("acme/chat")
tokenizer = AutoTokenizer.from_pretrained("acme/words")
talk = pipeline("text-generation", model=chat, tokenizer=tokenizer)
food = PeftModel.from_pretrained(chat, "acme/food-lora")
"""


@pytest.fixture
def family(session: Session) -> Session:
    """A project with a model, its adapter, a tokenizer of its own, and the base they came from."""
    create = session.hub.repositories.create
    create("acme/base", {**models.bert_classifier(seed="base"), "README.md": BASE})
    create("acme/chat", {**models.bert_classifier(), "README.md": CHAT})
    create("acme/words", {**models.bert_classifier(seed="words"), "README.md": b"---\nlicense: mit\n---\n"})
    create("acme/food-lora", models.lora_adapter("acme/chat"))
    session.write("app.py", APP)
    session.run("-q lock")
    return session


def test_a_family_of_models_as_a_graph(family: Session, snapshot: Snapshot) -> None:
    for command in (
        "tree --lineage",
        "why acme/base",
        "why acme/chat --lineage",
        "why --impact acme/chat",
        "why --impact acme/base",
        "graph --format mermaid",
        "graph --format dot --no-code acme/base",
        "graph --no-lineage --depth 1 --packages acme/words",
        "graph --format graphml -o graph.xml",
        "why --impact acme/chat --format json",
        "graph acme/chad",
    ):
        family.run(command)
    snapshot(family)
    assert (family.project / "graph.xml").read_text().startswith('<?xml version="1.0"')


def test_the_graph_as_json_follows_its_schema_and_is_the_same_twice(family: Session) -> None:
    family.run("graph")
    first = family.stdout
    family.run("graph")
    assert family.stdout == first
    document = json.loads(first)
    jsonschema.validate(document, SCHEMA)
    relations = {(edge["from"], edge["relation"], edge["to"]) for edge in document["edges"]}
    assert {
        ("model:huggingface:acme/words", "hand-off", "model:huggingface:acme/chat"),
        ("model:huggingface:acme/chat", "finetune", "model:huggingface:acme/base"),
        ("place:app.py:7", "loads", "model:huggingface:acme/food-lora"),
    } <= relations


def test_the_page_holds_the_graph_and_asks_for_nothing(family: Session) -> None:
    assert family.run("graph --format html -o graph.html") == 0
    page = (family.project / "graph.html").read_text()
    assert page.lower().startswith("<!doctype html>")
    assert "acme/food-lora" in page and 'src="http' not in page


def test_the_graph_says_what_licences_come_to_if_it_is_asked(family: Session) -> None:
    for options, expected in (("", {None}), (" --licenses", {"conflict", "obligation", "unknown"})):
        family.run(f"graph{options}")
        nodes = json.loads(family.stdout)["nodes"]
        jsonschema.validate(json.loads(family.stdout), SCHEMA)
        assert {node["outcome"] for node in nodes if node["locked"]} <= expected
        assert all(node["outcome"] is None for node in nodes if not node["locked"])
    assert {node["name"]: node["outcome"] for node in nodes}["acme/chat"] == "conflict"
