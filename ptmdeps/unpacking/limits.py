"""How much an archive may unpack to, counted while it does: what it says of itself is only ever one more limit."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.unpacking.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is more than a model needs.

    Attributes:
        members: number of files, folders and whatever else an archive may list.
        size: bytes that all of it may unpack to, with headers, also of what is passed over in a compressed tar.
        file_size: bytes of one file.
        ratio: bytes that one byte of the archive may become, once more than ``floor`` came out. Deflate reaches
            1032, bzip2 and xz far more; weights stay below 2, tables of text below 50.
        floor: bytes that may come out of however few.
        depth: folders within folders.
    """

    members: int = 100_000
    size: int = 1 << 40
    file_size: int = 1 << 40
    ratio: int = 200
    floor: int = 1 << 28
    depth: int = 100


USUAL = Limits()
"""What is allowed where nothing else is said."""


class Meter:
    """Counts what goes into and comes out of one archive."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._members = 0
        self._taken = 0
        self._given = 0

    def member(self, name: str, size: int) -> None:
        """One more member, which says that it has ``size`` bytes; ``name`` is printable.

        Raises:
            Fault: one too many, or too large.
        """
        self._members += 1
        if self._members > self.limits.members:
            raise Fault(f"it holds more than {self.limits.members:,} members")
        if size > self.limits.file_size:
            raise Fault(f"`{name}` says it has {size:,} bytes, at most {self.limits.file_size:,} are unpacked")

    def take(self, count: int) -> None:
        """So many bytes were read of the archive."""
        self._taken += count

    def give(self, count: int) -> None:
        """So many bytes came out of it.

        Raises:
            Fault: they are too many, or too many for what went in.
        """
        self._given += count
        if self._given > self.limits.size:
            raise Fault(f"it unpacks to more than {self.limits.size:,} bytes")
        if self._given > self.limits.floor + self.limits.ratio * self._taken:
            raise Fault(f"{self._taken:,} bytes of it unpack to more than {self._given:,}, as those of a bomb do")
