"""What is said of the bytes at an address before anybody fetched them, and whether it is true.

A claim is 64 digits of a SHA-256, ``sha256-prefix:…`` with its first ones, or ``md5:…``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ptmdeps.errors import IntegrityError
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.hubs.protocol import Reading

_TORCH_HASH = re.compile(r"-([a-f0-9]*)\.")
"""How torch.hub finds the beginning of a SHA-256 in the name of a file (``HASH_REGEX`` of ``torch/hub.py``)."""
_FOLDER_HASH = re.compile(r"/([0-9a-f]{64})/")
_FIRST_HASH = re.compile(r"[0-9a-f]{8,64}")
_WHOLE_HASH = re.compile(r"[0-9a-f]{64}")


def claims_of(url: str) -> Iterator[str]:
    """What an address says: a folder of 64 digits, or a name such as ``resnet50-0676ba61.pth``.

    Digits that are decimal throughout are dates and numbers of steps more often than digests: they claim nothing.
    """
    path = urlsplit(url).path
    if folder := _FOLDER_HASH.search(path):
        yield folder[1]
    named = _TORCH_HASH.search(path.rpartition("/")[2])
    if named and _FIRST_HASH.fullmatch(named[1]) and not named[1].isdecimal():
        yield f"sha256-prefix:{named[1]}"


def claims_in(readings: Iterable[Reading]) -> Iterator[str]:
    """What those say who name the address."""
    for reading in readings:
        if reading.digest:
            yield reading.digest.removeprefix("sha256:").lower()


def whole_digest(claims: Iterable[str]) -> str:
    """The SHA-256 that is claimed; empty where no claim is one."""
    return next((claim for claim in sorted(claims) if _WHOLE_HASH.fullmatch(claim)), "")


def refuse_other(url: str, claims: Iterable[str], sha256: str, md5: Callable[[], str]) -> None:
    """Compare bytes with everything that is claimed of them; ``md5`` gives theirs, empty where it is not known.

    Raises:
        IntegrityError: they are others.
    """
    for claim in sorted(claims):
        kind, colon, digits = claim.rpartition(":")
        if colon and kind == "md5":
            found = md5()
            right = found in {"", digits}
        else:
            found = sha256
            right = found.startswith(digits) if colon else found == digits
        if not right:
            raise IntegrityError(
                f"what is at `{printable(url)}`",
                expected=claim,
                found=found,
                claim="the digest that its name, or who names it, gives",
                hint="Somebody replaced the file, or the connection did: do not use it before its author explained it",
            )
