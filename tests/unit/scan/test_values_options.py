"""Calls, imports, options of command lines, and the environment."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.scan.conftest import Scan
from tests.unit.scan.projects import app_with

CASES: dict[str, tuple[str | Mapping[str, str], dict[str, str]]] = {
    "param default": (
        """
        def f(n="a/x"): AutoModel.from_pretrained(n)
        """,
        {"a/x": "default"},
    ),
    "caller": (
        """
        def f(n): AutoModel.from_pretrained(n)
        f("a/x")
        """,
        {"a/x": "argument"},
    ),
    "caller other file": (
        {
            "app.py": """
            def f(n): AutoModel.from_pretrained(n)
            """,
            "main.py": """
            from app import f
            f("a/x")
            """,
        },
        {"a/x": "argument"},
    ),
    "caller module attr": (
        {
            "app.py": """
            def f(n): AutoModel.from_pretrained(n)
            """,
            "main.py": """
            import app
            app.f("a/x")
            """,
        },
        {"a/x": "argument"},
    ),
    "closure": (
        """
        def make(n):
            def inner(): return AutoModel.from_pretrained(n)
            return inner
        make("a/x")()
        """,
        {"a/x": "argument"},
    ),
    "closure wraps": (
        """
        import functools
        def retry(fn):
            @functools.wraps(fn)
            def wrapper(*args, **kwargs):
                return fn(*args, **kwargs)
            return wrapper
        @retry
        def load(n): return AutoModel.from_pretrained(n)
        load("a/x")
        """,
        {"a/x": "argument"},
    ),
    "lru_cache": (
        """
        import functools
        @functools.lru_cache(maxsize=None)
        def load(n): return AutoModel.from_pretrained(n)
        load("a/x")
        """,
        {"a/x": "argument"},
    ),
    "lru_cache bare": (
        """
        from functools import lru_cache
        @lru_cache
        def name(): return "a/x"
        AutoModel.from_pretrained(name())
        """,
        {"a/x": "literal"},
    ),
    "decorated getter with wraps": (
        """
        import functools
        def retry(fn):
            @functools.wraps(fn)
            def wrapper(*args, **kwargs):
                return fn(*args, **kwargs)
            return wrapper
        @retry
        def name(): return "a/x"
        AutoModel.from_pretrained(name())
        """,
        {"a/x": "literal"},
    ),
    "streamlit cache": (
        """
        import streamlit as st
        @st.cache_resource
        def load(n): return AutoModel.from_pretrained(n)
        load("a/x")
        """,
        {"a/x": "argument"},
    ),
    "partial": (
        """
        from functools import partial
        def load(n, k): return AutoModel.from_pretrained(n)
        p = partial(load, "a/x")
        p(1)
        """,
        {"a/x": "argument"},
    ),
    "partial kw": (
        """
        from functools import partial
        def load(n=None, k=None): return AutoModel.from_pretrained(n)
        p = partial(load, n="a/x")
        p(k=1)
        """,
        {"a/x": "argument"},
    ),
    "getattr module": (
        """
        import transformers
        getattr(transformers, "AutoModel").from_pretrained("a/x")
        """,
        {"a/x": "literal"},
    ),
    "getattr self default": (
        """
        class C:
            def go(self): AutoModel.from_pretrained(getattr(self, "n", "a/x"))
        """,
        {"a/x": "literal"},
    ),
    "globals": (
        """
        globals()["AutoModel"].from_pretrained("a/x")
        """,
        {"a/x": "literal"},
    ),
    "import_module": (
        """
        import importlib
        importlib.import_module("transformers").AutoModel.from_pretrained("a/x")
        """,
        {"a/x": "literal"},
    ),
    "import_module var": (
        """
        import importlib
        tr = importlib.import_module("transformers")
        tr.AutoModel.from_pretrained("a/x")
        """,
        {"a/x": "literal"},
    ),
    "__import__": (
        """
        __import__("transformers").AutoModel.from_pretrained("a/x")
        """,
        {"a/x": "literal"},
    ),
    "torchvision __dict__": (
        """
        import torchvision.models as models
        models.__dict__["resnet18"](pretrained=True)
        """,
        {"resnet18": "literal"},
    ),
    "torchvision __dict__ arg": (
        """
        import torchvision.models as models, argparse
        p = argparse.ArgumentParser()
        p.add_argument("--arch", default="resnet18")
        args = p.parse_args()
        models.__dict__[args.arch](pretrained=True)
        """,
        {"resnet18": "literal"},
    ),
    "torchvision getattr": (
        """
        import torchvision
        getattr(torchvision.models, "resnet18")(pretrained=True)
        """,
        {"resnet18": "literal"},
    ),
    "lazy import": (
        """
        def f():
            from transformers import BertModel
            BertModel.from_pretrained("a/x")
        """,
        {"a/x": "literal"},
    ),
    "try import": (
        """
        try:
            from transformers import BertModel
        except ImportError:
            BertModel = None
        BertModel.from_pretrained("a/x")
        """,
        {"a/x": "literal"},
    ),
    "TYPE_CHECKING typed": (
        {
            "app.py": """
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                from cfgmod import Cfg
            def go(c: "Cfg"): AutoModel.from_pretrained(c.n)
            """,
            "cfgmod.py": """
            class Cfg:
                n = "a/x"
            """,
        },
        {"a/x": "attribute"},
    ),
    "star import": (
        {
            "app.py": """
            from consts import *
            AutoModel.from_pretrained(N)
            """,
            "consts.py": """
            N = "a/x"
            """,
        },
        {"a/x": "constant"},
    ),
    "reexport": (
        {
            "app.py": """
            from pkg import N
            AutoModel.from_pretrained(N)
            """,
            "pkg/__init__.py": """
            from .consts import N
            """,
            "pkg/consts.py": """
            N = "a/x"
            """,
        },
        {"a/x": "constant"},
    ),
    "reexport star": (
        {
            "app.py": """
            from pkg import N
            AutoModel.from_pretrained(N)
            """,
            "pkg/__init__.py": """
            from .consts import *
            """,
            "pkg/consts.py": """
            N = "a/x"
            """,
        },
        {"a/x": "constant"},
    ),
    "lazy getattr module": (
        {
            "app.py": """
            import pkg.consts as c
            AutoModel.from_pretrained(c.N)
            """,
            "pkg/__init__.py": "",
            "pkg/consts.py": """
            N = "a/x"
            """,
        },
        {"a/x": "constant"},
    ),
    "relative": (
        {
            "app.py": """
            from pkg.m import go
            go()
            """,
            "pkg/__init__.py": "",
            "pkg/m.py": """
            from transformers import AutoModel
            from .sub.consts import N
            from ..pkg.sub import consts
            def go(): AutoModel.from_pretrained(N)
            """,
            "pkg/sub/__init__.py": "",
            "pkg/sub/consts.py": """
            N = "a/x"
            """,
        },
        {"a/x": "constant"},
    ),
    "argparse default": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model-name", default="a/x")
        a = p.parse_args()
        AutoModel.from_pretrained(a.model_name)
        """,
        {"a/x": "option"},
    ),
    "argparse dest": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model-name", "-m", dest="mm", default="a/x")
        a = p.parse_args()
        AutoModel.from_pretrained(a.mm)
        """,
        {"a/x": "option"},
    ),
    "argparse choices no default": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model-name", choices=["a/x", "a/y"], required=True)
        a = p.parse_args()
        AutoModel.from_pretrained(a.model_name)
        """,
        {"a/x": "option", "a/y": "option"},
    ),
    "argparse choices and default": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model-name", choices=["a/x", "a/y"], default="a/x")
        a = p.parse_args()
        AutoModel.from_pretrained(a.model_name)
        """,
        {"a/x": "option"},
    ),
    "argparse nargs list": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--models", nargs="+", default=["a/x", "a/y"])
        a = p.parse_args()
        for m in a.models: AutoModel.from_pretrained(m)
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "argparse string list split": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--models", default="a/x,a/y")
        a = p.parse_args()
        for m in a.models.split(","): AutoModel.from_pretrained(m)
        """,
        {"a/x": "option", "a/y": "option"},
    ),
    "argparse positional nargs": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("model", nargs="?", default="a/x")
        a = p.parse_args()
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option"},
    ),
    "argparse group": (
        """
        import argparse
        p = argparse.ArgumentParser()
        g = p.add_argument_group("m")
        g.add_argument("--model", default="a/x")
        a = p.parse_args()
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option"},
    ),
    "argparse subparsers": (
        """
        import argparse
        p = argparse.ArgumentParser()
        sub = p.add_subparsers()
        train = sub.add_parser("train")
        train.add_argument("--model", default="a/x")
        a = p.parse_args()
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option"},
    ),
    "argparse parents": (
        """
        import argparse
        base = argparse.ArgumentParser(add_help=False)
        base.add_argument("--model", default="a/x")
        p = argparse.ArgumentParser(parents=[base])
        a = p.parse_args()
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option"},
    ),
    "argparse parents other file": (
        {
            "app.py": """
            import argparse
            from opts import base
            p = argparse.ArgumentParser(parents=[base])
            a = p.parse_args()
            AutoModel.from_pretrained(a.model)
            """,
            "opts.py": """
            import argparse
            base = argparse.ArgumentParser(add_help=False)
            base.add_argument("--model", default="a/x")
            """,
        },
        {"a/x": "option"},
    ),
    "argparse helper other file": (
        {
            "app.py": """
            from opts import get_parser
            a = get_parser().parse_args()
            AutoModel.from_pretrained(a.model)
            """,
            "opts.py": """
            import argparse
            def get_parser():
                p = argparse.ArgumentParser()
                p.add_argument("--model", default="a/x")
                return p
            """,
        },
        {"a/x": "option"},
    ),
    "argparse helper returns args other file": (
        {
            "app.py": """
            from opts import get_args
            a = get_args()
            AutoModel.from_pretrained(a.model)
            """,
            "opts.py": """
            import argparse
            def get_args():
                p = argparse.ArgumentParser()
                p.add_argument("--model", default="a/x")
                return p.parse_args()
            """,
        },
        {"a/x": "option"},
    ),
    "argparse adder other file": (
        {
            "app.py": """
            import argparse
            from opts import add_model_args
            p = argparse.ArgumentParser()
            add_model_args(p)
            a = p.parse_args()
            AutoModel.from_pretrained(a.model)
            """,
            "opts.py": """
            def add_model_args(p):
                g = p.add_argument_group("m")
                g.add_argument("--model", default="a/x")
            """,
        },
        {"a/x": "option"},
    ),
    "argparse adder static method": (
        """
        import argparse
        class Model:
            @staticmethod
            def add_args(parent):
                parser = argparse.ArgumentParser(parents=[parent], add_help=False)
                parser.add_argument("--model", default="a/x")
                return parser
        p = argparse.ArgumentParser()
        p = Model.add_args(p)
        a = p.parse_args()
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option"},
    ),
    "argparse vars": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model", default="a/x")
        a = vars(p.parse_args())
        AutoModel.from_pretrained(a["model"])
        """,
        {"a/x": "option"},
    ),
    "argparse __dict__": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model", default="a/x")
        a = p.parse_args()
        AutoModel.from_pretrained(a.__dict__["model"])
        """,
        {"a/x": "option"},
    ),
    "argparse vars get": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model", default="a/x")
        a = vars(p.parse_args())
        AutoModel.from_pretrained(a.get("model"))
        """,
        {"a/x": "option"},
    ),
    "argparse **vars": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model", default="a/x")
        def main(model, k=1): AutoModel.from_pretrained(model)
        main(**vars(p.parse_args()))
        """,
        {"a/x": "option"},
    ),
    "argparse namespace instance": (
        """
        import argparse
        class NS(argparse.Namespace):
            model: str = "a/x"
        p = argparse.ArgumentParser()
        p.add_argument("--model")
        a = p.parse_args(namespace=NS())
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "default"},
    ),
    "argparse passed as param": (
        """
        import argparse
        def main(args): AutoModel.from_pretrained(args.model)
        if __name__ == "__main__":
            p = argparse.ArgumentParser()
            p.add_argument("--model", default="a/x")
            args = p.parse_args()
            main(args)
        """,
        {"a/x": "option"},
    ),
    "argparse key of a table in a file that is run": (
        """
        import argparse
        def fetch(names):
            for name in names:
                AutoModel.from_pretrained(name)
        if __name__ == "__main__":
            p = argparse.ArgumentParser()
            p.add_argument("which")
            table = {"x": ["a/x"], "y": ["a/y"]}
            fetch(table[p.parse_args().which])
        """,
        {"a/x": "registry", "a/y": "registry"},
    ),
    "argparse global args": (
        """
        import argparse
        def main(): AutoModel.from_pretrained(args.model)
        if __name__ == "__main__":
            p = argparse.ArgumentParser()
            p.add_argument("--model", default="a/x")
            args = p.parse_args()
            main()
        """,
        {"a/x": "option"},
    ),
    "argparse known": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model", default="a/x")
        a, rest = p.parse_known_args()
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option"},
    ),
    "argparse known index": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model", default="a/x")
        a = p.parse_known_args()[0]
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option"},
    ),
    "argparse self.args": (
        """
        import argparse
        class T:
            def __init__(self, args): self.args = args
            def go(self): AutoModel.from_pretrained(self.args.model)
        def main():
            p = argparse.ArgumentParser()
            p.add_argument("--model", default="a/x")
            a = p.parse_args()
            T(a).go()
        """,
        {"a/x": "option"},
    ),
    "argparse self.hparams": (
        """
        import argparse
        class T:
            def __init__(self, args):
                super().__init__()
                self.hparams = args
            def go(self): AutoModel.from_pretrained(self.hparams.model)
        def main():
            p = argparse.ArgumentParser()
            p.add_argument("--model", default="a/x")
            T(p.parse_args()).go()
        """,
        {"a/x": "option"},
    ),
    "argparse self.parser": (
        """
        import argparse
        class O:
            def __init__(self):
                self.parser = argparse.ArgumentParser()
                self.parser.add_argument("--model", default="a/x")
            def parse(self):
                self.opt = self.parser.parse_args()
                return self.opt
        opt = O().parse()
        AutoModel.from_pretrained(opt.model)
        """,
        {"a/x": "option"},
    ),
    "argparse self.parser two methods": (
        """
        import argparse
        class O:
            def initialize(self, parser):
                parser.add_argument("--model", default="a/x")
                return parser
            def parse(self):
                parser = argparse.ArgumentParser()
                parser = self.initialize(parser)
                return parser.parse_args()
        opt = O().parse()
        AutoModel.from_pretrained(opt.model)
        """,
        {"a/x": "option"},
    ),
    "argparse overwritten later": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model", default="a/x")
        a = p.parse_args()
        if a.model is None:
            a.model = "a/y"
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option", "a/y": "option"},
    ),
    "argparse none then set": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model", default=None)
        a = p.parse_args()
        if a.model is None:
            a.model = "a/y"
        AutoModel.from_pretrained(a.model)
        """,
        {"a/y": "option"},
    ),
    "argparse set_defaults": (
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("--model")
        p.set_defaults(model="a/x")
        a = p.parse_args()
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "option"},
    ),
    "argparse Namespace": (
        """
        from argparse import Namespace
        a = Namespace(model="a/x")
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "registry"},
    ),
    "click option": (
        """
        import click
        @click.command()
        @click.option("--model", default="a/x", show_default=True)
        def main(model): AutoModel.from_pretrained(model)
        """,
        {"a/x": "option"},
    ),
    "click choice no default": (
        """
        import click
        @click.command()
        @click.option("--model", type=click.Choice(["a/x", "a/y"]), required=True)
        def main(model): AutoModel.from_pretrained(model)
        """,
        {"a/x": "option", "a/y": "option"},
    ),
    "click group": (
        """
        import click
        @click.group()
        def cli(): pass
        @cli.command()
        @click.option("-m", "--model-name", "model", default="a/x", envvar="M")
        def main(model): AutoModel.from_pretrained(model)
        """,
        {"a/x": "option"},
    ),
    "click context obj": (
        """
        import click
        @click.group()
        @click.option("--model", default="a/x")
        @click.pass_context
        def cli(ctx, model):
            ctx.obj = {"m": model}
            AutoModel.from_pretrained(model)
        """,
        {"a/x": "option"},
    ),
    "click kwargs": (
        """
        import click
        @click.command()
        @click.option("--model", default="a/x")
        def main(**kwargs): AutoModel.from_pretrained(kwargs["model"])
        """,
        {"a/x": "option"},
    ),
    "click kwargs passed": (
        """
        import click
        def go(model, k=None): AutoModel.from_pretrained(model)
        @click.command()
        @click.option("--model", default="a/x")
        def main(**kwargs): go(**kwargs)
        """,
        {"a/x": "option"},
    ),
    "click shared decorator": (
        """
        import click
        model_option = click.option("--model", default="a/x")
        @click.command()
        @model_option
        def main(model): AutoModel.from_pretrained(model)
        """,
        {"a/x": "option"},
    ),
    "click shared decorator function": (
        """
        import click
        def model_options(f):
            f = click.option("--model", default="a/x")(f)
            return f
        @click.command()
        @model_options
        def main(model): AutoModel.from_pretrained(model)
        """,
        {"a/x": "option"},
    ),
    "typer default": (
        """
        import typer
        app = typer.Typer()
        @app.command()
        def main(model: str = typer.Option("a/x", "--model")): AutoModel.from_pretrained(model)
        """,
        {"a/x": "option"},
    ),
    "typer annotated": (
        """
        import typer
        from typing import Annotated
        app = typer.Typer()
        @app.command()
        def main(model: Annotated[str, typer.Option("--model")] = "a/x"): AutoModel.from_pretrained(model)
        """,
        {"a/x": "default"},
    ),
    "typer plain": (
        """
        import typer
        def main(model: str = "a/x"): AutoModel.from_pretrained(model)
        typer.run(main)
        """,
        {"a/x": "default"},
    ),
    "typer enum": (
        """
        import typer, enum
        class M(str, enum.Enum):
            X = "a/x"
            Y = "a/y"
        def main(model: M = typer.Option(M.X)): AutoModel.from_pretrained(model.value)
        """,
        {"a/x": "option"},
    ),
    "HfArgumentParser": (
        """
        from dataclasses import dataclass, field
        from transformers import HfArgumentParser
        @dataclass
        class MA:
            model: str = field(default="a/x")
        @dataclass
        class DA:
            data: str = "d"
        parser = HfArgumentParser((MA, DA))
        m, d = parser.parse_args_into_dataclasses()
        AutoModel.from_pretrained(m.model)
        """,
        {"a/x": "default"},
    ),
    "HfArgumentParser single index": (
        """
        from dataclasses import dataclass, field
        from transformers import HfArgumentParser
        @dataclass
        class MA:
            model: str = field(default="a/x")
        m = HfArgumentParser(MA).parse_args_into_dataclasses()[0]
        AutoModel.from_pretrained(m.model)
        """,
        {"a/x": "default"},
    ),
    "HfArgumentParser json": (
        """
        import sys
        from dataclasses import dataclass, field
        from transformers import HfArgumentParser
        @dataclass
        class MA:
            model: str = field(default="a/x")
        @dataclass
        class DA:
            data: str = "d"
        parser = HfArgumentParser((MA, DA))
        if len(sys.argv) == 2:
            m, d = parser.parse_json_file(json_file=sys.argv[1])
        else:
            m, d = parser.parse_args_into_dataclasses()
        AutoModel.from_pretrained(m.model)
        """,
        {"a/x": "default"},
    ),
    "HfArgumentParser tuple one": (
        """
        from dataclasses import dataclass, field
        from transformers import HfArgumentParser
        @dataclass
        class MA:
            model: str = field(default="a/x")
        (m,) = HfArgumentParser((MA,)).parse_args_into_dataclasses()
        AutoModel.from_pretrained(m.model)
        """,
        {"a/x": "default"},
    ),
    "HfArgumentParser remaining": (
        """
        from dataclasses import dataclass, field
        from transformers import HfArgumentParser
        @dataclass
        class MA:
            model: str = field(default="a/x")
        m, rest = HfArgumentParser((MA,)).parse_args_into_dataclasses(return_remaining_strings=True)
        AutoModel.from_pretrained(m.model)
        """,
        {"a/x": "default"},
    ),
    "tyro": (
        """
        import tyro
        from dataclasses import dataclass
        @dataclass
        class A:
            model: str = "a/x"
        a = tyro.cli(A)
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "default"},
    ),
    "tyro function": (
        """
        import tyro
        def main(model: str = "a/x"): AutoModel.from_pretrained(model)
        tyro.cli(main)
        """,
        {"a/x": "default"},
    ),
    "simple_parsing parse": (
        """
        import simple_parsing
        from dataclasses import dataclass
        @dataclass
        class A:
            model: str = "a/x"
        a = simple_parsing.parse(A)
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "default"},
    ),
    "simple_parsing add_arguments": (
        """
        from simple_parsing import ArgumentParser
        from dataclasses import dataclass
        @dataclass
        class A:
            model: str = "a/x"
        p = ArgumentParser()
        p.add_arguments(A, dest="opts")
        a = p.parse_args()
        AutoModel.from_pretrained(a.opts.model)
        """,
        {"a/x": "default"},
    ),
    "jsonargparse CLI": (
        """
        from jsonargparse import CLI
        def main(model: str = "a/x"): AutoModel.from_pretrained(model)
        CLI(main)
        """,
        {"a/x": "default"},
    ),
    "jsonargparse CLI dataclass": (
        """
        from jsonargparse import CLI
        from dataclasses import dataclass
        @dataclass
        class A:
            model: str = "a/x"
        a = CLI(A)
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "default"},
    ),
    "tap": (
        """
        from tap import Tap
        class A(Tap):
            model: str = "a/x"
        a = A().parse_args()
        AutoModel.from_pretrained(a.model)
        """,
        {"a/x": "default"},
    ),
    "fire": (
        """
        import fire
        def main(model="a/x"): AutoModel.from_pretrained(model)
        fire.Fire(main)
        """,
        {"a/x": "default"},
    ),
    "absl": (
        """
        from absl import flags
        FLAGS = flags.FLAGS
        flags.DEFINE_string("model", "a/x", "help")
        AutoModel.from_pretrained(FLAGS.model)
        """,
        {"a/x": "option"},
    ),
    "absl value": (
        """
        from absl import flags
        _M = flags.DEFINE_string("model", "a/x", "help")
        AutoModel.from_pretrained(_M.value)
        """,
        {"a/x": "option"},
    ),
    "absl across files": (
        {
            "app.py": """
            from absl import flags
            import other
            FLAGS = flags.FLAGS
            AutoModel.from_pretrained(FLAGS.model)
            """,
            "other.py": """
            from absl import flags
            flags.DEFINE_string("model", "a/x", "help")
            """,
        },
        {"a/x": "option"},
    ),
    "absl enum": (
        """
        from absl import flags
        FLAGS = flags.FLAGS
        flags.DEFINE_enum("model", "a/x", ["a/x", "a/y"], "help")
        AutoModel.from_pretrained(FLAGS.model)
        """,
        {"a/x": "option"},
    ),
    "env get": (
        """
        AutoModel.from_pretrained(os.environ.get("M", "a/x"))
        """,
        {"a/x": "environment"},
    ),
    "env getenv": (
        """
        AutoModel.from_pretrained(os.getenv("M", "a/x"))
        """,
        {"a/x": "environment"},
    ),
    "env getenv or": (
        """
        AutoModel.from_pretrained(os.getenv("M") or "a/x")
        """,
        {"a/x": "literal"},
    ),
    "env subscript setdefault": (
        """
        os.environ.setdefault("M", "a/x")
        AutoModel.from_pretrained(os.environ["M"])
        """,
        {"a/x": "environment"},
    ),
    "env subscript set": (
        """
        os.environ["M"] = "a/x"
        AutoModel.from_pretrained(os.environ["M"])
        """,
        {"a/x": "environment"},
    ),
    "env in check": (
        """
        n = "a/x"
        if "M" in os.environ: n = os.environ["M"]
        AutoModel.from_pretrained(n)
        """,
        {"a/x": "constant"},
    ),
    "decouple": (
        """
        from decouple import config
        AutoModel.from_pretrained(config("M", default="a/x"))
        """,
        {"a/x": "environment"},
    ),
    "environs": (
        """
        from environs import Env
        env = Env()
        env.read_env()
        AutoModel.from_pretrained(env.str("M", "a/x"))
        """,
        {"a/x": "environment"},
    ),
    "environs call": (
        """
        from environs import Env
        env = Env()
        AutoModel.from_pretrained(env("M", default="a/x"))
        """,
        {"a/x": "environment"},
    ),
    "django environ": (
        """
        import environ
        env = environ.Env(DEBUG=(bool, False))
        AutoModel.from_pretrained(env("M", default="a/x"))
        """,
        {"a/x": "environment"},
    ),
    "starlette config": (
        """
        from starlette.config import Config
        config = Config(".env")
        AutoModel.from_pretrained(config("M", cast=str, default="a/x"))
        """,
        {"a/x": "environment"},
    ),
    "dotenv values": (
        {
            "app.py": """
            from dotenv import dotenv_values
            c = dotenv_values(".env")
            AutoModel.from_pretrained(c["M"])
            """,
            ".env": """
            M=a/x
            """,
        },
        {"a/x": "config"},
    ),
    "load_dotenv": (
        {
            "app.py": """
            from dotenv import load_dotenv
            load_dotenv()
            AutoModel.from_pretrained(os.environ["M"])
            """,
            ".env": """
            M=a/x
            """,
        },
        {"a/x": "config"},
    ),
    "env int bool": (
        """
        AutoModel.from_pretrained(str(os.environ.get("M", "a/x")).strip())
        """,
        {"a/x": "environment"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_value_is_found(case: str, scan_files: Scan) -> None:
    files, expected = CASES[case]
    result = scan_files(app_with(files))
    assert {reference.key.name: reference.resolution for reference in result.references} == expected
    assert result.unresolved == ()
