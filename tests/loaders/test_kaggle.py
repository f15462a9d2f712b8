"""kagglehub as it is, in unmodified code: what is locked, without a network, after Kaggle has moved on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from embedded_kaggle import EmbeddedKaggle
from embedded_proxy import EmbeddedProxy
from tests.loaders.clients import UNREACHABLE, python_with, run, variables
from tests.loaders.proof import ptmdeps, write_project

pytestmark = pytest.mark.loaders

BASE, SINGLE, MANY = "acme/classifier/pyTorch/base", "acme/single/keras/small", "acme/many/tensorFlow2/x"
_HOSTS = ("www.kaggle.com", "api.kaggle.com", "storage.googleapis.com")
_LOADS: Mapping[str, str] = {
    "newest": f'model_download("{BASE}")',
    "version": f'model_download("{BASE}/1")',
    "spelled otherwise": 'model_download("acme/classifier/PyTorch/base")',
    "one of all files": f'model_download("{BASE}", path="nested/model.bin")',
    "forced": f'model_download("{BASE}", force_download=True)',
    "into a folder": f'model_download("{BASE}", output_dir="elsewhere")',
    "a file into a folder": f'model_download("{BASE}", path="config.json", output_dir="other")',
    "single file": f'model_download("{SINGLE}", path="config.json")',
    "many files": f'model_download("{MANY}")',
}
_MOVING = ("newest", "spelled otherwise", "single file", "many files")
# What is asked for comes from outside, so that no scan can know it.
_NOT_LOCKED = {
    "another model": ("kaggle:acme/other/keras/x", "sys.argv[1]"),
    "another version": (f"kaggle:{BASE}@7", "sys.argv[2]"),
    "the rest of a single file": (f"kaggle:{SINGLE}", "sys.argv[3]"),
}
_PROGRAM = """import sys

from kagglehub import model_download
from evidence import report

report({
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What every load got: under `ptmdeps run` without a network, and on its own with one."""

    locked: Mapping[str, Any]
    unlocked: Mapping[str, Any]


def files_of(handle: str, generation: int) -> dict[str, bytes]:
    """Return what a handle holds in its first or second version."""
    said = f"{handle} {generation}".encode()
    if handle == MANY:
        return {f"part-{number:02}.bin": said + b" %d" % number for number in range(30)}
    return {"config.json": b'{"of": "%s"}' % said, "nested/model.bin": said * 50}


def shown(files: Mapping[str, bytes]) -> list[str]:
    return sorted(f"{path} {hashlib.sha256(content).hexdigest()}" for path, content in files.items())


def expected(label: str, generation: int) -> list[str]:
    match label:
        case "one of all files":
            return shown({"file": files_of(BASE, generation)["nested/model.bin"]})
        case "a file into a folder":
            return shown({"file": files_of(BASE, generation)["config.json"]})
        case "single file":
            return shown({"file": files_of(SINGLE, generation)["config.json"]})
        case "many files":
            return shown(files_of(MANY, generation))
        case _:
            return shown(files_of(BASE, generation))


def program() -> str:
    lines = [f"    {label!r}: lambda: {load},\n" for label, load in _LOADS.items()]
    lines += [f"    {label!r}: lambda: model_download({asked}),\n" for label, (_, asked) in _NOT_LOCKED.items()]
    return _PROGRAM + "".join(lines) + "})\n"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Lock and sync, publish second versions, and run the program with and without ptmdeps."""
    python = python_with("kagglehub")
    folder = tmp_path_factory.mktemp("kaggle")
    project = write_project(folder / "project", program())
    mine = {**variables(folder / "home"), "KAGGLEHUB_VERBOSITY": "error"}
    arguments = [python, "main.py", "acme/other/keras/x", f"{BASE}/7", SINGLE]
    with EmbeddedKaggle() as kaggle:
        for handle in (BASE, SINGLE, MANY):
            kaggle.publish(handle, files_of(handle, 1), licence="MIT")
        with EmbeddedProxy(folder / "proxy", dict.fromkeys(_HOSTS, kaggle.endpoint)) as proxy:
            online = {**mine, **proxy.environment()}
            ptmdeps(["lock"], project, online)
            ptmdeps(["sync"], project, online)
            for handle in (BASE, SINGLE, MANY):
                kaggle.publish(handle, files_of(handle, 2))
            other = write_project(folder / "other", program())
            elsewhere = {**variables(folder / "other-home"), **proxy.environment(), "KAGGLEHUB_VERBOSITY": "error"}
            unlocked = run(arguments, other, elsewhere)
    finished = ptmdeps(["run", "--", *arguments], project, {**mine, **UNREACHABLE})
    return Outcome(locked=json.loads(finished.stdout), unlocked=unlocked)


@pytest.mark.parametrize("label", _LOADS)
def test_unmodified_code_loads_the_pinned_version_without_a_network(label: str, outcome: Outcome) -> None:
    found = outcome.locked[label]
    assert "error" not in found, found["error"]
    assert found["evidence"] == expected(label, 1)


@pytest.mark.parametrize("label", _MOVING)
def test_the_same_code_without_ptmdeps_loads_what_kaggle_has_now(label: str, outcome: Outcome) -> None:
    found = outcome.unlocked[label]
    assert "error" not in found, found["error"]
    assert found["evidence"] == expected(label, 2)


@pytest.mark.parametrize("label", _NOT_LOCKED)
def test_what_is_not_locked_is_named_with_its_place_and_the_remedy(label: str, outcome: Outcome) -> None:
    name = _NOT_LOCKED[label][0]
    line = program().partition(f"{label!r}: ")[0].count("\n") + 1
    assert f"the model `{name}` is not in ptm.lock (asked for by main.py:{line})" in outcome.locked[label]["error"]
    assert f"To add it: ptmdeps install {name}\n" in outcome.locked[label]["error"]
