"""What people are told of a comparison: one line a class."""

from __future__ import annotations

import pytest

from embedded_hub import models
from ptmdeps.identity import ModelKey
from ptmdeps.render.markdown import code_block, code_span
from ptmdeps.render.models import Style
from ptmdeps.render.upgrade.details import diff_text
from ptmdeps.render.upgrade.lines import class_lines
from ptmdeps.render.upgrade.markdown import diff_markdown
from ptmdeps.upgrade.change import Comparison, PickleChange, TextChange
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.report import Report
from tests.unit.upgrade.worlds import Files, compared, document, side, tensors

PARTS = {f"{part}/diffusion_pytorch_model.safetensors": tensors(1, a=(2,)) for part in ("unet", "vae")}
UNIGRAM = [["a", -1.0], ["b", -2.0]]
CASES: dict[str, tuple[Files, Files, list[str]]] = {
    "nothing": ({"config.json": b"{}"}, {"config.json": b"{}"}, ["nothing in its files"]),
    "text of a licence": ({"LICENSE": b"1"}, {"LICENSE": b"2"}, ["licence: `LICENSE` changed"]),
    "two licences": (
        {"README.md": b"---\nlicense: mit\n---\n", "LICENSE": b"1"},
        {"README.md": b"---\nlicense: gemma\n---\n"},
        ["licence: MIT -> LicenseRef-gemma; `LICENSE` removed", "card: `README.md` +1 -1 lines"],
    ),
    "parts": (
        PARTS,
        {**PARTS, "unet/diffusion_pytorch_model.safetensors": tensors(1, "f2", a=(2,))},
        ["weights: `unet`: 1 tensor F32 -> F16 (1 file, 72 bytes -> 1 file, 68 bytes)"],
    ),
    "tensors": (
        {"model.safetensors": tensors(1, a=(2,), b=(3,))},
        {"model.safetensors": tensors(1, a=(4,), c=(5,), d=(6,))},
        [
            (
                "weights: 2 tensors added, 1 tensor removed, 1 tensor of another shape, 5 -> 15 parameters "
                "(1 file, 140 bytes -> 1 file, 236 bytes)"
            )
        ],
    ),
    "renamed weights": (
        {"a.gguf": b"same"},
        {"b.gguf": b"same"},
        ["weights: the same bytes under other names (1 file, 4 bytes)"],
    ),
    "opaque weights": (
        {"a.h5": b"1"},
        {"a.h5": b"2"},
        ["weights: other bytes (hdf5) (1 file, 1 bytes)"],
    ),
    "index of weights": (
        {"model.safetensors.index.json": b"1"},
        {"model.safetensors.index.json": b"2"},
        ["weights: `model.safetensors.index.json` changed"],
    ),
    "settings": (
        {"config.json": document(a=1, b=2, c=3, d=4)},
        {"config.json": document(b=3, c=4, d=5, e=6)},
        ["configuration: `config.json` a removed: 1; `config.json` b 2 -> 3; `config.json` c 3 -> 4; 2 more settings"],
    ),
    "settings that are no JSON": ({"a.yaml": b"1"}, {"a.yaml": b"2"}, ["configuration: `a.yaml` changed"]),
    "tokens": (
        {"tokenizer.json": document(model={"vocab": UNIGRAM, "merges": []}, added_tokens=[])},
        {
            "tokenizer.json": document(
                model={"vocab": UNIGRAM[::-1], "merges": ["a b"]},
                added_tokens=[{"id": number, "content": f"<{number}>", "special": True} for number in range(5)],
            )
        },
        [
            (
                "tokenizer: `tokenizer.json` vocabulary 2 -> 7: 5 tokens added, 2 tokens renumbered, "
                "special now: `<0>`, `<1>`, `<2>` and 2 more, 0 -> 1 merge rules"
            )
        ],
    ),
    "templates": (
        {f"additional_chat_templates/{name}.jinja": b"1" for name in "abcd"},
        {f"additional_chat_templates/{name}.jinja": b"2" for name in "abcd"},
        [
            "chat template: "
            + "; ".join(f"`additional_chat_templates/{name}.jinja` +1 -1 lines" for name in "abc")
            + "; 1 more text"
        ],
    ),
    "layout": (
        {"config.json": document(a=1), "x.png": b"1"},
        {"config.json": b'{"a":1}', "x.png": b"2"},
        ["other: `x.png` changed; `config.json` changed, the same settings in another layout"],
    ),
    "many": (
        {},
        {f"{number}.png": b"%d" % number for number in range(5)},
        ["other: `0.png` added, `1.png` added, `2.png` added and 2 more files"],
    ),
    "moved": ({"a.png": b"1"}, {"b.png": b"1"}, ["other: `a.png` renamed to `b.png`"]),
    "unread": (
        {"config.json": b"{}", "tokenizer_config.json": b"{}"},
        {"config.json": b"\x1b", "tokenizer_config.json": b"["},
        [
            "configuration: `config.json` changed",
            "tokenizer: `tokenizer_config.json` changed",
            (
                "could not be compared: `config.json` (cannot read `config.json`: "
                "Expecting value: line 1 column 1 (char 0)) and 1 more file"
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_line_for_each_class(name: str) -> None:
    before, after, lines = CASES[name]
    assert list(class_lines(compared(before, after))) == lines


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("", "auto", "gated: its hub asks for consent now (auto)"),
        ("auto", "", "gated: its hub asks for consent no more"),
        ("auto", "manual", "gated: auto -> manual"),
    ],
)
def test_gates(before: str, after: str, line: str) -> None:
    files = models.bert_classifier()
    found = compare(side(files, "a" * 40, gated=before), side(files, "b" * 40, gated=after))
    assert list(class_lines(found)) == [line]


@pytest.mark.parametrize("text", ["plain", "a`b", "``", "`", "a\n#b", "\x1b[31m", "```` x"])
def test_code_spans_end_where_they_shall(text: str) -> None:
    span = code_span(text)
    fence = span[: len(span) - len(span.lstrip("`"))]
    inner = span[len(fence) : -len(fence)]
    assert span.endswith(fence) and "\n" not in span and "\x1b" not in span
    assert fence not in inner.replace(fence + "`", "")


def test_code_blocks_end_where_they_shall() -> None:
    lines = code_block(["```", "````` x", "<b>"]).splitlines()
    assert lines[0] == "``````text" and lines[-1] == "``````"


def report(comparison: Comparison | None, **values: object) -> Report:
    key = ModelKey("huggingface", "acme/m")
    return Report(change="changed", key=key, before="a" * 40, after="b" * 40, comparison=comparison, **values)  # type: ignore[arg-type]


def test_details_that_are_seldom() -> None:
    comparison = Comparison(
        before="a" * 40,
        after="b" * 40,
        classes=("weights",),
        pickles=(PickleChange(path="m.bin", added=("os.system",), removed=("a.b",)),),
        texts=(TextChange(path="long.py", of="code"), TextChange(path="x.py", of="code", lines=("+\ta",), cut=3)),
    )
    text = diff_text([report(comparison, doubts=("its history: \x1b",))], Style())
    for part in ("    + os.system\n    - a.b\n", "too long to compare line by line", "+    a\n    … and 3 more lines"):
        assert part in text
    assert r"not known: its history: \x1b" in text
    colored = diff_text([report(comparison)], Style(color=True))
    assert "\x1b[32m" in colored and "\x1b[31m" in colored


def test_markdown_of_every_kind_of_change() -> None:
    card = Comparison(before="a" * 40, after="b" * 40, classes=("card",))
    assert "Nothing that a loader reads changed (card)." in diff_markdown([report(card)], Style())
    assert "What changed is not known." in diff_markdown([report(None)], Style())
    key = ModelKey("huggingface", "acme/m")
    texts = {"added": "Locked for the first time.", "removed": "Locked no more.", "same": "Nothing changed."}
    for change, text in texts.items():
        assert text in diff_markdown([Report(change=change, key=key, before="a" * 40)], Style())  # type: ignore[arg-type]


def test_markdown_of_thousands_of_models_is_cut() -> None:
    card = Comparison(before="a" * 40, after="b" * 40, classes=("card",))
    text = diff_markdown([report(card)] * 2000, Style())
    assert len(text) < 65_536
    assert text.endswith("shows everything.*\n")
