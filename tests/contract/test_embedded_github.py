"""The embedded GitHub, seen by git itself and by plain HTTP."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from email.message import Message
from http.client import IncompleteRead
from pathlib import Path
from typing import Any

import pytest

from embedded_github import EmbeddedGitHub, GitHubRepository, rate_limited
from embedded_hub.faults import Truncate
from embedded_hub.large_files import LfsFile
from tests.contract.plain_http import Answer, ask, follow

NAME = "acme/vision"
FILES = {"hubconf.py": b"dependencies = []\n", "vision/small.py": b"WIDTH = 8\n"}
NEWER = {"vision/small.py": b"WIDTH = 16\n"}
WEIGHTS = bytes(range(256)) * 40

versions = pytest.mark.parametrize("version", [0, 1, 2])


@pytest.fixture
def github(tmp_path: Path) -> Iterator[EmbeddedGitHub]:
    with EmbeddedGitHub(tmp_path / "github") as running:
        yield running


@pytest.fixture
def repository(github: EmbeddedGitHub) -> GitHubRepository:
    made = github.create(NAME, FILES, license="BSD-3-Clause", description="Small models")
    made.tag("v1.0", message="First release")
    made.commit(NEWER, message="Wider")
    return made


def git(*arguments: str, fails: bool = False) -> str:
    """Return what git writes: to its output, or where it is meant to fail, to its errors."""
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    others = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, env=others | quiet, check=False)
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def get(url: str, **headers: str) -> tuple[bytes, Message]:
    answer = follow(url, **headers)
    assert answer.status in (200, 206), answer.body
    return answer.body, answer.headers


def get_json(url: str, **headers: str) -> Any:
    return json.loads(get(url, **headers)[0])


def refusal(url: str, *, there: bool = True, **headers: str) -> Answer:
    """Return the answer that is no success; without `there` a redirect is such an answer."""
    answer = follow(url, **headers) if there else ask(url, **headers)
    assert answer.status >= 300, answer.body
    return answer


def fetched(folder: Path, url: str, commit: str, *options: str, fails: bool = False) -> str:
    """Fetch one commit without its history, and return the listing of its files."""
    git("init", "--quiet", str(folder))
    said = git(*options, "-C", str(folder), "fetch", "--quiet", "--depth=1", url, commit, fails=fails)
    return said or git("-C", str(folder), "ls-tree", "-r", "--name-only", "FETCH_HEAD")


@versions
@pytest.mark.parametrize("name", [NAME, f"{NAME}.git", "ACME/Vision"])
def test_refs_are_listed_with_tags_peeled(
    github: EmbeddedGitHub, repository: GitHubRepository, version: int, name: str
) -> None:
    repository.branch("feat/wide")

    lines = git("-c", f"protocol.version={version}", "ls-remote", f"{github.endpoint}/{name}").splitlines()

    refs = {ref: commit for commit, ref in (line.split("\t") for line in lines)}
    first, newest = repository.resolve("v1.0"), repository.resolve("main")
    assert refs.pop("refs/tags/v1.0") not in (first, newest)  # the annotated tag is an object of its own
    assert refs == {
        "HEAD": newest,
        "refs/heads/feat/wide": newest,
        "refs/heads/main": newest,
        "refs/tags/v1.0^{}": first,
    }


@versions
def test_an_old_commit_is_had_by_its_id(
    github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path, version: int
) -> None:
    first = repository.resolve("v1.0")
    repository.delete("refs/tags/v1.0")

    files = fetched(tmp_path / "c", f"{github.endpoint}/{NAME}", first, "-c", f"protocol.version={version}")

    assert files.split() == sorted(FILES)
    assert git("-C", str(tmp_path / "c"), "log", "--format=%H", "FETCH_HEAD").split() == [first]


def test_a_clone_is_sound_and_may_be_partial(
    github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path
) -> None:
    git("clone", "--quiet", "--filter=blob:none", f"{github.endpoint}/{NAME}", str(tmp_path / "c"))

    git("-C", str(tmp_path / "c"), "fsck", "--strict")
    assert (tmp_path / "c/vision/small.py").read_bytes() == NEWER["vision/small.py"]
    assert git("-C", str(tmp_path / "c"), "rev-parse", "HEAD").strip() == repository.resolve("main")


def test_commits_are_the_same_on_every_machine(github: EmbeddedGitHub, tmp_path: Path) -> None:
    with EmbeddedGitHub(tmp_path / "other") as other:
        made = [hub.create(NAME, FILES) for hub in (github, other)]
        archives = [get(f"{hub.endpoint}/{NAME}/zipball/main")[0] for hub in (github, other)]

    assert made[0].resolve("main") == made[1].resolve("main")
    assert archives[0] == archives[1]


def test_a_default_branch_may_have_any_name(github: EmbeddedGitHub) -> None:
    made = github.create(NAME, FILES, default_branch="trunk")
    newer = made.commit(NEWER, branch="wide")

    assert "ref: refs/heads/trunk\tHEAD" in git("ls-remote", "--symref", f"{github.endpoint}/{NAME}")
    assert [commit.id for commit in made.git.history(newer)] == [newer, made.resolve("trunk")]


def test_git_is_asked_who_it_is_where_nothing_is_or_nothing_is_shown(github: EmbeddedGitHub) -> None:
    github.create("acme/secret", FILES, private=True)
    github.users.update(ghp_acme="acme", ghp_eve="eve")

    for name in ("acme/missing", "acme/secret"):
        assert "could not read Username" in git("ls-remote", f"{github.endpoint}/{name}", fails=True)
    for token, fails in (("ghp_acme", False), ("ghp_eve", True)):
        header = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        option = f"http.extraHeader=Authorization: Basic {header}"
        git("-c", option, "ls-remote", f"{github.endpoint}/acme/secret", fails=fails)
    for token, status in (("ghp_eve", 404), ("ghp_old", 401)):
        url = f"{github.endpoint}/repos/acme/secret"
        assert refusal(url, Authorization=f"token {token}").status == status
    assert get_json(f"{github.endpoint}/repos/acme/secret", Authorization="Bearer ghp_acme")["private"] is True


def test_nothing_is_pushed(github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path) -> None:
    fetched(tmp_path / "c", f"{github.endpoint}/{NAME}", "main")

    said = git("-C", str(tmp_path / "c"), "push", f"{github.endpoint}/{NAME}", "FETCH_HEAD:refs/heads/x", fails=True)

    assert "403" in said
    assert list(repository.branches()) == ["main"]


def test_a_renamed_repository_is_found_under_both_names(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    github.rename(NAME, "acme/eyes")

    assert git("ls-remote", f"{github.endpoint}/{NAME}") == git("ls-remote", f"{github.endpoint}/acme/eyes")
    assert get_json(f"{github.endpoint}/repos/{NAME}")["full_name"] == "acme/eyes"
    moved = refusal(f"{github.endpoint}/repos/{NAME}/tags?per_page=5", there=False)
    assert moved.status == 301
    assert moved.headers["Location"] == f"{github.endpoint}/repositories/1/tags?per_page=5"
    assert refusal(f"{github.endpoint}/{NAME}.git/info/refs?service=git-upload-pack", there=False).status == 301
    github.create(NAME, {"README.md": b"another one\n"})
    assert get_json(f"{github.endpoint}/repos/{NAME}")["full_name"] == NAME
    assert repository.name == "acme/eyes"


def test_a_commit_of_a_fork_is_had_from_the_parent(
    github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path
) -> None:
    fork = github.fork(NAME, "mallory/vision")
    foreign = fork.commit({"hubconf.py": b"raise SystemExit\n"})
    url = f"{github.endpoint}/{NAME}"

    assert fetched(tmp_path / "c", url, foreign, "-c", "protocol.version=2").split() == sorted(FILES)
    assert foreign not in git("ls-remote", url)
    assert (repository.contains(foreign), fork.contains(foreign)) == (False, True)
    api = f"{github.endpoint}/repos/{NAME}"
    assert get_json(f"{api}/commits/{foreign}")["sha"] == foreign
    assert get_json(f"{api}/compare/main...{foreign}")["status"] == "ahead"
    assert get_json(f"{api}/compare/main...v1.0")["status"] == "behind"
    assert b"does not belong to any branch" in get(f"{url}/tree/{foreign}")[0]
    assert b"does not belong to any branch" not in get(f"{url}/tree/v1.0")[0]
    assert foreign.encode() == _archive(get(f"{url}/zipball/{foreign}")[0]).comment
    document = get_json(f"{github.endpoint}/repos/mallory/vision")
    assert (document["fork"], document["parent"]["full_name"]) == (True, NAME)
    assert get_json(api)["forks_count"] == 1


def test_a_lost_commit_is_gone_everywhere(github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path) -> None:
    lost = repository.resolve("main")
    repository.move("main", "v1.0")
    repository.lose(lost)

    assert "not our ref" in fetched(tmp_path / "c", f"{github.endpoint}/{NAME}", lost, fails=True)
    assert refusal(f"{github.endpoint}/{NAME}/zipball/{lost}").status == 404
    assert refusal(f"{github.endpoint}/repos/{NAME}/commits/{lost}").status == 422


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("zipball/v1.0", "acme-vision-{short}"),
        ("zipball/refs/tags/v1.0", "acme-vision-{short}"),
        ("archive/v1.0.zip", "vision-1.0"),
        ("archive/refs/tags/v1.0.zip", "vision-1.0"),
        ("archive/{commit}.zip", "vision-{commit}"),
        ("archive/refs/heads/feat/wide.zip", "vision-feat-wide"),
    ],
)
def test_archives(github: EmbeddedGitHub, repository: GitHubRepository, path: str, folder: str) -> None:
    commit = repository.branch("feat/wide", "v1.0")
    words = {"commit": commit, "short": commit[:7]}

    content, headers = get(f"{github.endpoint}/{NAME}/{path.format(**words)}")

    archive = _archive(content)
    above = folder.format(**words)
    files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    assert archive.comment.decode() == commit
    assert files == {f"{above}/{name}": content for name, content in FILES.items()}
    assert headers["Content-Disposition"] == f"attachment; filename={above}.zip"
    assert headers["Content-Length"] is None
    assert github.log.entries[-1].host.startswith("localhost:")


def test_a_tarball(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    content, _ = get(f"{github.endpoint}/repos/{NAME}/tarball")

    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        assert archive.pax_headers["comment"] == repository.resolve("main")


@pytest.mark.parametrize(
    "path",
    [
        "zipball/v2.0",
        "archive/v2.0.zip",
        "archive/main.rar",
        "tree/master/",
        "raw/main/no.py",
        "releases/download/v1/x",
    ],
)
def test_what_is_not_there(github: EmbeddedGitHub, repository: GitHubRepository, path: str) -> None:
    assert repository.name == NAME
    assert refusal(f"{github.endpoint}/{NAME}/{path}").status == 404


def test_the_page_by_which_torch_hub_finds_the_branch(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    repository.branch("feat/wide")

    assert b"hubconf.py" in get(f"{github.endpoint}/{NAME}/tree/main/")[0]
    assert b"hubconf.py" in get(f"{github.endpoint}/{NAME}/tree/feat/wide/vision")[0]
    assert refusal(f"{github.endpoint}/{NAME}/tree/feat/wide/nowhere").status == 404


def test_raw_files(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    repository.commit({"weights.bin": LfsFile(WEIGHTS), "plain.bin": WEIGHTS}, branch="feat/wide")

    assert get(f"{github.endpoint}/{NAME}/raw/v1.0/vision/small.py")[0] == FILES["vision/small.py"]
    assert get(f"{github.endpoint}/{NAME}/raw/feat/wide/vision/small.py")[0] == NEWER["vision/small.py"]
    assert get(f"{github.endpoint}/{NAME}/raw/refs/heads/feat/wide/plain.bin", Range="bytes=5-9")[0] == WEIGHTS[5:10]
    assert get(f"{github.endpoint}/{NAME}/raw/feat/wide/weights.bin")[0].startswith(b"version https://git-lfs")


def test_facts_of_a_repository(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    repository.update(stars=7, archived=True)

    document = get_json(f"{github.endpoint}/repos/{NAME}")

    assert document["license"]["spdx_id"] == "BSD-3-Clause"
    assert (document["description"], document["stargazers_count"]) == ("Small models", 7)
    assert (document["default_branch"], document["archived"], document["fork"]) == ("main", True, False)
    assert (document["created_at"], document["pushed_at"]) == ("2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z")


def test_branches_and_tags_in_pages(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    for name in ("a", "b", "c"):
        repository.branch(name, "v1.0")
    repository.tag("v1.1")
    api = f"{github.endpoint}/repos/{NAME}"

    rows, headers = get(f"{api}/branches?per_page=3&page=1")
    assert [row["name"] for row in json.loads(rows)] == ["a", "b", "c"]
    assert json.loads(rows)[0]["commit"]["sha"] == repository.resolve("v1.0")
    assert f'<{github.endpoint}/repositories/1/branches?per_page=3&page=2>; rel="next"' in headers["Link"]
    assert [row["name"] for row in get_json(f"{api}/branches?per_page=3&page=2")] == ["main"]
    assert get_json(f"{api}/branches?per_page=3&page=3") == []
    assert [row["name"] for row in get_json(f"{api}/tags?per_page=100&page=1")] == ["v1.1", "v1.0"]
    assert get_json(f"{api}/branches/main")["commit"]["commit"]["message"] == "Wider"
    assert refusal(f"{api}/branches/none").status == 404


def test_commits(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    api = f"{github.endpoint}/repos/{NAME}"
    newest, first = repository.resolve("main"), repository.resolve("v1.0")

    assert [row["sha"] for row in get_json(f"{api}/commits")] == [newest, first]
    assert [row["sha"] for row in get_json(f"{api}/commits?sha=v1.0")] == [first]
    assert get_json(f"{api}/commits/v1.0")["commit"]["author"]["date"] == "2024-01-01T00:00:00Z"
    assert get_json(f"{api}/commits/{newest[:8]}")["parents"][0]["sha"] == first
    assert get(f"{api}/commits/main", Accept="application/vnd.github.sha")[0].decode() == newest
    missing = refusal(f"{api}/commits/none")
    assert (missing.status, missing.json["message"]) == (422, "No commit found for SHA: none")
    tree = get_json(f"{api}/git/trees/v1.0?recursive=1")
    assert [row["path"] for row in tree["tree"]] == ["hubconf.py", "vision", "vision/small.py"]
    assert tree["sha"] == get_json(f"{api}/commits/v1.0")["commit"]["tree"]["sha"]


def test_an_answer_that_is_known_costs_nothing(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    url = f"{github.endpoint}/repos/{NAME}/branches"
    etag = get(url)[1]["ETag"]

    assert refusal(url, If_None_Match=etag).status == 304
    repository.commit(FILES)
    assert get(url, If_None_Match=etag)[1]["ETag"] != etag


def test_an_exhausted_quota(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    github.faults.add(rate_limited(reset=1704070999), path="^/repos/", times=1)
    url = f"{github.endpoint}/repos/{repository.name}"

    refused = refusal(url)

    assert refused.status == 403
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert refused.headers["X-RateLimit-Reset"] == "1704070999"
    assert refused.json["message"].startswith("API rate limit exceeded")
    assert get(url)[1]["X-RateLimit-Remaining"] == "59"


def test_assets_are_elsewhere_and_refuse_tokens(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    github.users["ghp_ada"] = "ada"
    repository.release("v1.0", {"small-0123abcd.pth": WEIGHTS})
    repository.release("v2.0rc1", {"x": b"x"}, prerelease=True)
    url = f"{github.endpoint}/{NAME}/releases/download/v1.0/small-0123abcd.pth"

    moved = refusal(url, there=False, Authorization="Bearer ghp_ada")

    assert moved.status == 302
    assert moved.headers["Location"].startswith(github.files_endpoint)
    assert refusal(moved.headers["Location"], Authorization="Bearer ghp_ada").status == 400
    assert refusal(moved.headers["Location"].partition("?")[0]).status == 403
    content, headers = get(url, Range="bytes=256-511")
    assert content == WEIGHTS[256:512]
    assert headers["Content-Disposition"] == "attachment; filename=small-0123abcd.pth"
    assert base64.b64decode(headers["x-ms-blob-content-md5"]) == hashlib.md5(WEIGHTS).digest()  # noqa: S324
    assert headers["Last-Modified"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert get(f"{github.endpoint}/{NAME}/releases/latest/download/small-0123abcd.pth")[0] == WEIGHTS


def test_releases_tell_digests(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    repository.release("v1.0", {"small.pth": WEIGHTS})
    repository.release("nightly", {"small.pth": b"unfinished"}, prerelease=True)
    api = f"{github.endpoint}/repos/{NAME}/releases"

    assert [row["tag_name"] for row in get_json(api)] == ["nightly", "v1.0"]
    assert get_json(f"{api}/latest") == get_json(f"{api}/tags/v1.0")
    (asset,) = get_json(f"{api}/latest")["assets"]
    assert asset["digest"] == f"sha256:{hashlib.sha256(WEIGHTS).hexdigest()}"
    assert (asset["name"], asset["size"]) == ("small.pth", len(WEIGHTS))
    assert get(asset["browser_download_url"])[0] == WEIGHTS
    assert refusal(f"{api}/tags/v3").status == 404


def test_faults_reach_git_and_archives(github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path) -> None:
    github.faults.add(Truncate(keep=40), path="git-upload-pack$", times=1)
    fetched(tmp_path / "c", f"{github.endpoint}/{NAME}", repository.resolve("main"), fails=True)
    assert fetched(tmp_path / "c", f"{github.endpoint}/{NAME}", repository.resolve("main")).split() == sorted(FILES)

    github.faults.add(Truncate(keep=40), path="^/codeload/", times=1)
    with pytest.raises(IncompleteRead):
        get(f"{github.endpoint}/{NAME}/zipball/main")


def test_each_host_of_github_is_one(github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    repository.release("v1.0", {"small.pth": WEIGHTS})
    moved = refusal(f"{github.endpoint}/{NAME}/zipball/v1.0", there=False, Host="github.com")
    location = moved.headers["Location"]
    assert location == "https://codeload.github.com/acme/vision/legacy.zip/refs/tags/v1.0"

    path = location.removeprefix("https://codeload.github.com")
    assert _archive(get(github.endpoint + path, Host="codeload.github.com")[0]).testzip() is None
    assert get(f"{github.endpoint}/{NAME}/v1.0/hubconf.py", Host="raw.githubusercontent.com")[0] == FILES["hubconf.py"]
    document = get_json(f"{github.endpoint}/repos/{NAME}/releases/latest", Host="api.github.com")
    assert document["assets"][0]["browser_download_url"].startswith("https://github.com/acme/vision/releases/")
    assert set(github.hosts.values()) == {github.endpoint}


def _archive(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))
