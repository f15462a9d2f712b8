"""Embeddings and pipelines of ``txtai`` (read in 9.14.0): each takes an id as its ``path``."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Condition, Loader

_SERVICES = (
    *("ollama/", "openai/gpt", "openai/text-", "gpt-", "claude", "text-embedding-", "azure/", "anthropic/", "bedrock/"),
    *("gemini/", "vertex_ai/", "mistral/", "cohere/", "voyage/", "huggingface/", "amazon.", "groq/", "openrouter/"),
)
"""How names of models begin that are asked of a service, by the rules of LiteLLM: nothing is loaded."""

_PATH = Argument(None, "path", ("config.path",))


def _remote(path: Argument) -> tuple[Condition, ...]:
    return tuple(Condition(argument=path, starts=service) for service in _SERVICES)


def _pipeline(name: str, *, model: Argument | None = None, default: str = "") -> Loader:
    """A pipeline; one that is given a loaded ``model`` loads nothing."""
    return Loader(
        call=f"txtai.{name}",
        model=model or Argument(0, "path"),
        reads="transformers",
        default=default,
        has_default=not default,
        pin="none",
        unless=("model",),
    )


LOADERS: tuple[Loader, ...] = (
    # The configuration can be given whole as well; without a model there is none, or the one that was saved.
    Loader(
        call="txtai.Embeddings",
        model=_PATH,
        reads="snapshot",
        notation="file",
        local=_remote(_PATH),
        pin="none",
        optional=True,
    ),
    *(
        _pipeline(f"pipeline.{name}")
        for name in (
            *("Labels", "Similarity", "CrossEncoder", "Entity", "Objects", "Transcription", "HFOnnx"),
            *("Sequences", "Generator", "Questions", "Summary", "Caption", "TextToSpeech", "LateEncoder"),
        )
    ),
    Loader(
        call="txtai.LLM",
        model=Argument(0, "path"),
        reads="snapshot",
        notation="file",
        has_default=True,
        local=_remote(Argument(0, "path")),
        pin="none",
        unless=("api_base", "api_key", "url"),
    ),
    _pipeline("pipeline.Extractor", model=Argument(1, "path")),
    _pipeline("pipeline.RAG", model=Argument(1, "path")),
    Loader(call="txtai.pipeline.HFTrainer.train", model=Argument(0, "base"), reads="transformers", pin="none"),
)
