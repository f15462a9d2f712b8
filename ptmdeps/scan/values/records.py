"""Objects that are mostly fields: dataclasses, attrs, pydantic, named tuples and namespaces; made, copied, changed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ptmdeps.scan.values.arguments import arguments_of
from ptmdeps.scan.values.classes import find_function
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.instances import table_of_instance
from ptmdeps.scan.values.tables import merged
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    External,
    Frame,
    Instance,
    Item,
    Lazy,
    Options,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    made_of,
    within,
)
from ptmdeps.unguarded import replace

_VALIDATING = frozenset({"model_validate", "parse_obj", "model_construct", "construct", "from_dict", "from_yaml_dict"})
"""Class methods of pydantic and its like that make an object out of a dictionary."""

_COPYING = frozenset({"copy", "model_copy", "_replace"})
_DUMPING = frozenset({"dict", "model_dump", "_asdict", "to_dict", "asdict", "as_dict"})
METHODS = _VALIDATING | _COPYING | _DUMPING


def record_method(evaluator: Evaluator, receiver: Value, method: str, node: ast.Call, frame: Frame) -> Values | None:
    """Return what a method that a class gets from dataclass-like libraries gives; ``None`` if it is another one."""
    match receiver:
        case Definition(node=ast.ClassDef()) if method in _VALIDATING:
            if find_function(evaluator, receiver, method) is None:
                return _made_from_first(evaluator, receiver, node, frame)
        case Instance(definition=definition) if find_function(evaluator, definition, method) is None:
            if method in _DUMPING:
                return (table_of_instance(evaluator, receiver),)
            if method in _COPYING:
                return (_changed(evaluator, receiver, node, frame),)
    return None


def _made_from_first(evaluator: Evaluator, definition: Definition, node: ast.Call, frame: Frame) -> Values:
    given = arguments_of(node, frame, evaluator)
    data = given.at(0, ("obj", "data", "d"), evaluator)
    tables = [value for value in data if isinstance(value, Table)]
    if not tables:
        return (made_of(definition, (_keywords(node, frame),), node, frame),)
    return tuple(made_of(definition, (table,), node, frame) for table in tables)


def _keywords(node: ast.Call, frame: Frame) -> Table:
    """Return the keywords of a call as a dictionary."""
    return Table(
        entries=tuple(
            (None if keyword.arg is None else (Text(text=keyword.arg),), Lazy(keyword.value, frame))
            for keyword in node.keywords
        )
    )


def _changed(evaluator: Evaluator, instance: Instance, node: ast.Call, frame: Frame) -> Instance:
    """``copy(update={…})``, ``_replace(field=…)``: the same object with other values."""
    changes = [_keywords(node, frame)]
    for keyword in node.keywords:
        if keyword.arg == "update":
            changes = [value for value in evaluator.values(keyword.value, frame) if isinstance(value, Table)]
    return replace(instance, fields=(*instance.fields, *changes))


def replaced(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``dataclasses.replace(value, field=…)``."""
    values = evaluator.values(node.args[0], frame) if node.args else ()
    return tuple(_changed(evaluator, value, node, frame) if isinstance(value, Instance) else value for value in values)


def dumped(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``dataclasses.asdict(value)`` and ``vars(value)``: the fields as a dictionary."""
    from ptmdeps.scan.values.containers import as_table  # what else has attributes

    def table_of(value: Value) -> Value:
        match value:
            case Instance() | Options():
                return as_table(evaluator, value) or value
            case External(name=name):
                return replace(value, name=f"{name}.__dict__")
        return value

    found = tuple(table_of(value) for value in evaluator.values(node.args[0], frame)) if node.args else ()
    return found or (Unknown(reason="it is the names of a scope", expression=expression_of(node)),)


def namespace(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``SimpleNamespace(a=…)``, ``EasyDict({…})``, ``dict([(key, value)], a=…)``: what has entries, as a dictionary."""
    given = arguments_of(node, frame, evaluator)
    entries: list[tuple[Item | None, Item]] = []
    for item in given.positional[:1]:
        for value in evaluator.item(item):
            if isinstance(value, Collection):
                entries.extend(_pairs(evaluator, value))
            else:
                entries.append((None, (value,)))
    entries.extend((None, item) for item in given.spread)
    entries.extend(((Text(text=name),), item) for name, item in given.keywords.items())
    return (Table(entries=tuple(entries)),)


def _pairs(evaluator: Evaluator, pairs: Collection) -> Iterator[tuple[Item | None, Item]]:
    """Yield the entries that a list of pairs stands for."""
    for pair in pairs.items:
        for value in evaluator.item(pair):
            match value:
                case Collection(items=(key, item)):
                    world = value.world
                    yield within(evaluator.item(key), world), within(evaluator.item(item), world)


def with_default(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``defaultdict(factory, entries)``: the entries, and under any other key what the factory gives."""
    if not node.args:
        return (Table(entries=()),)
    rest = ast.copy_location(ast.Call(func=node.func, args=node.args[1:], keywords=node.keywords), node)
    (table,) = namespace(evaluator, rest, frame)
    assert isinstance(table, Table)  # noqa: S101 - that is what a namespace is
    other = (Unknown(reason="it is any other key", expression=expression_of(node)),)
    if isinstance(node.args[0], ast.Lambda):
        return (replace(table, entries=(*table.entries, (other, Lazy(node.args[0], frame)))),)
    return (table,)


def named_tuple(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``namedtuple("Name", ["a", "b"], defaults=[…])``: the class that it makes."""
    key = ("namedtuple", frame.module.path, node.lineno, node.col_offset)
    made: ast.ClassDef | None = evaluator.noted(key, lambda: _class_of_fields(evaluator, node, frame))
    if made is None:
        return (Unknown(reason="the fields of this tuple are not known", expression=expression_of(node)),)
    return (Definition(module=frame.module, node=made, owners=frame.owners[:1]),)


def _class_of_fields(evaluator: Evaluator, node: ast.Call, frame: Frame) -> ast.ClassDef | None:
    given = arguments_of(node, frame, evaluator)
    names = _names(evaluator, given.at(1, ("field_names",), evaluator))
    title = given.at(0, ("typename",), evaluator)
    if not names or not all(name.isidentifier() for name in names):
        return None
    defaults = next((keyword.value for keyword in node.keywords if keyword.arg == "defaults"), None)
    ends = defaults.elts if isinstance(defaults, (ast.List, ast.Tuple)) else []
    values: list[ast.expr | None] = [*([None] * (len(names) - len(ends))), *ends]
    base = ast.Call(func=node.func, args=[], keywords=[])
    body: list[ast.stmt] = [_field(name, value) for name, value in zip(names, values, strict=False)]
    text = next((value.text for value in title if isinstance(value, Text)), "namedtuple")
    made = ast.ClassDef(name=text, bases=[base], keywords=[], body=body, decorator_list=[])
    for part in ast.walk(made):
        if not hasattr(part, "lineno"):
            ast.copy_location(part, node)
    return made


def _field(name: str, value: ast.expr | None) -> ast.AnnAssign:
    target = ast.Name(id=name, ctx=ast.Store())
    return ast.AnnAssign(target=target, annotation=ast.Constant(value=None), value=value, simple=1)


def _names(evaluator: Evaluator, values: Values) -> list[str]:
    for value in values:
        match value:
            case Text(text=text):
                return text.replace(",", " ").split()
            case Collection(items=items):
                inner = [found for item in items for found in evaluator.item(item)]
                return [found.text for found in inner if isinstance(found, Text)]
    return []


def structured(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``tyro.cli(Class)``, ``dacite.from_dict(Class, data)``: an object of the class, filled with what is known."""
    given = arguments_of(node, frame, evaluator)
    names = ("data_class", "config_class", "f", "components", "cls", "type", "model_class", "obj")
    first = [value for item in given.positional for value in evaluator.item(item)]
    first += [value for name in names if given.gives(name) for value in given.at(None, (name,), evaluator)]
    data = [*first, *given.at(None, ("data", "default"), evaluator)]
    tables = tuple(value for value in data if isinstance(value, Table))
    made: list[Value] = []
    for value in first:
        match value:
            case Definition(node=ast.ClassDef()):
                made.append(made_of(value, tables, node, frame))
            case Instance():
                made.append(value)
            case Definition():
                made.extend(evaluator.values(_call_of_nothing(node.args[0]), frame) if node.args else ())
    return tuple(made) or (Unknown(reason="the class that it fills is not known", expression=expression_of(node)),)


def injected(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``Depends(function)`` as the default of a parameter: what the function gives."""
    if not node.args:
        return ()
    return evaluator.values(_call_of_nothing(node.args[0]), frame)


def _call_of_nothing(function: ast.expr) -> ast.Call:
    return ast.copy_location(ast.Call(func=function, args=[], keywords=[]), function)


def merge(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``OmegaConf.merge(a, b)``: the dictionaries that are known, the later ones over the earlier ones."""
    result: Value | None = None
    for argument in node.args:
        for value in evaluator.values(argument, frame)[:1]:
            match result, value:
                case Table() as table, Table():
                    result = merged(evaluator, table, value)
                case Instance() as instance, Table():
                    result = replace(instance, fields=(*instance.fields, value))
                case None, Definition(node=ast.ClassDef()):
                    result = made_of(value, (), node, frame)
                case None, Table() | Instance():
                    result = value
    return (result,) if result else (Unknown(reason="what is merged is not known", expression=expression_of(node)),)


_NAMESPACES = (
    "types.SimpleNamespace",
    "argparse.Namespace",
    "easydict.EasyDict",
    "munch.Munch",
    "munch.munchify",
    "munch.Munch.fromDict",
    "box.Box",
    "addict.Dict",
    "attrdict.AttrDict",
    "dotmap.DotMap",
    "omegaconf.DictConfig",
    "omegaconf.OmegaConf.create",
    "ml_collections.ConfigDict",
    "ml_collections.config_dict.ConfigDict",
    "ml_collections.FrozenConfigDict",
    "yacs.config.CfgNode",
    "mmengine.Config",
    "mmengine.config.ConfigDict",
    "builtins.dict",
    "collections.OrderedDict",
    "collections.UserDict",
    "frozendict.frozendict",
    "addict.addict.Dict",
)
_STRUCTURING = (
    "tyro.cli",
    "simple_parsing.parse",
    "jsonargparse.CLI",
    "jsonargparse.auto_cli",
    "pyrallis.parse",
    "draccus.parse",
    "dacite.from_dict",
    "cattrs.structure",
    "msgspec.convert",
    "chz.entrypoint",
    "chz.nested_entrypoint",
    "omegaconf.OmegaConf.structured",
    "pydantic_settings.CliApp.run",
    "pydantic_cli.run",
    "clize.run",
)

RECORD_RULES: dict[str, Callable[[Evaluator, ast.Call, Frame], Values]] = {
    **dict.fromkeys(_NAMESPACES, namespace),
    **dict.fromkeys(_STRUCTURING, structured),
    **dict.fromkeys(("dataclasses.replace", "attrs.evolve", "attr.evolve", "copy.replace"), replaced),
    **dict.fromkeys(("dataclasses.asdict", "attrs.asdict", "attr.asdict", "builtins.vars"), dumped),
    **dict.fromkeys(("fastapi.Depends", "fastapi.params.Depends", "starlette.Depends"), injected),
    **dict.fromkeys(("omegaconf.OmegaConf.merge", "omegaconf.OmegaConf.unsafe_merge"), merge),
    "collections.defaultdict": with_default,
    "collections.namedtuple": named_tuple,
}
