"""What calls of libraries give: the few functions that pass texts on, paths, and objects of their classes."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ptmdeps.scan.values.arguments import arguments_of
from ptmdeps.scan.values.attributes import attribute_of
from ptmdeps.scan.values.classes import bases_of
from ptmdeps.scan.values.commands import PARAMETER_DEFAULTS, declared_default
from ptmdeps.scan.values.documents import DOCUMENT_RULES
from ptmdeps.scan.values.environment import ENVIRONMENTS, default_of_variable
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.hydra import composed
from ptmdeps.scan.values.iteration import ITERATION_RULES, first
from ptmdeps.scan.values.names import module_named
from ptmdeps.scan.values.paths import (
    folder_rule,
    joined_path,
    open_file,
    package_data,
    resource,
    same_path,
    working_folder,
)
from ptmdeps.scan.values.records import RECORD_RULES
from ptmdeps.scan.values.texts import combined
from ptmdeps.scan.values.types import TYPE_RULES
from ptmdeps.scan.values.value import (
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
from ptmdeps.unguarded import replace

ExternalRule = Callable[[Evaluator, ast.Call, Frame], Values]


def external_call(evaluator: Evaluator, name: str, node: ast.Call, frame: Frame) -> Values:  # noqa: PLR0911 - one result a case
    """Return what a call of a library gives: a text or path where that is known, else an object of the class."""
    if name in PARAMETER_DEFAULTS:
        return declared_default(evaluator, node, frame)
    if rule := _EXTERNAL.get(name):
        return rule(evaluator, node, frame)
    if name.rpartition(".")[0] in ENVIRONMENTS and node.args:
        return default_of_variable(evaluator, node, frame)
    loader = evaluator.catalogue.find(name)
    if loader is not None and loader.result == "path":
        return (Local(path=expression_of(node)),)
    if loader is not None:
        made = name.rpartition(".")[0] if loader.word.startswith(("from_", "load")) else name
        return (Object(name=made, call=LazyCall(node, frame)),)
    if name.startswith(
        (
            "os.path.",
            "pathlib.",
            "tempfile.",
        )
    ):
        return (Local(path=expression_of(node)),)
    owner, _, method = name.rpartition(".")
    if default := default_given(evaluator, method, node, frame):
        reason = f"it comes from `{owner}`, outside the project"
        return (*default, Unknown(reason=reason, expression=expression_of(node)))
    if method.startswith("from_") and owner.rpartition(".")[2][:1].isupper():
        return (Object(name=owner, call=LazyCall(node, frame)),)
    if name.startswith("builtins."):
        return (Unknown(reason=f"it is computed by `{name[9:]}`", expression=expression_of(node)),)
    return (Object(name=name, call=LazyCall(node, frame)),)


def default_given(evaluator: Evaluator, method: str, node: ast.Call, frame: Frame) -> Values:
    """``anything.get("key", default)``: the default, whatever the dictionary is; nothing for other calls."""
    match node.args:
        case [ast.Constant(value=str()), default] if method in ("get", "pop", "setdefault"):
            values = evaluator.values(default, frame)
            return found_by(tuple(value for value in values if isinstance(value, Text)), "default")
    return ()


def _argument(evaluator: Evaluator, node: ast.Call, frame: Frame, position: int | None, *names: str) -> Values:
    return arguments_of(node, frame, evaluator).at(position, names, evaluator)


def _imported(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``importlib.import_module("package.module")``."""
    found: list[Value] = []
    for value in _argument(evaluator, node, frame, 0, "name"):
        match value:
            case Text(text=text) if text and not text.startswith("."):
                found.extend(within(module_named(evaluator, frame.module.path, text), value.world))
            case Unknown():
                found.append(value)
    return tuple(found) or (Unknown(reason="which module is imported is not known", expression=expression_of(node)),)


def _globals(_evaluator: Evaluator, _node: ast.Call, frame: Frame) -> Values:
    """``globals()``: the names of the file, by their texts."""
    tree = frame.module.tree
    around = Frame(module=frame.module, owners=(tree,))
    frame.module.looked.around = True
    names = frame.module.scopes.of(tree).bindings
    here = ast.copy_location(ast.Name(id="", ctx=ast.Load()), tree.body[0])
    entries = (((Text(text=name),), Lazy(ast.copy_location(ast.Name(id=name), here), around)) for name in names)
    return (Table(entries=tuple(entries)),)


def _second(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``typing.cast(type, value)``."""
    return _argument(evaluator, node, frame, 1, "val")


def _path(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """A path of the local file system, with its text where every part is known; addresses stay texts."""
    parts = [evaluator.values(argument, frame) for argument in node.args if not isinstance(argument, ast.Starred)]
    texts = [next((value for value in part if isinstance(value, (Text, Local))), None) for part in parts]
    known = [text for text in texts if text is not None]
    if len(known) != len(node.args) or not known:
        return (Local(path=expression_of(node)),)
    written = [text.text if isinstance(text, Text) else text.path for text in known]
    if "://" in written[0] and isinstance(known[0], Text):
        return _joined_addresses(parts, node)
    path = joined_path([*known], node)
    return (replace(path, path="/".join(part.rstrip("/") or "/" for part in written)),)


def _joined_addresses(parts: list[Values], node: ast.Call) -> Values:
    """Return the addresses that parts make, with one slash between them."""
    slash = (Text(text="/"),)
    joined: list[Values] = []
    for index, part in enumerate(parts):
        ends = tuple(
            replace(value, text=value.text.lstrip("/") if index else value.text) if isinstance(value, Text) else value
            for value in part
        )
        joined += [slash, ends] if joined and not _ends_with_slash(joined[-1]) else [ends]
    return combined(joined, node)


def _ends_with_slash(values: Values) -> bool:
    return any(isinstance(value, Text) and value.text.endswith("/") for value in values)


def _expanded(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``os.path.expanduser(text)``, which leaves alone what does not start with a tilde."""
    found: list[Value] = []
    for value in first(evaluator, node, frame):
        is_path = isinstance(value, Text) and value.text.startswith("~")
        found.append(Local(path=value.text) if is_path and isinstance(value, Text) else value)
    return tuple(found)


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
    default = _argument(evaluator, node, frame, None, "default")
    default = default or _of_factory(evaluator, node, frame)
    default = default or _argument(evaluator, node, frame, 0)
    missing = Unknown(reason="the field has no default", expression=expression_of(node))
    return found_by(default, "default") or (missing,)


def _of_factory(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``default_factory=Class`` or ``default_factory=lambda: value``: what calling it gives."""
    for keyword in node.keywords:
        if keyword.arg in ("default_factory", "factory"):
            if isinstance(keyword.value, ast.Lambda):
                return evaluator.values(keyword.value, frame)
            return evaluator.values(
                ast.copy_location(ast.Call(func=keyword.value, args=[], keywords=[]), keyword.value), frame
            )
    return ()


def _partial(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``functools.partial(function, …)``."""
    return (Partial(function=first(evaluator, node, frame), call=LazyCall(node, frame)),)


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
    **ITERATION_RULES,
    **RECORD_RULES,
    **DOCUMENT_RULES,
    **TYPE_RULES,
    **dict.fromkeys(("hydra.compose", "hydra.experimental.compose"), composed),
    **dict.fromkeys(("os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"), default_of_variable),
    **dict.fromkeys(("decouple.config",), default_of_variable),
    **dict.fromkeys(("copy.copy", "copy.deepcopy", "types.MappingProxyType", "builtins.bytes"), first),
    **dict.fromkeys(("omegaconf.OmegaConf.to_container", "omegaconf.OmegaConf.to_object"), first),
    **dict.fromkeys(("omegaconf.OmegaConf.resolve", "omegaconf.OmegaConf.to_yaml"), first),
    **dict.fromkeys(("typing.cast", "typing_extensions.cast"), _second),
    **dict.fromkeys(("os.path.join", "posixpath.join", "urllib.parse.urljoin"), _path),
    **dict.fromkeys(("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"), _path),
    **dict.fromkeys(("os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath"), same_path),
    **dict.fromkeys(("os.path.dirname",), folder_rule),
    **dict.fromkeys(("os.getcwd", "pathlib.Path.cwd"), working_folder),
    **dict.fromkeys(("importlib.resources.files", "importlib_resources.files"), resource),
    **dict.fromkeys(("builtins.open", "codecs.open", "io.open", "anyio.open_file", "fsspec.open"), open_file),
    **dict.fromkeys(("dataclasses.field", "pydantic.Field", "attr.ib", "attrs.field", "attr.field"), _field),
    **dict.fromkeys(("attr.attrib", "msgspec.field", "pydantic.fields.Field", "sqlmodel.Field", "chz.field"), _field),
    **dict.fromkeys(("simple_parsing.field", "simple_parsing.helpers.field", "pyrallis.field"), _field),
    **dict.fromkeys(("importlib.import_module", "builtins.__import__"), _imported),
    **dict.fromkeys(("builtins.globals", "builtins.locals"), _globals),
    "pkgutil.get_data": package_data,
    "os.path.expanduser": _expanded,
    "os.path.expandvars": _expanded,
    "builtins.getattr": _attribute,
    "functools.partial": _partial,
    "builtins.super": _super,
    "builtins.input": _typed_in,
}
