"""Lists, tuples and dictionaries: their elements, what is under a key, and what is added to them later."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from ptmdeps.scan.reaching import Binding
from ptmdeps.scan.values.evaluator import MAXIMUM_VALUES, Evaluator
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    Definition,
    External,
    Frame,
    Instance,
    Lazy,
    Object,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_by,
    within,
)

Item = Lazy | tuple[Value, ...]


def display(_evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for lists, tuples and sets that are written out."""
    assert isinstance(node, (ast.List, ast.Tuple, ast.Set))  # noqa: S101 - the table of rules says so
    return (Collection(items=tuple(Lazy(element, frame) for element in node.elts)),)


def dictionary(_evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for dictionaries that are written out."""
    assert isinstance(node, ast.Dict)  # noqa: S101 - the table of rules says so
    entries = (
        (None if key is None else Lazy(key, frame), Lazy(value, frame))
        for key, value in zip(node.keys, node.values, strict=True)
    )
    return (Table(entries=tuple(entries)),)


def starred(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``*other`` in a display: any element of the other."""
    assert isinstance(node, ast.Starred)  # noqa: S101 - the table of rules says so
    place = (frame.module.path, node.lineno, node.col_offset)
    return elements(evaluator, evaluator.values(node.value, frame), node.value, place)


def elements(evaluator: Evaluator, containers: Values, node: ast.AST, choice: Hashable) -> Values:
    """Return every element that taking one from ``containers`` can give.

    Each element remembers that it was the one chosen at ``choice``, so that two values that come from the same
    turn of a loop stay together.
    """
    found: list[Value] = []
    for container in containers:
        items = _items(evaluator, container)
        if items is None:
            if not isinstance(container, Unknown):
                reason = "what it iterates over is not known"
                container = Unknown(reason=reason, expression=expression_of(node))  # noqa: PLW2901
            found.append(container)
        elif len(items) > MAXIMUM_VALUES:
            found.append(Unknown(reason=f"it has {len(items)} elements", expression=expression_of(node)))
        else:
            for index, item in enumerate(items):
                values = found_by(evaluator.item(item), "registry")
                found.extend(within(within(values, container.world), {choice: index}))
    return tuple(found)


def _items(evaluator: Evaluator, container: Value) -> list[Item] | None:
    """Return the items that iterating over a value gives."""
    match container:
        case Collection(items=items):
            return list(_opened(evaluator, items))
        case Table(entries=entries):
            return [key for key, _ in flat_entries(evaluator, entries) if key is not None]
        case Definition(node=ast.ClassDef()) if is_enumeration(evaluator, container):
            return list(members_of_enumeration(container))
        case Constant():
            return []
    return None


def _opened(evaluator: Evaluator, items: Iterable[Item]) -> Iterable[Item]:
    for item in items:
        if isinstance(item, Lazy) and isinstance(item.node, ast.Starred):
            for inner in evaluator.values(item.node.value, item.frame):
                if isinstance(inner, Collection):
                    yield from inner.items
        else:
            yield item


def flat_entries(
    evaluator: Evaluator, entries: Iterable[tuple[Item | None, Item]], nesting: int = 0
) -> list[tuple[Item | None, Item]]:
    """Return the entries of a dictionary with ``**other`` opened."""
    found: list[tuple[Item | None, Item]] = []
    for key, value in entries:
        if key is not None:
            found.append((key, value))
        elif nesting < 8:  # noqa: PLR2004 - dictionaries that spread each other in a circle end here
            for inner in evaluator.item(value):
                if isinstance(inner, Table):
                    found.extend(flat_entries(evaluator, inner.entries, nesting + 1))
    return found


def is_enumeration(evaluator: Evaluator, definition: Definition) -> bool:
    """Whether a class of the project is an enum."""
    if not isinstance(definition.node, ast.ClassDef):
        return False
    frame = Frame(module=definition.module, owners=definition.owners)
    bases = (value for base in definition.node.bases for value in evaluator.values(base, frame))
    return any(isinstance(base, External) and base.name.rpartition(".")[2].endswith("Enum") for base in bases)


def members_of_enumeration(definition: Definition) -> Iterable[Item]:
    """Yield the values of an enum's members."""
    frame = Frame(module=definition.module, owners=(*definition.owners, definition.node))
    for statement in definition.node.body:
        if isinstance(statement, ast.Assign):
            yield Lazy(statement.value, frame)


def part_of(evaluator: Evaluator, values: Values, path: tuple[int, ...]) -> Values:
    """Return the part of the values that a target such as ``(a, b), c`` takes."""
    for index in path:
        values = tuple(found for value in values for found in _at_index(evaluator, value, index, str(index)))
    return values


def subscript(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``container[key]``: what is there, or everything if the key is not known."""
    assert isinstance(node, ast.Subscript)  # noqa: S101 - the table of rules says so
    location = frame.module.location(node)
    found: list[Value] = []
    for container in evaluator.values(node.value, frame):
        found.extend(_under(evaluator, container, node, frame))
    return found_by(tuple(found), "registry", location)


def _under(evaluator: Evaluator, container: Value, node: ast.Subscript, frame: Frame) -> Values:  # noqa: PLR0911 - one result a case
    match container:
        case Unknown():
            return (container,)
        case External(name="os.environ"):
            name = expression_of(node.slice)
            return (
                Unknown(
                    reason=f"environment variable {name} has no default", expression=expression_of(node), outside=True
                ),
            )
        case Table():
            return under_key(evaluator, container, node.slice, frame)
        case Collection():
            return _by_index(evaluator, container, node, frame)
        case Definition() if is_enumeration(evaluator, container):
            return elements(evaluator, (container,), node, (frame.module.path, expression_of(node)))
        case Text(text=text) if isinstance(node.slice, ast.Slice):
            return _sliced(container, text, node.slice)
        case Instance() | Object():
            return (Unknown(reason="what is under this key is not followed", expression=expression_of(node)),)
    return (Unknown(reason="it is not a container", expression=expression_of(node)),)


def under_key(evaluator: Evaluator, table: Table, key: ast.expr, frame: Frame) -> Values:
    """Return what a dictionary has under an expression: its own entry for each known key, else every entry."""
    entries = flat_entries(evaluator, table.entries)
    if len(entries) > 8 * MAXIMUM_VALUES:
        return (Unknown(reason=f"it has {len(entries)} entries", expression=expression_of(key)),)
    keys = evaluator.values(key, frame)
    known = [value for value in keys if isinstance(value, (Text, Constant))]
    found: list[Value] = []
    if known and len(known) == len(keys):
        for value in known:
            last: Item | None = None
            for name, item in entries:
                if name is not None and any(_same(value, other) for other in evaluator.item(name)):
                    last = item
            if last is not None:
                found.extend(within(evaluator.item(last), value.world))
    if not found:
        choice = (frame.module.path, f"[{expression_of(key)}]")
        for index, (_, item) in enumerate(entries[: MAXIMUM_VALUES + 1]):
            found.extend(within(evaluator.item(item), {choice: index}))
    return within(tuple(found), table.world)


def _same(first: Value, second: Value) -> bool:
    match first, second:
        case Text(text=one), Text(text=other):
            return one == other
        case Constant(value=one), Constant(value=other):
            return one == other and type(one) is type(other)
    return False


def _by_index(evaluator: Evaluator, collection: Collection, node: ast.Subscript, frame: Frame) -> Values:
    keys = () if isinstance(node.slice, ast.Slice) else evaluator.values(node.slice, frame)
    match keys:
        case (Constant(value=int(index)),):
            return _at_index(evaluator, collection, index, expression_of(node))
    if isinstance(node.slice, ast.Slice):
        return (collection,)
    return elements(evaluator, (collection,), node, (frame.module.path, f"[{expression_of(node.slice)}]"))


def _at_index(evaluator: Evaluator, value: Value, index: int, expression: str) -> Values:
    match value:
        case Collection(items=items):
            opened = list(_opened(evaluator, items))
            if -len(opened) <= index < len(opened):
                return within(evaluator.item(opened[index]), value.world)
        case Unknown() | Object() | Constant():
            return (value,) if isinstance(value, Unknown) else ()
    return (Unknown(reason="it has no such element", expression=expression),)


def _sliced(value: Text, text: str, cut: ast.Slice) -> Values:
    if expression_of(cut) == ":-1":  # how people take a slash off that may be there
        return (replace(value, text=text.removesuffix("/")),)
    bounds: list[int | None] = []
    for bound in (cut.lower, cut.upper, cut.step):
        match bound:
            case None:
                bounds.append(None)
            case ast.Constant(value=int(number)) if number != 0:
                bounds.append(number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))) if number != 0:
                bounds.append(-number)
            case _:
                return (Unknown(reason="where the text is cut is not known", expression=expression_of(cut)),)
    return (replace(value, text=text[slice(*bounds)], resolution="computed"),)


def additions_to(values: Values, more: list[Binding], frame: Frame) -> Values:
    """Return containers together with what later statements put into them."""
    return tuple(_with_additions(value, more, frame) for value in values)


def _with_additions(value: Value, more: list[Binding], frame: Frame) -> Value:
    for binding in more[:MAXIMUM_VALUES]:
        here = replace(frame, statement=binding.statement)
        match value, binding.value, binding.statement:
            case Table(entries=entries), ast.expr() as item, ast.Assign(targets=targets):
                keys = [target.slice for target in targets if isinstance(target, ast.Subscript)]
                added = tuple((Lazy(key, here), Lazy(item, here)) for key in keys)
                value = replace(value, entries=(*entries, *added))
            case Table(entries=entries), ast.Call(func=ast.Attribute(attr="update"), args=[other]), _:
                value = replace(value, entries=(*entries, (None, Lazy(other, here))))
            case Collection(items=items), ast.Call(func=ast.Attribute(attr="append" | "add"), args=[item]), _:
                value = replace(value, items=(*items, Lazy(item, here)))
            case Collection(items=items), ast.Call(func=ast.Attribute(attr="insert"), args=[_, item]), _:
                value = replace(value, items=(*items, Lazy(item, here)))
            case Collection(items=items), ast.Call(func=ast.Attribute(attr="extend"), args=[other]), _:
                spread = ast.copy_location(ast.Starred(value=other, ctx=ast.Load()), other)
                value = replace(value, items=(*items, Lazy(spread, here)))
    return value


def get(evaluator: Evaluator, table: Table, call: ast.Call, frame: Frame) -> Values:
    """``table.get(key, default)`` and ``pop``: the entry, and the default where the key may be missing."""
    if not call.args:
        return ()
    found = under_key(evaluator, table, call.args[0], frame)
    keys = evaluator.values(call.args[0], frame)
    certain = found and keys and all(isinstance(key, (Text, Constant)) for key in keys)
    if len(call.args) > 1 and not certain:
        found = (*found, *evaluator.values(call.args[1], frame))
    return found_by(found, "registry")


def values_of(evaluator: Evaluator, table: Table, _call: ast.Call, _frame: Frame) -> Values:
    """``table.values()``."""
    return (Collection(items=tuple(item for _, item in flat_entries(evaluator, table.entries)), world=table.world),)


def keys_of(evaluator: Evaluator, table: Table, _call: ast.Call, _frame: Frame) -> Values:
    """``table.keys()``."""
    keys = tuple(key for key, _ in flat_entries(evaluator, table.entries) if key is not None)
    return (Collection(items=keys, world=table.world),)


def items_of(evaluator: Evaluator, table: Table, _call: ast.Call, _frame: Frame) -> Values:
    """``table.items()``: pairs that stay together."""
    pairs = [(key, item) for key, item in flat_entries(evaluator, table.entries) if key is not None]
    return (Collection(items=tuple((Collection(items=pair),) for pair in pairs), world=table.world),)


def same(_evaluator: Evaluator, table: Table, _call: ast.Call, _frame: Frame) -> Values:
    """``table.copy()``."""
    return (table,)


TABLE_METHODS: dict[str, Callable[[Evaluator, Table, ast.Call, Frame], Values]] = {
    "get": get,
    "pop": get,
    "setdefault": get,
    "values": values_of,
    "keys": keys_of,
    "items": items_of,
    "copy": same,
}
