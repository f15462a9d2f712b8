"""What a catalogue row says: one call that loads models, and where its arguments carry which fact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ptmdeps.scan.references import Kind, PinWay

Notation = Literal[
    "id", "id@revision", "file", "code", "name", "address", "torchhub", "tfhub", "kaggle", "timm", "preset", "asset"
]
"""How the text of an id argument is written.

``id``: ``owner/name`` or a bare name; ``id@revision``: the same with ``@branch``;
``file``: a link to one file or ``owner/name/path/to/file``;
``code``: ``owner/name`` is a repository, a bare name is something that comes with the library;
``name``: an entry of the library's own table (of the row's hub); ``owner/name`` is a Hugging Face repository;
``address``: a URL of one file of weights; a URL of the Hugging Face Hub names its repository and file;
``torchhub``: ``owner/repo[:ref]``; ``tfhub``: a handle, ``https://tfhub.dev/…`` or one of Kaggle;
``kaggle``: ``owner/model/framework/variation[/version]``;
``timm``: a name of timm's own table, ``hf-hub:owner/name[@revision]`` or ``local-dir:path``;
``preset``: a name of keras_hub's own table, ``hf://owner/name``, ``kaggle://…`` or a path;
``asset``: the name of a file that the library downloads if it knows it (``yolov8n.pt``), else a path.
"""

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
        entrypoint: the callable of ``hubconf.py`` (PyTorch Hub only).
        remote_code: true where code of the model's repository may run.
    """

    ref: Argument | None = None
    kind: Argument | None = None
    subfolder: Argument | None = None
    variant: Argument | None = None
    filename: Argument | None = None
    allow: Argument | None = None
    ignore: Argument | None = None
    safetensors: Argument | None = None
    entrypoint: Argument | None = None
    remote_code: Argument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """Another model that the same call loads when it is named; no value there means no load."""

    model: Argument
    reads: str
    arguments: Arguments = Arguments()
    notation: Notation = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a call loads: ``argument`` is ``equals``, or without that anything but ``None`` and false.

    ``otherwise`` is what holds where the call does not give the argument. A value that cannot be known counts as one
    that loads.
    """

    argument: Argument
    equals: bool | str | None = None
    otherwise: bool = False


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
        conditions: when the call loads at all; one that holds is enough; none: always.
        parts: further arguments that belong to the name, joined to it with ``/`` where they are given.
        names: what the last part of ``call``, a star, may be; then the call names its model itself
            (``torchvision.models.resnet50``) and ``model`` does not matter. A star before the last part
            (``torchaudio.pipelines.*.get_model``) does the same with ``named_by="call"``.
        named_by: whether an argument names the model, or the part of the call that the star stands for.
        quiet: whether nothing is said where no model is found: most calls of that name load something else
            (``requests.get``).
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
    pin: PinWay = "argument"
    result: Result = "object"
    by_method: bool = False
    optional: bool = False
    unless: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    parts: tuple[Argument, ...] = ()
    names: tuple[str, ...] = ()
    named_by: Literal["argument", "call"] = "argument"
    quiet: bool = False

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
