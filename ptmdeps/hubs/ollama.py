"""Ollama's registry: a model is a manifest, its weights, and the texts with which they are run.

Layout and names as in https://github.com/ollama/ollama (``types/model/name.go``, ``manifest/manifest.go``): a server
reads ``$OLLAMA_MODELS/manifests/<host>/<namespace>/<model>/<tag>``, whose bytes are those that the registry sent, and
``$OLLAMA_MODELS/blobs/sha256-<digest>``. Its client cannot ask for a digest, so that the pin is what stands under the
tag in an environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.errors import ModelNotFound, RevisionNotFound
from ptmdeps.hubs.protocol import Exposure, Link, PinRequest
from ptmdeps.hubs.registry.hub import DIGEST, Contents, Part, RegistryHub, numbered
from ptmdeps.hubs.snapshots import store
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import License, LockedModel
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.hubs.registry.client import Place
    from ptmdeps.hubs.registry.manifests import Descriptor, Manifest

HOST = "registry.ollama.ai"
LIBRARY = "library"
ENDPOINT = "PTMDEPS_OLLAMA_ENDPOINT"

ROOT = "ollama"
"""Folder of an environment that is ``OLLAMA_MODELS``."""

_PREFIX = "application/vnd.ollama.image."
_FILES: Mapping[str, str] = {
    "license": "license.txt",
    "messages": "messages.json",
    "params": "params.json",
    "system": "system.txt",
    "template": "template.txt",
}
"""What the texts of a model are called here, by kind of layer."""

_WEIGHTS = frozenset({"model", "projector", "adapter"})
_KIND = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:-]{0,349}")
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_MOST_PARTS = 3


class Ollama(RegistryHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "ollama"
    manifest_path = ".ollama/manifest"

    def pin(self, request: PinRequest) -> LockedModel:
        """A manifest by its tag."""
        if DIGEST.fullmatch(request.ref):
            raise RevisionNotFound(
                f"`{request.key.name}`: Ollama cannot be asked for a digest, only for a tag",
                hint="Write the tag: `ptm.lock` keeps the digest that it leads to",
            )
        return super().pin(request)

    def canonical(self, name: str) -> str:
        """As Ollama shows it: without its own registry, and without ``library``."""
        host, namespace, model = _parts(name)
        if host != HOST:
            return f"{host}/{namespace}/{model}"
        return model if namespace == LIBRARY else f"{namespace}/{model}"

    def place(self, name: str) -> Place:
        """``registry.ollama.ai/library/name`` for ``name``."""
        from ptmdeps.hubs.registry.addresses import address_of
        from ptmdeps.hubs.registry.client import Place

        host, namespace, model = _parts(name)
        chosen = os.environ.get(ENDPOINT, "").rstrip("/") or self.settings.endpoint
        address = chosen if chosen and host == HOST else address_of(host)
        return Place(host=host, repository=f"{namespace}/{model}", address=address)

    def page(self, key: ModelKey) -> str:
        """``https://ollama.com/library/name``."""
        host, namespace, model = _parts(key.name)
        return f"https://{'ollama.com' if host == HOST else host}/{namespace}/{model}"

    def contents(self, place: Place, manifest: Manifest, subject: str) -> Contents:
        """The blobs, called by what they are."""
        from ptmdeps.hubs.registry.manifests import table_of

        config = table_of(self.registry.blob(place, manifest.config, subject), subject)
        ending = ".gguf" if config.get("model_format") == "gguf" else ""
        layers = [(_path(layer.media_type, ending), layer) for layer in manifest.layers]
        parts = numbered([(".ollama/config", manifest.config), *layers])
        own = Part(path=self.manifest_path, size=len(manifest.content), sha256=manifest.sha256)
        texts = [layer for path, layer in layers if path == _FILES["license"]]
        return Contents(
            parts=tuple(sorted((*parts, own), key=lambda part: part.path)), license=self._license(place, texts, subject)
        )

    def expose(self, model: LockedModel) -> Exposure:
        """As a server of Ollama keeps it, under every name and tag by which it is asked for."""
        snapshot = store.snapshot_path(self.store(), model)
        manifest = next(file for file in model.files if file.path == self.manifest_path)
        names = [f"{ROOT}/manifests/{'/'.join(_parts(name))}" for name in model.names]
        tags = {self.tag(model.ref)} | ({self.tag("")} if model.default else set())
        links = [
            Link(path=f"{name}/{tag}", folder=snapshot, file=manifest.path, sha256=manifest.sha256)
            for name in sorted(set(names))
            for tag in sorted(tags)
        ]
        blobs = {file.sha256: file for file in model.files if file is not manifest}
        links += [
            Link(path=f"{ROOT}/blobs/sha256-{sha256}", folder=snapshot, file=file.path, sha256=sha256)
            for sha256, file in blobs.items()
        ]
        return Exposure(links=tuple(links), texts=(), folders=(f"{ROOT}/blobs", f"{ROOT}/manifests"))

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where a server looks that is started with them; it must not tidy up what is not its own."""
        return {"OLLAMA_MODELS": str(environment / ROOT), "OLLAMA_NOPRUNE": "1"}

    def _license(self, place: Place, texts: list[Descriptor], subject: str) -> License | None:
        from ptmdeps.inspect.licenses import conclude

        found = [self.registry.blob(place, one, subject).decode("utf-8", "replace") for one in texts]
        concluded = [conclude((), text=text).concluded for text in found]
        declared = list(dict.fromkeys(name or _title(text) for name, text in zip(concluded, found, strict=True)))
        if not declared:
            return None
        known = " AND ".join(dict.fromkeys(concluded)) if all(concluded) else ""
        return License(declared=" AND ".join(declared), concluded=known, evidence=_FILES["license"])


def _parts(name: str) -> tuple[str, str, str]:
    """Host, namespace and model of a name, with what it does not say filled in."""
    parts = name.split("/")
    filled = ([HOST, LIBRARY][: max(0, _MOST_PARTS - len(parts))] + parts)[:_MOST_PARTS]
    fits = len(parts) <= _MOST_PARTS and _HOST.fullmatch(filled[0]) and all(map(_PART.fullmatch, filled[1:]))
    if not fits:
        raise ModelNotFound(
            f"`{printable(name)}` cannot be a model of Ollama",
            hint="Names look like `name`, `owner/name` or `host/owner/name`, with `:tag` behind them",
        )
    return filled[0], filled[1], filled[2]


def _path(media_type: str, ending: str) -> str:
    kind = media_type.partition(";")[0].removeprefix(_PREFIX)
    if kind in _WEIGHTS:
        return f"{kind}{ending}"
    return _FILES.get(kind) or (kind if _KIND.fullmatch(kind) else "layer")


def _title(text: str) -> str:
    """The first line that says something."""
    lines: Iterator[str] = (" ".join(line.split()) for line in text.splitlines())
    return printable(next(filter(None, lines), "an empty text"), 100)
