from __future__ import annotations

import json

import pytest

from ptmdeps.hubs.description import Revision
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.evaluations import Result
from ptmdeps.render.models import Style
from ptmdeps.render.show import SHOW_FORMATS
from ptmdeps.render.show.document import show_json
from ptmdeps.render.show.lines import in_one_line, lines
from ptmdeps.render.show.text import LONGEST_LINE, SHOWN_LINES, SHOWN_WORDS, show_text
from ptmdeps.showing.element import Answer, Element, Known, Missing, Shown
from ptmdeps.showing.evidence import Evidence
from ptmdeps.showing.values import (
    Access,
    Code,
    Hashes,
    Length,
    LicenseClaim,
    Memory,
    Newer,
    Parameters,
    Part,
    PickleImports,
    Relation,
    Release,
    Scan,
    Share,
    Size,
    Software,
    Value,
    Version,
)

COMMIT = "abcdef012345" + "0" * 28
REVISION = Revision(commit=COMMIT, committed="2024-01-01T10:00:00Z", title="Retrain")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", ["text"]),
        (1234567, ["1,234,567"]),
        ((), ["none"]),
        (("a b", "c"), ["a b", "c"]),
        ((Relation(name="acme/base", relation="adapter"),), ["acme/base (adapter)"]),
        (Software(library="timm"), ["timm"]),
        (
            Software(library="peft", saved_with=("peft 0.1", "torch 2")),
            ["peft (saved with peft 0.1, torch 2)"],
        ),
        (Memory(size=1_500_000, types=(Share(kind="F32", size=1_500_000),)), ["1.5 MB in F32"]),
        (
            Memory(size=30, types=(Share(kind="F16", size=10), Share(kind="F32", size=20))),
            ["30 bytes (F16 10 bytes, F32 20 bytes)"],
        ),
        (Memory(size=30), ["about 30 bytes, the size of the files"]),
        ((Share(kind="onnx", files=2, size=9),), ["onnx: 2 files, 9 bytes"]),
        (
            Size(locked_files=1, locked_size=2, files=3, size=4),
            ["locked: 1 file, 2 bytes", "repository: 3 files, 4 bytes"],
        ),
        (
            LicenseClaim(declared="mit", concluded="MIT", texts=("LICENSE",)),
            ["MIT (declared as mit)", "text in LICENSE"],
        ),
        (LicenseClaim(declared="MIT", concluded="MIT"), ["MIT"]),
        (
            LicenseClaim(declared="own", link="https://a.example"),
            ["own (no licence that is known by this name)", "text at https://a.example"],
        ),
        (LicenseClaim(texts=("LICENSE",)), ["nothing declared", "text in LICENSE"]),
        (Access(), ["open to everybody"]),
        (Access(private=True), ["private"]),
        (Access(gated="auto", disabled=True, terms="Agree"), ["disabled by the hub, after consent", "terms: Agree"]),
        (Access(gated="odd"), ["gated (odd)"]),
        (Version(revision=COMMIT), [f"the default branch at {COMMIT}"]),
        (Version(revision=COMMIT, ref="v1", tags=("v1", "best")), [f"v1 at {COMMIT}, tagged v1, best"]),
        (Newer(branch="main", head=COMMIT), ["none: this is the newest of main"]),
        (
            Newer(branch="main", head=COMMIT, count=2, tags=("v2",), commits=(REVISION,), successor="acme/next"),
            [
                "2 commits on main since, the last one abcdef012345 of 2024-01-01",
                "newer tags: v2",
                "its card names a successor: acme/next",
            ],
        ),
        (
            Newer(branch="", head=COMMIT, count=1000, more=True, moved="f" * 40),
            ["more than 1,000 commits on the default branch since", "the ref leads to ffffffffffff now"],
        ),
        (
            Newer(branch="main", head=COMMIT, count=1, unrelated=True),
            ["main leads to abcdef012345, and its history does not hold this revision"],
        ),
        (
            Newer(branch="", head="", successor="acme/next"),
            ["commits and tags since are not known", "its card names a successor: acme/next"],
        ),
        (Scan(done=True), ["done, no file flagged"]),
        (Scan(done=False), ["under way, no file flagged yet"]),
        (Scan(done=True, flagged=(("a.bin", "unsafe"),)), ["a.bin: unsafe"]),
        (
            (PickleImports(path="a.bin", globals=("a.b", "os.system"), suspicious=("os.system",), incomplete="cut"),),
            ["a.bin: a.b, os.system", "  can do more than build a model: os.system", "  there may be more: cut"],
        ),
        ((PickleImports(path="a.bin"),), ["a.bin: nothing"]),
        (Code(), ["none that loading runs"]),
        (Code(allowed=("a.py",), files=("a.py",)), ["runs only if it is allowed: a.py", "Python files: a.py"]),
        (Hashes(sha256=3), ["SHA-256 of 3 files"]),
        (Hashes(sha256=1, git=4), ["SHA-256 of 1 file, of 4 only Git's digest"]),
        (Parameters(total=5_090, types=(("F32", 5_090),)), ["5,090 in F32"]),
        (Parameters(total=3, types=(("F16", 1), ("F32", 2))), ["3 (F16 1, F32 2)"]),
        (Parameters(total=109_482_240, types=(("F32", 109_482_240),)), ["109 million (F32 109,482,240)"]),
        (Parameters(total=7_000_000_000, types=(("BF16", 7_000_000_000),)), ["7 billion (BF16 7,000,000,000)"]),
        (Length(tokens=4096), ["4,096 tokens"]),
        ((Part(name="unet", made_by="diffusers.UNet"),), ["unet (diffusers.UNet)"]),
        ((Result(task="t", dataset="d", metric="acc", value="0.9", source="s"),), ["d, t: acc 0.9 (s)"]),
        ((Result(value="0.9"),), ["0.9"]),
        ((Release(tag="v1", revision=COMMIT, committed="2024-01-01T00:00:00Z"),), ["v1 abcdef012345 2024-01-01"]),
        ((REVISION,), ["abcdef012345 2024-01-01 Retrain"]),
    ],
)
def test_every_value_has_lines(value: Value, shown: list[str]) -> None:
    assert lines(value) == shown


def test_words_stand_beside_one_another() -> None:
    assert in_one_line(("a", "stanfordnlp/sst2")) == ["a", "stanfordnlp/sst2"]
    assert in_one_line(("two words",)) == in_one_line(("https://a.example",)) == in_one_line("text") == []
    assert in_one_line((Part(name="a", made_by="b"),)) == []


def _nothing(_: Evidence) -> Answer:
    return Missing(reason="")


def shown(*answers: Answer) -> Shown:
    elements = (
        Element(group=f"group {number // 2}", name=f"name {number}", meaning="", sources="", collect=_nothing)
        for number in range(len(answers))
    )
    key = ModelKey("huggingface", "acme/model")
    return Shown(key=key, ref="v1", revision=COMMIT, locked=True, answers=tuple(zip(elements, answers, strict=True)))


def test_text_is_a_table_and_a_sum() -> None:
    text = show_text(
        shown(Known(value="text", source="hub"), Missing(reason="why"), Known(value=3, source="a, b")), Style()
    )
    assert text == (
        "acme/model@v1 abcdef012345 (locked)\n"
        "\n"
        "Group 0\n"
        "name 0   hub   text\n"
        "name 1   -     missing: why\n"
        "\n"
        "Group 1\n"
        "name 2   a, b  3\n"
        "\n"
        "2 of 3 elements known; missing: name 1\n"
    )


def test_what_is_long_is_cut_unless_everything_is_asked_for() -> None:
    notes = tuple(f"note {number}" for number in range(SHOWN_LINES + 3))
    words = tuple(f"tag{number}" for number in range(SHOWN_WORDS + 2))
    value = shown(Known(value=notes, source="a"), Known(value=words, source="b"), Known(value="x" * 900, source="c"))
    cut, whole = show_text(value, Style()), show_text(value, Style(), everything=True)
    assert "note 7\n" in cut and "note 8" not in cut and "… and 3 more; --all shows them" in cut
    assert "tag19, … and 2 more; --all shows them" in cut
    assert "x" * LONGEST_LINE + "…" in cut and "x" * 301 not in cut
    assert "note 10" in whole and "tag21" in whole and "x" * 900 in whole and "--all" not in whole


def test_one_line_more_is_shown_instead_of_saying_so() -> None:
    notes = tuple(f"note {number}" for number in range(SHOWN_LINES + 1))
    assert "note 8" in show_text(shown(Known(value=notes, source="a")), Style())


def test_a_terminal_is_filled_and_not_exceeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    value = shown(
        Known(value="word " * 50, source="a_long_name_of_a_configuration_file.json"), Missing(reason="no " * 40)
    )
    text = show_text(value, Style(fit=True))
    assert max(map(len, text.splitlines())) <= 60
    assert text.count("word") == 50


def test_hostile_texts_do_not_reach_the_terminal() -> None:
    bad = "\x1b[2J\x07 \u202e\n\tx"
    value = shown(Known(value=bad, source=bad), Known(value=(bad, "b c"), source="s"), Missing(reason=bad))
    for form in SHOW_FORMATS.values():
        text = form(value, Style(), everything=True)
        assert all(char.isprintable() or char == "\n" for char in text)


def test_json_has_everything() -> None:
    document = json.loads(
        show_json(shown(Known(value=(Part(name="a", made_by="b"),), source="s"), Missing(reason="why")))
    )
    assert document == {
        "version": 1,
        "model": {"hub": "huggingface", "name": "acme/model", "ref": "v1", "revision": COMMIT, "locked": True},
        "elements": [
            {
                "group": "group 0",
                "name": "name 0",
                "value": [{"name": "a", "made_by": "b"}],
                "source": "s",
                "missing_reason": None,
            },
            {"group": "group 0", "name": "name 1", "value": None, "source": None, "missing_reason": "why"},
        ],
        "complete": 1,
        "of": 2,
    }
