"""A pickle machine that moves names instead of objects.

It executes the instructions of a pickle as ``pickle.Unpickler`` does (https://docs.python.org/3/library/pickletools.html
describes each), on a stack of which it knows only what matters: texts, because a global may be named by them; globals;
and what calling a global gave. Nothing is imported, built or called. Where ``Unpickler`` would raise, it stops too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from ptmdeps.inspect.byte_source import EndOfBytesError
from ptmdeps.inspect.pickle_instructions import INSTRUCTIONS, LINE, PREFIXES, STOP
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.inspect.byte_source import ByteSource
    from ptmdeps.inspect.pickle_facts import Findings, Limits

MAX_NAME = 500
"""Longest text that may name a module or a global, in bytes; longer texts are data."""

MAX_STACK, MAX_MARKS, MAX_MEMO = 1_000_000, 100_000, 300_000
HIGHEST_PROTOCOL = 5

JOBLIB_ARRAY = "NumpyArrayWrapper"
"""Class of joblib whose instances are followed by the data of an array, which is no pickle."""

JOBLIB_FILES = frozenset(
    f"{package}.{name}"
    for package in ("joblib.numpy_pickle_compat", "joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle")
    for name in ("NDArrayWrapper", "ZNDArrayWrapper")
)
"""Classes of joblib before 0.10, whose arrays lie in files of their own."""


class DamagedPickleError(ValueError):
    """The unpickler would raise here; says why."""


class BrokenOffError(DamagedPickleError):
    """The bytes end inside the pickle."""


class LimitReachedError(ValueError):
    """The pickle is larger than what is looked at; says which limit."""


@dataclass(frozen=True, slots=True)
class Global:
    """A class, function or other thing of a module."""

    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """What calling a global gave."""

    name: str


Item: TypeAlias = object
"""One value on the stack: str, int, Global or Result; None for everything that is only data."""


class Machine:
    """Runs one stream of instructions, up to its STOP, and notes in ``findings`` what it would import and call."""

    remembered: ClassVar[tuple[type, ...]] = (str, Global)
    """What the memo gives back; everything else comes back as data."""

    forgets: ClassVar[bool] = True
    """Whether a memo that is full may give data for what does not fit, or is too large."""

    def __init__(self, source: ByteSource, findings: Findings, limits: Limits) -> None:
        self._source = source
        self._findings = findings
        self._limits = limits
        self._stack: list[Item] = []
        self._marks: list[int] = []
        self.has_joblib_arrays = False
        self._memo = _Memo(self.remembered, forgets=self.forgets)
        self._actions = {code: (getattr(self, name), size) for code, (name, size) in INSTRUCTIONS.items()}

    def run(self) -> Item:
        """Execute up to STOP and give the value it leaves.

        Raises:
            DamagedPickleError: the stream breaks off or breaks the rules, as ``Unpickler`` would find.
            LimitReachedError: the stream wants more work or memory than is given to it.
        """
        source, findings, actions = self._source, self._findings, self._actions
        try:
            while (code := source.byte()) != STOP:
                findings.opcodes += 1
                if not findings.opcodes & 0xFFF:
                    self._check_limits()
                if code not in actions:
                    raise DamagedPickleError(f"0x{code:02x} is no instruction of a pickle")
                action, size = actions[code]
                action(size)
        except EndOfBytesError:
            raise BrokenOffError("a pickle breaks off") from None
        findings.streams += 1
        return self._pop()

    def _check_limits(self) -> None:
        if self._findings.opcodes > self._limits.opcodes:
            raise LimitReachedError(f"more than {self._limits.opcodes} pickle instructions")
        if len(self._findings.globals) > self._limits.names:
            raise LimitReachedError(f"more than {self._limits.names} different globals")
        if len(self._stack) > MAX_STACK or len(self._marks) > MAX_MARKS:
            raise LimitReachedError("a pickle that nests too deep")

    # arguments

    def _length(self, size: int) -> int:
        """Number of bytes that an argument takes; where it has a length in front, that is read."""
        if size >= 0:
            return size
        width, signed = PREFIXES[size]
        length = int.from_bytes(self._source.read(width), "little", signed=signed)
        if length < 0:
            raise DamagedPickleError("a negative length")
        return length

    def _skip(self, size: int) -> None:
        if size == LINE:
            self._source.line(0)
        else:
            self._source.skip(self._length(size))

    def _number(self, size: int) -> int:
        if size != LINE:
            return int.from_bytes(self._source.read(size), "little")
        digits, whole = self._source.line(40)
        if not (whole and digits.strip().isdigit()):
            raise DamagedPickleError("the number of a memo entry is none")
        return int(digits)

    # the stack

    def _pop(self) -> Item:
        if len(self._stack) <= (self._marks[-1] if self._marks else 0):
            raise DamagedPickleError("a pickle takes more from its stack than there is")
        return self._stack.pop()

    def _top(self) -> Item:
        item = self._pop()
        self._stack.append(item)
        return item

    def _pop_mark(self) -> list[Item]:
        if not self._marks:
            raise DamagedPickleError("a pickle takes more from its stack than there is")
        start = self._marks.pop()
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def mark(self, _size: int) -> None:
        """MARK."""
        self._marks.append(len(self._stack))

    def pop(self, _size: int) -> None:
        """POP takes a mark as well."""
        if self._marks and self._marks[-1] == len(self._stack):
            self._marks.pop()
        else:
            self._pop()

    def pop_mark(self, _size: int) -> None:
        """POP_MARK."""
        self._pop_mark()

    def duplicate(self, _size: int) -> None:
        """DUP."""
        self._stack.append(self._top())

    def data(self, size: int) -> None:
        """Instructions that push a number, bytes or an empty collection."""
        if size:
            self._skip(size)
        self._stack.append(None)

    def long(self, size: int) -> None:
        """LONG and LONG1: integers are kept if short, as one of them is the mark of a torch file."""
        if size == LINE:
            digits, whole = self._source.line(40)
            digits = digits.rstrip(b"L")
            self._stack.append(int(digits) if whole and digits.isdigit() else None)
        else:
            self._stack.append(int.from_bytes(self._source.read(self._length(size)), "little", signed=True))

    def text(self, size: int) -> None:
        """Instructions that push a text."""
        length = self._length(size)
        if length > MAX_NAME:
            self._source.skip(length)
            self._stack.append(None)
        else:
            self._stack.append(_decoded(self._source.read(length), "utf-8"))

    def text_line(self, _size: int) -> None:
        """UNICODE; one with escapes names nothing."""
        line, whole = self._source.line(MAX_NAME)
        self._stack.append(_decoded(line, "latin-1") if whole and b"\\" not in line else None)

    def quoted_line(self, _size: int) -> None:
        """STRING: in quotes; one with escapes names nothing."""
        line, whole = self._source.line(MAX_NAME)
        line = line.strip()
        plain = whole and len(line) > 1 and b"\\" not in line
        self._stack.append(_decoded(line[1:-1], "ascii") if plain else None)

    def collect(self, _size: int) -> None:
        """TUPLE, LIST, DICT, FROZENSET: everything above the mark becomes one value."""
        self._pop_mark()
        self._stack.append(None)

    def tuple_of(self, count: int) -> None:
        """TUPLE1, TUPLE2, TUPLE3."""
        for _ in range(count):
            self._pop()
        self._stack.append(None)

    # changing what is there: methods of the target are called

    def change(self, count: int) -> None:
        """APPEND and SETITEM take ``count`` values and change the one below."""
        for _ in range(count):
            self._pop()
        self._changed()

    def build(self, _size: int) -> None:
        """BUILD gives the value below a state."""
        state = self._pop()
        self._built(self._top(), state)
        self._changed()

    def _built(self, target: Item, _state: Item) -> None:
        if isinstance(target, Result) and target.name in JOBLIB_FILES:
            self._findings.unresolved.add("arrays of joblib lie in other files")

    def change_many(self, _size: int) -> None:
        """APPENDS, SETITEMS, ADDITEMS."""
        self._pop_mark()
        self._changed()

    def _changed(self) -> None:
        target = self._top()
        if isinstance(target, Global):
            self._findings.called.add(target.name)

    # the memo

    def put(self, size: int) -> None:
        """PUT, BINPUT, LONG_BINPUT."""
        self._memo.put(self._number(size), self._top())

    def memoize(self, _size: int) -> None:
        """MEMOIZE: at the number of entries."""
        self._memo.put(len(self._memo), self._top())

    def get(self, size: int) -> None:
        """GET, BINGET, LONG_BINGET."""
        self._stack.append(self._memo.get(self._number(size)))

    # globals and calls

    def import_lines(self, _size: int) -> None:
        """GLOBAL."""
        self._stack.append(self._import_lines())

    def import_stack(self, _size: int) -> None:
        """STACK_GLOBAL."""
        name, module = self._pop(), self._pop()
        if isinstance(name, str) and isinstance(module, str):
            self._stack.append(self._import(module, name))
        else:
            self._findings.unresolved.add("a global is named by something other than plain text")
            self._stack.append(None)

    def instantiate_lines(self, _size: int) -> None:
        """INST: the class in lines, its arguments above the mark."""
        called = self._import_lines()
        self._pop_mark()
        self._call(called)

    def instantiate_mark(self, _size: int) -> None:
        """OBJ: the class and its arguments above the mark."""
        items = self._pop_mark()
        if not items:
            raise DamagedPickleError("a pickle takes more from its stack than there is")
        self._call(items[0])

    def call(self, count: int) -> None:
        """REDUCE, NEWOBJ, NEWOBJ_EX: the callable below ``count`` values."""
        for _ in range(count):
            self._pop()
        self._call(self._pop())

    def extension(self, size: int) -> None:
        """EXT1, EXT2, EXT4: a global that only the running program's registry knows."""
        self._findings.unresolved.add(f"a global is named by extension code {self._number(size)}")
        self._stack.append(None)

    def _import_lines(self) -> Global:
        (module, whole), (name, whole_name) = self._source.line(MAX_NAME), self._source.line(MAX_NAME)
        if not (whole and whole_name):
            raise LimitReachedError(f"the name of a global is longer than {MAX_NAME} bytes")
        try:
            return self._import(module.decode(), name.decode())
        except UnicodeDecodeError:
            raise DamagedPickleError("the name of a global is not UTF-8") from None

    def _import(self, module: str, name: str) -> Global:
        self.has_joblib_arrays |= name.rpartition(".")[2] == JOBLIB_ARRAY
        written = printable(f"{module}{':' if '.' in name else '.'}{name}", limit=2 * MAX_NAME + 1)
        self._findings.globals.add(written)
        return Global(written)

    def _call(self, called: Item) -> None:
        match called:
            case Global(name=name):
                self._findings.called.add(name)
                self._stack.append(Result(name))
            case Result(name=name):
                self._findings.called.add(f"{name}()")
                self._stack.append(called)
            case _:
                self._findings.unresolved.add("something is called that is not a global")
                self._stack.append(None)

    # the rest

    def persistent_line(self, size: int) -> None:
        """PERSID."""
        self._findings.persistent = True
        self.data(size)

    def persistent(self, _size: int) -> None:
        """BINPERSID: what the loader brings for the value on top."""
        self._findings.persistent = True
        self._pop()
        self._stack.append(None)

    def protocol(self, size: int) -> None:
        """PROTO."""
        number = self._number(size)
        if number > HIGHEST_PROTOCOL:
            raise DamagedPickleError(f"pickle protocol {number} is unknown")

    def pass_over(self, size: int) -> None:
        """FRAME and READONLY_BUFFER, which move nothing."""
        self._source.skip(size)


class _Memo:
    """The memo, of which only values of some types are kept.

    ``len()`` counts all entries, because MEMOIZE numbers by it.
    """

    def __init__(self, kept: tuple[type, ...], *, forgets: bool) -> None:
        self._kept = kept
        self._forgets = forgets
        self._items: dict[int, Item] = {}
        self._filled = 0  # all numbers below it are taken
        self._scattered: set[int] = set()

    def __len__(self) -> int:
        return self._filled + len(self._scattered)

    def put(self, number: int, item: Item) -> None:
        """Store ``item``; one too many is forgotten, and then counts as unknown."""
        if isinstance(item, self._kept) and len(self._items) < MAX_MEMO:
            self._items[number] = item
        else:
            self._items.pop(number, None)
        if number >= self._filled:
            self._scattered.add(number)
        while self._filled in self._scattered:
            self._scattered.remove(self._filled)
            self._filled += 1
        if len(self._scattered) > MAX_MEMO or (len(self._items) == MAX_MEMO and not self._forgets):
            raise LimitReachedError("a pickle with a memo that is too large")

    def get(self, number: int) -> Item:
        """The item, None if it is only data."""
        return self._items.get(number)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
