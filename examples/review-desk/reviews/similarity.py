"""Has somebody complained about the same before?"""

from __future__ import annotations

from sentence_transformers import SentenceTransformer

from reviews.registry import EMBEDDINGS

COMPLAINTS = ("the food is bad", "the film is awful", "not very good")


class ComplaintFinder:
    """Knows earlier complaints and finds the one that a text resembles most."""

    def __init__(self, *, model: str = EMBEDDINGS) -> None:
        self.model = SentenceTransformer(model)
        self._known = self.model.encode(COMPLAINTS)

    def nearest(self, text: str) -> str:
        """Return the complaint with the smallest angle to `text`."""
        return COMPLAINTS[int(self.model.similarity(self.model.encode([text]), self._known).argmax())]
