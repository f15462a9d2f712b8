"""gensim's data: files, parts, the module that loads them, and lists that cannot be believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub.faults import Truncate
from ptmdeps.errors import IntegrityError, ModelNotFound, RevisionNotFound, UnsafeContent
from ptmdeps.hubs.gensim import ENDPOINT, Gensim
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel
from tests.language_lists import GensimList

NAME = "acme-vectors-2"
DATA = b"vectors " * 999


@pytest.fixture
def releases() -> Iterator[GensimList]:
    with EmbeddedFiles() as files:
        yield GensimList(files)


@pytest.fixture
def hub(releases: GensimList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gensim:
    monkeypatch.setenv(ENDPOINT, f"{releases.files.url('')}/")
    return Gensim(cache=tmp_path / "store", patience=Patience(attempts=3, first_delay=0.01))


def pin(hub: Gensim, name: str = NAME, **more: Any) -> LockedModel:
    return hub.pin(PinRequest(key=ModelKey("gensim", name), readings=(Reading(reads="file"),), **more))


def content(hub: Gensim, model: LockedModel) -> dict[str, bytes]:
    return {file.path: hub.fetch(model, file, lambda _: None).path.read_bytes() for file in model.files}


@pytest.mark.parametrize("parts", [1, 3])
def test_data_module_and_what_the_list_says(releases: GensimList, hub: Gensim, tmp_path: Path, parts: int) -> None:
    releases.release(NAME, DATA, parts=parts, said={"license": "Apache-2.0"})
    releases.publish()
    model = pin(hub)
    found = content(hub, model)
    assert set(found) == {f"{NAME}/{file}" for file in ("__init__.py", f"{NAME}.gz", "information.json")}
    assert found[f"{NAME}/{NAME}.gz"] == DATA
    said = json.loads(found[f"{NAME}/information.json"])
    assert said["corpora"] == {}
    assert said["models"][NAME]["file_name"] == f"{NAME}.gz"
    assert model.remote_code
    assert model.license
    assert model.license.concluded == "Apache-2.0"
    assert hub.expose(model).folders == (f"gensim-data/{NAME}",)
    assert content(Gensim(cache=tmp_path / "other"), model) == found
    blobs = [path for path in hub.store().glob("*/blobs/*") if path.is_file()]
    assert sorted(path.name for path in blobs) == sorted(file.sha256 for file in model.files), "parts are not kept"
    pin(hub)
    assert releases.files.log.count(f"{NAME}.gz") == 2 * parts, "once for each store"


def test_another_module_is_another_revision(releases: GensimList, hub: Gensim, tmp_path: Path) -> None:
    releases.release(NAME, DATA)
    releases.publish()
    model = pin(hub)
    releases.files.put(f"/{NAME}/__init__.py", b"# loads something else\n")
    assert pin(hub).revision != model.revision
    assert pin(hub, revision=model.revision) == model
    with pytest.raises(RevisionNotFound, match="not what it was"):
        pin(Gensim(cache=tmp_path / "other"), revision=model.revision)
    module = next(file for file in model.files if file.path.endswith(".py"))
    assert Gensim(cache=tmp_path / "third").fetch(model, module, lambda _: None).sha256 != module.sha256


@pytest.mark.parametrize(("parts", "file"), [(1, f"{NAME}.gz"), (2, f"{NAME}.gz_01")])
def test_bytes_that_the_list_does_not_mean_are_refused(
    releases: GensimList, hub: Gensim, parts: int, file: str
) -> None:
    releases.release(NAME, DATA, parts=parts)
    releases.publish()
    releases.files.put(f"/{NAME}/{file}", b"other")
    with pytest.raises(IntegrityError, match=file):
        pin(hub)
    assert not list(hub.store().glob("*/snapshots"))


def test_parts_that_were_replaced_are_not_kept(releases: GensimList, hub: Gensim, tmp_path: Path) -> None:
    releases.release(NAME, DATA, parts=2)
    releases.publish()
    model = pin(hub)
    data = next(file for file in model.files if file.path.endswith(".gz"))
    releases.release(NAME, DATA[::-1], parts=2)
    other = Gensim(cache=tmp_path / "other")
    assert other.fetch(model, data, lambda _: None).sha256 not in {"", data.sha256}
    assert not other.stored_path(model, data).exists()
    releases.files.put(f"/{NAME}/{NAME}.gz_00", DATA * 2)
    with pytest.raises(UnsafeContent, match="more than"):
        other.fetch(model, data, lambda _: None)


def test_a_download_goes_on(releases: GensimList, hub: Gensim) -> None:
    releases.release(NAME, DATA, parts=2)
    releases.publish()
    releases.files.faults.add(Truncate(keep=40), path=".gz_00", times=1)
    assert pin(hub).size > len(DATA)


def test_outdated_asks_the_list_only(releases: GensimList, hub: Gensim) -> None:
    releases.release(NAME, DATA)
    releases.publish()
    model = pin(hub)
    releases.files.log.clear()
    described = hub.describe(model.key, locked=model)
    assert described.revision == model.revision
    assert hub.read(described, f"{NAME}/{NAME}.gz") == DATA
    releases.release(NAME, DATA * 2)
    releases.publish()
    assert hub.describe(model.key, locked=model).revision.startswith("state-")
    assert [entry.path for entry in releases.files.log] == ["/list.json"] * 2


def test_names_that_are_not_there(releases: GensimList, hub: Gensim) -> None:
    releases.release(NAME, DATA)
    releases.publish()
    with pytest.raises(ModelNotFound, match="has no `acme-vector`") as caught:
        pin(hub, "acme-vector")
    assert caught.value.hint == f"Did you mean `{NAME}`?"
    with pytest.raises(RevisionNotFound, match="no versions"):
        pin(hub, ref="v1")


@pytest.mark.parametrize("said", [{"parts": 10**9}, {"parts": "2"}, {"checksum": "zz"}])
def test_hostile_lists_are_refused(releases: GensimList, hub: Gensim, said: dict[str, object]) -> None:
    releases.release(NAME, DATA)
    releases.models[NAME] |= said
    releases.publish()
    with pytest.raises(UnsafeContent):
        pin(hub)
    assert not list(hub.store().glob("*/snapshots"))


def test_what_the_list_says_beside_that_is_not_locked(releases: GensimList, hub: Gensim) -> None:
    said = {"checksum": ["0" * 32], "description": "vectors", "checksum-x": "1", "file_name": "../x"}
    releases.release(NAME, DATA, said=said)
    releases.publish()
    kept = json.loads(content(hub, pin(hub))[f"{NAME}/information.json"])["models"][NAME]
    assert kept == {"file_name": f"{NAME}.gz", "parts": 1}
