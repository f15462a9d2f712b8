"""The models that the projects under test load, and what tells one state of them from another.

Every repository has two states, `pinned` and `moved`: in each, its weights, vocabularies and code are different.
"""

from __future__ import annotations

import fnmatch
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain

from embedded_hub import models
from embedded_hub.large_files import ATTRIBUTES
from embedded_hub.models import Files
from embedded_hub.models.card import json_file

Shows = Callable[[str], frozenset[str]]
"""State (`pinned` or `moved`) -> the evidence that a load gives in that state; see `evidence.py`."""


def _with_own_vocabulary(build: Callable[..., Files]) -> Callable[..., Files]:
    """Let the tokenizer know one word that says which state it is of."""

    def built(*, seed: str) -> Files:
        files = build(seed=seed)
        tokenizer = json.loads(files["tokenizer.json"])
        vocabulary = tokenizer["model"]["vocab"]
        vocabulary[f"seed{hashlib.sha256(seed.encode()).hexdigest()}"] = len(vocabulary)
        words = "\n".join(vocabulary) + "\n"
        return {**files, "tokenizer.json": json.dumps(tokenizer).encode(), "vocab.txt": words.encode()}

    return built


def _collection(*, seed: str) -> Files:
    """A model in a folder, beside another one in the root."""
    inner = models.bert_encoder(seed=f"{seed} encoder")
    return {**models.bert_encoder(seed=f"{seed} root"), **{f"encoder/{path}": inner[path] for path in inner}}


def _variants(*, seed: str) -> Files:
    """The same model twice, with other weights as its `fp16` variant."""
    return {
        **models.bert_encoder(seed=f"{seed} plain"),
        "model.fp16.safetensors": models.bert_encoder(seed=f"{seed} fp16")["model.safetensors"],
    }


def _pixel_variants(*, seed: str) -> Files:
    weights = "unet/diffusion_pytorch_model.safetensors"
    other = models.ddpm_pipeline(seed=f"{seed} fp16")[weights]
    return {
        **models.ddpm_pipeline(seed=f"{seed} plain"),
        "unet/diffusion_pytorch_model.fp16.safetensors": other,
    }


def _two_formats(*, seed: str) -> Files:
    """Other weights in pickle than in safetensors."""
    pickle = models.bert_encoder(seed=f"{seed} pickle", storage="pickle")
    return {**models.bert_encoder(seed=f"{seed} safetensors"), "pytorch_model.bin": pickle["pytorch_model.bin"]}


def _router(*, seed: str) -> Files:
    """An embedding model with one encoder for queries and another for documents."""
    files = {"README.md": models.card("Router", {"license": "mit"})}
    for route in ("query", "document"):
        encoder = models.sentence_transformer(seed=f"{seed} {route}")
        files |= {f"{route}_0_Transformer/{path}": encoder[path] for path in encoder if "/" not in path}
        files[f"{route}_1_Pooling/config.json"] = encoder["1_Pooling/config.json"]
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Router"}]
    structure = {route: [f"{route}_0_Transformer", f"{route}_1_Pooling"] for route in ("query", "document")}
    types = {
        folder: f"sentence_transformers.models.{folder.rpartition('_')[2]}"
        for folders in structure.values()
        for folder in folders
    }
    routes = {"types": types, "structure": structure, "parameters": {"default_route": "query"}}
    return {**files, "modules.json": json_file(modules), "router_config.json": json_file(routes)}


def _own_module(*, seed: str) -> Files:
    """An embedding model whose pooling is code of its own."""
    files = models.sentence_transformer(seed=seed)
    modules = json.loads(files["modules.json"])
    modules[1]["type"] = "own_pooling.OwnPooling"
    pooling = b"from sentence_transformers.models import Pooling\n\n\nclass OwnPooling(Pooling):\n    pass\n"
    return {**files, "modules.json": json_file(modules), "own_pooling.py": pooling}


WORLD: Mapping[str, Callable[..., Files]] = {
    "acme/adapter-food": partial(models.lora_adapter, "acme/sentiment"),
    "acme/adapter-old-base": partial(models.lora_adapter, "acme/tagged-base", revision="v1.0"),
    "acme/adapter-wine": partial(models.lora_adapter, "acme/sentiment"),
    "acme/adapter-tea": partial(models.lora_adapter, "acme/sentiment"),
    "acme/branched": models.bert_encoder,
    "acme/cluttered": models.cluttered,
    "acme/collection": _collection,
    "acme/download": _with_own_vocabulary(models.bert_encoder),
    "acme/download-everything": models.bert_encoder,
    "acme/download-folder": models.ddpm_pipeline,
    "acme/download-some": _with_own_vocabulary(models.cluttered),
    "acme/embeddings": models.sentence_transformer,
    "acme/embeddings-own-code": _own_module,
    "acme/embeddings-pickle": partial(models.sentence_transformer, storage="pickle"),
    "acme/embeddings-router": _router,
    "acme/encoder": models.bert_encoder,
    "acme/encoder-legacy-pickle": partial(models.bert_encoder, storage="legacy pickle"),
    "acme/encoder-pickle": partial(models.bert_encoder, storage="pickle"),
    "acme/encoder-sharded": partial(models.bert_encoder, storage="sharded safetensors"),
    "acme/encoder-sharded-pickle": partial(models.bert_encoder, storage="sharded pickle"),
    "acme/pinned-in-code": models.bert_encoder,
    "acme/pixels": models.ddpm_pipeline,
    "acme/pixels-any": models.ddpm_pipeline,
    "acme/pixels-network": models.ddpm_pipeline,
    "acme/pixels-variants": _pixel_variants,
    "acme/plain-encoder": models.bert_encoder,
    "acme/renamed": models.bert_encoder,
    "acme/proposed": models.bert_encoder,
    "acme/reranker": models.bert_classifier,
    "acme/sentiment": models.bert_classifier,
    "acme/tagged": models.bert_encoder,
    "acme/tagged-base": models.bert_classifier,
    "acme/tiny": models.remote_code_model,
    "acme/tiny-code": models.code_repository,
    "acme/tiny-elsewhere": partial(models.remote_code_model, code="acme/tiny-code"),
    "acme/tokens": _with_own_vocabulary(models.bert_encoder),
    "acme/tokens-fast": _with_own_vocabulary(models.bert_encoder),
    "acme/two-formats": _two_formats,
    "acme/variants": _variants,
    "cross-encoder/tiny-reranker": models.bert_classifier,
    "sentence-transformers/tiny-embeddings": models.sentence_transformer,
}
"""Repository -> what makes its files from a seed."""

ALIASES = {"old-name": "acme/renamed"}
"""Bare names from before there were owners."""


def repository_files(name: str, state: str) -> Files:
    """Return the files of a repository in a state."""
    return WORLD[name](seed=f"{name} {state}")


def all_of(*parts: Shows) -> Shows:
    """Everything that any of the parts shows."""
    return lambda state: frozenset(chain.from_iterable(part(state) for part in parts))


def tensors(name: str, *, within: str = "*") -> Shows:
    """The values of every tensor in the weight files that match a pattern."""

    def shows(state: str) -> frozenset[str]:
        matching = (
            content for path, content in repository_files(name, state).items() if fnmatch.fnmatchcase(path, within)
        )
        return frozenset(_hashed("tensor", tensor) for content in matching for tensor in _tensors(content))

    return shows


def tensors_as_in_safetensors(name: str) -> Shows:
    """The values that the repository would hold as safetensors: for a format that is not easily read here."""
    build = WORLD[name]

    def shows(state: str) -> frozenset[str]:
        plain = build(seed=f"{name} {state}", storage="safetensors")["model.safetensors"]
        return frozenset(_hashed("tensor", tensor) for tensor in _tensors(plain))

    return shows


def vocabulary(name: str) -> Shows:
    """The vocabulary of a tokenizer."""

    def shows(state: str) -> frozenset[str]:
        words = json.loads(repository_files(name, state)["tokenizer.json"])["model"]["vocab"]
        return frozenset({_hashed("vocabulary", json.dumps(words, sort_keys=True).encode())})

    return shows


def code(name: str) -> Shows:
    """The generation of the code in a repository."""
    return lambda state: frozenset({_hashed("code", f"{name} {state}".encode())})


def file(name: str, path: str) -> Shows:
    """One file."""
    return lambda state: frozenset({_hashed("file", repository_files(name, state)[path])})


def folder(name: str, *patterns: str) -> Shows:
    """Every file whose path matches one of the patterns."""

    def shows(state: str) -> frozenset[str]:
        files = {**repository_files(name, state), ".gitattributes": ATTRIBUTES}
        wanted = (path for path in files if any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns))
        return frozenset(_hashed(path, files[path]) for path in wanted)

    return shows


def _tensors(content: bytes) -> Iterator[bytes]:
    """The raw values in a safetensors file, or in a zip archive of PyTorch; nothing in other files."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist() if name.startswith("archive/data/"))
    elif content[8:9] == b"{":
        (size,) = struct.unpack_from("<Q", content)
        header = json.loads(content[8 : 8 + size])
        for tensor, facts in header.items():
            if tensor != "__metadata__":
                start, end = facts["data_offsets"]
                yield content[8 + size + start : 8 + size + end]


def _hashed(kind: str, content: bytes) -> str:
    return f"{kind} {hashlib.sha256(content).hexdigest()}"
