"""What a row of the catalogue of commands says: which words load a model, and where they name it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ptmdeps.scan.references import Kind, PinWay

Notation = Literal[
    "id",
    "owned",
    "gguf",
    "address",
    "repository",
    "ollama",
    "oci",
    "kaggle",
    "package",
    "wheel",
    "name",
    "asset",
    "scheme",
]
"""How the text of an operand is written.

``id``: ``owner/name`` or a bare name of the Hugging Face Hub, else a path; ``owned``: only ``owner/name``, or a bare
name from the time before owners; ``gguf``: ``owner/name[:quantisation]``; ``address``: a URL of one file of weights;
``repository``: the git address of a repository of the Hugging Face Hub; ``ollama``: ``[namespace/]name[:tag]`` or
``hf.co/owner/name[:quantisation]``; ``oci``: an artefact of a registry, or ``hf.co/owner/name``;
``kaggle``: ``owner/model/framework/variation[/version]``; ``package``: a name of spaCy's models, with ``-version``;
``wheel``: the address of a package that spaCy released; ``name``: an entry of the hub's own table;
``asset``: the name of a file that the library downloads if it knows it; ``scheme``: ``hf://``, ``ollama://``, …
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Another model that the same command loads when the option is given."""

    options: tuple[str, ...]
    ref: tuple[str, ...] = ()
    kind: Kind = "model"
    notation: Notation = "id"
    reads: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One row: a command line that loads models.

    Options are written as people type them; ``--a-b`` and ``--a_b`` are the same.

    Attributes:
        words: the words that the command starts with, after wrappers (``sudo``, ``srun``, ``uv run``) are taken off;
            ``python -m`` stands for every way to start a Python.
        reads: which files that kind of command reads (see ``Requirement.reads``).
        position: which operand names the model, counted from 0; ``None`` where only options do.
        every: whether each operand from ``position`` on names a model.
        options: options that name the model.
        flags: options that take no value, where an operand could be mistaken for one.
        ref: options that give the ref.
        kind: what the hub stores under the name.
        kind_option: option that says what the hub stores under the name.
        files: options that give exact files; ``rest_are_files`` says that operands after the model do, too.
        include: options that give patterns of files; they take as many values as there are.
        exclude: the same for files that are left out.
        also: further models.
        nested: option whose value is itself ``key=value,key=value`` (``lm_eval --model_args``); ``options``, ``ref``
            and those of ``also`` are then its keys.
        unless: text that an option must not have: ``("--model", ("openai",))``.
        assignments: whether ``key=value`` operands are options, too.
        hub: where the name belongs.
        notation: how the name is written.
        owner: what a bare name gets in front.
        default: the model that the command loads when none is named.
        environment: variables that name the model when the command line does not.
        ref_environment: variables that give the ref.
        pin: how the command can be pinned in source.
        optional: whether a command that names no model loads none.
        soft: whether the command only looks like one that loads a model.
    """

    words: tuple[str, ...]
    reads: str
    position: int | None = None
    every: bool = False
    options: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    ref: tuple[str, ...] = ()
    kind: Kind = "model"
    kind_option: str = ""
    files: tuple[str, ...] = ()
    rest_are_files: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    also: tuple[Further, ...] = ()
    nested: str = ""
    unless: tuple[str, tuple[str, ...]] | None = None
    assignments: bool = False
    hub: str = "huggingface"
    notation: Notation = "id"
    owner: str = ""
    default: str = ""
    environment: tuple[str, ...] = ()
    ref_environment: tuple[str, ...] = ()
    pin: PinWay | None = None
    optional: bool = False
    soft: bool = False

    @property
    def loader(self) -> str:
        """The command as people write it."""
        return " ".join(self.words)

    @property
    def way(self) -> PinWay:
        """How the command can be pinned: by its option for the ref where it has one, unless the row says otherwise."""
        return self.pin or ("argument" if self.ref else "none")


class Commands:
    """Rows, indexed by their first word; the row with the most words wins."""

    def __init__(self, rows: tuple[Command, ...]) -> None:
        self.rows = rows
        self._by_word: dict[str, list[Command]] = {}
        for row in sorted(rows, key=lambda row: -len(row.words)):
            self._by_word.setdefault(row.words[0], []).append(row)

    def find(self, words: Sequence[str | None]) -> Command | None:
        """Return the row for a command line that starts with ``words``; ``None`` is a word that is not known."""
        for row in self._by_word.get(words[0] or "", ()) if words else ():
            if tuple(words[: len(row.words)]) == row.words:
                return row
        return None


_DIVIDER = re.compile(r"(?<=\w)[_-](?=\w)")


def same_option(text: str) -> str:
    """Return one spelling for an option that is written with ``-`` or with ``_``, and with one dash or two."""
    return _DIVIDER.sub("_", text.lstrip("-"))
