"""A model as its hub describes it: claims, until bytes were hashed, but all at one revision."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.identity import ModelKey


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file as the hub lists it.

    ``git`` is the Git blob identity (of the pointer for LFS files), ``sha256`` is known for LFS files only.
    """

    path: str
    size: int
    git: str
    sha256: str = ""

    @property
    def identity(self) -> str:
        """What two files of the same content share, as far as the hub says."""
        return self.sha256 or self.git


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a hub says of a model beside its files; what it does not say is empty or ``None``.

    Attributes:
        author: the user or organisation it belongs to.
        created: when the repository was made, ``2024-02-19T10:57:45Z``.
        modified: when it was last changed, on any branch.
        downloads: of the last thirty days.
        likes: of users.
        library: the library that the hub counts its downloads for.
        task: such as ``text-generation``.
        tags: in the hub's order.
        scanned: whether the hub's security scan is done; ``None`` where it says nothing.
        flagged: files that the scan does not call safe, each with its level, such as ``unsafe``.
    """

    author: str = ""
    created: str = ""
    modified: str = ""
    downloads: int | None = None
    likes: int | None = None
    library: str = ""
    task: str = ""
    tags: tuple[str, ...] = ()
    scanned: bool | None = None
    flagged: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A model at one revision, by its hub.

    Attributes:
        key: under the name that the hub itself uses: another one than was asked for where it was renamed.
        revision: immutable.
        identifier: the hub's own immutable identity of the repository; empty where it has none.
        gated: ``auto`` or ``manual`` where the hub asks for consent; empty where it does not.
        private: only some users see it.
        disabled: its hub took it out of circulation.
        files: everything in it, sorted by path.
        facts: what else the hub says.
    """

    key: ModelKey
    revision: str
    identifier: str = ""
    gated: str = ""
    private: bool = False
    disabled: bool = False
    files: tuple[RemoteFile, ...] = ()
    facts: Facts = Facts()

    def file(self, path: str) -> RemoteFile | None:
        """The file at ``path``."""
        return next((file for file in self.files if file.path == path), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One step of a model's history.

    Attributes:
        commit: its immutable identity.
        committed: ``2024-02-19T10:57:45Z``; empty where the hub gives no date.
        title: the first line of what its author wrote.
        authors: names at the hub.
    """

    commit: str
    committed: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Ref:
    """A branch or tag, and the revision that it leads to now."""

    kind: str
    name: str
    revision: str
