"""spaCy's own packages: locked, moved upstream, then loaded without network and with nothing installed."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from embedded_spacy import EmbeddedSpacy, pipeline_wheel
from tests.loaders.proof import Finished, ptmdeps, python

pytestmark = [
    pytest.mark.loaders,
    pytest.mark.skipif(find_spec("spacy") is None, reason="spaCy is not installed"),
]

NAME = "en_core_web_sm"
PROGRAM = f"""
import json, sys
import spacy

nlp = spacy.load("{NAME}")
import {NAME}

package = {NAME}.load()
spacy.cli.download("{NAME}")
sentences = [str(part) for part in nlp("One. Two! Three").sents]
json.dump({{
    "sentences": sentences,
    "package": [str(part) for part in package("One. Two! Three").sents],
    "version": nlp.meta["version"],
    "path": str(nlp.path),
    "installed": spacy.util.get_installed_models(),
}}, sys.stdout)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    folder: Path
    variables: dict[str, str]

    def ptmdeps(self, *arguments: str, exit_code: int = 0) -> Finished:
        return ptmdeps(arguments, self.folder, self.variables, exit_code=exit_code)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose model was locked and synced; then another version appeared, and the server went away."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "project"\nversion = "1"\ndependencies = ["spacy>=3.8,<3.9"]\n'
    )
    (folder / "main.py").write_text(PROGRAM)
    with EmbeddedSpacy(tmp_path / "spacy") as spacy:
        spacy.publish(NAME, "3.8.0", wheel=pipeline_wheel(NAME, "3.8.0", punctuation="!"))
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        variables = kept | {
            "HOME": str(tmp_path / "home"),
            "PTMDEPS_CACHE": str(tmp_path / "cache"),
            "PTMDEPS_SPACY_ENDPOINT": spacy.download_url,
            "PTMDEPS_SPACY_COMPATIBILITY": spacy.compatibility_url,
            "NO_COLOR": "1",
        }
        project = Project(folder=folder, variables=variables)
        project.ptmdeps("lock")
        project.ptmdeps("sync")
        spacy.publish(NAME, "3.8.1", wheel=pipeline_wheel(NAME, "3.8.1", punctuation="."))
    return project


def test_what_is_locked_is_loaded_with_nothing_installed(project: Project) -> None:
    answer = json.loads(project.ptmdeps("run", "--", sys.executable, "main.py").stdout)
    assert answer["sentences"] == answer["package"] == ["One. Two!", "Three"]
    assert answer["version"] == "3.8.0"
    assert answer["path"].startswith(str(project.folder / ".ptm" / "spacy"))
    assert NAME in answer["installed"]
    project.ptmdeps("sync", "--check")


def test_the_variables_of_env_are_enough(project: Project) -> None:
    settings = json.loads(project.ptmdeps("env", "--format", "json").stdout)["set"]
    outside = Project(folder=project.folder, variables=project.variables | settings)
    (project.folder / "other.py").write_text(f"import spacy\n\nprint(spacy.load('{NAME}').meta['version'])\n")
    assert python(["other.py"], outside.folder, outside.variables).stdout.strip() == "3.8.0"


@pytest.mark.parametrize("load", ["spacy.load(NAME)", "spacy.cli.download(NAME)"])
def test_what_is_not_locked_is_named(project: Project, load: str) -> None:
    (project.folder / "missing.py").write_text(f"import sys\n\nimport spacy\n\nNAME = sys.argv[1]\n{load}\n")
    done = project.ptmdeps("run", "--", sys.executable, "missing.py", "xx_acme_lg", exit_code=1)
    assert "the model `spacy:xx_acme_lg` is not in ptm.lock (asked for by missing.py:6)" in done.stderr
    assert "ptmdeps install spacy:xx_acme_lg" in done.stderr
