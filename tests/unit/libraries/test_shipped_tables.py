"""The shipped tables are well formed, and writing them is reading them backwards."""

from __future__ import annotations

import json
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from ptmdeps.identity import ModelKey
from ptmdeps.libraries.history import History, history_of
from ptmdeps.libraries.regenerate import libraries
from ptmdeps.libraries.rows import Library
from ptmdeps.libraries.shipped_tables import FOLDER, parsed, shipped, text_of
from ptmdeps.libraries.table import Entries, Entry, fault_of

V = Version
SHIPPED = [library for library in libraries() if (FOLDER / library.shipped).exists()]
EACH = pytest.mark.parametrize("library", SHIPPED, ids=[library.distribution for library in SHIPPED])

WITHOUT_ENCRYPTION = frozenset({"data.lip6.fr", "dl.yf.io"})
"""Hosts whose addresses libraries have as ``http://``, of files that carry a hash in their names."""

UNPROTECTED = frozenset({"ltdata1.informatik.uni-hamburg.de", "www.redewiedergabe.de"})
"""Such hosts whose files carry none: the lock is the first to know what they are."""


def entries_of(history: History[Entries]) -> list[Entry]:
    return [entry for name in history.changes for change in history.changes[name] for entry in change.fact or ()]


def test_every_file_belongs_to_a_library() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {library.shipped for library in SHIPPED}
    assert len(SHIPPED) >= 8
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 4_000_000


@EACH
def test_text_is_what_would_be_written(library: Library) -> None:
    text = (FOLDER / library.shipped).read_text(encoding="utf-8")
    assert text_of(parsed(text)) == text


@EACH
def test_table_is_well_formed(library: Library) -> None:
    history = shipped(library.shipped)
    assert history.read and list(history.read) == sorted(set(history.read))
    assert list(history.changes) == sorted(history.changes)
    for name in history.changes:
        changes = history.changes[name]
        since = [change.since for change in changes]
        assert name and since == sorted(set(since)) and set(since) <= set(history.read)
        assert changes[0].fact is not None
        assert all(one.fact != other.fact for one, other in pairwise(changes))


@EACH
def test_every_entry_can_be_fetched(library: Library) -> None:
    entries = entries_of(shipped(library.shipped))
    assert entries
    for entry in entries:
        assert fault_of(entry) == "" and entry.reads
        address = urlsplit(entry.key.name) if entry.key.hub == "url" else None
        if address and address.scheme != "https":
            assert address.scheme == "http"
            assert address.hostname in (WITHOUT_ENCRYPTION if entry.hash else UNPROTECTED)


def test_file_that_is_not_shipped() -> None:
    assert shipped("absent.json") == History((), {})


names = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=8)
entry = st.builds(
    Entry,
    key=st.builds(ModelKey, st.sampled_from(["url", "huggingface", "kaggle"]), names),
    ref=st.sampled_from(["", "v1"]),
    reads=st.sampled_from(["", "torch", "timm"]),
    files=st.lists(names, max_size=2).map(tuple),
    hash=st.sampled_from(["", "md5:" + "0" * 32]),
)
facts = st.dictionaries(
    st.sampled_from([V("1.0"), V("1.1"), V("2.0"), V("2.1rc1")]),
    st.dictionaries(names, st.lists(entry, max_size=2).map(tuple), max_size=4),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(facts)
def test_what_is_written_is_read(said: dict[Version, dict[str, Entries]]) -> None:
    history = history_of(said)
    again = parsed(text_of(history))
    assert (again.read, dict(again.changes)) == (history.read, dict(history.changes))
    assert text_of(again) == text_of(history)
    assert all(again.facts()[version] == said[version] for version in again.read)
    assert all(again.knows(version, name) for version in said for name in said[version])


def test_one_name_a_line() -> None:
    text = text_of(history_of({V("1.0"): {"b": (), "a": (Entry(key=ModelKey("url", "https://h.org/x"), reads="r"),)}}))
    assert text.splitlines() == [
        "{",
        ' "read": ["1.0"],',
        ' "reads": {"url": "r"},',
        ' "names": {',
        '  "a": [["1.0", {"url": "https://h.org/x"}]],',
        '  "b": [["1.0"]]',
        " }",
        "}",
    ]
    assert json.loads(text)["names"]["b"] == [["1.0"]]
