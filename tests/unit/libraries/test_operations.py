"""Computing with texts and tables, and never more than is bounded."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.libraries import operations
from ptmdeps.libraries.operations import LARGEST_COLLECTION, LONGEST_TEXT, UNKNOWN


@pytest.mark.parametrize(
    ("node", "left", "right", "expected"),
    [
        (ast.Add(), "a", "b", "ab"),
        (ast.Add(), [1], [2], [1, 2]),
        (ast.Add(), (1,), (2,), (1, 2)),
        (ast.Add(), 1, 2.5, 3.5),
        (ast.Add(), "a", 1, UNKNOWN),
        (ast.Add(), "a" * LONGEST_TEXT, "a", UNKNOWN),
        (ast.Add(), [0] * LARGEST_COLLECTION, [0], UNKNOWN),
        (ast.Mult(), "a", 3, UNKNOWN),
        (ast.Mult(), 2**40, 2**40, UNKNOWN),
        (ast.Pow(), 2, 2, UNKNOWN),
        (ast.Div(), 1, 0, UNKNOWN),
        (ast.Div(), "models", "a.pt", "models/a.pt"),
        (ast.BitOr(), {"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        (ast.BitOr(), frozenset("a"), frozenset("b"), frozenset("ab")),
        (ast.Mod(), 7, 4, 3),
        (ast.Mod(), "%s_%d.h5", ("a", 2), "a_2.h5"),
        (ast.Mod(), "%s", "a", "a"),
        (ast.Mod(), "%.2f %%", 0.5, "0.50 %"),
        (ast.Mod(), "%d", "a", UNKNOWN),
        (ast.Mod(), "%999999999d", 1, UNKNOWN),
        (ast.Mod(), "%(a)s", {"a": 1}, UNKNOWN),
        (ast.Mod(), "%s %s", "a", UNKNOWN),
        (ast.Mod(), "%s", [1], UNKNOWN),
        (ast.Add(), UNKNOWN, "a", UNKNOWN),
    ],
)
def test_two_values_become_one(node: ast.operator, left: object, right: object, expected: object) -> None:
    assert operations.binary(node, left, right) == expected


@pytest.mark.parametrize(
    ("node", "left", "right", "expected"),
    [
        (ast.Eq(), "a", "a", True),
        (ast.NotEq(), (1, 2), [1, 2], True),
        (ast.Is(), None, None, True),
        (ast.IsNot(), None, "a", True),
        (ast.Lt(), 1, 2, True),
        (ast.GtE(), 1, 2, False),
        (ast.Lt(), 1, "a", UNKNOWN),
        (ast.Eq(), UNKNOWN, 1, UNKNOWN),
        (ast.Eq(), [UNKNOWN], [1], UNKNOWN),
        (ast.In(), "b", "abc", True),
        (ast.In(), 1, "abc", UNKNOWN),
        (ast.In(), 1, [1, UNKNOWN], True),
        (ast.In(), 2, [1, UNKNOWN], UNKNOWN),
        (ast.NotIn(), 2, (1, 3), True),
        (ast.In(), "a", {"a": UNKNOWN}, True),
        (ast.In(), "a", frozenset({"b"}), False),
        (ast.In(), [], {"a": 1}, UNKNOWN),
        (ast.In(), "a", UNKNOWN, UNKNOWN),
    ],
)
def test_comparison(node: ast.cmpop, left: object, right: object, expected: object) -> None:
    assert operations.compare(node, left, right) is expected


@pytest.mark.parametrize(
    ("value", "index", "expected"),
    [
        ("abc", 0, "a"),
        ("abc", slice(-2, None), "bc"),
        ("abc", 7, UNKNOWN),
        ([1, 2], slice(0, 1), [1]),
        ({"a": 1}, "a", 1),
        ({"a": 1}, "b", UNKNOWN),
        ({(1, 2): 1}, (1, 2), 1),
        ({"a": 1}, UNKNOWN, UNKNOWN),
        ("abc", slice(None, None, 0), UNKNOWN),
        (UNKNOWN, 0, UNKNOWN),
    ],
)
def test_member(value: object, index: object, expected: object) -> None:
    assert operations.subscript(value, index) == expected


@pytest.mark.parametrize(
    ("value", "specification", "expected"),
    [
        ("a", "", "a"),
        (1.0, "0.2f", "1.00"),
        (3, "02d", "03"),
        (None, "", "None"),
        (True, "", "True"),
        (True, "d", None),
        (1, ">999999999", None),
        (1, "999999999d", None),
        ("a", "d", None),
        ([1], "", None),
        (UNKNOWN, "", None),
    ],
)
def test_text_of_value(value: object, specification: str, expected: str | None) -> None:
    assert operations.formatted(value, specification) == expected


@pytest.mark.parametrize(
    ("value", "name", "arguments", "expected"),
    [
        ("A-b", "lower", [], "a-b"),
        ("a/b", "rsplit", ["/", 1], ["a", "b"]),
        ("a.pt", "rpartition", ["."], ("a", ".", "pt")),
        ("a", "startswith", [("b", "a")], True),
        ("/", "join", [["a", "b"]], "a/b"),
        ("/", "join", [["a", UNKNOWN]], UNKNOWN),
        ("/", "join", [["a" * LONGEST_TEXT, "b"]], UNKNOWN),
        ("a" * 9_000, "replace", ["a", "b" * 9_000], UNKNOWN),
        ("aa", "replace", ["a", "b"], "bb"),
        ("ab", "replace", ["", "-"], "-a-b-"),
        ("a" * 9_000, "replace", ["a", ""], ""),
        ("a{}{x:.1f}{{}}", "format", ["b"], UNKNOWN),
        ("a{}{}", "format", ["b", 1], "ab1"),
        ("{1}{0}", "format", ["b", "a"], "ab"),
        ("{0.__class__}", "format", ["b"], UNKNOWN),
        ("{:>999999999}", "format", ["b"], UNKNOWN),
        ("a", "zfill", [999_999_999], UNKNOWN),
        ("a", "center", [999_999_999], UNKNOWN),
        ("a", "split", [""], UNKNOWN),
        ({"a": 1}, "get", ["b"], None),
        ({"a": 1}, "get", ["b", 2], 2),
        ({"a": 1}, "get", [[]], UNKNOWN),
        ({"a": 1}, "items", [], [("a", 1)]),
        ({"a": 1}, "keys", [], ["a"]),
        ({"a": 1}, "copy", [], {"a": 1}),
        ({"a": 1}, "clear", [], UNKNOWN),
        ([1], "append", [1], UNKNOWN),
    ],
)
def test_method(value: object, name: str, arguments: list[object], expected: object) -> None:
    assert operations.method(value, name, arguments, {}) == expected


def test_method_with_keywords() -> None:
    assert operations.method("{a}-{b:02d}{{}}", "format", [], {"a": "x", "b": 3}) == "x-03{}"
    assert operations.method("a b", "split", [], {"sep": " "}) is UNKNOWN


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("len", [[1, 2]], 2),
        ("str", [1], "1"),
        ("str", [[1]], UNKNOWN),
        ("int", ["7"], 7),
        ("int", ["9" * 5_000], UNKNOWN),
        ("int", ["a"], UNKNOWN),
        ("range", [3], [0, 1, 2]),
        ("range", [10**9], UNKNOWN),
        ("sorted", [["b", "a"]], ["a", "b"]),
        ("sorted", [["b", 1]], UNKNOWN),
        ("frozenset", [["a", "a"]], frozenset("a")),
        ("frozenset", [[[1]]], UNKNOWN),
        ("set", [["a"]], frozenset("a")),
        ("zip", [["a"], [1, 2]], [("a", 1)]),
        ("enumerate", [["a"]], [(0, "a")]),
        ("dict", [[("a", 1)]], {"a": 1}),
        ("max", [[1, UNKNOWN]], UNKNOWN),
        ("os.path.join", ["a", "b"], "a/b"),
        ("os.path.basename", ["https://h/a.pt"], "a.pt"),
        ("pathlib.Path", ["models"], "models"),
        ("urllib.parse.unquote", ["a"], "a"),
        ("urllib.parse.unquote", ["%2F"], UNKNOWN),
        ("os.system", ["true"], UNKNOWN),
        ("eval", ["1"], UNKNOWN),
    ],
)
def test_function_of_python(name: str, arguments: list[object], expected: object) -> None:
    assert operations.function(name, arguments) == expected


def test_what_is_too_heavy_or_too_deep_is_neither_compared_nor_hashed() -> None:
    heavy: tuple[Any, ...] = (1,)
    for _ in range(60):  # two to the power of 60 numbers, in 60 tuples
        heavy = (heavy, heavy)
    deep: tuple[Any, ...] = ()
    for _ in range(100_000):
        deep = (deep,)
    for value in (heavy, deep):
        assert not operations.certain(value)
        assert operations.compare(ast.Eq(), value, value) is UNKNOWN
        assert operations.function("frozenset", [[value]]) is UNKNOWN
        assert operations.subscript({"a": 1}, value) is UNKNOWN
    assert operations.weight(heavy) == operations.HEAVIEST + 1
    assert operations.same(heavy, heavy)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=10))
@settings(max_examples=50, deadline=None)
def test_a_value_is_the_same_as_itself_and_as_true_as_python_says(value: object) -> None:
    assert operations.same(value, value)
    assert operations.truth(value) is bool(value)
    assert operations.certain(value)


def test_truth_of_the_unknown_is_not_known() -> None:
    assert operations.truth(UNKNOWN) is None
    assert operations.truth(object()) is None
    assert repr(UNKNOWN) == "UNKNOWN"
