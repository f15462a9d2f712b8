from __future__ import annotations

import io
import os
import pickle
import struct
import warnings
import zipfile
import zlib

import numpy as np
import pytest

from ptmdeps.inspect.pickles import Limits, PickleFacts, pickle_facts

GETCWD = f"{os.name}.getcwd"
HARMLESS = pickle.dumps(os.getcwd, protocol=2)


def archive(*members: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", compression) as made:
        warnings.simplefilter("ignore")  # duplicate names
        for name, content in members:
            made.writestr(name, content)
    return stream.getvalue()


def facts(data: bytes, limits: Limits | None = None) -> PickleFacts:
    return pickle_facts(io.BytesIO(data), limits=limits or Limits())


TORCH = (("model/data.pkl", HARMLESS), ("model/data/0", b"N.raw"), ("model/version", b"3\n"))


def test_a_torch_file_is_its_pickle() -> None:
    assert facts(archive(*TORCH)) == PickleFacts(container="torch-zip", globals=(GETCWD,), streams=1)


def test_storages_code_and_extra_files_of_torch_are_no_pickles() -> None:
    code = ("model/code/__torch__.py", b"class Linear(Module):\n  pass\n")
    extra = ("model/extra/notes", b"config\nof mine\n")
    storage = ("model/data/1", b"cos\nsystem\n.")
    serial = ("model/.data/serialization_id", b"123")
    assert facts(archive(*TORCH, code, extra, storage, serial)).globals == (GETCWD,)


@pytest.mark.parametrize(
    "name", ["model/DATA.PKL", "model/constants.pkl", "other/data/0x", "hidden", "a/b/c.txt", "model/x.py"]
)
@pytest.mark.parametrize("protocol", [0, 4])
def test_a_pickle_is_found_whatever_its_name(name: str, protocol: int) -> None:
    found = facts(archive(*TORCH, (name, pickle.dumps(len, protocol=protocol))))
    assert GETCWD in found.globals
    assert {"builtins.len", "__builtin__.len"} & set(found.globals)
    assert found.streams == 2


def test_texts_in_an_archive_are_texts() -> None:
    found = facts(archive(("notes.txt", b"copy\nthis\n"), ("README.md", b"\x80"), ("folder/", b""), ("f.json", b"{}")))
    assert found == PickleFacts(container="zip")


def test_a_pickle_that_breaks_off_is_told_unless_it_is_called_a_text() -> None:
    assert facts(archive(("weights.pkl", HARMLESS[:-1]))).unresolved == ("a pickle breaks off",)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressed_members_are_followed(compression: int) -> None:
    data = archive(("model/data.pkl", pickle.dumps([b"\0" * 100_000, os.getcwd])), compression=compression)
    assert facts(data) == PickleFacts(container="torch-zip", globals=(GETCWD,), streams=1)
    assert facts(data, Limits(unpacked=1000)).unresolved == (
        "`model/data.pkl` in the zip archive is too large to unpack",
    )


def test_an_empty_archive_is_harmless() -> None:
    assert facts(archive()) == PickleFacts(container="zip")


def test_two_members_of_one_name_are_told_and_both_followed() -> None:
    found = facts(archive(("m/data.pkl", HARMLESS), ("m/data.pkl", pickle.dumps(len, protocol=4))))
    assert found.globals == ("builtins.len", GETCWD)
    assert found.unresolved == ("the zip archive holds two members of one name",)
    assert facts(archive(("a", b""), ("A", b""))).unresolved == ("the zip archive holds two members of one name",)


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "C:\\x", "a/../../b"])
def test_names_that_leave_the_archive_are_told(name: str) -> None:
    assert facts(archive((name, b""))).unresolved == ("the zip archive holds a member with an unsafe name",)


def test_bytes_before_the_first_member_are_told() -> None:
    data = archive(("a", b"")) + archive(*TORCH)
    assert "the zip archive holds bytes before its first member" in facts(data).unresolved


def test_an_archive_in_an_archive_is_told() -> None:
    data = archive(("inner.zip", archive(*TORCH)), ("x.gz", b"\x1f\x8b"))
    assert facts(data).unresolved == (
        "`inner.zip` in the zip archive is packed itself",
        "`x.gz` in the zip archive is packed itself",
    )


def test_encrypted_members_are_told() -> None:
    data = bytearray(archive(("m/data.pkl", HARMLESS)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert facts(bytes(data)).unresolved == ("`m/data.pkl` in the zip archive is encrypted",)


def test_a_wrong_checksum_hides_nothing() -> None:
    data = archive(("m/data.pkl", HARMLESS)).replace(struct.pack("<L", zlib.crc32(HARMLESS)), b"\0\0\0\0")
    found = facts(data)
    assert found.unresolved == ("`m/data.pkl` in the zip archive cannot be read",)


def test_headers_that_disagree_are_told() -> None:
    data = archive(("m/data.pkl", HARMLESS)).replace(b"m/data.pkl", b"m/atad.pkl", 1)
    assert facts(data).unresolved == ("`m/data.pkl` in the zip archive cannot be read",)


def test_an_unknown_compression_is_told() -> None:
    data = bytearray(archive(("m/data.pkl", HARMLESS)))
    position = data.index(b"PK\x01\x02") + 10
    data[position : position + 2] = b"\x63\x00"
    assert facts(bytes(data)).unresolved == ("`m/data.pkl` in the zip archive cannot be read",)


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x05\x06", b"PK\x03\x04" + b"x" * 100, archive(*TORCH)[:-10]])
def test_broken_archives_are_told(data: bytes) -> None:
    assert facts(data).unresolved == ("the zip archive cannot be read",)


def test_a_directory_that_claims_gigabytes_is_not_read() -> None:
    data = bytearray(archive(*TORCH))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<L", 0xFFFFFFF0)
    assert facts(bytes(data)).unresolved == ("the zip archive cannot be read",)


def test_a_directory_that_points_before_the_file_is_told() -> None:
    data = bytearray(archive(*TORCH))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<L", len(data))
    assert facts(bytes(data)).unresolved == ("the zip archive cannot be read",)


class Positions(io.BytesIO):
    """Notes which bytes are read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def test_of_a_large_torch_file_little_is_read() -> None:
    storages = [(f"model/data/{n}", b"\0" * 100_000) for n in range(200)]
    stream = Positions(archive(*TORCH, *storages))
    assert pickle_facts(stream).globals == (GETCWD,)
    assert stream.count < 300_000


def numpy_file(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def test_arrays_of_numbers_hold_no_pickle() -> None:
    for dtype in ("f4", "<i8", "S5", "U3", "M8[D]", "c16", "?"):
        assert facts(numpy_file(np.zeros(3, dtype=dtype))) == PickleFacts(container="numpy")
    assert facts(numpy_file(np.zeros(3, dtype=[("a", "f4"), ("b", "i2")]))) == PickleFacts(container="numpy")


def test_arrays_of_objects_hold_one() -> None:
    found = facts(numpy_file(np.array([os.getcwd, None], dtype=object)))
    assert found.container == "numpy"
    assert GETCWD in found.globals
    assert found.unresolved == ()


@pytest.mark.parametrize("descr", ["|O", "O", "object", "O8", "f4,O", "object_"])
def test_arrays_of_objects_are_seen_however_they_are_spelled(descr: str) -> None:
    header = repr({"descr": descr, "fortran_order": False, "shape": (1,)}).encode()
    for version, width in ((1, 2), (2, 4), (3, 4)):
        begin = b"\x93NUMPY" + bytes([version, 0]) + len(header).to_bytes(width, "little")
        assert facts(begin + header + HARMLESS).globals == (GETCWD,)


def test_a_broken_numpy_header_is_told() -> None:
    assert facts(b"\x93NUMPY\x01\x00\xff\xffx").unresolved == ("the header of a NumPy array breaks off",)


def test_archives_of_arrays_are_followed() -> None:
    stream = io.BytesIO()
    np.savez_compressed(stream, numbers=np.ones(1000), objects=np.array([os.getcwd], dtype=object))
    found = facts(stream.getvalue())
    assert found.container == "zip"
    assert GETCWD in found.globals
    assert found.unresolved == ()
