"""Which package of a model fits a version of spaCy."""

from __future__ import annotations

import json

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.libraries import spacy_models
from ptmdeps.libraries.table import UnknownName

RELEASES = "https://github.com/explosion/spacy-models/releases/download"
LIST = {
    "spacy": {
        "3.8": {"en_core_web_sm": ["3.8.1", "3.8.0"], "de_acme": [], "fr_acme": "3.8.0", "it_acme": ["../x"]},
        "3.7": {"en_core_web_sm": ["3.7.1"]},
        "3.9.0.dev1": {"en_core_web_sm": ["3.9.0a0"]},
        "3.0.6": {"en_core_web_sm": ["3.0.0"]},
        "2.3.2": {"en_core_web_sm": ["2.3.1"]},
        "odd": {},
    }
}
DATA = json.dumps(LIST).encode()


@pytest.mark.parametrize(
    ("spacy", "name", "file"),
    [
        ("3.8.4", "en_core_web_sm", "en_core_web_sm-3.8.1-py3-none-any.whl"),
        ("3.7.5", "en", "en_core_web_sm-3.7.1-py3-none-any.whl"),
        ("3.0.6", "en_core_web_sm", "en_core_web_sm-3.0.0-py3-none-any.whl"),
        ("2.3.2", "en_core_web_sm", "en_core_web_sm-2.3.1.tar.gz"),
        ("3.9.0.dev1", "en_core_web_sm", "en_core_web_sm-3.9.0a0-py3-none-any.whl"),
        ("", "en_core_web_sm", "en_core_web_sm-3.8.1-py3-none-any.whl"),
    ],
)
def test_best_package_for_a_version(spacy: str, name: str, file: str) -> None:
    (entry,) = spacy_models.entries_of(DATA, name, spacy)
    folder = file.removesuffix(".tar.gz").removesuffix("-py3-none-any.whl")
    assert entry.key.name == f"{RELEASES}/{folder}/{file}"
    assert (entry.reads, entry.hash, entry.files) == ("spacy", "", ())


@pytest.mark.parametrize(
    ("data", "spacy", "name", "error", "message"),
    [
        (DATA, "4.0.0", "en_core_web_sm", UnknownName, "by version of spaCy, has no `4.0.0`"),
        (DATA, "not a version", "en_core_web_sm", UnknownName, "no `not a version`"),
        (DATA, "3.8.0", "en_core_web_smm", UnknownName, "for spaCy 3.8 has no"),
        (DATA, "3.8.0", "de_acme", UnknownName, "for spaCy 3.8 has no"),
        (DATA, "3.8.0", "fr_acme", UnknownName, "for spaCy 3.8 has no"),
        (DATA, "3.8.0", "it_acme", UnsafeContent, "no version of a package"),
        (b"{}", "", "en_core_web_sm", UnknownName, "has no ``"),
        (b"3", "3.8.0", "en_core_web_sm", UnsafeContent, "it is no table"),
    ],
)
def test_what_is_not_listed(data: bytes, spacy: str, name: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        spacy_models.entries_of(data, name, spacy)


@pytest.mark.parametrize(("package", "version"), [("../x", "1.0"), ("en_acme", "1.0/.."), ("en_acme", "1.0.x.y")])
def test_package_that_cannot_be(package: str, version: str) -> None:
    with pytest.raises(UnsafeContent, match="no version of a package"):
        spacy_models.package_entries(package, version)
