"""The evaluator: from an expression to everything it can be, by demand and within limits."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from ptmdeps.scan.files import scope_of
from ptmdeps.scan.loaders import Catalogue
from ptmdeps.scan.project import Project, import_name
from ptmdeps.scan.source import Module
from ptmdeps.scan.values.value import (
    NOWHERE,
    Constant,
    Definition,
    External,
    Frame,
    Lazy,
    Local,
    Object,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
)
from ptmdeps.unguarded import replace

MAXIMUM_VALUES = 256
"""How many values one expression may have; more is no choice between models any more."""

MAXIMUM_STEPS = 1_500
"""How many expressions may be looked at for one load."""

MAXIMUM_FILES = 24
"""How many files may be searched for callers and derived classes for one load; what more files use is public."""

MAXIMUM_NESTING = 60
MAXIMUM_DEPTH = 6
"""How many calls and callers may be followed, one after the other."""

_ATTRIBUTE = re.compile(rb"\.[^\W\d]")

Rule = Callable[["Evaluator", ast.expr, Frame], Values]


class Evaluator:
    """Looks at expressions of one project with one set of rules, one rule a kind of expression."""

    def __init__(self, project: Project, catalogue: Catalogue, rules: Mapping[type[ast.AST], Rule]) -> None:
        self.project = project
        self.catalogue = catalogue
        self._rules = rules
        self._active: set[Hashable] = set()
        self._steps = 0
        self._known: dict[tuple[int, int], tuple[ast.expr, Values]] = {}
        self._cuts = 0
        self._notes: dict[Hashable, Any] = {}
        self._test = ""
        self._searched: set[str] = set()

    def begin_file(self, path: str) -> None:
        """Start to look at the loads of one file: forget what was found out for others, with the trees it holds.

        So what is found in a file never depends on which files were looked at before it.
        """
        self._known.clear()
        self._notes.clear()
        self.project.forget_trees()
        self._test = path if scope_of(path) == "test" else ""

    def begin_load(self) -> None:
        """Start to look at one load: the limits start anew."""
        self._steps = 0
        self._active.clear()
        self._searched.clear()

    def is_of_library(self, definition: Definition) -> bool:
        """Whether the project is a library of the catalogue, and a class or function is of it."""
        top = import_name(definition.module.path).partition(".")[0]
        return top in self.catalogue.libraries and self.project.is_distribution(top)

    def modules_using(
        self, word: str, home: str, is_used: Callable[[str], bool], *, beside: frozenset[str] = frozenset()
    ) -> Iterator[Module]:
        """Yield the modules that may use ``word`` of the module ``home``, if ``is_used`` says so of their paths.

        A load in a test may depend on its own file; everything else never depends on a test.
        """
        paths = sorted({home, self._test}) if self._test else self.project.mentioning(word, home, beside=beside)
        yield from self._modules(path for path in paths if is_used(path))

    def modules_deriving(self, word: str, home: str) -> Iterator[Module]:
        """Yield the modules that have a class which names ``word`` of the module ``home`` among its bases."""
        paths = sorted({home, self._test}) if self._test else self.project.deriving(word)
        yield from self._modules(paths)

    def _modules(self, paths: Iterable[str]) -> Iterator[Module]:
        """Yield the modules, as long as one load does not lead to too many."""
        for path in paths:
            if len(self._searched | {path}) > MAXIMUM_FILES:
                self.project.note_limit(self._searched)
                return
            self._searched.add(path)
            module = self.project.module(path)
            if module is not None:
                yield module

    def lines_with_attribute(self, module: Module, name: str) -> list[int]:
        """Return the lines of a file that speak of an attribute; an empty name stands for any."""
        find = partial(module.lines_with_words, [name]) if name else partial(module.lines_with, _ATTRIBUTE)
        lines: list[int] = self.noted(("attribute", module.path, name), find)
        return lines

    def values(self, node: ast.expr, frame: Frame) -> Values:
        """Return everything that an expression can be; nothing if it can only be what is being looked at already."""
        # Without arguments and variables a frame adds nothing to the expression but its depth.
        reusable = frame.called is None and not frame.variables
        if reusable and (known := self._known.get((id(node), frame.depth))):
            return known[1]
        key = (id(node), id(frame.called), frame.depth)
        if key in self._active:
            self._cuts += 1
            return ()
        self._steps += 1
        if self._steps > MAXIMUM_STEPS or len(self._active) > MAXIMUM_NESTING:
            self._cuts += 1
            return (Unknown(reason="too much code leads to this value", expression=expression_of(node)),)
        cuts = self._cuts
        values = self._evaluate(node, frame, key)
        if reusable and cuts == self._cuts:  # nothing was left out because it was being looked at already
            self._known[id(node), frame.depth] = node, values
        return values

    def _evaluate(self, node: ast.expr, frame: Frame, key: Hashable) -> Values:
        rule = self._rules.get(type(node))
        if rule is None:
            return (Unknown(reason="this kind of expression is not followed", expression=expression_of(node)),)
        self._active.add(key)
        try:
            return limited(rule(self, node, frame), node)
        finally:
            self._active.discard(key)

    @contextmanager
    def once(self, key: Hashable) -> Iterator[bool]:
        """Enter something that may lead back to itself; gives false if it did, or if this load has cost too much."""
        self._steps += 1
        first = key not in self._active and self._steps <= MAXIMUM_STEPS
        self._cuts += not first
        if first:
            self._active.add(key)
        try:
            yield first
        finally:
            if first:
                self._active.discard(key)

    def noted(self, key: Hashable, find: Callable[[], Any]) -> Any:  # noqa: ANN401 - each key has its own type
        """Return what ``find`` gives, found once a file unless something had to be left out."""
        if key in self._notes:
            return self._notes[key]
        cuts = self._cuts
        found = find()
        if cuts == self._cuts:
            self._notes[key] = found
        return found

    def item(self, item: Lazy | Values) -> Values:
        """Return what an item of a container can be."""
        return self.values(item.node, item.frame) if isinstance(item, Lazy) else item


def limited(values: Values, node: ast.AST) -> Values:
    """Return the values without repetitions, or one unknown if they are too many.

    Only texts and constants keep apart what they depend on; where there are very many of them, equal ones become one
    as well.
    """
    if len(values) <= 1:
        return values
    found = list(_different(values, keep_worlds=True).values())
    if len(found) > MAXIMUM_VALUES // 4:
        found = list(_different(found, keep_worlds=False).values())
    if len(found) > MAXIMUM_VALUES:
        return (Unknown(reason=f"it has more than {MAXIMUM_VALUES} values", expression=expression_of(node)),)
    return tuple(found)


def _different(values: Iterable[Value], *, keep_worlds: bool) -> dict[Hashable, Value]:
    found: dict[Hashable, Value] = {}
    for value in values:
        key = _key(value)
        if keep_worlds and isinstance(value, (Text, Constant)):
            key = (key, frozenset(value.world.items()))
        elif keep_worlds and isinstance(value, Unknown) and value.partial:
            key = (key, tuple(text.text for text in value.partial))
        if key not in found:
            found[key] = value
        elif found[key].world != value.world:
            found[key] = replace(found[key], world=NOWHERE)
    return found


def _key(value: Value) -> Hashable:  # noqa: PLR0911 - one result a case
    match value:
        case Text(text=text, resolution=resolution):
            return text, resolution
        case Constant(value=constant):
            return type(constant), constant
        case Unknown(reason=reason):
            return Unknown, reason
        case External(name=name) | Object(name=name):
            return type(value), name
        case Definition():
            return Definition, value.identity
        case Local(path=path):
            return Local, path
    return id(value)
