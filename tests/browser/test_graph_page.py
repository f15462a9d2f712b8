"""The page in a real browser: ``make test-browser``. Axe looks at it, keys are pressed, nothing may be fetched."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.render.graph.page import page
from tests.browser.documents import Json, circular, document, generated, hostile, small

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
MODULES = ROOT / ".browser"
PAGES: dict[str, Callable[[], Json]] = {
    "five": small,
    "sixty": lambda: generated(60),
    "many": lambda: generated(500),
    "hostile": hostile,
    "circular": circular,
    "none": lambda: document([], []),
}
CASES = [(name, scheme) for name in sorted(PAGES) for scheme in ("light", "dark")]
BOX = (232, 50)

Seen = dict[str, Any]


@pytest.fixture(scope="module")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Seen]:
    """What the browser saw of every page, light and dark: one start of it for all tests."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium or not shutil.which("node"):
        pytest.skip("no Chromium or no Node.js on this machine")
    if not (MODULES / "node_modules" / "playwright-core").is_dir():
        pytest.skip("playwright-core is not there: make test-browser installs it")
    folder = tmp_path_factory.mktemp("pages")
    for name, make in PAGES.items():
        (folder / f"{name}.html").write_text(page(make()), encoding="utf-8")
    command = ["node", str(Path(__file__).with_name("drive.mjs")), str(MODULES), chromium, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stderr
    return {(one["name"], one["colorScheme"]): one for one in json.loads(done.stdout)}


@pytest.fixture(params=CASES, ids=" ".join)
def seen(request: pytest.FixtureRequest, browsed: dict[tuple[str, str], Seen]) -> Seen:
    return browsed[request.param]


def test_nothing_goes_wrong_and_nothing_is_fetched(seen: Seen) -> None:
    assert (seen["troubles"], seen["requests"], seen["harmed"]) == ([], [], None)


def test_axe_finds_nothing(seen: Seen) -> None:
    assert seen["axe"] == []


def test_boxes_do_not_overlap(seen: Seen) -> None:
    for places in (seen["boxes"], seen.get("unfolded", [])):
        assert [
            (one, other)
            for one, other in combinations(places, 2)
            if abs(one[0] - other[0]) < BOX[0] and abs(one[1] - other[1]) < BOX[1]
        ] == []


def test_all_nodes_are_drawn_or_folded_and_all_are_in_the_tables(seen: Seen) -> None:
    made = PAGES[seen["name"]]()
    nodes, edges = len(made["nodes"]), len(made["edges"])
    assert seen["rows"] == [min(100, nodes), min(100, edges)]
    if nodes:
        assert seen["counts"][0].startswith(f"{nodes} row") and seen["counts"][1].startswith(f"{edges} row")
        assert len(seen["unfolded"]) == nodes
        assert len(seen["boxes"]) == nodes if nodes <= 80 else len(seen["boxes"]) < 150


def test_keys_walk_the_graph(browsed: dict[tuple[str, str], Seen]) -> None:
    seen = browsed["five", "light"]
    names = [name.split(",")[0] for name in seen["keys"]]
    assert names == [
        "newsroom",
        "newsroom",
        "app/answer.py:12",
        "acme/otter-8b-press",
        "app/answer.py:12",
        "app/answer.py:12",
    ]
    assert seen["opened"][:2] == ["panel-title", "app/answer.py:12"]
    assert seen["opened"][2] == "app/answer.py:12: 1 node on the ways to it, 3 nodes behind it."
    assert "PeftModel.from_pretrained" in seen["panel"]
    assert (seen["closed"][0].split(",")[0], seen["closed"][1]) == ("app/answer.py:12", True)
    assert seen["search"] == ["query", 3, "3 nodes found."]
    assert seen["filtered"] == 4


def test_hostile_texts_are_shown(browsed: dict[tuple[str, str], Seen]) -> None:
    panel = browsed["hostile", "dark"]["panel"]
    assert "<img src=x onerror='window.harmed = 1'>" in panel
    assert "\\u{202e}gnp.exe" in panel and "\u202e" not in panel
