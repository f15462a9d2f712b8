"""Paths of the local file system, and the files of the project that code opens by them."""

from __future__ import annotations

import ast
import posixpath
import re

from ptmdeps.identity import Location
from ptmdeps.scan.project import Project
from ptmdeps.scan.values.arguments import arguments_of
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.value import (
    Collection,
    Content,
    External,
    File,
    Frame,
    Item,
    Local,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    within,
)
from ptmdeps.unguarded import replace

_MAXIMUM_SIZE = 1_000_000
"""Bytes of a file above which it is no settings that people wrote."""

_MAXIMUM_FOLDERS = 6
_PATH_ATTRIBUTES = frozenset({"parent", "name", "stem", "parents"})
_VARIABLE = re.compile(r"(?:export\s+)?(?P<name>\w+)\s*=\s*(?P<quote>[\"']?)(?P<value>.*?)(?P=quote)\s*(?:\s#.*)?")
_DRIVE = re.compile(r"[A-Za-z]:")


def path_attribute(path: Local, name: str, node: ast.AST) -> Local | None:
    """Return what ``path.parent`` and its like give; the folders of ``parents`` are counted by the subscript."""
    if name not in _PATH_ATTRIBUTES:
        return None
    shown = expression_of(node)
    match name:
        case "parents":
            return Local(path=shown, file=path.file)
        case "parent":
            return Local(path=shown, file=folder_of(path.file))
    return Local(path=shown)


def folder_of(file: str | None) -> str | None:
    """Return the folder of a path; ``None`` outside the project."""
    return None if file in (None, "", "/") else posixpath.dirname(file or "")


def joined_path(parts: list[Value], node: ast.AST) -> Local:
    """Return a path put together from its parts, of which the first ones may be known files."""
    file: str | None = ""
    for part in parts:
        match part:
            case Local(file=inner) if inner is not None:
                file = None if file is None else posixpath.join(file, inner)
            case Text(text=text) if not text.startswith(("/", "~", "\\")) and not _DRIVE.match(text):
                file = None if file is None else posixpath.join(file, text)
            case _:
                file = None
    return Local(path=expression_of(node), file=file or None)


def path_method(path: Local, method: str, node: ast.Call, evaluator: Evaluator, frame: Frame) -> Values:
    """Return what a method of a path gives: another path, or what the file holds."""
    shown = expression_of(node)
    match method:
        case "resolve" | "absolute" | "as_posix" | "expanduser":
            return (Local(path=shown, file=path.file),)
        case "joinpath" | "with_name":
            start = path if method == "joinpath" else Local(path=shown, file=folder_of(path.file))
            given = [evaluator.values(argument, frame) for argument in node.args]
            parts = [values[0] if len(values) == 1 else Unknown(reason="", expression="") for values in given]
            return (joined_path([start, *parts], node),)
        case "open" | "read_text" | "read_bytes":
            return opened(evaluator, (path,), node, frame)
    return (Local(path=shown),)


def opened(evaluator: Evaluator, paths: Values, node: ast.AST, frame: Frame) -> Values:
    """Return what the files of the project hold that a path can mean; others stay paths, or say why not."""
    found: list[Value] = []
    for value in paths:
        match value:
            case Text(text=text):
                found.extend(within((_content(evaluator, text, node, frame),), value.world))
            case Local(file=str(file)):
                found.extend(within((_content(evaluator, file, node, frame),), value.world))
            case Local():
                reason = f"it is read from `{value.path}`, which is no file of the project that can be known"
                found.append(Unknown(reason=reason, expression=expression_of(node)))
            case Content() | Unknown():
                found.append(value)
    return tuple(found)


def _content(evaluator: Evaluator, file: str, node: ast.AST, frame: Frame) -> Value:
    path = file_at(evaluator.project, file, frame.module.path)
    if path is None:
        reason = f"it is read from `{file.lstrip('/')}`, which is not among the project's files"
        return Unknown(reason=reason, expression=expression_of(node))
    return Content(path=path)


def file_at(project: Project, file: str, importer: str) -> str | None:
    """Return the file of the project that a path means: from its folder on, or beside the code and above it."""
    if file.startswith("/"):
        candidates = [file[1:]]
    else:
        folders = [importer.rpartition("/")[0]]
        while folders[-1] and len(folders) < _MAXIMUM_FOLDERS:
            folders.append(folders[-1].rpartition("/")[0])
        candidates = [posixpath.join(folder, file) for folder in dict.fromkeys(("", *folders))]
    for candidate in candidates:
        path = posixpath.normpath(candidate)
        if not path.startswith(("..", "/")) and "\0" not in path:
            project.dependencies.paths.add(path)
            if _is_readable(project, path):
                return path
    return None


def _is_readable(project: Project, path: str) -> bool:
    """Whether a path is a file of the project: no link out of it, and not too large."""
    full = project.root / path
    try:
        inside = full.resolve().is_relative_to(project.root.resolve())
        return inside and full.is_file() and full.stat().st_size <= _MAXIMUM_SIZE
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
        return False


def content_method(evaluator: Evaluator, content: Content, method: str) -> Values:
    """Return what a method of an open file, or of all that is in it, gives."""
    match method:
        case "read" | "read_text" | "read_bytes" | "decode":
            return (content,)
        case "strip" | "rstrip" | "lstrip":
            lines = [value for item in lines_of(evaluator, content).items for value in evaluator.item(item)]
            texts = [
                replace(line, text=line.text.strip()) for line in lines if isinstance(line, Text) and line.text.strip()
            ]
            if len(texts) == 1:
                return tuple(texts)
        case "readlines" | "split" | "splitlines":
            return (lines_of(evaluator, content),)
    return (Unknown(reason=f"what `{method}` does with a file is not followed", expression=content.path),)


def lines_of(evaluator: Evaluator, content: Content) -> Collection:
    """Return the lines of a text file; those of a table of anything else are no names."""
    text = evaluator.project.read(content.path).decode("utf-8", "replace")
    evaluator.project.dependencies.paths.add(content.path)
    items = tuple((text_at(content.path, line, number),) for number, line in enumerate(text.splitlines(), start=1))
    return Collection(items=items, world=content.world)


def text_at(path: str, text: str, line: int) -> Text:
    """Return a text that stands in a settings file."""
    return Text(text=text, resolution="config", evidence=(Location(path, line),))


def variables_file(evaluator: Evaluator, path: str) -> Table:
    """Return the variables of a ``.env`` file."""
    evaluator.project.dependencies.paths.add(path)
    lines = evaluator.project.read(path).decode("utf-8", "replace").splitlines()
    entries: list[tuple[Item | None, Item]] = []
    for number, line in enumerate(lines, start=1):
        if match := _VARIABLE.fullmatch(line.strip()[:2_000]):
            entries.append(((Text(text=match["name"]),), (text_at(path, match["value"], number),)))
    return Table(entries=tuple(entries))


def resource(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``importlib.resources.files(package)``: the folder of the package."""
    given = arguments_of(node, frame, evaluator)
    for value in given.at(0, ("package", "anchor"), evaluator):
        match value:
            case File(module=module):
                return (Local(path=expression_of(node), file=f"/{module.path.rpartition('/')[0]}"),)
            case Text(text=text) if (found := evaluator.project.find(frame.module.path, text)) is not None:
                return (Local(path=expression_of(node), file=f"/{found.rpartition('/')[0]}"),)
            case External():
                break
    return (Local(path=expression_of(node)),)


def package_data(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``pkgutil.get_data(package, name)``: what the file beside the package holds."""
    if len(node.args) < 2:  # noqa: PLR2004 - the package and the name
        return ()
    folder = resource(evaluator, node, frame)[:1]
    name = evaluator.values(node.args[1], frame)[:1]
    return opened(evaluator, (joined_path([*folder, *name], node),), node, frame)


def open_file(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``open(path)``: what the file holds, unless it is written."""
    given = arguments_of(node, frame, evaluator)
    modes = given.at(1, ("mode",), evaluator)
    if any(isinstance(mode, Text) and set(mode.text) & set("wax+") for mode in modes):
        return (Local(path=expression_of(node)),)
    return opened(evaluator, given.at(0, ("file",), evaluator), node, frame)


def folder_rule(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``os.path.dirname(path)``."""
    values = arguments_of(node, frame, evaluator).at(0, ("p",), evaluator)
    files = [value.file for value in values if isinstance(value, Local)]
    return (Local(path=expression_of(node), file=folder_of(files[0]) if len(files) == 1 else None),)


def same_path(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``os.path.abspath(path)`` and its like."""
    values = arguments_of(node, frame, evaluator).at(0, ("path", "filename"), evaluator)
    match values:
        case (Local() as path,):
            return (path,)
        case (Text() as text,):
            return (Local(path=text.text, file=joined_path([text], node).file),)
    return (Local(path=expression_of(node)),)


def working_folder(_evaluator: Evaluator, node: ast.Call, _frame: Frame) -> Values:
    """``os.getcwd()`` and ``Path.cwd()``: most often the project's folder."""
    return (Local(path=expression_of(node), file=""),)
