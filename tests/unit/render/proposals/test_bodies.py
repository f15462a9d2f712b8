"""What people read of a pull request, by what changed."""

from __future__ import annotations

from typing import Any

import pytest

from embedded_hub import models
from ptmdeps.hubs.description import Revision
from ptmdeps.lockfile.model import License
from ptmdeps.proposing.proposal import REBASE_BOX, Affected, Upgraded
from ptmdeps.render.proposals import body, title
from ptmdeps.upgrade.change import Comparison, RequirementChange, ResultChange
from ptmdeps.upgrade.news import News
from ptmdeps.upgrade.notable import Notable
from ptmdeps.upgrade.report import Report
from tests.unit.render.proposals.proposals import NEW, OLD, everything, model, proposal, upgraded
from tests.unit.upgrade.worlds import Files, compared, document, tensors

TEMPLATE = document(chat_template="{{ a }}\n{{ b }}")
CASES: dict[str, tuple[Files, Files, list[str]]] = {
    "card": (
        {"README.md": b"old\n"},
        {"README.md": b"new @ada\n"},
        [
            "**Only the card changed** · suggested severity **patch**",
            "+new &#x40;ada",
            "| **card** `README.md` | -1 lines",
        ],
    ),
    "settings": (
        {"config.json": document(hidden_size=16, dropout=0.1)},
        {"config.json": document(hidden_size=32, dropout=0.1)},
        ["**The architecture changed**", "| `hidden_size` | `16` | `32` |"],
    ),
    "many settings": (
        {"config.json": document(**{f"key{number}": 1 for number in range(20)})},
        {"config.json": document(**{f"key{number}": 2 for number in range(20)})},
        ["**The configuration changed**", "… 12 more settings", "<summary>20 settings in", "| `key19` | `1` | `2` |"],
    ),
    "values": (
        {"model.safetensors": tensors(1, a=(2,))},
        {"model.safetensors": tensors(2, a=(2,))},
        [
            "**The weights changed** · suggested severity **minor**",
            "same tensors, **other values**",
            "**Nothing says so**",
        ],
    ),
    "tensors": (
        {"model.safetensors": tensors(1, a=(2,), b=(3,))},
        {"model.safetensors": tensors(1, "f2", a=(4,), c=(5,))},
        ["**The architecture changed**", "1 added, 1 removed", "`F32 [2]` | `F16 [4]`", "| parameters | 5 | 9 |"],
    ),
    "template": (
        {"tokenizer_config.json": TEMPLATE},
        {"tokenizer_config.json": document(chat_template="{{ a }}\n{{ c }}")},
        ["**The chat template changed**", "-&#x7b;&#x7b; b }}", "+&#x7b;&#x7b; c }}"],
    ),
    "tokens": (
        {"vocab.txt": b"[PAD]\na\nb\n"},
        {"vocab.txt": b"[PAD]\nb\nc\n"},
        [
            "**The tokenizer changed** · suggested severity **major**",
            "3 (1 added, 1 removed, 1 renumbered)",
            "do not fit",
        ],
    ),
    "code": (
        {"modeling.py": b"import torch\n"},
        {"modeling.py": b"import os\nimport torch\n"},
        ["**The code that loading runs changed**", "imports or calls what it did not**: `os`", "+import os"],
    ),
    "pickles": (
        {"model.safetensors": tensors(1, a=(2,))},
        {"pytorch_model.bin": models.bert_classifier(storage="pickle")["pytorch_model.bin"]},
        ["**Unpickling imports what it did not**", "**format**"],
    ),
    "nothing": ({"config.json": b"{}"}, {"config.json": b"{ }"}, ["**The configuration changed**", "patch"]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_changed_is_told(name: str) -> None:
    before, after, expected = CASES[name]
    # without a lock every file counts: code as much as weights
    found = body(proposal(upgraded(compared(before, after))), 60_000)
    assert [text for text in expected if text not in found] == []


def text(**changes: Any) -> str:
    return body(proposal(upgraded(Comparison(before=OLD, after=NEW), **changes)), 60_000)


def test_the_first_lines_say_what_moves_where() -> None:
    lines = text().split("\n")
    assert lines[0] == "**Nothing changed in its files** · suggested severity **none**."
    assert lines[2:5] == [
        "| model | locked → proposed | made | size | to download |",
        "| --- | --- | --- | --- | --- |",
        "| `acme/model` | `aaaaaaa` → `bbbbbbb` | 2026-02-19 | 1.0 MB | 0 bytes |",
    ]


def test_a_new_licence_comes_with_its_conditions() -> None:
    before = model(OLD, license=License(declared="apache-2.0", concluded="Apache-2.0", evidence="README.md"))
    after = model(NEW, license=License(declared="llama3.1", concluded="LicenseRef-llama3.1", evidence="README.md"))
    found = text(before=before, after=after)
    assert "**The licence is another one**: `Apache-2.0` → `LicenseRef-llama3.1`." in found
    assert ">   - another licence is needed from 700,000,000 monthly active users on\n" in found
    assert ">   - to be shown: `Built with Llama`\n" in found
    assert "| **licence** | `Apache-2.0` | `LicenseRef-llama3.1` |" in found


def test_a_licence_that_nobody_knows_is_to_be_read() -> None:
    after = model(NEW, license=License(declared="acme-1.0", concluded="LicenseRef-acme", evidence="README.md"))
    found = text(after=after)
    assert "none declared → `LicenseRef-acme`" in found.replace("`none declared`", "none declared")
    assert "What `LicenseRef-acme` asks for is not known here: read it." in found


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("recreated", "**Another repository has its name now** · suggested severity **major**"),
        ("owner-changed", "**It belongs to somebody else now** · suggested severity **major**"),
        ("rewritten", "its commits do not tell what changed between them"),
        ("tag-moved", "**The tag was moved**"),
        ("disabled", "Its hub took it out of circulation."),
    ],
)
def test_what_became_of_it_at_its_hub_is_told(state: str, said: str) -> None:
    report = Report(
        change="changed",
        key=model(NEW).key,
        states=(state,),  # type: ignore[arg-type]
        comparison=Comparison(before=OLD, after=NEW),
    )
    found = text(report=report)
    assert said in found and "> [!CAUTION]" in found


def test_gates_names_authors_figures_and_needs_are_told() -> None:
    commits = (Revision(commit="c" * 40, committed="2026-05-04T08:12:30Z", title="Retrain", authors=("Ada", "Eve")),)
    comparison = Comparison(
        before=OLD,
        after=NEW,
        gated=("", "manual"),
        results=(ResultChange(task="", dataset="acme/reviews", metric="accuracy", before="0.9", after="0.8"),),
        requirements=(RequirementChange(name="transformers", before=None, after="transformers>=5"),),
    )
    report = Report(
        change="changed",
        key=model(NEW).key,
        comparison=comparison,
        news=News(commits=commits, count=9, found=True, new_authors=("Eve",)),
        notables=(Notable(kind="pickle", model="acme/model", text="unpickling `acme/model` imports `os.system`"),),
    )
    found = text(report=report, before=model(OLD, "acme/old"))
    for said in (
        "**Its hub asks for consent now**",
        "**It has another name**: `acme/old` is `acme/model` now.",
        "First commits to it by `Eve`.",
        "| `ccccccc` | 2026-05-04 | `Ada`, `Eve` **new** | `Retrain` |",
        "… and 8 earlier",
        "| `accuracy` on `acme/reviews` | `0.9` | `0.8` |",
        "| needs `transformers` | — | <code>&gt;&#x3d;5</code> |",
        "Unpickling `acme/model` imports `os.system`.",
    ):
        assert said in found, said


def test_impact_and_commands_are_there() -> None:
    affected = Affected(
        places=tuple(f"src/app.py:{number}" for number in range(1, 8)),
        dependents=("acme/adapter",),
        groups=("default", "serving"),
    )
    found = body(
        proposal(
            upgraded(affected=affected, rollback="ptmdeps upgrade acme/model --to aaaa", fixes=("PTM204 Pickle",)),
            automerge="nothing but card changed",
        ),
        60_000,
    )
    for said in (
        "**Not everything could be compared** · suggested severity **major**: what changed is not known.",
        "**In this project:** loaded at `src/app.py:1`, `src/app.py:2`",
        "and 2 more; needed by `acme/adapter`; in group `serving`.",
        "<summary>7 places that load it</summary>",
        "git switch ptmdeps/acme-model-bbbbbbb\nptmdeps sync\nptmdeps diff acme/model aaaaaaaaaaaa..bbbbbbbbbbbb\n",
        "ptmdeps upgrade acme/model --to aaaa\n",
        '{ model = "huggingface:acme/model", reason = "…" },',
        "**Flagged by `ptmdeps check` before, and no more:**\n\n- `PTM204` Pickle",
        "It merges itself as soon as the checks pass: nothing but card changed.",
        f"- [ ] {REBASE_BOX} ",
    ):
        assert said in found, said


def test_groups_tell_the_gravest_first() -> None:
    light = upgraded(compared(*CASES["card"][:2]), "acme/light")
    broad = upgraded(compared(*CASES["settings"][:2]), "acme/broad")
    heavy = upgraded(compared(*CASES["code"][:2]), "acme/heavy")
    found = body(proposal(light, broad, heavy, group="encoders"), 60_000)
    assert found.startswith("**The architecture changed** · suggested severity **major**")
    order = [found.index(f"### `acme/{name}`") for name in ("heavy", "broad", "light")]
    assert order == sorted(order)
    assert "| `acme/heavy` | code, **major** | `aaaaaaa` → `bbbbbbb` |" in found
    assert found.count("- [ ]") == 1


def test_what_matters_survives_cutting() -> None:
    for limit in (6_000, 7_000):
        found = body(everything("acme"), limit)
        assert len(found) <= limit
        assert found.startswith("**Another repository has its name now**")
        assert "**Its code imports or calls what it did not**" in found
        assert "_Left out, because it does not fit here:" in found and "`ptmdeps diff` shows everything." in found
        assert REBASE_BOX in found and "ptmdeps upgrade 'acme'" in found


def _moved(name: str, after: str) -> Upgraded:
    return upgraded(name=name, after=model(NEW, after))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (proposal(upgraded()), "Update acme/model aaaaaaa → bbbbbbb"),
        (proposal(upgraded(), prefix="chore(models): "), "chore(models): update acme/model aaaaaaa → bbbbbbb"),
        (proposal(_moved("acme/a", "acme/b")), "Update acme/a to acme/b aaaaaaa → bbbbbbb"),
        (proposal(upgraded(after=model(NEW, ref="v2"))), "Update acme/model (v2) aaaaaaa → bbbbbbb"),
        (proposal(upgraded(), upgraded(name="acme/b"), group="encoders"), "Update 2 models of encoders"),
        (proposal(upgraded(), upgraded(name="acme/b", along=True)), "Update acme/model aaaaaaa → bbbbbbb"),
    ],
)
def test_titles_say_what_moves(given: object, expected: str) -> None:
    assert title(given) == expected  # type: ignore[arg-type]


def test_long_names_are_cut_in_the_middle() -> None:
    found = title(proposal(upgraded(name=f"acme/{'x' * 200}-large"), prefix="chore(models): "))
    assert len(found) <= 200 and "…" in found and found.endswith("xxx-large aaaaaaa → bbbbbbb")
