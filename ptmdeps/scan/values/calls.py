"""What calls give: functions and classes of the project, and the few functions of libraries that pass texts on."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from ptmdeps.scan.symbols import FUNCTIONS
from ptmdeps.scan.values.arguments import CallArguments, arguments_of, bound, partial_arguments
from ptmdeps.scan.values.classes import attribute_of, bases_of, lineage
from ptmdeps.scan.values.containers import TABLE_METHODS, elements, is_enumeration
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.options import CLASS_PARSERS, PARAMETER_DEFAULTS, PARSERS, declared_default, options_of_parser
from ptmdeps.scan.values.parameters import can_follow
from ptmdeps.scan.values.strings import TEXT_METHODS
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    External,
    Frame,
    Instance,
    Lazy,
    Local,
    Method,
    Object,
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

ExternalRule = Callable[[Evaluator, ast.Call, Frame], Values]


def call(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for calls."""
    assert isinstance(node, ast.Call)  # noqa: S101 - the table of rules says so
    if (of_container := _method_of_value(evaluator, node, frame)) is not None:
        return of_container
    found: list[Value] = []
    for function in evaluator.values(node.func, frame):
        found.extend(within(_called(evaluator, function, node, frame), function.world))
    return tuple(found)


def _method_of_value(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values | None:
    """Return what a method of a text, dictionary, path or parser gives; ``None`` if it is something else."""
    if not isinstance(node.func, ast.Attribute):
        return None
    method = node.func.attr
    if method not in TEXT_METHODS and method not in TABLE_METHODS and not method.startswith(("parse_", "as_", "with_")):
        if method not in _PATH_METHODS:
            return None
    found: list[Value] = []
    for receiver in evaluator.values(node.func.value, frame):
        result = _method_result(evaluator, receiver, method, node, frame)
        if result is None:
            return None
        found.extend(within(result, receiver.world))
    return tuple(found)


_PATH_METHODS = frozenset({"resolve", "absolute", "joinpath", "expanduser"})


def _method_result(evaluator: Evaluator, receiver: Value, method: str, node: ast.Call, frame: Frame) -> Values | None:
    match receiver:
        case Text() if method in TEXT_METHODS:
            return TEXT_METHODS[method](evaluator, receiver, node, frame)
        case Table() if method in TABLE_METHODS:
            return TABLE_METHODS[method](evaluator, receiver, node, frame)
        case Collection() if method == "pop":
            return elements(evaluator, (receiver,), node, (frame.module.path, expression_of(node)))
        case Collection() if method == "copy":
            return (receiver,)
        case Local():
            return (Local(path=expression_of(node)),)
        case Unknown():
            return (receiver,)
        case Object(name=name) if method.startswith("parse_"):
            return _parsed(evaluator, receiver.call, {name.rpartition(".")[2]}, method, frame)
        case Instance(definition=definition, call=Lazy() as made) if method.startswith("parse_"):
            bases = lineage(evaluator, definition)
            names = {base.node.name for base in bases if isinstance(base, Definition)}
            names |= {base.name.rpartition(".")[2] for base in bases if isinstance(base, External)}
            return _parsed(evaluator, made, names, method, frame)
    return None


def _parsed(evaluator: Evaluator, made: Lazy, names: set[str], method: str, frame: Frame) -> Values | None:
    """Return what a parser of the command line gives.

    ``made`` is the call that made it, ``names`` are those of its class and of what that derives from.
    """
    if names & CLASS_PARSERS:
        return (Collection(items=tuple((value,) for value in _parsed_classes(evaluator, made))),)
    if names & PARSERS and method in ("parse_args", "parse_intermixed_args"):
        return (options_of_parser(evaluator, made, frame),)
    if names & PARSERS and method == "parse_known_args":
        return (Collection(items=((options_of_parser(evaluator, made, frame),), ())),)
    return None


def _parsed_classes(evaluator: Evaluator, made: Lazy) -> list[Value]:
    """Return an object of each dataclass that such a parser fills, in order."""
    if not isinstance(made.node, ast.Call):
        return []
    given = arguments_of(made.node, made.frame, evaluator).at(0, ("dataclass_types",), evaluator)
    found: list[Value] = []
    for value in given:
        classes = [value]
        if isinstance(value, Collection):
            classes = [inner for item in value.items for inner in evaluator.item(item)]
        found.extend(Instance(definition=item) if isinstance(item, Definition) else item for item in classes)
    return found


def _called(evaluator: Evaluator, function: Value, node: ast.Call, frame: Frame) -> Values:
    match function:
        case External(name=name):
            return external_call(evaluator, name, node, frame)
        case Definition(node=ast.ClassDef()) if is_enumeration(evaluator, function):
            return elements(evaluator, (function,), node, (frame.module.path, expression_of(node)))
        case Definition(node=ast.ClassDef()):
            return (Instance(definition=function, call=Lazy(node, frame)),)
        case Definition():
            return _results(evaluator, function, arguments_of(node, frame, evaluator), None, frame)
        case Method(definition=definition, receiver=receiver):
            return _results(evaluator, definition, arguments_of(node, frame, evaluator), (receiver,), frame)
        case Partial(function=functions):
            given = partial_arguments(function, evaluator).followed_by(arguments_of(node, frame, evaluator))
            found = (_of_partial(evaluator, inner, given, node, frame) for inner in functions)
            return tuple(value for values in found for value in values)
        case Unknown():
            return (function,)
    return (Unknown(reason="what this call gives is not followed", expression=expression_of(node)),)


def _of_partial(evaluator: Evaluator, function: Value, given: CallArguments, node: ast.Call, frame: Frame) -> Values:
    match function:
        case Definition(node=ast.FunctionDef() | ast.AsyncFunctionDef()):
            return _results(evaluator, function, given, None, frame)
        case Method(definition=definition, receiver=receiver):
            return _results(evaluator, definition, given, (receiver,), frame)
        case External(name=name):
            return external_call(evaluator, name, node, frame)
    return (Unknown(reason="what this call gives is not followed", expression=expression_of(node)),)


def _results(
    evaluator: Evaluator, definition: Definition, given: CallArguments, receiver: Values | None, frame: Frame
) -> Values:
    """Return what a function of the project gives for these arguments."""
    node = definition.node
    if not isinstance(node, FUNCTIONS) or not can_follow(frame):
        return (Unknown(reason="calls are nested too deeply", expression=f"{node.name}()"),)
    around = Frame(module=definition.module, owners=definition.owners)
    arguments = bound(node, given, evaluator, receiver=receiver, defaults=around)
    return results_of(evaluator, definition, arguments, frame.depth + 1)


def results_of(evaluator: Evaluator, definition: Definition, arguments: Callable[[str], Values], depth: int) -> Values:
    """Return everything that the return statements of a function can give."""
    node = definition.node
    if not isinstance(node, FUNCTIONS):
        return ()
    owners = (*definition.owners, node)
    inner = Frame(module=definition.module, owners=owners, called=node, arguments=arguments, depth=depth)
    found: list[Value] = []
    for value, statement in definition.module.scopes.of(node).returns:
        found.extend(evaluator.values(value, replace(inner, statement=statement)))
    return tuple(found)


def external_call(evaluator: Evaluator, name: str, node: ast.Call, frame: Frame) -> Values:
    """Return what a call of a library gives: a text or path where that is known, else an object of the class."""
    if name in PARAMETER_DEFAULTS:
        return declared_default(evaluator, node, frame)
    if rule := _EXTERNAL.get(name):
        return rule(evaluator, node, frame)
    loader = evaluator.catalogue.find(name)
    if loader is not None and loader.result == "path":
        return (Local(path=expression_of(node)),)
    if loader is not None:
        made = name.rpartition(".")[0] if loader.word.startswith(("from_", "load")) else name
        return (Object(name=made, call=Lazy(node, frame)),)
    if name.startswith(("os.path.", "pathlib.", "tempfile.", "builtins.open")):
        return (Local(path=expression_of(node)),)
    if name.startswith("builtins."):
        return (Unknown(reason=f"it is computed by `{name[9:]}`", expression=expression_of(node)),)
    return (Object(name=name, call=Lazy(node, frame)),)


def _argument(evaluator: Evaluator, node: ast.Call, frame: Frame, position: int | None, *names: str) -> Values:
    return arguments_of(node, frame, evaluator).at(position, names, evaluator)


def _environment(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``os.environ.get(name, default)``: the default."""
    default = _argument(evaluator, node, frame, 1, "default")
    variable = expression_of(node.args[0]) if node.args else ""
    location = frame.module.location(node)
    known = tuple(value for value in found_by(default, "environment", location) if not isinstance(value, Unknown))
    missing = Unknown(
        reason=f"environment variable {variable} has no default", expression=expression_of(node), outside=True
    )
    return known or (missing,)


def _first(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """Functions that give back their first argument in another form."""
    return _argument(evaluator, node, frame, 0)


def _second(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``typing.cast(type, value)``."""
    return _argument(evaluator, node, frame, 1, "val")


def _path(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """A path of the local file system, with its text where every part is known; addresses stay texts."""
    parts = [evaluator.values(argument, frame) for argument in node.args if not isinstance(argument, ast.Starred)]
    texts = [next((value for value in part if isinstance(value, (Text, Local))), None) for part in parts]
    written = [text.text if isinstance(text, Text) else text.path for text in texts if text is not None]
    if len(written) != len(node.args) or not written:
        return (Local(path=expression_of(node)),)
    if "://" in written[0] and isinstance(texts[0], Text):
        return (replace(texts[0], text="/".join(part.strip("/") for part in written)),)
    return (Local(path="/".join(part.rstrip("/") or "/" for part in written)),)


def _element(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``random.choice(values)``, ``next(iter(values))``, ``max(values)``: any element."""
    if len(node.args) > 1 and isinstance(node.func, ast.Name) and node.func.id in ("max", "min"):
        return tuple(value for argument in node.args for value in evaluator.values(argument, frame))
    choice = (frame.module.path, expression_of(node))
    return elements(evaluator, _first(evaluator, node, frame), node, choice)


def _enumerated(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``enumerate(values)``: pairs of a number that is not followed and an element."""
    found: list[Value] = []
    number = (Unknown(reason="it is a number that counts", expression=expression_of(node)),)
    for value in _first(evaluator, node, frame):
        if isinstance(value, Collection):
            pairs = tuple((Collection(items=(number, item)),) for item in value.items)
            found.append(Collection(items=pairs, world=value.world))
        else:
            found.append(value)
    return tuple(found)


def _zipped(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``zip(a, b)``: elements that stand at the same place."""
    columns: list[tuple[Lazy | Values, ...]] = []
    for argument in node.args:
        match evaluator.values(argument, frame):
            case (Collection(items=items),):
                columns.append(items)
            case _:
                return (Unknown(reason="what it iterates over is not known", expression=expression_of(node)),)
    return (Collection(items=tuple((Collection(items=row),) for row in zip(*columns, strict=False))),)


def _dictionary(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``dict(a=…, **other)``."""
    given = arguments_of(node, frame, evaluator)
    entries = [((Text(text=name),), item) for name, item in given.keywords.items()]
    spread = [*given.spread, *(evaluator.item(item) for item in given.positional[:1])]
    return (Table(entries=(*((None, values) for values in spread), *entries)),)


def _attribute(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``getattr(value, "name", default)``."""
    names = [value.text for value in _argument(evaluator, node, frame, 1) if isinstance(value, Text)]
    found: list[Value] = []
    for value in _argument(evaluator, node, frame, 0):
        for name in names:
            found.extend(within(attribute_of(evaluator, value, name, node, frame), value.world))
    known = [value for value in found if not isinstance(value, Unknown)]
    default = _argument(evaluator, node, frame, 2)
    missing = Unknown(reason="which attribute is read is not known", expression=expression_of(node))
    return (*known, *default) or tuple(found) or (missing,)


def _field(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``field(default=…)``, ``Field("x")``, ``field(default_factory=lambda: "x")``: the default."""
    default = _argument(evaluator, node, frame, None, "default", "default_factory")
    default = default or _argument(evaluator, node, frame, 0)
    missing = Unknown(reason="the field has no default", expression=expression_of(node))
    return found_by(default, "default") or (missing,)


def _partial(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``functools.partial(function, …)``."""
    return (Partial(function=_first(evaluator, node, frame), call=Lazy(node, frame)),)


def _super(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``super()``: an object of what the class around derives from."""
    for depth in range(len(frame.owners) - 1, 0, -1):
        owner = frame.owners[depth]
        if isinstance(owner, ast.ClassDef):
            definition = Definition(module=frame.module, node=owner, owners=frame.owners[:depth])
            bases = bases_of(evaluator, definition)
            return tuple(Instance(definition=base) if isinstance(base, Definition) else base for base in bases)
    return (Unknown(reason="it stands in no class", expression=expression_of(node)),)


def _typed_in(_evaluator: Evaluator, node: ast.Call, _frame: Frame) -> Values:
    """``input()``."""
    return (Unknown(reason="it is typed in when the program runs", expression=expression_of(node), outside=True),)


_EXTERNAL: dict[str, ExternalRule] = {
    **dict.fromkeys(("os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"), _environment),
    **dict.fromkeys(("decouple.config",), _environment),
    **dict.fromkeys(("builtins.str", "builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted"), _first),
    **dict.fromkeys(
        ("builtins.reversed", "builtins.iter", "builtins.frozenset", "tqdm.tqdm", "tqdm.auto.tqdm"), _first
    ),
    **dict.fromkeys(("copy.copy", "copy.deepcopy", "types.MappingProxyType"), _first),
    **dict.fromkeys(("typing.cast", "typing_extensions.cast"), _second),
    **dict.fromkeys(("os.path.join", "os.path.expanduser", "os.path.abspath", "os.path.realpath"), _path),
    **dict.fromkeys(("os.path.normpath", "os.fspath", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"), _path),
    **dict.fromkeys(("random.choice", "builtins.next", "builtins.max", "builtins.min"), _element),
    **dict.fromkeys(("dataclasses.field", "pydantic.Field", "attr.ib", "attrs.field", "attr.field"), _field),
    "builtins.enumerate": _enumerated,
    "builtins.zip": _zipped,
    "builtins.dict": _dictionary,
    "collections.OrderedDict": _dictionary,
    "builtins.getattr": _attribute,
    "functools.partial": _partial,
    "builtins.super": _super,
    "builtins.input": _typed_in,
}
