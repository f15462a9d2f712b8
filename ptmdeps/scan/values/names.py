"""Names: from the place where one is used back to what gave it its value."""

from __future__ import annotations

import ast
import builtins

from ptmdeps.scan.project import import_name
from ptmdeps.scan.reaching import FUNCTIONS, Binding, Position, Reached
from ptmdeps.scan.source import Module
from ptmdeps.scan.symbols import Scope
from ptmdeps.scan.values.changes import with_changes
from ptmdeps.scan.values.containers import elements, part_of
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.parameters import parameter
from ptmdeps.scan.values.strings import added, either_merged
from ptmdeps.scan.values.types import better_typed
from ptmdeps.scan.values.value import (
    Definition,
    External,
    File,
    Frame,
    Local,
    Text,
    Unknown,
    Value,
    Values,
    found_at,
    found_by,
    within,
)
from ptmdeps.unguarded import replace


def name(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for a name that is read."""
    assert isinstance(node, ast.Name)  # noqa: S101 - the table of rules says so
    if node.id in frame.variables:
        return found_at(frame.variables[node.id], "registry", node, frame)
    values = lookup(evaluator, node.id, frame)
    return found_at(values, "constant", node, frame)


def lookup(evaluator: Evaluator, text: str, frame: Frame) -> Values:
    """Return what a name can be in a frame: innermost scope first, as Python looks."""
    innermost = True
    shared = False
    for depth in range(len(frame.owners), 0, -1):
        owner = frame.owners[depth - 1]
        skipped = (isinstance(owner, ast.ClassDef) and not innermost) or (shared and depth > 1)
        if not skipped:
            scope = frame.module.scopes.of(owner)
            if text in scope.shared:
                shared = True
            else:
                use = scope.position(frame.statement) if innermost else None
                here = frame if innermost else outer(frame, depth)
                if reached := scope.reaching(text, use) or _late(scope, text, use):
                    return _of_bindings(evaluator, text, reached, here, scope=scope, use=use)
        innermost = False
    return _from_elsewhere(evaluator, text, frame)


def outer(frame: Frame, depth: int) -> Frame:
    """Return the frame of one of the owners around, seen after all its statements."""
    owners = frame.owners[:depth]
    return replace(frame, owners=owners, statement=None, variables={})


def _late(scope: Scope, text: str, use: Position | None) -> list[Reached]:
    """Return the bindings of a file or class at large, when none seems to come before the use."""
    if use is None or isinstance(scope.owner, FUNCTIONS):
        return []
    return scope.reaching(text, None)


def _of_bindings(
    evaluator: Evaluator, text: str, reached: list[Reached], frame: Frame, *, scope: Scope, use: Position | None
) -> Values:
    found: list[Value] = []
    for one in reached:
        values = of_binding(evaluator, text, one.binding, frame)
        if one.branches:
            values = within(values, {(frame.module.path, place): branch for place, branch in one.branches})
        found.extend(values)
    values = better_typed(evaluator, tuple(found), _annotation(scope, text), frame)
    return with_changes(evaluator, values, text, scope=scope, frame=frame, use=use)


def _annotation(scope: Scope, text: str) -> ast.expr | None:
    """Return the type that a variable is declared with; those of parameters are looked at with their callers."""
    annotation = scope.annotations.get(text)
    if annotation is None or any(binding.kind == "parameter" for binding in scope.bindings.get(text, ())):
        return None
    return annotation


def of_binding(evaluator: Evaluator, text: str, binding: Binding, frame: Frame) -> Values:
    """Return what one binding gives a name; ``frame`` is that of the scope that binds."""
    value = binding.value
    match binding.kind:
        case "parameter":
            return parameter(evaluator, text, frame)
        case "import":
            return imported(evaluator, value, binding.path[0], frame)
        case "definition":
            assert isinstance(value, (*FUNCTIONS, ast.ClassDef))  # noqa: S101 - only definitions bind like this
            return (Definition(module=frame.module, node=value, owners=frame.owners),)
    if isinstance(value, ast.expr) and binding.kind != "unknown":
        here = replace(frame, statement=binding.statement or frame.statement, variables={})
        return _of_expression(evaluator, text, binding, value, here)
    return (Unknown(reason=f"`{text}` gets its value in a way that is not followed", expression=text),)


def _of_expression(evaluator: Evaluator, text: str, binding: Binding, value: ast.expr, here: Frame) -> Values:
    """Return what a binding gives a name that comes from an expression."""
    values = evaluator.values(value, here)
    match binding.kind:
        case "augmented":
            old = _before(evaluator, text, value, here)
            is_merged = isinstance(getattr(binding.statement, "op", None), ast.BitOr)
            return either_merged(old, values) if is_merged else added(old, values, value)
        case "iteration":
            place = (here.module.path, value.lineno, value.col_offset)
            items = elements(evaluator, values, value, place)
            return found_by(part_of(evaluator, items, binding.path), "registry")
        case "context":
            return values
    return part_of(evaluator, values, binding.path)


def _before(evaluator: Evaluator, text: str, added_value: ast.expr, frame: Frame) -> Values:
    """Return what a name has before something is added to it, found once: each of many branches may add something."""
    key = ("augmented", frame.module.path, added_value.lineno, added_value.col_offset, frame.depth, id(frame.called))

    def find() -> tuple[object, Values]:
        with evaluator.once(key) as first:
            return frame.called, lookup(evaluator, text, frame) if first else ()  # kept, so that its id stays its own

    found: tuple[object, Values] = evaluator.noted(key, find)
    return found[1]


def imported(evaluator: Evaluator, statement: ast.AST, index: int, frame: Frame) -> Values:
    """Return what one name of an import statement is."""
    importer = frame.module.path
    match statement:
        case ast.Import(names=names):
            alias = names[index]
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            return module_named(evaluator, importer, module)
        case ast.ImportFrom(module=module, names=names, level=level):
            return imported_from(evaluator, importer, module or "", level, names[index].name)
    return ()


def module_named(evaluator: Evaluator, importer: str, dotted: str) -> Values:
    """Return the module of the project or of a library that an absolute name means.

    A project that *is* a library of the catalogue loads with it like others; what it only calls by such a name, such
    as a folder ``datasets``, is its own.
    """
    package = dotted.partition(".")[0]
    if package not in evaluator.catalogue.libraries or not evaluator.project.is_distribution(package):
        path = evaluator.project.find(importer, dotted)
        module = evaluator.project.module(path) if path else None
        if module is not None:
            return (File(module=module),)
    return (External(name=dotted),)


def _own_module(evaluator: Evaluator, importer: str, module: str, text: str) -> Values:
    """Return the file of a project that is a library of the catalogue, for what has no rows there."""
    catalogue, name = evaluator.catalogue, f"{module}.{text}"
    if module.partition(".")[0] not in catalogue.libraries:
        return ()
    if catalogue.find(name) if text.islower() or text.isupper() else catalogue.has_class(name):
        return ()
    path = evaluator.project.find(importer, module)
    found = evaluator.project.module(path) if path else None
    return (File(module=found),) if found is not None else ()


def imported_from(evaluator: Evaluator, importer: str, module: str, level: int, text: str) -> Values:
    """Return what ``from module import text`` gives."""
    if not level:
        found = _own_module(evaluator, importer, module, text) or module_named(evaluator, importer, module)
    else:
        path = evaluator.project.find(importer, module, level)
        parsed = evaluator.project.module(path) if path else None
        found = (File(module=parsed),) if parsed else ()
        inner = f"{module}.{text}" if module else text
        if not found and (path := evaluator.project.find(importer, inner, level)):
            parsed = evaluator.project.module(path)
            return (File(module=parsed),) if parsed else ()
    if not found:
        shown = f"{'.' * level}{module}"
        return (Unknown(reason=f"`{shown}` is not among the project's files", expression=text),)
    return tuple(value for source in found for value in member(evaluator, source, text))


def member(evaluator: Evaluator, source: Value, text: str) -> Values:
    """Return a name of a module."""
    match source:
        case External(name=package):
            return (External(name=f"{package}.{text}"),)
        case File(module=module):
            with evaluator.once((module.path, text)) as first:
                return _of_file(evaluator, module, text) if first else ()
    return ()


def _of_file(evaluator: Evaluator, module: Module, text: str) -> Values:
    """Return what a file of the project sets, brings with a star, or holds as a submodule."""
    frame = Frame(module=module, owners=(module.tree,))
    scope = module.scopes.of(module.tree)
    if reached := scope.reaching(text, None):
        return _of_bindings(evaluator, text, reached, frame, scope=scope, use=None)
    if module.is_package and (path := evaluator.project.find(module.path, text, 1)):
        inner = evaluator.project.module(path)
        return (File(module=inner),) if inner else ()
    missing = Unknown(reason=f"`{module.path}` does not set `{text}`", expression=text)
    return _from_stars(evaluator, text, frame) or (missing,)


def _from_elsewhere(evaluator: Evaluator, text: str, frame: Frame) -> Values:
    if found := _from_stars(evaluator, text, frame):
        return found
    if text == "__file__":
        return (Local(path=text, file=f"/{frame.module.path}"),)
    if text in ("__name__", "__package__"):
        package = import_name(frame.module.path)
        is_package = frame.module.is_package or text == "__name__"
        return (Text(text=package if is_package else package.rpartition(".")[0], resolution="computed"),)
    if hasattr(builtins, text):
        return (External(name=f"builtins.{text}"),)
    return (Unknown(reason=f"`{text}` is not set in this file", expression=text),)


def _from_stars(evaluator: Evaluator, text: str, frame: Frame) -> Values:
    """Look for a name in what star imports bring; a library of the catalogue is believed to have it."""
    frame.module.looked.names.add("*")
    for statement in reversed(frame.module.scopes.of(frame.module.tree).stars):
        module, level = statement.module or "", statement.level
        if not level and module.partition(".")[0] in evaluator.catalogue.libraries:
            if text[:1].isupper() or evaluator.catalogue.find(f"{module}.{text}"):
                return (External(name=f"{module}.{text}"),)
            continue
        path = evaluator.project.find(frame.module.path, module, level)
        source = evaluator.project.module(path) if path else None
        if source is None or source is frame.module:
            continue
        found = member(evaluator, File(module=source), text)
        if not all(isinstance(value, Unknown) for value in found):
            return found
    return ()


def comprehension_variables(evaluator: Evaluator, generators: list[ast.comprehension], frame: Frame) -> Frame:
    """Return the frame inside a comprehension, with its variables bound to every element."""
    for generator in generators:
        place = (frame.module.path, generator.iter.lineno, generator.iter.col_offset)
        items = elements(evaluator, evaluator.values(generator.iter, frame), generator.iter, place)
        bound = dict(frame.variables)
        bind_variables(evaluator, generator.target, items, bound)
        frame = replace(frame, variables=bound)
    return frame


def bind_variables(evaluator: Evaluator, target: ast.expr, values: Values, found: dict[str, Values]) -> None:
    """Bind the names of a target to the parts of what it gets."""
    match target:
        case ast.Name(id=text):
            found[text] = values
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for index, inner in enumerate(targets):
                bind_variables(evaluator, inner, part_of(evaluator, values, (index,)), found)


def lambda_variables(node: ast.Lambda, frame: Frame) -> Frame:
    """Return the frame inside a lambda, whose parameters cannot be known."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    reason = "it is a parameter of a lambda"
    unknown = {text: (Unknown(reason=reason, expression=text),) for text in names}
    return replace(frame, variables={**frame.variables, **unknown})
