from __future__ import annotations

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.paths import MAX_PATH, case_collisions, printable, safe_path


@pytest.mark.parametrize(
    "path",
    [
        "config.json",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        ".gitattributes",
        "..hidden",
        "a...b",
        "-rf",
        "logs/12:30:00.txt",
        "名前/モデル.bin",
        "console.log",
        "auxiliary/model.bin",
        "a b/c d",
        "x" * 255,
    ],
)
def test_ordinary_paths_are_given_back(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "`` is not the name"),
        ("../x", "`..` is not the name"),
        ("a/../../x", "`..` is not the name"),
        ("a/./x", "`.` is not the name"),
        ("a//x", "`` is not the name"),
        ("folder/", "`` is not the name"),
        ("/etc/passwd", "absolute"),
        ("C:\\x", "backslash"),
        ("folder\\..\\..\\x", "backslash"),
        ("C:/x", "drive"),
        ("D:foo", "drive"),
        ("a/D:foo", "drive"),
        ("a\x00b", "control"),
        ("a\nb", "control"),
        ("a\x7fb", "control"),
        ("a\x1b[31mb", "control"),
        ("model\u202enip.bin", "control"),
        ("a\u2028b", "control"),
        ("a\ud800b", "control"),
        ("name.", "ends with a dot or a space"),
        ("name /x", "ends with a dot or a space"),
        ("CON", "device"),
        ("a/aux.json", "device"),
        ("lpt1.tar.gz", "device"),
        ("e\u0301.bin", "NFC"),
        ("x" * 256, "longer than 255 bytes"),
        ("é" * 128, "longer than 255 bytes"),
        ("a/" * (MAX_PATH // 2) + "b", "longer than 4096 bytes"),
    ],
)
def test_a_path_that_may_mean_something_else_is_refused(path: str, reason: str) -> None:
    with pytest.raises(UnsafeContent) as caught:
        safe_path(path)
    assert reason in caught.value.message
    assert caught.value.message.isprintable()
    assert caught.value.hint


def test_files_that_differ_in_case_or_form_collide() -> None:
    assert case_collisions(["b.bin", "A.bin", "a.bin", "c/X", "C/x"]) == (("A.bin", "a.bin"), ("C/x", "c/X"))
    assert case_collisions(["\u00e9", "e\u0301"]) == (("e\u0301", "\u00e9"),)


def test_a_file_and_a_folder_of_one_name_collide() -> None:
    assert case_collisions(["model/a", "Model", "model/b/c"]) == (("Model", "model/a", "model/b/c"),)


def test_folders_that_differ_in_case_only_do_not_collide() -> None:
    assert case_collisions(["A/x", "a/y"]) == ()


def test_what_a_terminal_would_obey_is_escaped() -> None:
    assert printable("a\x1b[31m\n\u202e\ud800é ") == "a\\x1b[31m\\n\\u202e\\ud800é "


def test_long_text_is_cut() -> None:
    assert printable("x" * 300) == "x" * 200 + "…"
    assert printable("abc", limit=3) == "abc"
