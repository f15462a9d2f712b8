"""What a catalogue row says: one call that loads models, and where its arguments carry which fact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ptmdeps.scan.references import Kind

Notation = Literal["id", "id@revision", "file", "code"]
"""How the text of an id argument is written.

``id``: ``owner/name`` or a bare name; ``id@revision``: the same with ``@branch``;
``file``: a link to one file or ``owner/name/path/to/file``;
``code``: ``owner/name`` is a repository, a bare name is something that comes with the library.
"""

Pin = Literal["argument", "notation", "version", "hash", "none"]
"""How a call can be pinned in source: by its ref argument, in the text of the id, by a version or a hash
that the id already carries, or not at all (only the environment can)."""

Result = Literal["object", "path"]

_CAMEL = re.compile(r"[a-z][A-Z]")
_CALL = re.compile(r"[a-z_]\w*(\.[\w*]+)+")


@dataclass(frozen=True, slots=True)
class Argument:
    """Where a call carries a fact.

    ``position`` counts from 0 without ``self``; ``None`` means keyword only. ``keyword`` may be ``a.b``:
    the key ``b`` of the dictionary given as ``a``. ``others`` are older or narrower spellings of the keyword.
    """

    position: int | None
    keyword: str
    others: tuple[str, ...] = ()

    @property
    def keywords(self) -> tuple[str, ...]:
        """Every spelling, the current one first."""
        return (self.keyword, *self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """Where a call carries the facts about the model it loads; ``None`` where it cannot say.

    A fact that rows shall carry from now on is one more field here.

    Attributes:
        ref: branch, tag or commit.
        kind: what the hub stores under the name (``repo_type=``).
        subfolder: folder of the repository.
        variant: weight variant, such as ``fp16``.
        filename: one file or a list of files.
        allow: glob patterns of files.
        ignore: glob patterns of files that are left out.
        safetensors: true for safetensors only, false for pickle weights only.
    """

    ref: Argument | None = None
    kind: Argument | None = None
    subfolder: Argument | None = None
    variant: Argument | None = None
    filename: Argument | None = None
    allow: Argument | None = None
    ignore: Argument | None = None
    safetensors: Argument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """Another model that the same call loads when it is named; no value there means no load."""

    model: Argument
    reads: str
    arguments: Arguments = Arguments()
    notation: Notation = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A call loads only if ``argument`` is the constant ``equals`` (``pretrained=True``)."""

    argument: Argument
    equals: bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """One row of the catalogue.

    Attributes:
        call: dotted name as people import it, such as ``transformers.*Tokenizer*.from_pretrained``.
            A star stands for any letters inside one part; submodules between the library and the rest
            (``transformers.models.bert.BertModel``) match without being written.
        model: where the id is.
        reads: which files that kind of loader reads (see ``Requirement.reads``).
        hub: where the id belongs.
        kind: what the hub stores under the id, unless ``arguments.kind`` says otherwise.
        arguments: where the facts about the model are.
        also: further models that the call can load.
        notation: how the id is written.
        owner: what a bare name gets in front.
        ownerless: bare names that are left alone, in small letters.
        default: the id that is loaded when none is given, where the library always uses the same.
        has_default: whether a call without an id loads a model that the library chooses by its version.
        pin: how the call can be pinned in source.
        result: whether the call gives an object or the path of a downloaded file or folder.
        by_method: whether the method name says enough, in a file that imports the library, to accept a receiver
            whose class cannot be known.
        optional: whether a call without an id loads nothing at all.
        unless: keywords that turn the call into something that loads no model.
        conditions: what else must be said for the call to load.
    """

    call: str
    model: Argument
    reads: str
    hub: str = "huggingface"
    kind: Kind = "model"
    arguments: Arguments = Arguments()
    also: tuple[Also, ...] = ()
    notation: Notation = "id"
    owner: str = ""
    ownerless: frozenset[str] = frozenset()
    default: str = ""
    has_default: bool = False
    pin: Pin = "argument"
    result: Result = "object"
    by_method: bool = False
    optional: bool = False
    unless: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that could not work, because users may add rows."""
        if not _CALL.fullmatch(self.call) or "*" in self.word or "*" in self.library:
            raise ValueError(f"`{self.call}` is not `library.name` or `library.Class.method`; its ends take no star")
        if not self.model.keyword and self.model.position is None:
            raise ValueError(f"`{self.call}` does not say where the model is named")
        if self.pin == "argument" and self.arguments.ref is None:
            raise ValueError(f"`{self.call}` is pinned by argument, but no argument is given for the ref")

    @property
    def word(self) -> str:
        """The last part of the name, which must stand in a file for the row to matter."""
        return self.call.rpartition(".")[2]

    @property
    def library(self) -> str:
        """The top-level package."""
        return self.call.partition(".")[0]

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the dotted name of a call must match in full."""
        library, _, rest = self.call.partition(".")
        return re.compile(rf"{library}\.(?:\w+\.)*" + re.escape(rest).replace(r"\*", r"\w*"))


class Catalogue:
    """Rows, indexed by the last word of their names; the first row that matches wins."""

    def __init__(self, loaders: tuple[Loader, ...]) -> None:
        self.loaders = loaders
        self._rows: dict[str, list[tuple[re.Pattern[str], Loader]]] = {}
        for loader in loaders:
            self._rows.setdefault(loader.word, []).append((loader.pattern, loader))

    @cached_property
    def libraries(self) -> frozenset[str]:
        """Every top-level package that has rows."""
        return frozenset(loader.library for loader in self.loaders)

    @cached_property
    def _everywhere(self) -> frozenset[str]:
        """Words that matter in every file: methods that load whatever their receiver is, and names like no other."""
        return frozenset(row.word for row in self.loaders if row.by_method or _CAMEL.search(row.word))

    @cached_property
    def _with_library(self) -> dict[bytes, frozenset[str]]:
        """For each library, the words that matter only in a file that speaks of it."""
        found: dict[bytes, set[str]] = {library.encode(): set() for library in sorted(self.libraries)}
        for loader in self.loaders:
            found[loader.library.encode()].add(loader.word)
        return {library: frozenset(words) for library, words in found.items()}

    def words_in(self, data: bytes) -> frozenset[str]:
        """Return the words that can name a load in a file, by the libraries that its bytes speak of."""
        spoken = (words for library, words in self._with_library.items() if library in data)
        return self._everywhere.union(*spoken)

    def is_candidate(self, data: bytes) -> bool:
        """Whether a file may hold a load at all; answered without parsing it."""
        return any(word.encode() in data for word in self.words_in(data))

    def find(self, name: str) -> Loader | None:
        """Return the row for the dotted name of a call."""
        for pattern, loader in self._rows.get(name.rpartition(".")[2], ()):
            if pattern.fullmatch(name):
                return loader
        return None

    def by_method(self, word: str, libraries: frozenset[str]) -> Loader | None:
        """Return the most general row for a method of an unknown receiver in a file that imports ``libraries``."""
        rows = [loader for _, loader in self._rows.get(word, ()) if loader.by_method and loader.library in libraries]
        return rows[0] if rows else None
