"""Merging: theirs stays, ours is added, the same things become one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ptmdeps.bom import cyclonedx
from ptmdeps.bom.cyclonedx.merging import merged
from ptmdeps.bom.cyclonedx.validation import problem_of
from ptmdeps.errors import PtmdepsError
from sbom.examples import bills

OURS: dict[str, Any] = json.loads(cyclonedx.write(bills()["full"]))
MODEL = OURS["components"][0]
THEIRS: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 4,
    "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "metadata": {
        "component": {"type": "application", "bom-ref": "root", "name": "review-desk"},
        "tools": [{"vendor": "acme", "name": "scanner", "version": "1"}],
    },
    "components": [
        {"type": "library", "bom-ref": "torch", "name": "torch", "version": "2", "purl": "pkg:pypi/torch@2"},
        {
            "type": "machine-learning-model",
            "bom-ref": "their-model",
            "name": "sentiment",
            "purl": MODEL["purl"],
            "description": "theirs",
            "modelCard": {"modelParameters": {"task": "theirs"}},
        },
        {"type": "data", "bom-ref": "d", "name": "d", "data": [{"type": "dataset", "name": "d"}]},
    ],
    "dependencies": [{"ref": "root", "dependsOn": ["torch"]}],
    "annotations": [
        {
            "subjects": ["torch"],
            "annotator": {"individual": {"name": "somebody"}},
            "timestamp": "2024-01-01T00:00:00Z",
            "text": "kept",
        }
    ],
}


def test_the_same_become_one_and_theirs_stays() -> None:
    before = copy.deepcopy(THEIRS)
    found = merged(THEIRS, OURS)
    assert before == THEIRS
    assert problem_of(json.dumps(found), "json", "1.6") == ""
    assert found["version"] == 5 and found["serialNumber"] == THEIRS["serialNumber"]
    assert found["annotations"] == THEIRS["annotations"] and found["components"][2] == THEIRS["components"][2]
    (model,) = [one for one in found["components"] if one.get("purl") == MODEL["purl"]]
    assert (model["bom-ref"], model["description"]) == ("their-model", "theirs")
    assert model["modelCard"] == {"modelParameters": {"task": "theirs"}} and model["components"] == MODEL["components"]
    root = next(one for one in found["dependencies"] if one["ref"] == "root")
    assert "torch" in root["dependsOn"] and "their-model" in root["dependsOn"]
    assert MODEL["bom-ref"] not in {one["ref"] for one in found["dependencies"]}
    assert found["compositions"][0]["assemblies"] == ["root"]


def test_once_more_changes_nothing() -> None:
    once = merged(THEIRS, OURS)
    assert merged(once, OURS) == once


def test_a_name_that_is_taken_is_not_taken_away() -> None:
    theirs = {**THEIRS, "components": [{"type": "library", "bom-ref": MODEL["bom-ref"], "name": "other"}]}
    theirs = {name: value for name, value in theirs.items() if name not in {"dependencies", "annotations"}}
    found = merged(theirs, OURS)
    assert problem_of(json.dumps(found), "json", "1.6") == ""
    (model,) = [one for one in found["components"] if one.get("purl") == MODEL["purl"]]
    assert model["bom-ref"] == f"{MODEL['bom-ref']}#2"


@pytest.mark.parametrize(("change", "message"), [({"specVersion": "1.5"}, "1.5"), ({"signature": {}}, "signed")])
def test_what_cannot_be_merged_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(PtmdepsError, match=message):
        merged({**THEIRS, **change}, OURS)
