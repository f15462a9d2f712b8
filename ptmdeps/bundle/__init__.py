"""Bundles: a lock and every file of it in one folder or archive, for machines that reach no hub.

``layout`` says what a bundle holds, ``archive`` how that is a tar archive; ``writing`` makes bundles, ``reading`` opens
them, and ``taking_in`` brings their files into the store. Nothing of a bundle is believed: its lock is read as any
lock, and a file counts once its bytes were hashed.
"""

from ptmdeps.bundle.reading import Bundle, opened
from ptmdeps.bundle.taking_in import take_in
from ptmdeps.bundle.writing import write_archive, write_folder

__all__ = ["Bundle", "opened", "take_in", "write_archive", "write_folder"]
