"""Outcomes and what they depend on as plain lists for JSON, and back; anything unexpected makes them foreign."""

from __future__ import annotations

from typing import Any

from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection
from ptmdeps.scan.dependencies import Dependencies
from ptmdeps.scan.references import LocalReference, Outcome, Pinning, Reference, Scope, UnresolvedReference


def plain_dependencies(dependencies: Dependencies) -> list[Any]:
    """Return what a result depends on as plain lists."""
    return [
        sorted(dependencies.paths),
        dict(sorted(dependencies.others.items())),
        sorted((word, *sorted(names)) for word, names in dependencies.queries),
        sorted(dependencies.derived),
        sorted(dependencies.sought),
        dependencies.folders,
        dependencies.versions,
    ]


def dependencies_of(values: list[Any]) -> Dependencies:
    """Return what ``plain_dependencies`` was given.

    Raises:
        ValueError, TypeError, AttributeError: it was not.
    """
    paths, others, queries, derived, sought, folders, versions = values
    return Dependencies(
        paths=set(map(_text, paths)),
        others={_text(path): _text(state) for path, state in others.items()},
        queries={(_text(word), frozenset(map(_text, names))) for word, *names in queries},
        derived=set(map(_text, derived)),
        sought=set(map(_text, sought)),
        folders={_text(folder): bool(there) for folder, there in folders.items()},
        versions=bool(versions),
    )


def plain_outcome(outcome: Outcome) -> list[Any]:
    """Return an outcome as plain lists."""
    place = [outcome.loader, outcome.location.path, outcome.location.line, outcome.scope]
    match outcome:
        case LocalReference():
            return ["local", place, outcome.path]
        case UnresolvedReference():
            return ["unresolved", place, outcome.reason, outcome.expression, outcome.passed_on, outcome.wraps]
    selection, pinning = outcome.selection, outcome.pinning
    return [
        "reference",
        place,
        [outcome.key.hub, outcome.key.name, outcome.ref, outcome.entrypoint, outcome.kind, outcome.reads],
        [selection.files, selection.allow, selection.ignore, selection.subfolder, selection.variant, selection.weights],
        [pinning.way, pinning.keyword, pinning.column],
        [outcome.resolution, outcome.remote_code, outcome.soft, outcome.origin, outcome.wraps],
        [[place.path, place.line] for place in outcome.evidence],
        outcome.alternatives,
    ]


def outcome_of(sort: str, place: list[Any], *rest: Any) -> Outcome:  # noqa: ANN401 - what follows depends on the sort
    """Return what ``plain_outcome`` was given.

    Raises:
        ValueError, TypeError, AttributeError: it was not.
    """
    loader, path, line, area = place
    scope: Any = _text(area)
    location = _location(path, line)
    match sort:
        case "local":
            return LocalReference(loader=_text(loader), location=location, path=_text(*rest), scope=scope)
        case "unresolved":
            reason, expression, passed_on, wraps = rest
            return UnresolvedReference(
                loader=_text(loader),
                location=location,
                reason=_text(reason),
                expression=_text(expression),
                scope=scope,
                passed_on=bool(passed_on),
                wraps=_text(wraps),
            )
        case "reference":
            return _reference(_text(loader), location, scope, rest)
    raise ValueError(f"`{sort}` is no outcome")


def _reference(loader: str, location: Location, scope: Scope, rest: tuple[Any, ...]) -> Reference:
    named, selected, pinned, said, evidence, alternatives = rest
    hub, name, ref, entrypoint, kind, reads = named
    way, keyword, column = pinned
    sort: Any = _text(kind)
    pin: Any = _text(way)
    resolution, remote_code, soft, origin, wraps = said
    return Reference(
        key=ModelKey(_text(hub), _text(name)),
        ref=ref if ref is None else _text(ref),
        entrypoint=entrypoint if entrypoint is None else _text(entrypoint),
        selection=_selection(*selected),
        kind=sort,
        loader=loader,
        reads=_text(reads),
        location=location,
        resolution=_text(resolution),
        scope=scope,
        evidence=tuple(_location(*one) for one in evidence),
        alternatives=tuple(map(_text, alternatives)),
        pinning=Pinning(way=pin, keyword=_text(keyword), column=column if column is None else int(column)),
        remote_code=bool(remote_code),
        soft=bool(soft),
        wraps=_text(wraps),
        origin=_text(origin),
    )


def _selection(files: list[str], allow: list[str], ignore: list[str], *texts: str) -> FileSelection:
    subfolder, variant, weights = map(_text, texts)
    return FileSelection(
        files=tuple(map(_text, files)),
        allow=tuple(map(_text, allow)),
        ignore=tuple(map(_text, ignore)),
        subfolder=subfolder,
        variant=variant,
        weights=weights,
    )


def _text(value: object) -> str:
    """Return a text that is kept; anything else makes what is kept foreign."""
    if not isinstance(value, str):
        raise TypeError(f"`{value!r}` is no text")
    return value


def _location(path: object, line: object) -> Location:
    if not isinstance(line, int):
        raise TypeError(f"`{line!r}` is no line")
    return Location(_text(path), line)
