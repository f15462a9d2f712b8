"""``show``: what a user sees of a model, before it is locked, when it is, when it moved, offline and gone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from embedded_hub import models
from ptmdeps.hubs import HUBS
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: text-classification
language: [en]
tags: [sentiment, food]
datasets: [stanfordnlp/sst2]
base_model: google-bert/bert-base-uncased
new_version: acme/sentiment-2
model-index:
- name: sentiment
  results:
  - task: {type: text-classification}
    dataset: {type: stanfordnlp/sst2, name: SST-2, split: validation}
    metrics:
    - {type: accuracy, value: 0.91}
    - {type: f1, value: 0.9}
---
# Sentiment

[![badge](https://img.example/b.svg)](https://acme.example)

A **small** classifier of [Acme](https://acme.example) for what people say of food.

Code: https://github.com/acme/sentiment; after [BERT](https://arxiv.org/abs/1810.04805).
"""
LICENSE = b"Apache License\n\nCopyright 2024 Acme\nCopyright [yyyy] [name of copyright owner]\n"
APP = 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/sentiment")\n'
HOSTILE = (
    b'---\nlicense: "\\e[31mmit"\ntags: ['
    + b"a\\u202e, " * 40
    + b"b]\n---\n\x1b[2J A card \x1b]0;owned\x07 that is \xe2\x80\xaehostile\n"
)


@pytest.fixture
def sentiment(session: Session) -> Session:
    """A hub with a model that says nearly everything."""
    files = {**models.bert_classifier(), "README.md": CARD.encode(), "LICENSE": LICENSE, "model.sig": b"{}"}
    repository = session.hub.repositories.create("acme/sentiment", files)
    repository.tag("v1.0")
    repository.update(downloads=12345, likes=6)
    session.write("app.py", APP)
    return session


def test_show_a_model_before_and_after_it_is_locked(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("show acme/sentiment")
    sentiment.run("-q lock")
    sentiment.run("show acme/sentiment")
    repository = sentiment.hub.repositories["acme/sentiment"]
    repository.commit(models.bert_classifier(seed="v2"), message="Retrain on more reviews")
    repository.tag("v2.0")
    sentiment.note("upstream moved main")
    sentiment.run("show acme/sentiment")
    sentiment.run("show acme/sentiment@v2.0")
    sentiment.note("the model is deleted")
    sentiment.hub.repositories.delete("acme/sentiment")
    sentiment.run("show acme/sentiment")
    snapshot(sentiment)


def test_show_offline(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("-q sync")
    sentiment.hub.log.clear()
    for command in ("show acme/sentiment --offline", "show acme/other --offline"):
        sentiment.run(command)
    assert len(sentiment.hub.log) == 0
    snapshot(sentiment)


def test_show_other_kinds_of_models(session: Session, snapshot: Snapshot) -> None:
    create = session.hub.repositories.create
    create("acme/food-lora", models.lora_adapter("acme/sentiment"))
    create("acme/embeddings", models.sentence_transformer(storage="pickle"))
    create("acme/pixels", models.ddpm_pipeline())
    create("acme/tiny", models.remote_code_model(code="acme/tiny-code"))
    for name in ("food-lora", "embeddings", "pixels", "tiny"):
        session.run(f"show acme/{name}")
    snapshot(session)


def test_show_a_gated_and_a_hostile_model(session: Session, snapshot: Snapshot) -> None:
    session.hub.repositories.create("acme/gated", models.bert_classifier(), gated="manual")
    files = {
        "README.md": HOSTILE,
        "config.json": b'{"architectures": ["\\u001b[2J"]}',
        "model.safetensors": b"\xff" * 99,
    }
    repository = session.hub.repositories.create("acme/hostile", files, message="\x1b[31mRed")
    repository.update(security=(("model.safetensors", "unsafe"),))
    session.run("show acme/gated")
    session.run("show acme/hostile")
    assert "\x1b" not in session.stdout and "\u202e" not in session.stdout
    snapshot(session)


def test_show_as_json(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("show acme/sentiment --format json")
    document = json.loads(sentiment.stdout)
    assert set(document) == {"version", "model", "elements", "complete", "of"}
    assert document["of"] == len(document["elements"]) and document["complete"] == sum(
        element["missing_reason"] is None for element in document["elements"]
    )
    snapshot(sentiment)


def test_show_cuts_what_is_long(session: Session, snapshot: Snapshot) -> None:
    tags = ", ".join(f"tag{number}" for number in range(30))
    card = f"---\ntags: [{tags}]\n---\nA card with a {'very ' * 80}long paragraph.\n"
    repository = session.hub.repositories.create("acme/long", {**models.bert_encoder(), "README.md": card.encode()})
    for number in range(12):
        repository.commit({"notes.txt": str(number).encode()}, message=f"Note {number}")
    session.run("show acme/long")
    session.run("show acme/long --all")
    snapshot(session)


def test_show_mistakes(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.replacements[", ".join(sorted(HUBS))] = "[every hub]"
    sentiment.run("lock")
    for command in (
        "show",
        "show acme/none",
        "show acme/sentiment@v9",
        "show 'no model'",
        "show nohub:a/b",
        "show a b",
    ):
        sentiment.run(command)
    snapshot(sentiment)


def test_show_needs_no_lock_and_changes_nothing(sentiment: Session) -> None:
    before = sorted(path.name for path in sentiment.project.iterdir())
    assert sentiment.run("show acme/sentiment") == 0
    assert sorted(path.name for path in sentiment.project.iterdir()) == before
    assert not list(sentiment.store.rglob("*.safetensors"))
