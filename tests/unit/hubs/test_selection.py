"""Which files of a repository a reading takes."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from huggingface_hub.utils import filter_repo_objects
from hypothesis import example, given
from hypothesis import strategies as st

from embedded_hub import models
from ptmdeps.errors import UnsafeContent
from ptmdeps.hubs.huggingface.selection import RULES, Listing, Selected, detect, select
from ptmdeps.hubs.protocol import Reading
from ptmdeps.requirement import FileSelection
from tests.worlds import model_json

INDEX = model_json(weight_map={"a": "model-1.safetensors", "b": "model-2.safetensors"})


def listing(files: Mapping[str, bytes] | None = None, *empty: str, own: str = "acme/x") -> Listing:
    contents = {**dict.fromkeys(empty, b"{}"), **(files or {})}
    return Listing(paths=tuple(sorted(contents)), read=contents.__getitem__, names=frozenset({own}))


def selected(repository: Listing, reads: str, **selection: object) -> tuple[str, ...]:
    reading = Reading(reads=reads, selection=FileSelection(**selection))  # type: ignore[arg-type]
    result = select(repository, (reading,))
    assert result.missing == ()
    return result.paths


CLUTTERED = listing(models.cluttered())
TOKENIZER = ("special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt")


def test_transformers_takes_one_copy_of_the_weights() -> None:
    assert selected(CLUTTERED, "transformers") == tuple(sorted(("config.json", "model.safetensors", *TOKENIZER)))


def test_pickle_weights_are_taken_where_asked_for() -> None:
    assert "pytorch_model.bin" in selected(CLUTTERED, "transformers", weights="pickle")
    assert "model.safetensors" not in selected(CLUTTERED, "transformers", weights="pickle")


def test_pickle_weights_are_taken_where_there_are_no_others() -> None:
    files = models.bert_classifier(storage="pickle")
    assert "pytorch_model.bin" in selected(listing(files), "transformers")
    assert "pytorch_model.bin" not in selected(listing(files), "transformers", weights="safetensors")


@pytest.mark.parametrize("storage", ["sharded safetensors", "sharded pickle"])
def test_shards_come_with_their_index(storage: models.Storage) -> None:
    files = models.bert_classifier(storage=storage)
    assert set(selected(listing(files), "transformers")) == set(files) - {"README.md"}


def test_a_single_file_is_preferred_to_shards() -> None:
    repository = listing({"model.safetensors.index.json": INDEX}, "model.safetensors", "model-1.safetensors")
    assert selected(repository, "transformers") == ("model.safetensors",)


def test_shards_that_are_not_there_are_named() -> None:
    repository = listing({"model.safetensors.index.json": INDEX}, "config.json", "model-1.safetensors")
    assert select(repository, (Reading(reads="transformers"),)) == Selected(
        paths=("config.json", "model-1.safetensors", "model.safetensors.index.json"), missing=("model-2.safetensors",)
    )


def test_shards_outside_of_their_folder_are_refused() -> None:
    hostile = model_json(weight_map={"a": "../../secret"})
    with pytest.raises(UnsafeContent, match="unsafe path"):
        selected(listing({"model.safetensors.index.json": hostile}), "transformers")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("model.safetensors", "model.fp16.safetensors", "pytorch_model.bin"), "model.fp16.safetensors"),
        (("model.safetensors", "pytorch_model.fp16.bin"), "pytorch_model.fp16.bin"),
        (("model.safetensors", "pytorch_model.bin"), "model.safetensors"),
    ],
)
def test_the_variant_comes_before_the_format(files: tuple[str, ...], expected: str) -> None:
    assert selected(listing(None, *files), "transformers", variant="fp16") == (expected,)


def test_a_sharded_variant_has_its_own_index() -> None:
    index = model_json(weight_map={"a": "model.fp16-1.safetensors"})
    repository = listing({"model.safetensors.index.fp16.json": index}, "model.fp16-1.safetensors", "model.safetensors")
    assert selected(repository, "transformers", variant="fp16") == (
        "model.fp16-1.safetensors",
        "model.safetensors.index.fp16.json",
    )


def test_a_subfolder_is_read_instead_of_the_root() -> None:
    repository = listing(None, "config.json", "model.safetensors", "sub/config.json", "sub/model.safetensors")
    assert selected(repository, "transformers", subfolder="sub") == ("sub/config.json", "sub/model.safetensors")
    assert selected(repository, "tokenizer", subfolder="sub") == ("sub/config.json",)


def test_named_files_replace_the_weights() -> None:
    repository = listing(None, "config.json", "model.safetensors", "tiny.gguf")
    assert selected(repository, "transformers", files=("tiny.gguf",)) == ("config.json", "tiny.gguf")


def test_files_that_no_loader_opens_are_left_out() -> None:
    repository = listing(
        None, "config.json", "trainer_state.json", "requirements.txt", "LICENSE.txt", "README.md", "notes.pdf"
    )
    assert selected(repository, "transformers") == ("config.json",)


def test_chat_templates_belong_to_a_tokenizer() -> None:
    repository = listing(None, "tokenizer.json", "chat_template.jinja", "additional_chat_templates/tools.jinja")
    assert selected(repository, "tokenizer") == (
        "additional_chat_templates/tools.jinja",
        "chat_template.jinja",
        "tokenizer.json",
    )
    assert selected(repository, "processor") == selected(repository, "tokenizer")
    assert selected(repository, "tokenizers") == ("tokenizer.json",)


def test_code_of_the_repository_is_taken_where_a_configuration_runs_it() -> None:
    own = listing(models.remote_code_model())
    assert {"configuration_tiny.py", "modeling_tiny.py"} <= set(selected(own, "transformers"))
    foreign = listing(models.remote_code_model(code="acme/code"), "unused.py")
    assert "unused.py" not in selected(foreign, "transformers")


def test_code_that_names_its_own_repository_is_its_own() -> None:
    repository = listing(models.remote_code_model(code="acme/x"), "modeling_tiny.py", own="acme/x")
    assert "modeling_tiny.py" in selected(repository, "transformers")


def test_code_for_a_subfolder_stands_in_the_root() -> None:
    config = model_json(auto_map={"AutoModel": "modeling.Model"})
    repository = listing({"sub/config.json": config}, "modeling.py", "sub/helper.py", "sub/model.safetensors")
    assert selected(repository, "transformers", subfolder="sub") == (
        "modeling.py",
        "sub/config.json",
        "sub/model.safetensors",
    )


def test_a_configuration_alone_brings_its_code_but_no_weights() -> None:
    files = models.remote_code_model()
    assert selected(listing(files, "generation_config.json"), "configuration") == (
        "config.json",
        "configuration_tiny.py",
        "generation_config.json",
        "modeling_tiny.py",
    )


def test_remote_code_is_every_python_file() -> None:
    repository = listing(None, "a.py", "sub/b.py", "config.json", "model.safetensors")
    assert selected(repository, "remote-code") == ("a.py", "sub/b.py")


def test_an_adapter_is_its_configuration_and_weights() -> None:
    files = models.lora_adapter("acme/base")
    assert selected(listing(files, "optimizer.pt"), "peft") == ("adapter_config.json", "adapter_model.safetensors")


def test_an_adapter_beside_a_model_is_taken_too() -> None:
    repository = listing(None, "config.json", "model.safetensors", "adapter_model.bin", "adapter_config.json")
    assert selected(repository, "transformers") == (
        "adapter_config.json",
        "adapter_model.bin",
        "config.json",
        "model.safetensors",
    )


def test_sentence_transformers_follows_its_modules() -> None:
    files = models.sentence_transformer()
    taken = selected(listing(files, "onnx/model.onnx", "1_Pooling/notes.md"), "sentence-transformers")
    assert set(taken) == set(files) - {"README.md"}


def test_sentence_transformers_reads_plain_models_too() -> None:
    assert selected(CLUTTERED, "sentence-transformers") == selected(CLUTTERED, "transformers")


def test_sentence_transformers_takes_the_code_of_its_own_modules() -> None:
    stages = json.dumps([{"path": "", "type": "custom_st.Transformer"}, {"path": "1_P", "type": "x.Pooling"}]).encode()
    repository = listing({"modules.json": stages}, "custom_st.py", "config.json", "1_P/config.json", "1_P/other.py")
    assert selected(repository, "sentence-transformers") == (
        "1_P/config.json",
        "config.json",
        "custom_st.py",
        "modules.json",
    )


@pytest.mark.parametrize("index", ["router_config.json", "config.json"])
def test_sentence_transformers_follows_a_router_to_its_modules(index: str) -> None:
    stages = json.dumps([{"path": "0_Router", "type": "sentence_transformers.models.Router"}]).encode()
    router = model_json(types={"query_0_Static": "x.Static"}, structure={"query": ["query_0_Static"]}, parameters={})
    files = {"modules.json": stages, f"0_Router/{index}": router}
    repository = listing(files, "0_Router/query_0_Static/model.safetensors", "0_Router/query_0_Static/tokenizer.json")
    assert selected(repository, "sentence-transformers") == repository.paths


def test_a_pipeline_is_its_components_without_the_parts_that_are_off() -> None:
    index = model_json(
        _class_name="P",
        safety_checker=[None, None],
        unet=["diffusers", "U"],
        vae=["diffusers", "V"],
        custom=["my", "C"],
    )
    repository = listing(
        {"model_index.json": index},
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_flax_model.msgpack",
        "vae/config.json",
        "vae/diffusion_pytorch_model.bin",
        "custom/my.py",
        "pipeline.py",
        "safety_checker/model.safetensors",
        "v1-5.ckpt",
    )
    assert selected(repository, "diffusers") == (
        "custom/my.py",
        "model_index.json",
        "pipeline.py",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
        "vae/config.json",
        "vae/diffusion_pytorch_model.bin",
    )
    assert selected(repository, "diffusers", subfolder="vae") == ("vae/config.json", "vae/diffusion_pytorch_model.bin")


def test_lora_weights_are_a_component_by_themselves() -> None:
    assert selected(listing(None, "pytorch_lora_weights.safetensors", "pic.png"), "diffusers") == (
        "pytorch_lora_weights.safetensors",
    )


def test_a_file_is_only_itself() -> None:
    assert selected(CLUTTERED, "file", files=("onnx/model.onnx",)) == ("onnx/model.onnx",)
    assert select(CLUTTERED, (Reading(reads="file", selection=FileSelection(files=("no",))),)).missing == ("no",)


def test_a_file_whose_name_only_the_program_knows_may_be_any() -> None:
    assert selected(CLUTTERED, "file") == CLUTTERED.paths


def test_readings_add_up() -> None:
    readings = (Reading(reads="tokenizers"), Reading(reads="file", selection=FileSelection(files=("README.md",))))
    assert select(CLUTTERED, readings).paths == ("README.md", "tokenizer.json")


def test_an_unknown_kind_of_reading_takes_everything() -> None:
    assert "hologram" not in RULES
    assert selected(CLUTTERED, "hologram") == CLUTTERED.paths


@pytest.mark.parametrize(
    ("files", "reads"),
    [
        (("model_index.json", "config.json"), "diffusers"),
        (("modules.json", "config.json"), "sentence-transformers"),
        (("adapter_config.json", "config.json"), "peft"),
        (("config.json", "tokenizer.json"), "transformers"),
        (("tokenizer.json",), "tokenizer"),
        (("weights.gguf",), "snapshot"),
    ],
)
def test_index_files_say_what_a_repository_is_made_for(files: tuple[str, ...], reads: str) -> None:
    assert detect(listing(None, *files)) == reads


def test_a_model_without_a_loader_is_read_as_what_it_is_made_for() -> None:
    assert selected(CLUTTERED, "model") == selected(CLUTTERED, "transformers")


@pytest.mark.parametrize("index", ["modules.json", "model_index.json", "model.safetensors.index.json"])
def test_broken_index_files_are_refused_by_name(index: str) -> None:
    with pytest.raises(UnsafeContent, match=index):
        selected(listing({index: b"{"}), "model" if "safe" not in index else "transformers")


NAMES = st.lists(st.sampled_from(["a", "b", "x.bin", "y.json", "[z]", "ab"]), min_size=1, max_size=3).map("/".join)
PATTERNS = st.lists(
    st.one_of(NAMES, st.sampled_from(["*", "*.bin", "a/", "a/*", "?", "[ab]*", "**/y.json", "*/", "[!a]*", "B*"])),
    max_size=3,
)


@given(st.sets(NAMES, max_size=8), PATTERNS, PATTERNS)
@example({"a/b", "b"}, ["a/"], [])
def test_patterns_mean_what_snapshot_download_means(files: set[str], allow: list[str], ignore: list[str]) -> None:
    theirs = filter_repo_objects(sorted(files), allow_patterns=allow or None, ignore_patterns=ignore or None)
    selection = FileSelection(allow=tuple(allow), ignore=tuple(ignore))
    ours = select(listing(None, *files), (Reading(reads="snapshot", selection=selection),))
    assert list(ours.paths) == list(theirs)
