"""Short ways to what most tests of locking and syncing begin with, against the real embedded hub."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from embedded_hub import EmbeddedHub
from ptmdeps import sync as syncs
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.hubs.huggingface.failures import Patience
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile, Options
from ptmdeps.project import Project
from ptmdeps.requirement import FileSelection, Requirement
from ptmdeps.resolve import Upgrade, resolve
from ptmdeps.running import inside
from ptmdeps.sync import Synced, SyncPlan
from ptmdeps.verification import Verified
from ptmdeps.wanted import Wanted

HURRY = Patience(attempts=3, first_delay=0.01, longest_delay=2.0)


def key(name: str) -> ModelKey:
    return ModelKey("huggingface", name)


def model_json(**entries: object) -> bytes:
    return json.dumps(entries).encode()


def requirement(
    name: str,
    reads: str = "transformers",
    *,
    ref: str = "",
    selection: FileSelection = FileSelection(),
    used_in: tuple[str, ...] = ("app.py",),
) -> Requirement:
    return Requirement(key=key(name), ref=ref, reads=reads, selection=selection, used_in=used_in)


def hugging_face(hub: EmbeddedHub, cache: Path) -> HuggingFace:
    return HuggingFace(endpoint=hub.endpoint, cache=cache, patience=HURRY)


def pin(
    hugging_face: HuggingFace,
    name: str,
    reads: str = "transformers",
    *,
    ref: str = "",
    revision: str = "",
    options: Options = Options(),
    selection: FileSelection = FileSelection(),
) -> LockedModel:
    readings = (Reading(reads=reads, selection=selection),)
    return hugging_face.pin(PinRequest(key=key(name), ref=ref, readings=readings, revision=revision, options=options))


def lock(
    hugging_face: HuggingFace,
    *requirements: Requirement,
    previous: Lockfile | None = None,
    options: Options = Options(),
    upgrade: Upgrade = Upgrade(),
    offline: bool = False,
    sites: Mapping[tuple[ModelKey, str], str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> Lockfile:
    wanted = Wanted(
        requirements=tuple(sorted(requirements)),
        sites=sites or {},
        defaults={key(name): ref for name, ref in (defaults or {}).items()},
    )
    return resolve(
        wanted,
        previous=previous,
        options=options,
        hubs={"huggingface": hugging_face}.get,
        upgrade=upgrade,
        offline=offline,
    )


def paths(model: LockedModel) -> list[str]:
    return [file.path for file in model.files]


def names(lockfile: Lockfile) -> list[str]:
    return [model.key.name for model in lockfile.models]


@dataclass(slots=True)
class Heard:
    """A reporter that remembers what it was told."""

    begun: list[tuple[str, int]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    ended: int = 0

    def begin(self, what: str, total: int) -> None:
        self.begun.append((what, total))

    def advance(self, size: int) -> None:
        self.sizes.append(size)

    def end(self) -> None:
        self.ended += 1


@dataclass(slots=True)
class Place:
    """A project, the store it uses and the record of hashed files."""

    root: Path
    hugging_face: HuggingFace
    heard: Heard = field(default_factory=Heard)

    @property
    def project(self) -> Project:
        self.root.mkdir(parents=True, exist_ok=True)
        return Project(self.root)

    @property
    def environment(self) -> Path:
        return self.root / ".ptm"

    @property
    def hub_cache(self) -> Path:
        return self.environment / "huggingface" / "hub"

    @property
    def store(self) -> Path:
        return self.hugging_face.store()

    def plan(self, lockfile: Lockfile, *, exact: bool = True, trust: bool = True) -> SyncPlan:
        verified = Verified.open(self.store.parent / "record", trust=trust)
        return syncs.plan(self.project, lockfile, {"huggingface": self.hugging_face}, verified, exact=exact)

    def sync(
        self,
        lockfile: Lockfile,
        *,
        exact: bool = True,
        trust: bool = True,
        offline: bool = False,
        link_mode: str = "auto",
    ) -> Synced:
        hubs = {"huggingface": self.hugging_face}
        verified = Verified.open(self.store.parent / "record", trust=trust)
        plan = syncs.plan(self.project, lockfile, hubs, verified, exact=exact)
        try:
            return syncs.apply(
                plan,
                self.project,
                hubs,
                verified,
                reporter=self.heard,
                link_mode=link_mode,
                offline=offline,
                keep_surplus=not exact,
            )
        finally:
            verified.save()

    def run(self, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python code inside the environment, as ``ptmdeps run`` would."""

        settings = {"PATH": "/usr/bin:/bin", "HOME": str(self.root), **variables}
        return subprocess.run(
            [sys.executable, "-c", code],
            env=inside(self.environment, settings),
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def without(lockfile: Lockfile, name: str) -> Lockfile:
    """The lock without one model."""
    return replace(lockfile, models=tuple(model for model in lockfile.models if model.key.name != name))
