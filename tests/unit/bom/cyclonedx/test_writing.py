"""CycloneDX: the official schemas accept it, the same values give the same bytes, and nothing is lost in XML."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from ptmdeps.bom import cyclonedx
from ptmdeps.bom.cyclonedx.validation import problem_of
from sbom import regenerate
from sbom.examples import bills

ROOT = Path(__file__).parents[4]
BILLS = bills()
FILES = sorted(regenerate.FOLDER.glob("golden/*"))


def test_golden_files_are_what_is_written() -> None:
    expected = dict(regenerate.contents())
    found = {path.relative_to(regenerate.FOLDER).as_posix(): path.read_bytes() for path in FILES}
    assert found == expected, "run `python -m sbom.regenerate`, and read the difference"


@pytest.mark.parametrize("version", cyclonedx.VERSIONS)
def test_every_version_and_form_is_valid(version: cyclonedx.Version) -> None:
    for form in cyclonedx.FORMS:
        text = cyclonedx.write(BILLS["lineage"], form=form, version=version)  # refuses what is not valid
        assert problem_of(text, form, version) == ""


def test_xml_has_what_json_has() -> None:
    for name in ("full", "lineage"):
        document = json.loads(cyclonedx.write(BILLS[name]))
        root = etree.fromstring(cyclonedx.write(BILLS[name], form="xml").encode())
        space = {"c": root.nsmap[None]}
        cards = [one for one in document["components"] if "modelCard" in one]
        assert len(root.findall("c:components/c:component/c:modelCard", space)) == len(cards)
        files = [part for one in document["components"] for part in one.get("components", ())]
        assert len(root.findall("c:components/c:component/c:components/c:component", space)) == len(files)
        assert [one.get("bom-ref") for one in root.findall("c:components/c:component", space)] == [
            one["bom-ref"] for one in document["components"]
        ]
        tasks = [one["modelCard"].get("modelParameters", {}).get("task") for one in cards]
        assert [one.text for one in root.iterfind(".//c:modelParameters/c:task", space)] == list(filter(None, tasks))
        assert len(root.findall("c:compositions/c:composition", space)) == len(document["compositions"])


def test_same_bytes_whatever_the_seed_and_the_folder(tmp_path: Path) -> None:
    program = "from sbom.examples import bills; from ptmdeps.bom import cyclonedx as c; import sys\n"
    program += "for form in c.FORMS: sys.stdout.write(c.write(bills()['full'], form=form))"
    outputs = set()
    for seed in ("1", "2"):
        path = os.pathsep.join((str(ROOT), str(ROOT / "examples")))
        variables = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "PYTHONUTF8": "1"}
        found = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=variables, capture_output=True, check=True
        )
        outputs.add(found.stdout)
    assert len(outputs) == 1


def test_the_full_card_stands_where_others_look() -> None:
    document = json.loads(cyclonedx.write(BILLS["full"]))
    model = document["components"][0]
    card = model["modelCard"]
    assert model["type"] == "machine-learning-model" and model["manufacturer"] == {"name": "Example Research"}
    assert card["modelParameters"]["modelArchitecture"] == "BertForSequenceClassification"
    assert card["considerations"]["useCases"] == ["Sorting reviews of restaurants by how content their authors are."]
    assert card["quantitativeAnalysis"]["performanceMetrics"] == [
        {"type": "accuracy", "value": "0.91", "slice": "Reviews (validation)"}
    ]
    environment = card["considerations"]["environmentalConsiderations"]["properties"]
    assert {"name": "ptmdeps:emissions-gco2eq", "value": "1200"} in environment
    assert [one["aggregate"] for one in document["compositions"]] == ["incomplete", "unknown"]


def test_nothing_is_made_up() -> None:
    """Of a model whose card is not there, nothing is said that only the card says; and why."""
    document = json.loads(cyclonedx.write(BILLS["pickle"]))
    (model,) = document["components"]
    assert "modelCard" not in model and "description" not in model
    assert "unknown" not in json.dumps(model).lower()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda document: document["components"][0].update(bogus=1), "bogus"),
        (lambda document: document["components"][0]["modelCard"].update(bogus=1), "bogus"),
        (lambda document: document["components"][0]["components"][0].update(bogus=1), "bogus"),
        (lambda document: document["components"][0]["components"][0]["hashes"][0].update(content="x"), "content"),
        (lambda document: document["components"][0]["components"][0]["hashes"][0].update(alg="x"), "alg"),
        (lambda document: document["components"][0]["externalReferences"][0].update(type="x"), "externalReferences"),
        (lambda document: document["components"][0]["externalReferences"][-1].update(url="a b"), "url"),
        (lambda document: document["dependencies"][0].update(ref=1), "ref"),
        (lambda document: document["dependencies"].append(document["dependencies"][0]), "twice"),
        (lambda document: document["components"].append(document["components"][0]), "twice"),
        (lambda document: document["components"][1].update(**{"bom-ref": document["components"][0]["bom-ref"]}), "two"),
        (lambda document: document["dependencies"][0]["dependsOn"].append("nowhere"), "nowhere"),
        (lambda document: document["components"][-1].update(modelCard={}), "no model"),
        (lambda document: document.update(serialNumber="x"), "serialNumber"),
    ],
)  # fmt: skip
def test_what_the_schema_refuses_is_found_with_its_place(change: object, place: str) -> None:
    document = json.loads(cyclonedx.write(BILLS["full"]))
    assert callable(change)
    change(document)
    assert place in problem_of(json.dumps(document), "json", "1.6")
