"""What a project asks for: PEP 621, PEP 735 and poetry in ``pyproject.toml``, and the texts of ``setup.py``."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ptmdeps.distributions.locks import Stated, parsed, requirement, specifiers, spelled
from ptmdeps.libraries.static import parsed_source

_MAXIMUM_BYTES = 1_000_000


def declared_in(data: bytes, name: str) -> Iterator[Stated]:
    """Yield what ``pyproject.toml`` says about a distribution: the project's own dependencies before optional ones."""
    if len(data) > _MAXIMUM_BYTES:
        return
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return
    specifiers = [*_of_standards(document, name), *_of_poetry(document, name)]
    line = _line_of(data, name)
    yield from (Stated(specifier, line) for specifier in specifiers)


def declared_in_setup(data: bytes, name: str) -> Iterator[Stated]:
    """Yield what ``setup.py`` says about a distribution: every text in it that is a requirement with versions."""
    tree = parsed_source(data) if re.search(spelled(name).encode(), data, re.IGNORECASE) else None
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant)) if tree else ()
    for node in sorted(texts, key=lambda node: (node.lineno, node.col_offset)):
        found = requirement(node.value, name) if isinstance(node.value, str) else None
        if found and found.specifier:
            yield Stated(found.specifier, node.lineno)


def _of_standards(document: dict[str, Any], name: str) -> Iterator[SpecifierSet]:
    project = _table(document.get("project"))
    groups = [
        project.get("dependencies"),
        *_table(project.get("optional-dependencies")).values(),
        *_table(document.get("dependency-groups")).values(),
    ]
    for text in (one for group in groups if isinstance(group, list) for one in group if isinstance(one, str)):
        if found := requirement(text, name):
            yield found.specifier


def _of_poetry(document: dict[str, Any], name: str) -> Iterator[SpecifierSet]:
    poetry = _table(_table(document.get("tool")).get("poetry"))
    groups = [poetry, *map(_table, _table(poetry.get("group")).values())]
    for group in groups:
        for key, entry in _table(group.get("dependencies")).items():
            text = entry.get("version") if isinstance(entry, dict) else entry
            if isinstance(text, str) and canonicalize_name(key) == name:
                yield from _constraint_of_poetry(text)


def _constraint_of_poetry(text: str) -> Iterator[SpecifierSet]:
    """Yield a constraint of poetry in the standard's words; nothing for one that they do not have (``||``)."""
    words = []
    for part in re.split(r"[,\s]+(?=[\^~<>=!\d])", text.strip()):
        if part.startswith("^"):
            words.append(_caret(part[1:].strip()))
        elif part.startswith("~") and not part.startswith("~="):
            words.append(_tilde(part[1:].strip()))
        else:
            words.append(f"=={part}" if part[:1].isdigit() else part.removeprefix("*"))
    found = specifiers(",".join(words))
    if found is not None:
        yield found


def _caret(text: str) -> str:
    """Return ``^1.2.3`` as a range: up to the next change of the leftmost part that is not zero."""
    version = parsed(text)
    if version is None:
        return text
    release = version.release
    kept = next((index for index, part in enumerate(release) if part), len(release) - 1)
    return f">={text},<{'.'.join(map(str, (*release[:kept], release[kept] + 1)))}"


def _tilde(text: str) -> str:
    """Return ``~1.2.3`` as a range: up to the next minor version, or the next major one of ``~1``."""
    version = parsed(text)
    if version is None:
        return text
    major, *rest = version.release
    return f">={text},<{f'{major}.{rest[0] + 1}' if rest else major + 1}"


def _line_of(data: bytes, name: str) -> int:
    """Return the first line that names a distribution as a requirement or a key."""
    match = re.search(rb"(?i)(?:[\"'\[, ]|^|\n)" + spelled(name).encode() + rb"(?![\w.-])", data)
    return data.count(b"\n", 0, match.end()) + 1 if match else 1


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
