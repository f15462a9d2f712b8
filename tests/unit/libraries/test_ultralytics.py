"""The files of ultralytics' releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import ultralytics
from ptmdeps.libraries.table import Entry
from tests.unit.libraries.making import library

NOW = """
    raise SystemExit("imported")
    GITHUB_ASSETS_NAMES = frozenset(
        [f"fox{k}{suffix}.pt" for k in "ns" for suffix in ("", "-seg")] + [f"cub_{k}.pt" for k in "b"] + ["a.ts", 7]
    )

    def attempt_download_asset(file, repo="acme/assets", release="v2.1.0", **kwargs): ...
"""
ONCE = """
    GITHUB_ASSET_NAMES = [f'fox{k}.pt' for k in 'ns']

    def attempt_download_asset(file, repo='acme/assets', release='v2.1.0'): ...
"""


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        (
            "ultralytics/utils/downloads.py",
            NOW,
            ["a.ts", "cub_b.pt", "foxn-seg.pt", "foxn.pt", "foxs-seg.pt", "foxs.pt"],
        ),
        ("ultralytics/yolo/utils/downloads.py", ONCE, ["foxn.pt", "foxs.pt"]),
        ("ultralytics/utils/downloads.py", NOW.replace('release="v2.1.0"', "release=None"), []),
        ("ultralytics/utils/downloads.py", ONCE.replace("GITHUB", "OTHER"), []),
        ("ultralytics/other.py", NOW, []),
    ],
)
def test_files_of_a_release(tmp_path: Path, path: str, text: str, names: list[str]) -> None:
    folder = "https://github.com/acme/assets/releases/download/v2.1.0"
    found = ultralytics.read(library(tmp_path, {path: text}))
    assert sorted(found) == names
    for name in names:
        assert found[name] == (Entry(key=ModelKey("url", f"{folder}/{name}"), reads="ultralytics"),)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("yolov5n.pt", "yolov5nu.pt"),
        ("yolov5x6.pt", "yolov5x6u.pt"),
        ("yolov3.pt", "yolov3u.pt"),
        ("yolov3-spp.pt", "yolov3-sppu.pt"),
        ("yolov5nu.pt", "yolov5nu.pt"),
        ("yolo11n.pt", "yolo11n.pt"),
        ("yolov5n-seg.pt", "yolov5n-seg.pt"),
    ],
)
def test_former_names_are_those_of_newer_weights(name: str, spelled: str) -> None:
    assert list(ultralytics.spellings(name, "")) == [spelled]
