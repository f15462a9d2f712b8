"""Sessions with ``licenses``: a chain of models at the hub, and what their licences come to."""

from __future__ import annotations

import json
from collections.abc import Callable

from embedded_hub import models
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

CODE = """\
from transformers import AutoModel

chat = AutoModel.from_pretrained("acme/chat")
encoder = AutoModel.from_pretrained("acme/encoder")
"""
MANIFEST = """\
[project]
name = "demo"
version = "1"
license = "Apache-2.0"

[tool.ptmdeps.policy]
commercial = true
distributes = false
saas = true
users = 1000
"""


def test_licences_of_a_chain_of_models(session: Session, snapshot: Snapshot) -> None:
    repositories = session.hub.repositories
    repositories.create("acme/base", models.bert_encoder(facts={"license": "llama3.1"}))
    tuned = {"license": "apache-2.0", "base_model": "acme/base", "base_model_relation": "finetune"}
    repositories.create("acme/chat", models.bert_encoder(facts=tuned))
    repositories.create("acme/encoder", models.bert_encoder(facts={"license": "mit"}))
    session.write("app.py", CODE)
    session.run("-q lock")
    session.run("licenses")
    session.note("the project says what it does")
    session.write("pyproject.toml", MANIFEST)
    session.run("licenses")
    session.run("licenses acme/encoder --fail-on obligation")
    session.run("licenses --notice -o NOTICE.models")
    session.transcript += [*(session.project / "NOTICE.models").read_text().splitlines(), ""]
    session.note("what was agreed on is an exception")
    exception = 'licenses.exceptions = [{ model = "acme/base", reason = "agreed, contract 7" }]\n'
    session.write("pyproject.toml", MANIFEST + exception)
    session.run("licenses --fail-on unknown")
    session.run("licenses acme/chat --format json")
    answers = json.loads(session.stdout)["models"][0]["answers"]
    assert {one["accepted"] for one in answers if one["kind"] == "conflict"} == {"agreed, contract 7"}
    session.run("licenses --format csv --fail-on never")
    session.run("licenses acme/none")
    snapshot(session)
