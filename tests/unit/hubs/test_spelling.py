"""Two spellings of one wish are one wish."""

from __future__ import annotations

import pytest

from ptmdeps.hubs.spelling import asked_for
from ptmdeps.identity import ModelKey


@pytest.mark.parametrize(
    ("hub", "name", "ref", "expected"),
    [
        ("huggingface", "acme/net", "main", ("acme/net", "")),
        ("huggingface", "acme/net", "v1", ("acme/net", "v1")),
        ("torchhub", "acme/net", "main", ("acme/net", "main")),  # no ref is `master` to some repositories
        ("torchhub", "acme/net", "", ("acme/net", "")),
        ("url", "https://a.example/x/y/z/1", "", ("https://a.example/x/y/z/1", "")),
        ("kaggle", "acme/net/keras/small/3", "", ("acme/net/keras/small", "3")),
        ("kaggle", "acme/net/keras/small", "3", ("acme/net/keras/small", "3")),
        ("kaggle", "acme/net/keras/small/0", "", ("acme/net/keras/small/0", "")),
        ("kaggle", "acme/net/keras/small/3", "2", ("acme/net/keras/small/3", "2")),
    ],
)
def test_what_a_wish_comes_down_to(hub: str, name: str, ref: str, expected: tuple[str, str]) -> None:
    key, asked = asked_for(ModelKey(hub, name), ref)
    assert (key.hub, key.name, asked) == (hub, *expected)
    assert asked_for(key, asked) == (key, asked)
