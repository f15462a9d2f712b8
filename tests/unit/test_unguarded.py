"""Values that only the type checker keeps from changing behave like frozen dataclasses otherwise."""

from __future__ import annotations

import dataclasses

import pytest

from ptmdeps.unguarded import replace, unguarded


@unguarded(frozen=True, slots=True, kw_only=True)
class Pair:
    first: int
    second: tuple[int, ...] = ()


def test_values_are_equal_and_hashed_by_their_fields() -> None:
    assert Pair(first=1) == Pair(first=1, second=())
    assert len({Pair(first=1), Pair(first=1), Pair(first=2)}) == 2
    assert repr(Pair(first=1)) == "Pair(first=1, second=())"


def test_a_copy_has_the_fields_that_are_given_and_leaves_the_other_alone() -> None:
    pair = Pair(first=1, second=(2,))
    copy = replace(pair, first=3)
    assert (copy, pair) == (Pair(first=3, second=(2,)), Pair(first=1, second=(2,)))
    assert copy == dataclasses.replace(pair, first=3)


def test_there_is_no_room_for_other_fields() -> None:
    with pytest.raises(AttributeError):
        object.__setattr__(Pair(first=1), "third", 3)
