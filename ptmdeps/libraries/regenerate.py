"""Renew the shipped tables from unpacked wheels: ``python -m ptmdeps.libraries.regenerate [--anew] FOLDER``.

``FOLDER`` holds one folder a wheel, named as you like: distribution and version are read from its ``.dist-info``. No
library is imported. What was read earlier stays, so that one new wheel is enough to add one version; with ``--anew``
the tables of the libraries in the folder are made from nothing. A version in which no name can be read is left out.
The same folders give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

from ptmdeps import atomic
from ptmdeps.libraries.history import history_of
from ptmdeps.libraries.rows import LIBRARIES, LISTED, Library
from ptmdeps.libraries.shipped_tables import FOLDER, shipped, text_of
from ptmdeps.libraries.used import read
from ptmdeps.libraries.wheels import unpacked


def regenerated(folder: Path, *, anew: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the file name and the text of each shipped table to which the wheels in a folder add."""
    wheels = unpacked(folder)
    for library in libraries():
        found = wheels.get(canonicalize_name(library.distribution), {})
        facts = {} if anew else shipped(library.shipped).facts()
        for version, modules in found.items():
            if names := read(library, modules):
                facts[version] = dict(names)
        if found and facts:
            yield library.shipped, text_of(history_of(facts))


def libraries() -> list[Library]:
    """Return every library once, by the name of its distribution."""
    rows = {library.shipped: library for libraries in LIBRARIES.values() for library in libraries}
    rows |= {library.shipped: library for library in LISTED.values()}
    return [rows[name] for name in sorted(rows)]


def main(arguments: list[str]) -> int:
    """Rewrite the tables in this package's own source."""
    anew = arguments[:1] == ["--anew"]
    folders = arguments[1:] if anew else arguments
    if len(folders) != 1 or not Path(folders[0]).is_dir():
        sys.stderr.write("usage: python -m ptmdeps.libraries.regenerate [--anew] FOLDER\n")
        return 2
    for name, text in regenerated(Path(folders[0]), anew=anew):
        atomic.write(FOLDER / name, text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
