"""The lists of minimum elements as data."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from ptmdeps.bom.coverage import LISTS, ElementList, coverage
from ptmdeps.bom.fact_names import FACTS
from ptmdeps.bom.model import Bom, Component
from ptmdeps.manifest.bom import KEYS, BomStatements, ComponentStatement
from tests.unit.bom.spdx import bills

EACH_LIST = pytest.mark.parametrize("asked", LISTS.values(), ids=LISTS)
CLUSTERS = {
    "g7": [10, 9, 13, 10, 2, 4, 2],
    "cisa": [9, 8],
    "ntia": [7],
    "bsi": [2, 10, 5, 3],
    "owasp": [4, 5, 7, 28, 4],
    "eu-annex-xii": [8, 3],
}


@EACH_LIST
def test_as_many_elements_as_are_published(asked: ElementList) -> None:
    clusters = [element.cluster for element in asked.elements]
    assert [clusters.count(cluster) for cluster in dict.fromkeys(clusters)] == CLUSTERS[asked.name]
    assert clusters == sorted(clusters, key=list(dict.fromkeys(clusters)).index)  # no cluster in two places
    assert len({(element.cluster, element.name) for element in asked.elements}) == len(asked.elements)


@EACH_LIST
def test_it_says_what_it_is_and_when_it_was_published(asked: ElementList) -> None:
    assert asked.title and asked.publisher and asked.read.endswith(".")
    assert re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", asked.date) and asked.url.startswith("https://")


@EACH_LIST
def test_places_are_those_of_the_model(asked: ElementList) -> None:
    statements, components, bill = ({field.name for field in fields(one)} for one in (BomStatements, Component, Bom))
    said = {field.name for field in fields(ComponentStatement)}
    for element in asked.elements:
        for owner, name in re.findall(r"(Component|statements|said|project)\.([a-z_]+)", element.place):
            known = {"statements": statements, "said": said}.get(owner, components)
            assert name in known, element.place
        for names in re.findall(r"facts? ([a-z-]+(?:, [a-z-]+)*)", element.place):
            unknown = set(names.split(", ")) - FACTS.keys() - bill - components - {"relations"}
            assert not unknown, element.place


@EACH_LIST
def test_advice_names_keys_that_the_manifest_has(asked: ElementList) -> None:
    for element in asked.elements:
        for key in re.findall(r"\[tool\.ptmdeps\.bom\]: ([a-z-]+) =", element.advice):
            assert key in KEYS, element.advice


@EACH_LIST
@pytest.mark.parametrize("bill", bills.ALL.values(), ids=bills.ALL)
def test_everything_that_is_not_there_has_a_reason(asked: ElementList, bill: object) -> None:
    assert callable(bill)
    found = coverage(bill(), asked.name)
    assert [answer.element for answer in found.answers] == list(asked.elements)
    assert sum(found.counts.values()) == len(asked.elements)
    for answer in found.answers:
        judgement = answer.judgement
        assert 0 <= judgement.whole + judgement.half <= judgement.of
        assert bool(answer.why) == (answer.status in {"partly", "missing"}), answer


@EACH_LIST
def test_who_says_more_never_has_less(asked: ElementList) -> None:
    order = ["missing", "none", "partly", "present"]
    minimal, full = (coverage(bill(), asked.name).answers for bill in (bills.minimal, bills.full))
    for before, after in zip(minimal, full, strict=True):
        assert order.index(after.status) >= order.index(before.status), before.element.name
