from __future__ import annotations

import pytest

from ptmdeps.identity import Location, ModelKey


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("org/name", ModelKey("huggingface", "org/name")),
        ("torchhub:pytorch/vision", ModelKey("torchhub", "pytorch/vision")),
        ("ollama:llama3:8b", ModelKey("ollama", "llama3:8b")),
    ],
)
def test_model_keys_are_read_from_text(text: str, key: ModelKey) -> None:
    assert ModelKey.parse(text) == key


def test_text_without_a_hub_belongs_to_the_default_hub() -> None:
    assert ModelKey.parse("name", default_hub="ollama") == ModelKey("ollama", "name")


def test_a_model_key_is_read_from_what_it_prints() -> None:
    key = ModelKey("huggingface", "org/name")
    assert str(key) == "huggingface:org/name"
    assert ModelKey.parse(str(key), default_hub="other") == key


def test_model_keys_sort_by_hub_and_name() -> None:
    keys = [ModelKey("b", "a"), ModelKey("a", "b"), ModelKey("a", "a")]
    assert sorted(keys) == [ModelKey("a", "a"), ModelKey("a", "b"), ModelKey("b", "a")]


def test_locations_print_as_editors_read_them_and_sort_by_line_number() -> None:
    assert str(Location("app.py", 12)) == "app.py:12"
    assert sorted([Location("a.py", 10), Location("a.py", 9)]) == [Location("a.py", 9), Location("a.py", 10)]


@pytest.mark.parametrize(
    ("key", "ref", "spellings"),
    [
        (
            ModelKey("huggingface", "acme/a"),
            "",
            ("acme/a", "huggingface:acme/a", "acme/a@main", "huggingface:acme/a@main"),
        ),
        (ModelKey("torchhub", "acme/a"), "", ("torchhub:acme/a",)),
        (ModelKey("huggingface", "acme/a"), "v1", ("acme/a@v1", "huggingface:acme/a@v1")),
        (ModelKey("torchhub", "acme/a"), "v1", ("torchhub:acme/a@v1", "torchhub:acme/a:v1")),
        (ModelKey("kaggle", "a/b/c/d"), "3", ("kaggle:a/b/c/d@3", "kaggle:a/b/c/d/3")),
        (
            ModelKey("url", "https://a.example/x@2.pth"),
            "",
            ("https://a.example/x@2.pth", "url:https://a.example/x@2.pth"),
        ),
    ],
)
def test_a_model_is_written_in_every_way_of_its_hub(key: ModelKey, ref: str, spellings: tuple[str, ...]) -> None:
    assert key.spellings(ref) == spellings
