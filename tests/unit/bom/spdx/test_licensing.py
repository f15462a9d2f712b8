"""Licences of a package: what is declared, what is concluded, and what cannot be said."""

from __future__ import annotations

from typing import Any

import pytest

from ptmdeps.bom.model import Component, LicenseReference
from ptmdeps.bom.spdx import graph
from ptmdeps.bom.spdx.licensing import declared_expression, is_expression
from ptmdeps.lockfile.model import License
from tests.unit.bom.spdx import bills

NONE = "expandedlicensing_NoAssertionLicense"


@pytest.mark.parametrize(
    ("license_", "expression"),
    [
        (None, ""),
        (License(declared="apache-2.0"), "Apache-2.0"),
        (License(declared="other"), ""),
        (License(declared="unknown", recognized="MIT", likeness=100), "MIT"),
        (License(declared="", recognized="GPL-3.0-only", likeness=100), "GPL-3.0-only"),
        (License(declared="", recognized="GPL-3.0-only", likeness=93), ""),  # like it, and not the same
        (License(declared="Acme's own, v2"), "LicenseRef-Acme-s-own-v2"),
        (License(declared="///"), "LicenseRef-unnamed"),
        (License(declared="LicenseRef-acme"), "LicenseRef-acme"),
    ],
)
def test_what_is_declared_as_an_expression(license_: License | None, expression: str) -> None:
    assert declared_expression(license_) == expression


@pytest.mark.parametrize("text", ["MIT", "MIT OR Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0+"])
def test_expressions(text: str) -> None:
    assert is_expression(text)


@pytest.mark.parametrize("text", ["", "MIT AND (", "see file", "MIT\nMIT", "MIT <b>", "()", "é"])
def test_what_is_no_expression(text: str) -> None:
    assert not is_expression(text)


def _licenses(component: Component, *references: LicenseReference) -> tuple[str, str, list[dict[str, Any]]]:
    elements = graph(bills.bill((component,), (), licenses=references))
    texts = {one["spdxId"]: one.get("simplelicensing_licenseExpression", "") for one in elements if "spdxId" in one}
    package = next(one["spdxId"] for one in elements if one["type"] == "ai_AIPackage")
    found = {
        one["relationshipType"]: one["to"][0]
        for one in elements
        if one["type"] == "Relationship" and one["from"] == package
    }
    declared, concluded = (found[f"has{kind}License"] for kind in ("Declared", "Concluded"))
    custom = [one for one in elements if one["type"] == "expandedlicensing_CustomLicense"]
    return texts.get(declared, declared), texts.get(concluded, concluded), custom


def test_one_of_each_even_where_nothing_is_known() -> None:
    assert _licenses(bills.model("x", license=None)) == (NONE, NONE, [])
    assert _licenses(bills.model("x")) == ("Apache-2.0", "Apache-2.0", [])


def test_what_is_no_expression_is_not_asserted() -> None:
    assert _licenses(bills.model("x", license=License(declared="mit", concluded="MIT AND ("))) == ("MIT", NONE, [])


def test_a_licence_of_its_own_has_its_name_and_where_its_text_is() -> None:
    own = License(declared="acme terms", concluded="LicenseRef-acme AND MIT")
    reference = LicenseReference(identifier="LicenseRef-acme", name="Acme terms", url="https://acme.example/terms")
    declared, concluded, custom = _licenses(bills.model("x", license=own), reference)
    assert (declared, concluded) == ("LicenseRef-acme-terms", "LicenseRef-acme AND MIT")
    assert [(one["name"], one["simplelicensing_licenseText"]) for one in custom] == [
        ("Acme terms", "See https://acme.example/terms"),
        ("acme terms", "NOASSERTION"),
    ]


def test_the_text_beside_it_is_that_of_a_licence_of_its_own() -> None:
    own = License(declared="acme terms")
    assert _licenses(bills.model("x", license=own, license_text="Do as you like."))[2][0][
        "simplelicensing_licenseText"
    ] == ("Do as you like.")


def test_of_two_different_texts_neither_is() -> None:
    own = License(declared="acme terms")
    models = (bills.model("x", license=own, license_text="One."), bills.model("y", license=own, license_text="Other."))
    (custom,) = [one for one in graph(bills.bill(models, ())) if one["type"] == "expandedlicensing_CustomLicense"]
    assert custom["simplelicensing_licenseText"] == "NOASSERTION"
