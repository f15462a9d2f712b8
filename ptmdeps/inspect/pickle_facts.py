"""What is known about the pickles in a file without loading them."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_REASONS = 20
"""Most reasons that are kept for one file; one is enough to refuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much work a file may cause.

    Attributes:
        opcodes: pickle instructions in the whole file; 20 million take about half a minute.
        names: different globals in the whole file.
        streams: pickles that follow one another.
        unpacked: bytes that may be unpacked from compressed data.
    """

    opcodes: int = 20_000_000
    names: int = 2_000
    streams: int = 10_000
    unpacked: int = 4 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class PickleFacts:
    """Everything the pickles of one file import and call.

    A global is written ``module.name``; if the name has dots of its own, ``module:outer.inner``. Names are those of the
    file (a pickle of protocol 2 says ``__builtin__`` for ``builtins``), with characters that cannot be printed escaped.

    Attributes:
        container: how the pickles are packed: ``pickle``, ``torch-legacy``, ``torch-zip``, ``zip``, ``numpy``,
            ``compressed``, ``tar``, or ``none`` for bytes that no unpickler can do anything with.
        globals: every global that unpickling would import, sorted; complete if ``unresolved`` is empty.
        called: those that it would call, and ``module.name()`` where it calls what such a call gave, sorted.
        unresolved: why the sets may lack something, sorted; empty for nearly every honest file.
        streams: number of complete pickles.
        trailing: bytes after the last pickle that belong to no known layout.
        persistent: whether objects are named that the loader brings itself, as ``torch.load`` does for tensors.
    """

    container: str
    globals: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    streams: int = 0
    trailing: int = 0
    persistent: bool = False


@dataclass(slots=True, kw_only=True)
class Findings:
    """Facts while they are collected; ``opcodes`` counts the instructions of the whole file up to here."""

    globals: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    unresolved: set[str] = field(default_factory=set)
    streams: int = 0
    trailing: int = 0
    persistent: bool = False
    opcodes: int = 0

    def evidence(self) -> bool:
        """Whether anything was found that could have an effect."""
        return bool(self.globals or self.unresolved)

    def add(self, other: Findings) -> None:
        """Take over everything that ``other`` found."""
        self.globals |= other.globals
        self.called |= other.called
        self.unresolved |= other.unresolved
        self.streams += other.streams
        self.trailing += other.trailing
        self.persistent |= other.persistent
        self.opcodes = max(self.opcodes, other.opcodes)

    def facts(self, container: str) -> PickleFacts:
        """The facts, now that everything is found."""
        return PickleFacts(
            container=container,
            globals=tuple(sorted(self.globals)),
            called=tuple(sorted(self.called)),
            unresolved=tuple(sorted(self.unresolved)[:MAX_REASONS]),
            streams=self.streams,
            trailing=self.trailing,
            persistent=self.persistent,
        )
