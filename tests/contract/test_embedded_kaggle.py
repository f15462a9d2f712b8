"""The embedded Kaggle, asked as kagglehub 1.0.3 asks it; the names of fields are those of kagglesdk 0.1.37."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from embedded_hub.faults import Corrupt, rate_limited
from embedded_kaggle import EmbeddedKaggle
from embedded_kaggle.frameworks import FRAMEWORKS, framework, shown
from tests.contract.plain_http import Answer, ask, follow

if TYPE_CHECKING:
    from collections.abc import Iterator

HANDLE = "acme/classifier/pyTorch/base"
NAMED = {
    "ownerSlug": "acme",
    "modelSlug": "classifier",
    "framework": "MODEL_FRAMEWORK_PY_TORCH",
    "instanceSlug": "base",
}
FILES = {"config.json": b"{}", "nested/model.bin": bytes(range(200))}
INSTANCE_FIELDS = (
    "id slug framework fineTunable overview usage downloadUrl versionId versionNumber trainingData url licenseName "
    "modelInstanceType externalBaseModelUrl totalUncompressedBytes"
)
MODEL_FIELDS = (
    "id ref title subtitle author slug isPrivate description instances tags publishTime provenanceSources url "
    "modelVersionLinks voteCount authorImageUrl updateTime"
)
VERSION_FIELDS = (
    "id framework isTfhubModel url variationSlug versionNumber modelTitle thumbnailUrl isPrivate sigstoreState modelId "
    "ownerSlug modelSlug modelInstanceId"
)


@pytest.fixture
def kaggle() -> Iterator[EmbeddedKaggle]:
    with EmbeddedKaggle() as running:
        running.publish(HANDLE, FILES, notes="First", licence="MIT")
        yield running


def call(kaggle: EmbeddedKaggle, name: str, *, auth: str | None = None, **fields: Any) -> Answer:
    headers = {} if auth is None else {"authorization": auth}
    url = f"{kaggle.endpoint}/api/v1/models.ModelApiService/{name}"
    return ask(url, method="POST", document={**NAMED, **fields}, **headers)


def download(kaggle: EmbeddedKaggle, **fields: Any) -> Answer:
    return ask(call(kaggle, "DownloadModelInstanceVersion", **fields).headers["Location"])


def test_a_variation(kaggle: EmbeddedKaggle) -> None:
    kaggle.publish(HANDLE, FILES | {"more": b"x"}, base="acme/encoder/tensorFlow2/small")

    found = call(kaggle, "GetModelInstance").json

    assert set(found) == {*INSTANCE_FIELDS.split(), "baseModelInstanceInformation"}
    assert (found["versionNumber"], found["licenseName"], found["framework"]) == (2, "MIT", "pyTorch")
    assert found["totalUncompressedBytes"] == 203
    base = found["baseModelInstanceInformation"]
    assert (base["owner"]["slug"], base["modelSlug"], base["framework"]) == ("acme", "encoder", "tensorFlow2")


def test_a_model_and_its_versions(kaggle: EmbeddedKaggle) -> None:
    kaggle.publish(HANDLE, FILES, notes="Second")
    kaggle.publish(HANDLE, FILES, notes="Third")
    kaggle.withdraw(HANDLE, 2)
    kaggle.describe("acme/classifier", title="Classifier", description="It classifies.")

    model = call(kaggle, "GetModel").json
    versions = call(kaggle, "ListModelInstanceVersions").json
    listed = call(kaggle, "ListModelInstances").json

    assert set(model) == set(MODEL_FIELDS.split())
    assert (model["ref"], model["title"], model["updateTime"]) == (
        "acme/classifier",
        "Classifier",
        "2026-01-03T10:00:00.000Z",
    )
    assert [set(each) for each in versions["versionList"]["versions"]] == [set(VERSION_FIELDS.split())] * 2
    assert [each["versionNumber"] for each in versions["versionList"]["versions"]] == [3, 1]
    assert listed["instances"][0]["versionNotes"] == "Third"


def test_files_come_in_pages_and_have_no_digest(kaggle: EmbeddedKaggle) -> None:
    kaggle.publish("acme/many/keras/x", {f"f{number:02}": b"x" * number for number in range(30)})
    names, token = [], ""
    while True:
        page = call(
            kaggle,
            "ListModelInstanceVersionFiles",
            modelSlug="many",
            framework="MODEL_FRAMEWORK_KERAS",
            instanceSlug="x",
            versionNumber=1,
            pageSize=25,
            pageToken=token,
        ).json
        names += page["files"]
        token = page["nextPageToken"]
        if not token:
            break
    assert kaggle.log.count("ListModelInstanceVersionFiles") == 2
    assert names[3] == {"name": "f03", "size": 3, "creationDate": "2026-01-01T10:00:00.000Z"}
    assert len(names) == 30


def test_a_file_comes_from_storage_with_its_hashes(kaggle: EmbeddedKaggle) -> None:
    answer = call(kaggle, "DownloadModelInstanceVersion", versionNumber=1, path="nested/model.bin")
    found = ask(answer.headers["Location"])

    assert (answer.status, found.body) == (302, FILES["nested/model.bin"])
    assert answer.headers["Location"].partition("?")[0].endswith("/nested/model.bin")
    md5 = base64.b64encode(hashlib.md5(found.body, usedforsecurity=False).digest()).decode()
    assert found.headers["x-goog-hash"].partition(",")[2] == f"md5={md5}"
    assert ask(answer.headers["Location"], authorization="Bearer x").status == 400
    assert ask(answer.headers["Location"], range="bytes=198-").body == b"\xc6\xc7"
    # RFC 3720, B.4
    kaggle.publish(HANDLE, {"zeros": bytes(32)}, composite=True)
    checksum = base64.b64encode(bytes.fromhex("8a9136aa")).decode()
    assert download(kaggle, versionNumber=2, path="zeros").headers["x-goog-hash"] == f"crc32c={checksum}"


def test_all_files_come_as_an_archive(kaggle: EmbeddedKaggle) -> None:
    with tarfile.open(fileobj=io.BytesIO(download(kaggle, versionNumber=1).body), mode="r:gz") as archive:
        assert archive.getnames() == ["nested", "config.json", "nested/model.bin"]


@pytest.mark.parametrize("start", ["api/v1", "v1"])
def test_paths_say_the_same_as_calls(kaggle: EmbeddedKaggle, start: str) -> None:
    model = f"{kaggle.endpoint}/{start}/models/acme/classifier"
    variation = f"{model}/PyTorch/base"

    assert ask(f"{model}/get").json == call(kaggle, "GetModel").json
    assert ask(f"{model}/list").json == call(kaggle, "ListModelInstances").json
    assert ask(f"{variation}/get").json == call(kaggle, "GetModelInstance").json
    assert ask(f"{variation}/list").json == call(kaggle, "ListModelInstanceVersions").json
    assert len(ask(f"{variation}/1/files?page_size=1").json["files"]) == 1
    assert ask(f"{variation}/files").json == call(kaggle, "ListModelInstanceVersionFiles").json
    assert follow(f"{variation}/1/download/nested/model.bin").body == FILES["nested/model.bin"]
    assert tarfile.is_tarfile(io.BytesIO(follow(f"{variation}/1/download").body))


def test_what_is_not_there(kaggle: EmbeddedKaggle) -> None:
    gone = call(kaggle, "ListModelInstanceVersionFiles", versionNumber=7)
    assert (gone.status, gone.json) == (404, {"code": 404, "message": "Not found"})
    denied = call(kaggle, "GetModel", modelSlug="none")
    assert (denied.status, denied.json["message"]) == (403, "Permission 'models.get' was denied")
    assert call(kaggle, "GetModelInstance", instanceSlug="none").status == 404
    assert call(kaggle, "DownloadModelInstanceVersion", versionNumber=1, path="none").status == 404
    kaggle.withdraw(HANDLE, 1)
    assert call(kaggle, "GetModelInstance").status == 404


def test_who_may_have_what(kaggle: EmbeddedKaggle) -> None:
    kaggle.users |= {"key": "ada", "KGAT_token": "bob"}
    basic = "Basic " + base64.b64encode(b"ada:key").decode()
    wrong = "Basic " + base64.b64encode(b"bob:key").decode()
    kaggle.describe("acme/classifier", gated=True)
    kaggle.consent("acme/classifier", "ada")

    statuses = [
        call(kaggle, "DownloadModelInstanceVersion", versionNumber=1, auth=auth)
        for auth in (None, basic, wrong, "Bearer KGAT_token", "Bearer other")
    ]
    assert [answer.status for answer in statuses] == [403, 302, 401, 403, 401]
    assert statuses[0].json["message"] == "User has not consented to terms of use."
    assert call(kaggle, "GetModelInstance").status == 200
    kaggle.describe("acme/classifier", private=True)
    assert call(kaggle, "GetModelInstance", auth=basic).status == 403
    hello = f"{kaggle.endpoint}/api/v1/api.v1.DiagnosticsService/Hello"
    assert ask(hello, method="POST", document={}, authorization=basic).json == {"userName": "ada"}


def test_faults_speak_the_protocol(kaggle: EmbeddedKaggle) -> None:
    kaggle.faults.add(rate_limited(retry_after=True), times=1)
    limited = call(kaggle, "GetModel")
    assert (limited.status, limited.json["code"], limited.headers["Retry-After"]) == (429, 429, "1")
    kaggle.faults.add(Corrupt(), path="/storage/")
    assert download(kaggle, versionNumber=1, path="config.json").body != FILES["config.json"]


def test_a_handle_must_be_one(kaggle: EmbeddedKaggle) -> None:
    with pytest.raises(ValueError, match="is not owner/model/framework/variation"):
        kaggle.publish("acme/classifier/cobol/base", FILES)
    assert ask(f"{kaggle.endpoint}/api/v1/models.ModelApiService/GetModel", method="POST").status == 403


def test_spellings_of_frameworks() -> None:
    assert [framework(shown(name)) for name in FRAMEWORKS] == list(FRAMEWORKS)
    assert {framework(text) for text in ("PyTorch", "pyTorch", "MODEL_FRAMEWORK_PY_TORCH")} == {"PY_TORCH"}
