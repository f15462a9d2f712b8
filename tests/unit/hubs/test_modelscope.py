"""ModelScope: what is believed of its lists, what a revision is, and who gets the token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_hub.faults import Corrupt, Fails, Rewrite, Truncate
from embedded_modelscope import EmbeddedModelScope, Repository
from ptmdeps.errors import (
    AccessDenied,
    FileNotInModel,
    HubUnreachable,
    IntegrityError,
    ModelNotFound,
    PtmdepsError,
    RateLimited,
    RevisionNotFound,
    UnsafeContent,
)
from ptmdeps.hubs.modelscope import ModelScope
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Edge, License, LockedModel, Options
from ptmdeps.manifest.hubs import HubSettings
from ptmdeps.requirement import FileSelection
from tests.worlds import tree

NAME = "acme/model"
KEY = ModelKey("modelscope", NAME)
HURRY = Patience(attempts=2, first_delay=0.01)
CARD = b"""---
license: Apache License 2.0
base_model:
- acme/base
base_model_relation: finetune
datasets:
- acme/texts
---
# Model
"""
FILES = {"README.md": CARD, "config.json": b"{}", "model.safetensors": b"weights", "onnx/model.onnx": b"onnx"}
SNAPSHOT = Reading(reads="snapshot")


@pytest.fixture
def server() -> Iterator[EmbeddedModelScope]:
    with EmbeddedModelScope() as running:
        yield running


@pytest.fixture
def repository(server: EmbeddedModelScope) -> Repository:
    return server.create(NAME, FILES)


@pytest.fixture
def hub(server: EmbeddedModelScope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelScope:
    monkeypatch.delenv("MODELSCOPE_API_TOKEN", raising=False)
    monkeypatch.delenv("MODELSCOPE_DOMAIN", raising=False)
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", server.endpoint)
    return ModelScope(cache=tmp_path / "store", patience=HURRY)


def pin(hub: ModelScope, ref: str = "", *readings: Reading, name: str = NAME, **more: Any) -> LockedModel:
    key = ModelKey("modelscope", name)
    return hub.pin(PinRequest(key=key, ref=ref, readings=readings or (SNAPSHOT,), **more))


def rewritten(server: EmbeddedModelScope, change: Callable[[Any], Any], path: str = "/repo/files") -> None:
    server.faults.add(Rewrite(function=change), path=path)


def test_everything_is_locked(hub: ModelScope, repository: Repository) -> None:
    model = pin(hub)
    assert model.revision == repository.head
    assert model.committed == "2026-01-01T10:00:00Z"
    assert model.license == License(declared="Apache License 2.0", concluded="Apache-2.0", evidence="README.md")
    assert model.edges == (
        Edge(kind="lineage", relation="dataset", target=ModelKey("modelscope", "acme/texts"), evidence="README.md"),
        Edge(kind="lineage", relation="finetune", target=ModelKey("modelscope", "acme/base"), evidence="README.md"),
    )
    assert {file.path: file.sha256 for file in model.files} == {
        path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()
    }
    # what the user's own environment names is not in the lock
    page = "https://modelscope.cn/models/acme/model"
    assert model.purl == f"pkg:generic/acme/model@{repository.head}?vcs_url={page}"
    assert not model.remote_code


def test_what_the_model_page_says_counts_where_the_card_is_silent(hub: ModelScope, server: EmbeddedModelScope) -> None:
    repository = server.create("acme/plain", {"config.json": b"{}", "code.py": b""})
    repository.describe(License="MIT License", BaseModel=["acme/base", 3, "no name at all!"], ApprovalMode=[1])
    model = pin(hub, name="acme/plain")
    assert model.license is not None and model.license.concluded == "MIT"
    assert [str(edge.target) for edge in model.edges] == ["modelscope:acme/base"]
    assert model.remote_code
    assert model.gated == ""


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Reading(reads="file", selection=FileSelection(files=("config.json",))), ["config.json"]),
        (
            Reading(reads="snapshot", selection=FileSelection(allow=("*.json", "onnx/"))),
            ["config.json", "onnx/model.onnx"],
        ),
        (
            Reading(reads="snapshot", selection=FileSelection(ignore=("*.safetensors", "README*", "onnx/*"))),
            ["config.json"],
        ),
        (Reading(reads="model"), sorted(FILES)),
    ],
)
@pytest.mark.usefixtures("repository")
def test_only_what_is_read_is_locked(hub: ModelScope, reading: Reading, expected: list[str]) -> None:
    assert [file.path for file in pin(hub, "", reading).files] == expected
    whole = pin(hub, "", reading, options=Options(files="all"))
    assert [file.path for file in whole.files] == sorted(FILES)


@pytest.mark.parametrize(
    ("name", "ref", "reading", "error", "message"),
    [
        (NAME, "v9", SNAPSHOT, RevisionNotFound, "no `v9`"),
        (NAME, "0" * 40, SNAPSHOT, RevisionNotFound, "no `0000"),
        ("acme/none", "", SNAPSHOT, ModelNotFound, "acme/none"),
        ("acme", "", SNAPSHOT, ModelNotFound, "cannot be a model"),
        ("../../etc/x", "", SNAPSHOT, ModelNotFound, "cannot be a model"),
        ("acme/x?y=1", "", SNAPSHOT, ModelNotFound, "cannot be a model"),
        (NAME, "", Reading(reads="file", selection=FileSelection(files=("no.txt",))), FileNotInModel, r"no\.txt"),
        (NAME, "", Reading(reads="snapshot", selection=FileSelection(allow=("*.x",))), FileNotInModel, "patterns"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_what_is_not_there(  # noqa: PLR0917 - one of each
    hub: ModelScope, name: str, ref: str, reading: Reading, error: type[PtmdepsError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        pin(hub, ref, reading, name=name)
    assert caught.value.hint


def test_tags_commits_and_the_default(hub: ModelScope, repository: Repository) -> None:
    first = repository.head
    repository.tag("v1", first)
    second = repository.commit({"model.safetensors": b"other"})
    assert pin(hub).revision == second
    assert pin(hub, "v1").revision == first
    assert pin(hub, first).revision == first
    assert pin(hub, revision=first) == pin(hub, "", revision=first)
    assert {(ref.kind, ref.name, ref.revision) for ref in hub.refs(KEY)} == {
        ("branch", "master", second),
        ("tag", "v1", first),
    }
    assert list(hub.history(KEY)) == []


def test_a_commit_that_nobody_tells_is_the_digest_of_what_is_there(hub: ModelScope, repository: Repository) -> None:
    repository.commit({"README.md": None}, message="Only takes something away")
    model = pin(hub)
    assert len(model.revision) == 64
    assert pin(hub, revision=model.revision) == model
    assert hub.describe(KEY, "", model).revision == model.revision
    assert hub.fetch(model, model.files[0], lambda _: None).path.is_file()
    described = hub.describe(KEY)
    assert hub.read(described, "config.json") == b"{}"
    assert hub.describe(KEY, model.revision) == described
    repository.commit({"config.json": b'{"a": 1}'})
    with pytest.raises(RevisionNotFound, match="not what is locked any more"):
        pin(hub, revision=model.revision)


def test_a_cut_off(hub: ModelScope, repository: Repository) -> None:
    repository.tag("v1", repository.head)
    repository.commit({"config.json": b'{"a": 1}'})
    assert pin(hub, not_after="2026-01-02T10:00:00Z").committed == "2026-01-02T10:00:00Z"
    with pytest.raises(RevisionNotFound, match="too new for `exclude-newer`"):
        pin(hub, not_after="2026-01-02T09:59:59Z")
    assert pin(hub, "v1", not_after="2026-01-02T09:59:59Z").revision
    assert pin(hub, repository.head, not_after="2020-01-01T00:00:00Z").revision == repository.head


def test_a_file_without_a_revision_may_be_that_of_a_tag(hub: ModelScope, repository: Repository) -> None:
    reading = Reading(reads="file", selection=FileSelection(files=("config.json",)))
    pin(hub, "", reading)
    repository.tag("v1", repository.head)
    with pytest.warns(UserWarning, match="may mean the tag `v1` to its client; `master` is locked"):
        pin(hub, "", reading)
    pin(hub, "v1", reading)


def test_a_list_that_was_cut_off_is_asked_for_folder_by_folder(hub: ModelScope, server: EmbeddedModelScope) -> None:
    files = {f"{number // 1000}/deep/{number:04}.txt": b"x" for number in range(3500)} | {"config.json": b"{}"}
    server.create("acme/many", files)
    assert len(pin(hub, name="acme/many").files) == 3501
    assert server.log.count("/repo/files") == 10


def test_more_than_can_be_listed_is_refused(hub: ModelScope, server: EmbeddedModelScope) -> None:
    server.create("acme/many", {f"{number:04}.txt": b"x" for number in range(3001)})
    with pytest.raises(UnsafeContent, match="more files than ModelScope lists"):
        pin(hub, name="acme/many")


def _with_path(path: str) -> Callable[[Any], Any]:
    def change(document: Any) -> Any:
        document["Data"]["Files"][0]["Path"] = path
        return document

    return change


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "con", "a\\b", "CONFIG.json", "config.json"])
@pytest.mark.usefixtures("repository")
def test_hostile_paths(hub: ModelScope, server: EmbeddedModelScope, path: str) -> None:
    rewritten(server, _with_path(path))
    with pytest.raises(UnsafeContent):
        pin(hub)
    assert tree(hub.store()) == {}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        {"Files": {}},
        {"Files": [None, 1, {"Path": 3}, {"Path": "x", "Size": -1}, {"Path": "x", "Size": "9"}]},
        {"Files": None, "LatestCommitter": 7},
    ],
)
@pytest.mark.usefixtures("repository")
def test_answers_of_other_shapes(hub: ModelScope, server: EmbeddedModelScope, data: object) -> None:
    rewritten(server, lambda document: {**document, "Data": data})
    with pytest.raises(PtmdepsError):
        pin(hub)


@pytest.mark.usefixtures("repository")
def test_an_envelope_with_an_error(hub: ModelScope, server: EmbeddedModelScope) -> None:
    rewritten(server, lambda _: {"Code": 500, "Success": False, "Message": "maintenance\x1b[2J", "Data": None})
    with pytest.raises(HubUnreachable, match="maintenance") as caught:
        pin(hub)
    assert "\x1b" not in caught.value.message


def test_another_commit_than_was_asked_for(hub: ModelScope, server: EmbeddedModelScope, repository: Repository) -> None:
    def change(document: Any) -> Any:
        document["Data"]["LatestCommitter"]["ShortId"] = "0" * 8
        return document

    rewritten(server, change)
    with pytest.raises(IntegrityError, match="the commit that was asked for"):
        pin(hub, repository.head)


@pytest.mark.usefixtures("repository")
def test_a_file_without_a_digest_is_read_and_kept(hub: ModelScope, server: EmbeddedModelScope) -> None:
    def change(document: Any) -> Any:
        for one in document["Data"]["Files"]:
            one["Sha256"] = ""
        return document

    rewritten(server, change)
    model = pin(hub)
    assert {file.path: file.sha256 for file in model.files} == {
        path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()
    }
    before = len(server.log)
    assert all(hub.fetch(model, file, lambda _: None).path.is_file() for file in model.files)
    assert len(server.log) == before


@pytest.mark.usefixtures("repository")
def test_a_small_file_with_other_bytes_is_noticed_at_once(hub: ModelScope, server: EmbeddedModelScope) -> None:
    server.faults.add(Corrupt(position=9), path=r"/repo\?")
    with pytest.raises(IntegrityError, match="what the hub lists"):
        pin(hub)


@pytest.mark.usefixtures("repository")
def test_a_busy_server_gets_patience(hub: ModelScope, server: EmbeddedModelScope) -> None:
    server.faults.add(Fails(status=503), path="/repo/files", times=1)
    assert pin(hub).files
    server.faults.add(Fails(status=429), path="/repo/files", times=9)
    with pytest.raises(RateLimited):
        pin(hub)


def test_a_broken_download_is_taken_up_again(hub: ModelScope, server: EmbeddedModelScope) -> None:
    server.create("acme/large", {"model.safetensors": b"0123456789" * 2_000_000})
    model = pin(hub, name="acme/large")
    server.faults.add(Truncate(keep=5_000_000), path=r"model|repo\?", times=1)
    arrived = hub.fetch(model, model.files[0], lambda _: None)
    assert arrived.path.stat().st_size == 20_000_000


def test_private_and_gated(
    hub: ModelScope, server: EmbeddedModelScope, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.gated = True
    with pytest.raises(AccessDenied, match="refuses"):
        pin(hub)
    server.users["ms-token"] = "acme"
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", "ms-token")
    model = pin(ModelScope(cache=hub.store(), patience=HURRY))
    assert model.gated == "manual"
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", "wrong")
    with pytest.raises(AccessDenied):
        pin(ModelScope(cache=hub.store(), patience=HURRY))


def test_the_token_goes_to_nobody_else(
    server: EmbeddedModelScope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Repository
) -> None:
    server.users["ms-token"] = "acme"
    repository.private = True
    monkeypatch.delenv("MODELSCOPE_ENDPOINT", raising=False)
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", "ms-token")
    settings = HubSettings(endpoint=server.endpoint, source="pyproject.toml")
    with pytest.warns(UserWarning, match="your token is not sent there"), pytest.raises(ModelNotFound):
        pin(ModelScope(settings=settings, cache=tmp_path, patience=HURRY))
    monkeypatch.setenv("PTMDEPS_TRUST_ENDPOINT", server.endpoint)
    assert pin(ModelScope(settings=settings, cache=tmp_path, patience=HURRY)).files


@pytest.mark.usefixtures("repository")
def test_the_layout_that_its_client_reads(hub: ModelScope, tmp_path: Path) -> None:
    model = pin(hub)
    exposure = hub.expose(model)
    assert exposure.folders == ("modelscope/models/acme--model",)
    assert {link.path for link in exposure.links} == {
        f"modelscope/models/acme--model/snapshots/master/{path}" for path in FILES
    }
    assert hub.variables(tmp_path) == {"MODELSCOPE_CACHE": str(tmp_path / "modelscope")}
    assert hub.page(KEY).endswith("/models/acme/model")


@pytest.mark.usefixtures("repository")
def test_descriptions_are_read_from(hub: ModelScope) -> None:
    described = hub.describe(KEY)
    config = described.file("config.json")
    assert config is not None
    assert json.loads(hub.read(described, "config.json")) == {}
    assert hub.open(described, config).read() == b"{}"
    with pytest.raises(FileNotInModel):
        hub.read(described, "nothing")
