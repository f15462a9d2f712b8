"""Following functions of a library that is never imported."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.operations import UNKNOWN
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.tracing import Tracer, required

Write = Callable[..., Path]
BAD = "\nraise SystemExit('imported')\n"


def modules_of(write: Write, files: Mapping[str, str]) -> Modules:
    return Modules(Folder(write({path: textwrap.dedent(text) + BAD for path, text in files.items()})))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X = 'a' + 'b'", "ab"),
        ("B = 'https://h'\nX = f'{B}/{1:02d}.pt'", "https://h/01.pt"),
        ("X = [f'{a}{b}' for a in 'ab' for b in (1, 2) if not (a == 'a' and b == 2)]", ["a1", "b1", "b2"]),
        ("X = frozenset([f'y{k}.pt' for k in 'nm'] + ['z.pt'])", frozenset({"yn.pt", "ym.pt", "z.pt"})),
        ("X = {k: v for k, v in {'a': 1}.items()}", {"a": 1}),
        ("A = {'a': 1}\nX = {**A, 'b': (2, *[3])}", {"a": 1, "b": (2, 3)}),
        ("X = {k for k in ('a', 'a')}", frozenset({"a"})),
        ("X = {'a'}", frozenset({"a"})),
        ("X = 'a' if 1 < 2 <= 2 else 'b'", "a"),
        ("X = 'a' if U else 'a'", "a"),
        ("X = 'a' if U else 'b'", UNKNOWN),
        ("X = None or 'a'", "a"),
        ("X = U or 'a'", UNKNOWN),
        ("X = not U", UNKNOWN),
        ("X = not ''", True),
        ("X = -1", -1),
        ("X = ~1", UNKNOWN),
        ("X = 'abc'[-2:]", "bc"),
        ("X = {'a': ('h', 'i')}['a'][1]", "i"),
        ("X = '/'.join(['a', 'b'])", "a/b"),
        ("import os\nX = os.path.join('a', 'b')", "a/b"),
        ("from os import path as p\nX = p.join('a', 'b')", "a/b"),
        ("from pathlib import Path\nX = Path('a') / 'b'", "a/b"),
        ("from .other import Y as X", "y"),
        ("from . import other\nX = other.Y", "y"),
        ("from .other import twice\nX = twice('a', end='!')", "aa!"),
        ("from .other import twice\nX = twice(**{'text': 'b'})", "bb?"),
        ("from .other import twice\nX = twice(**U)", UNKNOWN),
        ("from .other import rest\nX = rest(1, 2, 3, k=4)", (1, (2, 3), {"k": 4})),
        ("X: str = 'a'", "a"),
        ("try:\n X = 'a'\nexcept ImportError:\n X = 'b'", "a"),
        ("X = [a for a in U]", UNKNOWN),
        ("X = {a: 1 for a in U}", UNKNOWN),
        ("X = [a for a in 'ab' if U]", UNKNOWN),
        ("X = {U: 1}", UNKNOWN),
        ("X = [U]", [UNKNOWN]),
        ("X = b'a'", UNKNOWN),
        ("X = lambda: 1", UNKNOWN),
        ("X = f'{U}'", UNKNOWN),
        ("X = f'{1!r}'", UNKNOWN),
        ("X = (Y := 'a')", "a"),
        ("X = Y\nY = X", UNKNOWN),
        ("X = absent.thing('a')", UNKNOWN),
        ("X = open('/etc/passwd').read()", UNKNOWN),
        ("X = 9 ** 9 ** 9", UNKNOWN),
        ("X = ('a' and U)", UNKNOWN),
        ("X = (U and '') or 'a'", UNKNOWN),
        ("X = U or True", True),
        ("X = {k: 1 for k in ([],)}", UNKNOWN),
        ("X = {**U}", UNKNOWN),
        ("X = [a for a in range(9999) for b in range(9999)]", UNKNOWN),
        ("def f(n):\n return f(n) + f(n)\nX = f(1)", UNKNOWN),
        ("X = " + "(" * 80 + "'a'" + ")" * 80, "a"),
        ("X = " + "-" * 900 + "1", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_value_of_a_name(write: Write, text: str, expected: object) -> None:
    other = """
        Y = "y"
        def twice(text, *, end="?"):
            return text + text + end
        def rest(first, *others, **named):
            return first, others, named
    """
    modules = modules_of(write, {"lib/__init__.py": text, "lib/other.py": other})
    assert Tracer(modules).value("lib.X") == expected


def test_value_of_a_name_of_a_module_that_is_not_there(write: Write) -> None:
    tracer = Tracer(modules_of(write, {"lib.py": "def ("}))
    assert tracer.value("lib.X") is UNKNOWN
    assert tracer.value("absent.X") is UNKNOWN


FETCH = (
    """
    BASE = "https://h/"
    HASHES = {"r": ("aa", "bb")}

    def build(top=True, *, weights="imagenet", name="r"):
        """
    '"""Builds."""'
    """
        size: int = 3
        note: str
        if weights == "imagenet":
            if top:
                file, digest = f"{name}.h5", HASHES[name][0]
            else:
                file = "%s_notop.h5" % name
                digest = HASHES[name][1]
            path = utils.get_file(file, BASE + file, digest=digest)
            return load(path)
        elif weights is not None:
            raise ValueError(weights)
"""
)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [("r.h5", "https://h/r.h5", "aa")]),
        ({"top": False}, [("r_notop.h5", "https://h/r_notop.h5", "bb")]),
        ({"weights": "mine.h5"}, []),
        ({"weights": None}, []),
        ({"top": UNKNOWN}, [("", "", "")]),
        ({"name": "absent"}, [("absent.h5", "https://h/absent.h5", "")]),
    ],
)
def test_calls_of_a_function(write: Write, arguments: dict[str, object], expected: list[tuple[str, str, str]]) -> None:
    tracer = Tracer(modules_of(write, {"lib.py": FETCH}), watched=("get_file",))
    calls = tracer.calls("lib.build", arguments)
    assert [(one.text(0, "fname"), one.text(1, "origin"), one.text(2, "digest")) for one in calls] == expected
    assert tracer.calls("lib.build", arguments) == calls


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if unknown():\n  x = 'b'\n fetch(x)", [""]),
        ("if unknown():\n  return\n fetch(x)", ["a"]),
        ("if unknown():\n  fetch('b')\n else:\n  raise E\n fetch(x)", ["b", "a"]),
        ("if unknown():\n  return 1\n else:\n  return 2\n fetch(x)", []),
        ("if unknown():\n  x = 'b'\n else:\n  x = 'b'\n fetch(x)", ["b"]),
        ("for x in ('b', 'c'):\n  if x == 'c':\n   continue\n  fetch(x)", ["b"]),
        ("for x in ('b', 'c'):\n  return fetch(x)", ["b"]),
        ("for x in unknown():\n  fetch(x)\n fetch(x)", ["", ""]),
        ("while unknown():\n  fetch('b')\n  break\n fetch(x)", ["b", "a"]),
        ("with open(x) as y:\n  fetch(y)\n fetch(x)", ["", "a"]),
        ("try:\n  fetch('b')\n except E:\n  fetch('c')\n finally:\n  fetch('d')", ["b", "d"]),
        ("x += 'b'\n fetch(x)", ["ab"]),
        ("t = {}\n t['k'] = 'b'\n fetch(t['k'])", ["b"]),
        ("t = {}\n if unknown():\n  t['k'] = 'b'\n fetch(t.get('k', 'c'))", [""]),
        ("t = []\n t[0] = 'b'\n fetch(t)", [""]),
        ("t = 'b'\n t.x = 'c'\n fetch(t)", ["b"]),
        ("self.x = 'b'\n fetch(self.x)\n fetch(self.y)", ["b", ""]),
        ("x, y = 'bc'\n fetch(y)", ["c"]),
        ("x, y = unknown()\n fetch(y)", [""]),
        ("import os\n fetch(os.path.basename('h/b'))", ["b"]),
        ("def x(): ...\n fetch(x)", [""]),
        ("fetch(known('b'))", ["answer"]),
        ("fetch(isinstance(x, str) and 'b')", ["b"]),
        ("fetch(isinstance(1, str) and 'b')", [""]),
        ("fetch(*['b'])", ["b"]),
        ("fetch(*unknown())", [""]),
        ("fetch(fetch('b') or 'c')", ["b", ""]),
        ("lib.inner(x)", ["inner-a"]),
        ("other.inner(x)", []),
    ],
)
def test_statements(write: Write, body: str, expected: list[str]) -> None:
    text = f"import lib\nimport other\ndef f(self, x):\n {body}\ndef inner(x):\n fetch('inner-' + x)\n"
    modules = modules_of(write, {"lib.py": text, "other.py": "def inner(x):\n fetch(x)"})
    tracer = Tracer(modules, watched=("fetch",), followed="lib.", answers={"known": "answer"})
    assert [one.text(0, "x") for one in tracer.calls("lib.f", {"x": "a"})] == expected


def test_method_of_a_class(write: Write) -> None:
    text = "class C:\n def __init__(self, x):\n  self.table = {'a': 'b'}\n  fetch(self.table[x])"
    tracer = Tracer(modules_of(write, {"lib/sub.py": text}), watched=("fetch",))
    assert [one.text(0, "") for one in tracer.calls("lib.sub.C.__init__", {"x": "a"})] == ["b"]
    for absent in ("lib.sub.C.other", "lib.sub.D.f", "lib.sub.C", "lib.other.f", "f"):
        assert tracer.calls(absent, {}) == ()


@pytest.mark.parametrize(
    "body",
    [
        "for a in range(500):\n  for b in range(500):\n   for c in range(500):\n    x = a",
        "x = 'a'\n for a in range(500):\n  x = x + x\n  t = [x, x]",
        "t = (1,)\n for a in range(500):\n  t = (t, t)\n  s = {t}\n  u = t == (t, t)",
        "t = ()\n for a in range(500):\n  for b in range(500):\n   t = (t,)\n s = {t}",
        "t = {}\n for a in range(20000):\n  for b in range(500):\n   t[f'{a}-{b}'] = a",
        "g(x)",
        "t = [0] \n for a in range(500):\n  t = t + t\n  u = [t, t, t] == [t, t, t]",
    ],
)
def test_hostile_functions_end(write: Write, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.libraries.expressions._MAXIMUM_STEPS", 20_000)
    text = f"def f(x):\n {body}\n fetch('end')\ndef g(x):\n g(x)\n g(x)\n return g(x)"
    tracer = Tracer(modules_of(write, {"lib.py": text}), watched=("fetch",))
    assert len(tracer.calls("lib.f", {"x": 1})) <= 1


def test_no_more_steps_than_are_gone_altogether(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.libraries.expressions._MAXIMUM_ALTOGETHER", 100)
    text = "def f(x):\n for one in range(20):\n  x = one\n fetch('end')"
    tracer = Tracer(modules_of(write, {"lib.py": text}), watched=("fetch",))
    assert [len(tracer.calls("lib.f", {})) for _ in range(5)][::4] == [1, 0]


scalars = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(st.characters(max_codepoint=0x2FF))
literals = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(scalars, inner) | st.tuples(inner, inner), max_leaves=12
)


@given(literals)
@settings(max_examples=50, deadline=None)
def test_literals_are_what_they_say(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    root = tmp_path_factory.mktemp("library")
    (root / "lib.py").write_text(f"X = {value!r}\n", encoding="utf-8")
    assert Tracer(Modules(Folder(root))).value("lib.X") == value


def test_required_parameters(write: Write) -> None:
    modules = modules_of(write, {"lib.py": "def f(a, /, b, c=1, *, d, e=2): ..."})
    source = modules.source("lib")
    assert source is not None
    assert required(source.bound["f"]) == ("a", "b", "d")  # type: ignore[arg-type]
