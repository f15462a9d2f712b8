"""What a text of a configuration names, and how far it looks like a model."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ptmdeps.scan.identifiers import HubName, LocalPath, Named, NoName, is_weights, read_identifier
from ptmdeps.scan.loaders.loader import Notation
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES
from ptmdeps.scan.references import Kind

_SPACY = re.compile(r"[a-z]{2,3}_[a-z]+_[a-z]+(?:_[a-z]+)*_(?:sm|md|lg|trf)", re.ASCII)
"""Trained pipelines and vectors of spaCy: language, kind, sources, size."""

_ENTRY = re.compile(r"\w[\w.:/-]*", re.ASCII)
_INTERPOLATED = re.compile(r"\$\{|\$\(|\{\{|\{%|%\(|\?\?\?|<[a-zA-Z]|\{[a-zA-Z_]")
_BARE_MODEL = re.compile(
    r"(?:bert|distilbert|roberta|distilroberta|albert|xlnet|xlm|xlm-roberta|gpt2|distilgpt2|t5|camembert)"
    r"(?:-[a-z0-9.]+)*|openai-gpt|ctrl",
    re.ASCII,
)
"""Families of models from before the hub had owners; no later model has a bare name."""

_BARE_DATASET = re.compile(r"[a-z0-9][a-z0-9_.-]+", re.ASCII)
_BUILDERS = frozenset(
    [
        *("json", "csv", "parquet", "text", "arrow", "pandas", "imagefolder", "audiofolder", "videofolder", "xml"),
        *("webdataset", "generator", "sql", "spark", "hdf5", "custom", "dataset", "none", "synthetic", "random"),
    ]
)
"""What ``datasets.load_dataset`` takes for local files, and words that are no data."""

_FILE_OF_HUB = re.compile(r"(?:hf|huggingface)://(?:(?P<kind>datasets|spaces|models)/)?(?P<rest>[^?#\s]+)")
_REST = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(?:@(?P<at>[\w.-]+)|:(?P<tag>[\w.-]+))?(?:/(?P<file>.+))?", re.ASCII)
_KINDS: dict[str | None, Kind] = {"datasets": "dataset", "spaces": "space"}
_OF_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/.+/(?:resolve|raw)/", re.IGNORECASE)
_BLOB = re.compile(r"/(?:blob|tree)/")
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_SURE_WEIGHTS = re.compile(
    r"\.(?:pt|pth|pt2|ptl|jit|safetensors|gguf|ggml|onnx|ckpt|tflite|caffemodel|pdparams|model|keras|nemo|torchscript)"
    r"(?:[?#].*)?$",
    re.IGNORECASE,
)
_OF_MODEL = re.compile(r"model|weight|checkpoint|ckpt|pretrain|ggml|pytorch", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:zip|tar|gz|tgz|bz2|xz|7z|zst)(?:[?#].*)?$", re.IGNORECASE)

_API_OWNERS = frozenset(
    [
        *("openai", "anthropic", "azure", "azure_ai", "bedrock", "vertex_ai", "gemini", "groq", "together_ai", "xai"),
        *("ollama", "ollama_chat", "openrouter", "mistral", "cohere", "cohere_chat", "deepinfra", "fireworks_ai"),
        *("replicate", "perplexity", "databricks", "watsonx", "sambanova", "cerebras", "nvidia_nim", "hosted_vllm"),
        *("moonshot", "dashscope", "voyage", "jina_ai", "palm", "sagemaker", "github", "cloudflare", "nlp_cloud"),
        *("aleph_alpha", "baseten", "lm_studio", "text-completion-openai", "x-ai", "z-ai", "amazon", "novita"),
        *("google_genai", "google_vertexai", "google-gla", "google-vertex", "fireworks", "together", "huggingface"),
        *(
            "meta",
            "nvdev",
            "litellm",
            "litellm_proxy",
            "volcengine",
            "inflection",
            "ai21",
            "vllm",
            "local",
            "custom",
            "models",
        ),
    ]
)
"""Providers that gateways such as LiteLLM and OpenRouter put before the names of models that they serve."""

_API_NAMES = re.compile(
    r"(?:gpt-(?!oss|j|neo|2)|chatgpt|o[134](?:-|$)|claude|gemini|text-embedding-(?:ada|3|00)|text-(?:davinci|bison)"
    r"|dall-e|mistral-(?:large|medium|small|tiny)(?:-latest|-\d{4})?$|sonar|grok-\d|nova-|deepseek-(?:chat|reasoner)$"
    r"|command-(?:r|a)?(?:-plus)?$|palm|whisper-1$|tts-1)",
    re.IGNORECASE,
)
_OPEN_NAMES = re.compile(
    r"openai/(?:whisper|clip-vit|gpt-oss|imagegpt|shap-e|consistency|privacy-filter)", re.IGNORECASE
)
_OTHER_PAIRS = re.compile(
    r"(?:application|text|image|audio|video|font|multipart|message|and|or|true|false|yes|no|on|off|in|out|tcp|udp|refs"
    r"|origin|src|lib|app|apps|docs?|assets?|scripts?|config|configs|conf|etc|home|usr|var|opt|mnt|root|workspace|data"
    r"|dataset|datasets|train|eval|examples?|images?|files?|static|public|templates?|actions|library|docker\.io"
    r"|ghcr\.io|quay\.io|nvcr\.io|github\.com|www\..*|\d+|[A-Z]{2,3}|.*\.(?:com|io|org|net|py|js))/.*|.*/(?:v?\d[\d.]*)",
)
_LOOKS_LIKE_MODEL = re.compile(
    r"(?:^|[-_./])(?:\d+(?:\.\d+)?(?:x\d+)?[bm]|base|large|small|tiny|medium|xl|xxl|instruct|chat|gguf|ggml|awq|gptq|onnx"
    r"|lora|qlora|sft|dpo|rlhf|v\d+(?:\.\d+)*|fp16|bf16|fp8|int[48]|[48]bit|uncased|cased|finetuned|distilled?"
    r"|turbo|embed(?:ding)?s?|rerank(?:er)?|ner|multilingual|patch\d+|\d{3,4}(?:px)?)(?=$|[-_.])"
    r"|bert|gpt|llama|qwen|mi[sx]tral|gemma|phi-?\d|falcon|bloom|opt-\d|t5|bart|pegasus|whisper|wav2vec|hubert"
    r"|clip|dino|detr|segformer|diffusion|sdxl|flux|llava|blip|minilm|mpnet|bge-|gte-|deepseek|internlm|internvl"
    r"|baichuan|chatglm|glm-\d|coder|vicuna|zephyr|smol|olmo|pythia|granite|nemotron|command-r|opus-mt|speecht5|mms-"
    r"|musicgen|kokoro|xtts|nllb|marian|layoutlm|donut|trocr|yolo|vit-|swin|resnet|convnext|wavlm|encodec",
    re.IGNORECASE,
)
_SHORT_SENTENCE_MODEL = re.compile(
    r"(?:all|multi-qa|paraphrase|gtr|sentence|msmarco|nli|stsb)-[\w.-]*(?:MiniLM|mpnet|roberta|distilbert|t5|albert|bert)"
    r"[\w.-]*|distiluse-[\w.-]+|LaBSE|clip-ViT-[\w.-]+",
    re.ASCII,
)
_SHORT_CROSS_ENCODER = re.compile(r"ms-marco-[\w.-]+|(?:stsb|qnli|nli|quora)-[\w.-]+", re.ASCII)
_SEPARATED = re.compile(r"[\s,;|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a place asks of its text: the hub, the kind and the notation, and whether a bare name can be of the hub."""

    hub: str = "huggingface"
    kind: Kind = "model"
    notation: Notation = "id"
    bare: bool = False


def name_in(text: str, wish: Wish) -> Named:
    """Say what the text of a place that names models names."""
    text = text.strip()
    if _INTERPOLATED.search(text):
        return NoName(f"`{text}` is filled in by whoever uses the file")
    if address := address_in(text):
        return address
    if wish.hub == "huggingface":
        return _hub_name(text, wish)
    grammar = _SPACY if wish.hub == "spacy" else _ENTRY
    return HubName(text, hub=wish.hub) if grammar.fullmatch(text) else LocalPath(text)


def _hub_name(text: str, wish: Wish) -> Named:
    named = read_identifier(text, notation=wish.notation)
    if not isinstance(named, HubName) or "/" in named.name:
        return named
    if wish.bare and wish.kind == "dataset" and _BARE_DATASET.fullmatch(text) and text not in _BUILDERS:
        return named
    if wish.bare and wish.kind == "model" and is_old(text):
        return named
    return NoName(f"`{text}` has no owner, and is none of the models that the hub keeps without one")


def is_old(name: str) -> bool:
    """Whether a bare name is one of a model from before the hub had owners."""
    return name in ORIGINAL_NAMES or _BARE_MODEL.fullmatch(name) is not None


def address_in(text: str) -> HubName | None:
    """Return the model whose files an address names, wherever the address stands."""
    if match := _FILE_OF_HUB.fullmatch(text):
        rest = _REST.fullmatch(match["rest"])
        named = read_identifier(rest["name"]) if rest else None
        if rest is None or not isinstance(named, HubName):
            return None
        return replace(named, ref=rest["at"] or rest["tag"], file=rest["file"], kind=_KINDS.get(match["kind"]))
    if not _WEB.fullmatch(text) or _INTERPOLATED.search(text) or (_ARCHIVE.search(text) and not _OF_HUB.match(text)):
        return None
    address = read_identifier(text, notation="file")
    if not isinstance(address, HubName) or not is_weights(address):
        return None
    if address.hub == "url":
        return address if _SURE_WEIGHTS.search(text) or _OF_MODEL.search(text) else None
    return address if _OF_HUB.match(text) or (_BLOB.search(text) and _SURE_WEIGHTS.search(text)) else None


def likely_name(text: str) -> HubName | None:
    """Return the model of a text ``owner/name`` under a key that speaks of models."""
    text = text.strip()
    if text.count("/") != 1 or _SEPARATED.search(text) or is_served(text) or _OTHER_PAIRS.fullmatch(text):
        return None
    named = name_in(text, Wish())
    return named if isinstance(named, HubName) and named.hub == "huggingface" else None


def looks_like_model(name: str) -> bool:
    """Whether the name after the owner has something that only names of models have."""
    return _LOOKS_LIKE_MODEL.search(name.partition("/")[2]) is not None


def is_served(text: str) -> bool:
    """Whether a name is one of a model that somebody else runs."""
    owner, _, name = text.partition("/")
    return not _OPEN_NAMES.match(text) and (owner in _API_OWNERS or _API_NAMES.match(name or owner) is not None)


def short_name(text: str, *, reranks: bool) -> HubName | None:
    """Return the model of a short name that sentence-transformers completes."""
    if reranks and _SHORT_CROSS_ENCODER.fullmatch(text):
        return HubName(f"cross-encoder/{text}")
    return HubName(f"sentence-transformers/{text}") if _SHORT_SENTENCE_MODEL.fullmatch(text) else None
