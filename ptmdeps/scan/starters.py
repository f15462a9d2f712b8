"""Functions of Python that start programs, and which files call them for a program that loads models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ptmdeps.scan.loaders import Argument, Catalogue, Loader

SPREAD = {
    "asyncio.create_subprocess_exec": 0,
    **dict.fromkeys(("os.execl", "os.execlp"), 1),
    **dict.fromkeys(("os.spawnl", "os.spawnlp"), 2),
}
"""Functions that are given the words of a command one by one, and from which argument on."""


def _starts(library: str, names: Iterable[str], position: int, keyword: str = "") -> Iterator[Loader]:
    for name in names:
        yield Loader(call=f"{library}.{name}", model=Argument(position, keyword), reads="", pin="none")


# Python 3.14: subprocess, os, asyncio.subprocess, pty; anyio 4.11 and trio 0.31.
STARTERS = Catalogue(
    (
        *_starts("subprocess", ("run", "call", "check_call", "check_output", "Popen"), 0, "args"),
        *_starts("subprocess", ("getoutput", "getstatusoutput"), 0, "cmd"),
        *_starts("os", ("system",), 0, "command"),
        *_starts("os", ("popen",), 0, "cmd"),
        *_starts("os", ("execv", "execve", "execvp", "execvpe"), 1, "args"),
        *_starts("os", ("spawnv", "spawnve", "spawnvp", "spawnvpe"), 2, "args"),
        *_starts("os", ("execl", "execlp", "spawnl", "spawnlp"), 0),
        *_starts("asyncio", ("create_subprocess_shell",), 0, "cmd"),
        *_starts("asyncio", ("create_subprocess_exec",), 0, "program"),
        *_starts("pty", ("spawn",), 0, "argv"),
        *_starts("anyio", ("run_process", "open_process"), 0, "command"),
        *_starts("trio", ("run_process",), 0, "command"),
    )
)
"""Functions that start programs, as rows of a catalogue of their own: what a load's model is, is here the command."""

OF_IPYTHON = frozenset({"system", "system_raw", "getoutput", "run_line_magic", "run_cell_magic"})
_STARTING = (
    *(b"subprocess", b"os.system", b"popen", b"get_ipython", b"os.exec", b"os.spawn", b"run_process", b"pty.spawn"),
    *(b"import system", b"import exec", b"import spawn"),
)
"""What stands in every file that starts programs, as people import these functions."""

_LETTERS = (b"subprocess", b"system", b"popen", b"get_ipython", b"exec", b"spawn", b"run_process")
"""Fewer texts, of which one stands in each of those: most files have none."""

_PICTURE = re.compile(rb"[A-Za-z0-9+/]{120,}")
"""What makes notebooks large and is no code: base64."""

_BETWEEN = r"""[\s"',}\\]{1,8}"""


@cache
def programs() -> re.Pattern[bytes]:
    """Return what finds a command of the catalogue in Python, as one text or word by word."""
    from ptmdeps.scan.commands.rows import COMMANDS  # most files start nothing

    by_first: dict[str, set[str]] = {}
    for row in COMMANDS.rows:
        name = row.words[2:3] if row.words[:2] == ("python", "-m") else row.words[:2]
        if row.notation != "wheel":
            by_first.setdefault(name[0], set()).update(name[1:])
            if len(name) == 1:
                by_first[name[0]].add("")
    names = sorted(
        re.escape(first) + ("" if "" in rest else f"{_BETWEEN}(?:{'|'.join(map(re.escape, sorted(rest)))})")
        for first, rest in by_first.items()
    )
    code = rf"(?:python[\d.]{{0,5}}|executable)(?:{_BETWEEN}-c|[^\n]{{0,40}}<<)"
    options = r"[\w.-]{0,40}?(?:model|pretrain|tokenizer|backbone|encoder|checkpoint|adapter|lora|vae|dataset)"
    return re.compile(
        rf"\b(?:(?<![.-])(?:{'|'.join(names)})(?![\w.-])|spacy-models/releases/|{code}|(?<=--){options})".encode()
    )


def is_candidate(path: str, data: bytes, imports: frozenset[str]) -> bool:
    """Whether a file of Python may start a program that loads a model; answered without parsing it.

    ``imports`` are the words of its import statements.
    """
    if path.endswith(".ipynb"):
        data = _PICTURE.sub(b"", data).replace(b"\\n", b"\n")
    elif not _may_start(data, imports):
        return False
    return programs().search(data) is not None


def _may_start(data: bytes, imports: frozenset[str]) -> bool:
    if STARTERS.libraries.isdisjoint(imports) and b"get_ipython" not in data:
        return False
    return any(text in data for text in _LETTERS) and any(text in data for text in _STARTING)
