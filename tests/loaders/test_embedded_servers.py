"""PyTorch Hub and spaCy as they are, online: what they ask for, and that the embedded servers have it for them.

Both have the addresses of GitHub written into them; the embedded proxy leads these to loopback, and refuses all others.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from embedded_files import EmbeddedFiles
from embedded_github import EmbeddedGitHub
from embedded_hub.weights import drawn, torch_zip
from embedded_proxy import EmbeddedProxy
from embedded_spacy import EmbeddedSpacy

pytestmark = pytest.mark.loaders

NAME = "acme/vision"
WEIGHTS = torch_zip(drawn("v1", {"weight": (2, 4), "bias": (2,)}))
FILE = f"tiny-{hashlib.sha256(WEIGHTS).hexdigest()[:8]}.pth"
HUBCONF = f"""
dependencies = ["torch"]
import torch

GENERATION = "%s"

def tiny(pretrained=True):
    model = torch.nn.Linear(4, 2)
    if pretrained:
        url = "https://download.pytorch.org/models/{FILE}"
        model.load_state_dict(torch.hub.load_state_dict_from_url(url, check_hash=True, progress=False))
    model.generation = GENERATION
    return model
"""
LOAD = """
import json, sys, torch
model = torch.hub.load(sys.argv[1], "tiny", trust_repo=True, verbose=False)
print(json.dumps([model.generation, model.bias.detach().numpy().tobytes().hex()]))
"""
SPLIT = """
import json, spacy
nlp = spacy.load("en_core_web_sm")
print(json.dumps([nlp.meta["version"], [sentence.text for sentence in nlp("It is. Is it? Yes").sents]]))
"""
_KEPT = ("PATH", "LANG", "TMPDIR", "SYSTEMROOT")


@pytest.fixture
def github(tmp_path: Path) -> Iterator[EmbeddedGitHub]:
    with EmbeddedGitHub(tmp_path / "github") as running:
        repository = running.create(NAME, {"hubconf.py": (HUBCONF % "first").encode()})
        repository.tag("v1.0")
        repository.commit({"hubconf.py": (HUBCONF % "newest").encode()})
        repository.branch("feat/wide")
        running.create("acme/old", {"hubconf.py": (HUBCONF % "old").encode()}, default_branch="master")
        yield running


def environment(proxy: EmbeddedProxy, home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | proxy.environment() | {"HOME": str(home), "TORCH_HOME": str(home / "torch")}


def run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("handle", "generation", "asked"),
    [
        (NAME, "newest", ["tree/main/", "branches", "zipball/main"]),
        (f"{NAME}:v1.0", "first", ["branches", "branches", "tags", "zipball/v1.0"]),
        (f"{NAME}:feat/wide", "newest", ["branches", "zipball/feat/wide"]),
        ("acme/old", "old", ["tree/main/", "branches", "zipball/master"]),
    ],
)
def test_torch_hub(github: EmbeddedGitHub, tmp_path: Path, handle: str, generation: str, asked: list[str]) -> None:
    with EmbeddedFiles() as files:
        files.put(f"/models/{FILE}", WEIGHTS, host="download.pytorch.org")
        with EmbeddedProxy(tmp_path / "proxy", github.hosts | {"download.pytorch.org": files.endpoint}) as proxy:
            answer = json.loads(run(environment(proxy, tmp_path), "-c", LOAD, handle).splitlines()[-1])

    name = handle.partition(":")[0]
    paths = [entry.path.partition(f"/{name}/")[2] for entry in github.log if entry.host != "codeload.github.com"]
    assert paths == asked
    assert answer == [generation, drawn("v1", {"weight": (2, 4), "bias": (2,)})["bias"].data.hex()]
    assert files.log.count(FILE) == 1
    assert proxy.refused == []


@pytest.mark.skipif(find_spec("spacy") is None, reason="spaCy is not installed")
def test_spacy_downloads_what_fits_it_and_loads_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with EmbeddedSpacy(tmp_path / "spacy") as releases:
        releases.publish("en_core_web_sm", "3.7.0", spacy="3.7")
        releases.publish("en_core_web_sm", "3.8.7")
        with EmbeddedProxy(tmp_path / "proxy", releases.hosts) as proxy:
            variables = environment(proxy, tmp_path) | {"PYTHONPATH": str(site), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
            run(variables, "-m", "spacy", "download", "en_core_web_sm", "--no-deps", "--target", str(site))
        answer = json.loads(run(variables, "-W", "error:::spacy", "-c", SPLIT))

    assert answer == ["3.8.7", ["It is.", "Is it?", "Yes"]]
    assert [entry.host for entry in releases.log] == [
        "raw.githubusercontent.com",
        "github.com",
        "release-assets.githubusercontent.com",
    ]
    assert proxy.refused == []
