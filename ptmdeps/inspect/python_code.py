"""What Python files of a model's repository import, and what a ``hubconf.py`` says it needs; nothing is executed."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator

_MAXIMUM_BYTES = 2_000_000


def hubconf_dependencies(source: bytes) -> tuple[str, ...]:
    """Names of the modules that a ``hubconf.py`` says it needs (``dependencies = ["torch"]``), sorted.

    torch.hub looks for a module of each name before it calls an entry point
    (https://pytorch.org/docs/stable/hub.html). Only a list or tuple of literal texts is read; of several assignments
    at the top of the file the last one counts. Empty for what is no Python.
    """
    found: tuple[str, ...] = ()
    for statement in getattr(_parsed(source), "body", ()):
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="dependencies")], value=ast.List(elts=items) | ast.Tuple(elts=items))
                | ast.AnnAssign(target=ast.Name(id="dependencies"), value=ast.List(elts=items) | ast.Tuple(elts=items))
            ):
                texts = (item.value for item in items if isinstance(item, ast.Constant))
                found = tuple(sorted({text for text in texts if isinstance(text, str) and text.isidentifier()}))
    return found


def imported_modules(start: Iterable[str], paths: frozenset[str], read: Callable[[str], bytes]) -> tuple[str, ...]:
    """Top-level modules without which loading code of a repository fails, sorted; those of Python itself left out.

    Goes from the files ``start`` to those of ``paths`` that they import relatively. As transformers does
    (``dynamic_module_utils.get_imports``), imports in a ``try`` and under a test for something being available are
    left out.
    """
    found: set[str] = set()
    seen: set[str] = set()
    pending = sorted(set(start))
    while pending:
        path = pending.pop()
        if path in seen or path not in paths:
            continue
        seen.add(path)
        for node in _imports(_parsed(read(path))):
            if isinstance(node, ast.ImportFrom) and node.level:
                pending += _beside(path, node)
            else:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                found |= {name.partition(".")[0] for name in names}
    return tuple(sorted(found - sys.stdlib_module_names - {""}))


def _parsed(source: bytes) -> ast.Module | None:
    if len(source) > _MAXIMUM_BYTES:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _imports(tree: ast.Module | None) -> Iterator[ast.Import | ast.ImportFrom]:
    pending: list[ast.AST] = [tree] if tree else []
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not (isinstance(node, ast.Try | ast.TryStar) or (isinstance(node, ast.If) and _asks_availability(node))):
            pending += ast.iter_child_nodes(node)


def _asks_availability(node: ast.If) -> bool:
    """``if is_flash_attn_available():``, ``if TYPE_CHECKING:``."""
    for part in ast.walk(node.test):
        name = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
        if name == "TYPE_CHECKING" or (name.startswith("is_") and "available" in name):
            return True
    return False


def _beside(path: str, node: ast.ImportFrom) -> list[str]:
    """Files that a relative import may mean: ``from .x import y`` is ``x.py`` beside it."""
    parts = path.split("/")[:-1]
    folder = parts[: len(parts) - node.level + 1]
    if node.level > len(parts) + 1:
        return []
    modules = [node.module.split(".")] if node.module else [[alias.name] for alias in node.names]
    return ["/".join([*folder, *module]) + ".py" for module in modules]
