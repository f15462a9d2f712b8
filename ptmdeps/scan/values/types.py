"""Types: the classes that annotations name, for values that nothing else is known of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ptmdeps.scan.values.enums import is_enumeration, members_of_enumeration
from ptmdeps.scan.values.evaluator import Evaluator
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
)

_WRAPPERS = frozenset({"Optional", "Annotated", "ClassVar", "Final", "Required", "NotRequired", "InitVar"})
_UNIONS = frozenset({"Union"})
_COLLECTIONS = frozenset(
    {"list", "List", "tuple", "Tuple", "set", "Set", "frozenset", "Sequence", "Iterable", "Iterator", "Collection"}
)
_TABLES = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "DefaultDict"})
_MAXIMUM_NESTING = 8


def of_annotation(evaluator: Evaluator, annotation: ast.expr, frame: Frame, nesting: int = 0) -> Iterator[Value]:
    """Yield what a type allows, where that says more than nothing.

    Objects of the project's classes, alone or in containers (``A``, ``A | None``, ``Optional[A]``, ``"A"``,
    ``list[A]``, ``dict[str, A]``), the members of its enums, and the texts of ``Literal["a", "b"]``.
    """
    if nesting > _MAXIMUM_NESTING:
        return
    match annotation:
        case ast.Constant(value=str(text)):
            if (inner := _parsed(text)) is not None:
                ast.copy_location(inner, annotation)
                yield from of_annotation(evaluator, inner, frame, nesting + 1)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from of_annotation(evaluator, left, frame, nesting + 1)
            yield from of_annotation(evaluator, right, frame, nesting + 1)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            yield from _of_generic(evaluator, name, inner, frame, nesting + 1)
        case ast.Name() | ast.Attribute():
            for value in evaluator.values(annotation, frame):
                if not isinstance(value, Definition) or not isinstance(value.node, ast.ClassDef):
                    continue
                if is_enumeration(evaluator, value):
                    yield from found_by(tuple(members_of_enumeration(evaluator, value)), "registry")
                else:
                    yield Instance(definition=value)


def _parsed(text: str) -> ast.expr | None:
    try:
        inner = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None if isinstance(inner, ast.Constant) else inner


def _of_generic(evaluator: Evaluator, name: str, inner: ast.expr, frame: Frame, nesting: int) -> Iterator[Value]:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name in _WRAPPERS and parts:
        yield from of_annotation(evaluator, parts[0], frame, nesting)
    elif name in _UNIONS:
        for part in parts:
            yield from of_annotation(evaluator, part, frame, nesting)
    elif name == "Literal":
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield from found_by(evaluator.values(part, frame), "registry")
    elif name in _COLLECTIONS | _TABLES and parts:
        element = tuple(of_annotation(evaluator, parts[-1] if name in _TABLES else parts[0], frame, nesting))
        key = (Unknown(reason="it is any key", expression=expression_of(inner)),)
        if element:
            is_table = name in _TABLES
            yield Table(entries=((key, element),)) if is_table else Collection(items=(element,), unordered=True)


def is_opaque(value: Value) -> bool:
    """Whether nothing is known of a value that its declared type would not say better."""
    match value:
        case Unknown() | Constant(value=None):
            return True
        case Object(name=name):
            return not any(part[:1].isupper() for part in name.rpartition(".")[2:])
        case External(name=name):
            return not name.rpartition(".")[2][:1].isupper()
    return False


def better_typed(evaluator: Evaluator, values: Values, annotation: ast.expr | None, frame: Frame) -> Values:
    """Return values, with what their declared type says if it says more than they do."""
    if annotation is None or not all(is_opaque(value) for value in values):
        return values
    return (*values, *of_annotation(evaluator, annotation, frame))


def arguments_of_literal(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``typing.get_args(Literal["a", "b"])``: the texts."""
    items: list[Lazy | Values] = []
    for argument in node.args:
        for value, place in _definitions_of(argument, frame):
            items.extend((text,) for text in of_annotation(evaluator, value, place) if isinstance(text, Text))
    return (Collection(items=tuple(items)),)


def _definitions_of(node: ast.expr, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
    """Yield the expression that a name of the same file stands for."""
    if not isinstance(node, ast.Name):
        yield node, frame
        return
    scope = frame.module.scopes.of(frame.module.tree)
    for reached in scope.reaching(node.id, None):
        if isinstance(reached.binding.value, ast.expr):
            yield reached.binding.value, Frame(module=frame.module, owners=(frame.module.tree,))


Rule = Callable[[Evaluator, ast.Call, Frame], Values]
TYPE_RULES: dict[str, Rule] = dict.fromkeys(("typing.get_args", "typing_extensions.get_args"), arguments_of_literal)
