"""Where the demo plays: a temporary home, a copy of the project and a hub, and how what happens there is shown."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded_hub import EmbeddedHub

_WIDTH = 100
_KEPT = ("LANG", "LC_ALL", "TMPDIR")


class DemoFailed(Exception):
    """Something is not as the demo says; the message tells what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The demo's world.

    Attributes:
        hub: a running hub.
        home: folder that stands for the user's home; all caches are in it.
        project: folder of the copy of the project.
        claims: everything that was checked so far.
    """

    hub: EmbeddedHub
    home: Path
    project: Path
    claims: list[str]

    def run(self, command: str, *, exit_code: int = 0, show_last: int | None = None) -> str:
        """Show a command, run it in the project, show its output, and return that.

        Args:
            command: as one types it; `python` and `ptmdeps` are those of the Python that runs the demo.
            exit_code: how it must end.
            show_last: how many of the last lines to show.

        Raises:
            DemoFailed: it ends otherwise.
        """
        print(f"\n   {_bold(f'$ {command}')}", flush=True)
        done = subprocess.run(
            shlex.split(command),
            cwd=self.project,
            env=self._variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        lines = done.stdout.splitlines()
        hidden = max(0, len(lines) - show_last) if show_last else 0
        shown = ([f"… {hidden} lines of traceback …"] if hidden else []) + lines[hidden:]
        print("".join(f"   │ {line}".rstrip() + "\n" for line in shown), end="", flush=True)
        if done.returncode != exit_code:
            raise DemoFailed(f"`{command}` ended with exit code {done.returncode} instead of {exit_code}")
        if exit_code:
            print(f"   (exit code {exit_code})")
        return done.stdout

    def claim(self, statement: str, *, holds: bool) -> None:
        """Check a statement and show it.

        Raises:
            DemoFailed: it does not hold.
        """
        if not holds:
            raise DemoFailed(f"this is not so: {statement}")
        self.claims.append(statement)
        print(textwrap.fill(statement, _WIDTH, initial_indent="   ✓ ", subsequent_indent="     "))

    def _variables(self) -> Mapping[str, str]:
        """No variable of the user reaches the commands: no token, no cache, no endpoint but the demo's."""
        path = os.pathsep.join((os.fspath(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
        return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            "HF_ENDPOINT": self.hub.endpoint,
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_VERBOSITY": "error",
            "HOME": os.fspath(self.home),
            "PATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "PYTHONWARNINGS": "ignore",
            "TRANSFORMERS_VERBOSITY": "error",
            "XDG_CACHE_HOME": os.fspath(self.home / ".cache"),
        }


@contextmanager
def staged(project: Path) -> Iterator[Stage]:
    """Set a stage around a copy of `project`; nothing outside its temporary folder is touched."""
    # links in the way to it (as on macOS) would make commands say another path than the demo
    with tempfile.TemporaryDirectory(prefix="ptmdeps-demo-") as scratch:
        root = Path(scratch).resolve()
        (root / "home").mkdir()
        shutil.copytree(project, root / project.name, ignore=shutil.ignore_patterns("__pycache__", ".ptm", "ptm.lock"))
        with EmbeddedHub(root / "hub") as hub:
            yield Stage(hub=hub, home=root / "home", project=root / project.name, claims=[])


def title(text: str) -> None:
    """Show the title of an act."""
    print(f"\n\n{_bold(text)}\n{'─' * len(text)}")


def say(text: str, *, aside: str = "") -> None:
    """Show a paragraph, and below it a line that is too long to be wrapped."""
    print("\n" + textwrap.fill(" ".join(text.split()), _WIDTH, initial_indent="   ", subsequent_indent="   "))
    if aside:
        print(f"   {aside}")


def _bold(text: str) -> str:
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR")
    return text if plain else f"\033[1m{text}\033[0m"
