"""Lock, code, manifest and facts → the bill. Pure: everything was read before."""

from __future__ import annotations

import hashlib
import uuid

from ptmdeps import lockfile as lockfiles
from ptmdeps.bom.components import of_project
from ptmdeps.bom.draft import Draft
from ptmdeps.bom.licensing import references_of
from ptmdeps.bom.loads import loads_of
from ptmdeps.bom.material import Material
from ptmdeps.bom.model import Bom
from ptmdeps.inspect.licenses import spdx_expression


def build(material: Material) -> Bom:
    """The bill of a project."""
    lockfile, statements = material.lockfile, material.manifest.bom
    loads = loads_of(lockfile, material.whole, material.manifest, material.code)
    draft = Draft(material, loads)
    draft.add_everything()
    project = of_project(material.project, statements, spdx_expression(material.project.license) or "")
    digest = hashlib.sha256(lockfiles.dumps(lockfile).encode()).hexdigest()
    components = tuple(sorted(draft.components.values(), key=lambda component: component.identifier))
    packages = draft.requirements(project.identifier)
    return Bom(
        serial=str(uuid.uuid5(uuid.NAMESPACE_URL, f"ptmdeps:{digest}:{project.name}@{project.version}")),
        timestamp=material.timestamp or max((model.committed for model in lockfile.models), default=""),
        lock=digest,
        tool=material.tool,
        project=project,
        components=components,
        relations=tuple(sorted({*draft.relations(project.identifier), *packages})),
        licenses=references_of((project, *components)),
        gaps=(*loads.gaps, *draft.gaps),
        scanned=material.code is not None,
        statements=statements,
    )
