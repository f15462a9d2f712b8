"""Everything that the elements of one model are found in, as values: nothing is asked or read any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ptmdeps.errors import UnsafeContent
from ptmdeps.hubs.description import Description, Ref, Revision
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.card import ModelCard
from ptmdeps.inspect.configuration import json_object
from ptmdeps.inspect.safetensors_header import Tensor
from ptmdeps.libraries.rows import LIBRARIES
from ptmdeps.lockfile.model import LockedModel, Lockfile, PickleRecord

CARD = "README.md"
_LISTS = frozenset({"modules.json"})
"""Files that hold a JSON list and no object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The commits around the revision that is shown.

    Attributes:
        branch: the branch that was followed, as the hub names it.
        newer: its commits since the revision, newest first, as far as was looked.
        more: whether there are more of them.
        holds: whether the branch's history holds the revision.
        past: the revision and what led to it, newest first.
    """

    branch: str
    newer: tuple[Revision, ...] = ()
    more: bool = False
    holds: bool = True
    past: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What the headers of safetensors files say; ``doubt`` is why that is not known, empty where it is."""

    paths: tuple[str, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    size: int = 0
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found out of one model.

    Attributes:
        key: under the hub's own name of it.
        ref: what was asked for; empty for the hub's default.
        revision: the one that is shown.
        locked: the lock's entry, if this revision is its.
        lockfile: of the project; ``None`` where there is none.
        described: by the hub; ``None`` where it did not answer or was not asked.
        unasked: why it is not described, in a few words; empty where it is.
        trouble: what the hub said instead, for people; empty offline.
        page: address of the model's page for people.
        contents: small files of the model: path → bytes.
        unread: files that are there and could not be read: path → why.
        refs: branches and tags; ``None`` where they are not known.
        history: ``None`` where it is not known.
        unknown: why refs and history are not known.
        card: what the card declares.
        weights: of one copy of the weights.
        pickles: what the pickles name: path → record.
        unlooked: pickles that were not looked into.
    """

    key: ModelKey
    ref: str = ""
    revision: str
    locked: LockedModel | None = None
    lockfile: Lockfile | None = None
    described: Description | None = None
    unasked: str = ""
    trouble: str = ""
    page: str = ""
    contents: Mapping[str, bytes] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    refs: tuple[Ref, ...] | None = None
    history: History | None = None
    unknown: str = ""
    card: ModelCard | None = None
    weights: Weights = Weights()
    pickles: Mapping[str, PickleRecord] = field(default_factory=dict)
    unlooked: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that is known to be in the repository, sorted."""
        if self.described is not None:
            return tuple(file.path for file in self.described.files)
        locked = (file.path for file in self.locked.files) if self.locked else ()
        return tuple(sorted({*locked, *self.contents, *self.unread}))

    @property
    def whole(self) -> bool:
        """Whether ``paths`` are all files of the repository."""
        return self.described is not None

    @property
    def nothing(self) -> str:
        """Why there is nothing to look into, for names of libraries; empty where there are files."""
        return "it has no files of its own" if self.key.hub in LIBRARIES else ""

    @property
    def versioned(self) -> bool:
        """Whether the hub knows any version but the one that is there."""
        history = self.history
        return bool(self.refs or (history and (history.newer or history.past)))

    def config(self, path: str) -> dict[str, object]:
        """The JSON object in a small file; empty where there is none, or where it cannot be believed."""
        try:
            return json_object(self.contents[path], path=path) if path in self.contents else {}
        except UnsafeContent:
            return {}

    def configs(self, *paths: str) -> Iterator[tuple[str, dict[str, object]]]:
        """Those of the files that hold something, with their paths."""
        found = ((path, self.config(path)) for path in paths)
        return ((path, config) for path, config in found if config)

    def doubt(self, *paths: str) -> str:
        """Why one of the files, which is there, says nothing; empty where each of them was read or is not there."""
        return next((self.absent(path) for path in paths if path in self.unread or self._broken(path)), "")

    def _broken(self, path: str) -> bool:
        return path in self.contents and path.endswith(".json") and path not in _LISTS and not self.config(path)

    def absent(self, path: str, key: str = "") -> str:
        """Why a file, or a key of it, does not say something."""
        if path in self.unread:
            return self.unread[path]
        if self.nothing:
            return self.nothing
        if path in self.contents:
            if self._broken(path):
                return f"`{path}` cannot be read, or is empty"
            broken = (
                [text for text in self.card.problems if "front matter" in text] if self.card and path == CARD else []
            )
            return f"`{path}` has no {key}{f': {broken[0]}' if broken else ''}" if key else f"not in `{path}`"
        return f"there is no `{path}`" if self.whole else f"{self.unasked}, and the store has no `{path}`"

    def silent(self, what: str) -> str:
        """Why the hub does not say something."""
        return f"the hub does not say {what}" if self.described else f"{self.unasked}: only the hub says {what}"
