"""What is told of Python source without parsing it is what the parser and the tokenizer say."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptmdeps.scan.lexical import Texts, quoted_spans
from ptmdeps.scan.outline import OutlinedText, first_line, parse_outline

SETTINGS = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

ROOT = Path(__file__).parents[2]
SOURCES = sorted(file for folder in ("ptmdeps", "tests", "examples", "docs") for file in (ROOT / folder).rglob("*.py"))
_NAMES = {
    "_DeferredFunction": "FunctionDef",
    "_DeferredAsyncFunction": "AsyncFunctionDef",
    "_DeferredClass": "ClassDef",
}
_NEW_STRINGS = sys.version_info >= (3, 12)


def everything(node: object) -> object:
    """A tree with every field and position, but for where classes end."""
    if isinstance(node, list):
        return [everything(one) for one in node]
    if not isinstance(node, ast.AST):
        return node if not isinstance(node, (float, complex)) else repr(node)
    name = type(node).__name__
    fields = [(field, everything(getattr(node, field, None))) for field in node._fields]
    ends = ("end_lineno", "end_col_offset")
    places = [part for part in node._attributes if not (isinstance(node, ast.ClassDef) and part in ends)]
    return _NAMES.get(name, name), fields, [getattr(node, part) for part in places]


def parsed(data: bytes) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError):
            return None


def outlined(data: bytes) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return parse_outline(OutlinedText(Texts(data)))
        except (SyntaxError, ValueError):
            return None


def agrees(data: bytes) -> bool:
    """Whether a source that parses has the same tree in parts; says whether it parses."""
    tree = parsed(data)
    other = outlined(data)
    if tree is None:
        everything(other)  # the parts that nobody looked into may be wrong, but they raise nothing
        return False
    assert other is not None
    assert everything(other) == everything(tree)
    return True


def quoted_by_tokenizer(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the strings and comments of a source are, without the letters before the quotes."""
    lines = [f"{line}\n" for line in data.decode().split("\n")]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))

    def offset(place: tuple[int, int]) -> int:
        row, column = place
        return starts[row - 1] + len(lines[row - 1][:column].encode()) if row <= len(lines) else starts[-1]

    depth, opened = 0, 0
    for token in tokenize.tokenize(io.BytesIO(data).readline):
        kind = tokenize.tok_name[token.type]
        letters = len(token.string) - len(token.string.lstrip("rRbBuUfFtT"))
        if kind in {"FSTRING_START", "TSTRING_START"}:
            opened = opened if depth else offset(token.start) + letters
            depth += 1
        elif kind in {"FSTRING_END", "TSTRING_END"}:
            depth -= 1
            if not depth:
                yield opened, offset(token.end)
        elif not depth and kind == "STRING":
            yield offset(token.start) + letters, offset(token.end)
        elif not depth and kind == "COMMENT":
            yield offset(token.start), offset(token.end)


@pytest.mark.parametrize("file", SOURCES[::6], ids=lambda file: file.relative_to(ROOT).as_posix())
def test_files_of_this_project_are_told_apart_like_python_does(file: Path) -> None:
    data = file.read_bytes()
    assert agrees(data)
    assert quoted_spans(data) == list(quoted_by_tokenizer(data))


LONG = "    value = 'a text that makes the function long enough to be put aside' * 3 + '" + "-" * 160 + "'\n"

NASTY = {
    "text_at_column_0": f'def f():\n    x = """\ndef g():\n{LONG}"""\n{LONG}\ndef h():\n{LONG}',
    "text_with_code_at_column_0": f'def f():\n    x = f"""\ndef g():\n{LONG}"""\n{LONG}\ndef h():\n{LONG}',
    "comment_at_column_0": f"def f():\n    x = 1\n# def g():\n{LONG}\ndef h():\n# that\n{LONG}",
    "apostrophe_in_comment": f"def f():\n    # don't\n{LONG}\ndef h():  # can't\n{LONG}",
    "continued_line": f"def f():\n{LONG}    x = \\\nfoo\n\ndef h():\n{LONG}",
    "continued_line_in_class": (
        f"class A:\n    def f(self):\n    {LONG}        x = \\\n    foo\n    def g(self):\n    {LONG}"
    ),
    "backslash_in_comment": f"def f():\n{LONG}# that \\\ndef h():\n{LONG}",
    "bracket_at_column_0": f"def f():\n{LONG}    x = [\n1,\n2\n]\n    return x\ndef g():\n{LONG}",
    "decorator_of_lines": f"@a(\n1\n)\n@b\ndef f():\n{LONG}def g(): pass\n@c(\n)\n# that\n\nclass A:\n{LONG}",
    "decorated_one_line": f"@a(\n1\n)\ndef f(): pass\n@b(\n2\n)\nasync def g():\n{LONG}",
    "walrus_in_decorator": f"@(x := property)\ndef f():\n{LONG}@(y := [p\n for p in q])\nclass A:\n{LONG}",
    "functions_in_branches": (
        f"if x:\n    def f():\n    {LONG}else:\n    def f():\n    {LONG}"
        f"try:\n    pass\nexcept E:\n    def g():\n    {LONG}finally:\n    pass\n"
    ),
    "methods_in_branches": (
        f"class A:\n    if x:\n        def f(self):\n        {LONG}    else:\n        def f(self):\n        {LONG}"
        f"    def g(self):\n    {LONG}"
    ),
    "body_after_branch": (
        f"class A:\n    for x in y:\n        @p\n        def f(self):\n        {LONG}    z = 1\n"
        f"    class B(C):\n        def g(self):\n        {LONG}        h = 1\n"
    ),
    "methods_only": f"class A:\n    def f(self):\n    {LONG}\n    async def g(self):\n    {LONG}\n\nclass B(A): pass\n",
    "one_line_definitions": f"def f(): pass\ndef g(): return 1; x = 2\nclass A: x = 1; y = 2\ndef h():\n{LONG}",
    "one_long_line": f"def f(): return '{'-' * 300}'; x = 2\nclass A: x = '{'-' * 300}'; y = 2\nz = 1\n",
    "header_of_lines": (
        f"def f(\n    a,\nb=1,\n    *, c,\n) -> int:\n{LONG}class A(\n  B,\n  metaclass=M,\n):\n    x: int\n{LONG}"
    ),
    "tabs": f"class A:\n\tdef f(self):\n\t\tx = '{'-' * 300}'\n\tdef g(self):\n\t\tif x:\n\t\t\tpass\n",
    "form_feeds": f"def f():\n{LONG}\f\ndef g():\n{LONG}\fdef h():\n{LONG}",
    "semicolons": f"x = 1; y = 2\ndef f():\n{LONG}x = 3; z = 4; pass\n",
    "types_of_results": f"def f() -> 'int':\n{LONG}async def g() -> None:\n{LONG}",
    "docstrings": (
        f'"""Of the file."""\ndef f():\n    """Of\nthe\n  function."""\n{LONG}class A:\n    """Of the\nclass"""\n{LONG}'
    ),
    "names_of_other_letters": f"def für():\n{LONG}class Ärger(Ä):\n    def ß(self):\n    {LONG}def g():\n{LONG}",
    "deeper_comment_first": f"class A:\n        # that\n  # this\n    def f(self):\n    {LONG}\n  # these\n    x = 1\n",
    "passes": f"class A:\n    pass\n    def f(self):\n    {LONG}    pass\npass\ndef g():\n{LONG}pass\n",
    "matrices": f"class A:\n    x = (a\n    @ b)\n    def f(self):\n    {LONG}    y = 1\n",
    "no_end_of_line": f"def f():\n{LONG}class A:\n    def g(self):\n    {LONG.rstrip()}",
    "nothing_inside": f"class A:\n    '''{'-' * 300}'''\n    ...\ndef f():\n    '''{'-' * 300}'''\n",
    "coding": f"# coding: latin-1\ndef f():\n{LONG}",
    "usual_coding": f"# -*- coding: UTF-8 -*-\ndef f():\n{LONG}",
    "mark_of_order": f"\ufeffdef f():\n{LONG}",
    "soft_keywords": f"match = 1\ndef type():\n{LONG}match x:\n    case 1:\n        def f():\n        {LONG}",
    "deep": "".join(f"{'  ' * depth}class A{depth}:\n" for depth in range(40)) + "  " * 40 + f"x = '{'-' * 300}'\n",
    "type_parameters": f"def f[T](x: T) -> T:\n{LONG}class A[T]:\n    def f[S](self):\n    {LONG}type X = int\n",
    "nested_quotes": f'def f():\n    x = f"{{a["b"]}} {{c[\'#\']}}"\n{LONG}def g():\n{LONG}',
}
NEW = {"type_parameters", "nested_quotes"}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_sources_are_told_apart_like_python_does(name: str) -> None:
    data = NASTY[name].encode()
    assert agrees(data) or (name in NEW and not _NEW_STRINGS)


@pytest.mark.parametrize("name", sorted(NASTY.keys() - NEW - {"coding", "mark_of_order"}))
def test_nasty_strings_and_comments_are_found_like_the_tokenizer_does(name: str) -> None:
    data = NASTY[name].encode()
    assert quoted_spans(data) == list(quoted_by_tokenizer(data))


@pytest.mark.parametrize(
    ("field", "shown"), [("returns", "int"), ("body", "[]"), ("decorator_list", "d"), ("args", "a"), ("lineno", "")]
)
def test_any_field_may_be_asked_for_first(field: str, shown: str) -> None:
    data = f"@d\ndef f(a) -> int:\n{LONG}".encode()
    (node,) = parse_outline(OutlinedText(Texts(data))).body
    (expected,) = ast.parse(data).body
    assert first_line(node) == 1
    assert everything(getattr(node, field)) == everything(getattr(expected, field))
    assert shown in ast.dump(expected) or shown == "[]"


STATEMENTS = st.sampled_from(
    [
        "x = 1",
        "x = '''\ndef g():\n  y\n'''",
        'x = f"""\nclass B:\n    {y}\n"""',
        "x = (\na,\n  b)",
        "x = \\\n  y",
        "x = \\\ny",
        "# def g(): \\",
        "# it's",
        "'a # b'",
        '"""Text."""',
        "pass",
        "x = 1; y = [\n]",
        "return x",
        "",
        f"x = '{'-' * 120}'",
        "x = r'\\'",
        "x = b'\\'' \"'\"",
        "x = '\\\ny'",
        "x: int = lambda: (yield)",
    ]
)
HEADERS = st.sampled_from(
    [
        "def f():",
        "def g(a,\n  b=1):",
        "async def h(x: 'int') -> 'y':",
        "class A:",
        "class B(A,\nC):",
        "if x:",
        "for x in y:",
        "while x:",
        "with x as y, z:",
        "@a\ndef f(self):",
        "@a(\n  1,\n)\n@b\n\n# that\nclass C:",
        "@a(\n1)\nasync def f():",
        "try:\n{0}  x\nfinally:",
        "match x:\n{0}  case 1:\n{0}    y\nif z:",
        "def f(): pass\nif x:",
        "class A: x = 1; y = 2\nelse_ = 1\nif z:",
    ]
)
Block = list[tuple[str, object]]
BLOCKS: st.SearchStrategy[Block] = st.recursive(
    st.lists(st.tuples(STATEMENTS, st.none()), min_size=1, max_size=4),
    lambda inner: st.lists(
        st.one_of(st.tuples(STATEMENTS, st.none()), st.tuples(HEADERS, inner), st.tuples(HEADERS, inner)),
        min_size=1,
        max_size=5,
    ),
    max_leaves=14,
)
INDENTS = st.sampled_from(["    ", "  ", "\t", " "])


def written(block: Block, indent: str, step: str) -> str:
    """The text of a block; only lines that begin a statement are indented."""
    lines: list[str] = []
    for text, inner in block:
        heads = text.format(indent) if inner is not None and "{0}" in text else text
        separate = heads.split("\n") if inner is not None else [heads]
        lines += [indent + line if line else line for line in separate]
        if inner is not None:
            lines += [written(inner, indent + step, step), f"{indent}{step}pass"]  # type: ignore[arg-type]
    return "\n".join(lines)


@SETTINGS
@given(block=BLOCKS, step=INDENTS, end=st.sampled_from(["\n", "", "\n\n# that"]))
def test_generated_sources_are_told_apart_like_python_does(block: Block, step: str, end: str) -> None:
    data = (written(block, "", step) + end).encode()
    if agrees(data) and not _NEW_STRINGS:
        assert quoted_spans(data) == list(quoted_by_tokenizer(data))


@SETTINGS
@given(data=st.binary(max_size=200), cut=st.integers(0, 3_000), name=st.sampled_from(sorted(NASTY)))
def test_broken_sources_raise_nothing_but_what_python_does(data: bytes, cut: int, name: str) -> None:
    whole = NASTY[name].encode()
    agrees(whole[:cut] + data + whole[cut:])
    agrees(whole[:cut])


def test_strings_that_hold_code_are_code() -> None:
    data = b"""x = f"{a}", rf'{b}', Rb'c', "d", fR"{e}", r'f', f'' # "g" """
    texts = [place for place in range(len(data)) if not Texts(data).lines_of_code([place])]
    assert bytes(data[place] for place in texts) == b"""'c'"d"'f'# "g" """


_PIECES = st.sampled_from(
    [b'"', b"'", b'"""', b"'''", b"\\", b"\\\n", b"\n", b"#", b"f", b"rb", b"a", b" ", b"x = (", b")", b'"', b"\r"]
)


@SETTINGS
@given(pieces=st.lists(_PIECES, max_size=40))
def test_strings_are_the_same_however_little_of_the_text_is_read(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    spans = quoted_spans(data)
    texts = Texts(data)
    for place in range(len(data)):
        around = next((span for span in spans if span[0] <= place < span[1]), None)
        assert texts.span_at(place) == around, place
        long = around is not None and b"\n" in data[slice(*around)]
        assert texts.long_at(place) == (around if long else None), place
    one_by_one = [place for place in range(len(data)) if Texts(data).lines_of_code([place])]
    lines = sorted({data.count(b"\n", 0, place) + 1 for place in one_by_one})
    assert texts.lines_of_code(range(len(data))) == lines
