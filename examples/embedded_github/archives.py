"""Archives of a commit, made by the real `git archive`, and the names that GitHub gives them."""

from __future__ import annotations

import os
import subprocess
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from embedded_github.answers import moved, page_missing
from embedded_github.smart_http import environment
from embedded_hub.exchange import Answer, Body
from embedded_hub.repository import RevisionMissingError

if TYPE_CHECKING:
    from embedded_github.repository import GitHubRepository

_LEGACY = {"zipball": "legacy.zip", "tarball": "legacy.tar.gz"}
_SUFFIXES = {"zip": ".zip", "tar.gz": ".tar.gz"}
_TYPES = {"zip": "application/zip", "tar.gz": "application/x-gzip"}


def legacy(origin: str, repository: GitHubRepository, kind: str, revision: str) -> Answer:
    """Answer for `/zipball/{ref}` and `/tarball/{ref}`: it is at codeload, under the full name of the ref."""
    revision = revision or repository.facts.default_branch
    _commit(repository, revision)
    path = f"{_LEGACY[kind]}/{quote(_full(repository, revision))}"
    return moved(HTTPStatus.FOUND, f"{_base(origin, repository)}/{path}")


def archive(origin: str, repository: GitHubRepository, file: str) -> Answer:
    """Answer for `/archive/{ref}.zip` and `/archive/{ref}.tar.gz`."""
    for kind, suffix in _SUFFIXES.items():
        if file.endswith(suffix):
            revision = file.removesuffix(suffix)
            _commit(repository, revision)
            return moved(HTTPStatus.FOUND, f"{_base(origin, repository)}/{kind}/{quote(revision)}")
    raise page_missing()


def codeload(repository: GitHubRepository, kind: str, revision: str) -> Answer:
    """Return an archive: `kind` is `zip` or `tar.gz`, below one folder, with `legacy.` before it below another."""
    commit = _commit(repository, revision)
    suffix = kind.removeprefix("legacy.")
    if suffix not in _SUFFIXES:
        raise page_missing()
    name = repository.name.partition("/")[2]
    short = revision.removeprefix("refs/heads/").removeprefix("refs/tags/")
    is_version = short[:1] == "v" and short[1:2].isdigit()
    folder = f"{name}-{(short[1:] if is_version else short).replace('/', '-')}"
    if kind != suffix:
        folder = f"{repository.name.replace('/', '-')}-{commit[:7]}"
    headers = {
        "Content-Disposition": f"attachment; filename={folder}{_SUFFIXES[suffix]}",
        "Content-Type": _TYPES[suffix],
        "ETag": f'W/"{commit}"',
        "Transfer-Encoding": "chunked",
    }
    return Answer(headers=headers, body=Body.whole(_packed(repository, suffix, folder, commit)))


def _packed(repository: GitHubRepository, kind: str, folder: str, commit: str) -> bytes:
    # `git archive` writes the id of the commit into the comment of a zip file and into the first header of a tar file.
    command = ["git", "-C", os.fspath(repository.git.directory), "archive", f"--format={kind}"]
    command += [f"--prefix={folder}/", commit]
    return subprocess.run(command, capture_output=True, check=True, env=environment({"safe.directory": "*"})).stdout


def _commit(repository: GitHubRepository, revision: str) -> str:
    try:
        return repository.resolve(revision)
    except RevisionMissingError:
        raise page_missing() from None


def _full(repository: GitHubRepository, revision: str) -> str:
    known = repository.git.refs()
    return next((ref for ref in (f"refs/heads/{revision}", f"refs/tags/{revision}") if ref in known), revision)


def _base(origin: str, repository: GitHubRepository) -> str:
    return f"{origin}/{repository.name}"
