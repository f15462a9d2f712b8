"""A hub, or models on it, that mean harm: a clear error or no effect, and not a byte outside of where bytes belong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import huggingface_hub
import pytest

from embedded_hub import models
from embedded_hub.faults import Fails, Fault, Rename, Rewrite, SetHeaders
from ptmdeps.errors import UnsafeContent
from ptmdeps.hubs.huggingface.client import Client
from tests.faults.world import CLASSIFIER, World, listing, publish

pytestmark = pytest.mark.faults

NAME = "acme/hostile"
OWNED = "\x1b[8mowned\x1b]0;owned\x07\x9b2J\u202eowned"


@pytest.fixture
def victim(world: World) -> World:
    """A user with a terminal that shows colours, and a token."""
    (world.project / "app.py").write_text(f"import huggingface_hub\nhuggingface_hub.snapshot_download({NAME!r})\n")
    world.hub.repositories.users["hf_SECRET"] = "ada"
    return world.told(PTMDEPS_COLOR="always", HF_TOKEN="hf_SECRET")


@contextmanager
def contained(world: World) -> Iterator[None]:
    """Whatever happens inside: nothing changes outside of the project's, the store's and our own files."""
    before = _outside(world)
    yield
    assert _outside(world) == before
    allowed = re.compile(r"models--acme--[a-z0-9-]+|\.locks|CACHEDIR\.TAG|version\.txt")
    if world.store.exists():
        assert [path.name for path in world.store.iterdir() if not allowed.fullmatch(path.name)] == []
        root = world.store.resolve()
        assert [path for path in world.store.rglob("*") if not path.resolve().is_relative_to(root)] == []
    assert {path.name for path in world.project.iterdir()} <= {"app.py", "ptm.lock", ".ptm"}
    for path in (world.lockfile, *world.cache.rglob("*")):
        assert not path.is_file() or b"hf_SECRET" not in path.read_bytes()
    assert not [entry for entry in world.hub.log if entry.host.startswith("localhost") and entry.had_authorization]


def _outside(world: World) -> dict[str, str]:
    inside = [path.relative_to(world.root).as_posix() for path in (world.project, world.store, world.cache)]
    found = listing(world.root).items()
    return {path: kind for path, kind in found if not any(path == f or path.startswith(f"{f}/") for f in inside)}


def _refused(world: World, *command: str, codes: tuple[int, ...] = (2,)) -> str:
    """What a command said that must fail, or may succeed, without harm."""
    with contained(world):
        outcome = world.run(*command, code=None)
    assert outcome.code in codes, outcome.text
    if outcome.code:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", outcome.err)
        assert "error: " in plain
        assert "hint: " in plain, plain
    assert "hf_SECRET" not in outcome.text
    return outcome.text


NAMES = {
    "parent": "../evil.json",
    "inner parent": "folder/../../evil.json",
    "absolute": "/evil.json",
    "drive": "C:/evil.json",
    "backslash": "..\\..\\evil.json",
    "nul": "evil\x00.json",
    "escape": f"{OWNED}.json",
    "device": "con.json",
    "decomposed": "e\u0301vil.json",
}


@pytest.mark.parametrize("kind", NAMES)
def test_hostile_file_names_are_refused(victim: World, kind: str) -> None:
    victim.hub.repositories.create(NAME, {"config.json": b"{}", "other.json": b"{}"})

    def listed(document: object) -> object:
        files = document["siblings"] if isinstance(document, dict) else []
        for file in files:
            file["rfilename"] = {"other.json": NAMES[kind]}.get(file["rfilename"], file["rfilename"])
        return document

    victim.hub.faults.add(Rewrite(function=listed), path="/api/models/")

    said = _refused(victim, "sync")

    assert "unsafe path" in said
    assert "app.py:2" in said
    assert not victim.lockfile.exists()


HARMLESS_NAMES = {"tilde": "~/evil.json", "option": "-rf", "variable": "$HOME/evil.json", "git": ".git/config"}


@pytest.mark.parametrize("kind", HARMLESS_NAMES)
def test_odd_file_names_are_just_names(victim: World, kind: str) -> None:
    victim.hub.repositories.create(NAME, {"config.json": b"{}", HARMLESS_NAMES[kind]: b"{}"})

    _refused(victim, "sync", codes=(0,))

    assert list(victim.environment.rglob(f"snapshots/*/{HARMLESS_NAMES[kind]}"))


@pytest.mark.parametrize("pair", [("Config.json", "config.json"), ("data", "Data/x.json")])
def test_names_that_are_one_file_on_some_systems_are_refused(victim: World, pair: tuple[str, str]) -> None:
    victim.hub.repositories.create(NAME, dict.fromkeys(pair, b"{}"))

    assert "one on some systems" in _refused(victim, "lock")


HEADERS: dict[str, tuple[dict[str, str | None], str]] = {
    "tag that leads up": ({"ETag": '"../../../../evil"', "X-Linked-Etag": '"../../../../evil"'}, "entity tag"),
    "absolute tag": ({"X-Linked-Etag": '"/tmp/evil"'}, "entity tag"),
    "tag with backslashes": ({"X-Linked-Etag": '"..\\..\\evil"'}, "entity tag"),
    "commit that leads up": ({"X-Repo-Commit": "../../../../evil"}, "commit"),
    "another commit": ({"X-Repo-Commit": "0" * 40}, "commit"),
    "size that lies": ({"X-Linked-Size": "9" * 17, "Content-Length": None}, NAME),
    "no tag": ({"ETag": None, "X-Linked-Etag": None}, NAME),
    "no commit": ({"X-Repo-Commit": None}, NAME),
}


@pytest.mark.parametrize("kind", HEADERS)
def test_hostile_headers_are_refused(victim: World, kind: str) -> None:
    victim.hub.repositories.create(NAME, models.bert_classifier())
    headers, said = HEADERS[kind]
    victim.hub.faults.add(SetHeaders(headers=headers), method="HEAD", path="/resolve/|/resolve-cache/")

    assert said in _refused(victim, "sync", codes=(1, 2))


def test_an_error_with_a_hostile_commit_makes_no_file(victim: World) -> None:
    """The client notes what does not exist in a folder named after the commit of the answer."""
    victim.hub.repositories.create(NAME, models.bert_classifier())
    headers = {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": "../../../../../../evil"}
    victim.hub.faults.add(Fails(status=404, headers=headers, message="Entry not found"), method="HEAD")

    assert "commit" in _refused(victim, "lock")


def test_hostile_headers_are_refused_after_the_client_made_a_new_session(victim: World) -> None:
    """As it does after a connection that failed."""
    victim.hub.repositories.create(NAME, models.bert_classifier())
    commit = victim.hub.repositories[NAME].resolve("main")
    client = Client(endpoint=victim.hub.endpoint, cache=victim.store)
    huggingface_hub.close_session()
    victim.hub.faults.add(SetHeaders(headers={"X-Linked-Etag": '"../../../../evil"'}), method="HEAD")

    with contained(victim), pytest.raises(UnsafeContent, match="entity tag"):
        client.download(NAME, commit, "config.json")
    assert client.requests > 0, "and still counts"


ANSWERS: dict[str, tuple[Fault, str]] = {
    "redirect to itself": (Fails(status=307, headers={"Location": f"/api/models/{NAME}?blobs=true"}), "/api/"),
    "refusal that paints": (Fails(status=403, message=OWNED), "/api/"),
    "another kind of answer": (Rewrite(function=lambda _: ["nothing"]), "/api/"),
    "no commit": (Rewrite(function=lambda document: {**document, "sha": None}), "/api/"),
    "commit that leads up": (Rewrite(function=lambda document: {**document, "sha": "../../../evil"}), "/api/"),
    "name that leads up": (Rewrite(function=lambda document: {**document, "id": "../../evil"}), "/api/"),
    "name that paints": (Rewrite(function=lambda document: {**document, "id": f"acme/{OWNED}"}), "/api/"),
    "numbers as text": (
        Rewrite(function=lambda document: {**document, "siblings": [{"rfilename": "config.json", "size": "much"}]}),
        "/api/",
    ),
    "a number as name": (Rewrite(function=lambda document: {**document, "siblings": [{"rfilename": 7}]}), "/api/"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_hostile_answers_are_refused(victim: World, kind: str) -> None:
    victim.hub.repositories.create(NAME, models.bert_classifier())
    fault, path = ANSWERS[kind]
    victim.hub.faults.add(fault, path=path)

    assert "error" in _refused(victim, "lock")


def test_a_redirect_to_itself_for_a_file_ends(victim: World) -> None:
    victim.hub.repositories.create(NAME, models.bert_classifier())
    commit = victim.hub.repositories[NAME].resolve("main")
    loop = {"Location": f"/{NAME}/resolve/{commit}/config.json"}
    victim.hub.faults.add(Fails(status=307, headers=loop), path="/resolve/")

    assert NAME in _refused(victim, "lock")


def test_a_warning_of_the_hub_is_shown_without_its_paint(victim: World) -> None:
    victim.hub.repositories.create(NAME, models.bert_classifier())
    warning = {"X-HF-Warning": "topic; \x1b[8mowned\x1b]0;owned\x07"}
    victim.hub.faults.add(SetHeaders(headers=warning), path="/resolve/")

    assert r"\x1b[8mowned" in _refused(victim, "lock", codes=(0,))


def test_thirty_thousand_files_are_listed_in_reasonable_time(victim: World) -> None:
    victim.hub.repositories.create(NAME, models.bert_classifier())

    def many(document: dict[str, object]) -> dict[str, object]:
        if "siblings" not in document:
            return document
        siblings = [{"rfilename": f"{n}/x.bin", "size": 1, "blobId": "0" * 40} for n in range(30_000)]
        own = document["siblings"]
        assert isinstance(own, list)
        return {**document, "siblings": [*siblings, *own]}

    victim.hub.faults.add(Rewrite(function=lambda document: many(document) if isinstance(document, dict) else document))
    victim.asks_for(NAME)

    _refused(victim, "lock", codes=(0,))


def test_a_token_is_sent_to_the_hub_and_to_nobody_else(victim: World) -> None:
    victim.hub.repositories.create(NAME, {**models.bert_encoder(storage="pickle"), **models.bert_classifier()})
    victim.hub.repositories[NAME].gate("auto")
    victim.hub.repositories[NAME].grant("ada")

    _refused(victim, "sync", codes=(0,))

    assert any(entry.had_authorization for entry in victim.hub.log)
    assert victim.hub.log.count("/cdn/") > 0
    for path in (victim.lockfile, *victim.environment.rglob("*")):
        assert not path.is_file() or b"hf_SECRET" not in path.read_bytes()


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_token_does_not_follow_a_redirect_to_another_origin(victim: World, method: str) -> None:
    victim.hub.repositories.create(NAME, models.bert_classifier())
    port = victim.hub.endpoint.rpartition(":")[2]
    target = {"Location": f"http://localhost:{port}/steal"}
    victim.hub.faults.add(SetHeaders(headers=target), method=method, path="/resolve/")
    victim.hub.faults.add(Fails(status=302, headers=target), method=method, path="/api/models/", after=1)

    _refused(victim, "sync", codes=(0, 1, 2))


def test_a_password_in_the_endpoint_is_not_shown(victim: World) -> None:
    victim.hub.repositories.create(NAME, models.bert_classifier(), gated="manual")
    endpoint = victim.hub.endpoint.replace("http://", "http://ada:hunter2@")

    said = _refused(victim.told(HF_ENDPOINT=endpoint), "lock")

    assert "hunter2" not in said


def _index(shard: str) -> dict[str, bytes]:
    return {
        "config.json": b'{"model_type": "bert"}',
        "model.safetensors.index.json": json.dumps({"weight_map": {"w": shard}}).encode(),
    }


def _adapter(base: object) -> dict[str, bytes]:
    return {
        "adapter_config.json": json.dumps({"base_model_name_or_path": base, "peft_type": "LORA"}).encode(),
        "adapter_model.safetensors": models.lora_adapter("x/y")["adapter_model.safetensors"],
    }


BOMB = b"---\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9) if n else b"lol") for n in range(40)
)

CONTENTS: dict[str, tuple[Callable[[], dict[str, bytes]], tuple[int, ...]]] = {
    "shards that lead up": (lambda: _index("../../x.safetensors"), (2,)),
    "absolute shards": (lambda: _index("/etc/passwd"), (2,)),
    "shards that paint": (lambda: _index(OWNED), (2,)),
    "shards that are not there": (lambda: _index("model-00001-of-00002.safetensors"), (0,)),
    "index that is no JSON": (lambda: {**_index("x"), "model.safetensors.index.json": b"\x80[[["}, (2,)),
    "index nested deeply": (lambda: {**_index("x"), "model.safetensors.index.json": b"[" * 100_000}, (2,)),
    "configuration nested deeply": (lambda: {"config.json": b'{"a":' * 50_000, "tokenizer.json": b"{}"}, (2,)),
    "configuration with a huge number": (lambda: {"config.json": b'{"a":' + b"9" * 10_000 + b"}"}, (2,)),
    "code of a name that leads up": (
        lambda: {"config.json": json.dumps({"auto_map": {"AutoModel": "../../x--m.C"}}).encode()},
        (0, 2),
    ),
    "code in a module that leads up": (
        lambda: {"config.json": json.dumps({"auto_map": {"AutoModel": "../../evil.C"}}).encode()},
        (0, 2),
    ),
    "base that leads up": (lambda: _adapter("../../etc"), (0,)),
    "absolute base": (lambda: _adapter("/etc/passwd"), (0,)),
    "base that paints": (lambda: _adapter(f"acme/{OWNED}"), (0,)),
    "base that is no text": (lambda: _adapter({"a": ["b"]}), (0,)),
    "base that is itself": (lambda: _adapter(NAME), (0,)),
    "base that is not there": (lambda: _adapter("acme/nothing"), (2,)),
    "card with a bomb": (lambda: {"config.json": b"{}", "README.md": BOMB + b"---\n"}, (0,)),
    "card that makes objects": (
        lambda: {
            "config.json": b"{}",
            "README.md": b"---\nlicense: !!python/object/apply:os.system ['touch /tmp/evil']\n---\n",
        },
        (0,),
    ),
    "card that paints": (
        lambda: {
            "config.json": b"{}",
            "README.md": f'---\nlicense: "{OWNED}"\nlicense_name: "{OWNED}"\n---\n'.encode(),
        },
        (0,),
    ),
    "card of ten megabytes": (lambda: {"config.json": b"{}", "README.md": b"---\n" + b"a: b\n" * 2_000_000}, (0,)),
    "pickle that is none": (lambda: {"config.json": b"{}", "pytorch_model.bin": b"\x80\x02" + b"(" * 100_000}, (0,)),
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_hostile_contents_do_no_harm(victim: World, kind: str) -> None:
    make, codes = CONTENTS[kind]
    # under other names at first, so that the hub does not read them itself
    files = make()
    victim.hub.repositories.create(NAME, {f"served-as-{path}": content for path, content in files.items()})
    for path in files:
        victim.hub.faults.add(Rename(path=f"served-as-{path}", shown=path))
    victim.asks_for(NAME)

    said = _refused(victim, "lock", codes=codes)

    if not victim.lockfile.exists():
        assert NAME in said or "acme/nothing" in said
        return
    for command in ("list", "tree", "sync") if "paints" in kind else ("sync",):
        _refused(victim, command, codes=(0,))


def test_what_a_model_lacks_is_said(victim: World) -> None:
    victim.hub.repositories.create(NAME, _index("model-00001-of-00002.safetensors"))
    victim.asks_for(NAME)

    assert "does not hold `model-00001-of-00002.safetensors`" in _refused(victim, "lock", codes=(0,))


def test_adapters_upon_adapters_without_end_are_given_up(victim: World) -> None:
    chain = [f"acme/a{number}" for number in range(40)]
    for name, base in zip(chain, [*chain[1:], chain[0]], strict=True):
        victim.hub.repositories.create(name, _adapter(base))
    victim.asks_for(chain[0])

    said = _refused(victim, "lock")

    assert "chain" in said
    assert chain[0] in said


def test_two_adapters_that_are_each_others_base_are_locked_once_each(victim: World) -> None:
    victim.hub.repositories.create(NAME, _adapter("acme/other"))
    victim.hub.repositories.create("acme/other", _adapter(NAME))
    victim.asks_for(NAME)

    _refused(victim, "sync", codes=(0,))
    _refused(victim, "tree", codes=(0,))

    assert [model["name"] for model in victim.locked()["model"]] == [NAME, "acme/other"]


def test_an_honest_neighbour_of_a_hostile_model_is_not_lost(victim: World) -> None:
    publish(victim.hub)
    victim.hub.repositories.create(NAME, _index("../../x.safetensors"))
    victim.asks_for(CLASSIFIER)
    victim.run("sync")
    before = listing(victim.project)
    victim.asks_for(CLASSIFIER, NAME)

    said = _refused(victim, "sync")

    assert "app.py:3" in said
    after = listing(victim.project)
    assert {path for path in before if before[path] != after.get(path)} == {"app.py"}
