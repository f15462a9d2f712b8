"""What can become of a locked model, over the embedded hub: each movement as hubs let it happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import Fails, server_error
from embedded_hub.repository import Repository
from ptmdeps.errors import RevisionNotFound
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.upgrade.movement import STATES, Movement, Question, movement, movements
from ptmdeps.upgrade.refs import resolved
from ptmdeps.upgrade.report import between
from tests.worlds import hugging_face, key, pin

NAME = "acme/model"
OLD, NEW = models.bert_classifier(), models.bert_classifier(seed="v2")


@pytest.fixture
def repository(hub: EmbeddedHub) -> Repository:
    return hub.repositories.create(NAME, OLD)


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    return hugging_face(hub, tmp_path / "store")


def became(face: HuggingFace, model: LockedModel, question: Question | None = None) -> Movement:
    found = movement(model, face, question or Question())
    assert list(found.states) == sorted(found.states, key=STATES.index)
    return found


@pytest.mark.usefixtures("repository")
def test_current_takes_one_request(hub: EmbeddedHub, face: HuggingFace) -> None:
    model = pin(face, NAME)
    before = len(hub.log)
    found = became(face, model)
    assert found.states == ("current",) and not found.outdated
    assert len(hub.log) == before + 1


def test_moved(repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    for number in range(3):
        repository.commit({"notes.txt": b"%d" % number}, message=f"Note {number}", author="eve")
    newest = repository.commit(NEW, message="Retrain", author="acme")
    found = became(face, model)
    assert found.states == ("moved",) and found.outdated
    assert found.latest and found.latest.revision == newest
    assert found.committed == "2024-01-01T05:00:00Z"
    assert found.news and found.news.found
    assert [revision.title for revision in found.news.commits] == ["Retrain", "Note 2", "Note 1", "Note 0"]
    assert found.news.new_authors == ("eve",)
    assert found.comparison and found.comparison.classes == ("weights",)
    assert found.comparison.elsewhere == ("other",)
    assert found.comparison.download == len(NEW["model.safetensors"])


def test_moved_in_brief_takes_one_request(hub: EmbeddedHub, repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    repository.commit(NEW)
    before = len(hub.log)
    found = became(face, model, Question(brief=True))
    assert found.states == ("moved",) and found.comparison is None
    assert len(hub.log) == before + 1


def test_weights_are_not_downloaded(hub: EmbeddedHub, face: HuggingFace) -> None:
    large = models.bert_classifier(weight_bytes=3_000_000)
    repository = hub.repositories.create("acme/large", large)
    model = pin(face, "acme/large")
    repository.commit(models.bert_classifier(weight_bytes=3_000_000, seed="v2"))
    before = len(hub.log)
    found = became(face, model)
    assert found.comparison and found.comparison.weights[0].verdict == "other-values"
    assert sum(entry.size for entry in list(hub.log)[before:]) < 300_000


def test_gone(hub: EmbeddedHub, repository: Repository, face: HuggingFace) -> None:
    model = pin(face, repository.name)
    hub.repositories.delete(NAME)
    found = became(face, model)
    assert found.states == ("gone",) and found.outdated
    assert found.error and "acme/model" in found.error.message


def test_hidden_is_gone_for_those_who_may_not_see_it(repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    repository.update(private=True)
    assert became(face, model).states == ("gone",)


def test_ref_gone(repository: Repository, face: HuggingFace) -> None:
    repository.tag("v1")
    model = pin(face, NAME, ref="v1")
    repository.delete_ref("refs/tags/v1")
    newest = repository.commit(NEW)
    found = became(face, model)
    assert found.states == ("ref-gone", "moved")
    assert found.latest and found.latest.revision == newest


def test_renamed(hub: EmbeddedHub, repository: Repository, face: HuggingFace) -> None:
    model = pin(face, repository.name)
    hub.repositories.rename(NAME, "acme/better")
    found = became(face, model)
    assert found.states == ("renamed",) and found.outdated
    assert (found.verdict.kinds, found.verdict.severity) == ((), "minor")
    assert found.latest and found.latest.key == key("acme/better")
    hub.repositories["acme/better"].commit(NEW)
    found = became(face, model)
    assert found.states == ("renamed", "moved")
    assert found.comparison and found.comparison.classes == ("weights",)


def test_given_to_somebody_else(hub: EmbeddedHub, repository: Repository, face: HuggingFace) -> None:
    model = pin(face, repository.name)
    hub.repositories.rename(NAME, "umbrella/model")
    found = became(face, model)
    assert found.states == ("owner-changed", "renamed") and found.outdated
    assert (found.verdict.rules[0], found.verdict.severity) == ("owner-changed", "major")
    assert not found.verdict.mergeable({"card", "weights"})


def test_a_tag_that_was_moved(repository: Repository, face: HuggingFace) -> None:
    repository.tag("v1")
    model = pin(face, NAME, ref="v1")
    repository.commit(NEW)
    assert became(face, model).states == ("current",)
    repository.tag("v1")
    found = became(face, model)
    assert found.states == ("tag-moved", "moved")
    assert (found.verdict.kind, found.verdict.severity) == ("weights", "major")


def test_recreated(hub: EmbeddedHub, repository: Repository, face: HuggingFace) -> None:
    model = pin(face, repository.name)
    hub.repositories.delete(NAME)
    hub.repositories.create(NAME, NEW)
    found = became(face, model)
    assert found.states == ("recreated", "moved")
    assert found.comparison and "weights" in found.comparison.classes


def test_rewritten(repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    first = repository.history(model.revision)[1].id
    repository.move("main", first)
    repository.commit(NEW, message="Force-pushed")
    found = became(face, model)
    assert found.states == ("rewritten", "moved")
    assert found.news and not found.news.found and found.news.new_authors == ()
    assert found.comparison and found.comparison.classes == ("weights",)


def test_rewritten_and_lost(repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    first = repository.history(model.revision)[1].id
    repository.move("main", first)
    repository.commit(NEW)
    repository.lose(model.revision)
    found = became(face, model)
    assert found.states == ("rewritten", "moved")
    # the old side is what the lock and the store know: the header of weights that were never fetched is not
    assert found.comparison and "weights" in found.comparison.classes
    assert [path for path, _ in found.comparison.unread] == ["model.safetensors"]


def test_gated(repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    repository.gate("manual")
    assert became(face, model).states == ("gated",)
    repository.commit({**NEW, "README.md": b"new"})
    found = became(face, model)
    assert found.states == ("gated", "moved")
    assert found.comparison and found.comparison.gated == ("", "manual")
    assert "gated" in found.comparison.unread[0][1]


def test_disabled(repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    repository.update(disabled=True)
    assert became(face, model).states == ("disabled",)


def test_denied(hub: EmbeddedHub, repository: Repository, face: HuggingFace) -> None:
    model = pin(face, repository.name)
    hub.faults.add(Fails(status=403, message="Not for you."), path="/api/models/")
    found = became(face, model)
    assert found.states == ("denied",)
    assert found.error and "Not for you." in found.error.message


def test_unreachable(hub: EmbeddedHub, repository: Repository, face: HuggingFace) -> None:
    model = pin(face, repository.name)
    hub.faults.add(server_error(), path="/api/models/")
    found = became(face, model)
    assert found.states == ("unreachable",) and not found.outdated
    assert found.error


def test_pinned_to_a_commit(repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME, ref=pin(face, NAME).revision)
    assert became(face, model).states == ("current",)
    newest = repository.commit(NEW)
    found = became(face, model)
    assert found.states == ("pinned",) and not found.outdated
    assert found.latest and found.latest.revision == newest
    assert found.newest and (found.newest.kind, found.newest.name) == ("branch", "main")
    assert found.comparison and found.comparison.classes == ("weights",)


def test_pinned_to_a_commit_of_a_branch_is_not_rewritten(repository: Repository, face: HuggingFace) -> None:
    commit = repository.commit(NEW, branch="experiment")
    model = pin(face, NAME, ref=commit)
    assert became(face, model).states == ("pinned",)
    repository.move("experiment", "main")
    repository.lose(commit)
    assert became(face, model).states == ("rewritten", "pinned")


def test_tag_with_a_newer_one(repository: Repository, face: HuggingFace) -> None:
    repository.tag("v1.9")
    model = pin(face, NAME, ref="v1.9")
    repository.commit(NEW)
    found = became(face, model)
    assert found.states == ("current",)
    assert found.newest and (found.newest.kind, found.newest.name) == ("branch", "main")
    repository.tag("v1.10")
    repository.tag("v2.0rc1")
    found = became(face, model)
    assert found.newest and (found.newest.kind, found.newest.name) == ("tag", "v1.10")


def test_branch_is_followed(repository: Repository, face: HuggingFace) -> None:
    repository.commit(NEW, branch="dev")
    model = pin(face, NAME, ref="dev")
    assert became(face, model).newest is None
    repository.commit(OLD, branch="dev")
    assert became(face, model).states == ("moved",)


def test_commits_that_are_too_new_wait(repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    allowed = repository.commit({"a.txt": b"1"}, date=datetime(2024, 2, 1, tzinfo=UTC))
    repository.commit({"a.txt": b"2"}, date=datetime(2024, 3, 1, tzinfo=UTC))
    limits = {"2024-02-15T00:00:00Z": (("moved",), 1), "2024-01-15T00:00:00Z": (("current",), 2)}
    for limit, (states, waiting) in limits.items():
        found = became(face, model, Question(not_after=dict.fromkeys([model.key], limit).__getitem__))
        assert (found.states, found.waiting) == (states, waiting)
        assert found.latest and (found.latest.revision == allowed) == (states == ("moved",))


def test_history_that_cannot_be_had_is_a_doubt(hub: EmbeddedHub, repository: Repository, face: HuggingFace) -> None:
    model = pin(face, NAME)
    repository.commit(NEW)
    hub.faults.add(server_error(), path="/commits/")
    found = became(face, model)
    assert found.states == ("moved",) and found.news is None
    assert found.comparison and found.comparison.classes == ("weights",)
    assert found.doubts[0].startswith("its history: ")


def test_every_model_is_asked_at_once_and_in_order(hub: EmbeddedHub, face: HuggingFace) -> None:
    names = [f"acme/m{number:02}" for number in range(20)]
    for name in names:
        hub.repositories.create(name, {"config.json": b"{}"})
    pins = [pin(face, name, "snapshot") for name in names]
    hub.repositories["acme/m07"].commit({"config.json": b'{"a": 1}'})
    hub.repositories.delete("acme/m11")
    found = movements(pins, lambda _: face)
    assert [one.model.key.name for one in found] == names
    assert {one.model.key.name: one.states[0] for one in found if one.outdated} == {
        "acme/m07": "moved",
        "acme/m11": "gone",
    }


def test_short_commits_are_found(repository: Repository, face: HuggingFace) -> None:
    first = repository.history(repository.resolve("main"))[0].id
    second = repository.commit(NEW)
    assert resolved(face, key(NAME), first[:7]) == first
    assert resolved(face, key(NAME), second[:12], known=(second,)) == second
    assert resolved(face, key(NAME), "main") == "main"
    repository.tag("deadbee")
    assert resolved(face, key(NAME), "deadbee") == "deadbee"
    with pytest.raises(RevisionNotFound, match="begins with that"):
        resolved(face, key(NAME), "0000000")


def test_between_two_revisions(repository: Repository, face: HuggingFace) -> None:
    repository.tag("v1")
    model = pin(face, NAME)
    repository.commit(NEW, message="Retrain")
    report = between(face, key(NAME), "v1", "main", model)
    assert report.comparison and report.comparison.classes == ("weights",)
    assert report.news and [revision.title for revision in report.news.commits] == ["Retrain"]
    back = between(face, key(NAME), "main", "v1")
    assert back.comparison and back.comparison.classes == ("weights",)
    assert back.news is None
    assert between(face, key(NAME), "main", "main").change == "same"


def test_a_lock_without_an_identifier_says_nothing_of_recreation(repository: Repository, face: HuggingFace) -> None:
    model = replace(pin(face, repository.name), identifier="")
    assert became(face, model).states == ("current",)
