"""Calls of ``adapters`` (read in 1.3.0) that load from the Hugging Face Hub; ``version=`` is the revision there."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="adapters.*.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="transformers",
        arguments=Arguments(ref=Argument(None, "revision"), remote_code=Argument(None, "trust_remote_code")),
        by_method=True,
    ),
    Loader(
        call="adapters.load_model",
        model=Argument(0, "model_name_or_path"),
        reads="transformers",
        arguments=Arguments(ref=Argument(None, "revision")),
    ),
    Loader(
        call="adapters.*.load_adapter",
        model=Argument(0, "adapter_name_or_path"),
        reads="snapshot",
        arguments=Arguments(ref=Argument(2, "version")),
        by_method=True,
    ),
    Loader(
        call="adapters.*.load_adapter_fusion",
        model=Argument(0, "adapter_fusion_name_or_path"),
        reads="snapshot",
        pin="none",
        by_method=True,
    ),
)
