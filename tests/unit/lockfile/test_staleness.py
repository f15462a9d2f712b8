from __future__ import annotations

from dataclasses import replace

import pytest

from lockfiles.examples import CONFIG, GOLDEN, key, model, sealed, wish
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import Edge, LockedModel, Lockfile, Options
from ptmdeps.lockfile.staleness import (
    OptionsChanged,
    Orphaned,
    Pending,
    Staleness,
    Tampered,
    Unneeded,
    Unpinned,
    UsedElsewhere,
    reachable,
    staleness,
)
from ptmdeps.requirement import FileSelection, Requirement

A, B, C = (model(f"org/{name}", files=(CONFIG,)) for name in "abc")
WISH_A, WISH_B = wish("org/a"), wish("org/b")
LOCK = Lockfile(requirements=(WISH_A, WISH_B), models=(A, B))


def _needing(origin: LockedModel, *targets: LockedModel | str, kind: str = "runtime") -> LockedModel:
    edges = tuple(
        Edge(
            kind="runtime" if kind == "runtime" else "lineage",
            relation="adapter",
            target=key(target) if isinstance(target, str) else target.key,
            ref="" if isinstance(target, str) else target.ref,
        )
        for target in targets
    )
    return sealed(replace(origin, edges=edges))


def _stale(lockfile: Lockfile, *requirements: Requirement) -> tuple[Staleness, ...]:
    return staleness(lockfile, requirements, Options())


@pytest.mark.parametrize("name", GOLDEN)
def test_a_lock_is_current_for_its_own_inputs(name: str) -> None:
    assert staleness(GOLDEN[name], GOLDEN[name].requirements, GOLDEN[name].options) == ()


def test_a_wish_that_the_lock_does_not_know_is_pending() -> None:
    assert _stale(LOCK, WISH_A, WISH_B, wish("org/c")) == (Pending(requirement=wish("org/c")),)


def test_a_wish_that_is_gone_is_orphaned() -> None:
    assert _stale(LOCK, WISH_A) == (Orphaned(requirement=WISH_B),)


@pytest.mark.parametrize(
    "other",
    [
        wish("org/b", ref="v1"),
        wish("org/b", "peft"),
        wish("org/b", group="training"),
        wish("org/b", selection=FileSelection(variant="fp16")),
    ],
)
def test_a_wish_that_changed_is_another_wish(other: Requirement) -> None:
    found = _stale(LOCK, WISH_A, other)
    assert set(found) == {Pending(requirement=other), Orphaned(requirement=WISH_B)}


def test_a_wish_of_other_files_is_used_elsewhere() -> None:
    moved = replace(WISH_B, used_in=("serve.py",))
    assert _stale(LOCK, WISH_A, moved) == (UsedElsewhere(before=WISH_B, after=moved),)


def test_a_wish_that_stands_twice_is_orphaned_once() -> None:
    twice = replace(WISH_A, used_in=("other.py",))
    assert _stale(replace(LOCK, requirements=(twice, WISH_A, WISH_B)), WISH_A, WISH_B) == (Orphaned(requirement=twice),)
    copies = (WISH_A, replace(WISH_A), WISH_B)
    assert _stale(replace(LOCK, requirements=copies), WISH_A, WISH_B) == (Orphaned(requirement=WISH_A),)


@pytest.mark.parametrize("options", [Options(files="all"), Options(scopes=("main", "test"))])
def test_other_settings_make_a_lock_stale(options: Options) -> None:
    assert staleness(LOCK, LOCK.requirements, options) == (OptionsChanged(before=Options(), after=options),)


def test_a_wish_without_a_model_is_unpinned() -> None:
    expected = Unpinned(wish=(WISH_B.key, ""), because="app.py")
    assert _stale(replace(LOCK, models=(A,)), WISH_A, WISH_B) == (expected,)


def test_a_wish_for_another_ref_or_hub_than_the_locked_one_is_unpinned() -> None:
    tagged, elsewhere = wish("org/b", ref="v1"), wish("org/b", key=ModelKey("timm", "org/b"))
    for other in (tagged, elsewhere):
        found = _stale(replace(LOCK, requirements=(WISH_A, other)), WISH_A, other)
        assert found == (Unpinned(wish=(other.key, other.ref), because="app.py"), Unneeded(model=B))


def test_a_wish_of_the_manifest_says_so() -> None:
    asked = wish("org/b", used_in=())
    lockfile = Lockfile(requirements=(asked,))
    assert _stale(lockfile, asked) == (Unpinned(wish=(asked.key, ""), because="the manifest"),)


def test_a_runtime_edge_to_no_model_is_unpinned_and_names_who_needs_it() -> None:
    lockfile = Lockfile(requirements=(WISH_A,), models=(_needing(A, B),))
    assert _stale(lockfile, WISH_A) == (Unpinned(wish=(B.key, ""), because="org/a"),)


def test_two_ways_to_ask_for_a_missing_model_in_one_place_are_one_reason() -> None:
    both = (wish("org/a", "file"), WISH_A)
    assert _stale(Lockfile(requirements=both), *both) == (Unpinned(wish=(A.key, ""), because="app.py"),)


def test_a_model_to_which_nothing_leads_is_unneeded() -> None:
    assert _stale(replace(LOCK, models=(A, B, C)), WISH_A, WISH_B) == (Unneeded(model=C),)


def test_a_lineage_edge_neither_needs_nor_keeps_a_model() -> None:
    lockfile = Lockfile(requirements=(WISH_A,), models=(_needing(A, B, kind="lineage"), B))
    assert _stale(lockfile, WISH_A) == (Unneeded(model=B),)


def test_an_edited_model_is_tampered() -> None:
    edited = replace(B, revision="0" * 40)
    assert _stale(replace(LOCK, models=(A, edited)), WISH_A, WISH_B) == (Tampered(model=edited),)


def test_every_reason_is_named_not_only_the_first() -> None:
    edited = replace(A, gated="auto")
    found = staleness(replace(LOCK, models=(edited, C)), (wish("org/c"), WISH_A), Options(files="all"))
    kinds = [type(reason) for reason in found]
    assert kinds == [OptionsChanged, Orphaned, Pending, Unpinned, Unneeded, Tampered]


def test_everything_that_is_needed_is_reached_once_through_chains_circles_and_aliases() -> None:
    first, second = _needing(A, "bee"), _needing(replace(B, aliases=("bee",)), C)
    third = _needing(C, A, B)
    lockfile = Lockfile(requirements=(WISH_A, wish("bee")), models=(first, second, third))
    needed, unpinned = reachable(lockfile)
    assert sorted(found.key.name for found in needed) == ["org/a", "org/b", "org/c"]
    assert unpinned == []
