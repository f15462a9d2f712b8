"""What is put into an object after it was made: entries, elements and attributes, by later statements and functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ptmdeps.scan.reaching import FUNCTIONS, Binding, Position, reaching
from ptmdeps.scan.symbols import Scope
from ptmdeps.scan.values.arguments import of_key
from ptmdeps.scan.values.evaluator import MAXIMUM_VALUES, Evaluator
from ptmdeps.scan.values.tables import additions_to, merged
from ptmdeps.scan.values.value import (
    Collection,
    Frame,
    Instance,
    Item,
    Lazy,
    Options,
    Table,
    Text,
    Value,
    Values,
)
from ptmdeps.scan.walk import places_of_statements
from ptmdeps.unguarded import replace


def with_changes(
    evaluator: Evaluator, values: Values, text: str, *, scope: Scope, frame: Frame, use: Position | None
) -> Values:
    """Return the values of a name with what the code puts into them before ``use``."""
    if any(isinstance(value, (Table, Collection)) for value in values):
        more = scope.additions.get(text, [])
        if not any(isinstance(value, Table) for value in values):  # of a list, the order matters
            more = [one for one in more if reaching("", [one], use)]
        if more:
            values = additions_to(values, more, frame)
        if isinstance(scope.owner, ast.Module):
            for inner, added in _added_in_functions(evaluator, text, frame):
                values = additions_to(values, added, inner)
    changes = scope.changes.get(text, ())
    if changes and any(isinstance(value, (Table, Instance, Options)) for value in values):
        for path, item, certain in _reaching_changes(changes, frame, use):
            values = tuple(_changed(evaluator, value, path, item, certain=certain) for value in values)
    return values


def _added_in_functions(evaluator: Evaluator, text: str, frame: Frame) -> list[tuple[Frame, list[Binding]]]:
    """Return what the functions of a file put into one of the file's own names, each with its frame."""
    key = ("added", frame.module.path, text)
    found: list[tuple[Frame, list[Binding]]] = evaluator.noted(key, lambda: list(_find_added(text, frame)))
    return found


def _find_added(text: str, frame: Frame) -> Iterator[tuple[Frame, list[Binding]]]:
    module = frame.module
    word = re.escape(text.encode())
    pattern = re.compile(rb"%b(?<!\w%b)\s*(?:\[|\.\s*(?:append|add|insert|extend|update|setdefault)\b)" % (word, word))
    seen: set[int] = set()
    for _, owners in places_of_statements(module, module.lines_with(pattern, text)):
        owner = owners[-1]
        if isinstance(owner, FUNCTIONS) and id(owner) not in seen:
            seen.add(id(owner))
            scope = module.scopes.of(owner)
            if text in scope.additions and (text not in scope.bindings or text in scope.shared):
                yield Frame(module=module, owners=owners), scope.additions[text]


def _reaching_changes(
    changes: Sequence[tuple[tuple[str, ...], Binding]], frame: Frame, use: Position | None
) -> Iterator[tuple[tuple[str, ...], Item, bool]]:
    """Yield the changes that hold at a use: the way to what is changed, its value, and whether it surely was."""
    by_path: dict[tuple[str, ...], list[Binding]] = {}
    for path, binding in changes[: 4 * MAXIMUM_VALUES]:
        if binding.kind == "value" and not binding.path:
            by_path.setdefault(path, []).append(binding)
    for path, bindings in by_path.items():
        for reached in reaching("", bindings, use):
            binding = reached.binding
            if isinstance(binding.value, ast.expr):
                item = Lazy(binding.value, replace(frame, statement=binding.statement))
                yield path, item, _is_straight(binding.position, use)


def _is_straight(position: Position, use: Position | None) -> bool:
    """Whether a statement surely ran before a use: it stands in a block that leads to it."""
    if use is None or len(position) > len(use):
        return False
    return all(one.statement is other.statement for one, other in zip(position[:-1], use, strict=False))


def _changed(evaluator: Evaluator, value: Value, path: tuple[str, ...], item: Item, *, certain: bool) -> Value:
    match value:
        case Table():
            if not certain and len(path) == 1:
                item = (*of_key(value, path[0], evaluator), *evaluator.item(item))
            return replace(merged(evaluator, value, _nested(path, item)), world=value.world, sections=value.sections)
        case Instance() | Options() if len(path) == 1:
            return replace(value, fields=(*value.fields, replace(_nested(path, item), partial=not certain)))
    return value


def _nested(path: tuple[str, ...], item: Item) -> Table:
    """Return a dictionary that has one value at the end of a way of keys."""
    table = Table(entries=(((Text(text=path[-1]),), item),))
    for key in reversed(path[:-1]):
        table = Table(entries=(((Text(text=key),), (table,)),))
    return table
