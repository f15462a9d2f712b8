"""Finds notes by what they mean."""

from dataclasses import dataclass

from sentence_transformers import CrossEncoder, SentenceTransformer

from notes.registry import ENCODERS


@dataclass
class SearchSettings:
    """What a deployment can set."""

    reranker: str = "cross-encoder/ms-marco-MiniLM-L6-v2"


class Search:
    """An index of notes."""

    def __init__(self, quality: str, settings: SearchSettings) -> None:
        self.encoder = SentenceTransformer(ENCODERS[quality])
        self.reranker = CrossEncoder(settings.reranker)
