"""A Python environment: which interpreter is the project's, and which distributions it has.

pip is asked (``pip inspect``, https://pip.pypa.io/en/stable/reference/inspect-report/), in a process of its own:
nothing of the environment is imported here, and the folder of the project is on nobody's path of modules.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps.distributions.locks import parsed
from ptmdeps.errors import PtmdepsError
from ptmdeps.paths import printable

_SECONDS = 300
_SHOWN = 8
"""Lines of what pip says that are shown."""

_LONGEST_ANSWER = 256 * 1024 * 1024
_TOOLS = ("pipx_metadata.json", "uv-receipt.toml")
"""Files that pipx and uv leave in the environment of a tool that they install for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python that was chosen.

    Attributes:
        path: the program.
        because: what chose it, for people.
        label: what its environment is called in messages: ``.venv``, or the path of a folder.
    """

    path: Path
    because: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What an environment has.

    Attributes:
        interpreter: its Python.
        markers: the values of environment markers (PEP 508) in it.
        installed: version of each distribution, by normalised name.
    """

    interpreter: Interpreter
    markers: Mapping[str, str]
    installed: Mapping[str, Version]


def find_interpreter(root: Path, chosen: Path | None, variables: Mapping[str, str]) -> Interpreter | None:
    """The project's Python: what was chosen, else the active environment, else ``.venv``, else the one that runs us.

    The last one does not count where ptmdeps is installed as a tool of its own (pipx, ``uv tool``): its libraries are
    not the project's. ``None`` where there is none.

    Raises:
        PtmdepsError: what was chosen is no Python.
    """
    if chosen is not None:
        return _chosen(root, chosen)
    for folder, because in _environments(root, variables):
        if python := _python_in(folder):
            return Interpreter(path=python, because=because, label=_label(root, folder))
    prefix = Path(sys.prefix)
    if any((prefix / name).exists() for name in _TOOLS):
        return None
    return Interpreter(path=Path(sys.executable), because="it runs ptmdeps", label=_label(root, prefix))


def inspect_environment(interpreter: Interpreter) -> Environment:
    """Ask pip what is installed.

    Raises:
        PtmdepsError: neither our pip nor the environment's own can say.
    """
    report = _report(run_pip(interpreter, ["inspect"], purpose="say what is installed"))
    markers, listed = report.get("environment"), report.get("installed")
    if not isinstance(markers, dict) or not isinstance(listed, list):
        raise PtmdepsError(
            f"pip's report about `{interpreter.path}` has neither `environment` nor `installed`",
            hint="Is it a Python? `--python` chooses another one",
        )
    return Environment(
        interpreter=interpreter,
        markers={str(name): value for name, value in markers.items() if isinstance(value, str)},
        installed=dict(_installed(listed)),
    )


def run_pip(
    interpreter: Interpreter, arguments: Sequence[str], *, purpose: str, seconds: float | None = _SECONDS
) -> str:
    """Run pip on an environment and give what it writes: our own pip, or the environment's where ours cannot.

    Raises:
        PtmdepsError: pip failed to do what the ``purpose`` says; with what it said.
    """
    common = ["--disable-pip-version-check", "--no-input", "--no-color"]
    # -P keeps the working folder off the path of modules; an older Python has no such option, hence the empty folder
    ways = (
        [sys.executable, "-P", "-m", "pip", "--python", str(interpreter.path), *common, *arguments],
        [str(interpreter.path), "-m", "pip", *common, *arguments],
    )
    said = ""
    with tempfile.TemporaryDirectory(prefix="ptmdeps-") as folder:
        for command in ways:
            done = _run(command, folder, seconds)
            if done.returncode == 0:
                return done.stdout
            said = done.stderr.strip() or said
            if not _cannot_start(said):
                break
    lines = [printable(line, limit=500) for line in said.splitlines() if line.strip()][-_SHOWN:]
    raise PtmdepsError(
        "\n  ".join((f"pip cannot {purpose} for `{interpreter.path}`:", *(lines or ["it says nothing"]))),
        hint=_hint(said),
    )


def _run(command: list[str], folder: str, seconds: float | None) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        return subprocess.run(
            command, cwd=folder, env=variables, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"pip did not end within {seconds} seconds")
    except (OSError, ValueError) as error:
        return subprocess.CompletedProcess(command, 1, "", f"`{command[0]}` cannot be started: {error}")


def _cannot_start(said: str) -> bool:
    """Whether there is no pip, or one that the environment's Python is too old for, rather than a failed request."""
    return any(sign in said for sign in ("No module named pip", "SyntaxError", "requires Python", "cannot be started"))


def _report(text: str) -> dict[str, object]:
    if len(text) > _LONGEST_ANSWER:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _installed(listed: list[object]) -> Iterator[tuple[str, Version]]:
    """Name and version of each; the first of a name is the one that is imported."""
    seen: set[str] = set()
    for entry in listed:
        match entry:
            case {"metadata": {"name": str(name), "version": str(text)}}:
                canonical, version = canonicalize_name(name), parsed(text)
                if version is not None and canonical not in seen:
                    seen.add(canonical)
                    yield canonical, version


def _chosen(root: Path, chosen: Path) -> Interpreter:
    path = chosen.expanduser().absolute()
    if path.is_dir():
        python = _python_in(path)
        if python is None:
            raise PtmdepsError(
                f"`{chosen}` holds no Python", hint="Give an interpreter, or the folder of an environment"
            )
        return Interpreter(path=python, because="`--python` names it", label=_label(root, path))
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise PtmdepsError(f"`{chosen}` is no program", hint="Give an interpreter, or the folder of an environment")
    folder = path.parent.parent
    owner = folder if (folder / "pyvenv.cfg").is_file() else path
    return Interpreter(path=path, because="`--python` names it", label=_label(root, owner))


def _environments(root: Path, variables: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    if active := variables.get("VIRTUAL_ENV"):
        yield Path(active).absolute(), "`VIRTUAL_ENV` names it"
    if (conda := variables.get("CONDA_PREFIX")) and variables.get("CONDA_DEFAULT_ENV") not in {"base", "root"}:
        yield Path(conda).absolute(), "`CONDA_PREFIX` names it"
    yield root / ".venv", "it is in the project"


def _python_in(folder: Path) -> Path | None:
    found = (folder / "bin" / name for name in ("python", "python3"))
    return next((path for path in found if path.is_file() and os.access(path, os.X_OK)), None)


def _label(root: Path, folder: Path) -> str:
    try:
        return folder.relative_to(root).as_posix()
    except ValueError:
        return str(folder)


def _hint(said: str) -> str:
    if "externally-managed-environment" in said:
        return "Make an environment for the project (`python -m venv .venv`): this Python belongs to the system"
    if "HASHES" in said or "hashes" in said:
        return "What the index serves is not what the project's Python lock names: find out why before you go on"
    if _cannot_start(said):
        return "Give another interpreter with `--python`, or install pip beside ptmdeps"
    return "Look at what pip says; `--python` chooses another environment"
