from __future__ import annotations

from dataclasses import replace

from lockfiles.examples import CONFIG, GOLDEN, model, sealed
from ptmdeps.lockfile import Lockfile
from ptmdeps.lockfile.difference import Added, Changed, Removed, diff

A, B, C = (model(f"org/{name}", files=(CONFIG,)) for name in "abc")
MOVED = sealed(replace(B, revision="0" * 40))


def test_nothing_differs_from_itself() -> None:
    for lockfile in GOLDEN.values():
        assert diff(lockfile, lockfile) == ()


def test_everything_is_new_where_there_was_no_lock() -> None:
    assert diff(None, Lockfile(models=(B, A))) == (Added(model=A), Added(model=B))
    assert diff(None, Lockfile()) == ()


def test_models_that_came_went_and_moved_are_named_in_the_order_of_their_names() -> None:
    before, after = Lockfile(models=(B, C)), Lockfile(models=(MOVED, A))
    assert diff(before, after) == (Added(model=A), Changed(before=B, after=MOVED), Removed(model=C))
    assert diff(after, before) == (Removed(model=A), Changed(before=MOVED, after=B), Added(model=C))


def test_another_fact_of_the_same_revision_is_a_change() -> None:
    gated = sealed(replace(A, gated="auto"))
    assert diff(Lockfile(models=(A,)), Lockfile(models=(gated,))) == (Changed(before=A, after=gated),)


def test_refs_of_one_model_are_compared_each_with_itself() -> None:
    main, tag = (model("org/a", ref, files=(CONFIG,)) for ref in ("", "v1"))
    assert diff(Lockfile(models=(main,)), Lockfile(models=(main, tag))) == (Added(model=tag),)
