"""``[[tool.ptmdeps.loaders]]``: calls that ptmdeps does not know, declared by the project."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from ptmdeps import manifest
from ptmdeps.errors import ManifestError
from ptmdeps.manifest.loaders import KINDS, NOTATIONS, DeclaredArgument, DeclaredLoader
from ptmdeps.scan import ScanOptions, scan
from ptmdeps.scan.catalogues import with_declared
from ptmdeps.scan.loaders.loader import Notation
from ptmdeps.scan.references import Kind

WHOLE = """
[[loaders]]
call = "acme.*Model.load"
model = { position = 0, keyword = "name" }
ref = "revision"
filename = 1
remote-code = "trust"
hub = "acme"
kind = "dataset"
notation = "id@revision"
reads = "snapshot"
owner = "acme"
default = "acme/small"
optional = true
by-method = true
quiet = true
"""


def _read(folder: Path, text: str) -> manifest.Manifest:
    (folder / "ptm.toml").write_text(text)
    return manifest.read(folder)


def test_every_key_is_read(tmp_path: Path) -> None:
    assert _read(tmp_path, WHOLE).loaders == (
        DeclaredLoader(
            call="acme.*Model.load",
            model=DeclaredArgument(position=0, keyword="name"),
            facts=(
                ("ref", DeclaredArgument(keyword="revision")),
                ("filename", DeclaredArgument(position=1)),
                ("remote-code", DeclaredArgument(keyword="trust")),
            ),
            hub="acme",
            kind="dataset",
            notation="id@revision",
            reads="snapshot",
            owner="acme",
            default="acme/small",
            optional=True,
            by_method=True,
            quiet=True,
        ),
    )


MISTAKES = {
    "loaders = 1": "ptm.toml:1: `loaders` must be an array of tables",
    "loaders = [1]": "ptm.toml:1: `loaders[0]` is no loader",
    "[[loaders]]\ncall = 'a.b'": "ptm.toml:1: `loaders[0]` is no loader",
    "[[loaders]]\ncall = 'a.b'\nmodel = 'm'\nrev = 'r'": "ptm.toml:4: `loaders[0].rev` is no setting of ptmdeps",
    "[[loaders]]\ncall = 'load'\nmodel = 'm'": "ptm.toml:2: `loaders[0].call` cannot be `load`",
    "[[loaders]]\ncall = 'a.*'\nmodel = 'm'": "ptm.toml:2: `loaders[0].call` cannot be `a.*`",
    "[[loaders]]\ncall = 1\nmodel = 'm'": "ptm.toml:2: `loaders[0].call` must be a string",
    "[[loaders]]\ncall = 'a.b'\nmodel = ''": "ptm.toml:3: `loaders[0].model` is no argument",
    "[[loaders]]\ncall = 'a.b'\nmodel = true": "ptm.toml:3: `loaders[0].model` is no argument",
    "[[loaders]]\ncall = 'a.b'\nmodel = -1": "ptm.toml:3: `loaders[0].model` is no argument",
    "[[loaders]]\ncall = 'a.b'\nmodel = { position = 0 }": "ptm.toml:3: `loaders[0].model` is no argument",
    "[[loaders]]\ncall = 'a.b'\nmodel = 'm'\nref = { position = 0, keyword = 'r', x = 1 }": (
        "ptm.toml:4: `loaders[0].ref` is no argument"
    ),
    "[[loaders]]\ncall = 'a.b'\nmodel = 'm'\nkind = 'x'": "ptm.toml:4: `loaders[0].kind` cannot be `x`",
    "[[loaders]]\ncall = 'a.b'\nmodel = 'm'\nnotation = 'x'": "ptm.toml:4: `loaders[0].notation` cannot be `x`",
    "[[loaders]]\ncall = 'a.b'\nmodel = 'm'\nquiet = 1": "ptm.toml:4: `loaders[0].quiet` must be true or false",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_are_named_with_their_place(text: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        _read(tmp_path, text)
    assert caught.value.message == MISTAKES[text]


def test_place_in_pyproject_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[[tool.ptmdeps.loaders]]\ncall = 'x'\nmodel = 'm'\n")
    with pytest.raises(ManifestError, match=r"pyproject\.toml:2: `tool\.ptmdeps\.loaders\[0\]\.call` cannot be `x`"):
        manifest.read(tmp_path)


def test_declared_loader_is_found_and_wins(tmp_path: Path) -> None:
    declared = _read(
        tmp_path,
        """
        [[loaders]]
        call = "acme.load_model"
        model = { position = 0, keyword = "name" }
        ref = "revision"
        [[loaders]]
        call = "timm.create_model"
        model = 0
        hub = "acme"
        notation = "entry"
        [[loaders]]
        call = "acme.fetch"
        model = 0
        notation = "id@revision"
        """,
    ).loaders
    (tmp_path / "app.py").write_text(
        "import acme.models, timm\nacme.models.load_model(name='acme/a', revision='v1')\n"
        "timm.create_model('x-large')\nacme.fetch('acme/b@v2')\n"
    )
    references = scan(tmp_path, options=ScanOptions(loaders=with_declared(declared))).references
    assert [(str(one.key), one.ref, one.pinning.way, one.pinning.keyword) for one in references] == [
        ("huggingface:acme/a", "v1", "argument", "revision"),
        ("acme:x-large", None, "none", ""),
        ("huggingface:acme/b", "v2", "notation", ""),
    ]


def test_choices_are_those_of_the_catalogue() -> None:
    assert set(NOTATIONS) == set(get_args(Notation))
    assert set(KINDS) == set(get_args(Kind))
