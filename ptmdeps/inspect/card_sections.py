"""The sections of a model card: what stands under which heading, as far as it may be quoted.

Cards follow templates (https://github.com/huggingface/huggingface_hub, ``modelcard_template.md``), or nearly: whoever
looks for a section names every heading under which it is known to stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ptmdeps.inspect.prose import FENCE, HTML_BLOCK, TEMPLATE, body, plain, without_comments

MAX_SECTION = 2_000
"""Characters of a section that are kept."""

MAX_SECTIONS = 300
"""Sections of a card that are kept."""

_MAX_LINE = 4_000
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.{1,300})$")
_ITEM = re.compile(r"\s{0,12}(?:[-*+]|\d{1,3}[.)])\s+(.*)$")
_NO_TEXT = re.compile(r"\s{0,3}(?:\||[-*_=]{3,}\s*$|\[[^\]]{1,100}\]:)|\s*$")
_SETTING = re.compile(r"`?([A-Za-z][\w ().-]{0,60}?)`?\s*[:=]\s*`?(\S.{0,200}?)`?$")
_WORDS = re.compile(r"[a-z0-9]+")
_OPTIONAL = re.compile(r"\[?\(?\boptional\b\)?\]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands between one heading and the next.

    Attributes:
        level: of the heading, from 1.
        title: lower-case words of the heading: ``out of scope use``.
        paragraphs: lines of prose and items of lists, without markup.
        items: the items alone.
    """

    level: int
    title: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Everything in one line of at most ``MAX_SECTION`` characters."""
        return bounded(" ".join(self.paragraphs))


def sections(readme: bytes) -> tuple[Section, ...]:
    """The sections of a card in its order; what a template left to be filled in is not there. Never raises."""
    found: list[Section] = []
    for level, title, lines in _split(without_comments(body(readme))):
        paragraphs, items = _kept(lines)
        found.append(Section(level=level, title=title, paragraphs=paragraphs, items=items))
        if len(found) == MAX_SECTIONS:
            break
    return tuple(found)


def under(found: Sequence[Section], titles: Collection[str], but: Collection[str] = ()) -> str:
    """What the first section of one of the titles says, with what stands under its headings; empty where none does.

    Sections under it whose title is in ``but`` have a meaning of their own, and are left out with all that is under
    them.
    """
    for index, section in enumerate(found):
        if section.title in titles:
            texts = [section.text, *(one.text for one in _inner(found[index + 1 :], section.level, but))]
            if said := bounded(" ".join(filter(None, texts))):
                return said
    return ""


def settings(found: Sequence[Section], titles: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The items ``name: value`` of the first section of one of the titles that has some."""
    for section in found:
        if section.title in titles:
            pairs = [(match[1].strip(), match[2].strip()) for item in section.items if (match := _SETTING.match(item))]
            if pairs:
                return tuple(dict(pairs).items())
    return ()


def bounded(text: str) -> str:
    """At most ``MAX_SECTION`` characters."""
    return text if len(text) <= MAX_SECTION else f"{text[: MAX_SECTION - 1]}…"


def _split(text: str) -> Iterator[tuple[int, str, list[str]]]:
    level, title = 0, ""
    lines: list[str] = []
    fenced = ""
    for raw in text.split("\n"):
        line = raw[:_MAX_LINE].rstrip("\r")
        fence = FENCE.match(line)
        if fence and (not fenced or fence[1] == fenced):
            fenced = "" if fenced else fence[1]
        elif not fenced and (heading := _HEADING.match(line)):
            if title:
                yield level, title, lines
            level, title, lines = len(heading[1]), _title(heading[2]), []
        elif not fenced and not fence:
            lines.append(line)
    if title:
        yield level, title, lines


def _title(text: str) -> str:
    return " ".join(_WORDS.findall(_OPTIONAL.sub("", plain(text)).lower()))


def _kept(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    paragraphs: list[str] = []
    items: list[str] = []
    for line in lines:
        if _NO_TEXT.match(line) or HTML_BLOCK.match(line):
            continue
        item = _ITEM.match(line)
        text = plain(item[1] if item else line)
        if text and not TEMPLATE.search(text):
            paragraphs.append(text)
            items += [text] if item else []
    return tuple(paragraphs), tuple(items)


def _inner(found: Sequence[Section], level: int, but: Collection[str]) -> Iterator[Section]:
    """The sections below a heading of ``level``, without those of their own meaning."""
    skipped = 0
    for section in found:
        if section.level <= level:
            return
        if skipped and section.level > skipped:
            continue
        skipped = section.level if section.title in but else 0
        if not skipped:
            yield section
