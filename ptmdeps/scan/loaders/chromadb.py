"""Embedding functions of ``chromadb`` (read in 1.5.9); those that call a service load nothing."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader
from ptmdeps.scan.loaders.sentence_transformers import ORIGINAL_NAMES

_ONNX = "https://chroma-onnx-models.s3.amazonaws.com/all-MiniLM-L6-v2/onnx.tar.gz"


def _row(name: str, model: Argument, *, reads: str, default: str, owner: str = "") -> Loader:
    return Loader(
        call=f"chromadb.utils.embedding_functions.{name}",
        model=model,
        reads=reads,
        owner=owner,
        ownerless=ORIGINAL_NAMES,
        default=default,
        pin="none",
    )


LOADERS: tuple[Loader, ...] = (
    _row(
        "SentenceTransformerEmbeddingFunction",
        Argument(0, "model_name"),
        reads="sentence-transformers",
        default="sentence-transformers/all-MiniLM-L6-v2",
        owner="sentence-transformers",
    ),
    _row(
        "InstructorEmbeddingFunction",
        Argument(0, "model_name"),
        reads="sentence-transformers",
        default="hkunlp/instructor-base",
        owner="sentence-transformers",
    ),
    _row(
        "Text2VecEmbeddingFunction",
        Argument(0, "model_name"),
        reads="transformers",
        default="shibing624/text2vec-base-chinese",
    ),
    Loader(
        call="chromadb.utils.embedding_functions.OllamaEmbeddingFunction",
        model=Argument(1, "model_name"),
        reads="ollama",
        hub="ollama",
        notation="entry",
        has_default=True,
        pin="none",
    ),
    Loader(
        call="chromadb.utils.embedding_functions.OpenCLIPEmbeddingFunction",
        model=Argument(0, "model_name"),
        reads="snapshot",
        hub="openclip",
        notation="entry",
        parts=(Argument(1, "checkpoint"),),
        default="ViT-B-32/laion2b_s34b_b79k",
        pin="none",
    ),
    # One file, whose hash stands in the library.
    *(
        Loader(
            call=f"chromadb.utils.embedding_functions.{name}",
            reads="file",
            hub="url",
            notation="address",
            default=_ONNX,
            pin="hash",
        )
        for name in ("DefaultEmbeddingFunction", "ONNXMiniLM_L6_V2")
    ),
)
