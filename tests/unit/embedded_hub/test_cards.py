"""What the embedded hub concludes from the files of a repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from embedded_hub import Repositories, Repository, models
from embedded_hub.cards import facts, front_matter, safetensors_parameters

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repositories(tmp_path / "hub").create("acme/x")


def test_front_matter_is_the_yaml_at_the_start() -> None:
    text = b"\xef\xbb\xbf---\r\nlicense: mit\r\ndate: 2024-01-02\r\ntags:\r\n- a\r\n---\r\n# Title\n---\nno: 1\n---\n"

    assert front_matter(text) == {"license": "mit", "date": "2024-01-02", "tags": ["a"]}


@pytest.mark.parametrize(
    "text", [b"", b"# Title", b"---\nlicense: mit\n", b"---\n- a\n---\n", b"---\na: [\n---\n", b"---\n\xff: 1\n---\n"]
)
def test_cards_without_front_matter_have_none(text: bytes) -> None:
    assert front_matter(text) is None


def test_parameters_are_counted_by_type(tmp_path: Path) -> None:
    content = models.bert_encoder()["model.safetensors"]
    (tmp_path / "x").write_bytes(content)
    (tmp_path / "short").write_bytes(b"123")

    counted = safetensors_parameters(content)
    assert list(counted) == ["F32"]
    assert safetensors_parameters(tmp_path / "x") == counted
    assert safetensors_parameters(tmp_path / "short") == safetensors_parameters(b"12345678{") == {}


@pytest.mark.parametrize(
    ("files", "library", "task"),
    [
        (models.bert_classifier(facts={"pipeline_tag": "other"}), "transformers", "other"),
        ({"config.json": b'{"architectures": ["GPT2LMHeadModel"]}'}, "transformers", "text-generation"),
        ({"config.json": b'{"architectures": ["Strange"]}'}, "transformers", None),
        (models.ddpm_pipeline(), "diffusers", "unconditional-image-generation"),
        ({"modules.json": b"[]", "config.json": b"{}"}, "sentence-transformers", None),
        ({"adapter_config.json": b"{}"}, "peft", None),
        ({"config.json": b"not json"}, "transformers", None),
        ({"config.json": b"[1]"}, "transformers", None),
        ({}, None, None),
    ],
)
def test_library_and_task(repository: Repository, files: models.Files, library: str | None, task: str | None) -> None:
    found = facts(repository, repository.commit(files))

    assert (found.library, found.task) == (library, task)


@pytest.mark.parametrize(
    ("card", "config", "relation"),
    [
        ({"base_model": "a/b"}, {}, "finetune"),
        ({"base_model": "a/b"}, {"quantization_config": {"bits": 4}}, "quantized"),
        ({"base_model": ["a/b", "c/d"]}, {}, "merge"),
        ({"base_model": "a/b", "base_model_relation": "quantized"}, {}, "quantized"),
        ({}, {}, None),
    ],
)
def test_relation_to_the_base_model(
    repository: Repository, card: dict[str, str | list[str]], config: dict[str, object], relation: str | None
) -> None:
    files = {"README.md": models.card("x", card), "config.json": json.dumps(config).encode()}

    found = facts(repository, repository.commit(files))

    assert found.relation == relation
    bases = [tag for tag in found.tags if tag.startswith("base_model:")]
    assert bases == [
        *(f"base_model:{name}" for name in found.base_models),
        *(f"base_model:{relation}:{name}" for name in found.base_models),
    ]


def test_adapter_without_a_card_still_has_its_base(repository: Repository) -> None:
    files = models.lora_adapter("a/b")

    found = facts(repository, repository.commit({"adapter_config.json": files["adapter_config.json"]}))

    assert (found.base_models, found.relation) == (("a/b",), "adapter")
    assert found.config["peft"] == {"base_model_name_or_path": "a/b", "task_type": "SEQ_CLS"}


def test_own_code_is_told(repository: Repository) -> None:
    found = facts(repository, repository.commit(models.remote_code_model(code="o/c")))

    assert "custom_code" in found.tags
    assert found.transformers is not None
    assert found.transformers["custom_class"] == "o/c--modeling_tiny.TinyModel"


def test_own_code_of_an_unknown_kind_has_its_automatic_class(repository: Repository) -> None:
    config = {"auto_map": {"AutoConfig": "c.C", "AutoModelForCausalLM": "m.M"}}

    found = facts(repository, repository.commit({"config.json": json.dumps(config).encode()}))

    assert found.transformers == {"auto_model": "AutoModelForCausalLM", "custom_class": "m.M"}


def test_shards_are_counted_together(repository: Repository) -> None:
    whole = facts(repository, repository.commit(models.bert_classifier())).safetensors
    sharded = facts(
        repository, repository.commit(models.bert_classifier(storage="sharded safetensors"), whole=True)
    ).safetensors

    assert whole == sharded
    assert whole is not None


def test_formats_are_tags(repository: Repository) -> None:
    tags = facts(repository, repository.commit(models.cluttered())).tags

    assert {"safetensors", "pytorch", "onnx", "tf", "jax"} <= set(tags)
    assert len(tags) == len(set(tags))
