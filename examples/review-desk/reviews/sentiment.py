"""Is the customer happy?"""

from __future__ import annotations

from transformers import PreTrainedModel, pipeline

from reviews.registry import SENTIMENT


class SentimentReader:
    """Reads the mood of a text."""

    def __init__(self, model: str = SENTIMENT) -> None:
        self._classify = pipeline("text-classification", model=model)

    @property
    def model(self) -> PreTrainedModel:
        """The classifier itself."""
        return self._classify.model

    def read(self, text: str) -> str:
        """Return the mood and how sure it is, such as `positive 0.93`."""
        (found,) = self._classify([text])
        return f"{found['label']} {found['score']:.4f}"
