"""From a command line as it stands to the command that runs in the end: ``sudo``, ``srun``, ``uv run``, containers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ptmdeps.scan.commands.command import Command
from ptmdeps.scan.commands.rows import COMMANDS
from ptmdeps.scan.commands.rows.servers import command_of_image
from ptmdeps.scan.commands.shell import Word
from ptmdeps.scan.commands.values import Argument, plain

_PREFIXES = frozenset(
    [
        *("sudo", "env", "exec", "time", "nohup", "nice", "ionice", "srun", "timeout", "xargs", "command", "builtin"),
        *("uvx", "tini", "dumb-init", "gosu", "su-exec", "numactl", "taskset", "stdbuf", "unbuffer", "retry", "setsid"),
        *("nsys", "ncu", "strace", "catchsegv", "caffeinate", "arch", "xvfb-run", "proxychains", "proxychains4"),
    ]
)
"""Their first word that is no option, nor the value of one, is the command."""

_AROUND = frozenset(
    [
        *("runuser", "mpirun", "mpiexec", "watch", "screen", "tmux", "flock", "parallel", "chroot", "enroot", "modal"),
        "sbatch",
    ]
)
"""The command may stand anywhere behind them, or be one of their words as a text."""

_WITH_VERB = frozenset(
    [
        *("uv", "poetry", "pipenv", "pdm", "rye", "hatch", "pixi", "pipx", "conda", "mamba", "micromamba"),
        *("docker", "podman", "nerdctl", "docker-compose", "podman-compose", "kubectl", "oc", "crictl"),
        *("singularity", "apptainer"),
    ]
)
_INDIRECT = _PREFIXES | _AROUND | _WITH_VERB
_VERBS = frozenset({"run", "exec", "create", "shell", "start"})
"""The command stands behind one of these verbs."""

_LAUNCHERS = frozenset({"accelerate", "torchrun", "deepspeed", "colossalai", "composer", "ray", "horovodrun", "bsub"})
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh", "fish", "su", "ssh", "eval"})
_PYTHON = re.compile(r"(?:python|pypy|ipython)(?:w|\d(?:\.\d+)?t?)?")
_SUFFIX = re.compile(r"\.(?:exe|bat|cmd)$")
_OF_PYTHON_WITH_VALUE = frozenset({"-W", "-X"})
_BEFORE_COMMAND = re.compile(r"\w+=.*|\d[\w.]*|--|\{\}|", re.DOTALL)
_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "-", "@", "@-", "-@"})
_PROGRAMS = frozenset(row.words[0] for row in COMMANDS.rows) | _LAUNCHERS | _SHELLS | _PREFIXES | _AROUND | _WITH_VERB
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
_MOST_PREFIXES = 6
_MOST_OPTIONS = 200
_DOTTED_FLAGS = re.compile(r"-[a-zA-Z]*c")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A command with a row of the catalogue, and what follows its words."""

    row: Command
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellText:
    """Text that another shell runs."""

    argument: Argument


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonText:
    """Code given with ``-c``; or ``None`` where it comes from standard input."""

    argument: Argument | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnScript:
    """A script or module of the project, started with options."""

    arguments: tuple[Argument, ...]


Invocation = Known | ShellText | PythonText | OwnScript | None


def without_keywords(arguments: Sequence[Argument]) -> Sequence[Argument]:
    """Drop what a shell reads before the command: ``if``, ``then``, ``do``, ``{``."""
    start = 0
    while start < len(arguments) and arguments[start].text in _KEYWORDS:
        start += 1
    return arguments[start:]


def may_load(words: Sequence[Word]) -> bool:
    """Whether a command may load something, by its first word alone; answered before anything is expanded."""
    for word in words:
        text = word.text
        if text is None:
            head = word.parts[0] if word.parts else None
            if isinstance(head, str) and _ASSIGNMENT.match(head):
                continue
            return True
        if text in _KEYWORDS or _ASSIGNMENT.match(text):
            continue
        name = text.replace("\\", "/").rpartition("/")[2]
        return name in _PROGRAMS or name.endswith((".py", ".exe")) or bool(_PYTHON.fullmatch(name))
    return False


def invocation_of(arguments: Sequence[Argument], depth: int = 0) -> Invocation:
    """Say what a command line runs in the end; ``None`` where nothing of it is known.

    ``depth`` counts the prefixes that were taken off; nobody writes more than a few.
    """
    arguments = without_keywords(arguments)
    word = _program(arguments[0]) if arguments else None
    if word is None:
        return None
    if found := _direct(word, arguments):
        return found
    if word in _INDIRECT:
        return _inner(word, arguments, depth) if depth < _MOST_PREFIXES else None
    if word in _LAUNCHERS or word.endswith(".py"):
        return OwnScript(arguments=tuple(arguments[1:]))
    return None


def _inner(word: str, arguments: Sequence[Argument], depth: int) -> Invocation:
    if word in _PREFIXES:
        return _prefixed(arguments, depth)
    if word in _AROUND:
        return _wrapped(arguments[1:])
    verb = next((n for n, argument in enumerate(arguments[:4]) if argument.text in _VERBS), None)
    return _wrapped(arguments[verb + 1 :]) if verb is not None else None


def _program(argument: Argument) -> str | None:
    text = argument.text
    if not text:
        return None
    word = _SUFFIX.sub("", text.replace("\\", "/").rpartition("/")[2])
    return "python" if _PYTHON.fullmatch(word) else word


def _direct(word: str, arguments: Sequence[Argument]) -> Invocation:
    """Say what a command line runs whose first word is no wrapper."""
    if word == "python":
        return _python(arguments)
    if word in _SHELLS:
        return _shell(word, arguments)
    if row := COMMANDS.find([word, *(argument.text for argument in arguments[1:6])]):
        return Known(row=row, arguments=tuple(arguments[len(row.words) :]))
    return None


def _python(arguments: Sequence[Argument]) -> Invocation:
    position = 1
    while position < len(arguments):
        text = arguments[position].text
        if text == "-c":
            code = arguments[position + 1 : position + 2]
            return PythonText(argument=code[0]) if code else None
        if text == "-":
            return PythonText(argument=None)
        if text == "-m":
            return _module(arguments[position + 1 :])
        if text is None or not text.startswith("-"):
            return OwnScript(arguments=tuple(arguments[position + 1 :]))
        position += 2 if text in _OF_PYTHON_WITH_VALUE else 1
    return PythonText(argument=None)


def _module(arguments: Sequence[Argument]) -> Invocation:
    words = ["python", "-m", *(argument.text for argument in arguments[:5])]
    if row := COMMANDS.find(words):
        return Known(row=row, arguments=tuple(arguments[len(row.words) - 2 :]))
    return OwnScript(arguments=tuple(arguments[1:]))


def _shell(word: str, arguments: Sequence[Argument]) -> Invocation:
    if word == "eval":
        return ShellText(argument=_together(arguments[1:])) if arguments[1:] else None
    for position, argument in enumerate(arguments[1:], 1):
        text = argument.text or ""
        if _DOTTED_FLAGS.fullmatch(text) or (word == "ssh" and " " in text):
            code = arguments[position : position + 1] if word == "ssh" else arguments[position + 1 : position + 2]
            return ShellText(argument=code[0]) if code else None
    return None


def _together(arguments: Sequence[Argument]) -> Argument:
    text = " ".join(argument.text or "" for argument in arguments)
    return plain(text, arguments[0].location)


def _prefixed(arguments: Sequence[Argument], depth: int) -> Invocation:
    """Find the command behind a prefix, after its options, their values, assignments and numbers."""
    after_option = False
    for position, argument in enumerate(arguments[1:], 1):
        text = argument.text or ""
        if text.startswith("-"):
            after_option = "=" not in text
        elif not _BEFORE_COMMAND.fullmatch(text):
            found = invocation_of(arguments[position:], depth + 1)
            if found or not after_option:
                return found
            after_option = False
    return None


def _wrapped(arguments: Sequence[Argument]) -> Invocation:
    """Find a command among words, or the arguments of an image whose entry point is known."""
    for position, argument in enumerate(arguments[:_MOST_OPTIONS]):
        if words := command_of_image(argument.text or ""):
            return with_words(words, arguments[position + 1 :], argument)
        word = _program(argument)
        if word and (found := _direct(word, arguments[position:])):
            return found
        if word and (word in _LAUNCHERS or word.endswith(".py")):
            return OwnScript(arguments=tuple(arguments[position + 1 :]))
    texts = (argument for argument in arguments if " " in (argument.text or "").strip())
    return next((ShellText(argument=argument) for argument in texts), None)


def with_words(words: tuple[str, ...], arguments: Sequence[Argument], at: Argument) -> Invocation:
    """Say what the arguments of a container run, whose entry point is ``words``."""
    first = _program(arguments[0]) if arguments else None
    if first and not first.startswith("-") and (found := _direct(first, arguments)):
        return found
    together = [*(plain(word, at.location) for word in words), *arguments]
    return _direct(words[0], together)
