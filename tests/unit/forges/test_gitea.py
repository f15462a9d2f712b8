"""Gitea and Forgejo as a forge: what is their own, what they refuse, and answers that are not to be believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_forge import Access, Project
from embedded_forge.gitea import EmbeddedForgeGitea
from embedded_hub.exchange import Answer, Request
from embedded_hub.faults import Fails, Then
from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused, ForgeUnreachable
from ptmdeps.forges.gitea import Gitea
from ptmdeps.forges.protocol import FileEdit, NewPullRequest, Place
from tests.unit.hubs.scripted import Scripted

SECRET = "0123456789abcdef"
NAME, BRANCH = "acme/app", "ptmdeps/acme-encoder-1234567"
LOCK = (FileEdit(path="ptm.lock", content=b"new\n"),)
NEW = NewPullRequest(branch=BRANCH, base="main", title="Update acme/encoder", body="What changed")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedForgeGitea]:
    with EmbeddedForgeGitea(tmp_path / "forge") as running:
        running.grant(SECRET, Access(login="bot"))
        yield running


@pytest.fixture
def project(server: EmbeddedForgeGitea) -> Project:
    made = server.create(NAME, {"ptm.lock": b"old\n"})
    made.people |= {"ada"}
    return made


@pytest.fixture
def forge(server: EmbeddedForgeGitea, project: Project) -> Gitea:
    return forge_of(server, project.name)


def forge_of(server: EmbeddedForgeGitea | Scripted, name: str = NAME, token: str = SECRET) -> Gitea:
    return Gitea(Place(forge="gitea", api=f"{server.endpoint}/api/v1", repository=name), token)


def made(forge: Gitea) -> str:
    return forge.commit(BRANCH, parent=forge.head("main") or "", message="Update", edits=LOCK, expected=None)


def proposed(forge: Gitea) -> int:
    made(forge)
    return forge.open(NEW).number


# -- branches made anew, by Git ----------------------------------------------------------------------------------------


def test_a_rebase_is_a_push_that_keeps_the_pull_request_open(
    forge: Gitea, server: EmbeddedForgeGitea, project: Project
) -> None:
    number = proposed(forge)
    first = project.pulls[number].head
    base = project.push("main", {f"weights/{index}.bin": bytes([index]) * 999 for index in range(9)})
    server.log.clear()
    new = forge.commit(BRANCH, parent=base, message="Anew\n\nWhy", edits=LOCK, expected=first)
    assert (project.pulls[number].state, project.pulls[number].head) == ("open", new)
    commit = project.git.read_commit(new)
    assert (commit.parents, commit.message, commit.author.name) == ((base,), "Anew\n\nWhy", "bot")
    assert project.git.read("weights/3.bin", new) == b"\x03" * 999
    assert not server.log.matching(method="DELETE")
    assert [entry.path for entry in server.writes] == [
        *["/acme/app.git/git-upload-pack"] * server.log.count("/git-upload-pack"),
        "/acme/app.git/git-receive-pack",
    ]


def test_a_base_that_moved_on_is_no_hindrance(forge: Gitea, project: Project) -> None:
    number = proposed(forge)
    base = project.push("main", {"a.txt": b"a"})
    project.push("main", {"b.txt": b"b"})
    new = forge.commit(BRANCH, parent=base, message="Anew", edits=LOCK, expected=project.pulls[number].head)
    assert project.git.read_commit(new).parents == (base,)


def test_who_pushes_before_the_lease_is_not_overwritten(
    forge: Gitea, server: EmbeddedForgeGitea, project: Project
) -> None:
    first = made(forge)
    base = project.push("main", {"a.txt": b"a"})
    theirs: list[str] = []

    def push() -> None:
        theirs.append(project.push(BRANCH, {"theirs.txt": b"theirs"}))

    server.faults.add(Then(push), path=r"service=git-upload-pack", times=1)
    with pytest.raises(ForgeConflict):
        forge.commit(BRANCH, parent=base, message="Anew", edits=LOCK, expected=first)
    assert project.git.head(BRANCH) == theirs[0]


def test_the_token_is_in_no_argument_and_no_error(
    forge: Gitea, server: EmbeddedForgeGitea, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made(forge)
    base = project.push("main", {"a.txt": b"a"})
    trace = tmp_path / "trace"
    for name in ("GIT_TRACE", "GIT_TRACE2", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE"):
        monkeypatch.setenv(name, str(trace))
    server.faults.add(Fails(status=403), path="git-receive-pack", times=9)
    with pytest.raises(ForgeDenied) as denied:
        forge.commit(BRANCH, parent=base, message="Anew", edits=LOCK, expected=first)
    assert SECRET not in f"{denied.value} {denied.value.hint} {denied.value.__cause__} {forge!r}"
    assert not trace.exists()
    assert project.git.head(BRANCH) == first


def test_git_follows_no_redirect_with_the_token(forge: Gitea, server: EmbeddedForgeGitea, project: Project) -> None:
    first = made(forge)
    base = project.push("main", {"a.txt": b"a"})
    seen: list[Request] = []

    def note(request: Request) -> Answer:
        seen.append(request)
        return Answer(status=404)

    with Scripted(note) as evil:
        away = {"Location": f"{evil.endpoint}/acme/app.git/info/refs?service=git-upload-pack"}
        server.faults.add(Fails(status=302, headers=away), path="service=git-upload-pack", times=9)
        with pytest.raises(ForgeError):
            forge.commit(BRANCH, parent=base, message="Anew", edits=LOCK, expected=first)
    assert seen == []


def test_somebody_commits_of_whom_the_token_may_not_tell(
    forge: Gitea, server: EmbeddedForgeGitea, project: Project
) -> None:
    first = made(forge)
    base = project.push("main", {"a.txt": b"a"})
    server.faults.add(Fails(status=403), path="/api/v1/user$", times=1)
    new = forge.commit(BRANCH, parent=base, message="Anew", edits=LOCK, expected=first)
    assert project.git.read_commit(new).author.name == "ptmdeps"


# -- one commit is two requests, where the branch is new ---------------------------------------------------------------


def test_a_branch_without_its_commit_is_taken_back(forge: Gitea, server: EmbeddedForgeGitea, project: Project) -> None:
    server.faults.add(Fails(status=422, message="no"), method="POST", path="/contents$", times=1)
    with pytest.raises(ForgeRefused):
        made(forge)
    assert project.git.head(BRANCH) is None


def test_a_run_that_broke_off_between_them_is_gone_on_with(
    forge: Gitea, server: EmbeddedForgeGitea, project: Project
) -> None:
    main = project.git.head("main") or ""
    server.faults.add(Fails(status=502), method="POST", path="/contents$", times=1)
    server.faults.add(Fails(status=502), method="DELETE", path="/branches/")
    forge._api.patience = type(forge._api.patience)(attempts=1)
    with pytest.raises(ForgeUnreachable):
        made(forge)
    assert forge.head(BRANCH) == main
    new = forge.commit(BRANCH, parent=main, message="Update", edits=LOCK, expected=main)
    assert project.git.read_commit(new).parents == (main,)


def test_a_link_is_not_written(forge: Gitea, project: Project) -> None:
    git = project.git
    git.git("update-index", "--add", "--cacheinfo", f"120000,{git.blob(b'/etc/passwd')},ptm.lock")
    tree = git.git("write-tree").strip()
    person = project.person("mallory")
    project.move("main", git.commit(tree=tree, parents=(git.head("main") or "",), message="Link", author=person))
    with pytest.raises(ForgeRefused, match="is a link"):
        made(forge)
    assert git.head(BRANCH) is None


# -- their own words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["WIP: ", "wip:", "[WIP] ", "WIP: [wip]"])
def test_a_draft_is_known_by_its_title(forge: Gitea, project: Project, prefix: str) -> None:
    number = proposed(forge)
    project.pulls[number].title, project.pulls[number].draft = f"{prefix}Update", True
    (found,) = forge.pull_requests("")
    assert (found.title, found.draft) == ("Update", True)


def test_a_team_is_asked_and_nobody_is_asked_twice(forge: Gitea, server: EmbeddedForgeGitea, project: Project) -> None:
    project.teams.add("models")
    number = proposed(forge)
    forge.reviewers(number, ["ada", "acme/models"])
    assert (project.pulls[number].reviewers, project.pulls[number].teams) == ({"ada"}, {"models"})
    writes = len(server.writes)
    forge.reviewers(number, ["ADA"])
    assert len(server.writes) == writes
    with pytest.raises(ForgeRefused):
        forge.reviewers(number, ["bot"])
    with pytest.raises(ForgeRefused):
        forge.reviewers(number, ["acme/nobody"])


def test_labels_are_made_once_whatever_their_case(forge: Gitea, project: Project) -> None:
    number = proposed(forge)
    project.label("Models")
    forge.label(number, ["models", "MODELS", "new"])
    assert [label.name for label in project.labels.values()] == ["Models", "new"]
    assert project.pulls[number].labels == {"Models", "new"}


def test_a_repository_that_is_archived_is_told_so(forge: Gitea, project: Project) -> None:
    project.archived = True
    with pytest.raises(ForgeRefused) as refused:
        made(forge)
    assert "archived" in (refused.value.hint or "")


def test_merging_waits_where_a_check_is_required(forge: Gitea, project: Project) -> None:
    project.checks_required = True
    number = proposed(forge)
    head = project.pulls[number].head
    forge.merge_when_checks_pass(number, head=head, method="rebase")
    assert project.pulls[number].auto_merge == "rebase"
    project.check(head, "success")
    assert project.pulls[number].merged


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, ForgeDenied, "token is wrong"),
        (403, ForgeDenied, "`repository` and `issue`"),
        (404, ForgeNotFound, "Check the name"),
        (405, ForgeRefused, "next run"),
        (409, ForgeConflict, "again"),
        (422, ForgeRefused, ""),
        (423, ForgeRefused, "archived"),
        (500, ForgeUnreachable, "again"),
    ],
)
def test_a_refusal_is_explained(status: int, kind: type[ForgeError], words: str) -> None:
    answer = Answer.json({"message": "a\u001b[31mb\u202ec", "url": "x"}, status=status)
    with Scripted(lambda _: answer) as server, pytest.raises(kind) as refused:
        forge_of(server).open(NEW)
    assert refused.value.status == status
    assert words in (refused.value.hint or "")
    assert not {"\x1b", "\u202e"} & set(refused.value.message)


PULL: dict[str, Any] = {
    "number": 1,
    "head": {"label": BRANCH, "ref": BRANCH, "sha": "a" * 40, "repo_id": 1},
    "base": {"label": "main", "ref": "main", "sha": "b" * 40, "repo_id": 1},
    "title": "t",
    "state": "open",
}


@pytest.mark.parametrize(
    "change",
    [{"number": "1"}, {"title": 1}, {"body": []}, {"head": {"label": BRANCH, "sha": "../..", "repo_id": 1}}],
)
def test_an_answer_that_cannot_be_is_not_believed(change: dict[str, Any]) -> None:
    with Scripted(lambda _: Answer.json([PULL | change])) as server, pytest.raises(ForgeUnreachable):
        forge_of(server).pull_requests("ptmdeps/")


@pytest.mark.parametrize(
    "item",
    [
        PULL | {"head": PULL["head"] | {"repo_id": 2}},
        PULL | {"head": PULL["head"] | {"repo_id": -1, "repo": None}},
        PULL | {"head": PULL["head"] | {"repo_id": None}, "base": PULL["base"] | {"repo_id": None}},
        PULL | {"head": PULL["head"] | {"label": "other"}},
        {"head": None},
        None,
        7,
    ],
    ids=lambda item: json.dumps(item)[:40],
)
def test_what_is_not_ours_is_left_out(item: Any) -> None:
    with Scripted(lambda _: Answer.json([item])) as server:
        assert forge_of(server).pull_requests("ptmdeps/") == ()


def test_git_is_asked_where_the_api_is() -> None:
    for api, remote in (
        ("https://codeberg.org/api/v1", "https://codeberg.org/acme/app.git"),
        ("https://example.org:8443/git/api/v1", "https://example.org:8443/git/acme/app.git"),
    ):
        assert Gitea(Place(forge="gitea", api=api, repository=NAME), SECRET)._remote() == remote
