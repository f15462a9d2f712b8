"""Calls of ``tokenizers`` (read in 0.23.3) that load from the Hugging Face Hub."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="tokenizers.*Tokenizer.from_pretrained",
        model=Argument(0, "identifier"),
        reads="tokenizers",
        arguments=Arguments(ref=Argument(1, "revision")),
    ),
)
