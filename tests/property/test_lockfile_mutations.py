from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lockfiles.examples import GOLDEN
from ptmdeps.errors import LockfileError
from ptmdeps.lockfile import Lockfile, dumps, loads, lock_digest, read
from ptmdeps.lockfile.conflicts import loads_merged
from ptmdeps.lockfile.difference import diff
from ptmdeps.lockfile.staleness import inconsistencies

BYTES = [dumps(lockfile).encode() for lockfile in GOLDEN.values()]
HOSTILE = (
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"..",
    b"/",
    b"\\",
    b'"',
    b"\\u0000",
    b"\\U00110000",
    b"\xe2\x80\xae",
    b"\n<<<<<<< a\n",
    b"\n||||||| a\n",
    b"\n=======\n",
    b"\n>>>>>>> a\n",
    b"\nversion = 2\n",
    b"revision = 7\n",
    b"-1",
    b"1e400",
    b"nan",
    b"true",
    b"0x" + b"f" * 4000,
    b"9" * 5000,
    b"2024-02-30",
    b"2024-02-19",
    b"[" * 3000,
    b"[[model]]\n",
    b"[model.x]\n",
    b"a.b.c = 1\n",
    b"{}",
    b"[]",
    b'""',
)


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """A golden file after a few accidents."""
    content = draw(st.sampled_from(BYTES))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 80)))
        match draw(st.sampled_from(("insert", "replace", "delete", "repeat", "lines", "splice"))):
            case "insert":
                content = content[:start] + draw(st.sampled_from(HOSTILE)) + content[start:]
            case "replace":
                content = content[:start] + draw(st.binary(max_size=8)) + content[end:]
            case "delete":
                content = content[:start] + content[end:]
            case "repeat":
                content = content[:end] + content[start:end] + content[end:]
            case "lines":
                lines = content.split(b"\n")
                lines.insert(draw(st.integers(0, len(lines))), lines.pop(draw(st.integers(0, len(lines) - 1))))
                content = b"\n".join(lines)
            case "splice":
                content = content[:start] + draw(st.sampled_from(BYTES))[start:]
    return content


@st.composite
def other_values(draw: st.DrawFn) -> bytes:
    """A golden file in which the value of one key is another one: most of these are valid TOML."""
    lines = draw(st.sampled_from(BYTES)).split(b"\n")
    index = draw(st.sampled_from([index for index, line in enumerate(lines) if b" = " in line]))
    before, _, after = lines[index].rpartition(b" = ")
    tail = after[len(after.split(b",")[0]) :] if b"," in after else b" }," if after.endswith(b"},") else b""
    lines[index] = before + b" = " + draw(st.sampled_from(HOSTILE)) + tail
    return b"\n".join(lines)


def _read(content: bytes) -> Lockfile | None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a newer revision
        path = Path(folder) / "ptm.lock"
        path.write_bytes(content)
        try:
            return read(path)
        except LockfileError as error:
            _judge_error(error)
            return None


def _judge_error(error: LockfileError) -> None:
    assert error.message.isprintable(), error.message
    assert error.hint, error.message
    assert len(error.message) < 1000


def _judge(content: bytes) -> None:
    """Anything but a lockfile that can be used, or a LockfileError, is a failure of the test."""
    lockfile = _read(content)
    if lockfile is None:
        return
    assert loads(dumps(lockfile)) == loads(dumps(loads(dumps(lockfile))))
    inconsistencies(lockfile)
    assert diff(lockfile, lockfile) == ()
    assert lock_digest(lockfile).startswith("sha256:")


@settings(max_examples=150, deadline=None)
@given(mutants())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(content: bytes) -> None:
    _judge(content)


@settings(max_examples=150, deadline=None)
@given(other_values())
def test_any_value_of_any_key_is_read_or_refused_and_nothing_else(content: bytes) -> None:
    _judge(content)


@settings(max_examples=100, deadline=None)
@given(mutants())
def test_a_damaged_merge_is_healed_or_refused_and_nothing_else(content: bytes) -> None:
    text = content.decode(errors="replace")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a newer revision
        try:
            merge = loads_merged(text)
        except LockfileError as error:
            _judge_error(error)
            return
    inconsistencies(merge.lockfile)
    assert loads(dumps(merge.lockfile)).models == merge.lockfile.models
