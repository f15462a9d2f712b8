"""Engines that serve models: ``sglang`` (read in 0.5.23), ``lmdeploy`` (0.18.0); ``vllm`` 0.33.0, others documented."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Loader

_REVISION = Argument(None, "revision")
_REMOTE_CODE = Argument(None, "trust_remote_code")


def _engine(call: str, tokenizer: Argument, *, has_default: bool = False) -> Loader:
    """An engine with the arguments of ``vllm.LLM``, or their dataclass."""
    return Loader(
        call=call,
        model=Argument(0, "model"),
        reads="transformers",
        arguments=Arguments(ref=_REVISION, remote_code=_REMOTE_CODE),
        also=(
            Also(
                model=tokenizer,
                reads="tokenizer",
                arguments=Arguments(ref=Argument(None, "tokenizer_revision")),
            ),
            Also(
                model=Argument(None, "speculative_config.model", ("speculative_model",)),
                reads="transformers",
                arguments=Arguments(ref=Argument(None, "speculative_config.revision")),
            ),
        ),
        has_default=has_default,
    )


def _sglang(name: str) -> Loader:
    return Loader(
        call=f"sglang.{name}",
        model=Argument(None, "model_path"),
        reads="transformers",
        arguments=Arguments(ref=_REVISION, remote_code=_REMOTE_CODE),
        also=(
            Also(model=Argument(None, "tokenizer_path"), reads="tokenizer"),
            Also(model=Argument(None, "speculative_draft_model_path"), reads="transformers"),
        ),
    )


LOADERS: tuple[Loader, ...] = (
    _engine("vllm.LLM", Argument(None, "tokenizer")),
    _engine("vllm.EngineArgs", Argument(None, "tokenizer"), has_default=True),
    _engine("vllm.AsyncEngineArgs", Argument(None, "tokenizer"), has_default=True),
    Loader(
        call="vllm.transformers_utils.tokenizer.get_tokenizer",
        model=Argument(0, "tokenizer_name"),
        reads="tokenizer",
        arguments=Arguments(ref=_REVISION, remote_code=_REMOTE_CODE),
    ),
    Loader(
        call="vllm.lora.request.LoRARequest",
        model=Argument(2, "lora_path", ("lora_local_path",)),
        reads="peft",
        pin="none",
    ),
    _engine("aphrodite.LLM", Argument(None, "tokenizer")),
    _engine("tensorrt_llm.LLM", Argument(1, "tokenizer")),
    _sglang("Engine"),
    _sglang("Runtime"),
    _sglang("ServerArgs"),
    # The ref is part of the object given as ``backend_config``.
    *(
        Loader(call=f"lmdeploy.{name}", model=Argument(0, "model_path"), reads="transformers", pin="none")
        for name in ("pipeline", "serve")
    ),
    *(
        Loader(call=f"mii.{name}", model=Argument(0, "model_name_or_path"), reads="transformers", pin="none")
        for name in ("pipeline", "serve")
    ),
    Loader(
        call="infinity_emb.EngineArgs",
        model=Argument(0, "model_name_or_path"),
        reads="sentence-transformers",
        arguments=Arguments(ref=_REVISION),
        has_default=True,
    ),
    Loader(call="litgpt.LLM.load", model=Argument(0, "model"), reads="transformers", pin="none"),
)
