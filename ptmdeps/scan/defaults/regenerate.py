"""Renew the shipped table from unpacked wheels: ``python -m ptmdeps.scan.defaults.regenerate FOLDER``.

``FOLDER`` holds one folder a wheel, named as you like: its version is read from its ``.dist-info``. The libraries are
not imported. What was read earlier stays, so that one new wheel is enough to add one version. A version in which
nothing can be read (the call is not there yet, or its default is computed) is not known. The same folders give the same
bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from packaging.utils import canonicalize_name

from ptmdeps import atomic
from ptmdeps.libraries.history import Change, history_of
from ptmdeps.libraries.wheels import unpacked
from ptmdeps.scan.defaults.source import defaults_in
from ptmdeps.scan.defaults.tables import VERSIONS, Fact, Row, Table, rows, table_of


def regenerated(folder: Path) -> str:
    """Return the text of ``versions.json`` with what the wheels in a folder add."""
    wheels = unpacked(folder)
    lines = []
    for row in sorted(rows(), key=lambda row: row.call):
        facts = table_of(row).facts()
        for version, modules in wheels.get(canonicalize_name(row.distribution), {}).items():
            if found := defaults_in(modules, row):
                facts[version] = {key: one.fact for key, one in found.items()}
        lines.append(_text_of(row, history_of(facts)))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _text_of(row: Row, table: Table) -> str:
    read = json.dumps([str(version) for version in table.read])
    defaults = ",\n".join(f"   {json.dumps(key)}: {_changes(changes)}" for key, changes in table.changes.items())
    return f' {json.dumps(row.call)}: {{\n  "read": {read},\n  "defaults": {{\n{defaults}\n  }}\n }}'


def _changes(changes: Iterable[Change[Fact]]) -> str:
    """Return ``[since, name, ref]`` for each version in which a default is another than in the one before."""
    facts = ((change.since, change.fact) for change in changes)
    return json.dumps([[str(since), *((fact.name, fact.ref) if fact else (None, None))] for since, fact in facts])


def main(arguments: list[str]) -> int:
    """Rewrite ``versions.json`` in this package's own source."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m ptmdeps.scan.defaults.regenerate FOLDER\n")
        return 2
    atomic.write(Path(__file__).with_name(VERSIONS), regenerated(Path(arguments[0])).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
