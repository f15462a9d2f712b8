"""Settings that the code reads from files of the project, and hydra."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.scan.conftest import Scan
from tests.unit.scan.projects import app_with

CASES: dict[str, tuple[str | Mapping[str, str], dict[str, str]]] = {
    "yaml open": (
        {
            "app.py": """
            import yaml
            cfg = yaml.safe_load(open("config.yaml"))
            AutoModel.from_pretrained(cfg["model"]["name"])
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "yaml with open": (
        {
            "app.py": """
            import yaml
            with open("config.yaml") as f:
                cfg = yaml.safe_load(f)
            AutoModel.from_pretrained(cfg["model"]["name"])
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "yaml load Loader": (
        {
            "app.py": """
            import yaml
            with open("conf/config.yml", "r", encoding="utf8") as f:
                cfg = yaml.load(f, Loader=yaml.FullLoader)
            AutoModel.from_pretrained(cfg["model"])
            """,
            "conf/config.yml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "json with open": (
        {
            "app.py": """
            import json
            with open("config.json") as f:
                cfg = json.load(f)
            AutoModel.from_pretrained(cfg["model"])
            """,
            "config.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "json read loads": (
        {
            "app.py": """
            import json
            with open("config.json") as f:
                cfg = json.loads(f.read())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "config.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "path read_text": (
        {
            "app.py": """
            import json
            from pathlib import Path
            cfg = json.loads(Path("config.json").read_text())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "config.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "path open": (
        {
            "app.py": """
            import json
            from pathlib import Path
            with Path("config.json").open() as f: cfg = json.load(f)
            AutoModel.from_pretrained(cfg["model"])
            """,
            "config.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "path __file__ parent": (
        {
            "app.py": """
            from pkg.m import go
            go()
            """,
            "pkg/__init__.py": "",
            "pkg/m.py": """
            import json
            from pathlib import Path
            from transformers import AutoModel
            P = Path(__file__).parent / "config.json"
            def go():
                cfg = json.loads(P.read_text())
                AutoModel.from_pretrained(cfg["model"])
            """,
            "pkg/config.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "path __file__ resolve parents": (
        {
            "app.py": """
            from pkg.m import go
            """,
            "pkg/m.py": """
            import json
            from pathlib import Path
            from transformers import AutoModel
            ROOT = Path(__file__).resolve().parents[1]
            cfg = json.loads((ROOT / "conf" / "config.json").read_text())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "conf/config.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "os.path dirname": (
        {
            "app.py": """
            import yaml
            HERE = os.path.dirname(os.path.abspath(__file__))
            with open(os.path.join(HERE, "config.yaml")) as f: cfg = yaml.safe_load(f)
            AutoModel.from_pretrained(cfg["model"])
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "toml load": (
        {
            "app.py": """
            import toml
            cfg = toml.load("config.toml")
            AutoModel.from_pretrained(cfg["model"]["name"])
            """,
            "config.toml": """
            [model]
            name = "a/x"
            """,
        },
        {"a/x": "config"},
    ),
    "tomllib": (
        {
            "app.py": """
            import tomllib
            with open("config.toml", "rb") as f: cfg = tomllib.load(f)
            AutoModel.from_pretrained(cfg["model"]["name"])
            """,
            "config.toml": """
            [model]
            name = "a/x"
            """,
        },
        {"a/x": "config"},
    ),
    "configparser": (
        {
            "app.py": """
            import configparser
            c = configparser.ConfigParser()
            c.read("config.ini")
            AutoModel.from_pretrained(c["model"]["name"])
            """,
            "config.ini": """
            [model]
            name = a/x
            """,
        },
        {"a/x": "config"},
    ),
    "configparser get": (
        {
            "app.py": """
            import configparser
            c = configparser.ConfigParser()
            c.read("config.ini")
            AutoModel.from_pretrained(c.get("model", "name"))
            """,
            "config.ini": """
            [model]
            name = a/x
            """,
        },
        {"a/x": "config"},
    ),
    "configparser fallback": (
        """
        import configparser
        c = configparser.ConfigParser()
        c.read("config.ini")
        AutoModel.from_pretrained(c.get("model", "name", fallback="a/x"))
        """,
        {"a/x": "config"},
    ),
    "config by function": (
        {
            "app.py": """
            import yaml
            def load_config(path="config.yaml"):
                with open(path) as f:
                    return yaml.safe_load(f)
            cfg = load_config()
            AutoModel.from_pretrained(cfg["model"])
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "config by function given": (
        {
            "app.py": """
            import yaml
            def load_config(path):
                with open(path) as f:
                    return yaml.safe_load(f)
            cfg = load_config("config.yaml")
            AutoModel.from_pretrained(cfg.get("model"))
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "config by argparse": (
        {
            "app.py": """
            import yaml, argparse
            p = argparse.ArgumentParser()
            p.add_argument("--config", default="config.yaml")
            a = p.parse_args()
            with open(a.config) as f: cfg = yaml.safe_load(f)
            AutoModel.from_pretrained(cfg["model"])
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "config as class attr": (
        {
            "app.py": """
            import yaml
            class C:
                def __init__(self, path="config.yaml"):
                    with open(path) as f:
                        self.cfg = yaml.safe_load(f)
                def go(self): AutoModel.from_pretrained(self.cfg["model"])
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "config list": (
        {
            "app.py": """
            import json
            for m in json.load(open("models.json")): AutoModel.from_pretrained(m["id"])
            """,
            "models.json": """
            [{"id": "a/x"}, {"id": "a/y"}]
            """,
        },
        {"a/x": "config", "a/y": "config"},
    ),
    "config unknown key": (
        {
            "app.py": """
            import json
            R = json.load(open("models.json"))
            def f(k): AutoModel.from_pretrained(R[k]["id"])
            """,
            "models.json": """
            {"x": {"id": "a/x"}, "y": {"id": "a/y"}}
            """,
        },
        {"a/x": "config", "a/y": "config"},
    ),
    "config into dataclass": (
        {
            "app.py": """
            import yaml
            from dataclasses import dataclass
            @dataclass
            class C:
                model: str = "a/d"
            cfg = C(**yaml.safe_load(open("config.yaml")))
            AutoModel.from_pretrained(cfg.model)
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "config pydantic model_validate": (
        {
            "app.py": """
            import yaml
            from pydantic import BaseModel
            class C(BaseModel):
                model: str = "a/d"
            cfg = C.model_validate(yaml.safe_load(open("config.yaml")))
            AutoModel.from_pretrained(cfg.model)
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "config pydantic nested": (
        {
            "app.py": """
            import yaml
            from pydantic import BaseModel
            class M(BaseModel):
                name: str
            class C(BaseModel):
                model: M
            cfg = C(**yaml.safe_load(open("config.yaml")))
            AutoModel.from_pretrained(cfg.model.name)
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "OmegaConf.load": (
        {
            "app.py": """
            from omegaconf import OmegaConf
            cfg = OmegaConf.load("config.yaml")
            AutoModel.from_pretrained(cfg.model.name)
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "OmegaConf.load get": (
        {
            "app.py": """
            from omegaconf import OmegaConf
            cfg = OmegaConf.load("config.yaml")
            AutoModel.from_pretrained(cfg.model.get("name", "a/d"))
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "OmegaConf create merge": (
        {
            "app.py": """
            from omegaconf import OmegaConf
            base = OmegaConf.create({"model": {"name": "a/d"}})
            cfg = OmegaConf.merge(base, OmegaConf.load("config.yaml"))
            AutoModel.from_pretrained(cfg.model.name)
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "OmegaConf merge cli": (
        {
            "app.py": """
            from omegaconf import OmegaConf
            cfg = OmegaConf.merge(OmegaConf.load("config.yaml"), OmegaConf.from_cli())
            AutoModel.from_pretrained(cfg.model.name)
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "OmegaConf structured": (
        """
        from dataclasses import dataclass
        from omegaconf import OmegaConf
        @dataclass
        class C:
            n: str = "a/x"
        cfg = OmegaConf.structured(C)
        AutoModel.from_pretrained(cfg.n)
        """,
        {"a/x": "default"},
    ),
    "OmegaConf to_container": (
        {
            "app.py": """
            from omegaconf import OmegaConf
            cfg = OmegaConf.to_container(OmegaConf.load("config.yaml"), resolve=True)
            AutoModel.from_pretrained(cfg["model"]["name"])
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "OmegaConf interpolation": (
        {
            "app.py": """
            from omegaconf import OmegaConf
            cfg = OmegaConf.load("config.yaml")
            AutoModel.from_pretrained(cfg.model.name)
            """,
            "config.yaml": """
            org: a
            model:
              name: ${org}/x
            """,
        },
        {"a/x": "config"},
    ),
    "hydra main": (
        {
            "app.py": """
            import hydra
            @hydra.main(config_path="conf", config_name="config", version_base=None)
            def main(cfg): AutoModel.from_pretrained(cfg.model.name)
            """,
            "conf/config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "hydra main defaults list": (
        {
            "app.py": """
            import hydra
            from omegaconf import DictConfig
            @hydra.main(config_path="conf", config_name="config.yaml")
            def main(cfg: DictConfig): AutoModel.from_pretrained(cfg.model.name)
            """,
            "conf/config.yaml": """
            defaults:
              - _self_
              - model: bert
            seed: 1
            """,
            "conf/model/bert.yaml": """
            name: a/x
            """,
            "conf/model/gpt.yaml": """
            name: a/z
            """,
        },
        {"a/x": "config"},
    ),
    "hydra main parent path": (
        {
            "app.py": """
            from pkg.train import main
            """,
            "pkg/train.py": """
            import hydra
            from transformers import AutoModel
            @hydra.main(config_path="../conf", config_name="config", version_base="1.3")
            def main(cfg): run(cfg)
            def run(cfg): AutoModel.from_pretrained(cfg["model"]["name"])
            """,
            "conf/config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "hydra package override": (
        {
            "app.py": """
            import hydra
            @hydra.main(config_path="conf", config_name="config", version_base=None)
            def main(cfg): AutoModel.from_pretrained(cfg.net.name)
            """,
            "conf/config.yaml": """
            defaults:
              - model@net: bert
            """,
            "conf/model/bert.yaml": """
            name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "hydra global package": (
        {
            "app.py": """
            import hydra
            @hydra.main(config_path="conf", config_name="config", version_base=None)
            def main(cfg): AutoModel.from_pretrained(cfg.name)
            """,
            "conf/config.yaml": """
            defaults:
              - model: bert
            """,
            "conf/model/bert.yaml": """
            # @package _global_
            name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "hydra self order": (
        {
            "app.py": """
            import hydra
            @hydra.main(config_path="conf", config_name="config", version_base=None)
            def main(cfg): AutoModel.from_pretrained(cfg.model.name)
            """,
            "conf/config.yaml": """
            defaults:
              - model: bert
              - _self_
            model:
              name: a/y
            """,
            "conf/model/bert.yaml": """
            name: a/x
            """,
        },
        {"a/y": "config"},
    ),
    "hydra structured": (
        """
        import hydra
        from dataclasses import dataclass
        from hydra.core.config_store import ConfigStore
        @dataclass
        class C:
            model: str = "a/x"
        cs = ConfigStore.instance()
        cs.store(name="config", node=C)
        @hydra.main(config_name="config", version_base=None)
        def main(cfg: C): AutoModel.from_pretrained(cfg.model)
        """,
        {"a/x": "default"},
    ),
    "hydra compose": (
        {
            "app.py": """
            from hydra import compose, initialize
            with initialize(config_path="conf"):
                cfg = compose(config_name="config")
            AutoModel.from_pretrained(cfg.model.name)
            """,
            "conf/config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "hydra self.cfg": (
        {
            "app.py": """
            import hydra
            class T:
                def __init__(self, cfg): self.cfg = cfg
                def go(self): AutoModel.from_pretrained(self.cfg.model.name)
            @hydra.main(config_path="conf", config_name="config", version_base=None)
            def main(cfg): T(cfg).go()
            """,
            "conf/config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "importlib resources": (
        {
            "app.py": """
            from pkg.m import go
            """,
            "pkg/__init__.py": "",
            "pkg/m.py": """
            import json
            from importlib import resources
            from transformers import AutoModel
            cfg = json.loads(resources.files("pkg").joinpath("config.json").read_text())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "pkg/config.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "importlib resources div": (
        {
            "app.py": """
            from pkg.m import go
            """,
            "pkg/__init__.py": "",
            "pkg/m.py": """
            import json
            from importlib.resources import files
            from transformers import AutoModel
            cfg = json.loads((files(__package__) / "config.json").read_text())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "pkg/config.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "pkg_resources": (
        {
            "app.py": """
            from pkg.m import go
            """,
            "pkg/__init__.py": "",
            "pkg/m.py": """
            import yaml, pkgutil
            from transformers import AutoModel
            cfg = yaml.safe_load(pkgutil.get_data("pkg", "config.yaml"))
            AutoModel.from_pretrained(cfg["model"])
            """,
            "pkg/config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "text file lines": (
        {
            "app.py": """
            with open("models.txt") as f:
                for line in f: AutoModel.from_pretrained(line.strip())
            """,
            "models.txt": """
            a/x
            a/y
            """,
        },
        {"a/x": "config", "a/y": "config"},
    ),
    "EasyDict": (
        {
            "app.py": """
            import yaml
            from easydict import EasyDict
            cfg = EasyDict(yaml.safe_load(open("config.yaml")))
            AutoModel.from_pretrained(cfg.model.name)
            """,
            "config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "yaml Namespace": (
        {
            "app.py": """
            import yaml, argparse
            cfg = argparse.Namespace(**yaml.safe_load(open("config.yaml")))
            AutoModel.from_pretrained(cfg.model)
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "yacs": (
        """
        from yacs.config import CfgNode as CN
        _C = CN()
        _C.MODEL = CN()
        _C.MODEL.NAME = "a/x"
        def get_cfg(): return _C.clone()
        cfg = get_cfg()
        AutoModel.from_pretrained(cfg.MODEL.NAME)
        """,
        {"a/x": "registry"},
    ),
    "ml_collections": (
        """
        import ml_collections
        def get_config():
            c = ml_collections.ConfigDict()
            c.model = ml_collections.ConfigDict()
            c.model.name = "a/x"
            return c
        cfg = get_config()
        AutoModel.from_pretrained(cfg.model.name)
        """,
        {"a/x": "registry"},
    ),
    "ruamel": (
        {
            "app.py": """
            from ruamel.yaml import YAML
            yaml = YAML(typ="safe")
            cfg = yaml.load(open("config.yaml"))
            AutoModel.from_pretrained(cfg["model"])
            """,
            "config.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "dict subclass yaml": (
        {
            "app.py": """
            import yaml
            class AttrDict(dict):
                def __getattr__(self, name): return self[name]
            cfg = AttrDict(yaml.safe_load(open("c.yaml")))
            AutoModel.from_pretrained(cfg.model)
            """,
            "c.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "yacs other file": (
        {
            "app.py": """
            from config import cfg
            AutoModel.from_pretrained(cfg.MODEL.NAME)
            """,
            "config.py": """
            from yacs.config import CfgNode as CN
            cfg = CN()
            cfg.MODEL = CN()
            cfg.MODEL.NAME = "a/x"
            cfg.MODEL.OTHER = "a/y"
            """,
        },
        {"a/x": "registry"},
    ),
    "with_open in function typed pydantic": (
        {
            "app.py": """
            import yaml
            from pydantic import BaseModel
            class M(BaseModel):
                name: str = "a/d"
            class Cfg(BaseModel):
                model: M
            def load(path="conf/config.yaml") -> Cfg:
                with open(path) as f:
                    return Cfg(**yaml.safe_load(f))
            class App:
                def __init__(self): self.cfg = load()
                def go(self): AutoModel.from_pretrained(self.cfg.model.name)
            """,
            "conf/config.yaml": """
            model:
              name: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "yaml default from class when not in file": (
        {
            "app.py": """
            import yaml
            from pydantic import BaseModel
            class M(BaseModel):
                name: str = "a/d"
                size: int = 1
            class Cfg(BaseModel):
                model: M = M()
            cfg = Cfg(**yaml.safe_load(open("c.yaml")))
            AutoModel.from_pretrained(cfg.model.name)
            """,
            "c.yaml": """
            model:
              size: 3
            """,
        },
        {"a/d": "default"},
    ),
    "path with_name": (
        {
            "app.py": """
            import yaml
            from pathlib import Path
            cfg = yaml.safe_load(Path(__file__).with_name("c.yaml").read_text())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "c.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "path joinpath of the working folder": (
        {
            "app.py": """
            import yaml
            from pathlib import Path
            cfg = yaml.safe_load(Path.cwd().joinpath("conf", "c.yaml").resolve().read_bytes())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "conf/c.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "folder above the code": (
        {
            "app.py": """
            from pkg.deep.m import go
            """,
            "pkg/deep/m.py": """
            import yaml
            from transformers import AutoModel
            with open("conf/c.yaml") as f: cfg = yaml.safe_load(f.read())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "pkg/conf/c.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "dirname of dirname": (
        {
            "app.py": """
            from pkg.m import go
            """,
            "pkg/m.py": """
            import os, yaml
            from transformers import AutoModel
            root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
            cfg = yaml.safe_load(open(os.path.join(root, "c.yaml")))
            AutoModel.from_pretrained(cfg["model"])
            """,
            "c.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "first line of a file": (
        {
            "app.py": """
            AutoModel.from_pretrained(open("model.txt").read().strip())
            """,
            "model.txt": """
            a/x
            """,
        },
        {"a/x": "config"},
    ),
    "lines of a file": (
        {
            "app.py": """
            for line in open("models.txt").read().splitlines(): AutoModel.from_pretrained(line)
            """,
            "models.txt": """
            a/x
            a/y
            """,
        },
        {"a/x": "config", "a/y": "config"},
    ),
    "folder of a package that is imported": (
        {
            "app.py": """
            from pkg.m import go
            """,
            "pkg/__init__.py": "",
            "pkg/m.py": """
            import json
            from importlib.resources import files
            from transformers import AutoModel
            import pkg
            cfg = json.loads((files(pkg) / "c.json").read_text())
            AutoModel.from_pretrained(cfg["model"])
            """,
            "pkg/c.json": """
            {"model": "a/x"}
            """,
        },
        {"a/x": "config"},
    ),
    "abspath of a text": (
        {
            "app.py": """
            import toml
            cfg = toml.load(os.path.abspath("c.toml"))
            AutoModel.from_pretrained(cfg["model"])
            """,
            "c.toml": """
            model = "a/x"
            """,
        },
        {"a/x": "config"},
    ),
    "dotenv with a name": (
        {
            "app.py": """
            from dotenv import dotenv_values
            AutoModel.from_pretrained(dotenv_values("prod.env")["MODEL"])
            """,
            "prod.env": """
            # which model
            export MODEL="a/x"  # comment
            """,
        },
        {"a/x": "config"},
    ),
    "configuration of a group that is a list": (
        {
            "app.py": """
            import hydra
            @hydra.main(config_path="conf", config_name="config")
            def main(cfg): AutoModel.from_pretrained(cfg.model.name)
            """,
            "conf/config.yaml": """
            defaults:
              - model: [base, large]
              - missing: nothing
              - optional db: other
              - shared/common
            """,
            "conf/model/base.yaml": """
            name: a/y
            """,
            "conf/model/large.yaml": """
            name: a/x
            """,
            "conf/shared/common.yaml": """
            seed: 1
            """,
        },
        {"a/x": "config"},
    ),
    "merged class and settings": (
        {
            "app.py": """
            from dataclasses import dataclass
            from omegaconf import OmegaConf
            @dataclass
            class C:
                model: str = "a/d"
            cfg = OmegaConf.merge(OmegaConf.structured(C), OmegaConf.load("c.yaml"))
            AutoModel.from_pretrained(cfg.model)
            """,
            "c.yaml": """
            model: a/x
            """,
        },
        {"a/x": "config"},
    ),
    "merged over a class": (
        """
        from dataclasses import dataclass
        from omegaconf import OmegaConf
        @dataclass
        class C:
            model: str = "a/d"
        AutoModel.from_pretrained(OmegaConf.merge(C, {"model": "a/x"}).model)
        """,
        {"a/x": "constant"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_value_is_found(case: str, scan_files: Scan) -> None:
    files, expected = CASES[case]
    result = scan_files(app_with(files))
    found = [reference for reference in result.references if reference.location.path.endswith(".py")]
    assert {reference.key.name: reference.resolution for reference in found} == expected
    assert result.unresolved == ()
