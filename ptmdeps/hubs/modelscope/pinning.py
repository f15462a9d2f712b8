"""Pinning a model of ModelScope: its files by the digests that the hub lists, and what the small ones say.

A revision is a commit where the hub tells it. Where it does not, it is the digest of everything that was listed: then
the hub cannot be asked for it again once the branch has moved, only for what is there now.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from packageurl import PackageURL

from ptmdeps.errors import FileNotInModel, RevisionNotFound
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.huggingface.requires import requires
from ptmdeps.hubs.huggingface.selection import Listing as Repository
from ptmdeps.hubs.huggingface.selection import Selected, configurations, select
from ptmdeps.hubs.modelscope.client import COMMIT, Client, Listing
from ptmdeps.hubs.modelscope.endpoint import MODELSCOPE
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.card import ModelCard
from ptmdeps.inspect.configuration import remote_code
from ptmdeps.inspect.provenance import Files, Provenance, provenance, told, warn_of_left_out
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Ancestor, License, LockedFile, LockedModel
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.hubs.modelscope import ModelScope

DEFAULT = "master"
"""The branch that a load without a revision means."""

HUB = "modelscope"
_PAGE = "the page of the model"
_LICENSES: Mapping[str, str] = {
    "apache license 2.0": "Apache-2.0",
    "mit license": "MIT",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
}
"""Licences that ModelScope lets authors choose by these names, and that are no identifiers."""


def pin(hub: ModelScope, request: PinRequest) -> LockedModel:
    """Resolve and describe one model.

    Raises:
        HubError, UnsafeContent, IntegrityError: see ``ptmdeps.hubs.protocol.Hub.pin``.
    """
    name, client = request.key.name, hub.client
    listing = _listing(client, request)
    _warn_of_tags(client, request)
    draft = LockedModel(key=request.key, ref=request.ref, revision=listing.revision, committed=listing.committed)
    contents = Contents(client, name, where(draft), listing)
    readings = tuple(_reading(reading) for reading in request.readings)
    if request.options.files == "all":
        readings = (*readings, Reading(reads="snapshot"))
    repository = Repository(paths=tuple(contents.files), read=contents.read, names=frozenset({name}))
    selected = select(repository, readings)
    _refuse_nothing(name, listing, selected)
    about = client.about(name)
    found = origins(contents, about)
    warn_of_left_out(f"{name}@{listing.revision[:12]}", found)
    code = remote_code(configurations(repository, ""))
    model = replace(
        draft,
        purl=_purl(hub.settings.endpoint or MODELSCOPE, draft),
        card=found.card,
        license=found.license,
        gated=gated(about),
        remote_code=bool(code.modules or code.others) or any(path.endswith(".py") for path in selected.paths),
        edges=found.lineage.edges,
        requires=requires(
            f"{name}@{listing.revision[:12]}", repository, readings, selected, card=found.declares, code=code
        ),
        files=tuple(_locked(hub, draft, contents, path) for path in selected.paths),
    )
    return replace(model, recorded_digest=model_digest(model))


def ancestor(hub: ModelScope, key: ModelKey, ref: str) -> Ancestor:
    """A model that others came from: its small files are read, and nothing is kept.

    Raises:
        HubError, IntegrityError: see ``ptmdeps.hubs.protocol.Hub.ancestor``.
    """
    listing = hub.client.listing(key.name, ref or DEFAULT)
    where_ = listing.revision if COMMIT.fullmatch(listing.revision) else ref or DEFAULT
    about = hub.client.about(key.name)
    found = origins(Contents(hub.client, key.name, where_, listing), about)
    warn_of_left_out(f"{key.name}@{listing.revision[:12]}", found)
    return Ancestor(
        key=key,
        ref=ref,
        revision=listing.revision,
        card=found.card,
        license=found.license,
        gated=gated(about),
        edges=found.lineage.edges,
    )


def gated(about: Mapping[str, object]) -> str:
    """``manual`` where somebody approves of who gets the files."""
    return "manual" if about.get("ApprovalMode") in (1, 2) else ""


def where(model: LockedModel) -> str:
    """What to ask the hub for to get a locked revision: the commit, or what it was the content of."""
    return model.revision if COMMIT.fullmatch(model.revision) else model.ref or DEFAULT


@dataclass(slots=True)
class Contents:
    """The files of one revision; each is read once."""

    client: Client
    name: str
    revision: str
    listing: Listing
    known: dict[str, bytes] = field(default_factory=dict)

    @property
    def files(self) -> Mapping[str, RemoteFile]:
        """By path."""
        return {file.path: file for file in self.listing.files}

    def read(self, path: str) -> bytes:
        """The content of a file, compared with what the hub lists of it."""
        if path not in self.known:
            self.known[path] = self.client.read(self.name, self.revision, self.files[path])
        return self.known[path]


def _listing(client: Client, request: PinRequest) -> Listing:
    name, ref = request.key.name, request.ref or DEFAULT
    kept = request.revision
    listing = client.listing(name, kept if COMMIT.fullmatch(kept) else ref)
    if kept and listing.revision != kept:
        raise RevisionNotFound(
            f"`{name}` at `{ref}` is not what is locked any more, and ModelScope tells no commit to ask for that by",
            hint=f"`ptmdeps lock -P modelscope:{name}` locks what is there now",
        )
    old = not request.not_after or (listing.committed and listing.committed <= request.not_after)
    if not old and not kept and not COMMIT.fullmatch(request.ref):
        raise RevisionNotFound(
            f"`{name}` at `{ref}` is of {listing.committed or 'an unknown date'}, which is too new for `exclude-newer` "
            f"({request.not_after})",
            hint="ModelScope lists no history: name an older tag or commit, or set "
            f'`exclude-newer-model = {{ "modelscope:{name}" = false }}`',
        )
    return listing


def _warn_of_tags(client: Client, request: PinRequest) -> None:
    """A single file without a revision is another one for its client where there are tags."""
    if request.ref or all(reading.reads != "file" for reading in request.readings):
        return
    tags = [one for one in client.named(request.key.name) if one.kind == "tag"]
    if tags:
        newest = max(tags, key=lambda one: (one.created, one.name))
        warnings.warn(
            f"`{request.key.name}`: `model_file_download` without a revision may mean the tag "
            f"`{printable(newest.name)}` to its client; `{DEFAULT}` is locked. Write `revision=` to be sure",
            UserWarning,
            stacklevel=2,
        )


def _reading(reading: Reading) -> Reading:
    """Its loaders take the files that they name, or everything that their patterns let through."""
    return reading if reading.reads == "file" else replace(reading, reads="snapshot")


def _refuse_nothing(name: str, listing: Listing, selected: Selected) -> None:
    if selected.missing:
        shown = ", ".join(f"`{printable(path)}`" for path in selected.missing)
        raise FileNotInModel(
            f"`{name}@{listing.revision[:12]}` does not hold {shown}", hint="Check the name of the file"
        )
    if not selected.paths:
        raise FileNotInModel(
            f"`{name}@{listing.revision[:12]}` holds nothing that the patterns let through", hint="Check them"
        )


def _locked(hub: ModelScope, draft: LockedModel, contents: Contents, path: str) -> LockedFile:
    """A file by the digest that the hub lists; one of which it lists none is read now, and kept."""
    claim = contents.files[path]
    if claim.sha256:
        opened = partial(contents.client.open, contents.name, contents.revision, claim)
        return locked_file(path, size=claim.size, sha256=claim.sha256, opened=opened)
    content = contents.read(path)
    sha256 = hashlib.sha256(content).hexdigest()
    file = locked_file(path, size=len(content), sha256=sha256, opened=lambda: io.BytesIO(content))
    hub.put(draft, file, content)
    return file


def origins(contents: Contents, about: Mapping[str, object]) -> Provenance:
    """Where a model came from by its files, and by its page as far as they are silent.

    What an adapter was made for is among it: which hub its loader takes that from is not said, so it is not locked.
    """
    sizes = {path: file.size for path, file in contents.files.items()}
    names = frozenset({contents.name})
    found = provenance(Files(hub=HUB, names=names, sizes=sizes, read=contents.read))
    bases = about.get("BaseModel")
    texts = tuple(one for one in bases if isinstance(one, str)) if isinstance(bases, list) else ()
    said = found.declares or ModelCard()
    page = ModelCard(license=_one(about.get("License")), base_models=() if said.base_models else texts)
    supplement = told(page, HUB, names)
    license_ = found.license
    if (license_ is None or not license_.declared) and supplement.license is not None:
        text = license_ or License()
        declared = supplement.license.declared
        license_ = replace(text, declared=declared, concluded=supplement.license.concluded, evidence=_PAGE)
    edges = {edge.leads_to: replace(edge, evidence=_PAGE) for edge in supplement.lineage.edges}
    edges |= {edge.leads_to: edge for edge in found.lineage.edges}
    return replace(
        found,
        license=license_
        and replace(license_, concluded=license_.concluded or _LICENSES.get(license_.declared.lower(), "")),
        lineage=replace(found.lineage, edges=tuple(sorted(edges.values()))),
    )


def _one(text: object) -> tuple[str, ...]:
    return (printable(text.strip()),) if isinstance(text, str) and text.strip() else ()


def _purl(address: str, model: LockedModel) -> str:
    """With an address that is the same for everybody who has the project."""
    owner, _, name = model.key.name.partition("/")
    page = f"{address}/models/{model.key.name}"
    return PackageURL("generic", owner, name, model.revision, {"vcs_url": page}).to_string()
