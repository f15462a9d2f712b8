"""``detectron2.model_zoo`` (0.6): weights by the path of their configuration, in a table of the library's addresses."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Condition, Loader

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="detectron2.model_zoo.get_checkpoint_url",
        model=Argument(0, "config_path"),
        reads="file",
        hub="detectron2",
        notation="key",
        pin="version",
        result="path",
    ),
    Loader(
        call="detectron2.model_zoo.get",
        model=Argument(0, "config_path"),
        reads="file",
        hub="detectron2",
        notation="key",
        pin="version",
        conditions=(Condition(argument=Argument(1, "trained")),),
    ),
)
