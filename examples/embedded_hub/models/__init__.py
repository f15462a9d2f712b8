"""Generated models: functions that return the files of a repository, the same for the same seed on every machine.

All of them load in the real frameworks (transformers 5, sentence-transformers 6, peft, diffusers) and are a few
kilobytes small, or as large as `weight_bytes` says.
"""

from embedded_hub.models.adapter import lora_adapter
from embedded_hub.models.bert import Storage, bert_classifier, bert_encoder, cluttered
from embedded_hub.models.card import Files, card
from embedded_hub.models.diffusion import ddpm_pipeline
from embedded_hub.models.remote_code import code_repository, remote_code_model
from embedded_hub.models.sentence import sentence_transformer

__all__ = [
    "Files",
    "Storage",
    "bert_classifier",
    "bert_encoder",
    "card",
    "cluttered",
    "code_repository",
    "ddpm_pipeline",
    "lora_adapter",
    "remote_code_model",
    "sentence_transformer",
]
