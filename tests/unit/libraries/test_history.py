"""What a library says over its versions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ptmdeps.libraries.history import Change, History, history_of

V = Version
HISTORY = History(
    tuple(map(V, ("1.0", "1.4", "2.0", "3.0"))),
    {"a": (Change(V("1.0"), "m/1"), Change(V("2.0"), None), Change(V("3.0"), "m/3")), "b": (Change(V("2.0"), "n"),)},
)


@pytest.mark.parametrize(
    ("version", "known", "said"),
    [
        *(("0.9", False, None), ("1.0", True, "m/1"), ("1.2", True, "m/1"), ("1.4", True, "m/1")),
        *(("1.5", False, "m/1"), ("2.0", True, None), ("2.5", False, None), ("3.0", True, "m/3")),
        ("3.1", False, "m/3"),
    ],
)
def test_version_between_two_that_differ_is_not_known(version: str, known: bool, said: str | None) -> None:
    assert (HISTORY.knows(V(version), "a"), HISTORY.at(V(version), "a")) == (known, said)


def test_when_something_was_removed() -> None:
    assert HISTORY.removed(V("2.5"), "a") == V("2.0")
    assert HISTORY.removed(V("1.5"), "a") is None
    assert HISTORY.removed(V("2.5"), "c") is None


def test_keys_of_a_version() -> None:
    assert [HISTORY.keys_at(V(version)) for version in ("0.9", "1.0", "2.0", "3.0")] == [(), ("a",), ("b",), ("a", "b")]


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        ("", "3.0"),
        ("<3", "2.0"),
        ("<2", "1.4"),
        ("~=1.0", "1.4"),
        ("~=1.2.0", "1.2"),
        ("==1.2.*", "1.2"),
        ("==2.5", None),
        (">9", None),
    ],
)
def test_newest_version_within(specifier: str, version: str | None) -> None:
    assert HISTORY.newest_within(SpecifierSet(specifier), "a") == (V(version) if version else None)


def test_versions_that_say_nothing_new_are_left_out() -> None:
    said = {V(f"1.{minor}"): {"a": "x" if minor < 3 else "y"} for minor in (4, 3, 2, 1, 0)}
    history = history_of(said)
    assert history.read == (V("1.0"), V("1.2"), V("1.3"), V("1.4"))
    assert history.changes == {"a": (Change(V("1.0"), "x"), Change(V("1.3"), "y"))}
    assert history.newest == V("1.4")


versions = st.sampled_from([V("1.0"), V("1.1"), V("1.2"), V("2.0"), V("3.0rc1")])


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(versions, st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)), max_size=5))
def test_nothing_that_was_read_is_lost(said: dict[Version, dict[str, int]]) -> None:
    history = history_of(said)
    assert all(history.at(version, key) == said[version].get(key) for version in said for key in "abc")
    assert all(history.knows(version, key) for version in said for key in "abc")
    assert history.facts() == {version: said[version] for version in history.read}
