"""`requests` as it is: files that are locked come from the environment, all others from where they always did."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from embedded_files import EmbeddedFiles
from tests.loaders.clients import python_with, variables
from tests.loaders.proof import ptmdeps, write_project

pytestmark = pytest.mark.loaders

CONTENT = bytes(range(256)) * 4000
_PROGRAM = """import hashlib
import json
import sys

import requests

URL = "{files}/models/net.bin"


def digest(content):
    return hashlib.sha256(content).hexdigest()


with requests.Session() as session, session.get(URL, stream=True, timeout=5) as answer:
    answer.raise_for_status()
    pieces = b"".join(answer.iter_content(1000))
head = requests.head(URL, timeout=5)
found = {
    "whole": digest(requests.get("{files}/models/net.bin", timeout=5).content),
    "pieces": digest(pieces),
    "head": [head.status_code, head.headers["content-length"], head.content.decode()],
    "other": requests.get(sys.argv[1], timeout=5).text,
}
print(json.dumps(found))
"""


def test_what_is_locked_comes_from_the_environment(tmp_path: Path) -> None:
    python = python_with("requests")
    with EmbeddedFiles() as files:
        files.put("/models/net.bin", CONTENT)
        other = files.put("/page.html", b"a page")
        project = write_project(tmp_path / "project", _PROGRAM.replace("{files}", files.endpoint))
        home = variables(tmp_path / "home")
        ptmdeps(["sync"], project, home)
        files.put("/models/net.bin", b"moved")
        files.log.clear()
        finished = ptmdeps(["run", "--", python, "main.py", other], project, home)
        assert [entry.path for entry in files.log] == ["/page.html"]
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert json.loads(finished.stdout) == {
        "whole": digest,
        "pieces": digest,
        "head": [200, str(len(CONTENT)), ""],
        "other": "a page",
    }
