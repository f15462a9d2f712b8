"""GitLab as a forge: what is its own, what it refuses, and answers that are not to be believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_forge import Access, Project
from embedded_forge.gitlab import EmbeddedForgeGitLab
from embedded_hub.exchange import Answer, Body, Request
from embedded_hub.faults import Fails, Then
from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused, ForgeUnreachable
from ptmdeps.forges.gitlab import GitLab
from ptmdeps.forges.protocol import FileEdit, NewPullRequest, Place
from ptmdeps.hubs.redirects import carried
from tests.unit.hubs.scripted import Scripted

SECRET = "glpat-1"
NAME, BRANCH = "group/sub group/app", "ptmdeps/acme-encoder-1234567"
LOCK = (FileEdit(path="ptm.lock", content=b"new\n"),)
NEW = NewPullRequest(branch=BRANCH, base="main", title="Update acme/encoder", body="What changed")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedForgeGitLab]:
    with EmbeddedForgeGitLab(tmp_path / "forge") as running:
        running.grant("glpat-1", Access(login="bot"))
        yield running


@pytest.fixture
def project(server: EmbeddedForgeGitLab) -> Project:
    made = server.create(NAME, {"ptm.lock": b"old\n"})
    made.people |= {"ada", "grace"}
    return made


@pytest.fixture
def forge(server: EmbeddedForgeGitLab, project: Project) -> GitLab:
    return forge_of(server, project.name)


def forge_of(server: EmbeddedForgeGitLab, name: str = NAME, token: str = SECRET) -> GitLab:
    return GitLab(Place(forge="gitlab", api=server.api, repository=name), token)


def proposed(forge: GitLab, body: str = NEW.body) -> int:
    main = forge.head("main") or ""
    forge.commit(BRANCH, parent=main, message="Update", edits=LOCK, expected=None)
    return forge.open(NewPullRequest(branch=BRANCH, base="main", title=NEW.title, body=body)).number


def test_a_project_in_subgroups_is_one_part_of_an_address(forge: GitLab, server: EmbeddedForgeGitLab) -> None:
    proposed(forge)
    assert {entry.path.split("/")[4] for entry in server.log} == {"group%2Fsub%20group%2Fapp"}
    assert server.log.count(r"/repository/branches/ptmdeps%2Facme-encoder-1234567$") > 0


@pytest.mark.parametrize(("token", "header"), [("glpat-1", "private-token"), ("glcbt-64_x", "job-token")])
def test_the_tokens_of_jobs_have_a_header_of_their_own(token: str, header: str) -> None:
    seen: list[dict[str, str]] = []

    def answer(request: Request) -> Answer:
        seen.append(dict(request.headers))
        return Answer.json({"default_branch": "main"})

    with Scripted(answer) as server:
        place = Place(forge="gitlab", api=f"{server.endpoint}/api/v4", repository=NAME)
        assert GitLab(place, token).default_branch() == "main"
        assert GitLab(place, "").default_branch() == "main"
    assert seen[0][header] == token
    assert not {"private-token", "job-token", "authorization"} & seen[1].keys()


def test_its_tokens_go_to_no_other_origin() -> None:
    headers = {"PRIVATE-TOKEN": "a", "JOB-TOKEN": "b", "Accept": "c"}
    assert carried(headers, "https://gitlab.example.org/api", "https://evil.example/api", anew=False) == {"Accept": "c"}
    assert carried(headers, "https://gitlab.example.org/a", "https://gitlab.example.org/b", anew=False) == headers


def test_merge_requests_and_issues_are_counted_apart(forge: GitLab, project: Project) -> None:
    issue = forge.open_issue(title="Models", body="", labels=["ptmdeps"])
    number = proposed(forge)
    assert (issue.number, number) == (1, 1)
    forge.label(number, ["models"])
    assert forge.issues("ptmdeps")[0].labels == ("ptmdeps",)
    assert project.pulls[1].labels == {"models"}


HOSTILE = "Their notes:\n/merge\n   /close\n\t/label ~x\n> /assign @ada\n```\n/close\n```\n/usr/bin is a path\n/ one\n"


def test_no_line_of_a_description_is_a_command(forge: GitLab, server: EmbeddedForgeGitLab, project: Project) -> None:
    number = proposed(forge, HOSTILE)
    forge.update(number, body=f"/close\n{HOSTILE}")
    issue = forge.open_issue(title="Models", body=HOSTILE, labels=["ptmdeps"])
    forge.update_issue(issue.number, body=f"/close\n{HOSTILE}")
    assert server.commands == []
    assert project.pulls[number].state == project.issues[issue.number].state == "open"
    (found,) = forge.pull_requests("")
    assert found.body.replace("\u200b", "") == f"/close\n{HOSTILE}"
    assert "\n> /assign @ada\n" in found.body


def test_the_embedded_gitlab_does_what_a_description_commands(forge: GitLab, project: Project) -> None:
    project.create_branch(BRANCH, project.push("other", {"a": b"b"}, parent=project.git.head("main")))
    forge._api.send(
        "POST",
        f"{forge._root}/merge_requests",
        "open it",
        {"source_branch": BRANCH, "target_branch": "main", "title": "t", "description": "/close"},
    )
    assert [pull.state for pull in project.pulls.values()] == ["closed"]


@pytest.mark.parametrize("prefix", ["Draft: ", "draft:", "[Draft] ", "(draft) ", "Draft: [draft] "])
def test_a_draft_is_known_by_its_title(forge: GitLab, project: Project, prefix: str) -> None:
    number = proposed(forge)
    project.pulls[number].title, project.pulls[number].draft = f"{prefix}Update", True
    (found,) = forge.pull_requests("")
    assert (found.title, found.draft) == ("Update", True)


def test_without_a_licence_only_one_is_taken_and_that_is_told(forge: GitLab, server: EmbeddedForgeGitLab) -> None:
    number = proposed(forge)
    server.licensed = False
    for ask in (forge.reviewers, forge.assignees):
        ask(number, ["ada"])
        with pytest.raises(ForgeRefused, match="did not take `grace`") as refused:
            ask(number, ["ada", "grace"])
        assert "licence" in (refused.value.hint or "")


def test_rebase_needs_a_setting_of_the_project(forge: GitLab, server: EmbeddedForgeGitLab, project: Project) -> None:
    number = proposed(forge)
    head = project.pulls[number].head
    project.check(head, "success")
    with pytest.raises(ForgeRefused, match="makes merge commits"):
        forge.merge_when_checks_pass(number, head=head, method="rebase")
    server.merge_methods[NAME] = "ff"
    forge.merge_when_checks_pass(number, head=head, method="rebase")
    assert project.pulls[number].merged


def test_a_pipeline_that_failed_is_not_merged(forge: GitLab, project: Project) -> None:
    number = proposed(forge)
    head = project.pulls[number].head
    project.check(head, "failure")
    with pytest.raises(ForgeRefused, match="405"):
        forge.merge_when_checks_pass(number, head=head, method="merge")


def test_labels_that_were_left_out_are_told() -> None:
    answer = {"iid": 2, "title": "Models", "description": "", "state": "opened", "labels": []}
    with Scripted(lambda _: Answer.json(answer, status=201)) as scripted:
        place = Place(forge="gitlab", api=f"{scripted.endpoint}/api/v4", repository=NAME)
        with pytest.raises(ForgeDenied, match="without its labels `ptmdeps`"):
            GitLab(place, "glpat-1").open_issue(title="Models", body="", labels=["ptmdeps"])


def test_a_branch_that_is_made_meanwhile_is_a_conflict(
    forge: GitLab, server: EmbeddedForgeGitLab, project: Project
) -> None:
    main = forge.head("main") or ""

    def make() -> None:
        project.create_branch(BRANCH, main)

    server.faults.add(Then(make), method="GET", path=r"/raw\?", times=1)
    with pytest.raises(ForgeConflict):
        forge.commit(BRANCH, parent=main, message="Update", edits=LOCK, expected=None)
    assert project.git.head(BRANCH) == main


@pytest.mark.parametrize(
    ("status", "document", "kind", "words"),
    [
        (403, {"error": "insufficient_scope", "error_description": "higher privileges"}, ForgeDenied, "scope `api`"),
        (403, {"message": "You are not allowed to push into this branch"}, ForgeDenied, "prefix for branches"),
        (401, {"message": "401 Unauthorized"}, ForgeDenied, "token is wrong"),
        (400, {"message": {"title": ["is too long (maximum is 255 characters)"]}}, ForgeRefused, ""),
        (409, {"message": ["Another open merge request already exists"]}, ForgeConflict, "again"),
        (422, {"message": "Branch cannot be merged"}, ForgeRefused, "next run"),
        (405, {"message": "405 Method Not Allowed"}, ForgeRefused, "next run"),
        (500, {"message": "500 Internal Server Error"}, ForgeUnreachable, "again"),
        (404, {"message": "404 Not Found"}, ForgeNotFound, "Check the name"),
    ],
)
def test_a_refusal_is_explained(status: int, document: Any, kind: type[ForgeError], words: str) -> None:
    text = json.dumps(document).replace("Unauthorized", "Unauthorized \\u001b[31m")
    body = Answer.json(json.loads(text), status=status)
    with Scripted(lambda _: body) as server, pytest.raises(kind) as refused:
        GitLab(Place(forge="gitlab", api=f"{server.endpoint}/api/v4", repository=NAME), "glpat-1").open(NEW)
    assert refused.value.status == status
    assert words in (refused.value.hint or "")
    assert "\x1b" not in refused.value.message


MERGE_REQUEST: dict[str, Any] = {
    "iid": 1,
    "source_branch": BRANCH,
    "target_branch": "main",
    "source_project_id": 1,
    "target_project_id": 1,
    "sha": "a" * 40,
    "title": "t",
    "description": None,
    "state": "opened",
    "labels": ["b", "a"],
}


@pytest.mark.parametrize(
    "change",
    [{"iid": "1"}, {"iid": -1}, {"sha": "../x"}, {"title": None}, {"title": ["x"]}, {"description": 1}, {"state": 7}],
)
def test_an_answer_that_cannot_be_is_not_believed(change: dict[str, Any]) -> None:
    with listing([MERGE_REQUEST | change]) as server, pytest.raises(ForgeUnreachable):
        GitLab(Place(forge="gitlab", api=f"{server.endpoint}/api/v4", repository=NAME), "x").pull_requests("ptmdeps/")


@pytest.mark.parametrize("change", [{"source_project_id": 2}, {"source_project_id": None}, {"source_branch": "x"}])
def test_what_is_not_ours_is_left_out(change: dict[str, Any]) -> None:
    with listing([MERGE_REQUEST | change, 7, None]) as server:
        forge = GitLab(Place(forge="gitlab", api=f"{server.endpoint}/api/v4", repository=NAME), "x")
        assert forge.pull_requests("ptmdeps/") == ()


@pytest.mark.parametrize(
    ("change", "state"), [({"state": "locked"}, "open"), ({"state": "merged"}, "merged"), ({"sha": None}, "open")]
)
def test_every_state_is_known(change: dict[str, Any], state: str) -> None:
    with listing([MERGE_REQUEST | change]) as server:
        forge = GitLab(Place(forge="gitlab", api=f"{server.endpoint}/api/v4", repository=NAME), "x")
        (found,) = forge.pull_requests("ptmdeps/")
    assert (found.state, found.labels, found.body, found.author) == (state, ("a", "b"), "", "")


@pytest.mark.parametrize("body", [b"[", b"{}", b'"x"', b"null", b"[" * 100_000])
def test_what_is_no_list_is_told(body: bytes) -> None:
    answer = Answer(headers={"Content-Type": "application/json"}, body=Body.whole(body))
    with Scripted(lambda _: answer) as server, pytest.raises(ForgeUnreachable):
        GitLab(Place(forge="gitlab", api=f"{server.endpoint}/api/v4", repository=NAME), "x").pull_requests("ptmdeps/")


def test_the_next_page_is_asked_at_our_own_server() -> None:
    def answer(request: Request) -> Answer:
        first = "page=2" not in request.query
        link = {"Link": '<https://evil.example/api/v4/projects/1/merge_requests?page=2>; rel="next"'} if first else {}
        return Answer.json([MERGE_REQUEST] if first else [MERGE_REQUEST | {"iid": 2}], headers=link)

    with Scripted(answer) as scripted:
        forge = GitLab(Place(forge="gitlab", api=f"{scripted.endpoint}/api/v4", repository=NAME), "x")
        assert [one.number for one in forge.pull_requests("ptmdeps/")] == [2, 1]


def test_a_server_that_is_busy_is_asked_again_for_what_changes_nothing(
    forge: GitLab, server: EmbeddedForgeGitLab
) -> None:
    server.faults.add(Fails(status=429, headers={"Retry-After": "0"}), path="/projects/", times=1)
    assert forge.default_branch() == "main"


def listing(items: list[Any]) -> Scripted:
    answer: Callable[[Request], Answer] = lambda _: Answer.json(items)  # noqa: E731
    return Scripted(answer)
