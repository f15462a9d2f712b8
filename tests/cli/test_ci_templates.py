"""What other systems call: the steps of the GitHub Action are run as they are written, the others are read."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import click
import pytest
import yaml

from embedded_hub import models
from ptmdeps.cli import cli
from tests.cli.conftest import Session

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
GITLAB: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "templates/check.yml").read_text()))


@pytest.fixture
def stale(session: Session) -> Session:
    """A project whose code loads one model more than its lock knows."""
    session.hub.repositories.create("acme/tiny", models.bert_encoder())
    # a load that needs nothing of Python but what ptmdeps itself has
    code = 'from huggingface_hub import snapshot_download\nsnapshot_download("acme/{}")\n'
    session.write("app.py", code.format("tiny"))
    session.run("-q lock")
    session.write("more.py", code.format("more"))
    return session


def step(name: str, folder: Path, working: Path, /, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as GitHub does: inputs become variables, files take what it says."""
    (found,) = (one for one in ACTION["runs"]["steps"] if one.get("id") == name)
    given = {name: str(facts["default"]) for name, facts in ACTION["inputs"].items()} | inputs
    variables = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
        for key, value in found["env"].items()
    }
    variables |= {name: str(folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    (folder / "ptmdeps/bin").mkdir(parents=True, exist_ok=True)
    program = folder / "ptmdeps/bin/ptmdeps"
    program.unlink(missing_ok=True)
    program.symlink_to(Path(sys.executable).with_name("ptmdeps"))
    environment = {**os.environ, **variables, "RUNNER_TEMP": str(folder)}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", found["run"]]
    return subprocess.run(command, cwd=working, env=environment, capture_output=True, text=True, check=False)


def test_the_action_reports_in_every_form_and_fails(stale: Session, tmp_path: Path) -> None:
    folder = tmp_path / "runner temp"
    folder.mkdir()
    done = step("check", folder, stale.project)
    assert done.returncode == 1, done.stderr
    outputs = dict(line.split("=", 1) for line in (folder / "GITHUB_OUTPUT").read_text().splitlines())
    assert outputs.keys() == ACTION["outputs"].keys()
    (result,) = (
        one for one in json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"] if one["level"] == "error"
    )
    assert result["ruleId"] == "PTM302"
    failures = parse(outputs["junit"]).findall(".//failure")  # noqa: S314 - our own text
    assert [failure.get("message") for failure in failures] == [
        "acme/more as snapshot is not locked (used in more.py)"
    ]
    assert "acme/more as snapshot is not locked" in (folder / "GITHUB_STEP_SUMMARY").read_text()


def test_the_action_passes_arguments_and_exit_codes_on(stale: Session, tmp_path: Path) -> None:
    assert step("check", tmp_path, stale.project, arguments="--frozen").returncode == 0
    done = step("check", tmp_path, stale.project, project="nowhere")
    assert done.returncode == 2 and "nowhere" in done.stderr


def commands() -> list[str]:
    scripts = [line for line in GITLAB[1]["ptmdeps-check"]["script"] if "bin/ptmdeps" in line]
    inputs = GITLAB[0]["spec"]["inputs"]
    called = [re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda m: inputs[m[1]]["default"], line) for line in scripts]
    return [*(hook["entry"] for hook in HOOKS), *called]


@pytest.mark.parametrize("line", commands())
def test_commands_of_templates_are_ours(line: str) -> None:
    words = shlex.split(line)
    assert words[0].endswith("ptmdeps")
    context = cli.make_context("ptmdeps", words[1:], resilient_parsing=False)
    rest = [*context._protected_args, *context.args]
    verb = cli.get_command(context, rest[0])
    assert isinstance(verb, click.Command)
    verb.make_context(rest[0], rest[1:], parent=context)


def test_inputs_that_templates_use_are_declared() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert used == set(ACTION["inputs"])
    text = (ROOT / "templates/check.yml").read_text()
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(GITLAB[0]["spec"]["inputs"])
