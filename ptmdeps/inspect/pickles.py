"""Which globals unpickling a file would import, without unpickling it.

The layouts that loaders of models unpickle are known: plain and stacked pickles, both layouts of ``torch.save``, joblib
with its arrays, zip archives, NumPy arrays of objects, and any of these compressed. What cannot be followed is said in
``PickleFacts.unresolved``, so that a policy can refuse it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from ptmdeps.inspect.archives import HEAD, UNPACKABLE, StreamFailure, Unpacked, UnpackingError, packing_of
from ptmdeps.inspect.byte_source import ByteSource
from ptmdeps.inspect.pickle_facts import Findings, Limits, PickleFacts
from ptmdeps.inspect.pickle_machine import BrokenOffError, DamagedPickleError, LimitReachedError, Machine
from ptmdeps.inspect.pickle_streams import NUMPY_MAGIC, read_streams
from ptmdeps.inspect.pickle_zip import read_zip

if TYPE_CHECKING:
    from ptmdeps.inspect.byte_source import Bytes

__all__ = ["Limits", "PickleFacts", "is_pickle", "pickle_facts"]

_DEFAULT_LIMITS = Limits()


def pickle_facts(stream: Bytes, *, limits: Limits = _DEFAULT_LIMITS) -> PickleFacts:
    """What unpickling the file in ``stream`` would import and call.

    ``stream`` is seekable and holds the whole file; only what matters is read: of a file of ``torch.save`` some hundred
    kilobytes, however large it is. Memory stays below some hundred megabytes for every input. Never raises for what
    the file holds: see :class:`PickleFacts` for how doubts are said.

    Raises:
        OSError: the stream itself cannot be read.
    """
    findings = Findings()
    try:
        return findings.facts(_read(stream, findings, limits))
    except StreamFailure as failure:
        raise cast("OSError", failure.__cause__) from None


def is_pickle(prefix: bytes) -> bool:
    """Whether a file that begins with ``prefix`` may hold a pickle, also packed; 4096 bytes are plenty.

    A yes may be wrong, as some texts are pickles too; a no means that an unpickler would stop within these bytes
    without having imported anything.
    """
    if packing_of(prefix[:HEAD]) or prefix.startswith(NUMPY_MAGIC):
        return True
    findings = Findings()
    try:
        Machine(ByteSource(io.BytesIO(prefix)), findings, _DEFAULT_LIMITS).run()
    except BrokenOffError:
        return bool(prefix)
    except (DamagedPickleError, LimitReachedError):
        return findings.evidence()
    return True


def _read(stream: Bytes, findings: Findings, limits: Limits) -> str:
    """Follow the pickles in ``stream``, and say which layout it has."""
    stream.seek(0)
    source = ByteSource(stream)
    packing = packing_of(source.peek(HEAD))
    if not packing:
        return read_streams(source, findings, limits)
    if packing == "zip":
        return read_zip(stream, findings, limits)
    if packing in UNPACKABLE:
        try:
            _read_unpacked(ByteSource(Unpacked(stream, packing, limits.unpacked)), packing, findings, limits)
        except UnpackingError as error:
            findings.unresolved.add(str(error))
    else:
        findings.unresolved.add(f"{packing} data is not looked into")
    return "tar" if packing == "tar" else "compressed"


def _read_unpacked(source: ByteSource, packing: str, findings: Findings, limits: Limits) -> None:
    inner = packing_of(source.peek(HEAD))
    if inner:
        findings.unresolved.add(f"{inner} data inside {packing} data is not looked into")
    else:
        read_streams(source, findings, limits)
