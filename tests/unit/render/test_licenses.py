"""Licences as text, JSON, CSV, Markdown and notice: what others wrote cannot become anything else."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.licenses.places import ways_to, written_sites
from ptmdeps.lockfile.model import Ancestor, License, LockedModel
from ptmdeps.manifest.policy import Policy
from ptmdeps.render.licenses import FORMATS, Report, notice, total
from tests.licensed import QUIET, ancestor, came, judged, lock, model, says

ESCAPE = "\x1b[31m\n\u202e| <b>`=1+1`</b> -->"
HOSTILE = License(declared=ESCAPE, concluded=ESCAPE, evidence=ESCAPE, text=ESCAPE, sha256=ESCAPE, recognized="MIT")


def report(*things: LockedModel | Ancestor, policy: Policy = QUIET, color: bool = False) -> Report:
    locked = lock(*things)
    ways = ways_to(locked, written_sites(locked))
    return Report(verdicts=judged(*things, policy=policy), ways=ways, color=color)


def hostile() -> Report:
    named = replace(
        model("acme/x", HOSTILE, came("finetune", "acme/b")), key=ModelKey("huggingface", f"=acme/{ESCAPE}")
    )
    return report(named, ancestor("acme/b", HOSTILE), model("acme/y", "llama2"), policy=Policy())


@pytest.mark.parametrize("name", [*FORMATS, "notice"])
def test_nothing_that_a_terminal_obeys_comes_through(name: str) -> None:
    text = notice(hostile()) if name == "notice" else FORMATS[name](hostile())
    assert text.replace("\n", "").isprintable()
    assert "acme/y" in text


def test_no_cell_is_a_formula_and_rows_are_whole() -> None:
    rows = list(csv.reader(io.StringIO(FORMATS["csv"](hostile()))))
    assert len(rows) == 3 and len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_markdown_has_no_markup_of_others() -> None:
    text = FORMATS["markdown"](hostile())
    assert "<b>" not in text and "-->" not in text
    tables = [line for line in text.splitlines() if line]
    assert all(line.startswith(("| ", "|-")) for line in tables)


def test_json_tells_everything() -> None:
    things = (model("acme/x", "mit", came("finetune", "acme/b")), ancestor("acme/b", "llama2"))
    (found,) = json.loads(FORMATS["json"](report(*things)))["models"]
    assert (found["outcome"], found["effective"]) == ("conflict", "MIT AND LicenseRef-llama2")
    assert found["path"] == ["app.py", "acme/x"]
    assert {one["manner"] for one in found["licenses"]} == {"own", "derived"}
    (one,) = (one for one in found["answers"] if one["rule"] == "PTM208")
    assert one["steps"] == [{"to": "acme/b", "relation": "finetune", "evidence": "README.md", "confidence": "declared"}]


def test_what_is_fine_is_one_line() -> None:
    text = FORMATS["text"](report(model("acme/a", "mit"), model("acme/b", "mit"), model("acme/c", "apache-2.0")))
    assert text == "ok: 3 models: Apache-2.0 (1), MIT (2)\n"


def test_many_adapters_of_one_base_are_one_block() -> None:
    base = model("acme/b", "cc-by-nc-4.0")
    adapters = [model(f"acme/l{index}", "cc-by-nc-4.0", came("runtime:adapter", "acme/b")) for index in range(9)]
    text = FORMATS["text"](report(base, *adapters, policy=replace(QUIET, commercial=True)))
    assert text.count("conflict[PTM205]: `acme/b` is under `CC-BY-NC-4.0`, which forbids commercial use; likewise") == 1
    assert "`acme/l0`, `acme/l1`, `acme/l2` and 6 more" in text


def test_colours_are_only_there_when_asked_for() -> None:
    things = (model("acme/a"),)
    assert "\x1b[" in FORMATS["text"](report(*things, color=True))
    assert "\x1b[" not in FORMATS["text"](report(*things))


def test_the_notice_has_sections_words_texts_and_the_unknown() -> None:
    things = (
        model("acme/Llama", says("llama3.1", text="LicenseRef-llama3.1")),
        model("acme/Llama-lora", "llama3.1", came("runtime:adapter", "acme/Llama")),
        model("acme/q", "LicenseRef-scancode-qwen-2024"),
        model("acme/mute"),
    )
    text = notice(report(*things))
    for line in (
        "LicenseRef-llama3.1\n-------------------\n",
        "Text: https://github.com/meta-llama/",
        "Display:\n  Built with Llama\n",
        "  acme/Llama at 0123456789abcdef0123456789abcdef01234567\n",
        f"    its text: LICENSE (sha256 {'0' * 64})\n    binds as well: acme/Llama-lora\n",
        "Licence unknown\n---------------\n  acme/mute\n",
    ):
        assert line in text
    assert text == notice(report(*reversed(things)))


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ("cc-by-nc-4.0", "Use them for non-commercial purposes only."),
        ("intel-research", "Use them for research only."),
        ("gpl-3.0", "What is made of them stays under this licence."),
        ("cc-by-nd-4.0", "Give away unchanged copies only."),
        ("apache-2.0", "Say in changed files that they were changed."),
        ("gemma", "Bind whoever gets the models, or what is made of them, to the same."),
    ],
)
def test_what_the_notice_says_is_to_be_done(declared: str, words: str) -> None:
    assert f"  - {words}\n" in notice(report(model("acme/x", declared)))


def test_the_notice_says_what_is_only_guessed_and_what_the_policy_names() -> None:
    guessed = model("acme/x", "mit", came("base-model", "acme/b", file="config.json"))
    text = notice(report(guessed, ancestor("acme/b", "llama2")))
    assert "    binds as well: acme/x (as it seems)\n" in text
    own = notice(report(model("acme/x", "Acme Licence"), policy=replace(QUIET, allow=("Acme Licence",))))
    assert "  acme/x (declares `Acme Licence`)\n" in own


def test_ways_go_over_what_needs_a_model() -> None:
    locked = lock(model("acme/lora", "mit", came("runtime:adapter", "acme/b")), model("acme/b", "mit"))
    only_lora = {(ModelKey("huggingface", "acme/lora"), ""): ("app.py:3",)}
    assert ways_to(locked, only_lora) == (("app.py:3", "acme/lora", "acme/b"), ("app.py:3", "acme/lora"))
    assert ways_to(locked, {}) == (("acme/b",), ("acme/lora",))


def test_totals() -> None:
    assert total(()) == "0 models"
    assert total(judged(model("acme/a"), model("acme/b", "mit"))) == "2 models: 1 unknown, 1 ok"
