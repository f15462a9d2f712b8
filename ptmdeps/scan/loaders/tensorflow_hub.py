"""Calls of ``tensorflow_hub`` (read in 0.16.1, and in 0.12 for what later versions dropped).

A handle is an address of ``tfhub.dev`` or Kaggle, whose last part is a version; without one it is the latest.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader, Result


def _handle(name: str, argument: Argument, result: Result = "object") -> Loader:
    return Loader(
        call=f"tensorflow_hub.{name}",
        model=argument,
        reads="snapshot",
        hub="tfhub",
        notation="tfhub",
        pin="notation",
        result=result,
    )


LOADERS: tuple[Loader, ...] = (
    _handle("load", Argument(0, "handle")),
    _handle("KerasLayer", Argument(0, "handle")),
    _handle("resolve", Argument(0, "handle"), "path"),
    _handle("Module", Argument(0, "spec")),
    _handle("load_module_spec", Argument(0, "path")),
    _handle("text_embedding_column", Argument(1, "module_spec")),
    _handle("text_embedding_column_v2", Argument(1, "module_path")),
    _handle("image_embedding_column", Argument(1, "module_spec")),
    _handle("sparse_text_embedding_column", Argument(1, "module_spec")),
)
