"""Which licence a text is like, and how much: for texts that ``texts`` does not know word by word.

A text and a reference are alike by the share of their runs of three words that both have, of the one that has more.
Nothing that only looks like a licence is called by its name: 100 per cent are said of texts that are the same word by
word, and where two references are near each other, the runs that only one of them has decide. The references are
numbers, no texts (``fingerprints.json``, written by ``regenerate``). How the limits were measured is in
docs/decisions/0029.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ptmdeps.inspect.licenses.shingles import RUN_BYTES, demands, digest, shingles, words_of
from ptmdeps.inspect.licenses.texts import MAX_TEXT, license_of_text

FINGERPRINTS = "fingerprints.json"
LEAST = 90
"""From this likeness on, in per cent, a text is called by the name of a licence."""

NEAR = 15
"""References of which a text holds nearly as much as it is like the best one, in per cent, are told apart by what only
one of them has."""

_OWN = 0.75
_OTHERS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What a text is.

    Attributes:
        identifier: SPDX identifier or ``LicenseRef-…``; empty for a text of its own.
        likeness: in per cent; 100 is word by word, 0 a text of its own.
        same_demands: whether the words that make conditions stand there as often as in the licence. Where they do not,
            something was added or left out that may matter.
    """

    identifier: str = ""
    likeness: int = 0
    same_demands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The text of a licence as numbers.

    Attributes:
        identifier: of the licence; several texts may have the same.
        runs: runs of words: all of a short text, those that :attr:`References.marks` and the sample hold of a long one.
        sample: the runs that likeness is measured with.
        is_whole: whether ``runs`` are all runs.
        digest: of all words.
        demands: how often the words stand there that make conditions.
    """

    identifier: str
    runs: frozenset[int]
    sample: frozenset[int]
    is_whole: bool
    digest: str
    demands: str


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Every text that is known.

    Attributes:
        one_in: of long texts, the runs that this divides are kept.
        marks: runs that long texts keep besides, where they have them: near texts differ in them.
        texts: the texts.
    """

    one_in: int
    marks: frozenset[int]
    texts: tuple[Reference, ...]


def recognized(text: str) -> Recognition:
    """Say which licence a text is, and how much of it."""
    if not text.strip() or len(text) > MAX_TEXT:
        return Recognition()
    if exact := license_of_text(text):
        return Recognition(identifier=exact, likeness=100, same_demands=True)
    words, known = words_of(text), references()
    own = digest(words)
    for reference in known.texts:
        if reference.digest == own:
            return Recognition(identifier=reference.identifier, likeness=100, same_demands=True)
    return _alike(words, known)


def _alike(words: list[str], known: References) -> Recognition:
    text = shingles(words)
    sample = frozenset(run for run in text if run % known.one_in == 0)
    likenesses = [(_likeness(text if each.is_whole else sample, each), each) for each in known.texts]
    best, found = max(likenesses, key=lambda pair: (pair[0], pair[1].identifier))
    if best < LEAST:
        return Recognition()
    others = (other for other in known.texts if other.identifier != found.identifier)
    near = (other for other in others if _held(text if other.is_whole else sample, other) > best - NEAR)
    if not all(_is_rather(text, found, other, known) for other in near):
        return Recognition()
    said = demands(words)
    same = any(said == other.demands for other in known.texts if other.identifier == found.identifier)
    return Recognition(identifier=found.identifier, likeness=min(99, int(best)), same_demands=same)


def _likeness(text: frozenset[int], reference: Reference) -> float:
    return 100 * len(text & reference.sample) / max(len(text), len(reference.sample), 1)


def _held(text: frozenset[int], reference: Reference) -> float:
    """How much of a reference a text holds, in per cent, whatever else it holds."""
    return 100 * len(text & reference.sample) / max(len(reference.sample), 1)


def _is_rather(text: frozenset[int], found: Reference, other: Reference, known: References) -> bool:
    """Whether a text has what only one of two references has, and not what only the other has."""
    mine, yours = found.runs - other.runs, other.runs - found.runs
    if not (found.is_whole and other.is_whole):
        # what a long text did not keep cannot be told from what it has not
        mine, yours = (
            frozenset(run for run in runs if run % known.one_in == 0 or run in known.marks) for runs in (mine, yours)
        )
    return _share(text, mine, otherwise=_OWN) >= _OWN and _share(text, yours, otherwise=0) <= _OTHERS


def _share(text: frozenset[int], runs: frozenset[int], *, otherwise: float) -> float:
    return len(text & runs) / len(runs) if runs else otherwise


@cache
def references() -> References:
    """The references that are shipped."""
    return read(files(__package__).joinpath(FINGERPRINTS).read_text(encoding="ascii"))


def read(table: str) -> References:
    """References as ``regenerate`` writes them."""
    document = json.loads(table)
    one_in = document["one_in"]
    texts = (_reference(identifier, row, one_in) for identifier, rows in document["texts"].items() for row in rows)
    return References(one_in=one_in, marks=_unpacked(document["marks"]), texts=tuple(texts))


def _reference(identifier: str, row: dict[str, str], one_in: int) -> Reference:
    runs, is_whole = _unpacked(row["runs"]), row["kept"] == "whole"
    return Reference(
        identifier=identifier,
        runs=runs,
        sample=runs if is_whole else frozenset(run for run in runs if run % one_in == 0),
        is_whole=is_whole,
        digest=row["digest"],
        demands=row["demands"],
    )


def _unpacked(text: str) -> frozenset[int]:
    packed = base64.b64decode(text)
    return frozenset(int.from_bytes(packed[at : at + RUN_BYTES]) for at in range(0, len(packed), RUN_BYTES))
