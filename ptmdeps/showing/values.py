"""Values of information elements: few shapes, each of which people and programs can be shown.

Texts are as others wrote them: whoever prints them makes them safe. ``render.show`` has a form for each shape.
"""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.hubs.description import Revision
from ptmdeps.inspect.evaluations import Result


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Relation:
    """Another model, or a place of the project, and how it is related; ``evidence`` says so, where anything does."""

    name: str
    relation: str
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """A library, and the versions that wrote the model's files: ``transformers 4.57.1``."""

    library: str
    saved_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Files of one kind.

    Attributes:
        kind: format of files, or type of tensors.
        files: how many; 0 where tensors are meant.
        size: bytes.
    """

    kind: str
    files: int = 0
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Bytes of the weights, loaded as they are stored; without types only the sizes of the files are known."""

    size: int
    types: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Files and bytes of what the lock selects (``None`` where nothing is locked), and of the whole repository."""

    locked_files: int | None = None
    locked_size: int | None = None
    files: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseClaim:
    """What is said of the licence.

    Attributes:
        declared: as the authors write it; empty where they only ship a text.
        concluded: SPDX expression or ``LicenseRef-…``; empty where nothing can be concluded.
        texts: files of the repository that hold licence texts.
        link: where the text is, by the card.
    """

    declared: str = ""
    concluded: str = ""
    texts: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who gets the files.

    Attributes:
        gated: ``auto`` or ``manual`` where the hub asks for consent; empty where it does not.
        private: only some users see it.
        disabled: the hub took it out of circulation.
        terms: what users are asked to accept, by the card.
    """

    gated: str = ""
    private: bool = False
    disabled: bool = False
    terms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The revision that is shown, what was asked for, and the tags that lead to it."""

    revision: str
    ref: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """What came after the revision that is shown.

    Attributes:
        branch: the branch that was followed.
        head: where it leads now.
        count: commits since, as far as was looked; 0 where it is the newest.
        more: there are more than were counted.
        unrelated: the branch's history does not hold the revision (any more).
        moved: where the ref that was asked for leads now, if that is elsewhere.
        tags: tags on newer commits, newest first.
        commits: newest first.
        successor: another model that the card names as its next version.
    """

    branch: str
    head: str
    count: int = 0
    more: bool = False
    unrelated: bool = False
    moved: str = ""
    tags: tuple[str, ...] = ()
    commits: tuple[Revision, ...] = ()
    successor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The hub's own security scan: whether it is done, and the files it does not call safe, as (path, level)."""

    done: bool
    flagged: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PickleImports:
    """What a pickle would import.

    Attributes:
        path: of the file.
        globals: every ``module.name``, sorted.
        suspicious: those of them that can do more than build a model (see ``ptmdeps.showing.suspicion``).
        incomplete: why there may be more; empty where the list is exact.
    """

    path: str
    globals: tuple[str, ...] = ()
    suspicious: tuple[str, ...] = ()
    incomplete: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Code that loading can run.

    Attributes:
        allowed: what runs only if the user says so (``trust_remote_code=True``): paths, and ``org/name: path`` for
            code of another repository.
        always: what runs whenever the model is loaded (PyTorch Hub).
        files: all Python files of the repository.
    """

    allowed: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashes:
    """Of how many files the SHA-256 is known, and of how many only the hub's Git digest."""

    sha256: int
    git: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Number of elements of all tensors, and of those of each type: (``F32``, 110 million)."""

    total: int
    types: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """The longest input, in tokens."""

    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that a model is made of, or can be loaded by, and the class behind it."""

    name: str
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A tag; ``committed`` is empty where the date of its revision is not known."""

    tag: str
    revision: str
    committed: str = ""


Value = (
    str
    | int
    | tuple[str, ...]
    | tuple[Relation, ...]
    | Software
    | tuple[Share, ...]
    | Memory
    | Size
    | LicenseClaim
    | Access
    | Version
    | Newer
    | Scan
    | tuple[PickleImports, ...]
    | Code
    | Hashes
    | Parameters
    | Length
    | tuple[Part, ...]
    | tuple[Result, ...]
    | tuple[Release, ...]
    | tuple[Revision, ...]
)
"""Everything that an element can have for a value; an empty tuple says that there is none."""
