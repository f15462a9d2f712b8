"""Which licence the text of a ``LICENSE`` file is.

A text is known by the words with which a licence begins and ends, and by a digest of all words between them: one word
more, less or other, and it is called by no name. Before and after it may stand titles, copyright lines and what the
licence's author puts there, in any layout. Where a licence leaves names to be filled in, any name will do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ptmdeps.inspect.licenses.families import FAMILIES, Family

MAX_TEXT = 200_000
"""Longest text that is looked at, in characters; the longest licence has 40 000."""

_WORD = re.compile(r"[^\W_]+")
_SPELLINGS = {"licence": "license", "licences": "licenses", "https": "http"}

# What is filled in, and a line about copyright, has the names of somebody. These words would make it a condition.
_DEMANDS = (
    r"(?:not|no|non\w*|use|used|uses|commercial\w*|only|must|may|except|unless|without|prohibit\w*|forbid\w*|restrict\w*"
    r"|permit\w*|permission|provided|granted|research|academic|evaluation|if|where|when|shall|liable|subject|under)"
)
_NAME = rf"(?:(?!{_DEMANDS}\b)[^\W_]+ )"
_ADDRESS = (
    r"(?:51 franklin st(?:reet)? (?:fifth floor )?boston ma 02110 1301"
    r"|59 temple place (?:suite 330 )?boston ma 02111 1307|675 mass ave cambridge ma 02139)(?: usa)?"
)
_FILLED_IN = (
    (re.compile(rf"neither {_NAME}{{1,18}}?nor (?:the names?|those) of {_NAME}{{0,6}}?may be used"), "neither name"),
    (re.compile(rf"software is provided by {_NAME}{{1,15}}?as is "), "as is "),
    (re.compile(rf"in no event (?:shall|will) {_NAME}{{1,15}}?be (?:held )?liable"), "nobody liable"),
    # where the Free Software Foundation lived, and what it called a licence
    (re.compile(rf"write to (?:the )?free software foundation inc {_ADDRESS}"), "see http www gnu org licenses"),
    (re.compile(rf"\b{_ADDRESS}"), ""),
    (re.compile(r"\bgnu library general public\b"), "gnu lesser general public"),
)
COPYRIGHT_LINE = re.compile(
    rf"[\s#*/;>.-]*(?:(?:portions|parts)\s+)?(?:copyright|\(c\)|©|all\s+rights\s+reserved\b)"
    rf"(?:(?!\b{_DEMANDS}\b).){{0,200}}",
    re.IGNORECASE,
)
"""A line that says whose something is, and asks for nothing."""


def license_of_text(text: str) -> str:
    """The licence that ``text`` is, and nothing but that, as an SPDX identifier.

    The licences of GNU are the ``-only`` ones: whether later versions may be chosen is not said in their texts.

    Returns:
        The identifier; empty for a text that is not known word by word, such as one with a condition more, or one
        that holds several licences.
    """
    if len(text) > MAX_TEXT:
        return ""
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [_spelled(text[begin:end]) for begin, end in spans]
    kept = [index for index, word in enumerate(words) if _counts(word)]
    joined = "".join(f" {words[index]}" for index in kept) + " "
    found = {name for family in FAMILIES for name in _within(text, spans, kept, joined, family)}
    return found.pop() if len(found) == 1 else ""


def digest(words: str) -> str:
    """What is compared of words that are separated by spaces, after names were taken out."""
    for pattern, instead in _FILLED_IN:
        words = pattern.sub(instead, words)
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:16]


def _counts(word: str) -> bool:
    """Whether a word is more than a number or letter of a paragraph."""
    return len(word) > 1 or not word.isascii()


def _spelled(word: str) -> str:
    lower = word.lower()
    return _SPELLINGS.get(lower, lower)


def _within(text: str, spans: list[tuple[int, int]], kept: list[int], joined: str, family: Family) -> Iterator[str]:
    """The licence of a family that the text is; ``joined`` are its words of more than one letter."""
    begin = joined.find(f" {family.opening} ")
    end = joined.rfind(f" {family.closing} ")
    if begin < 0 or end < begin:
        return
    end += len(family.closing) + 1
    name = family.bodies.get(digest(joined[begin:end]))
    first = spans[kept[joined.count(" ", 0, begin)]][0]
    last = spans[kept[joined.count(" ", 0, end) - 1]][1]
    if name and _is_title(text[:first], family, family.before) and _is_title(text[last:], family, family.after):
        yield name


def _is_title(text: str, family: Family, known: frozenset[str]) -> bool:
    """Whether text beside a licence adds nothing to it."""
    rest = "\n".join(line for line in text.splitlines() if not COPYRIGHT_LINE.fullmatch(line))
    words = [word for word in map(_spelled, _WORD.findall(rest)) if _counts(word)]
    return set(words) <= set(family.title.split()) or digest(" ".join(words)) in known
