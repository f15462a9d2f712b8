"""A text within the limit of a forge: what matters most stays, lists are cut before they go, and that is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_FEWEST = 3
"""Rows without which a section says too little."""

_LEFT_OUT = 400
"""Characters for the line that says what is left out."""
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Details that are folded.

    Attributes:
        title: HTML.
        name: what it is called where it is left out, plain text of ours.
        rows: lines of Markdown or HTML, each whole in itself.
        head: before the rows.
        foot: after them.
        more: a row in place of the others, with ``{}`` for how many.
        rank: 0 is the last to be left out.
    """

    title: str
    name: str
    rows: tuple[str, ...]
    head: str = ""
    foot: str = ""
    more: str = "… and {} more"
    rank: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is said of one model: a head that is always there, and details below."""

    head: str
    sections: tuple[Section, ...] = ()


def fitted(start: str, parts: Sequence[Part], end: str, limit: int, advice: str) -> str:
    """Start, heads and end, and as many details as there is room for, in their order.

    ``advice`` ends the line that says what is left out: where the rest can be seen. Never longer than ``limit``, and
    nothing that is there is cut within a line.
    """
    whole = start + "".join(_whole(part) for part in parts) + end
    if len(whole) <= limit:
        return whole
    if len(start) + len(end) + _LEFT_OUT > limit:
        # names as long as they may be: lines are whole in themselves
        return _lines(start, limit - len(end)) + end if len(end) < limit else _lines(start, limit)
    room = limit - len(start) - len(end) - _LEFT_OUT - len(advice)
    heads, room = _heads(parts, room)
    chosen, missing = _details([parts[index] for index in range(len(heads))], room)
    left_out = [f"{len(parts) - len(heads):,} more models"] if len(heads) < len(parts) else []
    left_out += dict.fromkeys(missing)
    texts = [head + "".join(sections) for head, sections in zip(heads, chosen, strict=True)]
    return f"{start}{''.join(texts)}{_said(left_out, advice)}{end}"


def _lines(text: str, room: int) -> str:
    """As many whole lines as there is room for."""
    kept = ""
    for line in text.splitlines(keepends=True):
        if len(kept) + len(line) > room:
            break
        kept += line
    return kept


def _whole(part: Part) -> str:
    return part.head + "".join(_text(section, section.rows) for section in part.sections)


def _heads(parts: Sequence[Part], room: int) -> tuple[list[str], int]:
    """As many heads as there is room for, in their order: what comes first is what matters most."""
    heads: list[str] = []
    for part in parts:
        if len(part.head) > room:
            return [*heads, *([_lines(part.head, room)] if not heads else [])], 0
        heads.append(part.head)
        room -= len(part.head)
    return heads, room


def _details(parts: Sequence[Part], room: int) -> tuple[list[list[str]], list[str]]:
    """The sections of each part by rank; a long one takes half of the room at most, so that others have some."""
    texts: dict[tuple[int, int], str] = {}
    missing: list[str] = []
    ranked = sorted(
        (
            (section.rank, index, place)
            for index, part in enumerate(parts)
            for place, section in enumerate(part.sections)
        ),
    )
    for position, (_, index, place) in enumerate(ranked):
        section = parts[index].sections[place]
        last = position + 1 == len(ranked)
        text = _cut(section, room if last else room // 2)
        if text:
            texts[index, place] = text
            room -= len(text)
        if text != _text(section, section.rows):
            missing.append(section.name if not text else f"some of: {section.name}")
    return [[texts[key] for key in sorted(texts) if key[0] == index] for index in range(len(parts))], missing


def _cut(section: Section, room: int) -> str:
    """A section with as many rows as there is room for; empty where there is none for a few."""
    if len(text := _text(section, section.rows)) <= room:
        return text
    room -= len(_text(section, [section.more.format(f"{len(section.rows):,}")])) + 1
    kept = 0
    for row in section.rows:
        room -= len(row) + 1
        if room < 0:
            break
        kept += 1
    if kept < min(_FEWEST, len(section.rows)):
        return ""
    return _text(section, [*section.rows[:kept], section.more.format(f"{len(section.rows) - kept:,}")])


def _text(section: Section, rows: Iterable[str]) -> str:
    body = "\n".join(rows)
    return f"\n<details><summary>{section.title}</summary>\n\n{section.head}{body}\n{section.foot}\n</details>\n"


def _said(left_out: Sequence[str], advice: str) -> str:
    named = ", ".join(left_out[:_MOST_NAMED])
    more = f" and {len(left_out) - _MOST_NAMED:,} more sections" if len(left_out) > _MOST_NAMED else ""
    return f"\n_Left out, because it does not fit here: {named}{more}._ {advice}\n" if left_out else ""
