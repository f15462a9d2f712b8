"""What changed between two revisions of a model, as values.

Every text in them comes from a hub and is for people: ``ptmdeps.paths.printable`` before it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ptmdeps.lockfile.model import License

ChangeClass = Literal[
    "license",
    "gated",
    "format",
    "weights",
    "code",
    "configuration",
    "tokenizer",
    "chat-template",
    "card",
    "other",
]
"""A kind of change."""

CLASSES: tuple[ChangeClass, ...] = (
    "license",
    "gated",
    "format",
    "weights",
    "code",
    "configuration",
    "tokenizer",
    "chat-template",
    "card",
    "other",
)
"""Every class, in the order in which people are told."""

Kind = Literal["added", "removed", "changed", "renamed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file that is not what it was.

    Attributes:
        kind: ``renamed`` for the same bytes under another path.
        path: where it is now, or was if it was removed.
        previous: where it was, for a renamed file; else empty.
        before: size in bytes; 0 for an added file.
        after: size in bytes; 0 for a removed file.
        of: the class its name puts it in.
        affects: the lock takes, or would take, this file.
        reformatted: other bytes of the same meaning (JSON with other spaces or another order of keys).
    """

    kind: Kind
    path: str
    previous: str = ""
    before: int = 0
    after: int = 0
    of: ChangeClass = "other"
    affects: bool = True
    reformatted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """One setting: ``before`` and ``after`` are JSON, cut where it is long; ``None`` where there is no such key."""

    path: str
    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """A text, line by line.

    Attributes:
        path: the file; ``tokenizer_config.json#chat_template`` for a text inside of one.
        of: the class of the text.
        added: lines that are new.
        removed: lines that are gone.
        lines: a unified diff, cut where it is long; empty where the text is too long to compare.
        cut: lines of the diff that are left out.
    """

    path: str
    of: ChangeClass
    added: int = 0
    removed: int = 0
    lines: tuple[str, ...] = ()
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChange:
    """The modules that a Python file imports now and did not before, and the reverse, each sorted."""

    path: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PickleChange:
    """The globals that unpickling a file imports now and did not before, and the reverse, each sorted.

    ``incomplete`` says why there may be more of them now, where there was no reason for that before.
    """

    path: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    incomplete: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyChange:
    """The vocabulary of a tokenizer.

    Attributes:
        path: the file that holds it.
        before: number of tokens, those that were added by hand included.
        after: likewise.
        added: tokens that are new, the first of them by number.
        added_count: how many are new.
        removed: tokens that are gone, the first of them by number.
        removed_count: how many are gone.
        renumbered: tokens whose number changed: weights made for the old numbers do not fit.
        special_added: special tokens that are new or were not special, sorted.
        special_removed: special tokens that are gone or are not special any more, sorted.
        merges: how many merge rules there were and are; ``None`` where there are none.
    """

    path: str
    before: int
    after: int
    added: tuple[str, ...] = ()
    added_count: int = 0
    removed: tuple[str, ...] = ()
    removed_count: int = 0
    renumbered: int = 0
    special_added: tuple[str, ...] = ()
    special_removed: tuple[str, ...] = ()
    merges: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorChange:
    """One tensor; ``before`` and ``after`` are such as ``F32 [768, 768]``, ``None`` where there is none."""

    name: str
    before: str | None
    after: str | None


WeightVerdict = Literal["renamed", "other-values", "rearranged", "other-tensors", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightChange:
    """The weights of one folder of a model.

    Attributes:
        folder: empty for the root.
        verdict: ``renamed``: the same bytes under other names; ``other-values``: the same tensors with other values;
            ``rearranged``: the same tensors in other files or in another order, so that headers do not tell whether
            their values are the same; ``other-tensors``: another table; ``unknown``: formats that are not looked into.
        formats: the formats of the changed files before and after, each sorted.
        files: how many files changed before and after.
        size: bytes of those files before and after.
        parameters: number of parameters in those files before and after; ``None`` where it is not known.
        added: tensors that are new.
        removed: tensors that are gone.
        retyped: old and new type of elements, and how many tensors changed from one to the other, sorted.
        reshaped: tensors of another shape.
        different: tensors that are any of this.
        tensors: the first of them, by name.
        moved: tensors that are the same and in another file: to a loader no change.
        same_headers: changed files whose header is the same byte for byte, so that only values differ.
        same_files: files of weights in the folder whose bytes are the same.
    """

    folder: str
    verdict: WeightVerdict
    formats: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    files: tuple[int, int] = (0, 0)
    size: tuple[int, int] = (0, 0)
    parameters: tuple[int | None, int | None] = (None, None)
    added: int = 0
    removed: int = 0
    retyped: tuple[tuple[str, str, int], ...] = ()
    reshaped: int = 0
    different: int = 0
    tensors: tuple[TensorChange, ...] = ()
    moved: int = 0
    same_headers: int = 0
    same_files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultChange:
    """A figure that the card claims; ``None`` where it does not. Units and scale are the author's."""

    task: str
    dataset: str
    metric: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementChange:
    """A Python distribution that loading needs: PEP 508 texts, ``None`` where it is not needed.

    ``saved_with`` is of a version that only wrote the files, which others may read as well.
    """

    name: str
    before: str | None
    after: str | None
    saved_with: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginChange:
    """What the model says now, or says no more, that it came from."""

    relation: str
    name: str
    kind: Literal["added", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseChange:
    """The licence, of card and text together; ``None`` where nothing is said. Ancestors are known to locks alone."""

    before: License | None
    after: License | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that differs between two revisions of a model.

    Attributes:
        before: revision.
        after: revision.
        classes: what changed for a project that locked the model, in the order of ``CLASSES``; the card, the licence
            and the gate count though no loader reads them.
        elsewhere: classes of files that changed and that the lock does not take.
        files: sorted by path.
        keys: settings, by file and key.
        more_keys: settings that changed and are left out of ``keys``, by file.
        texts: card, chat templates and code.
        imports: of code.
        pickles: what unpickling imports.
        vocabularies: of tokenizers.
        weights: by folder.
        formats: formats of the weights that are loaded, before and after, each sorted.
        license: ``None`` where it is the same.
        gated: the hub's word for the gate before and after (empty: open); ``None`` where it is the same.
        disabled: whether the hub takes it out of circulation now; of the past, nobody knows.
        results: figures of evaluations, by task, dataset and metric.
        more_results: how many of them are left out.
        requirements: what loading needs of Python, by name.
        origins: what it came from.
        download: bytes of the new revision that this machine lacks, as far as known.
        unread: files that could not be looked into, each with the reason.
    """

    before: str
    after: str
    classes: tuple[ChangeClass, ...] = ()
    elsewhere: tuple[ChangeClass, ...] = ()
    files: tuple[FileChange, ...] = ()
    keys: tuple[KeyChange, ...] = ()
    more_keys: tuple[tuple[str, int], ...] = ()
    texts: tuple[TextChange, ...] = ()
    imports: tuple[ImportChange, ...] = ()
    pickles: tuple[PickleChange, ...] = ()
    vocabularies: tuple[VocabularyChange, ...] = ()
    weights: tuple[WeightChange, ...] = ()
    formats: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    license: LicenseChange | None = None
    gated: tuple[str, str] | None = None
    disabled: bool = False
    results: tuple[ResultChange, ...] = ()
    more_results: int = 0
    requirements: tuple[RequirementChange, ...] = ()
    origins: tuple[OriginChange, ...] = ()
    download: int = 0
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def documents_only(self) -> bool:
        """Nothing changed that a loader reads or that a person agreed to."""
        return set(self.classes) <= {"card", "other"} and not any(
            file.affects for file in self.files if file.of != "card"
        )
