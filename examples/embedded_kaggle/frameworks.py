"""The frameworks of Kaggle Models, as its enumeration, its answers and the handles in code spell them."""

from __future__ import annotations

_PREFIX = "MODEL_FRAMEWORK_"

FRAMEWORKS = (
    "TENSOR_FLOW_1",
    "TENSOR_FLOW_2",
    "TF_LITE",
    "TF_JS",
    "PY_TORCH",
    "JAX",
    "FLAX",
    "PAX",
    "MAX_TEXT",
    "GEMMA_CPP",
    "GGML",
    "GGUF",
    "CORAL",
    "SCIKIT_LEARN",
    "MXNET",
    "ONNX",
    "KERAS",
    "TRANSFORMERS",
    "API",
    "OTHER",
    "TENSOR_RT_LLM",
    "TRITON",
    "VLLM",
)
"""Names of the enumeration `ModelFramework` of kagglesdk, without their common start."""


def framework(spelled: str) -> str | None:
    """Return the name of a framework for any spelling that Kaggle takes (`pyTorch`, `PyTorch`, the enumeration's)."""
    wanted = spelled.removeprefix(_PREFIX).replace("_", "").upper()
    return next((name for name in FRAMEWORKS if name.replace("_", "") == wanted), None)


def shown(name: str) -> str:
    """Return a framework as answers and URLs of Kaggle spell it: `pyTorch`, `tensorFlow2`."""
    first, *others = name.lower().split("_")
    return first + "".join(word.capitalize() for word in others)
