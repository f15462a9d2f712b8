"""The catalogue: every call that loads a model, as data. Adding a loader is adding one row to its library's module."""

from __future__ import annotations

from ptmdeps.scan.loaders import diffusers, huggingface_hub, peft, sentence_transformers, tokenizers, transformers
from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Catalogue, Condition, Loader

LOADERS: tuple[Loader, ...] = (
    *transformers.LOADERS,
    *diffusers.LOADERS,
    *peft.LOADERS,
    *sentence_transformers.LOADERS,
    *tokenizers.LOADERS,
    *huggingface_hub.LOADERS,
)
"""Every row; within a library the narrower rows come first, and the first match wins."""

__all__ = ["LOADERS", "Also", "Argument", "Arguments", "Catalogue", "Condition", "Loader"]
