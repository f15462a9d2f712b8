"""What a repository's files say about Python."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from packaging.requirements import Requirement

from ptmdeps.inspect.model_types import known_releases, newest_release
from ptmdeps.inspect.requirements import PythonNeeds, Repository, python_needs

Files = Mapping[str, object]


def needs(
    files: Files, reads: str = "transformers", *, library: str = "", code: tuple[str, ...] = (), folder: str = ""
) -> PythonNeeds:
    contents = {
        path: value if isinstance(value, bytes) else json.dumps(value).encode() for path, value in files.items()
    }
    selected = tuple(sorted(path for path in contents if path != "requirements.txt"))
    repository = Repository(
        selected=selected,
        paths=tuple(sorted(contents)),
        read=contents.__getitem__,
        readings=frozenset({(reads, folder)}),
        library_name=library,
        code=code,
    )
    found = python_needs(repository)
    for text in found.requires:
        assert str(Requirement(text)) == text
    return found


def requires(files: Files, reads: str = "transformers", **rest: str) -> list[str]:
    return list(needs(files, reads, **rest).requires)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ("transformers", ["transformers"]),
        ("tokenizers", ["tokenizers"]),
        ("peft", ["peft", "transformers"]),
        ("sentence-transformers", ["sentence-transformers", "transformers"]),
        ("diffusers", ["diffusers"]),
        ("file", []),
        ("snapshot", []),
    ],
)
def test_the_library_that_reads_it(reads: str, expected: list[str]) -> None:
    assert requires({}, reads) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"model_type": "qwen3"}, ["transformers>=4.51.0"]),
        ({"model_type": "bert"}, ["transformers"]),
        ({"model_type": "deta"}, ["transformers<5.0.0,>=4.27.0"]),
        ({"model_type": "acme"}, ["transformers"]),
        ({"model_type": ["qwen3"]}, ["transformers"]),
        ({"model_type": "qwen3", "auto_map": {"AutoConfig": "x.Y"}}, ["transformers"]),
        ({"transformers_version": "4.57.1"}, ["transformers", 'transformers==4.57.1; extra == "saved-with"']),
        ({"transformers_version": "4.41.0.dev0"}, ["transformers", 'transformers==4.41.0.dev0; extra == "saved-with"']),
        ({"transformers_version": "4.0.0+local"}, ["transformers", 'transformers==4.0.0; extra == "saved-with"']),
        ({"transformers_version": "0.0.0"}, ["transformers"]),
        ({"transformers_version": "latest; rm -rf"}, ["transformers"]),
        ({"transformers_version": 4}, ["transformers"]),
        ({"transformers_version": "9" * 5_000}, ["transformers"]),
        ({"quantization_config": {"quant_method": "bitsandbytes"}}, ["accelerate", "bitsandbytes", "transformers"]),
        ({"quantization_config": {"load_in_8bit": True}}, ["accelerate", "bitsandbytes", "transformers"]),
        ({"compression_config": {}}, ["compressed-tensors", "transformers"]),
        (
            {"quantization_config": {"quant_method": "gptq"}},
            ['auto-gptq; extra == "one-of-gptq"', 'gptqmodel; extra == "one-of-gptq"', "optimum", "transformers"],
        ),
        ({"quantization_config": {"quant_method": "unheard of"}}, ["transformers"]),
        ({"use_timm_backbone": True}, ["timm", "transformers"]),
    ],
)
def test_config(config: Files, expected: list[str]) -> None:
    assert requires({"config.json": config}) == expected


def test_the_type_of_a_part_is_chosen_by_nobody() -> None:
    files: Files = {
        "model_index.json": {"_diffusers_version": "0.30.0", "text": ["transformers", "X"], "unet": ["diffusers", "Y"]},
        "text/config.json": {"model_type": "qwen3", "transformers_version": "4.44.0"},
        "unet/config.json": {"_diffusers_version": "0.31.0.dev0"},
    }
    assert requires(files, "diffusers") == [
        "diffusers",
        'diffusers==0.31.0.dev0; extra == "saved-with"',
        "transformers",
        'transformers==4.44.0; extra == "saved-with"',
    ]
    assert "transformers>=4.51.0" in requires(files, "transformers", folder="text")


def test_sentence_transformers_and_adapters_say_what_saved_them() -> None:
    files: Files = {
        "config_sentence_transformers.json": {
            "__version__": {"sentence_transformers": "3.0.1", "transformers": "4.44.0", "pytorch": "2.4.0+cu121"}
        },
        "0_Transformer/config.json": {"model_type": "qwen3", "transformers_version": "4.43.0"},
    }
    assert requires(files, "sentence-transformers") == [
        "sentence-transformers",
        'sentence-transformers==3.0.1; extra == "saved-with"',
        'transformers==4.44.0; extra == "saved-with"',
        "transformers>=4.51.0",
    ]
    assert requires({"adapter_config.json": {"peft_version": "0.12.0"}}) == [
        "peft",
        'peft==0.12.0; extra == "saved-with"',
        "transformers",
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("spiece.model",), ["protobuf", "sentencepiece"]),
        (("spiece.model", "tokenizer.json"), []),
        (("sub/tokenizer.model", "tokenizer.json"), ["protobuf", "sentencepiece"]),
        (("source.spm", "target.spm"), ["sentencepiece"]),
        (("qwen.tiktoken",), ["tiktoken"]),
        (("model.safetensors",), ["safetensors"]),
        (("pytorch_model.bin",), ["torch"]),
        (("model.gguf",), ["gguf"]),
    ],
)
def test_files(files: tuple[str, ...], expected: list[str]) -> None:
    assert requires(dict.fromkeys(files, b"")) == sorted([*expected, "transformers"])
    assert requires(dict.fromkeys(files, b""), "snapshot") == []


def test_class_of_a_tokenizer() -> None:
    assert requires({"tokenizer_config.json": {"tokenizer_class": "XLMTokenizer"}}, "tokenizer") == [
        "sacremoses",
        "transformers",
    ]


def test_the_card_counts_where_the_reading_does_not_tell() -> None:
    assert requires({}, "snapshot", library="open_clip") == ['open-clip-torch; extra == "library"']
    assert requires({}, "transformers", library="transformers") == ["transformers"]
    assert requires({}, "snapshot", library="of my own") == []


CODE = b"""\
import os, torch.nn
from einops import rearrange
import acme_of_the_author
from .other import Layer
from transformers.utils import is_flash_attn_2_available
if is_flash_attn_2_available():
    import flash_attn
try:
    import xformers
except ImportError:
    xformers = None
if TYPE_CHECKING:
    import timm
def late():
    from PIL import Image
"""
OWN = {"auto_map": {"AutoConfig": "modeling.Config"}}


def test_code_that_is_executed_needs_what_it_imports() -> None:
    files: Files = {
        "config.json": OWN,
        "modeling.py": CODE,
        "other.py": b"import scipy\nfrom . import modeling, gone\n",
    }
    assert list(needs(files, code=("modeling.py",)).requires) == [
        "einops",
        "pillow",
        "scipy",
        "torch",
        "transformers",
    ]


def test_code_that_transformers_can_do_without_is_no_need() -> None:
    files: Files = {"config.json": {**OWN, "model_type": "bert"}, "modeling.py": b"import einops, cv2, torch\n"}
    assert list(needs(files, code=("modeling.py",)).requires) == [
        'einops; extra == "remote-code"',
        'torch; extra == "remote-code"',
        "transformers",
    ]


def test_code_that_is_no_python_imports_nothing() -> None:
    for source in (b"import (", b"\x00", b"(" * 50_000, b"\xff\xfe"):
        assert list(needs({"m.py": source}, code=("m.py",)).requires) == ["transformers"]


LIST = b"""\
# what it was trained with
transformers==4.37.2
Einops >= 0.6 ; python_version > "3"
-r more.txt
--index-url https://user:secret@example.invalid/simple
-e git+https://example.invalid/x.git#egg=x
https://example.invalid/y.whl
thing @ https://example.invalid/thing.whl
\x1b[31mred
"""


def test_the_list_of_a_repository_without_code_is_only_said() -> None:
    found = needs({"requirements.txt": LIST})
    assert list(found.requires) == [
        'einops>=0.6; python_version > "3" and extra == "listed"',
        'thing; extra == "listed"',
        "transformers",
        'transformers==4.37.2; extra == "listed"',
    ]


def test_the_list_of_a_repository_with_code_is_needed_and_not_followed() -> None:
    found = needs({"requirements.txt": LIST, "config.json": OWN, "modeling.py": b""}, code=("modeling.py",))
    assert list(found.requires) == ['einops>=0.6; python_version > "3"', "thing", "transformers==4.37.2"]
    (problem,) = found.problems
    assert problem == (
        "`requirements.txt`: line 4: options for pip are not followed: `-r more.txt`; line 5: options for pip are not "
        "followed: `--index-url https://user:secret@example.invalid/simple`; line 6: options for pip are not followed: "
        "`-e git+https://example.invalid/x.git#egg=x` and 3 more"
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"a\n" * 150_000, "300,000 bytes"), (b"a\n" * 600, "more than 500 entries")],
)
def test_a_list_that_is_none(data: bytes, problem: str) -> None:
    assert problem in needs({"requirements.txt": data}).problems[0]


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_a_configuration_that_cannot_be_read_is_named(data: bytes) -> None:
    for path in ("config.json", "tokenizer_config.json", "model_index.json"):
        found = needs({path: data})
        assert list(found.requires) == ["transformers"] and path in found.problems[0]


def test_table_of_model_types() -> None:
    assert known_releases("") is None
    assert newest_release() >= "5.23.0"
