"""Renew the references of licence texts: ``python -m ptmdeps.inspect.licenses.regenerate FOLDER``.

``FOLDER`` holds one text a file, ``IDENTIFIER.txt``; other texts of the same licence are ``IDENTIFIER@2.txt``. What is
written are numbers from which no text can be had back. The same folder gives the same bytes.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from pathlib import Path

from ptmdeps import atomic
from ptmdeps.inspect.licenses.likeness import FINGERPRINTS
from ptmdeps.inspect.licenses.shingles import RUN_BYTES, demands, digest, shingles, words_of

_MANY = 1000
"""Texts of more runs keep a sample."""

_ONE_IN = 6
_ALIKE = 0.8
_FEW = 100
"""Runs in which alike texts differ are kept if they are no more than this: a sample would be too small to decide."""

_Texts = Mapping[str, tuple[list[str], frozenset[int]]]


def regenerated(folder: Path) -> str:
    """Return the text of the table for the texts in a folder."""
    texts = {path.stem: words_of(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))}
    known = {name: (words, shingles(words)) for name, words in texts.items()}
    marks = frozenset(_marks(known))
    table: dict[str, list[dict[str, str]]] = {}
    for name, (words, runs) in known.items():
        row = _row(words, runs, marks)
        rows = table.setdefault(_identifier(name), [])
        if row["digest"] not in {other["digest"] for other in rows}:
            rows.append(row)
    return json.dumps({"one_in": _ONE_IN, "marks": _packed(marks), "texts": table}, indent=0) + "\n"


def _identifier(name: str) -> str:
    return name.partition("@")[0]


def _marks(texts: _Texts) -> Iterator[int]:
    """Runs by which texts of two licences are told apart that have nearly all others in common."""
    for (name, (_, runs)), (other, (_, others)) in permutations(texts.items(), 2):
        if _identifier(name) != _identifier(other) and len(runs & others) > _ALIKE * min(len(runs), len(others)):
            only = runs - others
            yield from only if len(only) <= _FEW else ()


def _row(words: list[str], runs: frozenset[int], marks: frozenset[int]) -> dict[str, str]:
    is_whole = len(runs) <= _MANY
    kept = runs if is_whole else (run for run in runs if run % _ONE_IN == 0 or run in marks)
    return {
        "runs": _packed(kept),
        "kept": "whole" if is_whole else "sample",
        "digest": digest(words),
        "demands": demands(words),
    }


def _packed(runs: Iterable[int]) -> str:
    return base64.b64encode(b"".join(run.to_bytes(RUN_BYTES) for run in sorted(runs))).decode()


def main(arguments: list[str]) -> int:
    """Rewrite the table in this package's own source."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m ptmdeps.inspect.licenses.regenerate FOLDER\n")
        return 2
    atomic.write(Path(__file__).with_name(FINGERPRINTS), regenerated(Path(arguments[0])).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
