"""The instructions of pickles, as data: https://docs.python.org/3/library/pickletools.html describes each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STOP = ord(".")
"""The instruction that ends a pickle."""

LINE = -1
"""Size of an argument that is a line."""

_PREFIX_1, _PREFIX_4, _PREFIX_4_SIGNED, _PREFIX_8 = -2, -3, -4, -5
PREFIXES = MappingProxyType(
    {_PREFIX_1: (1, False), _PREFIX_4: (4, False), _PREFIX_4_SIGNED: (4, True), _PREFIX_8: (8, False)}
)
"""Sizes of arguments with their length in front: how many bytes that takes, little-endian, and whether it is signed."""

INSTRUCTIONS: Mapping[int, tuple[str, int]] = MappingProxyType(
    {
        code[0]: (action, size)
        for action, instructions in {
            "mark": {b"(": 0},
            "pop": {b"0": 0},
            "pop_mark": {b"1": 0},
            "duplicate": {b"2": 0},
            "data": {
                # INT, BININT, BININT1, BININT2, LONG4, FLOAT, BINFLOAT
                b"I": LINE,
                b"J": 4,
                b"K": 1,
                b"M": 2,
                b"\x8b": _PREFIX_4_SIGNED,
                b"F": LINE,
                b"G": 8,
                # NONE, NEWTRUE, NEWFALSE, EMPTY_LIST, EMPTY_TUPLE, EMPTY_DICT, EMPTY_SET, NEXT_BUFFER
                **dict.fromkeys((b"N", b"\x88", b"\x89", b"]", b")", b"}", b"\x8f", b"\x97"), 0),
                # BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
                b"B": _PREFIX_4,
                b"C": _PREFIX_1,
                b"\x8e": _PREFIX_8,
                b"\x96": _PREFIX_8,
            },
            "long": {b"L": LINE, b"\x8a": _PREFIX_1},
            # BINSTRING, SHORT_BINSTRING, SHORT_BINUNICODE, BINUNICODE, BINUNICODE8
            "text": {
                b"T": _PREFIX_4_SIGNED,
                b"U": _PREFIX_1,
                b"\x8c": _PREFIX_1,
                b"X": _PREFIX_4,
                b"\x8d": _PREFIX_8,
            },
            "text_line": {b"V": LINE},
            "quoted_line": {b"S": LINE},
            # TUPLE, LIST, DICT, FROZENSET
            "collect": dict.fromkeys((b"t", b"l", b"d", b"\x91"), 0),
            "tuple_of": {b"\x85": 1, b"\x86": 2, b"\x87": 3},
            # APPEND, SETITEM; APPENDS, SETITEMS, ADDITEMS
            "change": {b"a": 1, b"s": 2},
            "change_many": dict.fromkeys((b"e", b"u", b"\x90"), 0),
            "build": {b"b": 0},
            "put": {b"p": LINE, b"q": 1, b"r": 4},
            "memoize": {b"\x94": 0},
            "get": {b"g": LINE, b"h": 1, b"j": 4},
            "import_lines": {b"c": 0},
            "import_stack": {b"\x93": 0},
            "extension": {b"\x82": 1, b"\x83": 2, b"\x84": 4},
            "instantiate_lines": {b"i": 0},
            "instantiate_mark": {b"o": 0},
            # REDUCE, NEWOBJ, NEWOBJ_EX
            "call": {b"R": 1, b"\x81": 1, b"\x92": 2},
            "persistent_line": {b"P": LINE},
            "persistent": {b"Q": 0},
            "protocol": {b"\x80": 1},
            # FRAME, READONLY_BUFFER
            "pass_over": {b"\x95": 8, b"\x98": 0},
        }.items()
        for code, size in instructions.items()
    }
)
"""For each instruction the method of Machine, and what it is given: the size of the argument (a number of bytes, LINE
or a key of PREFIXES) or, for an instruction without one, how many values it takes."""
