"""Renew the shipped table from unpacked wheels: ``python -m ptmdeps.scan.defaults.regenerate FOLDER``.

``FOLDER`` holds one folder a wheel, named as you like: its version is read from its ``.dist-info``. The libraries are
not imported. What was read earlier stays, so that one new wheel is enough to add one version. A version in which
nothing can be read (the call is not there yet, or its default is computed) is not known. The same folders give the same
bytes.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps import atomic
from ptmdeps.scan.defaults.folder import Folder
from ptmdeps.scan.defaults.source import defaults_in
from ptmdeps.scan.defaults.static import Library
from ptmdeps.scan.defaults.tables import VERSIONS, Fact, Row, Table, rows, table_of

_INSTALLED = re.compile(r"([\w.-]+)-([^-]+)\.dist-info")

Facts = dict[str, Fact]


def regenerated(folder: Path) -> str:
    """Return the text of ``versions.json`` with what the wheels in a folder add."""
    wheels = _wheels(folder)
    lines = []
    for row in sorted(rows(), key=lambda row: row.call):
        facts = _known(table_of(row))
        for version, library in wheels[canonicalize_name(row.distribution)].items():
            if found := defaults_in(library, row):
                facts[version] = {key: one.fact for key, one in found.items()}
        lines.append(_text_of(row, facts))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _wheels(folder: Path) -> dict[str, dict[Version, Library]]:
    found: dict[str, dict[Version, Library]] = defaultdict(dict)
    for path in sorted(folder.iterdir()):
        for name in Folder(path).names(""):
            if parts := _INSTALLED.fullmatch(name):
                found[canonicalize_name(parts[1])][Version(parts[2])] = Library(Folder(path))
    return found


def _known(table: Table) -> dict[Version, Facts]:
    """Return what an earlier run has read, by version."""
    return {version: {key: fact for key in table.changes if (fact := table.at(version, key))} for version in table.read}


def _text_of(row: Row, facts: dict[Version, Facts]) -> str:
    versions = _ends(facts)
    keys = sorted({key for version in versions for key in facts[version]})
    read = json.dumps([str(version) for version in versions])
    defaults = ",\n".join(f"   {json.dumps(key)}: {json.dumps(_changes(key, versions, facts))}" for key in keys)
    return f' {json.dumps(row.call)}: {{\n  "read": {read},\n  "defaults": {{\n{defaults}\n  }}\n }}'


def _ends(facts: dict[Version, Facts]) -> list[Version]:
    """Return the versions without those between two that say the same: they would add nothing."""
    versions = sorted(facts)
    inner = {
        version
        for before, version, after in zip(versions, versions[1:], versions[2:], strict=False)
        if facts[before] == facts[version] == facts[after]
    }
    return [version for version in versions if version not in inner]


def _changes(key: str, versions: list[Version], facts: dict[Version, Facts]) -> list[list[str | None]]:
    """Return ``[since, name, ref]`` for each version in which a default is another than in the one before."""
    changes: list[list[str | None]] = []
    before: Fact | None = None
    for version in versions:
        fact = facts[version].get(key)
        if fact != before:
            changes.append([str(version), fact.name, fact.ref] if fact else [str(version), None, None])
        before = fact
    return changes


def main(arguments: list[str]) -> int:
    """Rewrite ``versions.json`` in this package's own source."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m ptmdeps.scan.defaults.regenerate FOLDER\n")
        return 2
    atomic.write(Path(__file__).with_name(VERSIONS), regenerated(Path(arguments[0])).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
