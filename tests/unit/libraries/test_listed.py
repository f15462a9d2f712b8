"""Which list a project's library would ask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import gensim_data, nltk_data, spacy_models
from ptmdeps.libraries.listed import LISTS, list_of, package_in_use
from ptmdeps.libraries.rows import Library
from ptmdeps.libraries.table import UnknownName, fault_of
from ptmdeps.libraries.used import PythonUsed
from tests.unit.libraries.making import written

STANZA = "https://raw.githubusercontent.com/stanfordnlp/stanza-resources/main"
PACKAGES = ".venv/lib/python3.12/site-packages"


def python(root: Path, requirements: str = "", installed: tuple[str, ...] = ()) -> PythonUsed:
    dists = {f"{PACKAGES}/{name}.dist-info/METADATA": "Version: 1\n" for name in installed}
    return PythonUsed(written(root, {"requirements.txt": requirements, **dists}))


def test_every_hub_has_an_address(tmp_path: Path) -> None:
    lists = {hub: list_of(hub, python(tmp_path)) for hub in LISTS}
    assert {hub: one.address for hub, one in lists.items()} == {
        "gensim": gensim_data.LIST,
        "nltk": nltk_data.INDEX,
        "spacy": spacy_models.LIST,
        "stanza": f"{STANZA}/resources_1.15.0.json",
    }
    assert all(one.table and one.evidence for one in lists.values())


@pytest.mark.parametrize(
    ("requirements", "installed", "version", "evidence"),
    [
        ("spacy==3.7.5\n", (), "3.7.5", "requirements.txt:1"),
        ("", ("spacy-3.7.4",), "3.7.4", "the installed spacy 3.7.4"),
        ("", (), "", "no version of spaCy is known"),
    ],
)
def test_version_of_spacy_decides(
    tmp_path: Path, requirements: str, installed: tuple[str, ...], version: str, evidence: str
) -> None:
    data = json.dumps({"spacy": {"3.8": {"en_acme": ["3.8.0"]}, "3.7": {"en_acme": ["3.7.0"]}}}).encode()
    answer = list_of("spacy", python(tmp_path, requirements, installed)).find(data, "en_acme")
    assert answer.table == f"spacy {version}".strip()
    assert answer.evidence.startswith(evidence)
    assert ("3.7.0" if version else "3.8.0") in answer.entries[0].key.name


def test_version_of_stanza_decides(tmp_path: Path) -> None:
    chosen = list_of("stanza", python(tmp_path, "stanza==1.12.2\n"))
    assert chosen.address == f"{STANZA}/resources_1.12.0.json"
    assert (chosen.table, chosen.evidence) == ("stanza 1.12.2", "requirements.txt:1")
    data = {
        "url": "https://huggingface.co/acme/stanza-{lang}/resolve/v{resources_version}/models/{filename}",
        "en": {"pos": {"a": {}}, "default_processors": {"pos": "a"}},
    }
    (entry,) = chosen.find(json.dumps(data).encode(), "en").entries
    assert (entry.key, entry.ref) == (ModelKey("huggingface", "acme/stanza-en"), "v1.12.0")


def test_stanza_of_which_no_list_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unshipped = Library(module="stanza_models", distributions=("absent",))
    monkeypatch.setattr("ptmdeps.libraries.listed.LISTED", {"stanza": unshipped})
    with pytest.raises(UnknownName, match="no list of stanza's models"):
        list_of("stanza", python(tmp_path))


@pytest.mark.parametrize(
    ("hub", "data", "name"),
    [
        ("nltk", b'<nltk_data><packages><package id="a" url="https://h/a.zip"/></packages></nltk_data>', "a"),
        ("gensim", b'{"models": {"a": {}}}', "a"),
    ],
)
def test_other_lists_need_no_version(tmp_path: Path, hub: str, data: bytes, name: str) -> None:
    answer = list_of(hub, python(tmp_path)).find(data, name)
    assert answer.entries and not any(map(fault_of, answer.entries))


@pytest.mark.parametrize(
    ("requirements", "installed", "evidence"),
    [
        ("en-core-web-sm==3.7.1\n", (), "requirements.txt:1"),
        ("", ("en_core_web_sm-3.7.1",), "the installed en-core-web-sm 3.7.1"),
    ],
)
@pytest.mark.parametrize("name", ["en", "en_core_web_sm"])
def test_package_that_the_project_has_goes_before_the_list(
    tmp_path: Path, name: str, requirements: str, installed: tuple[str, ...], evidence: str
) -> None:
    answer = package_in_use(ModelKey("spacy", name), python(tmp_path, requirements, installed))
    assert answer is not None
    assert (answer.table, answer.evidence) == ("en-core-web-sm 3.7.1", evidence)
    assert answer.entries == spacy_models.package_entries("en_core_web_sm", "3.7.1")
    assert package_in_use(ModelKey("spacy", "en_core_web_lg"), python(tmp_path)) is None
