"""A script, read from its first command to its last: variables, loops, functions, and what each command loads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from ptmdeps.identity import Location
from ptmdeps.scan.commands.matching import Place, outcomes_of_command, outcomes_of_model, read_line
from ptmdeps.scan.commands.rows.scripts import ANY_SCRIPT, TWIN, is_twin, refs_of_twin, row_of_option
from ptmdeps.scan.commands.shell import Document, Simple, Word, commands_of, word_of
from ptmdeps.scan.commands.values import Argument, Value, Variables, split
from ptmdeps.scan.commands.wrappers import (
    Invocation,
    Known,
    OwnScript,
    PythonText,
    ShellText,
    invocation_of,
    may_load,
    without_keywords,
)
from ptmdeps.scan.references import Outcome, Scope

PythonReader = Callable[[str, Location, Scope], Iterable[Outcome]]
DocumentReader = Callable[[str, Document, "Script"], Iterable[Outcome]]

_DEEPEST = 4
_MOST_COMMANDS = 20_000
_MOST_CALLS = 64
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^\]]*\])?(\+?)=")
_DECLARATIONS = frozenset({"export", "declare", "local", "readonly", "typeset", "env", "setenv", "set"})
_OPENING = frozenset({"if", "case", "while", "until", "for", "select"})
_CLOSING = frozenset({"fi", "esac", "done"})
_STUCK_BRACE = re.compile(r"\{[a-z][\w.-]*$")  # `{curl …; }`: shells want a space there, people forget it
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ssh", "sudo", "docker", "kubectl", "exec"})
_OUTPUT = re.compile(r"(?:^|_)(?:out|output|save|saved|push|hub_model|export|dest|target)(?:_|$)")
_PRINTERS = frozenset({"cat", "tee", "echo"})


@dataclass(kw_only=True)
class Function:
    """A function of the script: its commands, and how often it was called."""

    commands: list[Simple] = field(default_factory=list)
    calls: int = 0

    @cached_property
    def matters(self) -> bool:
        """Whether a command of the function may load something, or call one that does."""
        return any(may_load(command.words) for command in self.commands)


@dataclass(slots=True, kw_only=True)
class Script:
    """What is known while a script is read."""

    path: str
    scope: Scope
    variables: Variables = field(default_factory=Variables)
    python: PythonReader | None = None
    document: DocumentReader | None = None
    functions: dict[str, Function] = field(default_factory=dict)
    depth: int = 0
    branches: int = 0
    passed_on: bool = False
    commands: int = 0

    def run(self, text: str, line: int = 1) -> Iterator[Outcome]:
        """Yield what the commands of ``text`` come to; its first line is ``line``."""
        yield from self._run(commands_of(text, line))
        if not self.depth:
            for function in tuple(self.functions.values()):
                if not function.calls and self._matters(function):
                    yield from self._inside(function.commands, Variables(outer=self.variables))

    def arguments(self, arguments: Sequence[Argument]) -> Iterator[Outcome]:
        """Yield what one command line comes to that is given as its words."""
        if arguments:
            yield from self._invoke(arguments, invocation_of(arguments), (), arguments[0].location)

    def invoke(self, invocation: Invocation, location: Location) -> Iterator[Outcome]:
        """Yield what a command line comes to that is taken apart already."""
        yield from self._invoke((), invocation, (), location)

    def twins(self) -> Iterator[Outcome]:
        """Yield the models that variables of the environment name by their own names."""
        for name, values in tuple(self.variables.names.items()):
            yield from self.twin(name, values)

    def twin(self, name: str, values: tuple[Value, ...]) -> Iterator[Outcome]:
        """Yield the model that one variable names, if it is called like one that does."""
        known = tuple(Value(value.text, "environment", value.evidence) for value in values if value.text)
        if not known or not is_twin(name, self.variables.names):
            return
        location = known[0].evidence[0] if known[0].evidence else self.at(1)
        row = replace(TWIN, words=(name,), ref_environment=refs_of_twin(name))
        model = Argument(values=known, location=location)
        yield from outcomes_of_command(row, [model], replace(self._place(location), passed_on=False))

    def at(self, line: int) -> Location:
        """Return the place of a line of the file."""
        return Location(self.path, line)

    def _run(self, commands: Iterable[Simple]) -> Iterator[Outcome]:
        waiting: Function | None = None
        nesting = 0
        for command in commands:
            self.commands += 1
            if self.commands > _MOST_COMMANDS:
                return
            first = command.words[0].text if command.words else None
            if waiting is not None:
                waiting.commands.append(command)
                texts = [word.text for word in command.words]
                nesting += texts.count("{") - texts.count("}")
                if nesting <= 0 and not (len(waiting.commands) == 1 and first != "{"):
                    waiting = None
                continue
            name = self._function(command)
            if name is not None:
                waiting = self.functions[name] = Function()
                nesting = sum(word.text == "{" for word in command.words)
                continue
            yield from self._command(command)

    def _function(self, command: Simple) -> str | None:
        """Return the name of the function that starts here."""
        texts = [word.text for word in command.words]
        if command.end == "()" and texts and texts[-1]:
            return texts[-1]
        return texts[1] if len(texts) > 1 and texts[0] == "function" and texts[1] else None

    def _command(self, command: Simple) -> Iterator[Outcome]:
        words = self._count_branches(command.words)
        if words and words[0].text == "for":
            self._loop(words)
            return
        words = self._assignments(words, conditional=bool(self.branches) or command.end == "||")
        if words and words[0].text == "read" and command.documents:
            self._read_document(words, command.documents[0])
            return
        if not (may_load(words) or command.documents or (words and words[0].text in self.functions)):
            return
        arguments = [a for word in words for a in self._split(word)]
        invocation = invocation_of(arguments)
        yield from self._invoke(arguments, invocation, command.documents, self.at(command.line), command.targets)

    def _read_document(self, words: tuple[Word, ...], document: Document) -> None:
        """Give the variable of `read -r -d '' NAME <<EOF` the text of the here-document."""
        text = document.text.replace("\\\n", " ")
        values = [Value(text)] if document.literal else self.variables.expand(word_of(text, document.line))
        here = (self.at(document.line),)
        if words[-1].text:
            self.variables.set(
                words[-1].text, [Value(v.text, "constant", v.evidence or here, v.missing) for v in values]
            )

    def _split(self, word: Word) -> Iterator[Argument]:
        return split(word, self.variables, self.at(word.line), "")

    def _count_branches(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """Keep count of `if`, `case` and loops; return the words of the command itself."""
        while words:
            text = words[0].text
            if text in _OPENING:
                self.branches += 1
                if text == "for":
                    return words
            elif text in _CLOSING:
                self.branches = max(0, self.branches - 1)
            elif text and _STUCK_BRACE.match(text):
                return (Word((text[1:],), words[0].line), *words[1:])
            elif text not in {"then", "else", "elif", "do", "!", "{", "}", "time"}:
                return words
            words = words[1:]
        return words

    def _loop(self, words: tuple[Word, ...]) -> None:
        """Give the variable of `for NAME in a b c` all of its values."""
        if len(words) < 4 or words[2].text != "in" or not words[1].text:  # noqa: PLR2004 - for NAME in WORD
            return
        values = [
            Value(value.text, "constant", value.evidence or (argument.location,), value.missing)
            for word in words[3:]
            for argument in self._split(word)
            for value in argument.values
        ]
        self.variables.set(words[1].text, values)

    def _assignments(self, words: tuple[Word, ...], *, conditional: bool) -> tuple[Word, ...]:
        """Take the assignments before a command, and those of a declaration; return the words that are left."""
        first = words[0].text if words else None
        declares = first in _DECLARATIONS
        start = 1 if declares else 0
        while start < len(words):
            word = words[start]
            if self._assign(word, conditional=conditional) or (declares and (word.text or "").startswith("-")):
                start += 1
            else:
                break
        return words[start:] if start > (1 if declares else 0) or first == "env" else words

    def _assign(self, word: Word, *, conditional: bool) -> bool:
        head = word.parts[0] if word.parts else None
        match = _ASSIGNMENT.match(head) if isinstance(head, str) else None
        if match is None:
            return False
        name, adds = match[1], bool(match[2])
        if word.items is not None:
            values = [value for item in word.items for a in self._split(item) for value in self._placed(a.values, item)]
            values = [_of_entry(value) for value in values]
            self.variables.set_items(name, values, add=adds or conditional)
            return True
        rest = head[match.end() :] if isinstance(head, str) else ""
        value = Word(((rest, *word.parts[1:]) if rest else word.parts[1:]), word.line)
        values = self._placed(self.variables.expand(value), word)
        if "[" in match[0]:
            self.variables.set_items(name, values, add=True)
        elif adds:
            before = self.variables.get(name) or (Value(""),)
            self.variables.set(name, [_appended(old, new) for old in before for new in values])
        else:
            self.variables.set(name, values, add=conditional)
        return True

    def _placed(self, values: Iterable[Value], word: Word) -> list[Value]:
        """Return values with the line where their text stands as evidence."""
        here = (self.at(word.line),)
        return [Value(v.text, v.resolution, v.evidence or here, v.missing) for v in values]

    def _invoke(
        self,
        arguments: Sequence[Argument],
        invocation: Invocation,
        documents: Sequence[Document],
        location: Location,
        targets: tuple[Word, ...] = (),
    ) -> Iterator[Outcome]:
        match invocation:
            case Known(row=row, arguments=rest):
                yield from outcomes_of_command(row, rest, self._place(location, targets))
            case OwnScript(arguments=rest):
                yield from self._own_script(rest, location)
            case ShellText(argument=argument):
                yield from self._nested(argument)
            case PythonText(argument=argument):
                yield from self._python(argument, documents)
            case None:
                yield from self._call(arguments)
        first = arguments[0].text if arguments else None
        if first in _SHELLS and invocation is None:
            for document in documents:
                yield from self._nested(_argument_of(document, self))
        elif self.document and documents and first in _PRINTERS:
            names = [word.text or "" for word in targets] + [a.text or "" for a in arguments[1:]]
            for document in documents:
                yield from self._write(names, document)

    def _write(self, names: Sequence[str], document: Document) -> Iterator[Outcome]:
        for name in names:
            if self.document and self.depth < _DEEPEST and PurePosixPath(name).name:
                yield from self.document(name, document, self)
                return

    def _place(self, location: Location, targets: tuple[Word, ...] = ()) -> Place:
        written = self.variables.expand(targets[0]) if targets else ()
        return Place(
            location=location, scope=self.scope, variables=self.variables, written=written, passed_on=self.passed_on
        )

    def _own_script(self, arguments: Sequence[Argument], location: Location) -> Iterator[Outcome]:
        """Yield the models that options of a project's own script name, each at the line of its option."""
        line = read_line(arguments, ANY_SCRIPT)
        place = self._place(location)
        written = {argument.text for name, given in line.options.items() if _is_output(name) for argument in given}
        for name, given in line.options.items():
            row = row_of_option(name)
            for argument in given if row else ():
                if row and argument.text not in written:
                    here = replace(place, location=argument.location)
                    yield from outcomes_of_model(row, argument, line, here)

    def _nested(self, argument: Argument) -> Iterator[Outcome]:
        text = argument.values[0].text if argument.values else None
        if not text or self.depth >= _DEEPEST:
            return
        self.depth += 1
        yield from self._run(commands_of(text, argument.location.line))
        self.depth -= 1

    def _python(self, argument: Argument | None, documents: Sequence[Document]) -> Iterator[Outcome]:
        if self.python is None:
            return
        if argument is None:
            for document in documents:
                yield from self.python(document.text, self.at(document.line), self.scope)
        elif argument.text:
            yield from self.python(argument.text, argument.location, self.scope)

    def _call(self, arguments: Sequence[Argument]) -> Iterator[Outcome]:
        """Read a function of the script with the arguments of this call."""
        arguments = without_keywords(arguments)
        function = self.functions.get(arguments[0].text or "") if arguments else None
        if function is None or self.depth >= _DEEPEST or function.calls >= _MOST_CALLS or not self._matters(function):
            return
        function.calls += 1
        inner = Variables(outer=self.variables)
        for number, argument in enumerate(arguments[1:], 1):
            here = (argument.location,)
            values = [Value(v.text, v.resolution, v.evidence or here, v.missing) for v in argument.values]
            inner.set(str(number), values)
        everything = [value for argument in arguments[1:] for value in argument.values]
        inner.set_items("@", everything)
        yield from self._inside(function.commands, inner)

    def _matters(self, function: Function) -> bool:
        calls = (command.words[0].text for command in function.commands if command.words)
        return function.matters or any(text in self.functions for text in calls)

    def _inside(self, commands: list[Simple], variables: Variables) -> Iterator[Outcome]:
        before, self.variables = self.variables, variables
        self.depth += 1
        yield from self._run(iter(commands))
        self.depth -= 1
        self.variables = before


def _argument_of(document: Document, script: Script) -> Argument:
    return Argument(values=(Value(document.text),), location=script.at(document.line))


def _appended(old: Value, new: Value) -> Value:
    if old.text is None or new.text is None:
        return Value(None, missing=old.missing or new.missing)
    return Value((old.text + new.text)[:10_000], "constant", (*old.evidence, *new.evidence)[:8])


def _of_entry(value: Value) -> Value:
    """Return the value of an entry ``[key]=value`` of an associative array."""
    if value.text and value.text.startswith("[") and "]=" in value.text:
        return Value(value.text.partition("]=")[2], value.resolution, value.evidence)
    return value


def _is_output(name: str) -> bool:
    """Whether an option says where a script writes."""
    return bool(_OUTPUT.search(name))
