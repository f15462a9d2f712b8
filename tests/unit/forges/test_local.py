"""The project's own Git as a forge: whose files it never touches, and what it pushes to a real server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from embedded_forge import Access, Project
from embedded_forge.gitea import EmbeddedForgeGitea
from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused, ForgeUnreachable
from ptmdeps.forges.local import Local
from ptmdeps.forges.protocol import FileEdit, NewPullRequest, Place

BRANCH = "ptmdeps/acme-encoder-1234567"
LOCK = (FileEdit(path="ptm.lock", content=b"new\n"),)
NEW = NewPullRequest(branch=BRANCH, base="main", title="Update acme/encoder", body="What changed")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def local(folder: Path, remote: str = "") -> Local:
    return Local(Place(forge="local", repository=str(folder)), remote=remote)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    made = tmp_path / "project"
    made.mkdir()
    git(made, "init", "--quiet", "--initial-branch=main")
    git(made, "config", "user.name", "Ada")
    git(made, "config", "user.email", "ada@example.org")
    (made / "ptm.lock").write_text("old\n")
    git(made, "add", ".")
    git(made, "commit", "--quiet", "-m", "Initial commit")
    return made


def head(folder: Path, branch: str = "main") -> str:
    return git(folder, "rev-parse", f"refs/heads/{branch}")


def test_what_the_user_is_at_work_on_is_not_touched(folder: Path) -> None:
    (folder / "ptm.lock").write_text("changed by hand\n")
    (folder / "staged.txt").write_text("staged\n")
    git(folder, "add", "staged.txt")
    index = (folder / ".git" / "index").read_bytes()
    forge = local(folder)
    forge.commit(BRANCH, parent=head(folder), message="Update", edits=LOCK, expected=None)
    forge.open(NEW)
    assert (folder / ".git" / "index").read_bytes() == index
    assert (folder / "ptm.lock").read_text() == "changed by hand\n"
    assert git(folder, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert git(folder, "show", f"{BRANCH}:ptm.lock") == "new"
    assert git(folder, "log", "-1", "--format=%an <%ae>", BRANCH) == "Ada <ada@example.org>"
    assert git(folder, "config", f"branch.{BRANCH}.description") == "Update acme/encoder\n\nWhat changed"


def test_a_branch_that_is_checked_out_is_left_alone(folder: Path, tmp_path: Path) -> None:
    forge = local(folder)
    first = forge.commit(BRANCH, parent=head(folder), message="Update", edits=LOCK, expected=None)
    git(folder, "worktree", "add", "--quiet", str(tmp_path / "other"), BRANCH)
    with pytest.raises(ForgeConflict, match="checked out"):
        forge.commit(BRANCH, parent=head(folder), message="Again", edits=LOCK, expected=first)
    with pytest.raises(ForgeConflict, match="checked out"):
        forge.delete_branch(BRANCH, expected=first)
    assert head(folder, BRANCH) == first


def test_somebody_commits_whom_git_does_not_know(folder: Path) -> None:
    git(folder, "config", "--unset", "user.name")
    new = local(folder).commit(BRANCH, parent=head(folder), message="Update", edits=LOCK, expected=None)
    assert git(folder, "log", "-1", "--format=%an <%ae>", new) == "ptmdeps <ada@example.org>"


def test_closing_deletes_branch_and_description(folder: Path) -> None:
    forge = local(folder)
    forge.commit(BRANCH, parent=head(folder), message="Update", edits=LOCK, expected=None)
    forge.update(forge.open(NEW).number, state="closed")
    assert forge.pull_requests("") == ()
    assert git(folder, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert "ptmdeps" not in (folder / ".git" / "config").read_text()


def test_a_title_is_one_line_and_the_description_of_people_counts(folder: Path) -> None:
    forge = local(folder)
    git(folder, "branch", "ptmdeps/by-hand")
    git(folder, "config", "branch.ptmdeps/by-hand.description", "By hand\nsecond line\n")
    git(folder, "config", "branch.gone.description", "No such branch")
    forge.commit(BRANCH, parent=head(folder), message="Update", edits=LOCK, expected=None)
    opened = forge.open(NewPullRequest(branch=BRANCH, base="main", title="Two\nlines", body='\n- a\r\n\tb \\ " ; #'))
    assert opened.title == "Two lines"
    found = {pull.branch: pull for pull in forge.pull_requests("ptmdeps/")}
    assert found[BRANCH].body == '\n- a\r\n\tb \\ " ; #'
    assert (found["ptmdeps/by-hand"].title, found["ptmdeps/by-hand"].body) == ("By hand", "second line\n")
    assert forge.pull_requests("gone") == ()


def test_the_default_branch_is_that_of_origin_also_where_only_that_is_there(folder: Path) -> None:
    main = head(folder)
    git(folder, "update-ref", "refs/remotes/origin/trunk", main)
    assert local(folder).default_branch() == "main"
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert local(folder).default_branch() == "trunk"
    assert local(folder).head("trunk") == main
    git(folder, "update-ref", f"refs/remotes/origin/{BRANCH}", main)
    assert local(folder).head(BRANCH) is None


def test_a_link_is_not_written_and_no_path_leads_outside(folder: Path) -> None:
    (folder / "link").symlink_to("/etc/passwd")
    git(folder, "add", "link")
    git(folder, "commit", "--quiet", "-m", "Link")
    forge = local(folder)
    with pytest.raises(ForgeRefused, match="is a link"):
        forge.commit(
            BRANCH, parent=head(folder), message="x", edits=[FileEdit(path="link", content=b"")], expected=None
        )
    for path in ("../outside", ".git/hooks/post-checkout", "/etc/cron.d/x", "a/../../b"):
        edits = [FileEdit(path=path, content=b"x")]
        with pytest.raises(ForgeError):
            forge.commit(BRANCH, parent=head(folder), message="x", edits=edits, expected=None)
    assert forge.head(BRANCH) is None


@pytest.mark.parametrize("branch", ["-d", "a..b", "a b", "x.lock", "refs/../../x", "a\nb", "@{1}", ""])
def test_a_name_that_is_none_is_refused(folder: Path, branch: str) -> None:
    with pytest.raises(ForgeError):
        local(folder).commit(branch, parent=head(folder), message="x", edits=LOCK, expected=None)
    assert git(folder, "for-each-ref", "--format=%(refname)") == "refs/heads/main"


@pytest.mark.parametrize("parent", ["main", "--help", "HEAD", "", "a" * 39, "a" * 40])
def test_only_a_whole_commit_id_is_a_commit(folder: Path, parent: str) -> None:
    with pytest.raises(ForgeNotFound):
        local(folder).commit(BRANCH, parent=parent, message="x", edits=LOCK, expected=None)
    with pytest.raises(ForgeNotFound):
        local(folder).read("ptm.lock", parent)


def test_what_git_says_of_another_repository_is_not_believed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert local(folder).head("main") is not None


def test_a_folder_without_git_is_told_so(tmp_path: Path) -> None:
    for missing in (tmp_path, tmp_path / "gone"):
        with pytest.raises(ForgeNotFound):
            local(missing).head("main")


def test_without_git_there_is_an_error_for_people(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forge = local(folder)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ForgeError, match="Git is not installed"):
        forge.head("main")


def test_git_has_no_people_labels_and_checks(folder: Path) -> None:
    forge = local(folder)
    assert not forge.dashboards
    for refused in (
        lambda: forge.label(1, ["a"]),
        lambda: forge.reviewers(1, ["a"]),
        lambda: forge.assignees(1, ["a"]),
        lambda: forge.merge_when_checks_pass(1, head="", method="merge"),
        lambda: forge.open_issue(title="", body="", labels=[]),
        lambda: forge.update_issue(1),
    ):
        with pytest.raises(ForgeRefused):
            refused()


# -- pushing to a real Git server --------------------------------------------------------------------------------------


def test_branches_are_pushed_with_a_lease(folder: Path, tmp_path: Path) -> None:
    with EmbeddedForgeGitea(tmp_path / "forge") as server:
        project, remote = pushed(server, folder)
        forge = local(folder, remote)
        first = forge.commit(BRANCH, parent=head(folder), message="Update", edits=LOCK, expected=None)
        assert project.git.head(BRANCH) == first
        edits = [FileEdit(path="ptm.lock", content=b"newer\n")]
        second = forge.commit(BRANCH, parent=head(folder), message="Anew", edits=edits, expected=first)
        assert project.git.head(BRANCH) == second
        theirs = project.push(BRANCH, {"theirs.txt": b"theirs"})
        with pytest.raises(ForgeConflict):
            forge.commit(BRANCH, parent=head(folder), message="Third", edits=LOCK, expected=second)
        assert (project.git.head(BRANCH), head(folder, BRANCH)) == (theirs, second)
        with pytest.raises(ForgeConflict):
            forge.delete_branch(BRANCH, expected=second)
        assert (project.git.head(BRANCH), head(folder, BRANCH)) == (theirs, second)
        project.move(BRANCH, second, force=True)
        forge.delete_branch(BRANCH, expected=second)
        assert (project.git.head(BRANCH), forge.head(BRANCH)) == (None, None)


def test_a_push_that_is_refused_or_leads_nowhere_changes_nothing(folder: Path, tmp_path: Path) -> None:
    with EmbeddedForgeGitea(tmp_path / "forge") as server:
        _, remote = pushed(server, folder)
        server.grant("reader", Access(login="reader", may=frozenset()))
        for address in (remote.replace(":secret@", ":reader@"), remote.replace(":secret@", ":wrong@")):
            with pytest.raises(ForgeDenied) as denied:
                local(folder, address).commit(BRANCH, parent=head(folder), message="x", edits=LOCK, expected=None)
            assert "reader@" not in denied.value.message
            assert "wrong@" not in denied.value.message
            assert local(folder).head(BRANCH) is None
    with pytest.raises(ForgeUnreachable):
        local(folder, remote).commit(BRANCH, parent=head(folder), message="x", edits=LOCK, expected=None)
    assert local(folder).head(BRANCH) is None


def pushed(server: EmbeddedForgeGitea, folder: Path) -> tuple[Project, str]:
    """A project at a server with the same first commit, and where Git finds it."""
    project = server.create("acme/app")
    server.grant("secret", Access(login="bot"))
    remote = f"{server.endpoint.replace('://', '://bot:secret@')}/acme/app.git"
    git(folder, "push", "--quiet", "--force", remote, "main")
    return project, remote
