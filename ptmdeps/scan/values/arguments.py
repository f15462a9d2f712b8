"""The arguments of a call, with ``*`` and ``**`` opened where that can be done."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    Frame,
    Item,
    Lazy,
    Partial,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_by,
    within,
)
from ptmdeps.unguarded import replace, unguarded

Function = ast.FunctionDef | ast.AsyncFunctionDef


@unguarded(frozen=True, slots=True)
class CallArguments:
    """What a call gives: by position, by keyword, dictionaries opened with ``**``, and whether more may follow.

    ``open`` is the expression of a ``*`` that could not be counted: no position after it is known.
    """

    positional: tuple[Item, ...]
    keywords: Mapping[str, Item]
    spread: tuple[Lazy, ...] = ()
    open: str = ""

    def at(self, position: int | None, names: tuple[str, ...], evaluator: Evaluator) -> Values:
        """Return what an argument can be; nothing if the call does not give it."""
        if position is not None and position < len(self.positional):
            return evaluator.item(self.positional[position])
        for name in names:
            head, _, key = name.partition(".")
            found = self._keyword(head, evaluator)
            if key:
                found = tuple(
                    value for table in found if isinstance(table, Table) for value in of_key(table, key, evaluator)
                )
            if found:
                return found
        if position is not None and self.open:
            return (Unknown(reason=f"arguments are passed on as `{self.open}`", expression=self.open),)
        return ()

    def gives(self, name: str) -> bool:
        """Whether a keyword is written at the call."""
        return name in self.keywords

    def unopened(self, evaluator: Evaluator) -> Unknown | None:
        """Return what a ``**`` stands for that could not be opened."""
        values = (value for item in self.spread for value in evaluator.item(item))
        return next((value for value in values if isinstance(value, Unknown)), None)

    def after(self, count: int) -> CallArguments:
        """Return the arguments without the first positional ones."""
        return replace(self, positional=self.positional[count:]) if count else self

    def followed_by(self, more: CallArguments) -> CallArguments:
        """Return both together, as ``functools.partial`` does."""
        return CallArguments(
            positional=(*self.positional, *more.positional),
            keywords={**self.keywords, **more.keywords},
            spread=(*self.spread, *more.spread),
            open=self.open or more.open,
        )

    def _keyword(self, name: str, evaluator: Evaluator) -> Values:
        if name in self.keywords:
            return evaluator.item(self.keywords[name])
        tables = (value for item in self.spread for value in evaluator.item(item) if isinstance(value, Table))
        return found_by(tuple(value for table in tables for value in of_key(table, name, evaluator)), "constant")


def arguments_of(call: ast.Call, frame: Frame, evaluator: Evaluator) -> CallArguments:
    """Read the arguments of a call that stands in ``frame``."""
    positional: list[Item] = []
    unopened = ""
    for argument in call.args:
        if not isinstance(argument, ast.Starred):
            positional.append(Lazy(argument, frame))
        elif (items := _counted(evaluator.values(argument.value, frame))) is not None:
            positional.extend(found_by(evaluator.item(item), "constant") for item in items)
        else:
            unopened = f"*{expression_of(argument.value)}"
            break
    keywords = {keyword.arg: Lazy(keyword.value, frame) for keyword in call.keywords if keyword.arg is not None}
    spread = tuple(Lazy(keyword.value, frame) for keyword in call.keywords if keyword.arg is None)
    return CallArguments(tuple(positional), keywords, spread, unopened)


def partial_arguments(partial: Partial, evaluator: Evaluator) -> CallArguments:
    """Return the arguments that ``functools.partial`` holds already."""
    return arguments_of(partial.call.node, partial.call.frame, evaluator).after(1)


def _counted(values: Values) -> tuple[Item, ...] | None:
    """Return the items of a collection, if there is just one and it is known."""
    match values:
        case (Collection(items=items),):
            return items
    return None


def of_key(table: Table, key: str, evaluator: Evaluator) -> Values:
    """Return what a dictionary has under a text."""
    found: list[Value] = []
    for name, item in table.entries:
        if name is None:
            for inner in evaluator.item(item):
                if isinstance(inner, Table):
                    found.extend(of_key(inner, key, evaluator))
        elif any(isinstance(text, Text) and text.text == key for text in evaluator.item(name)):
            found = list(evaluator.item(item))
    return within(tuple(found), table.world)


def parameters_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Yield the parameters that take one argument, each with its default: by position first, then keyword only."""
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(node.args.defaults))
    yield from zip(positional, [*defaults, *node.args.defaults], strict=True)
    yield from zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)


def given_for(
    function: Function, name: str, given: CallArguments, evaluator: Evaluator, *, has_receiver: bool
) -> Values:
    """Return what a call gives for one parameter of a function; nothing if it leaves it to the default.

    ``has_receiver`` tells that the first parameter is not among the arguments.
    """
    arguments = function.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)][has_receiver:]
    keywords = [argument.arg for argument in arguments.kwonlyargs]
    if name in positional:
        return given.at(positional.index(name), (name,), evaluator)
    if name in keywords:
        return given.at(None, (name,), evaluator)
    if arguments.vararg is not None and arguments.vararg.arg == name:
        return (Collection(items=given.positional[len(positional) :]),)
    if arguments.kwarg is not None and arguments.kwarg.arg == name:
        return (_rest(given, {*positional, *keywords}),)
    return ()


def bound(
    function: Function,
    given: CallArguments,
    evaluator: Evaluator,
    *,
    receiver: Values | None = None,
    defaults: Frame,
) -> Callable[[str], Values]:
    """Return what gives the arguments of a call by the names of the function's parameters.

    ``receiver`` is what ``self`` or ``cls`` is; ``defaults`` is from where to look at defaults.
    """
    known: dict[str, Values] = {}
    parameters = list(parameters_of(function))
    if receiver is not None and parameters:
        known[parameters[0][0].arg] = receiver

    def argument(name: str) -> Values:
        if name not in known:
            values = given_for(function, name, given, evaluator, has_receiver=receiver is not None)
            default = next((default for parameter, default in parameters if parameter.arg == name), None)
            if not values and default is not None:
                values = evaluator.values(default, defaults)
            known[name] = values or _not_given(given, name, evaluator)
        return known[name]

    return argument


def _not_given(given: CallArguments, name: str, evaluator: Evaluator) -> Values:
    unknown = given.unopened(evaluator)
    return (unknown,) if unknown else (Unknown(reason=f"`{name}` is not given", expression=name),)


def _rest(given: CallArguments, taken: set[str]) -> Table:
    """Return the keywords that no parameter takes, as the dictionary that ``**`` gets."""
    entries: list[tuple[Item | None, Item]] = [
        ((Text(text=name),), item) for name, item in given.keywords.items() if name not in taken
    ]
    entries.extend((None, item) for item in given.spread)
    return Table(entries=tuple(entries))


def is_static(node: ast.AST) -> bool:
    """Whether a function of a class gets no receiver."""
    return isinstance(node, FUNCTIONS) and any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod" for decorator in node.decorator_list
    )


def is_none(value: Value) -> bool:
    """Whether a value is ``None``."""
    return isinstance(value, Constant) and value.value is None
