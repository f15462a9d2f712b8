"""Pinning a repository of PyTorch Hub: one commit, its files, its entry points, and the weights that they download."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from packageurl import PackageURL

from ptmdeps.errors import FileNotInModel, ModelNotFound, RevisionNotFound, UnsafeContent
from ptmdeps.hubs.description import Description, Ref, RemoteFile
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.torchhub.git import Blob, Git
from ptmdeps.hubs.torchhub.layout import DEFAULTS
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.licenses import conclude
from ptmdeps.inspect.python_tables import OF_IMPORT
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Edge, License, LockedFile, LockedModel, Origin
from ptmdeps.paths import case_collisions, printable, safe_path

if TYPE_CHECKING:
    from ptmdeps.hubconf import HubConf, WeightFile
    from ptmdeps.hubs.protocol import PinRequest

HUBCONF = "hubconf.py"
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*/(?!\.\.?$)[\w.][\w.-]*", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_BEGINNING = re.compile(r"[0-9a-f]{7,39}")
_LICENSE = re.compile(r"(?:licen[cs]e|copying)(?:[.-][^/]*)?", re.IGNORECASE)
_LONGEST_LICENSE = 200_000
"""Bytes of a licence that are looked at."""
_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
"""How what Git has of a file in Git LFS begins (git-lfs/docs/spec.md)."""
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_MOST_FILES = 50_000
_MOST_BYTES = 4 * 1024**3


def pin(git: Git, request: PinRequest) -> LockedModel:
    """Resolve and describe one repository.

    Raises:
        HubError, UnsafeContent: see ``ptmdeps.hubs.protocol.Hub.pin``.
    """
    name = request.key.name
    commit = request.revision or _revision(git, request)
    git.fetch(name, commit)
    blobs = _checked(name, commit, git.files(name, commit))
    repository = _Repository(git, name, commit, blobs)
    if HUBCONF not in repository.paths:
        raise FileNotInModel(
            f"`{name}@{commit[:12]}` has no `{HUBCONF}`: it is no repository of PyTorch Hub",
            hint="Check the name and the ref; `ignore` in `[tool.ptmdeps]` leaves it out",
        )
    hubconf, edges = _of_hubconf(repository, request)
    files = tuple(repository.locked())
    _warn_of_pointers(repository)
    model = LockedModel(
        key=request.key,
        ref=request.ref,
        revision=commit,
        committed=git.committed(name, commit),
        purl=_purl(name, commit),
        origin=Origin(tree=git.tree(name, commit)),
        license=_license(repository),
        remote_code=True,
        requires=tuple(sorted(_distributions(hubconf.dependencies))),
        entrypoints=tuple(sorted(entry.signature for entry in hubconf.entrypoints)),
        edges=tuple(sorted(edges)),
        files=files,
    )
    return replace(model, recorded_digest=model_digest(model))


def revision_of(git: Git, name: str, ref: str) -> str:
    """The commit that a ref leads to, as ``torch.hub`` understands it.

    Raises:
        RevisionNotFound: there is no such branch, tag or commit.
        HubError: the server does not say.
    """
    if not _NAME.fullmatch(name):
        raise ModelNotFound(f"`{printable(name)}` cannot be a repository", hint="Names look like `owner/name`")
    if _COMMIT.fullmatch(ref):
        return ref
    refs = git.refs(name)
    known = {(found.kind, found.name): found.revision for found in refs}
    for kind, candidate in _meanings(ref):
        if (kind, candidate) in known:
            return known[kind, candidate]
    # the first digits of a commit that a branch or tag leads to are a name of it, too
    begun = {found.revision for found in refs if _BEGINNING.fullmatch(ref) and found.revision.startswith(ref)}
    if len(begun) == 1:
        return begun.pop()
    raise _no_ref(name, ref, refs)


def _meanings(ref: str) -> Iterator[tuple[str, str]]:
    """The branches and tags that a ref can mean, in the order in which they are looked for."""
    for kind, prefix in (("branch", "refs/heads/"), ("tag", "refs/tags/")):
        if ref.startswith(prefix):
            yield kind, ref.removeprefix(prefix)
    for candidate in (ref,) if ref else DEFAULTS:
        yield "branch", candidate
        yield "tag", candidate


def described(git: Git, key: ModelKey, commit: str) -> Description:
    """The files of a commit, with Git's digests.

    Raises:
        HubError: the server does not hand the commit out.
    """
    git.fetch(key.name, commit)
    blobs = git.files(key.name, commit)
    files = tuple(RemoteFile(path=blob.path, size=blob.size, git=blob.git) for blob in blobs)
    return Description(key=key, revision=commit, files=files)


def _revision(git: Git, request: PinRequest) -> str:
    name, ref = request.key.name, safe_path(request.ref) if request.ref else ""
    revision = revision_of(git, name, ref)
    if _COMMIT.fullmatch(ref) and not git.reachable(name, ref):
        raise UnsafeContent(
            f"no branch or tag of `{name}` leads to the commit {ref[:12]}: it may come from somebody's fork",
            hint="The server hands out commits of forks under the name of the original. Name a branch, a tag, or a "
            "commit of the repository itself",
        )
    if not request.not_after or _COMMIT.fullmatch(ref):
        return revision
    for found in git.history(name, revision):
        if found.committed <= request.not_after:
            return found.commit
    raise RevisionNotFound(
        f"`{name}` has no commit that is old enough for `exclude-newer` ({request.not_after})",
        hint=f'Set a later `exclude-newer`, or `exclude-newer-model = {{ "torchhub:{name}" = false }}`',
    )


def _no_ref(name: str, ref: str, refs: tuple[Ref, ...]) -> RevisionNotFound:
    some = [f"`{printable(found.name)}`" for found in refs[-8:]]
    known = ", ".join([*(("…",) if len(refs) > len(some) else ()), *some]) or "none at all"
    if ref:
        return RevisionNotFound(f"`{name}` has no branch or tag `{printable(ref)}`", hint=f"It has {known}")
    return RevisionNotFound(
        f"`{name}` has neither a branch `main` nor `master`, which a load without a ref means to `torch.hub`",
        hint=f"Name a branch or tag in the code, `{name}:<ref>`; it has {known}",
    )


def _checked(name: str, commit: str, blobs: tuple[Blob, ...]) -> tuple[Blob, ...]:
    """The files, unless some of them must not be written below a folder."""
    subject = f"{name}@{commit[:12]}"
    if len(blobs) > _MOST_FILES or sum(blob.size for blob in blobs) > _MOST_BYTES:
        raise UnsafeContent(
            f"`{subject}` holds {len(blobs):,} files of {sum(blob.size for blob in blobs):,} bytes",
            hint=f"More than {_MOST_FILES:,} files or {_MOST_BYTES:,} bytes are no code of a model",
        )
    for blob in blobs:
        safe_path(blob.path)
    for group in case_collisions(blob.path for blob in blobs):
        names = ", ".join(f"`{printable(path)}`" for path in group)
        raise UnsafeContent(
            f"`{subject}` holds files that are one on some systems: {names}", hint="Ask its author to rename one"
        )
    return blobs


class _Repository:
    """The files of one commit; each is read once (see ``ptmdeps.hubconf.Source``)."""

    def __init__(self, git: Git, name: str, commit: str, blobs: tuple[Blob, ...]) -> None:
        self.name, self.commit = name, commit
        self._git = git
        self._blobs = {blob.path: blob for blob in blobs}
        self._read: dict[str, bytes] = {}
        self.pointers: list[str] = []

    @property
    def paths(self) -> frozenset[str]:
        """Of all files."""
        return frozenset(self._blobs)

    def read(self, path: str) -> bytes:
        """The content of a file; ``KeyError`` where there is none."""
        if path not in self._read:
            self._read[path] = next(self._git.read(self.name, (self._blobs[path],)))
        return self._read[path]

    def locked(self) -> Iterator[LockedFile]:
        """Every file, sorted; a symbolic link is a file with its target as content, as ``torch.hub`` unpacks it."""
        blobs = [self._blobs[path] for path in sorted(self._blobs)]
        for blob, content in zip(blobs, self._git.read(self.name, blobs), strict=True):
            if content.startswith(_POINTER):
                self.pointers.append(blob.path)
            sha256 = hashlib.sha256(content).hexdigest()
            opened = partial(io.BytesIO, content)
            yield locked_file(blob.path, size=len(content), sha256=sha256, git=blob.git, opened=opened)


def _warn_of_pointers(repository: _Repository) -> None:
    """Weights in Git LFS are no weights for ``torch.hub``, which downloads an archive of what Git has."""
    if paths := repository.pointers:
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""  # noqa: PLR2004
        names = ", ".join(f"`{printable(path)}`" for path in paths[:3])
        warnings.warn(
            f"`{repository.name}@{repository.commit[:12]}` has {names}{more} in Git LFS: `torch.hub` gets only a "
            "pointer of each, and so does the lock",
            UserWarning,
            stacklevel=2,
        )


def _of_hubconf(repository: _Repository, request: PinRequest) -> tuple[HubConf, set[Edge]]:
    """Entry points, what they need of Python, and the models and weights that the wanted ones load."""
    from ptmdeps.hubconf import read_hubconf, weights_of_each

    edges: set[Edge] = set()
    calls = sorted({reading.selection.entrypoint for reading in request.readings} - {""})
    for call, weights in zip(calls, weights_of_each(repository, calls), strict=True):
        doubts = [(unknown.evidence, unknown.reason) for unknown in weights.unknown]
        for file in weights.files:
            if _ADDRESS.match(file.url):
                edges.add(_weights_edge(file))
            else:
                doubts.append((file.evidence, f"nothing but programs of their own fetch from `{file.url}`"))
        for other in weights.models:
            edges.add(_model_edge(other.key, other.ref, other.entrypoint, other.evidence))
        for place, reason in doubts:
            warnings.warn(
                f"`{repository.name}@{repository.commit[:12]}`: what `{printable(call)}` downloads at "
                f"{printable(place)} is not known: {printable(reason)}",
                UserWarning,
                stacklevel=2,
            )
    return read_hubconf(repository), edges


def _weights_edge(file: WeightFile) -> Edge:
    basename = file.url.partition("?")[0].rpartition("/")[2]
    return Edge(
        kind="runtime",
        relation="weights",
        target=ModelKey("url", file.url),
        # what is kept elsewhere than in `checkpoints` is found by its address
        reads="file" if file.folder else "torch",
        evidence=file.evidence,
        files=(file.file_name,) if file.file_name not in {"", basename} and not file.folder else (),
        digest=f"sha256-prefix:{file.hash_prefix}" if file.hash_prefix else "",
    )


def _model_edge(key: ModelKey, ref: str, entrypoint: str, evidence: str) -> Edge:
    return Edge(
        kind="runtime",
        relation="component",
        target=key,
        ref=ref,
        reads="model" if key.hub == "huggingface" else "",
        evidence=evidence,
        entrypoint=entrypoint,
    )


def _distributions(modules: Iterable[str]) -> Iterator[str]:
    """The distributions that bring modules of these names."""
    for module in modules:
        yield OF_IMPORT.get(module, (module,))[0]


def _license(repository: _Repository) -> License | None:
    for path in sorted(path for path in repository.paths if _LICENSE.fullmatch(path)):
        text = repository.read(path)[:_LONGEST_LICENSE].decode("utf-8", "replace")
        concluded = conclude((), text=text).concluded
        return License(declared=concluded or path, concluded=concluded, evidence=path)
    return None


def _purl(name: str, commit: str) -> str:
    owner, _, repository = name.partition("/")
    return PackageURL("github", owner.lower(), repository.lower(), commit).to_string()
