"""The embedded ModelScope, asked as modelscope-hub 0.5.1 asks it, against what others recorded of modelscope.cn."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from embedded_hub.faults import Corrupt, unavailable
from embedded_modelscope import EmbeddedModelScope, Repository
from tests.contract.plain_http import Answer, ask, follow

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "acme/bert-v1.5"
WEIGHT = bytes(range(250))
FILES = {"README.md": b"# Bert", "config.json": b"{}", "sub/deep/a.txt": b"a", "model.safetensors": WEIGHT}


@pytest.fixture
def hub() -> Iterator[EmbeddedModelScope]:
    with EmbeddedModelScope() as running:
        yield running


@pytest.fixture
def repository(hub: EmbeddedModelScope) -> Repository:
    return hub.create(NAME, FILES)


def listing(hub: EmbeddedModelScope, query: str, name: str = NAME) -> Answer:
    return ask(f"{hub.endpoint}/api/v1/models/{name}/repo/files?{query}")


def file(hub: EmbeddedModelScope, path: str, revision: str = "master", **headers: str) -> Answer:
    url = f"{hub.endpoint}/api/v1/models/{NAME}/repo?Revision={revision}&FilePath={path}"
    return follow(url, **headers)


def paths(answer: Answer) -> list[str]:
    return [each["Path"] for each in answer.json["Data"]["Files"]]


def test_files_with_their_digests(hub: EmbeddedModelScope, repository: Repository) -> None:
    document = listing(hub, "Revision=master&Recursive=True").json

    assert {key: document[key] for key in ("Code", "Message", "Success")} == {
        "Code": 200,
        "Message": "success",
        "Success": True,
    }
    found = {each["Path"]: each for each in document["Data"]["Files"]}
    assert list(found) == ["README.md", "config.json", "model.safetensors", "sub", "sub/deep", "sub/deep/a.txt"]
    assert {path for path, each in found.items() if each["Type"] == "tree"} == {"sub", "sub/deep"}
    weight = found["model.safetensors"]
    assert (weight["Sha256"], weight["Size"], weight["IsLFS"]) == (hashlib.sha256(WEIGHT).hexdigest(), 250, True)
    assert found["config.json"]["Sha256"] == hashlib.sha256(b"{}").hexdigest()
    assert weight["Revision"] == repository.head


def test_a_commit_is_told_by_its_first_digits(hub: EmbeddedModelScope, repository: Repository) -> None:
    first = repository.head
    second = repository.commit({"config.json": b"{1}", "README.md": None}, message="Retrain")

    data = listing(hub, "Revision=master&Recursive=True").json["Data"]

    assert (data["LatestCommitter"]["Id"], data["LatestCommitter"]["ShortId"]) == ("", second[:8])
    commits = {each["Path"]: each["Revision"] for each in data["Files"]}
    assert (commits["config.json"], commits["model.safetensors"]) == (second, first)
    assert "README.md" not in commits
    assert file(hub, "config.json", first).body == b"{}"
    assert file(hub, "config.json").body == b"{1}"


def test_parts_of_the_tree(hub: EmbeddedModelScope, repository: Repository) -> None:
    assert repository.name == NAME
    assert paths(listing(hub, "Recursive=False")) == ["README.md", "config.json", "model.safetensors", "sub"]
    assert paths(listing(hub, "Root=sub&Recursive=True")) == ["sub/deep", "sub/deep/a.txt"]
    assert paths(listing(hub, "Root=sub&Recursive=False")) == ["sub/deep"]
    assert listing(hub, "Root=none&Recursive=True").status == 404


def test_a_revision_that_does_not_exist_has_no_files(hub: EmbeddedModelScope, repository: Repository) -> None:
    answer = listing(hub, "Revision=main&Recursive=True")
    assert (answer.status, answer.json["Data"]) == (200, {"Files": None, "IsVisual": 0, "LatestCommitter": None})
    assert file(hub, "config.json", "main").status == 404
    first = repository.head
    repository.commit({"config.json": b"{1}"})
    repository.lose(first)
    assert listing(hub, f"Revision={first}").json["Data"]["Files"] is None


def test_a_list_ends_at_three_thousand(hub: EmbeddedModelScope) -> None:
    hub.create("acme/big", {f"f{number:04}": b"" for number in range(3001)})
    answer = listing(hub, "Recursive=True", "acme/big")
    assert (answer.status, len(answer.json["Data"]["Files"])) == (200, 3000)


def test_bytes_of_small_and_large_files(hub: EmbeddedModelScope, repository: Repository) -> None:
    assert repository.owner == "acme"
    assert file(hub, "config.json").body == b"{}"
    large = file(hub, "model.safetensors")
    assert (large.body, large.url.partition("/storage/")[1]) == (WEIGHT, "/storage/")
    assert "localhost" in large.url
    part = file(hub, "model.safetensors", range="bytes=240-")
    assert (part.status, part.body, part.headers["Content-Range"]) == (206, WEIGHT[240:], "bytes 240-249/250")
    assert file(hub, "model.safetensors", range="bytes=250-").status == 416
    missing = file(hub, "none.txt")
    assert (missing.status, missing.json["Code"], missing.json["Success"]) == (404, 10990101007, False)


def test_branches_and_tags(hub: EmbeddedModelScope, repository: Repository) -> None:
    first = repository.head
    repository.commit({"config.json": b"{1}"})
    repository.tag("v1.0", first)
    repository.move("dev", first)

    found = ask(f"{hub.endpoint}/api/v1/models/{NAME}/revisions").json["Data"]["RevisionMap"]

    assert found == {
        "Branches": [
            {"Revision": "dev", "CreatedAt": 1767261600},
            {"Revision": "master", "CreatedAt": 1767348000},
        ],
        "Tags": [{"Revision": "v1.0", "CreatedAt": 1767261600}],
    }
    assert file(hub, "config.json", "v1.0").body == file(hub, "config.json", "dev").body == b"{}"


def test_what_is_told_of_a_model(hub: EmbeddedModelScope, repository: Repository) -> None:
    repository.describe(License="MIT", BaseModel=["acme/base"])
    told = ask(f"{hub.endpoint}/api/v1/models/{NAME}").json["Data"]
    assert (told["License"], told["BaseModel"], told["Path"], told["Name"]) == (
        "MIT",
        ["acme/base"],
        "acme",
        "bert-v1.5",
    )
    assert (told["ReadMeContent"], told["StorageSize"]) == ("# Bert", sum(map(len, FILES.values())))
    newer = ask(f"{hub.endpoint}/openapi/v1/models/{NAME}").json
    assert (newer["success"], newer["data"]["license"], newer["data"]["id"]) == (True, "MIT", NAME)


def test_who_may_read(hub: EmbeddedModelScope, repository: Repository) -> None:
    url = f"{hub.endpoint}/api/v1/models/{NAME}/repo/files"
    hub.users |= {"ms-owner": "acme", "ms-ada": "ada"}
    repository.gated = True
    assert [ask(url).status, ask(url, authorization="Bearer ms-ada").status] == [403, 403]
    repository.granted.add("ada")
    assert ask(url, cookie="m_session_id=ms-ada").status == 200
    repository.private = True
    hidden = ask(url, authorization="Bearer ms-ada")
    assert (hidden.status, hidden.json["Code"], hidden.json["Message"]) == (404, 10010205001, "record not found")
    assert ask(url, authorization="Bearer ms-owner").status == 200
    assert ask(url, authorization="Bearer other").status == 401
    hub.delete(NAME)
    assert ask(url, authorization="Bearer ms-owner").status == 404


def test_commits_are_the_same_in_every_run(repository: Repository) -> None:
    with EmbeddedModelScope() as other:
        assert other.create(NAME, FILES).head == repository.head


def test_faults_speak_the_protocol(hub: EmbeddedModelScope, repository: Repository) -> None:
    hub.faults.add(unavailable(retry_after=3), times=1)
    answer = listing(hub, "Recursive=True")
    assert (answer.status, answer.json["Code"], answer.headers["Retry-After"]) == (503, 503, "3")
    hub.faults.add(Corrupt(), path="/storage/")
    assert repository.find("master") is not None
    assert file(hub, "model.safetensors").body != WEIGHT
