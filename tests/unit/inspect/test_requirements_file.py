"""Requirements files of strangers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.inspect.requirements_file import entries

DIGEST = f"sha256:{'a' * 64}"


def test_lines_that_go_on_count_from_their_first() -> None:
    text = f"# a comment \\\n\nacme == 1 \\\n  --hash={DIGEST} \\\n  --hash {DIGEST[:-1]}b  # why\nother # \\\nlast \\"
    found = [(entry.line, entry.text, entry.hashes, entry.problem) for entry in entries(text.encode())]
    assert found == [(3, "acme == 1", (DIGEST, f"{DIGEST[:-1]}b"), ""), (6, "other", (), "")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("-e .", "options for pip are not followed"),
        ("--extra-index-url=https://example.invalid", "options for pip are not followed"),
        ("./folder", "addresses and paths are not followed"),
        ("~/folder", "addresses and paths are not followed"),
        ("/folder", "addresses and paths are not followed"),
        ("C:\\folder", "addresses and paths are not followed"),
        ("acme-1-py3-none-any.whl", "addresses and paths are not followed"),
        ("git+ssh://example.invalid/x", "addresses and paths are not followed"),
        ("acme @ file:///etc/passwd", "its address is not followed"),
        ("${TOKEN}", "it is no requirement"),
        ("acme==", "it is no requirement"),
        ("(" * 3_000, "it is no requirement"),
    ],
)
def test_what_is_not_followed(line: str, problem: str) -> None:
    (entry,) = entries(line.encode())
    assert entry.problem == problem


def test_lines_that_are_too_long_are_no_lines() -> None:
    assert next(entries(b"a" * 5_000 + b"\nacme\n")).text == "acme"
    assert [entry.text for entry in entries(b"a \\\n" * 100_000 + b"b\nacme\n")][-1] == "acme"


@given(st.binary(max_size=300) | st.text(alphabet="acme=<>!~@;[]()#\\\n -0123\"'", max_size=200).map(str.encode))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    for entry in entries(data):
        assert entry.line >= 1 and entry.text and (entry.requirement or entry.problem)
