"""The answers of the embedded hub against what was recorded of huggingface.co (probed 2026-09-23).

The literals are captures and the key sets of its OpenAPI document; nothing here is computed from the hub's own code.
"""

from __future__ import annotations

import http.client
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from embedded_hub import models

if TYPE_CHECKING:
    from embedded_hub import EmbeddedHub

NAME = "acme/sentiment"
SHA1 = re.compile(r"[0-9a-f]{40}")
SHA256 = re.compile(r"[0-9a-f]{64}")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z")

INFO = json.loads("""
{"_id":"621ffdc036468d709f17434d","id":"openai-community/gpt2","modelId":"openai-community/gpt2",
 "author":"openai-community","sha":"607a30d783dfa663caf39e06633721c8d4cfcd7e",
 "lastModified":"2024-02-19T10:57:45.000Z","createdAt":"2022-03-02T23:29:04.000Z","private":false,"gated":false,
 "disabled":false,"downloads":0,"likes":0,"tags":["transformers","safetensors","license:mit"],
 "pipeline_tag":"text-generation","library_name":"transformers",
 "cardData":{"language":"en","tags":["exbert"],"license":"mit"},
 "config":{"architectures":["GPT2LMHeadModel"],"model_type":"gpt2"},
 "transformersInfo":{"auto_model":"AutoModelForCausalLM","pipeline_tag":"text-generation","processor":"AutoTokenizer"},
 "safetensors":{"parameters":{"F32":137022720},"total":137022720},
 "siblings":[{"rfilename":"config.json","blobId":"10c66461e4c109db5a2196bff4bb59be30396ed8","size":665},
  {"rfilename":"model.safetensors","blobId":"44b36d6e32d13c8fb28b0feab0ac8bfefa7efeda","size":548105171,
   "lfs":{"sha256":"248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707","size":548105171,
    "pointerSize":134}}],
 "securityRepoStatus":{"scansDone":true,"filesWithIssues":[]},"usedStorage":11977009063,"spaces":[]}
""")

REFS = json.loads("""
{"tags":[],"branches":[{"name":"main","ref":"refs/heads/main","targetCommit":"607a30d783dfa663caf39e06633721c8d4cfcd7e"}],
 "converts":[],"pullRequests":[{"name":"187","ref":"refs/pr/187","targetCommit":"260cee1f607a30d783dfa663caf39e06633721c8"}]}
""")

COMMITS = json.loads("""
[{"id":"9b865efde13a30c13e0a33e536cf3e4a5a9d71d8","title":"initial commit","message":"",
  "authors":[{"user":"system","avatar":"x"}],"date":"2019-02-18T10:36:15.000Z"}]
""")

TREE = json.loads("""
[{"type":"directory","oid":"d03ec5ec179df58241d27d55f92a674f5f44197f","size":0,"path":"onnx"},
 {"type":"file","oid":"10c66461e4c109db5a2196bff4bb59be30396ed8","size":665,"path":"config.json"},
 {"type":"file","oid":"44b36d6e32d13c8fb28b0feab0ac8bfefa7efeda","size":548105171,
  "lfs":{"oid":"248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707","size":548105171,"pointerSize":134},
  "path":"model.safetensors"}]
""")


class Wire:
    """One connection to the hub, without any client in between."""

    def __init__(self, hub: EmbeddedHub) -> None:
        self._hub = hub
        self._connection = http.client.HTTPConnection(hub.endpoint.removeprefix("http://"), timeout=10)

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, body=body, headers=named)
        answer = self._connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def json(self, path: str) -> Any:
        status, headers, body = self.ask("GET", path)
        assert status == 200, body
        assert headers["content-type"] == "application/json; charset=utf-8"
        return json.loads(body)

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def wire(hub: EmbeddedHub) -> Any:
    connection = Wire(hub)
    yield connection
    connection.close()


@pytest.fixture
def commit(hub: EmbeddedHub) -> str:
    files = {**models.bert_classifier(), "onnx/model.onnx": b"onnx", "empty.txt": b""}
    return hub.repositories.create(NAME, files).resolve("main")


def shape(value: object) -> object:
    """Return the types of a JSON value, hexadecimal ids and dates told from other text."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(item), sort_keys=True) for item in value})
    if isinstance(value, str):
        return next((n for n, p in (("sha1", SHA1), ("sha256", SHA256), ("date", DATE)) if p.fullmatch(value)), "text")
    return type(value).__name__


def test_model_info_has_the_recorded_shape(wire: Wire, commit: str) -> None:
    found = wire.json(f"/api/models/{NAME}/revision/main?blobs=true&securityStatus=true")

    assert found["sha"] == commit
    # What these hold depends on the repository; that they are there, and of which type, does not.
    for key in ("cardData", "config", "safetensors", "tags"):
        assert type(found.pop(key)) is type(INFO[key]), key
    recorded = {key: value for key, value in INFO.items() if key not in ("cardData", "config", "safetensors", "tags")}
    assert shape(found) == shape(recorded)
    assert re.fullmatch(r"[0-9a-f]{24}", found["_id"])


def test_model_info_without_flags_has_bare_siblings(wire: Wire, commit: str) -> None:
    found = wire.json(f"/api/models/{NAME}")

    assert found["sha"] == commit
    assert {tuple(sibling) for sibling in found["siblings"]} == {("rfilename",)}
    assert set(INFO) - set(found) == {"securityRepoStatus"}


def test_revision_as_a_query_is_ignored_as_on_the_real_hub(hub: EmbeddedHub, wire: Wire, commit: str) -> None:
    hub.repositories[NAME].tag("old", commit)
    newer = hub.repositories[NAME].commit({"x.txt": b"x"})

    assert wire.json(f"/api/models/{NAME}?revision=old")["sha"] == newer


def test_refs_have_the_recorded_shape(hub: EmbeddedHub, wire: Wire, commit: str) -> None:
    hub.repositories[NAME].pull_request(187, {"x.txt": b"x"})

    found = wire.json(f"/api/models/{NAME}/refs?include_prs=1")

    assert shape(found) == shape(REFS)
    assert found["branches"][0]["targetCommit"] == commit
    assert "pullRequests" not in wire.json(f"/api/models/{NAME}/refs")


@pytest.mark.usefixtures("commit")
def test_commits_have_the_recorded_shape_and_headers(wire: Wire, hub: EmbeddedHub) -> None:
    status, headers, body = wire.ask("GET", f"/api/models/{NAME}/commits/main?limit=1")

    assert (status, headers["x-total-count"]) == (200, "2")
    assert headers["link"] == f'<{hub.endpoint}/api/models/{NAME}/commits/main?p=1&limit=1>; rel="next"'
    assert shape(json.loads(body)) == shape(COMMITS)
    _, last, _ = wire.ask("GET", f"/api/models/{NAME}/commits/main?p=1&limit=1")
    assert "link" not in last


def test_formatted_commits_carry_their_html(wire: Wire, commit: str) -> None:
    found = wire.json(f"/api/models/{NAME}/commits/{commit}?expand[]=formatted")

    assert found[0]["formatted"] == {"title": "Upload model", "message": ""}


def test_tree_has_the_recorded_shape(wire: Wire, commit: str) -> None:
    found = wire.json(f"/api/models/{NAME}/tree/{commit}?recursive=true&expand=false")

    assert shape(found) == shape(TREE)
    assert found[0] == {"type": "directory", "oid": found[0]["oid"], "size": 0, "path": "onnx"}


def test_expanded_tree_adds_commit_and_scans(wire: Wire, commit: str) -> None:
    found = wire.json(f"/api/models/{NAME}/tree/{commit}?expand=true")

    files = [entry for entry in found if entry["type"] == "file"]
    assert {tuple(sorted(entry["lastCommit"])) for entry in found} == {("date", "id", "title")}
    expected = {"status", "avScan", "pickleImportScan", "jFrogScan", "protectAiScan", "virusTotalScan"}
    assert all(set(entry["securityFileStatus"]) == expected for entry in files)
    assert all("pickleImports" in entry["securityFileStatus"]["pickleImportScan"] for entry in files)


def test_tree_pages_lead_to_each_other(wire: Wire, hub: EmbeddedHub, commit: str) -> None:
    path, paths = f"/api/models/{NAME}/tree/{commit}?recursive=true&limit=4", []
    while path:
        _, headers, body = wire.ask("GET", path)
        paths += [entry["path"] for entry in json.loads(body)]
        link = re.fullmatch(r'<(?P<url>[^>]+)>; rel="next"', headers.get("link", ""))
        path = link["url"].removeprefix(hub.endpoint) if link else ""
        assert not link or "limit=4&cursor=" in path

    everything = wire.json(f"/api/models/{NAME}/tree/{commit}?recursive=true")
    assert paths == [entry["path"] for entry in everything]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"paths=config.json&paths=onnx&paths=none&expand=false", "application/x-www-form-urlencoded"),
        (b'{"paths":["config.json","onnx","none"],"expand":false}', "application/json"),
    ],
)
@pytest.mark.usefixtures("commit")
def test_paths_info_takes_forms_and_json(wire: Wire, body: bytes, kind: str) -> None:
    status, _, answer = wire.ask("POST", f"/api/models/{NAME}/paths-info/main", body=body, content_type=kind)

    assert status == 200
    assert [(entry["type"], entry["path"]) for entry in json.loads(answer)] == [
        ("file", "config.json"),
        ("directory", "onnx"),
    ]


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"paths": 3}'])
@pytest.mark.usefixtures("commit")
def test_paths_info_refuses_other_json(wire: Wire, body: bytes) -> None:
    assert wire.ask("POST", f"/api/models/{NAME}/paths-info/main", body=body, content_type="application/json")[0] == 400


@pytest.mark.usefixtures("commit")
def test_paths_info_is_limited_to_two_thousand_paths(wire: Wire) -> None:
    body = json.dumps({"paths": [str(number) for number in range(2001)]}).encode()

    assert wire.ask("POST", f"/api/models/{NAME}/paths-info/main", body=body, content_type="application/json")[0] == 400
    assert wire.ask("GET", f"/api/models/{NAME}/paths-info/main")[0] == 404


@pytest.mark.usefixtures("commit")
def test_treesize_sums_the_real_sizes(wire: Wire, hub: EmbeddedHub) -> None:
    hub.repositories[NAME].commit({"a/x.bin": b"x" * 5000, "a/y.txt": b"y" * 7})

    assert wire.json(f"/api/models/{NAME}/treesize/main/a") == {"path": "/a", "size": 5007}


@pytest.mark.usefixtures("commit")
def test_scan_is_the_security_status(wire: Wire) -> None:
    assert wire.json(f"/api/models/{NAME}/scan") == INFO["securityRepoStatus"]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_git_file_is_redirected_on_its_own_host_and_then_sent(wire: Wire, commit: str, method: str) -> None:
    content = models.bert_classifier()["config.json"]
    status, headers, _ = wire.ask(method, f"/{NAME}/resolve/main/config.json")

    assert status == 307
    assert headers["location"].startswith(f"/api/resolve-cache/models/{NAME}/{commit}/config.json?")
    assert (headers["x-repo-commit"], headers["accept-ranges"]) == (commit, "bytes")
    assert re.fullmatch(r'"[0-9a-f]{40}"', headers["x-linked-etag"])
    status, final, body = wire.ask(method, headers["location"])
    assert (status, final["etag"], final["x-repo-commit"]) == (200, headers["x-linked-etag"], commit)
    assert final["content-length"] == str(len(content))
    assert body == (content if method == "GET" else b"")
    assert "content-encoding" not in final


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_large_file_is_redirected_to_another_origin(wire: Wire, hub: EmbeddedHub, commit: str, method: str) -> None:
    content = models.bert_classifier()["model.safetensors"]
    status, headers, _ = wire.ask(method, f"/{NAME}/resolve/main/model.safetensors")

    port = hub.endpoint.rpartition(":")[2]
    assert status == 302
    assert headers["location"].startswith(f"http://localhost:{port}/")
    assert headers["x-repo-commit"] == commit
    assert headers["x-linked-size"] == str(len(content))
    assert re.fullmatch(r'"[0-9a-f]{64}"', headers["x-linked-etag"])
    assert 0 < int(headers["content-length"]) < 2000, "the length is that of the redirect, not of the file"
    assert "x-xet-hash" not in headers
    target = headers["location"].removeprefix(f"http://localhost:{port}")
    status, final, body = wire.ask("GET", target, host=f"localhost:{port}", range="bytes=0-99")
    assert (status, final["content-range"], body) == (206, f"bytes 0-99/{len(content)}", content[:100])
    assert final["etag"] != headers["x-linked-etag"]


@pytest.mark.usefixtures("commit")
def test_content_network_accepts_neither_tokens_nor_forged_urls(wire: Wire, hub: EmbeddedHub) -> None:
    location = wire.ask("HEAD", f"/{NAME}/resolve/main/model.safetensors")[1]["location"]
    path = "/" + location.split("/", 3)[3]
    host = location.split("/")[2]

    assert wire.ask("GET", path, host=host)[0] == 200
    assert wire.ask("GET", path, host=host, authorization="Bearer hf_x")[0] == 400
    assert wire.ask("GET", path, host=hub.endpoint.removeprefix("http://"))[0] == 403
    assert wire.ask("GET", path.partition("?")[0], host=host)[0] == 403


@pytest.mark.usefixtures("commit")
def test_large_file_that_was_never_uploaded_is_missing(wire: Wire, hub: EmbeddedHub) -> None:
    location = wire.ask("HEAD", f"/{NAME}/resolve/main/model.safetensors")[1]["location"]
    for path in hub.repositories[NAME].directory.glob("lfs/objects/*/*/*"):
        path.unlink()

    assert wire.ask("GET", "/" + location.split("/", 3)[3], host=location.split("/")[2])[0] == 404


@pytest.mark.parametrize(
    ("asked", "status", "told", "part"),
    [
        ("bytes=0-3", 206, "bytes 0-3/{n}", slice(0, 4)),
        ("bytes=5-", 206, "bytes 5-{last}/{n}", slice(5, None)),
        ("bytes=-7", 206, "bytes {minus7}-{last}/{n}", slice(-7, None)),
        ("bytes=3-99999", 206, "bytes 3-{last}/{n}", slice(3, None)),
        ("bytes=99999-", 416, "bytes */{n}", slice(0, 0)),
        ("bytes=-", 200, None, slice(None)),
        ("pages=1-2", 200, None, slice(None)),
    ],
)
def test_ranges(wire: Wire, commit: str, *, asked: str, status: int, told: str | None, part: slice) -> None:
    content = models.bert_classifier()["config.json"]
    size = len(content)

    found, headers, body = wire.ask("GET", f"/api/resolve-cache/models/{NAME}/{commit}/config.json", range=asked)

    assert (found, body) == (status, content[part])
    assert headers["x-repo-commit"] == commit
    expected = told.format(n=size, last=size - 1, minus7=size - 7) if told else None
    assert headers.get("content-range") == expected


def test_empty_file_is_an_answer_without_a_body(wire: Wire, commit: str) -> None:
    status, headers, body = wire.ask("GET", f"/api/resolve-cache/models/{NAME}/{commit}/empty.txt")

    assert (status, headers["content-length"], body) == (200, "0", b"")
    assert wire.ask("GET", f"/api/resolve-cache/models/{NAME}/{commit}/empty.txt", range="bytes=0-")[0] == 416


@pytest.mark.parametrize(
    ("path", "status", "code", "message"),
    [
        ("/api/models/acme/none", 401, "RepoNotFound", "Invalid username or password."),
        ("/acme/none/resolve/main/x", 401, "RepoNotFound", "Invalid username or password."),
        (f"/api/models/{NAME}/revision/x", 404, "RevisionNotFound", "Invalid rev id: x"),
        (f"/{NAME}/resolve/x/config.json", 404, "RevisionNotFound", "Invalid rev id: x"),
        (f"/{NAME}/resolve/main/none", 404, "EntryNotFound", "Entry not found"),
        (f"/{NAME}/resolve/main/onnx", 404, "EntryNotFound", "Entry not found"),
        (f"/{NAME}/resolve/main", 404, "EntryNotFound", "Entry not found"),
        (f"/{NAME}/resolve", 404, "RevisionNotFound", "Invalid rev id: "),
        (f"/api/models/{NAME}/none", 404, None, "Not Found"),
        (f"/api/models/{NAME}?expand=none", 400, None, None),
        (f"/api/models/{NAME}?expand=sha&blobs=true", 400, None, None),
        (f"/api/models/{NAME}/commits/main?limit=x", 400, None, '"limit" must be a number'),
        (f"/api/models/{NAME}/tree/main?cursor=!", 400, None, "Invalid cursor"),
        ("/api/whoami-v2", 401, None, "Invalid username or password."),
        ("/api/agent-harnesses", 404, None, None),
        ("/", 404, None, None),
    ],
)
@pytest.mark.usefixtures("commit")
def test_errors(wire: Wire, path: str, status: int, code: str | None, message: str | None) -> None:
    found, headers, body = wire.ask("GET", path)

    assert (found, headers.get("x-error-code")) == (status, code)
    assert json.loads(body) == {"error": headers["x-error-message"]}
    assert message in (None, headers["x-error-message"])


@pytest.mark.usefixtures("commit")
def test_line_breaks_in_a_request_make_no_headers(wire: Wire) -> None:
    status, headers, _ = wire.ask("GET", f"/api/models/{NAME}/revision/a%0d%0aX-Evil:%201")

    assert (status, headers["x-error-code"]) == (404, "RevisionNotFound")
    assert "x-evil" not in headers


def test_missing_file_names_the_commit(wire: Wire, commit: str) -> None:
    assert wire.ask("HEAD", f"/{NAME}/resolve/main/none")[1]["x-repo-commit"] == commit


def test_gated_answers_name_the_commit_and_the_code(wire: Wire, hub: EmbeddedHub, commit: str) -> None:
    hub.repositories[NAME].gate()
    hub.repositories.users["hf_bob"] = "bob"

    path = f"/{NAME}/resolve/main/config.json"

    answers = (wire.ask("HEAD", path), wire.ask("HEAD", path, authorization="Bearer hf_bob"))

    told = [(status, headers["x-error-code"], headers["x-repo-commit"]) for status, headers, _ in answers]
    assert told == [(401, "GatedRepo", commit), (403, "GatedRepo", commit)]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/api/models/s?blobs=true", f"/api/models/{NAME}?blobs=true"),
        ("/api/models/s/tree/main", f"/api/models/{NAME}/tree/main"),
        ("/s/resolve/main/s", f"/{NAME}/resolve/main/s"),
    ],
)
@pytest.mark.usefixtures("commit")
def test_legacy_names_are_redirected_relatively(wire: Wire, hub: EmbeddedHub, path: str, location: str) -> None:
    hub.repositories.alias("s", NAME)

    status, headers, _ = wire.ask("GET", path)

    assert (status, headers["location"]) == (307, location)


def test_one_connection_serves_many_requests(wire: Wire, hub: EmbeddedHub, commit: str) -> None:
    for _ in range(20):
        assert wire.json(f"/api/models/{NAME}")["sha"] == commit

    assert hub.log.count("/api/models") == 20
    assert hub.log.sent("/api/models") > 20 * 500
