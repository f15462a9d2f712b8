"""Handles of Kaggle Models, ``owner/model/framework/variation``, and how they are spelled."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ptmdeps.errors import ModelNotFound, RevisionNotFound
from ptmdeps.paths import printable

_PREFIX = "MODEL_FRAMEWORK_"
_FRAMEWORKS = (
    *("tensorFlow1", "tensorFlow2", "tfLite", "tfJs", "pyTorch", "jax", "flax", "pax", "maxText", "gemmaCpp", "ggml"),
    *("gguf", "coral", "scikitLearn", "mxnet", "onnx", "keras", "transformers", "api", "other", "tensorRtLlm"),
    *("triton", "vllm"),
)
"""Of the enumeration ``ModelFramework`` of kagglesdk 0.1.37, as Kaggle's own addresses spell them."""
_BY_LETTERS = {name.lower(): name for name in _FRAMEWORKS}
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_PARTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A variation of a model for one framework: what has versions. ``str()`` gives the handle."""

    owner: str
    model: str
    framework: str
    variation: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.model}/{self.framework}/{self.variation}"


def name_of(text: str) -> Name:
    """The variation that a handle names, with the framework as Kaggle spells it: ``PyTorch`` is ``pyTorch``.

    Raises:
        ModelNotFound: it is no handle.
    """
    parts = text.split("/")
    if len(parts) != _PARTS or not all(_PART.fullmatch(part) and not part.endswith(".") for part in parts):
        raise ModelNotFound(
            f"`{printable(text)}` cannot be a model of Kaggle",
            hint="Handles look like `owner/model/framework/variation`: `google/gemma/keras/gemma_2b_en`",
        )
    owner, model, framework, variation = parts
    return Name(owner=owner, model=model, framework=framework_of(framework), variation=variation)


def framework_of(spelled: str) -> str:
    """A framework as Kaggle's addresses spell it; what is not known stays as it is."""
    return _BY_LETTERS.get(spelled.removeprefix(_PREFIX).replace("_", "").lower(), spelled)


def version_of(name: Name, text: str) -> int:
    """The version that a ref names.

    Raises:
        RevisionNotFound: it is no number.
    """
    if not _VERSION.fullmatch(text):
        raise RevisionNotFound(
            f"`{name}` has no version `{printable(text)}`", hint="Versions of Kaggle are numbers: 1, 2, 3, …"
        )
    return int(text)
