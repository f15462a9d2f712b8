from __future__ import annotations

import argparse
import bz2
import collections
import fractions
import gzip
import io
import lzma
import os
import pickle
import tarfile
import tracemalloc
import zlib
from typing import Any

import pytest

from ptmdeps.inspect.pickles import Limits, PickleFacts, is_pickle, pickle_facts
from tests.unit.inspect.recording import recorded


def facts(data: bytes, limits: Limits | None = None) -> PickleFacts:
    return pickle_facts(io.BytesIO(data), limits=limits or Limits())


class Reduced:
    """Pickles itself as any call."""

    def __init__(self, *reduction: Any) -> None:
        self.reduction = reduction

    def __reduce__(self) -> Any:
        return self.reduction


HARMLESS: dict[str, object] = {
    "data": {
        "a": [1, 2.5, None, True, b"x" * 300, "é" * 300, 2**100, {1}, frozenset([2]), (1, 2, 3, 4), bytearray(b"y")]
    },
    "function": [os.getcwd, len],
    "call": Reduced(os.getcwd, ()),
    "instances": [collections.Counter("abca"), fractions.Fraction(1, 3), argparse.Namespace(a=1), complex(1, 2)],
    "shared": [collections.OrderedDict(a=1)] * 3 + [collections.OrderedDict(b=2)],
    "state": Reduced(collections.OrderedDict, (), {"a": 1}, None, iter([("k", 1)])),
    "appended": Reduced(collections.UserList, (), None, iter([1, 2])),
    "nested class": collections.Counter.most_common,
    "many": [fractions.Fraction(n) for n in range(3000)],
}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", HARMLESS)
def test_globals_are_those_that_unpicklers_look_for(name: str, protocol: int) -> None:
    data = pickle.dumps(HARMLESS[name], protocol=protocol)
    found = facts(data)
    for python in (False, True):
        assert (frozenset(found.globals), True) == recorded(data, python=python)
    assert found.container == "pickle"
    assert found.unresolved == ()
    assert found.streams == 1
    assert found.trailing == 0
    assert set(found.called) <= set(found.globals)


def test_what_is_named_and_what_is_called_are_told_apart() -> None:
    found = facts(pickle.dumps([len, Reduced(os.getcwd, ())]))
    assert found.globals == ("builtins.len", f"{os.name}.getcwd")
    assert found.called == (f"{os.name}.getcwd",)


def test_a_call_of_a_result_is_told() -> None:
    assert facts(b"cfunctools\npartial\n)R)R.").called == ("functools.partial", "functools.partial()")


def test_a_class_that_is_changed_counts_as_called() -> None:
    for change in (b"}b.", b"Na.", b"(Ne.", b"NNs.", b"(NNu.", b"(N\x90."):
        assert facts(b"cos\nenviron\n" + change).called == ("os.environ",)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"cos\ngetcwd\n)R.", {"os.getcwd"}),  # protocol 0 without a header
        (b"(ios\ngetcwd\n.", {"os.getcwd"}),
        (b"(cos\ngetcwd\no.", {"os.getcwd"}),
        (b"\x80\x02cos\ngetcwd\n)\x81.", {"os.getcwd"}),
        (b"\x80\x04cos\ngetcwd\n)}\x92.", {"os.getcwd"}),
        # the memo, not the last text that was read, names the module
        (b"\x80\x04\x8c\x02os\x94\x8c\x06getcwd\x94\x8c\x04json0h\x00h\x01\x93)R.", {"os.getcwd"}),
        (b"\x80\x04\x8c\x02os\x8c\x04json0\x94\x8c\x06getcwd\x93.", {"os.getcwd"}),
        (b"\x80\x04\x8c\x07logging\x8c\x09os.getcwd\x93.", {"logging:os.getcwd"}),
        (b"Vos\nVgetcwd\n\x93.", {"os.getcwd"}),
        (b"S'os'\nU\x06getcwd\x93.", {"os.getcwd"}),
        (b"X\x02\0\0\0osT\x06\0\0\0getcwd\x93.", {"os.getcwd"}),
        (b"\x8d\x02\0\0\0\0\0\0\0osp7\n0g7\n\x8c\x06getcwdr\x09\0\0\0j\x09\0\0\0\x30\x93.", {"os.getcwd"}),
        (b"q\x05.", set()),
        (b"\x80\x02cos\x1b\ngetcwd\n.", {"os\\x1b.getcwd"}),
        (b"\x80\x04N(1N(021.", set()),
        (b"(0N2.", set()),
    ],
)
def test_shapes_that_mislead_other_scanners(data: bytes, expected: set[str]) -> None:
    found = facts(data)
    assert set(found.globals) == expected
    for python in (False, True):
        names, _ = recorded(data, python=python)
        assert names <= expected | {"os\x1b.getcwd"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x80\x02\x82\x05.", "a global is named by extension code 5"),
        (b"\x80\x02\x83\x05\x01.", "a global is named by extension code 261"),
        (b"\x80\x02\x84\x05\0\0\0.", "a global is named by extension code 5"),
        (b"\x80\x04N\x8c\x06getcwd\x93.", "a global is named by something other than plain text"),
        (b"\x80\x04V\\u006fs\nVgetcwd\n\x93.", "a global is named by something other than plain text"),
        (b"\x80\x04U\x02\xffs\x8c\x06getcwd\x93.", "a global is named by something other than plain text"),
        (
            b"\x80\x04\x8c\x01a\x8cX" + b"b" * 88 + b"\x93X\xff\xff\0\0" + b"x" * 0xFFFF + b"\x8c\x01b\x93.",
            "a global is named",
        ),
        (b"\x80\x02N)R.", "something is called that is not a global"),
        (b"\x80\x06N.", "pickle protocol 6 is unknown"),
        (b"\x80\x02(lp0\n", "a pickle breaks off"),
        (b"\x80\x02\x8e" + b"\xff" * 8, "a pickle breaks off"),
        (b"\x80\x02T\xff\xff\xff\xff", "a negative length"),
        (b"\x80\x020.", "a pickle takes more from its stack than there is"),
        (b"\x80\x02t.", "a pickle takes more from its stack than there is"),
        (b"\x80\x02(o.", "a pickle takes more from its stack than there is"),
        (b"\x80\x02(N(a.", "a pickle takes more from its stack than there is"),
        (b"\x80\x02Npx\n.", "the number of a memo entry is none"),
        (b"\x80\x02\xff.", "0xff is no instruction of a pickle"),
        (b"cos\ngetcwd\n\0", "0x00 is no instruction of a pickle"),
        (b"cos\nget", "a pickle breaks off"),
        (b"\x80\x02c\xff\n\xff\n.", "the name of a global is not UTF-8"),
        (b"c" + b"x" * 501 + b"\ny\n.", "the name of a global is longer than 500 bytes"),
        (b"N.N.\0", "bytes after the last pickle belong to no known layout"),
        (b"N.PK\x03\x04", "bytes after the last pickle belong to no known layout"),
        (b"N.cos\ngetcwd\n\0", "bytes after the last pickle belong to no known layout"),
        (b"\x80\x03cjoblib.numpy_pickle_compat\nNDArrayWrapper\n)\x81}b.", "arrays of joblib lie in other files"),
    ],
)
def test_what_cannot_be_followed_is_said(data: bytes, reason: str) -> None:
    found = facts(data)
    assert any(said.startswith(reason) for said in found.unresolved)


def test_a_global_at_the_very_end_is_named_as_the_unpickler_in_python_would() -> None:
    data = b"\x80\x02cos\ngetcwd_"
    assert facts(data).globals == ("os.getcwd",)
    assert recorded(data, python=True)[0] == {"os.getcwd"}


def test_persistent_objects_are_told() -> None:
    assert facts(b"\x80\x02NQ.").persistent
    assert facts(b"Pstorage\n.").persistent
    assert not facts(b"N.").persistent


def test_stacked_pickles_are_all_followed() -> None:
    found = facts(pickle.dumps(1) + pickle.dumps(os.getcwd) + pickle.dumps(len))
    assert found.globals == ("builtins.len", f"{os.name}.getcwd")
    assert found.streams == 3


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 100, b"lmgg\x01", b"{}", b"\x89PNG", b"RIFF", b"\x06\0\0\0", b"(\0", b"#!"]
)
def test_bytes_that_no_unpickler_takes_are_none(data: bytes) -> None:
    assert facts(data) == PickleFacts(container="none")
    assert is_pickle(data) is (data == b"\x89PNG")  # true, and a text in the bytes that could follow


def test_nothing_is_no_pickle() -> None:
    assert not is_pickle(b"")


@pytest.mark.parametrize(
    "prefix",
    [
        b"\x80\x04\x95",
        b"(lp0\n",
        b"N.",
        b"cos\ngetcwd\n\x00",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"\x93NUMPY",
        b"\x82\x01\x00",
        b"x\x9c",
        b"I1\n",
        b"c" + b"x" * 501 + b"\ny\n",
    ],
)
def test_beginnings_that_may_be_a_pickle(prefix: bytes) -> None:
    assert is_pickle(prefix) is not prefix.endswith(b"y\n")


def legacy(value: object) -> bytes:
    """The older layout of torch.save, with harmless globals."""
    return b"".join(
        pickle.dumps(part, protocol=2)
        for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, value, ["1", "2"])
    )


def test_the_older_layout_of_torch_ends_before_its_storages() -> None:
    storages = b"cos\nsystem\n" + bytes(range(256)) * 10
    found = facts(legacy(collections.OrderedDict(a=1)) + storages)
    assert found == PickleFacts(
        container="torch-legacy",
        globals=("collections.OrderedDict",),
        called=("collections.OrderedDict",),
        streams=5,
    )


def test_the_magic_number_counts_as_text_too() -> None:
    found = facts(b"L" + str(0x1950A86A20F9469CFC6C).encode() + b"L\n.N.N.cos\ngetcwd\n.N." + b"\xff")
    assert (found.container, found.streams, found.globals) == ("torch-legacy", 5, ("os.getcwd",))


def test_an_older_torch_file_that_breaks_off_is_told() -> None:
    found = facts(legacy(os.getcwd)[:-20])
    assert found.unresolved == ("a pickle breaks off",)
    assert f"{os.name}.getcwd" in found.globals


def packed(data: bytes, packing: str) -> bytes:
    match packing:
        case "gzip":
            return gzip.compress(data, mtime=0)
        case "bzip2":
            return bz2.compress(data)
        case "xz":
            return lzma.compress(data)
        case "lzma":
            return lzma.compress(data, format=lzma.FORMAT_ALONE)
        case _:
            return zlib.compress(data)


PACKINGS = ("gzip", "bzip2", "xz", "lzma", "zlib")


@pytest.mark.parametrize("packing", PACKINGS)
def test_compressed_pickles_are_followed(packing: str) -> None:
    found = facts(packed(pickle.dumps([os.getcwd, b"\0" * 300_000, len]) + pickle.dumps(os.getcwd), packing))
    assert found == PickleFacts(container="compressed", globals=("builtins.len", f"{os.name}.getcwd"), streams=2)


@pytest.mark.parametrize("packing", PACKINGS)
def test_compressed_data_that_is_no_pickle_is_harmless(packing: str) -> None:
    assert facts(packed(b"\0" * 1000, packing)) == PickleFacts(container="compressed")


@pytest.mark.parametrize("packing", PACKINGS)
def test_bytes_after_a_compressed_pickle_are_counted(packing: str) -> None:
    found = facts(packed(pickle.dumps(b"\0" * 300_000) + b"\0" * 200_000, packing))
    assert found.trailing == 200_000


@pytest.mark.parametrize("packing", PACKINGS)
def test_damaged_compressed_data_is_told(packing: str) -> None:
    found = facts(packed(pickle.dumps([os.getcwd, os.urandom(1000)]), packing)[:-200])
    assert found.unresolved == (f"{packing} data is damaged",)


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_bomb_stops_at_the_limit(packing: str) -> None:
    found = facts(packed(pickle.dumps(b"\0" * 3_000_000), packing), Limits(unpacked=1_000_000))
    assert found.unresolved == (f"{packing} data unpacks to more than 1000000 bytes",)


def test_a_second_zlib_stream_is_told() -> None:
    assert facts(zlib.compress(b"N.") * 2).unresolved == ("zlib data is damaged",)


def test_an_archive_in_compressed_data_is_told() -> None:
    assert facts(gzip.compress(b"PK\x03\x04")).unresolved == ("zip data inside gzip data is not looked into",)


@pytest.mark.parametrize(
    ("data", "container", "reason"),
    [
        (b"\x28\xb5\x2f\xfd", "compressed", "zstd data is not looked into"),
        (b"\x04\x22\x4d\x18", "compressed", "lz4 data is not looked into"),
        (b"7z\xbc\xaf\x27\x1c", "compressed", "7z data is not looked into"),
        (b"ZF0x", "compressed", "zfile data is not looked into"),
    ],
)
def test_what_is_not_unpacked_is_told(data: bytes, container: str, reason: str) -> None:
    assert facts(data) == PickleFacts(container=container, unresolved=(reason,))


@pytest.mark.parametrize("format_", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT])
def test_a_tar_archive_is_told_whatever_its_members_are_called(format_: int) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format_) as archive:
        member = tarfile.TarInfo("pickle")
        member.size = 2
        archive.addfile(member, io.BytesIO(b"N."))
    old = bytearray(stream.getvalue())
    assert facts(bytes(old)) == PickleFacts(container="tar", unresolved=("tar data is not looked into",))


@pytest.mark.parametrize(
    ("data", "limits", "reason"),
    [
        (b"N0" * 5000 + b"N.", Limits(opcodes=5000), "more than 5000 pickle instructions"),
        (b"".join(b"cm\n%d\n0" % n for n in range(5000)) + b"N.", Limits(names=100), "more than 100 different globals"),
        (b"N." * 20, Limits(streams=10), "more than 10 pickles"),
        (b"N." * 5000, Limits(opcodes=1000), "more than 1000 pickle instructions"),
        (b"(" * 110_000 + b".", Limits(), "a pickle that nests too deep"),
        (b"N" * 1_100_000 + b".", Limits(), "a pickle that nests too deep"),
    ],
)
def test_limits_are_told(data: bytes, limits: Limits, reason: str) -> None:
    assert reason in facts(data, limits).unresolved


def test_a_scattered_memo_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.inspect.pickle_machine.MAX_MEMO", 10)
    scattered = b"N" + b"".join(b"r" + (2 * n).to_bytes(4, "little") for n in range(1, 20))
    assert facts(b"\x80\x02" + scattered + b".").unresolved == ("a pickle with a memo that is too large",)


def test_a_full_memo_forgets_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.inspect.pickle_machine.MAX_MEMO", 2)
    data = b"\x80\x04\x8c\x01a\x94\x8c\x01b\x94\x8c\x02os\x94\x8c\x06getcwdh\x02h\x00\x93."
    assert facts(data).unresolved == ("a global is named by something other than plain text",)


def test_memo_entries_given_out_of_order_are_numbered_on() -> None:
    data = b"\x80\x04\x8c\x02osq\x01\x8c\x04jsonq\x000\x8c\x06getcwd\x94h\x01h\x02\x93."
    assert facts(data).globals == ("os.getcwd",)
    assert recorded(data) == (frozenset({"os.getcwd"}), True)


def test_a_memo_entry_that_is_overwritten_is_data() -> None:
    data = b"\x80\x04\x8c\x02osq\x00Nq\x00h\x00\x8c\x06getcwd\x93."
    assert facts(data).unresolved == ("a global is named by something other than plain text",)


def test_reasons_are_bounded() -> None:
    data = b"\x80\x02" + b"".join(b"\x82%c0" % n for n in range(1, 200)) + b"N."
    assert len(facts(data).unresolved) == 20


class Counting(io.BytesIO):
    """Counts what is read."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def test_large_data_is_neither_read_nor_held() -> None:
    stream = Counting(pickle.dumps([b"x" * 20_000_000, os.getcwd], protocol=4))
    tracemalloc.start()
    found = pickle_facts(stream)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.globals == (f"{os.name}.getcwd",)
    assert stream.count < 300_000
    assert peak < 2_000_000


def test_many_objects_take_little_memory() -> None:
    data = pickle.dumps([n * 0.5 for n in range(50_000)])
    tracemalloc.start()
    facts(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


class Failing(io.BytesIO):
    """Fails after its first read."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads > 1:
            raise OSError("connection reset")
        return super().read(size)


@pytest.mark.parametrize("data", [b"N" * 200_000, b"PK\x03\x04" + b"x" * 200, gzip.compress(os.urandom(200_000))])
def test_a_failing_stream_is_not_blamed_on_the_file(data: bytes) -> None:
    with pytest.raises(OSError, match="connection reset"):
        pickle_facts(Failing(data))
