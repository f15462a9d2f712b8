"""Ids of the Hugging Face Hub.

The grammar is that of ``huggingface_hub`` 2.4.0 (``utils/_validators.py``): one or two parts of letters, digits,
``-``, ``_`` and ``.``, together at most 96 characters, no ``--`` or ``..``, no ``.git`` at the end.
"""

from __future__ import annotations

import re

from ptmdeps.scan.identifiers.named import HubName, LocalPath, Named, NoName
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES

_ID = re.compile(r"(?:[\w.-]+/)?[\w.-]+", re.ASCII)
_LONGEST = 96
_CONSTANT = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
"""How registries of other libraries name their entries; no bare name of the hub looks like that."""

_FOLDERS = frozenset(
    [
        *("model", "models", "my_model", "my-model", "saved_model", "saved_models", "pretrained", "pretrained_models"),
        *("checkpoint", "checkpoints", "ckpt", "ckpts", "weights", "output", "outputs", "out", "result", "results"),
        *("tokenizer", "adapter", "adapters", "lora", "runs", "logs", "log", "tmp", "temp", "data", "cache", "best"),
        *("best_model", "final", "final_model", "trained_model", "finetuned", "test", "dummy", "local", "export"),
    ]
)
_NUMBERED = re.compile(r"(?:checkpoint|ckpt|epoch|step|iter|output|results?|run|exp)[-_]?\d*", re.IGNORECASE)


def read_id(name: str, ref: str | None = None, owner: str = "", ownerless: frozenset[str] = frozenset()) -> Named:
    """Say what ``owner/name`` or a bare name is; ``owner`` is put in front of bare names that are not ``ownerless``."""
    if not _ID.fullmatch(name) or len(name) > _LONGEST or _is_malformed(name):
        return NoName(f"`{name}` is no name that a hub allows")
    first, slash, _ = name.partition("/")
    if not slash and owner and name.lower() not in ownerless:
        return HubName(f"{owner}/{name}", ref)
    if not slash and _CONSTANT.fullmatch(name):
        return NoName(f"`{name}` is an entry of some other registry")
    if is_ordinary(first) and name not in ORIGINAL_NAMES:
        return LocalPath(name)
    return HubName(name, ref)


def _is_malformed(name: str) -> bool:
    """Whether a name breaks a rule that its letters do not show."""
    parts = name.split("/")
    ends = any(part[:1] in "-." or part[-1:] in "-." for part in parts)
    return ends or "--" in name or ".." in name or name.endswith(".git") or name.isdigit()


def is_ordinary(part: str) -> bool:
    """Whether people call folders of their own like this."""
    return part.lower() in _FOLDERS or bool(_NUMBERED.fullmatch(part))
