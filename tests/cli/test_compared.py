"""Every row of the table of functions is typed in a session whose whole output is compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded_hub import models
from tests.cli.conftest import SNAPSHOTS, Session

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


def test_what_the_lock_does_not_name_can_stay(session: Session, snapshot: Callable[[Session], None]) -> None:
    for name in ("acme/sentiment", "acme/other"):
        session.hub.repositories.create(name, models.bert_classifier(seed=name))
    load = 'AutoModel.from_pretrained("acme/{}")\n'
    session.write("app.py", "from transformers import AutoModel\n\n" + load.format("sentiment") + load.format("other"))
    session.run("sync")
    session.write("app.py", "from transformers import AutoModel\n\n" + load.format("sentiment"))
    session.note("the code loads one model less")
    other = session.project / ".ptm" / "huggingface" / "hub" / "models--acme--other"
    for command, stays in (("lock", True), ("sync --inexact", True), ("install", True), ("sync", False)):
        session.run(command)
        assert other.exists() == stays
    snapshot(session)
