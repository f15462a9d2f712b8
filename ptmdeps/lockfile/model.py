"""The lockfile as values: what was asked for, and what it was pinned to.

The format is described in ``lockfiles/FORMAT.md``; reading and writing it are in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.naming import Candidate, meant, not_locked
from ptmdeps.requirement import Requirement
from ptmdeps.unguarded import unguarded

FORMAT_VERSION = 1
"""Breaking changes of the format; a lockfile with a higher number is refused."""

FORMAT_REVISION = 4
"""Additions to the format; a lockfile with a higher number is read, what is unknown in it is dropped."""

FILENAME = "ptm.lock"

Target = tuple[Literal["model", "dataset"], ModelKey, str]
"""Kind, name and ref of what a lineage edge leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickleRecord:
    """What a pickle names, found without unpickling it.

    Attributes:
        globals: every ``module.name`` that loading would import, sorted.
        called: those of them that loading would call, sorted.
        incomplete: why the two may not be everything; empty where they are exact.
    """

    globals: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    incomplete: str = ""


@unguarded(frozen=True, slots=True, kw_only=True)
class LockedFile:
    """One file of a locked model.

    Attributes:
        path: POSIX path inside the model's repository.
        size: bytes.
        sha256: of the content, 64 hex digits.
        git: the hub's own digest, where it has one: the Git blob identity (of the pointer, for LFS files).
        format: see ``ptmdeps.inspect.formats``.
        pickle: what unpickling would import; ``None`` for files that are no pickles.
    """

    path: str
    size: int
    sha256: str
    git: str = ""
    format: str = "other"
    pickle: PickleRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edge:
    """That one model needs (``runtime``) or came from (``lineage``) another model or dataset.

    Attributes:
        kind: runtime edges are locked and synced; lineage edges are recorded and walked for licences.
        relation: ``adapter``, ``remote-code``, ``component``, ``finetune``, ``quantized``, ``merge``, ``dataset``, …
        target: the other model, as written where it was found.
        ref: revision that the evidence asks for; empty for the hub's default.
        reads: what of the other model is loaded (see ``Requirement.reads``); empty for lineage edges.
        evidence: the file of this model that says so.
        files: exact files of the other model, or the name under which its only file is kept, as the evidence says.
        digest: what the evidence knows of its bytes (see ``ptmdeps.hubs.protocol.Reading``).
        entrypoint: the call of the other model's entry point (see ``FileSelection``).
    """

    kind: Literal["runtime", "lineage"]
    relation: str
    target: ModelKey
    ref: str = ""
    reads: str = ""
    evidence: str = ""
    files: tuple[str, ...] = ()
    digest: str = ""
    entrypoint: str = ""

    @property
    def leads_to(self) -> Target:
        """What is at its other end, whatever the edge says of it."""
        return ("dataset" if self.relation == "dataset" else "model", self.target, self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """What a model or dataset says of its licence, and what that means; its sources may contradict each other.

    Attributes:
        declared: as written by its authors; empty where only the text of a licence stands beside it.
        concluded: SPDX expression or ``LicenseRef-…``; empty where no conclusion is possible.
        evidence: the file that declares it, else the one with its text.
        link: where the card says that the text is: an address or a file of the repository.
        text: path of the file with the text of the licence, in the repository.
        sha256: of that file, 64 hex digits.
        recognized: the licence that this text is: SPDX identifier or ``LicenseRef-…``; empty for a text of its own.
        likeness: how much of the recognized licence's text it is, in per cent; 100 is word by word.
    """

    declared: str = ""
    concluded: str = ""
    evidence: str = ""
    link: str = ""
    text: str = ""
    sha256: str = ""
    recognized: str = ""
    likeness: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a model came from, as far as its hub and name do not say it.

    Attributes:
        url: the address that answered with the bytes, after all redirects.
        etag: what the server calls this state of the file; empty where it calls it nothing.
        modified: when the server says that the file was changed: ``Mon, 19 Feb 2024 10:57:45 GMT``.
        tree: the Git tree of the revision, 40 hex digits.
        table: the library, and its version, whose table led from the name to the bytes: ``timm 1.0.31``.
    """

    url: str = ""
    etag: str = ""
    modified: str = ""
    tree: str = ""
    table: str = ""


NOWHERE_ELSE = Origin()
"""Of a model whose hub, name and revision say everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedModel:
    """A model pinned to one immutable revision, with every file that its loaders will read.

    Attributes:
        key: hub and the name that the hub itself uses.
        aliases: other names under which the project asks for it (old names, short names), sorted.
        ref: branch, tag or commit that was asked for; empty for the hub's default.
        default: who asks for the model without a ref gets this one, because the manifest chose this ref.
        revision: immutable identity: a 40-digit commit for models in Git, a version, or the SHA-256 of the only file.
        identifier: the hub's own immutable identity of the repository, where it has one.
        committed: when the revision was made, by the hub: ``2024-02-19T10:57:45Z``; empty where unknown.
        purl: package URL.
        card: SHA-256 of the model card, 64 hex digits; empty where there is none.
        license: ``None`` where the model declares none and holds no text of one.
        gated: ``auto`` or ``manual`` where the hub asks for consent; empty where it does not.
        remote_code: loading can run code out of this or another model's repository.
        requires: Python distributions that loading needs, sorted.
        entrypoints: what of it can be called, sorted: entry points of a ``hubconf.py`` (``net(pretrained=False)``),
            signatures of a SavedModel (``serving_default(x: float32[?,8]) -> (y: float32[?,2])``).
        origin: where it came from.
        edges: sorted.
        files: sorted by path.
    """

    key: ModelKey
    aliases: tuple[str, ...] = ()
    ref: str = ""
    default: bool = False
    revision: str
    identifier: str = ""
    committed: str = ""
    purl: str = ""
    card: str = ""
    license: License | None = None
    gated: str = ""
    remote_code: bool = False
    requires: tuple[str, ...] = ()
    entrypoints: tuple[str, ...] = ()
    origin: Origin = NOWHERE_ELSE
    edges: tuple[Edge, ...] = ()
    files: tuple[LockedFile, ...] = ()
    recorded_digest: str = ""
    known_digest: str = field(default="", init=False, repr=False, compare=False)
    """Filled by ``model_digest``: the value never changes, and asking for its digest takes long."""

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    @property
    def title(self) -> str:
        """``org/name`` or ``org/name@ref``."""
        return f"{self.key.label}@{self.ref}" if self.ref else self.key.label

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which loaders may ask for it, the canonical one first."""
        return (self.key.name, *self.aliases)

    @property
    def keys(self) -> tuple[ModelKey, ...]:
        """Its names, each with its hub."""
        return tuple(ModelKey(self.key.hub, name) for name in self.names)

    @property
    def wishes(self) -> tuple[tuple[ModelKey, str], ...]:
        """Every name and ref by which loaders may ask for it."""
        refs = (self.ref, "") if self.default and self.ref else (self.ref,)
        return tuple((key, ref) for key in self.keys for ref in refs)

    @property
    def runtime_edges(self) -> tuple[Edge, ...]:
        """The edges that must be locked and synced with it."""
        return tuple(edge for edge in self.edges if edge.kind == "runtime")

    @property
    def lineage_edges(self) -> tuple[Edge, ...]:
        """The edges that say what it came from."""
        return tuple(edge for edge in self.edges if edge.kind == "lineage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """A model or dataset that a locked model came from: known for its licence, and never fetched.

    Attributes:
        key: hub and the name that the hub itself uses.
        kind: ``model`` or ``dataset``, which may have the same names.
        aliases: other names by which edges lead to it, sorted.
        ref: revision that the edges ask for; empty for the hub's default.
        revision: the commit at which it was looked at; empty where it could not be.
        card: SHA-256 of its card at that revision, 64 hex digits; empty where it has none.
        license: ``None`` where it declares none and holds no text of one.
        gated: as of ``LockedModel``.
        missing: why nothing is known of it: ``not-found`` (deleted, private or never there), ``denied``,
            ``unsupported`` (its hub does not say what models came from) or ``left-out`` (too far away, or one too
            many); empty where it was found.
        edges: what it came from in its turn, sorted; all of kind ``lineage``.
    """

    key: ModelKey
    kind: Literal["model", "dataset"] = "model"
    aliases: tuple[str, ...] = ()
    ref: str = ""
    revision: str = ""
    card: str = ""
    license: License | None = None
    gated: str = ""
    missing: str = ""
    edges: tuple[Edge, ...] = ()

    @property
    def keys(self) -> tuple[ModelKey, ...]:
        """Its names, each with its hub."""
        return tuple(ModelKey(self.key.hub, name) for name in (self.key.name, *self.aliases))

    @property
    def lineage_edges(self) -> tuple[Edge, ...]:
        """The same as its edges: it is never loaded."""
        return self.edges

    @property
    def identity(self) -> Target:
        """What no two entries of a lock share."""
        return (self.kind, self.key, self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Every setting that changes a resolution.

    Attributes:
        files: ``auto`` (what the loaders read) or ``all`` (whole repositories).
        scopes: the scopes of code whose references are locked, sorted.
        exclude_newer: cut-off (see ``ptmdeps.clock``) after which a commit is too new to be pinned; empty: none.
        exclude_newer_model: cut-offs of single models, ``hub:name`` → cut-off or empty for none, sorted.
        lineage: what models came from is looked up, up to the roots, and locked as ancestors.
    """

    files: str = "auto"
    scopes: tuple[str, ...] = ("main",)
    exclude_newer: str = ""
    exclude_newer_model: tuple[tuple[str, str], ...] = ()
    lineage: bool = True

    def cutoff(self, key: ModelKey) -> str:
        """The cut-off of one model; empty where it has none."""
        return dict(self.exclude_newer_model).get(str(key), self.exclude_newer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockfile:
    """Everything in ``ptm.lock``: the inputs as they were, and the models they were pinned to.

    Attributes:
        options: the settings used.
        requirements: what code and manifest asked for, sorted.
        models: sorted by hub, name, ref.
        ancestors: what lineage edges lead to, as far as it is not among the models; sorted by kind, hub, name, ref.
        revision: of the format in which it was read; it is always written in ``FORMAT_REVISION``.
    """

    options: Options = Options()
    requirements: tuple[Requirement, ...] = ()
    models: tuple[LockedModel, ...] = ()
    ancestors: tuple[Ancestor, ...] = ()
    revision: int = field(default=FORMAT_REVISION, compare=False)
    _pins: dict[tuple[ModelKey, str], LockedModel] = field(default_factory=dict, init=False, repr=False, compare=False)
    _origins: dict[Target, Ancestor] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def pins(self) -> Mapping[tuple[ModelKey, str], LockedModel]:
        """Every name and ref by which something may ask for a model, and what it was pinned to."""
        if not self._pins:
            self._pins.update({wish: model for model in reversed(self.models) for wish in model.wishes})
        return self._pins

    def find(self, key: ModelKey, ref: str = "") -> LockedModel | None:
        """The model that a request for ``key`` at ``ref`` was pinned to, by its own name or by an alias."""
        return self.pins.get((key, ref))

    def origin(self, edge: Edge) -> LockedModel | Ancestor | None:
        """What an edge leads to: a locked model, else what is known of an ancestor; ``None`` where nothing is."""
        kind = edge.leads_to[0]
        locked = self.find(edge.target, edge.ref) if kind == "model" else None
        if locked is not None:
            return locked
        if not self._origins and self.ancestors:
            known = reversed(self.ancestors)
            self._origins.update({(one.kind, key, one.ref): one for one in known for key in one.keys})
        found = self._origins.get(edge.leads_to)
        # under another name than that by which the project asks for it, it may be locked all the same
        return (self.find(found.key, found.ref) or found) if found and kind == "model" else found

    def named(self, name: str) -> tuple[LockedModel, ...]:
        """Every locked model that ``name`` means (see ``ptmdeps.lockfile.naming``); none where it means nothing."""
        return meant(name, self._candidates())

    def known(self, name: str) -> tuple[LockedModel, ...]:
        """Every locked model that ``name`` means, of which there is one.

        Raises:
            PtmdepsError: it means nothing; with what is called nearly the same.
        """
        found = self.named(name)
        if not found:
            raise not_locked(name, self._candidates())
        return found

    def _candidates(self) -> Iterator[Candidate[LockedModel]]:
        return ((model, model.keys, model.ref) for model in self.models)
