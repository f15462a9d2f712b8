from __future__ import annotations

from lockfiles.examples import GOLDEN, key
from ptmdeps.identity import ModelKey

REFS, ADAPTER = GOLDEN["refs"], GOLDEN["adapter"]


def test_a_model_is_found_by_name_alias_and_ref() -> None:
    assert REFS.find(key("openai-community/gpt2")) == REFS.models[0]
    assert REFS.find(key("gpt2"), "v2.0") == REFS.models[2]


def test_what_is_not_locked_is_not_found() -> None:
    assert REFS.find(key("gpt2"), "v3.0") is None
    assert REFS.find(key("gpt3")) is None
    assert REFS.find(ModelKey("timm", "gpt2")) is None


def test_every_ref_of_a_model_answers_to_its_names() -> None:
    for name in ("gpt2", "openai-community/gpt2", "huggingface:openai-community/gpt2"):
        assert REFS.named(name) == REFS.models
    assert REFS.named("timm:gpt2") == ()


def test_a_model_knows_its_size_and_what_it_needs() -> None:
    adapter = ADAPTER.models[1]
    assert adapter.size == sum(file.size for file in adapter.files) == 6301099
    assert adapter.names == ("ybelkada/opt-350m-lora",)
    assert [edge.evidence for edge in adapter.runtime_edges] == ["adapter_config.json"]
