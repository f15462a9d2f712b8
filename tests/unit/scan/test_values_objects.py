"""Texts that are put together, objects of the project, and what their types say."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.scan.conftest import Scan
from tests.unit.scan.projects import app_with

CASES: dict[str, tuple[str | Mapping[str, str], dict[str, str]]] = {
    "lower replace split": (
        """
        AutoModel.from_pretrained("hf/a/x".split("/", 1)[1])
        """,
        {"a/x": "registry"},
    ),
    "split maxsplit": (
        """
        AutoModel.from_pretrained("a/x@rev".split("@", maxsplit=1)[0])
        """,
        {"a/x": "registry"},
    ),
    "rsplit": (
        """
        AutoModel.from_pretrained("a/x:tag".rsplit(":", 1)[0])
        """,
        {"a/x": "registry"},
    ),
    "urljoin": (
        """
        from urllib.parse import urljoin
        from huggingface_hub import hf_hub_download
        AutoModel.from_pretrained("a/x")
        """,
        {"a/x": "literal"},
    ),
    "url join posix": (
        """
        import torch, posixpath
        torch.hub.load_state_dict_from_url(posixpath.join("https://huggingface.co/acme/w/resolve/main", "w.pth"))
        """,
        {"acme/w": "computed"},
    ),
    "url join urljoin": (
        """
        import torch
        from urllib.parse import urljoin
        torch.hub.load_state_dict_from_url(urljoin("https://huggingface.co/acme/w/resolve/main/", "w.pth"))
        """,
        {"acme/w": "computed"},
    ),
    "url join os.path.join": (
        """
        import torch
        torch.hub.load_state_dict_from_url(os.path.join("https://huggingface.co/acme/w/resolve/main", "w.pth"))
        """,
        {"acme/w": "computed"},
    ),
    "f-string alternatives": (
        """
        def f(big=False):
            s = "l" if big else "s"
            AutoModel.from_pretrained(f"a/x-{s}")
        """,
        {"a/x-l": "computed", "a/x-s": "computed"},
    ),
    "fstring conv": (
        """
        n = "x"
        AutoModel.from_pretrained(f"a/{n!s}")
        """,
        {"a/x": "computed"},
    ),
    "fstring format spec": (
        """
        AutoModel.from_pretrained(f"a/x-{7:02d}")
        """,
        {"a/x-07": "computed"},
    ),
    "fstring lower": (
        """
        n = "X"
        AutoModel.from_pretrained(f"a/{n.lower()}")
        """,
        {"a/x": "computed"},
    ),
    "format spec": (
        """
        AutoModel.from_pretrained("a/x-{:02d}".format(7))
        """,
        {"a/x-07": "computed"},
    ),
    "format map": (
        """
        AutoModel.from_pretrained("a/{n}".format_map({"n": "x"}))
        """,
        {"a/x": "computed"},
    ),
    "format star": (
        """
        AutoModel.from_pretrained("a/{n}".format(**{"n": "x"}))
        """,
        {"a/x": "computed"},
    ),
    "percent single": (
        """
        AutoModel.from_pretrained("a/x-%d" % 5)
        """,
        {"a/x-5": "computed"},
    ),
    "percent 02d": (
        """
        AutoModel.from_pretrained("a/x-%02d" % 5)
        """,
        {"a/x-05": "computed"},
    ),
    "str of int": (
        """
        AutoModel.from_pretrained("a/x-" + str(5))
        """,
        {"a/x-5": "computed"},
    ),
    "join tuple": (
        """
        AutoModel.from_pretrained("/".join(("a", "x")))
        """,
        {"a/x": "computed"},
    ),
    "ternary": (
        """
        def f(b): AutoModel.from_pretrained("a/x" if b else "a/y")
        """,
        {"a/x": "literal", "a/y": "literal"},
    ),
    "or": (
        """
        def f(n=None): AutoModel.from_pretrained(n or "a/x")
        """,
        {"a/x": "literal"},
    ),
    "or stmt": (
        """
        def f(n=None):
            n = n or "a/x"
            AutoModel.from_pretrained(n)
        """,
        {"a/x": "constant"},
    ),
    "if none stmt": (
        """
        def f(n=None):
            if n is None:
                n = "a/x"
            AutoModel.from_pretrained(n)
        """,
        {"a/x": "constant"},
    ),
    "if not stmt": (
        """
        def f(n=None):
            if not n:
                n = "a/x"
            AutoModel.from_pretrained(n)
        """,
        {"a/x": "constant"},
    ),
    "match": (
        """
        def f(k):
            match k:
                case "x": n = "a/x"
                case _: n = "a/y"
            AutoModel.from_pretrained(n)
        """,
        {"a/x": "constant", "a/y": "constant"},
    ),
    "if elif": (
        """
        def f(k):
            if k == "x": n = "a/x"
            elif k == "y": n = "a/y"
            else: raise ValueError
            AutoModel.from_pretrained(n)
        """,
        {"a/x": "constant", "a/y": "constant"},
    ),
    "early return": (
        """
        def name(k):
            if k == "x": return "a/x"
            return "a/y"
        def f(k): AutoModel.from_pretrained(name(k))
        """,
        {"a/x": "literal", "a/y": "literal"},
    ),
    "while loop": (
        """
        while True:
            n = "a/x"
            AutoModel.from_pretrained(n)
        """,
        {"a/x": "constant"},
    ),
    "for index range": (
        """
        L = ["a/x", "a/y"]
        for i in range(len(L)): AutoModel.from_pretrained(L[i])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "for range number": (
        """
        for i in range(3): AutoModel.from_pretrained(f"a/x-{i}")
        """,
        {"a/x-0": "computed", "a/x-1": "computed", "a/x-2": "computed"},
    ),
    "self.x": (
        """
        class C:
            def __init__(self): self.n = "a/x"
            def go(self): AutoModel.from_pretrained(self.n)
        """,
        {"a/x": "attribute"},
    ),
    "self.x param": (
        """
        class C:
            def __init__(self, n="a/x"): self.n = n
            def go(self): AutoModel.from_pretrained(self.n)
        """,
        {"a/x": "default"},
    ),
    "self.x from config dict": (
        """
        class C:
            def __init__(self, cfg): self.cfg = cfg
            def go(self): AutoModel.from_pretrained(self.cfg["n"])
        C({"n": "a/x"}).go()
        """,
        {"a/x": "registry"},
    ),
    "self.cfg.get": (
        """
        class C:
            def __init__(self, cfg): self.cfg = cfg
            def go(self): AutoModel.from_pretrained(self.cfg.get("n", "a/x"))
        C({}).go()
        """,
        {"a/x": "registry"},
    ),
    "super init": (
        """
        class B:
            def __init__(self, n): self.n = n
            def go(self): AutoModel.from_pretrained(self.n)
        class C(B):
            def __init__(self): super().__init__("a/x")
        """,
        {"a/x": "argument"},
    ),
    "super init kw": (
        """
        class B:
            def __init__(self, n=None): self.n = n
            def go(self): AutoModel.from_pretrained(self.n)
        class C(B):
            def __init__(self): super().__init__(n="a/x")
        """,
        {"a/x": "argument"},
    ),
    "super old": (
        """
        class B:
            def __init__(self, n=None): self.n = n
            def go(self): AutoModel.from_pretrained(self.n)
        class C(B):
            def __init__(self): B.__init__(self, n="a/x")
        """,
        {"a/x": "argument"},
    ),
    "abstract property": (
        """
        class B:
            @property
            def n(self): raise NotImplementedError
            def go(self): AutoModel.from_pretrained(self.n)
        class C(B):
            @property
            def n(self): return "a/x"
        """,
        {"a/x": "attribute"},
    ),
    "abstract method": (
        """
        class B:
            def n(self): raise NotImplementedError
            def go(self): AutoModel.from_pretrained(self.n())
        class C(B):
            def n(self): return "a/x"
        """,
        {"a/x": "literal"},
    ),
    "abstract class attr": (
        """
        class B:
            n = None
            def go(self): AutoModel.from_pretrained(self.n)
        class C(B):
            n = "a/x"
        """,
        {"a/x": "attribute"},
    ),
    "abstract class attr annot": (
        """
        class B:
            n: str
            def go(self): AutoModel.from_pretrained(self.n)
        class C(B):
            n = "a/x"
        """,
        {"a/x": "attribute"},
    ),
    "classmethod cls": (
        """
        class C:
            n = "a/x"
            @classmethod
            def go(cls): return AutoModel.from_pretrained(cls.n)
        """,
        {"a/x": "attribute"},
    ),
    "subclass grandchild": (
        """
        class B:
            n = None
            def go(self): AutoModel.from_pretrained(self.n)
        class C(B): pass
        class D(C):
            n = "a/x"
        """,
        {"a/x": "attribute"},
    ),
    "cached_property": (
        """
        from functools import cached_property
        class C:
            @cached_property
            def n(self): return "a/x"
            def go(self): AutoModel.from_pretrained(self.n)
        """,
        {"a/x": "attribute"},
    ),
    "factory returning instance": (
        """
        class Cfg:
            n = "a/x"
        def get(): return Cfg()
        AutoModel.from_pretrained(get().n)
        """,
        {"a/x": "attribute"},
    ),
    "classmethod factory": (
        """
        class Cfg:
            def __init__(self, n): self.n = n
            @classmethod
            def small(cls): return cls("a/x")
        AutoModel.from_pretrained(Cfg.small().n)
        """,
        {"a/x": "attribute"},
    ),
    "typed return": (
        """
        class Cfg:
            n: str = "a/x"
        def get() -> Cfg: return load_it()
        AutoModel.from_pretrained(get().n)
        """,
        {"a/x": "default"},
    ),
    "typed return opaque library": (
        """
        import hydra
        class Cfg:
            n: str = "a/x"
        def get() -> "Cfg":
            return hydra.compose("x")
        AutoModel.from_pretrained(get().n)
        """,
        {"a/x": "default"},
    ),
    "typed param": (
        """
        class Cfg:
            n: str = "a/x"
        def go(cfg: Cfg): AutoModel.from_pretrained(cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed param optional": (
        """
        from typing import Optional
        class Cfg:
            n: str = "a/x"
        def go(cfg: Optional[Cfg] = None): AutoModel.from_pretrained(cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed param Union": (
        """
        from typing import Union
        class Cfg:
            n: str = "a/x"
        def go(cfg: Union[Cfg, None] = None): AutoModel.from_pretrained(cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed param quoted": (
        """
        class Cfg:
            n: str = "a/x"
        def go(cfg: "Cfg"): AutoModel.from_pretrained(cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed param Annotated": (
        """
        from typing import Annotated
        class Cfg:
            n: str = "a/x"
        def go(cfg: Annotated[Cfg, 1]): AutoModel.from_pretrained(cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed param typing. qualified": (
        """
        import typing
        class Cfg:
            n: str = "a/x"
        def go(cfg: typing.Optional["Cfg"]): AutoModel.from_pretrained(cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed self attribute": (
        """
        class Cfg:
            n: str = "a/x"
        class T:
            def __init__(self, cfg: Cfg): self.cfg = cfg
            def go(self): AutoModel.from_pretrained(self.cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed self annotated attribute": (
        """
        class Cfg:
            n: str = "a/x"
        class T:
            cfg: Cfg
            def go(self): AutoModel.from_pretrained(self.cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed self annotated assignment": (
        """
        class Cfg:
            n: str = "a/x"
        class T:
            def __init__(self, **kw):
                self.cfg: Cfg = kw["cfg"]
            def go(self): AutoModel.from_pretrained(self.cfg.n)
        """,
        {"a/x": "default"},
    ),
    "typed local annotation": (
        """
        class Cfg:
            n: str = "a/x"
        def go(path):
            cfg: Cfg = load(path)
            AutoModel.from_pretrained(cfg.n)
        """,
        {"a/x": "default"},
    ),
    "list of typed": (
        """
        from typing import List
        class Cfg:
            n: str = "a/x"
        def go(cfgs: List[Cfg]):
            for c in cfgs: AutoModel.from_pretrained(c.n)
        """,
        {"a/x": "default"},
    ),
    "dict of typed": (
        """
        class Cfg:
            n: str = "a/x"
        def go(cfgs: dict[str, Cfg], k):
            AutoModel.from_pretrained(cfgs[k].n)
        """,
        {"a/x": "default"},
    ),
    "nested dataclass default_factory class": (
        """
        from dataclasses import dataclass, field
        @dataclass
        class M:
            n: str = "a/x"
        @dataclass
        class C:
            m: M = field(default_factory=M)
        def go(c: C): AutoModel.from_pretrained(c.m.n)
        """,
        {"a/x": "default"},
    ),
    "nested dataclass default_factory lambda": (
        """
        from dataclasses import dataclass, field
        @dataclass
        class M:
            n: str = "a/x"
        @dataclass
        class C:
            m: M = field(default_factory=lambda: M(n="a/z"))
        def go(c: C): AutoModel.from_pretrained(c.m.n)
        """,
        {"a/z": "argument"},
    ),
    "list default_factory": (
        """
        from dataclasses import dataclass, field
        @dataclass
        class C:
            ms: list = field(default_factory=lambda: ["a/x", "a/y"])
        def go(c: C):
            for m in c.ms: AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "pydantic Field": (
        """
        from pydantic import BaseModel, Field
        class C(BaseModel):
            n: str = Field("a/x", description="d")
        def go(c: C): AutoModel.from_pretrained(c.n)
        """,
        {"a/x": "default"},
    ),
    "pydantic Field default=": (
        """
        from pydantic import BaseModel, Field
        class C(BaseModel):
            n: str = Field(default="a/x", description="d")
        def go(c: C): AutoModel.from_pretrained(c.n)
        """,
        {"a/x": "default"},
    ),
    "pydantic settings": (
        """
        from pydantic_settings import BaseSettings
        class C(BaseSettings):
            n: str = "a/x"
        settings = C()
        AutoModel.from_pretrained(settings.n)
        """,
        {"a/x": "environment"},
    ),
    "pydantic settings lru_cache getter": (
        """
        from functools import lru_cache
        from pydantic_settings import BaseSettings
        class C(BaseSettings):
            n: str = "a/x"
        @lru_cache()
        def get_settings(): return C()
        AutoModel.from_pretrained(get_settings().n)
        """,
        {"a/x": "environment"},
    ),
    "pydantic settings depends": (
        """
        from fastapi import Depends
        from pydantic_settings import BaseSettings
        class C(BaseSettings):
            n: str = "a/x"
        def get_settings(): return C()
        def route(s: C = Depends(get_settings)): AutoModel.from_pretrained(s.n)
        """,
        {"a/x": "environment"},
    ),
    "attrs define": (
        """
        import attrs
        @attrs.define
        class C:
            n: str = attrs.field(default="a/x")
        AutoModel.from_pretrained(C().n)
        """,
        {"a/x": "default"},
    ),
    "attr.s": (
        """
        import attr
        @attr.s
        class C:
            n = attr.ib(default="a/x")
        AutoModel.from_pretrained(C().n)
        """,
        {"a/x": "default"},
    ),
    "attr.s given": (
        """
        import attr
        @attr.s
        class C:
            n = attr.ib(default="a/x")
        AutoModel.from_pretrained(C(n="a/z").n)
        """,
        {"a/z": "argument"},
    ),
    "attr factory": (
        """
        import attr
        @attr.s
        class C:
            n = attr.ib(factory=lambda: "a/x")
        AutoModel.from_pretrained(C().n)
        """,
        {"a/x": "default"},
    ),
    "msgspec": (
        """
        import msgspec
        class C(msgspec.Struct):
            n: str = "a/x"
        AutoModel.from_pretrained(C().n)
        """,
        {"a/x": "default"},
    ),
    "msgspec field": (
        """
        import msgspec
        class C(msgspec.Struct):
            n: str = msgspec.field(default="a/x")
        AutoModel.from_pretrained(C().n)
        """,
        {"a/x": "default"},
    ),
    "typed dict": (
        """
        from typing import TypedDict
        class C(TypedDict):
            n: str
        c: C = {"n": "a/x"}
        AutoModel.from_pretrained(c["n"])
        """,
        {"a/x": "registry"},
    ),
    "typed dict call": (
        """
        from typing import TypedDict
        class C(TypedDict):
            n: str
        c = C(n="a/x")
        AutoModel.from_pretrained(c["n"])
        """,
        {"a/x": "argument"},
    ),
    "replace": (
        """
        from dataclasses import dataclass, replace
        @dataclass
        class C:
            n: str = "a/x"
        AutoModel.from_pretrained(replace(C(), n="a/z").n)
        """,
        {"a/z": "constant"},
    ),
    "replace other": (
        """
        from dataclasses import dataclass, replace
        @dataclass
        class C:
            n: str = "a/x"
            k: int = 2
        AutoModel.from_pretrained(replace(C(), k=3).n)
        """,
        {"a/x": "default"},
    ),
    "copy update": (
        """
        from pydantic import BaseModel
        class C(BaseModel):
            n: str = "a/x"
        AutoModel.from_pretrained(C().copy(update={"n": "a/z"}).n)
        """,
        {"a/z": "constant"},
    ),
    "model_copy update": (
        """
        from pydantic import BaseModel
        class C(BaseModel):
            n: str = "a/x"
            k: int = 1
        AutoModel.from_pretrained(C().model_copy(update={"k": 2}).n)
        """,
        {"a/x": "default"},
    ),
    "copy.copy instance": (
        """
        import copy
        class C:
            n: str = "a/x"
        AutoModel.from_pretrained(copy.deepcopy(C()).n)
        """,
        {"a/x": "default"},
    ),
    "inherited dataclass positional": (
        """
        from dataclasses import dataclass
        @dataclass
        class B:
            name: str
        @dataclass
        class C(B):
            repo: str
        AutoModel.from_pretrained(C("n", "a/z").repo)
        """,
        {"a/z": "argument"},
    ),
    "instance attr set outside": (
        """
        class C: pass
        c = C()
        c.n = "a/z"
        AutoModel.from_pretrained(c.n)
        """,
        {"a/z": "constant"},
    ),
    "instance attr overwritten before a call": (
        """
        class C:
            n = "a/x"
        def go(c: C): AutoModel.from_pretrained(c.n)
        c = C()
        c.n = "a/z"
        go(c)
        """,
        {"a/z": "constant"},
    ),
    "asdict": (
        """
        from dataclasses import dataclass, asdict
        @dataclass
        class C:
            n: str = "a/x"
        AutoModel.from_pretrained(asdict(C())["n"])
        """,
        {"a/x": "default"},
    ),
    "vars": (
        """
        from dataclasses import dataclass, asdict
        @dataclass
        class C:
            n: str = "a/x"
        AutoModel.from_pretrained(vars(C())["n"])
        """,
        {"a/x": "default"},
    ),
    "model_dump": (
        """
        from pydantic import BaseModel
        class C(BaseModel):
            n: str = "a/x"
        AutoModel.from_pretrained(C().model_dump()["n"])
        """,
        {"a/x": "default"},
    ),
    "post_init": (
        """
        from dataclasses import dataclass
        @dataclass
        class C:
            n: str = None
            def __post_init__(self):
                if self.n is None:
                    self.n = "a/x"
        AutoModel.from_pretrained(C().n)
        """,
        {"a/x": "attribute"},
    ),
    "model_validate": (
        """
        from pydantic import BaseModel
        class C(BaseModel):
            n: str = "a/x"
        c = C.model_validate({})
        AutoModel.from_pretrained(c.n)
        """,
        {"a/x": "default"},
    ),
    "validator": (
        """
        from pydantic import BaseModel
        class C(BaseModel):
            n: str = "a/x"
        c = C(**load())
        AutoModel.from_pretrained(c.n)
        """,
        {"a/x": "default"},
    ),
    "from_dict unknown alt constructor": (
        """
        from dataclasses import dataclass
        @dataclass
        class C:
            n: str = "a/x"
            @classmethod
            def from_dict(cls, d): return cls(**d)
        c = C.from_dict(load())
        AutoModel.from_pretrained(c.n)
        """,
        {"a/x": "default"},
    ),
    "PretrainedConfig subclass": (
        """
        from transformers import PretrainedConfig
        class C(PretrainedConfig):
            def __init__(self, n="a/x", **kw):
                super().__init__(**kw)
                self.n = n
        class M:
            def __init__(self, config: C):
                self.enc = AutoModel.from_pretrained(config.n)
        """,
        {"a/x": "default"},
    ),
    "dict subclass": (
        """
        class AttrDict(dict):
            def __getattr__(self, name): return self[name]
        AutoModel.from_pretrained(AttrDict(model="a/x").model)
        """,
        {"a/x": "constant"},
    ),
    "dict subclass subscript": (
        """
        class Registry(dict): pass
        AutoModel.from_pretrained(Registry(model="a/x")["model"])
        """,
        {"a/x": "registry"},
    ),
    "get with default of unknown": (
        """
        def f(cfg): AutoModel.from_pretrained(cfg.get("m", "a/x"))
        """,
        {"a/x": "default"},
    ),
    "kwargs pop default": (
        """
        def f(**kw): AutoModel.from_pretrained(kw.pop("m", "a/x"))
        """,
        {"a/x": "default"},
    ),
    "session state get": (
        """
        import streamlit as st
        AutoModel.from_pretrained(st.session_state.get("m", "a/x"))
        """,
        {"a/x": "default"},
    ),
    "getattr args default": (
        """
        def f(args): AutoModel.from_pretrained(getattr(args, "m", "a/x"))
        """,
        {"a/x": "literal"},
    ),
    "hparams": (
        """
        import lightning as L
        class M(L.LightningModule):
            def __init__(self, name="a/x", lr=1):
                super().__init__()
                self.save_hyperparameters()
                self.enc = AutoModel.from_pretrained(self.hparams.name)
        """,
        {"a/x": "default"},
    ),
    "hparams subscript": (
        """
        import lightning as L
        class M(L.LightningModule):
            def __init__(self, name="a/x", lr=1):
                super().__init__()
                self.save_hyperparameters()
                self.enc = AutoModel.from_pretrained(self.hparams["name"])
        """,
        {"a/x": "default"},
    ),
    "settings nested": (
        """
        from pydantic_settings import BaseSettings
        from pydantic import BaseModel, Field
        class Emb(BaseModel):
            model: str = "a/x"
        class Settings(BaseSettings):
            emb: Emb = Field(default_factory=Emb)
        settings = Settings()
        AutoModel.from_pretrained(settings.emb.model)
        """,
        {"a/x": "default"},
    ),
    "abstract factory dict of classes": (
        """
        class A: repo = "a/x"
        class B: repo = "a/y"
        REG = {"a": A, "b": B}
        def f(k):
            m = REG[k]()
            AutoModel.from_pretrained(m.repo)
        """,
        {"a/x": "attribute", "a/y": "attribute"},
    ),
    "class registry methods": (
        """
        class A:
            def repo(self): return "a/x"
        class B:
            def repo(self): return "a/y"
        def make(k):
            if k == "a": return A()
            elif k == "b": return B()
            raise ValueError(k)
        def f(k): AutoModel.from_pretrained(make(k).repo())
        """,
        {"a/x": "literal", "a/y": "literal"},
    ),
    "enum list comprehension": (
        """
        from enum import Enum
        class M(Enum):
            A = "a/x"
            B = "a/y"
        for m in [m.value for m in M]: AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "enum default click": (
        """
        import argparse
        from enum import Enum
        class M(str, Enum):
            A = "a/x"
            B = "a/y"
        p = argparse.ArgumentParser()
        p.add_argument("--m", type=M, default=M.A, choices=list(M))
        a = p.parse_args()
        AutoModel.from_pretrained(a.m.value)
        """,
        {"a/x": "option"},
    ),
    "dead branch of another caller": (
        """
        def pick(kind, name):
            if kind == "one": return only(name)
            return None
        def only(name): return AutoModel.from_pretrained(name)
        pick("one", "a/x")
        pick("two", "a/y")
        """,
        {"a/x": "argument"},
    ),
    "dead branch by default": (
        """
        def pick(name, kind="two"):
            if kind == "one": return only(name)
            return None
        def only(name): return AutoModel.from_pretrained(name)
        pick("a/x", kind="one")
        pick("a/y")
        """,
        {"a/x": "argument"},
    ),
    "negative number in a text": (
        """
        n = -1
        AutoModel.from_pretrained(f"a/x{n}")
        """,
        {"a/x-1": "computed"},
    ),
    "last element": (
        """
        N = ["a/x", "a/y"]
        AutoModel.from_pretrained(N[-1])
        """,
        {"a/y": "registry"},
    ),
    "percent with a table of a name": (
        """
        D = {"n": "x"}
        AutoModel.from_pretrained("a/%(n)s" % D)
        """,
        {"a/x": "computed"},
    ),
    "percent with a tuple of a name": (
        """
        T = ("a", "x")
        AutoModel.from_pretrained("%s/%s" % T)
        """,
        {"a/x": "computed"},
    ),
    "percent that pads a text": (
        """
        AutoModel.from_pretrained("a/%1s" % "x")
        """,
        {"a/x": "computed"},
    ),
    "method of an enum": (
        """
        from enum import Enum
        class M(str, Enum):
            A = "x"
            def repo(self): return "a/x"
        def f(m: M): AutoModel.from_pretrained(m.repo())
        """,
        {"a/x": "literal"},
    ),
    "defaults of a named tuple at the end": (
        """
        from collections import namedtuple
        M = namedtuple("M", "name repo", defaults=("a/x",))
        AutoModel.from_pretrained(M("n").repo)
        """,
        {"a/x": "default"},
    ),
    "replaced named tuple": (
        """
        from typing import NamedTuple
        class M(NamedTuple):
            repo: str = "a/x"
        AutoModel.from_pretrained(M()._replace(repo="a/z").repo)
        """,
        {"a/z": "constant"},
    ),
    "validated without data": (
        """
        from pydantic import BaseModel
        class C(BaseModel):
            n: str = "a/x"
        AutoModel.from_pretrained(C.model_construct(k=1).n)
        """,
        {"a/x": "default"},
    ),
    "dacite": (
        """
        from dataclasses import dataclass
        import dacite
        @dataclass
        class C:
            n: str = "a/x"
        AutoModel.from_pretrained(dacite.from_dict(data_class=C, data={"n": "a/z"}).n)
        """,
        {"a/z": "constant"},
    ),
    "command made of a function": (
        """
        import jsonargparse
        class C:
            n = "a/x"
        def main(): return C()
        AutoModel.from_pretrained(jsonargparse.CLI(main).n)
        """,
        {"a/x": "attribute"},
    ),
    "sets and slices of texts": (
        """
        AutoModel.from_pretrained("a/x-suffix"[:-7])
        """,
        {"a/x": "registry"},
    ),
    "tuple of types": (
        """
        class Cfg:
            n: str = "a/x"
        def go(cfgs: "tuple[Cfg, ...]"):
            for c in cfgs: AutoModel.from_pretrained(c.n)
        """,
        {"a/x": "default"},
    ),
    "sum of lists": (
        """
        for m in sum([["a/x"], ["a/y"]], []): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "map of str": (
        """
        for m in map(str, ["a/x"]): AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry"},
    ),
    "range with a step": (
        """
        for i in range(2, 6, 2): AutoModel.from_pretrained(f"a/x-{i}")
        """,
        {"a/x-2": "computed", "a/x-4": "computed"},
    ),
    "next with a default": (
        """
        AutoModel.from_pretrained(next((m for m in ["a/x"] if os.path.exists(m)), "a/y"))
        """,
        {"a/x": "registry", "a/y": "literal"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_value_is_found(case: str, scan_files: Scan) -> None:
    files, expected = CASES[case]
    result = scan_files(app_with(files))
    assert {reference.key.name: reference.resolution for reference in result.references} == expected
    assert result.unresolved == ()
