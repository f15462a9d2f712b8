"""Calls of ``flair`` (read in 0.15.1): names of its own tables, or repositories of the Hugging Face Hub."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES


def _own(call: str, model: Argument) -> Loader:
    return Loader(call=call, model=model, reads="flair", hub="flair", notation="name", pin="none")


def _transformer(name: str) -> Loader:
    """An embedding over any model of transformers; what it does not know goes to ``from_pretrained``."""
    return Loader(
        call=f"flair.{name}",
        model=Argument(0, "model"),
        reads="transformers",
        arguments=Arguments(ref=Argument(None, "revision", ("transformers_model_kwargs.revision",))),
        default="bert-base-uncased",
        pin="none",
    )


_SAVED = Argument(0, "model_path", ("model", "model_name", "model_file"))

LOADERS: tuple[Loader, ...] = (
    _own("flair.models.*.load", _SAVED),
    _own("flair.nn.*.load", _SAVED),
    _own("flair.models.*.load_language_model", Argument(0, "model_file")),
    _own("flair.embeddings.FlairEmbeddings", Argument(0, "model")),
    _own("flair.embeddings.PooledFlairEmbeddings", Argument(0, "contextual_embeddings")),
    _own("flair.embeddings.CharLMEmbeddings", Argument(0, "model")),
    _own("flair.embeddings.WordEmbeddings", Argument(0, "embeddings")),
    _transformer("embeddings.TransformerWordEmbeddings"),
    _transformer("embeddings.TransformerDocumentEmbeddings"),
    Loader(
        call="flair.embeddings.SentenceTransformerDocumentEmbeddings",
        model=Argument(0, "model"),
        reads="sentence-transformers",
        owner="sentence-transformers",
        ownerless=ORIGINAL_NAMES,
        default="sentence-transformers/bert-base-nli-mean-tokens",
        pin="none",
    ),
)
