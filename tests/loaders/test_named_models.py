"""Libraries that name models their own way: their code as it is loads the pins, offline, after upstream has moved.

Nothing of the libraries is replaced or called by a test. Their addresses and repositories are the real ones: the
embedded proxy leads their hosts to loopback and refuses all others, for the libraries as well as for `ptmdeps lock`.

Only where a table carries a digest, no file of ours can have it. There the project has an own build of the library
(`own_builds.py`): the digest in the row is that of our weights, and nothing else is changed. The rows of open_clip lead
to models of hundreds of megabytes, so its build has one more architecture. That `ptmdeps lock` finds these rows also
shows that it reads the table of the version that is installed for the project, without importing it.

The program runs twice in one home folder. First on its own, when everything has moved, so that all caches outside the
environment hold what is not locked; then under `ptmdeps run`, without a network.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub import EmbeddedHub
from embedded_proxy import EmbeddedProxy
from tests.hub_fixtures import environment
from tests.loaders.loads import Group, Load
from tests.loaders.own_builds import LOCAL, OwnBuild, environment_with
from tests.loaders.proof import Finished, Outcome, program, ptmdeps, python, write_project
from tests.loaders.world import Shows

pytestmark = pytest.mark.loaders

IMPORTS = "import clip\nimport keras\nimport open_clip\nimport timm\nimport whisper\nfrom torchvision import models"
LOADS = {
    "clip": 'clip.load("ViT-B/32")[0]',
    "timm": 'timm.create_model("test_resnet.r160_in1k", pretrained=True)',
    "timm, repository": 'timm.create_model("hf-hub:acme/tiny-resnet", pretrained=True)',
    "open_clip, repository": 'open_clip.create_model_and_transforms("hf-hub:acme/tiny-clip")[0]',
    "open_clip, name of a repository": (
        'open_clip.create_model_and_transforms("ViT-Mini-16", pretrained="acme_hub")[0]'
    ),
    "open_clip, name of an address": (
        'open_clip.create_model_and_transforms("ViT-Mini-16", pretrained="acme_release")[0]'
    ),
    "open_clip, name of an address without a digest": (
        'open_clip.create_model_and_transforms("ViT-Mini-16", pretrained="acme_plain")[0]'
    ),
    "whisper": 'whisper.load_model("tiny")',
    "torchvision": "models.squeezenet1_1(weights=models.SqueezeNet1_1_Weights.IMAGENET1K_V1)",
    "keras": 'keras.applications.MobileNet(weights="imagenet")',
}
REFUSED = {
    "clip": "checksum does not not match",
    "open_clip, name of an address": "checksum does not not match",
    "torchvision": "invalid hash value",
    "whisper": "checksum does not not match",
}
"""What a library says to a file that is not the one that the address has the digest of."""

REPOSITORIES = {
    "timm/test_resnet.r160_in1k": "timm",
    "acme/tiny-resnet": "timm, repository",
    "acme/tiny-clip": "open_clip, repository",
    "acme/mini-clip": "open_clip, name of a repository",
}
"""Name on the Hugging Face Hub -> the load that its files are made for."""

MINI_CLIP = Path(__file__).with_name("ViT-Mini-16.json")
_KERAS = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet"
_STATES = ("pinned", "moved")


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of every load in every state, made by the libraries themselves."""

    folder: Path
    evidence: Mapping[str, frozenset[str]]

    def files(self, label: str, state: str) -> dict[str, bytes]:
        """By path."""
        return {path.name: path.read_bytes() for path in (self.folder / state / label).iterdir()}

    def file(self, label: str, state: str) -> bytes:
        """Of a load that has one."""
        (content,) = self.files(label, state).values()
        return content

    def digest(self, label: str) -> str:
        """SHA-256 of the file that is pinned."""
        return hashlib.sha256(self.file(label, "pinned")).hexdigest()

    def shows(self, label: str) -> Shows:
        """What a program has that loads them."""
        return lambda state: self.evidence[f"{state}/{label}"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Weights:
    folder = tmp_path_factory.mktemp("weights")
    maker = Path(__file__).with_name("named_weights.py")
    kept = {"PATH": os.environ["PATH"], "HOME": str(folder), "KERAS_BACKEND": "torch"}
    made = json.loads(python([str(maker), str(folder), *_STATES], folder, kept).stdout)
    assert not (failed := [outcome["error"] for outcome in made.values() if "error" in outcome]), failed
    return Weights(folder, {label: frozenset(outcome["evidence"]) for label, outcome in made.items()})


@pytest.fixture(scope="module")
def addresses(weights: Weights) -> dict[str, str]:
    """Address -> the load that its file is made for."""
    releases = "https://github.com/mlfoundations/open_clip/releases/download/v0.2-weights"
    openai = "https://openaipublic.azureedge.net"
    return {
        f"{openai}/clip/models/{weights.digest('clip')}/ViT-B-32.pt": "clip",
        f"{releases}/vit_mini_16-acme-{weights.digest('open_clip, name of an address')[:8]}.pt": (
            "open_clip, name of an address"
        ),
        "https://dl.fbaipublicfiles.com/MMPT/acme/mini.pt": "open_clip, name of an address without a digest",
        f"{openai}/main/whisper/models/{weights.digest('whisper')}/tiny.pt": "whisper",
        f"https://download.pytorch.org/models/squeezenet1_1-{weights.digest('torchvision')[:8]}.pth": "torchvision",
        f"{_KERAS}/mobilenet_1_0_224_tf.h5": "keras",
        f"{_KERAS}/mobilenet_1_0_224_tf_no_top.h5": "keras, no classifier",
    }


@pytest.fixture(scope="module")
def outcome(weights: Weights, addresses: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Lock and sync the project, move everything, and run its program with and without ptmdeps."""
    folder = tmp_path_factory.mktemp("named")
    group = Group(IMPORTS, {label: Load(text, weights.shows(label)) for label, text in LOADS.items()})
    project = write_project(folder / "project", program(group, pinned=""))
    libraries = own_builds({label: address for address, label in addresses.items()})
    (project / "requirements.txt").write_text(requirements(libraries))
    interpreter = environment_with(libraries, project / ".venv")
    hosts = {address.split("/")[2] for address in addresses}
    with (
        EmbeddedHub(folder / "hub") as hub,
        EmbeddedFiles() as files,
        EmbeddedProxy(folder / "proxy", dict.fromkeys(hosts, files.endpoint)) as proxy,
    ):
        variables = environment(hub, folder / "home") | proxy.environment() | {"KERAS_BACKEND": "torch"}
        publish(hub, files, weights, addresses)
        ptmdeps(["lock"], project, variables)
        ptmdeps(["sync"], project, variables)
        move(hub, files, weights, addresses)
        unlocked = python(["main.py"], project, variables, interpreter=interpreter)
        assert proxy.refused == []
    locked = ptmdeps(["run", "--", str(interpreter), "main.py"], project, variables)
    return Outcome(locked=report(locked), unlocked=report(unlocked))


@pytest.mark.parametrize("label", LOADS)
def test_named_model_is_the_pinned_one_without_a_network(label: str, outcome: Outcome, weights: Weights) -> None:
    found = outcome.locked[label]

    assert "error" not in found, found["error"]
    assert frozenset(found["evidence"]) == weights.shows(label)("pinned")


@pytest.mark.parametrize("label", [label for label in LOADS if label not in REFUSED])
def test_the_same_code_without_ptmdeps_loads_what_is_there_now(label: str, outcome: Outcome, weights: Weights) -> None:
    found = outcome.unlocked[label]

    assert "error" not in found, found["error"]
    assert frozenset(found["evidence"]) == weights.shows(label)("moved")


@pytest.mark.parametrize("label", REFUSED)
def test_the_same_code_without_ptmdeps_fails_where_its_table_has_a_digest(label: str, outcome: Outcome) -> None:
    assert REFUSED[label] in outcome.unlocked[label]["error"]


def report(finished: Finished) -> dict[str, Any]:
    """What `evidence.report` wrote, after the progress bars of Keras."""
    return dict(json.loads(finished.stdout[finished.stdout.index("{") :]))


def own_builds(addresses: Mapping[str, str]) -> tuple[OwnBuild, ...]:
    """The libraries whose tables have digests, with those of our weights."""
    clip, whisper = (addresses[label].split("/")[-2] for label in ("clip", "whisper"))
    squeezenet = addresses["torchvision"].rpartition("-")[2]
    return (
        OwnBuild(
            distribution="clip-anytorch",
            package="clip",
            replaced={"clip.py": {"40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af": clip}},
        ),
        OwnBuild(
            distribution="openai-whisper",
            package="whisper",
            replaced={"__init__.py": {"65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9": whisper}},
        ),
        OwnBuild(
            distribution="torchvision",
            package="torchvision",
            replaced={"models/squeezenet.py": {"squeezenet1_1-b8a52dc0.pth": f"squeezenet1_1-{squeezenet}"}},
        ),
        OwnBuild(
            distribution="open-clip-torch",
            package="open_clip",
            replaced={"pretrained.py": {"\n_PRETRAINED = {\n": f"\n_PRETRAINED = {{\n{_row(addresses)}"}},
            added={f"model_configs/{MINI_CLIP.name}": MINI_CLIP},
        ),
    )


def _row(addresses: Mapping[str, str]) -> str:
    release, plain = (addresses[f"open_clip, name of an address{end}"] for end in ("", " without a digest"))
    return (
        '    "ViT-Mini-16": dict(\n        acme_hub=_pcfg(hf_hub="acme/mini-clip/"),\n'
        f'        acme_release=_pcfg("{release}"),\n        acme_plain=_pcfg("{plain}"),\n    ),\n'
    )


def requirements(builds: tuple[OwnBuild, ...]) -> str:
    """The versions that the project has, as `pip freeze` says them."""
    own = {build.distribution: f"{version(build.distribution)}{LOCAL}" for build in builds}
    others = {name: version(name) for name in ("keras", "timm")}
    return "".join(f"{name}=={number}\n" for name, number in {**own, **others}.items())


def publish(hub: EmbeddedHub, files: EmbeddedFiles, weights: Weights, addresses: Mapping[str, str]) -> None:
    """Put everything where the tables say."""
    for name, label in REPOSITORIES.items():
        hub.repositories.create(name, weights.files(label, "pinned"))
    put(files, weights, addresses, "pinned")


def move(hub: EmbeddedHub, files: EmbeddedFiles, weights: Weights, addresses: Mapping[str, str]) -> None:
    """Replace all weights."""
    for name, label in REPOSITORIES.items():
        hub.repositories[name].commit(weights.files(label, "moved"), message="Retrain")
    put(files, weights, addresses, "moved")


def put(files: EmbeddedFiles, weights: Weights, addresses: Mapping[str, str], state: str) -> None:
    """Serve what is at each address in a state."""
    for address, label in addresses.items():
        _, _, host, path = address.split("/", 3)
        files.put(f"/{path}", weights.file(label, state), host=host)
