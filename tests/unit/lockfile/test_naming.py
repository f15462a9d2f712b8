"""What people mean by a name: with and without hub, with and without ref, where hubs share names."""

from __future__ import annotations

import pytest

from lockfiles.examples import key
from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile

ADDRESS = "https://a.example/models/x@2.pth"
MODELS = {
    "face": LockedModel(key=key("acme/shared"), aliases=("shared",), revision="1" * 40),
    "torch": LockedModel(key=ModelKey("torchhub", "acme/shared"), revision="2" * 40),
    "torch@v1": LockedModel(key=ModelKey("torchhub", "acme/shared"), ref="v1", revision="3" * 40),
    "nets": LockedModel(key=ModelKey("torchhub", "acme/nets"), ref="v1", revision="4" * 40),
    "kaggle": LockedModel(key=ModelKey("kaggle", "acme/a/pyTorch/b"), ref="3", revision="3"),
    "url": LockedModel(key=ModelKey("url", ADDRESS), revision="5" * 64),
}
LOCK = Lockfile(models=tuple(MODELS.values()))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("acme/shared", ["face"]),
        ("shared", ["face"]),
        ("acme/shared@main", ["face"]),
        ("huggingface:acme/shared", ["face"]),
        ("torchhub:acme/shared", ["torch", "torch@v1"]),
        ("torchhub:acme/shared@v1", ["torch@v1"]),
        ("torchhub:acme/shared:v1", ["torch@v1"]),
        ("acme/shared@v1", ["torch@v1"]),
        ("acme/nets", ["nets"]),
        ("acme/nets@v1", ["nets"]),
        ("acme/nets@v2", []),
        ("torchhub:acme/nets@", []),
        ("kaggle:acme/a/pyTorch/b", ["kaggle"]),
        ("kaggle:acme/a/pyTorch/b/3", ["kaggle"]),
        ("kaggle:acme/a/pyTorch/b@3", ["kaggle"]),
        (ADDRESS, ["url"]),
        (f"url:{ADDRESS}", ["url"]),
        (ADDRESS.partition("@")[0], []),
        ("timm:acme/shared", []),
    ],
)
def test_a_name_means_models(name: str, meant: list[str]) -> None:
    assert LOCK.named(name) == tuple(MODELS[one] for one in meant)


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("acme/net", "torchhub:acme/nets"),
        ("torchhub:acme/net", "torchhub:acme/nets"),
        ("torchhub:acme/nets@v2", "torchhub:acme/nets@v1"),
        (ADDRESS.replace("models", "model"), ADDRESS),
    ],
)
def test_a_name_that_means_nothing_leads_to_one_that_does(name: str, close: str) -> None:
    with pytest.raises(PtmdepsError, match="is not locked") as caught:
        LOCK.known(name)
    assert caught.value.hint == f"Did you mean `{close}`?"


def test_a_name_like_no_other_leads_to_the_list() -> None:
    with pytest.raises(PtmdepsError) as caught:
        LOCK.known("zzz")
    assert caught.value.hint == "`ptmdeps list` shows what is"
