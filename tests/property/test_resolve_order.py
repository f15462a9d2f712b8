"""A lock depends on what is asked for, never on the order, the timing or the locks before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import Delay
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.identity import Location
from ptmdeps.lockfile.staleness import Untraced, inconsistencies
from ptmdeps.lockfile.text import dumps, loads
from ptmdeps.manifest import Manifest
from ptmdeps.requirement import FileSelection
from ptmdeps.resolve import resolve
from ptmdeps.scan.references import Reference
from ptmdeps.wanted import requirement_of, wanted
from tests.worlds import hugging_face, key, lock

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedHub, HuggingFace]]:
    folder = tmp_path_factory.mktemp("world")
    with EmbeddedHub(folder / "hub") as hub:
        base = hub.repositories.create("acme/base", models.cluttered())
        base.tag("v1")
        base.commit({"README.md": b"# later"})
        hub.repositories.alias("base", "acme/base")
        hub.repositories.create("acme/lora", models.lora_adapter("base"))
        hub.repositories.create("acme/pinned", models.lora_adapter("acme/base", revision="v1"))
        hub.repositories.create("acme/sentence", models.sentence_transformer())
        hub.repositories.create("acme/code", models.code_repository())
        hub.repositories.create("acme/remote", models.remote_code_model(code="acme/code"))
        yield hub, hugging_face(hub, folder / "store")


def reference(name: str, reads: str, ref: str | None = None, *files: str) -> Reference:
    return Reference(
        key=key(name),
        ref=ref,
        selection=FileSelection(files=files),
        loader="x",
        reads=reads,
        location=Location("app.py", 1),
        resolution="literal",
    )


POOL = (
    reference("acme/base", "transformers"),
    reference("base", "tokenizer", "main"),
    reference("base", "file", "v1", "README.md"),
    reference("acme/base", "transformers", "v1"),
    reference("acme/lora", "peft"),
    reference("acme/pinned", "peft"),
    reference("acme/sentence", "sentence-transformers"),
    reference("acme/remote", "transformers"),
    reference("acme/code", "file", None, "README.md"),
)
WISHES = st.lists(st.sampled_from(POOL), unique=True, max_size=5)


@QUICK
@given(WISHES, st.randoms(use_true_random=False))
def test_neither_order_nor_timing_shows(
    world: tuple[EmbeddedHub, HuggingFace], wishes: list[Reference], random: Random
) -> None:
    hub, face = world
    locks = []
    for _ in range(2):
        random.shuffle(wishes)
        hub.faults.add(Delay(seconds=0.02), path=random.choice(["base", "lora", "README", "commits"]))
        asked = wanted(wishes, Manifest(), ["huggingface"])
        resolved = resolve(asked, previous=None, options=Manifest().options, hubs={"huggingface": face}.get)
        locks.append(dumps(resolved))
        hub.faults.clear()
    assert locks[0] == locks[1]
    assert dumps(loads(locks[0])) == locks[0]


@QUICK
@given(WISHES, WISHES)
def test_earlier_locks_do_not_show_while_the_hub_stands_still(
    world: tuple[EmbeddedHub, HuggingFace], before: list[Reference], after: list[Reference]
) -> None:
    _, face = world
    asked = [replace(requirement_of(wish), used_in=("app.py",)) for wish in after]
    earlier = lock(face, *(requirement_of(wish) for wish in before))

    fresh, later = lock(face, *asked), lock(face, *asked, previous=earlier)

    assert dumps(later) == dumps(fresh)
    # what models came from is looked up after they are resolved
    assert [one for one in inconsistencies(later) if not isinstance(one, Untraced)] == []
