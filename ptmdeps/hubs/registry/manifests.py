"""Manifests: what an artifact consists of, by digest.

https://github.com/opencontainers/image-spec/blob/main/manifest.md; Docker's second version has the same shape.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ptmdeps.errors import UnsafeContent
from ptmdeps.paths import printable

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
OCI = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
EMPTY = "application/vnd.oci.empty.v1+json"
"""Of a config that says nothing."""

LARGEST_MANIFEST = 4 * 1024 * 1024
"""Bytes: what registries take at least, and some at most."""

_MOST_LAYERS = 20_000
_LARGEST = 1 << 62
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """A blob or manifest that a manifest names; ``sha256`` is its digest, 64 hex digits."""

    media_type: str
    sha256: str
    size: int
    annotations: Mapping[str, str]
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest of one artifact.

    Attributes:
        content: byte for byte.
        config: what describes the layers.
        layers: in their order.
        artifact_type: what it says it is; the media type of its config where it says nothing.
        annotations: of the whole.
    """

    content: bytes
    config: Descriptor
    layers: tuple[Descriptor, ...]
    artifact_type: str
    annotations: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """What registries call it."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A list of manifests, of which one is meant."""

    content: bytes
    manifests: tuple[Descriptor, ...]


def parsed(content: bytes, subject: str) -> Manifest | Index:
    """Read what a registry answers for a tag or digest.

    Raises:
        UnsafeContent: it is none of these, or names what cannot be verified.
    """
    document = table_of(content, subject)
    if isinstance(document.get("manifests"), list) and "layers" not in document:
        found = cast("list[object]", document["manifests"])[:_MOST_LAYERS]
        return Index(content=content, manifests=tuple(_descriptor(one, subject) for one in found))
    listed = document.get("layers")
    if document.get("schemaVersion") != 2 or not isinstance(listed, list) or len(listed) > _MOST_LAYERS:  # noqa: PLR2004
        raise _broken(subject, "it is no manifest of an artifact")
    config = _descriptor(document.get("config"), subject)
    kind = document.get("artifactType")
    return Manifest(
        content=content,
        config=config,
        layers=tuple(_descriptor(one, subject) for one in listed),
        artifact_type=kind if isinstance(kind, str) else config.media_type,
        annotations=texts_in(document.get("annotations")),
    )


def table_of(content: bytes, subject: str) -> Mapping[str, object]:
    """A JSON object out of a registry.

    Raises:
        UnsafeContent: it is none.
    """
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _broken(subject, "it is no JSON") from error
    if not isinstance(value, dict):
        raise _broken(subject, "it is no JSON object")
    return value


def texts_in(value: object) -> Mapping[str, str]:
    """The texts of a table."""
    table = cast("Mapping[object, object]", value) if isinstance(value, dict) else {}
    return {key: text for key, text in table.items() if isinstance(key, str) and isinstance(text, str)}


def _descriptor(value: object, subject: str) -> Descriptor:
    match value:
        case {"mediaType": str(kind), "digest": str(digest), "size": int(size), **others} if 0 <= size < _LARGEST:
            match_ = _DIGEST.fullmatch(digest)
            if match_ is None:
                raise _broken(subject, f"it names `{printable(digest)}`, which is no SHA-256")
            return Descriptor(
                media_type=kind,
                sha256=match_[1],
                size=size,
                annotations=texts_in(others.get("annotations")),
                platform=_platform(texts_in(others.get("platform"))),
            )
    raise _broken(subject, "one of its entries has no media type, digest or size")


def _platform(named: Mapping[str, str]) -> str:
    return "/".join(filter(None, (named.get("os", ""), named.get("architecture", ""), named.get("variant", ""))))


def _broken(subject: str, reason: str) -> UnsafeContent:
    return UnsafeContent(f"the manifest of `{printable(subject)}` cannot be read: {reason}", hint="Check its name")
