"""Everything that a bill is made of, as values: nothing is read any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ptmdeps import __version__
from ptmdeps.bom.components import Package
from ptmdeps.bom.gathering import Place
from ptmdeps.bom.model import Tool
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.locking import Inputs
from ptmdeps.manifest import Manifest
from ptmdeps.manifest.project_table import NOTHING_KNOWN, ProjectFacts
from ptmdeps.showing.evidence import Evidence

_TOOL = Tool(name="ptmdeps", version=__version__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that a bill is made of.

    Attributes:
        lockfile: the lock, or the part of it that was asked for.
        whole: the lock of which it is a part.
        manifest: the project's.
        code: what the code says today; ``None`` where it was not looked at.
        evidence: of the locked models.
        project: what ``[project]`` says.
        packages: Python distributions of the project's lock file, where they are asked for.
        markers: values of environment markers (PEP 508) that decide what models need of them.
        timestamp: of the bill; empty for the newest revision's.
        tool: what makes it.
    """

    lockfile: Lockfile
    whole: Lockfile
    manifest: Manifest
    code: Inputs | None = None
    evidence: Mapping[Place, Evidence] = field(default_factory=dict)
    project: ProjectFacts = NOTHING_KNOWN
    packages: tuple[Package, ...] = ()
    markers: Mapping[str, str] = field(default_factory=dict)
    timestamp: str = ""
    tool: Tool = _TOOL
