"""From the bytes of a configuration file to its documents: YAML, TOML, JSON in all its dialects, INI and gin.

Nothing is built but texts: no tags, no types, no merging. An alias of YAML stands for the text of its anchor, never
for a whole structure, so no document grows by being read.
"""

from __future__ import annotations

import re
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ptmdeps.scan.configurations.tree import Builder, Mapping, Node, Scalar

if TYPE_CHECKING:
    import yaml

_NO_TEXT = frozenset(["", "~", "null", "none", "true", "false", "yes", "no", "on", "off", "undefined", "nan"])
_NUMBER = re.compile(r"[-+.]?\d[\d_.]*+(?:[eE][-+]?\d+)?")
_LONGEST_LINE = 2_000
_DEEPEST_SECTION = 8

_JSON_TOKEN = re.compile(
    r"""(?P<open>[\[{])|(?P<close>[\]}])
    |"(?P<double>[^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"|'(?P<single>[^'\\\n]*+(?:\\.[^'\\\n]*+)*+)'
    |(?P<comment>//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+)
    |(?P<bare>[^\s\[\]{},:"'/]++)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_TOML_TEXT = re.compile(
    r"""\#[^\n]*+|\"{3}.*?\"{3}|'{3}.*?'{3}|"(?P<double>[^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"|'(?P<single>[^'\n]*+)'""",
    re.DOTALL,
)
_SECTION = re.compile(r"\[{1,2}([^\[\]]+)\]{1,2}\s*(?:[;#].*)?")
_PAIR = re.compile(r"[\s-]*+[\"']?(?P<key>[\w@][\w./@-]*+)[\"']?\s*+(?:=|:(?=\s))\s*+(?P<value>\S.*)")
_VALUE = re.compile(r"\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s#;,]+)")


def documents_of(path: str, data: bytes) -> tuple[Node, ...]:
    """Return the documents of a file, by the ending of its name."""
    return tuple(_READERS[PurePosixPath(path).suffix.lower()](data.decode("utf-8-sig", "replace")))


def _read_yaml(text: str) -> Iterable[Node]:
    """Read YAML by its events; a template, or a text that breaks off, is read line by line."""
    import yaml  # only files with a hit need it

    try:
        return list(_of_events(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))))
    except (yaml.YAMLError, RecursionError, ValueError):
        return _read_lines(text)


def _of_events(events: Iterable[yaml.Event]) -> Iterator[Node]:
    import yaml

    builder, anchors = Builder(), dict[str, str]()
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                builder.open(mapping=isinstance(event, yaml.MappingStartEvent))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                builder.close()
            case yaml.ScalarEvent(value=value, anchor=anchor, style=style):
                scalar = Scalar(value, line) if style in {"'", '"'} else _plain(value, line)
                anchors[anchor or ""] = scalar.text
                builder.add(scalar)
            case yaml.AliasEvent(anchor=anchor):
                builder.add(Scalar(anchors.get(anchor or "", ""), line))
            case yaml.DocumentEndEvent():
                yield builder.finish()
                builder, anchors = Builder(), {}
        if builder.full:
            yield builder.finish()
            return


def _plain(text: str, line: int) -> Scalar:
    """Return what stands without quotes, which may be no text."""
    text = text.strip()
    word = text.lower()
    return Scalar("", line, word) if word in _NO_TEXT or _NUMBER.fullmatch(text) else Scalar(text, line)


def _read_json(text: str) -> Iterator[Node]:
    """Read JSON, with comments, trailing commas, single quotes and bare keys where there are any."""
    builder, line, end = Builder(), 1, 0
    for token in _JSON_TOKEN.finditer(text):
        line, end = line + text.count("\n", end, token.start()), token.start()
        match token.lastgroup:
            case "open":
                builder.open(mapping=token[0] == "{")
            case "close":
                builder.close()
            case "double" | "single" as quoted:
                builder.add(Scalar(_ESCAPE.sub(_unescaped, token[quoted]), line))
            case "bare":
                builder.add(_plain(token[0], line))
        if builder.full:
            break
    yield builder.finish()


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _ESCAPED.get(escape[2], escape[2])


def _read_toml(text: str) -> Iterable[Node]:
    """Read TOML; the lines are those where the same text stands in quotes, in their order."""
    if any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        return _read_lines(text)  # a dotted key costs the parser the square of its length
    try:
        tables = tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return _read_lines(text)
    builder = Builder()
    _add_toml(builder, tables, _lines_of_texts(text))
    return [builder.finish()]


def _lines_of_texts(text: str) -> dict[str, deque[int]]:
    lines: dict[str, deque[int]] = {}
    line, end = 1, 0
    for quoted in _TOML_TEXT.finditer(text):
        line, end = line + text.count("\n", end, quoted.start()), quoted.start()
        if quoted.lastgroup:
            lines.setdefault(quoted[quoted.lastgroup], deque()).append(line)
    return lines


def _add_toml(builder: Builder, value: Any, lines: dict[str, deque[int]]) -> None:  # noqa: ANN401 - TOML's own types
    if builder.full:
        return
    match value:
        case dict():
            builder.open(mapping=True)
            for key, item in value.items():
                builder.add(_toml_text(key, lines))
                _add_toml(builder, item, lines)
            builder.close()
        case list():
            builder.open(mapping=False)
            for item in value:
                _add_toml(builder, item, lines)
            builder.close()
        case _:
            builder.add(_toml_text(value, lines) if isinstance(value, str) else Scalar("", 1, str(value).lower()))


def _toml_text(text: str, lines: dict[str, deque[int]]) -> Scalar:
    standing = lines.get(text)
    if not standing:
        return Scalar(text, 1)
    return Scalar(text, standing.popleft() if len(standing) > 1 else standing[0])


def _read_lines(text: str) -> Iterator[Node]:
    """Read lines ``key = value`` and ``key: value`` under sections ``[a.b]``, whatever stands between them."""
    sections: list[tuple[tuple[Scalar, ...], list[tuple[Scalar, Node]]]] = [((), [])]
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > _LONGEST_LINE or line.lstrip()[:1] in {"#", ";"}:
            continue
        if section := _SECTION.fullmatch(line.strip()):
            names = section[1].strip().split(".", _DEEPEST_SECTION)
            sections.append((tuple(Scalar(name, number) for name in names), []))
        elif (pair := _PAIR.match(line)) and (value := _VALUE.match(pair["value"])):
            bare = value.lastgroup == "bare"
            told = _plain(value[0], number) if bare else Scalar(value[value.lastgroup or 0], number)
            sections[-1][1].append((Scalar(pair["key"], number), told))
    yield Mapping(tuple(pair for names, pairs in sections for pair in _nested(names, Mapping(tuple(pairs))).pairs))


def _nested(names: tuple[Scalar, ...], inner: Mapping) -> Mapping:
    """Put a section where the parts of its name say."""
    for name in reversed(names):
        inner = Mapping(((name, inner),))
    return inner


_READERS: dict[str, Callable[[str], Iterable[Node]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".toml": _read_toml,
    ".json": _read_json,
    ".jsonc": _read_json,
    ".json5": _read_json,
    ".ini": _read_lines,
    ".cfg": _read_lines,
    ".gin": _read_lines,
}

ENDINGS = tuple(_READERS)
"""Endings of the names of files that are read here."""
