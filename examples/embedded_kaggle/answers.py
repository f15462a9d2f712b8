"""The JSON of Kaggle's answers: the fields of the message types of kagglesdk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_kaggle.frameworks import shown
from embedded_kaggle.world import Handle, created, identifier

if TYPE_CHECKING:
    from embedded_kaggle.world import Instance, Model, Version

Document = dict[str, Any]
_SITE = "https://www.kaggle.com"


def model(found: Model) -> Document:
    """Return an `ApiModel`, with its variations."""
    instances = [instance(each) for each in found.instances.values() if each.newest]
    return {
        "id": identifier(found.ref),
        "ref": found.ref,
        "title": found.title or found.slug,
        "subtitle": found.subtitle,
        "author": found.owner,
        "slug": found.slug,
        "isPrivate": found.private,
        "description": found.description,
        "instances": instances,
        "tags": [],
        "publishTime": created(1),
        "provenanceSources": "",
        "url": f"{_SITE}/models/{found.ref}",
        "modelVersionLinks": [],
        "voteCount": 0,
        "authorImageUrl": "",
        "updateTime": created(max((each["versionNumber"] for each in instances), default=1)),
    }


def instance(found: Instance) -> Document:
    """Return an `ApiModelInstance`: a variation, at its newest version."""
    newest = found.newest
    number = newest.number if newest else 0
    where = f"{found.handle}/{number}"
    kind = "kaggleVariant" if found.base else "externalVariant" if found.external_base else "baseModel"
    document = {
        "id": identifier(found.handle),
        "slug": found.handle.variation,
        "framework": shown(found.handle.framework),
        "fineTunable": True,
        "overview": found.overview,
        "usage": "",
        "downloadUrl": f"{_SITE}/api/v1/models/{where}/download",
        "versionId": identifier(where),
        "versionNumber": number,
        "trainingData": [],
        "url": f"{_SITE}/models/{where}",
        "licenseName": found.licence,
        "modelInstanceType": kind,
        "externalBaseModelUrl": found.external_base,
        "totalUncompressedBytes": sum(map(len, newest.files.values())) if newest else 0,
    }
    return document | ({"baseModelInstanceInformation": _base(Handle.parse(found.base))} if found.base else {})


def _base(handle: Handle) -> Document:
    owner = {"id": identifier(handle.owner), "isOrganization": False, "name": handle.owner, "slug": handle.owner}
    return {
        "id": identifier(handle),
        "owner": owner | {"userTier": "novice"},
        "modelSlug": handle.model,
        "instanceSlug": handle.variation,
        "framework": shown(handle.framework),
    }


def listed_instance(found: Instance) -> Document:
    """Return a `ModelInstance`, the longer form that a list of variations has: it knows the notes of the version."""
    newest = found.newest
    short = instance(found)
    kept = ("id", "slug", "framework", "fineTunable", "overview", "usage", "versionId", "versionNumber", "trainingData")
    license_post = {"id": identifier(found.licence), "name": found.licence, "content": ""}
    return {key: short[key] for key in kept} | {
        "ownerSlug": found.handle.owner,
        "modelSlug": found.handle.model,
        "versionNotes": newest.notes if newest else "",
        "licensePost": license_post,
        "status": "ready",
        "modelId": identifier(f"{found.handle.owner}/{found.handle.model}"),
        "totalUncompressedBytes": short["totalUncompressedBytes"],
    }


def version(found: Instance, each: Version, *, title: str, private: bool) -> Document:
    """Return a `ModelInstanceVersion`; it has neither notes nor a date."""
    where = f"{found.handle}/{each.number}"
    return {
        "id": identifier(where),
        "framework": shown(found.handle.framework),
        "isTfhubModel": False,
        "url": f"/models/{where}",
        "variationSlug": found.handle.variation,
        "versionNumber": each.number,
        "modelTitle": title,
        "thumbnailUrl": "",
        "isPrivate": private,
        "sigstoreState": "sigstoreStateUnspecified",
        "modelId": identifier(f"{found.handle.owner}/{found.handle.model}"),
        "ownerSlug": found.handle.owner,
        "modelSlug": found.handle.model,
        "modelInstanceId": identifier(found.handle),
    }


def file(path: str, content: bytes, date: str) -> Document:
    """Return an `ApiModelFile`, which has no digest."""
    return {"name": path, "size": len(content), "creationDate": date}
