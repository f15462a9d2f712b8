"""Whole documents: what is in them, that a reader of SPDX finds it again, and that they are the same every time."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from spdx_python_model import v3_0_1 as spdx

from ptmdeps.bom.model import Bom, Fact
from ptmdeps.bom.spdx import graph, text_of, unmet, write
from ptmdeps.errors import PtmdepsError
from ptmdeps.manifest.bom import BomStatements, Party
from tests.unit.bom.spdx import bills

BILLS = pytest.mark.parametrize("bill", bills.ALL.values(), ids=bills.ALL)


def _of_type(elements: list[dict[str, Any]], *types: str) -> list[dict[str, Any]]:
    return [element for element in elements if element["type"] in types]


def _one(elements: list[dict[str, Any]], *types: str) -> dict[str, Any]:
    (found,) = _of_type(elements, *types)
    return found


def _relations(elements: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [element for element in elements if element.get("relationshipType") == kind]


def _names(elements: list[dict[str, Any]]) -> dict[str, str]:
    return {element["spdxId"]: element.get("name", "") for element in elements if "spdxId" in element}


def _references(value: object) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _references(inner)
        case list():
            for inner in value:
                yield from _references(inner)
        case str() if value.startswith((f"urn:uuid:{bills.SERIAL}", "_:")):
            yield value


@BILLS
def test_everything_named_is_there_once(bill: Any) -> None:
    elements = graph(bill())
    identifiers = [element.get("spdxId") or element["@id"] for element in elements]
    assert len(set(identifiers)) == len(identifiers)
    assert set(_references(elements)) <= set(identifiers)
    assert all(str(one).isascii() and " " not in str(one) for one in identifiers)


@BILLS
def test_the_reader_of_the_bindings_finds_it_again(bill: Any) -> None:
    text = write(bill())
    read = spdx.SHACLObjectSet()
    spdx.JSONLDDeserializer().read(io.BytesIO(text.encode()), read)
    assert not read.missing_ids
    again = spdx.JSONLDSerializer().serialize_data(read, force_at_graph=True)
    there = {element["spdxId"]: element for element in json.loads(text)["@graph"] if "spdxId" in element}
    back = {element["spdxId"]: element for element in again["@graph"] if "spdxId" in element}
    for element in (*there.values(), *back.values()):
        element.pop("creationInfo")
    assert back == there


@BILLS
def test_the_text_is_the_same_every_time(bill: Any) -> None:
    assert write(bill()) == write(bill())


def test_neither_the_seed_of_hashes_nor_the_process_matters() -> None:
    program = "from tests.unit.bom.spdx import bills; from ptmdeps.bom.spdx import write; print(write(bills.lineage()))"
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert found == {write(bills.lineage()) + "\n"}


def test_the_document_describes_one_bill_of_the_project() -> None:
    elements = graph(bills.full())
    document, sbom = _one(elements, "SpdxDocument"), _one(elements, "software_Sbom")
    assert document["spdxId"] == f"urn:uuid:{bills.SERIAL}"
    assert document["rootElement"] == [sbom["spdxId"]]
    assert sbom["software_sbomType"] == ["build"]
    assert _names(elements)[sbom["rootElement"][0]] == "shop"
    assert "dataLicense" not in document  # nobody said under which licence the document is
    creation = _one(elements, "CreationInfo")
    assert creation["created"] == "2024-02-19T10:57:45Z" and creation["specVersion"] == "3.0.1"
    assert [_names(elements)[one] for one in creation["createdBy"]] == ["Acme GmbH"]
    assert [_names(elements)[one] for one in creation["createdUsing"]] == ["ptmdeps 0.1"]


@pytest.mark.parametrize(
    ("lifecycle", "types"),
    [
        ("", ["source"]),
        ("pre-build", ["source"]),
        ("design", ["design"]),
        ("post-build", ["analyzed"]),
        ("operations", ["deployed"]),
        ("discovery", ["runtime"]),
        ("decommission", None),
    ],
)
def test_the_phase_is_the_type_of_the_bill(lifecycle: str, types: list[str] | None) -> None:
    bom = replace(bills.minimal(), statements=BomStatements(lifecycle=lifecycle))
    assert _one(graph(bom), "software_Sbom").get("software_sbomType") == types


def test_without_an_author_the_program_made_it() -> None:
    elements = graph(bills.minimal())
    agent = _one(elements, "SoftwareAgent")
    assert _one(elements, "CreationInfo")["createdBy"] == [agent["spdxId"]]
    person = replace(bills.minimal(), statements=BomStatements(author=Party(name="Ada", person=True)))
    assert _one(graph(person), "Person")["name"] == "Ada"


def test_a_model_has_what_its_card_and_its_files_say() -> None:
    cats = _one(graph(bills.full()), "ai_AIPackage")
    assert cats["ai_typeOfModel"] == ["vit", "ViTForImageClassification"]
    assert cats["ai_domain"] == ["image-classification"]
    assert cats["ai_limitation"] == "limitations: No other animals.\n\nethics: Mostly European cats."
    assert {entry["key"]: entry["value"] for entry in cats["ai_hyperparameter"]} == {
        "context-length": "197",
        "learning_rate": "5e-05",
        "seed": "42",
    }
    assert cats["ai_metric"] == [{"type": "DictionaryEntry", "key": "accuracy on pets", "value": "0.98"}]
    (energy,) = cats["ai_energyConsumption"]["ai_trainingEnergyConsumption"]
    assert float(energy["ai_energyQuantity"]) == 12.5 and energy["ai_energyUnit"] == "kilowattHour"
    assert cats["ai_useSensitivePersonalInformation"] == "no"
    assert cats["releaseTime"] == "2025-01-01T00:00:00Z"  # what the manifest says
    assert cats["software_downloadLocation"] == f"git+https://huggingface.co/acme/cats@{bills.COMMIT}"
    assert {one["externalIdentifierType"] for one in cats["externalIdentifier"]} == {"packageUrl", "swhid"}


def test_a_data_set_has_what_the_manifest_says() -> None:
    pets = _one(graph(bills.full()), "dataset_DatasetPackage")
    assert pets["dataset_datasetType"] == ["image"]
    assert pets["dataset_dataCollectionProcess"] == "own pictures"
    assert pets["builtTime"] == "2023-05-01T00:00:00Z"
    assert pets["verifiedUsing"] == [{"type": "Hash", "algorithm": "sha256", "hashValue": "d" * 64}]


def test_what_nobody_knows_is_not_there() -> None:
    elements = graph(bills.minimal())
    cats, shop = _one(elements, "ai_AIPackage"), _one(elements, "software_Package")
    assert not {"ai_limitation", "ai_metric", "description", "software_copyrightText", "originatedBy"} & cats.keys()
    assert not {"suppliedBy", "software_packageVersion", "releaseTime", "software_downloadLocation"} & shop.keys()
    unknown = replace(bills.dataset("x"))
    pets = _one(graph(bills.bill((unknown,), ())), "dataset_DatasetPackage")
    assert pets["dataset_datasetType"] == ["noAssertion"]  # the field is demanded, and has a word for it


def test_files_have_their_digests_and_belong_to_their_model() -> None:
    elements = graph(bills.minimal())
    files = _of_type(elements, "software_File")
    assert [file["name"] for file in files] == ["config.json", "model.safetensors"]
    assert all(file["verifiedUsing"][0]["algorithm"] == "sha256" for file in files)
    (contains,) = _relations(elements, "contains")
    assert contains["to"] == [file["spdxId"] for file in files]
    (weights,) = _relations(elements, "hasDataFile")
    assert weights["to"] == [files[1]["spdxId"]]


def test_relations_say_how_and_who_says_so() -> None:
    elements = graph(bills.lineage())
    names = _names(elements)
    found = {
        (names[one["from"]], kind, one.get("scope", ""), names[one["to"][0]], one.get("comment", ""))
        for kind in ("dependsOn", "descendantOf", "hasOptionalDependency")
        for one in _relations(elements, kind)
    }
    assert found == {
        ("shop", "dependsOn", "runtime", "acme/adapter", "said by app.py:3"),
        ("acme/adapter", "dependsOn", "runtime", "acme/base", "adapter"),
        ("acme/adapter", "dependsOn", "development", "acme/base", "adapter"),
        ("acme/adapter", "descendantOf", "", "acme/base", "adapter"),
        ("acme/base", "dependsOn", "development", "acme/root", "merge; inferred"),
        ("acme/base", "descendantOf", "", "acme/root", "merge; inferred"),
        ("acme/base", "dependsOn", "runtime", "acme/code", "remote-code"),
        ("acme/adapter", "dependsOn", "runtime", "peft", ""),
        ("acme/adapter", "hasOptionalDependency", "runtime", "acme/root", ""),
    }
    (trained,) = _relations(graph(bills.full()), "trainedOn")
    assert trained["comment"] == "dataset; said by README.md"


@pytest.mark.parametrize(
    ("bom", "completeness"),
    [(bills.full(), "complete"), (bills.minimal(), "incomplete"), (bills.lineage(), "noAssertion")],
)
def test_the_project_says_whether_its_models_are_all(bom: Bom, completeness: str) -> None:
    elements = graph(bom)
    (first, *_) = [one for one in _relations(elements, "dependsOn") if _names(elements)[one["from"]] == "shop"]
    assert first["completeness"] == completeness


def test_evidence_stands_in_annotations() -> None:
    elements = graph(bills.full())
    notes = {
        _names(elements)[note["subject"]]: json.loads(note["statement"]) for note in _of_type(elements, "Annotation")
    }
    assert notes["acme/cats"]["occurrences"] == [
        {"path": "app.py", "line": 3, "symbol": "transformers.AutoModel", "resolution": "literal", "confidence": 1.0}
    ]
    assert notes["acme/cats"]["sources"]["limitations"] == "README.md"
    assert notes["acme/cats"]["facts"] == [{"name": "parameters", "value": "86567656", "source": "model.safetensors"}]
    assert notes["acme/cats"]["unknown"] == {"emissions": "no"}
    assert notes["shop"]["statements"]["security-controls"] == ["uploads are scanned"]
    assert notes["shop"]["properties"] == {"ptmdeps:lock:sha256": "c" * 64}


def test_a_source_that_contradicts_another_is_not_lost() -> None:
    two = (Fact(name="task", value="a", source="README.md"), Fact(name="task", value="b", source="config.json"))
    elements = graph(bills.bill((bills.model("x", facts=two),), ()))
    assert _one(elements, "ai_AIPackage")["ai_domain"] == ["a"]
    note = next(one for one in _of_type(elements, "Annotation") if "config.json" in one["statement"])
    assert json.loads(note["statement"])["facts"] == [{"name": "task", "value": "b", "source": "config.json"}]


def test_makers_are_whom_the_manifest_and_the_card_name() -> None:
    elements = graph(bills.full())
    cats, pets = _one(elements, "ai_AIPackage"), _one(elements, "dataset_DatasetPackage")
    assert {_names(elements)[one] for one in cats["originatedBy"]} == {"Acme GmbH", "Acme Research"}
    assert [_names(elements)[one] for one in pets["originatedBy"]] == ["Acme GmbH"]


def test_the_profiles_are_claimed_where_everything_they_demand_is_known() -> None:
    full, lineage = graph(bills.full()), graph(bills.lineage())
    assert unmet(full) == ()
    assert {"ai", "dataset"} <= set(_one(full, "SpdxDocument")["profileConformance"])
    document = _one(lineage, "SpdxDocument")
    assert "ai" not in document["profileConformance"]
    assert document["comment"] == (
        "Profile ai is not claimed: 1 package lacks releaseTime (1), software_packageVersion (1), suppliedBy (1)."
    )


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spdx_python_model", None)
    with pytest.raises(PtmdepsError) as caught:
        write(bills.minimal())
    assert caught.value.hint == 'Install it: pip install "ptmdeps[spdx]"'


def test_a_time_is_not_made_up() -> None:
    with pytest.raises(PtmdepsError, match="SPDX asks when the document was made"):
        write(replace(bills.minimal(), timestamp=""))


def test_the_text_ends_with_a_line_and_is_utf_8() -> None:
    text = text_of(graph(bills.hostile()))
    assert text.endswith("}\n") and "漢" in text


def test_what_has_no_name_in_the_standard_is_left_out() -> None:
    link = replace(bills.APACHE, link="https://acme.example/license")
    pets = bills.dataset("pets", gated="auto", license=link, hashes=(("SHA-256", "d" * 64), ("OWN", "1")))
    package = _one(graph(bills.bill((pets,), ())), "dataset_DatasetPackage")
    assert [one["algorithm"] for one in package["verifiedUsing"]] == ["sha256"]
    assert package["dataset_datasetAvailability"] == "clickthrough"
    assert [(one["externalRefType"], one["locator"]) for one in package["externalRef"]] == [
        ("license", ["https://acme.example/license"])
    ]
