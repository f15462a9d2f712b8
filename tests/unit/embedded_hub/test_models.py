"""The generated models are deterministic, consistent in themselves and as large as asked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, get_args

import pytest

from embedded_hub import models

if TYPE_CHECKING:
    from collections.abc import Callable

BUILDERS: dict[str, Callable[..., models.Files]] = {
    "classifier": models.bert_classifier,
    "encoder": models.bert_encoder,
    "cluttered": models.cluttered,
    "sentence": models.sentence_transformer,
    "pipeline": models.ddpm_pipeline,
    "adapter": lambda **arguments: models.lora_adapter("acme/base", **arguments),
    "own code": models.remote_code_model,
    "foreign code": lambda **arguments: models.remote_code_model(code="acme/code", **arguments),
}
_WEIGHT = re.compile(r"\.(safetensors|bin)$")


def weight_files(files: models.Files) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if _WEIGHT.search(path)}


@pytest.mark.parametrize("builder", BUILDERS.values(), ids=list(BUILDERS))
def test_same_seed_same_bytes_and_other_seed_other_weights(builder: Callable[..., models.Files]) -> None:
    one, again, other = builder(seed="1"), builder(seed="1"), builder(seed="2")

    assert one == again
    assert one.keys() == other.keys()
    assert all(weight_files(other)[path] != content for path, content in weight_files(one).items())
    assert one["README.md"] == other["README.md"]


@pytest.mark.parametrize("builder", BUILDERS.values(), ids=list(BUILDERS))
def test_weights_are_small_or_as_large_as_asked(builder: Callable[..., models.Files]) -> None:
    assert all(len(content) < 100_000 for content in weight_files(builder()).values())
    for content in weight_files(builder(weight_bytes=300_000)).values():
        assert 300_000 <= len(content) < 700_000


@pytest.mark.parametrize("storage", get_args(models.Storage))
def test_every_storage_holds_the_same_model(storage: models.Storage) -> None:
    files = models.bert_classifier(storage=storage)

    rest = {path: content for path, content in files.items() if not _WEIGHT.search(path) and "index" not in path}
    assert rest.items() < models.bert_classifier().items()
    indexes = [json.loads(content) for path, content in files.items() if path.endswith(".index.json")]
    for index in indexes:
        assert set(index["weight_map"].values()) == set(weight_files(files))
    assert len(weight_files(files)) == (3 if indexes else 1)


def test_cluttered_repository_holds_five_copies() -> None:
    files = models.cluttered(weight_bytes=100_000)

    sizes = {path: len(content) for path, content in files.items() if len(content) > 100_000}
    assert set(sizes) == {
        "model.safetensors",
        "pytorch_model.bin",
        "tf_model.h5",
        "flax_model.msgpack",
        "onnx/model.onnx",
    }
    assert len({files[path] for path in sizes}) == 5
    assert sizes["model.safetensors"] / sum(sizes.values()) < 0.25


def test_adapter_names_its_base_in_config_and_card() -> None:
    files = models.lora_adapter("acme/base", revision="v1", facts={"license": "mit"})

    config = json.loads(files["adapter_config.json"])
    assert (config["base_model_name_or_path"], config["revision"]) == ("acme/base", "v1")
    assert b"base_model: acme/base\n" in files["README.md"]
    assert b"license: mit\n" in files["README.md"]


def test_foreign_code_is_named_with_its_repository() -> None:
    foreign, own = (
        json.loads(models.remote_code_model(code=code)["config.json"])["auto_map"] for code in ("o/c", None)
    )

    assert foreign["AutoModel"] == "o/c--modeling_tiny.TinyModel"
    assert own["AutoModel"] == "modeling_tiny.TinyModel"
    assert "modeling_tiny.py" not in models.remote_code_model(code="o/c")
    assert "modeling_tiny.py" in models.remote_code_model()
    assert b'GENERATION = "v7"' in models.code_repository(seed="v7")["modeling_tiny.py"]


def test_tokenizer_files_agree_with_each_other() -> None:
    files = models.bert_classifier()

    vocabulary = json.loads(files["tokenizer.json"])["model"]["vocab"]
    lines = files["vocab.txt"].decode().splitlines()
    assert vocabulary == {token: number for number, token in enumerate(lines)}
    assert json.loads(files["config.json"])["vocab_size"] == len(lines)
