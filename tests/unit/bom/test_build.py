"""Lock and evidence → the bill: what is in it, what is not, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lockfiles.examples import GOLDEN, model, small, wish
from ptmdeps import manifest as manifests
from ptmdeps.bom.build import build
from ptmdeps.bom.fact_names import FACTS
from ptmdeps.bom.facts import facts_of
from ptmdeps.bom.material import Material
from ptmdeps.bom.model import Bom
from ptmdeps.inspect.card import model_card
from ptmdeps.inspect.card_sections import sections, settings, under
from ptmdeps.lockfile import Lockfile
from ptmdeps.manifest import Manifest
from ptmdeps.manifest.policy import Policy
from ptmdeps.showing.evidence import CARD, Evidence
from sbom.examples import FULL_CARD, MANIFEST, bills
from sbom.regenerate import FOLDER

FULL = bills()["full"]


def of(lockfile: Lockfile, manifest: Manifest = MANIFEST) -> Bom:
    return build(Material(lockfile=lockfile, whole=lockfile, manifest=manifest))


def test_relations_lead_to_components_of_the_bill() -> None:
    for bom in bills().values():
        for relation in bom.relations:
            assert bom.component(relation.source) and bom.component(relation.target)


def test_kinds_of_relations() -> None:
    lineage = {(one.kind, one.role, one.confidence) for one in bills()["lineage"].relations}
    assert ("descends", "base-model", "inferred") in lineage and ("trained-on", "dataset", "declared") in lineage
    adapter = {(one.kind, one.role) for one in bills()["adapter"].relations}
    assert {("needs", "adapter"), ("descends", "adapter"), ("loads", "")} <= adapter
    assert [one.kind for one in bills()["remote-code"].components].count("code") == 1


def test_ancestors_are_named_and_not_shipped() -> None:
    bom = bills()["lineage"]
    assert {one.title: one.shipped for one in bom.components}["distilbert/distilbert-base-uncased"] is False
    assert bom.completeness == "incomplete" and all(gap.what == "unwalked" for gap in bom.gaps)


def test_one_revision_at_two_refs_is_one_component() -> None:
    first = model("acme/m", files=(small("a.json", 1, "json"),))
    second = replace(first, ref="v1", files=(small("b.json", 1, "json"),))
    bom = of(Lockfile(requirements=(wish("acme/m"), wish("acme/m", ref="v1")), models=(first, second)))
    (component,) = bom.components
    assert component.refs == ("v1",) and [file.path for file in component.files] == ["a.json", "b.json"]


def test_the_lock_alone_knows_no_completeness_and_no_clock() -> None:
    bom = of(GOLDEN["typical"])
    assert (bom.completeness, bom.timestamp) == ("unknown", "2024-02-19T10:57:45Z")
    assert of(GOLDEN["minimal"]).timestamp == ""
    assert of(GOLDEN["typical"]).serial == bom.serial != of(GOLDEN["pickle"]).serial


def test_every_fact_is_known_or_absent_with_a_reason() -> None:
    component = next(one for one in FULL.of_kind("model") if one.shipped)
    names = {fact.name for fact in component.facts} | {absence.name for absence in component.absences}
    assert names == set(FACTS)
    assert all(absence.reason for absence in component.absences) and all(fact.source for fact in component.facts)


def test_facts_of_a_card() -> None:
    component = next(one for one in FULL.of_kind("model") if one.shipped)
    said = {fact.name: fact.text for fact in component.facts}
    assert said["energy"] == "12.5" and said["emissions"] == "1200"
    assert said["hyperparameters"] == "learning_rate: 2e-05, num_epochs: 3"
    assert said["preprocessing"] == "Lower case; addresses are taken out."
    assert said["training"] == "Ten thousand reviews, collected in 2023."
    assert [fact.name for fact in component.facts if fact.inferred] == ["inputs", "outputs"]


@pytest.mark.parametrize(
    "card",
    [
        b"",
        b"# \x1b[2J\n## Uses\n\x1b]0;owned\x07 \xe2\x80\xae" + b"x" * 100_000,
        b"---\nco2_eq_emissions: {emissions: [1]}\n---\n- **Energy Consumed:** 9e999 kWh\n- **Carbon Emitted:** -1 kg",
        b"## Training hyperparameters\n" + b"- a: b\n" * 50_000,
        b"#" * 200_000,
        b"## Uses\n[More Information Needed]\n<!-- not closed\n## Limitations\nhidden",
    ],
)
def test_hostile_cards_give_bounded_printable_facts(card: bytes) -> None:
    pinned = model("acme/m", files=())
    evidence = Evidence(
        key=pinned.key,
        revision=pinned.revision,
        locked=pinned,
        unasked="only locked files count",
        contents={CARD: card},
        card=model_card(card),
    )
    facts, absences = facts_of(evidence)
    assert all(fact.text.isprintable() and len(fact.text) < 500_000 for fact in facts)
    assert {"energy", "emissions", "limitations"} <= {absence.name for absence in absences}


def test_sections_of_a_card() -> None:
    found = sections(FULL_CARD)
    assert under(found, {"uses"}, {"out of scope use"}) == (
        "Sorting reviews of restaurants by how content their authors are."
    )
    assert settings(found, {"training hyperparameters"}) == (("learning_rate", "2e-05"), ("num_epochs", "3"))
    assert under(found, {"nothing"}) == ""


@pytest.mark.parametrize("path", sorted(FOLDER.glob("policies/*.toml")), ids=lambda path: path.stem)
def test_policies_can_be_read(path: Path, tmp_path: Path) -> None:
    (tmp_path / "ptm.toml").write_bytes(path.read_bytes())
    assert manifests.read(tmp_path).policy != Policy()
