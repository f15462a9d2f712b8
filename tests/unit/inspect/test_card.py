from __future__ import annotations

import time

import pytest
import yaml

from ptmdeps.inspect.card import MAX_ITEMS, MAX_TEXT, ModelCard, model_card
from ptmdeps.inspect.front_matter import MAX_FRONT_MATTER


def card(front_matter: str) -> ModelCard:
    return model_card(f"---\n{front_matter}\n---\n# Title\n".encode())


def test_every_field_is_read() -> None:
    found = card(
        "license: other\nlicense_name: my-licence\nlicense_link: LICENSE\nbase_model: org/base\n"
        "base_model_relation: quantized\ndatasets:\n- squad\n- org/data\nlibrary_name: transformers\n"
        "pipeline_tag: text-generation\ntags: [a, b, a]\nlanguage: no\nwidget:\n- text: hello"
    )
    assert found == ModelCard(
        license=("other",),
        license_name="my-licence",
        license_link="LICENSE",
        base_models=("org/base",),
        base_model_relation="quantized",
        datasets=("squad", "org/data"),
        library_name="transformers",
        pipeline_tag="text-generation",
        tags=("a", "b"),
        languages=("no",),
    )


def test_values_stay_the_text_that_is_written() -> None:
    assert card("license: [mit, apache-2.0]\ntags: [1.10, true, 2024-01-01, '']").tags == ("1.10", "true", "2024-01-01")
    assert card("license: ~\nlibrary_name: null\npipeline_tag:").problems == ()


def test_addresses_of_models_are_names_and_local_paths_are_problems() -> None:
    found = card("base_model:\n- https://huggingface.co/org/a\n- org/a\n- ./local")
    assert found.base_models == ("org/a",)
    assert found.problems == ("`base_model` names no model of the hub: `./local`",)


@pytest.mark.parametrize(
    "readme",
    [b"", b"# Title", b"text\n---\nlicense: mit\n---\n", b"----\nlicense: mit\n----\n", b"---\n---\n", b"---\n\n---"],
)
def test_a_readme_without_front_matter_declares_nothing(readme: bytes) -> None:
    assert model_card(readme) == ModelCard()


@pytest.mark.parametrize(
    "readme",
    [
        b"---\nlicense: mit\n---",
        b"\xef\xbb\xbf---\nlicense: mit\n---\n",
        b"\n\n---\r\nlicense: mit\r\n---\r\n# Title",
        b"---  \nlicense: mit\n---  \ntext",
    ],
)
def test_ends_of_lines_and_spaces_do_not_matter(readme: bytes) -> None:
    assert model_card(readme) == ModelCard(license=("mit",))


@pytest.mark.parametrize(
    ("front_matter", "problem"),
    [
        ("license: {a: b}", "`license` holds something that is not text"),
        ("license: &x mit\ntags: [*x]", "`tags` holds something that is not text"),
        ("tags: [[a]]", "`tags` holds something that is not text"),
        ("license: mit\nlicense: gpl-3.0", "`license` is given twice: the last one counts"),
        ("library_name: [a, b]", "`library_name` is a list: the first entry counts"),
        ('license: "a\\x1b[31m"', "`license` holds text that is too long or not printable: `a\\x1b[31m`"),
        (f"license: {'x' * (MAX_TEXT + 1)}", "`license` holds text that is too long"),
        (f"tags: [{', '.join(map(str, range(MAX_ITEMS + 1)))}]", f"`tags` has more than {MAX_ITEMS} entries"),
        ("- a\n- b", "front matter cannot be read to its end: it is not a mapping"),
        ("just text", "front matter cannot be read to its end: it is not a mapping"),
        ("license: mit\nbad: [", "front matter cannot be read to its end: "),
        ("license: !!python/object/apply:os.getcwd []\nx: @", "front matter cannot be read to its end: "),
        ("a: \x01", "front matter cannot be read to its end: "),
    ],
)
def test_what_is_not_believed_is_said(front_matter: str, problem: str) -> None:
    problems = card(front_matter).problems
    assert any(found.startswith(problem) for found in problems)
    assert all(found.isprintable() for found in problems)


def test_what_stands_before_a_fault_counts() -> None:
    assert card("license: mit\nmodel-index: [").license == ("mit",)


def test_keys_that_are_no_text_are_passed_over() -> None:
    assert card("[a, b]: c\n? {d: e}\n: f\nlicense: mit") == ModelCard(license=("mit",))


def test_front_matter_without_an_end_is_said() -> None:
    assert model_card(b"---\nlicense: mit\n").problems == ("front matter cannot be read to its end: it has no end",)
    long = b"---\nlicense: mit\n" + b"#\n" * MAX_FRONT_MATTER
    assert model_card(long).problems == (
        f"front matter cannot be read to its end: it is longer than {MAX_FRONT_MATTER} bytes",
    )


@pytest.mark.parametrize("bomb", ["[" * 100_000, "{a: " * 50_000, "[? " * 50_000, "- " * 100_000, "[a,\n" * 50_000])
def test_nesting_bombs_end_at_once(bomb: str) -> None:
    begin = time.perf_counter()
    found = card(f"license: mit\nx: {bomb}")
    assert time.perf_counter() - begin < 2
    assert found.license == ("mit",)
    assert len(found.problems) == 1


def test_alias_bombs_do_not_expand() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60)), "license: mit"]
    assert card("\n".join(lines)).license == ("mit",)


def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "license: [mit, ~, '']\nbase_model: org/base\nx: {y: [z]}"
    expected = card(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert card(text) == expected
