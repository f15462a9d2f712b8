"""The default models of ``transformers.pipeline``, read from the library's own table without importing it.

``SUPPORTED_TASKS`` of ``transformers/pipelines/__init__.py`` was read in 4.0.0 to 5.23.0. What a task loads stands
under ``default``, ``model`` as ``"name"``, ``("name", "revision")`` or one of these for each framework (``pt``,
``tf``); the defaults of translation stand under pairs of languages instead.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from ptmdeps.libraries.static import Modules, Written

_MODULE = "transformers.pipelines"
Revision = str | None


def task_defaults(library: Modules) -> dict[str, tuple[Written, Revision]]:
    """Return for each task, alias and ``translation_xx_to_yy`` the default model and the revision it is pinned to.

    PyTorch goes before TensorFlow, as in the library where both are installed. Empty where the table cannot be read.
    """
    table = library.constant(f"{_MODULE}.SUPPORTED_TASKS")
    if table is None:
        return {}
    expression, path = table
    found: dict[str, tuple[Written, Revision]] = {}
    for task, entry in _entries(expression):
        if isinstance(task, ast.Constant) and isinstance(task.value, str):
            found.update(_of_task(task.value, _get(entry, "default"), path))
    aliases = library.constant(f"{_MODULE}.TASK_ALIASES")
    for alias, task in _entries(aliases[0]) if aliases else ():
        if _is_text(alias) and _is_text(task) and task.value in found:
            found.setdefault(alias.value, found[task.value])
    return found


def _of_task(task: str, default: ast.expr | None, path: str) -> Iterator[tuple[str, tuple[Written, Revision]]]:
    if model := _model(_get(default, "model"), path):
        yield task, model
    for key, entry in _entries(default):
        if isinstance(key, ast.Tuple) and (model := _model(_get(entry, "model"), path)):
            languages = [one.value for one in key.elts if _is_text(one)]
            yield f"{task}_{'_to_'.join(languages)}", model


def _model(value: ast.expr | None, path: str) -> tuple[Written, Revision] | None:
    if isinstance(value, ast.Dict):
        value = _get(value, "pt") or _get(value, "tf")
    name, *rest = value.elts if isinstance(value, ast.Tuple) and value.elts else [value]
    if not _is_text(name):
        return None
    revision = rest[0].value if rest and _is_text(rest[0]) else None
    return Written(name.value, path, name.lineno), revision


class _Text(ast.Constant):
    """A constant whose value is a text."""

    value: str


def _is_text(node: ast.expr | None) -> TypeGuard[_Text]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _entries(node: ast.expr | None) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    if isinstance(node, ast.Dict):
        yield from zip(node.keys, node.values, strict=True)


def _get(node: ast.expr | None, key: str) -> ast.expr | None:
    return next((value for one, value in _entries(node) if _is_text(one) and one.value == key), None)
