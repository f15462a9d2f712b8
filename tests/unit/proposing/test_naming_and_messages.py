"""Names of branches that Git and every forge take, and commit messages that people and programs read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.forges.protocol import Commit, FileEdit
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.difference import Changed
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.proposing.messages import edits_digest, message, prefix_of, signed_digest
from ptmdeps.proposing.naming import LONGEST, branch_of_group, branch_of_model, shortened
from ptmdeps.proposing.offering import written
from ptmdeps.proposing.proposal import Proposal, Upgraded
from ptmdeps.upgrade.locks import Detailed
from ptmdeps.upgrade.report import of_difference
from tests.unit.proposing.project import commit, model

SHA = "6d2f3c1" + "0" * 33


def locked(name: str, ref: str = "", hub: str = "huggingface") -> LockedModel:
    return LockedModel(key=ModelKey(hub, name), ref=ref, revision=commit("1"))


@pytest.mark.parametrize(
    ("name", "ref", "hub", "revision", "branch"),
    [
        ("google-bert/bert-base-uncased", "", "huggingface", SHA, "ptmdeps/google-bert-bert-base-uncased-6d2f3c1"),
        ("acme/a", "v1.0", "huggingface", SHA, "ptmdeps/acme-a-v1.0-6d2f3c1"),
        ("acme/a", "refs/pr/1", "huggingface", SHA, "ptmdeps/acme-a-refs-pr-1-6d2f3c1"),
        ("library/llama", "", "ollama", f"sha256:{'a' * 64}", "ptmdeps/ollama-library-llama-aaaaaaa"),
        ("en_core_web_sm", "", "spacy", "3.8.0", "ptmdeps/spacy-en_core_web_sm-3.8.0"),
        ("acme/$(rm -rf ~)..lock", "", "huggingface", SHA, "ptmdeps/acme-rm-rf-.lock-6d2f3c1"),
        ("モデル", "", "huggingface", SHA, "ptmdeps/model-6d2f3c1"),
    ],
)
def test_branches(name: str, ref: str, hub: str, revision: str, branch: str) -> None:
    assert branch_of_model("ptmdeps/", (locked(name, ref, hub), revision)) == branch


@settings(deadline=None)
@given(name=st.text(min_size=1, max_size=200), ref=st.text(max_size=50), revision=st.text(min_size=1, max_size=80))
def test_every_branch_is_plain_and_short(name: str, ref: str, revision: str) -> None:
    for branch in (
        branch_of_model("ptmdeps/", (locked(name, ref), revision)),
        branch_of_group("ptmdeps/", name, [(locked(name, ref), revision)]),
    ):
        assert len(branch) <= LONGEST and branch.isascii()
        assert not set(branch) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-")
        assert ".." not in branch and "//" not in branch and not branch.endswith((".", ".lock", "/"))


def test_git_takes_them(tmp_path: Path) -> None:
    names = ["a.lock", "x" * 300, "..", "-", "a/.b", "@{", "a b"]
    for name in names:
        branch = branch_of_model("ptmdeps/", (locked(name), "1.0.lock"))
        subprocess.run(["git", "check-ref-format", "--branch", branch], check=True, cwd=tmp_path, capture_output=True)


def test_long_names_stay_apart() -> None:
    one, other = (branch_of_model("ptmdeps/", (locked("acme/" + "x" * 200 + end), SHA)) for end in "ab")
    assert one != other and len(one) == len(other) <= LONGEST


def test_a_group_is_named_by_what_it_moves() -> None:
    first = branch_of_group("p/", "all", [(locked("a"), "1"), (locked("b"), "1")])
    assert first == branch_of_group("p/", "all", [(locked("b"), "1"), (locked("a"), "1")])
    assert first != branch_of_group("p/", "all", [(locked("a"), "2"), (locked("b"), "1")])


@pytest.mark.parametrize(
    ("revision", "short"), [(SHA, "6d2f3c1"), ("v1.0/beta", "v1.0-beta"), ("///", "1f0b27b"), ("x" * 50, "x" * 20)]
)
def test_revisions(revision: str, short: str) -> None:
    assert len(shortened(revision)) == len(short)
    assert shortened(revision) == short or revision == "///"


@pytest.mark.parametrize(
    ("setting", "subjects", "prefix"),
    [
        ("auto", ["feat: a", "fix(core): b", "chore!: c"], "chore(models): "),
        ("auto", ["Feat: a", "Fix: b", "Chore: c"], "Chore(models): "),
        ("auto", ["Add a", "fix: b", "Write c"], ""),
        (
            "auto",
            ["feat: a", "Merge branch x", "Merge branch y", "Merge branch z", "fix: b", "fix: c"],
            "chore(models): ",
        ),
        ("auto", ["feat: a"], ""),
        ("auto", ["feat:a", "fix b", "https://x: y"], ""),
        ("auto", [], ""),
        ("build(models)", ["Add a"], "build(models): "),
        ("build(models):", [], "build(models): "),
        ("", ["feat: a", "fix: b", "fix: c"], ""),
    ],
)
def test_titles_are_in_the_manner_of_the_log(setting: str, subjects: list[str], prefix: str) -> None:
    assert prefix_of(setting, subjects) == prefix


def _proposal(*names: str) -> Proposal:
    pairs = [(model(name, commit("1"), ref="v: 1"), model(name, commit("2"), ref="v: 1")) for name in names]
    upgraded = [
        Upgraded(before=one, after=two, report=of_difference(Detailed(difference=Changed(before=one, after=two))))
        for one, two in pairs
    ]
    return Proposal(models=tuple(upgraded), branch="ptmdeps/x", base="main")


def test_the_block_is_yaml_and_the_sign_is_of_the_files() -> None:
    edits = (FileEdit(path="ptm.lock", content=b"new"),)
    text = message("update acme/a", _proposal('acme/a"\n- x', "acme/b"), edits)
    block: Any = yaml.safe_load(text.split("---\n")[1].split("...\n")[0])
    assert block["updated-models"] == [
        {"model": f"huggingface:{name}", "ref": "v: 1", "from": commit("1"), "to": commit("2")}
        for name in ('acme/a"\n- x', "acme/b")
    ]
    assert text.startswith("update acme/a\n\n---\nupdated-models:\n")
    made = Commit(sha=commit("a"), parents=(), message=text)
    assert signed_digest(made) == edits_digest(edits)
    assert signed_digest(Commit(sha=commit("a"), parents=(), message=text + "\nand more")) == ""
    assert signed_digest(Commit(sha=commit("a"), parents=(), message="Work")) == ""


def test_digests_tell_files_apart() -> None:
    digests = {
        edits_digest([FileEdit(path=path, content=content)])
        for path, content in [("a", b""), ("a", None), ("b", b""), ("a", b"\0b"), ("ab", b"")]
    }
    assert len(digests) == 5


@pytest.mark.parametrize(
    ("name", "ref", "hub", "argument"),
    [
        ("acme/a", "", "huggingface", "acme/a@main"),
        ("acme/a", "v1", "huggingface", "acme/a@v1"),
        ("llama", "", "ollama", "ollama:llama@latest"),
        ("en_core_web_sm", "", "spacy", "spacy:en_core_web_sm"),
    ],
)
def test_a_model_is_named_so_that_no_other_is_meant(name: str, ref: str, hub: str, argument: str) -> None:
    assert written(locked(name, ref, hub)) == argument
    assert json.dumps(argument)
