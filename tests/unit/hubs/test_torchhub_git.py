"""Git servers and repositories of all kinds, asked by the real git."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_github import EmbeddedGitHub, GitHubRepository
from embedded_hub.faults import Fails, Reset, Truncate, server_error, unavailable
from ptmdeps.errors import (
    AccessDenied,
    HubError,
    HubUnreachable,
    ModelNotFound,
    PtmdepsError,
    RateLimited,
    RevisionNotFound,
    StoreError,
    UnsafeContent,
)
from ptmdeps.hubs.torchhub.git import Git
from tests.unit.hubs.trees import EXECUTABLE, FILE, FOLDER, LINK, SUBMODULE, Entry, git, plant

NAME = "acme/nets"
FILES = {"hubconf.py": b"A = 1\n", "nets/small.py": b"B = 2\n"}


@pytest.fixture
def github(tmp_path: Path) -> Iterator[EmbeddedGitHub]:
    with EmbeddedGitHub(tmp_path / "github") as running:
        yield running


@pytest.fixture
def repository(github: EmbeddedGitHub) -> GitHubRepository:
    return github.create(NAME, FILES)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def reader(github: EmbeddedGitHub) -> Git:
    return Git(github.endpoint, attempts=2, first_delay=0.01)


def test_branches_and_tags(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    first = repository.tag("v1", message="annotated")
    second = repository.commit({"hubconf.py": b"A = 2\n"})
    repository.tag("v2")
    repository.branch("feat/wide")
    repository.pull_request(7, {"hubconf.py": b"evil"})
    assert [(ref.kind, ref.name, ref.revision) for ref in reader(github).refs(NAME)] == [
        ("branch", "feat/wide", second),
        ("branch", "main", second),
        ("tag", "v1", first),
        ("tag", "v2", second),
    ]


def test_one_commit_with_its_files(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    repository.commit({"nets/small.py": b"B = 3\n"})
    commit = repository.resolve("main")
    reading = reader(github)
    reading.fetch(NAME, commit)
    asked = reading.sent
    reading.fetch(NAME, commit)
    assert reading.sent == asked, "it is here"
    blobs = reading.files(NAME, commit)
    assert [(blob.path, blob.size) for blob in blobs] == [("hubconf.py", 6), ("nets/small.py", 6)]
    assert list(reading.read(NAME, blobs[::-1])) == [b"B = 3\n", b"A = 1\n"]
    assert next(reading.read(NAME, blobs)) == b"A = 1\n"
    assert reading.committed(NAME, commit) == "2024-01-01T01:00:00Z"
    assert len(reading.tree(NAME, commit)) == 40


def test_history_has_no_files(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    first = repository.resolve("main")
    second = repository.commit({"hubconf.py": os.urandom(100_000)}, message="Line\x1b[31m\n\nBody", author="Ada\x1f")
    github.log.clear()
    commits = list(reader(github).history(NAME, second))
    assert [one.commit for one in commits] == [second, first]
    assert commits[0].title == "Line\\x1b[31m"
    assert [one.committed for one in commits] == ["2024-01-01T01:00:00Z", "2024-01-01T00:00:00Z"]
    assert commits[1].authors == ("acme",)
    assert github.log.sent() < 20_000


def test_names_that_look_alike_are_kept_apart(github: EmbeddedGitHub) -> None:
    one, other = github.create("a--b/c", {"x": b"1"}), github.create("a/b--c", {"x": b"2"})
    reading = reader(github)
    for repository in (one, other):
        reading.fetch(repository.name, repository.resolve("main"))
        (blob,) = reading.files(repository.name, repository.resolve("main"))
        assert list(reading.read(repository.name, (blob,))) == [b"1" if repository is one else b"2"]


def test_modes(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    entries: list[Entry] = [
        (FILE, "hubconf.py", b"A = 1\n"),
        (EXECUTABLE, "run.sh", b"#!/bin/sh\n"),
        (LINK, "link", b"../../etc/passwd"),
        (SUBMODULE, "third", b"1" * 40),
        (FOLDER, "empty", []),
    ]
    commit = plant(repository, entries)
    reading = reader(github)
    reading.fetch(NAME, commit)
    found = {blob.path: (blob.executable, blob.link) for blob in reading.files(NAME, commit)}
    assert found == {"hubconf.py": (False, False), "run.sh": (True, False), "link": (False, True)}


@pytest.mark.parametrize(
    "entry",
    [
        (FOLDER, "..", [(FILE, "evil", b"x")]),
        (FOLDER, ".", [(FILE, "evil", b"x")]),
        (FOLDER, ".git", [(FILE, "config", b"[core]\n")]),
        (FOLDER, ".GIT", [(FILE, "config", b"[core]\n")]),
        (FILE, "a/b", b"x"),
    ],
)
def test_trees_that_git_itself_refuses(github: EmbeddedGitHub, repository: GitHubRepository, entry: Entry) -> None:
    commit = plant(repository, [(FILE, "hubconf.py", b"A = 1\n"), entry])
    reading = reader(github)
    with pytest.raises(UnsafeContent, match=f"Git refuses what `{NAME}` holds") as caught:
        reading.fetch(NAME, commit)
    assert caught.value.hint
    assert reading.sent == 1


@pytest.mark.parametrize(
    "line", ["committer Ada <ada@a.example> 1704067200 +51800", "committer Ada <ada@a.example> 01704067200 +0000"]
)
def test_what_old_versions_of_git_wrote_is_no_attack(
    github: EmbeddedGitHub, repository: GitHubRepository, line: str
) -> None:
    folder, first = repository.git.directory, repository.resolve("main")
    tree = git(folder, "rev-parse", "main^{tree}").decode().strip()
    text = f"tree {tree}\nparent {first}\nauthor Ada <ada@a.example> 1704067200 +0000\n{line}\n\nOld\n"
    commit = git(folder, "hash-object", "-w", "--literally", "-t", "commit", "--stdin", given=text.encode())
    repository.move("main", commit.decode().strip())
    reading = reader(github)
    reading.fetch(NAME, repository.resolve("main"))
    assert reading.committed(NAME, repository.resolve("main")) == "2024-01-01T00:00:00Z"
    assert [one.commit for one in reading.history(NAME, repository.resolve("main"))][1] == first


def test_a_time_of_no_calendar_is_none(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    folder = repository.git.directory
    tree = git(folder, "rev-parse", "main^{tree}").decode().strip()
    commit = git(folder, "commit-tree", "-m", "x", tree, GIT_COMMITTER_DATE="@999999999999 +0000").decode().strip()
    repository.move("main", commit)
    reading = reader(github)
    reading.fetch(NAME, commit)
    assert reading.committed(NAME, commit) == ""
    assert [one.committed for one in reading.history(NAME, commit)] == [""]


@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_commits_of_forks_are_handed_out_and_told_apart(
    github: EmbeddedGitHub, repository: GitHubRepository, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    repository.commit({"hubconf.py": b"A = 2\n"})
    old = repository.resolve("main")
    repository.commit({"hubconf.py": b"A = 3\n"})
    evil = github.fork(NAME, "mallory/nets").commit({"hubconf.py": b"import os\n"})
    for number, (key, value) in enumerate([("protocol.version", version)]):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    reading = reader(github)
    if version == "2":
        reading.fetch(NAME, evil)
        assert reading.files(NAME, evil)[0].size == len(b"import os\n"), "as GitHub does"
    assert not reading.reachable(NAME, evil)
    assert not reading.reachable(NAME, "1" * 40)
    assert reading.reachable(NAME, old)
    assert reading.reachable(NAME, repository.resolve("main"))


def test_what_was_pushed_away_and_collected_is_gone(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    lost = repository.commit({"hubconf.py": b"A = 2\n"})
    repository.move("main", repository.git.history(lost)[1].id)
    repository.lose(lost)
    with pytest.raises(RevisionNotFound, match=f"`{NAME}` has no such commit any more") as caught:
        reader(github).fetch(NAME, lost)
    assert f"`ptmdeps lock -P torchhub:{NAME}`" in (caught.value.hint or "")


def test_there_is_no_such_repository(github: EmbeddedGitHub) -> None:
    github.create("acme/private", FILES, private=True)
    for name in ("acme/none", "acme/private"):
        reading = reader(github)
        with pytest.raises(ModelNotFound, match=f"there is no repository `{name}`, or it is not shown to you"):
            reading.refs(name)
        assert reading.sent == 1


def test_an_old_name_leads_to_the_new_one(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    github.rename(NAME, "acme/eyes")
    reading = reader(github)
    assert reading.refs(NAME)
    reading.fetch(NAME, repository.resolve("main"))


@pytest.mark.parametrize("fault", [unavailable(), server_error(), Reset(), Fails(status=429)])
def test_a_busy_server_is_asked_again(
    github: EmbeddedGitHub, repository: GitHubRepository, fault: Fails | Reset
) -> None:
    rule = github.faults.add(fault, times=1)
    reading = reader(github)
    assert reading.refs(repository.name)
    assert (rule.hits, reading.sent) == (1, 2)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (unavailable(), HubUnreachable),
        (Reset(), HubUnreachable),
        (Truncate(keep=10), HubUnreachable),
        (Fails(status=429), RateLimited),
        (Fails(status=403), AccessDenied),
    ],
)
def test_a_server_that_stays_so_is_said(
    github: EmbeddedGitHub, repository: GitHubRepository, fault: Fails | Reset | Truncate, kind: type[HubError]
) -> None:
    github.faults.add(fault)
    with pytest.raises(kind, match=repository.name) as caught:
        reader(github).refs(NAME)
    assert caught.value.hint


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(HubUnreachable, match=r"no answer for `acme/nets`: .*Failed to connect"):
        Git("http://127.0.0.1:1", attempts=1).refs(NAME)


def test_the_users_own_short_names_of_servers_work(
    github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path
) -> None:
    (tmp_path / "gitconfig").write_text(f'[url "{github.endpoint}/"]\n\tinsteadOf = https://git.example/\n')
    assert Git("https://git.example").refs(repository.name)


def test_a_redirect_gives_up_no_encryption(github: EmbeddedGitHub) -> None:
    """The settings say so to curl, which embedded servers cannot show without a certificate."""
    assert "protocol.http.allow=user" in Git("https://github.com")._settings
    assert "protocol.http.allow=always" in Git(github.endpoint)._settings
    assert "protocol.allow=never" in Git(github.endpoint)._settings


@pytest.mark.parametrize("endpoint", ["file://{}", "{}", "ext::sh -c true %S", "git://127.0.0.1:1"])
def test_other_ways_to_reach_a_repository_are_closed(
    repository: GitHubRepository, tmp_path: Path, endpoint: str
) -> None:
    (tmp_path / "local" / "acme").mkdir(parents=True)
    shutil.copytree(repository.git.directory, tmp_path / "local" / NAME)
    with pytest.raises(PtmdepsError, match="not allowed"):
        Git(endpoint.format(tmp_path / "local"), attempts=1).refs(NAME)


def test_settings_that_print_otherwise_do_not_matter(
    github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path
) -> None:
    settings = """
        [color]
        ui = always
        [log]
        showSignature = true
        date = relative
        [core]
        quotePath = true
        abbrev = 4
        hooksPath = hooks
        [i18n]
        logOutputEncoding = ISO-8859-1
        [init]
        defaultBranch = other
        templateDir = nowhere
        [fetch]
        prune = true
        recurseSubmodules = true
        [transfer]
        fsckObjects = false
        [protocol "http"]
        allow = never
    """
    (tmp_path / "gitconfig").write_text(settings)
    commit = repository.commit({"n\u00e9t.py": b"x"}, message="N\u00e9t", author="Zo\u00eb")
    reading = reader(github)
    reading.fetch(NAME, commit)
    assert [blob.path for blob in reading.files(NAME, commit)] == ["hubconf.py", "nets/small.py", "n\u00e9t.py"]
    assert reading.committed(NAME, commit) == "2024-01-01T01:00:00Z"
    newest = next(reading.history(NAME, commit))
    assert (newest.commit, newest.title, newest.authors) == (commit, "N\u00e9t", ("Zo\u00eb",))


def test_a_surrounding_hook_does_not_matter(
    github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "ALTERNATE_OBJECT_DIRECTORIES", "COMMON_DIR"):
        monkeypatch.setenv(f"GIT_{name}", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_NAMESPACE", "other")
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'protocol.allow'='never'")
    monkeypatch.setenv("GIT_TRACE", "1")
    reading = reader(github)
    commit = repository.resolve("main")
    reading.fetch(NAME, commit)
    assert len(reading.files(NAME, commit)) == 2


def test_the_settings_of_the_folder_that_one_is_in_do_not_matter(
    github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    git(here / ".git", "init", "--quiet")
    git(here / ".git", "config", "url.http://127.0.0.1:1/.insteadOf", f"{github.endpoint}/")
    monkeypatch.chdir(here)
    assert reader(github).refs(repository.name)


def test_no_secret_is_shown(github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path) -> None:
    github.users["ghp_secret"] = "ada"
    repository.update(private=True, readers=("ada",))
    host = github.endpoint.removeprefix("http://")
    config = f'[url "http://ada:ghp_{{}}@{host}/"]\n\tinsteadOf = {github.endpoint}/\n'
    (tmp_path / "gitconfig").write_text(config.format("secret"))
    reading = reader(github)
    assert reading.refs(NAME)
    (tmp_path / "gitconfig").write_text(config.format("wrong"))
    for fault in (None, unavailable(), Fails(status=403)):
        if fault:
            github.faults.add(fault)
        with pytest.raises(HubError) as caught:
            reading.refs(NAME)
        assert "ghp_" not in f"{caught.value.message} {caught.value.hint} {caught.value.__cause__}"


def test_nobody_is_asked_for_a_password(
    github: EmbeddedGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    program = tmp_path / "ask"
    program.write_text(f"#!/bin/sh\ntouch {asked}\necho secret\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("SSH_ASKPASS", str(program))
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(ModelNotFound):
        reader(github).refs("acme/none")
    assert not asked.exists()


def test_git_is_missing(github: EmbeddedGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PtmdepsError, match="needs `git`, which is not installed") as caught:
        reader(github).refs(NAME)
    assert caught.value.hint == "Install Git"


def test_a_git_that_fails_is_said(
    github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = reader(github)
    with pytest.raises(PtmdepsError, match="`git` failed: fatal: not a tree object"):
        reading.files(repository.name, "1" * 40)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(StoreError, match="no temporary folder can be made"):
        reader(github).refs(repository.name)


def test_what_git_brought_goes_with_the_reader(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    reading = reader(github)
    reading.fetch(NAME, repository.resolve("main"))
    folder = reading._folder
    assert folder is not None
    assert folder.is_dir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    del reading
    assert not folder.exists()


def test_a_server_that_says_nothing_is_given_up(
    github: EmbeddedGitHub, repository: GitHubRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptmdeps.hubs.torchhub.git._SECONDS", 0.3)
    github.latency = 30
    begun = time.monotonic()
    with pytest.raises(HubUnreachable, match="did not come to an end"):
        reader(github).refs(repository.name)
    assert time.monotonic() - begun < 10
