"""Pinning a model of the Hugging Face Hub: one commit, the files that its loaders read, and what those files say.

Small files are read from our own download and compared with the hub's Git identities; large ones have their
SHA-256 from the hub, and their bytes are verified when they are fetched.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from packageurl import PackageURL

from ptmdeps.errors import FileNotInModel, IntegrityError, UnsafeContent
from ptmdeps.hubs.description import Description
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.huggingface.client import Client
from ptmdeps.hubs.huggingface.contents import Contents, side_by_side
from ptmdeps.hubs.huggingface.cutoff import commit_until
from ptmdeps.hubs.huggingface.layout import DEFAULT_REF
from ptmdeps.hubs.huggingface.requires import requires
from ptmdeps.hubs.huggingface.selection import Listing, Selected, configurations, detect, select
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.configuration import RemoteCode, adapter_base, remote_code
from ptmdeps.inspect.provenance import Files, provenance, warn_of_left_out, worth_reading
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Edge, LockedFile, LockedModel
from ptmdeps.paths import case_collisions, printable, safe_path

T = TypeVar("T")

_COMMIT = re.compile(r"[0-9a-f]{40}")
_EVERYTHING = Reading(reads="snapshot")


def pin(client: Client, request: PinRequest, files: Executor) -> LockedModel:
    """Resolve and describe one model; ``files`` reads its small files side by side.

    Raises:
        HubError, UnsafeContent, IntegrityError: see ``ptmdeps.hubs.protocol.Hub.pin``.
    """
    asked = request.revision or (safe_path(request.ref) if request.ref else "")
    if request.not_after and not _COMMIT.fullmatch(asked):
        asked = commit_until(client, request.key.name, asked, request.not_after)
    remote = client.describe(request.key.name, asked)
    _refuse_another_commit(remote, asked)
    contents = Contents(client, remote)
    contents.prefetch(_worth_reading(remote, request), files)
    names = frozenset({remote.key.name, request.key.name})
    listing = Listing(paths=tuple(file.path for file in remote.files), read=contents.read, names=names)
    readings = _readings(listing, request)
    selected = select(listing, readings)
    _check(remote, request, selected)
    locked = side_by_side(files, lambda path: _locked_file(client, remote, contents, path), selected.paths)
    code = remote_code(dict(_all_configurations(listing, readings)))
    subject = f"{remote.key.name}@{remote.revision[:12]}"
    adapters = tuple(_adapter_edges(listing, _adapters(selected)))
    found = provenance(
        Files(
            hub=request.key.hub,
            names=names,
            sizes={file.path: file.size for file in remote.files},
            read=contents.read,
            adapted={edge.target.name: edge.ref for edge in adapters},
        )
    )
    warn_of_left_out(subject, found)
    model = LockedModel(
        key=ModelKey(request.key.hub, safe_path(remote.key.name)),
        aliases=(request.key.name,) if request.key.name != remote.key.name else (),
        ref=request.ref,
        revision=remote.revision,
        identifier=remote.identifier,
        committed=client.committed(remote.key.name, remote.revision),
        purl=_purl(remote),
        gated=remote.gated,
        card=found.card,
        license=found.license,
        remote_code=_runs_code(code, selected),
        edges=tuple(sorted({*adapters, *_code_edges(code, names), *found.lineage.edges})),
        requires=requires(subject, listing, readings, selected, card=found.declares, code=code),
        files=tuple(locked),
    )
    return replace(model, recorded_digest=model_digest(model))


def _refuse_another_commit(remote: Description, asked: str) -> None:
    """Who asks for a commit by its own name gets that one: loaders will look for it under that name."""
    if _COMMIT.fullmatch(asked) and remote.revision != asked:
        raise IntegrityError(
            f"the hub's answer for `{remote.key.name}@{asked[:12]}`",
            expected=asked,
            found=remote.revision,
            claim="the commit that was asked for",
            hint="Is `HF_ENDPOINT` the hub that you mean?",
        )


def _worth_reading(remote: Description, request: PinRequest) -> Iterator[str]:
    """The index and configuration files that decide what is selected, and those that say where it came from."""
    decisive = ("config.json", "adapter_config.json", "modules.json", "model_index.json")
    auto_map = ("tokenizer_config.json", "processor_config.json", "preprocessor_config.json")
    subfolders = {"", *(reading.selection.subfolder for reading in request.readings)}
    wanted = {f"{folder}/{name}" if folder else name for folder in subfolders for name in (*decisive, *auto_map)}
    sizes = {file.path: file.size for file in remote.files}
    return (path for path in dict.fromkeys((*worth_reading(sizes), *sorted(wanted))) if path in sizes)


def _readings(listing: Listing, request: PinRequest) -> tuple[Reading, ...]:
    readings = tuple(
        replace(reading, reads=detect(listing)) if reading.reads == "model" else reading for reading in request.readings
    )
    return (*readings, _EVERYTHING) if request.options.files == "all" else readings


def _check(remote: Description, request: PinRequest, selected: Selected) -> None:
    subject = f"{remote.key.name}@{remote.revision[:12]}"
    for path in selected.paths:
        safe_path(path)
    for group in case_collisions(selected.paths):
        names = ", ".join(f"`{printable(path)}`" for path in group)
        raise UnsafeContent(
            f"`{subject}` holds files that are one on some systems: {names}",
            hint="Ask its author to rename one, or lock only the files you need: `files` in `[tool.ptmdeps]`",
        )
    missing = ", ".join(f"`{printable(path)}`" for path in selected.missing)
    if missing and not selected.paths:
        raise FileNotInModel(
            f"`{subject}` does not hold {missing}, which {_asked(request)} reads",
            hint="Check the name of the file, and the model's files on the hub",
        )
    if missing:
        warnings.warn(f"`{subject}` does not hold {missing}: loading it may fail", UserWarning, stacklevel=2)
    if not selected.paths:
        raise FileNotInModel(
            f"`{subject}` holds nothing that {_asked(request)} reads", hint="Is it the right repository, and not empty?"
        )


def _asked(request: PinRequest) -> str:
    return " and ".join(sorted({f"`{reading.reads}`" for reading in request.readings}))


def _locked_file(client: Client, remote: Description, contents: Contents, path: str) -> LockedFile:
    claim = contents.claims[path]
    if claim.sha256:
        # of a large pickle only the directory and the instructions are fetched, not the tensors
        opened = partial(client.open, remote.key.name, remote.revision, claim)
        return locked_file(path, size=claim.size, sha256=claim.sha256, git=claim.git, opened=opened)
    content = contents.read(path)
    sha256 = hashlib.sha256(content).hexdigest()
    return locked_file(path, size=len(content), sha256=sha256, git=claim.git, opened=lambda: io.BytesIO(content))


def _adapters(selected: Selected) -> list[str]:
    return [path for path in selected.paths if path.rpartition("/")[2] == "adapter_config.json"]


def _runs_code(code: RemoteCode, selected: Selected) -> bool:
    return bool(code.modules or code.others) or any(path.endswith(".py") for path in selected.paths)


def _all_configurations(listing: Listing, readings: tuple[Reading, ...]) -> Iterator[tuple[str, bytes]]:
    for folder in sorted({reading.selection.subfolder for reading in readings}):
        yield from configurations(listing, folder).items()


def _adapter_edges(listing: Listing, adapters: list[str]) -> Iterator[Edge]:
    for path in adapters:
        if base := adapter_base(listing.read(path), path=path):
            yield Edge(
                kind="runtime",
                relation="adapter",
                target=ModelKey("huggingface", base.name),
                # adapters often name the default branch, which is to ask for the default
                ref="" if base.revision == DEFAULT_REF else base.revision,
                reads="model",
                evidence=path,
            )


def _code_edges(code: RemoteCode, own: frozenset[str]) -> Iterator[Edge]:
    for repository in sorted({repository for repository, _ in code.others} - own):
        target = ModelKey("huggingface", repository)
        yield Edge(kind="runtime", relation="remote-code", target=target, reads="remote-code", evidence="config.json")


def _purl(remote: Description) -> str:
    namespace, _, name = remote.key.name.rpartition("/")
    return PackageURL("huggingface", namespace or None, name, remote.revision).to_string()
