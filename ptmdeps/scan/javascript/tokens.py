"""JavaScript and TypeScript as a flat list of tokens, read in one pass and linear time.

Template literals become an opening, their chunks and the tokens of what is put in, and a closing. Comments are left
out; what is no token at all is left out too, so that JSX and half a file are read as far as they can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TokenKind = str
"""``name`` (keywords too), ``text``, ``number``, ``sign``, ``pattern``; of a template literal ``template``, ``chunk``,
``insert`` and ``end``."""

_MOST = 200_000
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<comment>//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?|<!--[^\n]*+)
    |(?P<name>[A-Za-z_$#@][\w$]*+)
    |(?P<text>"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+')
    |(?P<number>\d[\w.]*+)
    |(?P<sign>=>|\?\?=?|\?\.(?!\d)|\|\|=?|&&=?|===?|!==?|\.\.\.|[-+*/%&|^~!<>=?:;,.(){}\[\]`])""",
    re.VERBOSE | re.DOTALL,
)
_CHUNK = re.compile(r"[^`\\$]*+(?:(?:\\.|\$(?!\{))[^`\\$]*+)*+", re.DOTALL)
_PATTERN = re.compile(r"/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++/[a-z]*+")
_ESCAPE = re.compile(r"\\(?:u\{?([0-9a-fA-F]{1,6})\}?|x([0-9a-fA-F]{2})|(\n)|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_BEFORE_PATTERN = frozenset([*"(,=:[!&|?{};+-*%<>~^", "=>", "&&", "||", "??", "==", "===", "!=", "!==", "??=", "||="])
_WORDS_BEFORE_PATTERN = frozenset(["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else"])
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: what it is, its text (without quotes, escapes undone), and its line."""

    kind: TokenKind
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of a file, which brackets belong together, and which bracket each token stands in (-1: none)."""

    all: tuple[Token, ...]
    closing: dict[int, int]
    inside: tuple[int, ...]

    def text(self, index: int) -> str:
        """Return the text of a sign or name; empty outside of the file and for literals."""
        if 0 <= index < len(self.all) and self.all[index].kind in {"name", "sign"}:
            return self.all[index].text
        return ""

    def is_name(self, index: int) -> bool:
        """Whether a token is a name or keyword."""
        return 0 <= index < len(self.all) and self.all[index].kind == "name"


def tokens_of(source: str) -> Tokens:
    """Read a source text; never fails."""
    tokens: list[Token] = []
    braces: list[bool] = []  # for each open brace, whether it belongs to a template
    position, line = 0, 1
    while position < len(source) and len(tokens) < _MOST:
        kind, text, end = _next(source, position, tokens)
        if kind == "sign" and text == "{":
            braces.append(False)
        elif kind == "sign" and text == "}" and braces and braces.pop():
            tokens.append(Token("end", "}", line))
            kind, text = "skip", ""
            position, line = _read_template(source, end, line, tokens, braces)
            continue
        if kind == "template":
            tokens.append(Token("template", "`", line))
            position, line = _read_template(source, end, line, tokens, braces)
            continue
        if kind not in {"space", "comment", "skip"}:
            tokens.append(Token(kind, text, line))
        line += source.count("\n", position, end)
        position = end
    return _with_brackets(tuple(tokens))


def _next(source: str, position: int, tokens: list[Token]) -> tuple[str, str, int]:
    if source[position] == "/" and _can_be_pattern(tokens) and (match := _PATTERN.match(source, position)):
        return "pattern", match[0], match.end()
    match = _TOKEN.match(source, position)
    if match is None:
        return "skip", "", position + 1
    kind = match.lastgroup or "skip"
    if kind == "text":
        return kind, unescaped(match[0][1:-1]), match.end()
    return ("template" if match[0] == "`" else kind), match[0], match.end()


def _can_be_pattern(tokens: list[Token]) -> bool:
    if not tokens:
        return True
    last = tokens[-1]
    return (last.kind == "sign" and last.text in _BEFORE_PATTERN) or (
        last.kind == "name" and last.text in _WORDS_BEFORE_PATTERN
    )


def _read_template(source: str, position: int, line: int, tokens: list[Token], braces: list[bool]) -> tuple[int, int]:
    """Read on inside a template literal, up to its end or to something that is put in."""
    match = _CHUNK.match(source, position)
    end = match.end() if match else position
    tokens.append(Token("chunk", unescaped(source[position:end]), line))
    line += source.count("\n", position, end)
    if source.startswith("${", end):
        tokens.append(Token("insert", "${", line))
        braces.append(True)
        return end + 2, line
    tokens.append(Token("end", "`", line))
    return end + 1, line


def unescaped(text: str) -> str:
    """Return the text of a literal with its escapes undone."""
    return _ESCAPE.sub(_undo, text) if "\\" in text else text


def _undo(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2]
    if digits:
        return bytes.fromhex(digits.rjust(8, "0")).decode("utf-32-be", "replace")
    return "" if escape[3] else _ESCAPED.get(escape[4], escape[4])


def _with_brackets(tokens: tuple[Token, ...]) -> Tokens:
    closing: dict[int, int] = {}
    inside: list[int] = []
    opened: list[int] = []
    for index, token in enumerate(tokens):
        inside.append(opened[-1] if opened else -1)
        closes = (token.kind == "sign" and token.text in ")]}") or token.kind == "end"
        if closes and opened and _belong(tokens[opened[-1]], token):
            closing[opened.pop()] = index
        if (token.kind == "sign" and token.text in _CLOSING) or token.kind in {"template", "insert"}:
            opened.append(index)
    return Tokens(tokens, closing, tuple(inside))


def _belong(first: Token, last: Token) -> bool:
    if last.kind == "end":
        return first.kind == ("template" if last.text == "`" else "insert")
    return first.kind == "sign" and _CLOSING.get(first.text) == last.text
