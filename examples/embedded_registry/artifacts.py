"""What models are published as in OCI registries: ORAS files, ModelKits of KitOps, and ModelPack.

Formats: github.com/opencontainers/image-spec/blob/main/manifest.md; oras.land/docs/concepts/artifact;
github.com/kitops-ml/kitops (pkg/lib/kitfile); github.com/modelpack/model-spec/blob/main/docs/spec.md.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from embedded_hub.archives import tar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_EMPTY = "application/vnd.oci.empty.v1+json"
_TITLE = "org.opencontainers.image.title"
_TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
_WEIGHTS = (".bin", ".gguf", ".onnx", ".pt", ".safetensors")
_DOCUMENTS = (".md", ".txt")

Descriptor = dict[str, Any]
_Layer = tuple[bytes, str, dict[str, str]]  # content, media type, annotations


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A manifest, byte for byte, with the blobs it names."""

    manifest: bytes
    media_type: str = MANIFEST
    blobs: tuple[bytes, ...] = ()
    manifests: tuple[Artifact, ...] = ()
    """Those an index names."""

    @property
    def digest(self) -> str:
        """What it is called: `sha256:` and the SHA-256 of the manifest."""
        return digest(self.manifest)


def digest(content: bytes) -> str:
    """Return `sha256:<64 hexadecimal digits>`."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def descriptor(content: bytes, media_type: str, annotations: Mapping[str, str] | None = None) -> Descriptor:
    """Return how a manifest names a blob."""
    named: Descriptor = {"mediaType": media_type, "digest": digest(content), "size": len(content)}
    return named | ({"annotations": dict(annotations)} if annotations else {})


def encoded(document: object) -> bytes:
    """Return JSON as the tools write it; the order of keys is part of the digest."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def oras(
    files: Mapping[str, bytes],
    *,
    artifact_type: str = "application/vnd.acme.model",
    folders: Mapping[str, Mapping[str, bytes]] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Artifact:
    """Return files as `oras push` publishes them: each a layer with its path as title; a folder is one tar layer."""
    layers: list[_Layer] = [(content, "application/octet-stream", {_TITLE: path}) for path, content in files.items()]
    for folder, inside in (folders or {}).items():
        placed = {f"{folder}/{path}": content for path, content in inside.items()}
        unpacked = digest(tar(placed, compressed=False))
        told = {_TITLE: folder, "io.deis.oras.content.digest": unpacked, "io.deis.oras.content.unpack": "true"}
        layers.append((tar(placed), _TAR_GZIP, told))
    more = {"annotations": dict(annotations)} if annotations else {}
    head = {"schemaVersion": 2, "mediaType": MANIFEST, "artifactType": artifact_type}
    return _artifact(head, (b"{}", _EMPTY), layers, more)


def kitops(files: Mapping[str, bytes], *, name: str = "model", licence: str = "Apache-2.0") -> Artifact:
    """Return a ModelKit: one tar layer for each file, by what it is; the config is the Kitfile as JSON.

    The first file of weights is the model, others of them its parts. Such a manifest names no media type of its own.
    """
    layers: list[_Layer] = []
    kinds: dict[str, list[dict[str, str]]] = {"model": [], "docs": [], "code": []}
    for path, content in files.items():
        kind = _kind(path)
        layer = tar({path: content})
        unpacked = digest(tar({path: content}, compressed=False))
        base = "modelpart" if kind == "model" and kinds["model"] else kind
        kinds[kind].append({"path": path, "digest": digest(layer), "diffId": unpacked})
        layers.append((layer, f"application/vnd.kitops.modelkit.{base}.v1.tar+gzip", {}))
    kitfile: dict[str, Any] = {"manifestVersion": "1.0.0", "package": {"name": name, "license": licence}}
    if kinds["model"]:
        first, *parts = kinds["model"]
        kitfile["model"] = {"name": name} | first | ({"parts": parts} if parts else {})
    kitfile |= {kind: kinds[kind] for kind in ("code", "docs") if kinds[kind]}
    config = (encoded(kitfile), "application/vnd.kitops.modelkit.config.v1+json")
    more = {"annotations": {"ml.kitops.modelkit.cli-version": "1.8.0"}}
    return _artifact({"schemaVersion": 2}, config, layers, more)


def modelpack(
    files: Mapping[str, bytes], *, name: str = "model", licence: str = "Apache-2.0", archived: bool = False
) -> Artifact:
    """Return a model in the format of ModelPack, raw files or one tar each; its `config` has the licence."""
    words = {"model": "weight", "docs": "doc", "code": "weight.config"}
    layers: list[_Layer] = [
        (
            tar({path: content}, compressed=False) if archived else content,
            f"application/vnd.cncf.model.{words[_kind(path)]}.v1.{'tar' if archived else 'raw'}",
            {"org.cncf.model.filepath": path},
        )
        for path, content in files.items()
    ]
    unpacked = [digest(layer) for layer, _, _ in layers]
    config = {
        "descriptor": {"name": name, "version": "1.0", "licenses": [licence]},
        "config": {"architecture": "transformer", "format": "safetensors", "precision": "float32"},
        "modelfs": {"type": "layers", "diffIds": unpacked},
    }
    head = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": "application/vnd.cncf.model.manifest.v1+json",
    }
    return _artifact(head, (encoded(config), "application/vnd.cncf.model.config.v1+json"), layers, {})


def index(*members: Artifact) -> Artifact:
    """Return an index of several manifests."""
    named = [descriptor(each.manifest, each.media_type) for each in members]
    manifest = encoded({"schemaVersion": 2, "mediaType": INDEX, "manifests": named})
    return Artifact(manifest=manifest, media_type=INDEX, manifests=members)


def _artifact(
    head: Mapping[str, Any],
    config: tuple[bytes, str],
    layers: Iterable[_Layer],
    more: Mapping[str, Any],
) -> Artifact:
    kept = list(layers)
    named = [descriptor(*layer) for layer in kept]
    manifest = encoded({**head, "config": descriptor(*config), "layers": named, **more})
    return Artifact(manifest=manifest, blobs=(config[0], *(layer for layer, _, _ in kept)))


def _kind(path: str) -> str:
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _WEIGHTS:
        return "model"
    return "docs" if suffix in _DOCUMENTS or PurePosixPath(path).stem.upper() == "LICENSE" else "code"
