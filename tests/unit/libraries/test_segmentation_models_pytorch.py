"""The encoders of segmentation_models_pytorch: pinned repositories, addresses of other libraries, and timm's models."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import segmentation_models_pytorch as smp
from ptmdeps.libraries.reading import in_repository, of_torch
from tests.unit.libraries.making import library

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ENCODERS = "segmentation_models_pytorch/encoders"
PINNED = f"""
raise_when_imported = True
net_encoders = {{
    "net18": {{
        "encoder": NetEncoder,
        "pretrained_settings": {{
            "imagenet": {{"repo_id": "acme/net18.imagenet", "revision": "{COMMIT}"}},
            "ssl": {{"repo_id": "acme/net18.ssl", "revision": "{COMMIT}"}},
            "unpinned": {{"repo_id": "acme/net18.unpinned"}},
        }},
    }},
    "net19": {{"encoder": NetEncoder}},
    "net20": 5,
}}
"""
FROM_OTHERS = """
from copy import deepcopy
from others.models import pretrained_settings

new_settings = {"net18": {"ssl": "https://example.org/net18_ssl-0123abcd.pth"}, "net19": {"ssl": ""}}
pretrained_settings = deepcopy(pretrained_settings)
for model_name, sources in new_settings.items():
    if model_name not in pretrained_settings:
        pretrained_settings[model_name] = {}
    for source_name, source_url in sources.items():
        pretrained_settings[model_name][source_name] = {"url": source_url}

net_encoders = {
    "net18": {"pretrained_settings": pretrained_settings["net18"]},
    "net19": {"pretrained_settings": pretrained_settings["net19"]},
}
"""
OTHERS = """
pretrained_settings = {"net18": {"imagenet": {"url": "https://example.org/net18-0123abcd.pth", "std": [0.2]}}}
"""
FROM_TIMM = """
from timm.models.net import default_cfgs

def prepare_settings(settings):
    return {"mean": settings.mean, "url": settings.url, "input_range": (0, 1)}

timm_net_encoders = {
    "timm-net": {
        "pretrained_settings": {
            "imagenet": prepare_settings(default_cfgs["tf_net"].cfgs["in1k"]),
            "noisy": prepare_settings(default_cfgs["tf_net"].cfgs["ns"]),
        },
    },
}
"""
TIMM = """
def _cfg(url='', **kwargs):
    return {'url': url, 'mean': 5, **kwargs}

default_cfgs = generate_default_cfgs({'tf_net.in1k': _cfg(url='https://example.org/in1k-0123abcd.pth'), 'tf_net.x': {}})
"""


def test_pinned_repositories(tmp_path: Path) -> None:
    names = smp.read(library(tmp_path, {f"{ENCODERS}/__init__.py": "", f"{ENCODERS}/net.py": PINNED}))
    files = ("config.json", "model.safetensors")
    assert names == {
        "net18@imagenet": (in_repository("acme/net18.imagenet", reads="file", ref=COMMIT, files=files),),
        "net18@ssl": (in_repository("acme/net18.ssl", reads="file", ref=COMMIT, files=files),),
    }


def test_tables_of_other_libraries(tmp_path: Path) -> None:
    files = {f"{ENCODERS}/__init__.py": "", f"{ENCODERS}/net.py": FROM_OTHERS}
    others = {"others/__init__.py": "", "others/models.py": OTHERS}
    assert smp.read(library(tmp_path / "both", {**files, **others})) == {
        "net18@imagenet": (of_torch("https://example.org/net18-0123abcd.pth"),),
        "net18@ssl": (of_torch("https://example.org/net18_ssl-0123abcd.pth"),),
    }
    assert smp.read(library(tmp_path / "alone", files)) == {}


def test_tables_of_timm(tmp_path: Path) -> None:
    files = {f"{ENCODERS}/__init__.py": "", f"{ENCODERS}/timm_net.py": FROM_TIMM}
    timm = {"timm/__init__.py": "", "timm/models/__init__.py": "", "timm/models/net.py": TIMM}
    found = smp.read(library(tmp_path, {**files, **timm}))
    assert found == {"timm-net@imagenet": (of_torch("https://example.org/in1k-0123abcd.pth"),)}


@pytest.mark.parametrize(
    ("name", "ref", "spelled"),
    [
        ("net18", "", ["net18@imagenet"]),
        ("net18", "ssl", ["net18@ssl"]),
        ("tu-net18.a1", "imagenet", [ModelKey("timm", "net18.a1")]),
        ("timm-regnetx_002", "imagenet", ["timm-regnetx_002@imagenet", ModelKey("timm", "regnetx_002")]),
        (
            *("timm-mobilenetv3_large_075", ""),
            ["timm-mobilenetv3_large_075@imagenet", ModelKey("timm", "tf_mobilenetv3_large_075")],
        ),
        ("timm-efficientnet-b0", "advprop", ["timm-efficientnet-b0@advprop"]),
    ],
)
def test_spellings(name: str, ref: str, spelled: list[object]) -> None:
    assert list(smp.spellings(name, ref)) == spelled
