"""What the text of an id names."""

from __future__ import annotations

import pytest

from ptmdeps.scan.identifiers import HubName, LocalPath, NoName, is_other_file, is_weights, read_identifier
from ptmdeps.scan.loaders.loader import Notation


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
        ("https://huggingface.co/acme/a/tree/v1", HubName("acme/a", "v1", pin="notation")),
        (
            "https://huggingface.co/acme/a/resolve/main/s/f.bin?download=true",
            HubName("acme/a", "main", "s/f.bin", pin="notation"),
        ),
        (
            "https://huggingface.co/acme/a/blob/refs%2Fpr%2F1/f.bin",
            HubName("acme/a", "refs/pr/1", "f.bin", pin="notation"),
        ),
        (
            "https://huggingface.co/datasets/acme/a/resolve/main/f.json",
            HubName("acme/a", "main", "f.json", kind="dataset", pin="notation"),
        ),
    ],
)
def test_address_of_the_hub(text: str, expected: HubName) -> None:
    assert read_identifier(text) == expected
    assert read_identifier(text, notation="file") == expected
    assert read_identifier(text, notation="address", hub="url") == expected


def test_file_notation() -> None:
    address = HubName("https://example.org/f.bin", hub="url", pin="none")
    assert read_identifier("https://example.org/f.bin", notation="file") == address
    assert read_identifier("acme/a/s/f.bin", notation="file") == HubName("acme/a", None, "s/f.bin")
    assert read_identifier("acme/a/blob/main/f.bin", notation="file") == HubName("acme/a", None, "f.bin")
    assert read_identifier("models/a/f.bin", notation="file") == LocalPath("models/a/f.bin")
    assert read_identifier("acme/a/f.bin", notation="file", is_folder=lambda name: name == "acme/a") == LocalPath(
        "acme/a/f.bin"
    )
    assert read_identifier("./f.bin", notation="file") == LocalPath("./f.bin")


NO = "no name"
READ: list[tuple[Notation, str, str, HubName | LocalPath | str]] = [
    ("id", "modelscope", "acme/a", HubName("acme/a", hub="modelscope")),
    ("id", "modelscope", "https://huggingface.co/acme/a", HubName("acme/a")),
    ("id@revision", "x", "https://huggingface.co/acme/a", HubName("acme/a")),
    ("name", "whisper", "large-v3", HubName("large-v3", hub="whisper")),
    ("name", "whisper", "acme/a", HubName("acme/a")),
    ("name", "whisper", "w.pt", LocalPath("w.pt")),
    ("name", "whisper", "a b", NO),
    ("name", "whisper", "https://huggingface.co/acme/a", HubName("acme/a")),
    ("entry", "clip", "ViT-B/32", HubName("ViT-B/32", hub="clip")),
    ("entry", "clip", "models/w.pt", LocalPath("models/w.pt")),
    ("entry", "clip", "https://a.b/w.pt", HubName("https://a.b/w.pt", hub="url", pin="none")),
    ("key", "detectron2", "a/b.yaml", HubName("a/b.yaml", hub="detectron2")),
    ("address", "url", "https://a.b/w-0a1b2c3d.pth", HubName("https://a.b/w-0a1b2c3d.pth", hub="url", pin="hash")),
    ("address", "url", "gs://bucket/w", HubName("gs://bucket/w", hub="url", pin="none")),
    ("address", "url", "models/w.pth", LocalPath("models/w.pth")),
    ("address", "url", "something", NO),
    ("torchhub", "torchhub", "acme/code", HubName("acme/code", hub="torchhub")),
    ("torchhub", "torchhub", "acme/code:v1/x", HubName("acme/code", "v1/x", hub="torchhub")),
    ("torchhub", "torchhub", "folder", LocalPath("folder")),
    ("tfhub", "tfhub", "https://tfhub.dev/a/b/1?x=y", HubName("https://tfhub.dev/a/b/1", hub="tfhub", pin="version")),
    ("tfhub", "tfhub", "https://tfhub.dev/a/b/", HubName("https://tfhub.dev/a/b", hub="tfhub", pin="notation")),
    ("tfhub", "tfhub", "https://kaggle.com/models/a/b/c/d/1", HubName("a/b/c/d/1", hub="kaggle", pin="version")),
    ("tfhub", "tfhub", "https://a.b/m.tar.gz", HubName("https://a.b/m.tar.gz", hub="url", pin="none")),
    ("tfhub", "tfhub", "exported", LocalPath("exported")),
    ("kaggle", "kaggle", "a/b/c/d", HubName("a/b/c/d", hub="kaggle", pin="notation")),
    ("kaggle", "kaggle", "a/b", NO),
    ("timm", "timm", "resnet50.a1_in1k", HubName("resnet50.a1_in1k", hub="timm")),
    ("timm", "timm", "timm/resnet50", HubName("resnet50", hub="timm")),
    ("timm", "openclip", "ViT-B/32", HubName("ViT-B-32", hub="openclip")),
    ("timm", "timm", "hf-hub:acme/a@v1", HubName("acme/a", "v1", pin="notation")),
    ("timm", "timm", "hf_hub:acme/a", HubName("acme/a", pin="notation")),
    ("timm", "timm", "hf-hub:a--b", NO),
    ("timm", "timm", "local-dir:here", LocalPath("here")),
    ("timm", "timm", "a b", NO),
    ("preset", "keras", "gemma_2b_en", HubName("gemma_2b_en", hub="keras")),
    ("preset", "keras", "hf://acme/a", HubName("acme/a", pin="notation")),
    ("preset", "keras", "kaggle://a/b/c/d", HubName("a/b/c/d", hub="kaggle", pin="notation")),
    ("preset", "keras", "modelscope://acme/a", HubName("acme/a", hub="modelscope", pin="none")),
    ("preset", "keras", "gs://b/m", HubName("gs://b/m", hub="url", pin="none")),
    ("preset", "keras", "some/folder", LocalPath("some/folder")),
    ("asset", "ultralytics", "yolo11n-seg.pt", HubName("yolo11n-seg.pt", hub="ultralytics")),
    ("asset", "ultralytics", "yolov5su", HubName("yolov5su.pt", hub="ultralytics")),
    ("asset", "ultralytics", "weights/yolov8x.pt", HubName("yolov8x.pt", hub="ultralytics")),
    ("asset", "ultralytics", "best.pt", LocalPath("best.pt")),
    ("asset", "ultralytics", "mine", NO),
    ("asset", "ultralytics", "https://a.b/w.pt", HubName("https://a.b/w.pt", hub="url", pin="none")),
    (
        "weights",
        "torchvision",
        "ViT_B_16_Weights.DEFAULT",
        HubName("vit_b_16", "DEFAULT", hub="torchvision", pin="hash"),
    ),
    ("weights", "torchvision", "DEFAULT", NO),
    ("hf", "huggingface", "hf://acme/a@v1/f/g.bin", HubName("acme/a", "v1", "f/g.bin", pin="notation")),
    ("hf", "huggingface", "datasets/acme/a/f", HubName("acme/a", None, "f", kind="dataset", pin="notation")),
    ("hf", "huggingface", "s3://bucket/f", NO),
    ("hf", "huggingface", "hf://acme", NO),
    ("dataset", "huggingface", "json", LocalPath("json")),
    ("dataset", "huggingface", "squad", HubName("squad")),
    ("dataset", "huggingface", "hf://datasets/acme/a", HubName("acme/a", kind="dataset", pin="notation")),
    ("kernel", "huggingface", "acme/k@v1:function", HubName("acme/k", "v1", pin="notation")),
    ("kernel", "huggingface", "flash_attention_2", NO),
    ("kernel", "huggingface", "a--b/c", NO),
]


@pytest.mark.parametrize(("notation", "hub", "text", "expected"), READ)
def test_notation(notation: Notation, hub: str, text: str, expected: HubName | LocalPath | str) -> None:
    named = read_identifier(text, notation=notation, hub=hub)
    assert isinstance(named, NoName) if expected == NO else named == expected


def test_folder_of_the_project_wins_over_code_on_github() -> None:
    assert read_identifier("acme/a", notation="torchhub", is_folder=lambda _: True) == LocalPath("acme/a")
    assert read_identifier("acme", notation="entry", is_folder=lambda _: True) == LocalPath("acme")


@pytest.mark.parametrize(
    ("address", "weights", "other"),
    [
        ("https://a.b/w.safetensors", True, False),
        ("https://a.b/w.onnx?token=x#y", True, False),
        ("https://a.b/w.pth.tar", True, False),
        ("https://a.b/w.pb.gz", True, False),
        ("https://a.b/w.zip", False, False),
        ("https://a.b/coco2017val.zip", False, True),
        ("https://a.b/images.tar.gz", False, True),
        ("https://a.b/latest.tar", False, False),
        ("https://a.b/train_checkpoints.zip", True, False),
        ("https://a.b/layout_model.tgz", True, False),
        ("https://a.b/page", False, False),
        ("https://a.b/config.json", False, True),
        ("https://a.b/dog.JPG", False, True),
        ("https://tfhub.dev/a/b/1", True, False),
        ("https://download.pytorch.org/models/x", True, False),
        ("https://huggingface.co/acme/a/resolve/main/w", True, False),
        ("https://huggingface.co/datasets/acme/a/resolve/main/cat.png", False, False),
        ("https://huggingface.co/acme/a", False, False),
    ],
)
def test_address_of_weights(address: str, weights: bool, other: bool) -> None:
    named = read_identifier(address, notation="address")
    assert isinstance(named, HubName)
    assert (is_weights(named), is_other_file(named)) == (weights, other)


def test_code_notation() -> None:
    assert read_identifier("acme/code", notation="code") == HubName("acme/code")
    assert isinstance(read_identifier("lpw", notation="code"), NoName)
    assert read_identifier("pipeline.py", notation="code") == LocalPath("pipeline.py")


def test_folder_of_the_project_is_local() -> None:
    assert read_identifier("acme/a", is_folder=lambda name: name == "acme/a") == LocalPath("acme/a")
