from __future__ import annotations

import pytest

from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Edge, LockedModel, Lockfile
from ptmdeps.manifest import parse
from ptmdeps.removal import half_removed, held, left_over, meaning
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


OTHERS = Lockfile(
    models=(
        LockedModel(key=key("acme/shared"), revision="1" * 40),
        LockedModel(
            key=ModelKey("torchhub", "acme/nets"),
            revision="2" * 40,
            edges=(Edge(kind="runtime", relation="weights", target=ModelKey("url", "https://a.example/x@2.pth")),),
        ),
        LockedModel(key=ModelKey("torchhub", "acme/shared"), revision="3" * 40),
        LockedModel(key=ModelKey("url", "https://a.example/x@2.pth"), revision="4" * 64),
    )
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("acme/nets", "torchhub:acme/nets"),
        ("acme/nets@v1", "torchhub:acme/nets@v1"),
        ("torchhub:acme/nets:v1", "torchhub:acme/nets:v1"),
        ("acme/shared", "acme/shared"),
        ("acme/unknown", "acme/unknown"),
        ("https://a.example/x@2.pth", "https://a.example/x@2.pth"),
    ],
)
def test_a_name_without_its_hub_is_that_of_what_is_there(name: str, meant: str) -> None:
    manifest = parse(b'models = ["torchhub:acme/nets@v1"]', "ptm.toml")
    assert meaning(name, manifest, OTHERS) == meant


def test_a_name_of_several_hubs_must_be_told_apart() -> None:
    manifest = parse(b'models = ["kaggle:acme/nets", "torchhub:acme/nets"]', "ptm.toml")
    with pytest.raises(PtmdepsError, match="several models") as caught:
        meaning("acme/nets", manifest, None)
    assert caught.value.hint == "Name one: `kaggle:acme/nets`, `torchhub:acme/nets`"


def test_weights_are_held_by_the_repository_that_needs_them() -> None:
    assert held("https://a.example/x@2.pth", (), OTHERS).needed_by == ("torchhub:acme/nets",)
