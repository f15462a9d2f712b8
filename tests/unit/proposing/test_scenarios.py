"""What happens at the forge from run to run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ptmdeps import lockfile as lockfiles
from ptmdeps.errors import ForgeDenied, ForgeError, ForgeRateLimited, ForgeRefused
from ptmdeps.manifest import PullRequestSettings, UpgradeGroup, UpgradeRule
from ptmdeps.proposing.actions import Close, Leave, Open, Skip, Update
from ptmdeps.proposing.dashboard import box
from ptmdeps.proposing.markers import marker_of
from ptmdeps.proposing.proposal import REBASE_BOX
from tests.unit.proposing.memory_forge import Outage
from tests.unit.proposing.project import LOCK, ProjectOf, commit, kinds, lock_of, model

A, B, C = "acme/a", "acme/b", "acme/c"
EVERYTHING = PullRequestSettings(
    labels=("models",), reviewers=("ada",), assignees=("bob",), automerge=("configuration",), dashboard=True
)


def project(*names: str, **settings: Any) -> ProjectOf:
    """A project in which all these models moved."""
    made = ProjectOf(lock_of(*(model(name, commit("1")) for name in names or (A,))), PullRequestSettings(**settings))
    for name in names or (A,):
        made.moves(name, commit("2"))
    return made


def test_a_first_run_opens_one_for_each_model_and_a_second_one_writes_nothing() -> None:
    made = project(A, B, dashboard=True, labels=("models",), reviewers=("ada",), assignees=("bob",))
    assert kinds(made.run()) == ["Open", "Open"]
    first, second = made.forge.open_ones()
    assert (first.branch, first.base, first.labels) == ("ptmdeps/acme-a-2222222", "main", ("models",))
    assert made.forge.asked[first.number] == {"reviewers": ("ada",), "assignees": ("bob",)}
    locked = lockfiles.loads(made.forge.file(second.branch, LOCK).decode(), source=LOCK)
    assert [one.revision for one in locked.models] == [commit("1"), commit("2")]
    marker = marker_of(first.body)
    assert marker and marker.todo == () and marker.head == first.head and marker.models[0].after == commit("2")
    before = list(made.forge.writes)
    assert kinds(made.run()) == ["Leave", "Leave"]
    assert made.forge.writes == before


def test_a_newer_revision_replaces_an_older_pull_request() -> None:
    made = project()
    made.run()
    made.moves(A, commit("3"))
    assert kinds(made.run()) == ["Open", "Close"]
    old, new = made.forge.requests.values()
    assert (old.state, new.state, new.branch) == ("closed", "open", "ptmdeps/acme-a-3333333")
    assert old.branch not in made.forge.branches and "Closed by ptmdeps" in old.body
    before = list(made.forge.writes)
    made.run()
    assert made.forge.writes == before
    made.moves(A, commit("2"))
    assert kinds(made.run()) == ["Open", "Close"]  # what we closed ourselves may come back


def test_a_closed_one_is_not_opened_again_until_somebody_ticks_its_box() -> None:
    made = project(dashboard=True)
    made.run()
    made.forge.close(1)
    del made.forge.branches["ptmdeps/acme-a-2222222"]
    skip = made.run()[0].action
    assert isinstance(skip, Skip) and (skip.why, skip.number, skip.forceable) == ("closed", 1, True)
    before = list(made.forge.writes)
    made.run()
    assert made.forge.writes == before
    issue = next(iter(made.forge.issues_by_number.values()))
    made.forge.update_issue(issue.number, body=issue.body.replace("- [ ]", "- [x]"))
    assert kinds(made.run()) == ["Open"]
    assert "- [x]" not in made.forge.issues_by_number[issue.number].body
    assert kinds(made.run()) == ["Leave"]
    made.forge.close(3)
    made.moves(A, commit("3"))
    assert kinds(made.run()) == ["Open"]  # a newer revision is another question


def test_what_is_merged_is_done_and_what_is_taken_back_stays_so() -> None:
    made = project()
    made.run()
    old = made.lock
    made.forge.merge(1)
    made.pulled()
    assert made.run() == []
    made.forge.push("main", {LOCK: lockfiles.content(old)}, "Revert #1")
    made.pulled()
    (done,) = made.run()
    assert isinstance(done.action, Skip) and done.action.why == "taken-back"


@pytest.mark.parametrize(("rebase", "expected"), [("conflicted", "Leave"), ("behind", "Update"), ("never", "Leave")])
def test_a_base_that_moved_without_touching_the_lock(rebase: Any, expected: str) -> None:
    made = project(rebase=rebase)
    made.run()
    made.forge.push("main", {"app.py": b"print()"}, "Work")
    assert kinds(made.run()) == [expected]
    parent = made.forge.commits("main", "ptmdeps/acme-a-2222222")[0].parents
    assert (parent == (made.forge.branches["main"],)) == (expected == "Update")
    assert kinds(made.run()) == ["Leave"]


@pytest.mark.parametrize(("rebase", "rebuilt"), [("conflicted", True), ("never", False)])
def test_a_base_whose_lock_changed_makes_a_conflict(rebase: Any, rebuilt: bool) -> None:
    made = project(A, B, rebase=rebase)
    made.run()
    made.forge.merge(1)
    made.pulled()
    (done,) = made.run()
    assert isinstance(done.action, Update) and done.action.rebuild == rebuilt
    locked = lockfiles.loads(made.forge.file("ptmdeps/acme-b-2222222", LOCK).decode(), source=LOCK)
    assert [one.revision for one in locked.models] == [commit("2" if rebuilt else "1"), commit("2")]
    assert kinds(made.run()) == ["Leave"]


def test_somebody_ticks_the_box_for_a_rebase() -> None:
    made = project()
    made.words = f"- [ ] {REBASE_BOX} Rebase"
    made.run()
    made.forge.push("main", {"app.py": b"print()"}, "Work")
    made.forge.edit(1, lambda body: body.replace("- [ ]", "- [x]"))
    (done,) = made.run()
    assert isinstance(done.action, Update) and done.action.rebuild
    assert "- [x]" not in made.forge.requests[1].body
    assert kinds(made.run()) == ["Leave"]


def test_a_branch_to_which_somebody_else_committed_is_left_alone() -> None:
    made = project()
    made.run()
    made.forge.push("ptmdeps/acme-a-2222222", {"app.py": b"adapted"}, "Adapt")
    made.words = "other words"
    before = list(made.forge.writes)
    (done,) = made.run()
    assert isinstance(done.action, Leave) and done.action.theirs
    assert made.forge.writes == before
    made.moves(A, commit("3"))
    assert kinds(made.run()) == ["Open", "Leave"]
    assert made.forge.requests[1].state == "open" and made.forge.file("ptmdeps/acme-a-2222222", "app.py") == b"adapted"


def test_a_branch_whose_commit_somebody_amended_is_not_ours() -> None:
    made = project()
    made.run()
    ours = made.forge.commits_by_sha[made.forge.branches["ptmdeps/acme-a-2222222"]][0]
    amended = made.forge._make(ours.parents, ours.message, {LOCK: b"amended"}, "ada")
    made.forge.branches["ptmdeps/acme-a-2222222"] = amended
    (done,) = made.run()
    assert isinstance(done.action, Leave) and done.action.theirs


def test_a_branch_of_that_name_that_somebody_else_made() -> None:
    made = project()
    made.forge.branches["ptmdeps/acme-a-2222222"] = made.forge.branches["main"]
    made.forge.push("ptmdeps/acme-a-2222222", {"app.py": b"mine"}, "Mine")
    (done,) = made.run()
    assert isinstance(done.action, Skip) and done.action.why == "theirs"


def test_no_more_are_opened_than_there_may_be() -> None:
    made = project(A, B, C, limit=2)
    assert kinds(made.run()) == ["Open", "Open", "Skip"]
    assert made.locks == 2  # what is not proposed is not locked either
    made.moves(A, commit("3"))
    assert kinds(made.run()) == ["Open", "Close", "Leave", "Skip"]
    assert len(made.forge.open_ones()) == 2
    made.forge.merge(made.forge.open_ones()[0].number)
    made.pulled()
    made.run()
    assert len(made.forge.open_ones()) == 2


def test_a_run_opens_no_more_than_it_may() -> None:
    made = project(A, B, C, limit_per_run=1)
    for count in (1, 2, 3, 3):
        made.run()
        assert len(made.forge.open_ones()) == count


def test_a_ticked_box_goes_before_the_limit() -> None:
    made = project(A, B, limit=1, dashboard=True)
    made.run()
    issue = next(iter(made.forge.issues_by_number.values()))
    made.forge.update_issue(
        issue.number,
        body=issue.body.replace(box("ptmdeps/acme-b-2222222"), box("ptmdeps/acme-b-2222222").replace(" ]", "x]")),
    )
    made.run()
    assert len(made.forge.open_ones()) == 2


def test_a_group_is_one_pull_request_that_is_replaced_as_a_whole() -> None:
    made = project(A, B, C, groups=(UpgradeGroup(name="encoders", models=("acme/a", "acme/b")),))
    made.run()
    single, group = sorted(made.forge.open_ones(), key=lambda one: one.branch)
    assert single.branch == "ptmdeps/acme-c-2222222" and group.branch.startswith("ptmdeps/group-encoders-")
    locked = lockfiles.loads(made.forge.file(group.branch, LOCK).decode(), source=LOCK)
    assert [one.revision[0] for one in locked.models] == ["2", "2", "1"]
    made.moves(A, commit("3"))
    assert kinds(made.run()) == ["Open", "Close", "Leave"]
    assert kinds(made.run()) == ["Leave", "Leave"]


def test_single_ones_become_a_group() -> None:
    made = project(A, B)
    made.run()
    made.together = "all"
    assert kinds(made.run()) == ["Open", "Close", "Close"]
    assert [one.branch[:18] for one in made.forge.open_ones()] == ["ptmdeps/group-all-"]


def test_a_group_becomes_single_ones() -> None:
    made = project(A, B)
    made.together = "all"
    made.run()
    made.together = ""
    assert kinds(made.run()) == ["Open", "Open", "Close"]
    assert len(made.forge.open_ones()) == 2


def test_what_was_closed_alone_is_in_no_group() -> None:
    made = project(A, B)
    made.run()
    made.forge.close(1)
    made.together = "all"
    made.run()
    (one,) = [one for one in made.forge.open_ones() if "group" in one.branch]
    marker = marker_of(one.body)
    assert marker and [move.model for move in marker.models] == ["huggingface:acme/b"]


def test_the_base_got_it_by_another_way() -> None:
    made = project()
    made.run()
    made.forge.push("main", {LOCK: lockfiles.content(lock_of(model(A, commit("2"))))}, "By hand")
    made.pulled()
    (done,) = made.run()
    assert isinstance(done.action, Close) and made.forge.requests[1].state == "closed"
    assert kinds(made.run()) == []


def _removed(made: ProjectOf) -> None:
    made.lock = lock_of(model(B, commit("1")))
    made.forge.push("main", {LOCK: lockfiles.content(made.lock)}, "Remove")


def _ignored(made: ProjectOf) -> None:
    made.settings = replace(made.settings, ignore=(UpgradeRule(model=A),))


def _moved_back(made: ProjectOf) -> None:
    made.upstream.clear()


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (_removed, "does not lock `huggingface:acme/a` any more"),
        (_ignored, "a rule of the manifest ignores `acme/a`"),
        (_moved_back, "what is locked of `acme/a` is again the newest"),
    ],
)
def test_what_need_not_move_any_more_is_closed(happens: Any, reason: str) -> None:
    made = project()
    made.run()
    happens(made)
    made.run()
    assert made.forge.requests[1].state == "closed" and reason in made.forge.requests[1].body
    assert "ptmdeps/acme-a-2222222" not in made.forge.branches
    before = list(made.forge.writes)
    made.run()
    assert made.forge.writes == before


def test_what_the_text_says_changes_only_the_text() -> None:
    made = project()
    made.run()
    head = made.forge.branches["ptmdeps/acme-a-2222222"]
    made.words = "more is known"
    (done,) = made.run()
    assert isinstance(done.action, Update) and not done.action.rebuild
    assert made.forge.branches["ptmdeps/acme-a-2222222"] == head
    assert kinds(made.run()) == ["Leave"]


def test_people_who_edit_a_title_keep_it() -> None:
    made = project()
    made.run()
    made.forge.requests[1] = replace(made.forge.requests[1], title="Our title")
    assert kinds(made.run()) == ["Leave"]


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"ignore": (UpgradeRule(model="acme/*", reason="later"),)}, "ignored"),
        ({"ignore": (UpgradeRule(model="acme/a", revision="2222222", until="2026-11-20"),)}, "ignored"),
        ({"cooldown": "P30D"}, "cooldown"),
        ({"security_only": True}, "security-only"),
    ],
)
def test_what_is_not_wanted(settings: dict[str, Any], why: str) -> None:
    made = project(**settings)
    (done,) = made.run()
    assert isinstance(done.action, Skip) and done.action.why == why
    assert made.forge.writes == []


@pytest.mark.parametrize(
    "settings",
    [
        {"ignore": (UpgradeRule(model="acme/a", until="2026-11-19"),)},
        {"ignore": (UpgradeRule(model="acme/a", revision="3333333"),)},
        {"cooldown": "P7D"},
    ],
)
def test_what_is_wanted_all_the_same(settings: dict[str, Any]) -> None:
    assert kinds(project(**settings).run()) == ["Open"]


def test_cards_are_no_reason() -> None:
    made = project()
    made.documents.add(A)
    (done,) = made.run()
    assert isinstance(done.action, Skip) and done.action.why == "card-only" and made.locks == 0
    made.settings = replace(made.settings, card_only=True)
    assert kinds(made.run()) == ["Open"]


@pytest.mark.parametrize("settings", [{"security_only": True}, {"cooldown": "P30D"}])
def test_what_was_flagged_and_is_no_more_waits_for_nothing(settings: dict[str, Any]) -> None:
    made = ProjectOf(lock_of(model(A, commit("1"), remote_code=True)), PullRequestSettings(**settings))
    made.moves(A, commit("2"))
    (done,) = made.run()
    assert isinstance(done.action, Open)
    assert any("PTM203" in fix for fix in done.action.offer.proposal.models[0].fixes)


@pytest.mark.parametrize("state", ["unreachable", "gone", "disabled", "denied", "ref-gone", "pinned"])
def test_what_cannot_be_proposed_leaves_what_stands(state: Any) -> None:
    made = project()
    made.run()
    made.states[A] = (state,)
    before = list(made.forge.writes)
    assert sorted(kinds(made.run())) == ["Leave", "Skip"]
    assert made.forge.writes == before


def test_a_model_that_cannot_be_locked_hinders_no_other() -> None:
    made = project(A, B)
    made.failing.add(A)
    assert kinds(made.run()) == ["Open", "Skip"]
    made.failing.clear()
    made.run()
    made.failing.add(A)
    assert kinds(made.run()) == ["Leave", "Leave"]


def test_automerge_by_what_changed() -> None:
    made = project(automerge=("configuration",))
    made.run()
    assert list(made.forge.merging) == [1]
    assert made.forge.merging[1] == (made.forge.branches["ptmdeps/acme-a-2222222"], "squash")
    assert kinds(made.run()) == ["Leave"]
    other = project(automerge=("card",))
    other.run()
    assert not other.forge.merging


@pytest.mark.parametrize("state", ["recreated", "rewritten", "renamed"])
def test_what_people_have_to_look_at_does_not_merge_itself(state: Any) -> None:
    made = project(automerge=("card", "configuration", "weights", "code", "architecture", "tokenizer", "template"))
    made.states[A] = (state, "moved")
    made.run()
    assert made.forge.open_ones() and not made.forge.merging


def test_an_unknown_reviewer_is_told_once_and_is_no_obstacle() -> None:
    made = project(reviewers=("nobody",), labels=("models",))
    (done,) = made.run()
    assert done.remarks == ("reviewers: `nobody` is not known here",)
    assert made.forge.open_ones()[0].labels == ("models",)
    assert kinds(made.run()) == ["Leave"]


def test_what_the_forge_refuses_of_one_hinders_no_other() -> None:
    made = project(A, B)
    made.forge.faults = {0: (ForgeRefused("a rule of the branch"), False)}
    first, second = made.run()
    assert first.error and second.error is None
    assert kinds(made.run()) == ["Open", "Leave"]


@pytest.mark.parametrize("error", [ForgeRateLimited("too many"), ForgeDenied("not with this token")])
def test_a_forge_that_has_enough_of_us_stops_the_run(error: ForgeError) -> None:
    made = project(A, B)
    made.forge.faults = {2: (error, False)}
    with pytest.raises(type(error)):
        made.run()
    assert len(made.forge.open_ones()) == 1
    made.run()
    assert len(made.forge.open_ones()) == 2


def test_two_bases_do_not_take_each_others_branches() -> None:
    made = project()
    made.run()
    made.forge.push("release/1.0", {LOCK: lockfiles.content(made.lock)}, "Release")
    made.settings = replace(made.settings, base="release/1.0")
    assert kinds(made.run()) == ["Open"]
    first, second = made.forge.open_ones()
    assert (first.base, second.base) == ("main", "release/1.0") and first.branch != second.branch
    assert second.branch.startswith("ptmdeps/release-1.0-") and second.branch.endswith("/acme-a-2222222")
    before = list(made.forge.writes)
    made.run()
    made.settings = replace(made.settings, base="")
    made.run()
    assert made.forge.writes == before


def test_a_checkout_of_something_else_is_refused() -> None:
    made = project()
    made.forge.push("main", {LOCK: b"another"}, "Work")
    with pytest.raises(ForgeError, match="this is not its checkout"):
        made.run()


def _history() -> ProjectOf:
    """A project in whose next run everything happens: opening, replacing, updating, the dashboard."""
    made = ProjectOf(lock_of(*(model(name, commit("1")) for name in (A, B, C))), EVERYTHING)
    made.moves(A, commit("2"))
    made.moves(B, commit("2"))
    made.run()
    made.moves(A, commit("3"))
    made.moves(C, commit("2"))
    made.words = "more is known"
    return made


def _writes() -> int:
    made = _history()
    before = len(made.forge.writes)
    made.run()
    return len(made.forge.writes) - before


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(_writes()))
def test_a_run_that_breaks_off_anywhere_is_completed_by_the_next(at: int, after: bool) -> None:
    whole = _history()
    whole.run()
    broken = _history()
    Outage(at=at, after=after).of(broken.forge)
    with pytest.raises(ForgeError, match="no answer"):
        broken.run()
    broken.forge.faults = {}
    broken.run()
    assert sorted(map(repr, broken.forge.state()[0])) == sorted(map(repr, whole.forge.state()[0]))  # type: ignore[index]
    assert broken.forge.state()[1:] == whole.forge.state()[1:]  # type: ignore[index]
    before = list(broken.forge.writes)
    broken.run()
    assert broken.forge.writes == before
