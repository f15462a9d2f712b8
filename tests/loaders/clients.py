"""Where the clients of hubs are installed: in this Python, or in others that `LOADERS_PYTHONS` names.

Some clients want packages that others do not want: `LOADERS_PYTHONS=/a/bin/python:/b/bin/python` lets each have its own
environment. The programs under test run there; ptmdeps itself runs here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

_FIND = "import sys; from importlib.util import find_spec; sys.exit(find_spec(sys.argv[1]) is None)"
_KEPT = ("PATH", "LANG", "TMPDIR", "SYSTEMROOT")


@cache
def python_with(module: str) -> str:
    """Return a Python that has a module; skip the test where there is none."""
    if find_spec(module) is not None:
        return sys.executable
    for python in filter(None, os.environ.get("LOADERS_PYTHONS", "").split(os.pathsep)):
        if subprocess.run([python, "-c", _FIND, module], check=False).returncode == 0:
            return python
    return pytest.skip(f"{module} is not installed")


def variables(home: Path) -> dict[str, str]:
    """Return all variables of a process whose home folder is `home`, and that knows nothing else."""
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    mine = {"HOME": str(home), "USERPROFILE": str(home), "XDG_CACHE_HOME": str(home / ".cache"), "NO_COLOR": "1"}
    return {**kept, **mine, "PTMDEPS_CACHE": str(home / "ptmdeps")}


def run(arguments: Sequence[str], project: Path, environment: Mapping[str, str]) -> Mapping[str, Any]:
    """Run a program that reports evidence, without ptmdeps, and return what its loads got."""
    done = subprocess.run(arguments, cwd=project, env=dict(environment), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


UNREACHABLE = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
"""Variables of a process that cannot leave this machine."""
