"""Numbers for people."""

from __future__ import annotations

import pytest

from ptmdeps.render.quantities import counted, short, size


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 KB"),
        (268_435_456, "268.4 MB"),
        (4 * 10**12, "4.0 TB"),
        (10**19, "10000.0 PB"),
    ],
)
def test_sizes_are_decimal(count: int, text: str) -> None:
    assert size(count) == text


def test_nouns_follow_their_number() -> None:
    assert counted(1, "model") == "1 model"
    assert counted(12_345, "model") == "12,345 models"
    assert counted(2, "entry", "entries") == "2 entries"


def test_commits_are_quoted_short() -> None:
    assert short("0123456789abcdef") == "0123456789ab"
