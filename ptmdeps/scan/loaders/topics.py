"""Topics and keywords: ``bertopic`` (read in 0.17.4), ``keybert`` (0.9.0), ``top2vec`` (1.0.36), and others.

Bare names are those of sentence-transformers.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Condition, Loader
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES


def _encoder(call: str, model: Argument, *, default: str = "", has_default: bool = False) -> Loader:
    return Loader(
        call=call,
        model=model,
        reads="sentence-transformers",
        owner="sentence-transformers",
        ownerless=ORIGINAL_NAMES,
        default=default,
        has_default=has_default,
        pin="none",
    )


LOADERS: tuple[Loader, ...] = (
    # A folder, or a repository where it has an owner; the embedding model is the one that the topics were found with.
    Loader(
        call="bertopic.BERTopic.load",
        model=Argument(0, "path"),
        reads="snapshot",
        notation="code",
        also=(Also(model=Argument(1, "embedding_model"), reads="sentence-transformers", notation="code"),),
        pin="none",
        quiet=True,
    ),
    # The language decides where no model is named.
    _encoder("bertopic.BERTopic", Argument(None, "embedding_model"), has_default=True),
    _encoder("bertopic.backend.SentenceTransformerBackend", Argument(0, "embedding_model")),
    _encoder("bertopic.backend.MultiModalBackend", Argument(0, "embedding_model")),
    Loader(
        call="bertopic.backend.FastEmbedBackend",
        model=Argument(0, "embedding_model"),
        reads="snapshot",
        default="BAAI/bge-small-en-v1.5",
        pin="none",
    ),
    Loader(
        call="bertopic.backend.Model2VecBackend", model=Argument(0, "embedding_model"), reads="snapshot", pin="none"
    ),
    Loader(
        call="bertopic.representation.ZeroShotClassification",
        model=Argument(1, "model"),
        reads="transformers",
        default="facebook/bart-large-mnli",
        pin="none",
    ),
    Loader(call="bertopic.representation.TextGeneration", model=Argument(0, "model"), reads="transformers", pin="none"),
    Loader(
        call="bertopic.representation.PartOfSpeech",
        model=Argument(0, "model"),
        reads="package",
        hub="spacy",
        notation="preset",
        default="en_core_web_sm",
        pin="none",
    ),
    Loader(
        call="bertopic.representation.VisualRepresentation",
        model=Argument(None, "image_to_text_model"),
        reads="transformers",
        pin="none",
        optional=True,
    ),
    _encoder("keybert.KeyBERT", Argument(0, "model"), default="sentence-transformers/all-MiniLM-L6-v2"),
    # ``doc2vec``, the default of older releases, is trained on the documents.
    Loader(
        call="top2vec.Top2Vec",
        model=Argument(None, "embedding_model"),
        reads="snapshot",
        hub="top2vec",
        notation="entry",
        conditions=tuple(
            Condition(argument=Argument(None, "embedding_model"), starts=starts)
            for starts in ("universal-sentence-encoder", "distiluse-", "all-MiniLM-", "paraphrase-")
        ),
        local=(Condition(argument=Argument(None, "embedding_model_path")),),
        pin="none",
        optional=True,
    ),
    _encoder(
        "contextualized_topic_models.utils.data_preparation.TopicModelDataPreparation",
        Argument(0, "contextualized_model"),
    ),
    *(
        _encoder(f"contextualized_topic_models.utils.data_preparation.{name}", Argument(1, "sbert_model_to_load"))
        for name in ("bert_embeddings_from_file", "bert_embeddings_from_list")
    ),
)
