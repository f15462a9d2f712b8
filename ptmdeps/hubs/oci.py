"""Models in registries of the OCI: files of ORAS, ModelKits of KitOps, ModelPack, and models of Docker.

A model is locked by the digest of its manifest, which its registry can be asked for: the strongest of pins. Each layer
is a file, called what the artifact itself calls it; one that is an archive stays one. There is no cache that loaders of
such models share: in an environment they are below ``oci/<host>/<name>/<tag>``.

Where names are written: ORAS in ``org.opencontainers.image.title`` (https://oras.land/docs/concepts/artifact),
ModelPack in ``org.cncf.model.filepath`` (https://github.com/modelpack/model-spec), KitOps in the Kitfile that is the
config (https://github.com/kitops-ml/kitops), Docker nowhere, but its layers say what they are
(https://github.com/docker/model-spec).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ptmdeps.errors import ModelNotFound
from ptmdeps.hubs.protocol import Exposure, Link
from ptmdeps.hubs.registry.hub import Contents, Part, RegistryHub, numbered
from ptmdeps.hubs.snapshots import store
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import License, LockedModel
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.hubs.registry.client import Place
    from ptmdeps.hubs.registry.manifests import Descriptor, Manifest

DOCKER_HUB = "docker.io"
ENDPOINT = "PTMDEPS_OCI_ENDPOINT"
VARIABLE = "PTMDEPS_OCI_MODELS"

ROOT = "oci"
"""Folder of an environment."""

_TITLE = "org.opencontainers.image.title"
_FILE_PATH = "org.cncf.model.filepath"
_UNPACK = "io.deis.oras.content.unpack"
_LICENSES = "org.opencontainers.image.licenses"
_CREATED = "org.opencontainers.image.created"
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|\+00:00)")
_KITOPS = "application/vnd.kitops.modelkit.config."
_DOCKER: Mapping[str, str] = {
    "application/vnd.docker.ai.gguf.v3": "model.gguf",
    "application/vnd.docker.ai.gguf.v3.lora": "lora.gguf",
    "application/vnd.docker.ai.safetensors": "model.safetensors",
    "application/vnd.docker.ai.mmproj": "mmproj.gguf",
    "application/vnd.docker.ai.license": "LICENSE",
    "application/vnd.docker.ai.chat.template.jinja": "chat_template.jinja",
    "application/vnd.docker.ai.vllm.config.tar": "config.tar",
}
_ENDINGS = {"+gzip": ".tar.gz", "+zstd": ".tar.zst", "": ".tar"}
_PACKED = re.compile(r"\btar(?P<packing>\+[a-z]+)?$")
_LARGEST_CONFIG = 4 * 1024 * 1024
_HOST = re.compile(r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9.-]+(?=:))(?::\d{1,5})?")
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*")
"""As in the specification of distribution."""

_LONGEST = 255


class Oci(RegistryHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "oci"
    manifest_path = ".oci/manifest"

    def canonical(self, name: str) -> str:
        """With the host of the registry, which is Docker Hub where none is written."""
        host, repository = _parts(name)
        return f"{host}/{repository}"

    def place(self, name: str) -> Place:
        """``https://ghcr.io``, ``acme/model``."""
        from ptmdeps.hubs.registry.addresses import address_of
        from ptmdeps.hubs.registry.client import Place

        host, repository = _parts(name)
        chosen = os.environ.get(ENDPOINT, "").rstrip("/") or self.settings.endpoint
        return Place(
            host=host, repository=repository, address=chosen if chosen and host == DOCKER_HUB else address_of(host)
        )

    def page(self, key: ModelKey) -> str:
        """The repository: what there is to see differs from registry to registry."""
        host, repository = _parts(key.name)
        return f"https://hub.docker.com/r/{repository}" if host == DOCKER_HUB else f"https://{host}/{repository}"

    def contents(self, place: Place, manifest: Manifest, subject: str) -> Contents:
        """Layers by the names that the artifact gives them."""
        config = self._config(place, manifest, subject)
        kit = dict(_kit_paths(config)) if manifest.config.media_type.startswith(_KITOPS) else {}
        layers = [(_path(layer, kit), layer) for layer in manifest.layers]
        parts = [*numbered(layers)]
        if config:
            blob = manifest.config
            parts.append(Part(path=".oci/config", size=blob.size, sha256=blob.sha256))
        parts.append(Part(path=self.manifest_path, size=len(manifest.content), sha256=manifest.sha256))
        return Contents(
            parts=tuple(sorted(parts, key=lambda part: part.path)),
            license=_license(manifest, config),
            created=_created(manifest, config),
        )

    def expose(self, model: LockedModel) -> Exposure:
        """Below the registry, name and tag by which it is asked for."""
        snapshot = store.snapshot_path(self.store(), model)
        refs = {self.tag(model.ref)} | ({self.tag("")} if model.default else set())
        names = sorted({self.canonical(name) for name in model.names})
        folders = sorted(f"{ROOT}/{_as_path(name)}/{_as_path(ref)}" for name in names for ref in refs)
        links = tuple(
            Link(path=f"{folder}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256)
            for folder in folders
            for file in model.files
        )
        return Exposure(links=links, texts=(), folders=tuple(folders))

    def variables(self, environment: Path) -> Mapping[str, str]:
        """For programs that shall find them: no loader knows a variable for it."""
        return {VARIABLE: str(environment / ROOT)}

    def _config(self, place: Place, manifest: Manifest, subject: str) -> Mapping[str, object]:
        from ptmdeps.hubs.registry.manifests import EMPTY, table_of

        blob = manifest.config
        if blob.media_type == EMPTY or not blob.size or blob.size > _LARGEST_CONFIG or "json" not in blob.media_type:
            return {}
        return table_of(self.registry.blob(place, blob, subject), subject)


def _parts(name: str) -> tuple[str, str]:
    """Host and repository."""
    first, _, rest = name.partition("/")
    host, repository = (first, rest) if rest and _HOST.fullmatch(first) else (DOCKER_HUB, name)
    if host == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    if not _REPOSITORY.fullmatch(repository) or len(repository) > _LONGEST:
        raise ModelNotFound(
            f"`{printable(name)}` cannot be a repository of a registry",
            hint="Names look like `ghcr.io/owner/name`, in small letters, with `:tag` or `@sha256:…` behind them",
        )
    return host, repository


def _path(layer: Descriptor, kit: Mapping[str, str]) -> str:
    """What a layer is called."""
    kind = layer.media_type.partition(";")[0]
    named = layer.annotations.get(_FILE_PATH) or layer.annotations.get(_TITLE) or kit.get(layer.sha256, "")
    cleaned = named.removeprefix("./").rstrip("/")
    if not cleaned or cleaned == ".":
        return _DOCKER.get(kind) or f"sha256-{layer.sha256}{_ending(kind)}"
    # who writes a title means the file itself, unless it says that it is a folder
    packed = _TITLE not in layer.annotations or layer.annotations.get(_UNPACK) == "true"
    return f"{cleaned}{_ending(kind)}" if packed else cleaned


def _ending(kind: str) -> str:
    match = _PACKED.search(kind)
    return _ENDINGS.get(match["packing"] or "", "") if match else ""


def _kit_paths(kitfile: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Digests of layers, and the paths that a Kitfile gives them."""
    entries = [kitfile.get("model")]
    for key in ("code", "docs", "datasets", "prompts"):
        listed = kitfile.get(key)
        entries += listed if isinstance(listed, list) else []
    model = kitfile.get("model")
    parts = cast("Mapping[str, object]", model).get("parts") if isinstance(model, dict) else None
    entries += parts if isinstance(parts, list) else []
    for entry in entries:
        match entry:
            case {"path": str(path), "digest": str(digest)}:
                yield digest.removeprefix("sha256:"), path


def _license(manifest: Manifest, config: Mapping[str, object]) -> License | None:
    from ptmdeps.inspect.licenses import spdx_expression

    package, described = config.get("package"), config.get("descriptor")
    told: list[tuple[object, str]] = [(manifest.annotations.get(_LICENSES), ".oci/manifest")]
    told += [(package.get("license"), ".oci/config")] if isinstance(package, dict) else []
    listed = described.get("licenses") if isinstance(described, dict) else None
    texts = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    told.append((" AND ".join(texts), ".oci/config"))
    for said, evidence in told:
        if isinstance(said, str) and said.strip():
            declared = printable(" ".join(said.split()))
            return License(declared=declared, concluded=spdx_expression(declared) or "", evidence=evidence)
    return None


def _created(manifest: Manifest, config: Mapping[str, object]) -> str:
    described = config.get("descriptor")
    told = manifest.annotations.get(_CREATED) or (described.get("createdAt") if isinstance(described, dict) else "")
    match = _INSTANT.fullmatch(told) if isinstance(told, str) else None
    return f"{match[1]}Z" if match else ""


def _as_path(text: str) -> str:
    """Ports and digests have a colon, which not every file system takes."""
    return text.replace(":", "-")
