from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.inspect.licenses import Conclusion, conclude, likeness
from ptmdeps.inspect.licenses.likeness import Recognition
from tests.unit.inspect.licenses.test_texts import APACHE, MIT

GEMMA = "https://ai.google.dev/gemma/terms"
NEARLY = MIT + "\nThe Software may not be used for commercial purposes.\n"


@pytest.mark.parametrize(
    ("declared", "concluded"),
    [
        (["apache-2.0"], "Apache-2.0"),
        (["llama3.1"], "LicenseRef-llama3.1"),
        (["mit", "cc-by-4.0"], "MIT AND CC-BY-4.0"),
        (["mit", "mit"], "MIT"),
        (["mit OR apache-2.0", "cc-by-4.0"], "(MIT OR Apache-2.0) AND CC-BY-4.0"),
        (["mit", "other"], ""),
        (["unknown"], ""),
        (["cc"], ""),
        (["Acme's own"], ""),
    ],
)
def test_what_is_declared_counts(declared: list[str], concluded: str) -> None:
    found = conclude(declared)
    assert found.concluded == concluded
    assert found.declared == " AND ".join(dict.fromkeys(declared))


def test_a_text_that_is_another_licence_changes_nothing_but_what_is_recognized() -> None:
    assert conclude(["mit"], text=APACHE) == Conclusion(
        declared="mit", concluded="MIT", recognized="Apache-2.0", likeness=100
    )
    assert conclude(["unknown"], text=MIT).concluded == ""


def test_beside_other_the_name_is_asked_then_the_link_then_the_text() -> None:
    assert conclude(["other"], name="deepseek", link=GEMMA, text=MIT).concluded == "LicenseRef-scancode-deepseek-la-1.0"
    assert conclude(["Other"], name="acme-own", link=GEMMA, text=MIT).concluded == "LicenseRef-gemma"
    assert conclude(["other"], name="acme-own", link="LICENSE", text=MIT) == Conclusion(
        declared="acme-own", concluded="MIT", recognized="MIT", likeness=100
    )
    assert conclude(["other"], name="acme-own", link="LICENSE") == Conclusion(declared="acme-own")
    assert conclude(["other"]) == Conclusion(declared="other")


def test_where_nothing_is_declared_the_text_says_it() -> None:
    assert conclude([], text=MIT) == Conclusion(concluded="MIT", recognized="MIT", likeness=100)
    assert conclude([" "], text="All rights reserved.") == Conclusion()
    assert conclude([]) == Conclusion()


def test_a_permissive_licence_with_a_condition_more_concludes_nothing() -> None:
    found = conclude([], text=NEARLY)
    assert found.concluded == ""
    assert found.recognized == "MIT"
    assert 90 <= found.likeness < 100


@pytest.mark.parametrize(
    ("found", "concluded"),
    [
        (Recognition(identifier="LicenseRef-llama2", likeness=97, same_demands=True), "LicenseRef-llama2"),
        (Recognition(identifier="LicenseRef-llama2", likeness=97, same_demands=False), ""),
        (
            Recognition(identifier="LicenseRef-scancode-moonshot-ai-modified-mit-2025", likeness=98, same_demands=True),
            "",
        ),
        (Recognition(identifier="Apache-2.0", likeness=99, same_demands=True), ""),
    ],
)
def test_which_likenesses_conclude(found: Recognition, concluded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "recognized", lambda _: found)
    assert conclude([], text="some text").concluded == concluded
    assert conclude([], text="some text").recognized == found.identifier


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=3), st.text(max_size=60), st.text(max_size=60))
def test_nothing_raises(declared: list[str], name: str, link: str) -> None:
    assert isinstance(conclude(declared, name=name, link=link), Conclusion)
