"""The text of a model card, as far as a line of it may be quoted: what it says first, and where it points.

A card is Markdown with HTML in it, written by anybody. Nothing is rendered: markup is taken off by rules that cannot
grow, and whoever prints the rest makes it safe for a terminal.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

MAX_BODY = 200_000
"""Characters of a card that are looked at."""

MAX_DESCRIPTION = 2_000
"""Characters of a paragraph that are kept."""

MAX_LINKS = 1_000
"""Links of a card that are kept."""

_MAX_LINE = 4_000
_MAX_PARAGRAPH = 10_000
_LEAST_WORDS = 4
_FRONT = re.compile(r"\s*^---[ \t]*\r?\n.*?^---[ \t]*\r?$", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>")
_IMAGE = re.compile(r"!\[[^\]\[]{0,500}\]\([^()\s]{0,2000}(?:\s[^()]{0,200})?\)")
_LINK = re.compile(r"\[([^\]\[]{0,500})\]\([^()\s]{0,2000}(?:\s[^()]{0,200})?\)")
_EMPHASIS = re.compile(r"(\*{1,3}|__)(?=\S)([^*\n]{1,500}?\S|\S)\1")
FENCE = re.compile(r"\s{0,3}(```|~~~)")
"""The first or last line of a block of code."""

_NO_PROSE = re.compile(r"\s{0,3}(?:#|\||>\s*\[!|[-*_=]{3,}\s*$|[-*+]\s|\d{1,3}[.)]\s|\[[^\]]{1,100}\]:)|\s*$")
_QUOTED = re.compile(r"^\s{0,3}>\s?")
HTML_BLOCK = re.compile(
    r"\s{0,3}</?(?:a|center|details|div|figure|h\d|iframe|img|p|picture|table|video)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]}|\\]{3,500}")
TEMPLATE = re.compile(r"\[More Information Needed\]|\{\{|Provide a (?:quick|longer) summary", re.IGNORECASE)
"""What a template left to be filled in."""


def body(readme: bytes) -> str:
    """The text after the front matter: at most ``MAX_BODY`` characters."""
    text = readme[: 8 * MAX_BODY].decode("utf-8-sig", errors="replace")
    front = _FRONT.match(text)
    return text[front.end() if front else 0 :][:MAX_BODY]


def description(readme: bytes) -> str:
    """The first paragraph of prose in one line, without markup; empty where there is none.

    Headings, lists, tables, code, images, blocks of HTML, and what a template left to be filled in are no prose.
    """
    for paragraph in _paragraphs(without_comments(body(readme))):
        text = "" if HTML_BLOCK.match(paragraph) else plain(paragraph)
        if len(text.split()) >= _LEAST_WORDS and not TEMPLATE.search(text):
            return text if len(text) <= MAX_DESCRIPTION else f"{text[: MAX_DESCRIPTION - 1]}…"
    return ""


def links(readme: bytes) -> tuple[str, ...]:
    """Every address in the text, without repetition, in the order in which they stand there."""
    found: dict[str, None] = {}
    for match in _ADDRESS.finditer(body(readme)):
        found.setdefault(html.unescape(match[0]).rstrip(".,;:!?*_"))
        if len(found) == MAX_LINKS:
            break
    return tuple(found)


def labelled(readme: bytes, label: str) -> str:
    """What stands after ``**Label:**`` in a list, as the card's template has it; empty where nothing does."""
    pattern = rf"^[ \t]{{0,8}}[-*]?[ \t]{{0,8}}\*\*{re.escape(label)}[^*\n]{{0,40}}\*\*:?[ \t]{{0,8}}(.{{1,500}})$"
    match = re.search(pattern, body(readme), re.MULTILINE)
    said = plain(match[1]) if match else ""
    return "" if TEMPLATE.search(said) else said


def without_comments(text: str) -> str:
    """As a browser would show it; a comment without an end hides the rest."""
    parts = []
    while text:
        shown, _, rest = text.partition("<!--")
        parts.append(shown)
        text = rest.partition("-->")[2]
    return "".join(parts)


def _paragraphs(text: str) -> Iterator[str]:
    lines: list[str] = []
    fenced = ""
    for raw in (*text.split("\n"), ""):
        line = raw[:_MAX_LINE].rstrip("\r")
        fence = FENCE.match(line)
        if fence and (not fenced or fence[1] == fenced):
            fenced = "" if fenced else fence[1]
        if fence or fenced or _NO_PROSE.match(line):
            if lines:
                yield " ".join(lines)[:_MAX_PARAGRAPH]
            lines = []
        else:
            lines.append(_QUOTED.sub("", line))


def plain(text: str) -> str:
    """Without images, links, tags and emphasis; entities are the characters they stand for."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _EMPHASIS.sub(r"\2", _TAG.sub(" ", text)).replace("`", "")
    return " ".join(html.unescape(text).split())
