"""tensorflow_hub and TensorFlow as they are, in unmodified code: what is locked, without a network, after TF Hub moved.

Every model weighs and sums four numbers: which weights it has shows which version was loaded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub.archives import tar
from embedded_kaggle import EmbeddedKaggle
from embedded_proxy import EmbeddedProxy
from embedded_tfhub import EmbeddedTfHub, linear
from tests.loaders.clients import UNREACHABLE, python_with, run, variables
from tests.loaders.proof import ptmdeps, write_project

pytestmark = pytest.mark.loaders

_HOSTS = ("tfhub.dev", "www.kaggle.com", "storage.googleapis.com")
AT_KAGGLE = "acme/other/tensorFlow2/base"
_PINNED, _SECOND = (1.0, 2.0, 3.0, 4.0), (10.0, 20.0, 30.0, 40.0)
_LOADS: Mapping[str, str] = {
    "newest": 'values(hub.load("https://tfhub.dev/acme/linear"))',
    "version": 'values(hub.load("https://tfhub.dev/acme/linear/1"))',
    "with a slash": 'values(hub.load("https://tfhub.dev/acme/linear/1/"))',
    "layer": 'values(hub.KerasLayer("https://tfhub.dev/acme/linear"))',
    "moved to Kaggle": 'values(hub.load("https://tfhub.dev/acme/moved"))',
    "handle of Kaggle": f'values(hub.load("https://www.kaggle.com/models/{AT_KAGGLE}/1"))',
    "live": 'live("https://tfhub.dev/acme/linear")',
}
_MOVING = ("newest", "layer", "moved to Kaggle")
_PROGRAM = """import json
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import tensorflow as tf
import tensorflow_hub as hub


def values(model):
    return [float(model(tf.constant([row]))[0, 0]) for row in tf.eye(4).numpy().tolist()]


def live(handle):
    os.environ["TFHUB_MODEL_LOAD_FORMAT"] = "UNCOMPRESSED"
    try:
        return values(hub.load(handle))
    finally:
        del os.environ["TFHUB_MODEL_LOAD_FORMAT"]


def tried(load):
    try:
        return {"values": load()}
    except Exception:
        return {"error": traceback.format_exc()}


loads = {
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What every load got: under `ptmdeps run` without a network, and on its own with one."""

    locked: Mapping[str, Any]
    unlocked: Mapping[str, Any]


def program() -> str:
    lines = [f"    {label!r}: lambda: {load},\n" for label, load in _LOADS.items()]
    lines.append("    'not locked': lambda: hub.load(sys.argv[1]),\n")
    end = "}\nprint(json.dumps({label: tried(loads[label]) for label in sys.argv[2:]}))\n"
    return _PROGRAM + "".join(lines) + end


def publish(tfhub: EmbeddedTfHub, weights: tuple[float, ...]) -> None:
    tfhub.publish("acme/linear", linear(weights))
    tfhub.publish("acme/moved", linear(weights), kaggle="acme/moved/tensorFlow2/base")
    tfhub.publish("acme/other", linear(weights), kaggle=AT_KAGGLE)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Lock and sync, publish second versions, and run the program with and without ptmdeps."""
    python = python_with("tensorflow_hub")
    folder = tmp_path_factory.mktemp("tensorflow_hub")
    project = write_project(folder / "project", program())
    mine = {**variables(folder / "home"), "TFHUB_MODEL_LOAD_FORMAT": "COMPRESSED"}
    arguments = [python, "main.py", "https://tfhub.dev/acme/none/3"]
    labels = [*_LOADS, "not locked"]
    with EmbeddedTfHub() as tfhub, EmbeddedKaggle() as kaggle:
        publish(tfhub, _PINNED)
        kaggle.publish(AT_KAGGLE, linear(_PINNED), licence="Apache 2.0")
        with EmbeddedProxy(folder / "proxy", dict.fromkeys(_HOSTS, tfhub.endpoint)) as proxy:
            online = {**mine, **proxy.environment(), "NO_PROXY": "127.0.0.1"}
            ptmdeps(["lock"], project, {**online, "PTMDEPS_KAGGLE_ENDPOINT": kaggle.endpoint})
            ptmdeps(["sync"], project, online)
            publish(tfhub, _SECOND)
            other = write_project(folder / "other", program())
            cache = {"TFHUB_CACHE_DIR": str(folder / "cache")}
            unlocked = run([*arguments, *_MOVING], other, {**online, **cache})
    finished = ptmdeps(["run", "--", *arguments, *labels], project, {**mine, **UNREACHABLE})
    return Outcome(locked=json.loads(finished.stdout), unlocked=unlocked)


@pytest.mark.parametrize("label", _LOADS)
def test_unmodified_code_loads_the_pinned_version_without_a_network(label: str, outcome: Outcome) -> None:
    found = outcome.locked[label]
    assert "error" not in found, found["error"]
    assert tuple(found["values"]) == _PINNED


@pytest.mark.parametrize("label", _MOVING)
def test_the_same_code_without_ptmdeps_loads_what_tf_hub_has_now(label: str, outcome: Outcome) -> None:
    found = outcome.unlocked[label]
    assert "error" not in found, found["error"]
    assert tuple(found["values"]) == _SECOND


def test_what_is_not_locked_is_named_with_its_place_and_the_remedy(outcome: Outcome) -> None:
    line = program().partition("'not locked'")[0].count("\n") + 1
    name = "tfhub:https://tfhub.dev/acme/none/3"
    error = outcome.locked["not locked"]["error"]
    assert f"the model `{name}` is not in ptm.lock (asked for by main.py:{line})" in error
    assert f"To add it: ptmdeps install {name}\n" in error


def test_an_archive_that_is_locked_as_a_file_is_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    python = python_with("tensorflow_hub")
    folder = tmp_path_factory.mktemp("archive")
    code = "import tensorflow_hub as hub\nprint(hub.resolve('https://models.example/linear.tar.gz'))\n"
    project = write_project(folder / "project", code)
    mine = variables(folder / "home")
    with EmbeddedFiles() as files:
        files.put("/linear.tar.gz", tar(linear(_PINNED)), host="models.example")
        with EmbeddedProxy(folder / "proxy", {"models.example": files.endpoint}) as proxy:
            ptmdeps(["lock"], project, {**mine, **proxy.environment()})
            ptmdeps(["sync"], project, {**mine, **proxy.environment()})
    done = ptmdeps(["run", "--", python, "main.py"], project, {**mine, **UNREACHABLE})
    found = Path(done.stdout.splitlines()[-1])
    assert found.is_relative_to(project / ".ptm")
    assert (found / "saved_model.pb").read_bytes() == linear(_PINNED)["saved_model.pb"]
    ptmdeps(["sync", "--check"], project, {**mine, **UNREACHABLE})
