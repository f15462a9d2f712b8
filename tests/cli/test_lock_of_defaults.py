"""``lock`` and the loads in which the code does not name the model."""

from __future__ import annotations

from embedded_hub import models
from tests.cli.conftest import Session

DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"


def test_default_model_of_a_library_is_locked(session: Session) -> None:
    commit = session.hub.repositories.create(DEFAULT, models.sentence_transformer()).resolve("main")
    session.write("app.py", "from keybert import KeyBERT\nKeyBERT()\n")
    session.write("requirements.txt", "keybert==0.8.5\n")
    session.run("scan --explain")
    assert "default of keybert 0.8.5 (requirements.txt:1)" in session.stdout
    session.run("lock")
    assert f"{DEFAULT} {commit[:12]}" in session.stderr


def test_loads_that_callers_outside_decide_are_nothing_to_do(session: Session) -> None:
    session.write(
        "library.py", "from transformers import AutoModel\ndef load(name):\n    AutoModel.from_pretrained(name)\n"
    )
    session.run("lock")
    assert "unknown models" not in session.stderr
