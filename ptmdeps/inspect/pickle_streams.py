"""Pickles that follow one another in a stream: stacked ones, and the older layout of ``torch.save``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ptmdeps.inspect.byte_source import EndOfBytesError
from ptmdeps.inspect.pickle_facts import Findings
from ptmdeps.inspect.pickle_joblib import JoblibMachine
from ptmdeps.inspect.pickle_machine import DamagedPickleError, LimitReachedError, Machine

if TYPE_CHECKING:
    from ptmdeps.inspect.byte_source import ByteSource
    from ptmdeps.inspect.pickle_facts import Limits
    from ptmdeps.inspect.pickle_machine import Item

TORCH_MAGIC = 0x1950A86A20F9469CFC6C
"""What the first pickle of the older layout of ``torch.save`` holds (``torch/serialization.py``)."""

_TORCH_PICKLES_AFTER_MAGIC = 4  # protocol, system, the object, keys of the storages; raw storages follow

NUMPY_MAGIC = b"\x93NUMPY"
"""First bytes of a file of one NumPy array."""

_NUMPY_HEADER = 64 * 1024
_RAW_DTYPE = re.compile(rb"""['"]descr['"]:\s*['"][<>|=]?(?:[biufcSUVmM?]\d*|[mM]8\[\w+\])['"]\s*,""")


def read_streams(source: ByteSource, findings: Findings, limits: Limits) -> str:
    """Follow the pickles from where ``source`` stands, and say which layout they have.

    Returns:
        ``pickle``, ``torch-legacy``, ``numpy``, or ``none`` if an unpickler could do nothing with the bytes.
    """
    if source.peek(len(NUMPY_MAGIC)) == NUMPY_MAGIC:
        _read_numpy(source, findings, limits)
        return "numpy"
    announced = source.peek(1) == b"\x80"  # PROTO, which every pickler since protocol 2 writes first
    try:
        value = _run(source, findings, limits)
        if value == TORCH_MAGIC:
            for _ in range(_TORCH_PICKLES_AFTER_MAGIC):
                _run(source, findings, limits)
            return "torch-legacy"
    except LimitReachedError as error:
        findings.unresolved.add(str(error))
    except DamagedPickleError as error:
        if not announced and not findings.evidence():
            findings.persistent = False
            return "none"
        findings.unresolved.add(str(error))
    else:
        _read_more(source, findings, limits)
    return "pickle"


def _run(source: ByteSource, findings: Findings, limits: Limits) -> Item:
    """Follow one pickle and give its value."""
    position, found = source.position, Findings(opcodes=findings.opcodes)
    machine = Machine(source, found, limits)
    try:
        value = machine.run()
    except DamagedPickleError:
        if not machine.has_joblib_arrays:
            raise
    finally:
        if not machine.has_joblib_arrays:
            findings.add(found)
    if machine.has_joblib_arrays:
        source.seek(position)
        return _run_joblib(source, findings, limits, plain=found)
    return value


def _run_joblib(source: ByteSource, findings: Findings, limits: Limits, *, plain: Findings) -> Item:
    """Follow one pickle as ``joblib.load`` does, now that ``plain`` tells what other loaders would make of it.

    They take the arrays for instructions and soon break off. If they find more before that, a file may have been made
    to look harmless to one of them.
    """
    found = Findings(opcodes=plain.opcodes)
    try:
        return JoblibMachine(source, found, limits).run()
    finally:
        if plain.unresolved or not plain.globals <= found.globals:
            found.unresolved.add("joblib.load and other loaders would import different things")
        findings.add(found)


def _read_more(source: ByteSource, findings: Findings, limits: Limits) -> None:
    """Follow further pickles, each of which a loader may load, up to the end or to other bytes."""
    while source.peek(1):
        if findings.streams >= limits.streams:
            findings.unresolved.add(f"more than {limits.streams} pickles")
            return
        position, found = source.position, Findings(opcodes=findings.opcodes)
        try:
            _run(source, found, limits)
        except LimitReachedError as error:
            found.unresolved.add(str(error))
            findings.add(found)
            return
        except DamagedPickleError:
            source.seek(position)
            findings.trailing = source.remaining()
            findings.unresolved.add("bytes after the last pickle belong to no known layout")
            return
        findings.add(found)


def _read_numpy(source: ByteSource, findings: Findings, limits: Limits) -> None:
    """Follow the pickle in a file of one NumPy array (``numpy/lib/format.py``), which arrays of objects hold."""
    try:
        major = source.read(len(NUMPY_MAGIC) + 2)[-2]
        header = source.read(min(int.from_bytes(source.read(2 if major == 1 else 4), "little"), _NUMPY_HEADER))
    except EndOfBytesError:
        findings.unresolved.add("the header of a NumPy array breaks off")
        return
    if not _RAW_DTYPE.search(header):
        read_streams(source, findings, limits)
