"""What the rules look at, gathered once: the lock, where it says what, the policy, and the sources of distributions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment

from ptmdeps.distributions.environment import Environment
from ptmdeps.distributions.needs import Need, needs_of
from ptmdeps.distributions.sources import Source
from ptmdeps.identity import Location, ModelKey
from ptmdeps.licenses.judging import Verdict, judge
from ptmdeps.licenses.places import ways_to, written_sites
from ptmdeps.licenses.situation import Situation
from ptmdeps.lockfile.model import FILENAME, LockedModel, Lockfile
from ptmdeps.lockfile.staleness import Staleness
from ptmdeps.manifest.policy import Policy

_KEY = re.compile(r'(hub|name|ref) = ".*"$')

Entry = tuple[ModelKey, str]
"""A locked model: its key, and the ref that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the rules look at.

    Attributes:
        lockfile: the lock.
        lines: where each model begins in the lock, from 1.
        policy: what the project allows itself.
        sources: what says which distributions the project has.
        needs: what the locked models need, where the markers are those of the environment.
        stale: why the lock does not say what code and manifest ask for.
        verdicts: what the rules on licences say of each model, in the order of the lock.
        ways: how the project gets to each model, likewise.
    """

    lockfile: Lockfile
    lines: Mapping[Entry, int]
    policy: Policy
    sources: tuple[Source, ...]
    needs: tuple[Need, ...]
    stale: tuple[Staleness, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    ways: tuple[tuple[str, ...], ...] = ()

    def place(self, model: LockedModel) -> Location:
        """The line at which the lock begins to speak of a model."""
        return Location(FILENAME, self.lines.get((model.key, model.ref), 1))


def gather(
    lockfile: Lockfile,
    text: str,
    policy: Policy,
    sources: tuple[Source, ...],
    *,
    stale: tuple[Staleness, ...] = (),
    license_: str = "",
) -> Evidence:
    """Put evidence together; ``text`` is the lock as it is written, ``license_`` the project's own licence."""
    markers = markers_of(sources)
    situation = Situation(policy=policy, license=license_, lineage=lockfile.options.lineage)
    return Evidence(
        lockfile=lockfile,
        lines=model_lines(text),
        policy=policy,
        sources=sources,
        needs=tuple(need for model in lockfile.models for need in needs_of(model, markers)),
        stale=stale,
        verdicts=judge(lockfile, situation),
        ways=ways_to(lockfile, written_sites(lockfile)),
    )


def markers_of(sources: tuple[Source, ...]) -> Mapping[str, str]:
    """The environment markers of the project's environment; of the Python that runs where there is none."""
    for source in sources:
        if isinstance(source, Environment):
            return source.markers
    return {name: str(value) for name, value in default_environment().items()}


def read_text(path: Path) -> str:
    """The lock as it is written; empty where it cannot be read now."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def model_lines(text: str) -> dict[Entry, int]:
    """Where each ``[[model]]`` of a lock begins; of one that is written otherwise than by us, maybe none."""
    found: dict[Entry, int] = {}
    start, facts = 0, dict[str, str]()
    for number, line in enumerate((*text.split("\n"), "[[model]]"), 1):
        if line.startswith("["):
            if start and "name" in facts:
                key = ModelKey(facts.get("hub", ""), facts["name"])
                found.setdefault((key, facts.get("ref", "")), start)
            start, facts = (number if line == "[[model]]" else 0), {}
        elif start and _KEY.match(line):
            facts |= _fact(line)
    return found


def _fact(line: str) -> dict[str, str]:
    try:
        return {key: value for key, value in tomllib.loads(line).items() if isinstance(value, str)}
    except tomllib.TOMLDecodeError:
        return {}
