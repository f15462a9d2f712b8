"""The hard cases that peers were measured with: every id, and none of the false positives."""

from __future__ import annotations

import pytest

from ptmdeps.scan import ScanResult
from tests.unit.scan.conftest import Scan
from tests.unit.scan.fixture import FILES

EXPECTED = {
    "acme/case01-literal": "literal",
    "acme/case02-module-const": "constant",
    "acme/case03-param-default": "default",
    "acme/case04-wrapper": "argument",
    "acme/case05-import-const": "constant",
    "acme/case06-registry-a": "registry",
    "acme/case06-registry-b": "registry",
    "acme/case07-dataclass": "default",
    "acme/case08-argparse": "option",
    "acme/case09-env": "environment",
    "acme/case10-fstring-small": "computed",
    "acme/case11-loop-a": "registry",
    "acme/case11-loop-b": "registry",
    "acme/case12-if": "literal",
    "acme/case12-else": "literal",
    "acme/case13-partial": "literal",
    "acme/case14-getattr": "literal",
    "acme/case15-class-attr": "attribute",
    "sentence-transformers/case16-st-short": "literal",
    "acme/case17-pipeline-kw": "literal",
    "acme/case18-snapshot": "literal",
    "acme/case19-file": "literal",
    "acme/case26-diff": "literal",
    "acme/case26b-custom": "literal",
    "acme/case27-snap2": "literal",
    "acme/case35-nb": "literal",
}


@pytest.fixture
def result(scan_files: Scan) -> ScanResult:
    return scan_files(FILES)


def test_every_model_is_found_in_the_way_it_is_given(result: ScanResult) -> None:
    assert {reference.key.name: reference.resolution for reference in result.references} == EXPECTED


def test_local_paths_docstrings_and_comments_are_no_models(result: ScanResult) -> None:
    assert [(local.location.line, local.path) for local in result.local] == [
        (53, "./local-fp"),
        (54, "/mnt/x/local-fp2"),
        (55, "snapshot_download('acme/case27-snap2')"),
    ]


def test_the_default_of_a_library_is_said(result: ScanResult) -> None:
    (unresolved,) = result.unresolved
    assert unresolved.reason.startswith("no model is named: `transformers` has its own default for 'summarization'")


def test_facts_of_one_load(result: ScanResult) -> None:
    found = {reference.key.name: reference for reference in result.references}
    assert found["acme/case26-diff"].ref == "0123456789abcdef0123456789abcdef01234567"
    assert found["acme/case26b-custom"].reads == "remote-code"
    assert found["acme/case19-file"].selection.files == ("model.safetensors",)
    assert found["acme/case12-if"].alternatives == ("acme/case12-else",)
    assert str(found["acme/case05-import-const"].evidence[-1]) == "consts.py:1"
    assert str(found["acme/case35-nb"].location) == "nb.ipynb:19"
