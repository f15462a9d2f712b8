"""Kaggle as a hub: versions, files, who may have them, and where `kagglehub` finds them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub.faults import Corrupt, Rewrite, SetHeaders, Truncate, rate_limited, unavailable
from embedded_kaggle import EmbeddedKaggle
from embedded_tfhub import linear
from ptmdeps.errors import (
    AccessDenied,
    FileNotInModel,
    HubUnreachable,
    IntegrityError,
    ModelNotFound,
    PtmdepsError,
    RevisionNotFound,
    UnsafeContent,
)
from ptmdeps.hubs.description import Ref, Revision
from ptmdeps.hubs.kaggle import Kaggle
from ptmdeps.hubs.kaggle.endpoint import KAGGLE, endpoint_of
from ptmdeps.hubs.kaggle.licences import concluded
from ptmdeps.hubs.kaggle.names import framework_of
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Edge, License, LockedModel, Options
from ptmdeps.manifest.hubs import HubSettings
from ptmdeps.requirement import FileSelection, Requirement
from ptmdeps.resolve import resolve
from ptmdeps.upgrade.movement import movement
from ptmdeps.wanted import Wanted
from tests.unit.hubs.attacks import BOMB, HOSTILE, packed
from tests.worlds import tree

HURRY = Patience(attempts=3, first_delay=0.01)
HANDLE = "acme/classifier/pyTorch/base"
FILES = {"config.json": b"{}", "nested/model.bin": b"first" * 50}
SECOND = {"config.json": b"{}", "nested/model.bin": b"other" * 50}
MANY = {f"part-{number:02}.bin": b"%d" % number for number in range(30)}
WHOLE = FileSelection()


@pytest.fixture(autouse=True)
def no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without credentials, whatever the developer's own has."""
    for name in ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    (home / ".kaggle").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    return home / ".kaggle"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedKaggle]:
    with EmbeddedKaggle() as running:
        running.publish(HANDLE, FILES, notes="First", licence="Apache 2.0")
        monkeypatch.setenv("PTMDEPS_KAGGLE_ENDPOINT", running.endpoint)
        yield running


@pytest.fixture
def hub(tmp_path: Path) -> Kaggle:
    return Kaggle(cache=tmp_path / "store", patience=HURRY)


@pytest.fixture
def other(tmp_path: Path) -> Kaggle:
    """The same hub on another machine."""
    return Kaggle(cache=tmp_path / "other", patience=HURRY)


def pin(
    hub: Kaggle,
    handle: str = HANDLE,
    *selections: FileSelection,
    ref: str = "",
    revision: str = "",
    not_after: str = "",
    options: Options = Options(),
) -> LockedModel:
    readings = tuple(Reading(reads="snapshot", selection=selection) for selection in selections or (WHOLE,))
    key = ModelKey("kaggle", handle)
    return hub.pin(
        PinRequest(key=key, ref=ref, revision=revision, readings=readings, not_after=not_after, options=options)
    )


def content(hub: Kaggle, model: LockedModel) -> dict[str, bytes]:
    return {file.path: hub.stored_path(model, file).read_bytes() for file in model.files}


def stored(hub: Kaggle) -> list[str]:
    """What the store has, but for its mutexes."""
    return [path for path in tree(hub.store()) if not path.startswith(".locks/models--")]


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("PyTorch", "pyTorch"),
        ("MODEL_FRAMEWORK_TENSOR_FLOW_2", "tensorFlow2"),
        ("TensorFlow2", "tensorFlow2"),
        ("keras", "keras"),
        ("somethingNew", "somethingNew"),
    ],
)
def test_spellings_of_frameworks(spelled: str, expected: str) -> None:
    assert framework_of(spelled) == expected


@pytest.mark.parametrize(
    "handle", ["acme/m/pyTorch", "acme/m/pyTorch/b/c/d", "acme/../pyTorch/b", "a/b/c/d e", "a/b/c/d."]
)
def test_what_is_no_handle_is_said_so(hub: Kaggle, handle: str) -> None:
    with pytest.raises(ModelNotFound, match="cannot be a model of Kaggle"):
        pin(hub, handle)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Apache 2.0", "Apache-2.0"),
        ("MIT", "MIT"),
        ("Attribution-NonCommercial-ShareAlike 4.0 International (CC BY-NC-SA 4.0)", "CC-BY-NC-SA-4.0"),
        ("Attribution 3.0 IGO (CC BY 3.0 IGO)", "CC-BY-3.0-IGO"),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("CC0: Public Domain", "CC0-1.0"),
        ("Gemma", "LicenseRef-gemma"),
        ("Llama 3.1 Community License Agreement", "LicenseRef-llama3.1"),
        ("Other (specified in description)", ""),
        ("unknown", ""),
    ],
)
def test_licences(name: str, expected: str) -> None:
    assert concluded(name) == expected


def test_a_version_is_locked(hub: Kaggle, server: EmbeddedKaggle) -> None:
    server.publish(HANDLE, SECOND, base="acme/encoder/pyTorch/small")
    model = pin(hub, ref="1")
    assert (model.key.name, model.revision, model.committed) == (HANDLE, "1", "2026-01-01T10:00:00Z")
    assert content(hub, model) == FILES
    assert model.license == License(declared="Apache 2.0", concluded="Apache-2.0", evidence="Kaggle")
    base = ModelKey("kaggle", "acme/encoder/pyTorch/small")
    assert model.edges == (Edge(kind="lineage", relation="base-model", target=base, evidence="Kaggle"),)
    assert model.purl.startswith("pkg:generic/acme/classifier/pyTorch/base@1?download_url=https://www.kaggle.com/api/")
    assert model.identifier
    assert content(hub, pin(hub)) == SECOND


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://huggingface.co/acme/bert", "huggingface:acme/bert"),
        ("https://models.acme/bert", "url:https://models.acme/bert"),
        ("https://models.acme/\x1b[2J", None),
        ("not an address", None),
    ],
)
def test_a_base_model_elsewhere(hub: Kaggle, server: EmbeddedKaggle, address: str, expected: str | None) -> None:
    server.publish(HANDLE, SECOND, external_base=address)
    assert [str(edge.target) for edge in pin(hub).edges] == ([expected] if expected else [])


def test_a_saved_model_has_its_signatures(hub: Kaggle, server: EmbeddedKaggle) -> None:
    server.publish("acme/linear/tensorFlow2/base", linear())
    model = pin(hub, "acme/linear/tensorFlow2/base")
    assert model.entrypoints == ("serving_default(x: float32[?,4]) -> (output_0: float32[?,1])",)


@pytest.mark.usefixtures("server")
def test_every_spelling_is_exposed(hub: Kaggle) -> None:
    address = f"https://www.kaggle.com/models/{HANDLE}"
    written = FileSelection(handle=address)
    spelled = HANDLE.replace("pyTorch", "PyTorch")
    model = pin(hub, spelled, WHOLE, written)
    assert model.key.name == HANDLE
    assert model.aliases == (spelled, address)
    exposure = hub.expose(model)
    folder = f"tfhub/{hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()}"
    roots = (f"kagglehub/models/{HANDLE}/1", f"kagglehub/models/{spelled}/1", folder)
    assert {link.path for link in exposure.links} == {f"{root}/{path}" for root in roots for path in FILES}
    texts = dict(exposure.texts)
    for name in (HANDLE, spelled):
        assert texts.pop(f"kagglehub/refs/{name}/version") == "1"
        assert texts.pop(f"kagglehub/models/{name}/1.complete") == ""
        for path in FILES:
            assert texts.pop(f"kagglehub/models/{name}/.complete/1/{path}.complete") == ""
    assert texts.pop(f"{folder}.descriptor.txt").startswith(f"Module: {address}\n")
    assert texts == {}


@pytest.mark.usefixtures("server")
def test_a_lock_names_one_model_for_all_spellings(hub: Kaggle) -> None:
    spelled = HANDLE.replace("pyTorch", "PyTorch")
    requirements = tuple(
        Requirement(key=ModelKey("kaggle", name), selection=FileSelection(handle=handle), used_in=("app.py",))
        for name, handle in ((spelled, ""), (HANDLE, ""), (HANDLE, f"https://www.kaggle.com/models/{HANDLE}"))
    )
    wanted = Wanted(requirements=tuple(sorted(requirements)))
    locked = resolve(wanted, previous=None, options=Options(), hubs={"kaggle": hub}.get)
    assert [model.names for model in locked.models] == [(HANDLE, spelled, f"https://www.kaggle.com/models/{HANDLE}")]
    again = resolve(wanted, previous=locked, options=Options(), hubs={"kaggle": hub}.get, offline=True)
    assert again == locked


@pytest.mark.usefixtures("server")
def test_a_version_that_is_asked_for_is_not_the_newest(hub: Kaggle) -> None:
    model = pin(hub, ref="1")
    assert f"kagglehub/refs/{HANDLE}/version" not in dict(hub.expose(model).texts)
    assert f"kagglehub/refs/{HANDLE}/version" in dict(hub.expose(replace(model, default=True)).texts)


def test_single_files_are_locked_alone(hub: Kaggle, server: EmbeddedKaggle) -> None:
    model = pin(hub, HANDLE, FileSelection(files=("config.json",)))
    assert content(hub, model) == {"config.json": b"{}"}
    texts = dict(hub.expose(model).texts)
    assert f"kagglehub/models/{HANDLE}/.complete/1/config.json.complete" in texts
    assert f"kagglehub/models/{HANDLE}/1.complete" not in texts
    assert server.log.count("download") == 1

    both = pin(hub, HANDLE, FileSelection(files=("config.json",)), WHOLE, revision="1")
    assert content(hub, both) == FILES
    assert f"kagglehub/models/{HANDLE}/1.complete" in dict(hub.expose(both).texts)
    assert server.log.count("download") == 2
    options = Options(files="all")
    assert content(hub, pin(hub, HANDLE, FileSelection(files=("config.json",)), options=options)) == FILES


@pytest.mark.usefixtures("server")
def test_patterns_choose_files(hub: Kaggle) -> None:
    assert list(content(hub, pin(hub, HANDLE, FileSelection(allow=("*.json",))))) == ["config.json"]
    assert list(content(hub, pin(hub, HANDLE, FileSelection(ignore=("*.json",))))) == ["nested/model.bin"]


@pytest.mark.usefixtures("server")
def test_a_file_that_is_not_there(hub: Kaggle) -> None:
    with pytest.raises(FileNotInModel, match=r"does not hold `weights\.h5`"):
        pin(hub, HANDLE, FileSelection(files=("weights.h5",)))
    with pytest.warns(UserWarning, match=r"does not hold `weights\.h5`"):
        pin(hub, HANDLE, FileSelection(files=("weights.h5", "config.json")))
    with pytest.raises(FileNotInModel, match="holds no files"):
        pin(hub, HANDLE, FileSelection(allow=("*.h5",)))


def test_many_files_come_as_one_archive(hub: Kaggle, other: Kaggle, server: EmbeddedKaggle) -> None:
    server.publish("acme/many/keras/x", MANY)
    model = pin(hub, "acme/many/keras/x")
    assert content(hub, model) == MANY
    assert server.log.count("download") == 1
    for file in model.files:
        other.fetch(model, file, lambda _: None)
    assert content(other, model) == MANY
    assert server.log.count("download") == 2
    hub.discard(model, model.files[3])
    hub.fetch(model, model.files[3], lambda _: None)
    assert content(hub, model) == MANY
    assert server.log.count("download/part-03") == 1
    hub.discard(model, model.files[4])
    assert pin(hub, "acme/many/keras/x") == model
    assert server.log.count("download/part-04") == 1


def test_versions_have_dates_and_the_newest_has_notes(hub: Kaggle, server: EmbeddedKaggle) -> None:
    server.publish(HANDLE, SECOND, notes="Second\nwith more words")
    key = ModelKey("kaggle", HANDLE)
    assert list(hub.history(key)) == [
        Revision(commit="2", committed="2026-01-02T10:00:00Z", title="Second"),
        Revision(commit="1", committed="2026-01-01T10:00:00Z"),
    ]
    assert [revision.commit for revision in hub.history(key, "1")] == ["1"]
    assert hub.refs(key) == tuple(Ref(kind="tag", name=name, revision=name) for name in ("1", "2"))
    assert hub.page(key) == f"{KAGGLE}/models/{HANDLE}"


def test_exclude_newer_takes_an_older_version(hub: Kaggle, server: EmbeddedKaggle) -> None:
    server.publish(HANDLE, SECOND)
    assert pin(hub, not_after="2026-01-01T12:00:00Z").revision == "1"
    assert pin(hub, not_after="2026-02-01T00:00:00Z").revision == "2"
    assert pin(hub, ref="2", not_after="2026-01-01T12:00:00Z").revision == "2"
    with pytest.raises(RevisionNotFound, match="exclude-newer"):
        pin(hub, not_after="2025-01-01T00:00:00Z")


def test_what_moved_is_told(hub: Kaggle, server: EmbeddedKaggle) -> None:
    followed, fixed = pin(hub), pin(hub, ref="1")
    for model in (followed, fixed):
        assert movement(model, hub).states == ("current",)
    server.publish(HANDLE, SECOND, notes="Second")
    moved = movement(followed, hub)
    assert moved.states == ("moved",)
    assert moved.news is not None
    assert [revision.title for revision in moved.news.commits] == ["Second"]
    assert moved.comparison is not None
    assert [change.path for change in moved.comparison.files] == ["config.json", "nested/model.bin"]
    told = movement(fixed, hub)
    assert told.states == ("current",)
    assert told.newest == Ref(kind="tag", name="2", revision="2")
    server.withdraw(HANDLE, 1)
    assert movement(fixed, hub).states[0] in {"gone", "ref-gone"}


@pytest.mark.usefixtures("server")
def test_files_can_be_read_without_the_others(hub: Kaggle, other: Kaggle) -> None:
    pin(hub)
    for reader in (hub, other):
        described = reader.describe(ModelKey("kaggle", HANDLE), "1")
        file = described.file("nested/model.bin")
        assert file is not None
        assert reader.read(described, "nested/model.bin") == FILES["nested/model.bin"]
        with reader.open(described, file) as stream:
            assert (stream.seek(5), stream.read(5)) == (5, b"first")
        with pytest.raises(FileNotInModel):
            reader.read(described, "x")


@pytest.mark.usefixtures("server")
def test_what_is_not_shown_is_not_there(hub: Kaggle) -> None:
    for handle in ("acme/none/pyTorch/x", "acme/classifier/keras/base"):
        with pytest.raises(ModelNotFound, match=f"no `{handle}` at Kaggle, or it is not shown to you") as caught:
            pin(hub, handle)
        assert "KAGGLE_API_TOKEN" in (caught.value.hint or "")
    for ref in ("9", "main", "0", "1e3", "99999999999"):
        with pytest.raises(RevisionNotFound):
            pin(hub, ref=ref)


def test_who_did_not_agree_to_terms_hears_what_to_do(
    hub: Kaggle, other: Kaggle, server: EmbeddedKaggle, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.describe("acme/classifier", gated=True)
    with pytest.raises(AccessDenied, match="only for those who agreed to its terms") as caught:
        pin(hub)
    assert f"{KAGGLE}/models/{HANDLE}" in (caught.value.hint or "")
    assert "log in" in (caught.value.hint or "")

    server.users["secret"] = "ada"
    monkeypatch.setenv("KAGGLE_API_TOKEN", "secret")
    with pytest.raises(AccessDenied) as again:
        pin(Kaggle(cache=hub.store(), patience=HURRY))
    assert "log in" not in (again.value.hint or "")
    server.consent("acme/classifier", "ada")
    model = pin(Kaggle(cache=hub.store(), patience=HURRY))
    assert content(hub, model) == FILES
    other.fetch(model, model.files[0], lambda _: None)
    assert not any(entry.had_authorization for entry in server.log if entry.path.startswith("/storage/"))

    monkeypatch.setenv("KAGGLE_API_TOKEN", "wrong")
    with pytest.raises(AccessDenied, match="does not accept your credentials") as refused:
        pin(Kaggle(cache=hub.store(), patience=HURRY))
    assert "wrong" not in str(refused.value)


def _basic(user: str, key: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{key}'.encode()).decode()}"


def test_credentials_are_found_as_the_client_finds_them(
    no_credentials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent() -> str:
        return endpoint_of(HubSettings()).headers.get("Authorization", "")

    assert sent() == ""
    (no_credentials / "kaggle.json").write_text('{"username": "ada", "key": "k1"}')
    assert sent() == _basic("ada", "k1")
    monkeypatch.setenv("KAGGLE_USERNAME", "bob")
    monkeypatch.setenv("KAGGLE_KEY", "k2")
    assert sent() == _basic("bob", "k2")
    (no_credentials / "access_token.txt").write_text("t1\n")
    assert sent() == "Bearer t1"
    (no_credentials / "access_token").write_text("t2\n")
    assert sent() == "Bearer t2"
    (tmp_path / "token").write_text("t3")
    monkeypatch.setenv("KAGGLE_API_TOKEN", str(tmp_path / "token"))
    assert sent() == "Bearer t3"
    monkeypatch.setenv("KAGGLE_API_TOKEN", "t4")
    assert sent() == "Bearer t4"
    assert "t4" not in repr(endpoint_of(HubSettings()))
    monkeypatch.setenv("KAGGLE_API_TOKEN", "t4\r\nX-Evil: 1")
    with pytest.raises(AccessDenied, match="no token has") as caught:
        sent()
    assert "t4" not in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[]", '{"username": "ada"}', "[" * 5000])
def test_broken_credentials_are_said(no_credentials: Path, text: str) -> None:
    (no_credentials / "kaggle.json").write_text(text)
    with pytest.raises(AccessDenied, match=r"kaggle\.json` does not hold"):
        endpoint_of(HubSettings())


def test_credentials_go_only_where_the_user_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_API_TOKEN", "secret")
    settings = HubSettings(endpoint="https://mirror.example", source="pyproject.toml")
    with pytest.warns(UserWarning, match="your credentials are not sent there"):
        endpoint = endpoint_of(settings)
    assert (endpoint.address, endpoint.headers) == ("https://mirror.example", {})
    monkeypatch.setenv("PTMDEPS_TRUST_ENDPOINT", "https://mirror.example/")
    assert endpoint_of(settings).headers
    monkeypatch.setenv("PTMDEPS_KAGGLE_ENDPOINT", "https://own.example/")
    assert endpoint_of(settings).address == "https://own.example"
    assert endpoint_of(settings).headers
    monkeypatch.delenv("PTMDEPS_KAGGLE_ENDPOINT")
    assert endpoint_of(HubSettings()).address == KAGGLE


def _with(**fields: Any) -> Callable[[Any], Any]:
    return lambda document: {**document, **fields}


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda _: [],
        lambda _: None,
        _with(versionNumber=-1),
        _with(versionNumber=0),
        _with(versionNumber=True),
        _with(versionNumber="../../1"),
        _with(versionNumber=10**12),
        _with(versionNumber=1.5),
        _with(versionNumber="٣"),
        _with(id={"a": 1}),
    ],
)
def test_hostile_answers_about_a_model(hub: Kaggle, server: EmbeddedKaggle, rewrite: Callable[[Any], Any]) -> None:
    server.faults.add(Rewrite(function=rewrite), path="/get$")
    with pytest.raises(HubUnreachable, match="could not be read"):
        pin(hub)
    assert stored(hub) == []


def _file(**fields: Any) -> dict[str, Any]:
    return {"name": "a.bin", "size": 1, "creationDate": "2026-01-01T10:00:00.000Z", **fields}


@pytest.mark.parametrize(
    "files",
    [
        {},
        "a.bin",
        ["a.bin"],
        [_file(name=None)],
        [_file(size=-1)],
        [_file(size="many")],
        [_file(size=1 << 60)],
        [_file(name="../outside")],
        [_file(name="/etc/passwd")],
        [_file(name="a\\b")],
        [_file(name="a\x1b[2J")],
        [_file(), _file()],
        [_file(), _file(name="A.bin")],
        [_file(), _file(name="a.bin/b")],
    ],
)
def test_hostile_lists_of_files(hub: Kaggle, server: EmbeddedKaggle, files: object) -> None:
    server.faults.add(Rewrite(function=_with(files=files)), path="/files")
    with pytest.raises((HubUnreachable, UnsafeContent)):
        pin(hub)
    assert stored(hub) == []


@pytest.mark.parametrize("token", ["again", {"a": 1}])
def test_pages_without_an_end(hub: Kaggle, server: EmbeddedKaggle, token: object) -> None:
    server.faults.add(Rewrite(function=_with(nextPageToken=token)), path="/list")
    with pytest.raises(HubUnreachable):
        hub.refs(ModelKey("kaggle", HANDLE))


@pytest.mark.parametrize("attack", [*HOSTILE, "bomb"])
def test_hostile_archives_are_refused_and_nothing_of_them_stays(
    hub: Kaggle, server: EmbeddedKaggle, tmp_path: Path, attack: str
) -> None:
    server.publish("acme/many/keras/x", MANY)
    with EmbeddedFiles() as files:
        url = files.put("/archive", BOMB if attack == "bomb" else packed(HOSTILE[attack]))
        server.faults.add(SetHeaders(headers={"Location": url}), path="/download$")
        with pytest.raises(PtmdepsError, match="the archive of `acme/many/keras/x/1`"):
            pin(hub, "acme/many/keras/x")
    assert not any(tree(hub.store())[path] for path in stored(hub))
    assert not list(tmp_path.rglob("outside"))


def test_an_archive_holds_what_was_listed(hub: Kaggle, server: EmbeddedKaggle) -> None:
    server.publish("acme/many/keras/x", MANY)
    server.publish("acme/fewer/keras/x", {"part-00.bin": b"0"})
    place = {"Location": f"{server.endpoint}/api/v1/models/acme/fewer/keras/x/1/download"}
    server.faults.add(SetHeaders(headers=place), path="/many/keras/x/1/download$")
    with pytest.raises(UnsafeContent, match=r"lacks `part-01\.bin`"):
        pin(hub, "acme/many/keras/x")


def test_sizes_and_digests_are_compared(hub: Kaggle, server: EmbeddedKaggle) -> None:
    other_md5 = base64.b64encode(hashlib.md5(b"x", usedforsecurity=False).digest()).decode()
    headers = SetHeaders(headers={"x-goog-hash": f"crc32c=AAAA,md5={other_md5}"})
    server.faults.add(headers, path="/storage/", times=1)
    with pytest.raises(IntegrityError, match="the digest that Kaggle's storage tells"):
        pin(hub)
    larger = Rewrite(
        function=lambda document: {**document, "files": [{**one, "size": 500} for one in document["files"]]}
    )
    server.faults.add(larger, path="/files", times=1)
    with pytest.raises(IntegrityError, match="Kaggle's list of files"):
        pin(hub)
    smaller = Rewrite(
        function=lambda document: {**document, "files": [{**one, "size": 1} for one in document["files"]]}
    )
    server.faults.add(smaller, path="/files", times=1)
    with pytest.raises(UnsafeContent):
        pin(hub)
    server.faults.add(SetHeaders(headers={"x-goog-hash": "md5=not base64!"}), path="/storage/")
    assert content(hub, pin(hub)) == FILES


@pytest.mark.parametrize(
    "fault",
    [
        lambda server: server.faults.add(unavailable(), times=1),
        lambda server: server.faults.add(rate_limited(seconds=0), times=1),
        lambda server: server.faults.add(Truncate(keep=100), path="/storage/", times=1),
    ],
)
def test_a_server_that_has_a_bad_moment(
    hub: Kaggle, server: EmbeddedKaggle, fault: Callable[[EmbeddedKaggle], object]
) -> None:
    fault(server)
    assert content(hub, pin(hub)) == FILES


def test_damaged_bytes_are_noticed(hub: Kaggle, server: EmbeddedKaggle) -> None:
    server.faults.add(Corrupt(position=0), path="/storage/", times=2)
    with pytest.raises(IntegrityError):
        pin(hub)
    assert content(hub, pin(hub)) == FILES


@pytest.mark.parametrize("location", ["ftp://h/x", "file:///etc/passwd"])
def test_redirects_that_nobody_should_follow(hub: Kaggle, server: EmbeddedKaggle, location: str) -> None:
    server.faults.add(SetHeaders(headers={"Location": location}), path="/download")
    with pytest.raises(PtmdepsError):
        pin(hub)
    assert not any(tree(hub.store())[path] for path in stored(hub))
