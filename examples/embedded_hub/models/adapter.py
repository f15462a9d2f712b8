"""A LoRA adapter for the classifier of `bert`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_hub import weights
from embedded_hub.models.bert import HIDDEN, LABELS
from embedded_hub.models.card import CardValue, Files, card, json_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_TARGETS = ("query", "value")


def lora_adapter(
    base: str,
    *,
    seed: str = "v1",
    weight_bytes: int = 0,
    revision: str | None = None,
    facts: Mapping[str, CardValue] | None = None,
) -> Files:
    """Return an adapter.

    Args:
        base: name of the repository of the base model, made by `bert_classifier`.
        seed: other seeds give other weights.
        weight_bytes: least size of the weights (a higher rank).
        revision: revision of the base model, if the adapter names one.
        facts: front matter of the card, added to or replacing what is there.
    """
    rank = max(2, -(-weight_bytes // (4 * 2 * HIDDEN * len(_TARGETS))))
    shapes: dict[str, tuple[int, ...]] = {}
    for target in _TARGETS:
        name = f"base_model.model.bert.encoder.layer.0.attention.self.{target}"
        shapes |= {f"{name}.lora_A.weight": (rank, HIDDEN), f"{name}.lora_B.weight": (HIDDEN, rank)}
    shapes["base_model.model.classifier.weight"] = (len(LABELS), HIDDEN)
    shapes["base_model.model.classifier.bias"] = (len(LABELS),)
    config = {
        "base_model_name_or_path": base,
        "bias": "none",
        "inference_mode": True,
        "lora_alpha": 2 * rank,
        "lora_dropout": 0.0,
        "modules_to_save": ["classifier", "score"],
        "peft_type": "LORA",
        "r": rank,
        "revision": revision,
        "target_modules": list(_TARGETS),
        "task_type": "SEQ_CLS",
    }
    shown: dict[str, CardValue] = {
        "license": "apache-2.0",
        "library_name": "peft",
        "base_model": base,
        "tags": ["lora"],
    }
    return {
        "README.md": card("Adapter", {**shown, **(facts or {})}),
        "adapter_config.json": json_file(config),
        "adapter_model.safetensors": weights.safetensors(weights.drawn(seed, shapes)),
    }
