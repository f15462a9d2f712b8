"""stanza's languages and packages, several of them together, and lists that cannot be believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from ptmdeps.errors import IntegrityError, ModelNotFound, RevisionNotFound, UnsafeContent
from ptmdeps.hubs.places import collisions
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.stanza import ENDPOINT, Stanza
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel
from tests.language_lists import STANZA_VERSION, StanzaList, md5

MODELS = {"tokenize": b"tokens " * 99, "pos": b"tags " * 99}


@pytest.fixture
def languages() -> Iterator[StanzaList]:
    with EmbeddedFiles() as files:
        languages = StanzaList(files)
        languages.language("en", MODELS)
        languages.language("de", {"tokenize": b"Worte " * 99})
        languages.alias("english", "en")
        yield languages


@pytest.fixture
def hub(languages: StanzaList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stanza:
    monkeypatch.setenv(ENDPOINT, languages.publish())
    return Stanza(cache=tmp_path / "store", patience=Patience(attempts=3, first_delay=0.01))


def pin(hub: Stanza, name: str = "en", **more: Any) -> LockedModel:
    return hub.pin(PinRequest(key=ModelKey("stanza", name), readings=(Reading(reads="stanza"),), **more))


def said(hub: Stanza, model: LockedModel) -> dict[str, Any]:
    (file,) = (file for file in model.files if file.path.endswith(".json"))
    value: dict[str, Any] = json.loads(hub.fetch(model, file, lambda _: None).path.read_bytes())
    return value


def test_the_models_of_a_language(languages: StanzaList, hub: Stanza, tmp_path: Path) -> None:
    model = pin(hub)
    assert [file.path for file in model.files] == [
        "en/pos/combined.pt",
        "en/resources-default.json",
        "en/tokenize/combined.pt",
    ]
    assert model.origin.url == languages.files.url(f"/en/{STANZA_VERSION}")
    assert model.origin.table.startswith("stanza ")
    assert model.requires == ("stanza",)
    resources = said(hub, model)
    assert resources.keys() == {"en", "english", "url"}
    assert resources["en"]["packages"] == {"default": {"tokenize": "combined", "pos": "combined"}}
    assert resources["en"]["tokenize"] == {"combined": {"md5": md5(MODELS["tokenize"])}}
    other = Stanza(cache=tmp_path / "other")
    for file in model.files:
        assert other.fetch(model, file, lambda _: None).path.stat().st_size == file.size
    assert hub.expose(model).folders == ("stanza/en",)


def test_another_name_of_a_language_is_an_alias(hub: Stanza) -> None:
    model = pin(hub, "english")
    assert (model.key.name, model.aliases) == ("en", ("english",))
    assert {file.path for file in model.files} == {file.path for file in pin(hub).files}


def test_packages_and_languages_go_together(languages: StanzaList, hub: Stanza) -> None:
    languages.language("en", {"tokenize": b"craft " * 99}, package="craft")
    languages.publish()
    models = [pin(hub), pin(hub, "en/craft"), pin(hub, "de")]
    assert [file.path for file in models[1].files] == ["en/resources-craft.json", "en/tokenize/craft.pt"]
    assert said(hub, models[1])["en"]["tokenize"].keys() == {"craft"}
    assert collisions((model, hub.expose(model)) for model in models) == ()


def test_what_a_model_needs_comes_with_it(languages: StanzaList, hub: Stanza) -> None:
    vectors = b"vectors " * 99
    languages.files.put(f"/en/{STANZA_VERSION}/pretrain/acme.pt", vectors)
    languages.languages["en"]["pretrain"] = {"acme": {"md5": md5(vectors)}, "other": {"md5": md5(b"other")}}
    languages.languages["en"]["pos"]["combined"]["dependencies"] = [{"model": "pretrain", "package": "acme"}]
    languages.publish()
    model = pin(hub)
    assert "en/pretrain/acme.pt" in [file.path for file in model.files]
    assert said(hub, model)["en"]["pretrain"].keys() == {"acme"}


def test_a_list_that_changes_elsewhere_changes_nothing(languages: StanzaList, hub: Stanza) -> None:
    model = pin(hub)
    languages.language("fr", MODELS)
    languages.language("en", {"tokenize": b"craft " * 99}, package="craft")
    languages.publish()
    assert pin(hub) == model
    assert hub.describe(model.key, locked=model).revision == model.revision
    languages.language("en", {**MODELS, "pos": b"other " * 99})
    languages.publish()
    assert hub.describe(model.key, locked=model).revision.startswith("state-")
    moved = pin(hub)
    assert moved.revision != model.revision
    assert pin(hub, revision=model.revision) == model


def test_the_list_is_that_of_the_projects_stanza(languages: StanzaList, hub: Stanza, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("stanza==1.5.0\n")
    languages.files.redirect("/resources_1.5.0.json", f"/resources_{STANZA_VERSION}.json")
    languages.files.put("/en/1.5.0/pos/combined.pt", MODELS["pos"])
    languages.files.put("/en/1.5.0/tokenize/combined.pt", MODELS["tokenize"])
    model = pin(hub, project=tmp_path)
    assert model.origin.table == "stanza 1.5.0"
    assert "resources_1.5.0.json" in model.purl
    languages.files.log.clear()
    assert hub.describe(model.key, locked=model).revision == model.revision
    assert next(iter(languages.files.log)).path == "/resources_1.5.0.json"


def test_bytes_that_the_list_does_not_mean_are_refused(languages: StanzaList, hub: Stanza) -> None:
    languages.files.put(f"/en/{STANZA_VERSION}/pos/combined.pt", b"other")
    with pytest.raises(IntegrityError, match=r"pos/combined\.pt"):
        pin(hub)
    assert not list(hub.store().glob("*/snapshots"))


def test_names_that_are_not_there(hub: Stanza) -> None:
    with pytest.raises(ModelNotFound, match="has no `xx`"):
        pin(hub, "xx")
    with pytest.raises(ModelNotFound, match="has no `acme`"):
        pin(hub, "en/acme")
    with pytest.raises(RevisionNotFound, match="no versions"):
        pin(hub, ref="v1")


@pytest.mark.parametrize(
    ("language", "model"),
    [("../..", "tokenize"), ("en", "../../outside"), ("/etc", "tokenize"), ("e\x1bn", "tokenize")],
)
def test_hostile_lists_are_refused(languages: StanzaList, hub: Stanza, language: str, model: str) -> None:
    packages = {"default": {model: "combined"}}
    languages.languages["en"] = {"alias": language}
    languages.languages[language] = {"packages": packages, model: {"combined": {"md5": md5(b"")}}}
    languages.publish()
    with pytest.raises((UnsafeContent, ModelNotFound)):
        pin(hub)
    assert not list(hub.store().glob("*/snapshots"))


def test_a_list_that_goes_in_circles_is_refused(languages: StanzaList, hub: Stanza) -> None:
    languages.alias("en", "english")
    languages.publish()
    with pytest.raises(UnsafeContent):
        pin(hub)


def test_models_at_the_hugging_face_hub(languages: StanzaList, hub: Stanza, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", languages.files.url(""))
    base = f"/stanfordnlp/stanza-en/resolve/v{STANZA_VERSION}/models"
    for processor, data in MODELS.items():
        languages.files.put(f"{base}/{processor}/combined.pt", data)
    url = "https://huggingface.co/stanfordnlp/stanza-{lang}/resolve/v{resources_version}/models/{filename}"
    data = json.dumps({"url": url, **languages.languages}).encode()
    languages.files.put(f"/resources_{STANZA_VERSION}.json", data)
    model = pin(hub)
    assert model.origin.url == languages.files.url(base)
    assert said(hub, model)["url"] == url
