"""The repositories that `python -m embedded_hub` serves: one of each kind of generated model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_hub import models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_hub.repositories import Repositories

_WORLD: Mapping[str, models.Files] = {
    "acme/sentiment": models.bert_classifier(),
    "acme/sentiment-sharded": models.bert_classifier(storage="sharded safetensors"),
    "acme/sentiment-pickle": models.bert_classifier(storage="pickle"),
    "acme/sentiment-cluttered": models.cluttered(),
    "acme/sentiment-food-lora": models.lora_adapter("acme/sentiment"),
    "acme/embeddings": models.sentence_transformer(),
    "acme/pixels": models.ddpm_pipeline(),
    "acme/tiny-code": models.code_repository(),
    "acme/tiny": models.remote_code_model(code="acme/tiny-code"),
}


def fill(repositories: Repositories) -> None:
    """Make the repositories that are not there yet."""
    for name, files in _WORLD.items():
        if repositories.get(name) is None:
            repositories.create(name, files).tag("v1.0", message="First release")
    if repositories.moved_to("sentiment") is None:
        repositories.alias("sentiment", "acme/sentiment")
