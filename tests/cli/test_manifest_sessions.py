"""What a user sees who writes a manifest: groups, cut-offs, rules that end, mirrors, workspaces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from huggingface_hub import constants

from embedded_hub import models
from ptmdeps.manifest import document
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

CLASSIFIER = 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/sentiment")\n'
START = datetime(2026, 10, 1, 12, tzinfo=UTC)
NOON = str(int((START + timedelta(days=10)).timestamp()))


@pytest.fixture
def sentiment(session: Session) -> Session:
    """A project that loads one model, with a history of three days."""
    repository = session.hub.repositories.create("acme/sentiment", models.bert_classifier(), created_at=START)
    for day in (3, 8):
        repository.commit(models.bert_classifier(seed=f"day {day}"), date=START + timedelta(days=day))
    session.write("app.py", CLASSIFIER)
    return session


def test_groups_of_models(sentiment: Session, snapshot: Snapshot) -> None:
    for name in ("acme/teacher", "acme/judge", "acme/huge"):
        sentiment.hub.repositories.create(name, models.bert_encoder(seed=name))
    sentiment.write(
        "ptm.toml",
        'models = [\n    { name = "acme/teacher", group = "training", role = "teacher" },\n'
        '    { name = "acme/judge", groups = ["evaluation", "training"] },\n'
        '    { name = "acme/huge", optional = true },\n]\n',
    )
    for command in (
        "lock",
        "lock --check",
        "sync",
        "sync --group training",
        "run -- true",
        "sync --check",
        "sync --only-group evaluation",
        "sync --all-groups --no-group training",
        "sync --optional --dry-run",
        "sync --group trainig",
        "sync --only-group training --all-groups",
    ):
        sentiment.run(command)
    sentiment.note("the project takes every group by default")
    manifest = (sentiment.project / "ptm.toml").read_text(encoding="utf-8")
    sentiment.write("ptm.toml", f'{manifest}default-groups = "all"\n')
    sentiment.run("sync")
    sentiment.note("a role changed")
    sentiment.write("ptm.toml", f"{manifest.replace('teacher', 'coach', 2).replace('acme/coach', 'acme/teacher')}")
    sentiment.run("lock --check")
    snapshot(sentiment)


def test_models_of_other_groups_stay_protected_in_the_store(sentiment: Session) -> None:
    sentiment.hub.repositories.create("acme/teacher", models.bert_encoder())
    sentiment.write("ptm.toml", 'models = [{ name = "acme/teacher", group = "training" }]\n')
    sentiment.run("sync --all-groups")
    sentiment.run("sync")
    protected = sorted(path.parts[-4] for path in sentiment.store.glob("*/refs/ptmdeps/*"))
    assert protected == ["models--acme--sentiment", "models--acme--teacher"]
    assert sorted(path.name for path in (sentiment.project / ".ptm/huggingface/hub").iterdir()) == [
        "models--acme--sentiment"
    ]


def test_nothing_too_new_is_pinned(sentiment: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    sentiment.note("today is 11 October; the model moved on the 4th and the 9th")
    for command in (
        "lock --exclude-newer '7 days' --dry-run",
        "lock --exclude-newer 2026-10-02 --dry-run",
        "lock --exclude-newer 2026-01-01",
        "lock --exclude-newer soon",
    ):
        sentiment.run(command)
    sentiment.write("ptm.toml", 'exclude-newer = "7 days"\n')
    for command in ("lock", "lock --check", "lock --check --exclude-newer P1D", "lock --exclude-newer P1D"):
        sentiment.run(command)
    lockfile = (sentiment.project / "ptm.lock").read_text(encoding="utf-8")
    assert 'exclude-newer = "P1D"' in lockfile
    sentiment.run("lock -U --exclude-newer P1D")
    snapshot(sentiment)


def test_the_lock_of_a_span_is_the_same_every_day(sentiment: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    sentiment.write("ptm.toml", 'exclude-newer = "1 week"\n')
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    sentiment.run("lock")
    first = (sentiment.project / "ptm.lock").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOON) + 86_400))
    assert sentiment.run("lock") == 0
    assert (sentiment.project / "ptm.lock").read_bytes() == first


def test_rules_that_ignore_say_why_and_end(
    sentiment: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentiment.write("legacy/old.py", CLASSIFIER.replace("sentiment", "gone"))
    rule = '{ model = "acme/g*", reason = "deleted upstream", until = 2026-10-11 }'
    sentiment.write("ptm.toml", f"ignore = [{rule}]\n")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    for command in ("scan", "--verbose lock"):
        sentiment.run(command)
    sentiment.note("the day after")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOON) + 86_400))
    for command in ("lock --check", "lock"):
        sentiment.run(command)
    sentiment.note("only some paths count")
    sentiment.write("ptm.toml", 'include = ["*.py"]\nexclude = ["legacy/**"]\n')
    for command in ("scan", "lock"):
        sentiment.run(command)
    snapshot(sentiment)


def test_a_mirror_that_only_the_manifest_names(
    sentiment: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = sentiment.hub.endpoint
    monkeypatch.setattr(constants, "ENDPOINT", "https://nowhere.invalid")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    sentiment.hub.repositories.users["hf_secret"] = "me"
    sentiment.write("ptm.toml", f'[hubs.huggingface]\nendpoint = "{endpoint}/"\n')
    sentiment.run("sync")
    assert len(sentiment.hub.log) > 3
    assert not [entry for entry in sentiment.hub.log if entry.had_authorization]
    sentiment.note("the user trusts it")
    monkeypatch.setenv("PTMDEPS_TRUST_ENDPOINT", endpoint)
    sentiment.run("lock -U")
    assert sentiment.hub.log.entries[-1].had_authorization
    assert endpoint.encode() not in (sentiment.project / "ptm.lock").read_bytes()
    snapshot(sentiment)


def test_another_ptmdeps_is_asked_for(sentiment: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "__version__", "1.0")
    sentiment.write("pyproject.toml", '[tool.ptmdeps]\nmodles = []\nrequired-version = ">=2,<3"\n')
    for command in ("scan", "lock", "lock --check", "sync"):
        assert sentiment.run(command) == 2
    snapshot(sentiment)


@pytest.fixture
def workspace(sentiment: Session) -> Session:
    """Two members that use one model at two refs, and each another model in its manifest."""
    repository = sentiment.hub.repositories["acme/sentiment"]
    repository.tag("v1", repository.history(repository.resolve("main"))[-2].id)
    for name in ("acme/tiny", "acme/small"):
        sentiment.hub.repositories.create(name, models.bert_encoder(seed=name))
    (sentiment.project / "app.py").unlink()
    sentiment.write("pyproject.toml", '[tool.ptmdeps.workspace]\nmembers = ["packages/*"]\n')
    sentiment.write("packages/web/app.py", CLASSIFIER)
    sentiment.write("packages/web/pyproject.toml", '[tool.ptmdeps]\nmodels = ["acme/tiny"]\n')
    sentiment.write("packages/jobs/jobs.py", CLASSIFIER.replace('sentiment"', 'sentiment", revision="v1"'))
    sentiment.write("packages/jobs/ptm.toml", 'models = [{ name = "acme/small", group = "training" }, "acme/tiny"]\n')
    return sentiment


def test_a_workspace_shares_one_lock(workspace: Session, snapshot: Snapshot) -> None:
    for command in ("lock", "lock --check", "list", "why acme/tiny", "sync --all-groups"):
        workspace.run(command)
    root = workspace.project
    workspace.project = root / "packages" / "web"
    workspace.note("in packages/web")
    for command in ("lock --check", "sync --check", "sync", "why acme/sentiment"):
        workspace.run(command)
    assert not (root / "packages/web/ptm.lock").exists() and not (root / "packages/web/.ptm").exists()
    workspace.note("a member gets a lock of its own, a setting of the root")
    (root / "packages/web/ptm.lock").touch()
    workspace.run("lock --check")
    (root / "packages/web/ptm.lock").unlink()
    workspace.write("pyproject.toml", '[tool.ptmdeps]\nfiles = "all"\n')
    workspace.run("lock --check")
    snapshot(workspace)
