"""Outcomes, and what they depend on, as lines of JSON, and back; anything unexpected makes a line foreign.

A process that looks at files hands over lines, the cache keeps them, and only what is needed is read again. There are
thousands: so the texts of an outcome stand one after the other, and are looked at together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from types import NoneType
from typing import Any, ParamSpec, TypeVar

from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection
from ptmdeps.scan.dependencies import Dependencies, Inside
from ptmdeps.scan.references import LocalReference, Outcome, Pinning, Reference, UnresolvedReference

_TEXTS = ("subfolder", "variant", "weights", "entrypoint", "handle")
"""The single texts of a selection."""
_NO_SELECTION = FileSelection()
_MAYBE = (str, NoneType)
_LOCAL = (str, str, int, str, str)
_UNRESOLVED = (str, str, int, str, str, str, bool, str)
_REFERENCE = (
    *(str, str, int, str),  # loader, location, scope
    *(str, str, _MAYBE, _MAYBE, str, str),  # hub, name, ref, entrypoint, kind, reads
    *(str, str, (int, NoneType)),  # pinning
    *(str, bool, bool, str, str),  # resolution, remote code, soft, origin, wraps
    *(list, list, (list, NoneType), list),  # evidence, alternatives, selection, remarks
)

_Given = ParamSpec("_Given")
_Read = TypeVar("_Read")
_encode = json.JSONEncoder(separators=(",", ":")).encode


class ForeignError(Exception):
    """A line is not one that this module wrote."""


def _reading(read: Callable[_Given, _Read]) -> Callable[_Given, _Read]:
    """Let what goes wrong in reading a line tell that it is foreign."""

    @wraps(read)
    def reader(*args: _Given.args, **kwargs: _Given.kwargs) -> _Read:
        try:
            return read(*args, **kwargs)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise ForeignError(str(error)) from error

    return reader


def line_of_dependencies(dependencies: Dependencies) -> str:
    """Return what a result depends on as a line."""
    return _encode(
        [
            sorted(dependencies.paths),
            dict(sorted(dependencies.others.items())),
            sorted((word, *sorted(names)) for word, names in dependencies.queries),
            sorted(dependencies.derived),
            sorted(dependencies.sought),
            dict(sorted(dependencies.folders.items())),
            dependencies.versions,
            {path: _plain_inside(inside) for path, inside in sorted(dependencies.inside.items())},
        ]
    )


def _plain_inside(inside: Inside) -> list[Any]:
    patterns = sorted((pattern.decode("latin-1"), flags) for pattern, flags in inside.patterns)
    names = " ".join(sorted(inside.names))
    return [
        " ".join(sorted(inside.nodes)),
        names,
        inside.around,
        sorted(inside.words),
        sorted(inside.called),
        *patterns,
    ]


@_reading
def dependencies_of(line: str) -> Dependencies:
    """Return what ``line_of_dependencies`` was given.

    Raises:
        ForeignError: it was not.
    """
    paths, others, queries, derived, sought, folders, versions, inside = json.loads(line)
    return Dependencies(
        paths=set(_texts(paths)),
        others=dict(zip(others, _texts([*others.values()]), strict=True)),
        queries={(word, frozenset(names)) for word, *names in map(_texts, queries)},
        derived=set(_texts(derived)),
        sought=set(_texts(sought)),
        folders={folder: bool(there) for folder, there in folders.items()},
        versions=bool(versions),
        inside={path: _inside(*looked) for path, looked in inside.items()},
    )


def _inside(nodes: str, names: str, around: str, words: object, called: object, *patterns: list[Any]) -> Inside:
    around, *_ = _texts([around])
    return Inside(
        nodes=frozenset(filter(None, nodes.split(" "))),
        names=frozenset(filter(None, names.split(" "))),
        around=around,
        words=frozenset(_texts(words)),
        patterns=frozenset((pattern.encode("latin-1"), int(flags)) for pattern, flags in patterns),
        called=frozenset(_texts(called)),
    )


def line_of_outcomes(outcomes: Iterable[Outcome]) -> str:
    """Return outcomes as a line."""
    return _encode([_plain(outcome) for outcome in outcomes])


@_reading
def outcomes_of(lines: Iterable[str]) -> list[Outcome]:
    """Return all that ``line_of_outcomes`` was given for some lines.

    Raises:
        ForeignError: it was not.
    """
    written = list(lines)
    found = json.loads(f"[{','.join(written)}]")  # together, because most lines are short
    return [_outcome(*outcome) for line in _typed(found, (list,) * len(written)) for outcome in line]


def _plain(outcome: Outcome) -> list[Any]:
    place = (outcome.loader, outcome.location.path, outcome.location.line, outcome.scope)
    match outcome:
        case LocalReference():
            return ["local", *place, outcome.path]
        case UnresolvedReference():
            return ["unresolved", *place, outcome.reason, outcome.expression, outcome.passed_on, outcome.wraps]
    chosen, pinning = outcome.selection, outcome.pinning
    return [
        "reference",
        *place,
        *(outcome.key.hub, outcome.key.name, outcome.ref, outcome.entrypoint, outcome.kind, outcome.reads),
        *(pinning.way, pinning.keyword, pinning.column),
        *(outcome.resolution, outcome.remote_code, outcome.soft, outcome.origin, outcome.wraps),
        [(place.path, place.line) for place in outcome.evidence],
        outcome.alternatives,
        None
        if chosen == _NO_SELECTION
        else (chosen.files, chosen.allow, chosen.ignore, *(getattr(chosen, name) for name in _TEXTS)),
        outcome.remarks,
    ]


def _outcome(sort: str, *values: Any) -> Outcome:  # noqa: ANN401 - what follows depends on the sort
    loader: str
    scope: Any
    match sort:
        case "local":
            loader, path, line, scope, local = _typed(values, _LOCAL)
            return LocalReference(loader=loader, location=_location(path, line), path=local, scope=scope)
        case "unresolved":
            loader, path, line, scope, reason, expression, passed_on, wrapped = _typed(values, _UNRESOLVED)
            return UnresolvedReference(
                loader=loader,
                location=_location(path, line),
                reason=reason,
                expression=expression,
                scope=scope,
                passed_on=passed_on,
                wraps=wrapped,
            )
        case "reference":
            return _reference(*_typed(values, _REFERENCE))
    raise ValueError(f"`{sort}` is no outcome")


def _reference(loader: str, path: str, line: int, scope: Any, *values: Any) -> Reference:  # noqa: ANN401 - as written
    hub, name, ref, entrypoint, kind, reads, *pinning = values[:9]
    resolution, remote_code, soft, origin, wrapped, evidence, alternatives, selection, remarks = values[9:]
    return Reference(
        key=_key(hub, name),
        ref=ref,
        entrypoint=entrypoint,
        selection=_NO_SELECTION if selection is None else _selection(*selection),
        kind=kind,
        loader=loader,
        reads=reads,
        location=_location(path, line),
        resolution=resolution,
        scope=scope,
        evidence=tuple([_location(*place) for place in evidence]),
        alternatives=_texts(alternatives),
        pinning=_pinning(*pinning),
        remote_code=remote_code,
        soft=soft,
        wraps=wrapped,
        origin=origin,
        remarks=_texts(remarks),
    )


def _selection(files: object, allow: object, ignore: object, *texts: str) -> FileSelection:
    return FileSelection(
        files=_texts(files),
        allow=_texts(allow),
        ignore=_texts(ignore),
        **dict(zip(_TEXTS, _texts([*texts]), strict=True)),
    )


def _typed(values: Any, types: tuple[Any, ...]) -> Any:  # noqa: ANN401 - of these types
    """Return values that are of certain types, one by one; others are foreign."""
    if len(values) != len(types) or not all(map(isinstance, values, types)):
        raise TypeError(f"{values!r} are not of the types {types!r}")
    return values


def _texts(values: object) -> tuple[str, ...]:
    """Return a list of texts; anything else is foreign."""
    if not isinstance(values, list):
        raise TypeError(f"`{values!r}` is no list")
    "".join(values)  # raises TypeError if one is no text, sooner than a look at each
    return tuple(values)


# The same few models and ways to pin stand in many outcomes, and the same place in all that are found at it.
_key = lru_cache(maxsize=10_000)(ModelKey)


@lru_cache(maxsize=10_000)
def _location(path: object, line: object) -> Location:
    if not isinstance(path, str) or not isinstance(line, int):
        raise TypeError(f"`{path!r}` and `{line!r}` are no place")
    return Location(path, line)


@lru_cache(maxsize=1_000)
def _pinning(way: Any, keyword: str, column: int | None) -> Pinning:  # noqa: ANN401 - a text of those that are written
    return Pinning(way=way, keyword=keyword, column=column)
