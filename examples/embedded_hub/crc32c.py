"""CRC-32C (Castagnoli), which object stores and TensorFlow's checkpoints use: RFC 3720, appendix B.4."""

from __future__ import annotations

_POLYNOMIAL = 0x82F63B78
_MASK_DELTA = 0xA282EAD8
_BITS = 32


def _entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    return value


_TABLE = tuple(map(_entry, range(256)))


def crc32c(data: bytes) -> int:
    """Return the checksum of some bytes."""
    value = 0xFFFFFFFF
    for byte in data:
        value = _TABLE[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFF


def masked(checksum: int) -> int:
    """Return a checksum as LevelDB's table format stores it: rotated by 15 bits, plus a constant."""
    return ((checksum >> 15 | checksum << _BITS - 15) + _MASK_DELTA) & 0xFFFFFFFF
