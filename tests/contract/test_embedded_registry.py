"""The embedded registry against the distribution specification, and its artefacts against their formats."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import tarfile
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from embedded_hub.faults import Corrupt, rate_limited
from embedded_registry import EmbeddedRegistry, artifacts, ollama
from embedded_registry.gguf import gguf
from tests.contract.plain_http import Answer, ask, follow

if TYPE_CHECKING:
    from collections.abc import Iterator

OCI = "application/vnd.oci.image.manifest.v1+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
FILES = {"model.safetensors": bytes(range(200)), "config.json": b"{}", "README.md": b"# Bert", "LICENSE": b"MIT"}


@pytest.fixture
def registry() -> Iterator[EmbeddedRegistry]:
    with EmbeddedRegistry() as running:
        running.push("acme/bert", artifacts.oras(FILES, folders={"tokenizer": {"a.txt": b"a"}}), tag="v1")
        yield running


def manifest(registry: EmbeddedRegistry, name: str, reference: str, **headers: str) -> Answer:
    return ask(f"{registry.endpoint}/v2/{name}/manifests/{reference}", **headers)


def layers(registry: EmbeddedRegistry, name: str, reference: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    for layer in manifest(registry, name, reference).json["layers"]:
        content = follow(f"{registry.endpoint}/v2/{name}/blobs/{layer['digest']}").body
        assert (f"sha256:{hashlib.sha256(content).hexdigest()}", len(content)) == (layer["digest"], layer["size"])
        yield layer, content


def names(archive: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return opened.getnames()


def test_a_manifest_by_tag_and_by_digest(registry: EmbeddedRegistry) -> None:
    by_tag = manifest(registry, "acme/bert", "v1")
    digest = by_tag.headers["Docker-Content-Digest"]

    assert digest == f"sha256:{hashlib.sha256(by_tag.body).hexdigest()}"
    assert by_tag.headers["Content-Type"] == OCI
    assert manifest(registry, "acme/bert", digest).body == by_tag.body
    head = ask(f"{registry.endpoint}/v2/acme/bert/manifests/v1", method="HEAD")
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(by_tag.body)))
    assert head.headers["Docker-Content-Digest"] == digest


def test_a_tag_moves_and_its_manifest_stays(registry: EmbeddedRegistry) -> None:
    before = manifest(registry, "acme/bert", "v1").headers["Docker-Content-Digest"]
    after = registry.push("acme/bert", artifacts.oras({"other": b"x"}), tag="v1")
    assert manifest(registry, "acme/bert", "v1").headers["Docker-Content-Digest"] == after != before
    assert manifest(registry, "acme/bert", before).status == 200
    registry.untag("acme/bert", "v1")
    assert [manifest(registry, "acme/bert", reference).status for reference in ("v1", after)] == [404, 200]
    registry.delete("acme/bert", after)
    assert manifest(registry, "acme/bert", after).json["errors"][0]["code"] == "MANIFEST_UNKNOWN"


def test_the_accept_header_decides(registry: EmbeddedRegistry) -> None:
    accepted = {accept: manifest(registry, "acme/bert", "v1", accept=accept).status for accept in (OCI, DOCKER, "*/*")}
    assert accepted == {OCI: 200, DOCKER: 404, "*/*": 200}
    assert manifest(registry, "acme/bert", "v1", accept=f"{DOCKER}, {OCI};q=0.9").status == 200


def test_an_index_leads_to_its_manifests(registry: EmbeddedRegistry) -> None:
    first, second = artifacts.oras({"a": b"1"}), artifacts.oras({"a": b"2"})
    registry.push("acme/bert", artifacts.index(first, second), tag="both")
    found = manifest(registry, "acme/bert", "both")
    assert found.headers["Content-Type"] == "application/vnd.oci.image.index.v1+json"
    assert [each["digest"] for each in found.json["manifests"]] == [first.digest, second.digest]
    assert manifest(registry, "acme/bert", second.digest).body == second.manifest


def test_blobs_come_from_another_origin(registry: EmbeddedRegistry) -> None:
    layer = manifest(registry, "acme/bert", "v1").json["layers"][0]
    url = f"{registry.endpoint}/v2/acme/bert/blobs/{layer['digest']}"

    answer = ask(url)
    assert (answer.status, urlsplit(answer.headers["Location"]).hostname) == (307, "localhost")
    assert answer.headers["Docker-Content-Digest"] == layer["digest"]
    assert follow(url, range="bytes=0-9").body == FILES["model.safetensors"][:10]
    assert ask(answer.headers["Location"], authorization="Bearer x").status == 400
    assert follow(url, method="HEAD").headers["Content-Length"] == "200"

    registry.redirects = False
    direct = ask(url, range="bytes=190-")
    assert (direct.status, direct.body) == (206, FILES["model.safetensors"][190:])
    registry.delete("acme/bert", layer["digest"])
    assert ask(url).json["errors"][0]["code"] == "BLOB_UNKNOWN"


def test_tags_come_in_pages(registry: EmbeddedRegistry) -> None:
    for tag in ("a", "b", "c"):
        registry.push("acme/bert", artifacts.oras({"a": tag.encode()}), tag=tag)
    url: str | None = f"{registry.endpoint}/v2/acme/bert/tags/list?n=3"
    pages = []
    while url:
        page = ask(url)
        pages.append(page.json["tags"])
        link = page.headers["Link"]
        url = registry.endpoint + link[1 : link.index(">")] if link else None
    assert pages == [["a", "b", "c"], ["v1"]]
    assert ask(f"{registry.endpoint}/v2/acme/none/tags/list").json["errors"][0]["code"] == "NAME_UNKNOWN"


def test_tokens(registry: EmbeddedRegistry) -> None:
    registry.private.add("acme/hidden")
    registry.users["ada"] = "secret"
    registry.push("acme/hidden", artifacts.oras({"a": b"1"}), tag="v1")
    basic = "Basic " + base64.b64encode(b"ada:secret").decode()

    refused = manifest(registry, "acme/hidden", "v1")
    challenge = refused.headers["WWW-Authenticate"]
    realm = f"{registry.endpoint}/token"
    scope = "repository:acme/hidden:pull"
    assert challenge == f'Bearer realm="{realm}",service="embedded-registry",scope="{scope}"'
    assert (refused.status, refused.json["errors"][0]["code"]) == (401, "UNAUTHORIZED")

    def token(scope: str, **headers: str) -> str:
        given = ask(f"{realm}?service=embedded-registry&scope={scope}", **headers).json
        return f"Bearer {given['token']}"

    tokens = [token(scope), token(scope, authorization=basic), token("repository:acme/bert:pull", authorization=basic)]
    assert [manifest(registry, "acme/hidden", "v1", authorization=each).status for each in tokens] == [401, 200, 401]
    assert ask(realm, authorization="Basic " + base64.b64encode(b"ada:x").decode()).status == 401

    assert ask(f"{registry.endpoint}/v2/").status == manifest(registry, "acme/bert", "v1").status == 200
    registry.challenges = True
    assert ask(f"{registry.endpoint}/v2/").status == manifest(registry, "acme/bert", "v1").status == 401
    public = token("repository:acme/bert:pull")
    assert manifest(registry, "acme/bert", "v1", authorization=public).status == 200
    assert ask(f"{registry.endpoint}/v2/", authorization=public).status == 200


def test_files_of_oras(registry: EmbeddedRegistry) -> None:
    found = {
        layer["annotations"]["org.opencontainers.image.title"]: each
        for layer, each in layers(registry, "acme/bert", "v1")
    }
    assert {path: found[path] for path in FILES} == FILES
    assert names(found["tokenizer"]) == ["tokenizer", "tokenizer/a.txt"]


def test_a_modelkit(registry: EmbeddedRegistry) -> None:
    registry.push("acme/bert", artifacts.kitops(FILES | {"more.safetensors": b"x"}, licence="MIT"), tag="kit")
    found = [(layer["mediaType"].split(".")[3], names(each)) for layer, each in layers(registry, "acme/bert", "kit")]
    assert found == [
        ("model", ["model.safetensors"]),
        ("code", ["config.json"]),
        ("docs", ["README.md"]),
        ("docs", ["LICENSE"]),
        ("modelpart", ["more.safetensors"]),
    ]
    document = manifest(registry, "acme/bert", "kit").json
    assert "mediaType" not in document
    config = follow(f"{registry.endpoint}/v2/acme/bert/blobs/{document['config']['digest']}").json
    assert (config["package"]["license"], config["model"]["path"]) == ("MIT", "model.safetensors")
    assert config["model"]["digest"] == document["layers"][0]["digest"]


@pytest.mark.parametrize("archived", [False, True])
def test_a_model_pack(registry: EmbeddedRegistry, archived: bool) -> None:
    registry.push("acme/bert", artifacts.modelpack(FILES, licence="MIT", archived=archived), tag="pack")
    document = manifest(registry, "acme/bert", "pack").json
    assert document["artifactType"] == "application/vnd.cncf.model.manifest.v1+json"
    found = {
        layer["annotations"]["org.cncf.model.filepath"]: each for layer, each in layers(registry, "acme/bert", "pack")
    }
    assert {path: names(each)[0] if archived else path for path, each in found.items()} == dict(
        zip(FILES, FILES, strict=True)
    )
    assert archived or found == FILES
    kinds = [layer["mediaType"].removeprefix("application/vnd.cncf.model.") for layer in document["layers"]]
    suffix = "tar" if archived else "raw"
    assert kinds == [f"{kind}.v1.{suffix}" for kind in ("weight", "weight.config", "doc", "doc")]
    config = follow(f"{registry.endpoint}/v2/acme/bert/blobs/{document['config']['digest']}").json
    assert config["descriptor"]["licenses"] == ["MIT"]


def test_a_model_of_ollama(registry: EmbeddedRegistry) -> None:
    """The requests of `ollama pull`: manifest, and for each layer HEAD, GET without following, then ranges."""
    model = ollama.model(seed="v1", system="Be brief.", parameters={"stop": ["</s>"]})
    registry.push("library/tiny", model, tag="latest")

    found = manifest(registry, "library/tiny", "latest", accept=DOCKER)
    kinds = [layer["mediaType"].rpartition(".")[2] for layer in found.json["layers"]]
    assert (found.body, kinds) == (model.manifest, ["model", "template", "system", "license", "params"])
    assert found.json["config"]["mediaType"] == "application/vnd.docker.container.image.v1+json"
    layer = found.json["layers"][0]
    url = f"{registry.endpoint}/v2/library/tiny/blobs/{layer['digest']}"
    assert int(follow(url, method="HEAD").headers["Content-Length"]) == layer["size"]
    direct = ask(url)
    assert direct.status == 307
    content = ask(direct.headers["Location"], range=f"bytes=0-{layer['size'] - 1}")
    assert (content.status, content.body) == (206, gguf(seed="v1"))
    assert json.loads(model.blobs[-1]) == {"stop": ["</s>"]}
    assert parse_qs(urlsplit(direct.headers["Location"]).query).keys() == {"Signature"}


def test_a_gguf_file_starts_as_it_should() -> None:
    content = gguf(facts={"general.license": "mit", "x.on": True, "x.rate": 0.5})
    magic, version, tensors, facts = struct.unpack_from("<4sIQQ", content)
    assert (magic, version, tensors, facts) == (b"GGUF", 3, 1, 12)
    assert b"general.license\x08\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00mit" in content
    assert (len(content) - 64) % 32 == 0
    assert gguf(seed="a") == gguf(seed="a") != gguf(seed="b")


def test_faults_speak_the_protocol(registry: EmbeddedRegistry) -> None:
    registry.faults.add(rate_limited(retry_after=True), times=1)
    limited = manifest(registry, "acme/bert", "v1")
    assert (limited.status, limited.json["errors"][0]["code"]) == (429, "TOOMANYREQUESTS")
    registry.faults.add(Corrupt(), path="/storage/")
    with pytest.raises(AssertionError):
        list(layers(registry, "acme/bert", "v1"))
