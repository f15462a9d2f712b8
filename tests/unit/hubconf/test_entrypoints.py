"""Entry points and declared dependencies."""

from __future__ import annotations

import pytest

from ptmdeps.hubconf import HubConf, read_hubconf
from tests.unit.hubconf.repositories import Files


def read(**files: str) -> HubConf:
    return read_hubconf(Files({name.replace("_in_", "/") + ".py": text for name, text in files.items()}))


def test_functions_with_their_signature_summary_and_place() -> None:
    found = read(
        hubconf='''\
            dependencies = ["torch"]

            def tiny(pretrained: bool = False, *, size=224, **kwargs):
                """
                A small \x1b[31m model.

                More.
                """

            def _private():
                pass
        '''
    )
    (entry,) = found.entrypoints
    assert (entry.name, entry.signature) == ("tiny", "tiny(pretrained=False, *, size=224, **kwargs)")
    assert (entry.summary, entry.place) == (r"A small \x1b[31m model.", "hubconf.py:3")
    assert found.dependencies == ("torch",) and found.dependencies_known and not found.problems


def test_imported_renamed_decorated_partial_and_generated_ones() -> None:
    found = read(
        hubconf="""\
            import functools
            import torch
            from zoo import *
            from zoo.nets import small as little, register, Net
            from numpy import array
            big = functools.partial(Net.create, 3)
            for size in ("s", "m"):
                globals()[f"net_{size}"] = functools.partial(little, size)
            shown = register()(lambda width=1: width)
            constant = 3
        """,
        zoo_in___init__="__all__ = ['medium']\ndef medium(): pass\ndef hidden(): pass\n",
        zoo_in_nets="""\
            import functools

            def register():
                def decorate(function):
                    @functools.wraps(function)
                    def wrapper(*args, **kwargs):
                        return function(*args, **kwargs)
                    return wrapper
                return decorate

            @register()
            def small(size, depth=2):
                "Small ones."

            class Net:
                "Any net."
                def __init__(self, depth=1): pass

                @classmethod
                def create(cls, depth, width=4): pass
        """,
    )
    shown = {entry.name: (entry.signature, entry.place) for entry in found.entrypoints}
    assert shown == {
        "Net": ("Net(depth=1)", "zoo/nets.py:15"),
        "big": ("big(width=4)", "zoo/nets.py:19"),
        "little": ("little(size, depth=2)", "zoo/nets.py:11"),
        "medium": ("medium()", "zoo/__init__.py:2"),
        "net_m": ("net_m(depth=2)", "zoo/nets.py:11"),
        "net_s": ("net_s(depth=2)", "zoo/nets.py:11"),
        "register": ("register()", "zoo/nets.py:3"),
        "shown": ("shown(width=1)", "hubconf.py:9"),
    }


def test_objects_that_are_called_are_entry_points() -> None:
    found = read(
        hubconf="class _Entry:\n    def __call__(self, pretrained=True): pass\nnet = _Entry()\nother = object()\n"
    )
    assert [(entry.name, entry.signature) for entry in found.entrypoints] == [("net", "net(pretrained=True)")]


@pytest.mark.parametrize(
    ("text", "dependencies", "known"),
    [
        ("dependencies = ['torch', 'numpy']", ("numpy", "torch"), True),
        ("dependencies = ['a']\ndependencies += ['b']", ("a", "b"), True),
        ("BASE = ('a',)\ndependencies = list(BASE) + ['b']", ("a", "b"), True),
        ("import x\ndependencies = x.needs()", (), False),
        ("import x\ndependencies = ['a', x.name]", ("a",), False),
        ("", (), True),
    ],
)
def test_dependencies(text: str, dependencies: tuple[str, ...], known: bool) -> None:
    found = read(hubconf=text)
    assert (found.dependencies, found.dependencies_known) == (dependencies, known)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"model.py": ""}, "there is no `hubconf.py`"),
        ({"hubconf.py": "def ("}, "hubconf.py: it is no Python that can be parsed"),
        ({"hubconf.py": "raise SystemExit"}, "hubconf.py:1: it raises SystemExit"),
        ({"hubconf.py": "from bad import x", "bad.py": "x = ("}, "bad.py: it is no Python that can be parsed"),
        ({"hubconf.py": "#" * 2_000_001}, "hubconf.py: it is longer than 2000000 bytes"),
    ],
)
def test_problems_are_told(files: dict[str, str], problem: str) -> None:
    assert problem in read_hubconf(Files(files)).problems


def test_a_module_that_fails_in_one_place_is_read_on() -> None:
    found = read(hubconf="VALUE = {}['missing']\ndef net(): pass\n")
    assert [entry.name for entry in found.entrypoints] == ["net"]
    assert found.problems == ("hubconf.py:1: it raises KeyError",)


def test_a_file_that_is_listed_and_cannot_be_read_is_a_problem() -> None:
    class Torn(Files):
        def read(self, path: str) -> bytes:
            if path == "zoo.py":
                raise FileNotFoundError(path)
            return super().read(path)

    found = read_hubconf(Torn({"hubconf.py": "import zoo\ndef net(): pass\n", "zoo.py": ""}))
    assert found.problems == ("zoo.py: it is listed and cannot be read",)
    assert [entry.name for entry in found.entrypoints] == ["net"]
