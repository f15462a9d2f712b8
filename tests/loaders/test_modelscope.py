"""ModelScope's client: what is locked is loaded without a request, in every way in which programs ask for it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from embedded_modelscope import EmbeddedModelScope
from tests.loaders.proof import Finished, ptmdeps, python

pytestmark = [
    pytest.mark.loaders,
    pytest.mark.skipif(find_spec("modelscope") is None, reason="modelscope is not installed"),
]

PROGRAM = """
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")

from modelscope import snapshot_download
from modelscope.hub.file_download import model_file_download
from modelscope_hub import HubApi


def told(path):
    if os.path.isfile(path):
        return open(path).read()
    return {name: open(os.path.join(path, name)).read() for name in sorted(os.listdir(path))}


report = {
    "snapshot": told(snapshot_download("acme/model")),
    "tag": told(snapshot_download("acme/model", revision="v1")),
    "commit": told(snapshot_download("acme/other", revision="COMMIT")),
    "some": told(snapshot_download("acme/third", allow_patterns=["*.json"])),
    "file": told(model_file_download("acme/model", "config.json")),
    "file of a tag": told(model_file_download("acme/model", "config.json", revision="v1")),
    "copied": told(snapshot_download("acme/model", local_dir="copied")),
    "elsewhere": told(snapshot_download("acme/model", cache_dir="other-cache")),
    "local": told(snapshot_download("acme/model", local_files_only=True)),
    "interface": told(str(HubApi().download_repo("acme/model", repo_type="model"))),
    "file by interface": told(str(HubApi().download_file("acme/model", "model", "config.json"))),
}
json.dump(report, sys.stdout)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    folder: Path
    variables: dict[str, str]
    commit: str

    def ptmdeps(self, *arguments: str, exit_code: int = 0) -> Finished:
        return ptmdeps(arguments, self.folder, self.variables, exit_code=exit_code)


def files(state: str) -> dict[str, bytes]:
    return {"config.json": json.dumps({"state": state}).encode(), "weights.bin": f"{state} weights".encode()}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose models were locked and synced; then they moved, and their hub went away."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "project"\nversion = "1"\n')
    with EmbeddedModelScope() as hub:
        model = hub.create("acme/model", files("tagged"))
        model.tag("v1", model.head)
        model.commit(files("locked"))
        commit = hub.create("acme/other", files("pinned")).head
        hub.create("acme/third", files("third"))
        (folder / "main.py").write_text(PROGRAM.replace("COMMIT", commit))
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        variables = kept | {
            "HOME": str(tmp_path / "home"),
            "PTMDEPS_CACHE": str(tmp_path / "cache"),
            "MODELSCOPE_ENDPOINT": hub.endpoint,
            "NO_COLOR": "1",
        }
        project = Project(folder=folder, variables=variables, commit=commit)
        project.ptmdeps("lock")
        project.ptmdeps("sync")
        model.commit(files("moved"))
        model.tag("v1", model.head)
    return project


def told(state: str) -> dict[str, str]:
    return {path: content.decode() for path, content in files(state).items()}


def test_what_is_locked_is_loaded(project: Project) -> None:
    done = project.ptmdeps("run", "--", sys.executable, "main.py")
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer == {
        **dict.fromkeys(("snapshot", "copied", "elsewhere", "local", "interface"), told("locked")),
        "tag": told("tagged"),
        "commit": told("pinned"),
        "some": {"config.json": told("third")["config.json"]},
        "file": told("locked")["config.json"],
        "file of a tag": told("tagged")["config.json"],
        "file by interface": told("locked")["config.json"],
    }
    assert "other-cache" in done.stderr
    project.ptmdeps("sync", "--check")


@pytest.mark.parametrize(
    ("load", "name"),
    [
        ('snapshot_download("acme/" + NAME)', "modelscope:acme/missing"),
        ('snapshot_download("acme/" + NAME, revision="v9")', "modelscope:acme/missing@v9"),
        ('model_file_download("acme/" + NAME, "config.json")', "modelscope:acme/missing"),
    ],
)
def test_what_is_not_locked_is_named(project: Project, load: str, name: str) -> None:
    imports = "from modelscope import snapshot_download\nfrom modelscope.hub.file_download import model_file_download\n"
    (project.folder / "missing.py").write_text(f"import sys\n\n{imports}\nNAME = sys.argv[1]\n{load}\n")
    done = project.ptmdeps("run", "--", sys.executable, "missing.py", "missing", exit_code=1)
    assert f"the model `{name}` is not in ptm.lock (asked for by missing.py:7)" in done.stderr


def test_the_variables_alone_are_enough_for_local_files_only(project: Project) -> None:
    settings = json.loads(project.ptmdeps("env", "--format", "json").stdout)["set"]
    variables = project.variables | {"MODELSCOPE_CACHE": settings["MODELSCOPE_CACHE"]}
    code = "from modelscope import snapshot_download\nprint(open(snapshot_download('acme/model', local_files_only=True)"
    (project.folder / "plain.py").write_text(f"{code} + '/config.json').read())\n")
    assert python(["plain.py"], project.folder, variables).stdout.strip().endswith(told("locked")["config.json"])
