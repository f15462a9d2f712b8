"""NLTK's packages and collections, and indexes that cannot be believed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub.faults import Fails, Truncate
from ptmdeps.errors import HubError, IntegrityError, ModelNotFound, PtmdepsError, RevisionNotFound, UnsafeContent
from ptmdeps.hubs.nltk import ENDPOINT, Nltk
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.manifest.hubs import HubSettings
from tests.language_lists import NltkIndex, archive
from tests.worlds import tree

WORDS = {"en": "word\n", "README": "Words\n", "empty": ""}


@pytest.fixture
def index() -> Iterator[NltkIndex]:
    with EmbeddedFiles() as files:
        yield NltkIndex(files)


@pytest.fixture
def hub(index: NltkIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nltk:
    monkeypatch.setenv(ENDPOINT, index.files.url("/index.xml"))
    return Nltk(cache=tmp_path / "store", patience=Patience(attempts=3, first_delay=0.01))


def pin(hub: Nltk, name: str = "words", **more: Any) -> LockedModel:
    return hub.pin(PinRequest(key=ModelKey("nltk", name), readings=(Reading(reads="file"),), **more))


def test_an_archive_is_locked_with_what_is_in_it(index: NltkIndex, hub: Nltk) -> None:
    data = index.package("words", WORDS, license="Apache-2.0")
    index.publish()
    model = pin(hub)
    assert [file.path for file in model.files] == [
        "corpora/words.zip",
        "corpora/words/README",
        "corpora/words/empty",
        "corpora/words/en",
    ]
    assert model.revision == hashlib.sha256(data).hexdigest() == model.files[0].sha256
    assert model.license
    assert (model.license.concluded, model.license.evidence) == ("Apache-2.0", "index.xml")
    assert model.purl.startswith("pkg:generic/nltk/words?checksum=sha256:")
    assert (model.requires, model.origin.table) == (("nltk",), "the index of nltk_data")
    exposure = hub.expose(model)
    assert exposure.folders == ("nltk_data/corpora",)
    assert {link.path for link in exposure.links} == {f"nltk_data/{file.path}" for file in model.files}
    assert all(link.independent for link in exposure.links), "NLTK reads nothing through links out of its folders"


def test_an_archive_stays_packed_where_nltk_leaves_it_so(index: NltkIndex, hub: Nltk) -> None:
    index.package("words", WORDS, unzip="0")
    index.publish()
    assert [file.path for file in pin(hub).files] == ["corpora/words.zip"]


def test_a_file_that_is_no_archive(index: NltkIndex, hub: Nltk) -> None:
    url = index.files.put("/packages/help/words.xml", b"<xml/>")
    index.zipped("words", b"<xml/>", url=url, subdir="help")
    index.publish()
    assert [file.path for file in pin(hub).files] == ["help/words.xml"]


def test_pickles_in_a_package_are_noted(index: NltkIndex, hub: Nltk) -> None:
    index.package("words", {"english.pickle": b"cos\nsystem\n(S'true'\ntR."})
    index.publish()
    (file,) = (file for file in pin(hub).files if file.path.endswith(".pickle"))
    assert file.pickle
    assert file.pickle.called == ("os.system",)


def test_a_collection_leads_to_its_packages(index: NltkIndex, hub: Nltk) -> None:
    for name in ("words", "names"):
        index.package(name, WORDS)
    index.collections |= {"few": ("words",), "popular": ("few", "names", "words")}
    index.publish()
    model = pin(hub, "popular")
    assert model.files == ()
    assert [str(edge.target) for edge in model.runtime_edges] == ["nltk:names", "nltk:words"]
    assert model.revision == hashlib.sha256(b"names\nwords").hexdigest()
    assert hub.expose(model).texts == (("nltk_data/collections/popular.txt", "names\nwords\n"),)
    assert hub.describe(model.key, locked=model).revision == model.revision
    index.package("names", {"other": "names"})
    index.publish()
    assert pin(hub, "popular") == model
    index.collections["popular"] = ("words",)
    index.publish()
    assert hub.describe(model.key, locked=model).revision != model.revision


@pytest.mark.parametrize("sha256", ["", None])
def test_bytes_that_the_index_does_not_mean_are_refused(index: NltkIndex, hub: Nltk, sha256: str | None) -> None:
    index.package("words", WORDS, **({} if sha256 is None else {"sha256_checksum": sha256}))
    index.publish()
    index.files.put("/packages/corpora/words.zip", archive({"words/en": "other"}))
    with pytest.raises(IntegrityError, match=r"words\.zip"):
        pin(hub)
    assert not [path for path in tree(hub.store()) if "blobs/" in path and not path.endswith(".lock")]


def test_outdated_asks_the_index_only(index: NltkIndex, hub: Nltk) -> None:
    index.package("words", WORDS)
    index.publish()
    model = pin(hub)
    index.files.log.clear()
    assert hub.describe(model.key, locked=model).revision == model.revision
    index.package("words", {"en": "other"})
    index.publish()
    moved = hub.describe(model.key, locked=model)
    assert moved.revision.startswith("state-")
    assert [entry.path for entry in index.files.log] == ["/index.xml"] * 2


def test_the_index_is_sent_again_only_if_it_changed(index: NltkIndex, hub: Nltk) -> None:
    index.package("words", WORDS)
    index.publish()
    first = pin(hub)
    assert pin(hub) == first
    assert [entry.status for entry in index.files.log if entry.path == "/index.xml"] == [200, 304]
    assert index.files.log.count("words.zip") == 1


def test_a_revision_is_kept_from_the_store_and_from_nowhere_else(index: NltkIndex, hub: Nltk, tmp_path: Path) -> None:
    index.package("words", WORDS)
    index.publish()
    first = pin(hub)
    index.package("words", {"en": "other"})
    index.publish()
    assert pin(hub, revision=first.revision) == first
    with pytest.raises(RevisionNotFound, match="not what it was") as caught:
        pin(Nltk(cache=tmp_path / "other"), revision=first.revision)
    assert caught.value.hint == "`ptmdeps lock -P nltk:words` pins what is there now"


def test_a_package_that_was_replaced_cannot_be_fetched(index: NltkIndex, hub: Nltk, tmp_path: Path) -> None:
    index.package("words", WORDS)
    index.publish()
    model = pin(hub)
    index.package("words", {"en": "none\n", "README": "Words\n", "empty": ""})
    other = Nltk(cache=tmp_path / "other")
    with pytest.raises(IntegrityError, match="the package `words`") as caught:
        other.fetch(model, model.files[1], lambda _: None)
    assert "lock -P nltk:words" in (caught.value.hint or "")
    assert not list(tmp_path.glob("other/*/snapshots/*/*"))


def test_it_comes_again_whole_after_part_of_it_went(index: NltkIndex, hub: Nltk) -> None:
    index.package("words", WORDS)
    index.publish()
    model = pin(hub)
    for file in model.files[1:]:
        hub.discard(model, file)
    for file in model.files:
        assert hub.fetch(model, file, lambda _: None).path.stat().st_size == file.size
    assert index.files.log.count("words.zip") == 1, "the archive is still here"


def test_faults_on_the_way(index: NltkIndex, hub: Nltk) -> None:
    index.package("words", WORDS)
    index.publish()
    index.files.faults.add(Fails(status=503), path="index.xml", times=1)
    index.files.faults.add(Truncate(keep=40), path="words.zip", times=1)
    assert pin(hub).files
    index.files.faults.add(Fails(status=500), path="index.xml")
    with pytest.raises(HubError, match="words"):
        pin(hub)


def test_names_that_are_not_there(index: NltkIndex, hub: Nltk) -> None:
    index.package("stopwords", WORDS)
    index.publish()
    with pytest.raises(ModelNotFound, match="has no `stopword`") as caught:
        pin(hub, "stopword")
    assert caught.value.hint == "Did you mean `stopwords`?"
    with pytest.raises(RevisionNotFound, match="no versions"):
        pin(hub, "stopwords", ref="v1")
    with pytest.warns(UserWarning, match="exclude-newer"):
        pin(hub, "stopwords", not_after="2024-01-01T00:00:00Z")


def test_a_manifest_may_name_another_index(index: NltkIndex, tmp_path: Path) -> None:
    index.package("words", WORDS)
    hub = Nltk(settings=HubSettings(endpoint=index.publish()), cache=tmp_path)
    assert pin(hub).files
    assert hub.page(ModelKey("nltk", "words")).startswith("https://www.nltk.org/")


HOSTILE = {
    "another package's folder": archive({"words/en": "word", "stopwords/english": "the"}),
    "beside all folders": archive({"words": "word"}),
    "above": archive({"words/../../outside": "x"}),
    "absolute": archive({"/outside": "x"}),
    "one on some systems": archive({"words/en": "a", "words/EN": "b"}),
    "control characters": archive({"words/\x1b[2J": "x"}),
    "cut off": archive({"words/en": "word" * 1000})[:60],
    "no archive": b"words",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_archives_are_refused_and_nothing_is_written(index: NltkIndex, hub: Nltk, data: bytes) -> None:
    index.zipped("words", data)
    index.publish()
    with pytest.raises((UnsafeContent, IntegrityError), match="words"):
        pin(hub)
    assert not list(hub.store().glob("*/snapshots"))
    assert not list((hub.notes() / "unpacked").glob("*"))


INDEXES = {
    "no index": b"<html/>",
    "entities": b'<!DOCTYPE x [<!ENTITY a "b">]><nltk_data/>',
    "a file of this machine": b'<nltk_data><packages><package id="words" subdir="corpora" url="file:///etc/passwd"/>'
    b"</packages></nltk_data>",
    "above": b'<nltk_data><packages><package id="words" subdir="../.." url="https://models.example/words.zip"/>'
    b"</packages></nltk_data>",
    "no folder": b'<nltk_data><packages><package id="words" subdir="" url="https://models.example/words.zip"/>'
    b"</packages></nltk_data>",
}


@pytest.mark.parametrize("text", INDEXES.values(), ids=INDEXES)
def test_hostile_indexes_are_refused(index: NltkIndex, hub: Nltk, text: bytes) -> None:
    index.files.put("/index.xml", text)
    with pytest.raises(PtmdepsError) as caught:
        pin(hub)
    assert isinstance(caught.value, UnsafeContent | ModelNotFound)
    assert not list(hub.store().glob("*/snapshots"))
