"""What a repository of the PyTorch Hub offers, and what a call of it downloads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from ptmdeps.identity import ModelKey


class Source(Protocol):
    """A repository at one commit."""

    @property
    def paths(self) -> Collection[str]:
        """Paths of all files: relative, POSIX."""
        ...

    def read(self, path: str) -> bytes:
        """Bytes of one file.

        Raises:
            FileNotFoundError, KeyError: there is none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class EntryPoint:
    """One name that ``torch.hub.load`` can be given.

    ``signature`` is as written (``resnet18(pretrained=False, **kwargs)``), ``summary`` the first line of the
    docstring, both fit to print; ``place`` tells where it is defined (``models/resnet.py:301``).
    """

    name: str
    signature: str
    summary: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class WeightFile:
    r"""One file that a call downloads.

    Attributes:
        url: where it comes from.
        file_name: what it is called on disk.
        hash_prefix: the beginning of its SHA-256 in hexadecimal digits, if ``file_name`` has the form in which
            torch.hub looks for one (``-([a-f0-9]*)\.``) and compares
            it, or it is eight digits or longer; empty otherwise.
        evidence: the lines that lead to the download: ``hubconf.py:12 → models/resnet.py:80``.
        loader: what downloads it, such as ``torch.hub.load_state_dict_from_url``.
        folder: where it is kept: empty for ``hub/checkpoints`` of torch; otherwise as far as it is known, with
            ``$TORCH_HOME`` and ``$REPOSITORY`` for what differs from machine to machine, ``.`` for where the program
            runs, and ``?`` for what is not known.
    """

    url: str
    file_name: str
    hash_prefix: str
    evidence: str
    loader: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OtherModel:
    """One model of this or another hub that a call loads; ``ref`` and ``entrypoint`` are empty where none is given."""

    key: ModelKey
    ref: str
    entrypoint: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unknown:
    """A download that may happen and cannot be named: the source text that says what, and why it is not known."""

    expression: str
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What one call of an entry point downloads; each kind sorted, nothing twice."""

    files: tuple[WeightFile, ...] = ()
    models: tuple[OtherModel, ...] = ()
    unknown: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HubConf:
    """What ``hubconf.py`` says.

    ``dependencies`` are the modules that torch.hub looks for before it calls an entry point; ``dependencies_known`` is
    false where the file computes them in a way that is not followed. ``problems`` tells what could not be read.
    """

    entrypoints: tuple[EntryPoint, ...] = ()
    dependencies: tuple[str, ...] = ()
    dependencies_known: bool = True
    problems: tuple[str, ...] = ()
