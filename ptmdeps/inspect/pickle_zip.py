"""Pickles in zip archives: the layout of ``torch.save`` since 2020, NumPy's ``.npz``, and whatever else unpickles."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from typing import TYPE_CHECKING, cast

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.archives import HEAD, Guarded, packing_of
from ptmdeps.inspect.byte_source import ByteSource
from ptmdeps.inspect.formats import PICKLE_FORMATS, file_format
from ptmdeps.inspect.pickle_facts import Findings
from ptmdeps.inspect.pickle_streams import read_streams
from ptmdeps.paths import printable, safe_path

if TYPE_CHECKING:
    from typing import IO

    from ptmdeps.inspect.byte_source import Bytes
    from ptmdeps.inspect.pickle_facts import Limits

MAX_DIRECTORY = 16 * 1024 * 1024
"""Longest central directory that is read, in bytes: some hundred thousand members."""

_TORCH_PICKLE = re.compile(r"[^/]+/data\.pkl", re.IGNORECASE)
# Members that torch reads as raw bytes, numbers or text, never as a pickle: caffe2/serialize/inline_container.cc,
# torch/csrc/jit/serialization/import.cpp. Everything else is looked at, whatever it is called.
_TORCH_RAW = re.compile(
    r"[^/]+/(?:data/\d+|constants/\d+|version|byteorder|\.format_version|\.storage_alignment|\.data/serialization_id"
    r"|code/.*\.py|extra/.*)"
)
_ENCRYPTED = 0x1
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, NotImplementedError, RuntimeError, ValueError),  # OSError: from bz2
)


def read_zip(stream: Bytes, findings: Findings, limits: Limits) -> str:
    """Follow every pickle among the members, and say which layout it is: ``torch-zip`` or ``zip``."""
    try:
        with zipfile.ZipFile(cast("IO[bytes]", Guarded(stream, MAX_DIRECTORY))) as archive:
            return _read_members(archive, findings, limits)
    except _UNREADABLE:
        findings.unresolved.add("the zip archive cannot be read")
    return "zip"


def _read_members(archive: zipfile.ZipFile, findings: Findings, limits: Limits) -> str:
    members = archive.infolist()
    is_torch = any(_TORCH_PICKLE.fullmatch(member.filename) for member in members)
    findings.unresolved |= _disputable(members)
    for member in members:
        if not (is_torch and _TORCH_RAW.fullmatch(member.filename)):
            _read_member(archive, member, findings, limits)
    return "torch-zip" if is_torch else "zip"


def _disputable(members: list[zipfile.ZipInfo]) -> set[str]:
    """Why two readers of this archive may see different files."""
    reasons = set()
    names = Counter(member.filename.casefold() for member in members)
    if any(count > 1 for count in names.values()):
        reasons.add("the zip archive holds two members of one name")
    if members and min(member.header_offset for member in members) > 0:
        reasons.add("the zip archive holds bytes before its first member")
    for member in members:
        try:
            safe_path(member.filename.rstrip("/"))
        except UnsafeContent:
            reasons.add("the zip archive holds a member with an unsafe name")
    return reasons


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, findings: Findings, limits: Limits) -> None:
    name = printable(member.filename)
    if member.flag_bits & _ENCRYPTED:
        findings.unresolved.add(f"`{name}` in the zip archive is encrypted")
    elif member.compress_type != zipfile.ZIP_STORED and member.file_size > limits.unpacked:
        findings.unresolved.add(f"`{name}` in the zip archive is too large to unpack")
    elif not member.is_dir():
        try:
            with archive.open(member) as content:
                _read_content(ByteSource(content), member.filename, findings, limits)
        except _UNREADABLE:
            findings.unresolved.add(f"`{name}` in the zip archive cannot be read")


def _read_content(source: ByteSource, name: str, findings: Findings, limits: Limits) -> None:
    if packing_of(source.peek(HEAD)):
        findings.unresolved.add(f"`{printable(name)}` in the zip archive is packed itself")
        return
    found = Findings(opcodes=findings.opcodes)
    read_streams(source, found, limits)
    if found.streams or file_format(name) in PICKLE_FORMATS:
        findings.add(found)
    else:  # a text that would stop an unpickler, called a text
        findings.opcodes = found.opcodes
