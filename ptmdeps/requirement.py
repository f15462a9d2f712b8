"""What a project wants of one model: the value that scanning and the manifest produce and resolving consumes."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.identity import ModelKey

DEFAULT_GROUP = "default"
"""The group of everything that names no other."""

LONGEST_ROLE = 64
"""Characters of a role."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FileSelection:
    """Which files of a model a load asks for, as far as its arguments say.

    Empty values mean "not said", so that the loader's own rules decide.

    Attributes:
        files: exact paths (``filename=``), already joined with their subfolder.
        allow: glob patterns of which at least one must match (``allow_patterns=``).
        ignore: glob patterns of which none may match (``ignore_patterns=``).
        subfolder: folder of the repository that the load reads from.
        variant: weight variant, such as ``fp16`` in ``model.fp16.safetensors``.
        weights: ``safetensors`` or ``pickle`` where ``use_safetensors=`` says so.
        entrypoint: the call of an entry point of the repository, with the arguments that are literals and ``...`` for
            the others: ``resnet18(pretrained=True)`` (PyTorch Hub only).
        handle: the id as it is written, where the loader keeps the model under exactly that text (TF Hub only).
    """

    files: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    subfolder: str = ""
    variant: str = ""
    weights: str = ""
    entrypoint: str = ""
    handle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Requirement:
    """One wish for one model, from code, from the manifest, or from another model's runtime edge.

    Attributes:
        key: the model as it was asked for (an alias such as ``gpt2`` stays as written).
        ref: branch, tag or commit as written; empty for the hub's default.
        reads: what kind of loader reads it, which decides the files: ``transformers``, ``tokenizer``,
            ``sentence-transformers``, ``diffusers``, ``peft``, ``snapshot``, ``file``, …
        selection: what the arguments say about files.
        group: dependency group.
        optional: locked like the others, and synced only when asked for.
        role: what the model is for in the project, in its own words (at most ``LONGEST_ROLE`` printable characters).
        used_in: project paths (no lines: code that moves must not change the lock), sorted.
    """

    key: ModelKey
    ref: str = ""
    reads: str = "snapshot"
    selection: FileSelection = FileSelection()
    group: str = DEFAULT_GROUP
    optional: bool = False
    role: str = ""
    used_in: tuple[str, ...] = ()
