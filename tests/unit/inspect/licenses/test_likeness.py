"""Texts that are like a licence: with the references that are shipped, and with texts made up for their differences."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.inspect.licenses import likeness, spdx_expression
from ptmdeps.inspect.licenses.likeness import LEAST, Recognition, recognized, references
from ptmdeps.inspect.licenses.regenerate import main, regenerated
from ptmdeps.inspect.licenses.texts import MAX_TEXT
from tests.unit.inspect.licenses.test_texts import APACHE, MIT, bsd

BEGIN = MIT.index("Permission")


def prose(seed: int, words: int = 1500) -> str:
    """Text of made-up words, in numbered paragraphs."""
    chosen = random.Random(seed)  # noqa: S311 - the same text at every run
    vocabulary = [f"w{number}" for number in range(400)]
    return "\n\n".join(
        f"{number}. " + " ".join(chosen.choice(vocabulary) for _ in range(50)) for number in range(1, words // 50 + 1)
    )


ALPHA = prose(1)
BETA = ALPHA.replace("w7 ", "acme 3.1 ").replace("w8 ", "acme 3.1 ")
GAMMA = ALPHA.replace("w7 ", "acme 3.2 ").replace("w8 ", "acme 3.2 ")
LONGER = BETA + "\n\n" + prose(2, 700)


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """References of made-up texts instead of those that are shipped."""
    texts = {"LicenseRef-beta": BETA, "LicenseRef-gamma": GAMMA, "LicenseRef-longer": LONGER, "Other": prose(3, 400)}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text)
    known = likeness.read(regenerated(tmp_path))
    monkeypatch.setattr(likeness, "references", lambda: known)


@pytest.mark.usefixtures("made_up")
class TestMadeUp:
    def test_word_by_word_in_any_layout(self) -> None:
        quoted = "\n".join(f"> {line}" for line in BETA.splitlines())
        for text in (BETA, BETA.upper(), quoted, BETA.replace("\n", "\r\n"), f"Copyright (c) 2024 Acme\n\n{BETA}"):
            assert recognized(text) == Recognition(identifier="LicenseRef-beta", likeness=100, same_demands=True)

    def test_a_version_is_what_makes_the_difference(self) -> None:
        assert recognized(GAMMA).identifier == "LicenseRef-gamma"
        assert recognized("Title of its own\n\n" + GAMMA).identifier == "LicenseRef-gamma"

    def test_between_two_versions_is_neither(self) -> None:
        assert recognized(ALPHA.replace("w7 ", "acme 3.1 ").replace("w8 ", "acme 3.2 ")) == Recognition()
        assert recognized(ALPHA.replace("w7 ", "acme 4 ").replace("w8 ", "acme 4 ")) == Recognition()

    def test_another_version_with_what_only_the_longer_text_had_is_neither(self) -> None:
        assert recognized(GAMMA + "\n\n" + prose(2, 700)).identifier == ""

    def test_what_is_missing_and_added_lowers_the_likeness(self) -> None:
        shorter, longer = recognized(GAMMA[: int(len(GAMMA) * 0.95)]), recognized(f"{GAMMA}\n\n{prose(9, 50)}")
        assert shorter.identifier == longer.identifier == "LicenseRef-gamma"
        assert LEAST <= shorter.likeness <= 96
        assert LEAST <= longer.likeness <= 98
        assert recognized(GAMMA[: int(len(GAMMA) * 0.8)]) == Recognition()
        assert recognized(f"{GAMMA}\n\n{prose(9, 300)}") == Recognition()

    def test_a_condition_more_is_told(self) -> None:
        assert recognized(f"Its title\n\n{GAMMA}").same_demands
        assert not recognized(f"{GAMMA}\n\nCommercial use is prohibited.").same_demands

    def test_short_texts_are_compared_whole(self) -> None:
        assert recognized(prose(3, 400) + "\nand more").identifier == "Other"


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "LicenseRef-a.txt").write_text(ALPHA)
    (tmp_path / "LicenseRef-a@2.txt").write_text(BETA)
    (tmp_path / "LicenseRef-a@3.txt").write_text(ALPHA.upper())
    table = json.loads(regenerated(tmp_path))
    assert regenerated(tmp_path) == regenerated(tmp_path)
    assert list(table["texts"]) == ["LicenseRef-a"]
    assert len(table["texts"]["LicenseRef-a"]) == 2
    assert main([]) == main([str(tmp_path / "missing")]) == 2


def test_shipped_references_are_sound() -> None:
    identifiers = {reference.identifier for reference in references().texts}
    assert len(identifiers) >= 140
    assert len([name for name in identifiers if name.startswith("LicenseRef-")]) >= 44
    for name in identifiers:
        assert spdx_expression(name) == name
    assert all(len(reference.runs) >= 50 for reference in references().texts)


def test_licences_word_by_word() -> None:
    for text, identifier in ((MIT, "MIT"), (APACHE, "Apache-2.0"), (bsd(None), "BSD-2-Clause")):
        assert recognized(text) == Recognition(identifier=identifier, likeness=100, same_demands=True)


def test_near_pairs_are_not_mixed_up() -> None:
    assert recognized(bsd(None)).identifier == "BSD-2-Clause"
    assert recognized(bsd("Acme nor the names of its contributors")).identifier == "BSD-3-Clause"
    without = MIT.replace(
        """, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software""",
        "",
    )
    assert recognized(without).identifier == "MIT-0"


@pytest.mark.parametrize(
    "text",
    [
        MIT + "\nThe Software may not be used for commercial purposes.\n",
        MIT.replace("without restriction", "for research only"),
        MIT.replace(", and/or sell\ncopies", "\ncopies"),
        APACHE + "\nNo service may be built on it without a licence of ours.\n",
        bsd(None).replace("with or without\nmodification", "without\nmodification"),
        MIT.replace("THE SOFTWARE IS", "The Software shall be used for Good, not Evil.\n\nTHE SOFTWARE IS"),
    ],
)
def test_a_condition_more_is_never_the_licence_itself(text: str) -> None:
    assert recognized(text).likeness < 100


@settings(max_examples=60, deadline=None)
@given(
    st.integers(BEGIN, len(MIT)), st.sampled_from([" not ", " for research only ", " unless paid ", " noncommercial "])
)
def test_words_added_anywhere_are_seen(at: int, words: str) -> None:
    found = recognized(f"{MIT[:at]}{words}{MIT[at:]}")
    assert found.identifier in {"", "MIT"}
    assert found.likeness < 100


@pytest.mark.parametrize("text", ["", " ", "MIT", "Licensed under the MIT License", "x" * (MAX_TEXT + 1), prose(5)])
def test_other_texts_are_called_by_no_name(text: str) -> None:
    assert recognized(text) == Recognition()


@pytest.mark.parametrize("part", ["copyright ", "1. ", "- ", "a.", "w", "* _", "é ", "\n\n", "a b c d e f g "])
def test_hostile_texts_take_no_time(part: str) -> None:
    references()
    began = time.process_time()
    assert recognized((part * MAX_TEXT)[:MAX_TEXT]) == Recognition()
    assert recognized((MIT + part * MAX_TEXT)[:MAX_TEXT]).identifier in {"", "MIT"}
    assert time.process_time() - began < 4.0
