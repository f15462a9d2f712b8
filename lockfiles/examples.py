"""The golden lockfiles as values: between them they use every key of the format.

The digests of files and the revisions stand for themselves: they are made from the names, no hub has them.
"""  # noqa: INP001

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import quote

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import (
    Ancestor,
    Edge,
    License,
    LockedFile,
    LockedModel,
    Lockfile,
    Options,
    Origin,
    PickleRecord,
    model_digest,
)
from ptmdeps.requirement import FileSelection, Requirement

APACHE = License(declared="apache-2.0", concluded="Apache-2.0", evidence="README.md")


def sealed(model: LockedModel) -> LockedModel:
    """The model with the digest that belongs to it."""
    return replace(model, recorded_digest=model_digest(model))


def key(name: str) -> ModelKey:
    """A model of the Hugging Face Hub."""
    return ModelKey("huggingface", name)


def revision(label: str) -> str:
    """Forty hexadecimal digits, like those of a commit."""
    return hashlib.sha256(label.encode()).hexdigest()[:40]


def digest(label: str) -> str:
    """Sixty-four hexadecimal digits, like those of a SHA-256."""
    return hashlib.sha256(label.encode()).hexdigest()


def ancestor(name: str, ref: str = "", **facts: object) -> Ancestor:
    """A model that was looked at, and from which a locked model came."""
    found = Ancestor(key=key(name), ref=ref, revision=revision(f"{name}@{ref}"), card=digest(f"card of {name}"))
    return replace(found, **facts)  # type: ignore[arg-type]  # the fields of Ancestor


def small(path: str, size: int, format_: str) -> LockedFile:
    """A file that the hub keeps in Git."""
    sha256 = hashlib.sha256(path.encode()).hexdigest()
    return LockedFile(path=path, size=size, sha256=sha256, git=revision(f"blob {path}"), format=format_)


def large(path: str, size: int, format_: str, pickle: PickleRecord | None = None) -> LockedFile:
    """A file that the hub keeps outside of Git, with the SHA-256 that the hub itself names."""
    return replace(small(path, size, format_), git="", pickle=pickle)


def model(name: str, ref: str = "", *, files: tuple[LockedFile, ...], **facts: object) -> LockedModel:
    """A locked model with the facts that every model of the hub has."""
    commit = revision(f"{name}@{ref}")
    pinned = LockedModel(
        key=key(name),
        ref=ref,
        revision=commit,
        identifier=revision(f"repository {name}")[:24],
        committed="2024-02-19T10:57:45Z",
        purl=f"pkg:huggingface/{quote(name)}@{commit}",
        files=files,
    )
    return sealed(replace(pinned, **facts))  # type: ignore[arg-type]  # the fields of LockedModel


def wish(name: str, reads: str = "transformers", ref: str = "", **facts: object) -> Requirement:
    """A requirement of ``app.py``, unless the facts say otherwise."""
    wanted = Requirement(key=key(name), ref=ref, reads=reads, used_in=("app.py",))
    return replace(wanted, **facts)  # type: ignore[arg-type]  # the fields of Requirement


CONFIG = small("config.json", 570, "json")
TOKENIZER = small("tokenizer.json", 466062, "json")
WEIGHTS = large("model.safetensors", 440449768, "safetensors")

_BERT = model(
    "google-bert/bert-base-uncased",
    files=(CONFIG, WEIGHTS, TOKENIZER, small("vocab.txt", 231508, "text")),
    aliases=("bert-base-uncased",),
    license=APACHE,
    requires=("transformers",),
)

_OPT = model(
    "facebook/opt-350m",
    files=(CONFIG, WEIGHTS),
    license=License(declared="other", evidence="README.md"),
    gated="manual",
    requires=("transformers",),
)

_ADAPTER = model(
    "ybelkada/opt-350m-lora",
    files=(small("adapter_config.json", 427, "json"), large("adapter_model.safetensors", 6300672, "safetensors")),
    requires=("peft", "transformers"),
    edges=(
        Edge(
            kind="lineage",
            relation="adapter",
            target=key("facebook/opt-350m"),
            evidence="README.md",
        ),
        Edge(
            kind="runtime",
            relation="adapter",
            target=key("facebook/opt-350m"),
            reads="model",
            evidence="adapter_config.json",
        ),
    ),
)

_SHARDED = model(
    "bigscience/bloom-7b1",
    ref="refs/pr/12",
    files=(
        CONFIG,
        *(large(f"model-{part:05}-of-00003.safetensors", 4975000000 + part, "safetensors") for part in (1, 2, 3)),
        small("model.safetensors.index.json", 27814, "json"),
    ),
    license=License(
        declared="bigscience-bloom-rail-1.0", concluded="LicenseRef-bigscience-bloom-rail-1.0", evidence="README.md"
    ),
    requires=("transformers",),
)

_PICKLED = model(
    "example/whole-model",
    files=(
        CONFIG,
        large(
            "pytorch_model.bin",
            3124,
            "pytorch",
            PickleRecord(
                globals=("collections.OrderedDict", "torch.FloatStorage", "torch._utils._rebuild_tensor_v2"),
                called=("collections.OrderedDict", "torch._utils._rebuild_tensor_v2"),
            ),
        ),
        large(
            "training_args.bin",
            977,
            "pytorch",
            PickleRecord(globals=("builtins.eval",), called=("builtins.eval",), incomplete="an opcode is not known"),
        ),
    ),
)

_REMOTE_CODE = model(
    "jinaai/jina-embeddings-v2-small-en",
    files=(CONFIG, WEIGHTS),
    license=APACHE,
    remote_code=True,
    requires=("transformers",),
    edges=(
        Edge(
            kind="runtime",
            relation="remote-code",
            target=key("jinaai/jina-bert-implementation"),
            reads="remote-code",
            evidence="config.json",
        ),
    ),
)

_CODE = model(
    "jinaai/jina-bert-implementation",
    files=(small("configuration_bert.py", 8242, "python"), small("modeling_bert.py", 97712, "python")),
    remote_code=True,
)

_TUNED = model(
    "example/sst2-distilbert",
    files=(CONFIG, WEIGHTS),
    card=digest("card of example/sst2-distilbert"),
    license=License(
        declared="mit",
        concluded="MIT",
        evidence="README.md",
        link="LICENSE",
        text="LICENSE",
        sha256=digest("Apache-2.0"),
        recognized="Apache-2.0",
        likeness=98,
    ),
    requires=("transformers",),
    edges=(
        Edge(
            kind="lineage",
            relation="base-model",
            target=key("distilbert-base-cased"),
            evidence="config.json",
        ),
        Edge(kind="lineage", relation="dataset", target=key("stanfordnlp/sst2"), evidence="README.md"),
        Edge(kind="lineage", relation="finetune", target=key("distilbert/distilbert-base-uncased"), ref="v1"),
    ),
)

_UNICODE = model(
    "организация/модель",
    files=(
        small("1_Pooling/config.json", 190, "json"),
        small("données/vocabulaire é\u200b.txt", 12, "text"),
        small("模型/説明.md", 34, "text"),
    ),
    license=License(declared='licence « maison »\n"v1"', evidence="README.md"),
)


def _refs() -> Lockfile:
    name = "openai-community/gpt2"
    models = tuple(model(name, ref, files=(CONFIG, WEIGHTS), aliases=("gpt2",)) for ref in ("", "v1.0", "v2.0"))
    wishes = (wish("gpt2"), wish("gpt2", ref="v1.0"), wish(name, ref="v2.0", group="evaluation"))
    return Lockfile(models=models, requirements=wishes)


def _chosen() -> Lockfile:
    """Code that names no ref, and a manifest that chose one: one pin, which both get."""
    name = "example/reranker"
    wishes = (wish(name), wish(name, "model", "v1.0", used_in=("pyproject.toml",)))
    return Lockfile(models=(model(name, "v1.0", files=(CONFIG, WEIGHTS), default=True),), requirements=wishes)


def _selections() -> Lockfile:
    """One model, wished for in every way that code can say which files it wants."""
    selections = (
        FileSelection(allow=("*.json", "*.safetensors"), ignore=("*.bin",)),
        FileSelection(files=("unet/config.json",)),
        FileSelection(subfolder="unet", variant="fp16", weights="safetensors"),
    )
    wishes = (
        wish("example/pipeline", reads=reads, selection=selection, used_in=("app.py", "notebooks/trial.ipynb"))
        for reads, selection in zip(("snapshot", "file", "diffusers"), selections, strict=True)
    )
    files = (small("unet/config.json", 1800, "json"), large("unet/model.fp16.safetensors", 1719125304, "safetensors"))
    return Lockfile(
        options=Options(files="all", scopes=("example", "main")),
        requirements=tuple(sorted(wishes)),
        models=(model("example/pipeline", files=files),),
    )


def _groups() -> Lockfile:
    """One model in two groups, another that is optional, and a cut-off that one of them does not have."""
    wishes = (
        wish("example/reranker", group="serving", role="reranks what the search found"),
        wish("example/reranker", group="training", role="teacher"),
        wish("example/rewriter", group="serving", optional=True, role="query rewriter (β)"),
    )
    return Lockfile(
        options=Options(
            exclude_newer="P7D",
            exclude_newer_model=(
                ("huggingface:example/reranker", "2026-10-01"),
                ("huggingface:example/rewriter", ""),
            ),
        ),
        requirements=tuple(sorted(wishes)),
        models=tuple(model(f"example/{name}", files=(CONFIG, WEIGHTS)) for name in ("reranker", "rewriter")),
    )


def _hubs() -> Lockfile:
    """Code of PyTorch Hub with the weights that one of its entry points downloads, and a name of a library."""
    url = "https://models.example/nets/resnet18-0123abcd.pth"
    weights = large("torch/resnet18-0123abcd.pth", 46830571, "pytorch", PickleRecord(globals=("torch.FloatStorage",)))
    commit = revision("example/nets")
    nets = LockedModel(
        key=ModelKey("torchhub", "example/nets"),
        revision=commit,
        committed="2024-02-19T10:57:45Z",
        purl=f"pkg:github/example/nets@{commit}",
        license=License(declared="BSD-3-Clause", concluded="BSD-3-Clause", evidence="LICENSE"),
        remote_code=True,
        requires=("torch",),
        entrypoints=("resnet18(pretrained=False, **kwargs)", "resnet50(pretrained=False, **kwargs)"),
        origin=Origin(tree=revision("tree of example/nets")),
        edges=(
            Edge(
                kind="lineage",
                relation="component",
                target=ModelKey("torchhub", "example/backbones"),
                evidence="models/resnet.py:7",
                entrypoint="small(pretrained=True)",
            ),
            Edge(
                kind="runtime",
                relation="weights",
                target=ModelKey("url", url),
                reads="torch",
                evidence="hubconf.py:12 → models/resnet.py:80",
                digest="sha256-prefix:0123abcd",
            ),
        ),
        files=(small("hubconf.py", 1204, "python"), small("models/resnet.py", 30211, "python")),
    )
    address = LockedModel(
        key=ModelKey("url", url),
        revision=weights.sha256,
        purl=f"pkg:generic/resnet18-0123abcd.pth?checksum=sha256:{weights.sha256}&download_url={quote(url)}",
        origin=Origin(etag='"5e8f-60a1"', modified="Mon, 19 Feb 2024 10:57:45 GMT"),
        files=(weights,),
    )
    name = LockedModel(
        key=ModelKey("timm", "resnet18.example_in1k"),
        revision="1.0.31",
        purl="pkg:pypi/timm@1.0.31?model=resnet18.example_in1k",
        origin=Origin(table="timm 1.0.31"),
        requires=("timm",),
        edges=(
            Edge(
                kind="runtime",
                relation="weights",
                target=key("google-bert/bert-base-uncased"),
                reads="file",
                evidence="timm 1.0.31",
                files=("model.safetensors",),
            ),
        ),
    )
    selection = FileSelection(entrypoint="resnet18(pretrained=True)")
    wishes = (
        wish("example/nets", "snapshot", key=nets.key, selection=selection),
        wish("resnet18.example_in1k", "snapshot", key=name.key),
        wish(url, "torch", key=address.key, selection=FileSelection(handle=url)),
    )
    models = (_BERT, *map(sealed, (nets, address, name)))
    elsewhere = Ancestor(key=ModelKey("torchhub", "example/backbones"), missing="unsupported")
    return Lockfile(
        requirements=tuple(sorted(wishes)),
        models=tuple(sorted(models, key=lambda model: (model.key, model.ref))),
        ancestors=(elsewhere,),
    )


def _lineage() -> Lockfile:
    """A model whose card and configuration name two bases, what these came from in their turn, and what is unknown."""
    ancestors = (
        ancestor("stanfordnlp/sst2", kind="dataset", card="", license=None, missing="not-found", revision=""),
        ancestor("wikimedia/wikipedia", kind="dataset", license=License(declared="cc-by-sa-3.0", evidence="README.md")),
        ancestor(
            "distilbert/distilbert-base-cased",
            aliases=("distilbert-base-cased",),
            license=APACHE,
            edges=(
                Edge(kind="lineage", relation="dataset", target=key("wikimedia/wikipedia"), evidence="README.md"),
                Edge(kind="lineage", relation="distilled", target=key("example/teacher"), evidence="README.md"),
            ),
        ),
        ancestor(
            "distilbert/distilbert-base-uncased",
            "v1",
            license=License(
                concluded="Apache-2.0",
                evidence="LICENSE",
                text="LICENSE",
                sha256=digest("Apache-2.0"),
                recognized="Apache-2.0",
                likeness=100,
            ),
        ),
        ancestor(
            "example/teacher", card="", gated="manual", license=License(declared="llama3.1", evidence="README.md")
        ),
    )
    return Lockfile(requirements=(wish("example/sst2-distilbert"),), models=(_TUNED,), ancestors=ancestors)


GOLDEN: dict[str, Lockfile] = {
    "adapter": Lockfile(requirements=(wish("ybelkada/opt-350m-lora", "peft"),), models=(_OPT, _ADAPTER)),
    "chosen-ref": _chosen(),
    "groups": _groups(),
    "hubs": _hubs(),
    "lineage": _lineage(),
    "lineage-off": Lockfile(
        options=Options(lineage=False), requirements=(wish("example/sst2-distilbert"),), models=(_TUNED,)
    ),
    "minimal": Lockfile(),
    "pickle": Lockfile(requirements=(wish("example/whole-model"),), models=(_PICKLED,)),
    "refs": _refs(),
    "remote-code": Lockfile(requirements=(wish("jinaai/jina-embeddings-v2-small-en"),), models=(_CODE, _REMOTE_CODE)),
    "selections": _selections(),
    "sharded": Lockfile(requirements=(wish("bigscience/bloom-7b1", ref="refs/pr/12"),), models=(_SHARDED,)),
    "typical": Lockfile(requirements=(wish("bert-base-uncased", used_in=("app.py", "serve/api.py")),), models=(_BERT,)),
    "unicode": Lockfile(
        requirements=(wish("организация/модель", "sentence-transformers", used_in=("écran/アプリ.py",)),),
        models=(_UNICODE,),
    ),
}
"""Name of the golden file without its ending → what it holds."""
