"""Which of the copies of a model's weights a loader takes: one format, one variant, with its shards.

The order is that of transformers' and diffusers' own search: a single safetensors file, a sharded one, then the
same in pickle; a variant first, the plain files where the variant is missing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Protocol

from ptmdeps.inspect.configuration import weight_map_files
from ptmdeps.requirement import FileSelection


class _Listing(Protocol):
    def has(self, path: str) -> bool: ...

    def read(self, path: str, /) -> bytes: ...


_SAFETENSORS = ("model", "diffusion_pytorch_model", "adapter_model", "pytorch_lora_weights")
_PICKLE = ("pytorch_model", "diffusion_pytorch_model", "adapter_model", "pytorch_lora_weights")


def weights(listing: _Listing, folder: str, selection: FileSelection) -> tuple[str, ...]:
    """Paths of the weights in ``folder``, index and shards included; empty where there are none.

    An adapter's weights stand beside a model's own in some repositories: each stem is searched by itself.
    """
    chosen: list[str] = []
    found: set[str] = set()
    for variant in dict.fromkeys((selection.variant, "")):
        for stem, ending in _searches(selection.weights):
            # the pickle stem of `model` is `pytorch_model`: both are one search
            kind = "model" if stem == "pytorch_model" else stem
            if kind not in found and (paths := _copies(listing, folder, stem, ending, variant)):
                found.add(kind)
                chosen += paths
    return tuple(chosen)


def _searches(wanted: str) -> Iterator[tuple[str, str]]:
    if wanted != "pickle":
        yield from ((stem, "safetensors") for stem in _SAFETENSORS)
    if wanted != "safetensors":
        yield from ((stem, "bin") for stem in _PICKLE)


def _copies(listing: _Listing, folder: str, stem: str, ending: str, variant: str) -> list[str]:
    dotted = f".{variant}" if variant else ""
    single = posixpath.join(folder, f"{stem}{dotted}.{ending}")
    if listing.has(single):
        return [single]
    index = posixpath.join(folder, f"{stem}.{ending}.index{dotted}.json")
    if listing.has(index):
        shards = weight_map_files(listing.read(index), path=index)
        return [index, *(posixpath.join(folder, shard) for shard in shards)]
    return []
