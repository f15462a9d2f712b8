"""Lockfile ⇄ TOML text.

The writer is our own: one file of a model per line, so that diffs and merges are by file, and fast
(tomlkit needs a second for a lock of a hundred models; it serves only to edit manifests in place).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ptmdeps.atomic import write_if_changed
from ptmdeps.errors import LockfileError
from ptmdeps.lockfile import memory
from ptmdeps.lockfile.document import from_dict, model_digest, to_dict, trust_digests
from ptmdeps.lockfile.lines import HEADER, tables
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.paths import printable

_HINT = "Restore it from version control, or delete it and run `ptmdeps lock`"
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_PLAIN = re.compile(r"[A-Za-z0-9 _./:@+-]*")
_QUOTE = json.JSONEncoder(ensure_ascii=False).encode
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_USUAL_KEYS = frozenset({"path", "size", "sha256", "git", "format"})
_ONE_PER_LINE = frozenset({"files", "edges", "used-in"})
_CONFLICT_MARKS = ("<" * 7, "=" * 7, ">" * 7)
_CONFLICT_MARKER = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)


def dumps(lockfile: Lockfile) -> str:
    """The text of ``ptm.lock``: UTF-8, LF, one trailing newline; equal values give equal bytes."""
    document = to_dict(lockfile)
    lines = [HEADER, f"version = {document['version']}", f"revision = {document['revision']}", "", "[options]"]
    lines += _table(document["options"])
    for name in ("requirement", "model", "ancestor"):
        for table in document[name]:
            lines += ["", f"[[{name}]]", *_table(table)]
    return "\n".join(lines) + "\n"


def loads(text: str, *, source: str = "ptm.lock") -> Lockfile:
    """Read the text of a lockfile.

    Raises:
        LockfileError: it is no TOML, holds conflict markers, or breaks the format.
    """
    if conflicted(text):
        raise LockfileError(
            f"`{source}` holds Git conflict markers",
            hint="Run `ptmdeps lock`: it keeps what both sides agree on and pins the rest anew",
        )
    return parse(text, source=source)


def conflicted(text: str) -> bool:
    """Whether Git left its conflict markers in the text."""
    # to look at the beginning of each line takes long, and most texts hold no marker at all
    return any(mark in text for mark in _CONFLICT_MARKS) and _CONFLICT_MARKER.search(text) is not None


def parse(text: str, *, source: str) -> Lockfile:
    """Read text without conflict markers.

    Raises:
        LockfileError: it is no TOML, or breaks the format.
    """
    try:
        return from_dict(tables(text))
    except RecursionError as error:
        raise LockfileError(f"`{source}` is nested too deeply to be a lockfile", hint=_HINT) from error
    except ValueError as error:  # of tomllib itself, or of an integer of thousands of digits
        raise LockfileError(f"`{source}` is no valid TOML: {printable(str(error))}", hint=_HINT) from error


def read_text(path: Path) -> str | None:
    """The text of the lockfile at ``path``, ``None`` where there is none.

    Raises:
        LockfileError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise LockfileError(f"`{path.name}` is not UTF-8 (byte {error.start})", hint=_HINT) from error
    except OSError as error:
        raise LockfileError(f"`{path.name}` cannot be read: {error.strerror}") from error


def read(path: Path) -> Lockfile | None:
    """The lockfile at ``path``, ``None`` where there is none.

    Raises:
        LockfileError: it cannot be read, or must not be believed.
    """
    text = read_text(path)
    if text is None:
        return None
    lockfile = loads(text, source=path.name)
    if memory.known(path, text):
        trust_digests(lockfile)
    return lockfile


def write(lockfile: Lockfile, path: Path) -> bool:
    """Write atomically; a file that already has these bytes is left alone. Says whether it changed.

    Raises:
        LockfileError: it holds a value that no reader would accept; nothing was written.
        StoreError: the folder is read-only or full; the old file is as it was.
    """
    written = content(lockfile)
    changed = write_if_changed(path, written)
    if all(model_digest(model) == model.recorded_digest for model in lockfile.models):
        memory.remember(path, written.decode())
    return changed


def content(lockfile: Lockfile) -> bytes:
    """The bytes of its file.

    Raises:
        LockfileError: it holds a value that no reader would accept.
    """
    from_dict(to_dict(lockfile))
    return dumps(lockfile).encode()


def _table(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key in _ONE_PER_LINE and isinstance(value, list) and value:
            yield f"{key} = ["
            yield from (f"    {_inline_table(item) if type(item) is dict else _value(item)}," for item in value)
            yield "]"
        else:
            yield f"{key} = {_value(value)}"


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _string(value)
        case list():
            return "[" + ", ".join(_value(item) for item in value) + "]"
        case dict():
            return _inline_table(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a lockfile")


def _inline_table(table: dict[str, Any]) -> str:
    # strings first: a large lock has a hundred thousand of them
    inner = ", ".join(
        [f"{_key(key)} = {_string(item) if type(item) is str else _value(item)}" for key, item in table.items()]
    )
    return "{ " + inner + " }" if inner else "{}"


def _string(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return f'"{text}"'
    # JSON's escapes are TOML's, but JSON leaves DEL alone, and all that a reviewer could not see
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", _QUOTE(text))


def _key(key: str) -> str:
    return key if key in _USUAL_KEYS or _BARE_KEY.fullmatch(key) else _string(key)
