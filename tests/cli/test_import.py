"""Models that others have pinned, taken over."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded_hub import models
from ptmdeps.lockfile import dumps, read
from tests.cli.conftest import Session
from tests.cli.test_sessions import CLASSIFIER
from tests.unit.shipping.wheels import SETUPTOOLS, build, environment, library

Snapshot = Callable[[Session], None]
QUIET = "from transformers import AutoModel\n"


def commit_of(session: Session, name: str) -> str:
    lockfile = read(session.project / "ptm.lock")
    assert lockfile is not None
    [model] = lockfile.named(name)
    return model.revision


def hermeto_file(commit: str) -> str:
    return f"""\
metadata:
  version: "1.0"
models:
  - repository: acme/sentiment
    revision: {json.dumps(commit)}
    type: model
    include_patterns: ["config.json", "*.safetensors"]
  - repository: squad
    revision: {json.dumps("d" * 40)}
    type: dataset
"""


def test_import_of_hermeto(session: Session, snapshot: Snapshot) -> None:
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.write("app.py", CLASSIFIER)
    session.run("lock")
    commit = commit_of(session, "acme/sentiment")
    (session.project / "ptm.lock").unlink()
    session.hub.repositories["acme/sentiment"].commit(models.bert_classifier(seed="v2"), message="Retrain")
    session.write("../theirs/huggingface.lock.yaml", hermeto_file(commit))
    session.transcript.clear()
    session.run("import ../theirs/huggingface.lock.yaml --dry-run")
    assert not (session.project / "ptm.lock").exists()
    session.run("import ../theirs/huggingface.lock.yaml")
    assert commit_of(session, "acme/sentiment") == commit
    assert 'acme/sentiment", files = ["*.safetensors", "config.json"]' in (session.project / "ptm.toml").read_text()
    session.run("import ../theirs/huggingface.lock.yaml")
    session.run("export --format hermeto")
    session.run("lock --check")
    session.run("lock -U")
    session.run("import ../theirs/huggingface.lock.yaml --no-sync")
    assert commit_of(session, "acme/sentiment") != commit
    snapshot(session)


def test_import_of_a_file_that_the_scan_reads(session: Session, snapshot: Snapshot) -> None:
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    commit = session.hub.repositories["acme/sentiment"].resolve("main")
    session.write("huggingface.lock.yaml", hermeto_file(commit))
    session.run("import huggingface.lock.yaml --no-sync")
    session.run("export --format hermeto")
    session.run("list")
    snapshot(session)


@pytest.fixture
def shipping(session: Session, tmp_path: Path) -> Session:
    """A project in whose environment a library is that ships a lock; the hub's models have moved since."""
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.hub.repositories.create("acme/food-lora", models.lora_adapter("acme/sentiment"))
    session.write("train.py", 'from peft import AutoPeftModel\n\nAutoPeftModel.from_pretrained("acme/food-lora")\n')
    session.run("lock")
    lockfile = read(session.project / "ptm.lock")
    assert lockfile is not None
    project = library(tmp_path / "library", SETUPTOOLS, dumps(lockfile))
    environment(session.project / ".venv", build(project))
    for name in ("ptm.lock", "train.py"):
        (session.project / name).unlink()
    session.hub.repositories["acme/sentiment"].commit(models.bert_classifier(seed="v2"), message="Retrain")
    session.transcript.clear()
    return session


def test_import_of_what_a_library_ships(shipping: Session, snapshot: Snapshot) -> None:
    shipping.write("app.py", QUIET)
    shipping.run("import")
    shipping.run("import --format json")
    shipping.run("import --distribution acme-nlp")
    shipping.run("list")
    shipping.run("why acme/sentiment")
    shipping.run("import")
    shipping.run("import --distribution acme-other")
    snapshot(shipping)


def test_import_keeps_what_is_locked(shipping: Session, snapshot: Snapshot) -> None:
    shipping.write("app.py", CLASSIFIER)
    shipping.run("lock")
    shipping.run("import --distribution Acme.NLP --no-sync")
    shipping.run("tree")
    snapshot(shipping)


def test_import_mistakes(session: Session, snapshot: Snapshot) -> None:
    session.write("app.py", QUIET)
    session.write("empty.yaml", "")
    session.write("other.lock", "version = 99\n")
    for name in ("nothing.yaml", "empty.yaml", "other.lock", "."):
        session.run(f"import {name}")
    assert not (session.project / "ptm.toml").exists()
    assert not (session.project / "ptm.lock").exists()
    snapshot(session)


def test_a_lock_that_is_imported_needs_no_hub(session: Session) -> None:
    """All that is to be known is in it, and in the store."""
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.write("app.py", CLASSIFIER)
    session.run("sync")
    shutil.move(session.project / "ptm.lock", session.project / "their.lock")
    session.write("app.py", QUIET)
    session.hub.log.clear()
    assert session.run("import their.lock --offline") == 0
    assert session.hub.log.count() == 0
    ours, theirs = read(session.project / "ptm.lock"), read(session.project / "their.lock")
    assert ours and theirs and ours.models == theirs.models
