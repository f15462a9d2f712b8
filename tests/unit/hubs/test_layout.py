"""How loaders find a locked model in an environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ptmdeps.hubs import HUBS, open_hub
from ptmdeps.hubs.huggingface import HuggingFace, layout
from ptmdeps.lockfile.model import LockedFile, LockedModel
from tests.worlds import key

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MODEL = LockedModel(
    key=key("acme/x"),
    aliases=("x",),
    revision=COMMIT,
    files=(
        LockedFile(path="onnx/model.onnx_data", size=1, sha256="a" * 64, format="onnx-data"),
        LockedFile(path="config.json", size=1, sha256="b" * 64, format="json"),
    ),
)


def test_a_model_appears_under_each_of_its_names(tmp_path: Path) -> None:
    exposure = layout.expose(tmp_path, MODEL)
    assert exposure.folders == ("huggingface/hub/models--acme--x", "huggingface/hub/models--x")
    assert [link.path for link in exposure.links] == [
        f"{folder}/snapshots/{COMMIT}/{path}"
        for folder in exposure.folders
        for path in ("onnx/model.onnx_data", "config.json")
    ]
    assert {link.source for link in exposure.links} == {
        tmp_path / f"models--acme--x/snapshots/{COMMIT}/{path}" for path in ("onnx/model.onnx_data", "config.json")
    }


def test_external_data_of_onnx_needs_bytes_of_its_own(tmp_path: Path) -> None:
    links = layout.expose(tmp_path, MODEL).links
    assert [link.independent for link in links] == [True, False, True, False]


def test_refs_have_no_line_end(tmp_path: Path) -> None:
    model = replace(MODEL, aliases=())
    assert layout.expose(tmp_path, model).texts == (("huggingface/hub/models--acme--x/refs/main", COMMIT),)
    tagged = layout.expose(tmp_path, replace(model, ref="refs/pr/1"))
    assert tagged.texts == (("huggingface/hub/models--acme--x/refs/refs/pr/1", COMMIT),)


def test_who_asks_for_the_commit_needs_no_ref(tmp_path: Path) -> None:
    assert layout.expose(tmp_path, replace(MODEL, ref=COMMIT)).texts == ()


def test_variables_lead_into_the_environment_and_nowhere_else(tmp_path: Path) -> None:
    face = HuggingFace(cache=tmp_path)
    assert face.variables(tmp_path / ".ptm") == {
        "DISABLE_SAFETENSORS_CONVERSION": "1",
        "HF_HUB_CACHE": str(tmp_path / ".ptm/huggingface/hub"),
        "HF_HUB_OFFLINE": "1",
        "SENTENCE_TRANSFORMERS_HOME": str(tmp_path / ".ptm/huggingface/hub"),
    }
    assert not set(face.variables(tmp_path)) & set(face.conflicting_variables)


def test_hubs_are_opened_by_their_name() -> None:
    opened = {name: open_hub(name) for name in HUBS}
    assert {name: hub.name for name, hub in opened.items() if hub} == {name: name for name in HUBS}
    assert type(opened["huggingface"]) is HuggingFace
    assert open_hub("paddlehub") is None
