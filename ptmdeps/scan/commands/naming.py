"""What the text of an operand names, for each notation of the catalogue of commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from ptmdeps.scan.commands.command import Notation
from ptmdeps.scan.identifiers import HubName, LocalPath, Named, NoName, read_identifier
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES
from ptmdeps.scan.references import Kind

_HUB_ADDRESS = re.compile(
    r"(?:https?://|git@|ssh://git@)(?:[^@/\s]*@)?(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)[/:]"
    r"(?:(?P<kind>datasets|spaces)/)?(?P<name>(?!(?:docs|blog|api|papers|spaces|datasets|models|join|settings)/)"
    r"[\w.-]+/[\w.-]+)(?:/(?:resolve|blob|raw|tree)/(?P<ref>[^/?#]+)(?:/(?P<file>[^?#]+))?)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_HUB_HOST = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)(?:/|$)")
_MODELSCOPE = re.compile(r"https?://(?:www\.)?modelscope\.(?:cn|ai)/(?:models/)?(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?")
_SPACY_WHEEL = re.compile(
    r"https?://github\.com/explosion/spacy-models/releases/download/[^/]+/(?P<name>[a-z]{2,3}_\w+)-(?P<version>\d[\w.]*?)"
    r"(?:-py3-none-any\.whl|\.tar\.gz)\b"
)
_WEIGHTS = re.compile(
    r"\.(?:pt|pth|pt2|bin|gguf|ggml|ggmlv3|safetensors|sft|ckpt|onnx|pb|h5|hdf5|keras|tflite|pkl|caffemodel|weights|mlmodel"
    r"|t7|jit|model|pdparams|nemo|params|torchscript|msgpack|task|pth\.tar|ckpt\.data-\S+)(?:\.(?:gz|xz|bz2|zip|tar))?$",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(
    r"(?:(?:weight|checkpoint|ckpt|pre-?trained)[^/]*|(?:^|[_-])model)\.(?:zip|tgz|tar|tar\.\w+|7z|npz)$", re.IGNORECASE
)
_PACKED = re.compile(r"\.(?:zip|tgz|tar|tar\.\w+|7z)$", re.IGNORECASE)
_KEPT_IN = frozenset({"models", "checkpoints", "ckpts", "weights", "pretrained", "pretrained_models"})
"""Folders in which people unpack weights."""
_MIRROR = re.compile(r"https://weights\.replicate\.delivery/.*\.(?:tar|zip|tgz)$")  # where Replicate keeps weights only
_NOT_WEIGHTS = re.compile(r"installer|setup|cuda|driver|sha256|md5", re.IGNORECASE)
_OLLAMA = re.compile(r"(?:[\w.-]+(?::\d+)?/){0,2}[\w.-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?", re.ASCII)
_PACKAGE = re.compile(r"(?P<name>[a-z]{2,3}_[a-z0-9_]+)(?:-(?P<version>\d+\.\d+[\w.]*))?")
_ENTRY = re.compile(r"[\w.+:/-]+", re.ASCII)
_ASSET = re.compile(r"(?:yolo|rtdetr|sam|mobile_sam|fastsam|mobileclip)[\w.-]*\.(?:pt|yaml)", re.IGNORECASE)
_KAGGLE = re.compile(r"[\w-]+/[\w.-]+/[\w.-]+/[\w.-]+(?:/\d+)?", re.ASCII)
_SCHEME = re.compile(r"(?P<scheme>hf|huggingface|ollama|oci|docker|ms|modelscope)://(?P<rest>\S+)", re.IGNORECASE)
_HUB_PREFIX = re.compile(r"^(?:hf\.co|huggingface\.co)/", re.IGNORECASE)

# Services that speak of models as `service/model`: nothing is downloaded.
_SERVICES = re.compile(
    r"(?:anthropic|meta|azure|azure_ai|bedrock|gemini|vertex_ai|openrouter|groq|together_ai|fireworks_ai|replicate|perplexity"
    r"|xai|huggingface|ollama|ollama_chat|hosted_vllm|litellm_proxy|dashscope|volcengine|github|databricks"
    r"|openai/(?:gpt-[0-9](?!.*oss)|o\d|chatgpt|text-|dall-e|tts-|davinci)|deepseek/|accounts/).*",
    re.IGNORECASE,
)
_OWN_FOLDERS = re.compile(
    r"(?:\w*(?:ckpts?|checkpoints?|weights?|outputs?|results?|pretrained?|experiments?|models?|logs?|runs?|saves?|saved"
    r"|train|training|finetuned?|data|datasets?|cache|work|dirs?|download(?:s|ed)?|scripts?|configs?|recipes?|examples?"
    r"|assets?|src|llama_factory|exps?|tmp|home|root|mnt|workspace|artifacts?|storage|trained|local)\w*)",
    re.IGNORECASE,
)


def name_of(text: str, notation: Notation, *, hub: str = "huggingface", owner: str = "") -> tuple[Named, Kind | None]:
    """Say what an operand names, and what the hub stores under the name where the text itself says so."""
    text = text.strip()
    if (match := _HUB_ADDRESS.fullmatch(text)) and notation != "wheel":
        return _of_hub_address(match)
    return _READERS[notation](text, hub, owner), None


def is_output(name: str) -> bool:
    """Whether the first part of ``owner/name`` is what people call folders of their own."""
    first, slash, _ = name.partition("/")
    return bool(slash) and bool(_OWN_FOLDERS.fullmatch(first))


def is_weights(path: str) -> bool:
    """Whether a file name is that of weights."""
    path = re.split(r"[?#]", path, maxsplit=1)[0]
    name = path.rpartition("/")[2]
    return bool(_WEIGHTS.search(name) or _ARCHIVE.search(name) or _MIRROR.match(path)) and not _NOT_WEIGHTS.search(name)


def becomes_weights(path: str) -> bool:
    """Whether what is saved under a path is weights, by its name or as an archive in a folder of them."""
    folder, _, name = path.rpartition("/")
    return is_weights(path) or (bool(_PACKED.search(name)) and not _KEPT_IN.isdisjoint(folder.split("/")))


def spacy_wheels(text: str) -> list[int]:
    """Return where ``text`` names packages of spaCy's models by their addresses."""
    return [match.start() for match in _SPACY_WHEEL.finditer(text)]


def _wheel_name(match: re.Match[str]) -> HubName:
    return HubName(match["name"], match["version"], hub="spacy")


def _of_hub_address(match: re.Match[str]) -> tuple[Named, Kind | None]:
    kinds: dict[str | None, Kind] = {"datasets": "dataset", "spaces": "space"}
    ref, file = match["ref"], match["file"]
    name = match["name"].removesuffix(".git")
    named = read_identifier(name)
    if isinstance(named, NoName):  # what looks like a folder is a name of the hub in an address of the hub
        return named, None
    return HubName(name, unquote(ref) if ref else None, unquote(file) if file else None), kinds.get(match["kind"])


def _read_id(text: str, hub: str, owner: str) -> Named:
    named = read_identifier(_HUB_PREFIX.sub("", text, count=1), owner=owner)
    return HubName(named.name, named.ref, named.file, hub) if isinstance(named, HubName) else named


def _read_owned(text: str, *_: str) -> Named:
    named = read_identifier(text)
    if not isinstance(named, HubName) or named.name in ORIGINAL_NAMES:
        return named
    if "/" not in named.name or is_output(named.name) or _SERVICES.fullmatch(named.name):
        return NoName(f"`{text}` may be anything")
    return named


def _read_gguf(text: str, *_: str) -> Named:
    name, colon, quantisation = _HUB_PREFIX.sub("", text, count=1).partition(":")
    named = read_identifier(name)
    if isinstance(named, HubName) and colon:
        return HubName(named.name, None, f":{quantisation}")
    return named


def _read_address(text: str, *_: str) -> Named:
    if match := _SPACY_WHEEL.fullmatch(text):
        return _wheel_name(match)
    if not re.match(r"(?:https?|ftp|s3|gs)://", text):
        return LocalPath(text)
    if re.search(r"[\s<>{}$]|/\.\.\.", text):
        return NoName(f"`{text}` is a placeholder")
    if _HUB_HOST.match(text):
        return NoName(f"`{text}` is a page, not a file")
    return HubName(text, hub="url")


def _read_repository(text: str, *_: str) -> Named:
    if match := _MODELSCOPE.fullmatch(text):
        return HubName(match["name"], hub="modelscope")
    return NoName(f"`{text}` is no repository of models")


def _read_ollama(text: str, hub: str, _: str) -> Named:
    if _HUB_PREFIX.match(text):
        return _read_gguf(text)
    if text.startswith((".", "/", "~")) or not _OLLAMA.fullmatch(text):
        return LocalPath(text) if text.startswith((".", "/", "~")) else NoName(f"`{text}` is no name of a model")
    return HubName(text, hub=hub)


def _read_kaggle(text: str, *_: str) -> Named:
    return HubName(text, hub="kaggle") if _KAGGLE.fullmatch(text) else NoName(f"`{text}` is no handle of a model")


def _read_package(text: str, *_: str) -> Named:
    match = _PACKAGE.fullmatch(text)
    if match:
        return HubName(match["name"], match["version"], hub="spacy")
    return HubName(text, hub="spacy") if text in {"en", "de", "fr", "es"} else NoName(f"`{text}` is no name of a model")


def _read_wheel(text: str, *_: str) -> Named:
    match = _SPACY_WHEEL.search(text)
    return _wheel_name(match) if match else NoName(f"`{text}` is no model")


def _read_name(text: str, hub: str, _: str) -> Named:
    if text.startswith((".", "/", "~")) or (_WEIGHTS.search(text) and "/" in text):
        return LocalPath(text)
    return HubName(text, hub=hub) if _ENTRY.fullmatch(text) else NoName(f"`{text}` is no name of a model")


def _read_asset(text: str, hub: str, _: str) -> Named:
    if _ASSET.fullmatch(text) and text.endswith(".pt"):
        return HubName(text, hub=hub)
    return _read_address(text) if "://" in text else LocalPath(text)


def _read_scheme(text: str, *_: str) -> Named:
    match = _SCHEME.fullmatch(text)
    if match is None:
        return LocalPath(text) if text.startswith((".", "/", "~", "file:")) else _read_ollama(text, "ollama", "")
    scheme, rest = match["scheme"].lower(), match["rest"]
    if scheme in {"hf", "huggingface"}:
        parts = rest.split("/")
        if len(parts) > 2:  # noqa: PLR2004 - owner, name, and a path to a file
            return HubName("/".join(parts[:2]), None, "/".join(parts[2:]))
        return _read_gguf(rest)
    hubs = {"ollama": "ollama", "ms": "modelscope", "modelscope": "modelscope"}
    return HubName(rest, hub=hubs.get(scheme, "oci"))


_READERS: dict[Notation, Callable[[str, str, str], Named]] = {
    "id": _read_id,
    "owned": _read_owned,
    "gguf": _read_gguf,
    "address": _read_address,
    "repository": _read_repository,
    "ollama": _read_ollama,
    "oci": _read_ollama,
    "kaggle": _read_kaggle,
    "package": _read_package,
    "wheel": _read_wheel,
    "name": _read_name,
    "asset": _read_asset,
    "scheme": _read_scheme,
}
