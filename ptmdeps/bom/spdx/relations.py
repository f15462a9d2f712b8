"""How the elements of a document belong together.

SPDX 3.0.1 has no relation for a base model, and none for its kinds: ``descendantOf`` says that one came from the other,
the comment how. What a model came from, and what it was trained on, it also depended on *while it was developed*: that
is a ``dependsOn`` of that scope, which tools that walk dependencies follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ptmdeps.bom.model import Bom, Component, Relation, RelationKind
from ptmdeps.bom.spdx.fields import put
from ptmdeps.bom.spdx.licensing import Licensing
from ptmdeps.bom.spdx.naming import Names
from ptmdeps.bom.spdx.packages import Packages, is_weights

_SAID: dict[RelationKind, tuple[tuple[str, str], ...]] = {
    "loads": (("dependsOn", "runtime"),),
    "needs": (("dependsOn", "runtime"),),
    "requires": (("dependsOn", "runtime"),),
    "descends": (("descendantOf", ""), ("dependsOn", "development")),
    "trained-on": (("trainedOn", ""), ("dependsOn", "development")),
    "alternative": (("hasOptionalDependency", "runtime"),),
}
"""Kind of relation → its relations here, each with the scope of a lifecycle where it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    source: str
    kind: str
    scope: str
    targets: tuple[str, ...]
    comment: str = ""
    completeness: str = ""


def relations(spdx: Any, names: Names, creation: Any, lines: Iterator[_Line]) -> Iterator[Any]:  # noqa: ANN401 - as of ``Agents``
    """Make the elements of the lines, whose identifiers tell what they relate."""
    for line in lines:
        maker = spdx.LifecycleScopedRelationship if line.scope else spdx.Relationship
        parts = (line.source.partition("#")[2], line.scope, line.comment or line.targets[0].partition("#")[2])
        element = maker(_id=names("relation", line.kind, *parts, *_told_apart(line)), creationInfo=creation)
        element.from_ = line.source
        element.relationshipType = getattr(spdx.RelationshipType, line.kind)
        element.to = list(line.targets)
        put(element, comment=line.comment)
        if line.scope:
            element.scope = getattr(spdx.LifecycleScopeType, line.scope)
        if line.completeness:
            element.completeness = getattr(spdx.RelationshipCompleteness, line.completeness)
        yield element


def _told_apart(line: _Line) -> tuple[str, ...]:
    return (line.targets[0].partition("#")[2],) if line.comment else ()


def lines_of(bom: Bom, names: Names, packages: Packages, licensing: Licensing) -> Iterator[_Line]:
    """Everything that is to be related."""
    for relation in bom.relations:
        yield from _related(bom, names, relation)
    for component in (bom.project, *bom.components):
        yield from _licensed(names, licensing, component)
        yield from _held(names, packages, component)


def _related(bom: Bom, names: Names, relation: Relation) -> Iterator[_Line]:
    for kind, scope in _SAID[relation.kind]:
        whole = relation.source == bom.project.identifier and kind == "dependsOn"
        yield _Line(
            source=names.component(relation.source),
            kind=kind,
            scope=scope,
            targets=(names.component(relation.target),),
            comment=_comment(relation),
            completeness=_COMPLETENESS[bom.completeness] if whole else "",
        )


_COMPLETENESS = {"complete": "complete", "incomplete": "incomplete", "unknown": "noAssertion"}


def _comment(relation: Relation) -> str:
    evidence = f"said by {relation.evidence}" if relation.evidence else ""
    inferred = "inferred" if relation.confidence == "inferred" else ""
    return "; ".join(filter(None, (relation.role, evidence, inferred)))


def _licensed(names: Names, licensing: Licensing, component: Component) -> Iterator[_Line]:
    source = names.component(component.identifier)
    declared, concluded = licensing.declared(component.license), licensing.concluded(component.license)
    yield _Line(source=source, kind="hasDeclaredLicense", scope="", targets=(declared,))
    yield _Line(source=source, kind="hasConcludedLicense", scope="", targets=(concluded,))


def _held(names: Names, packages: Packages, component: Component) -> Iterator[_Line]:
    source = names.component(component.identifier)
    if held := tuple(packages.name_of(component, one) for one in component.files):
        # what the loaders read is here, which need not be the whole repository
        yield _Line(source=source, kind="contains", scope="", targets=held, completeness="noAssertion")
    if weights := tuple(packages.name_of(component, one) for one in component.files if is_weights(one)):
        yield _Line(source=source, kind="hasDataFile", scope="", targets=weights)
