"""``examples/scan-tour``: one example of each way in which projects name their models, and everything a scan says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import Session

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tour(session: Session) -> Session:
    """A copy of the example."""
    shutil.copytree(ROOT / "examples" / "scan-tour", session.project, dirs_exist_ok=True)
    return session


def test_scan_tour(tour: Session, snapshot: Callable[[Session], None]) -> None:
    tour.run("scan --all --soft --explain")
    tour.run("scan --format markdown")
    snapshot(tour)


def test_formats_agree_about_the_tour(tour: Session) -> None:
    tour.run("scan --format json --scope main")
    found = json.loads(tour.stdout)
    jsonschema.validate(found, json.loads((ROOT / "docs" / "reference" / "scan.schema.json").read_text()))
    tour.run("scan --format sarif")
    results = json.loads(tour.stdout)["runs"][0]["results"]
    places = [place["physicalLocation"] for result in results for place in result["locations"]]
    reported = {(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places}
    loads = {(one["location"]["path"], one["location"]["line"]) for one in found["references"] if not one["soft"]}
    assert reported and reported <= loads
    tour.run("scan --format markdown")
    assert all(f"{one['name']}`" in tour.stdout for one in found["references"] if not one["soft"])


def test_readme_of_the_tour_names_every_file_that_is_scanned(tour: Session) -> None:
    tour.run("scan --format json --scope main")
    found = json.loads(tour.stdout)
    scanned = {one["location"]["path"] for outcomes in ("references", "unresolved", "local") for one in found[outcomes]}
    text = (tour.project / "README.md").read_text()
    assert [path for path in sorted(scanned) if f"`{path}`" not in text] == []


def test_readme_of_the_project_shows_what_the_tour_prints(tour: Session) -> None:
    """The example in README.md is a part of the real output."""
    shown = (ROOT / "README.md").read_text().partition("$ ptmdeps scan --explain\n")[2].partition("```")[0]
    tour.run("scan --explain")
    blocks = shown.removesuffix("…\n").strip().split("\n\n")
    assert len(blocks) > 1 and [block for block in blocks if block not in tour.stdout] == []
