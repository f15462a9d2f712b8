"""Models in LangChain: ``langchain_huggingface`` (read in 1.2.3), ``langchain_community`` (0.4.2), and older homes.

Classes have moved between packages and keep their names. ``HuggingFaceEndpoint``, ``HuggingFaceHub`` and the like
call a service and load nothing.
"""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.scan.loaders.loader import Argument, Arguments, Condition, Loader
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES

_HUGGING_FACE = ("langchain_huggingface", "langchain_community", "langchain", "langchain_classic")
_COMMUNITY = ("langchain_community", "langchain", "langchain_classic")
_OLLAMA = ("langchain_ollama", "langchain_community", "langchain", "langchain_classic")
_SPLITTERS = ("langchain_text_splitters", "langchain", "langchain_classic")
_NAME = Argument(None, "model_name", ("model",))
_KWARGS = Arguments(ref=Argument(None, "model_kwargs.revision"))


def _in(homes: tuple[str, ...], row: Loader) -> tuple[Loader, ...]:
    """The same row in each package; its call is written without one, below ``langchain``."""
    _, _, name = row.call.partition(".")
    return tuple(replace(row, call=f"{home}.{name}") for home in homes)


def _encoder(name: str, default: str = "", *, owner: str = "sentence-transformers") -> Loader:
    """A model of sentence-transformers; the ref goes with what is handed on to it."""
    return Loader(
        call=f"langchain.{name}",
        model=_NAME,
        reads="sentence-transformers",
        arguments=_KWARGS,
        owner=owner,
        ownerless=ORIGINAL_NAMES,
        default=default,
    )


def _transformer(name: str, model: Argument, *, reads: str = "transformers") -> Loader:
    return Loader(call=f"langchain.{name}", model=model, reads=reads, arguments=_KWARGS)


def _ollama(name: str) -> Loader:
    return Loader(
        call=f"langchain.{name}",
        model=Argument(None, "model"),
        reads="ollama",
        hub="ollama",
        notation="entry",
        has_default=True,
        pin="none",
    )


LOADERS: tuple[Loader, ...] = (
    *_in(_HUGGING_FACE, _encoder("HuggingFaceEmbeddings", "sentence-transformers/all-mpnet-base-v2")),
    *_in(_COMMUNITY, _encoder("SentenceTransformerEmbeddings", "sentence-transformers/all-mpnet-base-v2")),
    *_in(_COMMUNITY, _encoder("HuggingFaceInstructEmbeddings", "hkunlp/instructor-large")),
    *_in(_COMMUNITY, _encoder("HuggingFaceBgeEmbeddings", "BAAI/bge-large-en")),
    *_in(_COMMUNITY, _encoder("IpexLLMBgeEmbeddings", "BAAI/bge-small-en-v1.5")),
    *_in(
        ("langchain_huggingface", "langchain_community"),
        _encoder("HuggingFaceCrossEncoder", "BAAI/bge-reranker-base", owner="cross-encoder"),
    ),
    *_in(_HUGGING_FACE, _transformer("HuggingFacePipeline.from_model_id", Argument(0, "model_id"))),
    # Its other backends are services.
    *_in(
        ("langchain_huggingface",),
        replace(
            _transformer("ChatHuggingFace.from_model_id", Argument(0, "model_id")),
            conditions=(Condition(argument=Argument(None, "backend"), equals="pipeline", otherwise=True),),
        ),
    ),
    # A chat model over one that is loaded already still wants the template of its tokenizer.
    *_in(
        ("langchain_huggingface", "langchain_community"),
        Loader(
            call="langchain.ChatHuggingFace",
            model=Argument(None, "model_id"),
            reads="tokenizer",
            pin="none",
            optional=True,
        ),
    ),
    *_in(_COMMUNITY, _transformer("IpexLLM.from_model_id", Argument(0, "model_id"))),
    *_in(_COMMUNITY, _transformer("WeightOnlyQuantPipeline.from_model_id", Argument(0, "model_id"))),
    *_in(_COMMUNITY, _transformer("OpenVINOEmbeddings", Argument(None, "model_name_or_path"), reads="snapshot")),
    *_in(_COMMUNITY, _transformer("OpenVINOBgeEmbeddings", Argument(None, "model_name_or_path"), reads="snapshot")),
    *_in(_COMMUNITY, _transformer("OpenVINOReranker", Argument(None, "model_name_or_path"), reads="snapshot")),
    *_in(_COMMUNITY, _transformer("QuantizedBiEncoderEmbeddings", Argument(0, "model_name"), reads="snapshot")),
    *_in(_COMMUNITY, _transformer("QuantizedBgeEmbeddings", Argument(0, "model_name"), reads="snapshot")),
    *_in(_COMMUNITY, replace(_transformer("InfinityEmbeddingsLocal", Argument(None, "model")), pin="none")),
    *_in(_COMMUNITY, replace(_transformer("llms.VLLM", Argument(None, "model")), pin="none")),
    *_in(
        _COMMUNITY,
        Loader(call="langchain.MLXPipeline.from_model_id", model=Argument(0, "model_id"), reads="snapshot", pin="none"),
    ),
    *_in(
        _COMMUNITY,
        Loader(
            call="langchain.CTransformers",
            model=Argument(None, "model"),
            reads="snapshot",
            arguments=Arguments(filename=Argument(None, "model_file")),
            pin="none",
        ),
    ),
    *_in(
        _COMMUNITY,
        Loader(
            call="langchain.FastEmbedEmbeddings",
            model=_NAME,
            reads="snapshot",
            default="BAAI/bge-small-en-v1.5",
            pin="none",
        ),
    ),
    *_in(
        _COMMUNITY,
        Loader(
            call="langchain.SpacyEmbeddings",
            model=_NAME,
            reads="package",
            hub="spacy",
            notation="preset",
            default="en_core_web_sm",
            pin="none",
        ),
    ),
    *_in(
        _COMMUNITY,
        Loader(
            call="langchain.TensorflowHubEmbeddings",
            model=Argument(None, "model_url"),
            reads="snapshot",
            hub="tfhub",
            notation="tfhub",
            default="https://tfhub.dev/google/universal-sentence-encoder-multilingual/3",
            pin="notation",
        ),
    ),
    *_in(
        _COMMUNITY,
        Loader(
            call="langchain.ModelScopeEmbeddings",
            model=Argument(None, "model_id"),
            reads="snapshot",
            hub="modelscope",
            arguments=Arguments(ref=Argument(None, "model_revision")),
            has_default=True,
        ),
    ),
    *_in(
        _COMMUNITY,
        Loader(
            call="langchain.FlashrankRerank",
            model=Argument(None, "model"),
            reads="file",
            hub="flashrank",
            notation="entry",
            has_default=True,
            pin="none",
        ),
    ),
    *_in(
        _SPLITTERS,
        Loader(
            call="langchain.SentenceTransformersTokenTextSplitter",
            model=Argument(None, "model_name"),
            reads="sentence-transformers",
            owner="sentence-transformers",
            ownerless=ORIGINAL_NAMES,
            default="sentence-transformers/all-mpnet-base-v2",
            pin="none",
        ),
    ),
    *(row for name in ("OllamaLLM", "ChatOllama", "OllamaEmbeddings") for row in _in(_OLLAMA, _ollama(name))),
    *_in(_COMMUNITY, _ollama("llms.Ollama")),
)
