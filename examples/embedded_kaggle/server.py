"""Kaggle as one object: who asks, what is there, and where the bytes are."""

from __future__ import annotations

import base64
import binascii
import hashlib
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from embedded_hub.archives import tar
from embedded_hub.crc32c import crc32c
from embedded_hub.exchange import Answer, Body, Refused, Request
from embedded_hub.loopback import LoopbackServer
from embedded_hub.ranges import part
from embedded_hub.storage import PREFIX, Storage
from embedded_kaggle import answers, calls
from embedded_kaggle.frameworks import framework
from embedded_kaggle.world import Handle, Instance, Model, Version, created

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded_hub.faults import Fails
    from embedded_kaggle.calls import Call

_PAGE = 20
_ARCHIVE = "archive.tar.gz"
_DENIED = "Permission 'models.get' was denied"
_NO_CONSENT = "User has not consented to terms of use."


class EmbeddedKaggle(LoopbackServer):
    """Kaggle on a port of the loopback interface, a free one unless given, running while the `with` block does.

    Behind a proxy it is `api.kaggle.com`, `www.kaggle.com` and `storage.googleapis.com`. `users` has who may log in, by
    API key or token: a key together with the name of its owner (Basic), a token alone (Bearer).
    """

    def __init__(self, *, port: int = 0, latency: float = 0.0) -> None:
        self.users: dict[str, str] = {}
        self._models: dict[str, Model] = {}
        self._storage = Storage("storage.googleapis.com")
        self._composite: set[str] = set()
        self._lock = threading.RLock()
        super().__init__(port=port, latency=latency)

    def publish(
        self,
        handle: str,
        files: Mapping[str, bytes],
        *,
        notes: str = "",
        licence: str | None = None,
        base: str | None = None,
        external_base: str | None = None,
        overview: str | None = None,
        composite: bool = False,
    ) -> int:
        """Publish the next version of `owner/model/framework/variation`, and return its number.

        Licence, base (a handle, or the URL of a model elsewhere) and overview are those of the variation, from then on.
        Where `composite` is set, storage tells no MD5 of the files, as of objects that were uploaded in pieces.
        """
        parsed = Handle.parse(handle)
        with self._lock:
            found = self._model(f"{parsed.owner}/{parsed.model}").instances.setdefault(parsed, Instance(handle=parsed))
            given = {"licence": licence, "base": base, "external_base": external_base, "overview": overview}
            for name, value in given.items():
                if value is not None:
                    setattr(found, name, value)
            number = found.published = found.published + 1
            found.versions[number] = Version(
                number=number, notes=notes, created=created(number), files=dict(files), composite=composite
            )
        return number

    def withdraw(self, handle: str, version: int) -> None:
        """Delete a version: its number is never used again."""
        with self._lock:
            parsed = Handle.parse(handle)
            del self._models[f"{parsed.owner}/{parsed.model}"].instances[parsed].versions[version]

    def describe(self, ref: str, **fields: str | bool) -> None:
        """Set `title`, `subtitle`, `description`, `private` or `gated` of the model `owner/slug`."""
        with self._lock:
            for name, value in fields.items():
                setattr(self._model(ref), name, value)

    def consent(self, ref: str, user: str) -> None:
        """Let a user agree to the terms of a gated model."""
        with self._lock:
            self._model(ref).consents.add(user)

    def respond(self, request: Request) -> Answer:
        """Return the answer to any request."""
        try:
            if request.segments[0] == PREFIX:
                return self._object(request)
            user = self._user(request)
            with self._lock:
                return self._answer(request, calls.parse(request), user)
        except Refused as refused:
            return Answer.json({"code": refused.status, "message": refused.message}, status=refused.status)

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails`, in the words of the protocol."""
        document = {"code": fault.status, "message": fault.message}
        return Answer.json(document, status=fault.status, headers=fault.headers)

    def _model(self, ref: str) -> Model:
        owner, slug = ref.split("/")
        return self._models.setdefault(ref, Model(owner=owner, slug=slug))

    def _user(self, request: Request) -> str | None:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        name = None
        if scheme == "Basic":
            try:
                name, _, value = base64.b64decode(value, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                value = ""
        user = self.users.get(value)
        if user is None or name not in (None, user):
            raise Refused(HTTPStatus.UNAUTHORIZED, "Unauthenticated")
        return user

    def _answer(self, request: Request, call: Call, user: str | None) -> Answer:
        if call.name == "Hello":
            return _hello(user)
        model = self._models.get(f"{call.text('ownerSlug')}/{call.text('modelSlug')}")
        # Kaggle does not tell a model that is not there from one that is not for you.
        if model is None or not model.visible_to(user):
            raise Refused(HTTPStatus.FORBIDDEN, _DENIED)
        if call.name == "DownloadModelInstanceVersion":
            if not model.open_to(user):
                raise Refused(HTTPStatus.FORBIDDEN, _NO_CONSENT)
            return self._download(request, call, _version(_instance(model, call), call.number("versionNumber")))
        if call.name not in _CALLS:
            raise Refused(HTTPStatus.NOT_FOUND, "Not found")
        return _CALLS[call.name](model, call)

    def _download(self, request: Request, call: Call, version: Version) -> Answer:
        path = call.text("path")
        content = version.files.get(path) if path else tar(version.files)
        if content is None:
            raise Refused(HTTPStatus.NOT_FOUND, "Not found")
        sha256 = self._storage.keep(content)
        if version.composite:
            self._composite.add(sha256)
        return self._storage.redirect(request, sha256, path or _ARCHIVE)

    def _object(self, request: Request) -> Answer:
        content = self._storage.content(request)
        md5 = hashlib.md5(content, usedforsecurity=False).digest()
        hashes = [f"crc32c={_base64(crc32c(content).to_bytes(4))}"]
        if request.segments[1] not in self._composite:
            hashes.append(f"md5={_base64(md5)}")
        headers = {
            "ETag": f'"{md5.hex()}"',
            "Content-Type": "application/octet-stream",
            "Accept-Ranges": "bytes",
            "x-goog-hash": ",".join(hashes),
            "x-goog-stored-content-length": str(len(content)),
        }
        return part(Body.whole(content), request, headers)


def _instance(model: Model, call: Call) -> Instance:
    name = framework(call.text("framework"))
    found = [
        each
        for each in model.instances.values()
        if (each.handle.framework, each.handle.variation) == (name, call.text("instanceSlug")) and each.newest
    ]
    if not found:
        raise Refused(HTTPStatus.NOT_FOUND, "Not found")
    return found[0]


def _version(instance: Instance, number: int) -> Version:
    version = instance.versions.get(number) if number else instance.newest
    if version is None:
        raise Refused(HTTPStatus.NOT_FOUND, "Not found")
    return version


def _hello(user: str | None) -> Answer:
    if user is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "Unauthenticated")
    return Answer.json({"userName": user})


def _get_model(model: Model, _call: Call) -> Answer:
    return Answer.json(answers.model(model))


def _get_instance(model: Model, call: Call) -> Answer:
    return Answer.json(answers.instance(_instance(model, call)))


def _instances(model: Model, call: Call) -> Answer:
    listed = [answers.listed_instance(each) for each in model.instances.values() if each.newest]
    return _page(call, listed, "instances")


def _files(model: Model, call: Call) -> Answer:
    version = _version(_instance(model, call), call.number("versionNumber"))
    listed = [answers.file(*each, version.created) for each in sorted(version.files.items())]
    return _page(call, listed, "files")


def _versions(model: Model, call: Call) -> Answer:
    instance = _instance(model, call)
    listed = [
        answers.version(instance, each, title=model.title or model.slug, private=model.private)
        for _, each in sorted(instance.versions.items(), reverse=True)
    ]
    page, token = _paged(call, listed)
    return Answer.json({"versionList": {"versions": page}, "nextPageToken": token})


def _page(call: Call, listed: list[dict[str, Any]], name: str) -> Answer:
    page, token = _paged(call, listed)
    return Answer.json({name: page, "nextPageToken": token})


def _paged(call: Call, listed: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    try:
        start = int(base64.urlsafe_b64decode(call.text("pageToken")) or 0)
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "Invalid page token") from None
    end = start + (call.number("pageSize") or _PAGE)
    return listed[start:end], _base64(str(end).encode()) if end < len(listed) else ""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


_CALLS: dict[str, Callable[[Model, Call], Answer]] = {
    "GetModel": _get_model,
    "GetModelInstance": _get_instance,
    "ListModelInstances": _instances,
    "ListModelInstanceVersions": _versions,
    "ListModelInstanceVersionFiles": _files,
}
