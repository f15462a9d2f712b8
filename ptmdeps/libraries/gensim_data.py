"""gensim: the list of ``gensim.downloader.load("glove-wiki-gigaword-100")``.

The format is that of https://github.com/piskvorky/gensim-data (``list.json``), as ``gensim/downloader.py`` (4.4.0)
reads it: models and corpora with the MD5 of their file, or of each of its parts. A name is a release of that
repository, which holds a Python module besides (``__init__.py``, of which the list has no hash): gensim runs it to load
the file. Both lie in ``GENSIM_DATA_DIR/<name>``; parts are joined, in their order, to ``<name>.gz``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ptmdeps.libraries.lists import broken, table_at, table_in, text_at, unknown, without_fault
from ptmdeps.libraries.reading import at_address
from ptmdeps.libraries.table import Entries, Entry

LIST = "https://raw.githubusercontent.com/RaRe-Technologies/gensim-data/master/list.json"
"""The list that gensim asks (``DATA_LIST_URL``)."""

_RELEASES = "https://github.com/RaRe-Technologies/gensim-data/releases/download"
_WHAT = "the list of gensim-data"
_KINDS = ("models", "corpora")
_MAXIMUM_PARTS = 10
"""gensim writes the number of a part with one digit after a zero."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}")


def entries_of(data: bytes, name: str) -> Entries:
    """Return the module and the file of a name, or the parts of the file in their order.

    Raises:
        UnsafeContent: the list is none, or what it says of the name cannot be.
        UnknownName: it has no such name.
    """
    document = table_in(data, _WHAT)
    tables = [table_at(document, kind) for kind in _KINDS]
    found = next((table_at(table, name) for table in tables if name in table), None)
    if found is None or not _NAME.fullmatch(name):
        raise unknown(name, _WHAT, (one for table in tables for one in table if not one.startswith("__")))
    return without_fault((_file(name, "__init__.py", ""), *_data(name, found)), _WHAT)


def _data(name: str, said: Mapping[str, object]) -> Iterator[Entry]:
    parts = said.get("parts", 1)
    if not isinstance(parts, int) or not 1 <= parts <= _MAXIMUM_PARTS:
        raise broken(_WHAT, f"`{name}` has an impossible number of parts")
    if parts == 1:
        yield _file(name, f"{name}.gz", text_at(said, "checksum"))
    else:
        for part in range(parts):
            yield _file(name, f"{name}.gz_0{part}", text_at(said, f"checksum-{part}"))


def _file(name: str, file: str, checksum: str) -> Entry:
    digest = f"md5:{checksum}" if checksum else ""
    return at_address(f"{_RELEASES}/{name}/{file}", reads="gensim", digest=digest, file=f"{name}/{file}")
