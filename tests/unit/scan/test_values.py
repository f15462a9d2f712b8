"""One row a rule: how a value is found. The load is the last line unless the row has its own."""

from __future__ import annotations

import pytest

from tests.unit.scan.conftest import Scan

HEAD = "from transformers import AutoModel\nimport os, argparse, functools\n"

RULES: dict[str, tuple[str, dict[str, str]]] = {
    # literals and constants
    "implicit concatenation": ('AutoModel.from_pretrained("acme/" "a")', {"acme/a": "literal"}),
    "addition": ('ORG = "acme"\nAutoModel.from_pretrained(ORG + "/" + "a")', {"acme/a": "computed"}),
    "f-string": ('S = "a"\nAutoModel.from_pretrained(f"acme/{S}-{7}")', {"acme/a-7": "computed"}),
    "percent": ('AutoModel.from_pretrained("acme/%s-%d" % ("a", 3))', {"acme/a-3": "computed"}),
    "percent with one value": ('AutoModel.from_pretrained("acme/%s" % "a")', {"acme/a": "computed"}),
    "percent with names": ('AutoModel.from_pretrained("acme/%(n)s" % {"n": "a"})', {"acme/a": "computed"}),
    "format": ('AutoModel.from_pretrained("{}/{name}".format("acme", name="a"))', {"acme/a": "computed"}),
    "format by number": ('AutoModel.from_pretrained("{1}/{0}".format("a", "acme"))', {"acme/a": "computed"}),
    "join": ('AutoModel.from_pretrained("/".join(["acme", "a"]))', {"acme/a": "computed"}),
    "strip and lower": ('AutoModel.from_pretrained(" Acme/A ".strip().lower())', {"acme/a": "computed"}),
    "rstrip of a slash": ('AutoModel.from_pretrained("acme/a/".rstrip("/"))', {"acme/a": "computed"}),
    "replace": ('AutoModel.from_pretrained("acme__a".replace("__", "/"))', {"acme/a": "computed"}),
    "removeprefix": ('AutoModel.from_pretrained("hf:acme/a".removeprefix("hf:"))', {"acme/a": "computed"}),
    "split and index": ('AutoModel.from_pretrained("hf:acme/a".split(":")[1])', {"acme/a": "registry"}),
    "partition": ('_, _, N = "hf:acme/a".partition(":")\nAutoModel.from_pretrained(N)', {"acme/a": "computed"}),
    "slice": ('AutoModel.from_pretrained("hf:acme/a"[3:])', {"acme/a": "registry"}),
    "slice off a slash that may be there": (
        'N = "acme/a"\nif N.endswith("/"):\n    N = N[:-1]\nAutoModel.from_pretrained(N)',
        {"acme/a": "constant"},
    ),
    "str()": ('AutoModel.from_pretrained(str("acme/a"))', {"acme/a": "literal"}),
    "expanduser": ('AutoModel.from_pretrained(os.path.expanduser("acme/a"))', {"acme/a": "literal"}),
    "annotated constant": ('N: str = "acme/a"\nAutoModel.from_pretrained(N)', {"acme/a": "constant"}),
    "chained assignment": ('A = B = "acme/a"\nAutoModel.from_pretrained(B)', {"acme/a": "constant"}),
    "augmented": ('N = "acme"\nN += "/a"\nAutoModel.from_pretrained(N)', {"acme/a": "computed"}),
    "walrus": ('if (n := "acme/a"):\n    AutoModel.from_pretrained(n)', {"acme/a": "constant"}),
    "walrus in the call": ('AutoModel.from_pretrained(n := "acme/a")', {"acme/a": "literal"}),
    "tuple unpacking": ('A, (B, C) = "x", ("acme/a", "y")\nAutoModel.from_pretrained(B)', {"acme/a": "constant"}),
    "unpacking a list": ('A, B = ["x", "acme/a"]\nAutoModel.from_pretrained(B)', {"acme/a": "constant"}),
    "global statement": (
        'N = None\ndef f():\n    global N\n    N = "acme/b"\ndef g():\n    global N\n    AutoModel.from_pretrained(N or "acme/a")',
        {"acme/a": "literal"},
    ),
    # which binding holds
    "the last assignment counts": ('N = "acme/x"\nN = "acme/a"\nAutoModel.from_pretrained(N)', {"acme/a": "constant"}),
    "a later assignment does not": ('N = "acme/a"\nAutoModel.from_pretrained(N)\nN = "acme/x"', {"acme/a": "constant"}),
    "one branch keeps the older value": (
        'N = "acme/a"\nif os.name:\n    N = "acme/b"\nAutoModel.from_pretrained(N)',
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "all branches replace it": (
        'N = "acme/x"\nif os.name:\n    N = "acme/a"\nelse:\n    N = "acme/b"\nAutoModel.from_pretrained(N)',
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "a branch that raises": (
        'N = "acme/x"\nif os.name == "a":\n    N = "acme/a"\nelif os.name == "b":\n    N = "acme/b"\n'
        "else:\n    raise ValueError\nAutoModel.from_pretrained(N)",
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "the other branch does not count": (
        'if os.name:\n    N = "acme/a"\n    AutoModel.from_pretrained(N)\nelse:\n    N = "acme/x"',
        {"acme/a": "constant"},
    ),
    "try and except": (
        'try:\n    N = "acme/a"\nexcept OSError:\n    N = "acme/b"\nAutoModel.from_pretrained(N)',
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "finally replaces": (
        'try:\n    N = "acme/x"\nfinally:\n    N = "acme/a"\nAutoModel.from_pretrained(N)',
        {"acme/a": "constant"},
    ),
    "twice in one branch": (
        'if os.name:\n    N = "acme/x"\n    N = "acme/a"\nelse:\n    N = "acme/b"\nAutoModel.from_pretrained(N)',
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "augmented in a loop": (
        'N = "acme/a"\nfor _ in "xy":\n    N += "b"\nAutoModel.from_pretrained(N)',
        {"acme/a": "constant", "acme/ab": "computed"},
    ),
    "with statement": ('with open("f"):\n    N = "acme/a"\nAutoModel.from_pretrained(N)', {"acme/a": "constant"}),
    "match": (
        'match os.name:\n    case "a":\n        N = "acme/a"\n    case _:\n        N = "acme/b"\nAutoModel.from_pretrained(N)',
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "an assignment later in the loop": (
        'N = "acme/a"\nwhile True:\n    AutoModel.from_pretrained(N)\n    N = "acme/b"',
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "conditional expression": (
        'AutoModel.from_pretrained("acme/a" if os.name else "acme/b")',
        {"acme/a": "literal", "acme/b": "literal"},
    ),
    "or takes what is true": ('AutoModel.from_pretrained(None or "" or "acme/a" or "acme/x")', {"acme/a": "literal"}),
    "and takes the last": ('AutoModel.from_pretrained(os.name and "acme/a")', {"acme/a": "literal"}),
    # loops, containers, registries
    "loop over a constant list": (
        'ALL = ["acme/a", "acme/b"]\nfor n in ALL:\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list that grows": (
        'ALL = ["acme/a"]\nALL.append("acme/b")\nALL.extend(["acme/c"])\nALL.insert(0, "acme/d")\nfor n in ALL:\n'
        "    AutoModel.from_pretrained(n)",
        dict.fromkeys(["acme/a", "acme/b", "acme/c", "acme/d"], "registry"),
    ),
    "lists added": (
        'for n in ["acme/a"] + ["acme/b"]:\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list with a star": (
        'A = ["acme/a"]\nfor n in [*A, "acme/b"]:\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "enumerate": ('for i, n in enumerate(["acme/a"]):\n    AutoModel.from_pretrained(n)', {"acme/a": "registry"}),
    "zip": (
        'for n, r in zip(["acme/a", "acme/b"], ["x", "y"]):\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "sorted and reversed": (
        'for n in reversed(sorted(["acme/a"])):\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry"},
    ),
    "list comprehension around the call": (
        '[AutoModel.from_pretrained(n) for n in ("acme/a", "acme/b")]',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list comprehension as a list": (
        'ALL = [f"acme/{s}" for s in ("a", "b")]\nfor n in ALL:\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "dictionary comprehension": (
        'ALL = {s: f"acme/{s}" for s in ("a", "b")}\nAutoModel.from_pretrained(ALL["b"])',
        {"acme/b": "registry"},
    ),
    "known key": ('R = {"a": "acme/a", "x": "acme/x"}\nAutoModel.from_pretrained(R["a"])', {"acme/a": "registry"}),
    "unknown key takes all": (
        'R = {"a": "acme/a", "b": "acme/b"}\nAutoModel.from_pretrained(R[os.name])',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "get with a default": (
        'R = {"a": "acme/a"}\nAutoModel.from_pretrained(R.get(os.name, "acme/b"))',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "get of a known key": (
        'R = {"a": "acme/a"}\nAutoModel.from_pretrained(R.get("a", "acme/x"))',
        {"acme/a": "registry"},
    ),
    "values of a dictionary": (
        'R = {"a": "acme/a", "b": "acme/b"}\nfor n in R.values():\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "items of a dictionary": (
        'R = {"a": "acme/a"}\nfor k, n in R.items():\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry"},
    ),
    "keys of a dictionary": (
        'R = {"acme/a": 1}\nfor n in R:\n    AutoModel.from_pretrained(n)\nfor n in R.keys():\n    AutoModel.from_pretrained(n)',
        {"acme/a": "registry"},
    ),
    "entry set later": (
        'R = {}\nR["a"] = "acme/a"\nR.update({"b": "acme/b"})\nAutoModel.from_pretrained(R[os.name])',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "nested registry": (
        'R = {"a": {"repo": "acme/a", "size": "x/y"}}\nAutoModel.from_pretrained(R[os.name]["repo"])',
        {"acme/a": "registry"},
    ),
    "dict() and **": (
        'A = dict(a="acme/a")\nR = {**A, "b": "acme/b"}\nAutoModel.from_pretrained(R["a"])\nAutoModel.from_pretrained(R["b"])',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list by index": ('L = ["x", "acme/a"]\nAutoModel.from_pretrained(L[1])', {"acme/a": "registry"}),
    "random.choice and next": (
        'import random\nAutoModel.from_pretrained(random.choice(["acme/a"]))\nAutoModel.from_pretrained(next(iter(["acme/b"])))',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    # classes
    "class attribute": (
        'class C:\n    repo = "acme/a"\nAutoModel.from_pretrained(C.repo)',
        {"acme/a": "attribute"},
    ),
    "self set in __init__": (
        'class C:\n    def __init__(self, n="acme/a"):\n        self.n = n\n    def go(self):\n        AutoModel.from_pretrained(self.n)',
        {"acme/a": "default"},
    ),
    "self from the constructor's callers": (
        "class C:\n    def __init__(self, n):\n        self.n = n\n    def go(self):\n        AutoModel.from_pretrained(self.n)\n"
        'C("acme/a").go()\nC(n="acme/b")',
        {"acme/a": "argument", "acme/b": "argument"},
    ),
    "object that was made here": (
        'class C:\n    def __init__(self, n):\n        self.n = n\nc = C("acme/a")\nC("acme/x")\nAutoModel.from_pretrained(c.n)',
        {"acme/a": "attribute"},
    ),
    "inherited attribute": (
        'class A:\n    n = "acme/a"\nclass B(A):\n    def go(self):\n        AutoModel.from_pretrained(self.n)',
        {"acme/a": "attribute"},
    ),
    "attribute of a derived class": (
        'class A:\n    n = None\n    def go(self):\n        AutoModel.from_pretrained(self.n)\nclass B(A):\n    n = "acme/b"',
        {"acme/b": "attribute"},
    ),
    "super().__init__": (
        "class A:\n    def __init__(self, n):\n        AutoModel.from_pretrained(n)\n"
        'class B(A):\n    def __init__(self):\n        super().__init__("acme/a")',
        {"acme/a": "argument"},
    ),
    "derived class is called": (
        'class A:\n    def __init__(self, n):\n        AutoModel.from_pretrained(n)\nclass B(A):\n    pass\nB("acme/a")',
        {"acme/a": "argument"},
    ),
    "property": (
        'class C:\n    @property\n    def n(self):\n        return "acme/a"\n    def go(self):\n        AutoModel.from_pretrained(self.n)',
        {"acme/a": "attribute"},
    ),
    "method": (
        'class C:\n    def n(self, s):\n        return f"acme/{s}"\n    def go(self):\n        AutoModel.from_pretrained(self.n("a"))',
        {"acme/a": "computed"},
    ),
    "static and class methods": (
        'class C:\n    @staticmethod\n    def n(s):\n        return "acme/" + s\n    @classmethod\n    def m(cls, s):\n'
        '        return "acme/" + s\nAutoModel.from_pretrained(C.n("a"))\nAutoModel.from_pretrained(C.m("b"))',
        {"acme/a": "computed", "acme/b": "computed"},
    ),
    "dataclass default": (
        "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    n: str = field(default='acme/a')\n"
        "    m: str = field(default_factory=lambda: 'acme/b')\nc = C()\nAutoModel.from_pretrained(c.n)\nAutoModel.from_pretrained(c.m)",
        {"acme/a": "default", "acme/b": "default"},
    ),
    "dataclass argument": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    n: str\n    m: str = 'x'\nc = C('acme/a')\nAutoModel.from_pretrained(c.n)",
        {"acme/a": "argument"},
    ),
    "pydantic field by type": (
        "from pydantic import BaseModel, Field\nclass C(BaseModel):\n    n: str = Field('acme/a', description='x')\n"
        "def f(c: C):\n    AutoModel.from_pretrained(c.n)",
        {"acme/a": "default"},
    ),
    "optional and quoted types": (
        "from typing import Optional\nclass C:\n    n = 'acme/a'\ndef f(c: Optional[C], d: 'C | None' = None):\n"
        "    AutoModel.from_pretrained(c.n)\n    AutoModel.from_pretrained(d.n)",
        {"acme/a": "attribute"},
    ),
    "field of a declared class": (
        "class Inner:\n    n = 'acme/a'\nclass Outer:\n    inner: Inner\ndef f(o: Outer):\n    AutoModel.from_pretrained(o.inner.n)",
        {"acme/a": "attribute"},
    ),
    "registry of objects": (
        "from dataclasses import dataclass\n@dataclass\nclass S:\n    repo: str\nR = {'a': S(repo='acme/a'), 'b': S('acme/b')}\n"
        "def f(k):\n    AutoModel.from_pretrained(R[k].repo)",
        {"acme/a": "argument", "acme/b": "argument"},
    ),
    "enum member": (
        "from enum import Enum\nclass E(Enum):\n    A = 'acme/a'\n    B = 'acme/b'\nAutoModel.from_pretrained(E.A.value)",
        {"acme/a": "attribute"},
    ),
    "enum loop": (
        "from enum import Enum\nclass E(str, Enum):\n    A = 'acme/a'\n    B = 'acme/b'\nfor e in E:\n    AutoModel.from_pretrained(e.value)",
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "enum by value": (
        "from enum import StrEnum\nclass E(StrEnum):\n    A = 'acme/a'\ndef f(x):\n    AutoModel.from_pretrained(E(x).value)\n"
        "    AutoModel.from_pretrained(E[x])",
        {"acme/a": "registry"},
    ),
    "getattr with a default": (
        "def f(c):\n    AutoModel.from_pretrained(getattr(c, 'n', 'acme/a'))",
        {"acme/a": "literal"},
    ),
    # functions
    "default of a parameter": ("def f(n='acme/a'):\n    AutoModel.from_pretrained(n)", {"acme/a": "default"}),
    "keyword-only default": ("def f(*, n='acme/a'):\n    AutoModel.from_pretrained(n)", {"acme/a": "default"}),
    "default and None check": (
        "def f(n=None):\n    if n is None:\n        n = 'acme/a'\n    AutoModel.from_pretrained(n)",
        {"acme/a": "constant"},
    ),
    "callers by position and keyword": (
        "def f(x, n):\n    AutoModel.from_pretrained(n)\nf(1, 'acme/a')\nf(n='acme/b', x=1)",
        {"acme/a": "argument", "acme/b": "argument"},
    ),
    "two wrappers": (
        "def f(n):\n    AutoModel.from_pretrained(n)\ndef g(m):\n    f(m)\ng('acme/a')",
        {"acme/a": "argument"},
    ),
    "**kwargs of a wrapper": (
        "def f(**kwargs):\n    AutoModel.from_pretrained(**kwargs)\nf(pretrained_model_name_or_path='acme/a')",
        {"acme/a": "constant"},
    ),
    "*args of a wrapper": (
        "def f(*args):\n    AutoModel.from_pretrained(*args)\nf('acme/a')",
        {"acme/a": "constant"},
    ),
    "kwargs written out": (
        "K = {'pretrained_model_name_or_path': 'acme/a'}\nAutoModel.from_pretrained(**K)",
        {"acme/a": "constant"},
    ),
    "partial of a wrapper": (
        "def f(n, d):\n    AutoModel.from_pretrained(n)\ng = functools.partial(f, 'acme/a')\ng(1)",
        {"acme/a": "argument"},
    ),
    "result of a function": (
        "def n(s):\n    if s:\n        return 'acme/a'\n    return 'acme/' + s\nAutoModel.from_pretrained(n('b'))",
        {"acme/a": "literal", "acme/b": "computed"},
    ),
    "default of a called function": (
        "def n(s='a'):\n    return 'acme/' + s\nAutoModel.from_pretrained(n())",
        {"acme/a": "computed"},
    ),
    "result of a partial": (
        "def n(o, s):\n    return o + '/' + s\np = functools.partial(n, 'acme')\nAutoModel.from_pretrained(p('a'))",
        {"acme/a": "computed"},
    ),
    "generator": (
        "def n():\n    yield 'acme/a'\nAutoModel.from_pretrained(next(n()))",
        {},
    ),
    "nested function": (
        "def f():\n    n = 'acme/a'\n    def g():\n        AutoModel.from_pretrained(n)\n    g()",
        {"acme/a": "constant"},
    ),
    "lambda": ("n = 'acme/a'\nf = lambda: AutoModel.from_pretrained(n)", {"acme/a": "constant"}),
    "await": (
        "async def n():\n    return 'acme/a'\nasync def f():\n    AutoModel.from_pretrained(await n())",
        {"acme/a": "literal"},
    ),
    "cast and copy": (
        "import copy, typing\nAutoModel.from_pretrained(typing.cast(str, copy.copy('acme/a')))",
        {"acme/a": "literal"},
    ),
    "parametrized test": (
        "import pytest\n@pytest.mark.parametrize('n, r', [('acme/a', 1), pytest.param('acme/b', 2, id='b')])\n"
        "def f(n, r):\n    AutoModel.from_pretrained(n)\n"
        "@pytest.mark.parametrize('n', ['acme/c', pytest.param('acme/d')])\ndef g(n):\n    AutoModel.from_pretrained(n)",
        dict.fromkeys(["acme/a", "acme/b", "acme/c", "acme/d"], "registry"),
    ),
    # options
    "argparse": (
        "p = argparse.ArgumentParser()\np.add_argument('-m', '--model-name', default='acme/a')\na = p.parse_args()\n"
        "AutoModel.from_pretrained(a.model_name)",
        {"acme/a": "option"},
    ),
    "argparse destination, group and known arguments": (
        "def main():\n    p = argparse.ArgumentParser()\n    g = p.add_argument_group('x')\n"
        "    g.add_argument('--m', dest='model', default='acme/a')\n    a, rest = p.parse_known_args()\n"
        "    AutoModel.from_pretrained(a.model)",
        {"acme/a": "option"},
    ),
    "argparse handed to a function": (
        "def add(parser):\n    parser.add_argument('--m', default='acme/a')\nparser = argparse.ArgumentParser()\nadd(parser)\n"
        "a = parser.parse_args()\nAutoModel.from_pretrained(a.m)",
        {"acme/a": "option"},
    ),
    "arguments handed to main": (
        "def parse():\n    p = argparse.ArgumentParser()\n    p.add_argument('--m', default='acme/a')\n    return p.parse_args()\n"
        "def main(args):\n    AutoModel.from_pretrained(args.m)\nmain(parse())",
        {"acme/a": "option"},
    ),
    "parser made by a function": (
        "def make():\n    p = argparse.ArgumentParser()\n    p.add_argument('--m', default='acme/a')\n    return p\n"
        "a = make().parse_args()\nAutoModel.from_pretrained(a.m)",
        {"acme/a": "option"},
    ),
    "set_defaults": (
        "p = argparse.ArgumentParser()\np.add_argument('--m')\np.set_defaults(m='acme/a')\nAutoModel.from_pretrained(p.parse_args().m)",
        {"acme/a": "option"},
    ),
    "click option": (
        "import click\n@click.command()\n@click.option('--model-name', 'name', default='acme/a')\ndef f(name):\n    AutoModel.from_pretrained(name)",
        {"acme/a": "option"},
    ),
    "typer option": (
        "import typer\ndef f(n: str = typer.Option('acme/a', help='x'), m: str = typer.Option(default='acme/b')):\n"
        "    AutoModel.from_pretrained(n)\n    AutoModel.from_pretrained(m)",
        {"acme/a": "option", "acme/b": "option"},
    ),
    "absl flag": (
        "from absl import flags\nflags.DEFINE_string('m', 'acme/a', 'x')\nAutoModel.from_pretrained(flags.FLAGS.m)",
        {"acme/a": "option"},
    ),
    "HfArgumentParser": (
        "from dataclasses import dataclass\nfrom transformers import HfArgumentParser\n@dataclass\nclass A:\n    m: str = 'x/y'\n"
        "@dataclass\nclass B:\n    m: str = 'acme/a'\na, b = HfArgumentParser((A, B)).parse_args_into_dataclasses()\nAutoModel.from_pretrained(b.m)",
        {"acme/a": "default"},
    ),
    "one class in HfArgumentParser": (
        "from transformers import HfArgumentParser\nclass A:\n    m: str = 'acme/a'\nclass P(HfArgumentParser):\n    pass\n"
        "p = P(A)\n(a,) = p.parse_args_into_dataclasses()\nAutoModel.from_pretrained(a.m)",
        {"acme/a": "default"},
    ),
    # environment
    "environ.get": ("AutoModel.from_pretrained(os.environ.get('M', 'acme/a'))", {"acme/a": "environment"}),
    "getenv": (
        "from os import getenv\nAutoModel.from_pretrained(getenv('M', default='acme/a'))",
        {"acme/a": "environment"},
    ),
    "getenv or": ("AutoModel.from_pretrained(os.getenv('M') or 'acme/a')", {"acme/a": "literal"}),
}


@pytest.mark.parametrize("rule", RULES)
def test_value_is_found(rule: str, scan_files: Scan) -> None:
    code, expected = RULES[rule]
    result = scan_files(HEAD + code + "\n")
    assert {reference.key.name: reference.resolution for reference in result.references} == expected


UNKNOWN: dict[str, tuple[str, str]] = {
    "parameter": (
        "def f(n):\n    AutoModel.from_pretrained(n)",
        "`n` is a parameter of `f` without a default, and nobody in",
    ),
    "star arguments": ("def f(*n):\n    AutoModel.from_pretrained(*n)", "arguments are passed on as `*n`"),
    "keyword arguments": (
        "def f(**k):\n    AutoModel.from_pretrained(**k)",
        "among the arguments that are passed on as `**k`",
    ),
    "None by default": (
        "def f(n=None):\n    AutoModel.from_pretrained(n)",
        "it is None unless somebody outside the project",
    ),
    "option without default": (
        "p = argparse.ArgumentParser()\np.add_argument('--m', required=True)\nAutoModel.from_pretrained(p.parse_args().m)",
        "option `m` has no default",
    ),
    "option that nobody declares": (
        "p = argparse.ArgumentParser()\nAutoModel.from_pretrained(p.parse_args().m)",
        "no option called `m` is declared",
    ),
    "click option without default": (
        "import click\n@click.option('--m')\ndef f(m):\n    AutoModel.from_pretrained(m)",
        "option `m` has no default",
    ),
    "typer option without default": (
        "import typer\ndef f(m: str = typer.Option(...)):\n    AutoModel.from_pretrained(m)",
        "the option has no default",
    ),
    "flag of another file": (
        "from absl import flags\nAutoModel.from_pretrained(flags.FLAGS.m)",
        "flag `m` is not defined in this file",
    ),
    "environment": ("AutoModel.from_pretrained(os.environ['M'])", "environment variable 'M' has no default"),
    "environment without default": (
        "AutoModel.from_pretrained(os.getenv('M'))",
        "environment variable 'M' has no default",
    ),
    "typed in": ("AutoModel.from_pretrained(input())", "it is typed in when the program runs"),
    "computed": ("AutoModel.from_pretrained(chr(1))", "it is computed by `chr`"),
    "name that is not set": ("AutoModel.from_pretrained(nothing)", "`nothing` is not set in this file"),
    "result of a library": (
        "import other\nAutoModel.from_pretrained(other.x)",
        "it comes from `other.x`, outside the project",
    ),
    "object of the project": ("class C:\n    pass\nAutoModel.from_pretrained(C())", "it is an object of `C`"),
    "missing attribute": ("class C:\n    pass\nAutoModel.from_pretrained(C().n)", "`C` does not set `n`"),
    "missing class attribute": ("class C:\n    pass\nAutoModel.from_pretrained(C.n)", "`C` does not set `n`"),
    "except variable": (
        "try:\n    pass\nexcept OSError as n:\n    AutoModel.from_pretrained(n)",
        "`n` is not set in this file",
    ),
    "starred target": (
        "a, *n = ['x', 'y']\nAutoModel.from_pretrained(n)",
        "`n` gets its value in a way that is not followed",
    ),
    "lambda parameter": ("f = lambda n: AutoModel.from_pretrained(n)", "it is a parameter of a lambda"),
    "formatted number": ("AutoModel.from_pretrained(f'acme/{1:03d}')", "how a value is formatted is not followed"),
    "percent format": ("AutoModel.from_pretrained('acme/%03d' % 1)", "how a value is formatted is not followed"),
    "format that is not given": ("AutoModel.from_pretrained('acme/{}{}'.format('a'))", "nothing is given for `{}`"),
    "comparison": ("AutoModel.from_pretrained('a' < 'b')", "this kind of expression is not followed"),
    "bytes": ("AutoModel.from_pretrained(b'acme/a')", "it is not a text"),
    "division": ("AutoModel.from_pretrained('acme' / 'a')", "it is computed"),
    "multiplication": ("AutoModel.from_pretrained('acme/a' * 2)", "it is computed"),
    "unknown split": ("AutoModel.from_pretrained('acme/a'.split('/', 1)[0])", "where the text is split is not known"),
    "unknown join": ("AutoModel.from_pretrained('/'.join(x for x in y))", "`y` is not set in this file"),
    "unknown replace": ("AutoModel.from_pretrained('acme/a'.replace(x, 'y'))", "what is replaced is not known"),
    "unknown slice": ("AutoModel.from_pretrained('acme/a'[len(x):])", "where the text is cut is not known"),
    "strip with a variable": ("AutoModel.from_pretrained('acme/a'.strip(x))", "this method is not followed"),
    "iteration of something else": (
        "def f(x):\n    for n in x.y:\n        AutoModel.from_pretrained(n)",
        "`x` is a parameter of `f` without a default",
    ),
    "empty text": ("AutoModel.from_pretrained('')", "it is an empty text unless somebody"),
    "no argument": ("AutoModel.from_pretrained()", "no model is named"),
    "placeholder": ("AutoModel.from_pretrained('your-username/model')", "is a placeholder"),
    "address": ("AutoModel.from_pretrained('https://example.org/m')", "is an address, not a name"),
    "super outside of a class": ("AutoModel.from_pretrained(super().n)", "it stands in no class"),
    "function called too deeply": (
        "".join(f"def f{i}(n):\n    return f{i + 1}(n)\n" for i in range(12))
        + "def f12(n):\n    return n\nAutoModel.from_pretrained(f0('acme/a'))",
        "calls are nested too deeply",
    ),
    "many wrappers": (
        "def f0(n):\n    AutoModel.from_pretrained(n)\n"
        + "".join(f"def f{i + 1}(n):\n    f{i}(n)\n" for i in range(6))
        + "f6('acme/a')",
        "more than 3 functions pass `n` on",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_reason_is_said(case: str, scan_files: Scan) -> None:
    code, reason = UNKNOWN[case]
    result = scan_files(HEAD + code + "\n")
    assert result.references == ()
    assert result.local == ()
    (unresolved,) = result.unresolved
    assert reason in unresolved.reason


def test_what_belongs_together_stays_together(scan_files: Scan) -> None:
    code = """
    from transformers import AutoModel
    R = {"a": {"id": "acme/a", "rev": "1"}, "b": {"id": "acme/b", "rev": "2"}}
    for n, r in [("acme/c", "3"), ("acme/d", "4")]:
        AutoModel.from_pretrained(n, revision=r)
    def f(k):
        AutoModel.from_pretrained(R[k]["id"], revision=R[k]["rev"])
    def g(n, r="5"):
        AutoModel.from_pretrained(n, revision=r)
    g("acme/e")
    g("acme/f", "6")
    def h(big):
        if big:
            n, r = "acme/g", "7"
        else:
            n, r = "acme/h", "8"
        AutoModel.from_pretrained(n, revision=r)
        AutoModel.from_pretrained("acme/i" if big else "acme/j", revision="9" if big else "10")
    """
    found = {reference.key.name: reference.ref for reference in scan_files(code).references}
    assert found == {f"acme/{letter}": str(number) for number, letter in enumerate("abcdefghij", 1)}


def test_evidence_leads_from_the_load_to_the_text(scan_files: Scan) -> None:
    files = {
        "app.py": """
        from transformers import AutoModel
        from conf import Settings
        def load(settings: Settings):
            return AutoModel.from_pretrained(settings.name)
        """,
        "conf.py": """
        DEFAULT = "acme/a"
        class Settings:
            name: str = DEFAULT
        """,
    }
    (reference,) = scan_files(files).references
    assert [str(place) for place in reference.evidence] == ["app.py:5", "conf.py:4", "conf.py:2"]
    assert reference.resolution == "default"
