"""Pickles of joblib, which hold the data of arrays between their instructions.

After the state of a ``NumpyArrayWrapper`` follow, in the stream, one byte that says how much padding follows, the
padding, and ``dtype.itemsize`` bytes for each element; or, where the elements are objects, a whole pickle
(``joblib/numpy_pickle.py``). To pass over them, this machine knows small integers, tuples, dictionaries and dtypes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptmdeps.inspect.pickle_machine import JOBLIB_ARRAY, Global, Item, LimitReachedError, Machine, Result

if TYPE_CHECKING:
    from ptmdeps.inspect.byte_source import ByteSource
    from ptmdeps.inspect.pickle_facts import Findings, Limits

MAX_TUPLE = 64
"""Longest tuple whose items are known: a shape, the state of a dtype."""

_PADDING = "numpy_array_alignment_bytes"  # joblib before 1.2 has neither the attribute nor the padding
_ARRAY_ATTRIBUTES = frozenset({"shape", "dtype", _PADDING})

_DTYPE_CODE = re.compile(r"([biufcmMSUVO])(\d{1,9})")
_BYTES_OF_CHARACTER = 4
# arraydescr_setstate in numpy/_core/src/multiarray/descriptor.c: the state of these kinds says their size again
_KINDS_WITH_SIZE = frozenset("SUV")
_STATE_SIZE, _STATE_FLAGS, _STATE_LENGTH = 5, 7, 8
_FLAG_OBJECTS = 1  # NPY_ITEM_REFCOUNT


@dataclass(slots=True)
class _Dtype:
    """A dtype: its kind, the bytes of an element, and whether these are references to objects."""

    kind: str
    size: int
    objects: bool


@dataclass(frozen=True, slots=True)
class _Array(Result):
    """An array whose data follows when it has got its state."""


class JoblibMachine(Machine):
    """A pickle machine that passes over the arrays of joblib."""

    remembered = (str, Global, _Dtype, _Array)
    forgets = False

    def __init__(self, source: ByteSource, findings: Findings, limits: Limits) -> None:
        super().__init__(source, findings, limits)
        self._actions |= {
            b"K"[0]: (self.integer, 1),
            b"M"[0]: (self.integer, 2),
            b"J"[0]: (self.integer, 4),
            b")"[0]: (self.tuple_of, 0),
            b"t"[0]: (self.collect_tuple, 0),
            b"}"[0]: (self.dictionary, 0),
            b"s"[0]: (self.set_item, 0),
            b"u"[0]: (self.set_items, 0),
            b"R"[0]: (self.reduce, 0),
        }

    def integer(self, size: int) -> None:
        """BININT, BININT1, BININT2."""
        self._stack.append(int.from_bytes(self._source.read(size), "little", signed=size == _BYTES_OF_CHARACTER))

    def dictionary(self, _size: int) -> None:
        """EMPTY_DICT."""
        self._stack.append({})

    def change(self, count: int) -> None:
        """APPEND."""
        self._refuse_arrays(self._stack[-count:])
        super().change(count)

    def change_many(self, size: int) -> None:
        """APPENDS, ADDITEMS."""
        self._refuse_arrays(self._above_mark())
        super().change_many(size)

    def collect(self, size: int) -> None:
        """LIST, DICT, FROZENSET."""
        self._refuse_arrays(self._above_mark())
        super().collect(size)

    def instantiate_lines(self, size: int) -> None:
        """INST."""
        self._refuse_arrays(self._above_mark())
        super().instantiate_lines(size)

    def instantiate_mark(self, size: int) -> None:
        """OBJ."""
        self._refuse_arrays(self._above_mark())
        super().instantiate_mark(size)

    def tuple_of(self, count: int) -> None:
        """EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3."""
        self._push_tuple([self._pop() for _ in range(count)][::-1])

    def collect_tuple(self, _size: int) -> None:
        """TUPLE."""
        self._push_tuple(self._pop_mark())

    def set_item(self, _size: int) -> None:
        """SETITEM."""
        value, key = self._pop(), self._pop()
        self._set([key, value])

    def set_items(self, _size: int) -> None:
        """SETITEMS."""
        self._set(self._pop_mark())

    def reduce(self, _size: int) -> None:
        """REDUCE; of calls only that of a dtype has a value."""
        arguments = self._pop()
        called = self._top()
        self._stack.append(arguments)
        self.call(1)
        match called, arguments:
            case Global(name="numpy.dtype"), (str(code), *_) if known := _DTYPE_CODE.fullmatch(code):
                size = int(known[2]) * (_BYTES_OF_CHARACTER if known[1] == "U" else 1)
                self._stack[-1] = _Dtype(known[1], size, objects=known[1] == "O")

    def _push_tuple(self, items: list[Item]) -> None:
        self._refuse_arrays(items)
        self._stack.append(tuple(items) if len(items) <= MAX_TUPLE else None)

    def _set(self, items: list[Item]) -> None:
        self._refuse_arrays(items)
        target = self._top()
        if isinstance(target, dict):
            pairs = zip(items[::2], items[1::2], strict=False)
            target.update((key, value) for key, value in pairs if isinstance(key, str) and key in _ARRAY_ATTRIBUTES)
        self._changed()

    def _above_mark(self) -> list[Item]:
        return self._stack[self._marks[-1] if self._marks else 0 :]

    def _refuse_arrays(self, items: list[Item]) -> None:
        """An array without its data, or its class, as a part of something: then its data may be read anywhere."""
        for item in items:
            if isinstance(item, _Array) or (isinstance(item, Global) and _names_array(item.name)):
                self._findings.unresolved.add("an array of joblib is used in a way of its own")

    def _call(self, called: Item) -> None:
        super()._call(called)
        if isinstance(called, Global) and _names_array(called.name):
            self._stack[-1] = _Array(called.name)

    def _built(self, target: Item, state: Item) -> None:
        match target, state:
            case _Dtype(), tuple() if len(state) >= _STATE_LENGTH:
                _change_dtype(target, state[_STATE_SIZE], state[_STATE_FLAGS])
            case _Array(), dict():
                self._pass_over_array(state)
                self._stack[-1] = None
            case ((_Dtype() | _Array()), _):
                raise LimitReachedError("an array of joblib with an unknown state")
            case _:
                super()._built(target, state)

    def _pass_over_array(self, state: dict[str, Item]) -> None:
        match state.get("dtype"), state.get("shape"):
            case _Dtype(objects=True), _:
                Machine(self._source, self._findings, self._limits).run()
                return
            case _Dtype(size=size), tuple(shape) if size >= 0 and all(isinstance(side, int) for side in shape):
                length = size * math.prod(side for side in shape if isinstance(side, int))
            case _:
                raise LimitReachedError("an array of joblib with an unknown size")
        padded = state.get(_PADDING)
        if length < 0 or (_PADDING in state and not isinstance(padded, int)):
            raise LimitReachedError("an array of joblib with an unknown size")
        self._source.skip(length + (self._source.byte() if _PADDING in state else 0))


def _names_array(name: str) -> bool:
    return name.replace(":", ".").rpartition(".")[2] == JOBLIB_ARRAY


def _change_dtype(dtype: _Dtype, size: Item, flags: Item) -> None:
    if dtype.kind in _KINDS_WITH_SIZE:
        # -1 leaves the size as it is; what is no known integer makes it unknown
        dtype.size = size if isinstance(size, int) and size >= 0 else dtype.size if size == -1 else -1
    if dtype.kind == "V":
        dtype.objects = bool(flags & _FLAG_OBJECTS) if isinstance(flags, int) else True
