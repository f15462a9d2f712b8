"""What locked models came from, looked up at the embedded hub, and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import Corrupt, unavailable
from lockfiles.examples import CONFIG, model, sealed, wish
from ptmdeps import ancestry
from ptmdeps.ancestry import LONGEST_LINE, MOST_LOOKUPS, traced
from ptmdeps.errors import IntegrityError, ResolutionError
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.hubs.protocol import Hub
from ptmdeps.hubs.torchhub import TorchHub
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Ancestor, Edge, License, LockedModel, Lockfile, Options, Target
from ptmdeps.lockfile.staleness import Untraced, Wish, inconsistencies
from tests.worlds import hugging_face, key

BASE, ROOT, DATA = "acme/base", "acme/root", "acme/reviews"
Facts = str | list[str]


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    return hugging_face(hub, tmp_path / "store")


def card(**facts: Facts) -> dict[str, bytes]:
    return {"README.md": models.card("Card", facts)}


def edge(name: str, relation: str = "finetune", hub: str = "huggingface") -> Edge:
    return Edge(kind="lineage", relation=relation, target=ModelKey(hub, name), evidence="README.md")


def tuned(name: str, *edges: Edge) -> LockedModel:
    return sealed(replace(model(name, files=(CONFIG,)), edges=tuple(sorted(edges))))


def locked(*found: LockedModel, **facts: Any) -> Lockfile:
    return Lockfile(models=found, requirements=tuple(wish(one.key.name) for one in found), **facts)


def trace(
    face: HuggingFace,
    lockfile: Lockfile,
    *,
    previous: Iterable[Ancestor] = (),
    moving: Collection[Wish] = (),
    offline: bool = False,
) -> Lockfile:
    hubs: Callable[[str], Hub | None] = {"huggingface": face}.get
    return traced(lockfile, previous=previous, moving=moving, hubs=hubs, offline=offline)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


MODEL = tuned("acme/model", edge(BASE))


def test_a_line_is_followed_to_its_roots(hub: EmbeddedHub, face: HuggingFace) -> None:
    of_base = card(license="llama3.1", base_model=ROOT, datasets=[DATA])
    base = hub.repositories.create(BASE, of_base)
    root = hub.repositories.create(ROOT, {"LICENSE": b"Mine."})
    data = hub.repositories.create(DATA, card(license="cc-by-4.0"), repo_type="dataset", gated="auto")

    lock = trace(face, locked(MODEL))

    reviews, first, last = lock.ancestors
    assert reviews == Ancestor(
        key=key(DATA),
        kind="dataset",
        revision=data.resolve("main"),
        license=License(declared="cc-by-4.0", concluded="CC-BY-4.0", evidence="README.md"),
        gated="auto",
    )
    assert first.license is not None
    assert (first.key, first.kind, first.revision) == (key(BASE), "model", base.resolve("main"))
    assert (first.license.declared, first.card) == ("llama3.1", sha256(of_base["README.md"]))
    assert first.edges == (edge(DATA, "dataset"), edge(ROOT))
    assert (last.revision, last.license) == (
        root.resolve("main"),
        License(evidence="LICENSE", text="LICENSE", sha256=sha256(b"Mine.")),
    )
    assert inconsistencies(lock) == ()
    assert not list(face.store().glob("models--*"))


def test_what_is_known_is_kept_without_a_request(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(BASE, card(license="mit"))
    first = trace(face, locked(MODEL))
    hub.repositories[BASE].commit(card(license="other"))
    hub.log.clear()

    also = tuned("acme/also", edge(BASE, "adapter"))
    assert trace(face, locked(also, MODEL), previous=first.ancestors).ancestors == first.ancestors
    assert trace(face, locked(MODEL), previous=first.ancestors, offline=True) == first
    assert trace(face, locked(tuned("acme/model")), previous=first.ancestors).ancestors == ()
    assert not hub.log


def test_what_came_from_it_renews_it_when_it_is_upgraded(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(BASE, card(base_model=ROOT))
    hub.repositories.create(ROOT, card())
    hub.repositories.create("acme/apart", card())
    lock = locked(MODEL, tuned("acme/other", edge("acme/apart")))
    first = trace(face, lock)
    moved = {name: hub.repositories[name].commit({"x": b""}) for name in (BASE, ROOT, "acme/apart")}

    second = trace(face, lock, previous=first.ancestors, moving={(key("acme/model"), "")})

    revisions = {one.key.name: one.revision for one in second.ancestors}
    before = {one.key.name: one.revision for one in first.ancestors}
    assert revisions == before | {name: moved[name] for name in (BASE, ROOT)}


def test_names_of_one_model_are_one_ancestor(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(BASE, card())
    hub.repositories.alias("base", BASE)
    lock = trace(face, locked(MODEL, tuned("acme/other", edge("base"))))
    (base,) = lock.ancestors
    assert (base.key, base.aliases) == (key(BASE), ("base",))
    fewer = trace(face, locked(MODEL), previous=lock.ancestors)
    assert [one.aliases for one in fewer.ancestors] == [()]
    assert inconsistencies(lock) == ()


def test_what_is_locked_is_no_ancestor_under_any_name(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(BASE, card(base_model="acme/never-looked-at"))
    hub.repositories.alias("base", BASE)
    base = tuned(BASE)
    assert trace(face, locked(base, MODEL)).ancestors == ()
    lock = trace(face, locked(base, tuned("acme/other", edge("base"))))
    assert [(one.key, one.aliases) for one in lock.ancestors] == [(key(BASE), ("base",))]
    assert lock.origin(edge("base")) is base


def test_circles_end(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(BASE, card(base_model=ROOT))
    hub.repositories.create(ROOT, card(base_model=BASE))
    lock = trace(face, locked(MODEL))
    assert [one.key.name for one in lock.ancestors] == [BASE, ROOT]
    assert inconsistencies(lock) == ()


def test_what_is_not_there_or_not_allowed_is_recorded(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/private", card(), private=True)
    hub.repositories.create("acme/disabled", card()).update(disabled=True)
    edges = [edge(name) for name in ("acme/never", "acme/private", "acme/disabled")]
    lock = trace(face, locked(tuned("acme/model", *edges, edge("acme/never", "dataset"))))
    assert [(one.kind, one.key.name, one.missing) for one in lock.ancestors] == [
        ("dataset", "acme/never", "not-found"),
        ("model", "acme/disabled", "denied"),
        ("model", "acme/never", "not-found"),
        ("model", "acme/private", "not-found"),
    ]
    assert inconsistencies(lock) == ()


def test_of_a_gated_model_what_the_hub_tells_everybody_is_known(hub: EmbeddedHub, face: HuggingFace) -> None:
    facts = card(license="other", license_name="llama-x", license_link="LICENSE", base_model=ROOT)
    gated = hub.repositories.create(BASE, facts | {"LICENSE": b"Ours."}, gated="manual")
    hub.repositories.create(ROOT, card())

    root_of, base = reversed(trace(face, locked(MODEL)).ancestors)

    assert root_of.key == key(ROOT)
    assert base == Ancestor(
        key=key(BASE),
        revision=gated.resolve("main"),
        license=License(declared="llama-x", evidence="README.md", link="LICENSE"),
        gated="manual",
        edges=(edge(ROOT),),
    )


def test_a_hub_that_does_not_answer_fails_and_says_who_came_from_there(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.faults.add(unavailable(), path=f"/api/models/{BASE}")
    with pytest.raises(ResolutionError, match="one ancestor of the locked models could not be looked up") as caught:
        trace(face, locked(MODEL))
    (cause,) = caught.value.causes
    assert cause.because == ("acme/model",)
    assert "lineage = false" in str(caught.value.hint)


def test_other_bytes_than_the_hub_lists_are_an_error(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(BASE, card(license="mit"))
    hub.faults.add(Corrupt(), path="/README.md")
    with pytest.raises(ResolutionError) as caught:
        trace(face, locked(MODEL))
    assert isinstance(caught.value.causes[0], IntegrityError)


def test_offline_what_is_unknown_stays_so_and_is_named(hub: EmbeddedHub, face: HuggingFace) -> None:
    lock = locked(tuned("acme/model", edge(BASE), edge(DATA, "dataset")))
    with pytest.warns(UserWarning, match=r"not known offline: acme/reviews \(dataset\), acme/base; `ptmdeps lock`"):
        lock = trace(face, lock, offline=True)
    assert lock.ancestors == ()
    assert [type(reason) for reason in inconsistencies(lock)] == [Untraced, Untraced]
    assert not hub.log


def test_who_wants_no_walk_gets_none(hub: EmbeddedHub, face: HuggingFace) -> None:
    known = Ancestor(key=key(BASE), missing="denied")
    lock = trace(face, locked(MODEL, options=Options(lineage=False)), previous=(known,))
    assert lock.ancestors == ()
    assert not hub.log


def test_hubs_that_tell_nothing_say_so_without_a_request(face: HuggingFace) -> None:
    edges = (edge("acme/net", hub="torchhub"), edge("acme/x", hub="unheard-of"))
    hubs: dict[str, Hub | None] = {"huggingface": face, "torchhub": TorchHub()}
    lock = traced(locked(tuned("acme/model", *edges)), previous=(), moving=(), hubs=hubs.get)
    assert [(str(one.key), one.missing) for one in lock.ancestors] == [
        ("torchhub:acme/net", "unsupported"),
        ("unheard-of:acme/x", "unsupported"),
    ]


class Endless:
    """A hostile hub: every model came from ``width`` others that nobody has heard of yet."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.asked: list[Target] = []

    def ancestor(self, asked: ModelKey, kind: Literal["model", "dataset"], ref: str = "") -> Ancestor:
        self.asked.append((kind, asked, ref))
        edges = tuple(edge(f"{asked.name}.{number}") for number in range(self.width))
        return Ancestor(key=asked, kind=kind, ref=ref, revision="0" * 40, edges=edges)


def test_a_line_without_an_end_is_left_where_no_honest_one_goes() -> None:
    hub: Any = Endless(1)
    with pytest.warns(UserWarning, match=f"1 models and datasets .*, and {LONGEST_LINE} generations"):
        lock = traced(locked(MODEL), previous=(), moving=(), hubs={"huggingface": hub}.get)
    assert len(hub.asked) == LONGEST_LINE
    assert [one.missing for one in lock.ancestors].count("left-out") == 1
    assert inconsistencies(lock) == ()


def test_a_tree_without_an_end_costs_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_LOOKUPS == 1000
    monkeypatch.setattr(ancestry, "MOST_LOOKUPS", 50)
    hub: Any = Endless(20)
    with pytest.warns(UserWarning, match="were not looked up: a lock follows at most 50 of them"):
        lock = traced(locked(MODEL), previous=(), moving=(), hubs={"huggingface": hub}.get)
    assert len(hub.asked) == 50
    assert len(lock.ancestors) <= 2 * 50
    assert inconsistencies(lock) == ()
