"""What models of the hub came from: other models and datasets, looked at and not fetched."""

from __future__ import annotations

from typing import Literal

from ptmdeps.errors import AccessDenied
from ptmdeps.hubs.huggingface.client import Client
from ptmdeps.hubs.huggingface.contents import passing, peek
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.card import ModelCard
from ptmdeps.inspect.provenance import Files, provenance, told, warn_of_left_out
from ptmdeps.lockfile.model import Ancestor
from ptmdeps.paths import safe_path


def ancestor(client: Client, key: ModelKey, kind: Literal["model", "dataset"], ref: str) -> Ancestor:
    """One model or dataset, by its own files; where these are denied, by what the hub tells everybody of its card.

    Raises:
        HubError, IntegrityError: see ``ptmdeps.hubs.protocol.Hub.ancestor``.
    """
    dataset = kind == "dataset"
    remote, card = client.about(key.name, safe_path(ref) if ref else "", dataset=dataset)
    names = frozenset({remote.key.name, key.name})

    def read(path: str) -> bytes:
        return passing(client, remote, path, dataset=True) if dataset else peek(client, remote, path)

    sizes = {file.path: file.size for file in remote.files}
    try:
        found = provenance(Files(hub=key.hub, names=names, sizes=sizes, read=read))
    except AccessDenied:
        found = told(card or ModelCard(), key.hub, names)
    if not dataset:
        warn_of_left_out(f"{remote.key.name}@{remote.revision[:12]}", found)
    return Ancestor(
        key=ModelKey(key.hub, safe_path(remote.key.name)),
        kind=kind,
        aliases=(key.name,) if key.name != remote.key.name else (),
        ref=ref,
        revision=remote.revision,
        card=found.card,
        license=found.license,
        gated=remote.gated,
        # the fields of a dataset's card that have the names of a model's mean other things
        edges=() if dataset else found.lineage.edges,
    )
