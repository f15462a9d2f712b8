from __future__ import annotations

import pytest

from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.removal import half_removed, left_over
from tests.worlds import key, requirement

LOCK = Lockfile(
    requirements=(
        requirement("acme/by-manifest", used_in=()),
        requirement("acme/by-member", ref="v1", used_in=("app/pyproject.toml",)),
        requirement("acme/by-code", used_in=("app.py",)),
    ),
    models=(LockedModel(key=key("acme/new-name"), aliases=("acme/old-name",), ref="v1", revision="1" * 40),),
)


@pytest.mark.parametrize(
    ("name", "half"),
    [
        ("acme/by-manifest", True),
        ("acme/by-manifest@v1", False),
        ("acme/by-member", True),
        ("acme/by-member@v1", True),
        ("acme/by-code", False),
        ("acme/unknown", False),
    ],
)
def test_the_lock_says_whether_a_manifest_asked_for_a_model(name: str, *, half: bool) -> None:
    assert half_removed(name, LOCK) == half
    assert not half_removed(name, None)


@pytest.mark.parametrize("name", ["acme/new-name", "acme/old-name", "acme/new-name@v1"])
def test_a_model_may_be_left_in_the_lock(name: str) -> None:
    assert left_over(name, LOCK, {})
    assert not left_over(name, None, {})


def test_a_model_may_be_left_in_the_environment() -> None:
    record = {"models": [None, {"hub": "huggingface", "name": "acme/gone", "ref": "v1"}]}
    assert left_over("acme/gone", LOCK, record)
    assert left_over("acme/gone@v1", None, record)
    assert not left_over("acme/gone@v2", None, record)
    assert not left_over("acme/other", LOCK, record)
