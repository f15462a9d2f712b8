"""Following whole modules: tables that several statements put together."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ptmdeps.libraries.module_run import ModuleRun
from ptmdeps.libraries.operations import UNKNOWN
from tests.unit.libraries.making import library


def value(root: Path, body: str) -> object:
    return ModuleRun(library(root, {"lib.py": body})).module("lib").names.get("x")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = dict(a=1, b='c')", {"a": 1, "b": "c"}),
        ("x = dict({'a': 1}, b=2)", {"a": 1, "b": 2}),
        ("x = dict([('a', 1)], b=2)", {"a": 1, "b": 2}),
        ("from collections import OrderedDict\nx = OrderedDict(a=1)", {"a": 1}),
        ("import collections\nx = collections.OrderedDict([('a', 1)])", {"a": 1}),
        ("x = {'a': 1}\nx.update({'b': 2})", {"a": 1, "b": 2}),
        ("x = {'a': {}}\nx['a']['b'] = 1", {"a": {"b": 1}}),
        ("x = {'a': {'b': {}}}\nx['a']['b']['c'] = 1", {"a": {"b": {"c": 1}}}),
        ("import copy\ny = {'a': 1}\nx = copy.deepcopy(y)\ny['a'] = 2", {"a": 1}),
        ("from copy import copy\nx = copy([1])", [1]),
        ("x = {}\nfor k in ('a', 'b'):\n    x[k] = k + k", {"a": "aa", "b": "bb"}),
        ("def f(u='', **kw): return {'u': u, **kw}\nx = f(u='1', v=2)", {"u": "1", "v": 2}),
        ("if True:\n    x = 'a'\nelse:\n    x = 'b'", "a"),
        ("x = dict(here(), b=2)", UNKNOWN),
        ("x = dict(**here())", UNKNOWN),
        ("x = {'a': 1}\nx.update(here())", UNKNOWN),
        ("x = {}\nx[here()]['b'] = 1", UNKNOWN),
        ("x = dict([1, 2])", UNKNOWN),
        ("raise SystemExit\nx = 1", None),
    ],
)
def test_names(tmp_path: Path, body: str, expected: object) -> None:
    assert value(tmp_path, body) == expected


def test_watched_calls(tmp_path: Path) -> None:
    body = "y = {'a': 1}\nfor one in ('b', 'c'):\n    register(one, y, key=one)"
    ran = ModuleRun(library(tmp_path, {"lib.py": body}), watched=("register",)).module("lib")
    assert [(call.positional, dict(call.keywords)) for call in ran.calls] == [
        (("b", {"a": 1}), {"key": "b"}),
        (("c", {"a": 1}), {"key": "c"}),
    ]


def test_expression(tmp_path: Path) -> None:
    run = ModuleRun(library(tmp_path, {"lib.py": "ROOT = 'https://example.org'"}))
    node = ast.parse("f'{ROOT}/{name}'", mode="eval").body
    assert run.expression(node, "lib", {"name": "a"}) == "https://example.org/a"
    assert run.expression(node, "lib") is UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        "x = 'ab'\n" + "x = x + x\n" * 200,
        "x = [1, 2]\n" + "x = x + x\n" * 200,
        "x = '%s%s' % ('a', 'b')\n" + "x = f'{x}{x}{x}'\n" * 200,
        "x = {}\nfor a in range(10000):\n  for b in range(10000):\n    for c in range(10000):\n      x[a] = b",
        "def f(n): return f(n)\nx = f(1)",
        "x = " + "(" * 90 + "1" + ",)" * 90,
        "x = " + "-" * 3000 + "1",
    ],
)
def test_hostile_module_ends(tmp_path: Path, body: str) -> None:
    found = value(tmp_path, body)
    assert found is None or found is UNKNOWN or isinstance(found, tuple | dict)


def test_module_that_is_not_there(tmp_path: Path) -> None:
    assert dict(ModuleRun(library(tmp_path, {})).module("lib").names) == {}
