"""Names of revisions: what kind of ref a pin follows, which tag is the newest, what a short commit stands for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from ptmdeps.errors import RevisionNotFound
from ptmdeps.hubs.description import Ref
from ptmdeps.hubs.protocol import Hub
from ptmdeps.identity import ModelKey
from ptmdeps.paths import printable
from ptmdeps.upgrade.news import MAX_COMMITS

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHORT = re.compile(r"[0-9a-f]{7,39}")
_VERSION = re.compile(r"(?:.*?[-_/])?v?(\d.*)", re.IGNORECASE)


def is_commit(ref: str) -> bool:
    """Whether a ref is a whole commit, which never moves."""
    return _COMMIT.fullmatch(ref) is not None


def newest_tag(refs: Iterable[Ref]) -> Ref | None:
    """The tag of the highest version (``v1.2``, ``release-2.0``); ``None`` where no tag is one.

    Pre-releases count only where there is nothing else.
    """
    versions = [(version, ref) for ref in refs if ref.kind == "tag" and (version := version_of(ref.name))]
    final = [found for found in versions if not found[0].is_prerelease] or versions
    return max(final, key=lambda found: (found[0], found[1]))[1] if final else None


def version_of(name: str) -> Version | None:
    """The version that the name of a tag or branch states, if it does."""
    match = _VERSION.fullmatch(name)
    try:
        return Version(match[1]) if match and len(name) <= 100 else None  # noqa: PLR2004 - hostile ones are longer
    except InvalidVersion:
        return None


def resolved(hub: Hub, key: ModelKey, name: str, *, known: Iterable[str] = ()) -> str:
    """The commit or ref that a person means by ``name``: a branch, a tag, a commit, or the beginning of a commit.

    ``known`` are commits that are looked at first, such as the locked one.

    Raises:
        RevisionNotFound: nothing or several commits begin with it.
        HubError: the hub does not say.
    """
    if not _SHORT.fullmatch(name):
        return name
    if found := {commit for commit in known if commit.startswith(name)}:
        return _only(key, name, found)
    refs = hub.refs(key)
    if any(ref.name == name for ref in refs):
        return name
    recent = {revision.commit for revision in itertools.islice(hub.history(key), MAX_COMMITS)}
    commits = recent | {ref.revision for ref in refs}
    return _only(key, name, {commit for commit in commits if commit.startswith(name)})


def _only(key: ModelKey, name: str, found: set[str]) -> str:
    if len(found) == 1:
        return found.pop()
    shown = f"`{key.label}@{printable(name)}`"
    if found:
        raise RevisionNotFound(f"{shown} can be {len(found)} commits", hint="Write more digits of the one you mean")
    raise RevisionNotFound(
        f"`{key.label}` has no branch or tag `{printable(name)}`, and its history no commit that begins with that",
        hint="Write a branch, a tag, or a commit with all its 40 digits",
    )
