"""What is compared of texts that differ a little: runs of three words, as numbers."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter

from ptmdeps.inspect.licenses.texts import COPYRIGHT_LINE

RUN = 3
"""Words in a run."""

RUN_BYTES = 3
"""Bytes of the number of a run."""

_MARKER = re.compile(
    r"^[ \t]*(?:(?:[-*•#>=_~\"“”]+|\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})\\?[.)])(?:[ \t]+|$))+",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"[^\W_]+(?:[._][^\W_]+)*")
_SPELLINGS = {"licence": "license", "licences": "licenses", "https": "http"}
_DEMANDS = frozenset(
    {
        *("academic", "commercial", "commercially", "evaluation", "except", "forbidden", "must", "no", "non"),
        *("noncommercial", "not", "only", "personal", "prohibited", "research", "restricted", "shall", "unless"),
        "without",
    }
)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without lines about copyright and what numbers and marks its paragraphs.

    Versions are words: ``3.1`` and ``3.2`` are all that some licences differ in.
    """
    lines = (line for line in text.replace("**", "").splitlines() if not COPYRIGHT_LINE.fullmatch(line))
    plain = _MARKER.sub("", "\n".join(lines)).lower().replace("++", " plus plus ")
    return [_SPELLINGS.get(word, word) for word in _WORD.findall(plain)]


def shingles(words: list[str]) -> frozenset[int]:
    """Every run of words as a number of 24 bits."""
    runs = zip(*(words[start:] for start in range(RUN)), strict=False)
    return frozenset(zlib.crc32(" ".join(run).encode()) & 0xFFFFFF for run in runs)


def digest(words: list[str]) -> str:
    """What two texts have in common that are the same word by word."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def demands(words: list[str]) -> str:
    """How often the words stand there that make conditions: texts that differ in that ask for something else."""
    counts = Counter(word for word in words if word in _DEMANDS)
    return " ".join(f"{word}:{counts[word]}" for word in sorted(counts))
