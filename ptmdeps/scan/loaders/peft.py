"""Calls of ``peft`` (read in 0.21.2) that load adapters from the Hugging Face Hub.

The base model of an adapter stands in the adapter's own files: it is found when the adapter is resolved.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_HUB = Arguments(ref=Argument(None, "revision"), subfolder=Argument(None, "subfolder"))

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="peft.*Config.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="peft",
        arguments=Arguments(ref=Argument(None, "revision"), subfolder=Argument(1, "subfolder")),
    ),
    Loader(
        call="peft.AutoPeft*.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="peft",
        arguments=Arguments(ref=Argument(5, "revision"), subfolder=Argument(None, "subfolder")),
    ),
    # The first argument is the base model, which is loaded already.
    Loader(call="peft.*.from_pretrained", model=Argument(1, "model_id"), reads="peft", arguments=_HUB),
    Loader(call="peft.*.load_adapter", model=Argument(0, "model_id"), reads="peft", arguments=_HUB, by_method=True),
    Loader(call="peft.hotswap_adapter", model=Argument(1, "model_name_or_path"), reads="peft", arguments=_HUB),
    Loader(call="peft.load_peft_weights", model=Argument(0, "model_id"), reads="peft", arguments=_HUB),
)
