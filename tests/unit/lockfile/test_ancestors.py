"""What models came from: read, followed, compared with what is recorded, and merged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockfiles.examples import CONFIG, GOLDEN, ancestor, key, model, sealed, wish
from ptmdeps.lockfile import Ancestor, Edge, License, LockedModel, Lockfile, Options, dumps, loads
from ptmdeps.lockfile.ancestors import agreed, related, united, untraced, with_related
from ptmdeps.lockfile.conflicts import loads_merged
from ptmdeps.lockfile.explained import explained
from ptmdeps.lockfile.groups import GroupSelection, keeping, narrowed
from ptmdeps.lockfile.known import with_known
from ptmdeps.lockfile.merging import merged
from ptmdeps.lockfile.staleness import Unrelated, Untraced, inconsistencies, tampered


def came_from(*names: str, relation: str = "finetune") -> tuple[Edge, ...]:
    return tuple(Edge(kind="lineage", relation=relation, target=key(name), evidence="README.md") for name in names)


def tuned(name: str, *bases: str, relation: str = "finetune") -> LockedModel:
    return sealed(replace(model(name, files=(CONFIG,)), edges=came_from(*bases, relation=relation)))


def locked(*models: LockedModel, ancestors: tuple[Ancestor, ...] = (), **facts: Any) -> Lockfile:
    wishes = tuple(wish(found.key.name, group=found.key.name[-1]) for found in models)
    known = tuple(sorted(ancestors, key=lambda one: one.identity))
    return Lockfile(requirements=wishes, models=models, ancestors=known, **facts)


A, B = tuned("org/a", "org/base"), tuned("org/b", "org/other")
BASE = ancestor("org/base", edges=came_from("org/root"))
ROOT, OTHER = ancestor("org/root"), ancestor("org/other")
SAME_NAME = ancestor("org/base", kind="dataset")
WHOLE = locked(A, B, ancestors=(BASE, ROOT, OTHER))


def test_an_edge_leads_to_what_is_locked_else_to_an_ancestor_of_its_kind() -> None:
    lock = locked(tuned("org/a", "org/b", "org/base"), B, ancestors=(BASE, SAME_NAME, OTHER))
    (to_b, to_base), (to_data,) = lock.models[0].edges, came_from("org/base", relation="dataset")
    assert lock.origin(to_b) is lock.models[1]
    assert lock.origin(to_base) == BASE
    assert lock.origin(to_data) == SAME_NAME
    assert lock.origin(replace(to_base, ref="v1")) is None
    assert lock.origin(came_from("org/never")[0]) is None


def test_an_old_name_of_a_locked_model_leads_to_it() -> None:
    known_as = ancestor("org/b", aliases=("b",))
    lock = locked(tuned("org/a", "b"), B, ancestors=(known_as, OTHER))
    assert lock.origin(lock.models[0].edges[0]) is lock.models[1]
    assert inconsistencies(lock) == ()


def test_ancestors_are_kept_as_long_as_something_came_from_them() -> None:
    assert related(WHOLE) == WHOLE.ancestors
    assert with_related(WHOLE) is WHOLE
    assert with_related(replace(WHOLE, models=(B,))).ancestors == (OTHER,)
    assert with_related(replace(WHOLE, models=())).ancestors == ()


def test_ancestors_that_came_from_each_other_end() -> None:
    circle = (ancestor("org/base", edges=came_from("org/root")), ancestor("org/root", edges=came_from("org/base")))
    assert related(locked(A, ancestors=circle)) == circle


def test_what_came_from_something_unknown_is_stale_and_so_is_what_nothing_came_from() -> None:
    lock = locked(A, ancestors=(BASE, OTHER))
    (missing,) = BASE.edges
    assert tuple(untraced(lock)) == (("org/base", missing),)
    reasons = inconsistencies(lock)
    assert reasons == (Untraced(descendant="org/base", edge=missing), Unrelated(ancestor=OTHER))
    assert [explained(reason) for reason in reasons] == [
        ("+", "org/base came from org/root, of which nothing is recorded"),
        ("-", "org/other is recorded as an ancestor, and nothing came from it"),
    ]


def test_what_was_recorded_as_missing_is_known() -> None:
    gone = Ancestor(key=key("org/base"), missing="not-found")
    assert inconsistencies(locked(A, ancestors=(gone,))) == ()


def test_who_looks_nothing_up_is_not_stale_for_what_is_not_there() -> None:
    assert inconsistencies(locked(A, options=Options(lineage=False))) == ()


def test_a_lock_of_an_earlier_revision_is_not_stale_for_having_no_ancestors_and_its_digests_hold() -> None:
    text = dumps(replace(GOLDEN["adapter"], ancestors=())).replace("\nrevision = 4\n", "\nrevision = 3\n")
    before = loads(text.replace("facebook/opt-350m", "facebook/opt-125m", 1))
    assert before.revision == 3
    assert tampered(loads(text)) == ()
    assert not [one for one in inconsistencies(before) if isinstance(one, Untraced)]
    assert dumps(loads(text)) == dumps(GOLDEN["adapter"])


def test_a_part_of_a_lock_has_the_ancestors_of_its_models() -> None:
    part = narrowed(WHOLE, GroupSelection(only=("b",)))
    assert (part.models, part.ancestors) == ((B,), (OTHER,))
    again = keeping(part, WHOLE, {(A.key, "")})
    assert (again.models, again.ancestors) == ((A, B), WHOLE.ancestors)


def test_ancestors_of_other_locks_are_taken_over_unless_they_are_known() -> None:
    newer = replace(BASE, revision="0" * 40)
    assert with_known(locked(A, ancestors=(BASE, ROOT)), locked(A, B, ancestors=(newer, OTHER))).ancestors == (
        BASE,
        OTHER,
        ROOT,
    )
    assert united((BASE,), (ancestor("org/renamed", aliases=("org/base",)),)) == (BASE,)


# merging


MOVED = replace(BASE, revision="1" * 40, license=License(declared="llama3.1", evidence="README.md"))
LATER = replace(BASE, revision="2" * 40)


def test_each_sides_ancestors_are_taken_and_those_that_nothing_came_from_are_dropped() -> None:
    base, ours, theirs = WHOLE, locked(B, ancestors=(OTHER,)), locked(A, B, ancestors=(MOVED, ROOT, OTHER))
    outcome = merged(base, ours, theirs)
    assert outcome.disputed == ()
    assert loads(outcome.text) == locked(B, ancestors=(OTHER,))
    assert merged(base, base, theirs).text == dumps(theirs)


def test_an_ancestor_that_one_side_dropped_is_kept_for_what_the_other_one_added() -> None:
    also = tuned("org/c", "org/base")
    ours, theirs = locked(B, ancestors=(OTHER,)), locked(A, B, also, ancestors=WHOLE.ancestors)
    assert loads(merged(WHOLE, ours, theirs).text).ancestors == WHOLE.ancestors


def test_an_ancestor_that_both_sides_renewed_stands_between_markers_and_is_looked_up_anew() -> None:
    outcome = merged(WHOLE, locked(A, B, ancestors=(MOVED, ROOT, OTHER)), locked(A, B, ancestors=(LATER, ROOT, OTHER)))
    assert outcome.disputed == ("org/base",)
    assert outcome.text.count("<<<<<<< ours\n[[ancestor]]") + outcome.text.count("<<<<<<< ours\n\n[[ancestor]]") == 1
    healed = loads_merged(outcome.text)
    assert healed.disputed == ()
    assert healed.lockfile.models == (A, B)
    assert healed.lockfile.ancestors == (OTHER, ROOT)
    assert [type(reason) for reason in inconsistencies(healed.lockfile)] == [Untraced, Unrelated]


@pytest.mark.parametrize("same", [True, False])
def test_two_ancestors_that_go_by_one_name_are_looked_up_anew(*, same: bool) -> None:
    ours = ancestor("org/new", aliases=("org/base",))
    theirs = ours if same else BASE
    expected = (ours,) if same else ()
    assert agreed((ours,), (theirs,)) == expected
    text = merged(locked(A), locked(A, ancestors=(ours,)), locked(A, ancestors=(theirs,))).text
    assert loads(text).ancestors == expected


STATES = {
    "as it was": ancestor("org/root"),
    "renewed": replace(ancestor("org/root"), revision="1" * 40),
    "otherwise": replace(ancestor("org/root"), revision="2" * 40),
    "renamed": ancestor("org/new", aliases=("org/root",)),
}
SIDES = st.sampled_from(["absent", *STATES]).map(
    lambda state: locked(A, ancestors=(BASE, *([STATES[state]] if state in STATES else [])))
)


@given(base=SIDES, ours=SIDES, theirs=SIDES)
def test_every_merge_can_be_healed_and_keeps_what_is_not_in_doubt(
    base: Lockfile, ours: Lockfile, theirs: Lockfile
) -> None:
    outcome = merged(base, ours, theirs)
    healed = loads_merged(outcome.text).lockfile
    assert healed.models == (A,)
    assert BASE in healed.ancestors
    assert set(healed.ancestors) <= {*ours.ancestors, *theirs.ancestors}
    if ours == theirs:
        assert healed == ours
