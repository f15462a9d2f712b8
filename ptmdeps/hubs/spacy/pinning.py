"""Pinning a package of spaCy's models: one version, its wheel, and every file in it.

The server gives no digest of a wheel: the first time it is taken as it is, unless the project's lock for Python names
its hash. From then on every file of it is known.
"""

from __future__ import annotations

import hashlib
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from packageurl import PackageURL
from packaging.utils import canonicalize_name

from ptmdeps.distributions.locks import parsed
from ptmdeps.distributions.sources import pin_files
from ptmdeps.errors import IntegrityError, ModelNotFound, RevisionNotFound
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.protocol import PinRequest
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.spacy import choosing
from ptmdeps.hubs.spacy.wheels import Facts, facts_of
from ptmdeps.hubs.url import instant
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.formats import PICKLE_FORMATS
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import LockedFile, LockedModel, Origin
from ptmdeps.unpacking import Member, unpack

if TYPE_CHECKING:
    from ptmdeps.hubs.downloads import Downloaded
    from ptmdeps.hubs.spacy import Spacy


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel that was fetched and unpacked; ``folder`` lasts as long as nobody else needs its place."""

    downloaded: Downloaded
    members: tuple[Member, ...]
    folder: Path


def pin(hub: Spacy, request: PinRequest) -> LockedModel:
    """Choose a version, fetch its wheel and keep its files.

    Raises:
        HubError, UnsafeContent, IntegrityError: see ``ptmdeps.hubs.protocol.Hub.pin``.
    """
    key = ModelKey(request.key.hub, choosing.package(request.key.name))
    version, spacy = _chosen(hub, key.name, request)
    draft = LockedModel(key=key, ref=request.ref, revision=version)
    with hub.alone(draft), unpacked(hub, draft) as wheel:
        _compare_with_lock(key.name, version, wheel.downloaded, request.project)
        facts = facts_of(key.name, version, wheel.members, wheel.folder)
        files = tuple(_locked(member, wheel.folder) for member in wheel.members)
        model = _model(hub, draft, wheel.downloaded, facts, files, spacy=spacy)
        for file in files:
            hub.keep(model, file, wheel.folder / file.path)
    aliases = () if request.key == key else (request.key.name,)
    named = replace(model, aliases=aliases)
    return replace(named, recorded_digest=model_digest(named))


@contextmanager
def brought(hub: Spacy, model: LockedModel) -> Iterator[Iterator[tuple[LockedFile, Path, str]]]:
    """The files of a locked model's wheel, each with its place and digest; the caller compares."""
    with unpacked(hub, model) as wheel:
        found = {member.path: member for member in wheel.members}
        yield ((file, wheel.folder / file.path, found[file.path].sha256) for file in model.files if file.path in found)


@contextmanager
def unpacked(hub: Spacy, model: LockedModel) -> Iterator[Wheel]:
    """The wheel of a version, unpacked on the store's own file system; the caller is alone with the model.

    Raises:
        HubError, UnsafeContent, IntegrityError, StoreError: it cannot be fetched, or is no sound archive.
    """
    from ptmdeps.hubs.downloads import download

    name, version = model.key.name, model.revision
    label = hashlib.sha256(f"{name} {version}".encode()).hexdigest()[:40]
    archive = hub.store() / store.folder_name(name) / "blobs" / label
    folder = hub.notes() / "unpacked" / store.folder_name(name) / version
    # what a killed run left
    shutil.rmtree(folder, ignore_errors=True)
    try:
        notes = hub.mutexes(model.key)
        found = download(hub.web, hub.wheel_url(name, version), archive, f"{name} {version}", notes=notes)
        members = unpack(archive, folder / "wheel", kind="zip")
        yield Wheel(downloaded=found, members=members, folder=folder / "wheel")
    finally:
        archive.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _chosen(hub: Spacy, name: str, request: PinRequest) -> tuple[str, str]:
    """The version, and the version of spaCy that the list went by (empty where it was not asked)."""
    if request.revision:
        return request.revision, _spacy_of_kept(hub, name, request)
    if request.ref:
        return choosing.version_of(name, request.ref), ""
    if pinned := choosing.pinned(name, request.project):
        return choosing.version_of(name, pinned), ""
    choice = choosing.best(hub.listing(name), name, request.project)
    if choice.guessed:
        warnings.warn(
            f"`{name}`: the project does not say which spaCy it uses; what is locked is for {choice.spacy}, the newest",
            UserWarning,
            stacklevel=2,
        )
    return _old_enough(hub, name, choice, request.not_after), choice.spacy


def _spacy_of_kept(hub: Spacy, name: str, request: PinRequest) -> str:
    """What a version that is kept says of itself must be what it said when it was chosen."""
    if request.ref or choosing.pinned(name, request.project):
        return ""
    return choosing.best(hub.listing(name), name, request.project).spacy


def _old_enough(hub: Spacy, name: str, choice: choosing.Choice, not_after: str) -> str:
    """The best version that was there at a moment, by what the server says of its wheel."""
    if not not_after:
        return choice.versions[0]
    for version in choice.versions:
        made = instant(hub.web.head(hub.wheel_url(name, version), f"{name} {version}").modified)
        if made and made <= not_after:
            return version
    raise RevisionNotFound(
        f"`{name}` has no version for spaCy {choice.spacy} that is old enough for `exclude-newer` ({not_after})",
        hint=f'Set a later `exclude-newer`, or `exclude-newer-model = {{ "spacy:{name}" = false }}`',
    )


def no_version(name: str, version: str, data: bytes) -> RevisionNotFound | ModelNotFound:
    """The error where there is no wheel of a version."""
    try:
        known = choosing.known_versions(data, name)
    except ModelNotFound as error:
        return error
    return RevisionNotFound(f"`{name}` has no version `{version}`", hint=f"It has {known}")


def _compare_with_lock(name: str, version: str, wheel: Downloaded, project: Path | None) -> None:
    """The project's lock for Python may know the wheel."""
    number = parsed(version)
    for file in pin_files(project) if project else ():
        for stated in file.stated.get(canonicalize_name(name), ()):
            if stated.version == number and stated.hashes and f"sha256:{wheel.sha256}" not in stated.hashes:
                raise IntegrityError(
                    f"the wheel of `{name}` {version}",
                    expected=" or ".join(stated.hashes[:3]),
                    found=f"sha256:{wheel.sha256}",
                    claim=f"the project's lock for Python (`{file.path}:{stated.line}`)",
                    hint="Find out why the server has another wheel before you go on; nothing was locked",
                )


def _locked(member: Member, folder: Path) -> LockedFile:
    path = folder / member.path
    file = locked_file(member.path, size=member.size, sha256=member.sha256, opened=lambda: path.open("rb"))
    if file.pickle and not file.pickle.incomplete:
        # arrays of numbers are no pickles, though they may hold some
        return file if file.pickle.globals else replace(file, pickle=None)
    with path.open("rb") as stream:
        packed = _is_packed(stream.read(2))
    return replace(file, format="other", pickle=None) if packed and file.format in PICKLE_FORMATS else file


def _is_packed(head: bytes) -> bool:
    """Whether a file begins as the maps and lists of MessagePack do, in which spaCy's components keep what they know.

    A pickle begins with ``0x80`` and the number of its protocol; an empty map is nothing but that byte.
    """
    first = head[0] if head else 0
    return first in range(0x81, 0xA0) or first in range(0xDC, 0xE0) or head == b"\x80"


def _model(
    hub: Spacy, draft: LockedModel, wheel: Downloaded, facts: Facts, files: tuple[LockedFile, ...], *, spacy: str
) -> LockedModel:
    name, version = draft.key.name, draft.revision
    url = hub.published_at(name, version)
    qualifiers: Mapping[str, str] = {"checksum": f"sha256:{wheel.sha256}", "download_url": url}
    return replace(
        draft,
        committed=instant(wheel.head.modified),
        purl=PackageURL("pypi", None, canonicalize_name(name), version, dict(qualifiers)).to_string(),
        license=facts.license,
        remote_code=facts.own_code,
        requires=facts.requires,
        entrypoints=facts.components,
        origin=Origin(url=url, table=f"spacy {spacy}" if spacy else ""),
        files=files,
    )
