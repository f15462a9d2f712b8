"""Compute kernels of the Hugging Face Hub: ``kernels`` (read in 0.17.2). They are code that runs."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_ID = Argument(0, "repo_id")

LOADERS: tuple[Loader, ...] = tuple(
    Loader(
        call=f"kernels.{function}",
        model=_ID,
        reads="snapshot",
        arguments=Arguments(
            ref=Argument(None, "revision", ("version",)), remote_code=Argument(None, "trust_remote_code")
        ),
    )
    for function in ("get_kernel", "install_kernel", "has_kernel")
)
