"""Hermeto's lockfile, written and read; and read by Hermeto's own code where that is installed."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from lockfiles.examples import CONFIG, GOLDEN, WEIGHTS, model, sealed, small
from ptmdeps import hermeto
from ptmdeps.errors import PtmdepsError
from ptmdeps.hermeto import Entry
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import Lockfile
from tests.worlds import key

A, B = (model(f"org/{name}", files=(CONFIG, WEIGHTS)) for name in "ab")
ODD = ("a[1]*?.json", "naïve/\U0001f600.txt", 'quo"te.txt', "#x.txt", "- y.txt")
MINIMAL = """\
metadata:
  version: "1.0"
models:
  - repository: gpt2
    revision: {revision}
"""


def text_of(*models: Any) -> str:
    text, left_out = hermeto.dumps(Lockfile(models=models))
    assert left_out == ()
    return text


def refuses_more_than_the_format(text: str) -> None:
    """The rules of Hermeto's documentation (docs/huggingface.md of its pull request 1141), which refuses other keys."""
    document = yaml.safe_load(text)
    assert document.keys() == {"metadata", "models"}
    assert document["metadata"] == {"version": "1.0"}
    for entry in document["models"]:
        assert {"repository", "revision", "type"} <= entry.keys()
        assert entry.keys() <= {"repository", "revision", "ref", "type", "include_patterns"}
        assert re.fullmatch(r"[0-9a-f]{40}", entry["revision"])
        assert re.fullmatch(r"[^/\s]+(/[^/\s]+)?", entry["repository"])
        assert entry["type"] == "model"
        assert all(isinstance(pattern, str) for pattern in entry["include_patterns"])


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_written_keeps_the_rules_and_is_read_again(name: str) -> None:
    lockfile = GOLDEN[name]
    text, left_out = hermeto.dumps(lockfile)
    refuses_more_than_the_format(text)
    ours = [found for found in lockfile.models if found.key.hub == "huggingface"]
    assert set(left_out) == set(lockfile.models) - set(ours)
    entries = hermeto.loads(text.encode())
    assert {(entry.key, entry.revision) for entry in entries} == {(found.key, found.revision) for found in ours}


def test_every_file_is_named_and_matches_itself_alone() -> None:
    odd = sealed(replace(A, files=tuple(small(path, 1, "other") for path in sorted(ODD))))
    [entry] = hermeto.loads(text_of(odd).encode())
    assert entry.patterns is not None
    for path in ODD:
        assert sum(fnmatch.fnmatchcase(path, pattern) for pattern in entry.patterns) == 1
    assert not any(fnmatch.fnmatchcase("a1x.json", pattern) for pattern in entry.patterns)


def test_a_model_without_files_asks_for_none() -> None:
    [entry] = hermeto.loads(text_of(sealed(replace(A, files=()))).encode())
    assert entry.patterns == ()


def test_refs_stand_only_where_offline_loads_ask_for_them() -> None:
    at_tag, at_commit = (model("org/c", ref, files=(CONFIG,)) for ref in ("v1.0", "0" * 40))
    at_commit = sealed(replace(at_commit, ref=at_commit.revision))
    text = text_of(A, at_tag, at_commit)
    assert text.count("    ref: ") == 1
    assert [entry.ref for entry in hermeto.loads(text.encode())] == ["", "v1.0", ""]


def test_one_commit_under_two_refs_that_hermeto_cannot_tell_apart_is_one_entry() -> None:
    again = sealed(replace(A, ref=A.revision, files=(small("more.json", 1, "json"),)))
    [entry] = hermeto.loads(text_of(A, again).encode())
    assert entry.patterns == ("config.json", "model.safetensors", "more.json")


def test_other_hubs_are_left_out() -> None:
    other = sealed(replace(A, key=ModelKey("torchhub", "pytorch/vision")))
    text, left_out = hermeto.dumps(Lockfile(models=(B, other)))
    assert left_out == (other,)
    assert len(hermeto.loads(text.encode())) == 1
    assert hermeto.loads(hermeto.dumps(Lockfile())[0].encode()) == ()


def test_defaults_of_the_format() -> None:
    revision = "e7da7f221ccf5f2856f4331d34c2d0e82aa2a986"
    assert hermeto.loads(MINIMAL.format(revision=revision.upper()).encode()) == (
        Entry(key=key("gpt2"), revision=revision),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no `metadata`"),
        ("[]", "has no `metadata`"),
        ("metadata: {version: '2.0'}\nmodels: []", "of version 2.0"),
        ("metadata: {version: 1.0}\nmodels: []", "of version 1.0"),
        ("metadata: {version: '1.0'}", "`models` in `huggingface.lock.yaml` must be a list"),
        ("metadata: {version: '1.0'}\nmodels: [x]", r"`models\[0\]` .* must be a mapping"),
        ("a: b: c", "no valid YAML"),
        ("\x00", "no valid YAML"),
        ("[" * 10_000, "no valid YAML"),
        ("a: &a [x]\nb: *a", "aliases have no place"),
        ("!!python/object/apply:os.system ['true']", "no valid YAML"),
        (MINIMAL.format(revision="main"), "no commit of 40"),
        (MINIMAL.format(revision="1" * 40), "must be a text in quotes"),
        (MINIMAL.format(revision="a" * 40) + "    extra: x\n", "a key `extra`"),
        (MINIMAL.format(revision="a" * 40) + "    type: space\n", "not model or dataset"),
        (MINIMAL.format(revision="a" * 40) + "    ref: ../x\n", "unsafe path"),
        (MINIMAL.format(revision="a" * 40).replace("gpt2", "../x"), "unsafe path"),
        (MINIMAL.format(revision="a" * 40).replace("gpt2", "a/b/c"), "neither `name` nor `org/name`"),
        (MINIMAL.format(revision="a" * 40).replace("gpt2", '"\\e[31m"'), r"\\x1b"),
        (MINIMAL.format(revision="a" * 40) + "    include_patterns: x\n", "must be a list of texts"),
        (MINIMAL.format(revision="a" * 40) + "    include_patterns: [1]\n", "must be a list of texts"),
    ],
)
def test_what_is_no_lockfile_of_hermeto_is_refused(text: str, said: str) -> None:
    with pytest.raises(PtmdepsError, match=said):
        hermeto.loads(text.encode())


def test_what_is_not_utf8_is_refused() -> None:
    with pytest.raises(PtmdepsError, match="not UTF-8"):
        hermeto.loads(b"\xff\xfe")


@pytest.mark.parametrize("name", GOLDEN)
def test_hermeto_reads_it(name: str, tmp_path: Path) -> None:
    reader = pytest.importorskip(
        "hermeto.core.package_managers.huggingface.main",
        reason="no release of Hermeto has its package manager x-huggingface yet (pull request 1141)",
    )
    path = tmp_path / "huggingface.lock.yaml"
    path.write_text(hermeto.dumps(GOLDEN[name])[0], encoding="utf-8")
    read = reader._load_lockfile(path)
    assert {(entry.repository, entry.revision) for entry in read.models} == {
        (found.key.name, found.revision) for found in GOLDEN[name].models if found.key.hub == "huggingface"
    }
