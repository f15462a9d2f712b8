"""The files of applications, computed from what their functions would fetch."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import keras_applications
from ptmdeps.libraries.table import Entry
from tests.unit.libraries.making import library

MD5, SHA256 = "1" * 32, "2" * 64
NETWORK = f"""
    raise SystemExit("imported")
    from {{package}}.applications import imagenet_utils
    from {{package}}.utils import file_utils

    BASE = "https://acme.example/networks/"
    HASHES = {{"net5": ("{MD5}", "{SHA256}")}}

    def Net(build, include_top=True, weights="imagenet", name="net"):
        if not (weights in {{"imagenet", None}} or file_utils.exists(weights)):
            raise ValueError(weights)
        shape = imagenet_utils.obtain_input_shape(None, default_size=224)
        rows = shape[0]
        if rows not in [128, 224]:
            rows = 128
        x = build(shape)
        for index in range(3):
            x = layers.Conv(index)(x)
        if weights == "imagenet":
            if include_top:
                file_name, digest = f"{{name}}_{{rows}}.h5", HASHES[name][0]
            else:
                file_name, digest = name + "_%d_notop.h5" % rows, HASHES[name][1]
            path = file_utils.get_file(file_name, BASE + file_name, cache_subdir="models", file_hash=digest)
            return load(path)

    def Net5(include_top=True, weights="imagenet", input_shape=None, name="net5"):
        def build(x):
            return stack(x)
        return Net(build, include_top, weights, name=name)

    def Renamed(include_top=True, weights="imagenet"):
        return file_utils.get_file(fname="renamed.h5", origin=BASE + "Other-Name.h5", md5_hash="{MD5}")

    def Elsewhere(include_top=True, weights="imagenet"):
        return file_utils.get_file("a.h5", BASE + "a.h5", cache_subdir="datasets")

    def Computed(include_top=True, weights="imagenet"):
        return file_utils.get_file(here(), BASE + here())

    def Unhashed(weights="imagenet"):
        return file_utils.get_file("c.h5", BASE + "c.h5", file_hash="odd")

    def helper(weights="imagenet"):
        return file_utils.get_file("b.h5", BASE + "b.h5")

    def Empty(weights="imagenet"): ...

    def Other(): ...
"""
SHAPES = """
    def obtain_input_shape(input_shape, default_size):
        if backend.image_data_format() == "channels_first":
            return (3, default_size, default_size)
        return (default_size, default_size, 3)
"""


def entry(file: str, digest: str = "", kept: str = "") -> Entry:
    address = f"https://acme.example/networks/{file}"
    return Entry(key=ModelKey("url", address), reads="keras", hash=digest, files=(kept,) if kept else ())


@pytest.mark.parametrize("package", ["keras.src", "keras", "tf_keras.src"])
def test_applications_have_a_file_with_and_one_without_their_classifier(tmp_path: Path, package: str) -> None:
    root = package.replace(".", "/")
    files = {
        f"{root}/applications/network.py": NETWORK.replace("{package}", package),
        f"{root}/applications/imagenet_utils.py": SHAPES,
    }
    assert keras_applications.read(library(tmp_path, files)) == {
        "Net5": (entry("net5_224.h5", f"md5:{MD5}"), entry("net5_224_notop.h5", f"sha256:{SHA256}")),
        "Renamed": (entry("Other-Name.h5", f"md5:{MD5}", "renamed.h5"),),
        "Unhashed": (entry("c.h5"),),
    }


def test_no_applications(tmp_path: Path) -> None:
    assert keras_applications.read(library(tmp_path, {"keras/src/applications/broken.py": "def ("})) == {}
