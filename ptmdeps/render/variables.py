"""Environment variables in the notations of those who read them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence

Format = Callable[[Mapping[str, str], Sequence[str], str], str]


def shell(settings: Mapping[str, str], unset: Sequence[str], python_path: str) -> str:
    """For ``eval`` in sh, bash and zsh."""
    lines = [f"unset {' '.join(unset)}", *(f"export {key}={shlex.quote(value)}" for key, value in settings.items())]
    lines.append(f"export PYTHONPATH={shlex.quote(python_path)}${{PYTHONPATH:+:$PYTHONPATH}}")
    return _lines(lines)


def fish(settings: Mapping[str, str], unset: Sequence[str], python_path: str) -> str:
    """For ``source`` in fish."""
    lines = [
        *(f"set -e {key}" for key in unset),
        *(f"set -gx {key} {_single(value)}" for key, value in settings.items()),
    ]
    return _lines([*lines, f"set -gx --path --prepend PYTHONPATH {_single(python_path)}"])


def dotenv(settings: Mapping[str, str], _: Sequence[str], python_path: str) -> str:
    """A ``.env`` file."""
    return _lines(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in _all(settings, python_path))


def docker(settings: Mapping[str, str], _: Sequence[str], python_path: str) -> str:
    """Instructions of a Dockerfile."""
    return _lines(f"ENV {key}={json.dumps(value, ensure_ascii=False)}" for key, value in _all(settings, python_path))


def as_json(settings: Mapping[str, str], unset: Sequence[str], python_path: str) -> str:
    """One object: what to set, and what to unset."""
    document = {"set": dict(_all(settings, python_path)), "unset": list(unset)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


VARIABLE_FORMATS: Mapping[str, Format] = {
    "shell": shell,
    "fish": fish,
    "dotenv": dotenv,
    "docker": docker,
    "json": as_json,
}


def _all(settings: Mapping[str, str], python_path: str) -> list[tuple[str, str]]:
    return sorted({**settings, "PYTHONPATH": python_path}.items())


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _single(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
