"""What tfhub.dev answers, and Kaggle for the models that moved there."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from embedded_hub.archives import tar
from embedded_hub.exchange import Answer, Body, Refused, Request
from embedded_hub.loopback import LoopbackServer
from embedded_hub.ranges import part
from embedded_hub.storage import PREFIX, Storage, other_origin

if TYPE_CHECKING:
    from collections.abc import Mapping

_KAGGLE = "www.kaggle.com"
_BUCKETS = "storage.googleapis.com"
_CATALOGUE = "/models?tfhub-redirect=true"
_HANDLE_PARTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    sha256: str
    kaggle: str | None


class EmbeddedTfHub(LoopbackServer):
    """TF Hub on a free port of the loopback interface, running while the `with` block does.

    `endpoint` is what stands for `https://tfhub.dev` in a handle; no client has a setting for it. Behind a proxy it is
    `tfhub.dev`, `www.kaggle.com` and `storage.googleapis.com`. Where `moved` is set, whoever asks for an unknown model
    is sent to the catalogue of Kaggle, which is a page of HTML: that is what tfhub.dev does since November 2023
    (github.com/openvinotoolkit/openvino/pull/21169).
    """

    def __init__(self, *, port: int = 0, latency: float = 0.0, moved: bool = False) -> None:
        self.moved = moved
        self._storage = Storage(_BUCKETS)
        self._models: dict[str, dict[int, _Version]] = {}
        self._lock = threading.Lock()
        super().__init__(port=port, latency=latency)

    def publish(
        self, name: str, files: Mapping[str, bytes], *, version: int | None = None, kaggle: str | None = None
    ) -> int:
        """Publish a version of `publisher/model[/…]` and return its number, the next one unless given.

        `kaggle` is the handle `owner/model/framework/variation` under which Kaggle has it, with the same number.
        """
        return self.publish_archive(name, tar(files, prefix="./"), version=version, kaggle=kaggle)

    def publish_archive(
        self, name: str, archive: bytes, *, version: int | None = None, kaggle: str | None = None
    ) -> int:
        """Publish any bytes as the compressed form of a version; see `publish`."""
        published = _Version(sha256=self._storage.keep(archive), kaggle=kaggle)
        with self._lock:
            versions = self._models.setdefault(name, {})
            number = version or max(versions, default=0) + 1
            versions[number] = published
        return number

    def withdraw(self, name: str, version: int) -> None:
        """Remove a version, as Kaggle does with what its owner deletes."""
        with self._lock:
            del self._models[name][version]

    def respond(self, request: Request) -> Answer:
        """Return the answer to any request."""
        try:
            return self._route(request)
        except Refused as refused:
            return _page(refused.message, status=refused.status)

    def _route(self, request: Request) -> Answer:
        match request.segments:
            case (first, *_) if first == PREFIX:
                content = self._storage.content(request)
                # as Google's storage calls what was uploaded in one piece
                etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
                headers = {"ETag": etag, "Content-Type": "application/gzip", "Accept-Ranges": "bytes"}
                return part(Body.whole(content), request, headers)
            case ("models",):
                return _page("Find Pre-trained Models | Kaggle")
            case ("models", *parts):
                return self._at_kaggle(request, parts)
            case parts:
                return self._at_tfhub(request, list(parts))

    def _at_tfhub(self, request: Request, parts: list[str]) -> Answer:
        found = self._find(parts)
        if found is None and self.moved:
            return _sent_to(f"{other_origin(request, _KAGGLE)}{_CATALOGUE}")
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
        number, version = found
        asked = dict(request.parameters).get("tf-hub-format")
        if asked is None:
            return _page("TensorFlow Hub")
        if asked == "uncompressed":
            return _bucket(f"gs://tfhub-modules/{'/'.join(parts)}/uncompressed")
        if version.kaggle is None:
            return self._storage.redirect(request, version.sha256, "archive.tar.gz")
        owner, model, framework, variation = version.kaggle.split("/")
        place = f"/models/{owner}/{model}/frameworks/{framework}/variations/{variation}/versions/{number}"
        return _sent_to(f"{other_origin(request, _KAGGLE)}{place}?tfhub-redirect=true&tf-hub-format={asked}")

    def _at_kaggle(self, request: Request, parts: list[str]) -> Answer:
        handle, number = _kaggle_handle(parts)
        with self._lock:
            versions = {
                at: version
                for each in self._models.values()
                for at, version in each.items()
                if version.kaggle == handle
            }
        version = versions.get(number or max(versions, default=0))
        if version is None:
            raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
        match dict(request.parameters).get("tf-hub-format"):
            case "compressed":
                return self._storage.redirect(request, version.sha256, "archive.tar.gz")
            case "uncompressed":
                return _bucket(f"gs://kaggle-tfhub-models-uncompressed/tfhub-modules/{handle}")
            case _:
                return _page(f"{handle} | Kaggle")

    def _find(self, parts: list[str]) -> tuple[int, _Version] | None:
        with self._lock:
            versions = self._models.get("/".join(parts))
            if versions:
                newest = max(versions)
                return newest, versions[newest]
            number = int(parts[-1]) if parts[-1].isdecimal() else 0
            version = self._models.get("/".join(parts[:-1]), {}).get(number)
        return None if version is None else (number, version)


def _kaggle_handle(parts: list[str]) -> tuple[str, int | None]:
    """Return handle and version of either form of a Kaggle URL: with the words `frameworks`, `variations`, or short."""
    match parts:
        case (owner, model, "frameworks", framework, "variations", variation, *rest):
            handle = [owner, model, framework, variation]
            rest = rest[1:] if rest[:1] == ["versions"] else rest
        case _:
            handle, rest = parts[:_HANDLE_PARTS], parts[_HANDLE_PARTS:]
    return "/".join(handle), int(rest[0]) if rest and rest[0].isdecimal() else None


def _sent_to(location: str) -> Answer:
    return Answer(status=HTTPStatus.FOUND, headers={"Location": location})


def _bucket(location: str) -> Answer:
    # The client takes the place of the bucket from the body; the scheme of the header is none that it follows.
    given = {"Location": location, "Content-Type": "text/plain; charset=utf-8"}
    return Answer(status=HTTPStatus.SEE_OTHER, headers=given, body=Body.whole(location.encode()))


def _page(title: str, *, status: int = HTTPStatus.OK) -> Answer:
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body></body></html>".encode()
    return Answer(status=status, headers={"Content-Type": "text/html; charset=utf-8"}, body=Body.whole(text))
