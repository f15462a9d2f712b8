"""The JSON of ModelScope's answers."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from embedded_hub.exchange import Answer
from embedded_modelscope.repository import DEFAULT_BRANCH

if TYPE_CHECKING:
    from embedded_modelscope.repository import Commit, File, Repository

Document = dict[str, Any]

LIMIT = 3000
"""Entries after which a list of files ends without a word."""

_SUCCESS = 200
_PUBLIC, _PRIVATE = 5, 1
_FILE_MODE, _FOLDER_MODE = "33188", "16384"
_SHORT = 8


def envelope(data: object, *, code: int = _SUCCESS, message: str = "success", status: int = _SUCCESS) -> Answer:
    """Return an answer in the envelope that all have; `code` of an error is a number of ModelScope's own."""
    request = hashlib.sha256(f"{code} {message}".encode()).hexdigest()[:32]
    return Answer.json(
        {"Code": code, "Data": data, "Message": message, "RequestId": request, "Success": status == _SUCCESS},
        status=status,
    )


def model(repository: Repository) -> Document:
    """Return what is told of a model: `GET /api/v1/models/{id}`."""
    head = repository.find(DEFAULT_BRANCH)
    owner, _, name = repository.name.partition("/")
    files = head.files if head else {}
    readme = files.get("README.md")
    return {
        "Id": int(hashlib.sha256(repository.name.encode()).hexdigest()[:6], 16),
        "Name": name,
        "Path": owner,
        "ChineseName": name,
        "Description": "",
        "License": "Apache License 2.0",
        "Tags": [],
        "Tasks": [],
        "Libraries": [],
        "Architectures": [],
        "ModelType": [],
        "BaseModel": [],
        "BaseModelRelation": "",
        "Downloads": 0,
        "Stars": 0,
        "CreatedBy": owner,
        "CreatedTime": head.date if head else 0,
        "LastUpdatedTime": head.date if head else 0,
        "Visibility": _PRIVATE if repository.private else _PUBLIC,
        "ApprovalMode": int(repository.gated),
        "IsAccessible": 1,
        "Revision": DEFAULT_BRANCH,
        "StorageSize": sum(len(file.content) for file in files.values()),
        "ReadMeContent": readme.content.decode(errors="replace") if readme else "",
    } | repository.fields


def open_model(repository: Repository) -> Document:
    """Return what the newer interface tells of a model: `GET /openapi/v1/models/{owner}/{name}`."""
    told = model(repository)
    return {
        "id": repository.name,
        "display_name": told["ChineseName"],
        "description": told["Description"],
        "license": told["License"],
        "tags": told["Tags"],
        "tasks": told["Tasks"],
        "downloads": told["Downloads"],
        "likes": told["Stars"],
        "created_at": told["CreatedTime"],
        "last_modified": told["LastUpdatedTime"],
        "file_size": told["StorageSize"],
        "private": repository.private,
        "gated": repository.gated,
    }


def revisions(repository: Repository) -> Document:
    """Return branches and tags with when they were made; the commits they mean are not told."""
    return {
        "RevisionMap": {
            "Branches": [_revision(repository, name) for name in sorted(repository.branches)],
            "Tags": [_revision(repository, name) for name in sorted(repository.tags)],
        }
    }


def _revision(repository: Repository, name: str) -> Document:
    found = repository.find(name)
    return {"Revision": name, "CreatedAt": found.date if found else 0}


def files(commit: Commit, *, root: str, recursive: bool) -> Document | None:
    """Return the files below a folder, with the folders between; None where there is no such folder."""
    start = f"{root.strip('/')}/" if root.strip("/") else ""
    entries: dict[str, Document] = {}
    for path, file in commit.files.items():
        if not path.startswith(start):
            continue
        for folder in PurePosixPath(path).parents:
            if str(folder) != "." and f"{folder}/".startswith(start) and f"{folder}/" != start:
                entries.setdefault(str(folder), _folder(str(folder), file))
        entries[path] = _file(path, file)
    if start and not entries:
        return None
    listed = [entry for path, entry in sorted(entries.items()) if recursive or "/" not in path[len(start) :]]
    # The full id of the commit is left empty: only its first digits are told, and each file's own last commit.
    latest = {
        "AuthorName": "modelscope",
        "CommittedDate": commit.date,
        "CommitterName": "modelscope",
        "CreatedAt": commit.date,
        "Id": "",
        "Message": commit.message,
        "ShortId": commit.id[:_SHORT],
        "Title": commit.message,
    }
    return {"Files": listed[:LIMIT], "IsVisual": 0, "LatestCommitter": latest}


def _file(path: str, file: File) -> Document:
    blob = hashlib.sha1(b"blob %d\0" % len(file.content) + file.content, usedforsecurity=False).hexdigest()
    more = {"Id": blob, "IsLFS": file.large, "Mode": _FILE_MODE, "Sha256": file.sha256, "Size": len(file.content)}
    return _entry(path, file, "blob") | more


def _folder(path: str, file: File) -> Document:
    return _entry(path, file, "tree") | {"Id": "", "IsLFS": False, "Mode": _FOLDER_MODE, "Sha256": "", "Size": 0}


def _entry(path: str, file: File, kind: str) -> Document:
    return {
        "CommitMessage": file.message,
        "CommittedDate": file.date,
        "CommitterName": "modelscope",
        "InProgress": False,
        "Name": PurePosixPath(path).name,
        "Path": path,
        "Revision": file.commit,
        "Type": kind,
    }
