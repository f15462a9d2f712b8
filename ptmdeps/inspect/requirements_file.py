"""A requirements file of pip, read without following anything in it.

https://pip.pypa.io/en/stable/reference/requirements-file-format/ says what may stand in one. Options that lead
elsewhere (``-r``, ``-c``, ``-e``, ``--index-url``, …), addresses and paths are never followed: each is an entry with
the reason why it is no requirement.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement

MAXIMUM_LINE = 4_000
"""Letters of a line or a requirement; Python converts no more than 4,300 digits to a number."""

_MAXIMUM_LOGICAL_LINE = 200_000
"""Letters of a line with its continuations: a distribution may have a hundred hashes."""

_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_OPTION = re.compile(r"\s(?=--?[A-Za-z])")
_HASH = re.compile(r"--hash[=\s]\s*(sha256:[0-9a-f]{64})\b")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*://|[./~]|\w:\\", re.IGNORECASE)
_ARCHIVE = re.compile(r"[^@]*\.(?:whl|zip|tar\.(?:gz|bz2|xz))", re.IGNORECASE)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a requirements file that says something.

    Attributes:
        line: where it begins, from 1.
        text: as it is written, without comment and without what follows it for pip.
        requirement: ``None`` where the line is no requirement by name.
        hashes: ``sha256:…`` of the files that may be installed for it.
        problem: why it is no requirement, or what of it is not followed; empty where there is nothing to say.
    """

    line: int
    text: str
    requirement: Requirement | None
    hashes: tuple[str, ...] = ()
    problem: str = ""


def entries(data: bytes) -> Iterator[Entry]:
    """Yield what a requirements file says, in its order. Never raises, and never looks at anything else."""
    for number, line in logical_lines(data):
        text = _COMMENT.sub("", line).strip()
        if text:
            yield _entry(number, text)


def logical_lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield lines with those that continue them (a backslash at the end), under the number of the first."""
    start, held = 0, ""
    for number, line in numbered_lines(data):
        stripped = line.rstrip("\r\n")
        start = start if held else number
        if stripped.endswith("\\") and not stripped.lstrip().startswith("#"):
            held += stripped[:-1] + " "
            if len(held) <= _MAXIMUM_LOGICAL_LINE:
                continue
            stripped = ""
        yield start, held + stripped
        held = ""
    if held:
        yield start, held


def numbered_lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines that a person or a tool may have written, numbered, without holding all of them."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = io.StringIO(data[len(mark) :].decode(encoding, "replace"), newline=None)
            break
    else:
        text = io.StringIO(data.decode("utf-8", "replace"), newline=None)
    for number, line in enumerate(text, 1):
        if len(line) <= MAXIMUM_LINE:
            yield number, line


def parsed_requirement(text: str) -> Requirement | None:
    """Return a requirement (PEP 508); ``None`` for a text that is none."""
    if len(text) > MAXIMUM_LINE:
        return None
    try:
        return Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None


def _entry(number: int, text: str) -> Entry:
    if text.startswith("-"):
        return Entry(line=number, text=text, requirement=None, problem="options for pip are not followed")
    wanted = _OPTION.split(text, maxsplit=1)[0].strip()
    archive = _ARCHIVE.fullmatch(wanted)
    requirement = None if archive else parsed_requirement(wanted)
    if requirement is None:
        leads = archive or _ELSEWHERE.match(wanted)
        elsewhere = "addresses and paths are not followed" if leads else "it is no requirement"
        return Entry(line=number, text=wanted, requirement=None, problem=elsewhere)
    problem = "its address is not followed" if requirement.url else ""
    hashes = tuple(dict.fromkeys(_HASH.findall(text)))
    return Entry(line=number, text=wanted, requirement=requirement, hashes=hashes, problem=problem)
