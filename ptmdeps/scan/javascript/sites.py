"""The calls of a file that load models, found by what their names are imported as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.scan.javascript.bindings import Bindings
from ptmdeps.scan.javascript.calls import PACKAGES, ROWS, Row
from ptmdeps.scan.javascript.imports import Imported
from ptmdeps.scan.javascript.tokens import Tokens

_LONGEST_CHAIN = 8
_ROWS = {(package, row.name): row for row in ROWS for package in row.packages if not row.name.startswith("*")}
_METHODS = {
    (package, row.name.removeprefix("*.")): row for row in ROWS for package in row.packages if row.name.startswith("*")
}


@dataclass(frozen=True, slots=True)
class Site:
    """One call: its row, the name as imported, the bracket of its arguments, its line, and what it is imported from."""

    row: Row
    name: str
    opening: int
    line: int
    imported: Imported


def sites_in(tokens: Tokens, imports: dict[str, Imported], bindings: Bindings) -> Iterator[Site]:
    """Yield every call of a row, in the order of the file."""
    for index, token in enumerate(tokens.all):
        if token.kind != "name":
            continue
        opening = _opening(tokens, index)
        if opening is None:
            continue
        chain, first = _chain(tokens, index)
        if chain and chain[0] in imports and bindings.is_shadowed(chain[0], first):
            continue
        found = _row(chain, imports) if chain else None
        if found is None and len(chain) != 1:
            found = _by_method(token.text, imports)
        if found:
            row, imported = found
            is_new = tokens.text(first - 1) == "new"
            if row.name.startswith("new ") == is_new:
                shown = row.name.removeprefix("default.").replace("*", chain[-2] if len(chain) > 1 else "…")
                yield Site(row, f"{imported.package}: {shown}", opening, tokens.all[first].line, imported)


def _opening(tokens: Tokens, index: int) -> int | None:
    """Return the bracket of the arguments after a name and its type arguments."""
    if tokens.text(index + 1) == "(":
        return index + 1
    if tokens.text(index + 1) == "<":
        for following in range(index + 2, min(index + 24, len(tokens.all))):
            if tokens.text(following) == ">" and tokens.text(following + 1) == "(":
                return following + 1
            if tokens.text(following) in {"(", ")", ";", "{", "}"}:
                return None
    return None


def _chain(tokens: Tokens, index: int) -> tuple[tuple[str, ...], int]:
    """Return the names joined by dots that end at a token, and where they begin; none for other receivers."""
    names = [tokens.text(index)]
    while tokens.text(index - 1) in {".", "?."}:
        index -= 2
        if not tokens.is_name(index) or len(names) > _LONGEST_CHAIN:
            return (), index
        names.append(tokens.text(index))
    if tokens.text(index - 1) == "function":
        return (), index
    return tuple(reversed(names)), index


def _row(chain: tuple[str, ...], imports: dict[str, Imported]) -> tuple[Row, Imported] | None:
    imported = imports.get(chain[0])
    if imported is None:
        return None
    parts = ((imported.export,) if imported.export else ()) + chain[1:]
    dotted = ".".join(parts)
    for prefix in ("", "new "):
        if row := _ROWS.get((imported.package, f"{prefix}{dotted}")):
            return row, imported
    if parts and parts[0] == "default" and (row := _ROWS.get((imported.package, ".".join(parts[1:])))):
        return row, imported
    row = _METHODS.get((imported.package, parts[-1])) if len(parts) > 1 else None
    return (row, imported) if row else None


def _by_method(word: str, imports: dict[str, Imported]) -> tuple[Row, Imported] | None:
    """Return the row for a method of a receiver that cannot be known, in a file that imports its package."""
    packages = {imported.package: imported for imported in imports.values()}
    for package in PACKAGES:
        row = _METHODS.get((package, word)) if package in packages else None
        if row and row.by_method:
            return row, packages[package]
    return None
