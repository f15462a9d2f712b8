from __future__ import annotations

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.inspect.safetensors_header import Tensor
from ptmdeps.lockfile.model import Edge, LockedModel, Lockfile
from ptmdeps.requirement import Requirement
from ptmdeps.showing.evidence import Evidence, Weights
from ptmdeps.showing.values import Memory, Relation, Share, Size, Software
from tests.unit.showing.models import KEY, LATER, at_hub, card, known, locked, locked_file, missing, offline

ST_VERSIONS = {"sentence_transformers": "3.0", "pytorch": "2.3", "x": 1}
BASE = ModelKey("huggingface", "acme/base")
ADAPTER = Edge(kind="runtime", relation="adapter", target=BASE, ref="v1", reads="model", evidence="adapter_config.json")
LINEAGE = Edge(kind="lineage", relation="finetune", target=KEY, evidence="README.md")


def test_dependencies_are_the_runtime_edges_of_the_lock() -> None:
    found = known("dependencies", offline(locked(ADAPTER, LINEAGE)))
    relation = Relation(name="acme/base@v1", relation="adapter", evidence="adapter_config.json")
    assert (found.value, found.source) == ((relation,), "ptm.lock")


def test_dependencies_of_a_model_that_is_not_locked_are_in_its_configuration() -> None:
    code = {"auto_map": {"AutoModel": "acme/code--modeling.Model", "AutoConfig": "own.Config", "x": "acme/model--a.B"}}
    evidence = at_hub({"adapter_config.json": {"base_model_name_or_path": "acme/base"}, "config.json": code})
    found = known("dependencies", evidence)
    assert found.value == (
        Relation(name="acme/base", relation="adapter", evidence="adapter_config.json"),
        Relation(name="acme/code", relation="remote-code", evidence="config.json"),
    )
    assert found.source == "adapter_config.json, config.json"


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (at_hub({"config.json": b"["}), "`config.json` cannot be read, or is empty"),
        (at_hub({"config.json": 9}, unread={"config.json": "the model is gated"}), "the model is gated"),
    ],
)
def test_dependencies_are_not_none_where_the_configuration_cannot_be_read(evidence: Evidence, reason: str) -> None:
    assert missing("dependencies", evidence) == reason
    assert known("dependencies", at_hub({"weights.bin": 3})).value == ()


def test_python_requirements() -> None:
    assert known("Python requirements", offline(locked(requires=("peft", "torch")))).value == ("peft", "torch")
    files = {"config.json": {"model_type": "bert"}, "model.safetensors": 9, **card(library_name="transformers")}
    found = known("Python requirements", at_hub(files))
    assert found.value == ("safetensors", "transformers") and found.source == "config.json, README.md"
    listed = known("Python requirements", at_hub({"requirements.txt": b"einops>=0.7\n-r other.txt\n"}))
    assert listed.value == ('einops>=0.7; extra == "listed"',)
    assert "there is no `requirements.txt`" in missing("Python requirements", at_hub({"a.bin": 1}))


def test_dependents_are_models_and_files_of_the_project() -> None:
    other = LockedModel(key=BASE, revision=LATER, edges=(LINEAGE,))
    needs = LockedModel(
        key=ModelKey("huggingface", "acme/lora"),
        revision=LATER,
        edges=(Edge(kind="runtime", relation="adapter", target=ModelKey("huggingface", "old-name")),),
    )
    unrelated = LockedModel(key=ModelKey("other", "acme/model"), revision=LATER, edges=(ADAPTER,))
    requirement = Requirement(key=KEY, reads="transformers", used_in=("app.py", "train.py"))
    elsewhere = Requirement(key=KEY, ref="v9", reads="transformers", used_in=("old.py",))
    lockfile = Lockfile(models=(other, needs, unrelated), requirements=(requirement, elsewhere))
    found = known("dependents", offline(locked(aliases=("old-name",)), lockfile=lockfile)).value
    assert isinstance(found, tuple) and [
        (item.name, item.relation) for item in found if isinstance(item, Relation)
    ] == [
        ("acme/base", "finetune"),
        ("acme/lora", "adapter"),
        ("app.py", "transformers"),
        ("train.py", "transformers"),
    ]


def test_dependents_of_a_model_that_is_not_locked() -> None:
    other = LockedModel(key=BASE, revision=LATER, edges=(LINEAGE,))
    assert known("dependents", at_hub(lockfile=Lockfile(models=(other,)))).value == (
        Relation(name="acme/base", relation="finetune", evidence="README.md"),
    )
    assert missing("dependents", at_hub()) == "there is no `ptm.lock` that could name them"


@pytest.mark.parametrize(
    ("files", "value", "source"),
    [
        (
            {**card(library_name="transformers"), "config.json": {"transformers_version": "4.57.1"}},
            Software(library="transformers", saved_with=("transformers 4.57.1",)),
            "README.md, config.json",
        ),
        (
            {"config_sentence_transformers.json": {"__version__": ST_VERSIONS}},
            Software(library="pytorch", saved_with=("pytorch 2.3", "sentence-transformers 3.0")),
            "config_sentence_transformers.json",
        ),
        (
            {"model_index.json": {"_diffusers_version": "0.30.0"}},
            Software(library="diffusers", saved_with=("diffusers 0.30.0",)),
            "model_index.json",
        ),
        (card(library_name="timm"), Software(library="timm"), "README.md"),
    ],
)
def test_running_environment(files: dict[str, bytes], value: Software, source: str) -> None:
    found = known("running environment", at_hub(files))
    assert (found.value, found.source) == (value, source)


def test_running_environment_that_nothing_tells() -> None:
    reason = missing("running environment", at_hub({"config.json": {"transformers_version": 4}}))
    assert reason == "there is no `README.md`, and no configuration has a version"


def test_memory_is_told_by_the_headers_by_type() -> None:
    tensors = (Tensor(name="a", dtype="F32", shape=(2, 3)), Tensor(name="b", dtype="F8_E4M3", shape=(10,)))
    found = known("memory", at_hub(weights=Weights(paths=("model.safetensors",), tensors=tensors, size=34)))
    assert found.value == Memory(size=34, types=(Share(kind="F32", size=24), Share(kind="F8_E4M3", size=10)))
    assert found.source == "model.safetensors"


def test_memory_without_headers_is_the_size_of_the_locked_weights() -> None:
    files = (locked_file("pytorch_model.bin", 100, format="pytorch"), locked_file("config.json", 3, format="json"))
    assert known("memory", offline(locked(files=files))).value == Memory(size=100)
    assert known("memory", at_hub({"pytorch_model.bin": 90, "other.bin": 7})).value == Memory(size=90)
    assert missing("memory", at_hub(weights=Weights(doubt="no"))) == "no"


def test_formats_are_those_of_the_weights() -> None:
    found = known("formats", at_hub({"model.safetensors": 5, "a.bin": 3, "b.bin": 4, "config.json": {}}))
    assert found.value == (Share(kind="pytorch", files=2, size=7), Share(kind="safetensors", files=1, size=5))
    assert known("formats", at_hub({"notes.txt": 3})).value == (Share(kind="text", files=1, size=3),)
    assert missing("formats", at_hub()) == "the repository holds no files"


def test_size_is_told_of_lock_and_repository() -> None:
    model = locked(files=(locked_file("model.safetensors", 5),))
    assert known("size", at_hub({"model.safetensors": 5, "tf_model.h5": 7}, locked=model)).value == Size(
        locked_files=1, locked_size=5, files=2, size=12
    )
    assert known("size", offline(model)).value == Size(locked_files=1, locked_size=5)
