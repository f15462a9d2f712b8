"""Defaults of parameters, read from a library's own source without importing it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.libraries.folder import Folder

_MAXIMUM_SOURCE = 2_000_000
_MAXIMUM_ALTOGETHER = 40_000_000
"""Bytes of source that are parsed; the largest library that is read as a whole has four millions."""

_MAXIMUM_CHILDREN = 2_000
"""Modules of one package; more are nobody's work."""

_MAXIMUM_STEPS = 12
"""How many names are followed, one to the next; a library that needs more is not what it seems."""

_FIELDS = frozenset({"Field", "field"})


@dataclass(frozen=True, slots=True)
class Written:
    """A text that stands in a library's source; the path is relative to the folder that was given."""

    text: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, and the module it stands in."""

    node: ast.AST
    module: Source


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed module: its dotted name, its path, and its statements by the names that they bind."""

    name: str
    path: str
    tree: ast.Module
    bound: dict[str, ast.stmt]

    def package(self, level: int) -> str:
        """Return the package that a relative import with so many dots starts from."""
        parts = self.name.split(".")
        drop = level - 1 if self.path.endswith("/__init__.py") else level
        return ".".join(parts[: len(parts) - drop])

    def target(self, statement: ast.Import | ast.ImportFrom, name: str) -> str:
        """Return the dotted name that one of its import statements binds to a name."""
        return _target_of_import(statement, name, self)


class Modules:
    """The modules below one ``site-packages`` folder, parsed when a question needs them."""

    def __init__(self, folder: Folder, packages: str = "") -> None:
        self._folder = folder
        self._prefix = f"{packages}/" if packages else ""
        self._sources: dict[str, Source | None] = {}
        self._bytes = 0

    def default(self, call: str, parameter: str) -> Written | None:
        """Return the literal text that a call takes for a parameter that is not given.

        ``call`` is the dotted name of a function, a method, or a class: then of its ``__init__``, and where that has
        no such parameter of the field with that name or alias (dataclasses, pydantic). Re-exports, base classes,
        constants, and what a function takes instead of ``None`` are followed; anything computed is ``None``.
        """
        place = self._find(call, _MAXIMUM_STEPS)
        return self._default_in(place, parameter, _MAXIMUM_STEPS) if place else None

    def text(self, name: str) -> Written | None:
        """Return the literal text that a dotted name of the library stands for."""
        place = self._find(name, _MAXIMUM_STEPS)
        value = _assigned(place.node) if place else None
        return self._text(value, place.module, _MAXIMUM_STEPS) if place and value else None

    def constant(self, name: str) -> tuple[ast.expr, str] | None:
        """Return the value that a module assigns to a name, as an expression, and the path of the module."""
        place = self._find(name, _MAXIMUM_STEPS)
        value = _assigned(place.node) if place else None
        return (value, place.module.path) if place and value else None

    def tree(self, name: str) -> ast.Module | None:
        """Return the parsed source of a module by its dotted name."""
        source = self.source(name)
        return source.tree if source else None

    def children(self, package: str) -> tuple[str, ...]:
        """Return the dotted names of the modules and folders in a package, sorted, without its ``__init__``.

        None for a package of absurdly many.
        """
        names = self._folder.names(self._prefix + package.replace(".", "/"))
        modules = {name.removesuffix(".py") for name in names if name.endswith(".py") or "." not in name}
        wanted = sorted(modules - {"__init__", "__pycache__"})
        return tuple(f"{package}.{name}" for name in wanted) if len(wanted) <= _MAXIMUM_CHILDREN else ()

    def data(self, path: str) -> bytes | None:
        """Return the content of a file by its path below the ``site-packages`` folder."""
        return self._folder.read(self._prefix + path)

    def source(self, name: str) -> Source | None:
        """Return a module by its dotted name; ``None`` for one that is not there or cannot be parsed."""
        if name not in self._sources:
            self._sources[name] = self._parsed(name)
        return self._sources[name]

    def _parsed(self, name: str) -> Source | None:
        path = self._prefix + name.replace(".", "/")
        candidates = (f"{path}/__init__.py", f"{path}.py")
        found = next(((one, data) for one in candidates if (data := self._folder.read(one)) is not None), None)
        self._bytes += len(found[1]) if found else 0
        tree = parsed_source(found[1]) if found and self._bytes <= _MAXIMUM_ALTOGETHER else None
        return Source(name, found[0], tree, _bindings(tree.body)) if found and tree else None

    def _default_in(self, place: _Place, parameter: str, steps: int) -> Written | None:
        node = place.node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self._default_of_function(node, place.module, parameter, steps)
        if not isinstance(node, ast.ClassDef) or not steps:
            return None
        members = _bindings(node.body)
        initial = members.get("__init__")
        if isinstance(initial, ast.FunctionDef) and parameter in dict(_parameters(initial)):
            return self._default_of_function(initial, place.module, parameter, steps)
        for member in node.body:
            if isinstance(member, ast.AnnAssign) and member.value and _is_field(member, parameter):
                return self._text(member.value, place.module, steps)
        return self._default_of_bases(node, place.module, parameter, steps)

    def _default_of_bases(self, node: ast.ClassDef, module: Source, parameter: str, steps: int) -> Written | None:
        for base in node.bases:
            name = _dotted(base)
            place = self._within(module, name, steps - 1) if name else None
            if place and (found := self._default_in(place, parameter, steps - 1)):
                return found
        return None

    def _default_of_function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, module: Source, parameter: str, steps: int
    ) -> Written | None:
        value = dict(_parameters(node)).get(parameter)
        if isinstance(value, ast.Constant) and value.value is None:
            value = _when_none(node, parameter)
        return self._text(value, module, steps) if value else None

    def _text(self, value: ast.expr, module: Source, steps: int) -> Written | None:
        """Return the text that an expression stands for."""
        if not steps:
            return None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return Written(value.value, module.path, value.lineno)
        if isinstance(value, ast.Call):
            inner = _default_of_field(value)
            return self._text(inner, module, steps - 1) if inner else None
        name = _dotted(value)
        place = self._within(module, name, steps - 1) if name else None
        target = _assigned(place.node) if place else None
        return self._text(target, place.module, steps - 1) if place and target else None

    def _find(self, name: str, steps: int) -> _Place | None:
        """Return what a dotted name stands for: the longest part of it that is a module, and the rest in there."""
        parts = name.split(".")
        for length in range(len(parts) - 1, 0, -1):
            if source := self.source(".".join(parts[:length])):
                return self._within(source, ".".join(parts[length:]), steps)
        return None

    def _within(self, module: Source, name: str, steps: int) -> _Place | None:
        """Return what a name of a module stands for."""
        first, _, rest = name.partition(".")
        statement = module.bound.get(first)
        if statement is None or not steps:
            return None
        if isinstance(statement, ast.Import | ast.ImportFrom):
            target = _target_of_import(statement, first, module)
            return self._find(f"{target}.{rest}" if rest else target, steps - 1)
        if not rest:
            return _Place(statement, module)
        members = _bindings(statement.body) if isinstance(statement, ast.ClassDef) else {}
        return _Place(members[rest], module) if rest in members else None


def parsed_source(data: bytes) -> ast.Module | None:
    """Return the tree of Python source; ``None`` for what cannot be parsed or is too large to be written by people."""
    if len(data) > _MAXIMUM_SOURCE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _bindings(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    """Return the statements that bind names, through ``if`` and ``try``; of several the first is what runs as a rule.

    (The others are the branches for a missing dependency or for type checkers.)
    """
    found: dict[str, ast.stmt] = {}
    for statement in _flat(body):
        for name in _names_bound(statement):
            found.setdefault(name, statement)
    return found


def _flat(body: list[ast.stmt], nesting: int = 0) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If | ast.Try) and nesting < _MAXIMUM_STEPS:
            yield from _flat(statement.body, nesting + 1)
            yield from _flat(statement.orelse, nesting + 1)
        else:
            yield statement


def _names_bound(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name for alias in aliases)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _target_of_import(statement: ast.Import | ast.ImportFrom, name: str, module: Source) -> str:
    alias = next(alias for alias in statement.names if name in (alias.asname, alias.name))
    if isinstance(statement, ast.Import):
        return alias.name
    package = module.package(statement.level) if statement.level else ""
    return ".".join(part for part in (package, statement.module, alias.name) if part)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the parameters of a function with their defaults."""
    positional = [*node.args.posonlyargs, *node.args.args]
    missing = len(positional) - len(node.args.defaults)
    yield from zip((one.arg for one in positional), [*[None] * missing, *node.args.defaults], strict=True)
    yield from zip((one.arg for one in node.args.kwonlyargs), node.args.kw_defaults, strict=True)


def _when_none(node: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str) -> ast.expr | None:
    """Return what a function takes instead of ``None``: ``if name is None: name = …`` or ``other = name or …``."""
    for statement in node.body:
        match statement:
            case ast.If(test=ast.Compare(left=ast.Name(id=name), ops=[ast.Is()]), body=body) if name == parameter:
                return _assigned(_bindings(body).get(parameter))
            case ast.Assign(value=ast.BoolOp(op=ast.Or(), values=[ast.Name(id=name), instead])) if name == parameter:
                return instead
    return None


def _is_field(member: ast.AnnAssign, parameter: str) -> bool:
    """Whether a class attribute is the field that a keyword fills."""
    if isinstance(member.target, ast.Name) and member.target.id == parameter:
        return True
    keywords = member.value.keywords if isinstance(member.value, ast.Call) else []
    return any(
        one.arg == "alias" and isinstance(one.value, ast.Constant) and one.value.value == parameter for one in keywords
    )


def _default_of_field(call: ast.Call) -> ast.expr | None:
    """Return the default that ``Field(default=…)`` or ``Field(…)`` gives."""
    if _dotted(call.func).rpartition(".")[2] not in _FIELDS:
        return None
    keyword = next((one.value for one in call.keywords if one.arg == "default"), None)
    return keyword or next(iter(call.args), None)


def _assigned(node: ast.AST | None) -> ast.expr | None:
    return node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None


def _dotted(node: ast.expr) -> str:
    """Return ``a.b`` of a name or an attribute; an empty text for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return f"{name}.{attribute}"
    return ""
