"""Models of other hubs than Hugging Face, beside one of it, through every command that a user types.

Repositories are on the embedded GitHub; addresses of weights are those of a host of the internet, which the embedded
proxy leads to loopback, so that no port is part of anything that is locked.
"""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from huggingface_hub import constants

from embedded_files import EmbeddedFiles
from embedded_github import EmbeddedGitHub
from embedded_hub import models
from embedded_proxy import EmbeddedProxy
from tests.cli.conftest import Session
from tests.contract.worlds.torchhub import MIT
from tests.worlds import tree

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")

Snapshot = Callable[[Session], None]

HOST = "weights.example"
PLAIN = f"https://{HOST}/models/plain@2.pth"
SMALL = pickle.dumps({"layer": [0.5] * 200}, protocol=2)
SMALL_URL = f"https://{HOST}/small-{sha256(SMALL).hexdigest()[:8]}.pth"
TIMM = "timm/test_resnet.r160_in1k"
HUBCONF = f'''dependencies = ["torch"]
import torch


def small(pretrained=False):
    """A small net."""
    from model import Net

    net = Net()
    if pretrained:
        net.load_state_dict(torch.hub.load_state_dict_from_url("{SMALL_URL}"))
    return net


def large(pretrained=False):
    from model import Net

    return Net()
'''
APP = f"""\
import timm
import torch
from transformers import AutoModel

net = torch.hub.load("acme/nets", "small", pretrained=True)
old = torch.hub.load("acme/nets:v1.0", "small", pretrained=True, force_reload=True, trust_repo=True)
state = torch.hub.load_state_dict_from_url("{PLAIN}")
backbone = timm.create_model("test_resnet.r160_in1k", pretrained=True)
model = AutoModel.from_pretrained("acme/sentiment")
"""
READS = """\
import os
import sys
from pathlib import Path
from urllib.request import urlopen

torch = Path(os.environ["TORCH_HOME"], "hub")
folders = sorted(path.name for path in torch.iterdir() if path.is_dir())
same = urlopen(sys.argv[1]).read() == (torch / "checkpoints" / "plain@2.pth").read_bytes()
Path("seen.txt").write_text(f"{' '.join(folders)}; the address is answered from .ptm: {same}")
"""


def weights(seed: str) -> bytes:
    return pickle.dumps({seed: [1.0] * 300}, protocol=2)


@pytest.fixture
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        running.put("/models/plain@2.pth", weights("first"), host=HOST)
        running.put(SMALL_URL.removeprefix(f"https://{HOST}"), SMALL, host=HOST)
        yield running


@pytest.fixture
def github(tmp_path: Path) -> Iterator[EmbeddedGitHub]:
    with EmbeddedGitHub(tmp_path / "github") as running:
        nets = running.create(
            "acme/nets", {"hubconf.py": HUBCONF.encode(), "model.py": b"class Net: ...\n", "LICENSE": MIT}
        )
        nets.tag("v1.0")
        nets.commit({"model.py": b"class Net:\n    '''Better.'''\n"}, message="A better net")
        yield running


@pytest.fixture
def several(
    session: Session,
    files: EmbeddedFiles,
    github: EmbeddedGitHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Session]:
    """A user who reaches all of them."""
    encoder = models.bert_encoder()
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.hub.repositories.create(TIMM, {"config.json": b"{}", "model.safetensors": encoder["model.safetensors"]})
    session.write("requirements.txt", "timm==1.0.31\n")
    session.replacements[github.endpoint] = "[github]"
    with EmbeddedProxy(tmp_path / "proxy", {HOST: files.endpoint}) as proxy:
        for name, value in proxy.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PTMDEPS_GITHUB_ENDPOINT", github.endpoint)
        yield session


def test_a_life_of_models_of_several_hubs(
    several: Session, github: EmbeddedGitHub, files: EmbeddedFiles, snapshot: Snapshot
) -> None:
    several.write("app.py", APP)
    several.run("install")
    for command in ("lock --check", "sync --check", "list", "tree --sizes", f"why {SMALL_URL}"):
        several.run(command)
    several.write("reads.py", READS)
    several.run(f"run -- python reads.py {PLAIN}")
    several.note((several.project / "seen.txt").read_text())
    several.run("outdated")
    several.note("the branch of `acme/nets` moves, and the file at the address is replaced")
    changed = {"hubconf.py": HUBCONF.replace("small net", "tiny net").encode()}
    github.repositories["acme/nets"].commit(changed, message="Say what it is")
    files.put("/models/plain@2.pth", weights("second"), host=HOST)
    for command in (
        "outdated",
        "diff torchhub:acme/nets",
        f"diff {PLAIN}",
        "upgrade --dry-run --brief",
        "upgrade torchhub:acme/nets",
        f"lock -P {PLAIN}",
        "sync",
        "tree --invert",
        "cache list",
    ):
        several.run(command)
    several.note("only the address is loaded any more")
    several.write("app.py", "import torch\n" + APP.splitlines()[6])
    for command in ("sync", "cache prune --dry-run", "cache prune", "cache verify", "list"):
        several.run(command)
    snapshot(several)


def test_models_of_other_hubs_without_code(several: Session, snapshot: Snapshot) -> None:
    for command in (
        "install torchhub:acme/nets:v1.0",
        "install torchhub:acme/nets:v1.0 --entrypoint 'small(pretrained=True)' --group vision",
        f"install {PLAIN} timm:test_resnet.r160_in1k acme/sentiment --group evaluation",
        "list",
        "upgrade acme/nets@v1.0 --to main",
        "remove acme/nets --dry-run",
        f"remove {PLAIN}",
        "remove timm:test_resnet.r160_in1k",
        "remove --unused --dry-run",
        "list",
        "remove --ignore --reason 'too large' torchhub:acme/nets",
    ):
        several.run(command)
    several.note((several.project / "ptm.toml").read_text())
    snapshot(several)


def test_what_a_name_means_where_hubs_share_it(several: Session, snapshot: Snapshot) -> None:
    several.hub.repositories.create("acme/nets", models.bert_encoder())
    several.run("install torchhub:acme/nets acme/nets torchhub:acme/nets@v1.0")
    for command in (
        "why acme/nets",
        "why torchhub:acme/nets",
        "tree torchhub:acme/nets:v1.0",
        "outdated --all torchhub:acme/nets@v1.0",
        "remove --dry-run acme/nets",
        "remove acme/nets@v1.0",
        "lock -P torchhub:acme/nets:v1.0",
        "lock -P torchhub:acme/nats",
        "why torchhub:acme/nats",
        f"upgrade {PLAIN} --to main",
        f"diff {PLAIN} a..b",
        "diff timm:resnet50 1..2",
        "install acme/sentiment --entrypoint small",
        "install torchhub:acme/nets@v9",
        f"install https://{HOST}/none.pth",
        "install timm:test_resnett.r160_in1k",
    ):
        several.run(command)
    snapshot(several)


def test_scans_of_loads_of_other_hubs(several: Session, snapshot: Snapshot) -> None:
    several.write("app.py", APP)
    several.run("scan")
    several.run("lock")
    several.run("scan --format markdown")
    several.run("-v scan --fix --diff")
    snapshot(several)
    several.run("scan --format json")
    remarks = {(found["name"], found["ref"]): found["remarks"] for found in json.loads(several.stdout)["references"]}
    assert remarks["acme/nets", "v1.0"] == ["force_reload=True", "trust_repo=True"]
    assert remarks["acme/nets", None] == remarks["acme/sentiment", None] == []
    several.run("scan --format sarif")
    broken = {
        (found["ruleId"], found["locations"][0]["physicalLocation"]["region"]["startLine"])
        for found in json.loads(several.stdout)["runs"][0]["results"]
    }
    assert broken >= {("PTM002", 5), ("PTM002", 6), ("PTM006", 6), ("PTM005", 7), ("PTM001", 9)}
    assert ("PTM006", 5) not in broken


def test_what_is_shown_of_models_without_a_card(several: Session, snapshot: Snapshot) -> None:
    several.write("app.py", APP)
    several.run("lock")
    for name in ("torchhub:acme/nets", PLAIN, "timm:test_resnet.r160_in1k"):
        several.run(f"show {name}")
    snapshot(several)


def test_a_bundle_holds_models_of_every_hub(
    several: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    several.write("app.py", APP)
    several.run("export")
    several.run("export --frozen --output again.tar")
    several.run("export --format hermeto --output -")
    assert (several.project / "ptm-bundle.tar").read_bytes() == (several.project / "again.tar").read_bytes()
    exposed = environment_of(several)
    there, store = tmp_path / "there", tmp_path / "there-store"
    there.mkdir()
    for name in ("app.py", "requirements.txt", "ptm.lock", "ptm-bundle.tar"):
        shutil.copy(several.project / name, there / name)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(store))
    monkeypatch.setenv("PTMDEPS_CACHE", str(tmp_path / "there-cache"))
    monkeypatch.setenv("PTMDEPS_GITHUB_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.chdir(there)
    several.hub.log.clear()
    several.note("another machine, without a network")
    project, several.project = several.project, there
    several.run("sync --offline")
    several.run("sync --from ptm-bundle.tar")
    several.run("sync --check")
    several.run("lock --check")
    assert several.hub.log.count() == 0
    assert environment_of(several) == exposed
    several.replacements[str(there)] = "[there]"
    assert project != there
    snapshot(several)


def environment_of(session: Session) -> dict[str, bytes]:
    """The models of an environment that is synced by now."""
    if not (session.project / ".ptm").exists():
        session.run("sync --offline")
    found = tree(session.project / ".ptm")
    return {path: content for path, content in found.items() if path.startswith(("torch/", "huggingface/", "files/"))}
