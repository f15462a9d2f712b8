"""What texts an expression can be: by constants, registries, fields of classes, defaults, conditionals, templates.

Expressions are ranges of tokens. A name stands for what is assigned to it in the nearest scope that has such an
assignment; what cannot be followed gives no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.scan.javascript.bindings import Bindings, Range
from ptmdeps.scan.javascript.tokens import Tokens

_DEEPEST = 12
_MOST = 64
_WORK = 400_000
"""How many tokens are looked at for one file."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One text: where it stands, and how it was found."""

    text: str
    line: int
    resolution: str = "literal"


class Values:
    """The values of one file."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._work = _WORK
        self.bindings = Bindings(tokens)

    def texts(self, expression: Range) -> tuple[Found, ...]:
        """Return every text that an expression can be, sorted."""
        return tuple(sorted(set(self._texts(expression, 0)), key=lambda found: (found.line, found)))[:_MOST]

    def arguments(self, opening: int) -> list[Range]:
        """Return the expressions between a bracket and its closing one, split at its commas."""
        end = self._tokens.closing.get(opening)
        return [] if end is None else list(self._split(opening + 1, end, {","}))

    def property(self, expression: Range, key: str) -> tuple[Range, ...]:
        """Return what an object expression gives for a dotted key."""
        found: tuple[Range, ...] = (expression,)
        for part in key.split("."):
            found = tuple(member for base in found for member in self._members(base, part, 0))
        return found

    def _texts(self, expression: Range, depth: int) -> Iterator[Found]:
        for start, end in self._leaves(expression, depth):
            first = self._tokens.all[start]
            if end - start == 1 and first.kind == "text":
                yield Found(first.text, first.line)
            elif first.kind == "template" and self._tokens.closing.get(start) == end - 1:
                yield from self._template(start, end, depth)
            elif len(parts := list(self._split(start, end, {"+"}))) > 1:
                yield from self._joined(parts, first.line, depth)

    def _template(self, start: int, end: int, depth: int) -> Iterator[Found]:
        parts: list[Range] = []
        index = start + 1
        while index < end - 1:
            if self._tokens.all[index].kind == "insert":
                closing = self._tokens.closing.get(index, end - 1)
                parts.append((index + 1, closing))
                index = closing
            elif self._tokens.all[index].kind == "chunk":
                parts.append((index, index))
            index += 1
        yield from self._joined(parts, self._tokens.all[start].line, depth)

    def _joined(self, parts: list[Range], line: int, depth: int) -> Iterator[Found]:
        """Yield the texts of parts put together; an empty range is the chunk of a template."""
        whole = [""]
        constant = False
        for start, end in parts:
            if start == end:
                choices = [self._tokens.all[start].text]
            else:
                found = sorted(set(self._texts((start, end), depth + 1)))
                constant = constant or any(one.resolution != "literal" for one in found)
                choices = [one.text for one in found]
            whole = [before + choice for before in whole for choice in choices][:_MOST]
        for text in whole:
            yield Found(text, line, "constant" if constant else "literal")

    def _leaves(self, expression: Range, depth: int) -> Iterator[Range]:
        """Yield the expressions that one can turn out to be, with names followed to what they stand for."""
        start, end = self._stripped(expression)
        self._work -= 1 + max(0, end - start)
        if start >= end or depth > _DEEPEST or self._work < 0:
            return
        choices = list(self._choices(start, end))
        if choices != [(start, end)]:
            for choice in choices:
                yield from self._leaves(choice, depth + 1)
            return
        followed = list(self._followed(start, end, depth))
        if not followed:
            yield start, end
        for value in followed:
            yield from self._leaves(value, depth + 1)

    def _stripped(self, expression: Range) -> Range:
        """Return an expression without brackets around it, ``await`` before it and types after it."""
        start, end = expression
        tokens = self._tokens
        changed = True
        while changed and start < end:
            changed = False
            if tokens.text(start) == "await":
                start, changed = start + 1, True
            elif tokens.text(start) == "(" and tokens.closing.get(start) == end - 1:
                start, end, changed = start + 1, end - 1, True
            elif tokens.text(end - 1) == "!":
                end, changed = end - 1, True
        for index in self._flat(start + 1, end):
            if tokens.text(index) in {"as", "satisfies"} and tokens.all[index - 1].kind != "sign":
                return start, index
            if tokens.text(index) in {"as", "satisfies"} and tokens.text(index - 1) in {"}", "]", ")"}:
                return start, index
        return start, end

    def _choices(self, start: int, end: int) -> Iterator[Range]:
        """Yield both sides of ``a ? b : c``, ``a ?? b`` and ``a || b``; else the expression itself."""
        tokens = self._tokens
        question = next((index for index in self._flat(start, end) if tokens.text(index) == "?"), None)
        if question is not None:
            nested = 0
            for index in self._flat(question + 1, end):
                nested += tokens.text(index) == "?"
                if tokens.text(index) == ":":
                    if not nested:
                        yield question + 1, index
                        yield index + 1, end
                        return
                    nested -= 1
            return
        yield from self._split(start, end, {"??", "||"})

    def _followed(self, start: int, end: int, depth: int) -> Iterator[Range]:
        """Yield what a name or a member stands for."""
        tokens = self._tokens
        if end - start == 1:
            if tokens.is_name(start):
                yield from self.bindings.bound(tokens.text(start), start)
        elif tokens.is_name(end - 1) and tokens.text(end - 2) in {".", "?."}:
            yield from self._members((start, end - 2), tokens.text(end - 1), depth + 1)
        elif tokens.text(end - 1) == ")" and start < (opening := tokens.inside[end - 1]):
            if tokens.is_name(opening - 1) and tokens.text(start) != "new":
                yield from self.bindings.results_of(tokens.text(opening - 1))
        elif tokens.text(end - 1) == "]" and start < (bracket := tokens.inside[end - 1]):
            base_end = bracket - 1 if tokens.text(bracket - 1) == "?." else bracket
            keys = {found.text for found in self._texts((bracket + 1, end - 1), depth + 1)}
            for key in sorted(keys) or [""]:
                yield from self._members((start, base_end), key, depth + 1)

    def _members(self, base: Range, key: str, depth: int) -> Iterator[Range]:
        """Yield what a key of an object, a class or a list gives; every value where the key is not known."""
        start, end = self._stripped(base)
        tokens = self._tokens
        if end - start == 1 and tokens.is_name(start):
            if tokens.text(start) == "this":
                fields = self.bindings.fields_of_this(start, key)
            else:
                fields = self.bindings.fields.get((tokens.text(start), key), ())
            if fields:
                yield from fields
                return
        for first, last in self._leaves((start, end), depth + 1):
            if tokens.closing.get(first) != last - 1:
                continue
            if tokens.text(first) == "{":
                yield from self._values_of(first, key)
            elif tokens.text(first) == "[":
                yield from self._split(first + 1, last - 1, {","})

    def _values_of(self, opening: int, key: str) -> Iterator[Range]:
        tokens = self._tokens
        for start, end in self.arguments(opening):
            if end - start == 1 and tokens.is_name(start):
                if key in {"", tokens.text(start)}:
                    yield start, end
            elif tokens.text(start + 1) == ":" and key in {"", tokens.all[start].text}:
                yield start + 2, end

    def _flat(self, start: int, end: int) -> Iterator[int]:
        """Yield the tokens of a range that stand in no bracket of it."""
        index = start
        while index < end:
            yield index
            index = self._tokens.closing.get(index, index) + 1

    def _split(self, start: int, end: int, signs: set[str]) -> Iterator[Range]:
        begin = start
        for index in self._flat(start, end):
            if self._tokens.all[index].kind == "sign" and self._tokens.text(index) in signs:
                if index > begin:
                    yield begin, index
                begin = index + 1
        if end > begin:
            yield begin, end
