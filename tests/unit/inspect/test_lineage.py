"""What a model came from, by cards and configurations like those of the hub."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.inspect.card import ModelCard, model_card
from ptmdeps.inspect.lineage import MOST_BASES, MOST_DATASETS, Sources, lineage
from ptmdeps.inspect.provenance import Files, provenance
from ptmdeps.lockfile.model import Edge
from tests.unit.lockfile.strategies import TEXTS

NAME = "acme/model"
Told = tuple[str, str, str]
"""Relation, name and evidence of an edge."""


def card(**facts: Any) -> bytes:
    return f"---\n{json.dumps(facts)}\n---\n# card\n".encode()


def edges(files: dict[str, bytes], *, hub: str = "huggingface", adapted: dict[str, str] | None = None) -> list[Edge]:
    sizes = {path: len(content) for path, content in files.items()}
    names = frozenset({NAME})
    found = provenance(Files(hub=hub, names=names, sizes=sizes, read=files.__getitem__, adapted=adapted))
    return list(found.lineage.edges)


def told(files: dict[str, bytes], **more: Any) -> list[Told]:
    return [(edge.relation, edge.target.name, edge.evidence) for edge in edges(files, **more)]


def config(**entries: Any) -> bytes:
    return json.dumps(entries).encode()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"README.md": b"# no front matter"}, [], id="silent"),
        pytest.param(
            {"README.md": card(base_model="org/base")}, [("finetune", "org/base", "README.md")], id="declared"
        ),
        pytest.param(
            {"README.md": card(base_model="org/base", base_model_relation="Quantized")},
            [("quantized", "org/base", "README.md")],
            id="with a relation",
        ),
        pytest.param(
            {"README.md": card(base_model="org/base", base_model_relation="inspired by")},
            [("finetune", "org/base", "README.md")],
            id="with a relation that is none",
        ),
        pytest.param(
            {"README.md": card(base_model=["org/a", "org/b"])},
            [("merge", "org/a", "README.md"), ("merge", "org/b", "README.md")],
            id="several",
        ),
        pytest.param(
            {
                "README.md": card(base_model="org/base"),
                "adapter_config.json": config(base_model_name_or_path="org/base"),
            },
            [("adapter", "org/base", "README.md")],
            id="adapter",
        ),
        pytest.param(
            {
                "README.md": card(base_model="org/base"),
                "adapter_config.json": config(base_model_name_or_path="org/other", revision="v1"),
            },
            [("adapter", "org/base", "README.md"), ("adapter", "org/other", "adapter_config.json")],
            id="adapter of another base than its card says",
        ),
        pytest.param(
            {"README.md": card(base_model="org/base"), "model.Q4_K_M.gguf": b""},
            [("quantized", "org/base", "README.md")],
            id="GGUF",
        ),
        pytest.param(
            {"README.md": card(base_model="org/base"), "model.gguf": b"", "model.safetensors": b""},
            [("finetune", "org/base", "README.md")],
            id="GGUF beside the weights",
        ),
        pytest.param(
            {"README.md": card(base_model="org/base"), "gptq_model-4bit-128g.safetensors": b""},
            [("quantized", "org/base", "README.md")],
            id="GPTQ weights",
        ),
        pytest.param(
            {"README.md": card(base_model="org/base"), "config.json": config(quantization_config={"bits": 4})},
            [("quantized", "org/base", "README.md")],
            id="quantization_config",
        ),
        pytest.param(
            {"README.md": card(base_model="org/base"), "quant_config.json": b"{}"},
            [("quantized", "org/base", "README.md")],
            id="AWQ",
        ),
        # section 6 of the survey, row 3: the card says 3.1, the configuration 3, and both stay
        pytest.param(
            {
                "README.md": b"---\nlicense: llama3.1\nbase_model: meta-llama/Meta-Llama-3.1-70B-Instruct\n---\n",
                "config.json": config(_name_or_path="meta-llama/Meta-Llama-3-70B-Instruct"),
            },
            [
                ("base-model", "meta-llama/Meta-Llama-3-70B-Instruct", "config.json"),
                ("finetune", "meta-llama/Meta-Llama-3.1-70B-Instruct", "README.md"),
            ],
            id="sources that contradict each other",
        ),
        # row 1: quantized, no base in the card
        pytest.param(
            {
                "README.md": b"---\nlicense: bigcode-openrail-m\n---\n",
                "config.json": config(_name_or_path="bigcode/starcoder", model_type="gpt_bigcode"),
                "quantize_config.json": b'{"bits": 4}',
            },
            [("quantized", "bigcode/starcoder", "config.json")],
            id="only inferred",
        ),
        # row 6: no card at all
        pytest.param(
            {"config.json": config(_name_or_path="Qwen/Qwen2.5-14B-Instruct")},
            [("base-model", "Qwen/Qwen2.5-14B-Instruct", "config.json")],
            id="no card",
        ),
        # row 7: a program in place of a card; what the adapter names is left
        pytest.param(
            {
                "README.md": b'from hub import upload\n\nmodel_card = """---\nbase_model: a/b\n---\n"""',
                "adapter_config.json": config(base_model_name_or_path="tencent/HY-MT1.5-1.8B"),
            },
            [("adapter", "tencent/HY-MT1.5-1.8B", "adapter_config.json")],
            id="malformed front matter",
        ),
        pytest.param(
            {"README.md": card(base_model="org/base"), "config.json": config(_name_or_path="ORG/Base")},
            [("finetune", "org/base", "README.md")],
            id="the same in another spelling",
        ),
        pytest.param(
            {"README.md": card(base_model="openai-community/gpt2"), "config.json": config(_name_or_path="gpt2")},
            [("finetune", "openai-community/gpt2", "README.md")],
            id="the same by its old name",
        ),
        pytest.param({"config.json": config(_name_or_path="gpt2")}, [("base-model", "gpt2", "config.json")], id="old"),
        pytest.param({"config.json": config(_name_or_path=NAME)}, [], id="itself"),
        pytest.param({"README.md": card(base_model=NAME)}, [], id="itself by its card"),
        pytest.param({"config.json": config(_name_or_path=["org/base"])}, [], id="no text"),
        pytest.param({"config.json": b"{", "adapter_config.json": b"[]"}, [], id="broken"),
        pytest.param(
            {"config.json": config(auto_map={"AutoModel": "org/code--m.Net", "AutoConfig": "m.Config", "Auto": 3})},
            [("remote-code", "org/code", "config.json")],
            id="code of another repository",
        ),
        pytest.param(
            {
                "README.md": card(base_model="org/a"),
                "mergekit_config.yml": b"base_model: org/a\nmodels:\n  - model: org/b+org/lora\n    parameters: {}\n"
                b"  - model: ./local/c\nmerge_method: ties\nslices:\n  - sources: [{model: org/d, range: [0, 9]}]\n",
            },
            [
                ("finetune", "org/a", "README.md"),
                ("merge", "org/b", "mergekit_config.yml"),
                ("merge", "org/d", "mergekit_config.yml"),
                ("merge", "org/lora", "mergekit_config.yml"),
            ],
            id="recipe of a merge",
        ),
        pytest.param({"mergekit_config.yml": b"a: [b"}, [], id="broken recipe"),
        pytest.param(
            {"README.md": card(datasets=["squad", "https://huggingface.co/datasets/org/data", "two words", "a/b/c"])},
            [("dataset", "org/data", "README.md"), ("dataset", "squad", "README.md")],
            id="data",
        ),
        pytest.param(
            {"README.md": card(base_model=["../x", "org/aux", "org/x.", "/home/me/x"])}, [], id="hostile names"
        ),
    ],
)
def test_what_the_files_say(files: dict[str, bytes], expected: list[Told]) -> None:
    assert told(files) == expected


@pytest.mark.parametrize(
    "written",
    [
        *("/home/me/llama", "./out", "~/x", "outputs/run", "runs/llama", "checkpoints/last", "acme/checkpoint-500"),
        *("acme/epoch_3", "my-model", "llama", "a/b/c", "https://huggingface.co/org/base", "", "C:\\models\\x"),
    ],
)
def test_a_folder_of_somebodys_machine_is_no_base(written: str) -> None:
    assert told({"config.json": config(_name_or_path=written)}) == []


def test_what_is_loaded_with_a_model_is_no_lineage_but_what_its_card_says_of_it_is() -> None:
    files = {
        "README.md": card(base_model="org/base"),
        "adapter_config.json": config(base_model_name_or_path="org/base", revision="v1"),
        "config.json": config(auto_map={"AutoModel": "org/code--m.Net"}, _name_or_path="org/base"),
    }
    (edge,) = edges(files, adapted={"org/base": "v1"})
    assert (edge.relation, edge.target.name, edge.ref, edge.evidence) == ("adapter", "org/base", "v1", "README.md")
    assert told(files | {"README.md": b""}, adapted={"org/base": "v1"}) == []


def test_names_without_an_owner_are_of_one_hub_only() -> None:
    files = {"README.md": card(base_model="org/base", datasets=["squad", "org/data"])}
    found = edges(files, hub="modelscope")
    assert [str(edge.target) for edge in found] == ["modelscope:org/data", "modelscope:org/base"]


def test_a_card_names_no_more_than_is_followed() -> None:
    names = tuple(f"org/m{number}" for number in range(200))
    found = lineage(Sources(hub="huggingface", names=frozenset(), card=ModelCard(base_models=names, datasets=names)))
    assert len(found.edges) == MOST_BASES + MOST_DATASETS
    assert found.left_out == 400 - len(found.edges)
    assert {edge.target.name for edge in found.edges} == set(names[:MOST_DATASETS])


@given(text=st.binary(max_size=200), name=TEXTS)
def test_no_file_can_do_harm(text: bytes, name: str) -> None:
    files = {"README.md": b"---\n" + text + b"\n---\n", "mergekit_config.yml": text, "config.json": text}
    edges(files | {"adapter_config.json": config(base_model_name_or_path=name)})
    assert model_card(files["README.md"]) is not None
