"""Asking registries: manifests by tag or digest, blobs by digest, and the token that both may take.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md and, for tokens,
https://distribution.github.io/distribution/spec/auth/token/.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import BinaryIO, cast
from urllib.parse import urlencode, urljoin, urlsplit

from ptmdeps.errors import AccessDenied, IntegrityError, ModelNotFound, RevisionNotFound, UnsafeContent
from ptmdeps.hubs.registry.credentials import credentials_of
from ptmdeps.hubs.registry.manifests import (
    DOCKER,
    DOCKER_LIST,
    LARGEST_MANIFEST,
    OCI,
    OCI_INDEX,
    Descriptor,
    Index,
    Manifest,
    parsed,
)
from ptmdeps.hubs.web import LARGEST_PAGE, Answer, Web
from ptmdeps.paths import printable

LATEST = "latest"
"""The tag that is meant where none is written."""

ACCEPT = f"{DOCKER}, {OCI}, {OCI_INDEX}, {DOCKER_LIST}"
_UNAUTHORIZED = frozenset({401})
_ANSWERS = frozenset({401, 403, 404, 405, 501})
"""Answers after which it is known whether a registry wants to know who asks; not every one lists tags."""

_CHALLENGE = re.compile(r'(realm|service|scope)="([^"\x00-\x1f]{0,2000})"')
_NEXT = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="?next"?')
_MOST_PAGES = 20
_SHOWN = 8
_SPARE = 20.0
"""Seconds that a token must still be good for."""

_LIFETIME = 60
"""Seconds that a token lasts of which nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A repository of a registry.

    Attributes:
        host: of the registry, with its port; as people write it, and as the user's credentials name it.
        repository: ``owner/name`` there.
        address: where to ask, without a slash at the end.
    """

    host: str
    repository: str
    address: str

    @property
    def base(self) -> str:
        """Below which everything of the repository is."""
        return f"{self.address}/v2/{self.repository}"

    def manifest_url(self, reference: str) -> str:
        """Of a tag, or of a digest ``sha256:…``."""
        return f"{self.base}/manifests/{reference}"

    def blob_url(self, sha256: str) -> str:
        """Of a blob."""
        return f"{self.base}/blobs/sha256:{sha256}"


class Registry:
    """Asks any registry; safe to share between threads."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self._tokens: dict[str, tuple[str, float]] = {}
        self._mutex = Lock()

    def resolve(self, place: Place, reference: str, subject: str) -> Manifest:
        """The manifest that a tag or digest leads to; of an index, the only one that it names.

        Raises:
            ModelNotFound, RevisionNotFound, AccessDenied, HubUnreachable: what the registry said.
            IntegrityError: its bytes have another digest than they were asked for by.
            UnsafeContent: it is no manifest, or an index that names several.
        """
        found = self._manifest(place, reference, subject)
        if isinstance(found, Manifest):
            return found
        one = _only(found, subject)
        inner = self._manifest(place, f"sha256:{one.sha256}", subject)
        if isinstance(inner, Index):
            raise UnsafeContent(f"`{subject}` is an index of indices", hint="Name the manifest by its digest")
        return inner

    def authorization(self, place: Place, subject: str) -> Mapping[str, str]:
        """Headers that say who asks, if the registry wants to know.

        Raises:
            AccessDenied: it does not let this user in.
        """
        token, until = self._tokens.get(place.base, ("", 0.0))
        if until <= time.monotonic():
            with self.web.stream(f"{place.base}/tags/list?n=1", subject, accepted=_ANSWERS) as answer:
                asked = answer.status in _UNAUTHORIZED
                token = self._granted(place, answer, subject) if asked else self._note(place, "", _LIFETIME)
        return {"Authorization": token} if token else {}

    def tags(self, place: Place, subject: str) -> tuple[str, ...]:
        """All tags, sorted; none of a registry that does not list them.

        Raises:
            AccessDenied, HubUnreachable: what the registry said.
        """
        found: set[str] = set()
        url = f"{place.base}/tags/list"
        for _ in range(_MOST_PAGES):
            try:
                content, headers = self._get(place, url, subject, "application/json", LARGEST_MANIFEST)
            except (ModelNotFound, UnsafeContent):
                break
            found.update(_tags_in(content))
            following = _NEXT.search(headers.get("link", ""))
            if following is None:
                break
            url = urljoin(url, following[1])
            if not url.startswith(f"{place.address}/"):
                break
        return tuple(sorted(found))

    def blob(self, place: Place, descriptor: Descriptor, subject: str) -> bytes:
        """A small blob, verified.

        Raises:
            UnsafeContent: it is too large.
            IntegrityError: it has another digest.
        """
        if descriptor.size > LARGEST_PAGE:
            raise UnsafeContent(f"`{subject}` names a text of {descriptor.size:,} bytes", hint="Look at it by hand")
        content, _ = self._get(place, place.blob_url(descriptor.sha256), subject, "*/*", LARGEST_PAGE)
        _refuse_other(f"a blob of `{subject}`", descriptor.sha256, content)
        return content

    def open(self, place: Place, sha256: str, size: int, subject: str) -> BinaryIO:
        """Range reads of a blob."""
        return self.web.open(place.blob_url(sha256), subject, size, self.authorization(place, subject))

    def _manifest(self, place: Place, reference: str, subject: str) -> Manifest | Index:
        try:
            content, headers = self._get(place, place.manifest_url(reference), subject, ACCEPT, LARGEST_MANIFEST)
        except ModelNotFound as error:
            raise self._absent(place, reference, subject, error) from error
        told = headers.get("docker-content-digest", "")
        claims = [one for one in (reference, told) if one.startswith("sha256:")]
        for claim in claims:
            _refuse_other(f"the manifest of `{subject}`", claim.removeprefix("sha256:"), content)
        return parsed(content, subject)

    def _absent(
        self, place: Place, reference: str, subject: str, error: ModelNotFound
    ) -> ModelNotFound | RevisionNotFound:
        """Whether it is the repository that is not there, or only what was asked for of it."""
        known = self.tags(place, subject)
        if not known and reference != LATEST and self._has(place, LATEST, subject):
            known = (LATEST,)
        if not known:
            error.hint = "Check its name; `ignore` in `[tool.ptmdeps]` leaves models out that were made on this machine"
            return error
        shown = ", ".join(f"`{printable(tag)}`" for tag in known[:_SHOWN])
        more = f" and {len(known) - _SHOWN:,} more" if len(known) > _SHOWN else ""
        return RevisionNotFound(f"`{subject}` has no `{printable(reference)}`", hint=f"It has {shown}{more}")

    def _has(self, place: Place, reference: str, subject: str) -> bool:
        try:
            self._get(place, place.manifest_url(reference), subject, ACCEPT, LARGEST_MANIFEST)
        except ModelNotFound:
            return False
        return True

    def _get(self, place: Place, url: str, subject: str, accept: str, limit: int) -> tuple[bytes, Mapping[str, str]]:
        token, until = self._tokens.get(place.base, ("", 0.0))
        given = {"Authorization": token} if token and until > time.monotonic() else {}
        with self.web.stream(url, subject, {"Accept": accept, **given}, accepted=_UNAUTHORIZED) as answer:
            if answer.status not in _UNAUTHORIZED:
                return _whole(answer, subject, limit), answer.headers
            granted = self._granted(place, answer, subject)
        page = self.web.get(url, subject, {"Accept": accept, "Authorization": granted}, limit=limit)
        return page.body, page.headers

    def _granted(self, place: Place, answer: Answer, subject: str) -> str:
        """What to say to a registry that asked who is there; noted for the questions that follow."""
        scheme, _, rest = answer.headers.get("www-authenticate", "").partition(" ")
        own = credentials_of(place.host)
        if scheme.lower() == "basic" and own:
            return self._note(place, own, _LIFETIME)
        if scheme.lower() != "bearer":
            raise _refused(place, subject)
        told = dict(_CHALLENGE.findall(rest))
        realm = told.pop("realm", "")
        _refuse_realm(place, realm, subject)
        asked = {"scope": f"repository:{place.repository}:pull", **{k: v for k, v in told.items() if k == "service"}}
        separator = "&" if urlsplit(realm).query else "?"
        try:
            page = self.web.get(
                f"{realm}{separator}{urlencode(asked)}",
                subject,
                {"Authorization": own} if own else {},
                limit=LARGEST_MANIFEST,
            )
        except ModelNotFound as error:
            raise _refused(place, subject) from error
        answered = page.json(subject)
        given = cast("Mapping[str, object]", answered) if isinstance(answered, dict) else {}
        token = given.get("token") or given.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise _refused(place, subject)
        seconds = given.get("expires_in")
        return self._note(place, f"Bearer {token}", seconds if isinstance(seconds, int) else _LIFETIME)

    def _note(self, place: Place, header: str, seconds: int) -> str:
        with self._mutex:
            self._tokens[place.base] = (header, time.monotonic() + max(0, seconds) - _SPARE)
        return header


def _whole(answer: Answer, subject: str, limit: int) -> bytes:
    body = bytearray()
    for piece in answer.pieces():
        body += piece
        if len(body) > limit:
            raise UnsafeContent(f"the answer for `{subject}` has more than {limit:,} bytes", hint="Check its name")
    return bytes(body)


def _tags_in(content: bytes) -> list[str]:
    from ptmdeps.hubs.registry.manifests import table_of

    listed = table_of(content, "the list of tags").get("tags")
    return [tag for tag in listed if isinstance(tag, str)] if isinstance(listed, list) else []


def _only(index: Index, subject: str) -> Descriptor:
    """The manifest that is meant: attestations stand beside it for a platform that nobody has."""
    meant = [one for one in index.manifests if one.platform != "unknown/unknown"]
    if len(meant) == 1:
        return meant[0]
    listed = ", ".join(
        f"`sha256:{one.sha256}`{f' for {printable(one.platform)}' if one.platform else ''}" for one in meant[:4]
    )
    raise UnsafeContent(
        f"`{subject}` leads to {len(meant)} artifacts, and nothing says which of them is meant",
        hint=f"Name one by its digest: {listed}" if listed else "Ask its author",
    )


def _refuse_other(subject: str, sha256: str, content: bytes) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise IntegrityError(
            subject,
            expected=f"sha256:{sha256}",
            found=f"sha256:{found}",
            claim="the digest by which it is known",
            hint="The registry, or something between, sends other bytes; nothing was locked",
        )


def _refuse_realm(place: Place, realm: str, subject: str) -> None:
    """Credentials and tokens travel encrypted, unless the registry itself is on this machine."""
    here, there = urlsplit(place.address), urlsplit(realm)
    if (
        not there.hostname
        or there.scheme not in {"http", "https"}
        or (here.scheme == "https" and there.scheme == "http")
    ):
        raise UnsafeContent(
            f"`{place.host}` wants a token for `{subject}` from `{printable(realm)}`, which nobody should ask",
            hint="Ask whoever keeps that registry",
        )


def _refused(place: Place, subject: str) -> AccessDenied:
    return AccessDenied(
        f"`{place.host}` does not show `{subject}` to everybody",
        hint=f"`docker login {place.host}`; credentials that are kept by a helper program are not read",
    )
