from __future__ import annotations

import json
import math

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.configuration import (
    AdapterBase,
    Component,
    RemoteCode,
    SentenceModule,
    adapter_base,
    json_object,
    pipeline_components,
    remote_code,
    sentence_modules,
    weight_map_files,
)


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def test_json_is_read_as_loaders_read_it() -> None:
    value = json_object(b'\xef\xbb\xbf{"a": 1, "a": 2, "b": NaN}', path="config.json")
    assert value["a"] == 2
    assert isinstance(value["b"], float)
    assert math.isnan(value["b"])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"[]", "no JSON object"),
        (b"\xff\xfe{}", "utf-8"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b'{"a": ' + b"1" * 5000 + b"}", "4300"),
        (b" " * 101, "larger than 100 bytes"),
    ],
)
def test_broken_json_is_named(data: bytes, reason: str) -> None:
    limit = 100 if reason.startswith("larger") else 1_000_000
    with pytest.raises(UnsafeContent) as caught:
        json_object(data, path="con\x1bfig.json", limit=limit)
    assert reason in caught.value.message
    assert "con\\x1bfig.json" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"base_model_name_or_path": "org/base"}, AdapterBase(name="org/base")),
        ({"base_model_name_or_path": "org/base", "revision": None}, AdapterBase(name="org/base")),
        ({"base_model_name_or_path": "org/base", "revision": "v1"}, AdapterBase(name="org/base", revision="v1")),
        ({"base_model_name_or_path": "/data/base"}, None),
        ({"base_model_name_or_path": "./base"}, None),
        ({"base_model_name_or_path": None}, None),
        ({"base_model_name_or_path": ["org/base"]}, None),
        ({}, None),
    ],
)
def test_base_of_an_adapter(config: object, expected: AdapterBase | None) -> None:
    assert adapter_base(encoded(config)) == expected


def test_remote_code_of_all_configurations() -> None:
    found = remote_code(
        {
            "config.json": encoded(
                {
                    "auto_map": {"AutoConfig": "configuration_x.XConfig", "AutoModel": "org/other--modeling_x.XModel"},
                    "custom_pipelines": {"pair": {"impl": "pair-task.PairPipeline", "pt": ["AutoModel"]}, "bad": "x.Y"},
                }
            ),
            "tokenizer_config.json": encoded({"auto_map": {"AutoTokenizer": ["org/other--tok.Slow", None]}}),
            "processor_config.json": encoded({"auto_map": [None, "processing_x.XProcessor"]}),
            "preprocessor_config.json": encoded({}),
        }
    )
    assert found == RemoteCode(
        modules=("configuration_x.py", "pair-task.py", "processing_x.py"),
        others=(("org/other", "modeling_x.py"), ("org/other", "tok.py")),
    )
    assert found.own


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "NoModule",
        "../evil.Class",
        "a/b.Class",
        "org/o--..Class",
        "../x--m.Class",
        "a..b.C",
        "m.Class Name",
        "--m.C",
    ],
)
def test_references_that_no_loader_can_follow_are_skipped(reference: str) -> None:
    found = remote_code({"config.json": encoded({"auto_map": {"AutoModel": reference}})})
    assert found == RemoteCode()
    assert not found.own


def test_code_in_a_file_that_windows_takes_for_a_device_is_refused() -> None:
    with pytest.raises(UnsafeContent, match=r"`config\.json` names an unsafe path `con\.py`"):
        remote_code({"config.json": encoded({"auto_map": {"AutoModel": "con.Class"}})})


def test_deeply_nested_references_are_read_without_recursion() -> None:
    nested = b"[" * 500 + b'"m.Class"' + b"]" * 500
    assert remote_code({"config.json": b'{"auto_map": ' + nested + b"}"}).modules == ("m.py",)


def test_shards_of_an_index_are_sorted_and_unique() -> None:
    index = encoded({"weight_map": {"b": "m-2.safetensors", "a": "m-1.safetensors", "c": "sub/m-2.safetensors"}})
    assert weight_map_files(index) == ("m-1.safetensors", "m-2.safetensors", "sub/m-2.safetensors")


@pytest.mark.parametrize("shard", ["../x.bin", "/etc/passwd", "C:\\x", "a/../../x", "x\x00"])
def test_a_shard_outside_the_folder_is_refused(shard: str) -> None:
    with pytest.raises(UnsafeContent, match=r"`model\.safetensors\.index\.json` names an unsafe path `"):
        weight_map_files(encoded({"weight_map": {"a": shard}}))


@pytest.mark.parametrize("index", [{}, {"weight_map": []}, {"weight_map": {"a": 1}}, {"weight_map": {"a": ""}}])
def test_an_index_without_shards_is_refused(index: object) -> None:
    with pytest.raises(UnsafeContent, match="weight_map"):
        weight_map_files(encoded(index))


def test_components_of_a_pipeline() -> None:
    index = {
        "_class_name": "StableDiffusionPipeline",
        "_module": ["x", "Y"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "custom": ["my_model", "MyModel", {"subfolder": "custom"}],
        "safety_checker": [None, None],
        "requires_safety_checker": True,
    }
    assert pipeline_components(encoded(index)) == (
        Component(name="custom", library="my_model", class_name="MyModel"),
        Component(name="tokenizer", library="transformers", class_name="CLIPTokenizer"),
        Component(name="unet", library="diffusers", class_name="UNet2DConditionModel"),
    )


def test_a_component_outside_the_folder_is_refused() -> None:
    with pytest.raises(UnsafeContent, match="unsafe path"):
        pipeline_components(encoded({"../unet": ["diffusers", "UNet2DConditionModel"]}))


def test_modules_of_a_sentence_transformer_in_order() -> None:
    stages = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    assert sentence_modules(encoded(stages)) == (
        SentenceModule(path="", type="sentence_transformers.models.Transformer"),
        SentenceModule(path="1_Pooling", type="sentence_transformers.models.Pooling"),
    )


@pytest.mark.parametrize("stages", [{}, [1], [{"path": "x"}], [{"path": "../x", "type": "t"}]])
def test_broken_modules_are_refused(stages: object) -> None:
    with pytest.raises(UnsafeContent):
        sentence_modules(encoded(stages))
