"""What a manifest says for the bill of materials."""

from __future__ import annotations

import pytest

from ptmdeps import manifest
from ptmdeps.errors import ManifestError
from ptmdeps.identity import ModelKey
from ptmdeps.manifest.bom import NOTHING_SAID, BomStatements, ComponentStatement, Party


def _said(text: str) -> BomStatements:
    return manifest.parse(text.encode(), "ptm.toml").bom


def test_without_a_table_nothing_is_said() -> None:
    assert _said("") == NOTHING_SAID


def test_parties_are_names_or_tables() -> None:
    said = _said('[bom]\nauthor = "Acme"\nsupplier = { name = "Acme GmbH", email = "a@acme.example" }')
    assert said.author == Party(name="Acme")
    assert said.supplier == Party(name="Acme GmbH", email="a@acme.example")


@pytest.mark.parametrize("written", ["2026-12-31", '"2026-12-31"'])
def test_days_are_dates_or_strings(written: str) -> None:
    assert _said(f"[bom]\nreleased = {written}").released == "2026-12-31"


def test_of_two_statements_about_one_thing_the_first_counts() -> None:
    said = _said(
        '[[bom.components]]\nname = "acme/cats"\nreleased = 2026-01-01\n'
        '[[bom.components]]\nname = "acme/*"\nsupplier = "Acme"\nreleased = 2025-01-01\n'
        '[[bom.components]]\nname = "*"\nkind = "dataset"\ncontent = ["text", "image", "text"]'
    )
    cats = ModelKey("huggingface", "acme/cats")
    assert said.of(cats, "model") == ComponentStatement(
        name="huggingface:acme/cats", supplier=Party(name="Acme"), released="2026-01-01"
    )
    assert said.of(cats, "dataset").content == ("image", "text")
    assert said.of(ModelKey("ollama", "cats"), "model") == ComponentStatement(name="ollama:cats")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[bom]\nautor = "x"', "ptm.toml:2: `bom.autor` is no setting of ptmdeps"),
        ('[bom]\nauthor = { email = "a@b" }', "ptm.toml:2: `bom.author` has no name"),
        ('[bom]\nauthor = { name = "x", email = "b" }', "ptm.toml:2: `bom.author.email` is no address of a mailbox"),
        ('[bom]\nhardware = "rack"', "ptm.toml:2: `bom.hardware` is no address"),
        ('[bom]\nname = "a\\u001b[31m"', "ptm.toml:2: `bom.name` must be printable, and at most 2000 characters"),
        ("[bom]\nrevision = 0", "ptm.toml:2: `bom.revision` must be a whole number from 1"),
        ("[bom]\nreleased = 1", "ptm.toml:2: `bom.released` must be a date"),
        ("[[bom.components]]", "ptm.toml: `bom.components[0]` names no model and no dataset"),
        (
            '[[bom.components]]\nname = "a"\ncontent = ["smell"]',
            "ptm.toml:3: `bom.components[0].content` cannot hold `'smell'`",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, message: str) -> None:
    with pytest.raises(ManifestError) as caught:
        _said(text)
    assert caught.value.message.replace(":1:", ":") == message
