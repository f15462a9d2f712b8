"""The life of pull requests at every forge that speaks HTTP: what the planner decides meets what forges do of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from embedded_forge import Access, Project
from embedded_forge.server import ForgeServer
from embedded_hub.faults import rate_limited, server_error
from ptmdeps import lockfile as lockfiles
from ptmdeps.errors import ForgeDenied, ForgeError
from ptmdeps.forges import Place, open_forge
from ptmdeps.manifest import PullRequestSettings, UpgradeGroup
from ptmdeps.proposing.actions import Leave, Skip
from ptmdeps.proposing.markers import marker_of
from tests.unit.proposing.project import LOCK, ProjectOf, commit, kinds, lock_of, model

A, B = "acme/a", "acme/b"
BRANCH = "ptmdeps/acme-a-2222222"
FORGES = {
    "github": "embedded_forge.github:EmbeddedForgeGitHub",
    "gitlab": "embedded_forge.gitlab:EmbeddedForgeGitLab",
    "gitea": "embedded_forge.gitea:EmbeddedForgeGitea",
}
Begin = Callable[..., tuple[ProjectOf, Project]]


@pytest.fixture(params=FORGES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ForgeServer]:
    module, _, name = FORGES[request.param].partition(":")
    with getattr(import_module(module), name)(tmp_path / "forge") as running:
        running.grant("secret", Access(login="bot"))
        yield running


@pytest.fixture
def begin(server: ForgeServer, request: pytest.FixtureRequest) -> Begin:
    """A project whose models moved, at the forge."""
    name = request.node.callspec.params["server"]

    def begin(*names: str, **settings: Any) -> tuple[ProjectOf, Project]:
        lock = lock_of(*(model(one, commit("1")) for one in names or (A,)))
        made = ProjectOf(lock, PullRequestSettings(**settings))
        for one in names or (A,):
            made.moves(one, commit("2"))
        there = server.create("acme/search", {LOCK: lockfiles.content(lock), "app.py": b"print()\n"})
        there.people |= {"ada", "grace", "bot"}
        running: Any = server  # each says itself where its API is
        forge: Any = open_forge(Place(forge=name, api=running.api, repository="acme/search"), "secret")
        made.forge = forge
        return made, there

    return begin


def quiet(made: ProjectOf, server: ForgeServer) -> None:
    """Another run changes nothing."""
    before = len(server.writes)
    made.run()
    assert len(server.writes) == before


def test_opened_completely_and_then_left_alone(begin: Begin, server: ForgeServer) -> None:
    made, there = begin(A, B, labels=("models",), reviewers=("ada",), assignees=("grace",), dashboard=True)
    assert kinds(made.run()) == ["Open", "Open"]
    assert [one.branch for one in there.pulls.values()] == [BRANCH, "ptmdeps/acme-b-2222222"]
    assert [one.state for one in there.issues.values()] == ["open"]
    for one in there.pulls.values():
        marker = marker_of(one.body)
        assert marker and not marker.todo and marker.head == one.head == there.git.head(one.branch)
        assert "models" in one.labels
    content = there.git.read(LOCK, there.git.head(BRANCH) or "") or b""
    assert [one.revision[0] for one in lockfiles.loads(content.decode(), source=LOCK).models] == ["2", "1"]
    quiet(made, server)


def test_replaced_by_a_newer_one(begin: Begin, server: ForgeServer) -> None:
    made, there = begin()
    made.run()
    made.moves(A, commit("3"))
    assert kinds(made.run()) == ["Open", "Close"]
    assert [one.state for one in there.pulls.values()] == ["closed", "open"]
    assert there.git.head(BRANCH) is None
    quiet(made, server)


def test_closed_by_a_person(begin: Begin, server: ForgeServer) -> None:
    made, there = begin()
    made.run()
    there.close(next(iter(there.pulls.values())))
    there.delete_branch(BRANCH)
    (done,) = made.run()
    assert isinstance(done.action, Skip) and done.action.why == "closed"
    quiet(made, server)


def test_merged_and_the_other_one_rebuilt(begin: Begin, server: ForgeServer) -> None:
    made, there = begin(A, B)
    made.run()
    first, second = there.pulls.values()
    there.merge(first, by="ada", method="squash")
    made.pulled()
    assert kinds(made.run()) == ["Update"]
    assert there.mergeable(second)
    quiet(made, server)
    there.merge(second, by="ada")
    made.pulled()
    assert made.run() == []
    assert [one.revision[0] for one in made.lock.models] == ["2", "2"]


def test_a_base_that_moved(begin: Begin, server: ForgeServer) -> None:
    made, there = begin(rebase="behind")
    made.run()
    there.push("main", {"app.py": b"other\n"})
    assert kinds(made.run()) == ["Update"]
    quiet(made, server)


def test_work_of_others_stays(begin: Begin, server: ForgeServer) -> None:
    made, there = begin()
    made.run()
    there.push(BRANCH, {"app.py": b"adapted\n"})
    made.words = "something new"
    (done,) = made.run()
    assert isinstance(done.action, Leave) and done.action.theirs
    quiet(made, server)


def test_a_group(begin: Begin, server: ForgeServer) -> None:
    made, there = begin(A, B, groups=(UpgradeGroup(name="all", models=("acme/*",)),))
    assert kinds(made.run()) == ["Open"]
    quiet(made, server)
    made.moves(B, commit("3"))
    assert kinds(made.run()) == ["Open", "Close"]
    assert sum(one.state == "open" for one in there.pulls.values()) == 1
    quiet(made, server)


def test_a_limit(begin: Begin, server: ForgeServer) -> None:
    made, there = begin(A, B, limit=1)
    assert kinds(made.run()) == ["Open", "Skip"]
    quiet(made, server)
    there.merge(next(iter(there.pulls.values())), by="ada")
    made.pulled()
    assert kinds(made.run()) == ["Open"]


def test_merging_itself_once_the_checks_pass(begin: Begin, server: ForgeServer) -> None:
    made, there = begin(automerge=("configuration",))
    there.checks_required = True
    (done,) = made.run()
    assert done.remarks == ()
    (one,) = there.pulls.values()
    quiet(made, server)
    there.check(one.head, "success")
    assert one.merged
    made.pulled()
    assert made.run() == []


def test_the_box_of_the_dashboard(begin: Begin, server: ForgeServer) -> None:
    made, there = begin(A, B, limit=1, dashboard=True)
    made.run()
    (issue,) = there.issues.values()
    issue.body = issue.body.replace("- [ ]", "- [x]")
    made.run()
    assert sum(one.state == "open" for one in there.pulls.values()) == 2
    assert "- [x]" not in issue.body
    quiet(made, server)


def test_a_short_limit_of_the_forge_is_waited_for(begin: Begin, server: ForgeServer) -> None:
    made, there = begin()
    server.faults.add(rate_limited(seconds=0, retry_after=True), method="POST", times=1)
    made.run()
    assert len(there.pulls) == 1
    quiet(made, server)


def test_a_token_that_may_only_read(begin: Begin, server: ForgeServer) -> None:
    made, there = begin()
    server.grant("secret", Access(login="bot", may=frozenset()))
    with pytest.raises(ForgeDenied):
        made.run()
    assert there.pulls == {} and there.git.head(BRANCH) is None


@pytest.mark.parametrize(("method", "after"), [("POST", 0), ("POST", 1), ("CHANGE", 0), ("CHANGE", 1)])
def test_broken_off_and_completed(begin: Begin, server: ForgeServer, method: str, after: int) -> None:
    made, there = begin(A, labels=("models",), assignees=("grace",))
    if method == "CHANGE":
        method = "PUT" if made.forge.name == "gitlab" else "PATCH"
    made.run()
    made.moves(A, commit("3"))
    rule = server.faults.add(server_error(), method=method, after=after, times=1)
    try:
        made.run()
    except ForgeError:
        made.run()
    assert rule.hits == 1
    old, new = there.pulls.values()
    marker = marker_of(new.body)
    assert (old.state, new.state) == ("closed", "open") and marker and not marker.todo
    assert there.git.head(BRANCH) is None and there.git.head(new.branch) == new.head
    assert "models" in new.labels
    quiet(made, server)


def test_a_repository_without_issues_has_pull_requests_all_the_same(begin: Begin) -> None:
    made, there = begin(dashboard=True)
    there.has_issues = False
    with pytest.raises(ForgeError):
        made.run()
    assert [one.state for one in there.pulls.values()] == ["open"]
    assert kinds(made.plan().actions) == ["Leave"]
