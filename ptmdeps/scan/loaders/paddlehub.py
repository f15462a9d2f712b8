"""``paddlehub.Module`` (read in 2.4.0): a name of its own hub, or a folder."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="paddlehub.Module",
        model=Argument(None, "name"),
        reads="snapshot",
        hub="paddlehub",
        notation="entry",
        arguments=Arguments(ref=Argument(None, "version")),
        unless=("directory",),
    ),
)
