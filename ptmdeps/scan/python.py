"""The loads of one file of Python, or of one notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ptmdeps.scan.outcomes import outcomes_of
from ptmdeps.scan.references import Outcome, UnresolvedReference
from ptmdeps.scan.sites import candidates_in, imported_libraries, lines_of_loads, site_at
from ptmdeps.scan.source import Module
from ptmdeps.scan.text import outcomes_of_text
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.value import expression_of
from ptmdeps.scan.walk import Place


def outcomes_of_python(path: str, evaluator: Evaluator) -> Iterator[Outcome]:
    """Yield what every load of a file comes to; a file without a word of the catalogue is not parsed."""
    project = evaluator.project
    source = project.source(path)
    words = evaluator.catalogue.words_in(source.data)
    lines = lines_of_loads(source, words)
    if not lines:
        return
    module = project.module(path)
    if module is None:
        yield from outcomes_of_text(path, project.text(path), evaluator.catalogue)
        return
    libraries = imported_libraries(module, evaluator)
    for call, place in candidates_in(module, words, lines):
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
