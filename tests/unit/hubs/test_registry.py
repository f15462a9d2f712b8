"""Registries: what is believed of a manifest, who gets a token, and the layouts that are made of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_hub.faults import Corrupt, Fails, Rewrite, Truncate
from embedded_registry import Artifact, EmbeddedRegistry, artifacts, ollama
from ptmdeps.errors import (
    AccessDenied,
    IntegrityError,
    ModelNotFound,
    PtmdepsError,
    RateLimited,
    RevisionNotFound,
    UnsafeContent,
)
from ptmdeps.hubs.oci import Oci
from ptmdeps.hubs.ollama import Ollama
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.registry.addresses import address_of
from ptmdeps.hubs.registry.client import Place, _refuse_realm
from ptmdeps.hubs.registry.credentials import credentials_of
from ptmdeps.hubs.spelling import asked_for
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import License, LockedModel
from ptmdeps.manifest.specifiers import parse_specifier
from tests.worlds import tree

HURRY = Patience(attempts=2, first_delay=0.01)
MODELKIT = "application/vnd.kitops.modelkit.model.v1.tar+gzip"


@pytest.fixture
def registry() -> Iterator[EmbeddedRegistry]:
    with EmbeddedRegistry() as running:
        yield running


@pytest.fixture(autouse=True)
def no_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which `docker login` would have written something."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    return tmp_path / "docker"


@pytest.fixture
def tags(registry: EmbeddedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ollama:
    monkeypatch.setenv("PTMDEPS_OLLAMA_ENDPOINT", registry.endpoint)
    return Ollama(cache=tmp_path / "store", patience=HURRY)


@pytest.fixture
def oci(tmp_path: Path) -> Oci:
    return Oci(cache=tmp_path / "store", patience=HURRY)


def pin(hub: Ollama | Oci, name: str, ref: str = "", **more: Any) -> LockedModel:
    key = ModelKey(hub.name, name)
    return hub.pin(PinRequest(key=key, ref=ref, readings=(Reading(reads="model"),), **more))


def login(folder: Path, host: str, name: str, password: str) -> None:
    folder.mkdir(exist_ok=True)
    pair = base64.b64encode(f"{name}:{password}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {host: {"auth": pair}}, "credsStore": "desktop"}))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def bare(*layers: dict[str, Any], **more: Any) -> Artifact:
    """An artifact of nothing but a manifest."""
    config = artifacts.descriptor(b"{}", "application/vnd.oci.empty.v1+json")
    document = {"schemaVersion": 2, "mediaType": artifacts.MANIFEST, "config": config, "layers": list(layers), **more}
    return Artifact(manifest=json.dumps(document).encode(), blobs=(b"{}", b"x"))


def layer(title: str = "x", **more: Any) -> dict[str, Any]:
    given = artifacts.descriptor(b"x", "application/octet-stream", {"org.opencontainers.image.title": title})
    return {**given, **more}


def test_a_model_of_ollama(tags: Ollama, registry: EmbeddedRegistry) -> None:
    made = ollama.model(parameters={"temperature": 0.5}, system="Be brief.", projector=b"GGUF projector")
    digest = registry.push("library/tiny", made, tag="1b")
    model = pin(tags, "tiny", "1b")
    assert model.revision == digest.removeprefix("sha256:")
    assert [file.path for file in model.files] == [
        ".ollama/config",
        ".ollama/manifest",
        "license.txt",
        "model.gguf",
        "params.json",
        "projector.gguf",
        "system.txt",
        "template.txt",
    ]
    blobs = {sha256(blob): len(blob) for blob in (*made.blobs, made.manifest)}
    assert {file.sha256: file.size for file in model.files} == blobs
    assert model.purl == f"pkg:oci/tiny@{digest}?repository_url=registry.ollama.ai/library/tiny&tag=1b"
    assert model.license == License(declared="MIT License", concluded="", evidence="license.txt")
    assert tags.page(model.key) == "https://ollama.com/library/tiny"


def test_what_a_server_of_ollama_finds(tags: Ollama, registry: EmbeddedRegistry, tmp_path: Path) -> None:
    """Read back as `manifest.go` reads it: the manifest at its name, and each blob by its digest."""
    made = ollama.model(parameters={"stop": ["x"]})
    registry.push("acme/chat", made, tag="latest")
    model = pin(tags, "acme/chat")
    for file in model.files:
        tags.fetch(model, file, lambda _: None)
    environment = tmp_path / ".ptm"
    for link in tags.expose(model).links:
        (environment / link.path).parent.mkdir(parents=True, exist_ok=True)
        (environment / link.path).symlink_to(link.source)
    models = Path(tags.variables(environment)["OLLAMA_MODELS"])
    content = (models / "manifests" / "registry.ollama.ai" / "acme" / "chat" / "latest").read_bytes()
    assert content == made.manifest
    manifest = json.loads(content)
    for named in (manifest["config"], *manifest["layers"]):
        blob = (models / "blobs" / named["digest"].replace(":", "-")).read_bytes()
        assert (f"sha256:{sha256(blob)}", len(blob)) == (named["digest"], named["size"])
    assert len(list((models / "blobs").iterdir())) == 1 + len(manifest["layers"])


@pytest.mark.parametrize(
    ("written", "canonical", "place"),
    [
        ("tiny", "tiny", "library/tiny"),
        ("library/tiny", "tiny", "library/tiny"),
        ("registry.ollama.ai/library/tiny", "tiny", "library/tiny"),
        ("acme/chat", "acme/chat", "acme/chat"),
        ("registry.ollama.ai/acme/chat", "acme/chat", "acme/chat"),
        ("hf.co/acme/model-GGUF", "hf.co/acme/model-GGUF", "acme/model-GGUF"),
        ("127.0.0.1:11434/a/b", "127.0.0.1:11434/a/b", "a/b"),
    ],
)
def test_names_of_ollama(written: str, canonical: str, place: str) -> None:
    hub = Ollama()
    assert hub.canonical(written) == canonical
    assert hub.place(written).repository == place


@pytest.mark.parametrize("name", ["a/b/c/d", "", "../x", "a b", "a/../b", "-x", "x/", "https://x.org/a"])
def test_what_cannot_be_a_name(tags: Ollama, oci: Oci, name: str) -> None:
    for hub in (tags, oci):
        if name != "a/b/c/d" or hub is tags:
            with pytest.raises(ModelNotFound, match="cannot be"):
                pin(hub, name)


@pytest.mark.parametrize(
    ("text", "name", "ref"),
    [
        ("ollama:tiny:1b", "tiny", "1b"),
        ("ollama:tiny", "tiny", ""),
        ("ollama:hf.co/acme/model:Q4_K_M", "hf.co/acme/model", "Q4_K_M"),
        ("oci:ghcr.io/acme/model:v1", "ghcr.io/acme/model", "v1"),
        ("oci:localhost:5000/acme/model", "localhost:5000/acme/model", ""),
        ("oci:localhost:5000/acme/model:v1", "localhost:5000/acme/model", "v1"),
        (f"oci:ghcr.io/acme/model@sha256:{'0' * 64}", "ghcr.io/acme/model", f"sha256:{'0' * 64}"),
    ],
)
def test_how_they_are_written(text: str, name: str, ref: str) -> None:
    key, found = parse_specifier(text)
    assert (key.name, found) == (name, ref)
    assert asked_for(ModelKey(key.hub, text.partition(":")[2].split("@")[0]), "") == asked_for(
        key, "" if "@" in text else ref
    )


def test_a_digest_goes_before_a_tag_and_latest_is_the_default() -> None:
    digest = f"sha256:{'a' * 64}"
    assert asked_for(ModelKey("oci", f"ghcr.io/acme/model:v1@{digest}"), "") == (
        ModelKey("oci", "ghcr.io/acme/model"),
        digest,
    )
    assert asked_for(ModelKey("ollama", "tiny:latest"), "") == (ModelKey("ollama", "tiny"), "")


def test_ollama_knows_no_digests(tags: Ollama) -> None:
    with pytest.raises(RevisionNotFound, match="only for a tag"):
        pin(tags, "tiny", f"sha256:{'0' * 64}")


def test_what_is_not_there(tags: Ollama, registry: EmbeddedRegistry) -> None:
    registry.push("library/tiny", ollama.model(), tag="1b")
    with pytest.raises(RevisionNotFound, match="has no `9b`") as caught:
        pin(tags, "tiny", "9b")
    assert caught.value.hint == "It has `1b`"
    with pytest.raises(RevisionNotFound, match="has no `latest`"):
        pin(tags, "tiny")
    with pytest.raises(ModelNotFound, match="none"):
        pin(tags, "none")
    with pytest.raises(RevisionNotFound, match="neither a tag nor a digest"):
        pin(tags, "tiny", "a/b")


def test_a_registry_that_lists_no_tags_and_gives_no_digests(tags: Ollama, registry: EmbeddedRegistry) -> None:
    registry.push("library/tiny", ollama.model(), tag="latest")
    model = pin(tags, "tiny")
    registry.faults.add(Fails(status=404), path="/tags/list|/manifests/sha256")
    assert tags.refs(model.key) == ()
    with pytest.raises(RevisionNotFound, match="has no `9b`"):
        pin(tags, "tiny", "9b")
    assert pin(tags, "tiny", revision=model.revision) == model
    other = Ollama(cache=tags.store().parent / "other", patience=HURRY)
    assert all(other.fetch(model, file, lambda _: None).path.is_file() for file in model.files)
    registry.push("library/tiny", ollama.model(seed="other"), tag="latest")
    with pytest.raises(RevisionNotFound, match="not what is locked any more"):
        pin(tags, "tiny", revision=model.revision)
    with pytest.raises(PtmdepsError, match="gives none by its digest"):
        tags.describe(model.key, model.revision)


FILES = {"model.safetensors": b"weights", "README.md": b"# x", "src/run.py": b"run()"}


@pytest.mark.parametrize(
    ("artifact", "paths", "declared"),
    [
        (artifacts.oras(FILES), ["README.md", "model.safetensors", "src/run.py"], None),
        (
            artifacts.oras(FILES, folders={"tok": {"a.txt": b"a"}}),
            ["README.md", "model.safetensors", "src/run.py", "tok.tar.gz"],
            None,
        ),
        (
            artifacts.oras(FILES, annotations={"org.opencontainers.image.licenses": "MIT"}),
            ["README.md", "model.safetensors", "src/run.py"],
            "MIT",
        ),
        (
            artifacts.kitops(FILES, licence="Apache-2.0"),
            [".oci/config", "README.md.tar.gz", "model.safetensors.tar.gz", "src/run.py.tar.gz"],
            "Apache-2.0",
        ),
        (
            artifacts.modelpack(FILES, licence="MIT"),
            [".oci/config", "README.md", "model.safetensors", "src/run.py"],
            "MIT",
        ),
        (
            artifacts.modelpack(FILES, archived=True),
            [".oci/config", "README.md.tar", "model.safetensors.tar", "src/run.py.tar"],
            "Apache-2.0",
        ),
        (
            bare(
                layer(mediaType="application/vnd.docker.ai.gguf.v3", annotations={}),
                layer(mediaType="application/vnd.docker.ai.license", annotations={}),
                layer(mediaType="application/vnd.docker.ai.license", annotations={}),
                layer(mediaType="application/vnd.acme.what", annotations={}),
            ),
            ["LICENSE", "LICENSE-2", "model.gguf", f"sha256-{sha256(b'x')}"],
            None,
        ),
    ],
)
def test_artifacts(
    oci: Oci, registry: EmbeddedRegistry, artifact: Artifact, paths: list[str], declared: str | None
) -> None:
    digest = registry.push("acme/model", artifact, tag="v1")
    model = pin(oci, f"{registry.host}/acme/model", "v1")
    assert f"sha256:{model.revision}" == digest
    assert [file.path for file in model.files] == sorted([".oci/manifest", *paths])
    assert (model.license.declared if model.license else None) == declared
    # what is in an archive of many files is not looked into, and said to be unknown
    assert [file.path for file in model.files if file.pickle] == [path for path in paths if path == "tok.tar.gz"]
    folder = f"oci/{registry.host.replace(':', '-')}/acme/model/v1"
    exposure = oci.expose(model)
    assert exposure.folders == (folder,)
    assert {link.path for link in exposure.links} == {f"{folder}/{file.path}" for file in model.files}
    by_digest = pin(oci, f"{registry.host}/acme/model", digest)
    assert by_digest.files == model.files
    assert all(oci.fetch(by_digest, file, lambda _: None).path.is_file() for file in by_digest.files)


def test_an_index_of_one(oci: Oci, registry: EmbeddedRegistry) -> None:
    inner = artifacts.oras({"a": b"1"})
    registry.push("acme/model", artifacts.index(inner), tag="latest")
    assert f"sha256:{pin(oci, f'{registry.host}/acme/model').revision}" == inner.digest


@pytest.mark.parametrize(
    ("artifact", "message"),
    [
        (artifacts.index(artifacts.oras({"a": b"1"}), artifacts.oras({"a": b"2"})), "leads to 2 artifacts"),
        (artifacts.index(), "leads to 0 artifacts"),
        (artifacts.index(artifacts.index(artifacts.oras({"a": b"1"}))), "index of indices"),
        (Artifact(manifest=b"not json"), "it is no JSON"),
        (Artifact(manifest=b"[" * 100_000), "it is no JSON"),
        (Artifact(manifest=b"[]"), "no JSON object"),
        (Artifact(manifest=b'{"schemaVersion": 1, "layers": []}'), "no manifest of an artifact"),
        (bare(layer(digest="sha512:" + "0" * 128)), "which is no SHA-256"),
        (bare(layer(digest="sha256:../../etc")), "which is no SHA-256"),
        (bare(layer(size=-1)), "no media type, digest or size"),
        (bare(layer(size="9")), "no media type, digest or size"),
        (bare({"digest": 1}), "no media type, digest or size"),
        (bare(layer("../../etc/passwd")), "unsafe path"),
        (bare(layer("/etc/passwd")), "unsafe path"),
        (bare(layer("a\x1b[2J")), "unsafe path"),
        (bare(layer("A"), layer("a")), "one on some systems"),
        (bare(layer("a"), layer("a/b")), "one on some systems"),
        (bare(layer(".oci/manifest")), "one on some systems"),
    ],
)
def test_hostile_artifacts(oci: Oci, registry: EmbeddedRegistry, artifact: Artifact, message: str) -> None:
    registry.push("acme/model", artifact, tag="latest")
    with pytest.raises(UnsafeContent, match=message):
        pin(oci, f"{registry.host}/acme/model")
    assert tree(oci.store()) == {}


def test_other_bytes_than_the_digest_says(oci: Oci, registry: EmbeddedRegistry) -> None:
    artifact = artifacts.modelpack(FILES)
    registry.push("acme/model", artifact, tag="v1")
    name = f"{registry.host}/acme/model"
    registry.redirects = False
    for path in ("/manifests/", "/blobs/"):
        registry.faults.add(Corrupt(position=3), method="GET", path=path, times=1)
        with pytest.raises(IntegrityError, match="the digest by which it is known"):
            pin(oci, name, "v1")
        registry.faults.clear()
    registry.faults.add(Corrupt(position=3), method="GET", path="/manifests/", times=1)
    with pytest.raises(IntegrityError):
        pin(oci, name, artifact.digest)


@pytest.mark.parametrize("redirects", [True, False])
def test_tokens(oci: Oci, registry: EmbeddedRegistry, redirects: bool) -> None:
    registry.challenges, registry.redirects = True, redirects
    registry.push("acme/model", artifacts.modelpack(FILES), tag="v1")
    model = pin(oci, f"{registry.host}/acme/model", "v1")
    for file in model.files:
        assert oci.fetch(model, file, lambda _: None).path.is_file()
    asked = [entry for entry in registry.log if entry.path.startswith("/token")]
    assert len(asked) == 1
    assert not asked[0].had_authorization
    outside = [entry for entry in registry.log if not entry.path.startswith(("/v2", "/token"))]
    assert bool(outside) is redirects
    assert not any(entry.had_authorization for entry in outside)


def test_private_repositories(oci: Oci, registry: EmbeddedRegistry, no_account: Path) -> None:
    registry.push("acme/hidden", artifacts.oras(FILES), tag="latest")
    registry.private.add("acme/hidden")
    registry.users["ada"] = "secret"
    name = f"{registry.host}/acme/hidden"
    with pytest.raises(AccessDenied):
        pin(oci, name)
    login(no_account, "ghcr.io", "ada", "secret")
    with pytest.raises(AccessDenied):
        pin(Oci(cache=oci.store(), patience=HURRY), name)
    assert not any(entry.had_authorization for entry in registry.log if entry.path.startswith("/token"))
    login(no_account, registry.host, "ada", "secret")
    model = pin(Oci(cache=oci.store(), patience=HURRY), name)
    assert "secret" not in repr(model)
    login(no_account, registry.host, "ada", "wrong")
    with pytest.raises(AccessDenied):
        pin(Oci(cache=oci.store(), patience=HURRY), name)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"auths": 1}', '{"auths": {"x": 1, "y": {"auth": "###"}}}', "[" * 9999]
)
def test_a_configuration_that_is_none(no_account: Path, text: str) -> None:
    no_account.mkdir()
    (no_account / "config.json").write_text(text)
    assert credentials_of("x") == credentials_of("y") == credentials_of("docker.io") == ""


def test_whose_credentials(no_account: Path) -> None:
    login(no_account, "https://index.docker.io/v1/", "ada", "pw")
    assert credentials_of("docker.io").startswith("Basic ")
    assert credentials_of("ghcr.io") == credentials_of("index.docker.io.evil.org") == ""
    login(no_account, "https://registry.acme.org/v2/", "ada", "pw")
    assert credentials_of("registry.acme.org")
    assert not credentials_of("acme.org")


@pytest.mark.parametrize("realm", ["http://auth.acme.org/token", "file:///etc/passwd", "", "ftp://x/y"])
def test_where_no_token_comes_from(realm: str) -> None:
    place = Place(host="ghcr.io", repository="acme/model", address="https://ghcr.io")
    with pytest.raises(UnsafeContent, match="which nobody should ask"):
        _refuse_realm(place, realm, "acme/model")
    _refuse_realm(place, "https://auth.acme.org/token", "acme/model")


def test_where_registries_are() -> None:
    assert address_of("ghcr.io") == "https://ghcr.io"
    assert address_of("docker.io") == "https://registry-1.docker.io"
    assert address_of("localhost:5000") == "http://localhost:5000"
    assert address_of("127.0.0.1.evil.org") == "https://127.0.0.1.evil.org"


def test_a_token_that_is_none(oci: Oci, registry: EmbeddedRegistry) -> None:
    registry.push("acme/model", artifacts.oras(FILES), tag="latest")
    registry.challenges = True
    registry.faults.add(Rewrite(function=lambda _: {"token": "a\r\nX-Evil: 1"}), path="/token")
    with pytest.raises(AccessDenied):
        pin(oci, f"{registry.host}/acme/model")


def test_a_cut_off(oci: Oci, registry: EmbeddedRegistry) -> None:
    name = f"{registry.host}/acme/model"
    registry.push("acme/model", artifacts.oras(FILES), tag="undated")
    dated = artifacts.oras(FILES, annotations={"org.opencontainers.image.created": "2026-01-02T03:04:05.123Z"})
    digest = registry.push("acme/model", dated, tag="latest")
    assert pin(oci, name, not_after="2026-01-02T03:04:05Z").committed == "2026-01-02T03:04:05Z"
    for ref in ("", "undated"):
        with pytest.raises(RevisionNotFound, match="too new for `exclude-newer`"):
            pin(oci, name, ref, not_after="2026-01-01T00:00:00Z")
    assert pin(oci, name, digest, not_after="2026-01-01T00:00:00Z").revision


def test_what_is_there_now(oci: Oci, registry: EmbeddedRegistry) -> None:
    registry.push("acme/model", artifacts.oras(FILES), tag="v1")
    name = f"{registry.host}/acme/model"
    model = pin(oci, name, "v1")
    assert oci.describe(model.key, "v1", model).revision == model.revision
    registry.push("acme/model", artifacts.oras({**FILES, "README.md": b"# y"}), tag="v1")
    described = oci.describe(model.key, "v1", model)
    assert described.revision != model.revision
    assert oci.describe(model.key, model.revision).revision == model.revision
    assert oci.read(described, "README.md") == b"# y"
    assert json.loads(oci.read(described, ".oci/manifest"))["schemaVersion"] == 2
    weights = described.file("model.safetensors")
    assert weights is not None and oci.open(described, weights).read() == b"weights"
    with pytest.raises(PtmdepsError, match="holds no `none`"):
        oci.read(described, "none")
    assert [(ref.name, ref.revision) for ref in oci.refs(model.key)] == [("v1", described.revision)]
    assert oci.page(model.key) == f"https://{registry.host}/acme/model"


def test_many_tags_are_asked_for_page_by_page(oci: Oci, registry: EmbeddedRegistry) -> None:
    for number in range(30):
        registry.push("acme/model", artifacts.oras({"a": b"%d" % number}), tag=f"v{number:02}")
    refs = oci.refs(ModelKey("oci", f"{registry.host}/acme/model"))
    assert [ref.name for ref in refs] == [f"v{number:02}" for number in range(6, 30)]


def test_a_busy_registry_gets_patience(oci: Oci, registry: EmbeddedRegistry) -> None:
    name = f"{registry.host}/acme/model"
    registry.push("acme/model", artifacts.oras({"model.bin": b"0123456789" * 2_000_000}), tag="latest")
    registry.faults.add(Fails(status=503), path="/manifests/", times=1)
    model = pin(oci, name)
    registry.redirects = False
    registry.faults.add(Truncate(keep=5_000_000), path="/blobs/", times=1)
    for file in model.files:
        assert oci.fetch(model, file, lambda _: None).path.stat().st_size == file.size
    registry.faults.add(Fails(status=429), path="/manifests/", times=9)
    with pytest.raises(RateLimited):
        pin(oci, name)
