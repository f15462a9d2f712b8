"""The hidden comment at the end of a body: all that the next run knows of a pull request.

``<!-- ptmdeps:v1 {"models":[…],"digest":"…", …} -->``. People can edit bodies: what is no marker, or holds what no
marker holds, is read as none. Of several, the last one counts: what is quoted in a body stands before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from ptmdeps.proposing.proposal import MARKER_ROOM, REBASE_BOX, Proposal

Todo = Literal["labels", "reviewers", "assignees", "merge", "branch"]
TODOS: tuple[Todo, ...] = get_args(Todo)
"""What follows the opening of a pull request, in this order; ``branch``: what follows closing it."""

Closed = Literal["", "superseded", "settled"]
"""Why we closed it; empty: we did not."""

_BEGIN = "<!-- ptmdeps:v1 "
_END = " -->"
_TICKED = re.compile(rf"^[ \t]*[-*][ \t]+\[[xX]\][ \t]+{re.escape(REBASE_BOX)}", re.MULTILINE)
_DIGEST = re.compile(r"[0-9a-f]{64}|")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?|")
_LONGEST_TEXT = 4096
_LONGEST_MARKER = 65_536
_MOST_MODELS = 1000


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Moved:
    """One model of a pull request: ``hub:name``, its ref, and the revisions."""

    model: str
    ref: str = ""
    before: str
    after: str

    @property
    def wish(self) -> tuple[str, str]:
        """Which locked model it is."""
        return (self.model, self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What we know of our own pull request.

    Attributes:
        models: what it moves, sorted; as many as there is room for.
        more: how many there was no room for.
        group: name of the group; empty for one model.
        digest: of title, body and files (see ``Offer.digest``).
        edits: digest of the files.
        head: the commit that we made.
        base: the commit on which that was built.
        on: digest of the lockfile there.
        todo: what is still to be done of opening it.
        closed: why we closed it.
    """

    models: tuple[Moved, ...] = ()
    more: int = 0
    group: str = ""
    digest: str = ""
    edits: str = ""
    head: str = ""
    base: str = ""
    on: str = ""
    todo: tuple[Todo, ...] = ()
    closed: Closed = ""


def moved(proposal: Proposal) -> tuple[Moved, ...]:
    """The models that a proposal is about, sorted."""
    return tuple(
        sorted(
            Moved(model=str(one.before.key), ref=one.before.ref, before=one.before.revision, after=one.after.revision)
            for one in proposal.moving
        )
    )


def text_of(marker: Marker) -> str:
    """The comment, at most ``MARKER_ROOM - 1`` characters: models for which there is no room are only counted."""
    text = _comment(marker)
    while len(text) >= MARKER_ROOM and marker.models:
        keep = len(marker.models) * 3 // 4
        marker = replace(marker, models=marker.models[:keep], more=marker.more + len(marker.models) - keep)
        text = _comment(marker)
    return text


def marked(body: str, marker: Marker) -> str:
    """A body with its marker at the end."""
    return f"{body.rstrip()}\n{text_of(marker)}"


def unmarked(body: str) -> str:
    """A body without its marker."""
    start, end = _place(body)
    return (body[:start] + body[end:]).rstrip() if end else body.rstrip()


def marker_of(body: str) -> Marker | None:
    """The marker of a body; ``None`` where there is none, or none that can be believed."""
    start, end = _place(body)
    if not end:
        return None
    try:
        return _parsed(json.loads(body[start + len(_BEGIN) : end - len(_END)]))
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration, RecursionError):
        return None


def _place(body: str) -> tuple[int, int]:
    """Where the marker begins and ends; it ends at 0 where there is none."""
    start = body.rfind(_BEGIN)
    end = body.find(_END, start, start + _LONGEST_MARKER) if start >= 0 else -1
    return (start, end + len(_END)) if end >= 0 else (0, 0)


def rebase_wished(body: str) -> bool:
    """Whether somebody ticked the box for it."""
    return _TICKED.search(body) is not None


def _comment(marker: Marker) -> str:
    values = {
        "models": [{"model": m.model, "ref": m.ref, "from": m.before, "to": m.after} for m in marker.models],
        "more": marker.more,
        "group": marker.group,
        "digest": marker.digest,
        "edits": marker.edits,
        "head": marker.head,
        "base": marker.base,
        "on": marker.on,
        "todo": list(marker.todo),
        "closed": marker.closed,
    }
    text = json.dumps({key: value for key, value in values.items() if value}, separators=(",", ":"))
    # nothing in it can end the comment, or begin another one
    safe = text.replace("<", r"\u003c").replace(">", r"\u003e")
    return f"{_BEGIN}{safe}{_END}"


def _parsed(values: Any) -> Marker:  # noqa: ANN401 - whatever somebody wrote
    models = values.get("models", []) if isinstance(values, dict) else None
    if not isinstance(models, list) or len(models) > _MOST_MODELS:
        raise ValueError("no marker")
    return Marker(
        models=tuple(sorted(_moved(one) for one in models)),
        more=_number(values.get("more", 0)),
        group=_text(values.get("group", "")),
        digest=_text(values.get("digest", ""), _DIGEST),
        edits=_text(values.get("edits", ""), _DIGEST),
        head=_text(values.get("head", ""), _COMMIT),
        base=_text(values.get("base", ""), _COMMIT),
        on=_text(values.get("on", ""), _DIGEST),
        todo=tuple(todo for todo in TODOS if todo in _texts(values.get("todo", []))),
        closed=next(closed for closed in get_args(Closed) if closed == values.get("closed", "")),
    )


def _moved(values: Any) -> Moved:  # noqa: ANN401 - whatever somebody wrote
    return Moved(
        model=_text(values["model"]),
        ref=_text(values.get("ref", "")),
        before=_text(values["from"]),
        after=_text(values["to"]),
    )


def _text(value: object, pattern: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise ValueError("no text")
    if pattern is not None and not pattern.fullmatch(value):
        raise ValueError("no digest")
    return value


def _texts(value: object) -> Iterable[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("no texts")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("no number")
    return value
