"""The quick way through a large lockfile: the lines of ``files`` are read by their shape, the rest as TOML.

A lock of 500 models has 20,000 such lines, of which a general reader of TOML needs most of a second. Only lines that
are exactly as our own writer writes them are taken, and only in texts where a line cannot be part of something else;
everything else goes the general way, so that both give the same tables or the same error (tested against each other).
"""

from __future__ import annotations

import re
import secrets
import tomllib
from typing import Any

_PLAIN = r'"([^"\\\x00-\x1f\x7f]*)"'
_LINE = re.compile(
    rf"^    {{ path = {_PLAIN}, size = (0|[1-9][0-9]{{0,17}}), sha256 = {_PLAIN}"
    rf"(, git = {_PLAIN})?(, format = {_PLAIN})? }},\n",
    re.MULTILINE,
)
_BLOCK = re.compile(r"^files = \[\n((?:    \{ path = [^\n]*\n)+)\]$", re.MULTILINE)
_LONG_STRINGS = ('"""', "'''")


def tables(text: str) -> dict[str, Any]:
    """What ``tomllib.loads`` gives for the text of a lockfile, and what it raises."""
    if any(quotes in text for quotes in _LONG_STRINGS):
        return tomllib.loads(text)
    # nobody can have written a mark that is chosen now
    prefix = secrets.token_hex(8)
    blocks: list[list[dict[str, Any]]] = []

    def shortened(block: re.Match[str]) -> str:
        files = _files(block[1])
        if files is None:
            return block[0]
        blocks.append(files)
        return f'files = "{prefix}{len(blocks) - 1}"'

    try:
        document = tomllib.loads(_BLOCK.sub(shortened, text))
    except tomllib.TOMLDecodeError:
        return tomllib.loads(text)  # says the right line
    if _put_back(document, prefix, blocks) != len(blocks):
        return tomllib.loads(text)
    return document


def _files(lines: str) -> list[dict[str, Any]] | None:
    """The lines as tables; ``None`` where one of them has another shape."""
    found = _LINE.findall(lines)
    if len(found) != lines.count("\n"):
        return None
    files = []
    for path, size, sha256, has_git, git, has_format, format_ in found:
        table: dict[str, Any] = {"path": path, "size": int(size), "sha256": sha256}
        if has_git:
            table["git"] = git
        if has_format:
            table["format"] = format_
        files.append(table)
    return files


def _put_back(document: dict[str, Any], prefix: str, blocks: list[list[dict[str, Any]]]) -> int:
    """Replace the marks of models by their files; says how many."""
    count = 0
    models = document.get("model")
    for model in models if isinstance(models, list) else ():
        mark = model.get("files") if isinstance(model, dict) else None
        if isinstance(mark, str) and mark.startswith(prefix):
            model["files"] = blocks[int(mark.removeprefix(prefix))]
            count += 1
    return count
