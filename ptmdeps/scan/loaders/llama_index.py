"""Models in LlamaIndex (read in core 0.14.25 and its packages for Hugging Face, FastEmbed and Ollama).

The packages of older releases had other modules and the same classes.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Loader
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES

_KWARGS = Arguments(ref=Argument(None, "model_kwargs.revision"))


def _encoder(name: str, model: Argument, default: str, *, arguments: Arguments | None = None) -> Loader:
    """A model of sentence-transformers; what the class does not know is handed on to it."""
    return Loader(
        call=f"llama_index.{name}",
        model=model,
        reads="sentence-transformers",
        arguments=arguments or Arguments(),
        owner="sentence-transformers",
        ownerless=ORIGINAL_NAMES,
        default=default,
        pin="argument" if arguments else "none",
    )


def _reranker(name: str, model: Argument, default: str) -> Loader:
    return Loader(
        call=f"llama_index.{name}",
        model=model,
        reads="transformers",
        owner="cross-encoder",
        ownerless=ORIGINAL_NAMES,
        default=default,
        pin="none",
    )


def _ollama(name: str, model: Argument) -> Loader:
    return Loader(call=f"llama_index.{name}", model=model, reads="ollama", hub="ollama", notation="entry", pin="none")


LOADERS: tuple[Loader, ...] = (
    _encoder(
        "HuggingFaceEmbedding",
        Argument(0, "model_name"),
        "BAAI/bge-small-en",
        arguments=Arguments(ref=Argument(None, "revision")),
    ),
    _encoder("InstructorEmbedding", Argument(0, "model_name"), "hkunlp/instructor-base"),
    _encoder("SentenceTransformersFinetuneEngine", Argument(1, "model_id"), "BAAI/bge-small-en"),
    Loader(
        call="llama_index.OptimumEmbedding.create_and_save_optimum_model",
        model=Argument(0, "model_name_or_path"),
        reads="transformers",
        arguments=_KWARGS,
    ),
    Loader(
        call="llama_index.HuggingFaceLLM",
        model=Argument(None, "model_name"),
        reads="transformers",
        arguments=_KWARGS,
        also=(
            Also(
                model=Argument(None, "tokenizer_name"),
                reads="tokenizer",
                arguments=Arguments(ref=Argument(None, "tokenizer_kwargs.revision")),
            ),
        ),
        default="StabilityAI/stablelm-tuned-alpha-3b",
        unless=("model",),
    ),
    Loader(
        call="llama_index.IpexLLM.from_model_id", model=Argument(None, "model_name"), reads="transformers", pin="none"
    ),
    Loader(
        call="llama_index.llms.vllm.Vllm",
        model=Argument(0, "model"),
        reads="transformers",
        default="facebook/opt-125m",
        pin="none",
    ),
    Loader(call="llama_index.OpenVINOLLM", model=Argument(0, "model_id_or_path"), reads="transformers", pin="none"),
    # ``model_path`` is a file of the disk.
    Loader(
        call="llama_index.LlamaCPP",
        model=Argument(0, "model_url"),
        reads="file",
        hub="url",
        notation="address",
        pin="none",
        optional=True,
    ),
    Loader(
        call="llama_index.FastEmbedEmbedding",
        model=Argument(0, "model_name"),
        reads="snapshot",
        default="BAAI/bge-small-en-v1.5",
        pin="none",
    ),
    Loader(
        call="llama_index.ClipEmbedding",
        model=Argument(None, "model_name"),
        reads="file",
        hub="clip",
        notation="entry",
        default="ViT-B/32",
        pin="hash",
    ),
    _reranker("SentenceTransformerRerank", Argument(None, "model"), "cross-encoder/stsb-distilroberta-base"),
    _reranker("FlagEmbeddingReranker", Argument(None, "model"), "BAAI/bge-reranker-large"),
    _reranker("ColbertRerank", Argument(None, "model"), "colbert-ir/colbertv2.0"),
    _ollama("llms.ollama.Ollama", Argument(0, "model")),
    _ollama("llms.Ollama", Argument(0, "model")),
    _ollama("OllamaMultiModal", Argument(0, "model")),
    _ollama("OllamaEmbedding", Argument(0, "model_name")),
)
