"""What calls of libraries give: the few functions that pass texts on, paths, and objects of their classes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from ptmdeps.scan.values.arguments import Item, arguments_of
from ptmdeps.scan.values.classes import attribute_of, bases_of
from ptmdeps.scan.values.containers import elements
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.options import PARAMETER_DEFAULTS, declared_default
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    Frame,
    Lazy,
    LazyCall,
    Local,
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


def external_call(evaluator: Evaluator, name: str, node: ast.Call, frame: Frame) -> Values:  # noqa: PLR0911 - one result a case
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
        return (Object(name=made, call=LazyCall(node, frame)),)
    if name.startswith(("os.path.", "pathlib.", "tempfile.", "builtins.open")):
        return (Local(path=expression_of(node)),)
    owner, _, method = name.rpartition(".")
    if method.startswith("from_") and owner.rpartition(".")[2][:1].isupper():
        return (Object(name=owner, call=LazyCall(node, frame)),)
    if name.startswith("builtins."):
        return (Unknown(reason=f"it is computed by `{name[9:]}`", expression=expression_of(node)),)
    return (Object(name=name, call=LazyCall(node, frame)),)


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


def _expanded(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``os.path.expanduser(text)``, which leaves alone what does not start with a tilde."""
    found: list[Value] = []
    for value in _first(evaluator, node, frame):
        is_path = isinstance(value, Text) and value.text.startswith("~")
        found.append(Local(path=value.text) if is_path and isinstance(value, Text) else value)
    return tuple(found)


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
    entries: list[tuple[Item | None, Item]] = [(None, item) for item in (*given.positional[:1], *given.spread)]
    entries.extend(((Text(text=name),), item) for name, item in given.keywords.items())
    return (Table(entries=tuple(entries)),)


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
    return (Partial(function=_first(evaluator, node, frame), call=LazyCall(node, frame)),)


def _super(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``super()``: what the class around derives from."""
    for depth in range(len(frame.owners) - 1, 0, -1):
        owner = frame.owners[depth]
        if isinstance(owner, ast.ClassDef):
            definition = Definition(module=frame.module, node=owner, owners=frame.owners[:depth])
            return tuple(bases_of(evaluator, definition))
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
    **dict.fromkeys(("os.path.join", "os.path.abspath", "os.path.realpath"), _path),
    **dict.fromkeys(("os.path.normpath", "os.fspath", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"), _path),
    **dict.fromkeys(("random.choice", "builtins.next", "builtins.max", "builtins.min"), _element),
    **dict.fromkeys(("dataclasses.field", "pydantic.Field", "attr.ib", "attrs.field", "attr.field"), _field),
    "os.path.expanduser": _expanded,
    "os.path.expandvars": _expanded,
    "builtins.enumerate": _enumerated,
    "builtins.zip": _zipped,
    "builtins.dict": _dictionary,
    "collections.OrderedDict": _dictionary,
    "builtins.getattr": _attribute,
    "functools.partial": _partial,
    "builtins.super": _super,
    "builtins.input": _typed_in,
}
