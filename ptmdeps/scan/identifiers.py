"""Whether a text names a model of the hub, a file on the hub, or something on the local disk.

The grammar of ids is that of ``huggingface_hub`` 2.4.0 (``utils/_validators.py``): one or two parts of letters,
digits, ``-``, ``_`` and ``.``, together at most 96 characters, no ``--`` or ``..``, no ``.git`` at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from ptmdeps.scan.loaders.loader import Notation
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES

_ID = re.compile(r"(?:[\w.-]+/)?[\w.-]+", re.ASCII)
_LONGEST = 96
_CONSTANT = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
"""How registries of other libraries name their entries; no bare name of the hub looks like that."""

_LOCAL_START = re.compile(r"(?:\.{1,2}(?:[/\\]|$)|/|~|[A-Za-z]:[\\/]|\\\\|file:)")
_FILE_END = re.compile(
    r"\.(?:pt|pth|pkl|bin|gguf|ggml|safetensors|ckpt|onnx|pb|h5|keras|tflite|msgpack|npz|npy|model|json|ya?ml|txt|zip"
    r"|tar|gz|tgz|py)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_HUB_ADDRESS = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/(?P<name>[\w.-]+/[\w.-]+)"
    r"(?:/(?:resolve|blob|raw|tree)/(?P<ref>[^/?#]+)(?:/(?P<file>[^?#]+))?)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_FILE_OF_MODEL = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)/(?:(?:blob|resolve)/main/)?(?P<file>[^?#]+)", re.ASCII)
_PLACEHOLDER = re.compile(
    r"(?:<.*>|\{.*\}|\[.*\]|\.\.\.|x+|repo_id|repo/name|path[-_/].*|.*/your[-_]\w.*|your[-_/]\w.*"
    r"|(?:your|my)[-_ ]?(?:hf[-_ ]?)?(?:user|username|org|organization|name|account|namespace)\b.*"
    r"|(?:user|username|user_name|namespace|organization|org)/.*)",
    re.IGNORECASE,
)
_FOLDERS = frozenset(
    [
        *("model", "models", "my_model", "my-model", "saved_model", "saved_models", "pretrained", "pretrained_models"),
        *("checkpoint", "checkpoints", "ckpt", "ckpts", "weights", "output", "outputs", "out", "result", "results"),
        *("tokenizer", "adapter", "adapters", "lora", "runs", "logs", "log", "tmp", "temp", "data", "cache", "best"),
        *("best_model", "final", "final_model", "trained_model", "finetuned", "test", "dummy", "local", "export"),
    ]
)
_NUMBERED = re.compile(r"(?:checkpoint|ckpt|epoch|step|iter|output|results?|run|exp)[-_]?\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HubName:
    """A model of a hub, with what the text says besides."""

    name: str
    ref: str | None = None
    file: str | None = None
    hub: str = "huggingface"


@dataclass(frozen=True, slots=True)
class LocalPath:
    """Something on the disk."""

    path: str


@dataclass(frozen=True, slots=True)
class NoName:
    """Text that names nothing; ``reason`` says why."""

    reason: str


Named = HubName | LocalPath | NoName


def read_identifier(  # noqa: PLR0911 - one result a case
    text: str,
    *,
    notation: Notation = "id",
    owner: str = "",
    ownerless: frozenset[str] = frozenset(),
    is_folder: Callable[[str], bool] = lambda _: False,
) -> Named:
    """Say what the text of an id argument names.

    ``owner`` is put in front of bare names other than ``ownerless`` ones; ``is_folder`` tells whether the project has
    a folder of that name, which every loader prefers to the hub.
    """
    text = text.strip()
    if not text:
        return NoName("it is an empty text unless somebody outside the project gives a model")
    if _ADDRESS.match(text):
        return _read_address(text, notation)
    if _LOCAL_START.match(text) or "\\" in text:
        return LocalPath(text)
    if _PLACEHOLDER.fullmatch(text):
        return NoName(f"`{text}` is a placeholder")
    if notation == "code" and "/" not in text and not text.endswith(".py"):
        return NoName(f"the code of `{text}` comes with the library")
    name, ref = text, None
    if notation == "id@revision":
        name, _, given = text.partition("@")
        ref = given or None
    if notation == "file" and (match := _FILE_OF_MODEL.fullmatch(name)) and not _is_ordinary(name.partition("/")[0]):
        return LocalPath(text) if is_folder(match["name"]) else HubName(match["name"], None, match["file"])
    if name.count("/") > 1 or _FILE_END.search(name) or is_folder(name):
        return LocalPath(text)
    return _read_id(name, ref, owner, ownerless)


def _read_id(name: str, ref: str | None, owner: str, ownerless: frozenset[str]) -> Named:
    if not _ID.fullmatch(name) or len(name) > _LONGEST or _is_malformed(name):
        return NoName(f"`{name}` is no name that a hub allows")
    first, slash, _ = name.partition("/")
    if not slash and owner and name.lower() not in ownerless:
        return HubName(f"{owner}/{name}", ref)
    if not slash and _CONSTANT.fullmatch(name):
        return NoName(f"`{name}` is an entry of some other registry")
    if _is_ordinary(first) and name not in ORIGINAL_NAMES:
        return LocalPath(name)
    return HubName(name, ref)


def _is_malformed(name: str) -> bool:
    """Whether a name breaks a rule that its letters do not show."""
    parts = name.split("/")
    ends = any(part[:1] in "-." or part[-1:] in "-." for part in parts)
    return ends or "--" in name or ".." in name or name.endswith(".git") or name.isdigit()


def _is_ordinary(part: str) -> bool:
    """Whether people call folders of their own like this."""
    return part.lower() in _FOLDERS or bool(_NUMBERED.fullmatch(part))


def _read_address(text: str, notation: Notation) -> Named:
    if match := _HUB_ADDRESS.fullmatch(text):
        ref, file = match["ref"], match["file"]
        return HubName(match["name"], unquote(ref) if ref else None, unquote(file) if file else None)
    if notation == "file":
        return HubName(text, hub="url")
    return NoName(f"`{text}` is an address, not a name")
