"""GitHub that misbehaves: lost answers, limits, settings that forbid, and answers that no honest server gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from embedded_forge import Access, Project
from embedded_forge.github import EmbeddedForgeGitHub, rate_limited
from embedded_hub.exchange import Answer, Request
from embedded_hub.faults import Fails, Rewrite, SetHeaders, Truncate
from ptmdeps.errors import ForgeDenied, ForgeError, ForgeNotFound, ForgeRateLimited, ForgeRefused, ForgeUnreachable
from ptmdeps.forges.github import GitHub
from ptmdeps.forges.github_refusals import explain, explain_graphql
from ptmdeps.forges.protocol import FileEdit, NewPullRequest, Place
from ptmdeps.forges.replies import Reply
from tests.unit.hubs.scripted import Scripted

NAME, BRANCH = "acme/app", "ptmdeps/acme-encoder-1234567"
LOCK = (FileEdit(path="ptm.lock", content=b"new\n"),)
NEW = NewPullRequest(branch=BRANCH, base="main", title="Update", body="Why")
HOSTILE: list[Any] = [None, [], {}, "text", 7, True, [[]], {"object": {"sha": "../../../secrets"}}, {"sha": 1}]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedForgeGitHub]:
    with EmbeddedForgeGitHub(tmp_path / "forge") as running:
        running.grant("secret", Access(login="bot"))
        yield running


@pytest.fixture
def project(server: EmbeddedForgeGitHub) -> Project:
    return server.create(NAME, {"ptm.lock": b"old\n"})


@pytest.fixture
def forge(server: EmbeddedForgeGitHub, project: Project) -> GitHub:
    return GitHub(Place(forge="github", api=server.api, repository=project.name), "secret")


def committed(forge: GitHub) -> str:
    main = forge.head("main")
    assert main is not None
    return forge.commit(BRANCH, parent=main, message="Update", edits=LOCK, expected=None)


def test_a_lost_answer_to_a_write_is_found_by_the_next_reading(
    server: EmbeddedForgeGitHub, forge: GitHub, project: Project
) -> None:
    committed(forge)
    server.faults.add(Truncate(keep=10), method="POST", path="/pulls$", times=1)
    with pytest.raises(ForgeUnreachable):
        forge.open(NEW)
    assert server.log.count("/pulls$", method="POST") == 1
    assert [pull.number for pull in forge.pull_requests("ptmdeps/")] == list(project.pulls) == [1]


@pytest.mark.parametrize("path", ["/git/trees$", "/git/commits$", "/git/refs$"])
def test_a_commit_that_breaks_off_changes_no_branch(
    server: EmbeddedForgeGitHub, forge: GitHub, project: Project, path: str
) -> None:
    before = project.git.refs()
    server.faults.add(Fails(status=422, message="No"), method="POST", path=path)
    with pytest.raises(ForgeRefused):
        committed(forge)
    assert project.git.refs() == before
    server.faults.clear()
    assert committed(forge) == project.git.head(BRANCH)


def test_a_commit_that_is_made_twice_is_made_in_the_same_place(
    server: EmbeddedForgeGitHub, forge: GitHub, project: Project
) -> None:
    server.faults.add(Fails(status=502), method="POST", path="/git/(trees|commits)$", times=2)
    assert committed(forge) == project.git.head(BRANCH)


def test_limits_are_waited_for(server: EmbeddedForgeGitHub, forge: GitHub, project: Project) -> None:
    committed(forge)
    server.faults.add(rate_limited(retry_after=0), path="/pulls$", times=2)
    assert forge.open(NEW).number == 1
    assert list(project.pulls) == [1]


def test_a_quota_that_is_spent_is_said(server: EmbeddedForgeGitHub, forge: GitHub) -> None:
    forge.default_branch()
    server.quota = 0
    server.faults.add(SetHeaders(headers={"X-RateLimit-Reset": "4102444800"}))
    with pytest.raises(ForgeRateLimited, match="allows no more requests"):
        forge.head("main")


def test_graphql_has_limits_of_its_own() -> None:
    reply = Reply(status=200, url="https://api.github.com/graphql", headers={}, body=b"")
    error = explain_graphql(reply, "merge #1", [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}])
    assert isinstance(error, ForgeRateLimited)
    missing = [{"type": "NOT_FOUND", "message": "Could not resolve to a node"}]
    assert isinstance(explain_graphql(reply, "merge #1", missing), ForgeNotFound)
    strange: list[object] = ["text", [], [None], {}, [{"message": 7}]]
    for errors in strange:
        assert isinstance(explain_graphql(reply, "merge #1", errors), ForgeRefused)


def refusal_of(status: int, message: str, *, method: str = "POST", path: str = "/pulls", **headers: str) -> ForgeError:
    body = b'{"message": "%s"}' % message.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"https://api.github.com/repos/{NAME}{path}"
    told = {"content-type": "application/json", **named}
    return explain(Reply(status=status, url=url, headers=told, body=body, method=method), "do it")


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            refusal_of(403, "GitHub Actions is not permitted to create or approve pull requests."),
            ForgeDenied,
            "Settings → Actions → General",
        ),
        (refusal_of(403, "Protected by SAML", x_github_sso="required; url=x"), ForgeDenied, "single sign-on"),
        (refusal_of(403, "Resource not accessible by integration"), ForgeDenied, "pull-requests: write"),
        (refusal_of(403, "No", x_accepted_github_permissions="issues=write; x"), ForgeDenied, "issues: write"),
        (refusal_of(403, "No", path="/git/refs"), ForgeDenied, "contents: write"),
        (refusal_of(403, "No", method="PUT", path="/pulls/3/merge"), ForgeDenied, "contents: write"),
        (refusal_of(404, "Not Found", path="/git/refs"), ForgeDenied, "contents: write"),
        (refusal_of(404, "Not Found", path="/issues/3/labels"), ForgeNotFound, "issues: write"),
        (refusal_of(404, "Not Found", path="/pulls/3", method="PATCH"), ForgeNotFound, "pull-requests: write"),
        (refusal_of(404, "Not Found", path="/git/ref/heads/x", method="GET"), ForgeNotFound, "forges hide"),
        (refusal_of(410, "Issues are disabled for this repo", path="/issues"), ForgeRefused, "Turn issues on"),
        (refusal_of(422, "Draft pull requests are not supported in this repository."), ForgeRefused, "without `draft`"),
        (refusal_of(422, "Repository rule violations found"), ForgeRefused, "rules of that branch"),
    ],
)  # fmt: skip
def test_refusals_say_what_to_do(error: ForgeError, kind: type[ForgeError], words: str) -> None:
    assert type(error) is kind
    assert words in (error.hint or "")


def test_what_github_says_is_harmless_on_a_terminal() -> None:
    assert "\x1b" not in refusal_of(422, r"\u001b[31m\u202e").message


@pytest.mark.parametrize(
    "call",
    [
        lambda forge: forge.head("main"),
        lambda forge: forge.read("ptm.lock", "0" * 40),
        lambda forge: forge.messages("main", 3),
        lambda forge: forge.commits("main", "main"),
        lambda forge: forge.commit("main", parent="0" * 40, message="", edits=LOCK, expected=None),
        lambda forge: forge.open(NEW),
        lambda forge: forge.assignees(1, ["ada"]),
        lambda forge: forge.merge_when_checks_pass(1, head="0" * 40, method="merge"),
        lambda forge: forge.open_issue(title="", body="", labels=["x"]),
        lambda forge: forge.delete_branch("main", expected="0" * 40),
    ],
    ids=["head", "read", "log", "compare", "commit", "open", "assign", "merge", "issue", "delete"],
)
def test_strange_answers_are_errors_for_people(call: Callable[[GitHub], object]) -> None:
    """The repository is an honest one, so that each call comes as far as its own answer."""
    honest = {"full_name": NAME, "default_branch": "main", "node_id": "R_1"}
    documents = list(HOSTILE)

    def script(request: Request) -> Answer:
        return Answer.json(honest if request.path == f"/repos/{NAME}" else documents[0])

    with Scripted(script) as server:
        while documents:
            forge = GitHub(Place(forge="github", api=server.endpoint, repository=NAME), "secret")
            with suppress(ForgeError):
                # A file that is no file is none, a list without items is empty: both are answers.
                assert call(forge) in (None, ()), documents[0]
            documents.pop(0)


def test_a_strange_repository_is_an_error() -> None:
    documents = list(HOSTILE)
    with Scripted(lambda _: Answer.json(documents[0])) as server:
        while documents:
            with pytest.raises(ForgeError):
                GitHub(Place(forge="github", api=server.endpoint, repository=NAME), "secret").default_branch()
            documents.pop(0)


def test_pull_requests_of_nobody_are_left_out(server: EmbeddedForgeGitHub, forge: GitHub, project: Project) -> None:
    """A fork that was deleted has no repository; what is no pull request is none."""
    committed(forge)
    forge.open(NEW)

    def orphaned(document: list[Any]) -> list[Any]:
        return [*(item | {"head": item["head"] | {"repo": None}} for item in document), None, "x", {"head": 7}]

    server.faults.add(Rewrite(function=orphaned), path=r"/pulls\?")
    assert forge.pull_requests("") == ()
    server.faults.clear()
    assert len(GitHub(forge.place, "secret").pull_requests("")) == len(project.pulls) == 1


def test_names_of_others_are_quoted_in_addresses(server: EmbeddedForgeGitHub, forge: GitHub) -> None:
    assert forge.head("a b?c#d%2F..") is None
    assert forge.read("a b?c#d", forge.head("main") or "") is None
    with pytest.raises(ForgeNotFound):
        forge.read("ptm.lock", "../../pulls")
    assert all(" " not in entry.path and entry.path.startswith(f"/repos/{NAME}") for entry in server.log)


@pytest.mark.parametrize("name", ["", ".", "..", "../../../user", "a/../../b", "a//b", "/a", "a/"])
def test_names_that_lead_elsewhere_are_not_asked_for(name: str) -> None:
    with Scripted(lambda _: Answer.json({"full_name": NAME, "sha": "0" * 40})) as server:
        forge = GitHub(Place(forge="github", api=server.endpoint, repository=NAME), "secret")
        for ask in (lambda: forge.head(name), lambda: forge.read(name, "0" * 40)):
            with pytest.raises(ForgeNotFound, match="nothing is called"):
                ask()
        assert all(entry.path == f"/repos/{NAME}" for entry in server.log)


def test_what_is_asked_for_nothing_is_not_sent(server: EmbeddedForgeGitHub, forge: GitHub) -> None:
    forge.label(1, [])
    forge.assignees(1, [])
    forge.reviewers(1, [])
    forge.update(1)
    forge.update_issue(1)
    forge.delete_branch("absent", expected="0" * 40)
    assert server.writes == ()


def test_labels_that_were_not_set_are_said(server: EmbeddedForgeGitHub, forge: GitHub) -> None:
    server.faults.add(Rewrite(function=lambda issue: issue | {"labels": []}), method="POST", path="/issues$")
    with pytest.raises(ForgeDenied, match="opened issue #1 without its labels"):
        forge.open_issue(title="Models", body="", labels=["ptmdeps"])
