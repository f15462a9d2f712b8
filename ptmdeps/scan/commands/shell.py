"""Shell text as simple commands: words with their parts, here-documents and places.

Read is the language that sh, bash and zsh share (POSIX.1-2024, chapter 2), as far as it decides which words a command
has. Nothing is run: text that only a running shell knows stays a part of a word. One pass, without recursion, in time
that grows with the text; text that no shell would accept gives some commands, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name``, ``${name}``, ``${name:-operand}``, ``${name[index]}``; positional ones are named by digits."""

    name: str
    operator: str = ""
    operand: str = ""
    index: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """What only a running shell knows: the output of a command."""

    source: str


Part = str | Variable | Opaque


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its parts and its line. ``items`` are the words of an array (``NAME=(a b)``).

    ``text`` is the text, if the shell would not change it.
    """

    parts: tuple[Part, ...]
    line: int
    items: tuple[Word, ...] | None = None
    text: str | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Join the parts, which is asked for many times."""
        texts = [part for part in self.parts if isinstance(part, str)]
        is_plain = self.items is None and len(texts) == len(self.parts)
        object.__setattr__(self, "text", "".join(texts) if is_plain else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The body of a here-document or a here-string; ``literal`` where nothing in it is replaced."""

    text: str
    line: int
    literal: bool


@dataclass(slots=True, kw_only=True)
class Simple:
    """One simple command. ``end`` is what ended it: ``&&``, ``|``, ``;``, a newline, ``()`` after a function's name."""

    words: tuple[Word, ...]
    line: int
    end: str = "\n"
    targets: tuple[Word, ...] = ()
    documents: list[Document] = field(default_factory=list)


_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r]+)
    |(?P<joined>\\\r?\n)
    |(?P<newline>\n)
    |(?P<comment>\#[^\n]*)
    |\$?'(?P<single>[^']*)'
    |\$?(?P<double>")
    |(?P<arithmetic>\$\(\([^\n]{{0,200}}?\)\))
    |(?P<substitution>\$\(|<\(|>\()
    |(?P<backtick>`)
    |\$(?P<name>{_NAME}|[0-9@*\#?!$-])
    |(?P<brace>\$\{{)
    |(?P<here><<-?(?!<)[ \t]*(?P<mark>'[^'\n]*'|"[^"\n]*"|\\?[\w.-]+))
    |(?P<herestring><<<)
    |(?P<redirect>(?:\d(?=[<>]))?(?:&>>?|>>|>\||>&|<&|<>|[<>]))
    |(?P<operator>&&|\|\||;;&?|;&|\|&|[;&|])
    |(?P<function>\(\s*\))
    |(?P<open>\()
    |(?P<close>\))
    |\\(?P<escaped>.)
    |(?P<plain>[^\s\\'"`$;&|<>()\#]+|.)""",
    re.VERBOSE,
)
_QUOTED = re.compile(
    rf"""(?P<double>")
    |(?P<joined>\\\r?\n)
    |\\(?P<escaped>["\\$`])
    |(?P<arithmetic>\$\(\([^\n]{{0,200}}?\)\))
    |(?P<substitution>\$\()
    |(?P<backtick>`)
    |\$(?P<name>{_NAME}|[0-9@*\#?!$-])
    |(?P<brace>\$\{{)
    |(?P<plain>[^"\\$`]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_IN_BRACES = re.compile(
    rf"(?P<mark>[!#]?)(?P<name>{_NAME}|\d+|[@*])(?:\[(?P<index>[^\]]*)\])?(?P<operator>:?[-=+?])?(?P<operand>.*)",
    re.DOTALL,
)
_BRACE = re.compile(r"[{}]|\\.", re.DOTALL)
_LONGEST_BRACES = 300
_DEEPEST_BRACES = 4
_ASSIGNMENT_BEFORE_ARRAY = re.compile(rf"{_NAME}(?:\[[^\]]*\])?\+?=")


class _Frame:
    """What is being read at one level of nesting: a command of the script, of ``$(…)``, of ``(…)`` or an array."""

    __slots__ = ("documents", "kind", "line", "parts", "pending", "quoted", "started", "targets", "word_line", "words")

    def __init__(self, kind: str, line: int) -> None:
        self.kind = kind
        self.line = self.word_line = line
        self.words: list[Word] = []
        self.targets: list[Word] = []
        self.parts: list[Part] = []
        self.documents: list[Document] = []
        self.started = False
        self.quoted = False
        self.pending = ""

    def add(self, part: Part, line: int) -> None:
        """Add a part to the word."""
        if not self.started:
            self.started, self.word_line = True, line
            if not self.words and not self.targets:
                self.line = line
        if isinstance(part, str) and self.parts and isinstance(self.parts[-1], str) and len(self.parts[-1]) < 10_000:  # noqa: PLR2004
            self.parts[-1] += part
        elif part != "":
            self.parts.append(part)

    def finish_word(self, items: tuple[Word, ...] | None = None) -> None:
        """End the word, and put it where the operator before it says."""
        if not self.started:
            return
        word = Word(tuple(self.parts), self.word_line, items)
        self.parts, self.started = [], False
        if self.pending == "<<<":
            self.documents.append(Document(text=word.text or "", line=word.line, literal=True))
        elif self.pending:
            if ">" in self.pending and "&" not in self.pending[-1:]:
                self.targets.append(word)
        else:
            self.words.append(word)
        self.pending = ""

    def take(self, end: str) -> Simple | None:
        """Return the command that ends here."""
        self.finish_word()
        self.pending = ""
        if not self.words and not self.documents and not self.targets:
            return None
        done = Simple(
            words=tuple(self.words), line=self.line, end=end, targets=tuple(self.targets), documents=self.documents
        )
        self.words, self.targets, self.documents = [], [], []
        return done


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str, line: int) -> None:
        self.text = text
        self.line = line
        self.position = 0
        self.frames = [_Frame("script", line)]
        self.after_documents = 0
        self.document_line = 0

    def commands(self) -> Iterator[Simple]:
        """Yield every simple command, inner ones before those that hold them."""
        text, end = self.text, len(self.text)
        while self.position < end:
            frame = self.frames[-1]
            match = (_QUOTED if frame.quoted else _TOKEN).match(text, self.position)
            if match is None:  # a backslash at the very end
                break
            self.position = match.end()
            kind = match.lastgroup or "plain"
            if kind == "mark":
                kind = "here"
            yield from self._take(kind, match, frame)
            self.line += match[0].count("\n") if kind != "newline" else 0
        while self.frames:
            frame = self.frames.pop()
            if done := frame.take("\n"):
                yield done

    def _take(self, kind: str, match: re.Match[str], frame: _Frame) -> Iterator[Simple]:
        if kind in _OF_WORDS:
            _OF_WORDS[kind](self, match, frame)
        elif kind == "comment":
            if frame.started:  # `#` inside a word is text: only the mark itself is taken
                self.position = match.start() + 1
                frame.add("#", self.line)
        elif kind == "newline":
            yield from self._newline(frame)
        elif kind == "close":
            yield from self._close(frame)
        elif kind == "backtick":
            yield from self._backtick(frame)
        elif kind == "function" and _is_array(frame):
            frame.finish_word(())
        elif done := frame.take("()" if kind == "function" else match[0]):
            if frame.kind == "array":
                frame.words.extend(done.words)
            else:
                yield done

    def _newline(self, frame: _Frame) -> Iterator[Simple]:
        self.line += 1
        if frame.kind == "array":
            frame.finish_word()
            return
        if self.after_documents:
            self.line += self.text.count("\n", self.position, self.after_documents)
            self.position, self.after_documents = self.after_documents, 0
        if done := frame.take("\n"):
            yield done

    def _document(self, mark: str, *, literal: bool) -> Document:
        """Return the lines from the next one up to the one that is ``mark``; the rest of the text if there is none."""
        text = self.text
        if not self.after_documents:
            self.after_documents = text.find("\n", self.position) + 1 or len(text)
            self.document_line = self.line + text.count("\n", self.position, self.after_documents)
        start, line = self.after_documents, self.document_line
        found = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t\r]*$", re.MULTILINE).search(text, start)
        end, self.after_documents = found.span() if found else (len(text), len(text))
        self.document_line += text.count("\n", start, self.after_documents)
        return Document(text=text[start:end], line=line, literal=literal)

    def _close(self, frame: _Frame) -> Iterator[Simple]:
        if len(self.frames) == 1:  # the end of a pattern of `case`
            frame.take(")")
            return
        self.frames.pop()
        outer = self.frames[-1]
        if frame.kind == "array":
            frame.finish_word()
            outer.finish_word(tuple(frame.words))
            return
        if done := frame.take(")"):
            yield done
        if frame.kind == "substitution":
            outer.add(Opaque("$(…)"), frame.line)

    def _backtick(self, frame: _Frame) -> Iterator[Simple]:
        if frame.kind == "`" and not frame.quoted:
            self.frames.pop()
            if done := frame.take("`"):
                yield done
            self.frames[-1].add(Opaque("`…`"), frame.line)
        else:
            frame.add("", self.line)
            self.frames.append(_Frame("`", self.line))

    def add_plain(self, match: re.Match[str], frame: _Frame) -> None:
        """Add text."""
        frame.add(match[match.lastgroup or 0], self.line)

    def add_name(self, match: re.Match[str], frame: _Frame) -> None:
        """Add `$name`."""
        frame.add(Variable(match["name"], quoted=frame.quoted), self.line)

    def add_braces(self, match: re.Match[str], frame: _Frame) -> None:
        """Add `${…}`; without its end, it is text that nobody knows."""
        depth = 1
        for token in _BRACE.finditer(self.text, match.end(), match.end() + _LONGEST_BRACES):
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            if depth > _DEEPEST_BRACES:
                break
            if not depth:
                inner = self.text[match.end() : token.start()]
                self.position = token.end()
                frame.add(_read_braces(inner, quoted=frame.quoted), self.line)
                self.line += inner.count("\n")
                return
        frame.add(Opaque("${"), self.line)

    def add_opaque(self, match: re.Match[str], frame: _Frame) -> None:
        """Add what only a running shell knows."""
        frame.add(Opaque(match[0]), self.line)

    def toggle_quotes(self, _: re.Match[str], frame: _Frame) -> None:
        """Begin or end a text in double quotes."""
        frame.add("", self.line)
        frame.quoted = not frame.quoted

    def finish_word(self, _: re.Match[str], frame: _Frame) -> None:
        """End the word."""
        frame.finish_word()

    def open_substitution(self, _: re.Match[str], frame: _Frame) -> None:
        """Begin the commands of `$(…)`."""
        frame.add("", self.line)
        self.frames.append(_Frame("substitution", self.line))

    def open(self, match: re.Match[str], frame: _Frame) -> None:
        """Begin an array after `NAME=`, else a group."""
        if _is_array(frame):
            self.frames.append(_Frame("array", self.line))
        elif frame.kind == "array":
            frame.add(match[0], self.line)
        else:
            self.frames.append(_Frame("group", self.line))

    def redirect(self, match: re.Match[str], frame: _Frame) -> None:
        """Remember what the next word is for."""
        frame.finish_word()
        frame.pending = match[0]

    def expect_document(self, match: re.Match[str], frame: _Frame) -> None:
        """Take the body of a here-document that begins on the next line."""
        frame.finish_word()
        mark = match["mark"]
        literal = mark[:1] in {"'", '"', "\\"}
        frame.documents.append(self._document(mark.strip("'\"").lstrip("\\"), literal=literal))

    def nothing(self, _: re.Match[str], __: _Frame) -> None:
        """Join what stands before and after the end of a line."""


_OF_WORDS = {
    "space": _Reader.finish_word,
    "joined": _Reader.nothing,
    "single": _Reader.add_plain,
    "escaped": _Reader.add_plain,
    "plain": _Reader.add_plain,
    "double": _Reader.toggle_quotes,
    "arithmetic": _Reader.add_opaque,
    "substitution": _Reader.open_substitution,
    "name": _Reader.add_name,
    "brace": _Reader.add_braces,
    "here": _Reader.expect_document,
    "herestring": _Reader.redirect,
    "redirect": _Reader.redirect,
    "open": _Reader.open,
}


def _is_array(frame: _Frame) -> bool:
    """Whether what stands before `(` is `NAME=`."""
    return frame.started and len(frame.parts) == 1 and bool(_ASSIGNMENT_BEFORE_ARRAY.fullmatch(str(frame.parts[0])))


def _read_braces(inner: str, *, quoted: bool) -> Part:
    match = _IN_BRACES.fullmatch(inner)
    if match is None or match["mark"] == "#" or (match["operand"] and not match["operator"]):
        return Opaque(f"${{{inner}}}")
    if match["mark"] == "!" and not match["index"]:
        return Opaque(f"${{{inner}}}")
    return Variable(
        match["name"], (match["operator"] or "").lstrip(":"), match["operand"], match["index"] or "", quoted
    )


def commands_of(text: str, line: int = 1) -> Iterator[Simple]:
    """Yield the simple commands of shell text whose first line is ``line``."""
    return _Reader(text, line).commands()


def word_of(text: str, line: int) -> Word:
    """Read text as the inside of double quotes: what an operand of ``${name:-operand}`` and a variable's value are."""
    frame = _Frame("word", line)
    reader = _Reader(text, line)
    while reader.position < len(text):
        match = _QUOTED.match(text, reader.position)
        if match is None:
            break
        reader.position = match.end()
        kind = match.lastgroup or "plain"
        if kind in {"name", "brace", "arithmetic"}:
            _OF_WORDS[kind](reader, match, frame)
        elif kind in {"substitution", "backtick"}:
            frame.add(Opaque(text[match.start() :]), line)
            break
        elif kind != "double":
            frame.add(match[kind], line)
    return Word(tuple(frame.parts), line)
