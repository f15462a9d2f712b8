"""Calls of ``open_clip`` (read in 3.3.0): an architecture and the tag of its weights, or ``hf-hub:owner/name``.

The name is given as ``architecture/tag``. No revision reaches the Hugging Face Hub.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Condition, Loader

_NAME = Argument(0, "model_name")
_TAG = Argument(1, "pretrained")
_LOADS = (Condition(argument=_TAG), Condition(argument=_NAME, starts="hf-hub:"))

LOADERS: tuple[Loader, ...] = (
    *(
        Loader(
            call=f"open_clip.{function}",
            model=_NAME,
            reads="open-clip",
            hub="openclip",
            notation="timm",
            parts=(_TAG,),
            pin="none",
            conditions=_LOADS,
        )
        for function in ("create_model", "create_model_and_transforms", "create_model_from_pretrained")
    ),
    Loader(
        call="open_clip.get_tokenizer",
        model=_NAME,
        reads="tokenizer",
        hub="openclip",
        notation="timm",
        pin="none",
        conditions=(Condition(argument=_NAME, starts="hf-hub:"),),
    ),
)
