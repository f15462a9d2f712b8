"""Locks merged by their entries: what one side changed is taken, what both changed differently is disputed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lockfiles.examples import CONFIG, GOLDEN, WEIGHTS, model, sealed, wish
from ptmdeps.lockfile import LockedModel, Lockfile, Options, dumps, loads
from ptmdeps.lockfile.conflicts import loads_merged
from ptmdeps.lockfile.merging import merged

NAMES = "abcdef"
MODELS = {name: model(f"org/{name}", files=(CONFIG, WEIGHTS)) for name in NAMES}
DEFAULTS = Options()
A, B, C, D = (MODELS[name] for name in "abcd")


def locked(*models: LockedModel, used_in: str = "app.py", options: Options = DEFAULTS) -> Lockfile:
    wishes = tuple(wish(found.key.name, ref=found.ref, used_in=(used_in,)) for found in models)
    return Lockfile(options=options, models=models, requirements=tuple(sorted(wishes)))


def moved(found: LockedModel, digit: str = "0") -> LockedModel:
    files = (CONFIG, replace(WEIGHTS, sha256=digit * 64))
    return sealed(replace(found, revision=digit * 40, files=files))


def test_what_each_side_added_moved_and_removed_is_taken() -> None:
    base, ours, theirs = locked(A, B, C), locked(A, moved(B), C, D), locked(A, B)
    outcome = merged(base, ours, theirs)
    assert outcome.disputed == ()
    assert loads(outcome.text) == locked(A, moved(B), D)
    assert outcome.text == dumps(locked(A, moved(B), D))


def test_what_both_did_alike_is_no_dispute() -> None:
    outcome = merged(locked(A, B, C), locked(A, moved(B)), locked(A, moved(B)))
    assert loads(outcome.text) == locked(A, moved(B))


def test_a_dispute_stands_between_markers_that_lock_heals() -> None:
    outcome = merged(locked(A, B, C), locked(A, moved(B, "1"), C), locked(A, moved(B, "2"), moved(C)))
    healed = loads_merged(outcome.text)
    assert outcome.disputed == healed.disputed == ("org/b",)
    assert healed.lockfile.models == (A, moved(C))
    assert [requirement.key.name for requirement in healed.lockfile.requirements] == ["org/a", "org/b", "org/c"]
    assert outcome.text.count("<<<<<<< ours\n") == outcome.text.count(">>>>>>> theirs\n") == 1
    assert ("1" * 40) in outcome.text
    assert ("2" * 40) in outcome.text


def test_moved_here_and_removed_there_is_a_dispute() -> None:
    outcome = merged(locked(A, B), locked(A, moved(B)), locked(A))
    assert outcome.disputed == ("org/b",)
    assert loads_merged(outcome.text).lockfile.models == (A, moved(B))


def test_without_an_ancestor_only_what_is_alike_is_agreed_on() -> None:
    assert loads(merged(None, locked(A, B), locked(B, C)).text) == locked(A, B, C)
    assert merged(None, locked(moved(A)), locked(A)).disputed == ("org/a",)


def test_paths_of_a_wish_are_those_that_neither_side_took_away() -> None:
    def used(*paths: str) -> Lockfile:
        return replace(locked(A), requirements=(wish("org/a", used_in=paths),))

    outcome = merged(used("a.py", "b.py", "c.py"), used("a.py", "b.py", "mine.py"), used("b.py", "c.py", "other.py"))
    assert loads(outcome.text).requirements == (wish("org/a", used_in=("b.py", "mine.py", "other.py")),)


def test_settings_of_the_side_that_changed_them_count() -> None:
    whole = Options(files="all")
    assert loads(merged(locked(A), locked(A), locked(A, options=whole)).text).options == whole
    assert loads(merged(locked(A), locked(A, options=whole), locked(A)).text).options == whole


def test_an_entry_that_was_edited_by_hand_is_disputed() -> None:
    edited = replace(B, revision="f" * 40)
    outcome = merged(locked(A, B), locked(A, edited), locked(A, B))
    assert outcome.disputed == ("org/b",)
    assert loads_merged(outcome.text).disputed == ("org/b",)


def test_two_models_that_claim_one_name_are_disputed() -> None:
    claimed = sealed(replace(B, aliases=("short",)))
    also = sealed(replace(C, aliases=("short",)))
    outcome = merged(locked(A, B, C), locked(A, claimed, C), locked(A, B, also))
    assert set(outcome.disputed) == {"org/b", "org/c"}
    assert loads_merged(outcome.text).lockfile.models == (A,)


def test_merging_with_what_did_not_change_gives_the_other_side() -> None:
    for lockfile in GOLDEN.values():
        assert merged(lockfile, lockfile, lockfile).text == dumps(lockfile)
        assert merged(lockfile, lockfile, locked(A)).text == dumps(locked(A))
        assert merged(Lockfile(), Lockfile(), lockfile).text == dumps(lockfile)


CHOICES = st.fixed_dictionaries({name: st.sampled_from(["absent", "as it was", "1", "2"]) for name in NAMES})


def chosen(choices: dict[str, str]) -> Lockfile:
    models = ((MODELS[name] if how == "as it was" else moved(MODELS[name], how), how) for name, how in choices.items())
    return locked(*(found for found, how in models if how != "absent"))


@given(base=CHOICES, ours=CHOICES, theirs=CHOICES)
def test_every_merge_can_be_healed_and_sides_count_alike(
    base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    outcome = merged(chosen(base), chosen(ours), chosen(theirs))
    healed = loads_merged(outcome.text)
    mirrored = merged(chosen(base), chosen(theirs), chosen(ours))
    assert outcome.disputed == mirrored.disputed
    assert set(healed.disputed) <= set(outcome.disputed)
    for name in NAMES:
        found = next((model for model in healed.lockfile.models if model.key.name == f"org/{name}"), None)
        if f"org/{name}" not in outcome.disputed:
            by_three = ours[name] if theirs[name] in (ours[name], base[name]) else theirs[name]
            assert found == next(iter(chosen({name: by_three}).models), None)
