"""Which version of a library a project uses."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from ptmdeps.distributions.locks import LOCKS
from ptmdeps.identity import Location
from ptmdeps.libraries.declared import declared_in
from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.versions import Versions

Write = Callable[..., Path]

PACKAGE = """\
version = 1

[[package]]
name = "other"
version = "9.9.9"

[[package]]
name = "sentence-transformers"
version = "3.0.1"
dependencies = [
    {{ name = "transformers" }},
]

[{table}]
name = "transformers"
version = "1.1.1"
"""
TOML = PACKAGE.format(table="metadata").replace("{{", "{").replace("}}", "}")
PIPFILE = """\
{
    "_meta": {"sources": []},
    "default": {
        "other": {"version": "==9.9.9"},
        "Sentence_Transformers": {
            "hashes": ["sha256:00"],
            "version": "==3.0.1"
        }
    },
    "develop": {"git-one": {"ref": "abc"}, "odd": null}
}
"""
REQUIREMENTS = """\
# sentence-transformers==1.0.0
sentence-transformers-extra==7
-r other.txt
Sentence.Transformers[train] == 3.0.1 ; python_version > "3.8"  \\
    --hash=sha256:00
"""
CONDA = """\
dependencies:
  - python>=3.10
  - conda-forge::sentence-transformers=3.0.1=pyhd8ed1ab_0
  - pip:
    - sentence-transformers-x==1
"""


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("uv.lock", TOML, 9),
        ("poetry.lock", TOML, 9),
        ("pdm.lock", TOML, 9),
        ("pylock.toml", TOML.replace("[[package]]", "[[packages]]"), 9),
        ("pylock.dev.toml", TOML.replace("[[package]]", "[[packages]]"), 9),
        ("Pipfile.lock", PIPFILE, 7),
        ("requirements.txt", REQUIREMENTS, 4),
        ("requirements-gpu.txt", REQUIREMENTS, 4),
        ("requirements.txt", REQUIREMENTS.encode("utf-8-sig"), 4),
        ("requirements.txt", REQUIREMENTS.replace("\n", "\r\n").encode("utf-16"), 4),
        ("requirements.txt", b"\xfe\xff" + REQUIREMENTS.encode("utf-16-be"), 4),
        ("constraints.txt", REQUIREMENTS, 4),
        ("requirements/base.txt", REQUIREMENTS, 4),
        ("environment.yml", CONDA, 3),
        ("environment.yaml", CONDA.replace("=3.0.1=pyhd8ed1ab_0", "==3.0.1"), 3),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = [\n  "sentence-transformers==3.0.1",\n]\n', 4),
        ("pyproject.toml", '[tool.poetry.dependencies]\nsentence-transformers = "3.0.1"\n', 2),
        ("setup.cfg", "[options]\ninstall_requires =\n    numpy\n    sentence-transformers == 3.0.1\n", 4),
        ("setup.py", "raise SystemExit\nD = ['numpy', 3,\n 'sentence_transformers[x]==3.0.1']\n", 3),
    ],
)
def test_locked_version_and_its_line(write: Write, path: str, content: str | bytes, line: int) -> None:
    versions = Versions(Folder(write({path: content})))
    used = versions.locked("sentence_transformers")
    assert used is not None
    assert (used.version, used.how, used.location) == (Version("3.0.1"), "locked", Location(path, line))
    assert versions.locked("transformers") is None


def test_order_of_belief(write: Write) -> None:
    lock = '[[package]]\nname = "a"\nversion = "{}"\n'
    files: dict[str, str] = {
        "uv.lock": lock.format(1),
        "poetry.lock": lock.format(2),
        "pdm.lock": lock.format(3),
        "pylock.toml": lock.format(4),
        "Pipfile.lock": '{"default": {"a": {"version": "==5"}}}',
        "requirements.txt": "a==6",
        "requirements-dev.txt": "a==7",
        "constraints.txt": "a==8",
        "requirements/x.txt": "a==9",
        "environment.yml": "- a=10",
        "pyproject.toml": '[project]\ndependencies = ["a==11"]',
        "setup.cfg": "[options]\ninstall_requires =\n  a==12",
        "setup.py": "setup(install_requires=['a==13'])",
    }
    root = write(dict(files))
    for number, path in enumerate(files, 1):
        used = Versions(Folder(root)).locked("a")
        assert used and used.version == Version(str(number))
        (root / path).unlink()
    assert Versions(Folder(root)).locked("a") is None


def test_newest_version_of_a_lock_that_holds_several(write: Write) -> None:
    lock = "".join(f'[[package]]\nname = "a"\nversion = "{one}"\n' for one in ("2.9", "2.10", "2.1"))
    used = Versions(Folder(write({"uv.lock": lock}))).locked("a")
    assert used and (used.version, used.location.line) == (Version("2.10"), 6)


def test_nearest_folder_is_believed_first(write: Write) -> None:
    root = write({"requirements.txt": "a==1\nb==1", "backend/requirements.txt": "a==2", "backend/app/x.py": ""})
    versions = Versions(Folder(root))
    assert str(versions.locked("a")).count("backend/requirements.txt") == 0
    near = versions.locked("a", near="backend/app/x.py")
    far = versions.locked("b", near="backend/app/x.py")
    assert near and near.location == Location("backend/requirements.txt", 1)
    assert far and far.location == Location("requirements.txt", 2)


@pytest.mark.parametrize(
    "packages", [".venv/lib/python3.12/site-packages", "venv/lib/python3.9/site-packages", "env/Lib/site-packages"]
)
def test_installed_version(write: Write, packages: str) -> None:
    metadata = f"{packages}/Sentence_Transformers-3.0.1.dist-info/METADATA"
    root = write({metadata: "Metadata-Version: 2.1\nName: sentence-transformers\nVersion: 3.0.1\n"})
    used = Versions(Folder(root)).installed("sentence-transformers", near="app.py")
    assert used and (used.version, used.how, used.packages) == (Version("3.0.1"), "installed", packages)
    assert used.location == Location(metadata, 3)
    assert Versions(Folder(root)).installed("transformers") is None


def test_newest_python_of_an_environment_comes_first(write: Write) -> None:
    root = write({f".venv/lib/python3.{minor}/site-packages/a-{minor}.dist-info/METADATA": "" for minor in (9, 12)})
    used = Versions(Folder(root)).installed("a")
    assert used and used.version == Version("12") and used.location.line == 1


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        ('[project]\ndependencies = ["b", "A>=1,<2"]', ">=1,<2"),
        ('[project.optional-dependencies]\nx = ["a~=1.2", 7]\ny = 3', "~=1.2"),
        ('[dependency-groups]\ndev = [{include-group = "x"}, "a!=3"]', "!=3"),
        ('[tool.poetry.dependencies]\na = "^1.2.3"', ">=1.2.3,<2"),
        ('[tool.poetry.dependencies]\na = {version = "^0.2.3", extras = ["x"]}', ">=0.2.3,<0.3"),
        ('[tool.poetry.group.ml.dependencies]\na = "~1.2.3"', ">=1.2.3,<1.3"),
        ('[tool.poetry.dependencies]\na = "~1"', ">=1,<2"),
        ('[tool.poetry.dependencies]\na = "^0"', ">=0,<1"),
        ('[tool.poetry.dependencies]\na = ">=1.0, <2"', ">=1.0,<2"),
        ('[tool.poetry.dependencies]\na = "*"', ""),
    ],
)
def test_what_a_project_asks_for(text: str, specifier: str) -> None:
    (stated,) = declared_in(text.encode(), "a")
    assert set(str(stated.specifier).split(",")) == set(specifier.split(","))


@pytest.mark.parametrize(
    "text",
    [
        *('[tool.poetry.dependencies]\na = "^1 || ^2"', '[tool.poetry.dependencies]\na = "^x"', "project = 3"),
        *('[tool.poetry.dependencies]\na = "~x"', '[project]\ndependencies = ["a @ https://x", "?"]', "[", "\x00"),
        *('[tool.poetry.dependencies]\na = "^' + "9" * 5_000 + '"', '[tool.poetry.dependencies]\na = {git = "x"}'),
        *("x = 1" * 1_000_000, f"x = {'[' * 100_000}"),
    ],
)
def test_what_asks_for_no_version(text: str) -> None:
    assert not any(stated.specifier for stated in declared_in(text.encode(), "a"))


def test_first_file_that_limits_a_version(write: Write) -> None:
    root = write({"requirements.txt": "a\n", "requirements-dev.txt": "b\na<5\n", "pyproject.toml": "[project]"})
    allowed = Versions(Folder(root)).allowed("a")
    assert allowed and (str(allowed.specifier), allowed.location) == ("<5", Location("requirements-dev.txt", 2))
    assert Versions(Folder(root)).allowed("c") is None


@pytest.mark.parametrize("reader", [reader for _, reader in LOCKS], ids=[pattern for pattern, _ in LOCKS])
@given(data=st.binary(max_size=200))
def test_no_bytes_make_a_reader_fail(reader: Callable[[bytes, str], object], data: bytes) -> None:
    assert list(reader(data, "a")) is not None  # type: ignore[call-overload]
    assert list(reader(b"a==" + data, "a")) is not None  # type: ignore[call-overload]
    assert list(reader(b'[[package]]\nname="a"\nversion="' + data, "a")) is not None  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("Pipfile.lock", "[" * 100_000),
        ("Pipfile.lock", "[]"),
        ("Pipfile.lock", '{"default": {"a": {"version": 3}}}'),
        ("requirements.txt", "a" + "=" * 100_000),
        ("requirements.txt", "a==4.*\na==x\na @ file:///a.whl"),
        ("environment.yml", "- a=4.*\n- a=1!x"),
        ("uv.lock", '[[package]]\nname = "a"\n[package.metadata]\nversion = "1"\n'),
        ("uv.lock", '[[package]]\nname = "a"\nversion = "not a version"\n'),
        ("setup.cfg", "[metadata]\na = 4\n"),
        ("setup.py", "'a==1"),
        ("setup.py", "'a'; 'the a==1'; f'a=={x}'"),
        ("uv.lock", b"\n" * 9_000_000),
        ("Pipfile.lock", '{"default": {"a": {"version": "==' + "9" * 5_000 + '"}}}'),
        ("requirements.txt", "a==1; " + "(" * 3_900),
        ("pyproject.toml", '[project]\ndependencies = ["a==' + "9" * 5_000 + '"]'),
    ],
)
def test_what_pins_nothing(write: Write, path: str, content: str | bytes) -> None:
    assert Versions(Folder(write({path: content}))).locked("a") is None


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "uv.lock")
    (tmp_path / "poetry.lock").mkdir()
    (tmp_path / "venv").write_text("a file")
    folder = Folder(tmp_path)
    assert Versions(folder).locked("a") is None
    assert Versions(folder).installed("a") is None
    assert folder.asked() == ("/", "poetry.lock", "uv.lock", "venv/Lib/site-packages/", "venv/lib/")
