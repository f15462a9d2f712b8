"""One row a rule: how a value is found. The load is the last line unless the row has its own."""

from __future__ import annotations

import textwrap

import pytest

from tests.unit.scan.conftest import Scan

HEAD = "from transformers import AutoModel\nimport os, argparse, functools\n"

RULES: dict[str, tuple[str, dict[str, str]]] = {
    "implicit concatenation": (
        'AutoModel.from_pretrained("acme/" "a")',
        {"acme/a": "literal"},
    ),
    "addition": (
        """
        ORG = "acme"
        AutoModel.from_pretrained(ORG + "/" + "a")
        """,
        {"acme/a": "computed"},
    ),
    "f-string": (
        """
        S = "a"
        AutoModel.from_pretrained(f"acme/{S}-{7}")
        """,
        {"acme/a-7": "computed"},
    ),
    "percent": (
        'AutoModel.from_pretrained("acme/%s-%d" % ("a", 3))',
        {"acme/a-3": "computed"},
    ),
    "percent with one value": (
        'AutoModel.from_pretrained("acme/%s" % "a")',
        {"acme/a": "computed"},
    ),
    "percent with names": (
        'AutoModel.from_pretrained("acme/%(n)s" % {"n": "a"})',
        {"acme/a": "computed"},
    ),
    "format": (
        'AutoModel.from_pretrained("{}/{name}".format("acme", name="a"))',
        {"acme/a": "computed"},
    ),
    "format by number": (
        'AutoModel.from_pretrained("{1}/{0}".format("a", "acme"))',
        {"acme/a": "computed"},
    ),
    "join": (
        'AutoModel.from_pretrained("/".join(["acme", "a"]))',
        {"acme/a": "computed"},
    ),
    "strip and lower": (
        'AutoModel.from_pretrained(" Acme/A ".strip().lower())',
        {"acme/a": "computed"},
    ),
    "rstrip of a slash": (
        'AutoModel.from_pretrained("acme/a/".rstrip("/"))',
        {"acme/a": "computed"},
    ),
    "replace": (
        'AutoModel.from_pretrained("acme__a".replace("__", "/"))',
        {"acme/a": "computed"},
    ),
    "removeprefix": (
        'AutoModel.from_pretrained("hf:acme/a".removeprefix("hf:"))',
        {"acme/a": "computed"},
    ),
    "split and index": (
        'AutoModel.from_pretrained("hf:acme/a".split(":")[1])',
        {"acme/a": "registry"},
    ),
    "partition": (
        """
        _, _, N = "hf:acme/a".partition(":")
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "computed"},
    ),
    "slice": (
        'AutoModel.from_pretrained("hf:acme/a"[3:])',
        {"acme/a": "registry"},
    ),
    "slice off a slash that may be there": (
        """
        N = "acme/a"
        if N.endswith("/"):
            N = N[:-1]
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant"},
    ),
    "str()": (
        'AutoModel.from_pretrained(str("acme/a"))',
        {"acme/a": "literal"},
    ),
    "expanduser": (
        'AutoModel.from_pretrained(os.path.expanduser("acme/a"))',
        {"acme/a": "literal"},
    ),
    "annotated constant": (
        """
        N: str = "acme/a"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant"},
    ),
    "chained assignment": (
        """
        A = B = "acme/a"
        AutoModel.from_pretrained(B)
        """,
        {"acme/a": "constant"},
    ),
    "augmented": (
        """
        N = "acme"
        N += "/a"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "computed"},
    ),
    "walrus": (
        """
        if (n := "acme/a"):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "constant"},
    ),
    "walrus in the call": (
        'AutoModel.from_pretrained(n := "acme/a")',
        {"acme/a": "literal"},
    ),
    "tuple unpacking": (
        """
        A, (B, C) = "x", ("acme/a", "y")
        AutoModel.from_pretrained(B)
        """,
        {"acme/a": "constant"},
    ),
    "unpacking a list": (
        """
        A, B = ["x", "acme/a"]
        AutoModel.from_pretrained(B)
        """,
        {"acme/a": "constant"},
    ),
    "global statement": (
        """
        N = None
        def f():
            global N
            N = "acme/b"
        def g():
            global N
            AutoModel.from_pretrained(N or "acme/a")
        """,
        {"acme/a": "literal"},
    ),
    "the last assignment counts": (
        """
        N = "acme/x"
        N = "acme/a"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant"},
    ),
    "a later assignment does not": (
        """
        N = "acme/a"
        AutoModel.from_pretrained(N)
        N = "acme/x"
        """,
        {"acme/a": "constant"},
    ),
    "one branch keeps the older value": (
        """
        N = "acme/a"
        if os.name:
            N = "acme/b"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "all branches replace it": (
        """
        N = "acme/x"
        if os.name:
            N = "acme/a"
        else:
            N = "acme/b"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "a branch that raises": (
        """
        N = "acme/x"
        if os.name == "a":
            N = "acme/a"
        elif os.name == "b":
            N = "acme/b"
        else:
            raise ValueError
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "the other branch does not count": (
        """
        if os.name:
            N = "acme/a"
            AutoModel.from_pretrained(N)
        else:
            N = "acme/x"
        """,
        {"acme/a": "constant"},
    ),
    "try and except": (
        """
        try:
            N = "acme/a"
        except OSError:
            N = "acme/b"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "finally replaces": (
        """
        try:
            N = "acme/x"
        finally:
            N = "acme/a"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant"},
    ),
    "twice in one branch": (
        """
        if os.name:
            N = "acme/x"
            N = "acme/a"
        else:
            N = "acme/b"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "augmented in a loop": (
        """
        N = "acme/a"
        for _ in "xy":
            N += "b"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant", "acme/ab": "computed"},
    ),
    "with statement": (
        """
        with open("f"):
            N = "acme/a"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant"},
    ),
    "match": (
        """
        match os.name:
            case "a":
                N = "acme/a"
            case _:
                N = "acme/b"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "an assignment later in the loop": (
        """
        N = "acme/a"
        while True:
            AutoModel.from_pretrained(N)
            N = "acme/b"
        """,
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "conditional expression": (
        'AutoModel.from_pretrained("acme/a" if os.name else "acme/b")',
        {"acme/a": "literal", "acme/b": "literal"},
    ),
    "or takes what is true": (
        'AutoModel.from_pretrained(None or "" or "acme/a" or "acme/x")',
        {"acme/a": "literal"},
    ),
    "and takes the last": (
        'AutoModel.from_pretrained(os.name and "acme/a")',
        {"acme/a": "literal"},
    ),
    "loop over a constant list": (
        """
        ALL = ["acme/a", "acme/b"]
        for n in ALL:
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list that grows": (
        """
        ALL = ["acme/a"]
        ALL.append("acme/b")
        ALL.extend(["acme/c"])
        ALL.insert(0, "acme/d")
        for n in ALL:
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry", "acme/c": "registry", "acme/d": "registry"},
    ),
    "lists added": (
        """
        for n in ["acme/a"] + ["acme/b"]:
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list with a star": (
        """
        A = ["acme/a"]
        for n in [*A, "acme/b"]:
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "enumerate": (
        """
        for i, n in enumerate(["acme/a"]):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry"},
    ),
    "zip": (
        """
        for n, r in zip(["acme/a", "acme/b"], ["x", "y"]):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "sorted and reversed": (
        """
        for n in reversed(sorted(["acme/a"])):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry"},
    ),
    "list comprehension around the call": (
        '[AutoModel.from_pretrained(n) for n in ("acme/a", "acme/b")]',
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list comprehension as a list": (
        """
        ALL = [f"acme/{s}" for s in ("a", "b")]
        for n in ALL:
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "dictionary comprehension": (
        """
        ALL = {s: f"acme/{s}" for s in ("a", "b")}
        AutoModel.from_pretrained(ALL["b"])
        """,
        {"acme/b": "registry"},
    ),
    "known key": (
        """
        R = {"a": "acme/a", "x": "acme/x"}
        AutoModel.from_pretrained(R["a"])
        """,
        {"acme/a": "registry"},
    ),
    "unknown key takes all": (
        """
        R = {"a": "acme/a", "b": "acme/b"}
        AutoModel.from_pretrained(R[os.name])
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "get with a default": (
        """
        R = {"a": "acme/a"}
        AutoModel.from_pretrained(R.get(os.name, "acme/b"))
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "get of a known key": (
        """
        R = {"a": "acme/a"}
        AutoModel.from_pretrained(R.get("a", "acme/x"))
        """,
        {"acme/a": "registry"},
    ),
    "values of a dictionary": (
        """
        R = {"a": "acme/a", "b": "acme/b"}
        for n in R.values():
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "items of a dictionary": (
        """
        R = {"a": "acme/a"}
        for k, n in R.items():
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry"},
    ),
    "keys of a dictionary": (
        """
        R = {"acme/a": 1}
        for n in R:
            AutoModel.from_pretrained(n)
        for n in R.keys():
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry"},
    ),
    "entry set later": (
        """
        R = {}
        R["a"] = "acme/a"
        R.update({"b": "acme/b"})
        AutoModel.from_pretrained(R[os.name])
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "nested registry": (
        """
        R = {"a": {"repo": "acme/a", "size": "x/y"}}
        AutoModel.from_pretrained(R[os.name]["repo"])
        """,
        {"acme/a": "registry"},
    ),
    "dict() and **": (
        """
        A = dict(a="acme/a")
        R = {**A, "b": "acme/b"}
        AutoModel.from_pretrained(R["a"])
        AutoModel.from_pretrained(R["b"])
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list by index": (
        """
        L = ["x", "acme/a"]
        AutoModel.from_pretrained(L[1])
        """,
        {"acme/a": "registry"},
    ),
    "random.choice and next": (
        """
        import random
        AutoModel.from_pretrained(random.choice(["acme/a"]))
        AutoModel.from_pretrained(next(iter(["acme/b"])))
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "class attribute": (
        """
        class C:
            repo = "acme/a"
        AutoModel.from_pretrained(C.repo)
        """,
        {"acme/a": "attribute"},
    ),
    "self set in __init__": (
        """
        class C:
            def __init__(self, n="acme/a"):
                self.n = n
            def go(self):
                AutoModel.from_pretrained(self.n)
        """,
        {"acme/a": "default"},
    ),
    "self from the constructor's callers": (
        """
        class C:
            def __init__(self, n):
                self.n = n
            def go(self):
                AutoModel.from_pretrained(self.n)
        C("acme/a").go()
        C(n="acme/b")
        """,
        {"acme/a": "argument", "acme/b": "argument"},
    ),
    "object that was made here": (
        """
        class C:
            def __init__(self, n):
                self.n = n
        c = C("acme/a")
        C("acme/x")
        AutoModel.from_pretrained(c.n)
        """,
        {"acme/a": "attribute"},
    ),
    "inherited attribute": (
        """
        class A:
            n = "acme/a"
        class B(A):
            def go(self):
                AutoModel.from_pretrained(self.n)
        """,
        {"acme/a": "attribute"},
    ),
    "attribute of a derived class": (
        """
        class A:
            n = None
            def go(self):
                AutoModel.from_pretrained(self.n)
        class B(A):
            n = "acme/b"
        """,
        {"acme/b": "attribute"},
    ),
    "super().__init__": (
        """
        class A:
            def __init__(self, n):
                AutoModel.from_pretrained(n)
        class B(A):
            def __init__(self):
                super().__init__("acme/a")
        """,
        {"acme/a": "argument"},
    ),
    "derived class is called": (
        """
        class A:
            def __init__(self, n):
                AutoModel.from_pretrained(n)
        class B(A):
            pass
        B("acme/a")
        """,
        {"acme/a": "argument"},
    ),
    "property": (
        """
        class C:
            @property
            def n(self):
                return "acme/a"
            def go(self):
                AutoModel.from_pretrained(self.n)
        """,
        {"acme/a": "attribute"},
    ),
    "method": (
        """
        class C:
            def n(self, s):
                return f"acme/{s}"
            def go(self):
                AutoModel.from_pretrained(self.n("a"))
        """,
        {"acme/a": "computed"},
    ),
    "static and class methods": (
        """
        class C:
            @staticmethod
            def n(s):
                return "acme/" + s
            @classmethod
            def m(cls, s):
                return "acme/" + s
        AutoModel.from_pretrained(C.n("a"))
        AutoModel.from_pretrained(C.m("b"))
        """,
        {"acme/a": "computed", "acme/b": "computed"},
    ),
    "dataclass default": (
        """
        from dataclasses import dataclass, field
        @dataclass
        class C:
            n: str = field(default='acme/a')
            m: str = field(default_factory=lambda: 'acme/b')
        c = C()
        AutoModel.from_pretrained(c.n)
        AutoModel.from_pretrained(c.m)
        """,
        {"acme/a": "default", "acme/b": "default"},
    ),
    "dataclass argument": (
        """
        from dataclasses import dataclass
        @dataclass
        class C:
            n: str
            m: str = 'x'
        c = C('acme/a')
        AutoModel.from_pretrained(c.n)
        """,
        {"acme/a": "argument"},
    ),
    "pydantic field by type": (
        """
        from pydantic import BaseModel, Field
        class C(BaseModel):
            n: str = Field('acme/a', description='x')
        def f(c: C):
            AutoModel.from_pretrained(c.n)
        """,
        {"acme/a": "default"},
    ),
    "optional and quoted types": (
        """
        from typing import Optional
        class C:
            n = 'acme/a'
        def f(c: Optional[C], d: 'C | None' = None):
            AutoModel.from_pretrained(c.n)
            AutoModel.from_pretrained(d.n)
        """,
        {"acme/a": "attribute"},
    ),
    "field of a declared class": (
        """
        class Inner:
            n = 'acme/a'
        class Outer:
            inner: Inner
        def f(o: Outer):
            AutoModel.from_pretrained(o.inner.n)
        """,
        {"acme/a": "attribute"},
    ),
    "registry of objects": (
        """
        from dataclasses import dataclass
        @dataclass
        class S:
            repo: str
        R = {'a': S(repo='acme/a'), 'b': S('acme/b')}
        def f(k):
            AutoModel.from_pretrained(R[k].repo)
        """,
        {"acme/a": "argument", "acme/b": "argument"},
    ),
    "enum member": (
        """
        from enum import Enum
        class E(Enum):
            A = 'acme/a'
            B = 'acme/b'
        AutoModel.from_pretrained(E.A.value)
        """,
        {"acme/a": "attribute"},
    ),
    "enum loop": (
        """
        from enum import Enum
        class E(str, Enum):
            A = 'acme/a'
            B = 'acme/b'
        for e in E:
            AutoModel.from_pretrained(e.value)
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "enum by value": (
        """
        from enum import StrEnum
        class E(StrEnum):
            A = 'acme/a'
        def f(x):
            AutoModel.from_pretrained(E(x).value)
            AutoModel.from_pretrained(E[x])
        """,
        {"acme/a": "registry"},
    ),
    "getattr with a default": (
        """
        def f(c):
            AutoModel.from_pretrained(getattr(c, 'n', 'acme/a'))
        """,
        {"acme/a": "literal"},
    ),
    "default of a parameter": (
        """
        def f(n='acme/a'):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "default"},
    ),
    "keyword-only default": (
        """
        def f(*, n='acme/a'):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "default"},
    ),
    "default and None check": (
        """
        def f(n=None):
            if n is None:
                n = 'acme/a'
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "constant"},
    ),
    "callers by position and keyword": (
        """
        def f(x, n):
            AutoModel.from_pretrained(n)
        f(1, 'acme/a')
        f(n='acme/b', x=1)
        """,
        {"acme/a": "argument", "acme/b": "argument"},
    ),
    "two wrappers": (
        """
        def f(n):
            AutoModel.from_pretrained(n)
        def g(m):
            f(m)
        g('acme/a')
        """,
        {"acme/a": "argument"},
    ),
    "**kwargs of a wrapper": (
        """
        def f(**kwargs):
            AutoModel.from_pretrained(**kwargs)
        f(pretrained_model_name_or_path='acme/a')
        """,
        {"acme/a": "constant"},
    ),
    "*args of a wrapper": (
        """
        def f(*args):
            AutoModel.from_pretrained(*args)
        f('acme/a')
        """,
        {"acme/a": "constant"},
    ),
    "kwargs written out": (
        """
        K = {'pretrained_model_name_or_path': 'acme/a'}
        AutoModel.from_pretrained(**K)
        """,
        {"acme/a": "constant"},
    ),
    "partial of a wrapper": (
        """
        def f(n, d):
            AutoModel.from_pretrained(n)
        g = functools.partial(f, 'acme/a')
        g(1)
        """,
        {"acme/a": "argument"},
    ),
    "result of a function": (
        """
        def n(s):
            if s:
                return 'acme/a'
            return 'acme/' + s
        AutoModel.from_pretrained(n('b'))
        """,
        {"acme/a": "literal", "acme/b": "computed"},
    ),
    "default of a called function": (
        """
        def n(s='a'):
            return 'acme/' + s
        AutoModel.from_pretrained(n())
        """,
        {"acme/a": "computed"},
    ),
    "result of a partial": (
        """
        def n(o, s):
            return o + '/' + s
        p = functools.partial(n, 'acme')
        AutoModel.from_pretrained(p('a'))
        """,
        {"acme/a": "computed"},
    ),
    "generator": (
        """
        def n():
            yield 'acme/a'
        AutoModel.from_pretrained(next(n()))
        """,
        {},
    ),
    "nested function": (
        """
        def f():
            n = 'acme/a'
            def g():
                AutoModel.from_pretrained(n)
            g()
        """,
        {"acme/a": "constant"},
    ),
    "lambda": (
        """
        n = 'acme/a'
        f = lambda: AutoModel.from_pretrained(n)
        """,
        {"acme/a": "constant"},
    ),
    "await": (
        """
        async def n():
            return 'acme/a'
        async def f():
            AutoModel.from_pretrained(await n())
        """,
        {"acme/a": "literal"},
    ),
    "cast and copy": (
        """
        import copy, typing
        AutoModel.from_pretrained(typing.cast(str, copy.copy('acme/a')))
        """,
        {"acme/a": "literal"},
    ),
    "parametrized test": (
        """
        import pytest
        @pytest.mark.parametrize('n, r', [('acme/a', 1), pytest.param('acme/b', 2, id='b')])
        def f(n, r):
            AutoModel.from_pretrained(n)
        @pytest.mark.parametrize('n', ['acme/c', pytest.param('acme/d')])
        def g(n):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry", "acme/c": "registry", "acme/d": "registry"},
    ),
    "argparse": (
        """
        p = argparse.ArgumentParser()
        p.add_argument('-m', '--model-name', default='acme/a')
        a = p.parse_args()
        AutoModel.from_pretrained(a.model_name)
        """,
        {"acme/a": "option"},
    ),
    "argparse destination, group and known arguments": (
        """
        def main():
            p = argparse.ArgumentParser()
            g = p.add_argument_group('x')
            g.add_argument('--m', dest='model', default='acme/a')
            a, rest = p.parse_known_args()
            AutoModel.from_pretrained(a.model)
        """,
        {"acme/a": "option"},
    ),
    "argparse handed to a function": (
        """
        def add(parser):
            parser.add_argument('--m', default='acme/a')
        parser = argparse.ArgumentParser()
        add(parser)
        a = parser.parse_args()
        AutoModel.from_pretrained(a.m)
        """,
        {"acme/a": "option"},
    ),
    "arguments handed to main": (
        """
        def parse():
            p = argparse.ArgumentParser()
            p.add_argument('--m', default='acme/a')
            return p.parse_args()
        def main(args):
            AutoModel.from_pretrained(args.m)
        main(parse())
        """,
        {"acme/a": "option"},
    ),
    "parser made by a function": (
        """
        def make():
            p = argparse.ArgumentParser()
            p.add_argument('--m', default='acme/a')
            return p
        a = make().parse_args()
        AutoModel.from_pretrained(a.m)
        """,
        {"acme/a": "option"},
    ),
    "set_defaults": (
        """
        p = argparse.ArgumentParser()
        p.add_argument('--m')
        p.set_defaults(m='acme/a')
        AutoModel.from_pretrained(p.parse_args().m)
        """,
        {"acme/a": "option"},
    ),
    "click option": (
        """
        import click
        @click.command()
        @click.option('--model-name', 'name', default='acme/a')
        def f(name):
            AutoModel.from_pretrained(name)
        """,
        {"acme/a": "option"},
    ),
    "typer option": (
        """
        import typer
        def f(n: str = typer.Option('acme/a', help='x'), m: str = typer.Option(default='acme/b')):
            AutoModel.from_pretrained(n)
            AutoModel.from_pretrained(m)
        """,
        {"acme/a": "option", "acme/b": "option"},
    ),
    "absl flag": (
        """
        from absl import flags
        flags.DEFINE_string('m', 'acme/a', 'x')
        AutoModel.from_pretrained(flags.FLAGS.m)
        """,
        {"acme/a": "option"},
    ),
    "HfArgumentParser": (
        """
        from dataclasses import dataclass
        from transformers import HfArgumentParser
        @dataclass
        class A:
            m: str = 'x/y'
        @dataclass
        class B:
            m: str = 'acme/a'
        a, b = HfArgumentParser((A, B)).parse_args_into_dataclasses()
        AutoModel.from_pretrained(b.m)
        """,
        {"acme/a": "default"},
    ),
    "one class in HfArgumentParser": (
        """
        from transformers import HfArgumentParser
        class A:
            m: str = 'acme/a'
        class P(HfArgumentParser):
            pass
        p = P(A)
        (a,) = p.parse_args_into_dataclasses()
        AutoModel.from_pretrained(a.m)
        """,
        {"acme/a": "default"},
    ),
    "environ.get": (
        "AutoModel.from_pretrained(os.environ.get('M', 'acme/a'))",
        {"acme/a": "environment"},
    ),
    "getenv": (
        """
        from os import getenv
        AutoModel.from_pretrained(getenv('M', default='acme/a'))
        """,
        {"acme/a": "environment"},
    ),
    "getenv or": (
        "AutoModel.from_pretrained(os.getenv('M') or 'acme/a')",
        {"acme/a": "literal"},
    ),
    "max of two texts": (
        'AutoModel.from_pretrained(max("acme/a", "acme/b"))',
        {"acme/a": "literal", "acme/b": "literal"},
    ),
    "braces that are doubled": (
        'AutoModel.from_pretrained("{}/{{a}}".format("acme").replace("{a}", "a"))',
        {"acme/a": "computed"},
    ),
    "percent sign that is doubled": (
        'AutoModel.from_pretrained("%s/a%%" % "acme"[:4].strip("%") if 0 else "acme/b")',
        {"acme/b": "literal"},
    ),
    "slice from the end": (
        'AutoModel.from_pretrained("acme/a-x"[:-2])',
        {"acme/a": "registry"},
    ),
    "walrus over an older value": (
        """
        def f(n=None):
            n = None
            if (n := os.name and "acme/a"):
                AutoModel.from_pretrained(n)
        """,
        {"acme/a": "constant"},
    ),
    "walrus in a with statement": (
        """
        with open(n := "acme/a"):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "constant"},
    ),
    "walrus in the same statement": (
        'AutoModel.from_pretrained(n) if (n := "acme/a") else None',
        {"acme/a": "constant"},
    ),
    "name of a with statement": (
        """
        n = "acme/x"
        with "acme/a" as n:
            AutoModel.from_pretrained(n)
        AutoModel.from_pretrained(n)
        """,
        {"acme/a": "constant"},
    ),
    "body of try seen from its other blocks": (
        """
        try:
            n = "acme/a"
        except OSError:
            n = "acme/b"
        else:
            AutoModel.from_pretrained(n)
        finally:
            AutoModel.from_pretrained(n, revision="r")
        """,
        {"acme/a": "constant", "acme/b": "constant"},
    ),
    "loop that ends": (
        """
        for x in y:
            n = "acme/a"
        else:
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "constant"},
    ),
    "part of a list": (
        """
        ALL = ["acme/a", "acme/b"]
        for n in ALL[:1]:
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry", "acme/b": "registry"},
    ),
    "list that is copied and popped": (
        """
        ALL = ["acme/a"]
        AutoModel.from_pretrained(ALL.copy().pop())
        """,
        {"acme/a": "registry"},
    ),
    "dictionary that is copied": (
        """
        R = {"a": "acme/a"}
        AutoModel.from_pretrained(R.copy()["a"])
        """,
        {"acme/a": "registry"},
    ),
    "dictionaries merged": (
        """
        R = {"a": "acme/x", "b": "acme/b"} | {"a": "acme/a"}
        AutoModel.from_pretrained(R["a"])
        """,
        {"acme/a": "registry"},
    ),
    "key that is a number": (
        """
        R = {1: "acme/a", True: "acme/x"}
        AutoModel.from_pretrained(R[1])
        """,
        {"acme/a": "registry"},
    ),
    "enumerate of a list with a star": (
        """
        A = ["acme/a"]
        for i, n in enumerate([*A]):
            AutoModel.from_pretrained(n)
        """,
        {"acme/a": "registry"},
    ),
    "comprehension over pairs": (
        '[AutoModel.from_pretrained(n, revision=r) for n, r in [("acme/a", "1")]]',
        {"acme/a": "registry"},
    ),
    "arguments out of dictionaries in dictionaries": (
        """
        A = {"pretrained_model_name_or_path": "acme/a"}
        AutoModel.from_pretrained(**{**A, "x": 1})
        """,
        {"acme/a": "constant"},
    ),
    "keyword-only parameter of a wrapper": (
        """
        def f(*, n):
            AutoModel.from_pretrained(n)
        f(n="acme/a")
        """,
        {"acme/a": "argument"},
    ),
    "partial of a method and of a function of a library": (
        """
        class C:
            def n(self, o, s):
                return f"{o}/{s}"
        AutoModel.from_pretrained(functools.partial(C().n, "acme")("a"))
        AutoModel.from_pretrained(functools.partial(os.getenv, "M", "acme/x")("M", "acme/b"))
        """,
        {"acme/a": "computed", "acme/b": "environment"},
    ),
    "object of a dataclass made elsewhere": (
        """
        from dataclasses import dataclass
        @dataclass
        class C:
            n: str
        def f(c: C):
            AutoModel.from_pretrained(c.n)
        C("acme/a")
        C(n="acme/b")
        """,
        {"acme/a": "argument", "acme/b": "argument"},
    ),
    "field without a place of its own": (
        """
        class C:
            if os.name:
                n: str = "acme/a"
        AutoModel.from_pretrained(C().n)
        """,
        {"acme/a": "default"},
    ),
    "same name in two classes": (
        """
        class A:
            def load(self, n):
                AutoModel.from_pretrained(n)
        class B:
            def load(self, n):
                pass
        A().load("acme/a")
        B().load("acme/x")
        """,
        {"acme/a": "argument"},
    ),
    "choice by a number that the text holds": (
        """
        def named(n=0):
            return f"acme/a-{n}" if n else "acme/a"
        AutoModel.from_pretrained(named())
        """,
        {"acme/a": "literal"},
    ),
    "choice by a number, each number in its own text": (
        """
        def load(n=0):
            AutoModel.from_pretrained(f"acme/a-{n}" if n else "acme/a")
        load(4)
        """,
        {"acme/a": "literal", "acme/a-4": "computed"},
    ),
    "choice by what is not None": (
        """
        def load(n=None):
            AutoModel.from_pretrained("acme/a" if n is None else f"acme/a-{n}")
        load("b")
        """,
        {"acme/a": "literal", "acme/a-b": "argument"},
    ),
    "choice by not": (
        """
        def named(n=""):
            return "acme/a" if not n else f"acme/a-{n}"
        AutoModel.from_pretrained(named())
        """,
        {"acme/a": "literal"},
    ),
    "choice by what may be either": (
        """
        def named(n=os.getenv("N")):
            return n if n is not None else "acme/a"
        AutoModel.from_pretrained(named())
        """,
        {"acme/a": "literal"},
    ),
    "star import of a library beside": (
        """
        from os.path import *
        from transformers import *
        N = "acme/a"
        AutoModel.from_pretrained(N)
        """,
        {"acme/a": "constant"},
    ),
    "tests of a type let no text through": (
        """
        def wrap(m): AutoModel.from_pretrained(m)
        def choose(m):
            if isinstance(m, Module): wrap(m)
            if isinstance(m, (Module, nn.Module)) and m.ready: wrap(model=m)
            if "flair" in str(type(m)): wrap(m)
        choose("acme/a")
        wrap("acme/b")
        """,
        {"acme/b": "argument"},
    ),
    "tests of a type that a text may have": (
        """
        def wrap(m): AutoModel.from_pretrained(m)
        def choose(m):
            if isinstance(m, (str, Path)): wrap(m)
        choose("acme/a")
        """,
        {"acme/a": "argument"},
    ),
    "tests of the type of something else": (
        """
        def wrap(m): AutoModel.from_pretrained(m)
        def choose(m, n):
            if isinstance(n, Module): wrap(m)
        choose("acme/a", 1)
        """,
        {"acme/a": "argument"},
    ),
    "saved later under the name that it is loaded by": (
        "p = 'acme/m'\nAutoModel.from_pretrained(p).save_pretrained(p)",
        {"acme/m": "constant"},
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_value_is_found(rule: str, scan_files: Scan) -> None:
    code, expected = RULES[rule]
    result = scan_files(HEAD + textwrap.dedent(code) + "\n")
    assert {reference.key.name: reference.resolution for reference in result.references} == expected


UNKNOWN: dict[str, tuple[str, str]] = {
    "command line": ("import sys\nAutoModel.from_pretrained(sys.argv[1])", "it is given on the command line"),
    "None added to a text": (
        "def f(n=None):\n    AutoModel.from_pretrained('acme/' + n)\nf()",
        "a part of it is None",
    ),
    "None in a text": (
        "def f(n=None):\n    AutoModel.from_pretrained(f'acme/{n}')\nf()",
        "a part of it is None",
    ),
    "something of a library in a text": (
        "import other\nAutoModel.from_pretrained('acme/' + other.name)",
        "a part of it comes from `other.name`",
    ),
    "command line or nothing": (
        "import os\nAutoModel.from_pretrained('' or os.getenv('M', ''))",
        "it is an empty text",
    ),
    "parameter": (
        """
        def f(n):
            AutoModel.from_pretrained(n)
        """,
        "`n` is a parameter of `f` without a default, and nobody in",
    ),
    "star arguments": (
        """
        def f(*n):
            AutoModel.from_pretrained(*n)
        """,
        "arguments are passed on as `*n`",
    ),
    "keyword arguments": (
        """
        def f(**k):
            AutoModel.from_pretrained(**k)
        """,
        "among the arguments that are passed on as `**k`",
    ),
    "None by default": (
        """
        def f(n=None):
            AutoModel.from_pretrained(n)
        """,
        "it is None unless somebody outside the project",
    ),
    "option without default": (
        """
        p = argparse.ArgumentParser()
        p.add_argument('--m', required=True)
        AutoModel.from_pretrained(p.parse_args().m)
        """,
        "option `m` has no default",
    ),
    "option that nobody declares": (
        """
        p = argparse.ArgumentParser()
        AutoModel.from_pretrained(p.parse_args().m)
        """,
        "no option called `m` is declared",
    ),
    "click option without default": (
        """
        import click
        @click.option('--m')
        def f(m):
            AutoModel.from_pretrained(m)
        """,
        "option `m` has no default",
    ),
    "typer option without default": (
        """
        import typer
        def f(m: str = typer.Option(...)):
            AutoModel.from_pretrained(m)
        """,
        "the option has no default",
    ),
    "flag of another file": (
        """
        from absl import flags
        AutoModel.from_pretrained(flags.FLAGS.m)
        """,
        "flag `m` is not defined in this file",
    ),
    "environment": (
        "AutoModel.from_pretrained(os.environ['M'])",
        "environment variable 'M' has no default",
    ),
    "environment without default": (
        "AutoModel.from_pretrained(os.getenv('M'))",
        "environment variable 'M' has no default",
    ),
    "typed in": (
        "AutoModel.from_pretrained(input())",
        "it is typed in when the program runs",
    ),
    "computed": (
        "AutoModel.from_pretrained(chr(1))",
        "it is computed by `chr`",
    ),
    "name that is not set": (
        "AutoModel.from_pretrained(nothing)",
        "`nothing` is not set in this file",
    ),
    "result of a library": (
        """
        import other
        AutoModel.from_pretrained(other.x)
        """,
        "it comes from `other.x`, outside the project",
    ),
    "object of the project": (
        """
        class C:
            pass
        AutoModel.from_pretrained(C())
        """,
        "it is an object of `C`",
    ),
    "missing attribute": (
        """
        class C:
            pass
        AutoModel.from_pretrained(C().n)
        """,
        "`C` does not set `n`",
    ),
    "missing class attribute": (
        """
        class C:
            pass
        AutoModel.from_pretrained(C.n)
        """,
        "`C` does not set `n`",
    ),
    "except variable": (
        """
        try:
            pass
        except OSError as n:
            AutoModel.from_pretrained(n)
        """,
        "`n` is not set in this file",
    ),
    "starred target": (
        """
        a, *n = ['x', 'y']
        AutoModel.from_pretrained(n)
        """,
        "`n` gets its value in a way that is not followed",
    ),
    "lambda parameter": (
        "f = lambda n: AutoModel.from_pretrained(n)",
        "it is a parameter of a lambda",
    ),
    "formatted number": (
        "AutoModel.from_pretrained(f'acme/{1:{2}d}')",
        "how a value is formatted is not followed",
    ),
    "percent format": (
        "AutoModel.from_pretrained('acme/%*d' % (3, 1))",
        "how a value is formatted is not followed",
    ),
    "format that is not given": (
        "AutoModel.from_pretrained('acme/{}{}'.format('a'))",
        "nothing is given for `{}`",
    ),
    "comparison": (
        "AutoModel.from_pretrained('a' < 'b')",
        "this kind of expression is not followed",
    ),
    "bytes": (
        "AutoModel.from_pretrained(b'acme/a')",
        "it is not a text",
    ),
    "division": (
        "AutoModel.from_pretrained('acme' / 'a')",
        "it is computed",
    ),
    "multiplication": (
        "AutoModel.from_pretrained('acme/a' * 2)",
        "it is computed",
    ),
    "unknown split": (
        "AutoModel.from_pretrained('acme/a'.split('/', os.cpu_count())[0])",
        "where the text is split is not known",
    ),
    "unknown join": (
        "AutoModel.from_pretrained('/'.join(x for x in y))",
        "`y` is not set in this file",
    ),
    "unknown replace": (
        "AutoModel.from_pretrained('acme/a'.replace(x, 'y'))",
        "what is replaced is not known",
    ),
    "unknown slice": (
        "AutoModel.from_pretrained('acme/a'[len(x):])",
        "where the text is cut is not known",
    ),
    "strip with a variable": (
        "AutoModel.from_pretrained('acme/a'.strip(x))",
        "this method is not followed",
    ),
    "iteration of something else": (
        """
        def f(x):
            for n in x.y:
                AutoModel.from_pretrained(n)
        """,
        "`x` is a parameter of `f` without a default",
    ),
    "empty text": (
        "AutoModel.from_pretrained('')",
        "it is an empty text unless somebody",
    ),
    "no argument": (
        "AutoModel.from_pretrained()",
        "no model is named",
    ),
    "placeholder": (
        "AutoModel.from_pretrained('your-username/model')",
        "is a placeholder",
    ),
    "address": (
        "AutoModel.from_pretrained('https://example.org/m')",
        "is an address, not a name",
    ),
    "super outside of a class": (
        "AutoModel.from_pretrained(super().n)",
        "it stands in no class",
    ),
    "function called too deeply": (
        """
        def f0(n):
            return f1(n)
        def f1(n):
            return f2(n)
        def f2(n):
            return f3(n)
        def f3(n):
            return f4(n)
        def f4(n):
            return f5(n)
        def f5(n):
            return f6(n)
        def f6(n):
            return f7(n)
        def f7(n):
            return f8(n)
        def f8(n):
            return f9(n)
        def f9(n):
            return f10(n)
        def f10(n):
            return f11(n)
        def f11(n):
            return f12(n)
        def f12(n):
            return n
        AutoModel.from_pretrained(f0('acme/a'))
        """,
        "calls are nested too deeply",
    ),
    "many wrappers": (
        """
        def f0(n):
            AutoModel.from_pretrained(n)
        def f1(n):
            f0(n)
        def f2(n):
            f1(n)
        def f3(n):
            f2(n)
        def f4(n):
            f3(n)
        def f5(n):
            f4(n)
        def f6(n):
            f5(n)
        f6('acme/a')
        """,
        "more than 3 functions pass `n` on",
    ),
    "call of a text": (
        'AutoModel.from_pretrained("x"())',
        "what this call gives is not followed",
    ),
    "partial of a text": (
        'AutoModel.from_pretrained(functools.partial("x")())',
        "what this call gives is not followed",
    ),
    "parser of something else": (
        "import other\nAutoModel.from_pretrained(other.Thing().parse_it())",
        "it comes from `other.Thing.parse_it`, outside the project",
    ),
    "key of an object": (
        "class C:\n    pass\nAutoModel.from_pretrained(C()['x'])",
        "what is under this key is not followed",
    ),
    "element that is not there": (
        "AutoModel.from_pretrained(['acme/x'][7])",
        "it has no such element",
    ),
    "key of a text": (
        "AutoModel.from_pretrained('acme/x'[y])",
        "it is not a container",
    ),
    "get of nothing": (
        "AutoModel.from_pretrained({'a': 'acme/x'}.get())",
        "no value is found for it",
    ),
    "loop over a function": (
        "def f():\n    pass\nfor n in f:\n    AutoModel.from_pretrained(n)",
        "what it iterates over is not known",
    ),
    "enumerate of something else": (
        "for i, n in enumerate(x):\n    AutoModel.from_pretrained(n)",
        "`x` is not set in this file",
    ),
    "zip of something else": (
        "for i, n in zip(x, y):\n    AutoModel.from_pretrained(n)",
        "what it iterates over is not known",
    ),
    "join of something else": (
        "AutoModel.from_pretrained('/'.join(x.y))",
        "what is joined is not known",
    ),
    "parameter that a function does not get": (
        "def f(n):\n    return n\nAutoModel.from_pretrained(f())",
        "`n` is not given",
    ),
    "parameter that may be among others": (
        "def f(n):\n    return n\nAutoModel.from_pretrained(f(**x))",
        "`x` is not set in this file",
    ),
    "attribute of a library's base": (
        "import other\nclass C(other.Base):\n    pass\nAutoModel.from_pretrained(C().n)",
        "it comes from `other.Base.n`, outside the project",
    ),
    "attribute whose name is not known": (
        "def f(c, n):\n    AutoModel.from_pretrained(getattr(c, n))",
        "which attribute is read is not known",
    ),
    "more values than a choice has": (
        "for a in 'x':\n    for b in range(3):\n        AutoModel.from_pretrained(a + b)",
        "what it iterates over is not known",
    ),
    "very many combinations": (
        "L = [f'{i}' for i in ("
        + ", ".join(map(str, range(20)))
        + ")]\nM = [f'{i}' for i in ("
        + ", ".join(map(str, range(20)))
        + ")]\nfor a in L:\n    for b in M:\n        AutoModel.from_pretrained(a + b)",
        "it has more than 256 values",
    ),
    "very many models with refs": (
        "L = (" + ", ".join(f"'acme/x{i}'" for i in range(200)) + ")\nfor n in L:\n    for r in ('1', '2'):\n"
        "        AutoModel.from_pretrained(n, revision=r)",
        "it has more than 256 values, with what belongs to each",
    ),
    "very many different texts": (
        "".join(f"def f{i}():\n    return 'acme/' + str('a{i}')\n" for i in range(300))
        + "R = ["
        + ", ".join(f"f{i}()" for i in range(150))
        + "] + ["
        + ", ".join(f"f{i}()" for i in range(150, 300))
        + "]\nfor n in R:\n    AutoModel.from_pretrained(n)",
        "it has 300 elements",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_reason_is_said(case: str, scan_files: Scan) -> None:
    code, reason = UNKNOWN[case]
    result = scan_files(HEAD + textwrap.dedent(code) + "\n")
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
