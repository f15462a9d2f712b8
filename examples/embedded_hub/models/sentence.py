"""A sentence-transformers model: an encoder, mean pooling and normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_hub.models.bert import HIDDEN, Storage, bert_encoder
from embedded_hub.models.card import CardValue, Files, json_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODULES = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))


def sentence_transformer(
    *,
    seed: str = "v1",
    weight_bytes: int = 0,
    storage: Storage = "safetensors",
    facts: Mapping[str, CardValue] | None = None,
) -> Files:
    """Return an embedding model; arguments as for `bert_classifier`.

    Like the well-known ones it names the folder of a module, `2_Normalize`, in which there is no file.
    """
    shown: dict[str, CardValue] = {
        "library_name": "sentence-transformers",
        "pipeline_tag": "sentence-similarity",
        "license": "apache-2.0",
    }
    shown |= {"tags": ["sentence-transformers", "feature-extraction"], "datasets": ["sentence-transformers/all-nli"]}
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{name}"}
        for number, (path, name) in enumerate(_MODULES)
    ]
    pooling = {"word_embedding_dimension": HIDDEN, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    versions = {"sentence_transformers": "3.0.0", "transformers": "4.41.0", "pytorch": "2.3.0"}
    return {
        **bert_encoder(seed=seed, weight_bytes=weight_bytes, storage=storage, facts={**shown, **(facts or {})}),
        "modules.json": json_file(modules),
        "1_Pooling/config.json": json_file(pooling),
        "sentence_bert_config.json": json_file({"max_seq_length": 32, "do_lower_case": False}),
        "config_sentence_transformers.json": json_file(
            {"__version__": versions, "prompts": {}, "default_prompt_name": None}
        ),
    }
