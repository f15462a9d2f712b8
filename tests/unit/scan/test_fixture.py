"""The hard cases that peers were measured with: every id, and none of the false positives."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ptmdeps.scan import ScanResult
from ptmdeps.scan.references import Reference
from tests.unit.scan.conftest import Scan
from tests.unit.scan.fixture import APP, FILES, NOTEBOOK_LINES


class Case(NamedTuple):
    """One model that the project loads, with everything that the place says about it."""

    name: str
    resolution: str = "literal"
    hub: str = "huggingface"
    ref: str | None = None
    file: str = "app.py"
    soft: bool = False


CASES = (
    Case("acme/case01-literal"),
    Case("acme/case02-module-const", "constant"),
    Case("acme/case03-param-default", "default"),
    Case("acme/case04-wrapper", "argument"),
    Case("acme/case05-import-const", "constant"),
    Case("acme/case06-registry-a", "registry"),
    Case("acme/case06-registry-b", "registry"),
    Case("acme/case07-dataclass", "default"),
    Case("acme/case08-argparse", "option"),
    Case("acme/case09-env", "environment"),
    Case("acme/case10-fstring-small", "computed"),
    Case("acme/case11-loop-a", "registry"),
    Case("acme/case11-loop-b", "registry"),
    Case("acme/case12-else"),
    Case("acme/case12-if"),
    Case("acme/case13-partial"),
    Case("acme/case14-getattr"),
    Case("acme/case15-class-attr", "attribute"),
    Case("sentence-transformers/case16-st-short"),
    Case("acme/case17-pipeline-kw"),
    Case("acme/case18-snapshot"),
    Case("acme/case19-file"),
    Case("acme/case20-torchhub", hub="torchhub", ref="v1"),
    Case("acme/case21-timm"),
    Case("en_case22_web_sm", hub="spacy"),
    Case("case23-base", hub="whisper"),
    Case("acme/case24-vllm"),
    Case("acme/case25-lc"),
    Case("acme/case26-diff", ref="0123456789abcdef0123456789abcdef01234567"),
    Case("acme/case26b-custom"),
    Case("acme/case27-snap2"),
    Case("acme/case28-docker", ref="main", file="Dockerfile"),
    Case("case29-ollama:7b", hub="ollama", file="Dockerfile"),
    Case("acme/case30-vllmserve", file="Dockerfile"),
    Case("acme/case31-sh", file="run.sh"),
    Case("acme/case32-tgi", file="run.sh"),
    Case("acme/case33-yaml", "config", file="conf.yaml", soft=True),
    Case("acme/case34-yaml", "config", file="conf.yaml", soft=True),
    Case("acme/case35-nb", file="nb.ipynb"),
    Case("acme/case36-nbsh", file="nb.ipynb"),
    Case("acme/case37-ts", ref="main", file="x.ts"),
)


@pytest.fixture
def result(scan_files: Scan) -> ScanResult:
    return scan_files(FILES)


def case_of(reference: Reference) -> Case:
    return Case(
        name=reference.key.name,
        resolution=reference.resolution,
        hub=reference.key.hub,
        ref=reference.ref,
        file=reference.location.path,
        soft=reference.soft,
    )


def line_of(text: str) -> int:
    """The line of ``app.py`` on which a text stands first."""
    return APP[: APP.index(text)].count("\n") + 1


def test_every_model_is_found_once_and_nothing_else_is(result: ScanResult) -> None:
    found = [case_of(one) for one in result.references if not one.wraps]
    assert sorted(found, key=str) == sorted(CASES, key=str)
    assert {reference.scope for reference in result.references} == {"main"}


def test_the_call_of_a_wrapper_is_told_beside_the_load_in_it(result: ScanResult) -> None:
    (call,) = (one for one in result.references if one.wraps)
    assert (call.key.name, call.loader, call.wraps) == (
        "acme/case04-wrapper",
        "g",
        "transformers.AutoModel.from_pretrained",
    )
    assert call.location.line == line_of('g("acme/case04-wrapper")')


def test_local_paths_docstrings_and_comments_are_no_models(result: ScanResult) -> None:
    assert [(local.location.line, local.path) for local in result.local] == [
        (line_of('"./local-fp"'), "./local-fp"),
        (line_of('"local-fp2"'), "/mnt/x/local-fp2"),
        (line_of('"acme/case27-snap2"'), "snapshot_download('acme/case27-snap2')"),
    ]


def test_a_default_that_the_newest_version_lacks_is_left_open_and_said(result: ScanResult) -> None:
    (unresolved,) = result.unresolved
    assert unresolved.location.line == line_of('pipeline("summarization")')
    assert "has no default model for the task `summarization`" in unresolved.reason


def test_a_default_of_a_known_version_is_the_model_of_that_version(scan_files: Scan) -> None:
    result = scan_files({**FILES, "requirements.txt": "transformers==4.57.6\n"})
    (default,) = (one for one in result.references if one.resolution == "default-model")
    assert default.key.name == "sshleifer/distilbart-cnn-12-6"
    assert default.location.line == line_of('pipeline("summarization")')
    assert result.unresolved == ()


def test_facts_of_one_load(result: ScanResult) -> None:
    found = {reference.key.name: reference for reference in result.references if not reference.wraps}
    assert found["acme/case20-torchhub"].entrypoint == "resnet"
    assert found["acme/case26b-custom"].reads == "remote-code"
    assert found["acme/case19-file"].selection.files == ("model.safetensors",)
    assert found["acme/case28-docker"].selection.files == ()
    assert found["acme/case12-if"].alternatives == ("acme/case12-else",)
    assert found["acme/case04-wrapper"].location.line == line_of("return AutoModel.from_pretrained(n)")
    assert str(found["acme/case05-import-const"].evidence[-1]) == "consts.py:1"


def test_lines_of_a_notebook_are_those_of_its_file(result: ScanResult) -> None:
    found = {one.key.name: one.location.line for one in result.references if one.location.path == "nb.ipynb"}
    assert found == NOTEBOOK_LINES
