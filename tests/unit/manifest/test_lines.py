"""Where keys stand: against documents whose every line is known, because they are written line by line here."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps import manifest
from ptmdeps.errors import ManifestError
from ptmdeps.manifest.fields import KeyPath
from ptmdeps.manifest.lines import key_lines, line_of

TEXT = '''# a comment = 1
title = "x" # [no.table]
"quoted \\u0041.key" = 'a = 1'
a.b."c.d".e = 1

[tool.ptmdeps] # with a comment
models = [ # the first
    "org/a", # ] no end
    """
[[no]]
table = 1
""",
    { name = "org/b", files = ["x",
        "y" ], "ref" = "v" },

    [1, [2,
      3]],
]
text = \'\'\'
[tool]
'quoted' "" \'\'\'
long = """a "quoted" one \\
   "" and more"""""
when = 2026-12-31T00:00:00Z

[[tool.ptmdeps.loaders]]
call = "a"
[tool.ptmdeps.loaders.model]
position = 1
[[tool.ptmdeps.loaders]]
call = "b"
[tool.ptmdeps.loaders.model]
position = 2
[[tool.ptmdeps.loaders.deep]]
x = 1
[[tool.ptmdeps.loaders.deep]]
x = 2
[other]
'''
TOOL = ("tool", "ptmdeps")
LINES: dict[KeyPath, int] = {
    ("title",): 2,
    ("quoted A.key",): 3,
    ("a",): 4,
    ("a", "b", "c.d", "e"): 4,
    TOOL: 6,
    (*TOOL, "models"): 7,
    (*TOOL, "models", 0): 8,
    (*TOOL, "models", 1): 9,
    (*TOOL, "models", 2): 13,
    (*TOOL, "models", 2, "name"): 13,
    (*TOOL, "models", 2, "files", 0): 13,
    (*TOOL, "models", 2, "files", 1): 14,
    (*TOOL, "models", 2, "ref"): 14,
    (*TOOL, "models", 3, 1, 1): 17,
    (*TOOL, "text"): 19,
    (*TOOL, "long"): 22,
    (*TOOL, "when"): 24,
    (*TOOL, "loaders", 0): 26,
    (*TOOL, "loaders", 0, "model", "position"): 29,
    (*TOOL, "loaders", 1, "call"): 31,
    (*TOOL, "loaders", 1, "model"): 32,
    (*TOOL, "loaders", 1, "deep", 1, "x"): 37,
    ("other",): 38,
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_everything_is_found_where_it_stands(newline: str) -> None:
    text = TEXT.replace("\n", newline)
    assert set(_paths(tomllib.loads(text))) == set(key_lines(text))
    assert {path: line_of(text, path) for path in LINES} == LINES


def test_what_is_not_there_is_where_it_would_have_to_be() -> None:
    assert line_of(TEXT, (*TOOL, "models", 2, "nothing")) == 13
    assert line_of(TEXT, (*TOOL, "nothing")) == 6
    assert line_of(TEXT, ("nothing",)) is None
    assert line_of("", TOOL) is None


def test_a_text_that_is_no_toml_has_no_lines() -> None:
    for text in ("= 1", "a", "[", 'a = """'):
        assert line_of(text, ("a", "b")) in (None, 1)


def test_the_message_names_file_and_line(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.ptmdeps]\nmodels = [\n    "org/a",\n    { name = "b", files = 3 },\n]\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        manifest.read(tmp_path)
    expected = "pyproject.toml:7: `tool.ptmdeps.models[1].files` must be an array of strings"
    assert caught.value.message == expected


def _paths(value: Any, path: KeyPath = ()) -> list[KeyPath]:
    pairs: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    own = [path] if path else []
    return own + [found for key, inner in pairs for found in _paths(inner, (*path, key))]


class _Writer:
    """Writes a document as Hypothesis likes it, and notes where everything stands."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def pick(self, *choices: str) -> str:
        return self._draw(st.sampled_from(choices))

    def add(self, text: str) -> None:
        self.text += text

    def note(self, path: KeyPath) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def table(self, table: dict[str, Any], path: KeyPath = ()) -> None:
        """The plain values first, then the tables in it: in line, as dotted keys or under headers of their own."""
        later = []
        for key, value in table.items():
            own = (*path, key)
            if (_is_table(value) or _is_array_of_tables(value)) and self.pick("later", "now") == "later":
                later.append((own, value))
                continue
            self.add(self.pick("", "  ", "\n", "# note = [1]\n", '#"""\n'))
            if isinstance(value, dict) and len(value) == 1 and self.pick("dotted", "inline") == "dotted":
                ((inner, leaf),) = value.items()
                self.note(own)
                self.note((*own, inner))
                self.add(f"{self.key(key)} .{self.pick('', ' ')}{self.key(inner)} = ")
                self.value(leaf, (*own, inner))
            else:
                self.note(own)
                self.add(f"{self.key(key)}{self.pick('', ' ')}= ")
                self.value(value, own)
            self.add(self.pick("\n", " # [x]\n", "\t\n", "\r\n"))
        for own, value in later:
            self.header(own, value)

    def header(self, path: KeyPath, value: Any) -> None:
        name = ".".join(self.key(key) for key in path if isinstance(key, str))
        for index, table in enumerate(value if isinstance(value, list) else [value]):
            opening, closing = ("[[", "]]") if isinstance(value, list) else ("[", "]")
            own = (*path, index) if isinstance(value, list) else path
            if index == 0:
                self.note(path)
            self.note(own)
            self.add(f"{opening}{self.pick('', ' ')}{name}{closing}{self.pick('', ' # [c]')}\n")
            self.table(table, own)

    def key(self, key: str) -> str:
        bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
        literal = "'" not in key and key.isprintable()
        choices = [_basic(key), *([key] if bare else []), *([f"'{key}'"] if literal else [])]
        return self.pick(*choices)

    def value(self, value: Any, path: KeyPath) -> None:
        match value:
            case dict():
                self.add("{")
                for index, (key, inner) in enumerate(value.items()):
                    self.add(", " if index else self.pick("", " "))
                    self.note((*path, key))
                    self.add(f"{self.key(key)} = ")
                    self.value(inner, (*path, key))
                self.add(" }")
            case list():
                self.add("[")
                for index, inner in enumerate(value):
                    self.add(f",{self.gap()}" if index else self.gap())
                    self.note((*path, index))
                    self.value(inner, (*path, index))
                self.add(f"{self.gap()}]")
            case str():
                self.add(self.string(value))
            case _:
                self.add(json.dumps(value))

    def gap(self) -> str:
        return self.pick("", " ", "\n", " # ] } x = 1\n", "\n\n  ")

    def string(self, text: str) -> str:
        choices = [_basic(text), '"""\n' + _basic(text)[1:-1] + '"""', f'"""\\\n  {_basic(text)[1:-1].lstrip()}"""']
        if "'" not in text and (text.isprintable() or not text):
            choices += [f"'{text}'", f"'''\n{text}\n'''", f"'''{text}''''"]
        return self.pick(*choices)


def _basic(text: str) -> str:
    return json.dumps(text).replace("\x7f", "\\u007f")


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_array_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


_KEYS = st.sampled_from(["a", "b-1", "models", "x.y", "", "ä", "a b", 'q"', "it's", "[t]", "#", "="])
_TEXTS = st.text(st.sampled_from("a \"'#=[]{},\\\n\u00e4"), max_size=6)
_VALUES = st.recursive(
    st.booleans() | st.integers(-5, 5) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def _documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    writer = _Writer(draw)
    writer.table(draw(st.dictionaries(_KEYS, _VALUES, max_size=4)))
    return writer.text, writer.lines


@given(_documents())
def test_every_key_of_every_document_is_found_at_its_line(document: tuple[str, dict[KeyPath, int]]) -> None:
    text, lines = document
    assert set(_paths(tomllib.loads(text))) == lines.keys()
    assert key_lines(text) == lines
