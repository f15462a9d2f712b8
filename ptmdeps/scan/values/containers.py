"""Lists, tuples and dictionaries: their elements, what is under a key, and what is added to them later."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from pathlib import PurePosixPath

from ptmdeps.scan.values.enums import is_enumeration, members_of_enumeration
from ptmdeps.scan.values.environment import variable
from ptmdeps.scan.values.evaluator import MAXIMUM_VALUES, Evaluator
from ptmdeps.scan.values.paths import lines_of
from ptmdeps.scan.values.tables import flat_entries, under_key
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    Content,
    Definition,
    External,
    Frame,
    Instance,
    Item,
    Lazy,
    Local,
    Object,
    Options,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_at,
    found_by,
    within,
)
from ptmdeps.unguarded import replace


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


def _items(evaluator: Evaluator, container: Value) -> list[Item] | None:  # noqa: PLR0911 - one result a case
    """Return the items that iterating over a value gives."""
    match container:
        case Collection(items=items):
            return list(_opened(evaluator, items))
        case Table(entries=entries):
            return [key for key, _ in flat_entries(evaluator, entries) if key is not None]
        case Definition(node=ast.ClassDef()) if is_enumeration(evaluator, container):
            return [(member,) for member in members_of_enumeration(evaluator, container)]
        case Instance():
            return _fields_of_tuple(evaluator, container)
        case Content():
            return list(lines_of(evaluator, container).items)
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


def _fields_of_tuple(evaluator: Evaluator, instance: Instance) -> list[Item] | None:
    """Return the fields of a ``NamedTuple`` in order, which is what unpacking it gives."""
    from ptmdeps.scan.values.instances import fields_of_tuple  # objects look into containers

    return fields_of_tuple(evaluator, instance)


def part_of(evaluator: Evaluator, values: Values, path: tuple[int, ...]) -> Values:
    """Return the part of the values that a target such as ``(a, b), c`` takes."""
    for index in path:
        values = tuple(found for value in values for found in _at_index(evaluator, value, index, str(index)))
    return values


def subscript(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``container[key]``: what is there, or everything if the key is not known."""
    assert isinstance(node, ast.Subscript)  # noqa: S101 - the table of rules says so
    found: list[Value] = []
    for container in evaluator.values(node.value, frame):
        found.extend(_under(evaluator, container, node, frame))
    return found_at(tuple(found), "registry", node, frame)


def _under(evaluator: Evaluator, container: Value, node: ast.Subscript, frame: Frame) -> Values:  # noqa: C901, PLR0911 - one result a case
    match container:
        case Unknown():
            return (container,)
        case External(name="os.environ"):
            return variable(evaluator, node.slice, node, frame)
        case External(name="sys.argv"):
            reason = "it is given on the command line when the program runs"
            return (Unknown(reason=reason, expression=expression_of(node), outside=True),)
        case Local(file=str(file)) if isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            return (replace(container, path=expression_of(node), file=_folder_above(file, node.slice)),)
        case Options() | Instance() if (table := _looked_in(evaluator, container)) is not None:
            if isinstance(table, Collection):
                return _by_index(evaluator, table, node, frame)
            return under_key(evaluator, table, node.slice, frame)
        case External(name=name) if name.endswith(".__dict__"):
            keys = evaluator.values(node.slice, frame)
            module = name.removesuffix(".__dict__")
            return tuple(
                External(name=f"{module}.{key.text}", world=key.world) for key in keys if isinstance(key, Text)
            ) or tuple(key for key in keys if isinstance(key, Unknown))
        case Table():
            return under_key(evaluator, container, node.slice, frame, has_to_be_there=True)
        case Collection():
            return _by_index(evaluator, container, node, frame)
        case Definition() if is_enumeration(evaluator, container):
            names = [key.text for key in evaluator.values(node.slice, frame) if isinstance(key, Text)]
            named = [member for key in names for member in members_of_enumeration(evaluator, container, key)]
            return tuple(named) or elements(evaluator, (container,), node, (frame.module.path, expression_of(node)))
        case Text(text=text) if isinstance(node.slice, ast.Slice):
            return _sliced(container, text, node.slice)
        case Instance() | Object():
            return (Unknown(reason="what is under this key is not followed", expression=expression_of(node)),)
    return (Unknown(reason="it is not a container", expression=expression_of(node)),)


def _folder_above(file: str, index: ast.expr) -> str | None:
    """Return the folder of a file that ``path.parents[index]`` gives; ``None`` outside the project."""
    folders = [str(folder) for folder in PurePosixPath(file).parents]
    match index:
        case ast.Constant(value=int(number)) if 0 <= number < len(folders):
            return folders[number]
    return None


def as_table(evaluator: Evaluator, value: Value) -> Table | None:
    """Return the dictionary of an object's attributes, which ``vars`` gives."""
    from ptmdeps.scan.values.instances import table_of_instance  # objects look into containers
    from ptmdeps.scan.values.options import table_of_options  # so do options

    match value:
        case Table():
            return value
        case Options():
            return table_of_options(evaluator, value)
        case Instance():
            return table_of_instance(evaluator, value)
    return None


def _looked_in(evaluator: Evaluator, value: Value) -> Table | Collection | None:
    """Return what ``value[key]`` looks in."""
    from ptmdeps.scan.values.instances import items_of_instance  # objects look into containers

    return items_of_instance(evaluator, value) if isinstance(value, Instance) else as_table(evaluator, value)


def _by_index(evaluator: Evaluator, collection: Collection, node: ast.Subscript, frame: Frame) -> Values:
    keys = () if isinstance(node.slice, ast.Slice) else evaluator.values(node.slice, frame)
    match keys:
        case (Constant(value=int(index)),) if not collection.unordered:
            return _at_index(evaluator, collection, index, expression_of(node))
    if isinstance(node.slice, ast.Slice):
        return (collection,)
    return elements(evaluator, (collection,), node, (frame.module.path, f"[{expression_of(node.slice)}]"))


def _at_index(evaluator: Evaluator, value: Value, index: int, expression: str) -> Values:
    if isinstance(value, Instance) and (fields := _fields_of_tuple(evaluator, value)):
        value = Collection(items=tuple(fields), world=value.world)
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
