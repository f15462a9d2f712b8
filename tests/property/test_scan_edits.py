"""Edits of projects whose files look into each other everywhere: what was kept never hides one.

Each statement names what other files set, bring or pass on, and nearly every edit changes what some load comes to. So
a dependency that is not noted shows as a difference from a scan of the same files from the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ptmdeps.scan import ScanCache, scan
from tests.property.scan_projects import Clock, lengthened, write_project

_MODULES = ("a", "b", "c", "d")
_FILES = ("pkg/__init__.py", *(f"pkg/{name}.py" for name in _MODULES), "app.py")
_HEAD = "from transformers import AutoModel\n"

_STATEMENTS = (
    # constants, and containers that more is put into
    "NAME = 'acme/name{n}'",
    "OTHER = 'acme/other{n}'",
    "NAME = OTHER",
    "OTHER: str = NAME",
    "TABLE = {{'k': NAME, 'l': 'acme/table{n}'}}",
    "TABLE['m'] = OTHER",
    "def fill():\n    TABLE['f'] = 'acme/filled{n}'",
    "if FLAG:\n    NAME = 'acme/if{n}'\nelse:\n    NAME = OTHER",
    "try:\n    from pkg.{m} import NAME\nexcept ImportError:\n    NAME = 'acme/except{n}'",
    "NAMES = [\nNAME,\n'acme/list{n}',\n]",
    "(WALRUS := 'acme/walrus{n}')\nNAME = WALRUS",
    # what files bring from each other
    "from pkg.{m} import NAME, OTHER",
    "from pkg.{m} import OTHER as NAME",
    "from pkg.{m} import *",
    "from pkg.{m} import load, choose",
    "from pkg.{m} import Base, Child, TABLE",
    "from pkg import {m}\nOTHER = {m}.NAME",
    "import pkg.{m} as module\nNAME = module.OTHER",
    "from pkg import *",
    "from pkg import load, Base, NAME",
    # functions that hand something on, and who calls them
    "def load(name=NAME):\n    return AutoModel.from_pretrained(name)",
    "def load(name, *, other=None):\n    from pkg.{m} import load as inner\n    return inner(name)",
    "def choose(key='k'):\n    return TABLE[key]",
    "def choose(key=1):\n    return NAME if key else 'acme/chosen{n}'",
    "load(NAME)",
    "load('acme/called{n}')",
    "load(choose())",
    "load = print",
    "def decorate(function):\n    function(NAME)\n    return function",
    "@decorate\ndef load(name):\n    return AutoModel.from_pretrained(name)",
    # classes, what they derive from and what their objects hold
    "class Base:\n    name = 'acme/base{n}'\n    def go(self):\n        return AutoModel.from_pretrained(self.name)",
    (
        "class Base:\n    def __init__(self, name=NAME):\n        self.name = name\n"
        "    def go(self):\n        return AutoModel.from_pretrained(self.name)"
    ),
    "class Child(Base):\n    name = 'acme/child{n}'",
    "class Child(Base):\n    def __init__(self):\n        super().__init__('acme/super{n}')",
    "Child().go()",
    "Base('acme/made{n}').go()",
    "Base.name = OTHER",
    # loads of all that
    "AutoModel.from_pretrained(NAME)",
    "AutoModel.from_pretrained(OTHER)",
    "AutoModel.from_pretrained(Base.name)",
    "AutoModel.from_pretrained(Child.name)",
    "for key in TABLE:\n    AutoModel.from_pretrained(TABLE[key])",
    "for name in NAMES:\n    AutoModel.from_pretrained(name)",
    "AutoModel.from_pretrained(globals()['NAME'])",
    "AutoModel.from_pretrained(choose(0))",
    "def unused():\n    return {n}",
    "# load(NAME)",
    "this does not parse {n}",
)
"""Statements; ``{m}`` is a module of the package, and ``{n}`` a number that tells models apart."""

_USUAL = tuple(text for text in _STATEMENTS if "parse" not in text)

STATEMENTS = st.builds(
    lambda text, module, number, long: (lengthened if long else str)(text.format(m=module, n=number)),
    st.sampled_from(_USUAL) | st.sampled_from(_USUAL) | st.sampled_from(_USUAL) | st.sampled_from(_STATEMENTS),
    st.sampled_from(_MODULES),
    st.integers(0, 9),
    st.booleans(),
)
PROJECTS = st.fixed_dictionaries({path: st.lists(STATEMENTS, min_size=2, max_size=6) for path in _FILES})
EDITS = st.tuples(
    st.sampled_from(("change", "change", "put in", "take out", "swap", "lengthen")),
    st.sampled_from(_FILES),
    st.integers(0, 8),
    STATEMENTS,
)
Edit = tuple[str, str, int, str]


def edited(statements: list[str], edit: Edit) -> list[str]:
    """Return the statements of a file after an edit of the one at a place."""
    what, _, place, new = edit
    at = place % (len(statements) or 1)
    before, here, after = statements[:at], statements[at : at + 1], statements[at + 1 :]
    match what:
        case "change":
            return [*before, new, *after]
        case "put in":
            return [*before, new, *here, *after]
        case "take out":
            return [*before, *after]
        case "swap":
            return [*before, *after[:1], *here, *after[1:]]
        case _:
            return [*before, *map(lengthened, here), *after]


def text_of(statements: list[str]) -> str:
    """Return the text of a file."""
    return _HEAD + "".join(f"{statement}\n" for statement in statements)


def check(files: Mapping[str, list[str]], edits: list[Edit]) -> None:
    """Scan a project after each edit, with what was kept and without."""
    now = dict(files)
    with TemporaryDirectory() as name:
        folder, cache, clock = Path(name) / "project", ScanCache(Path(name) / "cache"), Clock()
        folder.mkdir()
        write_project(folder, {path: text_of(statements) for path, statements in now.items()}, clock)
        before = scan(folder, cache=cache)
        for edit in edits:
            path = edit[1]
            now[path] = edited(now[path], edit)
            clock.write(folder / path, text_of(now[path]))
            expected = scan(folder)
            event("the edit changes results" if expected != before else "it does not")
            assert scan(folder, cache=cache) == expected
            before = expected


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(files=PROJECTS, edits=st.lists(EDITS, min_size=3, max_size=6))
def test_every_edit_gives_what_a_scan_from_the_start_gives(files: dict[str, list[str]], edits: list[Edit]) -> None:
    check(files, edits)


_CLASS = "class Base:\n    name = 'acme/one'\n    def spare(self):\n        return 1\n"

DEPENDENCIES: Mapping[str, tuple[dict[str, str], str, str]] = {
    "constant": ({"app.py": "from pkg.a import NAME\n{load}NAME)", "pkg/a.py": "NAME = 'acme/one'"}, "one", "two"),
    "constant behind another": (
        {"app.py": "from pkg.a import NAME\n{load}NAME)", "pkg/a.py": "NAME = OTHER", "pkg/b.py": ""},
        "NAME = OTHER",
        "OTHER = 'acme/two'\nNAME = OTHER",
    ),
    "import": (
        {
            "app.py": "from pkg.a import NAME\n{load}NAME)",
            "pkg/a.py": "from pkg.b import NAME\nunused = 1",
            "pkg/b.py": "NAME = 'acme/one'",
            "pkg/c.py": "NAME = 'acme/two'",
        },
        "pkg.b",
        "pkg.c",
    ),
    "star": (
        {
            "app.py": "from pkg.a import NAME\n{load}NAME)",
            "pkg/a.py": "from pkg.b import *\nunused = 1",
            "pkg/b.py": "NAME = 'acme/one'",
            "pkg/c.py": "NAME = 'acme/two'",
        },
        "pkg.b",
        "pkg.c",
    ),
    "star that is new": (
        {
            "app.py": "from pkg.a import NAME\n{load}NAME)",
            "pkg/a.py": "unused = 1",
            "pkg/b.py": "NAME = 'acme/one'",
        },
        "unused = 1",
        "unused = 1\nfrom pkg.b import *",
    ),
    "attribute of a class": (
        {"app.py": "from pkg.a import Base\n{load}Base.name)", "pkg/a.py": _CLASS},
        "'acme/one'",
        "'acme/two'",
    ),
    "constant that a class holds": (
        {
            "app.py": "from pkg.a import Base\n{load}Base.name)",
            "pkg/a.py": "X = 'acme/x'\n" + _CLASS.replace("'acme/one'", "X"),
        },
        "acme/x",
        "acme/y",
    ),
    "what a class derives from": (
        {
            "app.py": "from pkg.a import Child\n{load}Child.name)",
            "pkg/a.py": f"{_CLASS}class Other:\n    name = 'acme/other'\nclass Child(Base):\n    spare = 1\n",
        },
        "Child(Base)",
        "Child(Other)",
    ),
    "result of a function": (
        {"app.py": "from pkg.a import choose\n{load}choose())", "pkg/a.py": "def choose():\n    return 'acme/one'\n"},
        "one",
        "two",
    ),
    "function that gave nothing": (
        {"app.py": "from pkg.a import choose\n{load}choose())", "pkg/a.py": "def choose():\n    unused = 1\n"},
        "unused = 1",
        "return 'acme/two'",
    ),
    "global of a function": (
        {
            "app.py": "from pkg.a import choose\n{load}choose())",
            "pkg/a.py": "X = 'acme/one'\ndef choose():\n    return X\n",
        },
        "one",
        "two",
    ),
    "entry that is put in": (
        {
            "app.py": "from pkg.a import TABLE\n{load}TABLE['m'])",
            "pkg/a.py": "TABLE = {'k': 'acme/k'}\nTABLE['m'] = 'acme/m'",
        },
        "acme/m",
        "acme/n",
    ),
    "entry that a function puts in": (
        {
            "app.py": "from pkg.a import TABLE\nfor key in TABLE:\n    {load}TABLE[key])",
            "pkg/a.py": "TABLE = {'k': 'acme/k'}\ndef fill():\n    TABLE['m'] = 'acme/m'\n",
        },
        "acme/m",
        "acme/n",
    ),
    "branch": (
        {
            "app.py": "from pkg.a import NAME\n{load}NAME)",
            "pkg/a.py": "if FLAG:\n    NAME = 'acme/one'\nelse:\n    NAME = 'acme/other'\n",
        },
        "else:\n    NAME",
        "else:\n    OTHER",
    ),
    "list of lines": (
        {
            "app.py": "from pkg.a import NAMES\nfor name in NAMES:\n    {load}name)",
            "pkg/a.py": "NAMES = [\n'acme/one',\n]",
        },
        "one",
        "two",
    ),
    "caller": (
        {"pkg/a.py": "def load(name):\n    {load}name)\n", "app.py": "from pkg.a import load\nload('acme/one')"},
        "one",
        "two",
    ),
    "caller that is new": (
        {"pkg/a.py": "def load(name):\n    {load}name)\n", "app.py": "from pkg.a import load\nload('acme/one')"},
        "load('acme/one')",
        "load('acme/one')\nload('acme/two')",
    ),
    "caller that goes": (
        {
            "pkg/a.py": "def load(name):\n    {load}name)\n",
            "app.py": "from pkg.a import load\nload('acme/one')\nload('acme/two')",
        },
        "load('acme/two')",
        "unused = 1",
    ),
    "caller in another function": (
        {
            "pkg/a.py": "def load(name):\n    {load}name)\n",
            "app.py": "from pkg.a import load\nload('acme/one')\ndef spare():\n    unused = 1\n",
        },
        "unused = 1",
        "load('acme/two')",
    ),
    "caller in a file without one": (
        {
            "pkg/a.py": "def load(name):\n    {load}name)\n",
            "app.py": "from pkg.a import load\nload('acme/one')",
            "pkg/b.py": "from pkg.a import load\nunused = 1",
        },
        "unused = 1",
        "load('acme/two')",
    ),
    "decorator": (
        {
            "pkg/a.py": "def used(function):\n    {load}function.name)\n",
            "pkg/b.py": "from pkg.a import used\n@used\nclass A:\n    name = 'acme/one'\n",
        },
        "acme/one",
        "acme/two",
    ),
    "derived class": (
        {
            "pkg/a.py": "class Base:\n    name = None\n    def go(self):\n        {load}self.name)\n",
            "pkg/b.py": "from pkg.a import Base\nclass Child(Base):\n    name = 'acme/one'\n",
        },
        "acme/one",
        "acme/two",
    ),
    "derived class that is new": (
        {
            "pkg/a.py": "class Base:\n    name = None\n    def go(self):\n        {load}self.name)\n",
            "pkg/b.py": "from pkg.a import Base\nclass Child:\n    name = 'acme/one'\n",
        },
        "class Child",
        "class Child(Base)",
    ),
    "all names of a file": (
        {
            "app.py": "from pkg.a import pick\n{load}pick('NAME'))",
            "pkg/a.py": "NAME = 'acme/one'\ndef pick(key):\n    return globals()[key]\n",
        },
        "acme/one",
        "acme/two",
    ),
    "new name among all of a file": (
        {
            "app.py": "from pkg.a import pick\n{load}pick('NAME'))",
            "pkg/a.py": "unused = 1\ndef pick(key):\n    return globals()[key]\n",
        },
        "unused = 1",
        "NAME = 'acme/one'",
    ),
    "file that parses": (
        {"app.py": "from pkg.a import NAME\n{load}NAME)", "pkg/a.py": "NAME = 'acme/one'\nunused = 1"},
        "unused = 1",
        "unused = (",
    ),
}
"""For each kind of dependency a project, and an edit of one of its files that changes what another one loads."""


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("kind", DEPENDENCIES)
def test_each_kind_of_dependency_is_noted(kind: str, long: bool, tmp_path: Path) -> None:
    project, old, new = DEPENDENCIES[kind]
    folder, cache, clock = tmp_path / "project", ScanCache(tmp_path / "cache"), Clock()
    texts = {path: text.replace("{load}", "AutoModel.from_pretrained(") for path, text in project.items()}
    texts = {
        path: _HEAD + (lengthened(text) if long else text) + "\n"
        for path, text in {"pkg/__init__.py": "", **texts}.items()
    }
    write_project(folder, texts, clock)
    before = scan(folder, cache=cache)
    path = next(path for path, text in texts.items() if old in text)
    clock.write(folder / path, texts[path].replace(old, new))
    expected = scan(folder)
    assert expected != before
    assert scan(folder, cache=cache) == expected
