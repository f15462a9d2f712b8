"""Names of repositories as model cards and configurations write them."""

from __future__ import annotations

import re

_REPOSITORY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,95}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,95})?")
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?:models/)?")
# folders that training scripts write to and then publish by mistake as the name of the base model
_LOCAL_FOLDERS = frozenset(
    {"checkpoint", "checkpoints", "ckpt", "ckpts", "data", "model", "models", "output", "outputs", "results", "tmp"}
)


def repository_name(text: str) -> str | None:
    """``org/name`` or ``name`` if ``text`` can be a repository of the Hugging Face Hub, else None.

    The address of a model's page counts as its name. A path of somebody's machine (absolute, starting with a dot or a
    tilde, more than two parts, below a folder such as ``outputs/``) does not.
    """
    name = _ADDRESS.sub("", text.strip(), count=1).rstrip("/") if _ADDRESS.match(text.strip()) else text.strip()
    if not _REPOSITORY.fullmatch(name) or "--" in name or ".." in name:
        return None
    owner, slash, _ = name.partition("/")
    return None if slash and owner.lower() in _LOCAL_FOLDERS else name
