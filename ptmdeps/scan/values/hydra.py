"""Hydra: the configuration that ``hydra.main`` or ``compose`` gives, put together from the project's YAML files."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator

from ptmdeps.scan.values.arguments import arguments_of, of_key
from ptmdeps.scan.values.documents import document, interpolated, value_of
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.options import calls_within
from ptmdeps.scan.values.paths import file_at
from ptmdeps.scan.values.tables import merged
from ptmdeps.scan.values.value import Collection, External, Frame, Item, Table, Text, Unknown, Values, expression_of

_MAINS = frozenset({"hydra.main", "hydra.main.main", "hydra_zen.main"})
_INITIALIZING = frozenset({"initialize", "initialize_config_dir"})
_PACKAGE = re.compile(rb"\s*#\s*@package\s+([\w.]+)")
_GROUP = re.compile(r"(?:override\s+)?(?:optional\s+)?(?P<group>/?[\w./-]+)(?:@(?P<package>[\w.]+))?")
_MAXIMUM_FILES = 60


def configuration_of(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Values:
    """Return what ``@hydra.main(config_path=…, config_name=…)`` gives its function; nothing for other decorators."""
    functions = evaluator.values(call.func, frame)
    if not any(isinstance(value, External) and value.name in _MAINS for value in functions):
        return ()
    return _configuration(evaluator, call, call, frame)


def composed(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``hydra.compose(config_name=…)`` after ``initialize(config_path=…)`` in the same function or file."""
    whole = Frame(module=frame.module, owners=frame.owners[:1])
    for source in (frame, whole):
        for call, _ in calls_within(evaluator, source, _INITIALIZING):
            if expression_of(call.func).rpartition(".")[2].startswith("initialize"):
                return _configuration(evaluator, call, node, frame)
    return (Unknown(reason="where the configuration is, is not known", expression=expression_of(node)),)


def _configuration(evaluator: Evaluator, place: ast.Call, named: ast.Call, frame: Frame) -> Values:
    """Return the configuration in the folder that one call says, of the name that another one says."""
    folder = _text(evaluator, place, 0, ("config_path",), frame)
    name = _text(evaluator, named, 1 if place is named else 0, ("config_name",), frame)
    if name is None:
        return ()
    beside = frame.module.path.rpartition("/")[0]
    base = posixpath.normpath(posixpath.join(beside, folder or ""))
    path = file_at(evaluator.project, f"/{base}/{name.removesuffix('.yaml')}.yaml", frame.module.path)
    if path is None:
        reason = f"the configuration `{name}` is not among the project's files"
        return (Unknown(reason=reason, expression=expression_of(named)),)
    table: Table = evaluator.noted(("hydra", path), lambda: _compose(evaluator, path))
    return (table,)


def _text(evaluator: Evaluator, call: ast.Call, position: int, names: tuple[str, ...], frame: Frame) -> str | None:
    values = arguments_of(call, frame, evaluator).at(position, names, evaluator)
    return next((value.text for value in values if isinstance(value, Text)), None)


def _compose(evaluator: Evaluator, path: str) -> Table:
    """Return a configuration with its defaults list, as far as that is written out."""
    composer = _Composer(evaluator, posixpath.dirname(path))
    return interpolated(evaluator, composer.file(path, ""))


class _Composer:
    """Puts files together, each at most once below another one, and not too many."""

    def __init__(self, evaluator: Evaluator, folder: str) -> None:
        self.evaluator = evaluator
        self.folder = folder
        self.open: list[str] = []
        self.count = 0

    def file(self, path: str, group: str) -> Table:
        """Return one file with what its defaults list names, each under the package that it belongs to."""
        self.count += 1
        tree = document(self.evaluator, path, ".yaml")
        value = value_of(tree, path) if tree is not None else None
        if not isinstance(value, Table) or path in self.open or self.count > _MAXIMUM_FILES:
            return Table(entries=())
        self.open.append(path)
        result, merged_self = Table(entries=()), False
        own = _without_defaults(self.evaluator, value)
        for entry in self._defaults(value):
            if entry == ("_self_", "", ""):
                result, merged_self = merged(self.evaluator, result, own), True
            else:
                result = merged(self.evaluator, result, self._group(entry, group))
        self.open.pop()
        return result if merged_self else merged(self.evaluator, result, own)

    def _defaults(self, value: Table) -> Iterator[tuple[str, str, str]]:
        """Yield the entries of a defaults list: group, package and option; ``_self_`` alone is the file itself."""
        for item in _defaults_of(self.evaluator, value):
            for entry in self.evaluator.item(item):
                match entry:
                    case Text(text="_self_"):
                        yield "_self_", "", ""
                    case Text(text=text):
                        folder, _, option = text.rpartition("/")
                        yield folder, "", option
                    case Table(entries=((key, option_item),)) if key is not None:
                        yield from self._choice(key, option_item)

    def _choice(self, key: Item, item: Item) -> Iterator[tuple[str, str, str]]:
        """Yield what an entry ``group@package: option`` or ``group: [option, option]`` names."""
        names = [value.text for value in self.evaluator.item(key) if isinstance(value, Text)]
        for value in self.evaluator.item(item):
            options = [value]
            if isinstance(value, Collection):
                options = [inner for one in value.items for inner in self.evaluator.item(one)]
            match = _GROUP.fullmatch(names[0]) if names else None
            for option in options:
                if match is not None and isinstance(option, Text):
                    yield match["group"], match["package"] or "", option.text

    def _group(self, entry: tuple[str, str, str], around: str) -> Table:
        group, package, option = entry
        group = group[1:] if group.startswith("/") else posixpath.join(around, group)
        path = posixpath.normpath(posixpath.join(self.folder, group, option.removesuffix(".yaml") + ".yaml"))
        if file_at(self.evaluator.project, f"/{path}", path) is None:
            return Table(entries=())
        table = self.file(path, group)
        return _under(table, package or self._package_of(path) or group.replace("/", "."))

    def _package_of(self, path: str) -> str:
        match = _PACKAGE.match(self.evaluator.project.read(path)[:500])
        return match[1].decode("ascii", "replace") if match else ""


def _under(table: Table, package: str) -> Table:
    """Return a dictionary at its place in the whole one; ``_global_`` is the top."""
    if package.startswith("_global_"):
        package = package.removeprefix("_global_").lstrip(".")
    for part in reversed([part for part in package.split(".") if part]):
        table = Table(entries=(((Text(text=part),), (table,)),))
    return table


def _defaults_of(evaluator: Evaluator, value: Table) -> tuple[Item, ...]:
    lists = (found for found in of_key(value, "defaults", evaluator) if isinstance(found, Collection))
    return next((found.items for found in lists), ())


def _without_defaults(evaluator: Evaluator, value: Table) -> Table:
    return Table(entries=tuple(entry for entry in value.entries if not _is_named(evaluator, entry[0], "defaults")))


def _is_named(evaluator: Evaluator, key: Item | None, name: str) -> bool:
    return key is not None and any(isinstance(text, Text) and text.text == name for text in evaluator.item(key))
