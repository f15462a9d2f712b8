"""The wire format of Protocol Buffers, as far as finding a few fields in a large message needs it.

https://protobuf.dev/programming-guides/encoding. Nothing is copied: what is not looked into costs a step, however
long it is.
"""

from __future__ import annotations

from collections.abc import Iterator

MAX_MESSAGE = 2**31 - 1
"""Longest message that the format allows, in bytes."""

_MAX_VARINT = 10
_MAX_VALUE = 2**64
_SIGN = 2**63
_MAX_NUMBER = 2**29
_MAX_GROUPS = 100

_VARINT, _FIXED_64, _DELIMITED, _GROUP, _GROUP_END, _FIXED_32 = range(6)


class MalformedError(ValueError):
    """Bytes that are no message; says why."""


class Reader:
    """Goes through messages, and gives up when it saw ``budget`` fields in all of them together."""

    def __init__(self, budget: int) -> None:
        self._budget = budget

    def fields(self, message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
        """The fields of a message in their order, each with its number.

        A value is an unsigned number, or the bytes of a text or message. Numbers of a fixed width and groups, which
        nothing that is read here has, are passed over.

        Raises:
            MalformedError: the message is damaged, or there is too much of it.
        """
        position, depth = 0, 0
        while position < len(message):
            tag, position = _varint(message, position)
            number, wire = tag >> 3, tag & 7
            self._spend(number)
            value: int | memoryview | None = None
            if wire == _VARINT:
                value, position = _varint(message, position)
            elif wire == _DELIMITED:
                length, begin = _varint(message, position)
                position = begin + length
                value = message[begin:position]
            else:
                position += {_FIXED_64: 8, _FIXED_32: 4}.get(wire, 0)
                depth = _nested(depth, wire)
            if position > len(message):
                raise MalformedError("it ends within a field")
            if value is not None and not depth:
                yield number, value
        if depth:
            raise MalformedError("it ends within a group")

    def _spend(self, number: int) -> None:
        self._budget -= 1
        if self._budget < 0:
            raise MalformedError("it has more fields than are read")
        if not 0 < number < _MAX_NUMBER:
            raise MalformedError(f"it has a field with the number {number}")


def signed(value: int) -> int:
    """A number of the type ``int64`` as a field holds it."""
    return value - _MAX_VALUE if value >= _SIGN else value


def text(value: memoryview, limit: int) -> str:
    """A text of at most ``limit`` bytes.

    Raises:
        MalformedError: it is longer, or not in UTF-8.
    """
    if len(value) > limit:
        raise MalformedError(f"a name in it has {len(value)} bytes, at most {limit} are read")
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        raise MalformedError("a name in it is not in UTF-8") from None


def _nested(depth: int, wire: int) -> int:
    """How many groups are open after a field of this kind that is no value."""
    depth += {_GROUP: 1, _GROUP_END: -1, _FIXED_32: 0, _FIXED_64: 0}.get(wire, _MAX_GROUPS)
    if not 0 <= depth < _MAX_GROUPS:
        raise MalformedError("it has a field of an unknown kind, or groups that do not end")
    return depth


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    """The number at ``position``, and where it ends."""
    if position < len(message) and message[position] < 0x80:  # noqa: PLR2004 - most numbers have one byte
        return message[position], position + 1
    value = 0
    for index, byte in enumerate(message[position : position + _MAX_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            if value >= _MAX_VALUE:
                raise MalformedError("a number in it has more than 64 bits")
            return value, position + index + 1
    raise MalformedError("a number in it does not end")
