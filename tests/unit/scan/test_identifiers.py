"""What the text of an id names."""

from __future__ import annotations

import pytest

from ptmdeps.scan.identifiers import HubName, LocalPath, NoName, read_identifier


@pytest.mark.parametrize(
    "text",
    [
        "gpt2",
        "bert-base-uncased",
        "acme/model",
        "Acme-Org/Model.v1_2",
        "a/b",
        "openai/clip-vit-large-patch14",
        " acme/model ",
    ],
)
def test_name_of_the_hub(text: str) -> None:
    assert read_identifier(text) == HubName(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        *("./m", "../m", ".", "..", "/m", "~/m", "~", "C:\\m", "c:/m", "\\\\server\\m", "a\\b", "file:///m"),
        *("a/b/c", "m.pt", "m.PTH", "a/m.bin", "m.gguf", "a/m.safetensors", "m.ckpt", "model.onnx", "x.json"),
        *("output", "outputs", "checkpoint", "checkpoint-1000", "results/run1", "models/x", "saved_model", "epoch_3"),
    ],
)
def test_local_path(text: str) -> None:
    assert read_identifier(text) == LocalPath(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "a b", "a--b", "a..b", "a/b.git", "-a", "a-", "a/.b", "a/b.", "x" * 97, "ä/b", "a:b", "a@b", "123"),
        *("<model>", "{model}", "...", "your-username/model", "your_org/x", "username/model", "acme/your-model"),
        *(
            "path/to",
            "path-to-your-model",
            "https://example.org/a",
            "my-username/x",
            "[model]",
            "WAV2VEC2_ASR_BASE_960H",
        ),
    ],
)
def test_no_name(text: str) -> None:
    assert isinstance(read_identifier(text), NoName)


def test_owner_is_put_in_front_of_bare_names() -> None:
    ownerless = frozenset({"gpt2"})
    assert read_identifier("mini", owner="acme", ownerless=ownerless) == HubName("acme/mini")
    assert read_identifier("GPT2", owner="acme", ownerless=ownerless) == HubName("GPT2")
    assert read_identifier("other/mini", owner="acme", ownerless=ownerless) == HubName("other/mini")


def test_revision_in_the_name() -> None:
    assert read_identifier("acme/a@v1", notation="id@revision") == HubName("acme/a", "v1")
    assert read_identifier("acme/a", notation="id@revision") == HubName("acme/a")
    assert isinstance(read_identifier("acme/a@v1"), NoName)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://huggingface.co/acme/a", HubName("acme/a")),
        ("https://hf.co/acme/a/", HubName("acme/a")),
        ("https://huggingface.co/acme/a/tree/v1", HubName("acme/a", "v1")),
        ("https://huggingface.co/acme/a/resolve/main/s/f.bin?download=true", HubName("acme/a", "main", "s/f.bin")),
        ("https://huggingface.co/acme/a/blob/refs%2Fpr%2F1/f.bin", HubName("acme/a", "refs/pr/1", "f.bin")),
    ],
)
def test_address_of_the_hub(text: str, expected: HubName) -> None:
    assert read_identifier(text) == expected
    assert read_identifier(text, notation="file") == expected


def test_file_notation() -> None:
    assert read_identifier("https://example.org/f.bin", notation="file") == HubName(
        "https://example.org/f.bin", hub="url"
    )
    assert read_identifier("acme/a/s/f.bin", notation="file") == HubName("acme/a", None, "s/f.bin")
    assert read_identifier("acme/a/blob/main/f.bin", notation="file") == HubName("acme/a", None, "f.bin")
    assert read_identifier("models/a/f.bin", notation="file") == LocalPath("models/a/f.bin")
    assert read_identifier("acme/a/f.bin", notation="file", is_folder=lambda name: name == "acme/a") == LocalPath(
        "acme/a/f.bin"
    )
    assert read_identifier("./f.bin", notation="file") == LocalPath("./f.bin")


def test_code_notation() -> None:
    assert read_identifier("acme/code", notation="code") == HubName("acme/code")
    assert isinstance(read_identifier("lpw", notation="code"), NoName)
    assert read_identifier("pipeline.py", notation="code") == LocalPath("pipeline.py")


def test_folder_of_the_project_is_local() -> None:
    assert read_identifier("acme/a", is_folder=lambda name: name == "acme/a") == LocalPath("acme/a")
