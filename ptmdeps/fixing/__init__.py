"""Pins in source: the locked commits, written into the calls that load (``ptmdeps scan --fix``).

The rooms, from the outside in: ``files`` (whole files, checked and written), ``calls`` (one call → its changes),
``literals`` and ``brackets`` (where which characters change), ``source`` and ``notebook`` (text ⇄ the bytes of a file),
``wishes`` (which load should ask for which commit).
"""

from __future__ import annotations

from ptmdeps.fixing.files import FixedFile, Fixes, fixes, write
from ptmdeps.fixing.wishes import Skipped, Wish, is_commit, locked

__all__ = ["FixedFile", "Fixes", "Skipped", "Wish", "fixes", "is_commit", "locked", "write"]
