"""Archives that others made, unpacked into a folder that does not exist yet: all of it is there afterwards, or nothing.

An archive is hostile until it was read to its end. It is believed only where every reader of the format would see the
same files in it: a name twice, a size in two versions, bytes that belong to nobody are refused, and so is whatever is
no file or folder. ``sources`` gives the bytes, ``tars`` and ``zips`` read the two formats, ``opening`` tells them
apart, ``limits`` counts, ``folders`` writes. Formats: tar as POSIX (pax) and GNU have it, plain or in gzip, bzip2 or
xz; zip with stored and deflated members, which is also what a wheel is.
"""

from ptmdeps.unpacking.entries import Entry
from ptmdeps.unpacking.folders import PREFIX, Member, names, remove_abandoned, unpack
from ptmdeps.unpacking.limits import USUAL, Limits
from ptmdeps.unpacking.opening import KINDS

__all__ = ["KINDS", "PREFIX", "USUAL", "Entry", "Limits", "Member", "names", "remove_abandoned", "unpack"]
