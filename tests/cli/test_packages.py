"""Sessions of somebody who adds models to a project and takes them out again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from embedded_hub import models
from embedded_hub.faults import Corrupt
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]
CLASSIFIER = 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/sentiment")\n'
MANIFEST = """\
[project]
name = "desk"
version = "1"  # ours

[tool.ptmdeps]
# models that the code does not name
models = []
"""


@pytest.fixture
def desk(session: Session) -> Session:
    """A project that loads one model; the hub has some more."""
    repositories = session.hub.repositories
    repositories.create("acme/sentiment", models.bert_classifier())
    repositories.create("acme/base", models.bert_encoder())
    repositories.create("acme/food-lora", models.lora_adapter("acme/base"))
    repositories.create("acme/reranker", models.bert_encoder(seed="r")).tag("v1")
    session.write("app.py", CLASSIFIER)
    session.write("pyproject.toml", MANIFEST)
    return session


def test_install_and_remove(desk: Session, snapshot: Snapshot) -> None:
    desk.run("install")
    desk.run("install acme/food-lora acme/reranker@v1 --dry-run")
    desk.run("install acme/food-lora")
    desk.run("install acme/reranker@v1 --group eval --role reranker")
    desk.run("tree --sizes")
    desk.run("tree --depth 0")
    desk.run("sync --dry-run")
    desk.note((desk.project / "pyproject.toml").read_text(encoding="utf-8"))
    for command in (
        "remove acme/base",
        "remove acme/sentiment",
        "remove acme/nothing",
        "remove acme/food-lora --dry-run",
        "remove acme/food-lora",
        "remove acme/reranker@v2",
        "remove acme/reranker",
        "list",
    ):
        desk.run(command)
    assert (desk.project / "pyproject.toml").read_text(encoding="utf-8") == MANIFEST
    snapshot(desk)


def test_remove_what_code_loads(desk: Session, snapshot: Snapshot) -> None:
    desk.run("install acme/sentiment")
    desk.run("remove acme/sentiment")
    desk.run("remove acme/sentiment --ignore --reason 'comes with the image'")
    desk.note((desk.project / "pyproject.toml").read_text(encoding="utf-8"))
    desk.run("lock --check")
    desk.run("list")
    snapshot(desk)


def test_remove_unused(desk: Session, snapshot: Snapshot) -> None:
    desk.run("install acme/base acme/reranker acme/food-lora")
    desk.write("names.py", 'NAME = "acme/reranker"\n')
    desk.run("remove --unused --dry-run")
    desk.run("remove --unused")
    desk.run("remove --unused")
    desk.run("remove")
    desk.run("remove --unused acme/base")
    snapshot(desk)


def test_a_failed_install_changes_nothing(desk: Session, snapshot: Snapshot) -> None:
    desk.run("install")
    before = _state(desk)
    desk.run("install acme/missing")
    assert _state(desk) == before
    desk.run("install acme/base acme/gone")
    assert _state(desk) == before
    desk.hub.faults.add(Corrupt(position=300), method="GET", path="/cdn/")
    desk.run("install acme/base")
    desk.hub.faults.clear()
    assert _state(desk) == before
    desk.run("install acme/base --offline")
    assert _state(desk) == before
    desk.run("install acme/base --locked")
    assert _state(desk) == before
    desk.run("install acme/base --frozen")
    desk.run("lock --check")
    desk.run("install")
    snapshot(desk)


def _state(session: Session) -> dict[str, bytes]:
    """Every file of the project that a command may write."""
    paths = [session.project / name for name in ("pyproject.toml", "ptm.lock")]
    paths += sorted(path for path in (session.project / ".ptm").rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in paths}
