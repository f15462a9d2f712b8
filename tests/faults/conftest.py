"""Worlds for the tests of accidents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.faults.kills", "tests.faults.world")

from tests.faults.world import World, new_world  # noqa: E402 - rewritten first


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A user, a project without code, and an empty hub."""
    with new_world(tmp_path) as made:
        yield made
