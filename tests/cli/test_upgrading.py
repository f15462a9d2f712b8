"""What moved upstream, told to a user: ``outdated``, ``diff`` and ``upgrade``."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded_hub import models, weights
from embedded_hub.faults import Corrupt, server_error
from tests.cli.conftest import Session
from tests.worlds import tree

Snapshot = Callable[[Session], None]

CLASSIFIER = 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/sentiment")\n'


@pytest.fixture
def sentiment(session: Session) -> Session:
    """A project that loads one model and is synced."""
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.write("app.py", CLASSIFIER)
    session.run("-q sync")
    return session


def test_outdated_diff_and_upgrade(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("outdated")
    sentiment.run("outdated --all --check")
    new = models.bert_classifier(seed="v2", facts={"license": "mit"})
    sentiment.hub.repositories["acme/sentiment"].commit(new, message="Retrain", author="eve")
    sentiment.note("upstream moved main")
    for command in ("outdated", "outdated --brief", "outdated --check", "diff acme/sentiment", "upgrade --dry-run"):
        sentiment.run(command)
    for command in ("upgrade", "outdated", "upgrade", "upgrade acme/nothing"):
        sentiment.run(command)
    snapshot(sentiment)


def test_an_upgrade_says_that_nothing_was_fetched_where_the_weights_are_the_same(sentiment: Session) -> None:
    sentiment.hub.repositories["acme/sentiment"].commit({"README.md": b"# Card\n"}, message="Card")
    sentiment.hub.log.clear()
    assert sentiment.run("upgrade") == 0
    assert "Synced 1 model in `.ptm`: 6 files from the store, all verified" in sentiment.stderr
    assert sentiment.hub.log.count("/cdn/") == 0


def test_a_sync_without_a_network_takes_what_another_revision_brought(sentiment: Session) -> None:
    sentiment.hub.repositories["acme/sentiment"].commit({"README.md": b"# Card\n"}, message="Card")
    sentiment.run("-q upgrade --no-sync")
    sentiment.hub.log.clear()
    assert sentiment.run("sync --offline --dry-run") == 0
    assert "Would sync 1 model, fetching 0 files (0 bytes)" in sentiment.stderr
    assert sentiment.run("export -o models.tar --offline") == 0
    assert sentiment.run("sync --offline") == 0
    assert "6 files from the store, all verified" in sentiment.stderr
    assert sentiment.run("sync --check") == 0
    assert sentiment.hub.log.count() == 0


def test_everything_that_can_become_of_models(session: Session, snapshot: Snapshot) -> None:
    repositories = session.hub.repositories
    names = ("current", "disabled", "gated", "gone", "moved", "recreated", "renamed", "rewritten")
    for name in names:
        repositories.create(f"acme/{name}", models.bert_classifier(seed=name))
    commit = repositories["acme/moved"].resolve("main")
    repositories["acme/moved"].tag("v1.0")
    loads = [f'AutoModel.from_pretrained("acme/{name}")' for name in names]
    loads += [f'AutoModel.from_pretrained("acme/moved", revision="{ref}")' for ref in ("v1.0", commit)]
    session.write("app.py", "from transformers import AutoModel\n\n" + "\n".join(loads) + "\n")
    session.run("-q lock")
    repositories["acme/disabled"].update(disabled=True)
    repositories["acme/gated"].gate()
    repositories.delete("acme/gone")
    repositories["acme/moved"].commit({"onnx/model.onnx": b"onnx"}, message="Add ONNX")
    repositories["acme/moved"].tag("v1.1")
    repositories.delete("acme/recreated")
    repositories.create("acme/recreated", models.bert_classifier())
    repositories.rename("acme/renamed", "acme/new-name")
    repository = repositories["acme/rewritten"]
    repository.move("main", repository.history(repository.resolve("main"))[1].id)
    repository.commit(models.bert_classifier(seed="other"), message="Force-pushed")
    session.note("much happened")
    for command in ("outdated", "outdated --brief", "outdated acme/moved@v1.0 --all", "tree --outdated"):
        session.run(command)
    for command in ("diff acme/gone", "diff acme/rewritten", "diff acme/renamed", "diff acme/moved v1.0..v1.1"):
        session.run(command)
    snapshot(session)


def test_a_hub_that_does_not_answer(sentiment: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("random.uniform", lambda *_: 1.0)
    sentiment.hub.faults.add(server_error(), path="/api/models/")
    for command in ("outdated", "outdated --check", "diff acme/sentiment", "upgrade"):
        sentiment.run(command)
    snapshot(sentiment)


HOSTILE = b"""---
license: mit
---
# Hello @everyone \x1b[31mred\x1b[0m
<img src=x onerror=alert(1)> ![pixel](https://evil.example/x.png) fixes #1
```
</details> ````
"""


def test_everything_that_can_change_in_a_model(session: Session, snapshot: Snapshot) -> None:
    before = {**models.remote_code_model(), **models.bert_classifier(), "chat_template.jinja": b"{{ messages }}\n"}
    config = json.loads(before["config.json"])
    before["config.json"] = json.dumps({**config, "auto_map": {"AutoModel": "modeling_tiny.TinyModel"}}).encode()
    repository = session.hub.repositories.create("acme/all", before)
    repository.tag("v1")
    load = 'AutoModel.from_pretrained("acme/all", trust_remote_code=True)'
    session.write("app.py", f"from transformers import AutoModel\n\n{load}\n")
    session.run("-q lock")
    tokenizer = json.loads(before["tokenizer.json"])
    tokenizer["added_tokens"].append({"id": 99, "content": "[TOOL]", "special": True})
    shapes = {"bert.embeddings.word_embeddings.weight": (300, 16), "classifier.bias": (2,)}
    repository.commit(
        {
            "README.md": HOSTILE,
            "config.json": json.dumps({**config, "hidden_size": 32, "evil`@key": "\x1b[2J"}).encode(),
            "tokenizer.json": json.dumps(tokenizer).encode(),
            "chat_template.jinja": b"{{ messages }}{{ tools }}\n",
            "modeling_tiny.py": b"import subprocess\n" + before["modeling_tiny.py"],
            "model.safetensors": weights.safetensors(weights.drawn("v2", shapes)),
            "pytorch_model.bin": b"not loaded",
            "a`b<i>.png": b"picture",
        },
        message="Fix `@everyone` #1 <b>",
        author="eve",
    )
    for command in ("diff acme/all", "diff acme/all --format markdown", "outdated --format json"):
        session.run(command)
    assert "\x1b" not in "".join(session.transcript)
    snapshot(session)


def test_diff_of_locks(sentiment: Session, snapshot: Snapshot) -> None:
    sentiment.run("diff")
    git(sentiment.project, "init", "--quiet")
    git(sentiment.project, "add", "ptm.lock")
    git(sentiment.project, "commit", "--quiet", "--message", "lock")
    sentiment.note("the lock was committed")
    sentiment.run("diff")
    sentiment.hub.repositories["acme/sentiment"].commit(models.bert_classifier(seed="v2", storage="pickle"), whole=True)
    sentiment.hub.repositories.create("acme/tiny", models.bert_encoder())
    sentiment.write("more.py", CLASSIFIER.replace("acme/sentiment", "acme/tiny"))
    sentiment.run("-q lock -U")
    sentiment.note("and locked again")
    for command in ("diff", "diff --offline", "diff --format markdown", "diff --offline --format json"):
        sentiment.run(command)
    snapshot(sentiment)


def test_mistakes_in_what_to_compare(sentiment: Session, snapshot: Snapshot) -> None:
    for command in (
        "diff acme/other",
        "diff acme/other main..",
        "diff acme/sentiment main",
        "diff acme/sentiment v9..",
        "diff acme/sentiment 0000000..main",
        "diff acme/sentiment main..main",
        "diff acme/sentiment --offline",
        "outdated acme/sentimant",
        "upgrade --to v1",
    ):
        sentiment.run(command)
    snapshot(sentiment)


def test_upgrade_to_a_ref(session: Session, snapshot: Snapshot) -> None:
    repository = session.hub.repositories.create("acme/embeddings", models.sentence_transformer())
    repository.tag("v1")
    manifest = '[tool.ptmdeps]\nmodels = ["acme/embeddings@v1"]  # why\n'
    session.write("pyproject.toml", f'[project]\nname = "demo"\n\n{manifest}')
    session.run("-q sync")
    repository.commit(models.sentence_transformer(seed="v2"))
    repository.tag("v2")
    for command in ("outdated", "upgrade", "upgrade acme/embeddings --to v2 --dry-run"):
        session.run(command)
    assert '"acme/embeddings@v1"]  # why' in (session.project / "pyproject.toml").read_text()
    session.run("upgrade acme/embeddings --to v2")
    assert '"acme/embeddings@v2"]  # why' in (session.project / "pyproject.toml").read_text()
    session.run("upgrade acme/embeddings --to v9")
    assert '"acme/embeddings@v2"]  # why' in (session.project / "pyproject.toml").read_text()
    session.write("app.py", CLASSIFIER.replace('"acme/sentiment"', '"acme/embeddings", revision="v1"'))
    session.note("code asks for its own revision")
    session.run("upgrade acme/embeddings --to main")
    snapshot(session)


def test_a_failed_upgrade_leaves_everything(sentiment: Session) -> None:
    sentiment.hub.repositories["acme/sentiment"].commit(models.bert_classifier(seed="v2"))
    before = tree(sentiment.project)
    sentiment.hub.faults.add(Corrupt(position=9), method="GET", path="/cdn/")
    assert sentiment.run("upgrade") == 1
    assert tree(sentiment.project) == before
    sentiment.hub.faults.clear()
    assert sentiment.run("upgrade --dry-run") == 0
    assert tree(sentiment.project) == before
    assert sentiment.run("upgrade --brief") == 0
    assert tree(sentiment.project) != before


def test_markdown_fits_a_forge(sentiment: Session) -> None:
    lines = b"".join(b"%d %s\n" % (number, b"x" * 380) for number in range(2000))
    templates = {f"additional_chat_templates/{name}.jinja": lines for name in "abcde"}
    repository = sentiment.hub.repositories["acme/sentiment"]
    repository.commit({**templates, "chat_template.jinja": lines, "README.md": lines})
    sentiment.run("-q lock -U")
    repository.commit(dict.fromkeys((*templates, "chat_template.jinja", "README.md"), b"short"))
    assert sentiment.run("diff acme/sentiment --format markdown") == 0
    assert len(sentiment.stdout) < 65_536
    assert "More changed than fits here" in sentiment.stdout
    assert "more lines" in sentiment.stdout


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    settings = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, env=settings)


PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "upgrade-models.md"


def test_the_sessions_of_the_page_are_true(sentiment: Session) -> None:
    new = models.bert_classifier(seed="v2", facts={"license": "mit"})
    changed = {**new, "chat_template.jinja": b"{{ messages }}\n"}
    sentiment.hub.repositories["acme/sentiment"].commit(changed, message="Retrain", author="eve")
    blocks = re.findall(r"^```console\n\$ ptmdeps ([^\n]+)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    for command, shown in blocks:
        sentiment.run(command)
        answer = sentiment.stdout + sentiment.stderr
        assert re.sub(r"with [1-9]\d* requests?", "with N requests", answer) == shown
