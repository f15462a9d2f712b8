"""What two texts say differently, line by line, and what two Python files import."""

from __future__ import annotations

import ast
import difflib
import warnings
from collections.abc import Iterator

from ptmdeps.upgrade.change import ChangeClass, ImportChange, TextChange

MAX_TEXT = 1_000_000
"""Bytes of a text that is compared."""

MAX_LINES = 4000
"""Lines of a text that is compared: the time that it takes grows with their square."""

MAX_SHOWN = 200
"""Lines of a diff that are kept."""

MAX_LINE = 400
"""Characters of a line that are kept."""

MAX_IMPORTS = 100


def text_change(path: str, of: ChangeClass, before: str, after: str) -> TextChange:
    """The unified diff of two texts; of texts that are too long, only that they differ."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(before), len(after)) > MAX_TEXT or max(len(old), len(new)) > MAX_LINES:
        return TextChange(path=path, of=of)
    diff = list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
    shown = tuple(line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…" for line in diff[:MAX_SHOWN])
    return TextChange(
        path=path,
        of=of,
        added=sum(line.startswith("+") for line in diff),
        removed=sum(line.startswith("-") for line in diff),
        lines=shown,
        cut=max(0, len(diff) - MAX_SHOWN),
    )


def import_change(path: str, before: bytes, after: bytes) -> ImportChange | None:
    """What a Python file imports now and did not before, and the reverse; ``None`` where that is the same.

    A file that cannot be parsed imports nothing as far as anybody can tell.
    """
    old, new = set(_imports(before)), set(_imports(after))
    if old == new:
        return None
    added, removed = sorted(new - old)[:MAX_IMPORTS], sorted(old - new)[:MAX_IMPORTS]
    return ImportChange(path=path, added=tuple(added), removed=tuple(removed))


def _imports(source: bytes) -> Iterator[str]:
    if len(source) > MAX_TEXT:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, level=level):
                yield "." * level + (module or "")
            case ast.Call(func=ast.Name(id="__import__" | "eval" | "exec" | "compile" as name)):
                yield f"{name}()"
