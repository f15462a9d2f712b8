"""Answers of the Hugging Face Hub → our types. Only their shape is believed, and that is checked.

A commit becomes the name of a folder, digests and names end up in the lock; texts are for people and are made safe
where they are shown. What has another shape raises one of the errors that the client takes for nonsense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ptmdeps.hubs.description import Description, Facts, Ref, RemoteFile, Revision
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.card import ModelCard, told_card
from ptmdeps.paths import printable

HUB = "huggingface"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SAFE = "safe"


def description(info: Any) -> Description:  # noqa: ANN401 - whatever the client made of the answer
    """What ``GET /api/models/{id}/revision/{ref}?blobs=true&securityStatus=true`` says."""
    return Description(
        key=ModelKey(HUB, str(info.id)),
        revision=_commit(info.sha),
        identifier=str(info.__dict__.get("_id") or ""),
        gated=info.gated if isinstance(info.gated, str) else "",
        private=bool(info.private),
        disabled=bool(info.disabled),
        files=tuple(sorted(map(_remote_file, info.siblings or ()), key=lambda file: file.path)),
        facts=_facts(info),
    )


def dataset(info: Any) -> Description:  # noqa: ANN401
    """What ``GET /api/datasets/{id}/revision/{ref}?blobs=true`` says."""
    return Description(
        key=ModelKey(HUB, str(info.id)),
        revision=_commit(info.sha),
        gated=info.gated if isinstance(info.gated, str) else "",
        private=bool(info.private),
        disabled=bool(info.disabled),
        files=tuple(sorted(map(_remote_file, info.siblings or ()), key=lambda file: file.path)),
    )


def card(info: Any) -> ModelCard | None:  # noqa: ANN401
    """What the hub tells of the card of a model or dataset, also to who may not read its files."""
    told = getattr(info, "card_data", None)
    to_dict = getattr(told, "to_dict", None)
    values = to_dict() if to_dict else told
    return told_card(values) if isinstance(values, Mapping) else None


def revisions(answer: Any) -> tuple[Revision, ...]:  # noqa: ANN401
    """A page of ``GET /api/models/{id}/commits/{ref}``."""
    return tuple(
        Revision(
            commit=_commit(entry["id"]),
            committed=instant(datetime.fromisoformat(entry["date"])) if entry.get("date") else "",
            title=str(entry.get("title") or ""),
            authors=tuple(str(author["user"]) for author in entry.get("authors") or ()),
        )
        for entry in _list(answer)
    )


def refs(answer: Any) -> tuple[Ref, ...]:  # noqa: ANN401
    """``GET /api/models/{id}/refs``."""
    return tuple(sorted(_refs(answer)))


def instant(date: datetime) -> str:
    """``2024-02-19T10:57:45Z``; a date without a zone is taken for UTC, as the hub writes them."""
    return f"{date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _refs(answer: Mapping[str, Any]) -> Iterator[Ref]:
    for plural, kind in (("branches", "branch"), ("tags", "tag")):
        for entry in _list(answer[plural]):
            yield Ref(kind=kind, name=str(entry["name"]), revision=_commit(entry["targetCommit"]))


def _facts(info: Any) -> Facts:  # noqa: ANN401
    security = info.security_repo_status if isinstance(info.security_repo_status, Mapping) else {}
    return Facts(
        author=str(info.author or ""),
        created=instant(info.created_at) if info.created_at else "",
        modified=instant(info.last_modified) if info.last_modified else "",
        downloads=_count(info.downloads),
        likes=_count(info.likes),
        library=str(info.library_name or ""),
        task=str(info.pipeline_tag or ""),
        tags=tuple(map(str, info.tags or ())),
        scanned=bool(security["scansDone"]) if "scansDone" in security else None,
        flagged=tuple(sorted(_flagged(security))),
    )


def _flagged(security: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for issue in _list(security.get("filesWithIssues") or []):
        if issue.get("level") != _SAFE:
            yield str(issue["path"]), str(issue.get("level"))


def _remote_file(sibling: Any) -> RemoteFile:  # noqa: ANN401 - the client's class changed its name between versions
    lfs = sibling.lfs
    file = RemoteFile(
        path=str(sibling.rfilename),
        size=int((lfs.size if lfs else sibling.size) or 0),
        git=str(sibling.blob_id or ""),
        sha256=str(lfs.sha256) if lfs else "",
    )
    if file.size < 0 or not _COMMIT.fullmatch(file.git) or (lfs and not _SHA256.fullmatch(file.sha256)):
        raise ValueError(f"the hub lists no usable size and digest of `{printable(file.path)}`")
    return file


def _commit(value: object) -> str:
    if not isinstance(value, str) or not _COMMIT.fullmatch(value):
        raise ValueError("the hub names no commit")
    return value


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("the hub answers with no list")
    return value
