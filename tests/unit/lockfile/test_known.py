"""Pins of others beside a project's own: taken over whole, or by their revision alone, and never instead of one."""

from __future__ import annotations

from dataclasses import replace

from lockfiles.examples import CONFIG, WEIGHTS, key, model, sealed, wish
from ptmdeps.lockfile import Edge, LockedModel, Lockfile, Options
from ptmdeps.lockfile.known import with_known

A, B, C = (model(f"org/{name}", files=(CONFIG, WEIGHTS)) for name in "abc")


def needing(found: LockedModel, other: str) -> LockedModel:
    edge = Edge(kind="runtime", relation="adapter", target=key(other), reads="transformers", evidence="config.json")
    return sealed(replace(found, edges=(edge,)))


def moved(found: LockedModel) -> LockedModel:
    return sealed(replace(found, revision="0" * 40))


def locked(*models: LockedModel, options: Options | None = None) -> Lockfile:
    wishes = tuple(wish(found.key.name) for found in models)
    return Lockfile(options=options or Options(), requirements=wishes, models=models)


def test_without_an_earlier_lock_all_is_taken_over() -> None:
    known = locked(needing(A, "org/b"), B)
    assert with_known(None, known) == known


def test_own_pins_count_and_their_wishes_are_not_widened() -> None:
    ours = locked(B)
    together = with_known(ours, locked(moved(B), C))
    assert together == locked(B, C)
    broader = replace(locked(moved(B)), requirements=(wish("org/b", "sentence-transformers"),))
    assert with_known(ours, broader) == ours


def test_an_alias_of_an_own_pin_counts_as_well() -> None:
    ours = locked(sealed(replace(B, aliases=("org/c",))))
    assert with_known(ours, locked(C)) == ours


def test_what_needs_an_own_pin_keeps_its_revision_alone() -> None:
    """The project's base may hold fewer files than this adapter reads of it: the hub is to be asked."""
    together = with_known(locked(B), locked(needing(A, "org/b"), moved(B)))
    [adapter, base] = together.models
    assert base == B
    assert (adapter.revision, adapter.files, adapter.edges) == (A.revision, (), ())
    assert together.requirements == (wish("org/b"),)


def test_needs_of_needs_count() -> None:
    chain = locked(needing(A, "org/b"), needing(B, "org/c"), moved(C))
    together = with_known(locked(C), chain)
    assert [found.files for found in together.models] == [(), (), C.files]


def test_a_pin_without_files_is_a_revision() -> None:
    bare = sealed(replace(A, files=(), edges=()))
    together = with_known(Lockfile(), Lockfile(requirements=(wish("org/a"),), models=(bare,)))
    assert together.models == (bare,)
    assert together.requirements == ()
