"""What the page about real clients says is there: each client installed, each file of tests named, none of it skipped.

Tests skip where their client is not installed, so that some of them can be run without the others. Here this is a
failure: `make test-loaders` is to run all of them.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.loaders

HERE = Path(__file__)
PAGE = (HERE.parents[2] / "docs" / "explanation" / "what-is-proven.md").read_text(encoding="utf-8")
CLIENTS = re.findall(r"(?m)^\| ([a-z][\w-]+) \| \d", PAGE)


@pytest.mark.parametrize("client", CLIENTS)
def test_client_is_installed(client: str) -> None:
    assert version(client)


def test_every_file_of_tests_is_on_the_page() -> None:
    files = {file.name for file in HERE.parent.glob("test_*.py")} - {HERE.name}
    assert set(re.findall(r"test_\w+\.py", PAGE)) == files
