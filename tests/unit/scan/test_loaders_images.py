"""Loads of libraries that restore, detect and condition on images."""

from __future__ import annotations

import pytest

from tests.unit.scan.conftest import Scan
from tests.unit.scan.said import LOCAL, UNRESOLVED, said

WEIGHTS = "https://example.org/w.pth"

RESTORING = [
    ("from gfpgan import GFPGANer", f'GFPGANer("{WEIGHTS}")', [f"url:{WEIGHTS}"]),
    ("from gfpgan.utils import GFPGANer", 'GFPGANer(model_path="weights/a.pth")', [LOCAL]),
    ("from realesrgan import RealESRGANer", f'RealESRGANer(2, "{WEIGHTS}")', [f"url:{WEIGHTS}"]),
    (
        "from realesrgan import RealESRGANer",
        f'RealESRGANer(scale=4, model_path=["{WEIGHTS}", "https://example.org/d.pth"], dni_weight=[1, 0])',
        ["url:https://example.org/d.pth", f"url:{WEIGHTS}"],
    ),
]

FACES = [
    ("from facexlib.detection import init_detection_model", 'init_detection_model("retinaface_resnet50")'),
    ("from facexlib.parsing import init_parsing_model", 'init_parsing_model(model_name="parsenet")'),
    ("from facexlib.parsing import init_parsing_model", "init_parsing_model()"),
    ("from facexlib.matting import init_matting_model", "init_matting_model(half=True)"),
]
FACES_EXPECTED = ["retinaface_resnet50", "parsenet", "bisenet", "modnet"]

BACKBONE = "from torchvision.models.detection import fasterrcnn_resnet50_fpn as detector"
TABLE = "from torchvision import models\nTABLE = {'a': models.resnet50, 'b': {'c': models.vgg11}}"

ARCHITECTURES = [
    (BACKBONE, 'detector(weights_backbone="IMAGENET1K_V1")', ["torchvision:resnet50@IMAGENET1K_V1"]),
    (BACKBONE, 'detector(weights_backbone="ResNet50_Weights.DEFAULT")', ["torchvision:resnet50@DEFAULT"]),
    (TABLE, "TABLE['a'](pretrained=True)", ["torchvision:resnet50"]),
    (TABLE, "TABLE['b']['c'](pretrained=True)", ["torchvision:vgg11"]),
    (TABLE, "TABLE['a'](pretrained=False)", []),
    ("import segmentation_models as sm", 'sm.Unet("resnet34")', ["segmentation_models:resnet34"]),
    (
        "from segmentation_models import FPN",
        'FPN("efficientnetb0", encoder_weights="imagenet")',
        ["segmentation_models:efficientnetb0@imagenet"],
    ),
    ("import segmentation_models as sm", "sm.Linknet()", ["segmentation_models:vgg16"]),
    ("import segmentation_models as sm", 'sm.PSPNet("resnet34", encoder_weights=None)', []),
]

OTHERS = [
    ("from timm.models.hub import download_cached_file", f'download_cached_file("{WEIGHTS}")', [f"url:{WEIGHTS}"]),
    ("import timm.models.hub as hub", f'hub.download_cached_file("{WEIGHTS}", False)', [f"url:{WEIGHTS}"]),
    ("from timm.models.hub import download_cached_file", "download_cached_file(input())", [UNRESOLVED]),
    (
        "from controlnet_aux import HEDdetector",
        'HEDdetector.from_pretrained("acme/Annotators", filename="hed.pth")',
        ["huggingface:acme/Annotators[hed.pth]"],
    ),
    (
        "from controlnet_aux.processor import MidasDetector",
        'MidasDetector.from_pretrained("acme/Annotators")',
        ["huggingface:acme/Annotators"],
    ),
]


@pytest.mark.parametrize(
    ("imports", "code", "expected"),
    [
        *RESTORING,
        *((*row, [f"facexlib:{name}"]) for row, name in zip(FACES, FACES_EXPECTED, strict=True)),
        *ARCHITECTURES,
        *OTHERS,
    ],
)
def test_load_of_a_model_for_images(imports: str, code: str, expected: list[str], scan_files: Scan) -> None:
    assert said(scan_files(f"{imports}\n{code}\n")) == expected


def test_archive_of_data_is_no_model(scan_files: Scan) -> None:
    code = 'import torch\ntorch.hub.download_url_to_file("https://example.org/coco2017val.zip", "a.zip")\n'
    assert said(scan_files(code)) == []
