"""Weights by their headers: shards, GGUF, and what is fetched of them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from ptmdeps.upgrade import headers
from ptmdeps.upgrade.change import WeightChange
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.verdict import judge
from tests.unit.inspect.test_gguf import array, file, text
from tests.unit.upgrade.worlds import Files, Memory, compared, side, tensors

ONNX = (Path(__file__).parents[1] / "inspect" / "onnx" / "tiny.onnx").read_bytes()
TINY = (Path(__file__).parents[1] / "inspect" / "gguf" / "tiny.gguf").read_bytes()


def shards(*parts: Mapping[str, tuple[int, ...]], seed: int = 1) -> Files:
    count = len(parts)
    return {
        f"model-{number:05}-of-{count:05}.safetensors": tensors(seed, "f4", **part)
        for number, part in enumerate(parts, 1)
    }


def only(before: Files, after: Files) -> WeightChange:
    (change,) = compared(before, after).weights
    return change


def test_tensors_that_move_between_shards_are_no_change() -> None:
    before = shards({"a": (2,), "b": (3,)}, {"c": (4,)}, {"d": (5,)})
    after = shards({"a": (2,)}, {"b": (3,), "c": (4,)}, {"d": (5,)})
    change = only(before, after)
    assert (change.verdict, change.different, change.moved) == ("rearranged", 0, 1)
    assert (change.files, change.same_files, change.same_headers) == ((2, 2), 1, 0)


def test_one_shard_of_many_changes() -> None:
    before = shards({"a": (2,)}, {"b": (3,)}, {"c": (4,)})
    after = {**before, "model-00002-of-00003.safetensors": tensors(7, b=(3,))}
    change = only(before, after)
    assert (change.verdict, change.same_headers, change.same_files, change.parameters) == ("other-values", 1, 2, (3, 3))


def test_shards_that_are_only_renamed_are_not_opened() -> None:
    before = shards({"a": (2,)}, {"b": (3,)})
    names = ("model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors")
    after = {**dict(zip(names, before.values(), strict=True)), "model-00003-of-00003.safetensors": tensors(1, c=(4,))}
    first, second = side(before, "a" * 40), side(after, "b" * 40)
    (change,) = compare(first, second).weights
    assert (change.verdict, change.files) == ("unknown", (2, 3))
    assert isinstance(first.reader, Memory) and isinstance(second.reader, Memory)
    assert (first.reader.asked, second.reader.asked) == ([], ["model-00003-of-00003.safetensors"])


def test_metadata_of_safetensors_is_settings() -> None:
    before, after = ({"m.safetensors": save({"a": np.ones(2)}, metadata={"step": step})} for step in "12")
    comparison = compared(before, after)
    assert [(key.path, key.key, key.before, key.after) for key in comparison.keys] == [
        ("m.safetensors", "__metadata__.step", '"1"', '"2"')
    ]
    # the values may be the same: only the header is another one
    assert comparison.weights[0].verdict == "rearranged"


def test_values_of_gguf() -> None:
    change = only({"q4.gguf": TINY}, {"q4.gguf": TINY[:-1] + b"\x07"})
    assert (change.verdict, change.parameters, change.same_headers) == ("other-values", (40, 40), 1)


def test_metadata_tokens_and_template_of_gguf() -> None:
    after = TINY.replace(b"{{ messages }}", b"{{ MESSAGES }}").replace(b"Tiny", b"Teen").replace(b"</s>", b"</t>")
    comparison = compared({"q4.gguf": TINY}, {"q4.gguf": after})
    assert [(key.key, key.before, key.after) for key in comparison.keys] == [("general.name", '"Tiny"', '"Teen"')]
    (tokens,) = comparison.vocabularies
    assert (tokens.added, tokens.removed, tokens.special_added, tokens.special_removed) == (
        *(("</t>",), ("</s>",)),
        *(("</t>",), ("</s>",)),
    )
    assert [(change.path, change.of) for change in comparison.texts] == [("q4.gguf#chat_template", "chat-template")]
    assert comparison.classes == ("weights", "tokenizer", "chat-template")


def test_quantizations_of_one_folder_are_told_apart() -> None:
    names = ("m-Q4.gguf", "m-Q8-00001-of-00002.gguf", "m-Q8-00002-of-00002.gguf")
    before = dict.fromkeys(names, TINY)
    after = dict.fromkeys(names, TINY + b"\0")
    assert [(change.folder, change.files) for change in compared(before, after).weights] == [
        ("m-Q4", (1, 1)),
        ("m-Q8", (2, 2)),
    ]


def test_another_quantization_is_another_type() -> None:
    before, after = ({"m.gguf": file([], [("a", [256], kind)])} for kind in (12, 8))
    change = only(before, after)
    assert (change.verdict, change.retyped) == ("other-tensors", (("Q4_K", "Q8_0", 1),))


def test_another_architecture_of_gguf() -> None:
    before, after = ({"m.gguf": file([("general.architecture", 8, text(name))])} for name in ("llama", "qwen3"))
    comparison = compared(before, after)
    assert [(key.key, key.after) for key in comparison.keys] == [("general.architecture", '"qwen3"')]


@pytest.mark.parametrize(
    "data", [b"", b"GGUF", b"x" * 100, file([("x", 9, array(8, 2**60))]), b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0)]
)
def test_hostile_gguf_is_said_to_be(data: bytes) -> None:
    comparison = compared({"m.gguf": TINY}, {"m.gguf": data})
    assert comparison.weights[0].verdict == "unknown"
    assert [path for path, _ in comparison.unread] == ["m.gguf"]


def test_values_of_onnx() -> None:
    one, other = np.ones(1, dtype="f4").tobytes(), np.zeros(1, dtype="f4").tobytes()
    change = only({"m.onnx": ONNX}, {"m.onnx": ONNX.replace(one, other, 1)})
    assert (change.verdict, change.parameters) == ("other-values", (6, 6))


def test_what_onnx_takes_gives_and_does() -> None:
    after = ONNX.replace(b"MatMul", b"MatAdd").replace(b"batch", b"BATCH")
    comparison = compared({"m.onnx": ONNX}, {"m.onnx": after})
    assert [(key.key, key.before, key.after) for key in comparison.keys] == [
        ("inputs.x", '"FLOAT[batch,3]"', '"FLOAT[BATCH,3]"'),
        ("operators.MatAdd", None, "1"),
        ("operators.MatMul", "1", None),
        ("outputs.z", '"FLOAT[batch,2]"', '"FLOAT[BATCH,2]"'),
    ]
    assert judge(comparison).rules == ("architecture", "silent", "weights-rearranged")


def test_large_onnx_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "ONNX_FILE", 100)
    before, after = side({"m.onnx": ONNX}, "a" * 40), side({"m.onnx": ONNX + b"\0"}, "b" * 40)
    comparison = compare(before, after)
    assert (comparison.weights[0].verdict, comparison.unread) == ("unknown", ())
    assert isinstance(after.reader, Memory) and after.reader.asked == []


def test_too_many_bytes_of_headers_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "MAX_HEADERS", 100)
    before, after = (shards(*({f"t{number}": (2,)} for number in range(5)), seed=seed) for seed in (1, 2))
    comparison = compared(before, after)
    assert comparison.weights[0].verdict == "unknown"
    assert comparison.unread
