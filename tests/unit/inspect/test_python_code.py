"""Python files of strangers, parsed and never executed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.inspect.python_code import hubconf_dependencies, imported_modules


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("dependencies = ['torch', 'numpy', 'torch']", ("numpy", "torch")),
        ("dependencies = ()\ndependencies: list[str] = ('torch',)", ("torch",)),
        ("dependencies = ['torch', NAME, 3, 'not a module', 'x.y']", ("torch",)),
        ("dependencies = ['a'] + ['b']", ()),
        ("def f():\n    dependencies = ['torch']", ()),
        ("raise SystemExit\ndependencies = ['torch']", ("torch",)),
        ("dependencies = [", ()),
        ("", ()),
    ],
)
def test_dependencies_of_a_hubconf(source: str, expected: tuple[str, ...]) -> None:
    assert hubconf_dependencies(source.encode()) == expected


def test_relative_imports_are_followed_inside_the_repository() -> None:
    files = {
        "pkg/a.py": b"from .b import x\nfrom ..c import y\nfrom ...outside import z\nfrom . import a\n",
        "pkg/b.py": b"import timm.models\n",
        "c.py": b"from google.protobuf import message\nfrom . import pkg\n",
    }
    found = imported_modules(["pkg/a.py"], frozenset(files), files.__getitem__)
    assert found == ("google", "timm")


@given(st.binary(max_size=200) | st.text(alphabet="import from.x\n(as)try:=[]'", max_size=120).map(str.encode))
def test_no_bytes_make_it_fail(source: bytes) -> None:
    imported_modules(["m.py"], frozenset({"m.py"}), lambda _: source)
    assert all(name.isidentifier() for name in hubconf_dependencies(source))
