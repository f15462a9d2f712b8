"""Dockerfiles: their instructions, in the order in which they run.

Source: the Dockerfile reference, syntax 1.10 (line continuation, here-documents, exec form, ARG and ENV).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.identity import Location
from ptmdeps.scan.commands.readers.lines import line_finder
from ptmdeps.scan.commands.rows.servers import command_of_image
from ptmdeps.scan.commands.script import Script
from ptmdeps.scan.commands.shell import word_of
from ptmdeps.scan.commands.values import Argument, Value, plain
from ptmdeps.scan.commands.wrappers import with_words
from ptmdeps.scan.references import Outcome, Reference

_INSTRUCTION = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+(.*)", re.DOTALL)
_HEREDOC = re.compile(r"<<-?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")
_OPTIONS = re.compile(r"\s*(?:--[a-z]+(?:=\S*)?(?:[ \t]|\\?\n)+)*")
"""What `RUN` takes for itself, in front of the command."""
_PAIR = re.compile(r"([A-Za-z_]\w*)=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:[^\s\\]|\\.)*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name, its text with its line breaks, and its first line."""

    name: str
    text: str
    line: int


def read(script: Script, text: str) -> Iterator[Outcome]:
    """Yield what the instructions of a Dockerfile come to."""
    image = ""
    starts: dict[str, Instruction | None] = {"ENTRYPOINT": None, "CMD": None}
    found: list[Outcome] = []
    for instruction in instructions(text):
        if instruction.name == "FROM":
            found += _start(script, image, starts)
            image, starts = _image(script, instruction), {"ENTRYPOINT": None, "CMD": None}
        elif instruction.name in {"ENV", "ARG"}:
            _set(script, instruction)
        elif instruction.name == "RUN":
            found += _run(script, instruction)
        elif instruction.name in starts:
            starts[instruction.name] = instruction
    found += _start(script, image, starts)
    yield from found
    keys = {outcome.key for outcome in found if isinstance(outcome, Reference)}
    yield from (twin for twin in script.twins() if isinstance(twin, Reference) and twin.key not in keys)


def instructions(text: str) -> Iterator[Instruction]:
    """Yield the instructions, with comments inside them emptied and the bodies of here-documents after them."""
    lines = text.split("\n")
    escape = "`" if re.match(r"(?:\s*#[^\n]*\n)*\s*#\s*escape=`", text) else "\\"
    number = 0
    while number < len(lines):
        start = number
        number, body = _logical_line(lines, number, escape)
        match = _INSTRUCTION.fullmatch(body)
        if match and match[1].upper() in {"RUN", "COPY"}:
            for heredoc in _HEREDOC.finditer(body):
                number, document = _document(lines, number, heredoc[2])
                body += "\n" + document
            match = _INSTRUCTION.fullmatch(body)
        if match:
            yield Instruction(match[1].upper(), match[2], start + 1)


def _logical_line(lines: list[str], number: int, escape: str) -> tuple[int, str]:
    """Return the lines that one instruction has, with comments and empty lines inside it made continuations."""
    parts: list[str] = []
    while number < len(lines):
        line = lines[number].rstrip()
        number += 1
        is_comment = line.lstrip().startswith("#")
        if parts and (is_comment or not line):
            parts.append("\\")
            continue
        continues = line.endswith(escape) and not is_comment
        parts.append(line[:-1] + "\\" if continues else line)
        if not continues:
            break
    return number, "\n".join(parts)


def _document(lines: list[str], number: int, mark: str) -> tuple[int, str]:
    start = number
    while number < len(lines) and lines[number].strip() != mark:
        number += 1
    return number + 1, "\n".join(lines[start : number + 1])


def _image(script: Script, instruction: Instruction) -> str:
    words = [word for word in instruction.text.replace("\\\n", " ").split() if not word.startswith("--")]
    values = script.variables.expand(word_of(words[0], instruction.line)) if words else ()
    return next((value.text for value in values if value.text), "")


def _set(script: Script, instruction: Instruction) -> None:
    """Take `ENV NAME=value …`, the older `ENV NAME value`, and `ARG NAME=default`."""
    text = instruction.text.replace("\\\n", " \n")
    pairs = [(match[1], match[2], match.start()) for match in _PAIR.finditer(text)]
    older = re.fullmatch(r"([A-Za-z_]\w*)[ \t]+([^=\n].*)", text.strip(), re.DOTALL)
    if instruction.name == "ENV" and older:
        pairs = [(older[1], older[2].strip(), 0)]
    line_of = line_finder(text)
    for name, raw, position in pairs:
        line = instruction.line + line_of(position) - 1
        here = (Location(script.path, line),)
        inner = raw[1:-1] if raw[:1] in {"'", '"'} and raw[-1:] == raw[:1] and len(raw) > 1 else raw
        resolution = "environment" if instruction.name == "ENV" else "option"
        values = script.variables.expand(word_of(inner, line))
        script.variables.set(name, [Value(v.text, resolution, v.evidence or here, v.missing) for v in values])


def _run(script: Script, instruction: Instruction) -> Iterator[Outcome]:
    text = _OPTIONS.sub(lambda match: "\n" * match[0].count("\n"), instruction.text, count=1)
    if arguments := _exec_form(script, text, instruction.line):
        yield from script.arguments(arguments)
        return
    first, _, body = text.partition("\n")
    if _HEREDOC.match(first):
        body = body.rpartition("\n")[0]
        shebang = body.partition("\n")[0]
        if "python" in shebang or "python" in first:
            if script.python:
                yield from script.python(body, script.at(instruction.line + 1), script.scope)
            return
        yield from script.run(body, instruction.line + 1)
        return
    yield from script.run(text, instruction.line)


def _exec_form(script: Script, text: str, line: int) -> list[Argument]:
    """Return the words of `["program", "argument"]`; nothing for shell form."""
    joined = text.replace("\\\n", "\n").strip()
    if not joined.startswith("["):
        return []
    try:
        words = json.loads(joined)
    except (ValueError, RecursionError):
        return []
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return []
    found, position = [], 0
    line_of = line_finder(joined)
    for word in words:
        position = max(position, joined.find(json.dumps(word, ensure_ascii=False), position))
        found.append(plain(word, script.at(line + line_of(position) - 1)))
    return found


def _start(script: Script, image: str, starts: dict[str, Instruction | None]) -> Iterator[Outcome]:
    """Yield what the container runs: the entry point with the command after it."""
    entry, command = starts["ENTRYPOINT"], starts["CMD"]
    words: list[Argument] = []
    for instruction in (entry, command):
        if instruction is None:
            continue
        exec_form = _exec_form(script, instruction.text, instruction.line)
        if not exec_form:  # shell form: the shell reads it, and an entry point ignores the command
            yield from script.run(instruction.text, instruction.line)
            if instruction is entry:
                return
            continue
        words += exec_form
    known = None if entry else command_of_image(image)
    script.passed_on = True
    if known and (words or command is None):
        at = words[0] if words else plain("", script.at(1))
        if words or _names_model(script):
            yield from script.invoke(with_words(known, words, at), at.location)
    elif words:
        yield from script.arguments(words)
    script.passed_on = False


def _names_model(script: Script) -> bool:
    return any(script.variables.get(name) for name in ("MODEL_ID", "INFINITY_MODEL_ID", "LLAMA_ARG_HF_REPO"))
