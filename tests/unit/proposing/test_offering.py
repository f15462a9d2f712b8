"""What an offer says of its models, and when it may merge itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ptmdeps.graph.uses import Use
from ptmdeps.lockfile.difference import diff
from ptmdeps.lockfile.model import Edge, License, Lockfile
from ptmdeps.manifest import PullRequestSettings
from ptmdeps.manifest.pull_requests import AUTOMERGE
from ptmdeps.proposing.actions import Offer, Open, Skip
from ptmdeps.proposing.messages import edits_digest
from ptmdeps.proposing.offering import affected, rollback
from ptmdeps.requirement import Requirement
from ptmdeps.upgrade.verdict import KINDS
from tests.unit.proposing.project import LOCK, ProjectOf, commit, lock_of, model
from tests.worlds import key

A, B = "acme/a", "acme/b"


def offer(made: ProjectOf) -> Offer:
    (action,) = (one for one in made.plan().actions if isinstance(one, Open))
    return action.offer


def test_a_proposal_says_what_moves_and_how_to_go_back() -> None:
    made = ProjectOf(lock_of(model(A, commit("1")), model(B, commit("1"))))
    made.moves(A, commit("2"), license=License(declared="mit"), gated="auto")
    found = offer(made)
    (one,) = found.proposal.models
    assert (one.before.revision, one.after.revision, one.along) == (commit("1"), commit("2"), False)
    assert {notable.kind for notable in one.report.notables} == {"license", "gated"}
    assert one.rollback == f"ptmdeps upgrade acme/a@main --to {commit('1')}"
    assert one.affected.requirements == ("app.py",) and one.affected.groups == ("default",)
    assert found.edits[0].path == LOCK and edits_digest(found.edits) in found.message
    assert (found.proposal.base, found.proposal.lock) == ("main", LOCK)


def test_the_same_offer_has_the_same_digest_and_another_text_another_one() -> None:
    made = ProjectOf(lock_of(model(A, commit("1"))))
    made.moves(A, commit("2"))
    first = offer(made).digest
    assert offer(made).digest == first
    made.words = "more"
    assert offer(made).digest != first


def test_what_changes_along_is_said_after_what_moves() -> None:
    made = ProjectOf(lock_of(model(A, commit("1")), model(B, commit("1"))))
    made.moves(B, commit("2"))
    usual = made._locked

    def also(upgrade: Any) -> Any:
        locked = usual(upgrade)
        models = tuple(replace(one, gated="auto") if one.key.name == A else one for one in locked.after.models)
        after = replace(locked.after, models=(*models, model("acme/base", commit("7"))))
        return replace(locked, after=after, changes=diff(locked.before, after))

    made._locked = also  # type: ignore[method-assign]
    proposal = offer(made).proposal
    assert [(one.after.key.name, one.along) for one in proposal.models] == [(B, False), (A, True)]
    assert [one.key.name for one in proposal.added] == ["acme/base"]
    assert [one.after.key.name for one in proposal.moving] == [B]


def test_what_the_hub_moved_on_to_meanwhile_is_looked_at_again() -> None:
    made = ProjectOf(lock_of(model(A, commit("1"))))
    made.moves(A, commit("2"))
    movements = made.movements()
    made.moves(A, commit("3"))
    made.movements = lambda: movements  # type: ignore[method-assign]
    found = offer(made)
    assert found.proposal.models[0].after.revision == commit("3")
    assert found.proposal.models[0].report.after == commit("3")


def test_nothing_that_locking_would_change_is_no_offer() -> None:
    made = ProjectOf(lock_of(model(A, commit("1"))))
    made.moves(A, commit("2"))
    movements = made.movements()
    made.upstream.clear()
    made.movements = lambda: movements  # type: ignore[method-assign]
    (action,) = made.plan().actions
    assert isinstance(action, Skip) and action.why == "nothing"


def test_the_names_of_what_may_merge_itself_are_those_of_the_verdict() -> None:
    assert set(AUTOMERGE) == set(KINDS) - {"nothing", "unknown"}


@pytest.mark.parametrize(
    ("facts", "automerge", "why"),
    [
        ({}, ("configuration",), "nothing but configuration changed"),
        ({}, ("card", "configuration", "weights"), "nothing but configuration changed"),
        ({}, ("card",), ""),
        ({}, (), ""),
        ({"license": License(declared="mit")}, AUTOMERGE, ""),
        ({"gated": "manual"}, AUTOMERGE, ""),
    ],
)
def test_what_may_merge_itself(facts: dict[str, Any], automerge: tuple[str, ...], why: str) -> None:
    made = ProjectOf(lock_of(model(A, commit("1"))), PullRequestSettings(automerge=automerge))
    made.moves(A, commit("2"), **facts)
    assert offer(made).proposal.automerge == why


def test_what_of_the_project_is_affected() -> None:
    edge = Edge(kind="runtime", relation="adapter", target=key(A), reads="peft")
    adapter = model(B, commit("1"), edges=(edge,))
    wish = Requirement(key=key(B), used_in=("app.py",), group="serving", role="reranker")
    lock = Lockfile(requirements=(wish,), models=(model(A, commit("1")), adapter))
    uses = (Use(site="app.py:3", key=key(B), loader="peft.load"),)
    found = affected(lock, lock.models[0], uses)
    assert [place.split()[0] for place in found.places] == ["app.py:3"]
    assert (found.groups, found.roles, found.requirements) == (("serving",), ("reranker",), ("app.py",))
    assert [name for name in found.dependents if B in name]


@pytest.mark.parametrize(
    ("revision", "command"), [(commit("1"), f"ptmdeps upgrade 'acme/a@v 1' --to {commit('1')}"), ("3.8.0", "")]
)
def test_the_way_back(revision: str, command: str) -> None:
    assert rollback(model(A, revision, ref="v 1")) == command
