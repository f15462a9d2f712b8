"""Reading the list of gensim-data."""

from __future__ import annotations

import json

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.libraries import gensim_data
from ptmdeps.libraries.table import Entry, UnknownName

MD5 = "c" * 32
RELEASES = "https://github.com/RaRe-Technologies/gensim-data/releases/download"
LIST = {
    "models": {
        "acme-50": {"parts": 1, "checksum": MD5, "file_name": "acme-50.gz"},
        "unhashed": {},
        "__testing": {"parts": 1},
        "odd": {"parts": 11},
        "many": {"parts": "2"},
        "short": {"checksum": "abc"},
    },
    "corpora": {"large": {"parts": 2, "checksum-0": MD5, "checksum-1": MD5}, "../x": {}},
}
DATA = json.dumps(LIST).encode()


def entry(name: str, file: str, digest: str = MD5) -> Entry:
    return Entry(
        key=ModelKey("url", f"{RELEASES}/{name}/{file}"),
        reads="gensim",
        files=(f"{name}/{file}",),
        hash=f"md5:{digest}" if digest else "",
    )


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("acme-50", [entry("acme-50", "acme-50.gz")]),
        ("unhashed", [entry("unhashed", "unhashed.gz", "")]),
        ("large", [entry("large", "large.gz_00"), entry("large", "large.gz_01")]),
    ],
)
def test_files_of_a_name(name: str, files: list[Entry]) -> None:
    assert gensim_data.entries_of(DATA, name) == (entry(name, "__init__.py", ""), *files)


@pytest.mark.parametrize(
    ("data", "name", "error", "message"),
    [
        (DATA, "acme-5", UnknownName, "no `acme-5`"),
        (DATA, "../x", UnknownName, "no `../x`"),
        (DATA, "odd", UnsafeContent, "impossible number of parts"),
        (DATA, "many", UnsafeContent, "impossible number of parts"),
        (DATA, "short", UnsafeContent, "no hash"),
        (b"[]", "acme-50", UnsafeContent, "it is no table"),
        (b"{", "acme-50", UnsafeContent, "Expecting"),
        (b"\xff", "acme-50", UnsafeContent, "invalid start byte"),
        (b'{"models": []}', "acme-50", UnknownName, "no `acme-50`"),
        (b'{"a":' * 100_000, "acme-50", UnsafeContent, "nested too deep"),
    ],
)
def test_what_is_not_to_be_believed(data: bytes, name: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        gensim_data.entries_of(data, name)


def test_near_names_are_said_but_not_those_for_tests() -> None:
    with pytest.raises(UnknownName) as caught:
        gensim_data.entries_of(DATA, "acme-51")
    assert caught.value.hint == "Did you mean `acme-50`?"
    with pytest.raises(UnknownName) as caught:
        gensim_data.entries_of(DATA, "__testin")
    assert caught.value.hint == "Look at the spelling"
