"""Models as Ollama publishes them: github.com/ollama/ollama (manifest/manifest.go, types/model/config.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_registry.artifacts import Artifact, descriptor, digest, encoded
from embedded_registry.gguf import gguf

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.ollama.image."
_TEMPLATE = "{{ .System }}{{ .Prompt }}"
_LICENCE = "MIT License\n\nCopyright (c) Acme\n"


def model(
    *,
    seed: str = "ollama",
    weights: bytes | None = None,
    template: str | None = _TEMPLATE,
    system: str | None = None,
    parameters: Mapping[str, object] | None = None,
    licences: tuple[str, ...] = (_LICENCE,),
    projector: bytes | None = None,
    adapter: bytes | None = None,
) -> Artifact:
    """Return a model of Ollama; without `weights` they are a small GGUF file that follows from `seed`."""
    content = gguf(seed=seed) if weights is None else weights
    layers = [(content, "model")]
    layers += [(binary, kind) for binary, kind in ((projector, "projector"), (adapter, "adapter")) if binary]
    layers += [(text.encode(), kind) for text, kind in ((template, "template"), (system, "system")) if text]
    layers += [(text.encode(), "license") for text in licences]
    if parameters:
        layers.append((encoded(dict(parameters)), "params"))
    config = encoded(
        {
            "model_format": "gguf",
            "model_family": "llama",
            "model_families": ["llama"],
            "model_type": "16",
            "file_type": "F32",
            "architecture": "amd64",
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [digest(blob) for blob, _ in layers]},
        }
    )
    named = [descriptor(blob, f"{_LAYER}{kind}") for blob, kind in layers]
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(config, _CONFIG), "layers": named}
    return Artifact(manifest=encoded(document), media_type=MANIFEST, blobs=(config, *(blob for blob, _ in layers)))
