from __future__ import annotations

import pytest

from ptmdeps.inspect.names import repository_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("google-bert/bert-base-uncased", "google-bert/bert-base-uncased"),
        ("gpt2", "gpt2"),
        (" org/name ", "org/name"),
        ("https://huggingface.co/org/name", "org/name"),
        ("https://huggingface.co/org/name/", "org/name"),
        ("hf.co/org/name", "org/name"),
        ("models", "models"),
    ],
)
def test_names_of_the_hub(text: str, name: str) -> None:
    assert repository_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/home/me/model",
        "./model",
        "../model",
        "~/model",
        "C:\\model",
        "a/b/c",
        "outputs/checkpoint-500",
        "models/llama",
        "org/na me",
        "org/na--me/x",
        "org--name",
        "org/a..b",
        "https://example.org/org/name",
        "org/" + "x" * 97,
    ],
)
def test_what_is_no_name_of_the_hub(text: str) -> None:
    assert repository_name(text) is None
