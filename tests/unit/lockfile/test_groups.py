from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockfiles.examples import CONFIG, key, model, sealed, wish
from ptmdeps.errors import PtmdepsError
from ptmdeps.lockfile import Edge, Lockfile
from ptmdeps.lockfile.groups import GroupSelection, groups_of, keeping, narrowed
from ptmdeps.lockfile.staleness import reachable
from tests.unit.lockfile.strategies import LOCKFILES

BASE = model("org/base", files=(CONFIG,))
LORA = sealed(
    replace(
        model("org/lora", files=(CONFIG,)),
        edges=(Edge(kind="runtime", relation="adapter", target=key("org/base"), reads="model"),),
    )
)
PLAIN, HEAVY = (model(f"org/{name}", files=(CONFIG,)) for name in ("plain", "heavy"))
LOCK = Lockfile(
    requirements=(
        wish("org/heavy", group="serving", optional=True),
        wish("org/lora", group="training"),
        wish("org/plain"),
        wish("org/plain", group="serving"),
    ),
    models=(BASE, HEAVY, LORA, PLAIN),
)


def _names(lockfile: Lockfile) -> list[str]:
    return [found.key.name.removeprefix("org/") for found in lockfile.models]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (GroupSelection(), ["plain"]),
        (GroupSelection(added=("training",)), ["base", "lora", "plain"]),
        (GroupSelection(only=("training",)), ["base", "lora"]),
        (GroupSelection(only=("serving",)), ["plain"]),
        (GroupSelection(only=("serving",), optional=True), ["heavy", "plain"]),
        (GroupSelection(without=("default",)), []),
        (GroupSelection(everything=True), ["base", "lora", "plain"]),
        (GroupSelection(everything=True, without=("training",), optional=True), ["heavy", "plain"]),
        (GroupSelection(added=("training",), without=("training",)), ["plain"]),
        (GroupSelection(optional=True), ["plain"]),
    ],
)
def test_the_models_of_groups_come_with_what_they_need(selection: GroupSelection, expected: list[str]) -> None:
    part = narrowed(LOCK, selection)
    assert _names(part) == expected
    assert set(part.requirements) <= set(LOCK.requirements)
    assert reachable(part)[1] == []


def test_a_project_can_take_other_groups_or_all_by_default() -> None:
    assert _names(narrowed(LOCK, GroupSelection(), ("training",))) == ["base", "lora"]
    assert _names(narrowed(LOCK, GroupSelection(), None)) == ["base", "lora", "plain"]
    assert _names(narrowed(LOCK, GroupSelection(without=("training",)), None)) == ["plain"]
    assert _names(narrowed(LOCK, GroupSelection(only=("serving",)), None)) == ["plain"]
    assert narrowed(LOCK, GroupSelection(), ()).models == ()


def test_everything_is_the_lock_itself() -> None:
    assert narrowed(LOCK, GroupSelection(everything=True, optional=True)) is LOCK
    assert narrowed(LOCK, GroupSelection(optional=True), None) is LOCK
    assert narrowed(Lockfile(), GroupSelection()) == Lockfile()


@pytest.mark.parametrize(
    ("selection", "defaults", "message"),
    [
        (GroupSelection(added=("trainig",)), ("default",), "no locked model is in the group `trainig`"),
        (GroupSelection(without=("x",)), ("default",), "no locked model is in the group `x`"),
        (GroupSelection(only=("\x1b",)), ("default",), r"no locked model is in the group `\x1b`"),
        (GroupSelection(), ("y",), "no locked model is in the group `y`, which `default-groups` names"),
    ],
)
def test_an_unknown_group_is_an_error_that_names_the_known(
    selection: GroupSelection, defaults: tuple[str, ...], message: str
) -> None:
    with pytest.raises(PtmdepsError) as caught:
        narrowed(LOCK, selection, defaults)
    assert caught.value.message == message
    assert "Known are default, serving, training" in str(caught.value.hint)
    assert ("Did you mean `training`?" in str(caught.value.hint)) == (message.endswith("`trainig`"))


def test_default_is_a_group_of_every_lock() -> None:
    assert groups_of(Lockfile()) == ("default",)
    assert groups_of(LOCK) == ("default", "serving", "training")


def test_models_that_are_there_can_be_kept_as_far_as_they_are_locked() -> None:
    part = narrowed(LOCK, GroupSelection())
    kept = keeping(part, LOCK, {(LORA.key, ""), (BASE.key, ""), (key("org/gone"), "")})
    assert _names(kept) == ["base", "lora", "plain"]


def test_what_is_held_comes_with_what_it_needs_now_and_at_the_ref_it_is_locked_at_now() -> None:
    part = narrowed(LOCK, GroupSelection())
    assert _names(keeping(part, LOCK, {(LORA.key, "")})) == ["base", "lora", "plain"]
    assert _names(keeping(part, LOCK, {(HEAVY.key, "v1")})) == ["heavy", "plain"]


@given(LOCKFILES, st.data())
def test_a_part_is_a_part_and_narrowing_again_changes_nothing(lockfile: Lockfile, data: st.DataObject) -> None:
    groups = st.lists(st.sampled_from(groups_of(lockfile)), max_size=2).map(tuple)
    selection = GroupSelection(
        added=data.draw(groups),
        without=data.draw(groups),
        everything=data.draw(st.booleans()),
        optional=data.draw(st.booleans()),
    )
    part = narrowed(lockfile, selection)
    assert set(part.models) <= set(lockfile.models)
    assert not {wish.group for wish in part.requirements} & set(selection.without)
    chosen = GroupSelection(only=tuple({wish.group for wish in part.requirements}), optional=selection.optional)
    if chosen.only:
        assert narrowed(part, chosen).requirements == part.requirements
