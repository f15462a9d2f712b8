"""Bundles on the command line: written on one machine, used on another one that reaches nothing."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import constants

from embedded_hub import models
from tests.cli.conftest import Session
from tests.cli.test_sessions import ADAPTER, CLASSIFIER
from tests.worlds import tree

Snapshot = Callable[[Session], None]
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "air-gap.md"
LOADS = """\
from huggingface_hub import hf_hub_download, snapshot_download

print(open(hf_hub_download("acme/sentiment", "config.json")).read()[:1])
print(snapshot_download("acme/sentiment").split("models--")[1].split("/")[0])
"""


@pytest.fixture
def adapter(session: Session) -> Session:
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.hub.repositories.create("acme/food-lora", models.lora_adapter("acme/sentiment"))
    session.write("app.py", CLASSIFIER)
    session.write("train.py", ADAPTER)
    return session


def elsewhere(session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> Session:
    """The same project and user on another machine, with these files of the project, and without a network."""
    project, store = folder / "project", folder / "store"
    project.mkdir(parents=True)
    for name in names:
        shutil.copy(session.project / name, project / name)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(store))
    monkeypatch.chdir(project)
    monkeypatch.setenv("PTMDEPS_CACHE", str(folder / "cache"))
    session.hub.log.clear()
    session.note("another machine, without a network")
    there = Session(project=project, hub=session.hub, store=store, replacements={}, transcript=session.transcript)
    there.replacements.update({str(project): "[there]", str(store): "[store]", str(session.project): "[project]"})
    return there


def stored(session: Session) -> dict[str, bytes]:
    """What the store holds of models."""
    return {path: content for path, content in tree(session.store).items() if path.startswith("models--")}


def test_a_bundle_from_one_machine_to_another(
    adapter: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    adapter.run("export --frozen")
    adapter.run("export")
    adapter.run("export --locked --output ptm-bundle")
    there = elsewhere(adapter, tmp_path / "there", monkeypatch, "app.py", "train.py", "ptm.lock")
    there.run("sync --offline")
    there.run("lock --check")
    there.run("sync --from ../../project/ptm-bundle.tar --dry-run")
    assert not (there.project / ".ptm").exists()
    there.run("sync --from ../../project/ptm-bundle.tar")
    there.run("sync --from ../../project/ptm-bundle")
    there.run("sync --check")
    assert there.hub.log.count() == 0
    snapshot(there)


def test_a_project_without_a_lock_takes_that_of_the_bundle(
    adapter: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    adapter.run("export")
    there = elsewhere(adapter, tmp_path / "there", monkeypatch, "app.py", "train.py")
    there.run("sync --from ../../project/ptm-bundle.tar")
    there.run("lock --check")
    assert (there.project / "ptm.lock").read_bytes() == (adapter.project / "ptm.lock").read_bytes()
    assert there.hub.log.count() == 0
    snapshot(there)


def test_what_a_bundle_lacks_is_listed_with_who_needs_it(
    adapter: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    adapter.run("export --output old.tar")
    adapter.hub.repositories["acme/sentiment"].commit(models.bert_classifier(seed="v2"), message="Retrain")
    adapter.run("lock -U")
    there = elsewhere(adapter, tmp_path / "there", monkeypatch, "app.py", "train.py", "ptm.lock")
    there.run("sync --from ../../project/old.tar")
    assert stored(there) == {}
    assert not (there.project / ".ptm").exists()
    snapshot(there)


def test_damaged_and_hostile_bundles_change_nothing(
    adapter: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    adapter.run("export")
    whole = (adapter.project / "ptm-bundle.tar").read_bytes()
    there = elsewhere(adapter, tmp_path / "there", monkeypatch, "app.py", "train.py")
    with tarfile.open(adapter.project / "ptm-bundle.tar") as bundle:
        largest = max(bundle.getmembers(), key=lambda member: member.size)
    flipped = bytearray(whole)
    flipped[largest.offset_data + 5] ^= 1
    (there.project / "flipped.tar").write_bytes(flipped)
    (there.project / "short.tar").write_bytes(whole[: len(whole) // 2])
    (there.project / "thesis.tar").write_bytes(b"my thesis" * 100)
    with tarfile.open(there.project / "evil.tar", "w") as bundle:
        link = tarfile.TarInfo("bundle.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        bundle.addfile(link)
    before = tree(there.project)
    for name in ("flipped.tar", "short.tar", "thesis.tar", "evil.tar", "nothing.tar", "."):
        assert there.run(f"sync --from {name}") in (1, 2)
    assert tree(there.project) == before
    assert stored(there) == {}
    snapshot(there)


def test_export_refuses_what_it_cannot_do(adapter: Session, snapshot: Snapshot) -> None:
    adapter.run("export --frozen")
    adapter.run("lock")
    adapter.run("export --offline")
    adapter.run("export --output models.tar.gz")
    adapter.run("export --output -")
    adapter.write("thesis.tar", "my thesis")
    adapter.run("export --output thesis.tar")
    adapter.write("more.py", CLASSIFIER.replace("acme/sentiment", "acme/tiny"))
    adapter.run("export --locked")
    adapter.run("export --offline --format hermeto")
    assert (adapter.project / "thesis.tar").read_text() == "my thesis"
    assert sorted(path.name for path in adapter.project.iterdir()) == [
        "app.py", "more.py", "ptm.lock", "thesis.tar", "train.py",
    ]  # fmt: skip
    snapshot(adapter)


def test_offline_says_all_that_is_missing_and_who_needs_it(adapter: Session, snapshot: Snapshot) -> None:
    adapter.write("more.py", ADAPTER)
    adapter.run("lock")
    adapter.run("sync --offline")
    adapter.run("sync")
    [config] = adapter.store.glob("models--acme--sentiment/snapshots/*/config.json")
    config.resolve().unlink()
    [weights] = adapter.store.glob("models--acme--food-lora/snapshots/*/adapter_model.safetensors")
    blob = weights.resolve()
    blob.unlink()
    blob.write_bytes(b"decayed")
    shutil.rmtree(adapter.project / ".ptm")
    adapter.note("a file was lost, another one decayed")
    adapter.run("sync --offline")
    adapter.run("run --offline -- true")
    adapter.write("even_more.py", CLASSIFIER.replace("acme/sentiment", "acme/tiny"))
    adapter.write("most.py", CLASSIFIER.replace("AutoModel", "AutoTokenizer").replace("acme/sentiment", "acme/other"))
    adapter.run("lock --offline")
    snapshot(adapter)


def test_groups_are_exported_apart(adapter: Session, snapshot: Snapshot) -> None:
    adapter.write("ptm.toml", 'models = [{ name = "acme/food-lora", group = "training" }]\n')
    adapter.hub.repositories.create("acme/tiny", models.bert_encoder())
    adapter.write("train.py", CLASSIFIER.replace("acme/sentiment", "acme/tiny"))
    adapter.run("export --output all.tar")
    adapter.run("export --only-group training --output training.tar")
    adapter.run("export --no-group training --format hermeto --output -")
    adapter.run("export --only-group nothing")
    snapshot(adapter)


def test_the_page_from_the_first_command_to_the_last(adapter: Session, tmp_path: Path) -> None:
    """Two machines with nothing in common but the files that the page says to carry over."""
    adapter.write("app.py", LOADS)
    adapter.write("ptm.toml", 'models = ["acme/sentiment"]\n')
    here, there = tmp_path / "here", tmp_path / "there"
    there.mkdir()
    commands = re.findall(r"^\$ (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    used = commands.index("ptmdeps sync --from ptm-bundle.tar")
    online = _variables(here) | {"HF_ENDPOINT": adapter.hub.endpoint}
    for command in commands[:used]:
        _typed(command, adapter.project, online)
    for name in ("app.py", "ptm.toml", "ptm.lock", "ptm-bundle.tar", "ptm-bundle.tar.sha256"):
        shutil.copy(adapter.project / name, there / name)
    adapter.hub.log.clear()
    offline = _variables(there / "home") | {"HF_ENDPOINT": "http://127.0.0.1:9"}
    _typed("sha256sum --check ptm-bundle.tar.sha256", there, offline)
    said = "".join(_typed(command, there, offline) for command in commands[used : used + 2])

    assert said.splitlines()[-2:] == ["{", "acme--sentiment"]
    assert adapter.hub.log.count() == 0
    for command in commands[used + 2 :]:
        _typed(command, adapter.project, online)
    lock = (adapter.project / "huggingface.lock.yaml").read_text()
    assert json.dumps("acme/sentiment") in lock


def _variables(home: Path) -> dict[str, str]:
    home.mkdir(parents=True, exist_ok=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"HOME": str(home), "PATH": path, "NO_COLOR": "1", "LANG": "C.UTF-8", "HF_HUB_DISABLE_XET": "1"}


def _typed(command: str, folder: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"$ {shlex.quote(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
