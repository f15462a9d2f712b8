"""The loads of one file of Python, of one notebook, or of Python that stands in another file."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ptmdeps.identity import Location
from ptmdeps.scan.outcomes import outcomes_of
from ptmdeps.scan.references import Outcome, Scope, UnresolvedReference
from ptmdeps.scan.sites import candidates_in, imported_libraries, lines_of_loads, site_at
from ptmdeps.scan.source import Module, Source
from ptmdeps.scan.starters import is_candidate
from ptmdeps.scan.text import outcomes_of_text
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.value import expression_of
from ptmdeps.scan.walk import Place

if TYPE_CHECKING:
    from ptmdeps.scan.commands.script import PythonReader

_DEEPEST = 2
"""How often code may stand in a command that code starts: a program that starts itself would have no end."""


def outcomes_of_python(path: str, evaluator: Evaluator) -> Iterator[Outcome]:
    """Yield what every load of a file comes to; a file without a word of the catalogues is not parsed."""
    project = evaluator.project
    yield from _outcomes_of_source(project.source(path), lambda: project.module(path), evaluator, 0)


def code_reader(evaluator: Evaluator, nesting: int = 0) -> PythonReader:
    """Return what reads Python code that stands in a command: its text, where it begins, and its scope."""

    def outcomes_of_code(text: str, location: Location, scope: Scope) -> Iterable[Outcome]:
        data = textwrap.dedent(text).encode("utf-8", "replace")
        source = Source(location.path, data, tuple(location.line + line for line in range(data.count(b"\n") + 1)))
        source.scope = scope
        return _outcomes_of_source(source, source.parse, evaluator, nesting)

    return outcomes_of_code


def _outcomes_of_source(
    source: Source, parse: Callable[[], Module | None], evaluator: Evaluator, nesting: int
) -> Iterator[Outcome]:
    yield from _loads(source, parse, evaluator)
    if is_candidate(source.path, source.data, source.imports):
        from ptmdeps.scan.processes import outcomes_of_processes  # which brings all commands, and few files start any

        python = code_reader(evaluator, nesting + 1) if nesting < _DEEPEST else None
        yield from outcomes_of_processes(source, parse, evaluator.project, python)


def _loads(source: Source, parse: Callable[[], Module | None], evaluator: Evaluator) -> Iterator[Outcome]:
    words = evaluator.catalogue.words_in(source.data, source.imports)
    lines = lines_of_loads(source, words)
    if not lines:
        return
    module = parse()
    if module is None:
        if evaluator.project.source(source.path).data == source.data:
            data = evaluator.project.text(source.path)
            yield from outcomes_of_text(source.path, data, evaluator.catalogue)
        return
    libraries = imported_libraries(module, evaluator)
    for call, place in candidates_in(module, words, lines, evaluator.catalogue.functions):
        try:
            found = _outcomes_of_call(module, evaluator, call, place, libraries)
        except RecursionError:
            found = [_too_deep(module, call)]
        yield from found


def _outcomes_of_call(
    module: Module, evaluator: Evaluator, call: ast.Call, place: Place, libraries: frozenset[str]
) -> list[Outcome]:
    evaluator.begin_load()
    site = site_at(module, call, place, evaluator, libraries)
    return list(outcomes_of(site, evaluator)) if site else []


def _too_deep(module: Module, call: ast.Call) -> UnresolvedReference:
    return UnresolvedReference(
        loader=expression_of(call.func),
        location=module.location(call),
        reason="the code is nested too deeply to follow",
        expression=expression_of(call),
        scope=module.scope,
    )
