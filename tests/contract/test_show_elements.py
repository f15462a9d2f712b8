"""What every information element promises, on every kind of model that the embedded hub makes, online and offline."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, demo_world, faults, models
from ptmdeps.errors import HubUnreachable, ModelNotFound
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.render.models import Style
from ptmdeps.render.show import SHOW_FORMATS
from ptmdeps.showing.collecting import collect
from ptmdeps.showing.element import Known, Missing, Shown
from ptmdeps.showing.elements import ELEMENTS, show
from ptmdeps.showing.selecting import MAX_TEXT
from ptmdeps.showing.values import Newer, Parameters
from ptmdeps.showing.wish import Wish
from tests.worlds import hugging_face, key, lock, requirement, tree

NAMES = (
    "acme/sentiment",
    "acme/sentiment-sharded",
    "acme/sentiment-pickle",
    "acme/sentiment-cluttered",
    "acme/sentiment-food-lora",
    "acme/embeddings",
    "acme/pixels",
    "acme/tiny-code",
    "acme/tiny",
)
ALWAYS = {"dependents", "formats", "size", "version", "hashes", "issues", "repository", "access"}
"""Elements that do not depend on what authors write."""


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHub]:
    """A hub of one model of each kind, for tests that change nothing."""
    with EmbeddedHub(tmp_path_factory.mktemp("hub")) as hub:
        demo_world.fill(hub.repositories)
        yield hub


@pytest.fixture
def world(hub: EmbeddedHub) -> EmbeddedHub:
    """A hub with one model, which tests may change."""
    hub.repositories.create("acme/sentiment", models.bert_classifier())
    return hub


def answers(shown: Shown) -> dict[str, Known | Missing]:
    return {element.name: answer for element, answer in shown.answers}


def test_the_table_is_one() -> None:
    assert [name for name, count in Counter(element.name for element in ELEMENTS).items() if count > 1] == []
    groups = list(dict.fromkeys(element.group for element in ELEMENTS))
    assert groups == ["delivery", "legal", "package", "security", "development", "technical"]
    assert [element.group for element in ELEMENTS] == sorted((element.group for element in ELEMENTS), key=groups.index)
    assert all(element.meaning and element.sources for element in ELEMENTS)


@pytest.mark.parametrize("name", NAMES)
def test_every_element_has_a_value_with_a_source_or_a_reason(still: EmbeddedHub, tmp_path: Path, name: str) -> None:
    store = tmp_path / "store"
    shown = show(collect(hugging_face(still, store), Wish(key=key(name)), Lockfile()))
    found = answers(shown)
    assert list(found) == [element.name for element in ELEMENTS]
    assert all(answer.source if isinstance(answer, Known) else answer.reason for answer in found.values())
    assert not ALWAYS.intersection(shown.missing)
    assert len(ELEMENTS) - len(shown.missing) >= 23
    assert not store.exists() or tree(store) == {}, "looking stores nothing"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", SHOW_FORMATS)
def test_the_same_model_gives_the_same_bytes(still: EmbeddedHub, tmp_path: Path, name: str, form: str) -> None:
    def text(store: str) -> str:
        evidence = collect(hugging_face(still, tmp_path / store), Wish(key=key(name)), None)
        return SHOW_FORMATS[form](show(evidence), Style(), everything=True)

    assert text("one") == text("two")
    assert all(char.isprintable() or char == "\n" for char in text("one"))


def test_a_locked_model_is_shown_offline_by_lock_and_store(world: EmbeddedHub, tmp_path: Path) -> None:
    hub = hugging_face(world, tmp_path / "store")
    lockfile = lock(hub, requirement("acme/sentiment"))
    model = lockfile.models[0]
    for file in model.files:
        hub.fetch(model, file, lambda _: None)
    world.log.clear()
    wish = Wish(key=model.key, locked=model)
    offline = answers(show(collect(hub, wish, lockfile, offline=True)))
    assert world.log.count(r".") == 0
    online = answers(show(collect(hub, wish, lockfile)))
    assert offline["parameters"] == online["parameters"] != Missing(reason="")
    for name, answer in offline.items():
        if isinstance(answer, Known) and name not in {"size", "formats", "remote code", "version", "authors", "access"}:
            assert online[name] == answer, name
    assert {name for name, answer in offline.items() if isinstance(answer, Missing)} >= {"downloads", "hub scan"}


def test_stored_bytes_that_the_lock_does_not_know_are_not_believed(world: EmbeddedHub, tmp_path: Path) -> None:
    hub = hugging_face(world, tmp_path / "store")
    lockfile = lock(hub, requirement("acme/sentiment"))
    model = lockfile.models[0]
    stored = next(hub.stored_path(model, file) for file in model.files if file.path == "config.json")
    stored.resolve().write_bytes(json.dumps({"model_type": "evil", "architectures": ["Evil"]}).encode())
    found = answers(show(collect(hub, Wish(key=model.key, locked=model), lockfile, offline=True)))
    assert found["architecture"] == Missing(reason="offline, and the store has no `config.json`")


def test_only_headers_of_weights_are_fetched(hub: EmbeddedHub, tmp_path: Path) -> None:
    files = models.bert_classifier(storage="sharded safetensors", weight_bytes=6_000_000)
    hub.repositories.create("acme/large", files)
    shown = answers(show(collect(hugging_face(hub, tmp_path / "store"), Wish(key=key("acme/large")), None)))
    value = shown["parameters"]
    assert isinstance(value, Known) and isinstance(value.value, Parameters) and value.value.total > 1_500_000
    assert hub.log.sent(r"/cdn/") < 400_000


def test_newer_commits_are_found_in_one_walk(world: EmbeddedHub, tmp_path: Path) -> None:
    repository = world.repositories["acme/sentiment"]
    lockfile = lock(hugging_face(world, tmp_path / "store"), requirement("acme/sentiment"))
    for number in range(3):
        repository.commit({"notes.txt": str(number).encode()}, message=f"Note {number}")
    repository.tag("v2")
    world.log.clear()
    wish = Wish(key=lockfile.models[0].key, locked=lockfile.models[0])
    found = answers(show(collect(hugging_face(world, tmp_path / "store"), wish, lockfile)))["newer versions"]
    assert isinstance(found, Known) and isinstance(found.value, Newer)
    assert (found.value.count, found.value.tags, found.value.branch) == (3, ("v2",), "main")
    assert [commit.title for commit in found.value.commits] == ["Note 2", "Note 1", "Note 0"]
    assert world.log.count(r"/commits/") == 1


def test_a_rewritten_history_is_told(world: EmbeddedHub, tmp_path: Path) -> None:
    hub = hugging_face(world, tmp_path / "store")
    lockfile = lock(hub, requirement("acme/sentiment"))
    model = lockfile.models[0]
    *_, initial = hub.history(model.key)
    repository = world.repositories["acme/sentiment"]
    repository.move("main", initial.commit)
    head = repository.commit(models.bert_classifier(seed="v2"), message="Start again")
    shown = answers(show(collect(hub, Wish(key=model.key, locked=model), lockfile)))
    newer, notes = shown["newer versions"], shown["release notes"]
    assert isinstance(newer, Known) and isinstance(newer.value, Newer)
    assert newer.value.unrelated and newer.value.head == head
    assert isinstance(notes, Known) and isinstance(notes.value, tuple) and len(notes.value) == 2


def test_a_model_that_is_gone_is_shown_by_lock_and_store(world: EmbeddedHub, tmp_path: Path) -> None:
    hub = hugging_face(world, tmp_path / "store")
    lockfile = lock(hub, requirement("acme/sentiment"))
    world.repositories.delete("acme/sentiment")
    evidence = collect(hub, Wish(key=lockfile.models[0].key, locked=lockfile.models[0]), lockfile)
    assert "acme/sentiment" in evidence.trouble and evidence.unasked == "the hub does not show it"
    assert isinstance(answers(show(evidence))["architecture"], Known)


def test_a_model_that_nobody_knows_is_an_error(hub: EmbeddedHub, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        collect(hugging_face(hub, tmp_path), Wish(key=key("acme/none")), None)
    with pytest.raises(HubUnreachable, match="is not locked"):
        collect(hugging_face(hub, tmp_path), Wish(key=key("acme/none")), None, offline=True)


def test_what_the_hub_keeps_back_is_a_reason_and_no_error(hub: EmbeddedHub, tmp_path: Path) -> None:
    large = b"text " * (MAX_TEXT // 5 + 1)
    files = {**models.bert_classifier(storage="pickle"), "LICENSE": large, "README.md": b"# x\n"}
    hub.repositories.create("acme/closed", files, gated="auto")
    found = answers(show(collect(hugging_face(hub, tmp_path / "store"), Wish(key=key("acme/closed")), None)))
    assert found["pickle imports"] == Missing(reason="1 pickle could not be looked into")
    reason = found["architecture"]
    assert isinstance(reason, Missing) and "is gated" in reason.reason
    hub.repositories["acme/closed"].gate(mode=False)
    opened = answers(show(collect(hugging_face(hub, tmp_path / "store"), Wish(key=key("acme/closed")), None)))
    assert opened["copyright"] == Missing(reason=f"`LICENSE` has {len(large):,} bytes, which is too much to read")
    assert isinstance(opened["pickle imports"], Known)


@pytest.mark.parametrize(("path", "name"), [(r"/refs", "release history"), (r"/commits/", "release notes")])
def test_a_hub_that_fails_on_the_way_costs_only_what_it_was_asked_for(
    world: EmbeddedHub, tmp_path: Path, path: str, name: str
) -> None:
    world.faults.add(faults.server_error(), path=path)
    evidence = collect(hugging_face(world, tmp_path / "store"), Wish(key=key("acme/sentiment")), None)
    found = answers(show(evidence))
    assert isinstance(found[name], Missing) and isinstance(found["architecture"], Known)
    assert isinstance(found["newer versions"], Missing)


def test_few_requests_are_sent(world: EmbeddedHub, tmp_path: Path) -> None:
    hub = hugging_face(world, tmp_path / "store")
    hub.describe(key("acme/sentiment"))
    world.log.clear()
    collect(hub, Wish(key=key("acme/sentiment")), None)
    api, files = world.log.count(r"/api/models/"), world.log.count(r"/resolve/", method="GET")
    assert (api, files) == (3, 4), list(world.log)
