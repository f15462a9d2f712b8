"""SPDX documents of whatever names and texts others give."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.bom.model import Bom, Fact
from ptmdeps.bom.spdx import graph, text_of
from ptmdeps.lockfile.model import License
from ptmdeps.manifest.bom import Party
from tests.unit.bom.spdx import bills

_TEXTS = st.text(st.characters(codec=None), min_size=1, max_size=20) | st.sampled_from(
    ["MIT OR", "LicenseRef-", "\ud800", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "%", "!", "a b", "()"]
)


@st.composite
def _bills(draw: st.DrawFn) -> Bom:
    names = draw(st.lists(_TEXTS, min_size=1, max_size=3, unique=True))
    models = tuple(
        bills.model(
            name,
            identifier=f"model:{name}",
            version=draw(_TEXTS),
            purl=draw(_TEXTS),
            published=draw(_TEXTS),
            repository=draw(_TEXTS),
            license=License(declared=draw(_TEXTS), concluded=draw(_TEXTS)),
            license_text=draw(_TEXTS),
            supplier=Party(name=draw(_TEXTS), url=draw(_TEXTS)),
            facts=(Fact(name="energy", value=draw(_TEXTS), source=draw(_TEXTS)),),
            files=tuple(bills.file(path) for path in draw(st.lists(_TEXTS, max_size=2, unique=True))),
        )
        for name in names
    )
    return bills.bill(models, tuple(bills.loads(model) for model in models))


def _identifiers(elements: list[dict[str, Any]]) -> list[str]:
    return [str(element.get("spdxId") or element["@id"]) for element in elements]


@given(_bills())
def test_nothing_in_a_bill_breaks_the_document(bom: Bom) -> None:
    elements = graph(bom)
    assert text_of(elements).encode()
    assert all(one.isascii() and not any(character.isspace() for character in one) for one in _identifiers(elements))
