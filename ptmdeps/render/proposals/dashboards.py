"""The dashboard: every upgrade, proposed or not and why, with boxes for what a person can have all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ptmdeps.proposing.actions import Action, Close, Finish, Leave, Open, Plan, Skip, Skipped, Update
from ptmdeps.proposing.dashboard import box
from ptmdeps.render.proposals.quoting import code, prose, revision
from ptmdeps.render.quantities import counted

_GROUPS: tuple[tuple[Skipped, str], ...] = (
    ("limit", "Waiting for room"),
    ("closed", "Closed without merging"),
    ("taken-back", "Merged, and taken back"),
    ("cooldown", "Too new"),
    ("security-only", "Nothing that was flagged would go away"),
    ("card-only", "Only the card changed"),
    ("pinned", "Pinned to a commit"),
    ("ignored", "Ignored by a rule"),
    ("theirs", "Their branch is somebody else's"),
    ("unknown", "Not known"),
    ("nothing", "Nothing to lock"),
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(?:/[A-Za-z0-9._~%+-]+)*/?")
_ROOM = 300


def dashboard(plan: Plan, limit: int) -> str:
    """The text of the issue, at most ``limit`` characters: what is open, and what is not proposed, each with why."""
    most = f" of {plan.limit:,}" if plan.limit else ""
    start = (
        f"What `ptmdeps pr` does about the models of {code(plan.base)}: "
        f"{counted(plan.pending, 'pull request')}{most} open. Tick a box to have one proposed with the next run.\n"
    )
    rows = [(heading, list(lines)) for heading, lines in _groups(plan.actions)]
    if not rows:
        return f"{start}\nEvery model is locked at what its ref leads to.\n"[:limit]
    return _within(start, rows, limit)


def _groups(actions: Sequence[Action]) -> Iterator[tuple[str, Iterator[str]]]:
    standing = [action for action in actions if not isinstance(action, Skip | Close)]
    if standing:
        yield "Open", (_standing(action) for action in standing)
    for why, heading in _GROUPS:
        skips = [action for action in actions if isinstance(action, Skip) and action.why == why]
        if skips:
            yield heading, (_skipped(skip) for skip in skips)


def _standing(action: Action) -> str:
    match action:
        case Open(offer=offer):
            return f"- {code(offer.title)}: to be opened"
        case Update(offer=offer, pull_request=one) | Finish(offer=offer, pull_request=one):
            return f"- {_linked(one.number, one.url)}{code(offer.title)}"
        case Leave(pull_request=one, theirs=theirs):
            note = " (somebody works on it: it is left alone)" if theirs else ""
            return f"- {_linked(one.number, one.url)}{code(one.title)}{note}"
        case _:
            return ""


def _skipped(skip: Skip) -> str:
    start = box(skip.key) if skip.forceable and skip.key else "-"
    to = f" → {revision(skip.to)}" if skip.to else ""
    where = f" {_linked(skip.number, skip.url).rstrip()}" if skip.number else ""
    return f"{start} {code(skip.name)}{to}: {prose(skip.reason)}{where}"


def _linked(number: int, url: str) -> str:
    """The number with a link to its page; the address is the forge's own, and still looked at."""
    return f"[{number}]({url}) " if _ADDRESS.fullmatch(url) else f"{number} "


def _within(start: str, groups: Sequence[tuple[str, list[str]]], limit: int) -> str:
    """As many rows as there is room for."""
    room = limit - len(start) - _ROOM
    texts, left = [start], 0
    for heading, rows in groups:
        head = f"\n### {heading}\n\n"
        for index, row in enumerate(rows):
            text = f"{'' if index else head}{row}\n"
            if left or len(text) > room:
                left += 1
                continue
            room -= len(text)
            texts.append(text)
    if left:
        texts.append(f"\n_{counted(left, 'more upgrade')} do not fit here: `ptmdeps outdated` shows them._\n")
    return "".join(texts)[: max(limit, 0)]
