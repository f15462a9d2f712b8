"""Sessions on the command line, in this process, against the embedded hub; and their whole output as snapshots."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import huggingface_hub
import pytest
from click.testing import CliRunner
from huggingface_hub import constants

from embedded_hub import EmbeddedHub
from ptmdeps.cli import cli

SNAPSHOTS = Path(__file__).with_name("snapshots")
UPDATE = "UPDATE_SNAPSHOTS"


@dataclass
class Session:
    """A user in a project folder, typing commands; everything typed and answered is in ``transcript``."""

    project: Path
    hub: EmbeddedHub
    store: Path
    replacements: dict[str, str]
    transcript: list[str] = field(default_factory=list)
    exit_code: int = 0
    stdout: str = ""
    stderr: str = ""

    def write(self, path: str, text: str) -> None:
        """Write a file of the project."""
        target = self.project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def run(self, command: str) -> int:
        """Type ``ptmdeps <command>``; gives the exit code."""
        result = CliRunner().invoke(cli, ["--project", str(self.project), *shlex.split(command)], prog_name="ptmdeps")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.exit_code, self.stdout, self.stderr = result.exit_code, result.stdout, result.stderr
        self.transcript.append(f"$ ptmdeps {command}")
        for name, text in (("", self.stdout), ("! ", self.stderr)):
            self.transcript += [self._filtered(f"{name}{line}".rstrip()) for line in text.splitlines()]
        if result.exit_code:
            self.transcript.append(f"[exit code {result.exit_code}]")
        self.transcript.append("")
        return result.exit_code

    def note(self, text: str) -> None:
        """Say in the transcript what happened between two commands."""
        self.transcript += [f"# {text}", ""]

    def _filtered(self, line: str) -> str:
        for found, shown in self.replacements.items():
            line = line.replace(found, shown)
        # the client asks the hub for a list of its own, when it likes
        return re.sub(r"with [1-9]\d* requests?", "with N requests", line)


@pytest.fixture
def session(hub: EmbeddedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A new user in an empty project."""
    project, store = tmp_path / "project", tmp_path / "store"
    project.mkdir()
    monkeypatch.setattr(constants, "ENDPOINT", hub.endpoint)
    template = f"{hub.endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(store))
    monkeypatch.setenv("NO_COLOR", "1")
    for name in [name for name in os.environ if name.startswith("PTMDEPS_") and name != "PTMDEPS_CACHE"]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(project)
    huggingface_hub.close_session()
    return Session(
        project=project,
        hub=hub,
        store=store,
        replacements={str(project): "[project]", str(store): "[store]", hub.endpoint: "[hub]"},
    )


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[Session], None]:
    """Compare a session's transcript with the file of the test's name; ``UPDATE_SNAPSHOTS=1`` writes it."""

    def compare(session: Session) -> None:
        path = SNAPSHOTS / f"{request.node.name.removeprefix('test_')}.txt"
        text = "\n".join(session.transcript)
        if os.environ.get(UPDATE):
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no snapshot: run with {UPDATE}=1 and read what it writes"
        assert text == path.read_text(encoding="utf-8")

    return compare
