"""What the calls start that IPython makes of ``!commands`` and of magics.

IPython 9: ``!x`` is ``get_ipython().system("x")``, ``%m x`` is ``get_ipython().run_line_magic("m", "x")``, and a cell
that begins with ``%%m x`` is ``get_ipython().run_cell_magic("m", "x", cell)``. ``{expression}`` and ``$name`` in the
first two are replaced by what they are in Python.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from ptmdeps.scan.starters import programs
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.value import Frame, Text, Value, Values, within

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "!", "sx", "system"})
_OF_SHELL = frozenset({"sx", "system", "sh", "!"})
_INSTALLERS = frozenset({"pip", "conda", "mamba", "micromamba", "uv", "pixi"})
_FIELD = re.compile(r"\{\{|\}\}|\{(?P<expression>[^{}\n]{1,200})\}|\$\$|\$(?P<name>[A-Za-z_]\w{0,100})|[{}]")


def text_of_ipython(evaluator: Evaluator, call: ast.Call, method: str, frame: Frame) -> Values:
    """Return the shell text that a call of one of IPython's methods runs; nothing if it runs none."""
    given = [evaluator.values(argument, frame) for argument in call.args]
    match method, given:
        case "run_cell_magic", [(Text(text=magic),), (Text(text=line),), body]:
            return body if _runs_shell(magic, line) else ()
        case "run_line_magic", [(Text(text=magic),), (Text() as line,)]:
            command = _command_of(magic, line.text.strip())
            return _expanded(Text(text=command), evaluator, call, frame) if command else ()
        case "system" | "system_raw" | "getoutput", [values, *_]:
            found = (_expanded(value, evaluator, call, frame) for value in values)
            return tuple(value for values in found for value in values)
    return ()


def _runs_shell(magic: str, line: str) -> bool:
    program = line.split()[:1] if magic == "script" else [magic]
    return bool(program) and program[0].rpartition("/")[2] in _SHELLS


def _command_of(magic: str, line: str) -> str:
    """Return the shell text that a line magic stands for; an empty one if it stands for none."""
    if magic in _OF_SHELL:
        return line
    if magic in _INSTALLERS:
        return f"{magic} {line}"
    return f"python {line}" if magic == "run" else ""


def _expanded(value: Value, evaluator: Evaluator, call: ast.Call, frame: Frame) -> Values:
    """Return a text with Python's values in it; as it is if IPython could not read its fields."""
    if not isinstance(value, Text):
        return (value,)
    if not value.text.startswith(("{", "$")) and not programs().search(value.text.encode("utf-8", "replace")):
        return ()  # most lines of notebooks list files and install packages
    parts = _parts(value.text, frame)
    if parts is None:
        return (value,)
    if not any(isinstance(part, ast.FormattedValue) for part in parts):
        return (replace(value, text="".join(str(part.value) for part in parts if isinstance(part, ast.Constant))),)
    joined = ast.JoinedStr(values=parts)
    for node in ast.walk(joined):
        ast.copy_location(node, call)
    return within(evaluator.values(joined, frame), value.world)


def _parts(text: str, frame: Frame) -> list[ast.expr] | None:
    """Return the parts of the f-string that does what IPython does with a text; ``None`` if IPython leaves it alone."""
    parts: list[ast.expr] = []
    end = 0
    frame.module.looked.around = True
    names = frame.module.scopes.of(frame.module.tree).bindings
    for match in _FIELD.finditer(text):
        parts.append(ast.Constant(value=text[end : match.start()]))
        end = match.end()
        written = match["expression"] or (match["name"] if match["name"] in names else None)
        node = None if written is None else _parsed(written)
        if match[0] in {"{", "}"} or (written is not None and node is None):
            return None
        if node is None:
            parts.append(ast.Constant(value={"{{": "{", "}}": "}", "$$": "$"}.get(match[0], match[0])))
        else:
            parts.append(ast.FormattedValue(value=node, conversion=-1, format_spec=None))
    return [*parts, ast.Constant(value=text[end:])]


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
