from __future__ import annotations

import mmap
import re
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.saved_model import MAX_FIELDS, MAX_TENSORS, Signature, Tensor, signatures
from tests.unit.inspect.protobuf_bytes import entry, field, graph, saved_model, signature, tensor

MODELS = Path(__file__).parent / "saved_models"
REAL = {path.stem: path.read_bytes() for path in sorted(MODELS.glob("*.pb"))}
DTYPES = {"DT_FLOAT": "float32", "DT_INT64": "int64", "DT_INT32": "int32", "DT_STRING": "string", "DT_BOOL": "bool"}


def told_by_tensorflow(text: str) -> list[tuple[set[str], str, str, str]]:
    """Tags, name, method and tensors that ``saved_model_cli`` prints."""
    found = []
    tags: set[str] = set()
    for part in re.split(r"(?=^MetaGraphDef with|^signature_def\[|^The MetaGraph|^Concrete)", text, flags=re.MULTILINE):
        if head := re.match(r"MetaGraphDef with tag-set: '(.*)'", part):
            tags = set(head[1].split(", "))
        elif (name := re.match(r"signature_def\['(.*)'\]", part)) and name[1] != "__saved_model_init_op":
            method = re.search(r"Method name is: (.*)", part)
            assert method is not None
            sides = [told_tensors(part, kind) for kind in ("inputs", "outputs")]
            found.append((tags, name[1], method[1], f"{name[1]}({sides[0]}) -> ({sides[1]})"))
    return found


def told_tensors(text: str, kind: str) -> str:
    pattern = rf"{kind}\['(.*)'\] tensor_info:\s+dtype: (\w+)\s+shape: (.*)"
    return ", ".join(
        f"{name}: {DTYPES[dtype]}[{shape.strip('()').replace('-1', '?').replace(' ', '')}]".replace(
            "unknown_rank", "..."
        )
        for name, dtype, shape in sorted(re.findall(pattern, text))
    )


@pytest.mark.parametrize("name", REAL)
def test_tensorflow_says_the_same(name: str) -> None:
    told = told_by_tensorflow((MODELS / f"{name}.txt").read_text())
    found = [(set(one.tags), one.name, one.method, str(one)) for one in signatures(REAL[name])]
    assert len(told) >= 2
    assert sorted(found, key=str) == sorted(told, key=str)


def test_a_signature_is_written_as_one_would_call_it() -> None:
    serving = signature({"images": tensor(1, -1, 224, 224, 3)}, {"logits": tensor(1, -1, 1000)})
    empty = signature({}, {"x": tensor(0, rank=False)}, "")
    data = saved_model(graph({"serving_default": serving, "__saved_model_init_op": empty}, "serve"))
    (one,) = signatures(data)
    assert str(one) == "serving_default(images: float32[?,224,224,3]) -> (logits: float32[?,1000])"
    assert one == Signature(
        tags=("serve",),
        name="serving_default",
        method="tensorflow/serving/predict",
        inputs=(Tensor(name="images", dtype="float32", shape=(-1, 224, 224, 3)),),
        outputs=(Tensor(name="logits", dtype="float32", shape=(-1, 1000)),),
    )


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (tensor(1), "x: float32[]"),
        (tensor(7, rank=False), "x: string[...]"),
        (tensor(19, 0, 3), "x: float16[0,3]"),
        (tensor(101, -1), "x: float32_ref[?]"),
        (tensor(99, -7), "x: type 99[?]"),
        (tensor(-1), "x: type 18446744073709551615[]"),
        (b"", "x: invalid[]"),
        (field(2, "text") + field(3, 1), "x: invalid[]"),
        (tensor(3, 2) + tensor(1, 4), "x: float32[2,4]"),
    ],
)
def test_tensors_of_every_kind(data: bytes, shown: str) -> None:
    (one,) = signatures(saved_model(graph({"f": signature({"x": data}, {})})))
    assert str(one) == f"f({shown}) -> ()"


def test_everything_is_sorted_and_the_last_of_two_counts() -> None:
    first = signature({"b": tensor(1), "a": tensor(3)}, {})
    graphs = [graph({"g": first, "f": first}, "train"), graph({"f": first}, "serve", "gpu", "serve")]
    again = field(5, entry("g", signature({}, {}, "m")))
    found = signatures(saved_model(graphs[0] + again, graphs[1]))
    assert [(one.tags, str(one)) for one in found] == [
        (("gpu", "serve"), "f(a: int32[], b: float32[]) -> ()"),
        (("train",), "f(a: int32[], b: float32[]) -> ()"),
        (("train",), "g() -> ()"),
    ]
    alike = graph({"f": signature({"x": tensor(1, 2)}, {})}), graph({"f": signature({"x": tensor(1, rank=False)}, {})})
    assert len(signatures(saved_model(*alike))) == 2


def test_names_are_printed_safely() -> None:
    (one,) = signatures(saved_model(graph({"f\x1b[2J": signature({"x\n": tensor(1)}, {})})))
    assert str(one) == "f\\x1b[2J(x\\n: float32[]) -> ()"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "its schema has the version 0"),
        (saved_model(version=2), "its schema has the version 2, known is 1"),
        (b"nonsense", "unknown kind|ends within"),
        (b"\x80\x02}q\x00.", "."),
        (REAL["two"][:-1], "it ends within a field"),
        (REAL["keras"][:1000], "it ends within a field"),
        (saved_model(graph({"f" * 5000: b""})), "a name in it has 5000 bytes"),
        (saved_model(graph({"f": signature({"x": tensor(1, *[1] * 300)}, {})})), "a tensor in it has 300 sides"),
        (saved_model(field(5, field(1, b"\xff"))), "a name in it is not in UTF-8"),
        (saved_model(field(9, 1) * (MAX_FIELDS + 1)), "more fields than are read"),
        (
            saved_model(graph({"f": signature({str(number): b"" for number in range(MAX_TENSORS + 1)}, {})})),
            "more than 10000 tensors",
        ),
    ],
)
def test_what_is_no_saved_model_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent, match=reason) as caught:
        signatures(data, path="saved\x1b_model.pb")
    assert caught.value.message.startswith("`saved\\x1b_model.pb` is no sound SavedModel: ")
    assert caught.value.hint


def test_a_file_of_more_than_two_gibibytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "saved_model.pb"
    with path.open("w+b") as stream:
        stream.truncate(2**31)
        with (
            mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
            memoryview(mapped) as view,
            pytest.raises(UnsafeContent, match="more than 2147483647 bytes"),
        ):
            signatures(view)


def test_a_large_graph_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "saved_model.pb"
    rest = field(5, entry("f", signature({"x": tensor(1)}, {})))
    size = 500_000_000
    head = field(1, 1) + b"\x12" + varint_of(size + 6 + len(rest)) + b"\x12" + varint_of(size)
    with path.open("w+b") as stream:
        stream.write(head)
        stream.seek(size, 1)
        stream.write(rest)
        stream.flush()
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
            tracemalloc.start()
            began = time.process_time()
            assert [str(one) for one in signatures(view)] == ["f(x: float32[]) -> ()"]
            assert time.process_time() - began < 0.5
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
            tracemalloc.stop()


def varint_of(value: int) -> bytes:
    return field(1, value)[1:]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(
        draw(st.sampled_from([*REAL.values(), saved_model(graph({"f": signature({"x": tensor(1, 2)}, {})}))]))
    )
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
    return bytes(data)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.binary(max_size=200).map(lambda data: field(1, 1) + field(2, data)), mutated()
    )
)
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        found = signatures(data)
    except UnsafeContent as error:
        printable = error.message.isprintable()
        assert printable
    else:
        assert all(str(one).isprintable() for one in found)
