"""What kind of change each is, how grave, and why."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from embedded_hub import models
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.movement import STATES
from ptmdeps.upgrade.report import Report
from ptmdeps.upgrade.verdict import KINDS, RULES, SEVERITIES, Verdict, judge
from tests.unit.upgrade.worlds import Files, compared, document, side, tensors
from tests.worlds import key

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "what-kind-of-change.md"
BERT = models.bert_classifier()
TAKEN = frozenset(path for path in BERT if path != "README.md")
CONFIG = document(model_type="bert", hidden_size=16, transformers_version="4.40.0", problem_type="x")
CARD = b"---\nlicense: apache-2.0\n---\n# A model\n"
WEIGHTS = {"model.safetensors": tensors(1, a=(2,), b=(3,))}
TOKENS = {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}


def tokenizer(vocabulary: dict[str, int], **rest: object) -> bytes:
    return document(model={**TOKENS, "vocab": vocabulary}, **rest)


def special(*names: str) -> list[dict[str, object]]:
    return [{"id": 100 + number, "content": name, "special": True} for number, name in enumerate(names)]


CASES: dict[str, tuple[Files, Files, str, str, tuple[str, ...]]] = {
    "nothing": (WEIGHTS, WEIGHTS, "nothing", "none", ()),
    "card": ({"README.md": CARD}, {"README.md": CARD + b"More.\n"}, "card", "patch", ("documents",)),
    "licence": (
        {"README.md": CARD},
        {"README.md": CARD.replace(b"apache-2.0", b"mit")},
        "card",
        "major",
        ("license", "documents"),
    ),
    "text of the licence": ({"LICENSE": b"old"}, {"LICENSE": b"new"}, "card", "minor", ("license-text",)),
    "layout": (
        {"config.json": document(a=1, b=2)},
        {"config.json": b'{"b": 2, "a": 1}'},
        "configuration",
        "patch",
        ("layout",),
    ),
    "setting": (
        {"config.json": CONFIG},
        {"config.json": CONFIG.replace(b'"x"', b'"y"')},
        "configuration",
        "minor",
        ("settings",),
    ),
    "version that saved it": (
        {"config.json": CONFIG},
        {"config.json": CONFIG.replace(b"4.40.0", b"5.0.0")},
        "configuration",
        "patch",
        ("saved-with",),
    ),
    "generation": (
        {"generation_config.json": document(temperature=1.0)},
        {"generation_config.json": document(temperature=0.6)},
        "configuration",
        "minor",
        ("generation",),
    ),
    "size of the network": (
        {"config.json": CONFIG},
        {"config.json": CONFIG.replace(b"16", b"32")},
        "architecture",
        "major",
        ("architecture",),
    ),
    "no configuration any more": (
        {"config.json": CONFIG, "a.txt": b""},
        {"a.txt": b""},
        "architecture",
        "major",
        ("fewer-requirements", "saved-with", "architecture"),
    ),
    "template": (
        {"tokenizer_config.json": document(chat_template="x")},
        {"tokenizer_config.json": document(chat_template="y")},
        "template",
        "minor",
        ("template",),
    ),
    "tokens added": (
        {"tokenizer.json": tokenizer({"a": 0, "b": 1})},
        {"tokenizer.json": tokenizer({"a": 0, "b": 1, "c": 2})},
        "tokenizer",
        "minor",
        ("tokens-added",),
    ),
    "tokens renumbered": (
        {"tokenizer.json": tokenizer({"a": 0, "b": 1})},
        {"tokenizer.json": tokenizer({"a": 1, "b": 0})},
        "tokenizer",
        "major",
        ("tokens",),
    ),
    "special token gone": (
        {"tokenizer.json": tokenizer({"a": 0}, added_tokens=special("<s>", "<x>"))},
        {"tokenizer.json": tokenizer({"a": 0}, added_tokens=special("<s>"))},
        "tokenizer",
        "major",
        ("tokens", "special-tokens"),
    ),
    "another end": (
        {"special_tokens_map.json": document(eos_token="</s>")},
        {"special_tokens_map.json": document(eos_token="<|end|>")},
        "tokenizer",
        "major",
        ("special-tokens",),
    ),
    "texts split otherwise": (
        {"tokenizer.json": tokenizer({"a": 0}, pre_tokenizer={"type": "A"})},
        {"tokenizer.json": tokenizer({"a": 0}, pre_tokenizer={"type": "B"})},
        "tokenizer",
        "major",
        ("tokens",),
    ),
    "side of padding": (
        {"tokenizer_config.json": document(padding_side="left")},
        {"tokenizer_config.json": document(padding_side="right")},
        "tokenizer",
        "minor",
        ("tokenizer-settings",),
    ),
    "sentencepiece": ({"spiece.model": b"1"}, {"spiece.model": b"2"}, "tokenizer", "major", ("tokenizer-model",)),
    "code": ({"m.py": b"a = 1\n"}, {"m.py": b"a = 2\n"}, "code", "major", ("code",)),
    "code elsewhere": (
        {"config.json": document(auto_map={"AutoModel": "m.M"})},
        {"config.json": document(auto_map={"AutoModel": "eve/code--m.M"})},
        "code",
        "major",
        ("code",),
    ),
    "pickle": (
        {"m.bin": b"\x80\x02ccollections\nOrderedDict\n."},
        {"m.bin": b"\x80\x02cos\nsystem\n."},
        "weights",
        "major",
        ("pickle", "weights-unknown", "silent"),
    ),
    "safetensors become pickles": (
        WEIGHTS,
        {"pytorch_model.bin": b"\x80\x02N."},
        "weights",
        "major",
        ("pickle", "weights-unknown", "silent", "format"),
    ),
    "values, silently": (
        WEIGHTS,
        {"model.safetensors": tensors(2, a=(2,), b=(3,))},
        "weights",
        "minor",
        ("weights", "silent"),
    ),
    "values, and a card that says so": (
        {**WEIGHTS, "README.md": CARD},
        {"model.safetensors": tensors(2, a=(2,), b=(3,)), "README.md": CARD + b"Retrained.\n"},
        "weights",
        "minor",
        ("weights", "documents"),
    ),
    "other names": (WEIGHTS, {"w/model.safetensors": WEIGHTS["model.safetensors"]}, "weights", "patch", ()),
    "other files": (
        WEIGHTS,
        {
            "model-00001-of-00002.safetensors": tensors(1, a=(2,)),
            "model-00002-of-00002.safetensors": tensors(1, b=(3,)),
        },
        "weights",
        "minor",
        ("silent", "weights-rearranged"),
    ),
    "type": (WEIGHTS, {"model.safetensors": tensors(1, "f2", a=(2,), b=(3,))}, "weights", "minor", ()),
    "shapes": (
        WEIGHTS,
        {"model.safetensors": tensors(1, a=(2,), b=(4,))},
        "architecture",
        "major",
        ("tensors", "silent"),
    ),
    "hdf5": ({"m.h5": b"1"}, {"m.h5": b"2"}, "weights", "major", ("weights-unknown", "silent")),
    "unknown file": ({"x.dat": b"1"}, {"x.dat": b"2"}, "configuration", "minor", ("other-files",)),
    "broken": ({"config.json": CONFIG}, {"config.json": b"{"}, "unknown", "major", ("unread", "settings")),
}


@pytest.mark.parametrize("name", CASES)
def test_every_kind(name: str) -> None:
    before, after, kind, severity, rules = CASES[name]
    verdict = judge(compared(before, after))
    assert (verdict.kind, verdict.severity) == (kind, severity)
    if rules:
        assert set(verdict.rules) == set(rules)
    ranks = [SEVERITIES.index(RULES[rule].severity) for rule in verdict.rules]
    assert ranks == sorted(ranks, reverse=True)
    assert list(verdict.kinds) == sorted(verdict.kinds, key=KINDS.index)


def test_what_is_not_locked_is_a_document() -> None:
    verdict = judge(compared(BERT, {**BERT, "onnx/model.onnx": b"x", "extra.py": b"import os\n"}, taken=TAKEN))
    assert (verdict.kind, verdict.severity, verdict.rules) == ("card", "patch", ("documents",))
    assert verdict.mergeable({"card"})


def test_a_real_model_that_is_retrained_in_silence() -> None:
    verdict = judge(compared(BERT, models.bert_classifier(seed="v2"), taken=TAKEN))
    assert verdict.rules == ("weights", "silent")
    assert verdict.mergeable({"weights"}) and not verdict.mergeable({"card", "configuration"})


def test_a_gate_is_for_people() -> None:
    closed = judge(compare(side(BERT, "a" * 40), side(BERT, "b" * 40, gated="auto")))
    assert (closed.kind, closed.severity, closed.rules) == ("card", "major", ("gated",))
    assert not closed.mergeable({"card"})
    opened = judge(compare(side(BERT, "a" * 40, gated="auto"), side(BERT, "b" * 40)))
    assert (opened.severity, opened.mergeable({"card"})) == ("patch", True)


def test_what_was_not_compared_is_the_worst() -> None:
    verdict = judge(None)
    assert (verdict.kind, verdict.severity, verdict.certain) == ("unknown", "major", False)
    assert not verdict.mergeable(KINDS)


@pytest.mark.parametrize("name", ["weights-unknown", "unread"])
def test_what_cannot_be_looked_into_is_for_people(name: str) -> None:
    files = {"weights-unknown": "m.h5", "unread": "m.safetensors"}
    verdict = judge(compared({files[name]: b"1"}, {files[name]: b"2"}))
    assert name in verdict.rules and not verdict.certain
    assert not verdict.mergeable(KINDS)


@pytest.mark.parametrize("state", sorted(RULES.keys() & set(STATES)))
def test_what_happens_to_repositories_is_for_people(state: str) -> None:
    verdict = judge(compared(WEIGHTS, WEIGHTS), states=(state, "moved"))
    assert verdict.rules == (state,)
    assert not verdict.mergeable(KINDS)


def test_every_state_that_matters_has_a_rule() -> None:
    assert set(STATES) - RULES.keys() == {"moved", "pinned", "current"}


def test_a_report_knows_what_its_locks_say() -> None:
    code = LockedFile(path="m.py", size=1, sha256="1" * 64, format="python")
    model = LockedModel(key=key("acme/m"), revision="a" * 40, files=(code,))
    report = Report(change="changed", key=model.key, before="a" * 40, after="b" * 40)
    assert report.verdict.rules == ("not-compared",)
    same = replace(report, comparison=compared(WEIGHTS, WEIGHTS))
    assert same.verdict == Verdict()
    assert replace(report, change="added").verdict == Verdict()


def test_reasons_hold_nothing_of_anybody_else() -> None:
    hostile = "<!-- @all #1 \x1b[2J"
    verdict = judge(compared({f"{hostile}.py": b"1"}, {f"{hostile}.py": b"2"}))
    assert verdict.reasons == (RULES["code"].meaning,)
    assert all(re.fullmatch(r"[a-zA-Z ,-]+", rule.meaning) for rule in RULES.values())


def test_the_page_has_every_rule() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z-]+) \| (\w+) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    told = [(name, rule.kind or "-", rule.severity, rule.meaning) for name, rule in RULES.items()]
    assert rows == told
