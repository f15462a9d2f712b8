from __future__ import annotations

import pytest

from ptmdeps.inspect.card_notes import MAX_TERMS, gate_terms, successor
from ptmdeps.inspect.evaluations import MAX_RESULTS, Result, card_results, file_results

# the shape of https://github.com/huggingface/hub-docs modelcard.md
INDEX = b"""---
language: en
model-index:
- name: my-cool-model
  results:
  - task:
      type: image-classification
      name: Image Classification
    dataset:
      type: beans
      name: Beans
      config: default
      split: test
      args:
        date: 20220120
    metrics:
    - type: accuracy
      value: 0.9
    - type: f1
      name: Macro F1
      value: 66 %
    source:
      name: Some Leaderboard
      url: https://leaderboard.example
---
# my-cool-model
"""
# the shape of its eval_results.yaml
FILE = b"""- dataset:
    id: Idavidrein/gpqa
    task_id: gpqa_diamond
  value: 0.412
  date: "2026-09-10"
  source:
    url: https://traces.example
- dataset:
    id: cais/hle
- 3
"""


def test_results_of_a_card_are_read() -> None:
    dataset, source = "Beans (default, test)", "https://leaderboard.example"
    task = "image-classification"
    assert card_results(INDEX) == (
        Result(task=task, dataset=dataset, metric="accuracy", value="0.9", source=source),
        Result(task=task, dataset=dataset, metric="Macro F1", value="66 %", source=source),
    )


def test_results_of_a_file_are_read() -> None:
    expected = Result(task="gpqa_diamond", dataset="Idavidrein/gpqa", value="0.412", source="https://traces.example")
    assert file_results(FILE) == (expected,)


@pytest.mark.parametrize(
    "index",
    [
        "3",
        "[3]",
        "{results: []}",
        "[{results: 3}]",
        "[{results: [{metrics: {value: 1}}]}]",
        "[{results: &a [*a]}]",
        "[",
        "!!x",
    ],
)
def test_what_is_no_index_of_results_holds_none(index: str) -> None:
    assert card_results(f"---\nmodel-index: {index}\n---\n".encode()) == ()


@pytest.mark.parametrize("text", [b"", b"a: b", b"[", b"\xff\xff", b"- [" * 1000, b"- value: {a: b}"])
def test_what_is_no_list_of_results_holds_none(text: bytes) -> None:
    assert file_results(text) == ()


def test_results_are_limited() -> None:
    assert len(file_results(b"- value: 1\n" * (MAX_RESULTS + 9))) == MAX_RESULTS


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("acme/next", "acme/next"),
        ("https://huggingface.co/acme/next", "acme/next"),
        ("../x", ""),
        ("[a, b]", ""),
        ("", ""),
    ],
)
def test_a_successor_is_a_model_of_the_hub(written: str, found: str) -> None:
    assert successor(f"---\nnew_version: {written}\n---\n".encode()) == found


def test_terms_of_a_gate_are_one_line() -> None:
    assert gate_terms(b"---\nextra_gated_prompt: >-\n  You agree\n\n  to all of it\n---\n") == "You agree to all of it"
    assert gate_terms(b"---\nextra_gated_heading: Ask first\nextra_gated_prompt: '  '\n---\n") == "Ask first"
    assert gate_terms(b"---\nlicense: mit\n---\n") == ""
    assert gate_terms(b"---\nextra_gated_prompt: [\n---\n") == ""
    assert len(gate_terms(b"---\nextra_gated_prompt: " + b"x" * 9000 + b"\n---\n")) == MAX_TERMS
