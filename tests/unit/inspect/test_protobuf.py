from __future__ import annotations

import pytest

from ptmdeps.inspect.protobuf import MalformedError, Reader, signed, text
from tests.unit.inspect.protobuf_bytes import field, varint


def fields(data: bytes, budget: int = 100) -> list[tuple[int, int | bytes]]:
    found = Reader(budget).fields(memoryview(data))
    return [(number, value if isinstance(value, int) else bytes(value)) for number, value in found]


def test_numbers_and_bytes_are_read() -> None:
    data = field(1, 150) + field(2, "testing") + field(3, -1) + field(2**29 - 1, b"")
    assert data.startswith(b"\x08\x96\x01\x12\x07testing")  # the examples of the specification
    assert fields(data) == [(1, 150), (2, b"testing"), (3, 2**64 - 1), (2**29 - 1, b"")]
    assert signed(2**64 - 1) == -1
    assert signed(2**63 - 1) == 2**63 - 1


def test_numbers_of_fixed_width_and_groups_are_passed_over() -> None:
    group = b"\x2b" + field(1, 7) + b"\x33" + field(2, "x") + b"\x34\x2c"
    assert fields(b"\x09" + bytes(8) + b"\x15" + bytes(4) + group + field(4, 9)) == [(4, 9)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x08", "a number in it does not end"),
        (b"\x08" + b"\xff" * 9, "a number in it does not end"),
        (b"\x08" + b"\x80" * 10 + b"\x01", "a number in it does not end"),
        (b"\x08" + b"\xff" * 9 + b"\x02", "more than 64 bits"),
        (b"\x12\x05abcd", "it ends within a field"),
        (b"\x12" + varint(2**63), "it ends within a field"),
        (b"\x09" + bytes(7), "it ends within a field"),
        (b"\x15" + bytes(3), "it ends within a field"),
        (b"\x00\x01", "a field with the number 0"),
        (varint(2**29 << 3) + b"\x01", "a field with the number 536870912"),
        (b"\x0e", "a field of an unknown kind"),
        (b"\x0f", "a field of an unknown kind"),
        (b"\x0c", "groups that do not end"),
        (b"\x0b", "it ends within a group"),
        (b"\x0b" * 100_000, "groups that do not end|more fields than are read"),
        (field(1, 1) * 101, "more fields than are read"),
    ],
)
def test_what_is_no_message_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        fields(data)


def test_the_budget_is_one_for_all_messages() -> None:
    reader = Reader(3)
    assert len(list(reader.fields(memoryview(field(1, 1) * 2)))) == 2
    with pytest.raises(MalformedError, match="more fields"):
        list(reader.fields(memoryview(field(1, 1) * 2)))


def test_texts_are_short_and_utf_8() -> None:
    assert text(memoryview("ü".encode()), 2) == "ü"
    with pytest.raises(MalformedError, match="has 3 bytes, at most 2"):
        text(memoryview(b"abc"), 2)
    with pytest.raises(MalformedError, match="not in UTF-8"):
        text(memoryview(b"\xff"), 2)
