"""Components of Haystack: 1 (read in 1.26.4), 2 (2.10.0), and the integrations that hold them since 3 (3.4.1).

Generators and embedders of services load nothing. A component that takes models of both (``PromptNode``) means a
repository only where the name has an owner.
"""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Loader
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES

_MODEL = Argument(0, "model")
_NODE = Argument(0, "model_name_or_path")
_HOMES = ("haystack", "haystack_integrations")


def _node(name: str, default: str = "", *, model: Argument = _NODE) -> Loader:
    """A node of Haystack 1; its ``model_version`` is a ref."""
    return Loader(
        call=f"haystack.{name}",
        model=model,
        reads="transformers",
        arguments=Arguments(ref=Argument(None, "model_version")),
        default=default,
    )


def _component(
    name: str, default: str = "", *, model: Argument = _MODEL, ref: str = "model_kwargs.revision"
) -> tuple[Loader, ...]:
    """A component of Haystack 2 that runs a model of transformers, in the core or in an integration."""
    row = Loader(
        call=f"haystack.{name}",
        model=model,
        reads="transformers",
        arguments=Arguments(ref=Argument(None, ref)),
        default=default,
    )
    return tuple(replace(row, call=f"{home}.{name}") for home in _HOMES)


def _encoder(name: str, default: str, owner: str = "sentence-transformers") -> tuple[Loader, ...]:
    rows = _component(name, default, ref="revision")
    return tuple(
        replace(row, reads="sentence-transformers", owner=owner, ownerless=ORIGINAL_NAMES, pin="none") for row in rows
    )


def _whisper(call: str, model: Argument) -> Loader:
    return Loader(call=call, model=model, reads="whisper", hub="whisper", notation="name", has_default=True, pin="none")


def _integration(name: str, default: str, model: Argument = _MODEL) -> Loader:
    return Loader(call=f"haystack_integrations.{name}", model=model, reads="snapshot", default=default, pin="none")


def _ollama(name: str) -> Loader:
    return Loader(
        call=f"haystack_integrations.{name}",
        model=_MODEL,
        reads="ollama",
        hub="ollama",
        notation="entry",
        has_default=True,
        pin="none",
    )


_NODES = (
    _node("FARMReader"),
    _node("TransformersReader", "distilbert-base-uncased-distilled-squad"),
    _node("TableReader", "google/tapas-base-finetuned-wtq"),
    _node("EntityExtractor", "elastic/distilbert-base-cased-finetuned-conll03-english"),
    _node("QuestionGenerator", "valhalla/t5-base-e2e-qg"),
    _node("SentenceTransformersRanker"),
    _node("TransformersSummarizer", "google/pegasus-xsum"),
    replace(_node("TransformersTranslator"), arguments=Arguments(), pin="none"),
    _node("TransformersDocumentClassifier", "bhadresh-savani/distilbert-base-uncased-emotion"),
    _node("TransformersQueryClassifier", "shahrukhx01/bert-mini-finetune-question-detection"),
    _node("TransformersDocumentLanguageClassifier", "papluca/xlm-roberta-base-language-detection"),
    _node("TransformersImageToText", "Salesforce/blip-image-captioning-base"),
    _node("Seq2SeqGenerator"),
    _node("RAGenerator", "facebook/rag-token-nq"),
    # The position of the model has moved; with a key it is one of a service.
    replace(
        _node("EmbeddingRetriever", model=Argument(None, "embedding_model")),
        reads="snapshot",
        unless=("api_key", "azure_api_version"),
    ),
    replace(_node("MultihopEmbeddingRetriever", model=Argument(None, "embedding_model")), reads="snapshot"),
    replace(
        _node(
            "DensePassageRetriever",
            "facebook/dpr-question_encoder-single-nq-base",
            model=Argument(None, "query_embedding_model"),
        ),
        also=(
            Also(
                model=Argument(None, "passage_embedding_model"),
                reads="transformers",
                default="facebook/dpr-ctx_encoder-single-nq-base",
            ),
        ),
    ),
    *(
        replace(_node(name, "google/flan-t5-base"), arguments=Arguments(), pin="none", notation="code", quiet=True)
        for name in ("PromptNode", "PromptModel")
    ),
    _whisper("haystack.WhisperTranscriber", Argument(None, "model_name_or_path")),
)

_COMPONENTS = (
    *_encoder("SentenceTransformersTextEmbedder", "sentence-transformers/all-mpnet-base-v2"),
    *_encoder("SentenceTransformersDocumentEmbedder", "sentence-transformers/all-mpnet-base-v2"),
    *_encoder("SentenceTransformersDocumentImageEmbedder", "sentence-transformers/clip-ViT-B-32"),
    *_encoder("SentenceTransformersSparseTextEmbedder", "prithivida/Splade_PP_en_v2", "sparse-encoder"),
    *_encoder("SentenceTransformersSparseDocumentEmbedder", "prithivida/Splade_PP_en_v2", "sparse-encoder"),
    *_encoder("SentenceTransformersDiversityRanker", "sentence-transformers/all-MiniLM-L6-v2"),
    *_encoder("SentenceTransformersSimilarityRanker", "cross-encoder/ms-marco-MiniLM-L-6-v2", "cross-encoder"),
    *_encoder("SASEvaluator", "sentence-transformers/paraphrase-multilingual-mpnet-base-v2"),
    *_component("TransformersSimilarityRanker", "cross-encoder/ms-marco-MiniLM-L-6-v2"),
    *_component("ExtractiveReader", "deepset/roberta-base-squad2-distilled"),
    *_component("TransformersExtractiveReader", "deepset/roberta-base-squad2-distilled"),
    *(
        replace(row, has_default=True)
        for name in ("HuggingFaceLocalGenerator", "HuggingFaceLocalChatGenerator", "TransformersChatGenerator")
        for row in _component(name, ref="huggingface_pipeline_kwargs.revision")
    ),
    *_component("TransformersTextRouter", ref="huggingface_pipeline_kwargs.revision"),
    *_component(
        "TransformersZeroShotTextRouter",
        "MoritzLaurer/deberta-v3-base-zeroshot-v1.1-all-33",
        model=Argument(2, "model"),
        ref="huggingface_pipeline_kwargs.revision",
    ),
    *_component("TransformersZeroShotDocumentClassifier", ref="huggingface_pipeline_kwargs.revision"),
    *_component("TransformersNamedEntityExtractor", model=Argument(None, "model"), ref="pipeline_kwargs.revision"),
    # Its backend is spaCy or transformers; a bare name is a package of the first.
    Loader(
        call="haystack.NamedEntityExtractor",
        model=Argument(None, "model"),
        reads="transformers",
        hub="spacy",
        notation="name",
        pin="none",
    ),
    *(_whisper(f"{home}.LocalWhisperTranscriber", _MODEL) for home in _HOMES),
)

_INTEGRATIONS = (
    _integration("FastembedTextEmbedder", "BAAI/bge-small-en-v1.5"),
    _integration("FastembedDocumentEmbedder", "BAAI/bge-small-en-v1.5"),
    _integration("FastembedSparseTextEmbedder", "prithivida/Splade_PP_en_v1"),
    _integration("FastembedSparseDocumentEmbedder", "prithivida/Splade_PP_en_v1"),
    _integration("FastembedRanker", "Xenova/ms-marco-MiniLM-L-6-v2", Argument(0, "model_name")),
    _integration("OptimumTextEmbedder", "sentence-transformers/all-mpnet-base-v2"),
    _integration("OptimumDocumentEmbedder", "sentence-transformers/all-mpnet-base-v2"),
    _integration("InstructorTextEmbedder", "hkunlp/instructor-base"),
    _integration("InstructorDocumentEmbedder", "hkunlp/instructor-base"),
    Loader(
        call="haystack_integrations.SpacyNamedEntityExtractor",
        model=Argument(None, "model"),
        reads="package",
        hub="spacy",
        notation="preset",
        pin="none",
    ),
    *(
        _ollama(name)
        for name in ("OllamaGenerator", "OllamaChatGenerator", "OllamaTextEmbedder", "OllamaDocumentEmbedder")
    ),
)

LOADERS: tuple[Loader, ...] = (*_NODES, *_COMPONENTS, *_INTEGRATIONS)
