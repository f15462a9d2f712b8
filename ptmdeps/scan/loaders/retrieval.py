"""Encoders and rerankers: ``FlagEmbedding`` (read in 1.4.2), ``fastembed`` (0.9.1), ``model2vec`` (0.10.0), others."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Condition, Loader
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES

_REVISION = Arguments(ref=Argument(None, "revision"), subfolder=Argument(None, "subfolder"))
_ID = Argument(0, "model_name_or_path")


def _flag(name: str) -> Loader:
    """``BGE-M3`` has heads in files of their own."""
    return Loader(call=f"FlagEmbedding.{name}", model=_ID, reads="snapshot", pin="none")


def _fastembed(name: str, default: str = "") -> Loader:
    """A name of its own table, which says what copy of the model is loaded; a folder can be given instead."""
    return Loader(
        call=f"fastembed.{name}",
        model=Argument(0, "model_name"),
        reads="snapshot",
        default=default,
        local=(Condition(argument=Argument(None, "specific_model_path")),),
        pin="none",
    )


def _bare(call: str, model: Argument, owner: str, *, reads: str = "sentence-transformers") -> Loader:
    """A bare name belongs to ``owner``."""
    return Loader(
        call=call, model=model, reads=reads, owner=owner, ownerless=ORIGINAL_NAMES, pin="none", unless=("modules",)
    )


LOADERS: tuple[Loader, ...] = (
    *(
        _flag(name)
        for name in (
            *("FlagModel", "BGEM3FlagModel", "FlagLLMModel", "FlagICLModel", "FlagPseudoMoEModel", "LLMEmbedder"),
            *("FlagReranker", "FlagLLMReranker", "LayerWiseFlagLLMReranker", "LightWeightFlagLLMReranker"),
            *("FlagAutoModel.from_finetuned", "FlagAutoReranker.from_finetuned"),
        )
    ),
    _bare("InstructorEmbedding.INSTRUCTOR", _ID, "sentence-transformers"),
    Loader(
        call="pylate.models.ColBERT",
        model=_ID,
        reads="sentence-transformers",
        arguments=_REVISION,
        unless=("modules",),
    ),
    Loader(
        call="colpali_engine.*Processor*.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="processor",
        arguments=_REVISION,
    ),
    Loader(
        call="colpali_engine.*.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="snapshot",
        arguments=_REVISION,
    ),
    Loader(
        call="ragatouille.RAGPretrainedModel.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="snapshot",
        pin="none",
    ),
    Loader(
        call="ragatouille.RAGTrainer",
        model=Argument(1, "pretrained_model_name"),
        reads="snapshot",
        pin="none",
    ),
    Loader(call="colbert.Checkpoint", model=Argument(0, "name"), reads="snapshot", pin="none"),
    Loader(call="colbert.Indexer", model=Argument(0, "checkpoint"), reads="snapshot", pin="none"),
    # A bare name is a kind of reranker or one of a remote service.
    Loader(
        call="rerankers.Reranker",
        model=Argument(0, "model_name"),
        reads="transformers",
        notation="code",
        pin="none",
        unless=("api_key",),
        quiet=True,
    ),
    Loader(
        call="flashrank.Ranker",
        model=Argument(0, "model_name"),
        reads="file",
        hub="flashrank",
        notation="entry",
        has_default=True,
        pin="none",
    ),
    _fastembed("TextEmbedding", "BAAI/bge-small-en-v1.5"),
    *(
        _fastembed(name)
        for name in (
            *("SparseTextEmbedding", "LateInteractionTextEmbedding", "LateInteractionMultimodalEmbedding"),
            *("ImageEmbedding", "TextCrossEncoder"),
        )
    ),
    Loader(
        call="model2vec.StaticModelFor*.from_pretrained",
        model=Argument(0, "path", ("model_name",)),
        reads="snapshot",
        has_default=True,
        pin="none",
    ),
    Loader(
        call="model2vec.*.from_pretrained",
        model=Argument(0, "path"),
        reads="snapshot",
        arguments=Arguments(subfolder=Argument(None, "subfolder")),
        pin="none",
    ),
    _bare(
        "model2vec.StaticModel.from_sentence_transformers",
        Argument(0, "path"),
        "sentence-transformers",
        reads="snapshot",
    ),
    Loader(call="model2vec.distill", model=Argument(0, "model_name"), reads="transformers", pin="none"),
    Loader(
        call="text2vec.SentenceModel",
        model=_ID,
        reads="transformers",
        default="shibing624/text2vec-base-chinese",
        pin="none",
    ),
    Loader(
        call="semantic_router.encoders.HuggingFaceEncoder",
        model=Argument(None, "name"),
        reads="transformers",
        default="sentence-transformers/all-MiniLM-L6-v2",
        pin="none",
    ),
    Loader(
        call="semantic_router.encoders.FastEmbedEncoder",
        model=Argument(None, "name"),
        reads="snapshot",
        default="BAAI/bge-small-en-v1.5",
        pin="none",
    ),
)
