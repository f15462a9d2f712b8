"""Code that is long: what cannot lead to a download is not followed for ever, and what can is."""

from __future__ import annotations

import ast

import pytest

from ptmdeps.hubconf.reaching import Reach, worth_following
from tests.unit.hubconf.repositories import urls, weights

A = "https://acme.example/a.pth"

LONG = """\
    import torch

    def busy():
        for n in range(5000):
            for m in range(9):
                n + m

    class Layers:
        def __init__(self):
            for n in range(5000):
                for m in range(9):
                    n + m

    def address(name):
        return "https://acme.example/" + name

    def load(name):
        for n in range(3):
            n
        return torch.hub.load_state_dict_from_url(address(name))

    def apply(function, *arguments):
        for n in range(3):
            n
        return function(*arguments)

    def model():
        busy()
        for _ in range(5000):
            busy()
            Layers()
        apply(load, "a.pth")
"""


def test_long_code_is_cut_short_where_nothing_can_be_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.hubconf.entrypoints.MAX_PATIENCE", 1_000)
    assert urls(LONG) == [A]


def test_what_cannot_be_followed_to_its_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.hubconf.entrypoints.MAX_CALL_STEPS", 5_000)
    ((reason,),) = ([one.reason for one in weights(LONG, "model").unknown],)
    assert reason == "following it takes too long"


def reached(text: str) -> set[str]:
    tree = ast.parse(text)
    reach = Reach()
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and reach.can_download(node, [tree])}


def test_names_lead_to_a_download_over_others() -> None:
    text = """
from lib import load_url as fetch
def direct(): lib.load_state_dict_from_url(x)
def renamed(): fetch(x)
def over(): direct()
def method(): model.net_method()
class Net:
    def net_method(self): return over()
def builds(): Net()
def harmless(x): return x.append(len(x))
def compares(x): return isinstance(x, Net)
def annotated(x: Net) -> int: y: Net = 1; return y
def imports():
    from hub import snapshot_download
"""
    assert reached(text) == {"direct", "renamed", "over", "method", "builds", "imports"}


@pytest.mark.parametrize(
    ("text", "method", "expected"),
    [
        ("def f(a): return a + 'x'", False, True),
        ("def f(a): return a + 'x'", True, False),
        ("def f(a):\n    for b in a: b", False, False),
        ("def f(a): return [b for b in a]", False, False),
        ("def f(a):\n    for b in (): a(b)", False, True),
        ("def f(b):\n    for b in (): TABLE[b]()", True, True),
        ("lambda a: a()", True, True),
        ("def f():\n" + "    x = 1\n" * 400, False, False),
    ],
)
def test_short_functions_and_those_that_call_what_they_are_given_are_followed(
    text: str, method: bool, expected: bool
) -> None:
    statement = ast.parse(text).body[0]
    node = statement.value if isinstance(statement, ast.Expr) else statement
    assert worth_following(node, method=method) is expected
