"""Files as joblib writes them, made without joblib: arrays whose data lies between the instructions."""

from __future__ import annotations

import argparse
import collections
import io
import os
import pickle
import sys
import types
import zlib
from typing import Any

import numpy as np
import pytest

from ptmdeps.inspect.pickles import PickleFacts, pickle_facts

GETCWD = f"{os.name}.getcwd"
ARRAYS = {"joblib.numpy_pickle.NumpyArrayWrapper", "numpy.dtype", "numpy.ndarray"}
Array = np.ndarray[Any, np.dtype[Any]]


class NumpyArrayWrapper:
    """Has the attributes that the class of joblib has."""

    def __init__(self, array: Array, *, padded: bool) -> None:
        self.subclass = np.ndarray
        self.shape = array.shape
        self.order = "C"
        self.dtype = array.dtype
        self.allow_mmap = True
        if padded:
            self.numpy_array_alignment_bytes = 16


NumpyArrayWrapper.__module__ = "joblib.numpy_pickle"


class Pickler(pickle._Pickler):
    """Writes arrays as joblib does: a wrapper, then their data."""

    proto: int
    framer: Any

    def __init__(self, stream: io.BytesIO, *, protocol: int, padded: bool) -> None:
        super().__init__(stream, protocol)
        self.stream = stream
        self.padded = padded

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        plain: Any = super()
        if type(obj) is not np.ndarray:
            plain.save(obj, save_persistent_id)
            return
        plain.save(NumpyArrayWrapper(obj, padded=self.padded))
        if self.proto >= 4:
            self.framer.commit_frame(force=True)
        if obj.dtype.hasobject:
            pickle.dump(obj, self.stream, protocol=4)
            return
        if self.padded:
            padding = 16 - (self.stream.tell() + 1) % 16
            self.stream.write(bytes([padding]) + b"\xff" * padding)
        self.stream.write(obj.tobytes())


@pytest.fixture(autouse=True)
def _joblib(monkeypatch: pytest.MonkeyPatch) -> None:
    package, module = types.ModuleType("joblib"), types.ModuleType("joblib.numpy_pickle")
    vars(module)["NumpyArrayWrapper"] = NumpyArrayWrapper
    monkeypatch.setitem(sys.modules, "joblib", package)
    monkeypatch.setitem(sys.modules, "joblib.numpy_pickle", module)


def dumped(value: object, *, protocol: int = 4, padded: bool = True) -> bytes:
    stream = io.BytesIO()
    Pickler(stream, protocol=protocol, padded=padded).dump(value)
    return stream.getvalue()


def facts(data: bytes) -> PickleFacts:
    return pickle_facts(io.BytesIO(data))


KINDS = {
    "numbers": np.arange(1000, dtype="f8"),
    "matrix": np.ones((3, 70_000), dtype="i4"),
    "scalar": np.array(5.0),
    "empty": np.zeros((0, 4)),
    "texts": np.array(["ab", "c"]),
    "bytes": np.array([b"ab", b"c"]),
    "times": np.array(["2020-01-01"], dtype="M8[D]"),
    "structured": np.zeros(3, dtype=[("a", "<i4"), ("b", "S3")]),
    "truths": np.array([True, False]),
}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", KINDS)
def test_what_follows_an_array_is_found(kind: str, protocol: int) -> None:
    found = facts(dumped([KINDS[kind], KINDS[kind], os.getcwd], protocol=protocol))
    assert set(found.globals) - {"_codecs.encode"} == ARRAYS | {GETCWD}
    assert (found.unresolved, found.streams, found.trailing) == ((), 1, 0)


def test_arrays_without_padding_are_passed_over() -> None:
    found = facts(dumped([np.zeros(1000), os.getcwd], padded=False))
    assert set(found.globals) == ARRAYS | {GETCWD}
    assert found.unresolved == ()


@pytest.mark.parametrize("dtype", [object, [("a", "i4"), ("b", object)]])
def test_arrays_of_objects_are_followed_after_one_of_numbers(dtype: Any) -> None:
    objects = np.zeros(2, dtype=dtype)
    found = facts(dumped([np.ones(3), objects, os.getcwd]))
    assert set(found.globals) >= ARRAYS | {GETCWD}
    assert found.streams == 2
    assert found.unresolved == ()


def test_an_array_of_objects_means_something_else_to_other_loaders() -> None:
    found = facts(dumped([np.array([os.getcwd], dtype=object), len]))
    assert set(found.globals) >= ARRAYS | {GETCWD, "builtins.len"}
    assert found.unresolved == ("joblib.load and other loaders would import different things",)


def test_data_that_only_other_loaders_would_run_is_told() -> None:
    harmful = b"cos\nsystem\n)R."
    found = facts(dumped([np.frombuffer(harmful, dtype="u1"), len], padded=False))
    assert set(found.globals) == ARRAYS | {"builtins.len"}
    assert found.unresolved == ("joblib.load and other loaders would import different things",)


def test_compressed_files_are_followed() -> None:
    found = facts(zlib.compress(dumped([np.arange(100_000), os.getcwd])))
    assert found.container == "compressed"
    assert set(found.globals) == ARRAYS | {GETCWD}
    assert found.unresolved == ()


def test_a_file_that_breaks_off_in_an_array_is_told() -> None:
    assert facts(dumped([np.arange(1000), len])[:-500]).unresolved == ("a pickle breaks off",)


WRAPPER = b"\x80\x04\x8c\x13joblib.numpy_pickle\x8c\x11NumpyArrayWrapper\x93"
DTYPE = b"\x8c\x05dtype\x8c\x05numpy\x8c\x05dtype\x93\x8c\x02f8\x85R"


def state(shape: bytes, dtype: bytes = DTYPE, more: bytes = b"") -> bytes:
    return b"}(\x8c\x05shape" + shape + dtype + more + b"ub"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (WRAPPER + b")\x81" + state(b"N"), "an array of joblib with an unknown size"),
        (WRAPPER + b")\x81" + state(b"J\xff\xff\xff\xff\x85"), "an array of joblib with an unknown size"),
        (WRAPPER + b")\x81" + state(b"\x8c\x01x\x85"), "an array of joblib with an unknown size"),
        (WRAPPER + b")\x81" + state(b")", b"\x8c\x05dtypeN"), "an array of joblib with an unknown size"),
        (WRAPPER + b")\x81" + state(b")", more=b"\x8c\x1bnumpy_array_alignment_bytesN"), "an array of joblib with an"),
        (WRAPPER + b")\x81Nb", "an array of joblib with an unknown state"),
        (WRAPPER + b")\x81}N\x86b", "an array of joblib with an unknown state"),
        (WRAPPER + b")\x81" + state(b")", DTYPE + b"Nb"), "an array of joblib with an unknown state"),
        (WRAPPER + b")\x81\x85.", "an array of joblib is used in a way of its own"),
        (WRAPPER + b"\x85.", "an array of joblib is used in a way of its own"),
        (b"]" + WRAPPER[2:] + b"a.", "an array of joblib is used in a way of its own"),
        (b"](" + WRAPPER[2:] + b"e.", "an array of joblib is used in a way of its own"),
        (b"(" + WRAPPER[2:] + b"l.", "an array of joblib is used in a way of its own"),
        (b"(" + WRAPPER[2:] + b"t.", "an array of joblib is used in a way of its own"),
        (b"(" + WRAPPER[2:] + b"icopyreg\n_reconstructor\n.", "an array of joblib is used in a way of its own"),
        (b"(ccopyreg\n_reconstructor\n" + WRAPPER[2:] + b"o.", "an array of joblib is used in a way of its own"),
        (WRAPPER + b"0}\x8c\x01x" + WRAPPER[2:] + b"s.", "an array of joblib is used in a way of its own"),
        (WRAPPER + b")\x81}(\x8c\x05shapeM\x00\x7f\x85" + DTYPE + b"ub\x00", "a pickle breaks off"),
    ],
)
def test_arrays_of_unknown_size_are_told(data: bytes, reason: str) -> None:
    assert any(said.startswith(reason) for said in facts(data).unresolved)


def test_an_array_that_is_taken_from_the_memo_is_passed_over_too() -> None:
    data = WRAPPER + b")\x81\x940h\x00" + state(b"K\x01\x85") + b"\xff" * 8 + b"cos\ngetcwd\n."
    assert GETCWD.replace("posix", "os") in facts(data).globals


@pytest.mark.parametrize(
    ("code", "described", "size"),
    [
        (b"S3", b"K\x05", 5),
        (b"S3", b"J\xff\xff\xff\xff", 3),
        (b"U2", b"J\xff\xff\xff\xff", 8),
        (b"i4", b"K\x63", 4),
        (b"V7", b"K\x06", 6),
    ],
)
def test_the_size_of_an_element_is_that_of_numpy(code: bytes, described: bytes, size: int) -> None:
    numpy_state = b"(K\x03NNNN" + described + b"K\x00K\x00tb"
    dtype = DTYPE.replace(b"f8", code) + numpy_state
    data = WRAPPER + b")\x81" + state(b"K\x03\x85", dtype) + b"\xff" * (3 * size) + b"cos\ngetcwd\n."
    found = facts(data)
    assert "os.getcwd" in found.globals
    assert found.unresolved == ()


def test_a_size_that_is_no_number_is_unknown() -> None:
    dtype = DTYPE.replace(b"f8", b"S3") + b"(K\x03NNNNNK\x00K\x00tb"
    data = WRAPPER + b")\x81" + state(b"K\x03\x85", dtype) + b"."
    assert facts(data).unresolved == ("an array of joblib with an unknown size",)


def test_flags_that_are_no_number_mean_objects() -> None:
    dtype = DTYPE.replace(b"f8", b"V3") + b"(K\x03NNNNK\x03K\x00Ntb"
    data = WRAPPER + b")\x81" + state(b"K\x03\x85", dtype) + pickle.dumps(os.getcwd) + b"."
    assert GETCWD in facts(data).globals


def test_a_memo_that_is_full_forgets_no_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.inspect.pickle_machine.MAX_MEMO", 3)
    found = facts(dumped([np.ones(3), "a", "b", "c", "d"]))
    assert "a pickle with a memo that is too large" in found.unresolved


def test_long_tuples_are_only_data() -> None:
    found = facts(dumped([np.ones(2), tuple(range(100)), {n: {"a": 1} for n in range(3)}, os.getcwd]))
    assert GETCWD in found.globals
    assert found.unresolved == ()


def test_other_objects_get_their_items_and_states() -> None:
    found = facts(dumped([np.ones(2), collections.OrderedDict(a=1), argparse.Namespace(b=2), os.getcwd]))
    assert set(found.called) == {"argparse.Namespace", "collections.OrderedDict", "numpy.dtype", min(ARRAYS)}
    assert found.unresolved == ()


def test_items_set_one_by_one_are_known() -> None:
    one_by_one = b"}\x8c\x05shape)s" + DTYPE + b"sb"
    data = WRAPPER + b")\x81" + one_by_one + b"\xff" * 8 + b"cos\ngetcwd\n."
    assert "os.getcwd" in facts(data).globals
