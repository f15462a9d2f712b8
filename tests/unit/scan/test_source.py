"""Files of every kind: encodings, syntax that cannot be parsed, and hostile content."""

from __future__ import annotations

import ast
import codecs
import gc
from pathlib import Path

import pytest

from ptmdeps.scan import ScanResult, scan
from ptmdeps.scan.project import Project
from ptmdeps.scan.source import MAXIMUM_PARSED, Source
from ptmdeps.scan.values.value import expression_of

LOAD = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/a')\n"


def scan_bytes(tmp_path: Path, data: bytes, name: str = "app.py") -> ScanResult:
    (tmp_path / name).write_bytes(data)
    return scan(tmp_path)


def found(result: ScanResult) -> dict[str, str]:
    return {reference.key.name: reference.resolution for reference in result.references}


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + LOAD.encode(),
        b"# -*- coding: latin-1 -*-\n# \xe4\n" + LOAD.encode(),
        LOAD.replace("\n", "\r\n").encode(),
        LOAD.replace("\n", "\r").encode(),
        b"\x0c\n" + LOAD.encode(),
        ("x = 'ä😀'\n" + LOAD).encode(),
        LOAD.rstrip().encode(),
        ("x = '\\d'\n" + LOAD).encode(),
    ],
    ids=["mark", "cookie", "crlf", "cr", "form feed", "utf-8", "no newline", "warning"],
)
def test_text_of_every_kind_is_read(data: bytes, tmp_path: Path) -> None:
    assert found(scan_bytes(tmp_path, data)) == {"acme/a": "literal"}


UNPARSABLE = {
    "python 2": "print 'x'\n" + LOAD,
    "newer syntax": "type X = = int\n" + LOAD,
    "nul": "x = '\0'\n" + LOAD,
    "undecodable": "# -*- coding: ascii -*-\n# ä\n" + LOAD,
    "unknown encoding": "# -*- coding: nothing -*-\n" + LOAD,
    "too large": LOAD + "#" * (MAXIMUM_PARSED + 1),
    "too deep": "x = " + "(" * 300 + ")" * 300 + "\n" + LOAD,
    "unfinished": LOAD + "def f(",
}


@pytest.mark.parametrize("case", UNPARSABLE)
def test_file_that_does_not_parse_is_searched_as_text(case: str, tmp_path: Path) -> None:
    (reference,) = scan_bytes(tmp_path, UNPARSABLE[case].encode()).references
    assert (reference.key.name, reference.resolution, reference.reads) == ("acme/a", "text", "transformers")
    assert reference.location.line == UNPARSABLE[case].split("acme/a")[0].count("\n") + 1


def test_text_search_reads_only_what_stands_there(tmp_path: Path) -> None:
    text = '''print "python 2"
from transformers import AutoModel, BertTokenizer, pipeline
from sentence_transformers import SentenceTransformer
import peft
# AutoModel.from_pretrained('acme/comment')
"""
AutoModel.from_pretrained('acme/doc')
"""
BertTokenizer.from_pretrained(pretrained_model_name_or_path="acme/b")
SentenceTransformer('mini')
pipeline("ner", "acme/first-is-the-task")
peft.PeftModel.from_pretrained("acme/first-is-the-base")
AutoModel.from_pretrained("./local")
other("acme/no-loader")
'''
    result = scan_bytes(tmp_path, text.encode())
    assert {reference.key.name: reference.reads for reference in result.references} == {
        "acme/b": "tokenizer",
        "sentence-transformers/mini": "sentence-transformers",
    }


def test_text_search_needs_a_library(tmp_path: Path) -> None:
    assert found(scan_bytes(tmp_path, b"print 'x'\nAutoModel.from_pretrained('acme/a')\n")) == {}


def test_text_search_leaves_out_lines_that_nobody_wrote(tmp_path: Path) -> None:
    text = LOAD + "print 'x'; " + "x" * 3000 + "; AutoModel.from_pretrained('acme/x')\n"
    assert found(scan_bytes(tmp_path, text.encode())) == {"acme/a": "text"}


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 20,
    "utf-16": LOAD.encode("utf-16"),
    "huge line": LOAD.encode() + b"x = '" + b"a" * 3_000_000 + b"'\n",
    "unfinished text": b"from transformers import AutoModel\nAutoModel.from_pretrained('''" + b"x" * 10_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_bytes_do_no_harm(case: str, tmp_path: Path) -> None:
    assert set(found(scan_bytes(tmp_path, HOSTILE[case]))) <= {"acme/a"}
    assert set(found(scan_bytes(tmp_path, HOSTILE[case], "app.ipynb"))) <= {"acme/a"}


HEAD = "from transformers import AutoModel\n"
TANGLED = {
    "recursion": "def f(n):\n    return f(n)\nAutoModel.from_pretrained(f('acme/a'))\n",
    "mutual recursion": "def f(n):\n    return g(n)\ndef g(n):\n    return f(n)\nAutoModel.from_pretrained(f('a'))\n",
    "name of itself": "n = n\nAutoModel.from_pretrained(n)\n",
    "two names of each other": "a = b\nb = a\nAutoModel.from_pretrained(a)\n",
    "class of itself": "class C(C):\n    pass\nAutoModel.from_pretrained(C.n)\n",
    "classes of each other": "class A(B):\n    pass\nclass B(A):\n    pass\nAutoModel.from_pretrained(A().n)\n",
    "wrapper that calls itself": "def f(n):\n    AutoModel.from_pretrained(n)\n    f(n)\n",
    "attribute of itself": "class C:\n def f(self):\n  self.n = self.n\n  AutoModel.from_pretrained(self.n)\n",
    "dictionary of itself": "d = {**d}\nAutoModel.from_pretrained(d['x'])\n",
    "loop over itself": "for n in n:\n    AutoModel.from_pretrained(n)\n",
    "long addition": "AutoModel.from_pretrained(" + " + ".join(["'a'"] * 90) + ")\n",
    "deep conditions": "AutoModel.from_pretrained(" + "'a' if x else (" * 80 + "'b'" + ")" * 80 + ")\n",
    "deep calls": "AutoModel.from_pretrained(" + "f(" * 90 + ")" * 90 + ")\n",
    "many choices": "".join(f"n{i} = 'a' if x{i} else 'b'\n" for i in range(40))
    + "AutoModel.from_pretrained("
    + " + ".join(f"n{i}" for i in range(40))
    + ")\n",
    "long list": f"ALL = {['acme/a'] * 100_000!r}\nfor n in ALL:\n    AutoModel.from_pretrained(n)\n",
    "long dictionary": f"R = {dict.fromkeys(map(str, range(20_000)), 'x')!r}\nAutoModel.from_pretrained(R[x])\n",
    "long condition": "if a:\n    n = '0'\n"
    + "".join(f"elif a == {i}:\n    n = '{i}'\n" for i in range(400))
    + "AutoModel.from_pretrained(n)\n",
    "many assignments": "".join(f"n = 'acme/x{i}'\n" for i in range(5_000)) + "AutoModel.from_pretrained(n)\n",
    "growing texts": "n = 'acme/aaaaaaaaaaaaaaaa'\n" + "n = n + n\n" * 40 + "AutoModel.from_pretrained(n)\n",
    "growing replacement": "n = 'x' * 9\nAutoModel.from_pretrained("
    "'xx'" + ".replace('x', 'xxxxxxxxxxxxxxxxxx')" * 40 + ")\n",
    "exponential functions": "".join(f"def f{i}(n):\n    return f{i + 1}(n) or f{i + 1}(n)\n" for i in range(30))
    + "AutoModel.from_pretrained(f0('a'))\n",
    "percent bomb": "AutoModel.from_pretrained('%1000000000d' % 1)\n",
    "format bomb": "AutoModel.from_pretrained('{:>1000000000}'.format(1))\n",
    "starred names": "a, *b, c = x\nAutoModel.from_pretrained(c)\n",
    "annotation that is no type": "def f(n: '(((('):\n    AutoModel.from_pretrained(n.x)\n",
    "annotation of itself": "def f(n: \"'n'\"):\n    AutoModel.from_pretrained(n.x)\n",
}


@pytest.mark.parametrize("case", TANGLED)
def test_tangled_code_ends(case: str, tmp_path: Path) -> None:
    result = scan_bytes(tmp_path, (HEAD + TANGLED[case]).encode())
    assert len(result.references) + len(result.unresolved) + len(result.local) >= 1


def test_too_many_values_are_no_choice(tmp_path: Path) -> None:
    result = scan_bytes(tmp_path, (HEAD + TANGLED["long list"]).encode())
    assert [unresolved.reason for unresolved in result.unresolved] == ["it has 100000 elements"]


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        HEAD + "from b import *\nfrom b import N\nAutoModel.from_pretrained(N)\nAutoModel.from_pretrained(M)\n"
    )
    (tmp_path / "b.py").write_text("from a import *\nfrom a import N\n")
    assert len(scan(tmp_path).unresolved) == 2


def test_collector_of_cycles_is_on_again(tmp_path: Path) -> None:
    assert gc.isenabled()
    scan_bytes(tmp_path, LOAD.encode())
    assert gc.isenabled()
    gc.disable()
    try:
        scan_bytes(tmp_path, LOAD.encode())
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert Project(tmp_path, ["gone.py"]).read("gone.py") == b""


def test_expression_too_deep_to_be_written_down() -> None:
    node: ast.expr = ast.Constant(value=1)
    for _ in range(5_000):
        node = ast.UnaryOp(op=ast.USub(), operand=node)
    assert expression_of(node) == "UnaryOp"


def test_code_too_deep_to_be_followed_is_said(tmp_path: Path) -> None:
    elements = "".join(f"class C{number}(C{number + 1}):\n    pass\n" for number in range(10))
    result = scan_bytes(tmp_path, (HEAD + elements + "AutoModel.from_pretrained(C0().n)\n").encode())
    assert len(result.unresolved) == 1


def test_names_that_are_given_another_name_are_found_without_parsing() -> None:
    source = Source("a.py", b"get = requests.get\n  x = y[0]  # a\nz = f()\nn = requests.x + 1\nxx = x\n")
    assert [name for name in ("get", "x", "z", "n", "xx", "requests", "y") if source.is_renamed(name)] == [
        "get",
        "x",
        "xx",
    ]


def test_lines_are_cut_out_of_the_text() -> None:
    source = Source("a.py", b"1\n2\n3")
    lines = {(1, 3): b"1\n2\n", (2, 3): b"2\n", (2, 2): b"", (3, 2): b"", (1, 4): b""}
    assert {(first, end): source.text_of_lines(first, end) for first, end in lines} == lines


def test_words_count_behind_a_dot_or_alone() -> None:
    source = Source("a.py", b"a.load(x)\nload(x)\nb.loads()\n# a.load\n'a.load'\nf'{a.load}'\nopen(x)\n")
    assert source.lines_using(frozenset({"load", "open"}), frozenset({"open"})) == [1, 6, 7]
