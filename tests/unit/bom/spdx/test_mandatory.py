"""What the two profiles demand."""

from __future__ import annotations

from typing import Any

import pytest

from ptmdeps.bom.spdx import graph, unmet
from ptmdeps.bom.spdx.mandatory import FIELDS, LICENSES
from tests.unit.bom.spdx import bills

CASES = [(type_, field) for type_, (_, fields) in FIELDS.items() for field in fields]


def _full() -> list[dict[str, Any]]:
    return graph(bills.full())


@pytest.mark.parametrize(("type_", "field"), CASES)
def test_each_field_is_missed(type_: str, field: str) -> None:
    elements = _full()
    package = next(element for element in elements if element["type"] == type_)
    del package[field]
    (found,) = unmet(elements)
    assert (found.profile, found.field, found.package) == (FIELDS[type_][0], field, package["name"])


@pytest.mark.parametrize("relation", LICENSES)
def test_a_licence_is_there_exactly_once(relation: str) -> None:
    elements = _full()
    cats = next(element["spdxId"] for element in elements if element["type"] == "ai_AIPackage")
    mine = next(one for one in elements if one.get("relationshipType") == relation and one["from"] == cats)
    assert [one.field for one in unmet([one for one in elements if one is not mine])] == [relation]
    assert [one.field for one in unmet([*elements, mine])] == [relation]


def test_other_packages_are_of_no_profile() -> None:
    assert unmet([{"type": "software_Package", "spdxId": "x"}, {"type": "CreationInfo"}]) == ()
