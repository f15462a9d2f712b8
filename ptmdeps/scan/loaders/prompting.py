"""Libraries that steer language models: ``guidance`` (read in 0.3.1), ``outlines`` before 1.0, and others."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_REVISION = Arguments(ref=Argument(None, "revision"))
_KWARGS = Arguments(ref=Argument(None, "model_kwargs.revision"))


def _outlines(name: str) -> Loader:
    """A function of ``outlines`` before 1.0; later the model is loaded before it is handed over."""
    return Loader(
        call=f"outlines.models.{name}", model=Argument(0, "model_name"), reads="transformers", arguments=_KWARGS
    )


LOADERS: tuple[Loader, ...] = (
    Loader(call="guidance.models.Transformers", model=Argument(0, "model"), reads="transformers", arguments=_REVISION),
    _outlines("transformers"),
    _outlines("transformers_vision"),
    _outlines("mlxlm"),
    _outlines("vllm"),
    Loader(
        call="outlines.models.llamacpp",
        model=Argument(0, "repo_id"),
        reads="snapshot",
        arguments=Arguments(allow=Argument(1, "filename")),
        pin="none",
    ),
    Loader(call="dspy.HFModel", model=Argument(0, "model"), reads="transformers", pin="none"),
    Loader(
        call="llmlingua.PromptCompressor",
        model=Argument(0, "model_name"),
        reads="transformers",
        arguments=Arguments(ref=Argument(None, "model_config.revision")),
        default="NousResearch/Llama-2-7b-hf",
    ),
    Loader(
        call="smolagents.TransformersModel",
        model=Argument(0, "model_id"),
        reads="transformers",
        has_default=True,
        pin="none",
    ),
    Loader(call="smolagents.VLLMModel", model=Argument(0, "model_id"), reads="transformers", pin="none"),
    Loader(call="smolagents.MLXModel", model=Argument(0, "model_id"), reads="snapshot", pin="none"),
    *(
        Loader(call=f"distilabel.{name}", model=Argument(None, "model"), reads=reads, arguments=_REVISION)
        for name, reads in (
            ("TransformersLLM", "transformers"),
            ("vLLM", "transformers"),
            ("SentenceTransformerEmbeddings", "sentence-transformers"),
        )
    ),
)
