"""Python that starts programs: ``os.system``, ``subprocess``, and the commands of notebooks, which are such calls.

What a call starts is evaluated like the id of a load, and read by the package for commands. Looked at are only calls
in files that hold the name of a program that loads models.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from ptmdeps.identity import Location
from ptmdeps.scan import commands
from ptmdeps.scan.commands.script import PythonReader
from ptmdeps.scan.commands.shell import Word
from ptmdeps.scan.commands.values import Value as Argument
from ptmdeps.scan.commands.wrappers import may_load
from ptmdeps.scan.ipython import text_of_ipython
from ptmdeps.scan.project import Project
from ptmdeps.scan.references import Outcome, Reference, UnresolvedReference
from ptmdeps.scan.sites import Site, candidates_in, lines_of_loads, site_at
from ptmdeps.scan.source import Module, Source
from ptmdeps.scan.starters import OF_IPYTHON, SPREAD, STARTERS
from ptmdeps.scan.values import Evaluator, new_evaluator
from ptmdeps.scan.values.callers import frame_at
from ptmdeps.scan.values.value import (
    HOLE,
    NOWHERE,
    RESOLUTIONS,
    Collection,
    Constant,
    External,
    Item,
    Lazy,
    Local,
    Object,
    Text,
    Unknown,
    Value,
    Values,
    World,
    expression_of,
    least_direct,
    together,
)
from ptmdeps.scan.walk import Place

_MOST_LINES = 256
"""Command lines that one call may start."""

_MOST_WORDS = 256
_OPEN = "$(:)"
"""What a shell would not know either."""


def outcomes_of_processes(
    source: Source, parse: Callable[[], Module | None], project: Project, python: PythonReader | None
) -> Iterator[Outcome]:
    """Yield what the programs load that a file of Python starts.

    ``parse`` gives the parsed file; ``python`` reads code that is given to another Python.
    """
    words = STARTERS.words_in(source.data)
    if b"get_ipython" in source.data:
        words |= OF_IPYTHON
    lines = lines_of_loads(source, words) if words else []
    if not lines:
        return
    evaluator = new_evaluator(project, STARTERS)
    evaluator.begin_file(source.path)
    module = parse()
    if module is None:
        return
    libraries = module.imports & STARTERS.libraries
    for call, place in candidates_in(module, words, lines, STARTERS.functions):
        start = _Start(module, call, evaluator, python)
        try:
            found = list(_outcomes_of_call(start, place, libraries))
        except RecursionError:
            continue
        yield from found


def _outcomes_of_call(start: _Start, place: Place, libraries: frozenset[str]) -> Iterator[Outcome]:
    module, evaluator = start.module, start.evaluator
    evaluator.begin_load()
    match start.call:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=getter), attr=method)) if _is_shell(getter):
            if method in OF_IPYTHON:
                values = text_of_ipython(evaluator, start.call, method, frame_at(evaluator, module, place))
                yield from start.outcomes(values, keeps_lines=method == "run_cell_magic")
        case call:
            site = site_at(module, call, place, evaluator, libraries)
            if site is not None:
                yield from start.outcomes(_command_of(site, evaluator))


def _is_shell(node: ast.expr) -> bool:
    match node:
        case ast.Name(id="get_ipython") | ast.Attribute(attr="get_ipython"):
            return True
    return False


def _command_of(site: Site, evaluator: Evaluator) -> Values:
    """Return the command that a call starts: texts, and collections of words."""
    position = SPREAD.get(site.name)
    if position is not None:
        return (Collection(items=site.arguments.positional[position:]),)
    model = site.loader.model
    return tuple(_unquoted(site.arguments.at(model.position, model.keywords, evaluator), evaluator))


def _unquoted(values: Values, evaluator: Evaluator) -> Iterator[Value]:
    """Yield values with what ``shlex`` splits or joins instead of its result."""
    for value in values:
        match value:
            case Object(name="shlex.split" | "shlex.join", call=made) if made.node.args:
                yield from evaluator.values(made.node.args[0], made.frame)
            case _:
                yield value


class _Start:
    """One call that starts a program, and what its outcomes have in common."""

    def __init__(self, module: Module, call: ast.Call, evaluator: Evaluator, python: PythonReader | None) -> None:
        self.module = module
        self.call = call
        self.location = module.location(call)
        self.evaluator = evaluator
        self.python = python
        self.unknown: dict[str, Unknown] = {}

    def outcomes(self, values: Values, *, keeps_lines: bool = False) -> Iterator[Outcome]:
        """Yield what every command comes to that the call may start.

        ``keeps_lines`` tells that each line of a text stands on a line of its own.
        """
        found = [list(outcomes) for outcomes in islice(self._by_command(values, keeps_lines=keeps_lines), _MOST_LINES)]
        yield from _merged(found)

    def _by_command(self, values: Values, *, keeps_lines: bool) -> Iterator[Iterator[Outcome]]:
        for value in values:
            match value:
                case Text():
                    yield self._of_text(value, keeps_lines=keeps_lines)
                case Unknown(partial=partial):
                    self.unknown["$("] = value
                    for text in partial:
                        yield self._of_text(text, keeps_lines=keeps_lines)
                case Collection(items=items, world=world):
                    for words in self._command_lines(items, world):
                        yield self._of_words(words)

    def _of_text(self, text: Text, *, keeps_lines: bool) -> Iterator[Outcome]:
        line = text.text.replace(HOLE, _OPEN)
        here = Location(self.location.path, self.call.lineno)
        for outcome in commands.outcomes_of_line(line, here, self.module.scope, python=self.python):
            yield self._explained(
                self._found_by(self._placed(outcome, keeps_lines=keeps_lines), None if keeps_lines else text)
            )

    def _of_words(self, words: tuple[Argument, ...]) -> Iterator[Outcome]:
        for outcome in commands.outcomes_of_arguments(words, self.location, self.module.scope, python=self.python):
            yield self._explained(self._found_by(outcome, None))

    def _placed(self, outcome: Outcome, *, keeps_lines: bool) -> Outcome:
        """Return what was found in a text with its places in the file."""
        if not keeps_lines:
            moved = replace(outcome, location=self.location)
            return replace(moved, evidence=(self.location,)) if isinstance(moved, Reference) else moved
        moved = replace(outcome, location=self.module.location_of_line(outcome.location.line))
        if isinstance(moved, Reference):
            evidence = (self.module.location_of_line(place.line) for place in moved.evidence)
            return replace(moved, evidence=tuple(dict.fromkeys(evidence)))
        return moved

    def _found_by(self, outcome: Outcome, text: Text | None) -> Outcome:
        """Return a reference with the way its text was found."""
        if not isinstance(outcome, Reference):
            return outcome
        evidence = (*outcome.evidence, *(text.evidence if text else ()))
        resolution = outcome.resolution
        if text and resolution in RESOLUTIONS:
            resolution = least_direct(resolution, text.resolution)
        return replace(outcome, resolution=resolution, evidence=tuple(dict.fromkeys(evidence)))

    def _explained(self, outcome: Outcome) -> Outcome:
        """Return what is not known with the reason that Python gives."""
        if not isinstance(outcome, UnresolvedReference):
            return outcome
        key = "$(" if outcome.expression.startswith("$(") or _OPEN in outcome.expression else outcome.expression
        unknown = self.unknown.get(key)
        if unknown is None:
            return outcome
        return replace(outcome, reason=unknown.reason, expression=unknown.expression, passed_on=unknown.passed_on)

    def _command_lines(self, items: tuple[Item, ...], world: World) -> Iterator[tuple[Argument, ...]]:
        """Yield every command line that a list of words can be; nothing if its program loads no models."""
        first = self._choices(items[0]) if items else []
        if not any(may_load((Word((word.text,), 1),)) for word, _ in first if word.text is not None):
            return
        found: list[tuple[tuple[Argument, ...], World]] = [((), world)]
        for choices in (first, *(self._choices(item) for item in self._opened(items[1:_MOST_WORDS]))):
            found = [
                ((*line, word), both)
                for line, here in found
                for word, there in choices
                if (both := together(here, there)) is not None
            ][:_MOST_LINES]
        yield from dict.fromkeys(line for line, _ in found)

    def _opened(self, items: tuple[Item, ...]) -> Iterator[Item]:
        """Yield the words of a list with ``*others`` in place; those of others that are not known are left out."""
        for item in items:
            if not (isinstance(item, Lazy) and isinstance(item.node, ast.Starred)):
                yield item
                continue
            match self.evaluator.values(item.node.value, item.frame):
                case (Collection(items=inner),):
                    yield from inner[:_MOST_WORDS]

    def _choices(self, item: Item) -> list[tuple[Argument, World]]:
        values = self.evaluator.item(item)
        expression = expression_of(item.node) if isinstance(item, Lazy) else ""
        choices = [(self._word(value, expression), value.world) for value in values]
        return choices or [(Argument(None, missing=expression), NOWHERE)]

    def _word(self, value: Value, expression: str) -> Argument:
        """Return a value as a word of a command."""
        match value:
            case Text(text=text, resolution=resolution, evidence=evidence):
                return Argument(text, resolution, evidence)
            case Constant(value=int() | float() as number) if not isinstance(number, bool):
                return Argument(str(number))
            case External(name="sys.executable"):
                return Argument("python")
            case Local(path=path):
                return Argument(path if path.startswith((".", "/", "~")) else f"./{path}")
            case Unknown():
                self.unknown.setdefault(value.expression, value)
                return Argument(None, missing=value.expression)
        return Argument(None, missing=expression)


def _merged(commands_of_call: list[list[Outcome]]) -> Iterator[Outcome]:
    """Yield each outcome of the commands of one call once; models of different commands are alternatives."""
    every = [outcome for found in commands_of_call for outcome in found]
    if len(commands_of_call) == 1:
        yield from every
        return
    references = [outcome for outcome in every if isinstance(outcome, Reference)]
    if not references:
        yield from dict.fromkeys(every[:1])
        return
    beside: dict[str, set[str]] = {}
    for found in commands_of_call:
        names = {outcome.key.name for outcome in found if isinstance(outcome, Reference)}
        for name in names:
            beside.setdefault(name, set()).update(names)
    best: dict[Reference, Reference] = {}
    for reference in references:
        said = replace(reference, resolution="", evidence=(), alternatives=())
        if said not in best or _directness(reference) < _directness(best[said]):
            best[said] = reference
    for reference in best.values():
        others = {*reference.alternatives, *(beside.keys() - beside[reference.key.name])}
        yield replace(reference, alternatives=tuple(sorted(others)))


def _directness(reference: Reference) -> tuple[int, int, tuple[Location, ...]]:
    known = reference.resolution in RESOLUTIONS
    rank = RESOLUTIONS.index(reference.resolution) if known else len(RESOLUTIONS)
    return rank, len(reference.evidence), reference.evidence
