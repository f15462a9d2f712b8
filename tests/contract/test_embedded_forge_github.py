"""GitHub as a forge: the client and the embedded GitHub, every request and answer held against GitHub's description."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_forge import Access, Project
from embedded_hub.faults import Rewrite, SetHeaders, Then
from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused
from ptmdeps.forges.github import GitHub
from ptmdeps.forges.protocol import Commit, FileEdit, Forge, NewPullRequest, Place
from tests.contract.github_description import CheckedGitHub, Description, Exchange
from tests.contract.plain_http import ask

NAME, BRANCH, TOKEN = "acme/app", "ptmdeps/acme-encoder-1234567", "secret"
FILES = {"ptm.lock": b"old\n", "bin/run": b"#!/bin/sh\n", "docs/guide.md": b"# Guide\n"}
LOCK = (FileEdit(path="ptm.lock", content=b"new\n"),)
NEW = NewPullRequest(branch=BRANCH, base="main", title="Update acme/encoder", body="What changed")


@pytest.fixture(scope="module")
def description() -> Description:
    return Description.read()


@pytest.fixture
def server(tmp_path: Path, description: Description) -> Iterator[CheckedGitHub]:
    with CheckedGitHub(tmp_path / "forge", description=description) as running:
        running.grant("secret", Access(login="bot"))
        yield running
    assert running.problems == []


@pytest.fixture
def project(server: CheckedGitHub) -> Project:
    made = server.create(NAME, FILES)
    made.people |= {"ada", "grace"}
    made.teams |= {"reviewers"}
    return made


def forge_of(server: CheckedGitHub, token: str = TOKEN, name: str = NAME) -> GitHub:
    return GitHub(Place(forge="github", api=server.api, repository=name), token)


@pytest.fixture
def forge(server: CheckedGitHub, project: Project) -> GitHub:
    return forge_of(server, name=project.name)


def proposed(forge: Forge) -> int:
    """Commit and open a pull request; returns its number."""
    main = forge.head("main")
    assert main is not None
    forge.commit(BRANCH, parent=main, message="Update", edits=LOCK, expected=None)
    return forge.open(NEW).number


# -- reading -----------------------------------------------------------------------------------------------------------


def test_branches_and_files_are_read(forge: GitHub, project: Project, server: CheckedGitHub) -> None:
    head = project.git.head("main")
    assert head is not None
    assert (forge.default_branch(), forge.head("main"), forge.head("nobody/made-it")) == ("main", head, None)
    assert forge.read("docs/guide.md", head) == b"# Guide\n"
    assert (forge.read("docs", head), forge.read("nothing.txt", head)) == (None, None)
    with pytest.raises(ForgeNotFound):
        forge.read("ptm.lock", "f" * 40)
    assert server.writes == ()


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"a" * (1 << 20), b"b" * ((1 << 20) + 1)])
def test_any_content_comes_back_as_it_is(forge: GitHub, project: Project, content: bytes) -> None:
    assert forge.read("data/file.bin", project.push("main", {"data/file.bin": content})) == content


def test_a_repository_that_is_not_there_is_not_found(server: CheckedGitHub) -> None:
    with pytest.raises(ForgeNotFound, match="does not show `acme/other`"):
        forge_of(server, name="acme/other").default_branch()


def test_commits_of_a_branch_are_told_oldest_first(forge: GitHub, project: Project) -> None:
    main = project.git.head("main") or ""
    project.create_branch(BRANCH, main)
    first = project.push(BRANCH, {"ptm.lock": b"1"}, message="First\n\nWhy", author="ada")
    second = project.push(BRANCH, {"ptm.lock": b"2"}, message="Second", author="grace")
    project.push("main", {"other.txt": b"3"}, message="Elsewhere")
    assert forge.commits("main", BRANCH) == (
        Commit(sha=first, parents=(main,), message="First\n\nWhy", author="ada", email="ada@users.noreply.example"),
        Commit(sha=second, parents=(first,), message="Second", author="grace", email="grace@users.noreply.example"),
    )
    assert forge.messages("main", 2) == ("Elsewhere", "Initial commit")
    with pytest.raises(ForgeNotFound, match="no branch `gone`"):
        forge.commits("main", "gone")


def test_branches_without_a_common_commit_are_told_whole(forge: GitHub, project: Project) -> None:
    alone = project.git.commit(
        tree=project.git.edited(None, {"x": b"y"}), parents=(), message="Alone", author=project.person("ada")
    )
    project.create_branch(BRANCH, alone)
    assert [commit.sha for commit in forge.commits("main", BRANCH)] == [alone]


# -- commits -----------------------------------------------------------------------------------------------------------


def test_a_commit_changes_what_it_names_and_keeps_modes(forge: GitHub, project: Project) -> None:
    head = project.git.head("main") or ""
    project.git.git("update-index", "--add", "--cacheinfo", f"100755,{project.git.blob(b'#!')},bin/run")
    program = project.git.git("write-tree").strip()
    head = project.git.commit(tree=program, parents=(head,), message="Executable", author=project.person("ada"))
    project.move("main", head)
    edits = (
        FileEdit(path="bin/run", content=b"#!/bin/bash\n"),
        FileEdit(path="new/deep/file.txt", content="grüße\n".encode()),
        FileEdit(path="new/binary", content=b"\xff\xfe"),
        FileEdit(path="absent", content=None),
    )
    new = forge.commit(BRANCH, parent=head, message="Change\n\nWhy", edits=edits, expected=None)
    commit = project.git.read_commit(new)
    assert (project.git.head(BRANCH), commit.parents, commit.message) == (new, (head,), "Change\n\nWhy")
    assert commit.author.name == "bot"
    files = project.git.files(commit.tree)
    assert {path: entry.mode for path, entry in files.items()} == {
        "bin/run": "100755",
        "new/binary": "100644",
        "new/deep/file.txt": "100644",
    }
    assert project.git.read("new/deep/file.txt", new) == "grüße\n".encode()
    assert project.git.read("new/binary", new) == b"\xff\xfe"
    subprocess.run(["git", "-C", project.git.directory, "fsck", "--strict"], check=True, capture_output=True)


def test_a_file_is_removed_and_a_link_is_not_written(forge: GitHub, project: Project) -> None:
    head = project.git.head("main") or ""
    edits = [FileEdit(path="docs/guide.md", content=None)]
    new = forge.commit(BRANCH, parent=head, message="Remove", edits=edits, expected=None)
    assert project.git.read("docs/guide.md", new) is None
    project.git.git("update-index", "--add", "--cacheinfo", f"120000,{project.git.blob(b'/etc/passwd')},ptm.lock")
    tree = project.git.git("write-tree").strip()
    linked = project.git.commit(tree=tree, parents=(head,), message="Link", author=project.person("mallory"))
    with pytest.raises(ForgeRefused, match="is a link"):
        forge.commit("other", parent=linked, message="Write", edits=LOCK, expected=None)


def test_a_branch_is_given_up_only_from_where_it_was_expected(
    forge: GitHub, project: Project, server: CheckedGitHub
) -> None:
    main = project.git.head("main") or ""
    first = forge.commit(BRANCH, parent=main, message="One", edits=LOCK, expected=None)
    base = project.push("main", {"other.txt": b"moved"})
    second = forge.commit(BRANCH, parent=base, message="Two", edits=LOCK, expected=first)
    assert (project.git.head(BRANCH), project.git.read_commit(second).parents) == (second, (base,))
    theirs = project.push(BRANCH, {"ptm.lock": b"theirs"})
    written = len(server.writes)
    with pytest.raises(ForgeConflict):
        forge.commit(BRANCH, parent=base, message="Three", edits=LOCK, expected=second)
    with pytest.raises(ForgeConflict):
        forge.commit(BRANCH, parent=base, message="Three", edits=LOCK, expected=None)
    with pytest.raises(ForgeConflict):
        forge.delete_branch(BRANCH, expected=second)
    assert project.git.head(BRANCH) == theirs
    assert len(server.writes) == written


def test_a_branch_that_moves_meanwhile_is_left_alone(forge: GitHub, project: Project, server: CheckedGitHub) -> None:
    main = project.git.head("main") or ""
    first = forge.commit(BRANCH, parent=main, message="One", edits=LOCK, expected=None)
    theirs: list[str] = []

    def push() -> None:
        theirs.append(project.push(BRANCH, {"ptm.lock": b"theirs"}))

    server.faults.add(Then(push), method="POST", path="/git/commits$", times=1)
    with pytest.raises(ForgeConflict):
        forge.commit(BRANCH, parent=main, message="Two", edits=LOCK, expected=first)
    assert project.git.head(BRANCH) == theirs[0]


@pytest.mark.parametrize("known", [True, False], ids=["updateRefs", "older-enterprise"])
def test_a_server_without_the_mutation_is_asked_right_before(
    tmp_path: Path, description: Description, known: bool
) -> None:
    with CheckedGitHub(tmp_path / "forge", enterprise=True, description=description) as server:
        server.grant("secret", Access(login="bot"))
        project = server.create(NAME, FILES)
        if not known:
            del server.mutations["updateRefs"]
        forge = forge_of(server)
        main = project.git.head("main") or ""
        first = forge.commit(BRANCH, parent=main, message="One", edits=LOCK, expected=None)
        second = forge.commit(
            BRANCH, parent=main, message="Two", edits=(FileEdit(path="a", content=b"b"),), expected=first
        )
        assert project.git.head(BRANCH) == second
        forge.delete_branch(BRANCH, expected=second)
        forge.delete_branch(BRANCH, expected=second)
        assert project.git.head(BRANCH) is None
        assert server.log.count("/api/graphql$") == 2
        assert server.log.count("/git/refs/heads/", method="PATCH") == (0 if known else 1)
        assert server.problems == []


# -- pull requests -----------------------------------------------------------------------------------------------------


def test_a_pull_request_is_opened_found_and_changed(forge: GitHub, project: Project) -> None:
    number = proposed(forge)
    forge.label(number, ["models", "automated"])
    forge.reviewers(number, ["ada", "acme/reviewers"])
    forge.assignees(number, ["grace"])
    forge.update(number, title="Another title", body="Another body")
    (found,) = forge.pull_requests("ptmdeps/")
    assert (found.number, found.branch, found.base, found.state) == (number, BRANCH, "main", "open")
    assert (found.title, found.body, found.labels) == ("Another title", "Another body", ("automated", "models"))
    assert (found.head, found.author, found.draft) == (project.git.head(BRANCH), "bot", False)
    assert (project.pulls[number].reviewers, project.pulls[number].teams) == ({"ada"}, {"reviewers"})
    assert project.pulls[number].assignees == {"grace"}
    forge.update(number, state="closed")
    assert forge.pull_requests("ptmdeps/")[0].state == "closed"
    forge.update(number, state="open")
    assert forge.pull_requests("ptmdeps/")[0].state == "open"
    assert forge.pull_requests("others/") == ()


def test_only_own_branches_count_whoever_calls_theirs_so(forge: GitHub, project: Project) -> None:
    number = proposed(forge)
    project.open(branch=BRANCH, base="main", title="Fork", body="", author="mallory", fork="mallory")
    assert [pull.number for pull in forge.pull_requests("ptmdeps/")] == [number]


def test_a_second_pull_request_of_a_branch_is_a_conflict(forge: GitHub) -> None:
    proposed(forge)
    with pytest.raises(ForgeConflict, match="already exists"):
        forge.open(NEW)


def test_what_github_refuses_is_explained(forge: GitHub, project: Project) -> None:
    project.create_branch(BRANCH, project.git.head("main") or "")
    with pytest.raises(ForgeRefused, match="No commits between main and") as nothing:
        forge.open(NEW)
    assert nothing.value.hint is not None
    with pytest.raises(ForgeRefused, match="PullRequest head invalid"):
        forge.open(dataclasses.replace(NEW, branch="absent"))
    number = proposed_elsewhere(forge)
    with pytest.raises(ForgeRefused, match="body is too long") as long:
        forge.update(number, body="x" * 65_537)
    assert "65,536" in (long.value.hint or "")
    forge.update(number, body="x" * forge.body_limit, title="t" * forge.title_limit)
    with pytest.raises(ForgeRefused, match="not a collaborator"):
        forge.reviewers(number, ["stranger"])
    with pytest.raises(ForgeRefused, match="from pull request author"):
        forge.reviewers(number, ["bot"])
    with pytest.raises(ForgeRefused, match="did not assign `stranger`"):
        forge.assignees(number, ["ada", "stranger"])
    assert project.pulls[number].assignees == {"ada"}
    with pytest.raises(ForgeNotFound):
        forge.update(999, title="Nothing")


def proposed_elsewhere(forge: GitHub) -> int:
    main = forge.head("main") or ""
    forge.commit("ptmdeps/other", parent=main, message="Update", edits=LOCK, expected=None)
    return forge.open(dataclasses.replace(NEW, branch="ptmdeps/other", draft=True)).number


def test_pull_requests_end_as_their_branches_do(forge: GitHub, project: Project) -> None:
    number = proposed(forge)
    head = project.git.head(BRANCH) or ""
    forge.delete_branch(BRANCH, expected=head)
    (closed,) = forge.pull_requests("ptmdeps/")
    assert (closed.state, closed.head) == ("closed", head)
    with pytest.raises(ForgeRefused, match="force-pushed or recreated"):
        forge.update(number, state="open")
    other = proposed_elsewhere(forge)
    project.move("main", project.git.head("ptmdeps/other") or "")
    assert {pull.number: pull.state for pull in forge.pull_requests("ptmdeps/")} == {other: "merged", number: "closed"}


def test_every_page_is_read(forge: GitHub, project: Project, server: CheckedGitHub) -> None:
    main = project.git.head("main") or ""
    new = project.git.commit(
        tree=project.git.edited(None, {"x": b"y"}), parents=(main,), message="x", author=project.person("bot")
    )
    for number in range(1, 104):
        project.create_branch(f"ptmdeps/{number}", new)
        project.open(branch=f"ptmdeps/{number}", base="main", title="t", body="", author="bot")
    project.close(project.pulls[7])
    found = forge.pull_requests("ptmdeps/")
    assert [pull.number for pull in found] == list(range(103, 0, -1))
    assert [pull.number for pull in found if pull.state == "closed"] == [7]
    assert server.log.count("/pulls$") == 3
    again = server.quota
    assert forge.pull_requests("ptmdeps/") == found
    assert [entry.status for entry in server.log.entries[-3:]] == [304, 304, 304]
    assert server.quota == again - 3


# -- merging -----------------------------------------------------------------------------------------------------------


def test_auto_merge_waits_for_the_checks_that_are_required(
    forge: GitHub, project: Project, server: CheckedGitHub
) -> None:
    project.checks_required = True
    number = proposed(forge)
    head = project.git.head(BRANCH) or ""
    forge.merge_when_checks_pass(number, head=head, method="squash")
    writes = len(server.writes)
    forge.merge_when_checks_pass(number, head=head, method="squash")
    assert len(server.writes) == writes, "asked twice is asked once"
    assert forge.pull_requests("ptmdeps/")[0].state == "open"
    project.check(head, "success")
    assert forge.pull_requests("ptmdeps/")[0].state == "merged"
    assert project.git.read("ptm.lock", project.git.head("main") or "") == b"new\n"
    forge.merge_when_checks_pass(number, head=head, method="squash")


def test_what_could_be_merged_at_once_is_only_if_a_check_passed(forge: GitHub, project: Project) -> None:
    number = proposed(forge)
    head = project.git.head(BRANCH) or ""
    with pytest.raises(ForgeRefused, match="nothing has checked it"):
        forge.merge_when_checks_pass(number, head=head, method="merge")
    project.check(head, "pending")
    with pytest.raises(ForgeRefused, match="unstable status"):
        forge.merge_when_checks_pass(number, head=head, method="merge")
    project.check(head, "success")
    with pytest.raises(ForgeConflict):
        forge.merge_when_checks_pass(number, head="0" * 40, method="merge")
    assert project.pulls[number].state == "open"
    forge.merge_when_checks_pass(number, head=head, method="merge")
    assert project.pulls[number].merged


@pytest.mark.parametrize("required", [True, False], ids=["auto-merge", "merge"])
def test_what_is_pushed_meanwhile_is_not_merged(
    forge: GitHub, project: Project, server: CheckedGitHub, required: bool
) -> None:
    number = proposed(forge)
    head = project.git.head(BRANCH) or ""
    project.checks_required = required
    project.check(head, "pending" if required else "success")

    def push() -> None:
        project.check(project.push(BRANCH, {"ptm.lock": b"theirs"}), "pending" if required else "success")

    asked = r"/pulls/\d+$" if required else "/check-runs"
    server.faults.add(Then(push), method="GET", path=asked, times=1)
    with pytest.raises(ForgeError, match="Head branch was modified"):
        forge.merge_when_checks_pass(number, head=head, method="merge")
    assert (project.pulls[number].state, project.pulls[number].auto_merge) == ("open", None)


def test_a_new_pull_request_is_asked_about_until_github_weighed_it(
    forge: GitHub, project: Project, server: CheckedGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(forge._api, "_sleep", waited.append)
    project.checks_required = True
    number = proposed(forge)
    server.faults.add(Rewrite(function=lambda pull: pull | {"mergeable": None}), path=r"/pulls/\d+$", times=2)
    server.faults.add(SetHeaders(headers={"ETag": None}), path=r"/pulls/\d+$")
    forge.merge_when_checks_pass(number, head=project.git.head(BRANCH) or "", method="rebase")
    assert (project.pulls[number].auto_merge, waited) == ("rebase", [1.0, 2.0])


def test_a_repository_that_does_not_allow_auto_merge_is_told(forge: GitHub, project: Project) -> None:
    project.allow_auto_merge = False
    project.checks_required = True
    number = proposed(forge)
    with pytest.raises(ForgeRefused, match="not allowed for this repository") as refused:
        forge.merge_when_checks_pass(number, head=project.git.head(BRANCH) or "", method="merge")
    assert refused.value.hint == "Allow it: Settings → General → `Allow auto-merge`"


# -- issues ------------------------------------------------------------------------------------------------------------


def test_issues_are_found_by_label_and_are_no_pull_requests(forge: GitHub, project: Project) -> None:
    made = forge.open_issue(title="Models", body="- [ ] one", labels=["ptmdeps"])
    number = proposed(forge)
    forge.label(number, ["ptmdeps"])
    project.open_issue(title="Models", body="mine", author="mallory")
    forge.update_issue(made.number, body="- [x] one", state="closed")
    (found,) = forge.issues("ptmdeps")
    assert (found.number, found.body, found.state, found.labels) == (made.number, "- [x] one", "closed", ("ptmdeps",))
    project.has_issues = False
    with pytest.raises(ForgeRefused, match="Issues are disabled"):
        forge.open_issue(title="Models", body="", labels=[])


# -- permissions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", [True, False], ids=["app-403", "person-404"])
@pytest.mark.parametrize(
    ("may", "needed"), [(frozenset[str](), "contents: write"), (frozenset({"contents"}), "pull-requests: write")]
)
def test_a_missing_permission_is_named(
    server: CheckedGitHub, project: Project, app: bool, may: frozenset[str], needed: str
) -> None:
    server.grant("weak", Access(login="github-actions[bot]", may=may, app=app))
    before = project.git.refs()
    with pytest.raises(ForgeDenied, match=f"the token lacks `{needed}`") as denied:
        proposed(forge_of(server, "weak"))
    assert needed in (denied.value.hint or "")
    assert project.pulls == {}
    if not may:
        assert project.git.refs() == before


def test_the_lease_names_what_it_lacks(server: CheckedGitHub, forge: GitHub, project: Project) -> None:
    main = project.git.head("main") or ""
    first = forge.commit(BRANCH, parent=main, message="One", edits=LOCK, expected=None)
    server.grant("weak", Access(login="bot", may=frozenset()))
    with pytest.raises(ForgeDenied, match="contents: write"):
        forge_of(server, "weak").delete_branch(BRANCH, expected=first)


def test_a_token_that_is_unknown_is_said_to_be_wrong(server: CheckedGitHub) -> None:
    with pytest.raises(ForgeDenied, match="Bad credentials") as denied:
        forge_of(server, "expired").default_branch()
    assert "expired" not in f"{denied.value}{denied.value.hint}"


@pytest.mark.usefixtures("project")
def test_the_token_of_actions_starts_no_ci_and_that_is_said(
    server: CheckedGitHub, caplog: pytest.LogCaptureFixture
) -> None:
    server.grant("actions", Access(login="github-actions[bot]", app=True))
    proposed(forge_of(server, "actions"))
    assert "start no workflows" in caplog.text


def test_a_protected_branch_is_not_moved(forge: GitHub, project: Project) -> None:
    main = project.git.head("main") or ""
    first = forge.commit(BRANCH, parent=main, message="One", edits=LOCK, expected=None)
    project.protected.add(BRANCH)
    with pytest.raises(ForgeRefused, match="protected ref"):
        forge.commit(BRANCH, parent=main, message="Two", edits=LOCK, expected=first)


@pytest.mark.usefixtures("project")
def test_a_repository_of_another_name_is_called_by_its_own(server: CheckedGitHub) -> None:
    server.renamed["old/app"] = NAME
    forge = forge_of(server, name="old/app")
    assert proposed(forge) == 1
    assert all(f"/repos/{NAME}/" in entry.path for entry in server.writes)


# -- the description ---------------------------------------------------------------------------------------------------


def test_the_validation_finds_what_is_wrong(description: Description, server: CheckedGitHub) -> None:
    """The description is no rubber stamp: it has to find faults of either side."""
    server.create(NAME)
    description = dataclasses.replace(description, validated={})
    answer = ask(f"{server.api}/repos/{NAME}/git/ref/heads/main", Authorization="Bearer secret")
    fine = Exchange(method="GET", path=f"/repos/{NAME}/git/ref/heads/main", status=200, answer=answer.body)
    wrong = {
        "'node_id' is a required property": dataclasses.replace(fine, answer=b'{"ref":"x"}'),
        "no such operation": dataclasses.replace(fine, path=f"/repos/{NAME}/git/refer/main"),
        "the status 418": dataclasses.replace(fine, status=418),
        "the parameter `brnach`": dataclasses.replace(fine, query="brnach=main"),
        "the property `drfat`": Exchange(
            method="POST", path=f"/repos/{NAME}/git/blobs", status=201, body=b'{"content":"","drfat":1}', answer=b"{}"
        ),
        "request: $.content: 7 is not of type": Exchange(
            method="POST", path=f"/repos/{NAME}/git/blobs", status=201, body=b'{"content":7}', answer=b"{}"
        ),
        "request: $: 'content' is a required": Exchange(
            method="POST", path=f"/repos/{NAME}/git/blobs", status=201, body=b"{}", answer=b"{}"
        ),
    }
    assert list(description.problems(fine)) == []
    for words, exchange in wrong.items():
        assert any(words in problem for problem in description.problems(exchange)), words


def test_a_client_without_a_token_may_only_read(server: CheckedGitHub, project: Project) -> None:
    forge = forge_of(server, "")
    assert forge.default_branch() == "main"
    with pytest.raises(ForgeDenied):
        proposed(forge)
    project.private = True
    with pytest.raises(ForgeError):
        forge_of(server, "").default_branch()


def test_comments_and_labels_are_as_described(server: CheckedGitHub, forge: GitHub) -> None:
    """What the bot does not use, and people's tools around it do."""
    number = proposed(forge)
    url, token = f"{server.api}/repos/{NAME}", "Bearer secret"
    assert ask(f"{url}/issues/{number}/comments", document={"body": "Hello"}, method="POST", Authorization=token).json
    assert [one["body"] for one in ask(f"{url}/issues/{number}/comments", Authorization=token).json] == ["Hello"]
    assert ask(f"{url}/labels", document={"name": "new"}, method="POST", Authorization=token).status == 201
    assert ask(f"{url}/labels", document={"name": "New"}, method="POST", Authorization=token).status == 422
    assert [one["name"] for one in ask(f"{url}/labels", Authorization=token).json] == ["new"]
    assert ask(f"{url}/issues/{number}", Authorization=token).json["pull_request"]
    assert ask(f"{url}/pulls?head=acme:{BRANCH}&state=all", Authorization=token).json[0]["number"] == number
