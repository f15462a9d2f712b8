"""Every row of the table of functions is typed in a session whose whole output is compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import SNAPSHOTS

TABLE = Path(__file__).parents[2] / "docs" / "reference" / "compared.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| wish")
]


@pytest.mark.parametrize(("wish", "command", "session"), [(row[0], row[4], row[5].strip(" |")) for row in ROWS])
def test_a_function_is_shown_in_its_session(wish: str, command: str, session: str) -> None:
    typed = command.strip("`")
    lines = (SNAPSHOTS / f"{session}.txt").read_text(encoding="utf-8").splitlines()
    pattern = re.compile(rf"\$ ptmdeps {re.escape(typed)}( |$)" if typed[-1] != " " else rf"\$ ptmdeps {typed}")
    assert any(pattern.match(line) for line in lines), f"{wish}: nobody types `{typed}` in {session}"
