"""What models came from: locked with them, kept, renewed, and left out."""

from __future__ import annotations

import re
from collections.abc import Callable

from embedded_hub import models
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

CLASSIFIER = 'from transformers import AutoModel\n\nAutoModel.from_pretrained("acme/sentiment")\n'


def test_ancestors_are_locked_and_their_changes_are_told(session: Session, snapshot: Snapshot) -> None:
    cards = session.hub.repositories
    base = cards.create("google-bert/bert-base-uncased", {"README.md": models.card("BERT", {"license": "apache-2.0"})})
    cards.create("acme/sentiment", models.bert_classifier())
    session.write("app.py", CLASSIFIER)
    session.run("lock")
    lock = session.project / "ptm.lock"
    text = lock.read_text(encoding="utf-8")
    assert re.findall(r'\[\[ancestor\]\]\nhub = "huggingface"\nname = "(.*)"\nkind = "(.*)"', text) == [
        ("stanfordnlp/sst2", "dataset"),
        ("google-bert/bert-base-uncased", "model"),
    ]
    # a lock of an earlier ptmdeps is no worse for having none, and gets them when it is next locked
    before = text.partition("\n[[ancestor]]")[0].replace("\nrevision = 4\n", "\nrevision = 3\n")
    lock.write_text(before, encoding="utf-8")
    session.run("lock --check")
    session.run("lock")
    assert lock.read_text(encoding="utf-8") == text
    # of this one they were taken out
    lock.write_text(text.partition("\n[[ancestor]]")[0], encoding="utf-8")
    session.run("lock --check")
    session.run("lock --offline")
    session.run("lock")
    base.commit({"README.md": models.card("BERT", {"license": "cc-by-nc-4.0"})})
    base.gate("manual")
    session.run("lock")
    session.run("upgrade --no-sync --brief")
    session.write("ptm.toml", "lineage = false\n")
    session.run("lock --check")
    session.run("lock")
    assert "[[ancestor]]" not in lock.read_text(encoding="utf-8")
    snapshot(session)
