"""Files at plain addresses: what makes one immutable that nothing makes immutable."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub import models
from embedded_hub.faults import Corrupt, SetHeaders, Truncate
from embedded_hub.weights import drawn, torch_zip
from ptmdeps.errors import (
    FileNotInModel,
    HubUnreachable,
    IntegrityError,
    ModelNotFound,
    RevisionNotFound,
    UnsafeContent,
)
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.url import INDEX, Url, instant
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.difference import Changed
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.lockfile.text import dumps, loads
from ptmdeps.requirement import FileSelection
from ptmdeps.upgrade.locks import detailed
from ptmdeps.upgrade.movement import Question, movement
from tests.worlds import tree

HURRY = Patience(attempts=2, first_delay=0.001, longest_delay=0.1)
CONTENT = torch_zip(drawn("v1", {"weight": (2, 4)}))
OTHER = torch_zip(drawn("v2", {"weight": (2, 4)}))
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
TORCH = Reading(reads="torch")


@pytest.fixture
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        yield running


@pytest.fixture
def hub(tmp_path: Path) -> Url:
    return opened(tmp_path / "store")


def opened(store: Path) -> Url:
    return Url(cache=store, patience=HURRY)


def pin(hub: Url, url: str, *readings: Reading, revision: str = "", not_after: str = "") -> LockedModel:
    wanted = tuple(sorted(readings)) or (TORCH,)
    return hub.pin(PinRequest(key=ModelKey("url", url), readings=wanted, revision=revision, not_after=not_after))


def stored(hub: Url) -> list[bytes]:
    """The bytes that the store has, whatever it knows of them."""
    return [path.read_bytes() for path in hub.store().glob("*/blobs/*")]


def test_the_first_bytes_are_what_is_locked(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put("/models/net.pth", CONTENT)
    model = pin(hub, url)
    assert (model.revision, model.committed) == (SHA256, "2024-01-01T01:00:00Z")
    assert model.purl == f"pkg:generic/net.pth?checksum=sha256:{SHA256}&download_url={url}"
    (file,) = model.files
    assert (file.path, file.size, file.sha256, file.format) == ("torch/net.pth", len(CONTENT), SHA256, "pytorch")
    assert file.pickle is not None
    assert "collections.OrderedDict" in file.pickle.globals
    assert (model.origin.etag, model.origin.modified) == (f'"{SHA256[:32]}"', "Mon, 01 Jan 2024 01:00:00 GMT")
    assert [entry.method for entry in files.log] == ["HEAD", "GET"]
    assert hub.stored_path(model, file).read_bytes() == CONTENT
    assert loads(dumps(Lockfile(models=(model,)))).models == (model,)


def test_what_did_not_change_is_not_fetched_again(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put("/net.pth", CONTENT)
    first = pin(hub, url)
    files.log.clear()
    assert pin(hub, url) == first
    assert [entry.method for entry in files.log] == ["HEAD"]
    files.put("/net.pth", OTHER)
    assert pin(hub, url).revision == hashlib.sha256(OTHER).hexdigest()


@pytest.mark.parametrize("etag", ["weak", None])
def test_a_server_that_names_no_state_is_asked_for_the_bytes_each_time(
    files: EmbeddedFiles, hub: Url, etag: Literal["weak"] | None
) -> None:
    url = files.put("/net.pth", CONTENT, etag=etag, dated=False)
    assert pin(hub, url) == pin(hub, url)
    assert files.log.count("/net.pth", method="GET") == 2
    assert pin(hub, url).committed == ""


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"url": 1}', '{"url": "", "etag": "", "modified": "", "size": "x"}']
)
def test_a_damaged_note_of_what_was_seen_counts_for_nothing(files: EmbeddedFiles, hub: Url, damage: str) -> None:
    url = files.put("/net.pth", CONTENT)
    first = pin(hub, url)
    (note,) = (hub.notes() / "seen").glob("*/*.json")
    note.write_text(damage)
    assert pin(hub, url) == first
    assert files.log.count("/net.pth", method="GET") == 2


def test_a_store_that_lost_the_bytes_fetches_them_again(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put("/net.pth", CONTENT)
    first = pin(hub, url)
    (blob,) = hub.store().glob("*/blobs/*")
    blob.write_bytes(CONTENT[:-1])
    assert pin(hub, url) == first
    assert stored(hub) == [CONTENT]


def test_the_same_bytes_for_two_readings(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put("/net.pth", CONTENT)
    renamed = Reading(reads="torch", selection=FileSelection(files=("mine.pth",)))
    model = pin(hub, url, TORCH, renamed, Reading(reads="file"), Reading(reads="whisper"))
    assert [file.path for file in model.files] == ["file/net.pth", "torch/mine.pth", "torch/net.pth", "whisper/net.pth"]
    assert {file.sha256 for file in model.files} == {SHA256}
    assert files.log.count("/net.pth", method="GET") == 1
    assert stored(hub) == [CONTENT]
    label = hashlib.sha256(url.encode()).hexdigest()[:32]
    exposure = hub.expose(model)
    assert [link.path for link in exposure.links] == [
        f"files/file/{label}/net.pth",
        "torch/hub/checkpoints/mine.pth",
        "torch/hub/checkpoints/net.pth",
        "files/whisper/net.pth",
    ]
    ((path, note),) = exposure.texts
    assert path == f"{INDEX}/{label}.json"
    assert json.loads(note) == {"url": url, "path": exposure.links[0].path, "etag": model.origin.etag}


@pytest.mark.parametrize(
    ("name", "claims"),
    [
        (f"net-{SHA256[:8]}.pth", True),
        (f"net-{SHA256[:20]}.pth", True),
        (f"net-{SHA256}.pth", True),
        ("net-0123abcd.pth", False),
        ("net-0123abcde.tar.gz", False),
    ],
)
def test_a_digest_in_the_name(files: EmbeddedFiles, hub: Url, name: str, *, claims: bool) -> None:
    url = files.put(f"/{name}", CONTENT)
    if claims:
        assert pin(hub, url).revision == SHA256
        return
    with pytest.raises(IntegrityError) as caught:
        pin(hub, url)
    assert caught.value.expected.removeprefix("sha256-prefix:") in name
    assert caught.value.found == SHA256
    assert caught.value.exit_code == 1
    assert stored(hub) == []
    with pytest.raises(IntegrityError):
        pin(hub, url)


@pytest.mark.parametrize(
    "name", ["net-20240101.pth", "step-00100000.pt", "net-5.2.pth", "net-abc.pth", "net-.pth", "x-"]
)
def test_a_date_or_a_version_in_the_name_is_no_digest(files: EmbeddedFiles, hub: Url, name: str) -> None:
    assert pin(hub, files.put(f"/{name}", CONTENT)).revision == SHA256


def test_a_digest_in_the_address_saves_the_download(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put(f"/models/{SHA256}/net.pth", CONTENT)
    reading = Reading(reads="whisper", digest=f"sha256:{SHA256}")
    model = pin(hub, url, reading)
    assert (model.revision, model.files[0].size) == (SHA256, len(CONTENT))
    assert model.files[0].pickle == pin(hub, files.put("/net.pth", CONTENT)).files[0].pickle
    assert files.log.count(SHA256, method="GET", status=200) == 0
    arrived = hub.fetch(model, model.files[0], lambda _: None)
    assert arrived.path.read_bytes() == CONTENT
    files.log.clear()
    assert pin(hub, url, reading) == model
    assert [entry.method for entry in files.log] == ["HEAD"], "its pickle is read from the store"


def test_a_server_without_ranges_sends_once_what_is_known_already(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put(f"/models/{SHA256}/net.pth", CONTENT, ranges=False)
    model = pin(hub, url)
    assert model.files[0].pickle is not None
    assert files.log.sent() == len(CONTENT)
    lying = files.put(f"/models/{SHA256}/other.pth", OTHER, ranges=False)
    with pytest.raises(IntegrityError):
        pin(hub, lying)


def test_a_digest_in_the_address_that_is_wrong_is_found_at_the_latest_when_it_is_fetched(
    files: EmbeddedFiles, hub: Url
) -> None:
    url = files.put(f"/{SHA256}/net.safetensors", OTHER)
    model = pin(hub, url)
    assert hub.fetch(model, model.files[0], lambda _: None).sha256 == hashlib.sha256(OTHER).hexdigest()
    assert stored(hub) == []


@pytest.mark.parametrize(
    ("digest", "right"),
    [
        (f"sha256:{SHA256}", True),
        (f"sha256:{SHA256.upper()}", True),
        (f"sha256-prefix:{SHA256[:8]}", True),
        (f"md5:{MD5}", True),
        ("sha256:" + "0" * 64, False),
        ("sha256-prefix:00000000", False),
        ("md5:" + "0" * 32, False),
    ],
)
def test_what_a_library_knows_of_the_bytes(files: EmbeddedFiles, hub: Url, digest: str, *, right: bool) -> None:
    url = files.put("/net.pth", CONTENT, ranges=False)
    for _ in range(2):
        if right:
            assert pin(hub, url, Reading(reads="keras", digest=digest)).revision == SHA256
        else:
            with pytest.raises(IntegrityError, match="does not match the digest that its name, or who names it, gives"):
                pin(hub, url, Reading(reads="keras", digest=digest))
    assert stored(hub) == ([CONTENT] if right else [])


def test_what_is_in_the_store_is_compared_with_what_is_claimed_later(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put("/net.pth", CONTENT)
    pin(hub, url)
    assert pin(hub, url, Reading(reads="keras", digest=f"md5:{MD5}")).revision == SHA256
    with pytest.raises(IntegrityError):
        pin(hub, url, Reading(reads="keras", digest="md5:" + "0" * 32))


@pytest.mark.parametrize("later", [CONTENT, OTHER])
def test_a_kept_revision_is_what_it_was_or_nothing(
    files: EmbeddedFiles, hub: Url, tmp_path: Path, later: bytes
) -> None:
    url = files.put("/net.pth", CONTENT)
    first = pin(hub, url)
    files.put("/net.pth", later)
    again = pin(hub, url, TORCH, Reading(reads="file"), revision=first.revision)
    assert (again.revision, again.origin) == (first.revision, first.origin)
    elsewhere = opened(tmp_path / "other")
    if later == CONTENT:
        assert pin(elsewhere, url, revision=first.revision).files == first.files
        return
    with pytest.raises(RevisionNotFound, match="is not what was locked") as caught:
        pin(elsewhere, url, revision=first.revision)
    assert caught.value.hint == f"`ptmdeps lock -P {url}` pins what is there now"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a%20b.pth", "a%20b.pth"),
        ("/n%C3%A9t.pth", "n%C3%A9t.pth"),
        ("/a%2Fb.pth", "a%2Fb.pth"),
        ("/net.pth?download=1", "net.pth"),
        ("/folder/", "download"),
        ("/..%2F..%2Fevil", "..%2F..%2Fevil"),
    ],
)
def test_a_file_is_called_what_loaders_call_it(files: EmbeddedFiles, hub: Url, path: str, name: str) -> None:
    files.put(unquote(path.partition("?")[0]), CONTENT)
    model = pin(hub, files.endpoint + path)
    assert model.files[0].path == f"torch/{name}"
    assert loads(dumps(Lockfile(models=(model,)))).models == (model,)


@pytest.mark.parametrize("path", ["/" + "x" * 300, "/..", "/x/../..", "/aux.pth", "/net.pth.", "/a\\b"])
def test_a_name_that_no_file_may_have_is_refused(files: EmbeddedFiles, hub: Url, path: str) -> None:
    with pytest.raises(UnsafeContent):
        pin(hub, files.endpoint + path)
    assert len(files.log) == 0
    assert tree(hub.store()) == {}


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "a\\b", "x\x00"])
def test_a_name_that_the_project_gives_stays_in_its_folder(files: EmbeddedFiles, hub: Url, name: str) -> None:
    url = files.put("/net.pth", CONTENT)
    with pytest.raises(UnsafeContent):
        pin(hub, url, Reading(reads="torch", selection=FileSelection(files=(name,))))
    assert tree(hub.store()) == {}


@pytest.mark.parametrize(
    "name", ["acme/net", "ftp://a.example/x", "file:///etc/passwd", "https://ada:pw@a.example/x", "https://a.example/ü"]
)
def test_what_is_no_address_is_refused(hub: Url, name: str) -> None:
    with pytest.raises(UnsafeContent):
        pin(hub, name)


def test_an_address_has_no_refs(files: EmbeddedFiles, hub: Url) -> None:
    key = ModelKey("url", files.put("/net.pth", CONTENT))
    with pytest.raises(RevisionNotFound, match="neither branches nor tags"):
        hub.pin(PinRequest(key=key, ref="v1", readings=(TORCH,)))
    assert (list(hub.history(key)), hub.refs(key)) == ([], ())
    assert hub.page(key) == key.name


def test_where_it_was_led_to_is_locked_unless_that_is_for_some_minutes(files: EmbeddedFiles, hub: Url) -> None:
    there = files.put("/there/net.pth", CONTENT)
    signed = files.put("/signed/net.pth", CONTENT)
    assert pin(hub, files.redirect("/a.pth", "/there/net.pth")).origin.url == there
    assert pin(hub, files.redirect("/b.pth", f"{signed}?X-Signature=secret")).origin.url == ""
    user = there.replace("http://", "http://ada:secret@")
    model = pin(hub, files.redirect("/c.pth", user))
    assert "secret" not in dumps(Lockfile(models=(model,)))


def test_what_is_locked_is_there(files: EmbeddedFiles, hub: Url) -> None:
    model = pin(hub, files.put("/net.pth", CONTENT))
    files.log.clear()
    described = hub.describe(model.key, "", model)
    assert described.revision == model.revision
    assert [(file.path, file.sha256) for file in described.files] == [("torch/net.pth", SHA256)]
    assert [entry.method for entry in files.log] == ["HEAD"]
    assert hub.read(described, "torch/net.pth") == CONTENT
    with hub.open(described, described.files[0]) as stream:
        assert stream.read(4) == CONTENT[:4]
    with pytest.raises(FileNotInModel):
        hub.read(described, "torch/other.pth")


def test_bytes_that_are_not_those_that_were_described_are_not_read(files: EmbeddedFiles, hub: Url) -> None:
    model = pin(hub, files.put("/net.pth", CONTENT))
    described = hub.describe(model.key, "", model)
    files.faults.add(Corrupt(position=5))
    with pytest.raises(IntegrityError):
        hub.read(described, "torch/net.pth")


Etag = Literal["strong", "weak"] | None


@pytest.mark.parametrize(
    ("etag", "dated", "content", "same"),
    [
        ("strong", True, CONTENT, True),
        ("strong", True, OTHER, False),
        ("weak", True, CONTENT, True),
        (None, True, CONTENT, False),  # the embedded server dates every version anew
        (None, False, CONTENT, True),
        (None, False, OTHER, True),  # of the same size: nothing tells
        (None, False, OTHER + b"x", False),
    ],
)
def test_whether_it_moved(
    files: EmbeddedFiles, hub: Url, etag: Etag, content: bytes, *, dated: bool, same: bool
) -> None:
    model = pin(hub, files.put("/net.pth", CONTENT, etag=etag if etag != "weak" else "strong", dated=dated))
    files.put("/net.pth", content, etag=etag, dated=dated)
    described = hub.describe(model.key, "", model)
    assert (described.revision == model.revision) is same
    assert [file.path for file in described.files] == ["torch/net.pth"]
    assert described.file("torch/net.pth") is not None
    if not same:
        assert described.files[0].size == len(content)
        assert described.files[0].sha256 == ""


def test_nobody_knows_whether_it_moved_where_the_server_says_nothing(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put("/net.pth", CONTENT, etag=None, dated=False, length=None)
    model = pin(hub, url)
    with pytest.raises(HubUnreachable, match="neither how large the file is nor when it was changed"):
        hub.describe(model.key, "", model)
    files.remove("/net.pth")
    with pytest.raises(ModelNotFound, match=url):
        hub.describe(model.key, "", model)


def test_what_was_replaced_is_told_from_what_came_damaged(files: EmbeddedFiles, hub: Url, tmp_path: Path) -> None:
    model = pin(hub, files.put("/net.pth", CONTENT))
    other = opened(tmp_path / "other")
    files.faults.add(Corrupt(position=9), method="GET", times=1)
    assert other.fetch(model, model.files[0], lambda _: None).sha256 != SHA256
    files.put("/net.pth", OTHER)
    with pytest.raises(IntegrityError) as caught:
        other.fetch(model, model.files[0], lambda _: None)
    assert "the file was replaced since it was locked" in (caught.value.hint or "")
    assert stored(other) == []
    files.put("/net.pth", OTHER * 1000)
    with pytest.raises(UnsafeContent, match="more than"):
        other.fetch(model, model.files[0], lambda _: None)


def test_a_fetch_goes_on_where_it_was_broken_off(files: EmbeddedFiles, hub: Url, tmp_path: Path) -> None:
    content = models.bert_encoder(weight_bytes=4_000_000)["model.safetensors"]
    model = pin(hub, files.put("/net.safetensors", content))
    other, steps = opened(tmp_path / "other"), list[int]()
    rule = files.faults.add(Truncate(keep=2_000_000), method="GET", times=1)
    other.fetch(model, model.files[0], steps.append)
    assert rule.hits == 1
    assert stored(other) == [content]
    assert sum(steps) == len(content)


def test_who_locks_at_the_same_time_fetches_once(files: EmbeddedFiles, tmp_path: Path) -> None:
    url = files.put("/net.pth", CONTENT)
    with ThreadPoolExecutor(8) as pool:
        pins = list(pool.map(lambda _: pin(opened(tmp_path / "store"), url), range(8)))
    assert set(pins) == {pins[0]}
    assert files.log.count("/net.pth", method="GET") == 1


def test_what_is_too_new_is_not_locked(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put("/net.pth", CONTENT)
    assert pin(hub, url, not_after="2024-01-01T01:00:00Z").revision == SHA256
    with pytest.raises(RevisionNotFound, match=r"changed at 2024-01-01T01:00:00Z, which is too new for") as caught:
        pin(hub, url, not_after="2024-01-01T00:59:59Z")
    assert f'"{url}" = false' in (caught.value.hint or "")
    early = "2020-01-01T00:00:00Z"
    assert pin(hub, url, revision=SHA256, not_after=early).revision == SHA256
    claimed = Reading(reads="torch", digest=f"sha256-prefix:{SHA256[:8]}")
    assert pin(hub, url, claimed, not_after=early).revision == SHA256
    undated = files.put("/undated.pth", CONTENT, dated=False)
    with pytest.warns(UserWarning, match="does not say when it was changed"):
        pin(hub, undated, not_after=early)


@pytest.mark.parametrize(
    "modified",
    [
        "",
        "yesterday",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2300",
        "Mon, 01 Jan 2024 01:00:00 +9999",
    ],
)
def test_a_date_of_no_calendar_is_none(files: EmbeddedFiles, hub: Url, modified: str) -> None:
    url = files.put("/net.pth", CONTENT)
    files.faults.add(SetHeaders(headers={"Last-Modified": modified or None, "ETag": '"x\x1b[31m"'}))
    model = pin(hub, url)
    assert loads(dumps(Lockfile(models=(model,)))).models == (model,)
    assert "\x1b" not in model.origin.etag


def test_instants() -> None:
    assert instant("Mon, 01 Jan 2024 01:00:00 +0200") == "2023-12-31T23:00:00Z"
    assert instant("x") == ""


def test_what_loaders_are_told(hub: Url, tmp_path: Path) -> None:
    assert hub.variables(tmp_path) == {"TORCH_HOME": str(tmp_path / "torch")}
    (tmp_path / "keras").mkdir()
    assert list(hub.variables(tmp_path)) == ["TORCH_HOME"], "the user's own keras.json stays where it is"


def test_a_whole_pin_warns_of_nothing(files: EmbeddedFiles, hub: Url) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pin(hub, files.put("/net.pth", CONTENT))


def test_a_file_that_was_replaced_is_told_as_that(files: EmbeddedFiles, hub: Url) -> None:
    model = pin(hub, files.put("/net.pth", CONTENT))
    assert movement(model, hub).states == ("current",)
    files.put("/net.pth", OTHER + b"more")
    found = movement(model, hub)
    assert (found.states, found.committed, found.news, found.doubts) == (("moved",), "2024-01-01T02:00:00Z", None, ())
    assert found.outdated
    comparison = found.comparison
    assert comparison is not None
    assert (comparison.classes, comparison.elsewhere) == (("weights",), ())
    assert comparison.download == len(OTHER) + 4
    assert [(change.path, change.kind, change.affects) for change in comparison.files] == [
        ("torch/net.pth", "changed", True)
    ]
    brief = movement(model, hub, Question(brief=True))
    assert (brief.states, brief.comparison) == (("moved",), None)
    files.remove("/net.pth")
    assert movement(model, hub).states == ("gone",)


def test_what_changed_between_two_locks(files: EmbeddedFiles, hub: Url) -> None:
    url = files.put("/net.safetensors", models.bert_encoder(seed="v1")["model.safetensors"])
    before = pin(hub, url)
    files.put("/net.safetensors", models.bert_encoder(seed="v2")["model.safetensors"])
    after = pin(hub, url)
    (found,) = detailed([Changed(before=before, after=after)], lambda _: hub)
    assert found.doubt == ""
    assert found.comparison is not None
    assert (found.comparison.classes, found.comparison.elsewhere) == (("weights",), ())
    assert found.comparison.unread == ()
    assert found.comparison.download == 0, "to lock it, it was fetched"


def test_what_is_too_new_does_not_count_as_moved(files: EmbeddedFiles, hub: Url) -> None:
    model = pin(hub, files.put("/net.pth", CONTENT))
    files.put("/net.pth", OTHER)
    found = movement(model, hub, Question(not_after=lambda _: "2024-01-01T01:30:00Z"))
    assert found.states == ("current",)
    assert found.doubts == ("what is there now is not known to be old enough for `exclude-newer`",)
    assert movement(model, hub, Question(not_after=lambda _: "2024-01-01T02:00:00Z")).states == ("moved",)
