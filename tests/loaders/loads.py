"""Loads as people write them, and what each must give: one row a load, one group a project and a process.

Nothing here says `revision=`, but for the rows whose subject is that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.loaders.world import (
    Shows,
    all_of,
    code,
    file,
    folder,
    tensors,
    tensors_as_in_safetensors,
    vocabulary,
)


@dataclass(frozen=True, slots=True)
class Load:
    """An expression in the project's code, and the evidence of what it loads.

    `{pinned}` in the expression stands for the commit of `acme/pinned-in-code` before the hub moved; such a load is
    `fixed`: it gives the same wherever it runs.
    """

    expression: str
    shows: Shows
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The loads of one project."""

    imports: str
    loads: Mapping[str, Load]


_TRANSFORMERS = Group(
    "from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer, BertModel, pipeline",
    {
        "safetensors": Load('AutoModel.from_pretrained("acme/encoder")', tensors("acme/encoder")),
        "sharded safetensors": Load(
            'AutoModel.from_pretrained("acme/encoder-sharded")', tensors("acme/encoder-sharded")
        ),
        "pickle": Load('BertModel.from_pretrained("acme/encoder-pickle")', tensors("acme/encoder-pickle")),
        "sharded pickle": Load(
            'AutoModel.from_pretrained("acme/encoder-sharded-pickle")', tensors("acme/encoder-sharded-pickle")
        ),
        "legacy pickle": Load(
            'AutoModel.from_pretrained("acme/encoder-legacy-pickle")',
            tensors_as_in_safetensors("acme/encoder-legacy-pickle"),
        ),
        "pickle by choice": Load(
            'AutoModel.from_pretrained("acme/two-formats", use_safetensors=False)',
            tensors("acme/two-formats", within="*.bin"),
        ),
        "one of five copies": Load(
            'AutoModelForSequenceClassification.from_pretrained("acme/cluttered")',
            tensors("acme/cluttered", within="*.safetensors"),
        ),
        "pipeline": Load('pipeline("text-classification", model="acme/sentiment")', tensors("acme/sentiment")),
        "tokenizer": Load('AutoTokenizer.from_pretrained("acme/tokens")', vocabulary("acme/tokens")),
        "other cache folder": Load(
            'AutoModel.from_pretrained("acme/encoder", cache_dir="weights-cache")', tensors("acme/encoder")
        ),
        "bare name": Load('AutoModel.from_pretrained("old-name")', tensors("acme/renamed")),
        "short commit": Load(
            'AutoModel.from_pretrained("acme/pinned-in-code", revision="{pinned:.8}")',
            tensors("acme/pinned-in-code"),
            fixed=True,
        ),
        "pull request": Load(
            'AutoModel.from_pretrained("acme/proposed", revision="refs/pr/1")', tensors("acme/proposed")
        ),
        "tag": Load('AutoModel.from_pretrained("acme/tagged", revision="v1.0")', tensors("acme/tagged")),
        "branch": Load(
            'AutoModel.from_pretrained("acme/branched", revision="release/stable")', tensors("acme/branched")
        ),
        "commit": Load(
            'AutoModel.from_pretrained("acme/pinned-in-code", revision="{pinned}")',
            tensors("acme/pinned-in-code"),
            fixed=True,
        ),
        "default beside a tag": Load('AutoModel.from_pretrained("acme/tagged")', tensors("acme/tagged")),
        "present name beside a bare one": Load('AutoModel.from_pretrained("acme/renamed")', tensors("acme/renamed")),
        "subfolder": Load(
            'AutoModel.from_pretrained("acme/collection", subfolder="encoder")',
            tensors("acme/collection", within="encoder/*"),
        ),
        "variant": Load(
            'AutoModel.from_pretrained("acme/variants", variant="fp16")',
            tensors("acme/variants", within="*.fp16.*"),
        ),
        "own code": Load(
            'AutoModel.from_pretrained("acme/tiny", trust_remote_code=True)',
            all_of(tensors("acme/tiny"), code("acme/tiny")),
        ),
        "code of another repository": Load(
            'AutoModel.from_pretrained("acme/tiny-elsewhere", trust_remote_code=True)',
            all_of(tensors("acme/tiny-elsewhere"), code("acme/tiny-code")),
        ),
    },
)

_ADAPTERS = Group(
    "from peft import AutoPeftModelForSequenceClassification, PeftModel\n"
    "from transformers import AutoModelForSequenceClassification",
    {
        "adapter by itself": Load(
            'AutoPeftModelForSequenceClassification.from_pretrained("acme/adapter-food")',
            all_of(tensors("acme/adapter-food"), tensors("acme/sentiment")),
        ),
        "adapter on its base": Load(
            "PeftModel.from_pretrained("
            'AutoModelForSequenceClassification.from_pretrained("acme/sentiment"), "acme/adapter-wine")',
            all_of(tensors("acme/adapter-wine"), tensors("acme/sentiment")),
        ),
        "adapter that names a tag of its base": Load(
            'AutoPeftModelForSequenceClassification.from_pretrained("acme/adapter-old-base")',
            all_of(tensors("acme/adapter-old-base"), tensors("acme/tagged-base")),
        ),
        "adapter through transformers": Load(
            'AutoModelForSequenceClassification.from_pretrained("acme/adapter-tea")',
            all_of(tensors("acme/adapter-tea"), tensors("acme/sentiment")),
        ),
    },
)

_SENTENCES = Group(
    "from sentence_transformers import CrossEncoder, SentenceTransformer",
    {
        "other cache folder": Load(
            'SentenceTransformer("acme/embeddings", cache_folder="weights-cache")', tensors("acme/embeddings")
        ),
        "SentenceTransformer": Load('SentenceTransformer("acme/embeddings")', tensors("acme/embeddings")),
        "SentenceTransformer, pickle": Load(
            'SentenceTransformer("acme/embeddings-pickle")', tensors("acme/embeddings-pickle")
        ),
        "SentenceTransformer, short name": Load(
            'SentenceTransformer("tiny-embeddings")', tensors("sentence-transformers/tiny-embeddings")
        ),
        "SentenceTransformer of a plain encoder": Load(
            'SentenceTransformer("acme/plain-encoder")', tensors("acme/plain-encoder")
        ),
        "SentenceTransformer with routes": Load(
            'SentenceTransformer("acme/embeddings-router")', tensors("acme/embeddings-router")
        ),
        "SentenceTransformer with code of its own": Load(
            'SentenceTransformer("acme/embeddings-own-code", trust_remote_code=True)',
            tensors("acme/embeddings-own-code"),
        ),
        "CrossEncoder": Load('CrossEncoder("acme/reranker")', tensors("acme/reranker")),
        "CrossEncoder, short name": Load('CrossEncoder("tiny-reranker")', tensors("cross-encoder/tiny-reranker")),
    },
)

_DIFFUSERS = Group(
    "from diffusers import DDPMPipeline, DiffusionPipeline, UNet2DModel",
    {
        "pipeline by its class": Load('DDPMPipeline.from_pretrained("acme/pixels")', tensors("acme/pixels")),
        "other cache folder": Load(
            'DDPMPipeline.from_pretrained("acme/pixels", cache_dir="weights-cache")', tensors("acme/pixels")
        ),
        "any pipeline": Load('DiffusionPipeline.from_pretrained("acme/pixels-any")', tensors("acme/pixels-any")),
        "pipeline, variant": Load(
            'DDPMPipeline.from_pretrained("acme/pixels-variants", variant="fp16")',
            tensors("acme/pixels-variants", within="*.fp16.*"),
        ),
        "component": Load(
            'UNet2DModel.from_pretrained("acme/pixels-network", subfolder="unet")',
            tensors("acme/pixels-network", within="unet/*"),
        ),
    },
)

_FILES = Group(
    "from huggingface_hub import hf_hub_download, snapshot_download\nfrom tokenizers import Tokenizer",
    {
        "file in another cache": Load(
            'hf_hub_download("acme/download", "vocab.txt", cache_dir="weights-cache")',
            file("acme/download", "vocab.txt"),
        ),
        "snapshot in another cache": Load(
            'snapshot_download("acme/download-everything", cache_dir="weights-cache")',
            folder("acme/download-everything", "*"),
        ),
        "hf_hub_download": Load('hf_hub_download("acme/download", "vocab.txt")', file("acme/download", "vocab.txt")),
        "hf_hub_download, weights in a folder": Load(
            'hf_hub_download("acme/download-folder", "diffusion_pytorch_model.safetensors", subfolder="unet")',
            file("acme/download-folder", "unet/diffusion_pytorch_model.safetensors"),
        ),
        "snapshot_download": Load(
            'snapshot_download("acme/download-everything")', folder("acme/download-everything", "*")
        ),
        "snapshot_download, some files": Load(
            'snapshot_download("acme/download-some", allow_patterns=["*.txt", "model.safetensors"])',
            folder("acme/download-some", "*.txt", "model.safetensors"),
        ),
        "tokenizers": Load('Tokenizer.from_pretrained("acme/tokens-fast")', vocabulary("acme/tokens-fast")),
    },
)

GROUPS: Mapping[str, Group] = {
    "transformers": _TRANSFORMERS,
    "peft": _ADAPTERS,
    "sentence-transformers": _SENTENCES,
    "diffusers": _DIFFUSERS,
    "huggingface_hub": _FILES,
}
