"""Files of lines: shell scripts, Makefiles, Modelfiles, ``.env``, lists of requirements.

Each is turned into shell text with the same number of lines, or is read line by line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from ptmdeps.identity import Location
from ptmdeps.scan.commands.command import Command
from ptmdeps.scan.commands.matching import Place, outcomes_of_command
from ptmdeps.scan.commands.naming import spacy_wheels
from ptmdeps.scan.commands.script import Script
from ptmdeps.scan.commands.shell import word_of
from ptmdeps.scan.commands.values import Value, plain
from ptmdeps.scan.references import Outcome, Reference

_SHELL_VARIABLE = re.compile(r"(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*)")
_MAKE_VARIABLE = re.compile(r"(?:export[ \t]+|override[ \t]+)*([A-Za-z_][\w.-]*)[ \t]*(\?=|:{0,3}=|\+=)[ \t]*(.*)")
_MAKE_USE = re.compile(r"\$\$|\$\(([A-Za-z_]\w*)\)|\$\{([A-Za-z_]\w*)\}|\$([a-zA-Z@<^*?%])(?!\w)")
_JUST_VARIABLE = re.compile(r"(?:export[ \t]+)?([A-Za-z_][\w-]*)[ \t]*:=[ \t]*(.*)")
_JUST_USE = re.compile(r"\{\{[ \t]*([A-Za-z_][\w-]*)[ \t]*\}\}")
_JENKINS = re.compile(
    r"\b(?:sh|bat)\b\s*\(?\s*(?:script\s*:\s*)?(?:'''(.*?)'''|\"\"\"(.*?)\"\"\"|'([^'\n]*)'|\"([^\"\n]*)\")", re.DOTALL
)
_MODELFILE_FROM = re.compile(r"[ \t]*(?:FROM|ADAPTER)[ \t]+(\S+)", re.IGNORECASE)
_PROCESS = re.compile(r"[\w-]+:[ \t]*(.*)")
_TASK = re.compile(
    r'=\s*(?:\{[^}\n]{0,200}?(?:cmd|shell|command)\s*=\s*)?(?:"""(.*?)"""|\'\'\'(.*?)\'\'\'|"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\')',
    re.DOTALL,
)
_SECTION = re.compile(r"^[ \t]*\[+([^\]\n]+)\]+", re.MULTILINE)
_SECTIONS_OF_TASKS = re.compile(
    r"tool\.(?:poe|pdm\.scripts|hatch\.envs|taskipy|pixi|rye\.scripts)|tasks|feature\.|scripts"
)
_FROM = Command(words=("FROM",), reads="model", position=0, hub="ollama", notation="ollama", pin="none")
_WHEEL = Command(
    words=("pip", "install"), reads="package", position=0, every=True, notation="wheel", pin="version", optional=True
)


def read_shell(script: Script, text: str) -> Iterator[Outcome]:
    """Read a shell script; variables that it exports are read as those of an environment, too."""
    found = list(script.run(text))
    yield from found
    keys = {outcome.key for outcome in found if isinstance(outcome, Reference)}
    exported = {match[1] for match in re.finditer(r"^[ \t]*export[ \t]+([A-Za-z_]\w*)=", text, re.MULTILINE)}
    for name in sorted(exported):
        for outcome in script.twin(name, script.variables.get(name) or ()):
            if isinstance(outcome, Reference) and outcome.key not in keys:
                yield outcome


def read_makefile(script: Script, text: str) -> Iterator[Outcome]:
    """Read a Makefile: its variables, and its recipes as shell text."""
    lines: list[str] = []
    continues = False
    for line in text.split("\n"):
        is_recipe = line.startswith("\t") or continues
        match = None if is_recipe else _MAKE_VARIABLE.match(line)
        if match and match[2] == "?=":
            script.variables.set(match[1], _option(_shell_uses(match[3]), script, len(lines) + 1))
            lines.append("")
        elif match:
            lines.append(f'{match[1]}{"+" if match[2] == "+=" else ""}="{_quotable(_shell_uses(match[3]))}"')
        elif is_recipe:
            lines.append(_shell_uses(re.sub(r"^\t[ \t]*[@+-]*", "", line)))
        else:
            lines.append("")
        continues = is_recipe and line.rstrip("\r").endswith("\\")
    yield from script.run("\n".join(lines))


def _option(text: str, script: Script, line: int) -> list[Value]:
    """Return the value of a variable that whoever calls may set to something else."""
    here = (Location(script.path, line),)
    values = script.variables.expand(word_of(text.strip().strip("'\""), line))
    return [Value(value.text, "option", value.evidence or here, value.missing) for value in values]


def _shell_uses(text: str) -> str:
    """Write uses of a Makefile's variables as a shell would."""
    return _MAKE_USE.sub(_shell_use, text)


def _shell_use(match: re.Match[str]) -> str:
    name = match[1] or match[2]
    return f"${{{name}}}" if name else "$" if match[0] == "$$" else ""


def _quotable(text: str) -> str:
    text = re.sub(r"(?:^|\s)#.*", "", text).strip().removesuffix("\\").strip()
    return text.strip("'\"").replace('"', '\\"').replace("`", "")


def read_justfile(script: Script, text: str) -> Iterator[Outcome]:
    """Read a justfile: its variables, and its recipes as shell text."""
    lines = []
    for line in text.split("\n"):
        if match := _JUST_VARIABLE.match(line):
            value = match[2].strip()
            quoted = re.fullmatch(r"'([^']*)'|\"([^\"]*)\"", value)
            lines.append(f"{match[1].replace('-', '_')}={value}" if quoted else "")
        elif line[:1] in {" ", "\t"}:
            lines.append(_JUST_USE.sub(lambda use: f"${{{use[1].replace('-', '_')}}}", line.strip().lstrip("@-")))
        else:
            lines.append("")
    yield from script.run("\n".join(lines))


def read_modelfile(script: Script, text: str) -> Iterator[Outcome]:
    """Read the ``FROM`` and ``ADAPTER`` lines of a Modelfile of Ollama."""
    for number, line in enumerate(text.split("\n"), 1):
        if match := _MODELFILE_FROM.match(line):
            yield from _of_row(_FROM, script, match[1], number)


def _of_row(row: Command, script: Script, text: str, line: int) -> Iterator[Outcome]:
    location = Location(script.path, line)
    yield from outcomes_of_command(row, [plain(text, location)], Place(location=location, scope=script.scope))


def read_procfile(script: Script, text: str) -> Iterator[Outcome]:
    """Read a Procfile: one command a process."""
    matches = (_PROCESS.match(line) for line in text.split("\n"))
    yield from script.run("\n".join(match[1] if match else "" for match in matches))


def line_finder(text: str) -> Callable[[int], int]:
    """Return a function that says in which line a position is; counting anew for each would take too long."""
    ends = [match.start() for match in re.finditer("\n", text)]
    return lambda position: bisect_left(ends, position) + 1


def read_jenkinsfile(script: Script, text: str) -> Iterator[Outcome]:
    """Read the texts that ``sh`` steps run."""
    line_of = line_finder(text)
    for match in _JENKINS.finditer(text):
        number = match.lastindex or 0
        yield from script.run(match[number], line_of(match.start(number)))


def read_variables(script: Script, text: str) -> Iterator[Outcome]:
    """Read a ``.env`` file: variables whose names say that they name a model."""
    for number, line in enumerate(text.split("\n"), 1):
        if match := _SHELL_VARIABLE.fullmatch(line.strip()):
            value = re.sub(r"\s+#.*", "", match[2]).strip().strip("'\"")
            script.variables.set(match[1], [Value(value, "environment", (Location(script.path, number),))])
    yield from script.twins()


def read_requirements(script: Script, text: str) -> Iterator[Outcome]:
    """Read the packages of models among a list of requirements."""
    without_comments = re.sub(r"(?m)^[ \t]*#.*$", "", text)
    line_of = line_finder(without_comments)
    for position in spacy_wheels(without_comments):
        line = line_of(position)
        end = re.compile(r"[\s\"',;\]]").search(without_comments, position)
        yield from _of_row(_WHEEL, script, without_comments[position : end.start() if end else None], line)


def read_project(script: Script, text: str) -> Iterator[Outcome]:
    """Read a project file: packages of models among its dependencies, and the commands of its tasks."""
    yield from read_requirements(script, text)
    line_of = line_finder(text)
    sections = list(_SECTION.finditer(text))
    ends = [*(section.start() for section in sections[1:]), len(text)]
    for section, end in zip(sections, ends, strict=False):
        if not _SECTIONS_OF_TASKS.match(section[1].strip()):
            continue
        for match in _TASK.finditer(text, section.end(), end):
            number = match.lastindex or 0
            yield from script.run(match[number], line_of(match.start(number)))
