from __future__ import annotations

import pytest

from ptmdeps.hubs.description import Facts, Ref, Revision
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.evaluations import Result
from ptmdeps.inspect.safetensors_header import Tensor
from ptmdeps.lockfile.model import Edge
from ptmdeps.showing.evidence import Evidence, History, Weights
from ptmdeps.showing.values import Length, Parameters, Part, Relation, Release, Value
from tests.unit.showing.models import LATER, REVISION, at_hub, card, known, locked, missing, offline

NEXT = Revision(commit=LATER, committed="2024-02-01T00:00:00Z", title="Retrain")
FIRST = Revision(commit=REVISION, committed="2024-01-01T00:00:00Z", title="Upload")


@pytest.mark.parametrize(
    ("name", "files", "value", "source"),
    [
        ("task", card(pipeline_tag="fill-mask"), "fill-mask", "README.md"),
        (
            "architecture",
            {"config.json": {"architectures": ["BertModel", 3], "model_type": "bert"}},
            ("BertModel", "bert"),
            "config.json",
        ),
        ("architecture", {"config.json": {"architecture": "resnet50"}}, ("resnet50",), "config.json"),
        ("architecture", {"model_index.json": {"_class_name": "DDPMPipeline"}}, ("DDPMPipeline",), "model_index.json"),
        ("architecture", {"adapter_config.json": {"peft_type": "LORA"}}, ("LORA",), "adapter_config.json"),
        (
            "quantization",
            {"config.json": {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128}}},
            "gptq, 4 bits, groups of 128",
            "config.json",
        ),
        (
            "quantization",
            {"config.json": {"quantization_config": {"load_in_4bit": True, "group_size": -1}}},
            "bitsandbytes, 4 bits",
            "config.json",
        ),
        ("quantization", {"config.json": {"quantization_config": {"load_in_8bit": True}}}, "8 bits", "config.json"),
        (
            "quantization",
            {"config.json": {"compression_config": {"format": "pack-quantized"}}},
            "pack-quantized",
            "config.json",
        ),
        (
            "quantization",
            {"quantize_config.json": {"bits": 4, "q_group_size": 64}},
            "4 bits, groups of 64",
            "quantize_config.json",
        ),
        (
            "quantization",
            {"a-7b.Q4_K_M.gguf": 5, "a-7b-IQ2_XS-00001-of-00002.gguf": 5, "a.gguf": 1},
            "GGUF: IQ2_XS, Q4_K_M",
            "names of the files",
        ),
        ("quantization", {"config.json": {"model_type": "bert"}}, "none", "config.json"),
        (
            "context length",
            {"config.json": {"max_position_embeddings": 512}, "sentence_bert_config.json": {"max_seq_length": 128}},
            Length(tokens=128),
            "sentence_bert_config.json",
        ),
        ("context length", {"config.json": {"text_config": {"n_positions": 1024}}}, Length(tokens=1024), "config.json"),
        (
            "context length",
            {"tokenizer_config.json": {"model_max_length": 77}},
            Length(tokens=77),
            "tokenizer_config.json",
        ),
        ("languages", card(language=["en", "no"]), ("en", "no"), "README.md"),
        ("training data", card(datasets=["glue"]), ("glue",), "README.md"),
        (
            "base models",
            card(base_model="acme/base", base_model_relation="quantized"),
            (Relation(name="acme/base", relation="quantized", evidence="README.md"),),
            "README.md",
        ),
    ],
)
def test_values(name: str, files: dict[str, bytes], value: Value, source: str) -> None:
    found = known(name, at_hub(files))
    assert (found.value, found.source) == (value, source)


@pytest.mark.parametrize(
    ("name", "files", "reason"),
    [
        ("task", card(license="mit"), "`README.md` has no `pipeline_tag`"),
        (
            "architecture",
            {"config.json": {"architectures": 3, "model_type": {}}},
            "`config.json` has no `architectures` and no `model_type`",
        ),
        ("architecture", {}, "there is no `config.json`"),
        ("quantization", {}, "there is no `config.json`"),
        (
            "context length",
            {"config.json": {"max_position_embeddings": True, "n_ctx": 10**30}},
            "`config.json` has no `max_position_embeddings` or the like",
        ),
        (
            "components",
            {"modules.json": b"{}", "model_index.json": b"["},
            "`model_index.json` cannot be read, or is empty: no",
        ),
        ("entry points", {"config.json": b"[]"}, "`config.json` cannot be read, or is empty"),
        ("languages", {}, "there is no `README.md`"),
        ("training data", card(datasets=[]), "`README.md` has no `datasets`"),
        ("base models", card(base_model="./local"), "`README.md` has no `base_model`"),
        ("evaluation", card(model__index=3), "`README.md` has no `model-index`"),
        ("release history", {}, "the hub does not say what its tags are"),
        ("release notes", {}, "the hub does not say what was changed"),
    ],
)
def test_reasons(name: str, files: dict[str, bytes], reason: str) -> None:
    assert missing(name, at_hub(files)).startswith(reason)


def test_task_of_the_hub_counts_where_the_card_is_silent() -> None:
    assert known("task", at_hub(facts=Facts(task="fill-mask"))).source == "hub"


def test_parameters_are_counted_by_type() -> None:
    tensors = (
        Tensor(name="a", dtype="F32", shape=(2, 3)),
        Tensor(name="b", dtype="BF16", shape=(10,)),
        Tensor(name="c", dtype="F32", shape=()),
    )
    found = known("parameters", at_hub(weights=Weights(paths=("a", "b"), tensors=tensors)))
    assert found.value == Parameters(total=17, types=(("BF16", 10), ("F32", 7)))
    assert found.source == "2 safetensors files"
    assert missing("parameters", at_hub(weights=Weights(doubt="why"))) == "why"


def test_components_are_parts_stages_and_processors() -> None:
    index = {"_class_name": "P", "unet": ["diffusers", "UNet2DModel"], "off": [None, None]}
    stages = b'[{"path": "", "type": "st.Transformer"}, {"path": "1_Pooling", "type": "st.Pooling"}]'
    tokenizer = {"tokenizer_class": "BertTokenizer", "chat_template": "{{x}}"}
    files = {
        "model_index.json": index,
        "modules.json": stages,
        "tokenizer_config.json": tokenizer,
        "preprocessor_config.json": {"image_processor_type": "ViTImageProcessor", "processor_class": 3},
    }
    found = known("components", at_hub(files)).value
    assert found == (
        Part(name="unet", made_by="diffusers.UNet2DModel"),
        Part(name="module 0", made_by="st.Transformer"),
        Part(name="1_Pooling", made_by="st.Pooling"),
        Part(name="tokenizer", made_by="BertTokenizer"),
        Part(name="image processor", made_by="ViTImageProcessor"),
        Part(name="chat template", made_by="tokenizer_config.json"),
    )
    template = known("components", at_hub({"chat_template.jinja": 9})).value
    assert template == (Part(name="chat template", made_by="chat_template.jinja"),)


def test_entry_points_are_classes_that_load_it() -> None:
    config = {"architectures": ["M"], "auto_map": {"AutoModel": "m.M", "AutoTokenizer": ["t.T", None], "x": 3}}
    files = {
        "modules.json": b"[]",
        "model_index.json": {"_class_name": "P"},
        "adapter_config.json": {"peft_type": "LORA"},
        "config.json": config,
        "hubconf.py": 3,
        "m.gguf": 3,
        **card(pipeline_tag="fill-mask"),
    }
    found = known("entry points", at_hub(files)).value
    assert isinstance(found, tuple) and [part.name for part in found if isinstance(part, Part)] == [
        "SentenceTransformer",
        "P",
        "AutoPeftModel",
        "AutoModel",
        "AutoTokenizer",
        "M",
        'pipeline("fill-mask")',
        "torch.hub.load",
        "m.gguf",
    ]


def test_lineage_of_the_lock() -> None:
    base = Edge(kind="lineage", relation="finetune", target=ModelKey("huggingface", "acme/base"), evidence="README.md")
    data = Edge(kind="lineage", relation="dataset", target=ModelKey("huggingface", "acme/data"), evidence="README.md")
    evidence = offline(locked(base, data))
    assert known("base models", evidence).value == (
        Relation(name="acme/base", relation="finetune", evidence="README.md"),
    )
    assert known("training data", evidence).value == ("acme/data",)


def test_evaluation_of_card_and_files() -> None:
    index = [{"results": [{"dataset": {"name": "SST"}, "metrics": [{"type": "acc", "value": 0.9}]}]}]
    result = b"- dataset: {id: cais/hle}\n  value: 20.9\n"
    found = known("evaluation", at_hub({**card(model__index=index), ".eval_results/hle.yaml": result}))
    assert found.value == (
        Result(dataset="SST", metric="acc", value="0.9"),
        Result(dataset="cais/hle", value="20.9"),
    )
    assert found.source == "README.md, .eval_results/hle.yaml"


def released(*refs: Ref) -> Evidence:
    return at_hub(refs=refs, history=History(branch="", newer=(NEXT,), past=(FIRST,)))


def test_releases_are_tags_newest_first() -> None:
    tags = (
        Ref(kind="tag", name="v1", revision=REVISION),
        Ref(kind="tag", name="v2", revision=LATER),
        Ref(kind="tag", name="old", revision="f" * 40),
    )
    assert known("release history", released(*tags)).value == (
        Release(tag="v2", revision=LATER, committed=NEXT.committed),
        Release(tag="v1", revision=REVISION, committed=FIRST.committed),
        Release(tag="old", revision="f" * 40),
    )
    assert missing("release history", released()) == "it has no tags: commits are its only versions"
    assert known("release notes", released()).value == (FIRST,)
