"""Values out of the JSON that a forge answers with, none of which is believed to be what it should be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ptmdeps.errors import ForgeConflict, ForgeUnreachable
from ptmdeps.hubs.redirects import host
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.forges.replies import Reply

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_ABSENT = object()


def obj(document: object, reply: Reply) -> Mapping[str, Any]:
    """The answer, which has to be an object.

    Raises:
        ForgeUnreachable: it is none.
    """
    if not isinstance(document, dict):
        raise ForgeUnreachable(f"`{host(reply.url)}` answers with something else than it should")
    return document


def text(document: Mapping[str, Any], *names: str, default: str | None = None) -> str:
    """The text under these names, one inside the other; ``default`` where there is none, or ``null``.

    Raises:
        ForgeUnreachable: there is none and no default, or it is something else.
    """
    found = _found(document, names)
    if isinstance(found, str):
        return found
    if default is not None and (found is None or found is _ABSENT):
        return default
    raise _strange(names)


def number(document: Mapping[str, Any], *names: str) -> int:
    """The whole number, at least 0, under these names.

    Raises:
        ForgeUnreachable: there is none.
    """
    found = _found(document, names)
    if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
        return found
    raise _strange(names)


def flag(document: Mapping[str, Any], *names: str) -> bool:
    """Whether there is ``true`` under these names."""
    return _found(document, names) is True


def commit_id(document: Mapping[str, Any], *names: str) -> str:
    """The id of a Git object under these names.

    Raises:
        ForgeUnreachable: there is none: whatever is there goes into no address.
    """
    found = _found(document, names)
    if isinstance(found, str) and _COMMIT.fullmatch(found):
        return found
    raise _strange(names)


def rows(items: object) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list.

    Raises:
        ForgeUnreachable: it is no list of objects.
    """
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ForgeUnreachable("the forge answers with something else than a list")
    return tuple(items)


def moved(branch: str) -> ForgeConflict:
    """The error of a branch that is not where it was expected."""
    return ForgeConflict(
        f"the branch `{printable(branch)}` is not where it was a moment ago; nothing was changed",
        hint="Run the command again: it looks at what is there now",
    )


def _found(document: object, names: tuple[str, ...]) -> object:
    for name in names:
        if not isinstance(document, dict) or name not in document:
            return _ABSENT
        document = document[name]
    return document


def _strange(names: tuple[str, ...]) -> ForgeUnreachable:
    return ForgeUnreachable(f"the forge's answer holds no `{'.'.join(names)}` that can be used")


def texts(items: object, name: str = "") -> tuple[str, ...]:
    """The texts of a list in an answer, or those under ``name`` of its objects; what is none is left out."""
    listed: Sequence[object] = items if isinstance(items, list) else ()
    found = (item.get(name) if name and isinstance(item, dict) else item for item in listed)
    return tuple(item for item in found if isinstance(item, str))
