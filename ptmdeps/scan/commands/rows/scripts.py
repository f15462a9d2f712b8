"""Options of a project's own scripts, and variables of the environment, whose names say that they name a model.

Soft evidence: only ``owner/name``, or a bare name from the time before owners, counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ptmdeps.scan.commands.command import Command, same_option

_MODELS = (
    *(
        "model-name-or-path",
        "pretrained-model-name-or-path",
        "model-name-or-dir",
        "model-id",
        "model-id-or-path",
        "hf-model",
    ),
    *("base-model", "base-model-id", "base-model-name", "base-model-path", "base-model-name-or-path", "model-base"),
    *("model-name", "model-path", "pretrained-model", "pretrained-model-path", "pretrained-path", "pretrained"),
    *(
        "hf-model-id",
        "hf-model-name",
        "hf-model-path",
        "hf-path",
        "hf-repo",
        "hf-repo-id",
        "repo-id",
        "model-repo",
        "model",
    ),
    *("llm-model", "llm-model-path", "lm-model", "language-model", "backbone", "encoder-model", "model-type-or-path"),
    *("teacher-model", "teacher-model-name-or-path", "student-model", "student-model-name-or-path", "draft-model"),
    *("ref-model", "reference-model", "reward-model", "reward-model-name-or-path", "reward-model-path", "critic-model"),
    *("embedding-model", "embed-model", "embedding-model-name", "reranker-model", "reranker-name-or-path"),
    *("vision-tower", "vision-model", "vision-model-name-or-path", "text-encoder", "image-encoder", "speech-encoder"),
    *(
        "vae",
        "vae-path",
        "pretrained-vae-model-name-or-path",
        "controlnet-model-name-or-path",
        "unet-model-name-or-path",
    ),
    *(
        "adapter-name-or-path",
        "lora-path",
        "lora-model",
        "lora-weights",
        "peft-model",
        "peft-model-id",
        "adapter-model",
    ),
    *("tokenizer", "tokenizer-name", "tokenizer-name-or-path", "tokenizer-path", "tokenizer-model", "tokenizer-id"),
    *("config-name", "processor-name", "feature-extractor-name", "image-processor-name", "pretrain", "actor-pretrain"),
    *(
        "critic-pretrain",
        "reward-pretrain",
        "model-checkpoint",
        "checkpoint-name-or-path",
        "hf-checkpoint",
        "model-key",
    ),
)
_DATASETS = ("dataset", "dataset-name", "dataset-id", "hf-dataset", "train-dataset-name", "eval-dataset-name")


def _row(name: str, *, dataset: bool = False) -> Command:
    main = name.startswith(("model", "pretrained", "base", "hf"))
    return Command(
        words=("python", f"--{name}"),
        reads="dataset" if dataset else "tokenizer" if name.startswith("tokenizer") else "transformers",
        position=0,
        ref=("--model-revision", "--revision") if main else (),
        kind="dataset" if dataset else "model",
        notation="owned",
        optional=True,
        soft=True,
    )


OPTIONS = {same_option(name): _row(name, dataset=name in _DATASETS) for name in (*_MODELS, *_DATASETS)}
"""Options of a script of the project, in one spelling."""


def row_of_option(name: str) -> Command | None:
    """Return the row of an option in one spelling; ``actor.model.path`` is read as ``model_path``, then as ``path``."""
    parts = name.split(".")
    return OPTIONS.get("_".join(parts[-2:])) or OPTIONS.get(parts[-1])


ANY_SCRIPT = Command(words=("python",), reads="transformers", assignments=True, optional=True, soft=True)
"""How the command line of a script of the project is taken apart."""

_TWIN = re.compile(
    r"(?:HF_)?(?:BASE_|LLM_|LVM_|EMBEDDINGS?_|EMBED_|RERANK(?:ER)?_|ASR_|STT_|TTS_|WHISPER_|VISION_|VLM_|VLLM_|TOKENIZER_"
    r"|DRAFT_)?MODEL(?:_ID|_NAME|_REPO|_REPO_ID|_NAME_OR_PATH)?|HF_REPO(?:_ID)?|(?:HF_)?TOKENIZER(?:_ID|_NAME)"
    r"|WHISPER__MODEL|(?:[A-Z][A-Z0-9]*_){1,5}MODEL(?:_ID|_REPO_ID|_NAME_OR_PATH)"
)
_OF_HUB = re.compile(r"HF_.*|MODEL_ID|MODEL_REPO(?:_ID)?|MODEL_NAME_OR_PATH|WHISPER__MODEL")
_OF_SERVICE = re.compile(
    r"(?:.*_)?(?:OPENAI|AZURE|ANTHROPIC|BEDROCK|AWS|VERTEX|GEMINI|GOOGLE|OPENROUTER|GROQ|TOGETHER|FIREWORKS|REPLICATE"
    r"|DEEPINFRA|COHERE|MISTRAL|NVIDIA|NIM|LITELLM|PERPLEXITY|CLOUDFLARE|DATABRICKS|WATSONX|REMOTE|API|OUTPUT|PUSH|HUB)_.*"
)
"""Variables that name a model of a service, or the one that is written."""

_SERVICE = re.compile(
    r"(?!HF_|HUGGING|(?:.*_)?(?:TGI|TEI|VLLM|SGLANG)_)(?:.*(?:API_KEY|API_BASE|API_URL|BASE_URL)(?:_.*)?"
    r"|(?:.*_)?(?:LLM|LM|MODEL|OPENAI|CHAT|INFERENCE|EMBED(?:DINGS?)?|RERANK(?:ER|ING)?|AZURE|API|AI|NIM)_(?:.*_)?"
    r"(?:SERVERURL|SERVER_URL|ENDPOINT|HOST|URL)(?:_.*)?|(?:SERVERURL|SERVER_URL|ENDPOINT)(?:_.*)?)|NVIDIA_.*|NGC_.*"
)
"""Variables that say whom a program asks; servers of one's own (TGI, TEI, vLLM, SGLang) load what they serve."""

_REF_OF_TWIN = ("MODEL_REVISION", "HF_MODEL_REVISION", "REVISION")

TWIN = Command(words=("environment",), reads="transformers", position=0, notation="owned", optional=True, soft=True)
"""A variable that names a model for some program."""


def is_twin(name: str, others: Iterable[str]) -> bool:
    """Whether a variable is called like one that names a model to load.

    Where ``others`` give the address or the key of a service, only names that speak of the hub count: a program that
    is told whom to ask loads nothing itself.
    """
    if not _TWIN.fullmatch(name) or (_OF_SERVICE.fullmatch(name) and not _OF_HUB.fullmatch(name)):
        return False
    return bool(_OF_HUB.fullmatch(name)) or not any(map(_SERVICE.fullmatch, others))


def refs_of_twin(name: str) -> tuple[str, ...]:
    """Return the variables that may hold the ref of the model that ``name`` names."""
    own = re.sub(r"(?:_ID|_NAME|_REPO|_REPO_ID)?$", "_REVISION", name, count=1)
    return (own, *_REF_OF_TWIN) if name in {"MODEL_ID", "HF_MODEL_ID", "MODEL_NAME"} else (own,)
