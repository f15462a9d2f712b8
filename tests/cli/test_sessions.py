"""What a user sees: whole sessions, compared with snapshots that were read by a person."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded_hub import models
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

CLASSIFIER = 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/sentiment")\n'
ADAPTER = 'from peft import AutoPeftModel\n\nmodel = AutoPeftModel.from_pretrained("acme/food-lora")\n'
COMPUTED = "from transformers import AutoModel\n\nAutoModel.from_pretrained(input())\n"


@pytest.fixture
def sentiment(session: Session) -> Session:
    """A project that loads one model, which the hub has."""
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.write("app.py", CLASSIFIER)
    return session


@pytest.fixture
def adapter(sentiment: Session) -> Session:
    """A project that loads a model, and an adapter of it."""
    sentiment.hub.repositories.create("acme/food-lora", models.lora_adapter("acme/sentiment"))
    sentiment.write("train.py", ADAPTER)
    return sentiment


def test_first_use(sentiment: Session, snapshot: Snapshot) -> None:
    for command in (
        "scan",
        "lock",
        "lock",
        "lock --check",
        "list",
        "tree",
        "why acme/sentiment",
        "sync --check",
        "sync --dry-run",
        "sync",
        "sync",
        "sync --check",
    ):
        sentiment.run(command)
    snapshot(sentiment)


def test_adapter_and_base(adapter: Session, snapshot: Snapshot) -> None:
    for command in (
        "lock",
        "tree",
        "tree --lineage",
        "tree --invert",
        "tree acme/food-lora",
        "why acme/sentiment",
        "why acme/sentiment --format json",
        "tree --format json",
        "list --format json",
        "why acme/nothing",
        "why acme/sentimental",
    ):
        adapter.run(command)
    snapshot(adapter)


def test_upgrade(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("sync")
    sentiment.hub.repositories["acme/sentiment"].commit(models.bert_classifier(seed="v2"), message="Retrain")
    sentiment.note("upstream moved main")
    for command in ("lock", "lock -U --dry-run", "lock --check", "lock -P acme/sentiment", "sync --check", "sync"):
        sentiment.run(command)
    sentiment.run("lock -P acme/sentimant")
    snapshot(sentiment)


def test_stale_lock(adapter: Session, snapshot: Snapshot) -> None:
    adapter.run("sync")
    adapter.note("the code changed")
    adapter.write("train.py", CLASSIFIER)
    adapter.write("more.py", CLASSIFIER.replace("acme/sentiment", "acme/tiny"))
    for command in ("lock --check", "sync --locked", "sync --check", "run --locked -- true", "lock --offline"):
        adapter.run(command)
    adapter.hub.repositories.create("acme/tiny", models.bert_encoder())
    adapter.run("sync")
    snapshot(adapter)


def test_no_lock(session: Session, snapshot: Snapshot) -> None:
    for command in ("lock --check", "list", "tree", "why acme/x", "sync --frozen", "run -- true", "lock", "sync"):
        session.run(command)
    snapshot(session)


def test_models_that_cannot_be_pinned(session: Session, snapshot: Snapshot) -> None:
    repositories = session.hub.repositories
    repositories.create("acme/gated", models.bert_classifier(), gated="manual")
    repositories.create("acme/there", models.bert_classifier())
    lora = repositories.create("acme/orphan-lora", models.lora_adapter("acme/gone"))
    assert lora is not None
    names = ("acme/gated", "acme/missing", "acme/orphan-lora", "acme/there")
    loads = "\n".join(f'AutoModel.from_pretrained("{name}")' for name in names)
    session.write("app.py", f"from transformers import AutoModel\n\n{loads}\n")
    session.write("rev.py", CLASSIFIER.replace('"acme/sentiment"', '"acme/there", revision="v9"'))
    session.run("lock")
    assert not (session.project / "ptm.lock").exists()
    session.write("ptm.toml", 'ignore = ["acme/gated", "acme/missing", "acme/orphan-lora"]\nexclude = ["rev.py"]\n')
    session.run("lock")
    snapshot(session)


def test_unresolved_loads(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.write("cli.py", COMPUTED)
    sentiment.write(
        "data.py", 'from huggingface_hub import snapshot_download\nsnapshot_download("acme/d", repo_type="dataset")\n'
    )
    for command in ("scan", "scan --unresolved", "scan --format json", "scan --explain", "lock"):
        sentiment.run(command)
    snapshot(sentiment)


def test_install(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.hub.repositories.create("acme/embeddings", models.sentence_transformer()).tag("v1.0")
    sentiment.write("pyproject.toml", '[project]\nname = "demo"  # keep me\nversion = "1"\n')
    sentiment.run("install acme/embeddings@v1.0")
    sentiment.run("install acme/missing")
    sentiment.run("install 'no model'")
    sentiment.run("install")
    assert "acme/missing" not in (sentiment.project / "pyproject.toml").read_text()
    assert "# keep me" in (sentiment.project / "pyproject.toml").read_text()
    sentiment.run("why acme/embeddings")
    snapshot(sentiment)


def test_damage_is_found_and_repaired(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("-q sync")
    weights = next((sentiment.project / ".ptm").rglob("model.safetensors")).resolve()
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    with weights.open("r+b") as stream:
        stream.write(content)
    sentiment.note("one bit of the weights flipped")
    for command in ("sync --check", "sync --offline", "sync", "sync --check"):
        sentiment.run(command)
    snapshot(sentiment)


def test_lock_that_was_edited(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("-q lock")
    path = sentiment.project / "ptm.lock"
    good = path.read_text()
    revision = next(line for line in good.splitlines() if line.startswith('revision = "'))
    path.write_text(good.replace(revision, f'revision = "{"0" * 40}"'))
    sentiment.note("a bot changed the revision")
    for command in ("lock --check", "sync --frozen", "lock"):
        sentiment.run(command)
    assert path.read_text() == good
    path.write_text(f"<<<<<<< ours\n{good}=======\n{good}>>>>>>> theirs\n")
    sentiment.note("a merge left conflict markers")
    for command in ("lock --check", "lock"):
        sentiment.run(command)
    assert path.read_text() == good
    path.write_text(good.replace("version = 1", "version = 9"))
    sentiment.note("a newer ptmdeps wrote it")
    sentiment.run("lock")
    snapshot(sentiment)


def test_manifest_mistakes(session: Session, snapshot: Snapshot) -> None:
    for text in ("modles = []", "models = [3]", 'models = ["../x"]', 'link-mode = "magic"', "files = ["):
        session.note(text)
        session.write("ptm.toml", f"{text}\n")
        session.run("lock")
    snapshot(session)


def test_environment_variables(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("env")
    sentiment.run("-q sync")
    for name in ("shell", "fish", "dotenv", "docker", "json"):
        sentiment.run(f"env --format {name}")
    snapshot(sentiment)


def test_usage_mistakes(session: Session, snapshot: Snapshot) -> None:
    for command in ("lok", "frobnicate", "lock --chekc", "run", "why", "sync --link-mode magic"):
        session.run(command)
    snapshot(session)


def test_run_returns_the_exit_code_of_the_command(sentiment: Session) -> None:
    sentiment.run("-q sync")
    assert sentiment.run("run -- sh -c 'exit 7'") == 7
    assert sentiment.run("run -- true") == 0
    assert sentiment.run("run -- ptmdeps-no-such-command") == 127


def test_run_says_what_the_hook_noticed(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("-q sync")
    missing = '{"model": "acme/other", "site": "app.py:7"}'
    folder = '{"cache_dir": "weights", "site": null}'
    script = f"echo '{missing}' >>$PTMDEPS_REPORT; echo '{folder}' >>$PTMDEPS_REPORT; exit 3"
    sentiment.run(f"run -- sh -c {shlex.quote(script)}")
    sentiment.run(f"run -- sh -c {shlex.quote(script.replace('exit 3', 'exit 0'))}")
    snapshot(sentiment)


def test_run_syncs_first(sentiment: Session) -> None:
    sentiment.run("-q lock")
    assert sentiment.run("run -- test -d .ptm/huggingface") == 0
    assert sentiment.run("run --no-sync -- true") == 0


def test_quiet_says_nothing(sentiment: Session) -> None:
    sentiment.run("--quiet sync")
    assert (sentiment.stdout, sentiment.stderr) == ("", "")


def test_verbose_names_store_files_and_unresolved_loads(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.write("cli.py", COMPUTED)
    sentiment.run("--verbose lock")
    sentiment.run("--verbose sync")
    snapshot(sentiment)


def test_color_can_be_forced(sentiment: Session) -> None:
    sentiment.run("--color always lock")
    assert "\x1b[" in sentiment.stderr
    sentiment.run("--color never lock -U")
    assert "\x1b[" not in sentiment.stderr


def test_options_have_variables(sentiment: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTMDEPS_SYNC_LINK_MODE", "copy")
    sentiment.run("sync")
    weights = next((sentiment.project / ".ptm").rglob("model.safetensors"))
    assert os.stat(weights).st_nlink == 1 and not weights.is_symlink()


def test_same_lock_from_another_folder_home_and_file_order(adapter: Session, tmp_path: Path) -> None:
    adapter.run("lock")
    other = tmp_path / "somewhere" / "else"
    other.mkdir(parents=True)
    for name in ("train.py", "app.py"):
        (other / name).write_bytes((adapter.project / name).read_bytes())
    first = (adapter.project / "ptm.lock").read_bytes()
    adapter.project = other
    adapter.run("lock")
    assert (other / "ptm.lock").read_bytes() == first


def test_scan_json_keeps_its_contract(sentiment: Session) -> None:
    sentiment.run("scan --format json")
    document = json.loads(sentiment.stdout)
    assert document["version"] == 1
    assert set(document) == {"version", "references", "unresolved", "local"}
    reference = "hub name ref entrypoint files kind loader location resolution scope alternatives"
    assert list(document["references"][0])[:11] == reference.split()
