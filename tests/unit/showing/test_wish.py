from __future__ import annotations

import pytest

from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.showing.wish import Wish, wish
from tests.unit.showing.models import KEY, LATER, REVISION

MAIN = LockedModel(key=KEY, revision=REVISION, aliases=("old",))
TAGGED = LockedModel(key=KEY, ref="v1", revision=LATER)
OTHER = ModelKey("huggingface", "acme/other")


def test_what_is_locked_is_meant() -> None:
    lockfile = Lockfile(models=(MAIN, TAGGED))
    assert wish(KEY, "", lockfile).locked == MAIN
    assert wish(KEY, "v1", lockfile).locked == TAGGED
    assert wish(KEY, LATER[:7], lockfile).locked == TAGGED
    assert wish(ModelKey("huggingface", "old"), "", lockfile) == Wish(key=KEY, locked=MAIN)
    assert wish(KEY, "", Lockfile(models=(TAGGED,))).locked == TAGGED


def test_everything_else_is_asked_of_the_hub() -> None:
    lockfile = Lockfile(models=(MAIN,))
    for key, ref in ((KEY, "v9"), (KEY, "aaaaaa"), (OTHER, ""), (ModelKey("other", KEY.name), "")):
        assert wish(key, ref, lockfile) == Wish(key=key, ref=ref)
    assert wish(KEY, "", None) == Wish(key=KEY)


def test_several_refs_without_the_default_are_a_question() -> None:
    lockfile = Lockfile(models=(TAGGED, LockedModel(key=KEY, ref="v2", revision=REVISION)))
    with pytest.raises(PtmdepsError, match="several refs") as caught:
        wish(KEY, "", lockfile)
    assert caught.value.hint == "Name one: `acme/model@v1`, `acme/model@v2`"
