"""Imports: modules of the repository are followed once, others stand for themselves by their name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ptmdeps.hubconf import attributes, containers
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import ExhaustedError, RaisedError
from ptmdeps.hubconf.machine import Frame, Machine
from ptmdeps.hubconf.repository import ROOT
from ptmdeps.hubconf.values import Arguments, Scope, Value


def scope_of(scope: Scope) -> Scope:
    """Return the scope of the module that a scope is in."""
    while scope.parent is not None:
        scope = scope.parent
    return scope


def import_(machine: Machine, node: ast.Import, scope: Scope) -> None:
    """``import a.b``, ``import a.b as c``."""
    for alias in node.names:
        whole = load(machine, alias.name) or v.External(alias.name)
        if alias.asname:
            machine.bind(ast.Name(alias.asname, ast.Store()), whole, scope)
        else:
            top = alias.name.partition(".")[0]
            machine.bind(ast.Name(top, ast.Store()), load(machine, top) or v.External(top), scope)


def import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    """``from .a import b as c``, ``from a import *``."""
    base = absolute(scope.module, node.module or "", node.level)
    module = load(machine, base) if base else None
    for alias in node.names:
        if alias.name == "*":
            _import_all(machine, base, module, scope)
        else:
            found = _member(machine, base, module, alias.name)
            machine.bind(ast.Name(alias.asname or alias.name, ast.Store()), found, scope)


def absolute(module: v.Module, name: str, level: int) -> str:
    """Return the full name of a module that is imported relatively."""
    if not level:
        return name
    parts = module.name.split(".")
    parts = parts[: len(parts) - level + (1 if module.package else 0)]
    return ".".join([*parts, name] if name else parts)


def _member(machine: Machine, base: str, module: v.Module | None, name: str) -> Value:
    if module is None:
        return machine.outside(f"{base}.{name}")
    if name in module.names:
        return module.names[name]
    return attributes.of_module(machine, module, name)


def _import_all(machine: Machine, base: str, module: v.Module | None, scope: Scope) -> None:
    if module is None:
        scope.module.stars.append(base)
        return
    scope.module.stars.extend(module.stars)
    for name in _public(machine, module):
        machine.bind(ast.Name(name, ast.Store()), attributes.of_module(machine, module, name), scope)


def _public(machine: Machine, module: v.Module) -> Iterator[str]:
    declared = module.names.get("__all__")
    if declared is None:
        return iter([name for name in module.names if not name.startswith("_")])
    found = containers.elements(machine, declared)
    return iter([name for name in found.values if isinstance(name, str)] if found is not None else [])


def load(machine: Machine, name: str) -> v.Module | None:
    """Return a module of the repository, followed if it was not yet; nothing if it has none of that name."""
    if name in machine.modules:
        return machine.modules[name]
    path = machine.repository.module(name, _roots(machine))
    if path is None:
        return None
    parent, _, last = name.rpartition(".")
    above = load(machine, parent) if parent else None
    if name in machine.modules:
        return machine.modules[name]
    module = follow(machine, name, path)
    if above is not None:
        above.names.setdefault(last, module)
    return module


def _roots(machine: Machine) -> list[str]:
    inside = (machine.repository.inside(one) for one in map(_path, machine.roots.values) if one)
    return [one for one in dict.fromkeys(inside) if one is not None]


def _path(value: Value) -> str:
    """Entries of ``sys.path`` that are relative are looked for in the repository too."""
    text = value.text if isinstance(value, v.PathText) else value
    if not isinstance(text, str):
        return ""
    return text if text.startswith(("$", "/", "~")) else f"{ROOT}/{text}"


def follow(machine: Machine, name: str, path: str) -> v.Module:
    """Follow the statements of a module once, each on its own: one that fails does not hide the others."""
    package = path.endswith(("/__init__.py", "/")) or path == "__init__.py"
    module = v.Module(name, path, package)
    machine.modules[name] = module
    file = path.rstrip("/")
    above = name if package else name.rpartition(".")[0]
    module.names.update(__name__=name, __file__=f"{ROOT}/{file}", __package__=above, __doc__=None)
    if package:
        folder = file.rpartition("/")[0] if path.endswith(".py") else file
        module.names["__path__"] = v.Items([f"{ROOT}/{folder}"])
    tree = machine.repository.tree(path) if path.endswith(".py") else None
    if tree is None:
        return module
    scope = Scope(names=module.names, module=module, kind="module")
    machine.stack.append(Frame(path, 1))
    uncertain, machine.uncertain = machine.uncertain, 0
    try:
        _statements(machine, tree, scope)
    finally:
        machine.uncertain = uncertain
        machine.stack.pop()
    return module


def _statements(machine: Machine, tree: ast.Module, scope: Scope) -> None:
    module = scope.module
    for statement in tree.body:
        try:
            machine.run([statement], scope)
        except RaisedError as raised:
            machine.repository.problems.append(f"{machine.place}: it raises {raised.name}")
            if raised.place == machine.place and isinstance(statement, ast.Raise):
                return
        except RecursionError:
            machine.repository.problems.append(f"{machine.place}: it is nested too deeply to be followed")
        except ExhaustedError:
            machine.repository.problems.append(f"{module.path}: following it takes too long")
            raise


def imported(machine: Machine, arguments: Arguments) -> Value:
    """``importlib.import_module(name, package)``."""
    name = arguments.get(0, "name")
    package = arguments.get(1, "package")
    return machine.each(name, lambda one: _imported(machine, one, package))


def imported_top(machine: Machine, arguments: Arguments) -> Value:
    """``__import__("a.b")``: imports ``a.b`` and gives ``a``."""

    def one(name: Value) -> Value:
        found = _imported(machine, name, None)
        return _imported(machine, name.partition(".")[0], None) if isinstance(name, str) else found

    return machine.each(arguments.get(0, "name"), one)


def _imported(machine: Machine, name: Value, package: Value) -> Value:
    if not isinstance(name, str):
        return v.Opaque("which module is imported is computed when the code runs")
    level = len(name) - len(name.lstrip("."))
    if level and isinstance(package, str):
        name = absolute(v.Module(package, "", package=True), name[level:], level)
    return load(machine, name) or v.External(name)


def _variables(machine: Machine, arguments: Arguments) -> Value:
    return attributes.attribute(machine, arguments.get(0, "object"), "__dict__")


VARIABLES = v.Native("vars", _variables)
