"""Loads that name no model: what the library loads instead, by the version that the project uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.render.scan.text import as_text
from ptmdeps.render.scan.view import View
from ptmdeps.scan import ScanCache, scan
from ptmdeps.scan.references import Reference
from tests.unit.scan.conftest import Scan

NER, NER_REF = "dbmdz/bert-large-cased-finetuned-conll03-english", "4c53496"
SENTIMENT = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
LOCK = 'version = 1\n\n[[package]]\nname = "transformers"\nversion = "4.57.6"\n'
HEAD = "import os\nfrom transformers import pipeline\n"


def said(found: tuple[Reference, ...]) -> set[tuple[str, str | None, str]]:
    return {(reference.key.name, reference.ref, reference.resolution) for reference in found}


@pytest.mark.parametrize("call", ["pipeline('ner')", "pipeline(task='ner')", "pipeline('ner', None)"])
def test_pipeline_without_a_model_loads_the_default_of_its_task(call: str, scan_files: Scan) -> None:
    (reference,) = scan_files({"app.py": HEAD + call, "uv.lock": LOCK}).references
    assert said((reference,)) == {(NER, NER_REF, "default-model")}
    assert reference.origin == "transformers 4.57.6 (uv.lock:5)"
    assert [str(place) for place in reference.evidence] == ["app.py:3", "uv.lock:5"]


def test_project_that_states_no_version_gets_what_is_shipped(scan_files: Scan) -> None:
    (reference,) = scan_files(HEAD + "pipeline('ner')").references
    assert reference.origin.startswith("transformers ")
    assert reference.origin.endswith(", as shipped with ptmdeps")
    assert [str(place) for place in reference.evidence] == ["app.py:3"]


def test_ref_of_the_call_goes_before_that_of_the_library(scan_files: Scan) -> None:
    (reference,) = scan_files(HEAD + "pipeline('ner', revision='v9')").references
    assert said((reference,)) == {(NER, "v9", "default-model")}


def test_tasks_of_a_loop_are_alternatives(scan_files: Scan) -> None:
    result = scan_files(HEAD + "for task in ('ner', 'sentiment-analysis'):\n    pipeline(task)\n")
    assert {reference.key.name for reference in result.references} == {NER, SENTIMENT}
    assert {reference.alternatives for reference in result.references} == {(NER,), (SENTIMENT,)}


@pytest.mark.parametrize(
    ("code", "reason", "passed_on"),
    [
        ("pipeline(input())", "the library's default depends on `task`: ", False),
        ("def f(task):\n    pipeline(task)\n", "the library's default depends on `task`: `task` is a parameter", True),
        ("pipeline(device=0)", "the default model of `pipeline` depends on its `task`, which is not known", False),
        ("pipeline(None)", "the default model of `pipeline` depends on its `task`, which is not known", False),
        ("pipeline('no-such-task')", "`pipeline` of transformers ", False),
        ("pipeline('ner', **load())", "the model can only be among the arguments that are passed on", False),
    ],
)
def test_default_that_cannot_be_known_is_not_guessed(code: str, reason: str, passed_on: bool, scan_files: Scan) -> None:
    result = scan_files(HEAD + code)
    (unresolved,) = result.unresolved
    assert result.references == ()
    assert unresolved.reason.startswith(reason)
    assert unresolved.passed_on is passed_on


def test_version_without_the_task_says_so(scan_files: Scan) -> None:
    lock = LOCK.replace("4.57.6", "2.0.0")
    (unresolved,) = scan_files({"app.py": HEAD + "pipeline('ner')", "uv.lock": lock}).unresolved
    assert "transformers 2.0.0" in unresolved.reason


def test_parameter_that_is_none_by_default_stands_for_the_default_besides_what_callers_give(scan_files: Scan) -> None:
    result = scan_files(HEAD + "def f(model=None):\n    pipeline('ner', model=model)\nf('acme/a')\n")
    assert said(result.references) == {("acme/a", None, "argument"), (NER, NER_REF, "default-model")}


def test_callers_that_give_no_model_give_the_task(scan_files: Scan) -> None:
    code = "def f(task, model=None):\n    pipeline(task, model=model)\nf('ner')\nf('sentiment-analysis', 'acme/a')\n"
    assert said(scan_files(HEAD + code).references) == {("acme/a", None, "argument"), (NER, NER_REF, "default-model")}


NOT_NONE = {
    "set if it is none": "if model is None:\n        model = 'acme/a'",
    "alternative of or": "model = model or 'acme/a'",
    "set anew": "model = 'acme/a'",
    "set by a loop": "for model in ('acme/a',): pass",
    "set in a test": "print(model := 'acme/a')",
    "refused": "if not model: raise ValueError",
    "asserted": "assert model",
    "checked while": "while model is None: break",
    "matched": "match model:\n        case None: return",
    "chosen": "print('x' if model else 'y')",
    "set with": "with open('x') as model: pass",
    "part of a condition": "ready = model and True",
    "set under a condition": "if len('x'):\n        model = 'acme/b'",
    "opened under a condition": "if len('x'):\n        with open('x') as model: pass",
}


@pytest.mark.parametrize("case", NOT_NONE)
def test_parameter_that_is_tested_or_set_is_not_taken_for_none(case: str, scan_files: Scan) -> None:
    code = f"def f(model=None):\n    {NOT_NONE[case]}\n    return pipeline('ner', model=model)\nf('acme/a')\n"
    result = scan_files(HEAD + code)
    assert "default-model" not in {reference.resolution for reference in result.references}


@pytest.mark.parametrize(
    "code",
    [
        "def f(model=None):\n    if model:\n        pipeline('ner', model=model)\n",
        "class A:\n    m = None\n    def f(self):\n        if self.m:\n            pipeline('ner', model=self.m)\n",
    ],
)
def test_guarded_load_of_nothing_is_nobodys_default(code: str, scan_files: Scan) -> None:
    assert scan_files(HEAD + code).references == ()


@pytest.mark.parametrize(
    "code",
    [
        "bert_score.score(a, b, model_type=None)\n",
        "def f(m=None):\n    bert_score.score(a, b, model_type=m)\n",
        "bert_score.score(a, b)\n",
    ],
)
def test_default_without_a_table_is_said_and_not_left_to_callers(code: str, scan_files: Scan) -> None:
    (unresolved,) = scan_files("import bert_score\n" + code).unresolved
    assert "`bert_score` has its own default" in unresolved.reason
    assert not unresolved.passed_on


def test_task_that_is_no_text_decides_nothing(scan_files: Scan) -> None:
    result = scan_files(HEAD + "for task in (None, 'ner'):\n    pipeline(task)\n")
    assert said(result.references) == {(NER, NER_REF, "default-model")}


def test_attribute_that_is_set_later_is_not_taken_for_none(scan_files: Scan) -> None:
    code = """
    class A:
        def __init__(self):
            self.name = None
        def choose(self):
            self.name = 'acme/a'
        def load(self):
            return pipeline('ner', model=self.name)
    """
    (reference,) = scan_files(
        {"app.py": "from transformers import pipeline\n" + code.replace("\n    ", "\n")}
    ).references
    assert reference.key.name == "acme/a"


def test_constant_that_is_none_stands_for_the_default(scan_files: Scan) -> None:
    result = scan_files(HEAD + "MODEL = None\npipeline('ner', model=MODEL)\n")
    assert said(result.references) == {(NER, NER_REF, "default-model")}


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("from ultralytics import YOLO\nYOLO()", "ultralytics:"),
        ("import stanza\nstanza.Pipeline()", "stanza:en"),
        ("from keybert import KeyBERT\nKeyBERT()", "huggingface:sentence-transformers/all-MiniLM-L6-v2"),
    ],
)
def test_default_of_other_libraries_and_hubs(code: str, key: str, scan_files: Scan) -> None:
    (reference,) = scan_files(code).references
    assert str(reference.key).startswith(key)
    assert reference.resolution == "default-model"


def test_version_of_a_library_goes_before_what_the_catalogue_says(scan_files: Scan) -> None:
    requirements = "langchain-community==0.0.20\n"
    code = "from langchain_community.embeddings import HuggingFaceEmbeddings\nHuggingFaceEmbeddings()"
    (reference,) = scan_files({"app.py": code, "requirements.txt": requirements}).references
    assert reference.origin == "langchain-community 0.0.20 (requirements.txt:1)"


def test_kept_result_follows_the_lock(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/app.py").write_text(HEAD + "pipeline('ner')\n")
    lock = tmp_path / "project/uv.lock"
    cache = ScanCache(tmp_path / "cache")
    origins = []
    for version in ("4.57.6", "4.40.0"):
        lock.write_text(LOCK.replace("4.57.6", version))
        origins += [scan(tmp_path / "project", cache=cache).references[0].origin for _ in range(2)]
    assert origins == [f"transformers {one} (uv.lock:5)" for one in ("4.57.6", "4.57.6", "4.40.0", "4.40.0")]


@pytest.mark.parametrize(("lock", "shown"), [(LOCK, "4.57.6 (uv.lock:5)"), ("", ", as shipped with ptmdeps")])
def test_text_says_whose_version_chooses(lock: str, shown: str, scan_files: Scan) -> None:
    result = scan_files({"app.py": HEAD + "pipeline('ner')", "uv.lock": lock})
    text = as_text(result, View())
    assert "default of transformers " in text
    assert shown in text
