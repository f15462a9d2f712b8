"""What a catalogue row says: one call that loads models, and where its arguments carry which fact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ptmdeps.scan.references import Kind, PinWay

Notation = Literal[
    "id",
    "id@revision",
    "file",
    "code",
    "name",
    "entry",
    "address",
    "torchhub",
    "tfhub",
    "kaggle",
    "timm",
    "preset",
    "asset",
    "weights",
    "hf",
    "key",
    "dataset",
    "kernel",
    "owned",
]
"""How the text of an id argument is written.

``id``: ``owner/name`` or a bare name; ``id@revision``: the same with ``@branch``;
``file``: a link to one file or ``owner/name/path/to/file``;
``code``: ``owner/name`` is a repository, a bare name is something that comes with the library;
``name``: an entry of the library's own table (of the row's hub); ``owner/name`` is a Hugging Face repository;
``entry``: the same for names that may hold a slash themselves (``ViT-B/32``); nothing is a repository;
``address``: a URL of one file of weights; a URL of the Hugging Face Hub names its repository and file;
``torchhub``: ``owner/repo[:ref]``; ``tfhub``: a handle, ``https://tfhub.dev/…`` or one of Kaggle;
``kaggle``: ``owner/model/framework/variation[/version]``;
``timm``: a name of timm's own table, ``hf-hub:owner/name[@revision]`` or ``local-dir:path``;
``preset``: a name of keras_hub's own table, ``hf://owner/name``, ``kaggle://…`` or a path;
``asset``: the name of a file that the library downloads if it knows it (``yolov8n.pt``), else a path;
``weights``: a member of an enumeration of torchvision (``ResNet50_Weights.IMAGENET1K_V2``), whose name is the ref;
``hf``: ``hf://[datasets/]owner/name[@revision]/path``;
``key``: an entry of the library's own table that looks like a path (``COCO-Detection/retinanet_R_50_FPN_1x.yaml``);
``dataset``: an id of a data set, or the name of a format (``json``) whose files are given elsewhere;
``kernel``: ``owner/name[@revision][:function]``; a bare name comes with the library;
``owned``: ``owner/name``; what a bare name means, only the library knows.
"""

Result = Literal["object", "path"]

_CAMEL = re.compile(r"[a-z][A-Z]")
_CALL = re.compile(r"[A-Za-z_]\w*(\.[\w*]+)+", re.ASCII)
_MODULE = re.compile(r"[a-z_][a-z_0-9]*")


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
class Condition:
    """When a call loads: ``argument`` is ``equals``, or a text that starts with ``starts``.

    Without both it is anything but ``None`` and false. ``otherwise`` is what holds where the call does not give the
    argument. What is known of a value decides; one of which nothing is known counts as one that loads.
    """

    argument: Argument
    equals: bool | str | None = None
    starts: str = ""
    otherwise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """Another model that the same call loads when it is named; no value there means no load.

    Attributes:
        default: what is loaded where the argument is not given at all.
        conditions: when it is loaded; one that holds is enough; none: always.
        instead: whether it is loaded only where the row's own conditions do not hold.
        quiet: whether nothing is said of a text that names no model: most name something else.
    """

    model: Argument
    reads: str
    arguments: Arguments = Arguments()
    notation: Notation = "id"
    default: str = ""
    conditions: tuple[Condition, ...] = ()
    instead: bool = False
    quiet: bool = False


NOWHERE = Argument(None, "")
"""Where the id is in a call that names its model itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """One row of the catalogue.

    Attributes:
        call: dotted name as people import it, such as ``transformers.*Tokenizer*.from_pretrained``.
            A star stands for any letters inside one part; submodules between the library and the rest
            (``transformers.models.bert.BertModel``) match without being written.
        model: where the id is, unless the call names its model itself.
        reads: which files that kind of loader reads (see ``Requirement.reads``).
        hub: where the id belongs.
        kind: what the hub stores under the id, unless ``arguments.kind`` says otherwise.
        arguments: where the facts about the model are.
        also: further models that the call can load.
        notation: how the id is written.
        owner: what a bare name gets in front.
        ownerless: bare names that are left alone, in small letters.
        default: the id that is loaded when none is given, where the library always uses the same; what
            ``ptmdeps.scan.defaults`` knows of the versions of the library goes before it.
        has_default: whether a call without an id loads a model that the library chooses by its version.
        pin: how the call can be pinned in source.
        result: whether the call gives an object or the path of a downloaded file or folder.
        by_method: whether the method name says enough, in a file that imports the library, to accept a receiver
            whose class cannot be known.
        optional: whether a call without an id loads nothing at all.
        unless: keywords that turn the call into something that loads no model.
        conditions: when the call loads at all; one that holds is enough; none: always.
        local: when the id is a path of the disk; one that holds is enough; none: never.
        parts: further arguments that belong to the name, joined to it with ``/`` where they are given.
        names: what the last part of ``call``, a star, may be; then the call names its model itself
            (``torchvision.models.resnet50``) and ``model`` does not matter. A star before the last part
            (``torchaudio.pipelines.*.get_model``) does the same with ``named_by="call"``.
        named_by: whether an argument names the model, or the part of the call that the star stands for.
        quiet: whether nothing is said where no model is found: most calls of that name load something else
            (``requests.get``).
    """

    call: str
    model: Argument = NOWHERE
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
    local: tuple[Condition, ...] = ()
    parts: tuple[Argument, ...] = ()
    names: tuple[str, ...] = ()
    named_by: Literal["argument", "call"] = "argument"
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse a row that could not work, because users may add rows."""
        *parts, last = self.call.split(".")
        if not _CALL.fullmatch(self.call) or "*" in parts[0] or (last != "*" if self.names else "*" in last):
            raise ValueError(f"`{self.call}` is not `library.name` or `library.Class.method`; its ends take no star")
        if self.names_itself and "*" not in self.call:
            raise ValueError(f"`{self.call}` shall name the model, but has no star that could stand for it")
        if not self.names_itself and self.model == NOWHERE and not self.default:
            raise ValueError(f"`{self.call}` does not say where the model is named")
        if self.pin == "argument" and self.arguments.ref is None:
            raise ValueError(f"`{self.call}` is pinned by argument, but no argument is given for the ref")

    @property
    def words(self) -> tuple[str, ...]:
        """The last parts that the name can have, of which one must stand in a file for the row to matter."""
        return self.names or (self.call.rpartition(".")[2],)

    @property
    def word(self) -> str:
        """The last part of the name as it is written in the row."""
        return self.call.rpartition(".")[2]

    @property
    def library(self) -> str:
        """The top-level package."""
        return self.call.partition(".")[0]

    @property
    def names_itself(self) -> bool:
        """Whether the call names the model, not one of its arguments."""
        return bool(self.names) or self.named_by == "call"

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that the name goes through below the library, as far as they are written."""
        return tuple(part for part in self.call.split(".")[1:-1] if _MODULE.fullmatch(part))

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the dotted name of a call must match in full; submodules may stand after every module.

        Group ``name`` is what the stars stand for, with everything between them.
        """
        return _pattern(self.call)


@cache
def _pattern(call: str) -> re.Pattern[str]:
    parts = call.split(".")
    starred = [index for index, part in enumerate(parts) if "*" in part]
    pieces: list[str] = []
    for index, part in enumerate(parts):
        piece = re.escape(part).replace(r"\*", r"\w*")
        opening = "(?P<name>" if starred and index == starred[0] else ""
        closing = ")" if starred and index == starred[-1] else ""
        between = r"(?:\w+\.)*" if index == 1 or (index and _MODULE.fullmatch(parts[index - 1])) else ""
        pieces.append(between + opening + piece + closing)
    return re.compile(r"\.".join(pieces), re.ASCII)
