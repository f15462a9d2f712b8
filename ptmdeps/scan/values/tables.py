"""Dictionaries: what is under a key, what their methods give, and what is put into them later."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from ptmdeps.scan.reaching import Binding
from ptmdeps.scan.values.arguments import is_none
from ptmdeps.scan.values.evaluator import MAXIMUM_VALUES, Evaluator
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    Frame,
    Item,
    Lazy,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_by,
    within,
)
from ptmdeps.unguarded import replace


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


def under_key(
    evaluator: Evaluator, table: Table, key: ast.expr, frame: Frame, *, has_to_be_there: bool = False
) -> Values:
    """Return what a dictionary has under an expression: its own entry for each known key, else all that may be it.

    A key that ``has_to_be_there`` and is ``None`` by default is one that a caller gives: any of them.
    """
    entries = flat_entries(evaluator, table.entries)
    if len(entries) > 8 * MAXIMUM_VALUES:
        return (Unknown(reason=f"it has {len(entries)} entries", expression=expression_of(key)),)
    keys = evaluator.values(key, frame)
    if isinstance(key, ast.Constant) and any(isinstance(value, Unknown) for value in keys):
        return keys  # the search was given up, which makes no other key of this one
    found: list[Value] = []
    if keys and all(isinstance(value, (Text, Constant, Collection)) for value in keys):
        for value in keys:
            found.extend(within(_entry(evaluator, entries, value), value.world))
        if not found and not (has_to_be_there and all(is_none(value) for value in keys)):
            entries = [(name, item) for name, item in entries if not _is_known_key(evaluator, name)]
        if not found and not entries:
            reason = f"nothing is found under `{expression_of(key)}`"
            return (Unknown(reason=reason, expression=expression_of(key)),)
    if not found:
        choice = (frame.module.path, f"[{expression_of(key)}]")
        for index, (_, item) in enumerate(entries[: MAXIMUM_VALUES + 1]):
            found.extend(within(evaluator.item(item), {choice: index}))
    return within(tuple(found), table.world)


def _is_known_key(evaluator: Evaluator, key: Item | None) -> bool:
    return key is not None and all(isinstance(value, (Text, Constant, Collection)) for value in evaluator.item(key))


def _entry(evaluator: Evaluator, entries: list[tuple[Item | None, Item]], key: Value) -> Values:
    """Return what the last entry of a key has; older ones count as long as it cannot be known."""
    found: list[Value] = []
    for name, item in reversed(entries):
        for other in evaluator.item(name) if name is not None else ():
            if _same(evaluator, key, other):
                found.extend(within(evaluator.item(item), other.world))
        if any(not isinstance(value, Unknown) for value in found) and not (name and len(evaluator.item(name)) > 1):
            break
    return tuple(found)


def _same(evaluator: Evaluator, first: Value, second: Value) -> bool:
    match first, second:
        case Collection(items=ones), Collection(items=others) if len(ones) == len(others):
            pairs = zip(ones, others, strict=True)
            return all(_same_items(evaluator, evaluator.item(one), evaluator.item(other)) for one, other in pairs)
        case Text(text=one), Text(text=other):
            return one == other
        case Constant(value=one), Constant(value=other):
            return one == other and type(one) is type(other)
    return False


def _same_items(evaluator: Evaluator, first: Values, second: Values) -> bool:
    return len(first) == len(second) == 1 and _same(evaluator, first[0], second[0])


def merged(evaluator: Evaluator, first: Table, second: Table) -> Table:
    """Return two nested dictionaries put together key by key, as ``OmegaConf.merge`` does; the second one wins."""
    entries: dict[str, tuple[Item | None, Item]] = {}
    others: list[tuple[Item | None, Item]] = []
    for key, item in (*flat_entries(evaluator, first.entries), *flat_entries(evaluator, second.entries)):
        text = next((value.text for value in evaluator.item(key) if isinstance(value, Text)), None) if key else None
        if text is None:
            others.append((key, item))
            continue
        old = list(evaluator.item(entries[text][1])) if text in entries else []
        new = evaluator.item(item)
        match old, new:
            case [Table() as left], (Table() as right,):
                entries[text] = key, (merged(evaluator, left, right),)
            case _:
                entries[text] = key, item
    return Table(entries=(*others, *entries.values()))


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
            case Table(entries=entries), ast.Call(func=ast.Attribute(attr="update"), args=args, keywords=keywords), _:
                spread = [*args[:1], *(keyword.value for keyword in keywords if keyword.arg is None)]
                named = [((Text(text=word.arg),), Lazy(word.value, here)) for word in keywords if word.arg is not None]
                value = replace(value, entries=(*entries, *((None, Lazy(other, here)) for other in spread), *named))
            case Table(entries=entries), ast.Call(func=ast.Attribute(attr="setdefault"), args=[key, item]), _:
                value = replace(value, entries=((Lazy(key, here), Lazy(item, here)), *entries))
            case Collection(items=items), ast.Call(func=ast.Attribute(attr="append" | "add"), args=[item]), _:
                value = replace(value, items=(*items, Lazy(item, here)))
            case Collection(items=items), ast.Call(func=ast.Attribute(attr="insert"), args=[_, item]), _:
                value = replace(value, items=(*items, Lazy(item, here)))
            case Collection(items=items), ast.Call(func=ast.Attribute(attr="extend"), args=[other]), _:
                starred_other = ast.copy_location(ast.Starred(value=other, ctx=ast.Load()), other)
                value = replace(value, items=(*items, Lazy(starred_other, here)))
    return value


def get(evaluator: Evaluator, table: Table, call: ast.Call, frame: Frame) -> Values:
    """``table.get(key, default)`` and ``pop``: the entry, and the default where the key may be missing."""
    if not call.args:
        return ()
    if table.sections:
        return _of_section(evaluator, table, call, frame)
    found = under_key(evaluator, table, call.args[0], frame)
    keys = evaluator.values(call.args[0], frame)
    found = tuple(value for value in found if not isinstance(value, Unknown)) if len(call.args) > 1 else found
    certain = found and keys and all(isinstance(key, (Text, Constant)) for key in keys)
    if len(call.args) > 1 and not certain:
        found = (*found, *evaluator.values(call.args[1], frame))
    return found_by(found, "registry")


def _of_section(evaluator: Evaluator, table: Table, call: ast.Call, frame: Frame) -> Values:
    """``ConfigParser.get(section, key, fallback=…)``."""
    found: list[Value] = []
    if len(call.args) > 1:
        for section in under_key(evaluator, table, call.args[0], frame):
            if isinstance(section, Table):
                found.extend(under_key(evaluator, section, call.args[1], frame))
    fallback = [keyword.value for keyword in call.keywords if keyword.arg == "fallback"]
    found.extend(value for node in fallback for value in evaluator.values(node, frame))
    missing = Unknown(reason="the settings that are read have no such key", expression=expression_of(call))
    return found_by(tuple(found), "config") or (missing,)


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
    "clone": same,
}
