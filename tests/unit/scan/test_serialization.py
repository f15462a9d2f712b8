"""What was found is read again as it was written, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection
from ptmdeps.scan.dependencies import Dependencies
from ptmdeps.scan.references import LocalReference, Outcome, Pinning, Reference, UnresolvedReference
from ptmdeps.scan.serialization import (
    ForeignError,
    dependencies_of,
    line_of_dependencies,
    line_of_outcomes,
    outcomes_of,
)

PLACE = Location("app.py", 7)
OUTCOMES: tuple[Outcome, ...] = (
    Reference(key=ModelKey("huggingface", "acme/a"), loader="l", reads="r", location=PLACE, resolution="literal"),
    Reference(
        key=ModelKey("huggingface", "acme/\ud800\u2028\n"),
        ref="v1",
        entrypoint="e",
        selection=FileSelection(
            files=("f",), allow=("*",), ignore=("i", "j"), subfolder="s", variant="fp16", weights="pickle"
        ),
        kind="dataset",
        loader="l",
        reads="r",
        location=PLACE,
        resolution="default",
        scope="test",
        evidence=(PLACE, Location("conf.py", 1)),
        alternatives=("acme/b",),
        pinning=Pinning(way="argument", keyword="revision", column=4),
        remote_code=True,
        wraps="w",
        soft=True,
        origin="o",
    ),
    UnresolvedReference(loader="l", location=PLACE, reason="r", expression="x", scope="doc", passed_on=True, wraps="w"),
    LocalReference(loader="l", location=PLACE, path="./here", scope="example"),
)
DEPENDENCIES = Dependencies(
    paths={"a.py", "b.json"},
    others={"b.json": "digest"},
    queries={("load", frozenset({"app", "conf"}))},
    derived={"Base"},
    sought={"conf"},
    folders={"acme/a": False, "data": True},
    versions=True,
)


def test_what_is_written_is_read() -> None:
    lines = [line_of_outcomes(OUTCOMES), line_of_outcomes(())]
    assert outcomes_of(lines) == list(OUTCOMES)
    assert dependencies_of(line_of_dependencies(DEPENDENCIES)) == DEPENDENCIES
    assert not any("\n" in line for line in (*lines, line_of_dependencies(DEPENDENCIES)))


def paths_into(value: Any, path: tuple[Any, ...] = (0,)) -> Iterator[tuple[Any, ...]]:
    yield path
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield from paths_into(value[key], (*path, key))


def damaged(line: str) -> Iterator[str]:
    """Yield the line with something wrong at each place."""
    for path in paths_into(json.loads(line)):
        for wrong in (None, "x", 7, 0.5, [7], {"x": 7}):
            holder = changed = [json.loads(line)]
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = wrong
            yield json.dumps(changed[0])


def texts_in(value: object) -> bool:
    """Whether the parts of an outcome are of the types that they are said to be, as far as rendering needs it."""
    match value:
        case Reference():
            texts = (value.key.hub, value.key.name, value.loader, value.reads, *value.alternatives)
            places = (value.location, *value.evidence)
        case UnresolvedReference():
            texts, places = (value.loader, value.reason, value.expression, value.wraps), (value.location,)
        case LocalReference():
            texts, places = (value.loader, value.path), (value.location,)
    return all(isinstance(text, str) for text in (*texts, *(place.path for place in places))) and all(
        isinstance(place.line, int) for place in places
    )


def test_outcomes_of_wrong_types_are_foreign() -> None:
    foreign = 0
    for line in damaged(line_of_outcomes(OUTCOMES)):
        try:
            assert all(texts_in(outcome) for outcome in outcomes_of([line]))
        except ForeignError:
            foreign += 1
    assert foreign > 300


def test_dependencies_of_wrong_types_are_foreign() -> None:
    foreign = 0
    for line in damaged(line_of_dependencies(DEPENDENCIES)):
        try:
            found = dependencies_of(line)
        except ForeignError:
            foreign += 1
            continue
        words = {word for query, names in found.queries for word in (query, *names)}
        assert all(isinstance(text, str) for text in {*found.paths, *found.others.values(), *found.folders, *words})
    assert foreign > 50


@pytest.mark.parametrize("read", [dependencies_of, lambda line: outcomes_of([line])])
@pytest.mark.parametrize("line", ["", "{", "null", "7", '"x"', "{}", "[[]]", "[" * 100_000, "\0"])
def test_line_of_something_else_is_foreign(read: Callable[[str], object], line: str) -> None:
    if line == "[[]]" and read is not dependencies_of:
        line = "[[[]]]"
    with pytest.raises(ForeignError):
        read(line)
