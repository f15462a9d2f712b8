"""TensorFlow Hub as a hub: handles, versions, archives, and where `tensorflow_hub` finds them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from embedded_hub.archives import tar
from embedded_hub.faults import Corrupt, Fails, SetHeaders, Truncate, rate_limited, unavailable
from embedded_tfhub import EmbeddedTfHub, linear
from ptmdeps.errors import HubError, HubUnreachable, ModelNotFound, PtmdepsError, RevisionNotFound, UnsafeContent
from ptmdeps.hubs.description import Ref, Revision
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.tfhub import TfHub, addresses
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Options
from ptmdeps.requirement import FileSelection, Requirement
from ptmdeps.resolve import resolve
from ptmdeps.upgrade.movement import movement
from ptmdeps.wanted import Wanted
from tests.unit.hubs.attacks import BOMB, HOSTILE, packed
from tests.unit.unpacking.making import member
from tests.unit.unpacking.making import tar as hostile_tar
from tests.worlds import tree

HURRY = Patience(attempts=3, first_delay=0.01)
FIRST, SECOND = linear(seed="v1"), linear(seed="v2")
AT_KAGGLE = "acme/linear/tensorFlow2/base"
SIGNATURE = "serving_default(x: float32[?,4]) -> (output_0: float32[?,1])"


@pytest.fixture
def server() -> Iterator[EmbeddedTfHub]:
    with EmbeddedTfHub() as running:
        running.publish("acme/linear", FIRST)
        running.publish("acme/moved", FIRST, kaggle=AT_KAGGLE)
        yield running


@pytest.fixture
def hub(tmp_path: Path) -> TfHub:
    return TfHub(cache=tmp_path / "store", patience=HURRY)


@pytest.fixture
def other(tmp_path: Path) -> TfHub:
    """The same hub on another machine."""
    return TfHub(cache=tmp_path / "other", patience=HURRY)


def key(server: EmbeddedTfHub, handle: str) -> ModelKey:
    return ModelKey("tfhub", f"{server.endpoint}/{handle}")


def pin(
    hub: TfHub,
    server: EmbeddedTfHub,
    handle: str,
    *,
    ref: str = "",
    revision: str = "",
    not_after: str = "",
    written: tuple[str, ...] = (),
) -> LockedModel:
    selections = [FileSelection(handle=f"{server.endpoint}/{text}") for text in written] or [FileSelection()]
    readings = tuple(Reading(reads="snapshot", selection=selection) for selection in selections)
    asked = PinRequest(key=key(server, handle), ref=ref, revision=revision, readings=readings, not_after=not_after)
    return hub.pin(asked)


def content(hub: TfHub, model: LockedModel) -> dict[str, bytes]:
    return {file.path: hub.stored_path(model, file).read_bytes() for file in model.files}


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://tfhub.dev/acme/linear/1/", "https://tfhub.dev/acme/linear/1"),
        ("https://TFHub.dev/acme/linear", "https://tfhub.dev/acme/linear"),
        ("https://tfhub.dev/acme/linear/1?tf-hub-format=compressed", "https://tfhub.dev/acme/linear/1"),
        ("https://models.acme/linear.tar.gz?branch=a", "https://models.acme/linear.tar.gz?branch=a"),
    ],
)
def test_spellings_of_a_handle_are_one_model(written: str, expected: str) -> None:
    assert addresses.canonical(written) == expected


@pytest.mark.parametrize("written", ["acme/linear", "gs://bucket/model", "https://user:secret@tfhub.dev/acme/linear"])
def test_what_is_no_handle_is_refused(written: str) -> None:
    with pytest.raises(UnsafeContent):
        addresses.canonical(written)


@pytest.mark.parametrize(
    ("address", "version", "of_three", "newest"),
    [
        ("https://h/acme/linear/2", "2", "https://h/acme/linear/3", "https://h/acme/linear"),
        ("https://h/acme/linear", "", "https://h/acme/linear/3", "https://h/acme/linear"),
        ("https://h/7", "", "https://h/7/3", "https://h/7"),
        ("https://h/acme/linear/0", "", "https://h/acme/linear/0/3", "https://h/acme/linear/0"),
        (
            "https://h/models/a/b/frameworks/c/variations/d/versions/2",
            "2",
            "https://h/models/a/b/frameworks/c/variations/d/versions/3",
            "https://h/models/a/b/frameworks/c/variations/d/versions",
        ),
        ("https://h/models/a/b/c/d/2", "2", "https://h/models/a/b/c/d/3", "https://h/models/a/b/c/d"),
    ],
)
def test_versions_in_addresses(address: str, version: str, of_three: str, newest: str) -> None:
    assert addresses.version_of(address) == version
    assert addresses.with_version(address, "3") == of_three
    assert addresses.without_version(address) == newest


def test_a_version_is_locked_with_all_files_and_signatures(hub: TfHub, server: EmbeddedTfHub) -> None:
    model = pin(hub, server, "acme/linear/1")
    assert (model.revision, model.ref, model.aliases) == ("1", "", ())
    assert content(hub, model) == FIRST
    assert model.entrypoints == (SIGNATURE,)
    assert {file.format for file in model.files} == {"tensorflow-saved-model"}
    assert model.origin.etag.startswith('"')
    assert model.purl == f"pkg:generic/linear@1?download_url={model.key.name}"
    assert "variables" not in "".join(path for path in tree(hub.store()) if "unpacked" in path)


def test_every_spelling_is_a_folder_of_its_own(hub: TfHub, server: EmbeddedTfHub) -> None:
    model = pin(hub, server, "acme/linear/1/", written=("acme/linear/1/", "acme/linear/1?x=1"))
    names = [f"{server.endpoint}/acme/linear/1{end}" for end in ("", "/", "?x=1")]
    assert list(model.names) == names

    exposure = hub.expose(model)
    assert exposure.folders == tuple(sorted(f"tfhub/{sha1(name)}" for name in names))
    paths = {link.path for link in exposure.links}
    assert paths == {f"tfhub/{sha1(name)}/{path}" for name in names for path in FIRST}
    assert dict(exposure.texts)[f"tfhub/{sha1(names[1])}.descriptor.txt"].startswith(f"Module: {names[1]}\n")


def test_a_lock_keeps_the_spellings(hub: TfHub, server: EmbeddedTfHub) -> None:
    name = key(server, "acme/linear/1")
    requirement = Requirement(key=name, selection=FileSelection(handle=f"{name.name}/"), used_in=("app.py",))
    wanted = Wanted(requirements=(requirement,))
    locked = resolve(wanted, previous=None, options=Options(), hubs={"tfhub": hub}.get)
    assert locked.models[0].aliases == (f"{name.name}/",)
    again = resolve(wanted, previous=locked, options=Options(), hubs={"tfhub": hub}.get, offline=True)
    assert again == locked


def test_a_handle_without_version_is_locked_where_it_leads(hub: TfHub, other: TfHub, server: EmbeddedTfHub) -> None:
    model = pin(hub, server, "acme/moved")
    place = model.origin.url.partition("/models/")[2]
    assert (model.revision, place) == ("1", "acme/linear/frameworks/tensorFlow2/variations/base/versions/1")
    assert "?" not in model.origin.url

    server.publish("acme/moved", SECOND, kaggle=AT_KAGGLE)
    for file in model.files:
        other.fetch(model, file, lambda _: None)
    assert content(other, model) == FIRST
    assert pin(other, server, "acme/moved", revision="1") == model
    assert content(hub, pin(hub, server, "acme/moved")) == SECOND


def test_a_ref_is_a_version_of_a_handle_without_one(hub: TfHub, server: EmbeddedTfHub) -> None:
    for name, at_kaggle in (("acme/linear", None), ("acme/moved", AT_KAGGLE)):
        server.publish(name, SECOND, kaggle=at_kaggle)
        model = pin(hub, server, name, ref="1")
        assert (model.revision, content(hub, model)) == ("1", FIRST)
        assert hub.expose(model).folders == ()
        assert hub.expose(replace(model, default=True)).folders == (f"tfhub/{sha1(model.key.name)}",)
        assert pin(hub, server, f"{name}/1", ref="1").revision == "1"
        with pytest.raises(RevisionNotFound, match="no version 9"):
            pin(hub, server, name, ref="9")
        with pytest.raises(RevisionNotFound, match="is version 1, and not `2`"):
            pin(hub, server, f"{name}/1", ref="2")


def test_where_nobody_knows_versions_the_archive_is_the_revision(
    hub: TfHub, other: TfHub, server: EmbeddedTfHub
) -> None:
    model = pin(hub, server, "acme/linear")
    assert model.revision == hashlib.sha256(tar(FIRST, prefix="./")).hexdigest()
    server.publish("acme/linear", SECOND)
    sent = len(server.log)
    assert pin(hub, server, "acme/linear", revision=model.revision) == model
    assert len(server.log) == sent
    with pytest.raises(RevisionNotFound, match="is not what it was when it was locked"):
        pin(other, server, "acme/linear", revision=model.revision)
    arrived = [other.fetch(model, file, lambda _: None) for file in model.files]
    differing = {
        file.path for file, came in zip(model.files, arrived, strict=True) if came.sha256 not in ("", file.sha256)
    }
    assert differing == {path for path in FIRST if FIRST[path] != SECOND[path]}


def test_what_did_not_change_is_not_fetched_again(hub: TfHub, server: EmbeddedTfHub) -> None:
    model = pin(hub, server, "acme/linear/1")
    server.log.clear()
    assert pin(hub, server, "acme/linear/1") == model
    assert [entry.method for entry in server.log] == ["HEAD", "HEAD"]
    hub.discard(model, model.files[0])
    assert pin(hub, server, "acme/linear/1") == model
    assert content(hub, model) == FIRST


def test_what_moved_is_told_without_fetching(hub: TfHub, other: TfHub, server: EmbeddedTfHub) -> None:
    followed, fixed, plain = (pin(hub, server, name) for name in ("acme/moved", "acme/moved/1", "acme/linear"))
    for model in (followed, fixed, plain):
        assert movement(model, hub).states == ("current",)
        assert movement(model, hub).newest is None
    for name, at_kaggle in (("acme/linear", None), ("acme/moved", AT_KAGGLE)):
        server.publish(name, SECOND, kaggle=at_kaggle)
    server.log.clear()

    moved = movement(followed, hub)
    assert moved.states == ("moved",)
    assert moved.latest is not None
    assert moved.latest.revision == "2"
    assert movement(plain, hub).states == ("moved",)
    told = movement(fixed, hub)
    assert told.states == ("current",)
    assert told.newest == Ref(kind="tag", name="2", revision="2")
    assert server.log.count("/storage/", method="GET") == 0

    server.withdraw("acme/moved", 1)
    assert movement(fixed, hub).states == ("gone",)
    with pytest.raises(RevisionNotFound):
        other.describe(plain.key, plain.revision)


def dated(server: EmbeddedTfHub, files: dict[str, bytes], day: int) -> None:
    """Let storage say when the archive of some files was made."""
    sha256 = hashlib.sha256(tar(files, prefix="./")).hexdigest()
    modified = f"{day:02} Jan 2026 10:00:00 GMT"
    server.faults.add(SetHeaders(headers={"Last-Modified": f"Thu, {modified}"}), path=sha256)


def test_versions_are_asked_for_one_by_one(hub: TfHub, server: EmbeddedTfHub) -> None:
    third = linear(seed="v3")
    for files in (SECOND, third):
        server.publish("acme/moved", files, kaggle=AT_KAGGLE)
    server.withdraw("acme/moved", 2)
    for day, files in enumerate((FIRST, SECOND, third), start=1):
        dated(server, files, day)
    first, newest = (Revision(commit=str(day), committed=f"2026-01-0{day}T10:00:00Z") for day in (1, 3))
    name = key(server, "acme/moved")
    assert list(hub.history(name)) == [newest, first]
    assert list(hub.history(name, "2")) == [first]
    assert list(hub.history(name, "state-x")) == []
    assert list(hub.history(ModelKey("tfhub", f"{name.name}/1"))) == [first]

    model = pin(hub, server, "acme/moved", not_after="2026-01-02T00:00:00Z")
    assert (model.revision, content(hub, model)) == ("1", FIRST)
    assert pin(hub, server, "acme/moved", not_after="2026-01-04T00:00:00Z").revision == "3"
    assert pin(hub, server, "acme/moved/3", not_after="2026-01-02T00:00:00Z").revision == "3"
    with pytest.raises(RevisionNotFound, match="exclude-newer"):
        pin(hub, server, "acme/moved", not_after="2025-01-01T00:00:00Z")


def test_an_address_without_versions_has_no_history(hub: TfHub, server: EmbeddedTfHub) -> None:
    name = key(server, "acme/linear")
    assert list(hub.history(name)) == []
    model = pin(hub, server, "acme/linear", not_after="2026-01-02T00:00:00Z")
    assert list(hub.history(name)) == [Revision(commit=model.revision)]
    server.publish("acme/linear", SECOND)
    assert list(hub.history(name)) == []


def test_files_of_what_was_fetched_can_be_read(hub: TfHub, other: TfHub, server: EmbeddedTfHub) -> None:
    model = pin(hub, server, "acme/moved")
    described = hub.describe(model.key, "1")
    assert {file.path: file.sha256 for file in described.files} == {file.path: file.sha256 for file in model.files}
    assert hub.read(described, "saved_model.pb") == FIRST["saved_model.pb"]
    with pytest.raises(HubError, match="holds no `x`"):
        hub.read(described, "x")
    with pytest.raises(HubUnreachable, match="no single files"):
        other.read(other.describe(model.key, "", model), "saved_model.pb")
    assert hub.page(model.key) == model.key.name


def test_a_model_that_tfhub_does_not_know_leads_to_a_page(hub: TfHub, server: EmbeddedTfHub) -> None:
    with pytest.raises(ModelNotFound, match="acme/none/1"):
        pin(hub, server, "acme/none/1")
    server.moved = True
    with pytest.raises(ModelNotFound, match="it leads to a page") as caught:
        pin(hub, server, "acme/none/1")
    assert "kaggle.com/models" in (caught.value.hint or "")
    server.publish_archive("acme/text", b"not an archive at all")
    with pytest.raises(ModelNotFound, match="no archive"):
        pin(hub, server, "acme/text/1")


@pytest.mark.parametrize("attack", [*HOSTILE, "bomb"])
def test_attacks_are_refused_and_nothing_of_them_stays(
    hub: TfHub, server: EmbeddedTfHub, tmp_path: Path, attack: str
) -> None:
    server.publish_archive("acme/hostile", BOMB if attack == "bomb" else packed(HOSTILE[attack]))
    with pytest.raises(PtmdepsError, match=r"the archive of `http://.*/acme/hostile/1`") as caught:
        pin(hub, server, "acme/hostile/1")
    assert caught.value.hint
    assert not any(file for path, file in tree(hub.store()).items() if not path.startswith(".locks/models--"))
    assert not list(tmp_path.rglob("outside"))


def test_an_archive_that_was_refused_is_not_fetched_for_each_of_its_files(
    hub: TfHub, other: TfHub, server: EmbeddedTfHub
) -> None:
    model = pin(hub, server, "acme/linear/1")
    server.withdraw("acme/linear", 1)
    server.publish_archive("acme/linear", packed(HOSTILE["above"]), version=1)
    server.log.clear()
    for file in model.files:
        with pytest.raises(UnsafeContent):
            other.fetch(model, file, lambda _: None)
    assert server.log.count("/storage/", method="GET") == 1


@pytest.mark.parametrize("location", ["ftp://h/x", "file:///etc/passwd", "gs://bucket/x"])
def test_redirects_that_nobody_should_follow(hub: TfHub, server: EmbeddedTfHub, location: str) -> None:
    server.faults.add(SetHeaders(headers={"Location": location}), path="^/acme/moved")
    with pytest.raises(PtmdepsError):
        pin(hub, server, "acme/moved/1")
    assert [path for path in tree(hub.store()) if not path.startswith(".locks/")] == []


@pytest.mark.parametrize(
    "fault",
    [
        lambda server: server.faults.add(unavailable(), times=1),
        lambda server: server.faults.add(rate_limited(seconds=0), times=1),
        lambda server: server.faults.add(Fails(status=404), method="HEAD"),
        lambda server: server.faults.add(Truncate(keep=600), path="/storage/", method="GET", times=1),
    ],
)
def test_a_server_that_has_a_bad_moment(
    hub: TfHub, server: EmbeddedTfHub, fault: Callable[[EmbeddedTfHub], object]
) -> None:
    fault(server)
    assert content(hub, pin(hub, server, "acme/linear/1")) == FIRST


def test_damaged_bytes_are_noticed(hub: TfHub, server: EmbeddedTfHub) -> None:
    server.faults.add(Corrupt(position=900), path="/storage/", method="GET", times=1)
    with pytest.raises(PtmdepsError, match="the archive of"):
        pin(hub, server, "acme/linear/1")
    assert content(hub, pin(hub, server, "acme/linear/1")) == FIRST


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"model.json": b"{}"}, "holds no SavedModel"),
        ({"saved_model.pb": b"\xff" * 40}, "no sound SavedModel"),
    ],
)
def test_what_cannot_be_loaded_is_said(hub: TfHub, server: EmbeddedTfHub, files: dict[str, bytes], said: str) -> None:
    server.publish("acme/odd", files)
    with pytest.warns(UserWarning, match=said):
        assert pin(hub, server, "acme/odd/1").entrypoints == ()


def test_an_empty_graph_has_no_signatures(hub: TfHub, server: EmbeddedTfHub) -> None:
    server.publish_archive("acme/empty", packed(hostile_tar(member("saved_model.pb", b""))))
    assert pin(hub, server, "acme/empty/1").entrypoints == ()


def test_a_licence_in_the_archive_counts(hub: TfHub, server: EmbeddedTfHub) -> None:
    server.publish("acme/licensed", {**FIRST, "LICENSE": b"Do what you like, but only on Sundays."})
    license_ = pin(hub, server, "acme/licensed/1").license
    assert license_ is not None
    assert (license_.declared, license_.concluded, license_.evidence) == ("LICENSE", "", "LICENSE")


def test_reading_live_cannot_be_pinned(hub: TfHub, server: EmbeddedTfHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFHUB_MODEL_LOAD_FORMAT", "UNCOMPRESSED")
    with pytest.warns(UserWarning, match="cannot be pinned"):
        pin(hub, server, "acme/linear/1")
    assert hub.conflicting_variables == ("TFHUB_MODEL_LOAD_FORMAT",)
