"""Facts about repositories -> the JSON that the protocol has for them. Pure: nothing here knows of HTTP or access.

Shapes: huggingface.co/.well-known/openapi.json and what huggingface_hub 2.4 parses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_hub.cards import facts
from embedded_hub.repositories import FIRST_DAY, identifier
from embedded_hub.scans import file_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from embedded_hub.git_objects import Commit
    from embedded_hub.repositories import Repositories
    from embedded_hub.repository import Entry, Repository

Json = dict[str, Any]


def date_text(date: datetime) -> str:
    """Return a date as the hub writes it, `2024-02-19T10:57:45.000Z`."""
    return date.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def info(repository: Repository, commit: str, *, blobs: bool = False, security: bool = False) -> Json:
    """Return what `/api/models/{id}` (or datasets, spaces) answers about a commit."""
    names = ["author", "sha", "lastModified", "createdAt", "private", "gated", "disabled", "downloads", "likes", "tags"]
    names += ["cardData", "usedStorage"]
    names += ["description"] if repository.settings.repo_type == "dataset" else []
    if repository.settings.repo_type == "model":
        names += ["pipeline_tag", "library_name", "config", "transformersInfo", "safetensors", "spaces"]
    document: Json = {"_id": repository.settings.identifier, "id": repository.name}
    if repository.settings.repo_type == "model":
        document["modelId"] = repository.name
    if repository.settings.repo_type == "dataset":
        document["citation"] = None
    document |= _chosen(names, repository, commit)
    document["siblings"] = [_sibling(entry, blobs=blobs) for entry in _files(repository, commit)]
    if security:
        document["securityRepoStatus"] = scan(repository)
    return document


def expanded_info(repository: Repository, commit: str, names: Iterable[str], repositories: Repositories) -> Json:
    """Return what `?expand=…` answers: the ids and the fields asked for, where they have a value.

    Raises:
        KeyError: there is no such field.
    """
    known = {"baseModels": lambda r, c: _base_models(r, c, repositories)} | _FIELDS
    values = {name: known[name](repository, commit) for name in names}
    present = {name: value for name, value in values.items() if value is not None}
    return {"_id": repository.settings.identifier, "id": repository.name} | present


def refs(repository: Repository, *, pull_requests: bool) -> Json:
    """Return branches, tags, conversions and, if asked for, pull requests with their commits."""
    kinds = {"branches": "refs/heads/", "tags": "refs/tags/", "converts": "refs/convert/"}
    kinds |= {"pullRequests": "refs/pr/"} if pull_requests else {}
    found = repository.refs()
    return {
        kind: [
            {"name": ref.removeprefix(prefix), "ref": ref, "targetCommit": commit}
            for ref, commit in found.items()
            if ref.startswith(prefix)
        ]
        for kind, prefix in kinds.items()
    }


def commits(history: Iterable[Commit], *, formatted: bool) -> list[Json]:
    """Return a page of a history."""
    return [_commit(commit, formatted=formatted) for commit in history]


def tree(repository: Repository, entries: Iterable[Entry], last_commits: Mapping[str, Commit] | None) -> list[Json]:
    """Return the entries of a listing; with `last_commits` each says who touched it last and what scanners found."""
    return [_entry(repository, entry, last_commits) for entry in entries]


def scan(repository: Repository) -> Json:
    """Return the state of the security scan of a repository."""
    issues = [{"path": path, "level": level} for path, level in repository.settings.security]
    return {"scansDone": True, "filesWithIssues": issues}


def user(name: str) -> Json:
    """Return what `/api/whoami-v2` says of a user."""
    token = {"displayName": "embedded", "role": "read", "createdAt": "2024-01-01T00:00:00.000Z"}
    return {
        "type": "user",
        "id": name.encode().hex().ljust(24, "0")[:24],
        "name": name,
        "fullname": name,
        "email": f"{name}@users.noreply.example",
        "emailVerified": True,
        "canPay": False,
        "isPro": False,
        "periodEnd": None,
        "avatarUrl": f"/avatars/{name}.svg",
        "orgs": [],
        "auth": {"type": "access_token", "accessToken": token},
    }


def _chosen(names: Iterable[str], repository: Repository, commit: str) -> Json:
    values = ((name, _FIELDS[name](repository, commit)) for name in names)
    return {name: value for name, value in values if value is not None}


def _files(repository: Repository, commit: str) -> list[Entry]:
    return [entry for entry in repository.listing(commit).values() if entry.kind == "file"]


def _sibling(entry: Entry, *, blobs: bool) -> Json:
    if not blobs:
        return {"rfilename": entry.path}
    sibling: Json = {"rfilename": entry.path, "blobId": entry.id, "size": entry.size}
    if entry.lfs:
        sibling["lfs"] = {"sha256": entry.lfs.sha256, "size": entry.lfs.size, "pointerSize": entry.lfs.pointer_size}
    return sibling


def _commit(commit: Commit, *, formatted: bool) -> Json:
    document: Json = {
        "id": commit.id,
        "title": commit.title,
        "message": commit.body,
        "authors": [{"user": commit.author, "avatar": f"/avatars/{commit.author}.svg"}],
        "date": date_text(commit.date),
    }
    if formatted:
        document["formatted"] = {"title": commit.title, "message": commit.body}
    return document


def _entry(repository: Repository, entry: Entry, last_commits: Mapping[str, Commit] | None) -> Json:
    document: Json = {"type": entry.kind, "oid": entry.id, "size": entry.size}
    if entry.lfs:
        document["lfs"] = {"oid": entry.lfs.sha256, "size": entry.lfs.size, "pointerSize": entry.lfs.pointer_size}
    document["path"] = entry.path
    if last_commits is not None:
        commit = last_commits[entry.path]
        document["lastCommit"] = {"id": commit.id, "title": commit.title, "date": date_text(commit.date)}
        if entry.kind == "file":
            document["securityFileStatus"] = file_status(repository, entry)
    return document


def _base_models(repository: Repository, commit: str, repositories: Repositories) -> Json | None:
    found = facts(repository, commit)
    if not found.base_models:
        return None
    present = [(name, repositories.get(name)) for name in found.base_models]
    models = [
        {"_id": model.settings.identifier if model else identifier(name, FIRST_DAY), "id": name}
        for name, model in present
    ]
    return {"relation": found.relation, "models": models}


def _children(_repository: Repository, _commit: str) -> Json:
    return {"adapter": 0, "finetune": 0, "merge": 0, "quantized": 0}


def _model_index(repository: Repository, commit: str) -> Any:  # noqa: ANN401 - JSON
    return (facts(repository, commit).card or {}).get("model-index")


_FIELDS: dict[str, Callable[[Repository, str], Any]] = {
    "author": lambda repository, _: repository.name.partition("/")[0],
    "cardData": lambda repository, commit: facts(repository, commit).card,
    "childrenModelCount": _children,
    "config": lambda repository, commit: facts(repository, commit).config,
    "createdAt": lambda repository, _: repository.settings.created_at[:19] + ".000Z",
    "description": lambda repository, commit: facts(repository, commit).description,
    "disabled": lambda repository, _: repository.settings.disabled,
    "downloads": lambda repository, _: repository.settings.downloads,
    "downloadsAllTime": lambda repository, _: repository.settings.downloads,
    "evalResults": lambda *_: [],
    "gated": lambda repository, _: repository.settings.gated,
    "gguf": lambda *_: None,
    "inference": lambda *_: None,
    "inferenceProviderMapping": lambda *_: [],
    "lastModified": lambda repository, commit: date_text(repository.objects.read_commit(commit).date),
    "library_name": lambda repository, commit: facts(repository, commit).library,
    "likes": lambda repository, _: repository.settings.likes,
    "mask_token": lambda repository, commit: (
        facts(repository, commit).config.get("tokenizer_config", {}).get("mask_token")
    ),
    "model-index": _model_index,
    "pipeline_tag": lambda repository, commit: facts(repository, commit).task,
    "private": lambda repository, _: repository.settings.private,
    "resourceGroup": lambda *_: None,
    "safetensors": lambda repository, commit: facts(repository, commit).safetensors,
    "sha": lambda _, commit: commit,
    "siblings": lambda repository, commit: [_sibling(entry, blobs=False) for entry in _files(repository, commit)],
    "spaces": lambda *_: [],
    "tags": lambda repository, commit: list(facts(repository, commit).tags),
    "transformersInfo": lambda repository, commit: facts(repository, commit).transformers,
    "trendingScore": lambda *_: 0,
    "usedStorage": lambda repository, commit: facts(repository, commit).storage,
    "widgetData": lambda *_: None,
}
"""Name of a field -> its value; None where a repository has none."""

EXPANDABLE = (*sorted(_FIELDS.keys() - {"description"}), "baseModels")
"""What `expand` may name."""
