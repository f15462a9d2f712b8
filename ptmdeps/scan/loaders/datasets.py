"""Data sets and metrics of the Hugging Face Hub: ``datasets`` (read in 5.2.0) and ``evaluate`` (0.4.6)."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_PATH = Argument(0, "path")
_HUB = Arguments(ref=Argument(None, "revision"), remote_code=Argument(None, "trust_remote_code"))

LOADERS: tuple[Loader, ...] = (
    *(
        Loader(
            call=f"datasets.{function}",
            model=_PATH,
            reads="dataset",
            kind="dataset",
            notation="dataset",
            arguments=_HUB,
        )
        for function in ("load_dataset", "load_dataset_builder")
    ),
    # A bare name is a metric of the library's own, whose code comes from a space of that name.
    Loader(
        call="evaluate.load",
        model=_PATH,
        reads="snapshot",
        kind="space",
        notation="code",
        arguments=Arguments(ref=Argument(None, "revision")),
        quiet=True,
    ),
)
