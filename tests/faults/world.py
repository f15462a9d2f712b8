"""A hub, a project and a user of its own, in which the real command line meets accidents."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from embedded_hub import EmbeddedHub, models
from tests.hub_fixtures import environment

PTMDEPS = (str(Path(sys.executable).with_name("ptmdeps")),)
CLASSIFIER, ADAPTER, PICKLED = "acme/classifier", "acme/adapter", "acme/pickled"
_OUR_COLORS = re.compile(r"\x1b\[(0|1|2|3[1-6])(;1)?m")
_PAINT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys, and nothing of ours needs."""

Listing = dict[str, str]
"""Path → what is there: ``folder``, ``-> target`` of a link, or the SHA-256 of a file."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything it said."""
        return self.out + self.err


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A running hub, and below ``root`` a user's home and a project."""

    hub: EmbeddedHub
    root: Path
    variables: Mapping[str, str]
    prefix: tuple[str, ...] = ()

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def lockfile(self) -> Path:
        return self.project / "ptm.lock"

    @property
    def manifest(self) -> Path:
        return self.project / "ptm.toml"

    @property
    def environment(self) -> Path:
        return self.project / ".ptm"

    @property
    def out(self) -> Path:
        """Where bundles go; it is made by who writes one."""
        return self.root / "out"

    @property
    def store(self) -> Path:
        return self.root / "home" / ".cache" / "huggingface" / "hub"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def asks_for(self, *names: str, project: Path | None = None) -> None:
        """The project's code loads these models, without any revision."""
        lines = ["from transformers import AutoModel", *(f"AutoModel.from_pretrained({name!r})" for name in names)]
        folder = project or self.project
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "app.py").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def told(self, **variables: str) -> World:
        """The same world for a user who set these variables."""
        return replace(self, variables={**self.variables, **variables})

    def start(self, *arguments: str, project: Path | None = None) -> Process:
        """Begin a command and do not wait for it."""
        return subprocess.Popen(
            (*self.prefix, *PTMDEPS, *arguments),
            env=self.variables,
            cwd=project or self.project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str, code: int | None = 0, project: Path | None = None) -> Outcome:
        """Run a command to its end, which must be this exit code (None: any) and must not be a traceback."""
        return ended(self.start(*arguments, project=project), arguments, code)

    def locked(self) -> dict[str, Any]:
        """The lockfile as plain tables."""
        return tomllib.loads(self.lockfile.read_text(encoding="utf-8"))

    def save(self) -> Path:
        """A copy of home, caches and project, to come back to."""
        copy = self.root.with_name(f"{self.root.name}-saved")
        _copy(self.root, copy)
        return copy

    def restore(self, saved: Path) -> None:
        """Make everything as it was when it was saved."""
        _copy(saved, self.root)


Process = subprocess.Popen[str]


@contextmanager
def new_world(folder: Path) -> Iterator[World]:
    """A world with an empty hub and a project without code."""
    with EmbeddedHub(folder / "hub") as hub:
        root = folder / "world"
        (root / "project").mkdir(parents=True)
        variables = environment(hub, root / "home") | {"PTMDEPS_CACHE": str(root / "cache"), "TMPDIR": str(root)}
        yield World(hub=hub, root=root, variables=variables)


def publish(hub: EmbeddedHub, *, seed: str = "v1") -> None:
    """Put a classifier, an adapter that needs it, and a model in pickle format on the hub, or new commits of them."""
    contents = {
        CLASSIFIER: models.bert_classifier(seed=seed, weight_bytes=60_000),
        ADAPTER: models.lora_adapter(CLASSIFIER, seed=seed),
        PICKLED: models.bert_encoder(seed=seed, storage="pickle"),
    }
    for name, files in contents.items():
        if hub.repositories.get(name) is None:
            hub.repositories.create(name, files)
        else:
            hub.repositories[name].commit(files, message=f"Retrain: {seed}")


def ended(process: Process, arguments: tuple[str, ...] = (), code: int | None = 0) -> Outcome:
    """Wait for a command; see ``World.run``."""
    out, err = process.communicate(timeout=120)
    outcome = Outcome(code=process.returncode, out=out, err=err)
    _log.info("$ ptmdeps %s\n%s[%s]", " ".join(arguments), outcome.text, outcome.code)
    assert "Traceback" not in outcome.text, outcome.text
    assert not _PAINT.search(_OUR_COLORS.sub("", outcome.text)), repr(outcome.text)
    assert code is None or outcome.code == code, outcome.text
    return outcome


def listing(folder: Path) -> Listing:
    """Everything below a folder."""
    found: Listing = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            found[path.relative_to(folder).as_posix()] = _kind(path)
    return found


def _kind(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return "folder" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()


def wrong_files(environment: Path, lock: Mapping[str, Any]) -> list[str]:
    """Paths in which an environment is not what a lockfile says; worked out here from the documented layout alone."""
    expected: dict[str, str] = {}
    for model in lock.get("model", ()):
        for name in (model["name"], *model.get("aliases", ())):
            folder = environment / "huggingface" / "hub" / f"models--{name.replace('/', '--')}"
            refs = {model.get("ref", "main"), *(["main"] if model.get("default") else [])} - {model["revision"]}
            for name_of_ref in refs:
                ref = (folder / "refs" / name_of_ref).relative_to(environment)
                expected[ref.as_posix()] = hashlib.sha256(model["revision"].encode()).hexdigest()
            for file in model["files"]:
                path = (folder / "snapshots" / model["revision"] / file["path"]).relative_to(environment)
                expected[path.as_posix()] = file["sha256"]
    found = {
        path.relative_to(environment).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (environment / "huggingface").rglob("*")
        if path.is_file()
    }
    return sorted(path for path in expected.keys() | found.keys() if expected.get(path) != found.get(path))


def _copy(source: Path, target: Path) -> None:
    """With hard links and times, which ``shutil`` does not keep."""
    if target.exists():
        shutil.rmtree(target)
    subprocess.run(["cp", "-a", source, target], check=True)
