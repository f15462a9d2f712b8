"""Texts of others within a pull request: they are read there, and nothing on a forge obeys them.

Three readers have to find nothing in them. The renderer: links, images, HTML, tables. What comes after it, on text
that is not in ``code`` or ``pre``: mentions, references to issues, commits and labels, emoji. And what searches the
Markdown as it was sent, code or not: closing keywords and quick actions of GitLab, boxes of task lists, our own hidden
marks, and the commit message that a squash makes of the whole body. So they stand in code, and the characters on which
any of this hangs are written as entities, which code of Markdown would show as they are: hence ``<code>`` and
``<pre>``.

Entities of signs are hexadecimal: ``&#64;`` would itself refer to issue 64. ``ptmdeps.render.markdown`` does less, for
places in which nobody searches.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ptmdeps.paths import printable
from ptmdeps.proposing.naming import shortened

MAX_TEXT = 200
"""Characters of a text within a line that are shown."""

MAX_LINE = 400
"""Characters of a line that are shown."""

# https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
# https://docs.gitlab.com/user/project/issues/managing_issues/#default-closing-pattern
_CLOSING = (
    r"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)"
    # what else could be closed cannot be read by a pattern any more: `#`, `://` and `GH-` are entities
    r"(?=:?\s+(?:issues?\s+)?[a-z][a-z0-9_]+-\d)"
)
_OBEYED = re.compile(
    rf"""[&<>@\#`\\]              # HTML, mentions, references
    |\{{(?=[\{{%\#])|(?<=\{{)\{{  # templates
    |:(?=//)|(?<=www)\.           # addresses
    |\[(?=[ xX~]?\]|\s*(?:skip|no|ci|actions)\b)  # boxes; commits that no CI shall look at
    |(?<=\bgh)-(?=\d)
    |{_CLOSING}""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMAND = re.compile(r"^([\s+-]*)/")
_NOT_LETTER = re.compile(r"[^A-Za-z0-9 \u00a1-\U0010ffff-]")
_SPAN = re.compile(r"[A-Za-z0-9\u00a1-\U0010ffff \"'()*+,./:;=?^_!\[\]%-]+")
_WORD = re.compile(
    r"[(\u201c]*[A-Za-z](?:[A-Za-z'-]*[A-Za-z])?[)\u201d]*[.,;:!?]*|->|\d{1,3}(?:,\d{3})*[,;:]?|[\u2013\u2014\u2192]|"
)
_DIGITS = re.compile(r"[0-9a-fA-F]{7,}")
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MOST_MARKS = 3
_EMAIL = re.compile(r"(?<=[^\s>])&\#x40;")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def visible(text: str, limit: int = MAX_TEXT) -> str:
    r"""``text`` in one line of which everything is seen: the rest is escaped (``\u202e``), piles of accents too."""
    shown = printable(text, limit)
    if shown.isascii():
        return shown
    marks = 0
    seen = []
    for char in shown:
        marks = marks + 1 if unicodedata.combining(char) else 0
        hidden = char in _INVISIBLE or marks > _MOST_MARKS
        seen.append(char.encode("unicode_escape").decode("ascii") if hidden else char)
    return "".join(seen)


def code(text: str, limit: int = MAX_TEXT) -> str:
    """``text`` as code within a line or a cell of a table; nothing of nothing."""
    shown = " ".join(visible(text, limit).split(" ")).strip()
    if _SPAN.fullmatch(shown) and not _OBEYED.search(shown):
        return f"`{shown}`"
    return html_code(text, limit)


def html_code(text: str, limit: int = MAX_TEXT) -> str:
    """The same in HTML, for the summary of details, in which Markdown does not count."""
    shown = visible(text, limit).strip()
    if not shown:
        return ""
    keyword = re.compile(_CLOSING, re.IGNORECASE)
    # entities are made of what is left of it: letters of closing keywords first, as they become signs
    encoded = _NOT_LETTER.sub(lambda match: _entity(match[0]), keyword.sub(lambda match: f"\0{match[0]}", shown))
    encoded = re.sub("&#x0;(.)", lambda match: _entity(match[1]), encoded)
    encoded = re.sub(r"(?<=gh)-(?=\d)", "&#x2d;", encoded, flags=re.IGNORECASE)
    # cmark-gfm makes addresses of mail links even in `code` of HTML, where the entities are gone already
    return f"<code>{_EMAIL.sub('<wbr>&#x40;', encoded)}</code>"


def revision(text: str) -> str:
    """A revision as people quote it, as code."""
    return code(shortened(text) if text.isascii() else text, 20)


def line(text: str, limit: int = MAX_LINE) -> str:
    """``text`` as a line of ``preformatted``."""
    shown = _OBEYED.sub(lambda match: _first_encoded(match[0]), visible(text.replace("\t", "    "), limit))
    return _COMMAND.sub(r"\1&#x2f;", shown)


def preformatted(lines: Iterable[str], language: str = "") -> str:
    """Lines (of ``line``) as a block of code, coloured where the forge does that."""
    kind = f' lang="{language}"' if language else ""
    return f"<pre{kind}><code>" + "\n".join(lines) + "\n</code></pre>\n"


def prose(text: str, limit: int = 1000) -> str:
    """A sentence of ours with things of others in it: between backticks they become code, and elsewhere, too.

    Words of plain letters and numbers stay; whatever else is in it may be something, and becomes code.
    """
    parts = visible(text, limit).split("`")
    return "".join(
        code(part) if index % 2 and index + 1 < len(parts) else _words(part) for index, part in enumerate(parts)
    )


def for_title(text: str, limit: int = MAX_TEXT) -> str:
    """``text`` in a title, which is plain text, and at times the first line of a commit message: signs become ``_``."""
    shown = re.sub(r"[^A-Za-z0-9._/+=,()\u00a1-\U0010ffff-]", "_", visible(text, 10 * limit))
    shown = re.sub(r"(?<=gh)-(?=\d)|(?<=www)\.", "_", shown, flags=re.IGNORECASE)
    if len(shown) <= limit:
        return shown
    half = (limit - 1) // 2
    return f"{shown[:half]}…{shown[-half:]}"


def _words(text: str) -> str:
    return "".join(part if part.isspace() else _word(part) for part in re.split(r"(\s+)", text) if part)


def _word(word: str) -> str:
    if not _WORD.fullmatch(word) or _DIGITS.fullmatch(word):
        end = re.search(r"[.,;:]*$", word)
        bare = word[: end.start()] if end else word
        return f"{code(bare)}{word[len(bare) :]}"
    return "→" if word == "->" else word


def _entity(char: str) -> str:
    return _NAMED.get(char) or f"&#x{ord(char):x};"


def _first_encoded(found: str) -> str:
    return _entity(found[0]) + found[1:]
