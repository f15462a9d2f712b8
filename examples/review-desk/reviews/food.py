"""And what does somebody say who knows about food? The same classifier with an adapter on top."""

from __future__ import annotations

import torch
from peft import AutoPeftModelForSequenceClassification, PeftModel
from transformers import AutoTokenizer

from reviews import registry


class FoodCritic:
    """Reads the mood of a text about food."""

    def __init__(self) -> None:
        self.model: PeftModel = AutoPeftModelForSequenceClassification.from_pretrained(registry.FOOD_ADAPTER).eval()
        self._tokenize = AutoTokenizer.from_pretrained(registry.SENTIMENT)

    @torch.inference_mode()
    def read(self, text: str) -> str:
        """Return the mood and how sure it is, such as `positive 0.93`."""
        scores = self.model(**self._tokenize(text, return_tensors="pt")).logits.softmax(-1)[0]
        best = int(scores.argmax())
        return f"{self.model.config.id2label[best]} {scores[best]:.4f}"
