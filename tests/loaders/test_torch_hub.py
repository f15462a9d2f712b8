"""torch.hub as it is, in unmodified code: what is locked, without a network, after everything moved upstream.

The repository says of which generation it is, and every file of weights holds other numbers in each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from embedded_github import EmbeddedGitHub, GitHubRepository
from embedded_hub.weights import drawn, torch_zip
from embedded_proxy import EmbeddedProxy
from ptmdeps import running
from tests.loaders.clients import UNREACHABLE, python_with, run, variables
from tests.loaders.proof import Finished, ptmdeps, write_project

pytestmark = pytest.mark.loaders

NAME = "acme/vision"
_GITHUB = ("github.com", "api.github.com", "codeload.github.com")
_LOADS: Mapping[str, str] = {
    "no ref": f'built(torch.hub.load("{NAME}", "tiny", trust_repo=True))',
    "tag": f'built(torch.hub.load("{NAME}:v1.0", "tiny", trust_repo=True))',
    "branch": f'built(torch.hub.load("{NAME}:feat/wide", "tiny", trust_repo=True))',
    "neither main nor a ref": 'built(torch.hub.load("acme/old", "tiny", trust_repo=True))',
    "without weights": f'torch.hub.load("{NAME}", "tiny", pretrained=False, trust_repo=True).generation',
    "fetched anew": f'built(torch.hub.load("{NAME}", "tiny", force_reload=True, trust_repo=True))',
    "not trusted": f'built(torch.hub.load("{NAME}", "tiny", trust_repo=False))',
    "checked": f'built(torch.hub.load("{NAME}", "tiny", trust_repo="check"))',
    "list": f'torch.hub.list("{NAME}", trust_repo=True)',
    "weights": 'numbers(torch.hub.load_state_dict_from_url("{files}/models/plain.pth"))',
    "renamed": 'numbers(torch.hub.load_state_dict_from_url("{files}/models/renamed.pth", file_name="mine.pth"))',
    "zoo": 'numbers(torch.utils.model_zoo.load_url("{files}/models/zoo.pth"))',
    "quoted": 'numbers(torch.hub.load_state_dict_from_url("{files}/models/a%20b.pth"))',
    "elsewhere": 'numbers(torch.hub.load_state_dict_from_url("{files}/models/plain.pth", model_dir="elsewhere"))',
    "by position": 'numbers(torch.hub.load_state_dict_from_url("{files}/models/plain.pth", "stale", None, False))',
    "file": 'downloaded("{files}/models/file.pth")',
    "urllib": 'retrieved("{files}/models/urllib.pth")',
}
_ONLY_WITH_THE_HOOK = {"fetched anew", "not trusted", "elsewhere", "by position", "file", "urllib"}
"""What a folder that is there already does not answer."""

_PROGRAM = """import contextlib
import io
import json
import sys
import traceback
import urllib.request

import torch
import torch.utils.model_zoo


def numbers(state):
    return state["bias"].numpy().tobytes().hex()


def built(model):
    return [model.generation, numbers(model.state_dict())]


def downloaded(url):
    torch.hub.download_url_to_file("{files}/models/file.pth", "downloaded.pth", progress=False)
    return numbers(torch.load("downloaded.pth"))


def retrieved(url):
    urllib.request.urlretrieve("{files}/models/urllib.pth", "retrieved.pth")
    return numbers(torch.load("retrieved.pth"))


def tried(load):
    sys.stdin = io.StringIO()
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return load()
    except BaseException:
        return {"error": traceback.format_exc()}


loads = {
"""
_HUBCONF = """dependencies = ["torch"]
import torch

GENERATION = "{state}"


def tiny(pretrained=True):
    model = torch.nn.Linear(4, 2)
    model.generation = GENERATION
    if pretrained:
        address = "{files}/models/tiny.pth"
        model.load_state_dict(torch.hub.load_state_dict_from_url(address, progress=False))
    return model
"""
_FILES = ("tiny", "plain", "renamed", "zoo", "a b", "file", "urllib")


def weights(name: str, state: str) -> bytes:
    return torch_zip(drawn(f"{name} {state}", {"weight": (2, 4), "bias": (2,)}))


def bias(name: str, state: str) -> str:
    return drawn(f"{name} {state}", {"weight": (2, 4), "bias": (2,)})["bias"].data.hex()


def expected(label: str, state: str) -> object:
    if label == "list":
        return ["tiny"]
    if label == "without weights":
        return state
    named = {"weights": "plain", "elsewhere": "plain", "by position": "plain", "quoted": "a b"}
    name = named.get(label, label)
    return bias(name, state) if name in _FILES else [state, bias("tiny", state)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What every load got, by its label.

    Attributes:
        unlocked: the code on its own, with a network, after everything moved.
        locked: under `ptmdeps run`, without a network.
        bare: with the variables of the environment and nothing else, without a network.
        finished: how the locked one ended, which also asked for what is not locked.
    """

    unlocked: Mapping[str, Any]
    locked: Mapping[str, Any]
    bare: Mapping[str, Any]
    finished: Finished


def program(files: str) -> str:
    """Return the project's code; what comes from outside are models that no scan can know."""
    rows = [f"    {label!r}: lambda: {load},\n" for label, load in _LOADS.items()]
    rows += ['    "other ref": lambda: torch.hub.load(sys.argv[1], "tiny"),\n']
    rows += ['    "other weights": lambda: torch.hub.load_state_dict_from_url(sys.argv[2]),\n']
    rows += ['    "other file": lambda: torch.hub.download_url_to_file(sys.argv[2], "other.pth"),\n']
    main = 'if __name__ == "__main__":\n    print(json.dumps({label: tried(load) for label, load in loads.items()}))\n'
    return _PROGRAM.replace("{files}", files) + "".join(rows).replace("{files}", files) + "}\n\n" + main


def publish(repositories: list[GitHubRepository], files: EmbeddedFiles, state: str) -> None:
    """Let every ref lead to this state, and every address to its weights."""
    for name in _FILES:
        files.put(f"/models/{name}.pth", weights(name, state))
    for repository in repositories:
        repository.commit({"hubconf.py": _HUBCONF.format(state=state, files=files.endpoint).encode()})
        if repository.name == NAME:
            repository.tag("v1.0", message=state)
            repository.move("feat/wide", "main")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    python = python_with("torch")
    folder = tmp_path_factory.mktemp("torch-hub")
    with EmbeddedGitHub(folder / "github") as github, EmbeddedFiles() as files:
        repositories = [github.create(NAME), github.create("acme/old", default_branch="master")]
        publish(repositories, files, "pinned")
        project = write_project(folder / "project", program(files.endpoint))
        home = variables(folder / "home")
        mine = home | {"PTMDEPS_GITHUB_ENDPOINT": github.endpoint}
        arguments = [f"{NAME}:v9", f"{files.endpoint}/models/none.pth"]
        ptmdeps(["lock"], project, mine)
        ptmdeps(["sync"], project, mine)
        publish(repositories, files, "moved")
        for stale in ("stale", "elsewhere"):
            (project / stale).mkdir()
            (project / stale / "plain.pth").write_bytes(weights("plain", "stale"))
        with EmbeddedProxy(folder / "proxy", {host: github.hosts[host] for host in _GITHUB}) as proxy:
            alone = variables(folder / "alone") | proxy.environment() | {"TORCH_HOME": str(folder / "alone" / "torch")}
            unlocked = run([python, "main.py", *arguments], project, alone)
        finished = ptmdeps(["run", "--", python, "main.py", *arguments], project, home | UNREACHABLE)
        bare = run([python, "main.py", *arguments], project, home | UNREACHABLE | running.variables(project / ".ptm"))
    locked = json.loads(finished.stdout)
    return Outcome(unlocked=unlocked, locked=locked, bare=bare, finished=finished)


@pytest.mark.parametrize("label", _LOADS)
def test_what_is_locked_is_loaded(label: str, outcome: Outcome) -> None:
    assert outcome.locked[label] == expected(label, "pinned")


@pytest.mark.parametrize("label", sorted(_LOADS.keys() - _ONLY_WITH_THE_HOOK))
def test_folders_that_are_there_are_enough(label: str, outcome: Outcome) -> None:
    assert outcome.bare[label] == expected(label, "pinned")


@pytest.mark.parametrize("label", sorted(_LOADS.keys() - {"not trusted", "elsewhere", "by position"}))
def test_the_same_code_alone_loads_what_is_there_now(label: str, outcome: Outcome) -> None:
    assert outcome.unlocked[label] == expected(label, "moved")


@pytest.mark.parametrize("label", ["elsewhere", "by position"])
def test_the_same_code_alone_loads_what_lies_around(label: str, outcome: Outcome) -> None:
    assert outcome.unlocked[label] == bias("plain", "stale")


@pytest.mark.parametrize("label", ["other ref", "other weights", "other file"])
def test_what_is_not_locked_is_said(label: str, outcome: Outcome) -> None:
    error = outcome.locked[label]["error"]
    assert "is not in ptm.lock (asked for by main.py:" in error
    name = f"torchhub:{NAME}@v9" if label == "other ref" else "/models/none.pth"
    assert f"{name}` is not in ptm.lock" in error
    assert "To add it: ptmdeps install " in error


def test_run_says_what_was_not_followed(outcome: Outcome) -> None:
    for folder in ("elsewhere", "stale"):
        assert f"`cache_dir={folder}`" in outcome.finished.stderr
