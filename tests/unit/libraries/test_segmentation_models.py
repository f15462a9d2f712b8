"""The backbones of segmentation_models, with weights of four libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import segmentation_models
from ptmdeps.libraries.table import Entry
from tests.unit.libraries.making import library

MD5, SHA256 = "3" * 32, "4" * 64
FILES = {
    "segmentation_models/backbones/backbones_factory.py": """
        raise SystemExit("imported")
        import copy
        import effnet.model as eff
        from classification_models.models_factory import ModelsFactory
        from . import inception as inc

        class BackbonesFactory(ModelsFactory):
            "Backbones."
            _models_update = {"inception": [inc.Inception, inc.prepare], "effb0": [eff.EffB0, eff.prepare]}
            _models_delete = ["gone"]

            @property
            def models(self): ...
    """,
    "segmentation_models/backbones/inception.py": f"""
        def Inception(include_top=True, weights="imagenet", input_tensor=None, **kwargs):
            if weights == "imagenet":
                file = "inception.h5" if include_top else "inception_notop.h5"
                keras_utils.get_file(file, "https://acme.example/" + file, cache_subdir="models", file_hash="{MD5}")
    """,
    "classification_models/models_factory.py": """
        import old_applications as oa
        from .models import resnet as rn

        class ModelsFactory:
            _models = {
                "res18": [rn.Res18, rn.prepare],
                "inception": [oa.inception.Inception, oa.inception.prepare],
                "gone": [oa.gone.Gone, None],
                "odd": oa.odd,
                "unbound": [missing.Thing],
                KEY: [rn.Res18],
            }
            _models_update = load()
    """,
    "classification_models/weights.py": f"""
        WEIGHTS_COLLECTION = [
            {{"model": "res18", "dataset": "imagenet", "include_top": True, "url": "https://acme.example/t.h5"}},
            {{
                "model": "res18", "dataset": "imagenet", "classes": 1000, "include_top": False, "md5": "{MD5}",
                "url": "https://acme.example/res18_no_top.h5", "name": "res18_no_top.h5",
            }},
            {{
                "model": "res18", "dataset": "larger", "include_top": False, "md5": "{MD5}",
                "url": "https://acme.example/v1/res18.h5", "name": "res18_larger.h5",
            }},
            {{"model": "res18", "dataset": "unnamed", "include_top": False}},
            {{"model": "elsewhere", "dataset": "imagenet", "include_top": False, "url": "https://h/a", "name": "a"}},
            3,
        ]
    """,
    "effnet/model.py": f"""
        BASE = "https://acme.example/eff/"
        HASHES = {{"eff-b0": ("x", "{SHA256}")}}

        def Eff(width, include_top=True, weights="imagenet", model_name="eff", **kwargs):
            backend, layers, models, keras_utils = get_submodules_from_kwargs(kwargs)
            name = "{{}}_{{}}_notop.h5".format(model_name, weights)
            keras_utils.get_file(name, BASE + name, cache_subdir="models", file_hash=HASHES[model_name][1])

        def EffB0(include_top=True, weights="imagenet", **kwargs):
            return Eff(1.0, include_top=include_top, weights=weights, model_name="eff-b0", **kwargs)
    """,
    "old_applications/gone.py": 'def Gone(weights=None): get_file("gone.h5", "https://acme.example/gone.h5")',
}


def entry(path: str, digest: str, kept: str = "") -> tuple[Entry]:
    key = ModelKey("url", f"https://acme.example/{path}")
    return (Entry(key=key, reads="keras", hash=digest, files=(kept,) if kept else ()),)


def test_backbones_by_set_of_weights(tmp_path: Path) -> None:
    inception = entry("inception_notop.h5", f"md5:{MD5}")
    res18 = entry("res18_no_top.h5", f"md5:{MD5}")
    effb0 = entry("eff/eff-b0_imagenet_notop.h5", f"sha256:{SHA256}")
    assert segmentation_models.read(library(tmp_path, FILES)) == {
        "inception": inception,
        "inception@imagenet": inception,
        "res18": res18,
        "res18@imagenet": res18,
        "res18@larger": entry("v1/res18.h5", f"md5:{MD5}", "res18_larger.h5"),
        "effb0": effb0,
        "effb0@imagenet": effb0,
        "effb0@noisy-student": entry("eff/eff-b0_noisy-student_notop.h5", f"sha256:{SHA256}"),
    }


@pytest.mark.parametrize("text", ["", "ModelsFactory = make()", "class ModelsFactory:\n _models = {}"])
def test_no_backbones(tmp_path: Path, text: str) -> None:
    assert segmentation_models.read(library(tmp_path, {"classification_models/models_factory.py": text})) == {}
