"""Whatever the bytes: nothing that a real unpickler looks for is missed, and nothing raises."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.inspect.pickles import is_pickle, pickle_facts
from tests.unit.inspect.recording import recorded

TEXTS = st.sampled_from([b"os", b"a.b", b"getcwd", b"x"])
SMALL = st.integers(0, 4)


def lengthened(code: bytes, width: int) -> st.SearchStrategy[bytes]:
    return TEXTS.map(lambda text: code + len(text).to_bytes(width, "little") + text)


INSTRUCTIONS = st.one_of(
    st.sampled_from(
        [bytes([code]) for code in b"(012)]}NtldeaubsRoQ.\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98"]
    ),
    st.builds(
        lambda code, module, name: code + module + b"\n" + name + b"\n", st.sampled_from([b"c", b"i"]), TEXTS, TEXTS
    ),
    st.builds(lambda code, text: code + text + b"\n", st.sampled_from([b"V", b"P"]), TEXTS),
    st.builds(lambda code, number: code + b"%d\n" % number, st.sampled_from([b"p", b"g", b"I", b"L", b"F"]), SMALL),
    TEXTS.map(lambda text: b"S'" + text + b"'\n"),
    st.builds(lambda code, number: code + bytes([number]), st.sampled_from([b"q", b"h", b"K", b"\x82"]), SMALL),
    st.builds(lambda code, number: code + number.to_bytes(4, "little"), st.sampled_from([b"r", b"j", b"J"]), SMALL),
    st.one_of([lengthened(code, 1) for code in (b"U", b"C", b"\x8c", b"\x8a")]),
    st.one_of([lengthened(code, 4) for code in (b"X", b"T", b"B", b"\x8b")]),
    st.one_of([lengthened(code, 8) for code in (b"\x8d", b"\x8e", b"\x96")]),
    st.sampled_from([b"\x80\x02", b"\x80\x04", b"M\0\0", b"G" + b"\0" * 8]),
)
PICKLES = st.lists(INSTRUCTIONS, max_size=40).map(b"".join)
SHORTENED = st.builds(lambda data, end: data[:end], PICKLES, st.integers(0, 60))


@settings(max_examples=400, deadline=None)
@given(st.one_of(PICKLES, PICKLES.map(lambda data: data + b"."), SHORTENED))
def test_no_global_is_missed(data: bytes) -> None:
    found = pickle_facts(io.BytesIO(data))
    for python in (False, True):
        names, complete = recorded(data, python=python)
        assert names <= set(found.globals)
        assert not complete or found.streams
    assert is_pickle(data) or not found.globals


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [b"", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh9", b"x\x9c", b"\xfd7zXZ\0", b"\x93NUMPY\x01\0"]
    ),
    st.binary(max_size=200),
)
def test_no_bytes_raise(head: bytes, data: bytes) -> None:
    found = pickle_facts(io.BytesIO(head + data))
    assert all(text.isprintable() for text in (*found.globals, *found.called, *found.unresolved))
