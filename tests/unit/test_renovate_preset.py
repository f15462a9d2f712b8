"""The preset for Renovate finds what a lock pins; ``tests/external/try_renovate.py`` asks Renovate itself."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lockfiles.examples import GOLDEN
from ptmdeps.cli import COMMANDS
from ptmdeps.lockfile import LockedModel, dumps

ROOT = Path(__file__).parents[2]
PRESET: dict[str, Any] = json.loads((ROOT / "renovate" / "default.json").read_text())
GOLDEN_FILES = sorted((ROOT / "lockfiles" / "golden").glob("*.lock"))
HUBS = {"huggingface": "https://huggingface.co", "torchhub": "https://github.com"}
Found = tuple[str, str, str, str]
"""What Renovate calls it, its Git repository, its ref (empty: the default one), its revision."""


def found(text: str) -> list[Found]:
    """What Renovate reads from a lock: every manager of the preset, as its regular expressions and templates say."""
    return sorted(one for manager in PRESET["customManagers"] for one in matched(manager, text))


def matched(manager: dict[str, Any], text: str) -> Iterator[Found]:
    (expression,) = manager["matchStrings"]
    # JavaScript and RE2 write groups like this, and mean ASCII by `\w`
    for match in re.finditer(expression.replace("(?<", "(?P<"), text, re.ASCII):
        groups = match.groupdict()
        name = filled(manager.get("depNameTemplate", "{{{depName}}}"), groups)
        yield (
            name,
            filled(manager["packageNameTemplate"], groups),
            groups["currentValue"] or "",
            groups["currentDigest"],
        )


def filled(template: str, groups: dict[str, str]) -> str:
    return re.sub(r"\{\{\{(\w+)\}\}\}", lambda variable: groups[variable[1]], template)


def expected(models: tuple[LockedModel, ...]) -> list[Found]:
    # neither hub has names of other letters
    pins = (model for model in models if model.key.hub in HUBS and model.key.name.isascii())
    return sorted((m.key.label, f"{HUBS[m.key.hub]}/{m.key.name}", m.ref, m.revision) for m in pins)


@pytest.mark.parametrize("path", GOLDEN_FILES, ids=lambda path: path.stem)
def test_every_pin_is_found_and_nothing_else(path: Path) -> None:
    assert found(path.read_text()) == expected(GOLDEN[path.stem].models)


def test_the_golden_files_have_what_the_preset_looks_for() -> None:
    models = [model for lockfile in GOLDEN.values() for model in lockfile.models]
    assert {model.key.hub for model in models} > set(HUBS)
    assert {bool(model.ref) for model in models} == {True, False}


@pytest.mark.parametrize("name", ["acme/a b", 'acme/"', "acme/$(id)", "-acme/tiny", "acme/tiny/more", "acme/t;id", ""])
def test_names_that_a_command_must_not_hold_are_not_found(name: str) -> None:
    """The name goes into the command that locks anew; hubs have no such names, but a lock can be edited."""
    text = dumps(GOLDEN["typical"])
    model = next(model for model in GOLDEN["typical"].models if model.key.hub == "huggingface")
    before = found(text)
    after = found(text.replace(f"name = {json.dumps(model.key.name)}\n", f"name = {json.dumps(name)}\n"))
    assert after == [one for one in before if one[0] != model.key.name] != before


def test_revisions_that_are_no_commits_are_not_found() -> None:
    text = dumps(GOLDEN["typical"])
    for revision in ("1" * 64, "1" * 39, "1.0", "A" * 40):
        assert found(re.sub(r'^revision = ".*"$', f'revision = "{revision}"', text, flags=re.MULTILINE)) == []


def test_expressions_are_those_of_re2() -> None:
    """Renovate uses RE2, which has neither a look around nor a reference back."""
    for manager in PRESET["customManagers"]:
        assert not re.search(r"\(\?<?[=!]|\\[1-9]|\(\?>|[*+?]\+", manager["matchStrings"][0])


def test_only_locks_are_read() -> None:
    for manager in PRESET["customManagers"]:
        (pattern,) = manager["managerFilePatterns"]
        read = [name for name in ("ptm.lock", "a/b/ptm.lock", "xptm.lock", "ptm.lock.txt") if matches(pattern, name)]
        assert read == ["ptm.lock", "a/b/ptm.lock"]


def matches(pattern: str, name: str) -> bool:
    assert pattern.startswith("/") and pattern.endswith("/")
    return re.search(pattern[1:-1], name) is not None


def test_refs_that_do_not_move_are_left_alone() -> None:
    """And none becomes another: which one is meant, the code says."""
    (rule,) = (rule for rule in PRESET["packageRules"] if "matchCurrentValue" in rule)
    assert rule["enabled"] is False
    refs = ("main", "v1.0", "refs/pr/7", "1" * 40, "1" * 39, "1" * 41)
    assert [ref for ref in refs if matches(rule["matchCurrentValue"], ref)] == ["refs/pr/7", "1" * 40]
    assert {manager["versioningTemplate"] for manager in PRESET["customManagers"]} == {"exact"}, (
        "no ref becomes another"
    )


def test_its_commands_are_ours() -> None:
    (tasks,) = (rule["postUpgradeTasks"] for rule in PRESET["packageRules"] if "postUpgradeTasks" in rule)
    notes = [note for rule in PRESET["packageRules"] for note in rule.get("prBodyNotes", ())]
    shown = [code for note in notes for code in re.findall("`([^`]+)`", note)]
    calls = [shlex.split(command) for command in (*tasks["commands"], *shown)]
    assert [call[:2] for call in calls] == [["ptmdeps", "lock"], ["ptmdeps", "diff"]]
    assert {call[1] for call in calls} <= set(COMMANDS)
