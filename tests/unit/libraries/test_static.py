"""Defaults of parameters, read from source that is never imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.static import Modules, Written

Write = Callable[..., Path]

BAD = "raise SystemExit('imported')\n"


@pytest.mark.parametrize(
    ("call", "files", "line"),
    [
        ("lib.f", {"lib.py": "def f(x, model='m'): ..."}, 1),
        ("lib.f", {"lib.py": "async def f(x, /, *, model='m'): ..."}, 1),
        ("lib.C", {"lib/__init__.py": "class C:\n def __init__(self, model: str = 'm'): ..."}, 2),
        ("lib.C.load", {"lib/__init__.py": "class C:\n def load(self, model='m'): ..."}, 2),
        ("lib.C", {"lib/__init__.py": "class C(BaseModel):\n model: str = 'm'"}, 2),
        ("lib.C", {"lib/__init__.py": "class C(BaseModel):\n name: str = Field(default='m', alias='model')"}, 2),
        ("lib.C", {"lib/__init__.py": "class C(BaseModel):\n x: int = Field(alias=1)\n model: str = p.Field('m')"}, 3),
        ("lib.C", {"lib/__init__.py": "D = 'm'\nclass C:\n model: str = D"}, 1),
        ("lib.C", {"lib/__init__.py": "class B:\n model: str = 'm'\nclass C(B):\n def __init__(self, x): ..."}, 2),
        ("lib.C", {"lib/__init__.py": "class A:\n m: str = 'm'\nclass C:\n model: str = A.m"}, 2),
        ("lib.C", {"lib/__init__.py": "class C(x(), Absent, B):\n y = 1\nclass B:\n model: str = 'm'"}, 4),
        ("lib.f", {"lib.py": "def f(model=None):\n x = 1\n if model is None:\n  model = 'm'"}, 4),
        ("lib.f", {"lib.py": "def f(model=None):\n name = model or 'm'"}, 2),
        (
            "lib.f",
            {"lib.py": "try:\n import x\n def f(model='m'): ...\nexcept ImportError:\n def f(model='n'): ..."},
            3,
        ),
        ("lib.f", {"lib.py": "if X:\n def f(model='m'): ...\nelse:\n def f(model='n'): ..."}, 2),
        ("lib.C", {"lib/__init__.py": "from .a import B as C", "lib/a.py": "class B:\n model: str = 'm'"}, 2),
        ("lib.C", {"lib/__init__.py": "from lib.a.b import C", "lib/a/b.py": "class C:\n model: str = 'm'"}, 2),
        ("lib.sub.C", {"lib/sub/__init__.py": "from ..a import C", "lib/a.py": "class C:\n model: str = 'm'"}, 2),
        ("lib.f", {"lib/__init__.py": "import lib.a as a\nf = 1\nfrom .b import f as g\n", "lib.py": ""}, None),
        ("lib.f", {"lib/__init__.py": "from . import c\ndef f(model=c.D): ...", "lib/c.py": "D: str = 'm'"}, 1),
        ("lib.f", {"lib/__init__.py": "import lib.c as c\ndef f(model=c.D): ...", "lib/c.py": "\nD = 'm'"}, 2),
    ],
)
def test_default_is_found(write: Write, call: str, files: dict[str, str], line: int | None) -> None:
    root = write({f"packages/{path}": text + "\n" + BAD for path, text in files.items()})
    found = Modules(Folder(root), "packages").default(call, "model")
    if line is None:
        assert found is None
        return
    assert found is not None
    assert (found.text, found.line) == ("m", line)
    assert found.path.removeprefix("packages/") in files


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("lib.f", "def f(model): ..."),
        ("lib.f", "def f(model=None): ..."),
        ("lib.f", "def f(model=None):\n if model is None:\n  model = compute()"),
        ("lib.f", "def f(model=None):\n if model is None:\n  other = 'm'"),
        ("lib.f", "def f(model=3): ..."),
        ("lib.f", "def f(model=compute('m')): ..."),
        ("lib.f", "def f(model=Field()): ..."),
        ("lib.f", "def f(model=absent): ..."),
        ("lib.f", "def f(model=f): ..."),
        ("lib.f", "def f(model=a.b.c): ..."),
        ("lib.f", "D = D\ndef f(model=D): ..."),
        ("lib.f", "from lib import f"),
        ("lib.f", "from . import f"),
        ("lib.f", "from ..... import f"),
        ("lib.f", "f = 'm'"),
        ("lib.g", "def f(model='m'): ..."),
        ("lib.C.g", "class C:\n model: str = 'm'"),
        ("lib.f.g", "def f(model='m'): ..."),
        ("lib.C", "class C(C): ..."),
        ("lib.C", "class C:\n model: str\n other: str = 'm'"),
        ("absent.f", ""),
        ("lib", ""),
        ("lib.f", "def f(model='m'): ...\n("),
        ("lib.f", "def f(model='m'): ...\n\0"),
        ("lib.f", "def f(model='m'): ...\n" + "(" * 5_000),
        ("lib.f", "def f(model='m'): ...\n" + "x = 1\n" * 400_000),
    ],
)
def test_what_is_no_literal_is_not_guessed(write: Write, call: str, text: str) -> None:
    assert Modules(Folder(write({"lib/__init__.py": text}))).default(call, "model") is None


def test_cyclic_imports_and_bases_end(write: Write) -> None:
    files = {
        "lib/__init__.py": "from .a import f, D, C",
        "lib/a.py": "from .b import f, D\nclass C(D):\n x = 1",
        "lib/b.py": "from .a import f\nfrom .a import C as D",
    }
    library = Modules(Folder(write(files)))
    assert library.default("lib.f", "model") is None
    assert library.default("lib.C", "model") is None


def test_constant_as_text(write: Write) -> None:
    library = Modules(Folder(write({"lib/x.py": "A = 'm'\nclass C:\n B = 'n'\ndef f(): ..."})))
    assert library.text("lib.x.A") == Written("m", "lib/x.py", 1)
    assert library.text("lib.x.C.B") == Written("n", "lib/x.py", 3)
    assert library.text("lib.x.f") is None
    assert library.constant("lib.x.f") is None


def test_children_and_data(write: Write) -> None:
    files = {
        "lib/__init__.py": "",
        "lib/b.py": "",
        "lib/a/__init__.py": "",
        "lib/c.json": "{}",
        "lib/__pycache__/x": "",
    }
    modules = Modules(Folder(write(dict(files))))
    assert modules.children("lib") == ("lib.a", "lib.b")
    assert modules.children("absent") == ()
    assert (modules.data("lib/c.json"), modules.data("lib/d.json")) == (b"{}", None)
    assert modules.tree("lib.b") is not None and modules.tree("lib.d") is None


def test_library_of_absurd_size(monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    monkeypatch.setattr("ptmdeps.libraries.static._MAXIMUM_CHILDREN", 1)
    monkeypatch.setattr("ptmdeps.libraries.static._MAXIMUM_ALTOGETHER", 30)
    modules = Modules(Folder(write({"lib/a.py": "x = 'abcdefghij'", "lib/b.py": "x = 'abcdefghij'"})))
    assert modules.children("lib") == ()
    assert modules.tree("lib.a") is not None and modules.tree("lib.b") is None
    assert modules.tree("lib.a") is not None
