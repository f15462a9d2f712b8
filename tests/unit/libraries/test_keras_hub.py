"""The presets of keras-hub: handles of Kaggle and of the Hugging Face Hub."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import keras_hub
from ptmdeps.libraries.table import Entry
from tests.unit.libraries.making import library

PRESETS = """
    raise SystemExit("imported")
    OWNER = "kaggle://acme"
    backbone_presets = {
        "wolf_base": {"metadata": {"params": 1}, "kaggle_handle": "kaggle://acme/wolf/keras/wolf_base/3"},
        "wolf_newest": {"kaggle_handle": (f"{OWNER}/wolf/keras/" "wolf_newest")},
        "wolf_small": {"kaggle_handle": "hf://acme/wolf-small"},
        "too_short": {"kaggle_handle": "kaggle://acme/wolf"},
        "upwards": {"kaggle_handle": "kaggle://acme/wolf/keras/../../x"},
        "elsewhere": {"kaggle_handle": "gs://acme/wolf"},
        "computed": {"kaggle_handle": handle()},
        "none": {},
        "odd": 3,
    }
    notes = {"kaggle_handle": "kaggle://acme/wolf/keras/notes/1"}
"""
MORE = 'presets = {"cub": {"kaggle_handle": "kaggle://acme/cub/keras/cub/1"}}\nother_presets: dict = load()'


@pytest.mark.parametrize("models", ["keras_hub/src/models", "keras_nlp/src/models", "keras_nlp/models"])
def test_presets_of_every_package(tmp_path: Path, models: str) -> None:
    files = {
        f"{models}/wolf/wolf_presets.py": PRESETS,
        f"{models}/cub/cub_presets.py": MORE,
        f"{models}/cub/cub_backbone.py": MORE.replace("cub", "no"),
        f"{models}/task.py": "",
    }
    assert keras_hub.read(library(tmp_path, files)) == {
        "cub": (Entry(key=ModelKey("kaggle", "acme/cub/keras/cub"), ref="1", reads="keras-hub"),),
        "wolf_base": (Entry(key=ModelKey("kaggle", "acme/wolf/keras/wolf_base"), ref="3", reads="keras-hub"),),
        "wolf_newest": (Entry(key=ModelKey("kaggle", "acme/wolf/keras/wolf_newest"), reads="keras-hub"),),
        "wolf_small": (Entry(key=ModelKey("huggingface", "acme/wolf-small"), reads="keras-hub"),),
    }


def test_no_presets(tmp_path: Path) -> None:
    assert keras_hub.read(library(tmp_path, {})) == {}
