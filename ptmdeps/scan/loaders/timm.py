"""Calls of ``timm`` (read in 1.0.31): names of its own table, or repositories as ``hf-hub:owner/name[@revision]``."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Condition, Loader

_PRETRAINED = (Condition(argument=Argument(1, "pretrained")),)

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="timm.create_model",
        model=Argument(0, "model_name"),
        reads="timm",
        hub="timm",
        notation="timm",
        pin="none",
        conditions=_PRETRAINED,
        unless=("checkpoint_path",),
    ),
    Loader(
        call="timm.load_state_dict_from_hf",
        model=Argument(0, "model_id"),
        reads="file",
        notation="id@revision",
        pin="notation",
        arguments=Arguments(filename=Argument(1, "filename")),
    ),
    Loader(
        call="timm.load_model_config_from_hf",
        model=Argument(0, "model_id"),
        reads="timm",
        notation="id@revision",
        pin="notation",
    ),
)
