"""Models that bring their own code, or use the code of another repository (`auto_map`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_hub import weights
from embedded_hub.models.card import CardValue, Files, card, json_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIDTH = 8

_CONFIGURATION = b"""from transformers import PretrainedConfig


class TinyConfig(PretrainedConfig):
    model_type = "embedded-tiny"

    def __init__(self, width=8, rows=8, **kwargs):
        self.width = width
        self.rows = rows
        super().__init__(**kwargs)
"""

_MODEL = b"""import torch
from transformers import PreTrainedModel

from .configuration_tiny import TinyConfig

GENERATION = "%s"


class TinyModel(PreTrainedModel):
    config_class = TinyConfig

    def __init__(self, config):
        super().__init__(config)
        self.table = torch.nn.Embedding(config.rows, config.width)
        self.post_init()

    def forward(self, input_ids):
        return self.table(input_ids)
"""


def code_repository(*, seed: str = "v1") -> Files:
    """Return a repository of code only; its module has `GENERATION = seed`."""
    return {
        "README.md": card("Code", {"license": "apache-2.0"}),
        "configuration_tiny.py": _CONFIGURATION,
        "modeling_tiny.py": _MODEL.replace(b"%s", seed.encode()),
    }


def remote_code_model(
    *,
    code: str | None = None,
    seed: str = "v1",
    weight_bytes: int = 0,
    facts: Mapping[str, CardValue] | None = None,
) -> Files:
    """Return a model with `auto_map`.

    Args:
        code: name of the repository that holds its code, made by `code_repository`; None puts the code beside it.
        seed: other seeds give other weights.
        weight_bytes: least size of the weights (more rows).
        facts: front matter of the card, added to or replacing what is there.
    """
    rows = max(_WIDTH, -(-weight_bytes // (4 * _WIDTH)))
    prefix = "" if code is None else f"{code}--"
    mapping = {"AutoConfig": f"{prefix}configuration_tiny.TinyConfig", "AutoModel": f"{prefix}modeling_tiny.TinyModel"}
    config = {"architectures": ["TinyModel"], "model_type": "embedded-tiny", "width": _WIDTH, "rows": rows}
    tensors = weights.drawn(seed, {"table.weight": (rows, _WIDTH)})
    return {
        **({} if code else code_repository(seed=seed)),
        "README.md": card("Own code", {"license": "mit", "tags": ["custom_code"], **(facts or {})}),
        "config.json": json_file({**config, "auto_map": mapping}),
        "model.safetensors": weights.safetensors(tensors),
    }
