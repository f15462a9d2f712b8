"""Containers and registries: sets of alternatives, and the entries of known keys."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.scan.conftest import Scan
from tests.unit.scan.projects import app_with

CASES: dict[str, tuple[str | Mapping[str, str], dict[str, str]]] = {
    "dict of dicts k id": (
        """
        REG = {"x": {"id": "a/x", "n": 1}, "y": {"id": "a/y", "n": 2}}
        def f(k): AutoModel.from_pretrained(REG[k]["id"])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "entry whose key is not known": (
        """
        REG = {"x": "a/x", other(): "a/y"}
        def f(): AutoModel.from_pretrained(REG["z"])
        """,
        {"a/y": "registry"},
    ),
    "dict of dicts known key": (
        """
        REG = {"x": {"id": "a/x", "n": 1}, "y": {"id": "a/y", "n": 2}}
        def f(): AutoModel.from_pretrained(REG["x"]["id"])
        """,
        {"a/x": "registry"},
    ),
    "dict of dicts under a key that a caller has to give": (
        """
        REG = {"x": {"v1": "a/x"}, "y": {"v1": "a/y", "v2": "a/z"}}
        def f(k, weights=None):
            if weights is not None:
                AutoModel.from_pretrained(REG[k][weights])
        """,
        {"a/x": "registry", "a/y": "registry", "a/z": "registry"},
    ),
    "dict with an entry for None": (
        """
        REG = {None: "a/x", "y": "a/y"}
        def f(k=None): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry"},
    ),
    "dict of dicts get": (
        """
        REG = {"x": {"id": "a/x"}, "y": {"id": "a/y"}}
        def f(k):
            c = REG.get(k)
            AutoModel.from_pretrained(c["id"])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "dict of dicts get get": (
        """
        REG = {"x": {"id": "a/x"}, "y": {"id": "a/y"}}
        def f(k): AutoModel.from_pretrained(REG.get(k, {}).get("id"))
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "list of dicts": (
        """
        REG = [{"id": "a/x"}, {"id": "a/y"}]
        for m in REG: AutoModel.from_pretrained(m["id"])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "list of tuples": (
        """
        REG = [("a/x", 1), ("a/y", 2)]
        for m, n in REG: AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "list of tuples index": (
        """
        REG = [("a/x", 1), ("a/y", 2)]
        for m in REG: AutoModel.from_pretrained(m[0])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "list of dataclass instances": (
        """
        from dataclasses import dataclass
        @dataclass
        class M:
            name: str
            repo: str
            dim: int = 3
        REG = [M("x", "a/x"), M(name="y", repo="a/y")]
        for m in REG: AutoModel.from_pretrained(m.repo)
        """,
        {"a/x": "argument", "a/y": "argument"},
    ),
    "dict of dataclass instances": (
        """
        from dataclasses import dataclass
        @dataclass
        class M:
            name: str
            repo: str
            dim: int = 3
        REG = {"x": M("x", "a/x"), "y": M(name="y", repo="a/y")}
        def f(k): AutoModel.from_pretrained(REG[k].repo)
        """,
        {"a/x": "argument", "a/y": "argument"},
    ),
    "namedtuple": (
        """
        from collections import namedtuple
        M = namedtuple("M", ["name", "repo"])
        REG = {"x": M("x", "a/x"), "y": M(name="y", repo="a/y")}
        def f(k): AutoModel.from_pretrained(REG[k].repo)
        """,
        {"a/x": "argument", "a/y": "argument"},
    ),
    "namedtuple string fields": (
        """
        from collections import namedtuple
        M = namedtuple("M", "name, repo")
        AutoModel.from_pretrained(M("x", "a/x").repo)
        """,
        {"a/x": "argument"},
    ),
    "namedtuple defaults": (
        """
        from collections import namedtuple
        M = namedtuple("M", "name repo", defaults=["a/x"])
        AutoModel.from_pretrained(M("x").repo)
        """,
        {"a/x": "default"},
    ),
    "NamedTuple": (
        """
        from typing import NamedTuple
        class M(NamedTuple):
            name: str
            repo: str
        AutoModel.from_pretrained(M("x", "a/x").repo)
        """,
        {"a/x": "argument"},
    ),
    "NamedTuple unpack": (
        """
        from typing import NamedTuple
        class M(NamedTuple):
            name: str
            repo: str
        n, r = M("x", "a/x")
        AutoModel.from_pretrained(r)
        """,
        {"a/x": "argument"},
    ),
    "NamedTuple index": (
        """
        from typing import NamedTuple
        class M(NamedTuple):
            name: str
            repo: str
        AutoModel.from_pretrained(M("x", "a/x")[1])
        """,
        {"a/x": "argument"},
    ),
    "enum value": (
        """
        from enum import Enum
        class M(Enum):
            A = "a/x"
            B = "a/y"
        AutoModel.from_pretrained(M.A.value)
        """,
        {"a/x": "attribute"},
    ),
    "enum iteration": (
        """
        from enum import Enum
        class M(str, Enum):
            A = "a/x"
            B = "a/y"
        for m in M: AutoModel.from_pretrained(m.value)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "enum call": (
        """
        from enum import Enum
        class M(str, Enum):
            A = "a/x"
            B = "a/y"
        def f(n): AutoModel.from_pretrained(M(n).value)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "enum subscript": (
        """
        from enum import Enum
        class M(str, Enum):
            A = "a/x"
            B = "a/y"
        def f(n): AutoModel.from_pretrained(M[n].value)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "enum subscript known": (
        """
        from enum import Enum
        class M(str, Enum):
            A = "a/x"
            B = "a/y"
        AutoModel.from_pretrained(M["A"].value)
        """,
        {"a/x": "registry"},
    ),
    "enum typed parameter": (
        """
        from enum import Enum
        class M(str, Enum):
            A = "a/x"
            B = "a/y"
        def f(n: M): AutoModel.from_pretrained(n.value)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "enum default parameter": (
        """
        from enum import Enum
        class M(str, Enum):
            A = "a/x"
            B = "a/y"
        def f(n: M = M.A): AutoModel.from_pretrained(n.value)
        """,
        {"a/x": "default"},
    ),
    "StrEnum direct": (
        """
        from enum import StrEnum
        class M(StrEnum):
            A = "a/x"
        AutoModel.from_pretrained(M.A)
        """,
        {"a/x": "attribute"},
    ),
    "enum tuple member": (
        """
        from enum import Enum
        class M(Enum):
            A = ("a/x", 1)
            B = ("a/y", 1)
        AutoModel.from_pretrained(M.A.value[0])
        """,
        {"a/x": "registry"},
    ),
    "enum with init": (
        """
        from enum import Enum
        class M(Enum):
            A = ("a/x", 1)
            B = ("a/y", 1)
            def __init__(self, repo, dim):
                self.repo = repo
                self.dim = dim
        AutoModel.from_pretrained(M.A.repo)
        """,
        {"a/x": "attribute"},
    ),
    "enum as dict key": (
        """
        from enum import Enum
        class M(Enum):
            A = "1"
            B = "2"
        REG = {M.A: "a/x", M.B: "a/y"}
        AutoModel.from_pretrained(REG[M.A])
        """,
        {"a/x": "registry"},
    ),
    "enum as dict key unknown": (
        """
        from enum import Enum
        class M(Enum):
            A = "1"
            B = "2"
        REG = {M.A: "a/x", M.B: "a/y"}
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "enum property": (
        """
        from enum import Enum
        class M(Enum):
            A = "x"
            B = "y"
            @property
            def repo(self):
                return f"a/{self.value}"
        def f(m: M): AutoModel.from_pretrained(m.repo)
        """,
        {"a/x": "attribute", "a/y": "attribute"},
    ),
    "update": (
        """
        REG = {"x": "a/x"}
        REG.update({"y": "a/y"})
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "update kw": (
        """
        REG = {"x": "a/x"}
        REG.update(y="a/y")
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "ior": (
        """
        REG = {"x": "a/x"}
        REG |= {"y": "a/y"}
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "or": (
        """
        REG = {"x": "a/x"} | {"y": "a/y"}
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "setdefault": (
        """
        REG = {}
        REG.setdefault("x", "a/x")
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry"},
    ),
    "comprehension registry": (
        """
        REG = {n: f"a/{n}" for n in ("x", "y")}
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "comprehension registry known key": (
        """
        REG = {n: f"a/{n}" for n in ("x", "y")}
        def f(k): AutoModel.from_pretrained(REG["x"])
        """,
        {"a/x": "registry"},
    ),
    "registry filled in function": (
        """
        REG = {}
        def fill():
            REG["a"] = "a/x"
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "registry"},
    ),
    "registry filled by function call": (
        """
        REG = {}
        def register(name, repo):
            REG[name] = repo
        register("x", "a/x")
        register("y", "a/y")
        def f(k): AutoModel.from_pretrained(REG[k])
        """,
        {"a/x": "argument", "a/y": "argument"},
    ),
    "registry of nested filled": (
        """
        REG = {}
        REG["x"] = {"id": "a/x"}
        def f(k): AutoModel.from_pretrained(REG[k]["id"])
        """,
        {"a/x": "registry"},
    ),
    "registry nested subscript assign": (
        """
        REG = {"x": {}}
        REG["x"]["id"] = "a/x"
        REG["x"]["other"] = "a/y"
        def f(k): AutoModel.from_pretrained(REG["x"][k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "registry by decorator": (
        """
        REG = {}
        def register(name):
            def deco(cls):
                REG[name] = cls
                return cls
            return deco
        @register("x")
        class X:
            repo = "a/x"
        @register("y")
        class Y:
            repo = "a/y"
        def f(k): AutoModel.from_pretrained(REG[k].repo)
        """,
        {"a/x": "attribute", "a/y": "attribute"},
    ),
    "registry by decorator instance": (
        """
        REG = {}
        def register(name):
            def deco(cls):
                REG[name] = cls
                return cls
            return deco
        @register("x")
        class X:
            def __init__(self): self.repo = "a/x"
        @register("y")
        class Y:
            def __init__(self): self.repo = "a/y"
        def f(k): AutoModel.from_pretrained(REG[k]().repo)
        """,
        {"a/x": "attribute", "a/y": "attribute"},
    ),
    "registry append in function": (
        """
        REG = []
        def fill():
            REG.append("a/x")
        for k in REG: AutoModel.from_pretrained(k)
        """,
        {"a/x": "registry"},
    ),
    "class registry attr": (
        """
        class Zoo:
            MODELS = {"x": "a/x", "y": "a/y"}
            def load(self, k): return AutoModel.from_pretrained(self.MODELS[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "class registry Zoo.MODELS": (
        """
        class Zoo:
            MODELS = {"x": "a/x", "y": "a/y"}
            @staticmethod
            def load(k): return AutoModel.from_pretrained(Zoo.MODELS[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "self.models dict filled in method": (
        """
        class Zoo:
            def __init__(self):
                self.models = {}
                self.models["x"] = "a/x"
                self.models.update({"y": "a/y"})
            def load(self, k): return AutoModel.from_pretrained(self.models[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "items": (
        """
        REG = {"x": "a/x", "y": "a/y"}
        for k, v in REG.items(): AutoModel.from_pretrained(v)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "items of dicts": (
        """
        REG = {"x": {"id": "a/x"}, "y": {"id":"a/y"}}
        for k, v in REG.items(): AutoModel.from_pretrained(v["id"])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "values": (
        """
        REG = {"x": "a/x", "y": "a/y"}
        for v in REG.values(): AutoModel.from_pretrained(v)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "keys": (
        """
        REG = {"a/x": 1, "a/y": 2}
        for v in REG.keys(): AutoModel.from_pretrained(v)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "list index var": (
        """
        L = ["a/x", "a/y"]
        def f(i): AutoModel.from_pretrained(L[i])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "list of list comprehension": (
        """
        L = [f"a/{n}" for n in ["x", "y"]]
        for m in L: AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "sorted": (
        """
        for m in sorted({"a/x", "a/y"}): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "sorted of dict": (
        """
        for m in sorted({"a/x": 1, "a/y": 2}): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "list of values": (
        """
        for m in list({"x": "a/x", "y": "a/y"}.values()): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "zip": (
        """
        for m, n in zip(["a/x", "a/y"], [1, 2]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "zip unknown": (
        """
        def f(rows):
            for m, n in zip(["a/x", "a/y"], rows): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "enumerate": (
        """
        for i, m in enumerate(["a/x", "a/y"]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "enumerate items": (
        """
        for i, (k, m) in enumerate({"x": "a/x", "y": "a/y"}.items()): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "product": (
        """
        import itertools
        for m, n in itertools.product(["a/x", "a/y"], [1, 2]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "chain": (
        """
        from itertools import chain
        for m in chain(["a/x"], ["a/y"]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "chain from_iterable": (
        """
        from itertools import chain
        for m in chain.from_iterable([["a/x"], ["a/y"]]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "star unpack": (
        """
        A = ["a/x"]
        B = [*A, "a/y"]
        for m in B: AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "filter": (
        """
        for m in filter(None, ["a/x", "a/y"]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "map lambda": (
        """
        for m in map(lambda n: "a/" + n, ["x", "y"]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "list comp load": (
        """
        models = [AutoModel.from_pretrained(m) for m in ["a/x", "a/y"]]
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "dict comp load": (
        """
        models = {k: AutoModel.from_pretrained(m) for k, m in {"x": "a/x", "y": "a/y"}.items()}
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "nested comp": (
        """
        models = [AutoModel.from_pretrained(m) for g in [["a/x"], ["a/y"]] for m in g]
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "comp condition": (
        """
        models = [AutoModel.from_pretrained(m) for m in ["a/x", "a/y"] if m.startswith("a")]
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "ChainMap dict()": (
        """
        D = dict(x="a/x")
        AutoModel.from_pretrained(D["x"])
        """,
        {"a/x": "registry"},
    ),
    "dict of pairs": (
        """
        D = dict([("x", "a/x"), ("y", "a/y")])
        def f(k): AutoModel.from_pretrained(D[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "dict of zip": (
        """
        D = dict(zip(["x", "y"], ["a/x", "a/y"]))
        def f(k): AutoModel.from_pretrained(D[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "defaultdict": (
        """
        from collections import defaultdict
        D = defaultdict(lambda: "a/x")
        def f(k): AutoModel.from_pretrained(D[k])
        """,
        {"a/x": "registry"},
    ),
    "defaultdict with dict": (
        """
        from collections import defaultdict
        D = defaultdict(lambda: "a/x", {"y": "a/y"})
        def f(k): AutoModel.from_pretrained(D[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "dict fromkeys": (
        """
        for m in dict.fromkeys(["a/x", "a/y"]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "OrderedDict of pairs": (
        """
        from collections import OrderedDict
        D = OrderedDict([("x", "a/x"), ("y", "a/y")])
        def f(k): AutoModel.from_pretrained(D[k])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "SimpleNamespace": (
        """
        from types import SimpleNamespace
        c = SimpleNamespace(model="a/x")
        AutoModel.from_pretrained(c.model)
        """,
        {"a/x": "registry"},
    ),
    "next iter filter": (
        """
        R = [{"n": "x", "id": "a/x"}, {"n": "y", "id": "a/y"}]
        def f(k):
            r = next((r for r in R if r["n"] == k), None)
            AutoModel.from_pretrained(r["id"])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "random choice": (
        """
        import random
        AutoModel.from_pretrained(random.choice(["a/x", "a/y"]))
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "key with concatenation": (
        """
        REG = {"m-s": "a/x", "m-l": "a/y"}
        AutoModel.from_pretrained(REG["m-" + "s"])
        """,
        {"a/x": "registry"},
    ),
    "first of dict": (
        """
        REG = {"m-s": "a/x", "m-l": "a/y"}
        AutoModel.from_pretrained(list(REG.values())[0])
        """,
        {"a/x": "registry"},
    ),
    "tuple key": (
        """
        REG = {("m", "s"): "a/x", ("m", "l"): "a/y"}
        AutoModel.from_pretrained(REG[("m", "s")])
        """,
        {"a/x": "registry"},
    ),
    "if in registry": (
        """
        REG = {"x": "a/x", "y": "a/y"}
        def f(name):
            if name in REG:
                name = REG[name]
            AutoModel.from_pretrained(name)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "get with self default": (
        """
        REG = {"x": "a/x", "y": "a/y"}
        def f(name):
            AutoModel.from_pretrained(REG.get(name, name))
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "class attrs via __dict__ key": (
        """
        class C:
            A = "a/x"
            B = "a/y"
        for n in ("A", "B"): AutoModel.from_pretrained(getattr(C, n))
        """,
        {"a/x": "attribute", "a/y": "attribute"},
    ),
    "nested class config": (
        """
        class C:
            class model:
                name = "a/x"
        AutoModel.from_pretrained(C.model.name)
        """,
        {"a/x": "attribute"},
    ),
    "global dict config assigned variables": (
        """
        CFG = {"model": {"text": {"name": "a/x"}}}
        def f():
            m = CFG["model"]
            t = m["text"]
            name = t.get("name")
            AutoModel.from_pretrained(name)
        """,
        {"a/x": "registry"},
    ),
    "dict items by function": (
        """
        def cfg():
            return {"name": "a/x", "rev": "b"}
        AutoModel.from_pretrained(cfg()["name"])
        """,
        {"a/x": "registry"},
    ),
    "dict kwargs star": (
        """
        KW = {"pretrained_model_name_or_path": "a/x"}
        AutoModel.from_pretrained(**KW)
        """,
        {"a/x": "constant"},
    ),
    "dict kwargs star dict()": (
        """
        KW = dict(pretrained_model_name_or_path="a/x")
        AutoModel.from_pretrained(**KW)
        """,
        {"a/x": "constant"},
    ),
    "args star": (
        """
        A = ["a/x"]
        AutoModel.from_pretrained(*A)
        """,
        {"a/x": "constant"},
    ),
    "Literal type": (
        """
        from typing import Literal, get_args
        Name = Literal["a/x", "a/y"]
        for n in get_args(Name): AutoModel.from_pretrained(n)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "Literal typed parameter": (
        """
        from typing import Literal
        def f(n: Literal["a/x", "a/y"]): AutoModel.from_pretrained(n)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "registry by a decorator alone": (
        """
        REG = {}
        def register(cls):
            REG[cls.name] = cls
            return cls
        @register
        class A:
            name = "a"
            repo = "a/x"
        @register
        class B:
            name = "b"
            repo = "a/y"
        def f(k): AutoModel.from_pretrained(REG[k].repo)
        """,
        {"a/x": "attribute", "a/y": "attribute"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_value_is_found(case: str, scan_files: Scan) -> None:
    files, expected = CASES[case]
    result = scan_files(app_with(files))
    assert {reference.key.name: reference.resolution for reference in result.references} == expected
    assert result.unresolved == ()
