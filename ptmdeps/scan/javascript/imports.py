"""Which names of a file come from which package, and how a call is named by its import."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ptmdeps.scan.javascript.calls import PACKAGES
from ptmdeps.scan.javascript.tokens import Tokens

_PACKAGE = re.compile(
    r"(?:^|/|npm:)(?P<package>" + "|".join(re.escape(name) for name in PACKAGES) + r")(?:@(?P<version>[^/]+))?(?=/|$)"
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a name stands for: an export of a package (empty: all of it), and the version if an address says so."""

    package: str
    export: str = ""
    version: str = ""


def package_of(specifier: str) -> Imported | None:
    """Return the package that an import specifier or the address of a script names, if it has rows."""
    match = None if specifier.startswith(".") else _PACKAGE.search(specifier)
    return Imported(match["package"], "", match["version"] or "") if match else None


def imports_of(tokens: Tokens) -> dict[str, Imported]:
    """Return what every imported name of a file stands for: ``import``, ``require`` and ``await import``."""
    names: dict[str, Imported] = {}
    for index, token in enumerate(tokens.all):
        if token.kind == "text" and (package := package_of(token.text)):
            before = tokens.text(index - 1)
            if before == "from":
                _bind_clause(tokens, index - 2, package, names)
            elif before == "(" and tokens.text(index - 2) in {"require", "import"}:
                _bind_call(tokens, index - 2, package, names)
        elif token.kind == "name" and token.text in names and not names[token.text].export:
            _bind_again(tokens, index, names[token.text], names)
    return names


def _bind_clause(tokens: Tokens, end: int, package: Imported, names: dict[str, Imported]) -> None:
    """Bind ``D, {a as b}`` or ``* as N`` between ``import`` and ``from``, read from its end."""
    if tokens.text(end) == "}":
        _bind_members(tokens, end, package, names, renaming="as")
        end = _opening(tokens, end) - 1
        if tokens.text(end) != ",":
            return
        end -= 1
    if tokens.is_name(end) and tokens.text(end - 1) == "as" and tokens.text(end - 2) == "*":
        names[tokens.text(end)] = package
    elif tokens.is_name(end) and tokens.text(end - 1) in {"import", ","}:
        names[tokens.text(end)] = Imported(package.package, "default", package.version)


def _bind_call(tokens: Tokens, index: int, package: Imported, names: dict[str, Imported]) -> None:
    """Bind ``const {a: b} = await import(..)`` and ``const N = require(..)``."""
    closing = tokens.closing.get(index + 1, index)
    if tokens.text(closing + 1) == "." and tokens.text(closing + 2) == "then":
        _bind_parameter(tokens, closing + 3, package, names)
        return
    index -= 1
    while tokens.text(index) in {"await", "("}:
        index -= 1
    if tokens.text(index) == "=":
        _bind_target(tokens, index - 1, package, names)


def _bind_parameter(tokens: Tokens, index: int, package: Imported, names: dict[str, Imported]) -> None:
    """Bind ``({a: b}) =>`` and ``N =>`` of the function that ``then`` is given."""
    while tokens.text(index) in {"(", "async"}:
        index += 1
    _bind_target(tokens, tokens.closing.get(index, index), package, names)


def _bind_again(tokens: Tokens, index: int, package: Imported, names: dict[str, Imported]) -> None:
    """Bind ``const {a} = N`` and ``const {a} = await N`` of a package that has a name already."""
    before = index - 1
    while tokens.text(before) == "await":
        before -= 1
    if tokens.text(before) == "=" and tokens.text(before - 1) == "}" and tokens.text(index + 1) not in {".", "(", "["}:
        _bind_target(tokens, before - 1, package, names)


def _bind_target(tokens: Tokens, end: int, package: Imported, names: dict[str, Imported]) -> None:
    if tokens.text(end) == "}":
        _bind_members(tokens, end, package, names, renaming=":")
    elif tokens.is_name(end):
        names[tokens.text(end)] = package


def _bind_members(tokens: Tokens, end: int, package: Imported, names: dict[str, Imported], *, renaming: str) -> None:
    for index in range(_opening(tokens, end) + 1, end):
        if tokens.is_name(index) and tokens.text(index - 1) in {"{", ",", "type"}:
            renamed = tokens.text(index + 1) == renaming and tokens.is_name(index + 2)
            local = tokens.text(index + 2 if renamed else index)
            names[local] = Imported(package.package, tokens.text(index), package.version)


def _opening(tokens: Tokens, end: int) -> int:
    """Return the bracket that a closing one belongs to."""
    start = tokens.inside[end]
    return start if tokens.closing.get(start) == end else end
