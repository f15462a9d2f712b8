"""How elements are judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ptmdeps.bom.coverage import Answer, coverage
from ptmdeps.bom.model import Absence, Bom, Component, Fact
from ptmdeps.lockfile.model import License
from ptmdeps.manifest.bom import BomStatements, ComponentStatement, Party
from tests.unit.bom.spdx import bills


def _answer(bom: Bom, asked: str, name: str) -> Answer:
    (found,) = [answer for answer in coverage(bom, asked).answers if answer.element.name == name]
    return found


def _models(*models: Component) -> Bom:
    return replace(bills.minimal(), components=models, relations=())


DESCRIBED = (Fact(name="description", value="x", source="README.md"), Fact(name="limitations", value="y", source="r"))


def test_of_some_but_not_all_models_it_is_partly_there_and_the_rest_is_named() -> None:
    bare = bills.model("bare", absences=(Absence(name="description", reason="the card is not in the store"),))
    found = _answer(_models(bills.model("told", facts=DESCRIBED), bare), "g7", "Model description")
    assert (found.status, found.judgement.whole, found.judgement.of) == ("partly", 1, 2)
    assert found.judgement.lacking == ("acme/bare",)
    assert found.why == ("the card is not in the store",)
    assert found.advice


def test_half_of_it_is_partly_there() -> None:
    found = _answer(_models(bills.model("x", facts=DESCRIBED[:1])), "g7", "Model description")
    assert (found.status, found.judgement.whole, found.judgement.half) == ("partly", 0, 1)


def test_models_that_are_only_named_are_no_part_of_the_system() -> None:
    assert _answer(bills.lineage(), "g7", "Model version").judgement.of == 2
    assert _answer(bills.lineage(), "ntia", "Version of the Component").judgement.of == 6


def test_what_no_format_can_say_is_never_wholly_there() -> None:
    found = _answer(bills.full(), "g7", "Model license")
    assert found.status == "partly" and found.advice == ""
    assert found.why == ("no format has a field for open weights, architecture, data or training",)


def test_a_licence_that_is_declared_and_not_understood_is_half_of_one() -> None:
    found = _answer(_models(bills.model("x", license=License(declared="own"))), "eu-annex-xii", "(h) Licence")
    assert found.status == "partly"


def test_where_no_data_set_is_named_that_is_what_is_missing() -> None:
    found = _answer(bills.minimal(), "g7", "Dataset name")
    assert found.status == "missing" and found.why == ("no card names data that a model was trained on",)


def test_fields_of_files_that_are_not_there_are_not_asked_for() -> None:
    assert _answer(bills.full(), "owasp", "context_length").status == "none"
    gguf = bills.model("x", files=(bills.file("x.gguf", "gguf"),))
    assert _answer(_models(gguf), "owasp", "context_length").status == "missing"


def test_gaps_make_components_partly_there() -> None:
    found = _answer(bills.minimal(), "g7", "System components")
    assert found.status == "partly" and found.why == ("1 gap: app.py:9 loads what nobody knows",)
    unseen = _answer(bills.lineage(), "g7", "System components")
    assert unseen.status == "partly" and unseen.why == ("the code was not looked at",)
    assert _answer(bills.full(), "g7", "System components").status == "present"


@pytest.mark.parametrize(
    ("statements", "status"),
    [
        (BomStatements(), "missing"),
        (BomStatements(author=Party(name="Acme")), "partly"),
        (BomStatements(author=Party(name="Acme", email="a@acme.example")), "present"),
    ],
)
def test_the_guideline_wants_a_mailbox_or_an_address(statements: BomStatements, status: str) -> None:
    assert _answer(replace(bills.minimal(), statements=statements), "bsi", "Creator of the SBOM").status == status


def test_what_the_manifest_says_of_a_model_counts() -> None:
    said = ComponentStatement(name="acme/x", supplier=bills.ACME)
    assert _answer(_models(bills.model("x")), "g7", "Model producer").status == "partly"  # who has the repository
    assert _answer(_models(bills.model("x", said=said)), "g7", "Model producer").status == "present"


def test_another_list_there_is_not() -> None:
    with pytest.raises(KeyError):
        coverage(bills.minimal(), "nist")
