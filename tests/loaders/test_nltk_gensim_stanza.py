"""NLTK, gensim and stanza as they are load what is locked, offline, after everything upstream has moved.

Their lists and files are at the addresses that are written into the libraries; the embedded proxy leads these to
loopback and refuses all others. Before anything moves, each library also downloads by itself what it needs: the
environment has the same files with the same bytes.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub import EmbeddedHub
from embedded_proxy import EmbeddedProxy
from tests.hub_fixtures import environment
from tests.loaders.language_data import HOSTS, publish_gensim, publish_nltk, publish_stanza, stanza_tokenizer
from tests.loaders.proof import Finished, ptmdeps, python, write_project

pytestmark = pytest.mark.loaders

NLTK = """
import json, nltk
nltk.download("punkt_tab", quiet=True)
nltk.download("popular", quiet=True)
from nltk.corpus import stopwords, words
print(json.dumps([nltk.sent_tokenize("Mr. A ran. He fell."), stopwords.words("english"), words.words()]))
"""
GENSIM = """
import json
import gensim.downloader
vectors = [gensim.downloader.load(name) for name in ("acme-vectors-2", "acme-vectors-parts")]
print(json.dumps([[one["dog"].tolist(), one.index_to_key] for one in vectors]))
"""
STANZA = """
import json, stanza
stanza.download("en", verbose=False)
english = stanza.Pipeline("english", processors="tokenize", use_gpu=False, verbose=False)
german = stanza.Pipeline("de", use_gpu=False, verbose=False)
states = [one.processors["tokenize"].trainer.model.state_dict() for one in (english, german)]
print(json.dumps([[float(value.double().sum()) for value in state.values()] for state in states]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A program, what it loads, the variable that names its folder, and the folder's name in an environment."""

    program: str
    keys: tuple[str, ...]
    variable: str
    folder: str
    own: tuple[str, ...] = ()
    """What only one of both has: the library's notes of its list, and ours."""


LIBRARIES: Mapping[str, Library] = {
    "nltk": Library(
        program=NLTK,
        keys=("nltk:popular", "nltk:punkt_tab", "nltk:stopwords", "nltk:words"),
        variable="NLTK_DATA",
        folder="nltk_data",
        own=("collections/popular.txt", "corpora/words/en"),  # who downloads as root gets every archive unpacked
    ),
    "gensim": Library(
        program=GENSIM,
        keys=("gensim:acme-vectors-2", "gensim:acme-vectors-parts"),
        variable="GENSIM_DATA_DIR",
        folder="gensim-data",
        own=("information.json", "acme-vectors-2/information.json", "acme-vectors-parts/information.json"),
    ),
    "stanza": Library(
        program=STANZA,
        keys=("stanza:de", "stanza:en"),
        variable="STANZA_RESOURCES_DIR",
        folder="stanza",
        own=("resources.json", "de/resources-default.json", "en/resources-default.json", "en/default.zip"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What came of one library.

    Attributes:
        library: which.
        project: the folder that was locked and synced.
        variables: of a process there, without a network.
        alone: what the program said on its own, online, before anything moved, and after.
        downloaded: what the library then had, by path.
    """

    library: Library
    project: Path
    variables: Mapping[str, str]
    alone: Mapping[str, Any]
    downloaded: Mapping[str, bytes]

    def run(self, program: str | None = None, *, exit_code: int = 0) -> Finished:
        """Run the project's program, or another one, in the environment."""
        if program is not None:
            (self.project / "other.py").write_text(program)
        name = "main.py" if program is None else "other.py"
        return ptmdeps(["run", "--", sys.executable, name], self.project, self.variables, exit_code=exit_code)


@pytest.fixture(scope="module", params=sorted(LIBRARIES))
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    name = request.param
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    folder = tmp_path_factory.mktemp(name)
    library, publish = LIBRARIES[name], _publisher(name, folder)
    project = write_project(folder / "project", library.program)
    with EmbeddedFiles() as files, EmbeddedHub(folder / "hub") as hub:
        publish(files, hub, "pinned")
        with EmbeddedProxy(folder / "proxy", dict.fromkeys(HOSTS, files.endpoint)) as proxy:
            home = _variables(hub, folder / "home") | proxy.environment()
            ptmdeps(["lock"], project, home)
            ptmdeps(["sync"], project, home)
            ptmdeps(["lock", "--check"], project, home)
            alone = {}
            for state in ("pinned", "moved"):
                publish(files, hub, state)
                own = folder / state
                online = _variables(hub, own) | proxy.environment() | {library.variable: str(own / "data")}
                own.joinpath("data").mkdir(parents=True, exist_ok=True)
                alone[state] = json.loads(python(["main.py"], project, online).stdout.splitlines()[-1])
            assert proxy.refused == []
    return World(
        library=library,
        project=project,
        variables=home,
        alone=alone,
        downloaded=_tree(folder / "pinned" / "data"),
    )


def test_the_pins_are_loaded_offline_after_everything_moved(world: World) -> None:
    assert world.alone["pinned"] != world.alone["moved"]
    assert json.loads(world.run().stdout.splitlines()[-1]) == world.alone["pinned"]
    ptmdeps(["sync", "--check"], world.project, world.variables)


def test_the_environment_has_what_the_library_would_have_downloaded(world: World) -> None:
    ours = _tree(world.project / ".ptm" / world.library.folder)
    kept = {path: content for path, content in world.downloaded.items() if path not in world.library.own}
    assert kept == {path: content for path, content in ours.items() if path not in world.library.own}
    assert kept


@pytest.mark.parametrize("mode", ["copy", "hardlink", "symlink"])
def test_every_way_of_linking(world: World, mode: str) -> None:
    shutil.rmtree(world.project / ".ptm")
    ptmdeps(["sync", "--link-mode", mode], world.project, world.variables)
    assert json.loads(world.run().stdout.splitlines()[-1]) == world.alone["pinned"]


_NOT_LOCKED = {
    "nltk": {
        'nltk.download("wordnet")': "nltk:wordnet",
        'nltk.data.find("corpora/wordnet")': "nltk:wordnet",
        'nltk.data.load("nltk:corpora/wordnet/README", format="raw")': "nltk:wordnet",
    },
    "gensim": {
        'gensim.downloader.load("acme-other")': "gensim:acme-other",
        'gensim.downloader.info("acme-other")': "gensim:acme-other",
    },
    "stanza": {
        'stanza.Pipeline("fr")': "stanza:fr",
        'stanza.download("fr")': "stanza:fr",
        'stanza.Pipeline("en", package="craft")': "stanza:en/craft",
        'stanza.Pipeline("en", processors={"tokenize": "craft"})': "stanza:en/craft",
    },
}


def test_what_is_not_locked_says_so(world: World) -> None:
    name = next(name for name, library in LIBRARIES.items() if library is world.library)
    for call, model in _NOT_LOCKED[name].items():
        imported = "gensim.downloader" if name == "gensim" else name
        finished = world.run(f"import {imported}\n{call}\n", exit_code=1)
        assert f"the model `{model}` is not in ptm.lock (asked for by other.py:2)" in finished.stderr
        assert f"ptmdeps install {model}" in finished.stderr


def test_other_folders_are_not_read(world: World) -> None:
    """What a program adds to NLTK's path itself is its own business; gensim has no other way than its variable."""
    if world.library is not LIBRARIES["stanza"]:
        pytest.skip("of stanza only")
    elsewhere = STANZA.replace('("de", ', '("de", dir="elsewhere", download_method=None, ')
    finished = world.run(elsewhere)
    assert json.loads(finished.stdout.splitlines()[-1]) == world.alone["pinned"]
    assert "elsewhere" in finished.stderr


def _publisher(name: str, folder: Path) -> Callable[[EmbeddedFiles, EmbeddedHub, str], None]:
    if name == "nltk":
        return lambda files, _, state: publish_nltk(files, state)
    if name == "gensim":
        return lambda files, _, state: publish_gensim(files, state)
    import stanza  # type: ignore[import-not-found]  # noqa: PLC0415 - only where it is installed

    states = enumerate(("pinned", "moved", "other"))
    models = {state: stanza_tokenizer(folder / f"{state}.pt", seed) for seed, state in states}
    return lambda files, hub, state: publish_stanza(files, hub, state, models, stanza.__resources_version__)


def _variables(hub: EmbeddedHub, home: Path) -> dict[str, str]:
    # NLTK leads no download through a proxy unless it is told that it may
    return environment(hub, home) | {"NLTK_ALLOW_PROXIED_URLOPEN": "1"}


def _tree(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
