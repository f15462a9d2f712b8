"""One call that loads → the changes that pin it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from ptmdeps.fixing.brackets import appended, before, brackets_at
from ptmdeps.fixing.literals import Change, part_replaced, quoted_like, replaced, span
from ptmdeps.fixing.source import CannotPin, Text
from ptmdeps.fixing.wishes import Wish
from ptmdeps.scan.loaders import Argument
from ptmdeps.scan.loaders.loader import Loader

_HANDED_ON = frozenset({"partial", "to_thread", "run_sync", "submit"})
"""Functions that call their first argument with what follows, by name or by position."""


class Calls:
    """The calls of a file, by where they begin."""

    def __init__(self, tree: ast.Module) -> None:
        self._at: dict[int, list[ast.Call]] = {}
        self._names: dict[str, str] = {}
        for node in _outside_of_texts(tree):
            match node:
                case ast.Call():
                    self._at.setdefault(node.lineno, []).append(node)
                case ast.ImportFrom(names=names):
                    self._names.update({alias.asname: alias.name for alias in names if alias.asname})
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name() | ast.Attribute() as value):
                    self._names[name] = _last_name(value)

    def find(self, lines: Iterable[int], column: int | None, loader: str) -> ast.Call:
        """The one call at a place whose function has the name of the loader, or that is handed that function.

        Without a column it must be the only one in its line.

        Raises:
            CannotPin: none is, or several are.
        """
        word = loader.rpartition(".")[2]
        calls = (call for line in lines for call in self._at.get(line, ()) if column in (None, call.col_offset))
        found = [call for call in calls if self._loads(call, word)]
        if len(found) != 1:
            raise CannotPin("several such calls begin there" if found else f"no call of `{word}` begins there")
        return found[0]

    def _loads(self, call: ast.Call, word: str) -> bool:
        name = _last_name(call.func)
        return word in (name, self._names.get(name)) or (_is_handed_on(call) and word == _last_name(call.args[0]))


def changes_of(text: Text, call: ast.Call, wishes: Sequence[Wish], row: Loader | None) -> tuple[Change, ...]:
    """Everything that pins one call.

    Raises:
        CannotPin: one of the wishes cannot be met.
    """
    changes: list[Change | None] = []
    added: list[tuple[str, str]] = []
    for wish in wishes:
        name, _, key = wish.keyword.partition(".")
        if wish.way == "notation":
            changes.append(_in_id(text, call, wish))
        elif key:
            changes.append(_in_dictionary(text, call, name, key, wish.commit))
        elif (given := _given(call, wish, row)) is not None:
            changes.append(replaced(text, given, wish.commit))
        else:
            added.append((name, wish.commit))
    if added:
        changes.append(_with_keywords(text, call, added))
    return tuple(change for change in changes if change is not None)


def _given(call: ast.Call, wish: Wish, row: Loader | None) -> ast.expr | None:
    """The expression that gives the ref now, by name or by position."""
    argument = _argument(wish.keyword, row)
    for keyword in call.keywords:
        if keyword.arg in argument.keywords:
            return keyword.value
        if keyword.arg is None and _may_give(keyword.value, argument):
            raise CannotPin("a dictionary behind `**` gives its revision")
    if argument.position is not None:
        position = argument.position + _is_handed_on(call)
        given = call.args[: position + 1]
        if any(isinstance(value, ast.Starred) for value in given):
            raise CannotPin("a `*` before it may give its revision already")
        return given[position] if position < len(given) else None
    if wish.ref is not None:
        raise CannotPin("its revision is not written at the call")
    return None


def _argument(keyword: str, row: Loader | None) -> Argument:
    """Where a call takes a ref, as the catalogue says; by keyword only where it does not know the call."""
    if row is not None:
        for arguments in (row.arguments, *(also.arguments for also in row.also)):
            if arguments.ref is not None and keyword in arguments.ref.keywords:
                return arguments.ref
    return Argument(None, keyword)


def _may_give(spread: ast.expr, argument: Argument) -> bool:
    """Whether a dictionary that is spread into a call is written there and holds the argument."""
    keys = spread.keys if isinstance(spread, ast.Dict) else []
    return any(isinstance(key, ast.Constant) and key.value in argument.keywords for key in keys)


def _with_keywords(text: Text, call: ast.Call, added: Sequence[tuple[str, str]]) -> Change:
    """Keywords behind the last argument, or in front of the first ``**``."""
    items = [f"{name}={quoted_like(text, call, commit)}" for name, commit in added]
    names = [keyword.arg for keyword in call.keywords]
    index = names.index(None) if None in names else len(names)
    if index < len(names):
        splices = before(text.text, span(text, call.keywords[index])[0], items)
    else:
        given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        last = max((span(text, item)[0] for item in given), default=0)
        splices = appended(text.text, brackets_at(text.text, *span(text, call)), last, items)
    if any(isinstance(argument, ast.GeneratorExp) for argument in call.args[:1]) and len(call.args) == 1:
        raise CannotPin("its argument is a generator without brackets")

    def make() -> None:
        call.keywords[index:index] = [ast.keyword(arg=name, value=ast.Constant(commit)) for name, commit in added]

    return Change(splices, make)


def _in_dictionary(text: Text, call: ast.Call, name: str, key: str, commit: str) -> Change | None:
    """The key of a dictionary that is written as an argument."""
    node = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    if not isinstance(node, ast.Dict):
        raise CannotPin(f"it takes its revision in `{name}=`, and no dictionary is written there")
    for known, value in zip(node.keys, node.values, strict=True):
        if isinstance(known, ast.Constant) and known.value == key:
            return replaced(text, value, commit)
    entry = f"{quoted_like(text, call, key)}: {quoted_like(text, call, commit)}"
    last = max(
        (_entry_start(text, known, value) for known, value in zip(node.keys, node.values, strict=True)), default=0
    )
    splices = appended(text.text, brackets_at(text.text, *span(text, node)), last, [entry])

    def make() -> None:
        node.keys.append(ast.Constant(key))
        node.values.append(ast.Constant(commit))

    return Change(splices, make)


def _entry_start(text: Text, key: ast.expr | None, value: ast.expr) -> int:
    """Where an entry of a dictionary begins; for ``**other`` that is its stars."""
    if key is not None:
        return span(text, key)[0]
    return text.text.rindex("**", 0, span(text, value)[0])


def _in_id(text: Text, call: ast.Call, wish: Wish) -> Change | None:
    """The ref in the text of the id: ``id@commit``, or ``/resolve/commit/`` in an address."""
    values = (*call.args, *(keyword.value for keyword in call.keywords))
    texts = [value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    for node in texts:
        in_address = re.search(rf"/{re.escape(wish.name)}/(?:resolve|blob|raw|tree)/[^/?#]+", str(node.value))
        if in_address:
            start = in_address[0].rpartition("/")[0]
            return part_replaced(text, node, in_address[0], f"{start}/{wish.commit}")
        name = str(node.value).partition("@")[0]
        if name.rpartition(":")[2] == wish.name:
            return part_replaced(text, node, str(node.value), f"{name}@{wish.commit}")
    raise CannotPin("its id is not written out at the call")


def _is_handed_on(call: ast.Call) -> bool:
    """Whether a call may call its first argument."""
    return bool(call.args) and _last_name(call.func) in _HANDED_ON and bool(_last_name(call.args[0]))


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _outside_of_texts(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those inside f-strings, whose places Python 3.11 does not know."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if not isinstance(node, ast.JoinedStr):
            yield node
            pending.extend(ast.iter_child_nodes(node))
