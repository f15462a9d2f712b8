"""What hubs have in common that are registries: a revision is the SHA-256 of a manifest, and files are its blobs."""

from __future__ import annotations

import io
import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

from packageurl import PackageURL

from ptmdeps.errors import HubUnreachable, ModelNotFound, RevisionNotFound, UnsafeContent
from ptmdeps.hubs.description import Description, Facts, Ref, RemoteFile
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.protocol import Arrived, PinRequest, Progress
from ptmdeps.hubs.stored import StoredHub, no_file
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.formats import PICKLE_FORMATS, file_format
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import License, LockedFile, LockedModel
from ptmdeps.paths import case_collisions, printable, safe_path

if TYPE_CHECKING:
    from ptmdeps.hubs.registry.client import Place, Registry
    from ptmdeps.hubs.registry.manifests import Descriptor, Manifest

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_ARCHIVE = re.compile(r"\.tar(?:\.gz|\.zst)?$")
_MOST_TAGS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A blob of a manifest, or the manifest itself, with the path that it gets as a file of the model."""

    path: str
    size: int
    sha256: str
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an artifact consists of.

    Attributes:
        parts: sorted by path.
        license: what it says of its licence.
        created: when it was made: ``2024-02-19T10:57:45Z``; empty where it does not say.
    """

    parts: tuple[Part, ...]
    license: License | None = None
    created: str = ""


class RegistryHub(StoredHub):
    """The half of ``ptmdeps.hubs.protocol.Hub`` that is about registries; a hub adds what its artifacts look like."""

    manifest_path: str
    """The path of the manifest among the files of a model."""

    @abstractmethod
    def place(self, name: str) -> Place:
        """Where a model is.

        Raises:
            ModelNotFound: it cannot be the name of one.
        """

    @abstractmethod
    def canonical(self, name: str) -> str:
        """The name under which a model is locked, of any spelling of it."""

    @abstractmethod
    def contents(self, place: Place, manifest: Manifest, subject: str) -> Contents:
        """What an artifact consists of, and says of itself.

        Raises:
            HubError, IntegrityError, UnsafeContent: its config cannot be had or believed.
        """

    def pin(self, request: PinRequest) -> LockedModel:
        """One manifest, and the blobs that it names."""
        key = ModelKey(request.key.hub, self.canonical(request.key.name))
        place, subject = self.place(key.name), key.name
        manifest = self._kept(place, request, subject) if request.revision else self._now(place, request.ref, subject)
        contents = self.contents(place, manifest, subject)
        _refuse_unsafe(subject, contents.parts)
        if request.not_after and not request.revision and not DIGEST.fullmatch(request.ref):
            _refuse_new(key, contents.created, request.not_after)
        draft = LockedModel(
            key=key,
            aliases=() if key == request.key else (request.key.name,),
            ref=request.ref,
            revision=manifest.sha256,
            committed=contents.created,
            purl=_purl(place, manifest.sha256, request.ref),
            license=contents.license,
        )
        model = replace(draft, files=tuple(self._locked(draft, place, part, manifest) for part in contents.parts))
        return replace(model, recorded_digest=model_digest(model))

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """What the tag leads to now."""
        name = self.canonical(key.name)
        place = self.place(name)
        digest = ref.removeprefix("sha256:")
        manifest = self._once(place, digest, name) if _SHA256.fullmatch(digest) else self._now(place, ref, name)
        own = ModelKey(key.hub, name)
        if locked is not None and locked.revision == manifest.sha256:
            files = tuple(RemoteFile(path=f.path, size=f.size, git="", sha256=f.sha256) for f in locked.files)
            return Description(key=own, revision=locked.revision, files=files)
        parts = self.contents(place, manifest, name)
        files = tuple(RemoteFile(path=one.path, size=one.size, git="", sha256=one.sha256) for one in parts.parts)
        facts = Facts(author=place.repository.rpartition("/")[0], modified=parts.created)
        return Description(key=own, revision=manifest.sha256, files=files, facts=facts)

    def read(self, described: Description, path: str) -> bytes:
        """A blob, verified."""
        file = described.file(path)
        if file is None:
            raise no_file(described, path)
        place, subject = self.place(described.key.name), described.key.name
        if path == self.manifest_path:
            return self.registry.resolve(place, f"sha256:{file.sha256}", subject).content
        from ptmdeps.hubs.registry.manifests import Descriptor

        blob = Descriptor(media_type="", sha256=file.sha256, size=file.size, annotations={})
        return self.registry.blob(place, blob, subject)

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """Range reads."""
        if file.path == self.manifest_path or described.file(file.path) is None:
            return io.BytesIO(self.read(described, file.path))
        return self.registry.open(self.place(described.key.name), file.sha256, file.size, described.key.name)

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """Tags, the last ones in the order of their names where there are many; none where the registry lists none."""
        name = self.canonical(key.name)
        place = self.place(name)
        tags = [tag for tag in self.registry.tags(place, name) if _REF.fullmatch(tag)][-_MOST_TAGS:]
        revisions = {tag: self.registry.resolve(place, tag, name).sha256 for tag in tags}
        return tuple(sorted(Ref(kind="tag", name=tag, revision=found) for tag, found in revisions.items()))

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """Blob by blob."""
        from ptmdeps.hubs.registry.client import ACCEPT

        if self._whole(model, file):
            return Arrived(path=self.stored_path(model, file))
        place, subject = self.place(model.key.name), model.key.name
        headers = dict(self.registry.authorization(place, subject))
        if file.path != self.manifest_path:
            return self.fetch_from(place.blob_url(file.sha256), model, file, progress, headers=headers)
        headers["Accept"] = ACCEPT
        try:
            url = place.manifest_url(f"sha256:{file.sha256}")
            return self.fetch_from(url, model, file, progress, headers=headers)
        except ModelNotFound:
            # not every registry gives manifests by their digest
            return self.fetch_from(place.manifest_url(self.tag(model.ref)), model, file, progress, headers=headers)

    def tag(self, ref: str) -> str:
        """What to ask for where a ref is written, or none."""
        from ptmdeps.hubs.registry.client import LATEST

        return ref or LATEST

    @cached_property
    def registry(self) -> Registry:
        """Whoever is asked."""
        from ptmdeps.hubs.registry.client import Registry

        return Registry(self.web)

    def _once(self, place: Place, sha256: str, subject: str) -> Manifest:
        """What was there under a digest."""
        try:
            return self.registry.resolve(place, f"sha256:{sha256}", subject)
        except (ModelNotFound, RevisionNotFound) as error:
            raise HubUnreachable(
                f"the registry of `{subject}` has no manifest {sha256[:12]} any more, or gives none by its digest",
                hint="Look into the store for what was locked",
            ) from error

    def _now(self, place: Place, ref: str, subject: str) -> Manifest:
        if ref and not _REF.fullmatch(ref) and not DIGEST.fullmatch(ref):
            raise RevisionNotFound(
                f"`{subject}` has no `{printable(ref)}`: it can be neither a tag nor a digest", hint="Check it"
            )
        return self.registry.resolve(place, self.tag(ref), subject)

    def _kept(self, place: Place, request: PinRequest, subject: str) -> Manifest:
        found = self._at_digest(place, request.revision, request.ref, subject)
        if found is None:
            raise RevisionNotFound(
                f"`{subject}:{self.tag(request.ref)}` is not what is locked any more, and its registry gives no "
                "manifest by its digest",
                hint=f"`ptmdeps lock -P {request.key.label}` locks what is there now",
            )
        return found

    def _at_digest(self, place: Place, sha256: str, ref: str, subject: str) -> Manifest | None:
        try:
            return self.registry.resolve(place, f"sha256:{sha256}", subject)
        except (ModelNotFound, RevisionNotFound):
            found = self._now(place, ref, subject)
            return found if found.sha256 == sha256 else None

    def _locked(self, draft: LockedModel, place: Place, part: Part, manifest: Manifest) -> LockedFile:
        if part.path == self.manifest_path:
            file = LockedFile(path=part.path, size=part.size, sha256=part.sha256)
            self.put(draft, file, manifest.content)
            return file
        opened = partial(self.registry.open, place, part.sha256, part.size, draft.key.name)
        file = locked_file(part.path, size=part.size, sha256=part.sha256, opened=opened)
        inner = _ARCHIVE.sub("", part.path)
        # archives are not looked into; one of a single file is named after it
        plain = inner != part.path and file_format(inner) not in PICKLE_FORMATS
        return replace(file, pickle=None) if plain else file


def numbered(parts: Iterable[tuple[str, Descriptor]]) -> tuple[Part, ...]:
    """Blobs with the paths that they shall have, the later ones of a path with a number: ``license-2.txt``."""
    found: dict[str, Part] = {}
    for wanted, blob in parts:
        folder, slash, name = wanted.rpartition("/")
        stem, dot, ending = name.partition(".")
        path, number = wanted, 1
        while path in found:
            number += 1
            path = f"{folder}{slash}{stem}-{number}{dot}{ending}"
        found[path] = Part(path=path, size=blob.size, sha256=blob.sha256, media_type=blob.media_type)
    return tuple(found[path] for path in sorted(found))


def _refuse_unsafe(subject: str, parts: tuple[Part, ...]) -> None:
    paths = sorted(safe_path(part.path) for part in parts)
    twice = [(one, other) for one, other in pairwise(paths) if one == other]
    for group in (*case_collisions(paths), *twice):
        shown = ", ".join(f"`{printable(path)}`" for path in group)
        raise UnsafeContent(
            f"`{subject}` holds files that are one on some systems: {shown}", hint="Ask its author to rename one"
        )


def _refuse_new(key: ModelKey, created: str, not_after: str) -> None:
    if not created or created > not_after:
        raise RevisionNotFound(
            f"`{key.name}` is of {created or 'an unknown date'}, which is too new for `exclude-newer` ({not_after})",
            hint=f'Name a digest, or set `exclude-newer-model = {{ "{key}" = false }}`',
        )


def _purl(place: Place, sha256: str, ref: str) -> str:
    name = place.repository.rpartition("/")[2].lower()
    qualifiers: Mapping[str, str] = {"repository_url": f"{place.host}/{place.repository}"} | (
        {"tag": ref} if ref and not DIGEST.fullmatch(ref) else {}
    )
    return PackageURL("oci", None, name, f"sha256:{sha256}", dict(qualifiers)).to_string()
