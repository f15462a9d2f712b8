"""Which models of a pipeline hand over to each other, where the code shows it."""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ptmdeps.graph.flow import Loaded, flows, last_name
from ptmdeps.graph.model import Confidence
from ptmdeps.scan.references import Reference
from ptmdeps.scan.source import MAXIMUM_PARSED, Source, read_source
from ptmdeps.wanted import requirement_of

Read = Callable[[str], bytes | None]
"""Gives the bytes of a file of the project, by its POSIX path; ``None`` where it cannot be read."""

_ANY = ""
_PYTHON = (".py", ".pyw", ".ipynb")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Handoff:
    """One model, or what it gives, goes into another.

    Attributes:
        source: the model that is handed over, or whose output is, as the code asks for it.
        target: the model that gets it.
        evidence: where: ``app.py:14 pipeline(tokenizer=)``.
        confidence: ``inferred`` for outputs, and where one of several models may be meant.
    """

    source: Loaded
    target: Loaded
    evidence: str
    confidence: Confidence


def handoffs(references: Iterable[Reference], read: Read) -> tuple[Handoff, ...]:
    """Every hand-off between models that are loaded in the same file, sorted.

    Only files with two loads or more are parsed; what does not parse hands nothing over.
    """
    by_path: defaultdict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        if reference.kind == "model" and not reference.soft and reference.location.path.endswith(_PYTHON):
            by_path[reference.location.path].append(reference)
    several = {path: found for path, found in by_path.items() if len({one.key for one in found}) > 1}
    return tuple(sorted({one for path, found in several.items() for one in _in_file(path, found, read)}))


def _in_file(path: str, references: Sequence[Reference], read: Read) -> Iterator[Handoff]:
    data = read(path)
    source = _source(path, data) if data is not None else None
    tree = _parsed(source) if source is not None else None
    if source is None or tree is None:
        return
    loaded: defaultdict[tuple[int, int | None, str], set[Loaded]] = defaultdict(set)
    for reference in references:
        wish = requirement_of(reference)
        name = reference.loader.rpartition(".")[2]
        for called in (name, _ANY):
            loaded[reference.location.line, reference.pinning.column, called].add((wish.key, wish.ref))

    def loads(call: ast.Call) -> frozenset[Loaded]:
        line, column = source.location(call).line, call.col_offset
        name = last_name(call.func)
        found = loaded.get((line, column, name)) or loaded.get((line, None, name))
        # calls of a chain begin at the same place: where none has the loader's name, the load is the first of them
        if not found and not _follows_call(call):
            found = loaded.get((line, column, _ANY))
        return frozenset(found or ())

    for flow in flows(tree, loads):
        place = source.location_of_line(flow.line)
        yield Handoff(
            source=flow.source, target=flow.target, evidence=f"{place} {flow.through}", confidence=flow.confidence
        )


def _follows_call(call: ast.Call) -> bool:
    """Whether what is called comes from another call: ``load("x").to("cuda")``."""
    node: ast.expr = call.func
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return isinstance(node, ast.Call)


def _source(path: str, data: bytes) -> Source | None:
    try:
        return read_source(path, data)
    except (ValueError, LookupError, RecursionError):
        return None


def _parsed(source: Source) -> ast.Module | None:
    if len(source.data) > MAXIMUM_PARSED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the project's own strings escape is not our subject
            return ast.parse(source.data)
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
        return None
