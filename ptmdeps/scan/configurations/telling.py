"""Keys that tell of a model in a configuration of an unknown tool.

The less a key says, the more its value has to look like a model of the hub.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from ptmdeps.scan.configurations.names import (
    Wish,
    is_old,
    is_served,
    likely_name,
    looks_like_model,
    name_in,
    short_name,
)
from ptmdeps.scan.configurations.tree import Leaf, Mapping, plain_key
from ptmdeps.scan.identifiers import HubName
from ptmdeps.scan.references import Kind

Grade = Literal["certain", "likely", "vague"]


@dataclass(frozen=True, slots=True)
class Telling:
    """What a key says: how surely it names a model, of which kind, and which files are read."""

    grade: Grade
    kind: Kind = "model"
    reads: str = "transformers"
    hub: str = "huggingface"


_CERTAIN = Telling("certain")
_LIKELY = Telling("likely")
_VAGUE = Telling("vague")
_TOKENIZER = Telling("likely", reads="tokenizer")
_SENTENCES = Telling("likely", reads="sentence-transformers")
_ADAPTER = Telling("likely", reads="peft")
_DATASET = Telling("likely", "dataset", "snapshot")

_KEYS: dict[str, Telling] = {
    **dict.fromkeys(
        [
            *("model_name_or_path", "pretrained_model_name_or_path", "hf_model", "hf_model_id", "hf_model_name"),
            *("huggingface_model", "huggingface_model_id", "huggingface_id", "hf_id", "teacher_model_name_or_path"),
            *("pretrained_model_name", "pretrained_name_or_path", "hf_pretrained_model", "hf_pretrained", "hf_name"),
        ],
        _CERTAIN,
    ),
    **dict.fromkeys(["tokenizer_name_or_path", "hf_tokenizer"], Telling("certain", reads="tokenizer")),
    **dict.fromkeys(
        [
            *(
                "base_model",
                "base_model_id",
                "base_model_name",
                "base_model_path",
                "model_id",
                "model_name",
                "model_path",
            ),
            *("repo_id", "hf_repo", "hf_repo_id", "hf_path", "hf_model_path", "hf_checkpoint", "hub_id", "model_repo"),
            *("model_repo_id", "huggingface_repo", "teacher_model", "student_model", "draft_model", "reward_model"),
            *("ref_model", "judge_model", "reward_model_path", "actor_model", "critic_model", "pretrained_model"),
            *(
                "pretrained_path",
                "pretrained_model_path",
                "speculative_model",
                "llm_model",
                "vision_tower",
                "mm_vision_tower",
            ),
            *("name_or_path", "text_encoder_name", "image_encoder_name", "encoder_name", "backbone_name", "llm_name"),
            *("language_model_name", "asr_model", "whisper_model", "tts_model", "ner_model", "classifier_model"),
            *("unet_model", "vae_model", "controlnet_model", "clip_model", "transformer_model", "bert_model"),
            *("summarization_model", "translation_model", "diarization_model", "vlm_model", "vision_model"),
        ],
        _LIKELY,
    ),
    **dict.fromkeys(["tokenizer", "tokenizer_name", "tokenizer_path", "tokenizer_id", "tokenizer_model"], _TOKENIZER),
    **dict.fromkeys(
        [
            *("embedding_model", "embedding_model_name", "embedding_model_id", "embeddings_model", "embed_model"),
            *(
                "embedding_name",
                "embedder_model",
                "embedder_name",
                "sentence_transformer",
                "sentence_transformer_model",
            ),
            *("embeddings_model_name", "retriever_model", "embedding_model_path", "embed_model_name"),
            *(
                "reranker",
                "reranker_model",
                "rerank_model",
                "reranker_model_name",
                "rerank_model_name",
                "reranker_name",
            ),
            *("cross_encoder", "cross_encoder_model", "rerank_model_id", "reranker_model_id"),
        ],
        _SENTENCES,
    ),
    **dict.fromkeys(
        ["lora_model", "lora_path", "lora_repo", "adapter_path", "adapter_name_or_path", "peft_model"], _ADAPTER
    ),
    **dict.fromkeys(
        [
            *("dataset_name_or_path", "hf_dataset", "hf_dataset_id", "hf_dataset_name", "dataset_repo_id"),
            *("dataset_id", "dataset_repo", "huggingface_dataset", "hf_hub_url"),
        ],
        _DATASET,
    ),
    **dict.fromkeys(
        [
            *(
                "model",
                "models",
                "checkpoint",
                "pretrained",
                "backbone",
                "encoder",
                "decoder",
                "llm",
                "embedder",
                "vlm",
            ),
            *("embedding", "embeddings", "checkpoint_path", "text_encoder", "image_encoder", "language_model", "lora"),
            *("repo", "vae", "unet", "controlnet", "weights", "ckpt", "generator", "retriever", "transformer"),
            *("default_model", "model_uri", "model_source", "model_dir", "pretrained_weights", "embedding_models"),
            *("chat_model", "text_model", "local_model", "fallback_model", "main_model", "target_model"),
        ],
        _VAGUE,
    ),
    **dict.fromkeys(
        ["spacy_model", "spacy_model_name", "spacy_pipeline"], Telling("certain", reads="spacy", hub="spacy")
    ),
}
_MOST_WORDS = 5
_OTHER_USES = frozenset(["hub", "push", "output", "out", "save", "saved", "upload", "export", "merged", "served"])
"""First words of keys that name what is written, or what a model is called by its clients."""

_PARTS = frozenset(
    ["name", "id", "path", "model", "name_or_path", "repo", "repo_id", "checkpoint", "pretrained", "model_name"]
)

_SERVED_KEYS = frozenset(
    [
        *(
            "api_key",
            "apikey",
            "api_key_env",
            "api_base",
            "base_url",
            "api_url",
            "api_type",
            "api_version",
            "api_token",
        ),
        *("azure_endpoint", "deployment_name", "litellm_provider", "endpoint", "endpoint_url", "openai_api_key"),
    ]
)
_MEASURED_KEYS = frozenset(
    [
        *("score", "scores", "accuracy", "f1", "elo", "ranking", "downloads", "likes", "pricing", "price"),
        *("max_input_tokens", "input_cost_per_token", "results"),
        *("created_at", "last_modified", "pipeline_tag", "win_rate", "average_score", "throughput", "latency"),
    ]
)
_MEASURED_IN_LISTS = frozenset(["context_window", "context_length", "rank", "metrics"])
"""Columns of a table of models; outside of a list they are settings of the model that is loaded."""

_SERVED_PARTS = frozenset(
    ["litellm_params", "openrouter", "openai", "anthropic", "azure", "bedrock", "litellm", "groq"]
)
_PROVIDERS = {
    **dict.fromkeys(
        [
            *(
                "huggingface",
                "hf",
                "transformers",
                "sentence-transformers",
                "sentence_transformers",
                "local",
                "fastembed",
            ),
            *(
                "vllm",
                "sentencetransformer",
                "sentencetransformers",
                "huggingface_local",
                "sglang",
                "tei",
                "onnx",
                "pytorch",
            ),
        ],
        "huggingface",
    ),
    "ollama": "ollama",
}
_SERVICES = frozenset(
    [
        *("nim", "nvidia_nim", "nvidia_ai_endpoints", "openai", "azure", "azure_openai", "azure_ai", "anthropic"),
        *("aws_bedrock", "bedrock", "amazon_bedrock", "vertexai", "vertex_ai", "google_genai", "mistralai", "groq"),
        *("together", "together_ai", "togetherai", "fireworks", "fireworks_ai", "openrouter", "litellm", "deepinfra"),
        *("perplexity", "sambanova", "watsonx", "openai_chat", "openai_compatible", "openai_like", "dashscope"),
        *("databricks", "xai", "api", "remote"),
    ]
)
"""What engines and types are called that ask a service; some of them serve models under the names of the hub."""

_TYPE_KEYS = ("backend", "engine", "_type", "type", "platform", "api")
_KEY_OF_SERVICE = re.compile(
    r"(?:nvidia|ngc|nim|openai|azure|anthropic|groq|together|fireworks|mistral|cohere|google|gemini|openrouter|deepseek"
    r"|deepinfra|dashscope|litellm|replicate|llm|model)_?api_?key"
)
_ADDRESS_OF_SERVICE = re.compile(r"(?:\w+_)?(?:api_base|base_url|api_url|endpoint|endpoint_url|server_url|url)")
_PROVIDER_KEYS = ("provider", "model_provider", "llm_provider", "embedding_provider", "backend", "engine")
_OLLAMA = re.compile(r"[a-z][\w.-]*(?:/[\w.-]+)?(?::[\w.-]+)?", re.ASCII)


def telling_of(leaf: Leaf) -> Telling | None:
    """Return what the key of a text says, with the key around it where its own says too little."""
    keys = [plain_key(key) for key in leaf.path if key != "[]"]
    if leaf.is_key or not keys:
        return None
    if keys[-1] in _PARTS and len(keys) > 1 and (both := _KEYS.get(f"{keys[-2]}_{keys[-1]}")):
        return both
    return _KEYS.get(keys[-1]) or _of_last_words(keys[-1])


def _of_last_words(key: str) -> Telling | None:
    """Return what the end of a longer key says (``llm_hf_repo_id``): its value has to look like a model."""
    words = key.split("_")
    if words[0] in _OTHER_USES:
        return None
    for first in range(1, min(len(words) - 1, _MOST_WORDS)):
        if (telling := _KEYS.get("_".join(words[first:]))) and telling.hub == "huggingface":
            return replace(telling, grade="vague")
    return None


def name_told(leaf: Leaf, telling: Telling) -> tuple[HubName, Kind] | None:
    """Return the model that a text under a telling key names, with its kind, if it looks enough like one."""
    text = leaf.value.text
    provider = _provider(leaf)
    if not text or _is_measured(leaf) or provider is None:
        return None
    if provider == "ollama":
        named = HubName(text, hub="ollama") if telling.kind == "model" and _OLLAMA.fullmatch(text) else None
    elif _is_served(leaf):
        named = None
    else:
        named = _name(text, telling, plain_key(leaf.path[-1]) if leaf.path[-1] != "[]" else "")
    if named is None:
        return None
    kind = "dataset" if plain_text(leaf.parent, "repo_type") == "dataset" else telling.kind
    return named, named.kind or kind


def _name(text: str, telling: Telling, key: str) -> HubName | None:
    if telling.hub != "huggingface":
        named = name_in(text, Wish(hub=telling.hub))
        return named if isinstance(named, HubName) else None
    if telling.reads == "sentence-transformers" and (
        short := short_name(text, reranks="rank" in key or "cross" in key)
    ):
        return short
    if telling.grade == "certain" and is_old(text):
        return HubName(text)
    found = likely_name(text)
    if found is None or (telling.grade == "vague" and not looks_like_model(found.name)):
        return None
    return found


def _provider(leaf: Leaf) -> str | None:
    """Return the hub of the provider beside a model, or around it; ``None`` for one that serves models itself."""
    if "ollama" in (plain_key(key) for key in leaf.path[-2:-1]):
        return "ollama"
    if any(plain_text(leaf.parent, key) in _SERVICES for key in _TYPE_KEYS):
        return None
    for key in _PROVIDER_KEYS:
        if given := plain_text(leaf.parent, key):
            return _PROVIDERS.get(given, "huggingface" if key in {"backend", "engine"} else None)
    return "huggingface"


def plain_text(parent: Mapping, key: str) -> str:
    """Return the text of a key in any spelling, in small letters."""
    name = parent.plain.get(key)
    return parent.text(name).strip().lower() if name is not None else ""


def _is_served(leaf: Leaf) -> bool:
    """Whether the model is run by somebody else: an address or a key of a service stands beside it."""
    around = {plain_key(key) for key in leaf.path}
    beside = any(_is_of_service(leaf.parent, key) for key in leaf.parent.plain)
    return beside or bool(around & _SERVED_PARTS) or _has_address(leaf) or is_served(leaf.value.text)


def _is_of_service(parent: Mapping, key: str) -> bool:
    """Whether a key gives the address or the secret of a service; a route such as ``/generate`` is no address."""
    if _KEY_OF_SERVICE.fullmatch(key):
        return True
    return key in _SERVED_KEYS and not plain_text(parent, key).startswith("/")


def _has_address(leaf: Leaf) -> bool:
    """Whether an address beside a model begins with the word that the model's key begins with (``rerank_url``)."""
    first, joined, _ = plain_key(leaf.path[-1]).partition("_")
    return (
        bool(joined)
        and first != "model"
        and any(key.startswith(f"{first}_") and _ADDRESS_OF_SERVICE.fullmatch(key) for key in leaf.parent.plain)
    )


def _is_measured(leaf: Leaf) -> bool:
    """Whether a model is only spoken of: a row of a ranking, a price list or a card."""
    keys = _MEASURED_KEYS | _MEASURED_IN_LISTS if "[]" in leaf.path else _MEASURED_KEYS
    return not keys.isdisjoint(leaf.parent.plain)
