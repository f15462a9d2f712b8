"""What ``scan --fix`` does to files: a unified diff, and what it leaves."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ptmdeps.fixing import FixedFile, Skipped
from ptmdeps.paths import printable
from ptmdeps.render.quantities import counted
from ptmdeps.render.scan.lines import Line, drawn_lines

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_STYLES: Mapping[str, str] = {"@": "cyan", "+": "green", "-": "red"}
_NO_END = "\\ No newline at end of file"


def difference(files: Iterable[FixedFile], *, color: bool) -> str:
    """A diff that ``git apply`` takes; what a terminal would obey is escaped."""
    return drawn_lines((line for file in files for line in _of_file(file)), color=color)


def skipped_lines(skipped: Iterable[Skipped], *, each: bool) -> Iterator[str]:
    """One line a reason, or one line ``each`` load."""
    reasons: dict[str, list[Skipped]] = defaultdict(list)
    for load in sorted(skipped):
        reasons[load.reason].append(load)
    for reason, loads in reasons.items():
        first = f"first {loads[0].location}" if len(loads) > 1 else f"{loads[0].location} {loads[0].name}"
        yield f"left {counted(len(loads), 'load')}, {first}: {reason}"
        yield from (f"  {load.location} {load.name}" for load in loads if each and len(loads) > 1)


def _of_file(file: FixedFile) -> Iterator[Line]:
    before, after = (_LINE.findall(data.decode("utf-8", "replace")) for data in (file.before, file.after))
    yield ((f"--- a/{printable(file.path)}", "bold"),)
    yield ((f"+++ b/{printable(file.path)}", "bold"),)
    for line in list(difflib.unified_diff(before, after))[2:]:
        yield ((_shown(line), _STYLES.get(line[0], "")),)
        if not line.endswith("\n"):
            yield ((_NO_END, ""),)


def _shown(line: str) -> str:
    """A line without its end, in which nothing but tabs and the first half of a Windows line end is left to obey."""
    text = line.removesuffix("\n")
    end = "\r" if text.endswith("\r") else ""
    return "\t".join(printable(part, limit=len(part)) for part in text.removesuffix("\r").split("\t")) + end
