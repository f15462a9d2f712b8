"""The components of a bill while they are found, and the relations between them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from packaging.utils import canonicalize_name

from ptmdeps.bom.components import Context, of_ancestor, of_locked, of_name, of_package
from ptmdeps.bom.loads import Asked, Loads
from ptmdeps.bom.material import Material
from ptmdeps.bom.model import Component, Confidence, Gap, Kind, Occurrence, Relation
from ptmdeps.distributions.needs import needs_of
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Edge, LockedModel, Lockfile
from ptmdeps.paths import printable

_DATASET = "dataset"
_CODE = "remote-code"
_SURE = 0.8
_INFERRED_FROM = "config.json"
"""Where this file says what a model came from, it names a folder or repository that was loaded once: a trace."""

_MISSING = {"not-found": "it is deleted, private, or was never there", "denied": "the hub does not show it"}


class Draft:
    """The components while they are found, and by which names edges and loads lead to them."""

    def __init__(self, material: Material, loads: Loads) -> None:
        self.material = material
        self.lockfile = material.lockfile
        self.loads = loads
        self.components: dict[str, Component] = {}
        self.gaps: list[Gap] = []
        self._edges: dict[str, list[Edge]] = {}
        self._of_locked: dict[int, str] = {}
        self._of_asked: dict[Asked, str] = {}
        self._only_code = _only_code(self.lockfile)
        self._elsewhere = {found.key for found in material.code.wanted.elsewhere} if material.code else set()

    def add_everything(self) -> None:
        """Locked models, what they came from, and what is asked for beside them."""
        places = self._places()
        for models in _by_revision(self.lockfile.models):
            self._add_locked(models, places)
        pending = deque((identifier, edge) for identifier, edges in self._edges.items() for edge in edges)
        seen: set[tuple[str, ModelKey, str]] = set()
        while pending:
            source, edge = pending.popleft()
            kind = _kind(edge)
            if (kind, edge.target, edge.ref) not in seen:
                seen.add((kind, edge.target, edge.ref))
                identifier = self._add_origin(edge, source)
                pending += [(identifier, one) for one in self._edges.get(identifier, ())]
        for asked, found in sorted(self.loads.places.items()):
            if self._locked(asked) is None:
                self._add_unlocked(asked, found)
        for package in self.material.packages:
            component = of_package(package)
            self.components.setdefault(component.identifier, component)

    def relations(self, project: str) -> Iterator[Relation]:
        """What leads where."""
        for asked, places in self.loads.places.items():
            target = self._identifier(asked)
            first = min(places, key=lambda place: (place.resolution == "manifest", place))
            said: Confidence = "declared" if max(place.confidence for place in places) > _SURE else "inferred"
            role = self.loads.roles.get(asked, "")
            yield Relation(
                source=project, target=target, kind="loads", role=role, evidence=_where(first), confidence=said
            )
        for one, two, place in self.loads.alternatives:
            source, target = self._identifier(one, add=False), self._identifier(two, add=False)
            if source and target and source != target:
                yield Relation(source=source, target=target, kind="alternative", evidence=place, confidence="inferred")
        for source, edges in self._edges.items():
            for edge in edges:
                yield from self._of_edge(source, edge)

    def requirements(self, project: str) -> Iterator[Relation]:
        """Which Python distributions the project has, and which of them its models need."""
        packages = {package.name: of_package(package).identifier for package in self.material.packages}
        for package in self.material.packages:
            place = f"{package.place}:{package.line}"
            yield Relation(source=project, target=packages[package.name], kind="requires", evidence=place)
        for model in self.lockfile.models if packages else ():
            for need in needs_of(model, self.material.markers):
                for requirement in need.requirements if need.firmness == "needed" else ():
                    target = packages.get(canonicalize_name(requirement.name))
                    if target:
                        yield Relation(
                            source=self._of_locked[id(model)],
                            target=target,
                            kind="requires",
                            role=printable(str(requirement.specifier)),
                            evidence=need.evidence,
                        )

    def _places(self) -> dict[int, list[Occurrence]]:
        places: defaultdict[int, list[Occurrence]] = defaultdict(list)
        for asked, found in self.loads.places.items():
            model = self._locked(asked)
            if model is not None:
                places[id(model)] += found
        return places

    def _locked(self, asked: Asked) -> LockedModel | None:
        kind, key, ref = asked
        return self.lockfile.find(key, ref) if kind == "model" else None

    def _add_locked(self, models: list[LockedModel], places: Mapping[int, list[Occurrence]]) -> None:
        evidence = self.material.evidence
        found = [evidence[model.key, model.ref] for model in models if (model.key, model.ref) in evidence]
        occurrences = {place for model in models for place in places.get(id(model), ())}
        kind: Kind = "code" if all(id(model) in self._only_code for model in models) else "model"
        context = Context(statements=self.material.manifest.bom, kind=kind, occurrences=tuple(sorted(occurrences)))
        component = of_locked(models, found, context)
        identifier = self._put(component)
        self._of_locked |= {id(model): identifier for model in models}
        self._edges[identifier] = sorted({edge for model in models for edge in model.edges})

    def _put(self, component: Component) -> str:
        """Under its identifier; under a longer one where that is taken by something else."""
        identifier, number = component.identifier, 2
        while identifier in self.components:
            identifier = f"{component.identifier}#{number}"
            number += 1
        self.components[identifier] = replace(component, identifier=identifier)
        return identifier

    def _add_origin(self, edge: Edge, source: str) -> str:
        """What an edge leads to; a gap where nothing is known of it."""
        origin = self.lockfile.origin(edge)
        if isinstance(origin, LockedModel):
            return self._of_locked[id(origin)]
        kind: Kind = "dataset" if _kind(edge) == _DATASET else "model"
        context = Context(statements=self.material.manifest.bom, kind=kind)
        component = of_ancestor(origin, context) if origin else of_name(edge.target, edge.ref, context)
        same = self.components.get(component.identifier)
        if same is not None and same.kind in {kind, "code"}:
            component = same
        else:
            self.components[component.identifier] = component
        if origin is not None:
            self._edges.setdefault(component.identifier, sorted({*origin.edges}))
        self._of_asked[_kind(edge), edge.target, edge.ref] = component.identifier
        if edge.kind == "lineage" and (origin is None or origin.missing):
            why = _MISSING.get(origin.missing, "") if origin else "the lock knows nothing of it"
            name = printable(f"{edge.target.label}{'@' + edge.ref if edge.ref else ''}")
            text = f"{kind} {name} ({edge.relation} of {printable(self.components[source].title)}): {why}"
            self.gaps.append(Gap(what="unwalked", text=text, component=component.identifier))
        return component.identifier

    def _add_unlocked(self, asked: Asked, places: tuple[Occurrence, ...]) -> None:
        kind, key, ref = asked
        context = Context(
            statements=self.material.manifest.bom, kind="dataset" if kind == _DATASET else "model", occurrences=places
        )
        component = of_name(key, ref, context)
        same = self._of_asked.get(asked)
        if same is not None:
            self.components[same] = replace(self.components[same], occurrences=places)
        elif component.identifier in self.components:
            same = component.identifier
            earlier = self.components[same]
            self.components[same] = replace(earlier, occurrences=tuple(sorted({*earlier.occurrences, *places})))
        else:
            same = self._put(component)
        self._of_asked[asked] = same
        lockable = key not in self._elsewhere
        what = f"{kind} {printable(key.label)}{'@' + printable(ref) if ref else ''}"
        text = f"{what} is loaded at {_where(places[0])} and not locked"
        self.gaps.append(Gap(what="unlocked" if lockable else "elsewhere", text=text, component=same))

    def _identifier(self, asked: Asked, *, add: bool = True) -> str:
        model = self._locked(asked)
        if model is not None:
            return self._of_locked[id(model)]
        return self._of_asked[asked] if add else self._of_asked.get(asked, "")

    def _of_edge(self, source: str, edge: Edge) -> Iterator[Relation]:
        origin = self.lockfile.origin(edge)
        if isinstance(origin, LockedModel):
            target = self._of_locked[id(origin)]
        else:
            target = self._of_asked[_kind(edge), edge.target, edge.ref]
        if source == target:
            return
        evidence = printable(edge.evidence, limit=1000)
        trace = edge.evidence.rpartition("/")[2] == _INFERRED_FROM and edge.kind == "lineage"
        said: Confidence = "inferred" if trace else "declared"
        if edge.relation == _DATASET:
            yield Relation(
                source=source, target=target, kind="trained-on", role=_DATASET, evidence=evidence, confidence=said
            )
            return
        role = printable(edge.relation)
        if edge.kind == "runtime":
            yield Relation(source=source, target=target, kind="needs", role=role, evidence=evidence)
        if edge.kind == "lineage" or edge.relation == "adapter":
            yield Relation(source=source, target=target, kind="descends", role=role, evidence=evidence, confidence=said)


def _kind(edge: Edge) -> str:
    return _DATASET if edge.relation == _DATASET else "model"


def _where(place: Occurrence) -> str:
    return f"{place.path}:{place.line}" if place.line else place.path


def _by_revision(models: Iterable[LockedModel]) -> Iterator[list[LockedModel]]:
    """Locked models that are the same thing under different refs."""
    found: dict[tuple[ModelKey, str], list[LockedModel]] = {}
    for model in models:
        found.setdefault((model.key, model.revision), []).append(model)
    yield from found.values()


def _only_code(lockfile: Lockfile) -> set[int]:
    """Locked models that others take Python code from, and that nothing loads (by ``id``)."""
    wanted = {id(lockfile.find(wish.key, wish.ref)) for wish in lockfile.requirements}
    roles: defaultdict[int, set[str]] = defaultdict(set)
    for model in lockfile.models:
        for edge in model.runtime_edges:
            roles[id(lockfile.find(edge.target, edge.ref))].add(edge.relation)
    return {identity for identity, relations in roles.items() if relations == {_CODE} and identity not in wanted}
