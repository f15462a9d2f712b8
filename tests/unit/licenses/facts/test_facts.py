"""The table of facts: sound in itself; and figures that were read twice, once for the table and once for this test."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import get_args

import pytest

from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.inspect.licenses.likeness import references
from ptmdeps.licenses.facts import FACTS, LicenseFacts, facts_of, model
from tests.unit.inspect.licenses.test_identifiers import NOT_IN_SPDX, SAME_BUT_FOR_CASE, SPELLED_OTHERWISE

LITERALS = {
    "family": model.Family,
    "commercial": model.Commercial,
    "use_policy": model.UsePolicy,
    "flow_down": model.FlowDown,
    "outputs": model.Outputs,
    "share_alike": model.ShareAlike,
}
EVERY = pytest.mark.parametrize("facts", FACTS, ids=lambda facts: facts.identifiers[0])


def facts(identifier: str) -> LicenseFacts:
    found = facts_of(identifier)
    assert found is not None
    return found


@EVERY
def test_values_are_those_of_their_kind(facts: LicenseFacts) -> None:
    assert facts.identifiers and facts.title
    for name, literal in LITERALS.items():
        assert getattr(facts, name) in get_args(literal)
    for identifier in facts.identifiers:
        assert spdx_expression(identifier) == identifier
    assert {clause.fact for clause in facts.clauses} <= {field.name for field in fields(LicenseFacts)}
    assert facts.url.startswith("https://")
    assert all(text.isprintable() for text in (facts.title, facts.note, facts.commercial_terms))


@EVERY
def test_facts_agree_with_each_other(facts: LicenseFacts) -> None:
    assert bool(facts.commercial_terms) == (facts.commercial == "conditional") or facts.commercial == "no"
    assert not (facts.research_only and facts.commercial == "yes")
    assert facts.flow_down != "none" or facts.use_policy != "flows-down"
    assert facts.share_alike == "none" or facts.flow_down != "none"
    assert facts.outputs != "with-naming" or (facts.name_prefix and facts.name_prefix_outputs)
    assert facts.outputs != "with-display" or any(words.occasion == "train" for words in facts.attribution)
    for gate in facts.gates:
        assert gate.above > 0
        assert bool(gate.currency) == (gate.measure != "monthly-active-users")


@EVERY
def test_every_fact_has_its_source(facts: LicenseFacts) -> None:
    if facts.checked:
        assert facts.source
    else:
        assert facts.note
    asked = {name for name in ("gates", "name_prefix", "attribution", "territory") if getattr(facts, name)}
    assert not facts.checked or asked <= {clause.fact for clause in facts.clauses}


def test_an_identifier_has_one_record() -> None:
    identifiers = [identifier.lower() for facts in FACTS for identifier in facts.identifiers]
    assert len(identifiers) == len(set(identifiers))


def test_records_are_found_in_any_case() -> None:
    assert facts_of("licenseref-LLAMA2") is facts_of("LicenseRef-llama2")
    assert facts_of("apache-2.0") is not None
    for unknown in ("", "LicenseRef-acme", "MIT OR Apache-2.0", "gemma"):
        assert facts_of(unknown) is None


@pytest.mark.parametrize("identifier", [*SAME_BUT_FOR_CASE, *SPELLED_OTHERWISE, *NOT_IN_SPDX, "openrail++"])
def test_every_licence_of_the_hub_has_facts(identifier: str) -> None:
    assert facts_of(spdx_expression(identifier) or "") is not None


def test_model_licences_that_are_recognized_have_facts() -> None:
    for reference in references().texts:
        if reference.identifier.startswith("LicenseRef-"):
            assert facts_of(reference.identifier) is not None, reference.identifier


@pytest.mark.parametrize(
    ("identifier", "above", "currency"),
    [
        ("LicenseRef-llama2", 700_000_000, ""),
        ("LicenseRef-llama4", 700_000_000, ""),
        ("LicenseRef-scancode-qwen-2024", 100_000_000, ""),
        ("LicenseRef-scancode-tongyi-qianwen-2023", 100_000_000, ""),
        ("LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla", 1_000_000, ""),
        ("LicenseRef-tencent-hunyuan-community", 100_000_000, ""),
        ("LicenseRef-databricks-open-model-license", 700_000_000, ""),
        ("LicenseRef-scancode-hyperclova-x-seed-2025", 10_000_000, ""),
        ("LicenseRef-scancode-stability-ai-community-2024", 1_000_000, "USD"),
        ("LicenseRef-scancode-ltxv-owl-2025-05-05", 10_000_000, "USD"),
    ],
)
def test_gates(identifier: str, above: int, currency: str) -> None:
    (gate,) = facts(identifier).gates
    assert (gate.above, gate.currency) == (above, currency)


def test_names_and_outputs_of_llama() -> None:
    assert [facts(f"LicenseRef-llama{v}").name_prefix for v in ("2", "3", "3.1", "4")] == [
        "",
        "Llama 3",
        "Llama",
        "Llama",
    ]
    assert [facts(f"LicenseRef-llama{v}").outputs for v in ("2", "3", "3.1")] == [
        "own-family",
        "own-family",
        "with-naming",
    ]
    assert not facts("LicenseRef-llama3").name_prefix_outputs
    assert [bool(facts(f"LicenseRef-llama3.{v}").territory) for v in (1, 2, 3)] == [False, True, True]


def test_territory_share_alike_and_derivatives() -> None:
    (outside,) = facts("LicenseRef-tencent-hunyuan-community").territory
    assert outside.excluded == ("EU", "GB", "KR")
    assert facts("AGPL-3.0-only").share_alike == "network"
    assert facts("MPL-2.0").share_alike == "files"
    assert facts("CC-BY-NC-ND-4.0").no_derivatives and facts("CC-BY-NC-ND-4.0").commercial == "no"
    assert facts("CC-BY-4.0").share_alike == "none"


def test_words_that_are_displayed() -> None:
    words = [each.words for each in facts("LicenseRef-llama3.1").attribution]
    assert words[0] == "Built with Llama"
    assert re.fullmatch(r"Llama 3\.1 is licensed under the Llama 3\.1 Community License, Copyright © .*", words[1])
