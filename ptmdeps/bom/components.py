"""One thing of the lock → its entry in the bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from packageurl import PackageURL

from ptmdeps.bom import naming
from ptmdeps.bom.fact_names import FACTS, FactName
from ptmdeps.bom.facts import MAX_TEXT, facts_of
from ptmdeps.bom.model import Component, Fact, Kind, Occurrence
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Ancestor, License, LockedFile, LockedModel
from ptmdeps.manifest.bom import BomStatements, ComponentStatement
from ptmdeps.manifest.project_table import FILENAME, ProjectFacts
from ptmdeps.paths import printable
from ptmdeps.showing.evidence import Evidence

MAX_LICENSE_TEXT = 20_000
"""Characters of a licence of its own that are quoted."""

_ORDER = {name: place for place, name in enumerate(FACTS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A Python distribution that a lock file of the project has; ``hashes`` are those of its only file."""

    name: str
    version: str
    place: str
    line: int
    hashes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What entries are made with: what the manifest says, what the stores say, where things are loaded."""

    statements: BomStatements
    kind: Kind = "model"
    occurrences: tuple[Occurrence, ...] = ()


def of_locked(models: Sequence[LockedModel], evidence: Sequence[Evidence], context: Context) -> Component:
    """A locked model; several where it is locked at several refs that lead to one revision."""
    first = models[0]
    facts, absences = facts_of(evidence[0]) if evidence else ((), ())
    said = context.statements.of(first.key, "model")
    facts = _with_statement(facts, said)
    known = {fact.name for fact in facts}
    return replace(
        _named(first.key, first.revision, context, said, purl=first.purl),
        refs=tuple(sorted({model.ref for model in models if model.ref})),
        published=first.committed,
        size=sum(file.size for file in _files(models)),
        license=first.license,
        license_text=_license_text(first, evidence),
        facts=facts,
        absences=tuple(absence for absence in absences if absence.name not in known),
        files=_files(models),
        gated=first.gated,
        remote_code=any(model.remote_code for model in models),
        entrypoints=first.entrypoints,
        card=first.card,
        hashes=_hashes(_files(models)),
        properties=tuple(sorted(_properties(models))),
    )


def of_ancestor(ancestor: Ancestor, context: Context) -> Component:
    """A model or data set that is only named."""
    said = context.statements.of(ancestor.key, ancestor.kind)
    return replace(
        _named(ancestor.key, ancestor.revision, context, said),
        refs=(ancestor.ref,) if ancestor.ref else (),
        shipped=False,
        missing=ancestor.missing,
        license=ancestor.license,
        facts=_with_statement((), said),
        gated=ancestor.gated,
        card=ancestor.card,
    )


def of_name(key: ModelKey, ref: str, context: Context) -> Component:
    """Something of which nothing but the name is known."""
    said = context.statements.of(key, context.kind)
    named = _named(key, "", context, said)
    return replace(named, refs=(ref,) if ref else (), shipped=False, facts=_with_statement((), said))


def of_package(package: Package) -> Component:
    """A Python distribution."""
    purl = PackageURL("pypi", None, package.name, package.version).to_string()
    return Component(
        identifier=purl,
        kind="package",
        name=package.name,
        version=package.version,
        hub="pypi",
        purl=purl,
        hashes=package.hashes,
        occurrences=(Occurrence(path=package.place, line=package.line, resolution="lock"),),
    )


def of_project(facts: ProjectFacts, statements: BomStatements, concluded: str) -> Component:
    """The project itself; ``concluded`` is its licence as an SPDX expression, if it is one."""
    name = statements.name or facts.name or "unnamed-project"
    version = statements.version or facts.version
    declared = facts.license
    text = statements.description or facts.description
    return Component(
        identifier=f"project:{name}",
        kind="application",
        name=name,
        version=version,
        purl=PackageURL("generic", None, name, version or None).to_string(),
        repository=facts.repository,
        supplier=statements.supplier,
        authors=facts.authors,
        published=f"{statements.released}T00:00:00Z" if statements.released else "",
        license=License(declared=declared, concluded=concluded, evidence=FILENAME) if declared else None,
        facts=(Fact(name="description", value=text, source=FILENAME),) if text else (),
    )


def _named(key: ModelKey, revision: str, context: Context, said: ComponentStatement, *, purl: str = "") -> Component:
    """What follows from its name, and from what the manifest says of it."""
    group, name = naming.parts(key)
    purl = purl or naming.purl_of(key, revision, context.kind)
    return Component(
        identifier=naming.identifier_of(key, revision, context.kind, purl),
        kind=context.kind,
        name=name,
        group=group,
        version=revision,
        hub=key.hub,
        purl=purl,
        swhid=naming.swhid_of(key, revision),
        repository=naming.page_of(key, context.kind),
        supplier=said.supplier or naming.owner_of(key),
        occurrences=context.occurrences,
        said=said if said != ComponentStatement(name=said.name) else None,
    )


def _with_statement(facts: tuple[Fact, ...], said: ComponentStatement) -> tuple[Fact, ...]:
    """What the manifest says stands beside what the card does, behind it."""
    own: tuple[tuple[FactName, str], ...] = (("description", said.description), ("intended-use", said.intended_use))
    more = [Fact(name=name, value=printable(text, limit=MAX_TEXT), source="manifest") for name, text in own if text]
    return tuple(sorted((*facts, *more), key=lambda fact: _ORDER[fact.name])) if more else facts


def _files(models: Sequence[LockedModel]) -> tuple[LockedFile, ...]:
    if len(models) == 1:
        return models[0].files
    return tuple(sorted({file.path: file for model in models for file in model.files}.values(), key=lambda f: f.path))


def _hashes(files: Sequence[LockedFile]) -> tuple[tuple[str, str], ...]:
    """That of the only file: a repository of several has no SHA-256 of its own."""
    return (("SHA-256", files[0].sha256),) if len(files) == 1 else ()


def _license_text(model: LockedModel, evidence: Sequence[Evidence]) -> str:
    if model.license is None or model.license.concluded or not model.license.text or not evidence:
        return ""
    content = evidence[0].contents.get(model.license.text, b"")
    lines = content[: 4 * MAX_LICENSE_TEXT].decode("utf-8", errors="replace").splitlines()
    return "\n".join(printable(line, limit=2000) for line in lines)[:MAX_LICENSE_TEXT]


def _properties(models: Sequence[LockedModel]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for model in models:
        found |= {("requires", printable(text)) for text in model.requires}
        found |= {("alias", alias) for alias in model.aliases}
        origin = model.origin
        named = (("url", origin.url), ("etag", origin.etag), ("modified", origin.modified), ("table", origin.table))
        found |= {(f"origin:{name}", printable(value, limit=2000)) for name, value in named if value}
        found |= {("origin:tree", f"swh:1:dir:{origin.tree}")} if origin.tree else set()
    return found
