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

from embedded_forge import Access
from embedded_forge.gitea import EmbeddedForgeGitea
from embedded_forge.github import EmbeddedForgeGitHub
from embedded_forge.gitlab import EmbeddedForgeGitLab
from embedded_hub import models
from ptmdeps.cli import cli
from tests.cli.conftest import Session
from tests.hub_fixtures import environment

ROOT = Path(__file__).parents[2]
ACTIONS: dict[str, dict[str, Any]] = {
    path: yaml.safe_load((ROOT / path).read_text()) for path in ("action.yml", "actions/pr/action.yml")
}
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
COMPONENTS: dict[str, list[dict[str, Any]]] = {
    path.name: list(yaml.safe_load_all(path.read_text())) for path in sorted((ROOT / "templates").glob("*.yml"))
}


STEPS = {step["id"]: (action, step) for action in ACTIONS.values() for step in action["runs"]["steps"] if "id" in step}


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
    """Run a step of an action as GitHub does: inputs become variables, files take what it says."""
    action, found = STEPS[name]
    given = {name: str(facts["default"]) for name, facts in action["inputs"].items()} | inputs
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
    assert outputs.keys() == ACTIONS["action.yml"]["outputs"].keys()
    (result,) = (
        one for one in json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"] if one["level"] == "error"
    )
    assert result["ruleId"] == "PTM302"
    failures = parse(outputs["junit"]).findall(".//failure")  # noqa: S314 - our own text
    assert [failure.get("message") for failure in failures] == ["acme/more as snapshot is not locked (used in more.py)"]
    assert "acme/more as snapshot is not locked" in (folder / "GITHUB_STEP_SUMMARY").read_text()


def test_the_action_passes_arguments_and_exit_codes_on(stale: Session, tmp_path: Path) -> None:
    assert step("check", tmp_path, stale.project, arguments="--frozen").returncode == 0
    done = step("check", tmp_path, stale.project, project="nowhere")
    assert done.returncode == 2 and "nowhere" in done.stderr


@pytest.fixture
def moved(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A project whose only model has a newer commit, for programs of their own."""
    for name in [name for name in os.environ if name.startswith(("CI_", "FORGEJO_", "GITEA_", "GITHUB_", "GITLAB_"))]:
        monkeypatch.delenv(name)  # the tests may run in some CI themselves
    for name, value in environment(session.hub, tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    repository = session.hub.repositories.create("acme/tiny", models.bert_encoder())
    session.write("app.py", 'from huggingface_hub import snapshot_download\nsnapshot_download("acme/tiny")\n')
    session.run("-q lock")
    repository.commit({"config.json": b'{"model_type": "bert", "hidden_act": "relu"}'})
    return session


def test_the_action_for_pull_requests_shows_what_it_did(moved: Session, tmp_path: Path) -> None:
    folder = tmp_path / "runner temp"
    folder.mkdir()
    done = step("pr", folder, moved.project, arguments="--print acme/tiny", token="secret")
    assert done.returncode == 0, done.stderr
    outputs = dict(line.split("=", 1) for line in (folder / "GITHUB_OUTPUT").read_text().splitlines())
    assert outputs.keys() == ACTIONS["actions/pr/action.yml"]["outputs"].keys()
    report = Path(outputs["report"]).read_text()
    assert "acme/tiny" in report and "hidden_act" in report
    assert done.stdout == report
    heading, empty, *shown = (folder / "GITHUB_STEP_SUMMARY").read_text().splitlines()
    assert (heading, empty) == ("## ptmdeps pr", "")
    assert shown == [f"    {line}" for line in report.splitlines()]
    assert "secret" not in done.stdout + done.stderr


def test_the_action_for_pull_requests_passes_exit_codes_on(moved: Session, tmp_path: Path) -> None:
    done = step("pr", tmp_path, moved.project, arguments="--print --local")
    assert done.returncode == 2 and "--print" in done.stderr
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text() == "## ptmdeps pr\n\n"


AnyForge = EmbeddedForgeGitHub | EmbeddedForgeGitea | EmbeddedForgeGitLab
FORGES: dict[str, type[AnyForge]] = {
    "github": EmbeddedForgeGitHub,
    "gitea": EmbeddedForgeGitea,
    "gitlab": EmbeddedForgeGitLab,
}


def variables_of_ci(forge: AnyForge) -> dict[str, str]:
    """What the CI of a forge sets in its jobs."""
    server, _, _ = forge.api.partition("/api")
    if isinstance(forge, EmbeddedForgeGitLab):
        return {"GITLAB_CI": "true", "CI_SERVER_URL": server, "CI_API_V4_URL": forge.api, "CI_PROJECT_PATH": "acme/app"}
    actions = {"GITEA_ACTIONS": "true"} if isinstance(forge, EmbeddedForgeGitea) else {}
    return actions | {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": server,
        "GITHUB_API_URL": forge.api,
        "GITHUB_REPOSITORY": "acme/app",
    }


@pytest.mark.parametrize("name", FORGES)
def test_a_schedule_opens_one_pull_request_and_then_nothing(
    name: str, moved: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FORGES[name](tmp_path / "forge") as forge:
        forge.grant("secret", Access(login="bot"))
        files = {path.name: path.read_bytes() for path in moved.project.iterdir() if path.is_file()}
        project = forge.create("acme/app", files)
        variables = variables_of_ci(forge)
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        remote = f"{variables.get('CI_SERVER_URL') or variables['GITHUB_SERVER_URL']}/acme/app.git"
        for command in (["init", "--quiet"], ["remote", "add", "origin", remote]):
            subprocess.run(["git", *command], cwd=moved.project, check=True)
        first = scheduled(name, tmp_path, moved.project)
        assert first.returncode == 0, first.stderr
        (pull_request,) = project.pulls.values()
        assert "acme/tiny" in pull_request.title and "hidden_act" in pull_request.body
        changed = project.git.read("ptm.lock", project.git.head(pull_request.branch) or "") or b""
        assert changed != files["ptm.lock"] and b"acme/tiny" in changed
        writes = len(forge.writes)
        assert scheduled(name, tmp_path, moved.project).returncode == 0
        assert len(forge.writes) == writes
        assert "secret" not in first.stdout + first.stderr


def scheduled(name: str, folder: Path, working: Path) -> subprocess.CompletedProcess[str]:
    """The action of GitHub, which is that of Gitea and Forgejo too; the component of GitLab with its token set."""
    if name != "gitlab":
        return step("pr", folder, working, token="secret")
    script = called(*COMPONENTS["pull-requests.yml"])
    program = shlex.quote(str(Path(sys.executable).with_name("ptmdeps")))
    command = ["bash", "-eo", "pipefail", "-c", script.replace(".ptmdeps-venv/bin/ptmdeps", program)]
    given = {**os.environ, "GITLAB_TOKEN": "secret"}
    return subprocess.run(command, cwd=working, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", ACTIONS)
def test_actions_install_this_repository(path: str) -> None:
    install = ACTIONS[path]["runs"]["steps"][0]
    source = install["env"]["SOURCE"].replace("${{ github.action_path }}", str((ROOT / path).parent))
    assert Path(source).resolve() == ROOT
    assert '"$SOURCE"' in install["run"]


def commands() -> list[str]:
    return [*(hook["entry"] for hook in HOOKS), *(called(*documents) for documents in COMPONENTS.values())]


def called(header: dict[str, Any], jobs: dict[str, Any]) -> str:
    """How the component of GitLab calls ptmdeps when nobody gives inputs."""
    (line,) = (line for job in jobs.values() for line in job["script"] if "bin/ptmdeps" in line)
    inputs = header["spec"]["inputs"]
    return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: str(inputs[match[1]]["default"]), line)


@pytest.mark.parametrize("line", commands())
def test_commands_of_templates_are_ours(line: str) -> None:
    words = shlex.split(line)
    assert words[0].endswith("ptmdeps")
    context = cli.make_context("ptmdeps", words[1:], resilient_parsing=False)
    rest = [*context._protected_args, *context.args]
    verb = cli.get_command(context, rest[0])
    assert isinstance(verb, click.Command)
    verb.make_context(rest[0], rest[1:], parent=context)


@pytest.mark.parametrize("path", [*ACTIONS, *(f"templates/{name}" for name in COMPONENTS)])
def test_inputs_that_templates_use_are_declared(path: str) -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / path).read_text()))
    declared = ACTIONS[path]["inputs"] if path in ACTIONS else COMPONENTS[Path(path).name][0]["spec"]["inputs"]
    assert used == set(declared)


def test_merge_requests_are_opened_by_schedules_only() -> None:
    job = COMPONENTS["pull-requests.yml"][1]["ptmdeps-pull-requests"]
    assert [rule["if"].partition(" && ")[0] for rule in job["rules"]] == ['$CI_PIPELINE_SOURCE == "schedule"']
    # what GitLab runs only beside other jobs would never run in a pipeline of its own
    assert COMPONENTS["pull-requests.yml"][0]["spec"]["inputs"]["stage"]["default"] not in {".pre", ".post"}
