"""ModelScope's interface, as its client uses it (modelscope-hub 0.5.1): JSON in an envelope, files by path.

Three things have to be known about it. A revision that does not exist lists as no files, with status 200. A list ends
at 3000 entries without a word. And of a branch only the first eight digits of its commit are told: the whole of it is
known where one of the files was changed last by that commit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import BinaryIO, cast
from urllib.parse import quote, urlencode

from ptmdeps.errors import (
    FileNotInModel,
    HubUnreachable,
    IntegrityError,
    ModelNotFound,
    RevisionNotFound,
    UnsafeContent,
)
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.hubs.modelscope.endpoint import Endpoint
from ptmdeps.hubs.web import LARGEST_PAGE, Web
from ptmdeps.paths import case_collisions, printable, safe_path

LONGEST_LIST = 3000
"""Entries after which ModelScope leaves out the rest."""

COMMIT = re.compile(r"[0-9a-f]{40}")
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]{0,95}/[A-Za-z0-9_.][\w.-]{0,95}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}")
_SHORT = re.compile(r"[0-9a-f]{7,40}")
_MOST_FILES = 100_000
_MOST_FOLDERS = 2_000
_LARGEST = 1 << 62
_LATEST_YEAR = 253_402_300_799
"""Seconds until the year 10000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a revision holds.

    Attributes:
        files: sorted by path.
        revision: the commit; where it is not known, the SHA-256 over the paths and digests of all files.
        committed: ``2024-02-19T10:57:45Z``; empty where it is not told.
    """

    files: tuple[RemoteFile, ...]
    revision: str
    committed: str

    @property
    def at_commit(self) -> bool:
        """Whether the hub can be asked for this revision again."""
        return bool(COMMIT.fullmatch(self.revision))


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A branch or tag; ``created`` is when it was made, in seconds since 1970."""

    kind: str
    name: str
    created: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A file or folder as the hub lists it; ``commit`` is the one that changed it last."""

    path: str
    folder: bool
    size: int
    sha256: str
    commit: str


class Client:
    """Asks one server; safe to share between threads."""

    def __init__(self, web: Web, endpoint: Endpoint) -> None:
        self.web = web
        self._endpoint = endpoint

    def listing(self, name: str, revision: str) -> Listing:
        """Everything that a branch, tag or commit holds, all at one commit.

        Raises:
            ModelNotFound, RevisionNotFound, AccessDenied, HubUnreachable: what the hub said.
            UnsafeContent: it lists what must not be followed.
        """
        entries, latest = self._page(name, revision, "", recursive=True)
        if len(entries) >= LONGEST_LIST:
            entries = tuple(self._walked(name, revision, latest))
        files = tuple(sorted((_file(entry) for entry in entries if not entry.folder), key=lambda file: file.path))
        _refuse_unsafe(name, files)
        commit = _commit(revision, latest, entries)
        return Listing(
            files=files, revision=commit or contents_digest(files), committed=_instant(latest.get("CommittedDate"))
        )

    def named(self, name: str) -> tuple[Named, ...]:
        """Branches and tags, sorted.

        Raises:
            HubError: as ``listing``.
        """
        answer = self._ask(f"{self._model(name)}/revisions", name)
        table = _table(_table(answer).get("RevisionMap"))
        kinds = (("branch", "Branches"), ("tag", "Tags"))
        found = [one for kind, key in kinds for one in _named(kind, table.get(key))]
        return tuple(sorted(found, key=lambda one: (one.kind, one.name)))

    def about(self, name: str) -> Mapping[str, object]:
        """What the hub tells of a model; nothing of it is checked.

        Raises:
            HubError: as ``listing``.
        """
        return _table(self._ask(self._model(name), name))

    def url(self, name: str, revision: str, path: str) -> str:
        """Where a file is."""
        return f"{self._model(name)}/repo?{urlencode({'Revision': revision, 'FilePath': path})}"

    @property
    def headers(self) -> Mapping[str, str]:
        """What says who asks."""
        return self._endpoint.headers

    def page(self, name: str) -> str:
        """For people."""
        return f"{self._endpoint.address}/models/{name}"

    def read(self, name: str, revision: str, file: RemoteFile) -> bytes:
        """A small file, compared with the digest that the hub lists.

        Raises:
            UnsafeContent: it is too large.
            IntegrityError: it has another digest.
        """
        subject = f"{file.path} of {name}"
        if file.size > LARGEST_PAGE:
            raise UnsafeContent(f"`{printable(subject)}` has {file.size:,} bytes", hint="Look at the file on the hub")
        content = self.web.get(self.url(name, revision, file.path), subject, self.headers).body
        found = hashlib.sha256(content).hexdigest()
        if file.sha256 and found != file.sha256:
            raise IntegrityError(
                f"`{printable(file.path)}` of `{name}`",
                expected=f"sha256:{file.sha256}",
                found=f"sha256:{found}",
                claim="what the hub lists",
                hint="The hub, or something between, sends other bytes than the hub lists; nothing was locked",
            )
        return content

    def open(self, name: str, revision: str, file: RemoteFile) -> BinaryIO:
        """Range reads."""
        return self.web.open(self.url(name, revision, file.path), f"{file.path} of {name}", file.size, self.headers)

    def _model(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ModelNotFound(
                f"`{printable(name)}` cannot be a model of ModelScope",
                hint="Write `owner/name`; `ignore` in `[tool.ptmdeps]` leaves names out that only a library knows",
            )
        return f"{self._endpoint.address}/api/v1/models/{name}"

    def _ask(self, url: str, name: str) -> object:
        """The content of an envelope."""
        answer = self.web.get(url, name, self.headers).json(name)
        if not isinstance(answer, dict) or answer.get("Success") is False or "Data" not in answer:
            said = answer.get("Message") if isinstance(answer, dict) else ""
            raise HubUnreachable(
                f"ModelScope's answer for `{printable(name)}` cannot be read: {printable(str(said or 'it is none'))}",
                hint="Is `MODELSCOPE_ENDPOINT` the server that you mean?",
            )
        return answer["Data"]

    def _page(
        self, name: str, revision: str, root: str, *, recursive: bool
    ) -> tuple[tuple[_Entry, ...], Mapping[str, object]]:
        asked = {"Revision": revision, "Recursive": str(recursive)} | ({"Root": root} if root else {})
        try:
            data = _table(self._ask(f"{self._model(name)}/repo/files?{urlencode(asked, quote_via=quote)}", name))
        except ModelNotFound as error:
            if root:
                raise HubUnreachable(f"`{name}` changed while it was listed", hint="Run the command again") from error
            raise
        listed = data.get("Files")
        if not isinstance(listed, list) or not listed:
            raise self._nothing(name, revision)
        return tuple(filter(None, map(_entry, listed))), _table(data.get("LatestCommitter"))

    def _walked(self, name: str, revision: str, latest: Mapping[str, object]) -> Iterator[_Entry]:
        """Folder by folder, because the list of everything was cut off."""
        pending, asked, found = [""], 0, 0
        while pending:
            root, asked = pending.pop(), asked + 1
            entries, now = self._page(name, revision, root, recursive=False)
            if now.get("ShortId") != latest.get("ShortId"):
                raise HubUnreachable(f"`{name}` changed while it was listed", hint="Run the command again")
            found += len(entries)
            if len(entries) >= LONGEST_LIST or asked > _MOST_FOLDERS or found > _MOST_FILES:
                raise UnsafeContent(
                    f"`{name}` holds more files than ModelScope lists: {len(entries):,} in `{printable(root) or '.'}`, "
                    f"{found:,} so far",
                    hint=f"It leaves out what comes after {LONGEST_LIST:,} in a folder: nobody can lock all of it",
                )
            inside = f"{root}/" if root else ""
            pending += [one.path for one in entries if one.folder and one.path.startswith(inside) and one.path != root]
            yield from (one for one in entries if not one.folder)

    def _nothing(self, name: str, revision: str) -> RevisionNotFound:
        known = ", ".join(f"`{printable(one.name)}`" for one in self.named(name)[-8:])
        return RevisionNotFound(
            f"`{name}` has no `{printable(revision)}`, or nothing in it", hint=f"It has {known or 'nothing at all'}"
        )


def contents_digest(files: tuple[RemoteFile, ...]) -> str:
    """The SHA-256 over paths and digests: what a revision is called whose commit nobody tells."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{file.sha256}\0{file.size}\n".encode())
    return digest.hexdigest()


def file_of(listing: Listing, name: str, path: str) -> RemoteFile:
    """One file.

    Raises:
        FileNotInModel: there is none of that path.
    """
    for file in listing.files:
        if file.path == path:
            return file
    raise FileNotInModel(f"`{name}` holds no `{printable(path)}`", hint="Check the name of the file")


def _commit(revision: str, latest: Mapping[str, object], entries: tuple[_Entry, ...]) -> str:
    """The whole of the commit, if a file was changed last by it; who asks for one must get that one."""
    short = latest.get("ShortId")
    told = short if isinstance(short, str) and _SHORT.fullmatch(short) else ""
    if COMMIT.fullmatch(revision):
        if told and not revision.startswith(told):
            raise IntegrityError(
                f"the hub's answer for the commit {revision[:12]}",
                expected=revision,
                found=told,
                claim="the commit that was asked for",
                hint="Is `MODELSCOPE_ENDPOINT` the server that you mean?",
            )
        return revision
    found = {entry.commit for entry in entries if told and entry.commit.startswith(told)}
    return found.pop() if len(found) == 1 else ""


def _entry(value: object) -> _Entry | None:
    match value:
        case {"Path": str(path), "Type": "tree"}:
            return _Entry(path=path, folder=True, size=0, sha256="", commit="")
        case {"Path": str(path), "Size": int(size), **others} if 0 <= size < _LARGEST:
            sha256, commit = others.get("Sha256"), others.get("Revision")
            return _Entry(
                path=path,
                folder=False,
                size=size,
                sha256=sha256 if isinstance(sha256, str) and DIGEST.fullmatch(sha256) else "",
                commit=commit if isinstance(commit, str) and COMMIT.fullmatch(commit) else "",
            )
    return None


def _file(entry: _Entry) -> RemoteFile:
    return RemoteFile(path=safe_path(entry.path), size=entry.size, git="", sha256=entry.sha256)


def _refuse_unsafe(name: str, files: tuple[RemoteFile, ...]) -> None:
    paths = [file.path for file in files]
    twice = [(path, path) for path, other in pairwise(paths) if path == other]
    for group in (*case_collisions(paths), *twice):
        shown = ", ".join(f"`{printable(path)}`" for path in group)
        raise UnsafeContent(
            f"`{name}` holds files that are one on some systems: {shown}", hint="Ask its author to rename one"
        )


def _named(kind: str, value: object) -> Iterator[Named]:
    for one in value if isinstance(value, list) else ():
        match one:
            case {"Revision": str(name), "CreatedAt": int(created)} if name:
                yield Named(kind=kind, name=name, created=created)


def _table(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _instant(seconds: object) -> str:
    if not isinstance(seconds, int) or not 0 < seconds <= _LATEST_YEAR:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
