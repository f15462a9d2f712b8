"""Iteration: what ``zip``, ``enumerate``, ``itertools`` and their like make of collections."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import product

from ptmdeps.scan.values.arguments import arguments_of
from ptmdeps.scan.values.containers import elements
from ptmdeps.scan.values.evaluator import MAXIMUM_VALUES, Evaluator
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    Frame,
    Item,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    within,
)
from ptmdeps.unguarded import replace


def first(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """Functions that give back their first argument in another form."""
    return arguments_of(node, frame, evaluator).at(0, (), evaluator)


def listed(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``list(values)``: the same in order; of a dictionary its keys."""
    return tuple(_as_collection(evaluator, value, node, frame) for value in first(evaluator, node, frame))


def shuffled(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``sorted(values)``, ``set(values)``: the same in another order."""
    values = listed(evaluator, node, frame)
    return tuple(replace(value, unordered=True) if isinstance(value, Collection) else value for value in values)


def _as_collection(evaluator: Evaluator, value: Value, node: ast.AST, frame: Frame) -> Value:
    if isinstance(value, (Collection, Unknown, Text)):
        return value
    choice = (frame.module.path, expression_of(node))
    items = elements(evaluator, (value,), node, choice)
    if any(isinstance(item, Unknown) for item in items):
        return value
    return Collection(items=tuple((replace(item, world={}),) for item in items), world=value.world)


def _columns(evaluator: Evaluator, node: ast.Call, frame: Frame) -> list[tuple[Item, ...] | None]:
    """Return the items of each argument; ``None`` where they cannot be counted."""
    found: list[tuple[Item, ...] | None] = []
    for argument in node.args:
        values = evaluator.values(argument, frame)
        one = _as_collection(evaluator, values[0], node, frame) if len(values) == 1 else None
        found.append(one.items if isinstance(one, Collection) and not isinstance(argument, ast.Starred) else None)
    return found


def zipped(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``zip(a, b)``: elements that stand at the same place; a column that is not known has unknown elements."""
    columns = _columns(evaluator, node, frame)
    known = min((len(column) for column in columns if column is not None), default=0)
    unknown = (Unknown(reason="what it iterates over is not known", expression=expression_of(node)),)
    if not known:
        return unknown
    if known > MAXIMUM_VALUES:
        return (Unknown(reason=f"it has {known} elements", expression=expression_of(node)),)
    rows = zip(*(column if column is not None else (unknown,) * known for column in columns), strict=False)
    return (Collection(items=tuple((Collection(items=row),) for row in rows)),)


def multiplied(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``itertools.product(a, b)``: every pair."""
    columns = _columns(evaluator, node, frame)
    unknown = (Unknown(reason="what it iterates over is not known", expression=expression_of(node)),)
    total = 1
    for column in columns:
        total *= len(column) if column is not None else 1
    if total > MAXIMUM_VALUES:
        return (Unknown(reason=f"it has {total} elements", expression=expression_of(node)),)
    rows = product(*(column if column is not None else (unknown,) for column in columns))
    return (Collection(items=tuple((Collection(items=row),) for row in rows)),)


def _unknown_item(node: ast.expr) -> list[Item]:
    return [(Unknown(reason="what it iterates over is not known", expression=expression_of(node)),)]


def chained(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``itertools.chain(a, b)``: one after the other."""
    items: list[Item] = []
    for argument, column in zip(node.args, _columns(evaluator, node, frame), strict=True):
        items.extend(column if column is not None else _unknown_item(argument))
    return (Collection(items=tuple(items)),)


def flattened(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``itertools.chain.from_iterable(lists)``, ``sum(lists, [])``: the elements of the elements."""
    items: list[Item] = []
    for column in _columns(evaluator, node, frame)[:1]:
        for item in column or _unknown_item(node):
            for value in evaluator.item(item):
                inner = _as_collection(evaluator, value, node, frame)
                items.extend(inner.items if isinstance(inner, Collection) else [(inner,)])
    return (Collection(items=tuple(items)),)


def enumerated(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``enumerate(values)``: pairs of a number and an element."""
    found: list[Value] = []
    start = 0 if len(node.args) == 1 and not node.keywords else None
    unknown = Unknown(reason="it is a number that counts", expression=expression_of(node))
    for value in listed(evaluator, node, frame):
        if isinstance(value, Collection) and len(value.items) <= MAXIMUM_VALUES:
            pairs = tuple(
                (Collection(items=((unknown if start is None else Constant(value=index),), item)),)
                for index, item in enumerate(value.items)
            )
            found.append(Collection(items=pairs, world=value.world))
        else:
            found.append(value)
    return tuple(found)


def counted(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``range(n)`` with few known numbers."""
    numbers = [
        value.value
        for argument in node.args
        for value in evaluator.values(argument, frame)
        if isinstance(value, Constant) and isinstance(value.value, int)
    ]
    if len(numbers) != len(node.args) or not 1 <= len(numbers) <= 3 or numbers[2:] == [0]:  # noqa: PLR2004 - as in Python
        return (Unknown(reason="how often it counts is not known", expression=expression_of(node)),)
    counting = range(*(int(number) for number in numbers))
    if len(counting) > MAXIMUM_VALUES:
        return (Unknown(reason=f"it has {len(counting)} elements", expression=expression_of(node)),)
    return (Collection(items=tuple((Constant(value=number),) for number in counting)),)


def filtered(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``filter(test, values)``: any of the values."""
    values = arguments_of(node, frame, evaluator).at(1, (), evaluator)
    found = (_as_collection(evaluator, value, node, frame) for value in values)
    return tuple(replace(value, unordered=True) if isinstance(value, Collection) else value for value in found)


def mapped(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``map(lambda value: …, values)``: the body for each value; ``map(str, values)``: the values."""
    match node.args:
        case [ast.Lambda(args=ast.arguments(args=[parameter]), body=body), _]:
            items = list(_mapped(evaluator, node, parameter.arg, body, frame))
            return (Collection(items=tuple(items)),)
        case [ast.Name(id="str"), _]:
            return filtered(evaluator, node, frame)
    return (Unknown(reason="what `map` gives is not followed", expression=expression_of(node)),)


def _mapped(evaluator: Evaluator, node: ast.Call, name: str, body: ast.expr, frame: Frame) -> Iterator[Item]:
    values = evaluator.values(node.args[1], frame)
    choice = (frame.module.path, expression_of(node))
    for value in elements(evaluator, values, node, choice):
        inner = replace(frame, variables={**frame.variables, name: (value,)})
        yield within(evaluator.values(body, inner), value.world)


def any_of(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``random.choice(values)``, ``next(iter(values))``, ``max(values)``: any element."""
    if len(node.args) > 1 and isinstance(node.func, ast.Name) and node.func.id in ("max", "min"):
        return tuple(value for argument in node.args for value in evaluator.values(argument, frame))
    choice = (frame.module.path, expression_of(node))
    found = elements(evaluator, first(evaluator, node, frame), node, choice)
    if isinstance(node.func, ast.Name) and node.func.id == "next" and len(node.args) > 1:
        return (*found, *evaluator.values(node.args[1], frame))
    return found


def keyed(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``dict.fromkeys(keys, value)``."""
    given = arguments_of(node, frame, evaluator)
    value = given.at(1, ("value",), evaluator) or (Constant(value=None),)
    found = (_as_collection(evaluator, keys, node, frame) for keys in given.at(0, (), evaluator))
    return tuple(
        Table(entries=tuple((item, value) for item in keys.items), world=keys.world)
        if isinstance(keys, Collection)
        else keys
        for keys in found
    )


ITERATION_RULES: dict[str, Callable[[Evaluator, ast.Call, Frame], Values]] = {
    **dict.fromkeys(("builtins.str", "builtins.iter", "tqdm.tqdm", "tqdm.auto.tqdm", "rich.progress.track"), first),
    **dict.fromkeys(("builtins.list", "builtins.tuple", "collections.deque", "more_itertools.always_iterable"), listed),
    **dict.fromkeys(("builtins.sorted", "builtins.set", "builtins.frozenset", "builtins.reversed"), shuffled),
    **dict.fromkeys(("random.sample", "natsort.natsorted", "numpy.unique", "itertools.cycle"), shuffled),
    **dict.fromkeys(("random.choice", "numpy.random.choice", "builtins.next", "builtins.max", "builtins.min"), any_of),
    **dict.fromkeys(("builtins.filter", "itertools.filterfalse", "itertools.takewhile"), filtered),
    **dict.fromkeys(("builtins.zip", "itertools.zip_longest"), zipped),
    "itertools.product": multiplied,
    "itertools.chain": chained,
    "itertools.chain.from_iterable": flattened,
    "itertools.islice": first,
    "builtins.sum": flattened,
    "builtins.enumerate": enumerated,
    "builtins.range": counted,
    "builtins.map": mapped,
    "builtins.dict.fromkeys": keyed,
}
