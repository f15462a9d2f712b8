"""YAML and JSON: compose files, Kubernetes manifests, CI workflows, ``cog.yaml``, ``package.json`` and more.

What counts is the shape, not the name of the file: a mapping with ``command``, ``args``, ``entrypoint`` or ``image``
is a container, a text under a key such as ``run`` or ``script`` is shell text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ptmdeps.identity import Location
from ptmdeps.scan.commands.command import Command
from ptmdeps.scan.commands.matching import Place, outcomes_of_command
from ptmdeps.scan.commands.naming import spacy_wheels
from ptmdeps.scan.commands.readers.lines import read_requirements
from ptmdeps.scan.commands.rows.servers import command_of_image
from ptmdeps.scan.commands.script import Script
from ptmdeps.scan.commands.shell import commands_of, word_of
from ptmdeps.scan.commands.values import Argument, Value, Variables, split
from ptmdeps.scan.commands.wrappers import with_words
from ptmdeps.scan.references import Outcome, Reference

Node = Any
"""A node of PyYAML, which is imported only where a file is read; its stubs do not know its ``id``."""

_MOST_NODES = 200_000
_DEEPEST = 60
_SCRIPTS = frozenset(
    [
        *("run", "script", "before_script", "after_script", "bash", "sh", "inlineScript", "commands", "cmds", "cmd"),
        *("install", "before_install", "setup", "build", "pre_build", "post_build", "post_install", "steps", "shell"),
        *("postCreateCommand", "onCreateCommand", "updateContentCommand", "postStartCommand", "initializeCommand"),
        *("launch", "buildCommand", "startCommand", "start", "pre", "post", "before", "init", "code", "startup_script"),
        *("args", "command", "entrypoint", "dockerCommand", "worker", "test", "execute", "submit"),
    ]
)
_CONTAINER = frozenset({"command", "args", "entrypoint"})
_IMAGE = ("image", "dockerImage", "image_name", "container")
_ENVIRONMENTS = ("env", "environment", "envs", "variables", "envVars", "build_args", "args")
_READ_KEYS = sorted({*_SCRIPTS, *_CONTAINER, *_IMAGE, *_ENVIRONMENTS, "modelURL", "models", "scripts", "repository"})
_SHAPE = re.compile(
    r"(?m)(?:^|[{,])[ \t-]*['\"]?"
    rf"(?:{'|'.join(_READ_KEYS)})"
    r"['\"]?[ \t]*:"
)
"""A file without any such key has no command; most YAML files are of that kind."""

_EXPRESSION = re.compile(
    r"\$\{\{\s*(?:env|matrix|vars|inputs|github\.event\.inputs|parameters)\.([A-Za-z_][\w.-]*)\s*\}\}"
)
_OTHER_EXPRESSION = re.compile(r"\$\{\{[^}\n]*\}\}")
_PROJECT_USE = re.compile(r"\$\{vars\.([A-Za-z_][\w-]*)\}")
"""How a project of spaCy (``project.yml``) uses one of its ``vars``."""

_KUBERNETES_USE = re.compile(r"\$\(([A-Za-z_]\w*)\)")
_LINE_COMMENT = re.compile(r"(?m)^[ \t]*//.*$")
_TEMPLATE = re.compile(r"(?m)^[ \t]*\{\{-?[^}\n]*\}\}[ \t]*$")
_COMPOSE_MODEL = Command(words=("docker", "model"), reads="model", position=0, hub="oci", notation="oci", pin="none")
# A value of the Helm chart of vLLM's production stack: what its pods serve.
_STACK_MODEL = Command(
    words=("vllm", "serve"), reads="transformers", position=0, notation="owned", optional=True, soft=True
)
_DOLLARS = re.compile(r"\$\$(?=[A-Za-z_{(])")


def read(script: Script, text: str) -> Iterator[Outcome]:
    """Yield what the documents of a YAML (or JSON) file come to; nothing for text that is no YAML."""
    if spacy_wheels(text):
        yield from read_requirements(script, text)
    if not _SHAPE.search(text):
        return
    walk = _Walk(script)
    text = _TEMPLATE.sub("", _LINE_COMMENT.sub("", text).replace("\t", "  "))
    found: list[Outcome] = []
    for document in _documents(text):
        found += walk.node(document, script.variables, 0)
    yield from found
    keys = {outcome.key for outcome in found if isinstance(outcome, Reference)}
    yield from (twin for twin in walk.twins if isinstance(twin, Reference) and twin.key not in keys)


def _documents(text: str) -> Iterator[Node]:
    """Yield the documents; aliases are shared nodes, so that a bomb stays as small as its text."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.compose_all(text, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return


@dataclass(frozen=True, slots=True)
class _Text:
    """A scalar and its first line of text."""

    text: str
    line: int


class _Walk:
    """One walk over the nodes of a file; shared nodes are read once."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.seen: set[int] = set()
        self.kept: list[Node] = []
        self.twins: list[Outcome] = []

    def node(self, node: Node, variables: Variables, depth: int) -> Iterator[Outcome]:
        """Yield what a node and all below it come to."""
        if node is None or id(node) in self.seen or depth > _DEEPEST or len(self.seen) > _MOST_NODES:
            return
        self.seen.add(id(node))
        self.kept.append(node)  # an id is only worth something while its node lives
        if node.id == "sequence":
            for item in node.value:
                yield from self.node(item, variables, depth + 1)
        elif node.id == "mapping":
            yield from self._mapping(node, variables, depth)

    def _mapping(self, node: Node, variables: Variables, depth: int) -> Iterator[Outcome]:
        entries = _entries(node)
        variables = self._variables(entries, variables)
        read: set[str] = set()
        if _CONTAINER & entries.keys() or any(name in entries for name in _IMAGE):
            read |= _CONTAINER
            yield from self._container(entries, variables)
        if text := _text(entries.get("modelURL")):
            location = self.script.at(text.line)
            place = Place(location=location, scope=self.script.scope)
            yield from outcomes_of_command(_STACK_MODEL, [_argument(text.text, location)], place)
        if "models" in entries and "services" in entries:
            yield from self._models(entries["models"])
        for name, value in entries.items():
            if name in read or name in _SCRIPTS:
                yield from () if name in read else self._script(value, variables)
            elif depth == 0 and name == "scripts" and value.id == "mapping":
                for task in value.value:
                    yield from self._script(task[1], variables)
        for value in entries.values():
            yield from self.node(value, variables, depth + 1)

    def _variables(self, entries: dict[str, Node], outer: Variables) -> Variables:
        """Return the variables that hold inside a mapping: those of ``env``, and the values of a matrix."""
        found = Variables(outer=outer)
        for name in _ENVIRONMENTS:
            for variable, text in _pairs(entries.get(name)):
                here = (self.script.at(text.line),)
                values = found.expand(word_of(_DOLLARS.sub("", text.text), text.line))
                found.set(variable, [Value(v.text, "environment", v.evidence or here, v.missing) for v in values])
                self.twins += _twin(self.script, variable, found)
        for name, text in _pairs(entries.get("vars")):
            found.set(f"vars_{_plain_name(name)}", [Value(text.text, "constant", (self.script.at(text.line),))])
        for name, choices in _matrix(entries.get("strategy")):
            found.set(name, [Value(text.text, "constant", (self.script.at(text.line),)) for text in choices])
        return found

    def _container(self, entries: dict[str, Node], variables: Variables) -> Iterator[Outcome]:
        """Yield what a container runs: its entry point, or that of its image, with its arguments."""
        image = next((text.text for name in _IMAGE if (text := _text(entries.get(name)))), "")
        if not image and (repository := _text(entries.get("repository"))):
            image = repository.text
        image = next((value.text or "" for value in variables.expand(word_of(image, 0))), "")
        script = self._script_with(variables)
        entry = self._words(entries.get("entrypoint"), script)
        command = self._words(entries.get("command"), script)
        arguments = [] if entries.get("args") is None else self._words(entries.get("args"), script)
        words = [*entry, *command, *arguments]
        known = command_of_image(image)
        has_program = bool(entry) or (bool(command) and "entrypoint" not in entries and "args" in entries)
        if known and not has_program and (words or _serves_by_environment(variables)):
            first = words[0] if words else _argument(image, script.at(_line(entries)))
            yield from script.invoke(with_words(known, words, first), first.location)
        elif words:
            yield from script.arguments(words)

    def _words(self, node: Node, script: Script) -> list[Argument]:
        """Return the words of a command given as a list or as one text."""
        if node is None or node.id == "mapping":
            return []
        nodes = node.value if node.id == "sequence" else [node]
        words: list[Argument] = []
        for item in nodes:
            text = _text(item)
            if text is None:
                continue
            if node.id == "sequence":
                word = word_of(_KUBERNETES_USE.sub(r"${\1}", text.text), text.line)
                words.append(replace(_argument("", script.at(text.line)), values=script.variables.expand(word)))
            else:
                shell = _shell_text(text.text)
                first = next(iter(commands_of(shell, text.line)), None)
                for word in first.words if first else ():
                    words += split(word, script.variables, script.at(word.line), "")
        return words

    def _script(self, node: Node, variables: Variables) -> Iterator[Outcome]:
        """Yield what the shell text of a key, or each text of its list, comes to."""
        script = self._script_with(variables)
        nodes = node.value if node.id == "sequence" else [node]
        for item in nodes:
            text = _text(item)
            if text is not None:
                yield from script.run(_shell_text(text.text), text.line)

    def _script_with(self, variables: Variables) -> Script:
        script = self.script
        return Script(
            path=script.path,
            scope=script.scope,
            python=script.python,
            document=script.document,
            variables=Variables(outer=variables),
            depth=script.depth,
        )

    def _models(self, node: Node) -> Iterator[Outcome]:
        """Yield the models of a compose file: ``models: {name: {model: ai/name}}``."""
        for _, value in node.value if node.id == "mapping" else ():
            text = _text(_entries(value).get("model")) if value.id == "mapping" else None
            if text:
                location = self.script.at(text.line)
                place = Place(location=location, scope=self.script.scope)
                yield from outcomes_of_command(_COMPOSE_MODEL, [_argument(text.text, location)], place)


def _entries(node: Node) -> dict[str, Node]:
    return {key.value: value for key, value in node.value if key.id == "scalar"}


def _text(node: Node) -> _Text | None:
    """Return a scalar; a block begins on the line after its mark."""
    if node is None or node.id != "scalar" or not isinstance(node.value, str):
        return None
    return _Text(node.value, node.start_mark.line + (2 if node.style in {"|", ">"} else 1))


def _pairs(node: Node) -> Iterator[tuple[str, _Text]]:
    """Yield variables of ``{NAME: value}``, ``[NAME=value]`` and ``[{name: NAME, value: value}]``."""
    if node is None or node.id == "scalar":
        return
    if node.id == "mapping":
        for name, value in _entries(node).items():
            if text := _text(value):
                yield name, text
        return
    for item in node.value:
        if item.id == "mapping":
            entries = _entries(item)
            name_node, value_node = _text(entries.get("name")), _text(entries.get("value"))
            if name_node and value_node:
                yield name_node.text, value_node
        elif (text := _text(item)) and "=" in text.text and re.match(r"[A-Za-z_]\w*=", text.text):
            variable, _, value_text = text.text.partition("=")
            yield variable, _Text(value_text, text.line)


def _matrix(node: Node) -> Iterator[tuple[str, list[_Text]]]:
    matrix = _entries(node).get("matrix") if node is not None and node.id == "mapping" else None
    if matrix is None or matrix.id != "mapping":
        return
    found: dict[str, list[_Text]] = {}
    for name, value in _entries(matrix).items():
        for item in value.value if value.id == "sequence" else ():
            if text := _text(item):
                found.setdefault(_plain_name(name), []).append(text)
            for key, inner in _entries(item).items() if item.id == "mapping" else ():
                if text := _text(inner):
                    variable = key if name == "include" else f"{name}_{key}"
                    found.setdefault(_plain_name(variable), []).append(text)
    yield from found.items()


def _plain_name(name: str) -> str:
    """Return the name that a variable of a shell may have for a key."""
    return re.sub(r"[.-]", "_", name)


def _twin(script: Script, name: str, variables: Variables) -> Iterator[Outcome]:
    inner = Script(path=script.path, scope=script.scope, variables=variables)
    yield from inner.twin(name, variables.names.get(name, ()))


def _serves_by_environment(variables: Variables) -> bool:
    return any(variables.get(name) for name in ("MODEL_ID", "INFINITY_MODEL_ID", "LLAMA_ARG_HF_REPO"))


def _shell_text(text: str) -> str:
    """Write the expressions of a CI file as variables of a shell."""
    text = _EXPRESSION.sub(lambda match: f"${{{_plain_name(match[1])}}}", text)
    text = _PROJECT_USE.sub(lambda match: f"${{vars_{_plain_name(match[1])}}}", text)
    return _DOLLARS.sub("$", _OTHER_EXPRESSION.sub("${_}", text))


def _argument(text: str, location: Location) -> Argument:
    return Argument(values=(Value(text),), location=location)


def _line(entries: dict[str, Node]) -> int:
    return min(int(node.start_mark.line) for node in entries.values()) + 1
