"""Renew the table of model types from unpacked wheels: ``python -m ptmdeps.inspect.model_types_regenerate FOLDER``.

``FOLDER`` holds one folder a wheel of transformers, named as you like: its version is read from its ``.dist-info``.
transformers is not imported. Only releases that are newer than the table are read, so that one new wheel is enough to
add one release; with ``--anew`` before the folder the table is made from nothing. The same folders give the same bytes.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.version import Version

from ptmdeps import atomic
from ptmdeps.inspect.model_types import TABLE

_RELEASE = re.compile(r"transformers-([^-]+)\.dist-info")
_NOTHING = '{"newest": "0", "types": {}}'
_TABLES = ("configuration_auto.py", "auto_mappings.py")

Known = dict[Version, frozenset[str]]


def regenerated(folder: Path, before: dict[str, str], newest_before: str) -> str:
    """Return the text of the table with what the wheels in a folder add."""
    wheels = {version: wheel for version, wheel in _wheels(folder).items() if version > Version(newest_before)}
    known = {version: frozenset(_types(wheel)) for version, wheel in sorted(wheels.items())}
    types = _merged(known, before)
    newest = str(max([*known, Version(newest_before)]))
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(types[name])}" for name in sorted(types))
    return f'{{\n "newest": {json.dumps(newest)},\n "types": {{\n{lines}\n }}\n}}\n'


def _merged(known: Known, before: dict[str, str]) -> dict[str, str]:
    """Say for each type since when it is known, and when it was taken away."""
    versions = sorted(known)
    types = dict(before)
    for name in sorted({*before, *(name for found in known.values() for name in found)}):
        having = [version for version in versions if name in known[version]]
        bounds = before.get(name, "")
        if name not in before and having and (before or having[0] != versions[0]):
            bounds = f">={having[0]}"
        gone = [version for version in versions if not having or version > having[-1]]
        if gone and "<" not in bounds:
            bounds = ",".join(filter(None, (bounds, f"<{gone[0]}")))
        types[name] = bounds
    return types


def _wheels(folder: Path) -> dict[Version, Path]:
    found = {}
    for path in sorted(folder.iterdir()):
        for inner in sorted(path.iterdir()) if path.is_dir() else ():
            if parts := _RELEASE.fullmatch(inner.name):
                found[Version(parts[1])] = path
    return found


def _types(wheel: Path) -> Iterator[str]:
    for path in sorted((wheel / "transformers").rglob("*.py")):
        if path.name.startswith("configuration_") or path.name in _TABLES:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield from _of_classes(tree)
            if path.name in _TABLES:
                yield from _of_tables(tree)


def _of_classes(tree: ast.Module) -> Iterator[str]:
    """``model_type = "bert"`` in a class."""
    for node in ast.walk(tree):
        for statement in node.body if isinstance(node, ast.ClassDef) else ():
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id="model_type")], value=ast.Constant(value=str(name)))
                    | ast.AnnAssign(target=ast.Name(id="model_type"), value=ast.Constant(value=str(name)))
                ):
                    if name:
                        yield name


def _of_tables(tree: ast.Module) -> Iterator[str]:
    """``("bert", "BertConfig")`` or ``("bert", BertConfig)``, and ``"bert": "BertConfig"``."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        match node:
            case ast.Tuple(elts=[key, value]):
                pairs = [(key, value)]
            case ast.Dict(keys=keys, values=values):
                pairs = list(zip(keys, values, strict=True))
        for pair in pairs:
            match pair:
                case ast.Constant(value=str(name)), ast.Constant(value=str(target)) | ast.Name(id=target):
                    if name and target.endswith("Config"):
                        yield name


def main(arguments: list[str]) -> int:
    """Rewrite the table in this package's own source."""
    anew = arguments[:1] == ["--anew"]
    folders = arguments[1:] if anew else arguments
    if len(folders) != 1 or not Path(folders[0]).is_dir():
        sys.stderr.write("usage: python -m ptmdeps.inspect.model_types_regenerate [--anew] FOLDER\n")
        return 2
    table = Path(__file__).with_name(TABLE)
    before = json.loads(_NOTHING if anew else table.read_text(encoding="utf-8"))
    atomic.write(table, regenerated(Path(folders[0]), before["types"], before["newest"]).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
