"""What names, fields and functions of a script stand for, and where each name is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ptmdeps.scan.javascript.tokens import Tokens

_WORK = 400_000
"""How many tokens of classes are looked at for one file."""

_CLIMB = 32
_LONGEST = 256
"""How many parts of an expression, and statements of a function, are looked at; brackets count as one part."""

_MOST_BINDINGS = 64
_MOST_CLASSES = 200
_MOST_RESULTS = 16
_MODIFIERS = frozenset(["static", "readonly", "public", "private", "protected", "declare", "override"])
_DECLARING = frozenset(["const", "let", "var"])
_BEFORE_PATTERN = _DECLARING | {"(", ",", "[", "{", ":"}
_NO_FUNCTIONS = frozenset(["if", "for", "while", "switch", "catch", "function", "return", "with", "await", "super"])

Range = tuple[int, int]
"""An expression: its first token, and the one after its last."""


@dataclass(frozen=True, slots=True)
class _Binding:
    scope: Range
    value: Range
    declared: bool


class Bindings:
    """Assignments, classes and functions of one file."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def is_shadowed(self, name: str, use: int) -> bool:
        """Whether a name is declared again, as something else, around its use."""
        for binding in self._bindings.get(name, ()):
            start, end = binding.value
            words = {self._tokens.text(index) for index in range(start, min(end, start + 8))}
            if binding.scope[0] < use < binding.scope[1] and binding.declared and not words & {"require", "import"}:
                return not start <= use < end
        return False

    def bound(self, name: str, use: int) -> Iterator[Range]:
        """Yield what is assigned to a name in the nearest scope around its use."""
        visible = [
            binding
            for binding in self._bindings.get(name, ())
            if binding.scope[0] <= use < binding.scope[1] and not binding.value[0] <= use < binding.value[1]
        ]
        nearest = min((binding.scope[1] - binding.scope[0] for binding in visible), default=0)
        for binding in visible:
            if binding.scope[1] - binding.scope[0] == nearest:
                yield binding.value

    @cached_property
    def _bindings(self) -> dict[str, list[_Binding]]:
        found: dict[str, list[_Binding]] = {}
        for index, token in enumerate(self._tokens.all):
            if token.kind == "name" and self._tokens.text(index - 1) not in {".", "?."} and token.text != "this":
                bindings = found.setdefault(token.text, [])
                equals = self._equals(index) if len(bindings) < _MOST_BINDINGS else None
                if equals is not None:
                    binding = _Binding(
                        scope=self._scope(index),
                        value=(equals + 1, self._end(equals + 1)),
                        declared=self._tokens.text(index - 1) in _DECLARING,
                    )
                    bindings.append(binding)
        return found

    def _equals(self, index: int) -> int | None:
        """Return the ``=`` after a name and its type."""
        tokens = self._tokens
        index += 1
        if tokens.text(index) in {"?", "!"}:
            index += 1
        if tokens.text(index) == ":":
            for following in range(index + 1, min(index + 16, len(tokens.all))):
                if tokens.text(following) == "=":
                    return following
                if (
                    tokens.text(following) in {",", ";", ")", "{", "?", "=>", "("}
                    or tokens.all[following].kind == "text"
                ):
                    return None
        return index if tokens.text(index) in {"=", "??=", "||="} else None

    def _end(self, start: int) -> int:
        """Return where the expression that begins at a token ends."""
        tokens = self._tokens
        index, size = start, len(tokens.all)
        for _ in range(_LONGEST):
            if index >= size or tokens.text(index) in {";", ",", ")", "]", "}"} or tokens.all[index].kind == "end":
                break
            follows = index > start and tokens.all[index].line > tokens.all[index - 1].line
            if follows and self._begins(index) and not self._goes_on(index - 1):
                break
            index = tokens.closing.get(index, index) + 1
        return min(index, size)

    def _begins(self, index: int) -> bool:
        return self._tokens.all[index].kind == "name" and self._tokens.text(index) not in {
            "as",
            "satisfies",
            "in",
            "of",
        }

    def _goes_on(self, index: int) -> bool:
        token = self._tokens.all[index]
        return (token.kind == "sign" and token.text not in {")", "]", "}"}) or token.text in {"await", "new", "return"}

    def _scope(self, index: int) -> Range:
        """Return the range where a name bound at a token is known."""
        tokens = self._tokens
        bracket = tokens.inside[index]
        for _ in range(_CLIMB):
            if bracket < 0:
                break
            end = tokens.closing.get(bracket, len(tokens.all))
            if tokens.text(bracket) == "(":
                body = self._body(end + 1)
                return (bracket, body) if body else self._around(bracket)
            if tokens.text(bracket) not in {"{", "["} or tokens.text(bracket - 1) not in _BEFORE_PATTERN:
                return bracket, end
            bracket = tokens.inside[bracket]
        return 0, len(tokens.all)

    def _around(self, bracket: int) -> Range:
        """Return the block around a bracket that is no list of parameters."""
        tokens = self._tokens
        for _ in range(_CLIMB):
            if bracket < 0 or tokens.text(bracket) == "{":
                break
            bracket = tokens.inside[bracket]
        return (bracket, tokens.closing.get(bracket, len(tokens.all))) if bracket >= 0 else (0, len(tokens.all))

    def _body(self, index: int) -> int | None:
        """Return the end of the body of a function after its parameters, if that is what they are."""
        tokens = self._tokens
        for following in range(index, min(index + 24, len(tokens.all))):
            if tokens.text(following) == "{":
                return tokens.closing.get(following, len(tokens.all))
            if tokens.text(following) == "=>" and tokens.text(following + 1) != "{":
                return self._end(following + 1)
            if tokens.text(following) in {";", ",", ")", "="}:
                return None
        return None

    @cached_property
    def _classes(self) -> tuple[tuple[str, str, Range], ...]:
        """Name, base and body of every class."""
        tokens = self._tokens
        found = []
        for index, token in enumerate(tokens.all):
            if token.kind != "name" or token.text != "class" or tokens.text(index - 1) == ".":
                continue
            base = ""
            for following in range(index + 1, min(index + 16, len(tokens.all))):
                if tokens.text(following) == "extends":
                    base = tokens.text(following + 1)
                if tokens.text(following) == "{":
                    name = tokens.text(index + 1)
                    found.append((name, base, (following, tokens.closing.get(following, len(tokens.all)))))
                    break
            if len(found) >= _MOST_CLASSES:
                break
        return tuple(found)

    @cached_property
    def fields(self) -> dict[tuple[str, str], tuple[Range, ...]]:
        """What is assigned to each field of each class: in its body, and to ``this`` in its methods."""
        tokens = self._tokens
        found: dict[tuple[str, str], tuple[Range, ...]] = {}
        work = _WORK
        for name, _, (start, end) in self._classes:
            work -= end - start
            for index in range(start + 1, end) if work > 0 else ():
                if not tokens.is_name(index):
                    continue
                of_this = tokens.text(index - 1) == "." and tokens.text(index - 2) in {"this", name}
                of_body = tokens.inside[index] == start and tokens.text(index - 1) not in {".", "="}
                equals = self._equals(index) if of_this or of_body else None
                if equals is not None and tokens.text(index) not in _MODIFIERS:
                    key = (name, tokens.text(index))
                    found[key] = (*found.get(key, ())[:_MOST_BINDINGS], (equals + 1, self._end(equals + 1)))
        return found

    def fields_of_this(self, use: int, key: str) -> tuple[Range, ...]:
        """Return the fields of the class around, and of the classes of the file that extend it."""
        around = [(body, name) for name, _, body in self._classes if body[0] < use < body[1]]
        if not around:
            return ()
        _, name = max(around)
        names = [name, *(sub for sub, base, _ in self._classes if base == name)]
        names += [base for sub, base, _ in self._classes if sub == name and base]
        return tuple(value for one in names for value in self.fields.get((one, key), ()))

    def results_of(self, name: str) -> tuple[Range, ...]:
        """Return what the function or method of a name returns, if the file has only one of that name."""
        bodies = self._functions.get(name, [])
        return tuple(self._results(bodies[0]))[:_MOST_RESULTS] if len(bodies) == 1 else ()

    @cached_property
    def _functions(self) -> dict[str, list[Range]]:
        """Bodies by name: ``name(..) {..}`` in classes and after ``function``, ``name = (..) => ..``."""
        tokens = self._tokens
        found: dict[str, list[Range]] = {}
        for index, token in enumerate(tokens.all):
            if token.kind != "name" or token.text in _NO_FUNCTIONS or tokens.text(index - 1) in {".", "?.", "new"}:
                continue
            opening = index + 1
            if tokens.text(opening) == "=":
                opening += 1 + (tokens.text(opening + 1) == "async")
            closing = tokens.closing.get(opening) if tokens.text(opening) == "(" else None
            follows = tokens.text(closing + 1) if closing is not None else ""
            body = closing + 1 + (follows == "=>") if closing is not None else 0
            if follows == "{" or (follows == "=>" and opening > index + 1):
                found.setdefault(token.text, []).append((body, self._end(body)))
        return found

    def _results(self, body: Range) -> Iterator[Range]:
        tokens = self._tokens
        start, _ = body
        if tokens.text(start) != "{":
            yield body
            return
        for index in range(start + 1, min(tokens.closing.get(start, start), start + 16 * _LONGEST)):
            if tokens.text(index) == "return" and tokens.is_name(index):
                yield index + 1, self._end(index + 1)
