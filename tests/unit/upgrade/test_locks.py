from __future__ import annotations

from pathlib import Path

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import server_error
from ptmdeps.lockfile.difference import Added, Changed, Removed
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.upgrade.locks import detailed, paired
from tests.worlds import hugging_face, key, pin


def locked(name: str, ref: str) -> LockedModel:
    return LockedModel(key=key(name), ref=ref, revision=ref[-1] * 40)


A1, A2, A3, B = locked("a/a", "v1"), locked("a/a", "v2"), locked("a/a", "v3"), locked("b/b", "v4")


def test_another_ref_of_one_model_is_a_change() -> None:
    found = paired((Removed(model=A1), Added(model=A2), Added(model=B)))
    assert found == (Changed(before=A1, after=A2), Added(model=B))


def test_several_refs_stay_apart() -> None:
    several = (Removed(model=A1), Added(model=A2), Added(model=A3))
    assert paired(several) == several
    assert paired((Changed(before=A1, after=A2),)) == (Changed(before=A1, after=A2),)


def test_without_the_hub_the_locks_are_compared_and_that_is_said(hub: EmbeddedHub, tmp_path: Path) -> None:
    face = hugging_face(hub, tmp_path / "store")
    repository = hub.repositories.create("acme/m", models.bert_classifier())
    before = pin(face, "acme/m")
    repository.commit({**models.bert_classifier(seed="v2"), "config.json": b'{"model_type": "bert"}'})
    after = pin(face, "acme/m")
    hub.faults.add(server_error(), path="/")
    for offline in (False, True):
        (found,) = detailed((Changed(before=before, after=after),), lambda _: face, offline=offline)
        assert found.comparison and found.comparison.classes == ("weights", "configuration")
        # configurations are in the store since they were locked, weights were never fetched
        assert [path for path, _ in found.comparison.unread] == ["model.safetensors"]
        assert bool(found.doubt) is not offline
        assert found.comparison.download == len(models.bert_classifier()["model.safetensors"])
