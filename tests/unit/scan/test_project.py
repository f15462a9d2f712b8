"""Values and callers in other files of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.scan import project as project_module
from ptmdeps.scan.dependencies import is_folder
from ptmdeps.scan.files import project_files
from ptmdeps.scan.imports import words_of_imports
from ptmdeps.scan.project import Project, import_name
from tests.unit.scan.conftest import Scan

LOAD = "from transformers import AutoModel\n{imports}\nAutoModel.from_pretrained({value})\n"

LAYOUTS: dict[str, tuple[dict[str, str], str, str]] = {
    "file beside a script": ({"scripts/conf.py": "N = 'acme/a'"}, "scripts/app.py", "from conf import N"),
    "package from the root": (
        {"pkg/__init__.py": "", "pkg/conf.py": "N = 'acme/a'"},
        "app.py",
        "from pkg.conf import N",
    ),
    "src layout": (
        {"src/pkg/__init__.py": "", "src/pkg/conf.py": "N = 'acme/a'"},
        "tests2/app.py",
        "from pkg.conf import N",
    ),
    "relative": ({"pkg/__init__.py": "", "pkg/conf.py": "N = 'acme/a'"}, "pkg/app.py", "from .conf import N"),
    "relative to the package": (
        {"pkg/__init__.py": "N = 'acme/a'", "pkg/sub/__init__.py": ""},
        "pkg/sub/app.py",
        "from .. import N",
    ),
    "module of a package": (
        {"pkg/__init__.py": "", "pkg/conf.py": "N = 'acme/a'"},
        "pkg/app.py",
        "from . import conf\nN = conf.N",
    ),
    "module beside without a package": (
        {"pkg/conf.py": "N = 'acme/a'"},
        "pkg/app.py",
        "from . import conf\nN = conf.N",
    ),
    "again exported": (
        {"pkg/__init__.py": "from .conf import N", "pkg/conf.py": "N = 'acme/a'"},
        "app.py",
        "from pkg import N",
    ),
    "again exported with a star": (
        {"pkg/__init__.py": "from .conf import *", "pkg/conf.py": "N = 'acme/a'"},
        "app.py",
        "from pkg import N",
    ),
    "star": ({"conf.py": "N = 'acme/a'"}, "app.py", "from conf import *"),
    "import of a module": (
        {"pkg/__init__.py": "", "pkg/conf.py": "N = 'acme/a'"},
        "app.py",
        "import pkg.conf\nN = pkg.conf.N",
    ),
    "import under another name": ({"pkg/conf.py": "N = 'acme/a'"}, "app.py", "import pkg.conf as c\nN = c.N"),
    "package deep in the project": (
        {"packages/one/code/pkg/__init__.py": "", "packages/one/code/pkg/conf.py": "N = 'acme/a'"},
        "packages/two/app.py",
        "from pkg.conf import N",
    ),
    "script inside a package": (
        {"pkg/__init__.py": "", "pkg/conf.py": "N = 'acme/a'"},
        "pkg/app.py",
        "from conf import N",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_value_of_another_file(layout: str, scan_files: Scan) -> None:
    files, path, imports = LAYOUTS[layout]
    result = scan_files({**files, path: LOAD.format(imports=imports, value="N")})
    assert [reference.key.name for reference in result.references] == ["acme/a"]


@pytest.mark.parametrize(
    ("imports", "reason"),
    [
        ("from .gone import N", "`.gone` is not among the project's files"),
        ("from ..... import N", "`.....` is not among the project's files"),
        ("from conf import N", "`conf.py` does not set `N`"),
        ("from gone import N", "it comes from `gone.N`, outside the project"),
        ("import app\nN = app.N", "it comes from `app.N`, outside the project"),
    ],
)
def test_import_that_leads_nowhere(imports: str, reason: str, scan_files: Scan) -> None:
    result = scan_files({"conf.py": "M = 1", "app.py": LOAD.format(imports=imports, value="N")})
    assert [unresolved.reason for unresolved in result.unresolved] == [reason]


def test_module_that_does_not_parse(scan_files: Scan) -> None:
    result = scan_files({"conf.py": "N = (", "app.py": LOAD.format(imports="from conf import N", value="N")})
    assert len(result.unresolved) == 1


HEAD = "from transformers import AutoModel\n"
WRAPPER = HEAD + "def load(name):\n    return AutoModel.from_pretrained(name)\n"

CALLERS: dict[str, dict[str, str]] = {
    "imported": {"lib.py": WRAPPER, "app.py": "from lib import load\nload('acme/a')"},
    "imported under another name": {
        "lib.py": WRAPPER,
        "app.py": "from lib import load as l\nfrom lib import load\nload('acme/a')",
    },
    "through the module": {"lib.py": WRAPPER, "app.py": "import lib\nlib.load('acme/a')"},
    "through a package": {
        "pkg/__init__.py": "from .lib import load",
        "pkg/lib.py": WRAPPER,
        "app.py": "import pkg\npkg.load('acme/a')",
    },
    "of a class": {
        "lib.py": "from transformers import AutoModel\nclass L:\n    def __init__(self, n):\n        self.n = n\n"
        "    def load(self):\n        AutoModel.from_pretrained(self.n)\n",
        "app.py": "from lib import L\nL('acme/a').load()",
    },
    "of a method": {
        "lib.py": HEAD + "class L:\n    def load(self, n):\n        AutoModel.from_pretrained(n)\n",
        "app.py": "from lib import L\nl = L()\nl.load('acme/a')",
    },
    "of a derived class": {
        "lib.py": HEAD + "class L:\n    n = None\n    def load(self):\n        AutoModel.from_pretrained(self.n)\n",
        "app.py": "from lib import L\nclass M(L):\n    n = 'acme/a'",
    },
}


@pytest.mark.parametrize("case", CALLERS)
def test_callers_in_other_files(case: str, scan_files: Scan) -> None:
    references = scan_files(CALLERS[case]).references
    assert {reference.key.name for reference in references} == {"acme/a"}
    assert len([reference for reference in references if not reference.wraps]) == 1


def test_callers_in_tests_count_only_for_loads_in_tests(scan_files: Scan) -> None:
    files = {
        "lib.py": WRAPPER,
        "tests/test_lib.py": "from lib import load\nload('fake/a')\n"
        "from transformers import AutoModel\ndef own(n):\n    AutoModel.from_pretrained(n)\nown('fake/b')\n",
    }
    result = scan_files(files)
    assert {(reference.key.name, reference.scope) for reference in result.references} == {("fake/b", "test")}
    assert [str(unresolved.location) for unresolved in result.unresolved] == ["lib.py:3"]


def test_function_that_very_many_files_call_is_public(scan_files: Scan) -> None:
    files = {f"app{number:02}.py": f"from lib import load\nload('acme/a{number:02}')" for number in range(40)}
    result = scan_files({"lib.py": WRAPPER, **files})
    assert 20 <= len({reference.key for reference in result.references}) < 40


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.py", "a"), ("src/pkg/__init__.py", "pkg"), ("pkg/sub/m.py", "pkg.sub.m"), ("n.ipynb", "n"), ("src.py", "src")],
)
def test_import_name(path: str, name: str) -> None:
    assert import_name(path) == name


def test_words_of_imports() -> None:
    source = (
        b"import a.b as c, d\nfrom .e import (f,\n  g as h,\n)\n  from i import *\nx = 1 # import no\nimportant = 2\n"
    )
    assert words_of_imports(source) == set("abcdefghi") | {"as", "*"}
    assert words_of_imports(b"x = 1") == frozenset()
    assert words_of_imports(b'importlib.import_module("timm").x') == {"timm", "x"}
    assert words_of_imports(b'__import__("timm")') == {"timm"}
    assert {"os", "timm"} <= words_of_imports(b'["import os\\n",\n "import timm\\n"]')


def test_folder_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert is_folder(tmp_path, "a/b")
    for text in ("a/c", "", "..", "a/../a", "/", "a\0", "x" * 5_000):
        assert not is_folder(tmp_path, text)


def test_trees_are_let_go_when_they_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (tmp_path / f"{name}.py").write_text("#" * 1_400_000 + "\n")
    monkeypatch.setattr(project_module, "_KEPT_SOURCE", 3_500_000)
    project = Project(tmp_path, [file.path for file in project_files(tmp_path)])
    first = project.module("a.py")
    second = project.module("b.py")
    project.end("")
    project.forget_trees()
    assert project.module("b.py") is second
    project.module("c.py")
    assert project.module("a.py") is first
    project.end("")
    project.forget_trees()
    assert project.module("a.py") is first
    assert project.module("b.py") is not second


def test_very_many_calls_are_cut(scan_files: Scan) -> None:
    calls = "".join(f"load('acme/a{number}')\n" for number in range(300))
    result = scan_files({"lib.py": WRAPPER + "load('acme/first')\n" + calls})
    assert 100 < len({reference.key for reference in result.references}) <= 200
