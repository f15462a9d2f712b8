"""A model that is not locked fails in every framework with its name, who asked for it, and what to type."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from embedded_hub import EmbeddedHub, models
from tests.hub_fixtures import environment
from tests.loaders.proof import Finished, ptmdeps, write_project

pytestmark = pytest.mark.loaders

# The owner comes from outside, so that no scan can know these models.
_PROGRAM = """\
import sys

from diffusers import DDPMPipeline
from evidence import report
from huggingface_hub import hf_hub_download, snapshot_download
from peft import AutoPeftModelForSequenceClassification
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer, pipeline

OWNER = sys.argv[1]

report({
"""
_LOADS: Mapping[str, str] = {
    "model": "AutoModel.from_pretrained({})",
    "pipeline": 'pipeline("text-classification", model={})',
    "tokenizer": "AutoTokenizer.from_pretrained({})",
    "tokenizer-fast": "Tokenizer.from_pretrained({})",
    "adapter": "AutoPeftModelForSequenceClassification.from_pretrained({})",
    "embeddings": "SentenceTransformer({})",
    "pixels": "DDPMPipeline.from_pretrained({})",
    "file": 'hf_hub_download({}, "config.json")',
    "snapshot": "snapshot_download({})",
}
_LINES = {name: _PROGRAM.count("\n") + 1 + number for number, name in enumerate(_LOADS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How the program ended, and what each of its loads said."""

    finished: Finished
    errors: Mapping[str, str]


@pytest.fixture(scope="module")
def attempt(tmp_path_factory: pytest.TempPathFactory) -> Attempt:
    """Load models that nothing locked, in a project that has locked another one."""
    folder = tmp_path_factory.mktemp("not-locked")
    with EmbeddedHub(folder / "hub") as hub:
        hub.repositories.create("acme/sentiment", models.bert_classifier())
        variables = environment(hub, folder / "home")
        project = write_project(folder / "project", _program())
        ptmdeps(["install", "acme/sentiment"], project, variables)
    finished = ptmdeps(["run", "--", sys.executable, "main.py", "acme/"], project, variables, exit_code=1)
    outcomes = json.loads(finished.stdout)
    return Attempt(finished=finished, errors={name: outcomes[name]["error"] for name in _LOADS})


@pytest.mark.parametrize("name", _LOADS)
def test_error_names_the_model_its_place_and_the_remedy(name: str, attempt: Attempt) -> None:
    answer = f"`acme/{name}` is not in ptm.lock (asked for by main.py:{_LINES[name]})"

    assert answer in attempt.errors[name]
    assert f"ptmdeps install acme/{name}\n" in attempt.errors[name]


def test_run_says_at_the_end_what_was_missing_and_keeps_the_exit_code(attempt: Attempt) -> None:
    missing = {**_LINES, "last": max(_LINES.values()) + 2}

    assert attempt.finished.stderr.splitlines()[-len(missing) :] == [
        f"warning: `acme/{name}` is not in `ptm.lock`, asked for by main.py:{line}. "
        f"To add it: ptmdeps install acme/{name}"
        for name, line in missing.items()
    ]


def _program() -> str:
    table = [f'    "{name}": lambda: {load.format(f"OWNER + {name!r}")},\n' for name, load in _LOADS.items()]
    return _PROGRAM + "".join(table) + '})\nAutoModel.from_pretrained(OWNER + "last")\n'
