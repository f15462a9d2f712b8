"""What differs between two documents, whoever wrote them."""

from __future__ import annotations

import copy
import json
from typing import Any

from ptmdeps.bom import cyclonedx
from ptmdeps.bom.difference import difference
from ptmdeps.render.bom import DIFFERENCE_FORMATS
from sbom.examples import bills

BEFORE: dict[str, Any] = json.loads(cyclonedx.write(bills()["full"]))


def test_nothing() -> None:
    assert not difference(BEFORE, copy.deepcopy(BEFORE))


def test_everything_that_can_differ_of_a_component() -> None:
    after = copy.deepcopy(BEFORE)
    model = after["components"][0]
    model["version"] = "b" * 40
    model["purl"] = model["purl"].replace(BEFORE["components"][0]["version"], "b" * 40)
    model["components"][0]["hashes"][0]["content"] = "c" * 64
    model["licenses"] = [{"license": {"id": "MIT", "acknowledgement": "declared"}}]
    model["modelCard"]["modelParameters"]["task"] = "fill-mask"
    model["hashes"] = [{"alg": "SHA-256", "content": "d" * 64}]
    del model["pedigree"]
    model["properties"] = [one for one in model["properties"] if "relation:descends" not in one["name"]]
    next(one for one in after["dependencies"] if one["ref"] == model["bom-ref"])["dependsOn"].clear()
    (changed,) = [
        one for one in difference(BEFORE, after).changed if one.component == "pkg:huggingface/example/sentiment"
    ]
    aspects = {change.aspect for change in changed.changes}
    assert aspects == {"version", "hash", "file", "license", "relation", "fact"}
    assert any(
        change.name == "modelCard.modelParameters.task" and change.after == "fill-mask" for change in changed.changes
    )


def test_added_and_removed_in_both_forms() -> None:
    after = copy.deepcopy(BEFORE)
    removed = after["components"].pop()
    after["components"].append({"type": "library", "name": "new\x1b", "version": "1"})
    found = difference(BEFORE, after)
    assert [name for name, _ in found.added] == ["library new\\x1b"]
    assert len(found.removed) == 1 and removed["name"] in found.removed[0][0]
    text = DIFFERENCE_FORMATS["text"](found)
    assert "+ library new\\x1b 1\n" in text and "\x1b" not in text
    assert json.loads(DIFFERENCE_FORMATS["json"](found))["added"] == [{"component": "library new\\x1b", "version": "1"}]
