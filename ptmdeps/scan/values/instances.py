"""Attributes of objects of the project: fields, what their constructor was given, and what methods assign."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.source import has_line_between
from ptmdeps.scan.symbols import Scope
from ptmdeps.scan.values.arguments import arguments_of, bound, of_key, parameters_of
from ptmdeps.scan.values.callers import callers_of
from ptmdeps.scan.values.classes import find_function, lineage, own, subclasses
from ptmdeps.scan.values.containers import part_of
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.parameters import can_follow
from ptmdeps.scan.values.tables import additions_to
from ptmdeps.scan.values.types import of_annotation
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    Definition,
    External,
    Frame,
    Instance,
    Item,
    Lazy,
    LazyCall,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_by,
    made_of,
    within,
)
from ptmdeps.unguarded import replace

_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple", "collections.namedtuple"})
_TYPED = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
_DICTIONARIES = frozenset({"builtins.dict", "collections.OrderedDict", "collections.UserDict"})
_FIELD_MAKERS = frozenset({"ib", "attrib", "field", "Factory"})
_MAXIMUM_FIELDS = 500


def of_instance(evaluator: Evaluator, instance: Instance, name: str, node: ast.expr) -> Values:
    """Return an attribute of an object of the project.

    Everything that the class, the classes it derives from and, for an object that nobody was seen to make, the
    classes that derive from it put there. What the object was made with takes the place of the class's default.
    """
    given = tuple(_given(evaluator, instance, name))
    certain = instance.call is not None and any(not isinstance(value, Unknown) for value in given)
    found, external = _of_classes(evaluator, instance, name, with_defaults=not certain)
    found = [*given, *found]
    if instance.call is None:
        found.extend(_overridden(evaluator, instance.definition, name))
    if not found and name == "hparams":
        found.extend(_saved_parameters(evaluator, instance.definition))
    if not found:
        found.extend(_declared(evaluator, instance.definition, name))
    if not found and external and (table := _held_by(evaluator, instance)) is not None:
        found.extend(of_key(table, name, evaluator))
    missing = Unknown(reason=f"`{instance.definition.node.name}` does not set `{name}`", expression=expression_of(node))
    return tuple(found) or tuple(external) or (missing,)


def _held_by(evaluator: Evaluator, instance: Instance) -> Table | None:
    """Return the dictionary that an object is, whose keys such classes often offer as attributes."""
    items = items_of_instance(evaluator, instance)
    return items if isinstance(items, Table) else None


def _of_classes(
    evaluator: Evaluator, instance: Instance, name: str, *, with_defaults: bool
) -> tuple[list[Value], list[Value]]:
    """Return what the classes of an object put under a name, and what libraries among them may."""
    found: list[Value] = []
    external: list[Value] = []
    for value in lineage(evaluator, instance.definition):
        match value:
            case Definition():
                found.extend(_assigned(evaluator, value, instance, name))
                if with_defaults:
                    found.extend(own(evaluator, value, name, instance))
            case External(name=dotted):
                external.append(External(name=f"{dotted}.{name}"))
        if any(not isinstance(value, Constant) for value in found):
            break
    if any(_is_settings(value) for value in lineage(evaluator, instance.definition)):
        found = list(found_by(tuple(found), "environment"))
    return found, external


def _is_settings(value: Value) -> bool:
    """Whether a class takes its fields from the environment."""
    return isinstance(value, External) and value.name.rpartition(".")[2] == "BaseSettings"


def _given(evaluator: Evaluator, instance: Instance, name: str) -> Iterator[Value]:
    """Yield what was given for an attribute: set later, or by the call of a constructor that takes the fields."""
    for table in reversed(instance.fields):
        values = of_key(table, name, evaluator)
        yield from _as_declared(evaluator, instance.definition, name, values)
        if not table.partial and any(not isinstance(value, Unknown) for value in values):
            return
    fields = fields_of(evaluator, instance.definition)
    if name not in fields or find_function(evaluator, instance.definition, "__init__") is not None:
        return
    if instance.call is not None:
        values = _field(evaluator, instance.call, name, fields.index(name))
        yield from _as_declared(evaluator, instance.definition, name, values)
    else:
        yield from _given_anywhere(evaluator, instance.definition, name, fields.index(name))


def _given_anywhere(evaluator: Evaluator, definition: Definition, name: str, position: int) -> Iterator[Value]:
    """Yield what any call of a constructor gives for a field."""
    node = definition.node
    if not isinstance(node, ast.ClassDef):
        return
    constructor = Definition(module=definition.module, node=_constructor(node), owners=(*definition.owners, node))
    with evaluator.once((*definition.identity, "constructed", name)) as first:
        for index, caller in enumerate(callers_of(evaluator, constructor) if first else ()):
            values = _field(evaluator, LazyCall(caller.call, caller.frame), name, position)
            yield from within(values, {(definition.identity, "made"): index})


def _as_declared(evaluator: Evaluator, definition: Definition, name: str, values: Values) -> Iterator[Value]:
    """Yield values of a field; a dictionary becomes an object of the class that the field is declared with."""
    for value in values:
        if isinstance(value, Table):
            declared = [made for made in _declared(evaluator, definition, name) if isinstance(made, Instance)]
            if declared:
                frame = Frame(module=definition.module, owners=definition.owners)
                yield from (made_of(made.definition, (value,), definition.node, frame) for made in declared)
                continue
        yield value


def _declared(evaluator: Evaluator, definition: Definition, name: str) -> Iterator[Value]:
    """Yield an object of the class that a field is declared with."""
    for value in lineage(evaluator, definition):
        if isinstance(value, Definition):
            annotation = value.module.scopes.of(value.node).annotations.get(name)
            if annotation is not None:
                frame = Frame(module=value.module, owners=(*value.owners, value.node))
                yield from of_annotation(evaluator, annotation, frame)
                return


def _constructor(node: ast.ClassDef) -> ast.FunctionDef:
    """Return a function that stands for the ``__init__`` that a class gets from its fields."""
    arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    made = ast.FunctionDef(name="__init__", args=arguments, body=[], decorator_list=[])
    return ast.copy_location(made, node)


def fields_of(evaluator: Evaluator, definition: Definition) -> list[str]:
    """Return the names of the fields of a class in the order in which its constructor takes them."""
    found: dict[str, None] = {}
    for value in reversed(lineage(evaluator, definition)):
        if isinstance(value, Definition) and isinstance(value.node, ast.ClassDef):
            found.update(dict.fromkeys(_fields(value.node)))
    return list(found)


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                if "ClassVar" not in expression_of(annotation):
                    yield name
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(attr=maker) | ast.Name(id=maker)),
            ) if maker in _FIELD_MAKERS:
                yield name


def _field(evaluator: Evaluator, call: LazyCall, name: str, position: int) -> Values:
    given = arguments_of(call.node, call.frame, evaluator)
    location = call.frame.module.location(call.node)
    return found_by(given.at(position, (name,), evaluator), "argument", location)


def _methods(
    evaluator: Evaluator, definition: Definition, name: str
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Scope, str]]:
    """Yield the functions of a class that speak of an attribute, with their tables and their first parameters."""
    lines = evaluator.lines_with_attribute(definition.module, name)
    for statement in getattr(definition.node, "body", []):
        if isinstance(statement, FUNCTIONS) and has_line_between(lines, statement.lineno, statement.end_lineno or 0):
            first = next(iter((*statement.args.posonlyargs, *statement.args.args)), None)
            if first is not None:
                yield statement, definition.module.scopes.of(statement), first.arg


def _assigned(evaluator: Evaluator, definition: Definition, instance: Instance, name: str) -> Iterator[Value]:
    """Yield what the functions of a class assign to ``self.name``, with what they put into it later."""
    found: list[Value] = []
    methods = list(_methods(evaluator, definition, name))
    for function, scope, receiver in methods:
        frame = Frame(module=definition.module, owners=(*definition.owners, definition.node, function))
        for binding in scope.attributes.get((receiver, name), ()):
            if isinstance(binding.value, ast.expr) and binding.kind in ("value", "context"):
                here = _constructed(evaluator, frame, instance) if function.name == "__init__" else frame
                here = replace(here, statement=binding.statement)
                values = part_of(evaluator, evaluator.values(binding.value, here), binding.path)
                if isinstance(binding.statement, ast.AnnAssign) and all(isinstance(value, Unknown) for value in values):
                    values = (*values, *of_annotation(evaluator, binding.statement.annotation, frame))
                found.extend(found_by(values, "attribute", definition.module.location(binding.value)))
    if any(_is_container(value) for value in found):
        for function, scope, receiver in methods:
            frame = Frame(module=definition.module, owners=(*definition.owners, definition.node, function))
            found = list(additions_to(tuple(found), scope.additions.get(f"{receiver}.{name}", []), frame))
    yield from found


def _is_container(value: Value) -> bool:
    return not isinstance(value, (Text, Unknown, Constant, Instance, External))


def _constructed(evaluator: Evaluator, frame: Frame, instance: Instance) -> Frame:
    """Return the frame of ``__init__`` with the arguments of the call that made the object, where it is known."""
    call = instance.call
    function = frame.owner
    if call is None or not isinstance(function, FUNCTIONS) or not can_follow(call.frame):
        return frame
    given = arguments_of(call.node, call.frame, evaluator)
    around = replace(frame, owners=frame.owners[:-1])
    arguments = bound(function, given, evaluator, receiver=(instance,), defaults=around)
    return replace(frame, called=function, arguments=arguments, depth=call.frame.depth + 1)


def _saved_parameters(evaluator: Evaluator, definition: Definition) -> Iterator[Value]:
    """Yield the parameters of ``__init__`` as a dictionary, if it calls Lightning's ``save_hyperparameters``."""
    function = find_function(evaluator, definition, "__init__")
    if function is None or not isinstance(function.node, FUNCTIONS):
        return
    lines = function.module.lines_with_words(["save_hyperparameters"])
    if has_line_between(lines, function.node.lineno, function.node.end_lineno or function.node.lineno):
        frame = Frame(module=function.module, owners=(*function.owners, function.node))
        names = [parameter for parameter, _ in parameters_of(function.node)][1:]
        entries: list[tuple[Item | None, Item]] = [
            ((Text(text=parameter.arg),), Lazy(_name_at(parameter.arg, parameter), frame)) for parameter in names
        ]
        yield Table(entries=tuple(entries))


def _name_at(name: str, node: ast.AST) -> ast.Name:
    return ast.copy_location(ast.Name(id=name, ctx=ast.Load()), node)


def _overridden(evaluator: Evaluator, definition: Definition, name: str) -> Iterator[Value]:
    """Yield what classes that derive from a class set instead, in the files that mention it."""
    if isinstance(definition.node, ast.ClassDef):
        for derived in subclasses(evaluator, definition):
            instance = Instance(definition=derived)
            found = own(evaluator, derived, name, instance)
            yield from found
            if not found:
                yield from _assigned(evaluator, derived, instance, name)


def fields_of_tuple(evaluator: Evaluator, instance: Instance) -> list[Item] | None:
    """Return the fields of a named tuple in order, which is what unpacking it gives; ``None`` for other objects."""
    classes = lineage(evaluator, instance.definition)
    if not any(isinstance(value, External) and value.name in _TUPLES for value in classes):
        return None
    return [_attribute_of(instance, name) for name in fields_of(evaluator, instance.definition)]


def items_of_instance(evaluator: Evaluator, instance: Instance) -> Table | Collection | None:
    """Return what ``value[key]`` looks in: the fields of a named tuple or ``TypedDict``, or what a dictionary holds."""
    if (fields := fields_of_tuple(evaluator, instance)) is not None:
        return Collection(items=tuple(fields), world=instance.world)
    bases = {value.name for value in lineage(evaluator, instance.definition) if isinstance(value, External)}
    if bases & _TYPED:
        return table_of_instance(evaluator, instance)
    return _held(evaluator, instance) if bases & _DICTIONARIES else None


def _held(evaluator: Evaluator, instance: Instance) -> Table | None:
    """Return what an object of a class that derives from ``dict`` was made with."""
    from ptmdeps.scan.values.records import namespace  # which knows how dictionaries are made

    if instance.call is None or find_function(evaluator, instance.definition, "__init__") is not None:
        return None
    made = namespace(evaluator, instance.call.node, instance.call.frame)
    return next((value for value in made if isinstance(value, Table)), None)


def table_of_instance(evaluator: Evaluator, instance: Instance) -> Table:
    """Return the attributes of an object as the dictionary that ``vars`` and ``asdict`` give."""
    names = dict.fromkeys(fields_of(evaluator, instance.definition))
    for value in lineage(evaluator, instance.definition):
        if isinstance(value, Definition):
            for _, scope, receiver in _methods(evaluator, value, ""):
                names.update(dict.fromkeys(name for owner, name in scope.attributes if owner == receiver))
    entries = (((Text(text=name),), _attribute_of(instance, name)) for name in list(names)[:_MAXIMUM_FIELDS])
    return Table(entries=tuple(entries), world=instance.world)


def _attribute_of(instance: Instance, name: str) -> Lazy:
    """Return an attribute that is looked up when it is asked for."""
    definition = instance.definition
    frame = Frame(module=definition.module, owners=definition.owners[:1], variables={"object": (instance,)})
    held = _name_at("object", definition.node)
    return Lazy(ast.copy_location(ast.Attribute(value=held, attr=name, ctx=ast.Load()), definition.node), frame)
