"""What ``ptmdeps.forges.protocol`` promises, of every forge: each with its own words over the same real Git."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_forge import Access, Project
from embedded_forge.gitea import EmbeddedForgeGitea
from embedded_forge.github import EmbeddedForgeGitHub
from embedded_forge.gitlab import EmbeddedForgeGitLab
from embedded_forge.server import ForgeServer
from embedded_forge.state import State
from embedded_hub.faults import Fails, Then
from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused, ForgeUnreachable
from ptmdeps.forges import FORGES, open_forge
from ptmdeps.forges.protocol import Commit, FileEdit, Forge, NewPullRequest, Place

SERVERS: dict[str, type[EmbeddedForgeGitHub | EmbeddedForgeGitLab | EmbeddedForgeGitea]] = {
    "github": EmbeddedForgeGitHub,
    "gitlab": EmbeddedForgeGitLab,
    "gitea": EmbeddedForgeGitea,
}
BRANCH, TOKEN = "ptmdeps/acme-encoder-1234567", "secret-of-bot"
FILES = {"ptm.lock": b"old\n", "bin/run": b"#!/bin/sh\n", "docs/guide.md": b"# Guide\n"}
LOCK = (FileEdit(path="ptm.lock", content=b"new\n"),)
NEW = NewPullRequest(branch=BRANCH, base="main", title="Update acme/encoder", body="What changed\n\n- one\n")


@dataclasses.dataclass(frozen=True)
class World:
    """A forge, what is really in it, and the server if it has one."""

    forge: Forge
    project: Project
    server: ForgeServer | None

    @property
    def main(self) -> str:
        return self.project.git.head("main") or ""

    def forge_with(self, token: str, repository: str = "") -> Forge:
        place = self.forge.place
        return open_forge(dataclasses.replace(place, repository=repository or place.repository), token)

    def commit(self, branch: str = BRANCH) -> str:
        return self.forge.commit(branch, parent=self.main, message="Update", edits=LOCK, expected=None)

    def proposed(self) -> int:
        self.commit()
        return self.forge.open(NEW).number


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    name: str = request.param
    if name == "local":
        project = State(tmp_path / "forge").create("acme/app", FILES)
        for key in ("name", "email"):
            project.git.git("config", f"user.{key}", f"bot{'@users.noreply.example' if key == 'email' else ''}")
        yield World(open_forge(Place(forge=name, repository=str(project.git.directory))), project, None)
        return
    with SERVERS[name](tmp_path / "forge") as server:
        server.grant(TOKEN, Access(login="bot"))
        project = server.create("acme/app", FILES)
        project.people |= {"ada", "grace"}
        place = Place(forge=name, api=server.api, repository="acme/app")
        yield World(open_forge(place, TOKEN), project, server)


every_forge = pytest.mark.parametrize("world", FORGES, indirect=True)
every_server = pytest.mark.parametrize("world", SERVERS, indirect=True)


def test_every_forge_is_here() -> None:
    assert set(FORGES) == {*SERVERS, "local"}


# -- reading -----------------------------------------------------------------------------------------------------------


@every_forge
def test_reading_says_what_is_there_and_changes_nothing(world: World) -> None:
    forge, main = world.forge, world.main
    refs = world.project.git.refs()
    assert (forge.default_branch(), forge.head("main"), forge.head("nobody/made-it")) == ("main", main, None)
    assert forge.read("docs/guide.md", main) == b"# Guide\n"
    assert (forge.read("docs", main), forge.read("no/thing.txt", main)) == (None, None)
    assert (forge.pull_requests("ptmdeps/"), forge.issues("models")) == ((), ())
    with pytest.raises(ForgeNotFound):
        forge.read("ptm.lock", "f" * 40)
    assert world.project.git.refs() == refs
    assert world.server is None or world.server.writes == ()


@every_forge
def test_any_content_and_any_name_come_back_as_they_are(world: World) -> None:
    content = bytes(range(256)) * 5
    names = ("data/a b+c%20&d=ü#?.bin", "data/[x]*.bin", "-data.bin")
    edits = [FileEdit(path=name, content=content) for name in names]
    new = world.forge.commit(BRANCH, parent=world.main, message="Add", edits=edits, expected=None)
    for name in names:
        assert world.project.git.read(name, new) == content
        assert world.forge.read(name, new) == content


@every_forge
def test_commits_are_told_oldest_first_and_whole(world: World) -> None:
    project, main = world.project, world.main
    project.create_branch(BRANCH, main)
    subject = "A subject that is longer than what some forges are ready to show of it, " * 2
    first = project.push(BRANCH, {"ptm.lock": b"1"}, message=f"{subject.strip()}\n\nWhy: \u202ex <b>", author="ada")
    second = project.push(BRANCH, {"ptm.lock": b"2"}, message="Second", author="grace")
    project.push("main", {"other.txt": b"3"}, message="Elsewhere")
    ada, grace = (f"{name}@users.noreply.example" for name in ("ada", "grace"))
    message = f"{subject.strip()}\n\nWhy: \u202ex <b>"
    assert world.forge.commits("main", BRANCH) == (
        Commit(sha=first, parents=(main,), message=message, author="ada", email=ada),
        Commit(sha=second, parents=(first,), message="Second", author="grace", email=grace),
    )
    assert world.forge.messages(BRANCH, 2) == ("Second", subject.strip())
    assert world.forge.messages("main", 100) == ("Elsewhere", "Initial commit")
    assert world.forge.commits(BRANCH, BRANCH) == ()
    for base, branch in (("main", "gone"), ("gone", "main")):
        with pytest.raises(ForgeNotFound):
            world.forge.commits(base, branch)


# -- commits -----------------------------------------------------------------------------------------------------------


@every_forge
def test_a_commit_changes_what_it_names_and_keeps_modes(world: World) -> None:
    git = world.project.git
    git.git("update-index", "--add", "--cacheinfo", f"100755,{git.blob(b'#!')},bin/run")
    git.git("update-index", "--add", "--cacheinfo", f"100644,{git.blob(b'gone')},docs/old.md")
    tree = git.git("write-tree").strip()
    head = git.commit(tree=tree, parents=(world.main,), message="Executable", author=world.project.person("ada"))
    world.project.move("main", head)
    edits = (
        FileEdit(path="bin/run", content=b"#!/bin/bash\n"),
        FileEdit(path="new/deep/file.txt", content=b"\xff\x00"),
        FileEdit(path="docs/old.md", content=None),
        FileEdit(path="absent", content=None),
    )
    new = world.forge.commit(BRANCH, parent=head, message="Change\n\nWhy", edits=edits, expected=None)
    commit = git.read_commit(new)
    assert (git.head(BRANCH), commit.parents, commit.message) == (new, (head,), "Change\n\nWhy")
    assert (commit.author.name, commit.author.email) == ("bot", "bot@users.noreply.example")
    files = {path: entry.mode for path, entry in git.files(commit.tree).items()}
    assert files == {"bin/run": "100755", "new/deep/file.txt": "100644"}
    assert git.read("new/deep/file.txt", new) == b"\xff\x00"
    subprocess.run(["git", "-C", git.directory, "fsck", "--strict"], check=True, capture_output=True)


@every_forge
def test_a_branch_is_continued_and_given_up_only_from_where_it_was_expected(world: World) -> None:
    forge, project = world.forge, world.project
    first = world.commit()
    more = forge.commit(BRANCH, parent=first, message="More", edits=[FileEdit(path="a", content=b"b")], expected=first)
    assert project.git.read_commit(more).parents == (first,)
    base = project.push("main", {"other.txt": b"moved"})
    second = forge.commit(BRANCH, parent=base, message="Anew", edits=LOCK, expected=more)
    assert (project.git.head(BRANCH), project.git.read_commit(second).parents) == (second, (base,))
    assert project.git.read("other.txt", second) == b"moved"
    assert project.git.read("a", second) is None
    theirs = project.push(BRANCH, {"ptm.lock": b"theirs"})
    for expected in (second, None):
        with pytest.raises(ForgeConflict):
            forge.commit(BRANCH, parent=base, message="Three", edits=LOCK, expected=expected)
    with pytest.raises(ForgeConflict):
        forge.delete_branch(BRANCH, expected=second)
    assert project.git.head(BRANCH) == theirs
    forge.delete_branch(BRANCH, expected=theirs)
    forge.delete_branch(BRANCH, expected=theirs)
    assert project.git.head(BRANCH) is None


@every_forge
def test_no_commit_is_made_on_what_is_not_there(world: World) -> None:
    with pytest.raises(ForgeNotFound):
        world.forge.commit(BRANCH, parent="f" * 40, message="x", edits=LOCK, expected=None)
    with pytest.raises(ForgeConflict):
        world.forge.commit(BRANCH, parent=world.main, message="x", edits=LOCK, expected=world.main)
    assert world.project.git.head(BRANCH) is None


# -- pull requests -----------------------------------------------------------------------------------------------------


@every_forge
def test_a_pull_request_is_opened_found_and_changed(world: World) -> None:
    head = world.commit()
    opened = world.forge.open(NEW)
    (found,) = world.forge.pull_requests("ptmdeps/")
    assert found == opened
    assert (found.branch, found.base, found.head, found.state) == (BRANCH, "main", head, "open")
    assert (found.title, found.body, found.draft) == (NEW.title, NEW.body, False)
    assert world.forge.pull_requests("others/") == ()
    world.forge.update(found.number, title="Another title", body="Another\nbody")
    world.forge.update(found.number)
    (changed,) = world.forge.pull_requests("ptmdeps/")
    assert changed == dataclasses.replace(found, title="Another title", body="Another\nbody")
    with pytest.raises(ForgeConflict):
        world.forge.open(NEW)
    with pytest.raises(ForgeNotFound):
        world.forge.update(999, title="Nothing")


@every_forge
def test_titles_and_bodies_may_be_as_long_as_is_said(world: World) -> None:
    title, body = "t" * world.forge.title_limit, "ü" * world.forge.body_limit
    number = world.proposed()
    world.forge.update(number, title=title, body=body)
    (found,) = world.forge.pull_requests("ptmdeps/")
    assert (found.title, found.body) == (title, body)


@every_forge
def test_a_draft_is_one_until_somebody_says_otherwise(world: World) -> None:
    world.commit()
    opened = world.forge.open(dataclasses.replace(NEW, draft=True))
    assert (opened.draft, opened.title) == (True, NEW.title)
    world.forge.update(opened.number, title="Other")
    (found,) = world.forge.pull_requests("")
    assert (found.draft, found.title) == (True, "Other")


@every_forge
def test_what_arrived_in_the_base_is_merged(world: World) -> None:
    world.proposed()
    world.project.move("main", world.project.git.head(BRANCH) or "")
    assert [pull.state for pull in world.forge.pull_requests("ptmdeps/")] == ["merged"]


@every_server
def test_a_closed_one_is_known_by_its_branch_also_when_that_is_gone(world: World) -> None:
    number = world.proposed()
    world.forge.update(number, state="closed")
    assert world.forge.pull_requests("ptmdeps/")[0].state == "closed"
    world.forge.update(number, state="open")
    assert world.forge.pull_requests("ptmdeps/")[0].state == "open"
    head = world.project.git.head(BRANCH) or ""
    world.forge.delete_branch(BRANCH, expected=head)
    (closed,) = world.forge.pull_requests("ptmdeps/")
    assert (closed.number, closed.branch, closed.state, closed.head) == (number, BRANCH, "closed", head)


@every_server
def test_only_own_branches_count_whoever_calls_theirs_so(world: World) -> None:
    number = world.proposed()
    world.project.open(branch=BRANCH, base="main", title="Fork", body="", author="mallory", fork="mallory")
    assert [pull.number for pull in world.forge.pull_requests("ptmdeps/")] == [number]


@pytest.mark.parametrize("world", ["gitlab", "gitea"], indirect=True)
def test_every_page_is_read_however_small_the_server_makes_them(world: World) -> None:
    project, server = world.project, world.server
    assert isinstance(server, EmbeddedForgeGitLab | EmbeddedForgeGitea)
    server.largest_page = 3
    tree = project.git.edited(None, {"x": b"y"})
    new = project.git.commit(tree=tree, parents=(world.main,), message="x", author=project.person("bot"))
    for number in range(1, 9):
        project.create_branch(f"ptmdeps/{number}", new)
        project.open(branch=f"ptmdeps/{number}", base="main", title="t", body="", author="bot")
        world.forge.label(number, [f"label-{number}"])
    project.close(project.pulls[7])
    found = world.forge.pull_requests("ptmdeps/")
    assert [pull.number for pull in found] == list(range(8, 0, -1))
    assert [pull.number for pull in found if pull.state == "closed"] == [7]
    assert [label.name for label in project.labels.values()] == [f"label-{number}" for number in range(1, 9)]
    for text in ("b", "c", "d", "e"):
        project.push("main", {"a.txt": text.encode()}, message=text)
    assert world.forge.messages("main", 5)[:3] == ("e", "d", "c")


@every_server
def test_labels_and_people_are_added_to_those_who_are_there(world: World) -> None:
    number = world.proposed()
    pull = world.project.pulls[number]
    world.project.label("models")
    world.forge.label(number, ["models", "to be made"])
    world.forge.label(number, ["models"])
    world.forge.label(number, [])
    assert world.forge.pull_requests("")[0].labels == ("models", "to be made")
    for ask in (world.forge.reviewers, world.forge.assignees):
        ask(number, ["ada"])
        ask(number, ["ada", "grace"])
        with pytest.raises(ForgeRefused):
            ask(number, ["stranger"])
    assert pull.reviewers == pull.assignees == {"ada", "grace"}


# -- merging -----------------------------------------------------------------------------------------------------------


@every_server
def test_auto_merge_waits_for_the_checks(world: World) -> None:
    world.project.checks_required = True
    number = world.proposed()
    head = world.project.git.head(BRANCH) or ""
    world.project.check(head, "pending")
    world.forge.merge_when_checks_pass(number, head=head, method="squash")
    world.forge.merge_when_checks_pass(number, head=head, method="squash")
    assert world.forge.pull_requests("ptmdeps/")[0].state == "open"
    world.project.check(head, "success")
    assert world.forge.pull_requests("ptmdeps/")[0].state == "merged"
    assert world.project.git.read("ptm.lock", world.main) == b"new\n"
    world.forge.merge_when_checks_pass(number, head=head, method="squash")


@every_server
def test_what_nothing_checked_is_not_merged_and_what_passed_is(world: World) -> None:
    number = world.proposed()
    head = world.project.git.head(BRANCH) or ""
    with pytest.raises(ForgeRefused):
        world.forge.merge_when_checks_pass(number, head=head, method="merge")
    with pytest.raises(ForgeConflict):
        world.forge.merge_when_checks_pass(number, head="a" * 40, method="merge")
    assert world.forge.pull_requests("ptmdeps/")[0].state == "open"
    world.project.check(head, "success")
    world.forge.merge_when_checks_pass(number, head=head, method="merge")
    assert world.forge.pull_requests("ptmdeps/")[0].state == "merged"


@every_server
def test_only_what_was_looked_at_is_merged(world: World) -> None:
    assert world.server is not None
    number = world.proposed()
    head = world.project.git.head(BRANCH) or ""
    world.project.check(head, "success")

    def push() -> None:
        world.project.push(BRANCH, {"theirs.txt": b"theirs"})

    world.server.faults.add(Then(push), method="GET", path=r"/(pulls|merge_requests)/\d+$", times=1)
    with pytest.raises(ForgeError):
        world.forge.merge_when_checks_pass(number, head=head, method="merge")
    assert world.project.git.head(BRANCH) != head
    assert not world.project.pulls[number].merged


@every_server
def test_a_draft_is_not_merged(world: World) -> None:
    world.commit()
    opened = world.forge.open(dataclasses.replace(NEW, draft=True))
    world.project.check(opened.head, "success")
    with pytest.raises(ForgeRefused):
        world.forge.merge_when_checks_pass(opened.number, head=opened.head, method="merge")


# -- issues ------------------------------------------------------------------------------------------------------------


@every_server
def test_the_dashboard_is_an_issue_with_a_label(world: World) -> None:
    assert world.forge.dashboards
    issue = world.forge.open_issue(title="Models", body="- [ ] one\n", labels=["ptmdeps", "models"])
    world.project.open_issue(title="Models", body="<!-- the same marker -->", author="mallory")
    world.project.open_issue(title="Other", body="", author="ada", labels=["other"])
    world.proposed()
    world.project.pulls[max(world.project.pulls)].labels.add("ptmdeps")
    assert world.forge.issues("ptmdeps") == (issue,)
    assert (issue.title, issue.body, issue.state, issue.author) == ("Models", "- [ ] one\n", "open", "bot")
    assert issue.labels == ("models", "ptmdeps")
    world.forge.update_issue(issue.number, title="New", body="- [x] one\n", state="closed")
    (changed,) = world.forge.issues("ptmdeps")
    assert (changed.title, changed.body, changed.state) == ("New", "- [x] one\n", "closed")
    world.forge.update_issue(issue.number, state="open")
    assert world.forge.issues("ptmdeps")[0].state == "open"
    assert world.forge.issues("nobody-made-it") == ()


@every_server
def test_a_repository_without_issues_has_no_dashboard(world: World) -> None:
    world.project.has_issues = False
    with pytest.raises(ForgeRefused):
        world.forge.open_issue(title="Models", body="", labels=["ptmdeps"])


# -- refusals ----------------------------------------------------------------------------------------------------------


@every_server
def test_a_token_that_may_not_is_told_so_and_is_in_no_error(world: World) -> None:
    assert world.server is not None
    world.server.grant("secret-of-reader", Access(login="reader", may=frozenset()))
    for token in ("secret-of-reader", "secret-of-nobody"):
        forge = world.forge_with(token)
        with pytest.raises(ForgeDenied) as denied:
            forge.commit(BRANCH, parent=world.main, message="x", edits=LOCK, expected=None)
        assert token not in f"{denied.value} {denied.value.hint} {forge!r}"
        assert denied.value.hint
    assert world.project.git.head(BRANCH) is None
    world.commit()
    with pytest.raises(ForgeDenied):
        world.forge_with("secret-of-reader").open(NEW)


@every_server
def test_a_repository_that_is_hidden_is_not_found(world: World) -> None:
    with pytest.raises(ForgeNotFound):
        world.forge_with(TOKEN, "acme/other").default_branch()
    with pytest.raises(ForgeNotFound):
        world.forge_with(TOKEN, "acme/other").head("main")
    world.project.private = True
    with pytest.raises((ForgeNotFound, ForgeDenied)):
        world.forge_with("").default_branch()


@every_server
def test_an_answer_that_got_lost_makes_no_second_pull_request(world: World) -> None:
    assert world.server is not None
    world.commit()
    world.server.faults.add(Fails(status=502), method="POST", path="/(pulls|merge_requests)$", times=1)
    with pytest.raises(ForgeUnreachable):
        world.forge.open(NEW)
    world.forge.open(NEW)
    assert len(world.project.pulls) == 1


@every_server
def test_who_pushes_at_the_same_moment_loses_nothing(world: World) -> None:
    assert world.server is not None
    first = world.commit()
    theirs: list[str] = []

    def push() -> None:
        theirs.append(world.project.push(BRANCH, {"theirs.txt": b"theirs"}))

    world.server.faults.add(Then(push), method="GET", path="/(contents|raw|trees|files)\\b", times=1)
    edits = [FileEdit(path="ours.txt", content=b"ours")]
    with pytest.raises(ForgeError):
        world.forge.commit(BRANCH, parent=first, message="More", edits=edits, expected=first)
    head = world.project.git.head(BRANCH) or ""
    assert world.project.git.is_ancestor(theirs[0], head)
    assert world.project.git.read("theirs.txt", head) == b"theirs"
