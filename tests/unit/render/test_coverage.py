"""Minimum elements as text, JSON and Markdown."""

from __future__ import annotations

import json

import pytest

from ptmdeps.bom.coverage import LISTS, coverage
from ptmdeps.render.coverage import COVERAGE_FORMATS
from tests.unit.bom.spdx import bills


def _rendered(format_: str, bill: str, asked: str = "ntia") -> str:
    return COVERAGE_FORMATS[format_](coverage(bills.ALL[bill](), asked))


def test_text_says_what_is_missing_why_and_what_to_do() -> None:
    assert _rendered("text", "minimal") == (
        "The Minimum Elements For a Software Bill of Materials (SBOM) (2021-07-12)\n"
        "7 elements: 2 present, 4 partly there, 1 missing\n"
        "\n"
        "Data Fields\n"
        "  ~ Supplier Name: 1 of 2\n"
        "      neither card nor configuration says it (shop)\n"
        '      hint: Say it in [tool.ptmdeps.bom]: supplier = "Acme GmbH"; of models and data sets, in its '
        "`components`\n"
        "  + Component Name: 2 of 2\n"
        "  ~ Version of the Component: 1 of 2\n"
        "      neither lock nor hub says it (shop)\n"
        '      hint: Give the project a version: `version` of [project], or in [tool.ptmdeps.bom]: version = "1.0"\n'
        "  ~ Other Unique Identifiers: 1 of 2\n"
        "      neither lock nor hub says it (shop)\n"
        "  ~ Dependency Relationship\n"
        "      1 gap: app.py:9 loads what nobody knows\n"
        "      hint: Lock what the code loads: `ptmdeps scan --unresolved` names the places that ptmdeps cannot "
        "follow; what is gone at its hub stays a gap\n"
        "  - Author of SBOM Data\n"
        "      only you know it, and the manifest does not say it\n"
        '      hint: Say it in [tool.ptmdeps.bom]: author = { name = "Acme GmbH", email = "sbom@acme.example" }\n'
        "  + Timestamp\n"
    )


def test_json_has_every_element() -> None:
    document = json.loads(_rendered("json", "lineage", "g7"))
    assert document["version"] == 1
    assert document["list"]["name"] == "g7" and document["list"]["version"] is None
    assert sum(document["counts"].values()) == len(document["elements"]) == 50
    (license_,) = [one for one in document["elements"] if one["name"] == "Model license"]
    assert license_["status"] == "partly" and license_["lacking"] == ["acme/adapter"] and license_["of"] == 2


def test_markdown_is_a_table_for_each_cluster() -> None:
    text = _rendered("markdown", "full", "cisa")
    assert text.startswith("## 2026 Minimum Elements for a Software Bill of Materials (2.1, 2026-07-29)\n")
    assert text.count("| Element |  | Why | What to do |") == 2
    assert "| SBOM Author Signature | missing |" in text


@pytest.mark.parametrize("asked", LISTS)
@pytest.mark.parametrize("format_", COVERAGE_FORMATS)
def test_hostile_names_stay_in_their_place(format_: str, asked: str) -> None:
    text = _rendered(format_, "hostile", asked)
    assert "\u202e" not in text or format_ == "json"
    assert "<script>" not in text or format_ != "markdown"
    assert _rendered(format_, "hostile", asked) == text
