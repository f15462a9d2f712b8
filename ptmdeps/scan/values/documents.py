"""Settings that code reads from files of the project: YAML, JSON, TOML and INI as dictionaries, with their lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ptmdeps.scan.values.arguments import arguments_of, of_key
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.paths import file_at, opened, text_at, variables_file
from ptmdeps.scan.values.tables import merged
from ptmdeps.scan.values.value import (
    Collection,
    Content,
    Frame,
    Item,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    within,
)
from ptmdeps.scan.walk import calls_at
from ptmdeps.unguarded import replace

if TYPE_CHECKING:
    from ptmdeps.scan.configurations.tree import Node

_MAXIMUM_NODES = 20_000
_INTERPOLATION = re.compile(r"\$\{(?P<name>[\w.]+)\}")
_MAXIMUM_INTERPOLATIONS = 6
_MAXIMUM_TEXT = 300
_READ = re.compile(rb"\.\s*read\b")


def document(evaluator: Evaluator, path: str, ending: str) -> Node | None:
    """Return the first document of a file of the project, read as what ``ending`` says; ``None`` if it is too large."""
    key = ("document", path, ending)
    node: Node | None = evaluator.noted(key, lambda: _read(evaluator, path, ending))
    return node


def _read(evaluator: Evaluator, path: str, ending: str) -> Node | None:
    from ptmdeps.scan.configurations.formats import documents_of  # only code that reads settings needs it
    from ptmdeps.scan.configurations.tree import leaves_of

    evaluator.project.dependencies.paths.add(path)
    documents = documents_of(f"settings{ending}", evaluator.project.read(path))
    if not documents:
        return None
    leaves = leaves_of(documents[0])
    return documents[0] if all(count < _MAXIMUM_NODES for count, _ in enumerate(leaves)) else None


def value_of(node: Node, path: str) -> Value:
    """Return a node of a settings file as a value."""
    from ptmdeps.scan.configurations.tree import Mapping, Scalar

    match node:
        case Scalar(text=text, line=line) if text:
            return text_at(path, text, line)
        case Scalar(line=line):
            return Unknown(reason=f"it is no text in `{path}` (line {line})", expression=path)
        case Mapping(pairs=pairs):
            entries: list[tuple[Item | None, Item]] = [
                ((Text(text=key.text),), (value_of(inner, path),)) for key, inner in pairs
            ]
            return Table(entries=tuple(entries))
    return Collection(items=tuple((value_of(inner, path),) for inner in node.items))


def interpolated(evaluator: Evaluator, root: Table) -> Table:
    """Return settings of OmegaConf with the texts filled in that ``${a.b}`` refers to by the way from the top."""

    def filled(value: Value) -> Value:
        match value:
            case Text(text=text) if "${" in text:
                for _ in range(_MAXIMUM_INTERPOLATIONS):
                    text = _INTERPOLATION.sub(lambda match: _text_at(evaluator, root, match["name"]) or match[0], text)
                whole = "${" not in text and len(text) < _MAXIMUM_TEXT
                missing = Unknown(reason=f"`{text[:100]}` is filled in when the program runs", expression=text[:100])
                return replace(value, text=text) if whole else missing
            case Table(entries=entries):
                pairs = ((key, tuple(filled(inner) for inner in evaluator.item(item))) for key, item in entries)
                return replace(value, entries=tuple(pairs))
            case Collection(items=items):
                inner_items = (tuple(filled(inner) for inner in evaluator.item(item)) for item in items)
                return replace(value, items=tuple(inner_items))
        return value

    result = filled(root)
    assert isinstance(result, Table)  # noqa: S101 - a table stays one
    return result


def _text_at(evaluator: Evaluator, root: Table, name: str) -> str:
    """Return the text at a dotted way; empty where there is none, or none that is short."""
    values: Values = (root,)
    for part in name.split(".")[:_MAXIMUM_INTERPOLATIONS]:
        values = tuple(
            inner for value in values if isinstance(value, Table) for inner in of_key(value, part, evaluator)
        )
    text = next((value.text for value in values if isinstance(value, Text)), "")
    return text if len(text) < _MAXIMUM_TEXT else ""


def read_as(evaluator: Evaluator, values: Values, ending: str, node: ast.AST) -> Values:
    """Return what opened files hold, read as settings."""
    found: list[Value] = []
    for value in values:
        match value:
            case Content(path=path):
                tree = document(evaluator, path, ending)
                known = value_of(tree, path) if tree is not None else None
                missing = Unknown(reason=f"`{path}` is too large or no settings", expression=expression_of(node))
                found.extend(within((known or missing,), value.world))
            case Unknown():
                found.append(value)
            case _:
                reason = "what it is read from is not known"
                found.append(Unknown(reason=reason, expression=expression_of(node)))
    return tuple(found)


def _of_stream(ending: str) -> Callable[[Evaluator, ast.Call, Frame], Values]:
    """Return the rule of a function that reads settings from an open file or its content."""

    def rule(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
        given = arguments_of(node, frame, evaluator).at(0, ("stream", "fp", "s", "f"), evaluator)
        return read_as(evaluator, given, ending, node)

    return rule


def _of_path(ending: str) -> Callable[[Evaluator, ast.Call, Frame], Values]:
    """Return the rule of a function that reads settings from a path, or from an open file."""

    def rule(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
        names = ("file_", "f", "path", "filename", "file", "location")
        paths = arguments_of(node, frame, evaluator).at(0, names, evaluator)
        return read_as(evaluator, opened(evaluator, paths, node, frame), ending, node)

    return rule


def omega(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``OmegaConf.load(path)``: YAML, with references filled in."""
    read = _of_path(".yaml")(evaluator, node, frame)
    return tuple(interpolated(evaluator, value) if isinstance(value, Table) else value for value in read)


def sections(evaluator: Evaluator, _node: ast.Call, frame: Frame) -> Values:
    """``ConfigParser()``: the sections of the files that its ``read`` gets in the same function."""
    table: Table | None = None
    key = ("read", frame.module.path)
    calls = evaluator.noted(key, lambda: list(calls_at(frame.module, frame.module.lines_with(_READ))))
    for call, place in calls:
        if place.owners[-1] is frame.owner and isinstance(call.func, ast.Attribute) and call.func.attr == "read":
            here = Frame(module=frame.module, owners=place.owners, statement=place.statement)
            paths = evaluator.values(call.args[0], here) if call.args else ()
            for value in read_as(evaluator, opened(evaluator, paths, call, here), ".ini", call):
                if isinstance(value, Table):
                    table = merged(evaluator, table, value) if table else value
    return (Table(entries=table.entries if table else (), sections=True),)


def dotenv(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``dotenv_values(path)``: the variables of the project's ``.env``."""
    paths = arguments_of(node, frame, evaluator).at(0, ("dotenv_path",), evaluator)
    names = [value.text for value in paths if isinstance(value, Text)] or [".env"]
    path = file_at(evaluator.project, names[0], frame.module.path)
    if path is None:
        return (Unknown(reason=f"`{names[0]}` is not among the project's files", expression=expression_of(node)),)
    return (variables_file(evaluator, path),)


DOCUMENT_RULES: dict[str, Callable[[Evaluator, ast.Call, Frame], Values]] = {
    **dict.fromkeys(("yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load"), _of_stream(".yaml")),
    **dict.fromkeys(("ruamel.yaml.YAML.load", "ruamel.yaml.safe_load", "oyaml.safe_load"), _of_path(".yaml")),
    **dict.fromkeys(("srsly.read_yaml", "box.Box.from_yaml", "mmengine.Config.fromfile"), _of_path(".yaml")),
    "omegaconf.OmegaConf.load": omega,
    **dict.fromkeys(("json.load", "json.loads", "orjson.loads", "ujson.load", "ujson.loads"), _of_stream(".json")),
    **dict.fromkeys(("simplejson.load", "simplejson.loads", "commentjson.load", "json5.load"), _of_stream(".json")),
    **dict.fromkeys(("srsly.read_json", "box.Box.from_json"), _of_path(".json")),
    **dict.fromkeys(("tomllib.load", "tomllib.loads", "tomli.load", "tomli.loads"), _of_stream(".toml")),
    **dict.fromkeys(("toml.load", "toml.loads", "rtoml.load", "pytoml.load", "tomlkit.load"), _of_path(".toml")),
    **dict.fromkeys(("tomlkit.parse", "tomlkit.loads"), _of_stream(".toml")),
    **dict.fromkeys(("configparser.ConfigParser", "configparser.RawConfigParser"), sections),
    **dict.fromkeys(("configparser.SafeConfigParser", "backports.configparser.ConfigParser"), sections),
    "dotenv.dotenv_values": dotenv,
}
