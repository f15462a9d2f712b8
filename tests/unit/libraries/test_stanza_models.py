"""Which files stanza reads for a language, by the list of a version of its models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.libraries import stanza_models
from ptmdeps.libraries.table import Entry, UnknownName
from tests.unit.libraries.making import library

MD5 = "d" * 32
ADDRESS = "https://acme.example/resources_1.15.0.json"
NEEDS = [{"model": "pretrain", "package": "vectors"}, {"model": "forward_charlm", "package": "news"}]
LIST: dict[str, Any] = {
    "url": "https://huggingface.co/acme/stanza-{lang}/resolve/v{resources_version}/models/{filename}",
    "en": {
        "tokenize": {"base": {"md5": MD5}, "craft": {"md5": MD5}},
        "pos": {"base_charlm": {"md5": MD5, "dependencies": NEEDS}, "craft": {}},
        "ner": {"news": {"md5": MD5, "dependencies": [3, {"model": "pretrain", "package": "absent"}]}},
        "pretrain": {"vectors": {"md5": MD5}, "craft": {"md5": MD5}},
        "forward_charlm": {"news": {"md5": MD5}},
        "packages": {
            "default": {
                "tokenize": "base",
                "pos": "base_charlm",
                "lemma": "identity",
                "optional": {"coref": "large"},
            }
        },
        "default_processors": {"tokenize": "craft"},
        "lang_name": "English",
    },
    "english": {"alias": "en"},
    "bare": {"lang_name": "Bare"},
    "loop": {"alias": "pool"},
    "pool": {"alias": "loop"},
    "xx": {"tokenize": {"../../x": {"md5": MD5}}, "packages": {"default": {"tokenize": "../../x"}}},
}
OLDER: dict[str, Any] = {
    "url": "http://acme.example/stanza",
    "en": {
        "pos": {"base": {"md5": MD5}},
        "pretrain": {"base": {"md5": MD5}},
        "default_processors": {"pos": "base"},
        "default_dependencies": {"pos": [{"model": "pretrain", "package": "base"}]},
    },
}


def entry(path: str, digest: str) -> Entry:
    return Entry(
        key=ModelKey("huggingface", "acme/stanza-en"),
        ref="v1.15.0",
        reads="stanza",
        files=(f"models/{path}.pt",),
        hash=digest,
    )


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("en", ["forward_charlm/news", "pos/base_charlm", "pretrain/vectors", "tokenize/base"]),
        ("English", ["forward_charlm/news", "pos/base_charlm", "pretrain/vectors", "tokenize/base"]),
        ("en/news", ["ner/news"]),
        ("en/craft", ["pos/craft", "tokenize/craft"]),
    ],
)
def test_files_of_a_package_with_what_they_need(name: str, paths: list[str]) -> None:
    found = stanza_models.entries_of(json.dumps(LIST).encode(), name, ADDRESS)
    assert found == tuple(entry(path, "" if path == "pos/craft" else f"md5:{MD5}") for path in paths)


def test_first_version_of_the_list() -> None:
    found = stanza_models.entries_of(json.dumps(OLDER).encode(), "en", "https://acme.example/resources_1.0.0.json")
    assert [(one.key, one.files) for one in found] == [
        (ModelKey("url", f"http://acme.example/stanza/1.0.0/en/{path}.pt"), (f"en/{path}.pt",))
        for path in ("pos/base", "pretrain/base")
    ]


@pytest.mark.parametrize(
    ("name", "address", "error", "message"),
    [
        ("eng", ADDRESS, UnknownName, "no `eng`"),
        ("en/crafty", ADDRESS, UnknownName, "no `crafty`"),
        ("bare", ADDRESS, UnknownName, "for `bare` has no `default`"),
        ("url", ADDRESS, UnknownName, "no `url`"),
        ("loop", ADDRESS, UnsafeContent, "another name for itself"),
        ("xx", ADDRESS, UnsafeContent, "no relative path"),
        ("en", "https://acme.example/list.json", UnsafeContent, "does not tell its version"),
    ],
)
def test_what_is_not_listed(name: str, address: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        stanza_models.entries_of(json.dumps(LIST).encode(), name, address)


@pytest.mark.parametrize("url", ["", "file:///x/{filename}", "https://huggingface.co/acme/../resolve/main/{filename}"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UnsafeContent, match="cannot read the list"):
        stanza_models.entries_of(json.dumps({**LIST, "url": url}).encode(), "en", ADDRESS)


@pytest.mark.parametrize(
    "files",
    [
        {"stanza/_version.py": "__resources_version__ = '1.5.0'"},
        {"stanza/__init__.py": "from stanza._version import __resources_version__", "stanza/_version.py": ""},
        {"stanza/_version.py": "__resources_version__ = '../x'"},
    ],
)
def test_list_of_a_version_of_stanza(tmp_path: Path, files: dict[str, str]) -> None:
    names = stanza_models.read(library(tmp_path, files))
    addresses = [one.key.name for entries in names.values() for one in entries]
    expected = "https://raw.githubusercontent.com/stanfordnlp/stanza-resources/main/resources_1.5.0.json"
    assert addresses == ([expected] if "1.5.0" in files["stanza/_version.py"] else [])
