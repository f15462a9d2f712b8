"""Kaggle's interface for models, as far as locking needs it: the paths that the messages of kagglesdk 0.1.37 name.

``GET /api/v1/models/<owner>/<model>/<framework>/<variation>/…``: ``get`` is a variation at its newest version, ``list``
its versions, ``<version>/files`` the files of one (no digests), ``<version>/download[/<path>]`` leads to storage, which
knows an MD5 of what was not uploaded in pieces. Nothing of an answer is believed before it was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ptmdeps.errors import HubError, HubUnreachable, UnsafeContent
from ptmdeps.hubs.kaggle import refusals
from ptmdeps.hubs.kaggle.endpoint import Endpoint
from ptmdeps.hubs.kaggle.names import Name, framework_of
from ptmdeps.hubs.web import Web
from ptmdeps.paths import case_collisions, printable, safe_path

_PAGE = 200
_MOST_ENTRIES = 100_000
_LARGEST_VERSION = 999_999_999
_LARGEST_FILE = 1 << 42
_MOST_TEXT = 200
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z?", re.ASCII)

_Explaining = Callable[[HubError], HubError]
"""Says what a refusal means where it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A variation at its newest version.

    Attributes:
        identifier: Kaggle's own number of the variation; empty where it gives none.
        version: the newest one.
        licence: as Kaggle calls it; empty where it says nothing.
        base: the handle of the model that it came from, or an address elsewhere; empty for none.
    """

    identifier: str
    version: int
    licence: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Listed:
    """A file of a version: its path, bytes, and when it was made (``2026-01-01T10:00:00Z``; empty: not said)."""

    path: str
    size: int
    created: str


class Client:
    """Asks one server."""

    def __init__(self, web: Web, endpoint: Endpoint) -> None:
        self._web = web
        self.endpoint = endpoint

    def instance(self, name: Name) -> Instance:
        """A variation at its newest version.

        Raises:
            ModelNotFound: there is none, or it is not for this user: Kaggle does not say which.
            HubError: it does not answer, or not as it should.
        """
        found = self._get(name, f"{_path(name)}/get", self._no_model(name))
        return Instance(
            identifier=str(_number(found, "id", name)) if found.get("id") else "",
            version=_version(found, name),
            licence=_line(found.get("licenseName")),
            base=_base(found),
        )

    def versions(self, name: Name) -> tuple[int, ...]:
        """All versions that are there, the newest first.

        Raises:
            HubError: as ``instance``.
        """
        listed = self._pages(name, f"{_path(name)}/list", _versions_of, self._no_model(name))
        return tuple(sorted({_version(one, name) for one in listed}, reverse=True))

    def files(self, name: Name, version: int) -> tuple[Listed, ...]:
        """The files of a version, sorted.

        Raises:
            RevisionNotFound: there is no such version.
            UnsafeContent: it lists a name that must not be created, or one twice.
            HubError: as ``instance``.
        """
        path = f"{_path(name)}/{version}/files"
        listed = self._pages(name, path, _of("files"), _no_version(name, version))
        files = tuple(sorted(_file(one, name) for one in listed))
        subject = f"{name}/{version}"
        for group in case_collisions(file.path for file in files):
            names = ", ".join(f"`{printable(path)}`" for path in group)
            raise UnsafeContent(
                f"`{subject}` holds files that are one on some systems: {names}", hint="Ask its author to rename one"
            )
        if len({file.path for file in files}) != len(files):
            raise UnsafeContent(f"Kaggle lists a file of `{subject}` twice", hint="Run it again; else tell Kaggle")
        return files

    def created(self, name: Name, version: int) -> str:
        """When a version was made, by the first of its files; empty where nothing says it.

        Raises:
            HubError: as ``files``.
        """
        path = f"{_path(name)}/{version}/files?{urlencode({'pageSize': 1})}"
        page = self._get(name, path, _no_version(name, version))
        return next((_file(one, name).created for one in _entries(page.get("files"), name)), "")

    def notes(self, name: Name, version: int) -> str:
        """The first line of what its author wrote of a version; empty where it is not the newest, or nothing is said.

        Raises:
            HubError: as ``instance``.
        """
        path = f"/api/v1/models/{name.owner}/{name.model}/list"
        listed = self._pages(name, path, _of("instances"), self._no_model(name))
        for one in listed:
            same = one.get("slug") == name.variation and framework_of(str(one.get("framework"))) == name.framework
            if same and one.get("versionNumber") == version:
                return _line(str(one.get("versionNotes") or "").strip().partition("\n")[0])
        return ""

    def download(self, name: Name, version: int, path: str = "") -> str:
        """Where the bytes of a file are, or of all files as one archive."""
        return f"{self.endpoint.address}{download_path(name, version, path)}"

    @property
    def anonymous(self) -> bool:
        """Whether it is asked without credentials."""
        return not self.endpoint.headers

    def _pages(
        self, name: Name, path: str, entries: Callable[[Mapping[str, Any]], object], refused: _Explaining
    ) -> Iterator[Mapping[str, Any]]:
        token, seen, count = "", set[str](), 0
        while True:
            asked = {"pageSize": str(_PAGE), **({"pageToken": token} if token else {})}
            page = self._get(name, f"{path}?{urlencode(asked)}", refused)
            for entry in _entries(entries(page), name):
                count += 1
                yield entry
            token = page.get("nextPageToken") or ""
            if not token:
                return
            if not isinstance(token, str) or token in seen or count > _MOST_ENTRIES:
                raise _unreadable(name, "its pages do not come to an end")
            seen.add(token)

    def _get(self, name: Name, path: str, refused: _Explaining) -> Mapping[str, Any]:
        try:
            found = self._web.get(f"{self.endpoint.address}{path}", str(name), self.endpoint.headers)
        except HubError as error:
            raise refused(error) from error
        answer = found.json(str(name))
        if not isinstance(answer, dict):
            raise _unreadable(name, "it is no object")
        return answer

    def _no_model(self, name: Name) -> _Explaining:
        return lambda error: refusals.of_model(error, name, anonymous=self.anonymous)


def _no_version(name: Name, version: int) -> _Explaining:
    return lambda error: refusals.of_version(error, name, version)


def download_path(name: Name, version: int, path: str = "") -> str:
    """Of the bytes of a file, or of all files as one archive."""
    return f"{_path(name)}/{version}/download{f'/{quote(path)}' if path else ''}"


def _path(name: Name) -> str:
    return f"/api/v1/models/{name.owner}/{name.model}/{name.framework}/{name.variation}"


def _of(field: str) -> Callable[[Mapping[str, Any]], object]:
    return lambda page: page.get(field)


def _versions_of(page: Mapping[str, Any]) -> object:
    found = page.get("versionList")
    return found.get("versions") if isinstance(found, dict) else None


def _entries(found: object, name: Name) -> Iterator[Mapping[str, Any]]:
    if found is None:
        return
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _unreadable(name, "it holds no list of entries")
    yield from found


def _file(entry: Mapping[str, Any], name: Name) -> Listed:
    path = entry.get("name")
    if not isinstance(path, str):
        raise _unreadable(name, "a file has no name")
    size = _number(entry, "size", name, largest=_LARGEST_FILE)
    return Listed(path=safe_path(path), size=size, created=_date(entry.get("creationDate")))


def _version(entry: Mapping[str, Any], name: Name) -> int:
    version = _number(entry, "versionNumber", name, largest=_LARGEST_VERSION)
    if not version:
        raise _unreadable(name, "its `versionNumber` is none")
    return version


def _number(entry: Mapping[str, Any], field: str, name: Name, *, largest: int = 1 << 62) -> int:
    """A number that is not negative; messages of this kind write large ones as texts, and may leave out a zero."""
    value = entry.get(field, 0)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:  # noqa: PLR2004
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
        raise _unreadable(name, f"its `{field}` is `{printable(str(value), 40)}`")
    return value


def _date(value: object) -> str:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    return f"{match[1]}Z" if match else ""


def _line(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return printable(" ".join(text.split()), _MOST_TEXT)


def _base(found: Mapping[str, Any]) -> str:
    """The handle of the base model, or its address where it is elsewhere; what is none is left out."""
    base = found.get("baseModelInstanceInformation")
    if isinstance(base, dict):
        owner = base.get("owner")
        slug = owner.get("slug") if isinstance(owner, dict) else None
        parts = (slug, base.get("modelSlug"), base.get("framework"), base.get("instanceSlug"))
        if all(isinstance(part, str) and part for part in parts):
            return "/".join(map(str, parts))
    external = found.get("externalBaseModelUrl")
    return external if isinstance(external, str) else ""


def _unreadable(name: Name, why: str) -> HubUnreachable:
    return HubUnreachable(
        f"the answer for `{name}` could not be read: {why}",
        hint="Is the endpoint of `kaggle` the server that you mean?",
    )
