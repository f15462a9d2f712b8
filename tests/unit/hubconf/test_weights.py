"""What calls of entry points download, written in the ways of real repositories."""

from __future__ import annotations

import pytest

from ptmdeps.hubconf import Unknown, WeightFile, weights_of_each
from tests.unit.hubconf.repositories import Files, unknown, urls, weights

BASE = "https://acme.example"

REGISTRY = {
    "hubconf.py": """\
        from zoo.nets import tiny, large as big, broken
    """,
    "zoo/__init__.py": "",
    "zoo/nets.py": """\
        from .loading import load_state_dict_from_url

        model_urls = {
            "tiny": "https://acme.example/tiny-0123abcd.pth",
            "large": "https://acme.example/large.pth",
        }

        def _net(arch, pretrained, progress, **kwargs):
            model = object()
            if pretrained:
                state = load_state_dict_from_url(model_urls[arch], progress=progress)
                model.load_state_dict(state)
            return model

        def tiny(pretrained=False, progress=True, **kwargs):
            return _net("tiny", pretrained, progress, **kwargs)

        def large(pretrained=True, progress=True, **kwargs):
            return _net("large", pretrained, progress, **kwargs)

        def broken(pretrained=True):
            return _net("gone", pretrained, True)
    """,
    "zoo/loading.py": "from torch.hub import load_state_dict_from_url\n",
}


def test_a_registry_of_addresses_behind_a_relative_import() -> None:
    (file,) = weights(REGISTRY, "tiny(pretrained=True)").files
    assert file == WeightFile(
        url=f"{BASE}/tiny-0123abcd.pth",
        file_name="tiny-0123abcd.pth",
        hash_prefix="0123abcd",
        evidence="hubconf.py:1 → zoo/nets.py:16 → zoo/nets.py:11",
        loader="torch.hub.load_state_dict_from_url",
        folder="",
    )


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("tiny", []),
        ("tiny(False)", []),
        ("tiny(True)", [f"{BASE}/tiny-0123abcd.pth"]),
        ("tiny(pretrained=...)", [f"{BASE}/tiny-0123abcd.pth"]),
        ("tiny(*..., **...)", [f"{BASE}/tiny-0123abcd.pth"]),
        ("big", [f"{BASE}/large.pth"]),
        ("big(pretrained=False)", []),
        ("  big ( size = -1, names=['a'], more=('b',), table={'c': 1}) ", [f"{BASE}/large.pth"]),
    ],
)
def test_arguments_of_the_call_decide(call: str, expected: list[str]) -> None:
    assert urls(REGISTRY, call) == (expected if "*..." not in call else [])


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("gone", "`hubconf.py` has no entry point `gone`"),
        ("tiny(", "it is no call of an entry point"),
        ("tiny()()", "it is no call of an entry point"),
        ("x" * 20_000, "it is too long for a call"),
        ("broken", "the call cannot be followed to its end; it raises KeyError at zoo/nets.py:11: gone"),
    ],
)
def test_calls_that_cannot_be_followed_are_said(call: str, reason: str) -> None:
    assert unknown(REGISTRY, call)[0][1] == reason


def test_without_hubconf_nothing_is_known() -> None:
    assert unknown({"a.py": ""}, "net") == [("net", "there is no `hubconf.py` that can be read")]


def test_several_calls_do_not_influence_each_other() -> None:
    files = Files(
        {
            "hubconf.py": """\
                import torch
                SEEN = []
                TABLE = {"url": "https://acme.example/first.pth"}

                def net(url=None):
                    SEEN.append(url)
                    if len(SEEN) > 1:
                        return
                    TABLE.update(url=url or TABLE["url"])
                    import late
                    torch.hub.load_state_dict_from_url(TABLE["url"])
            """,
            "late.py": "LATE = 1\n",
        }
    )
    found = weights_of_each(files, ["net('https://acme.example/second.pth')", "net", "net"])
    assert [[file.url for file in one.files] for one in found] == [
        [f"{BASE}/second.pth"],
        [f"{BASE}/first.pth"],
        [f"{BASE}/first.pth"],
    ]


ENUMERATION = {
    "hubconf.py": "from vision.models import resnet, deep\n",
    "vision/models.py": """\
        import functools
        from torch import nn
        from vision.api import Weights, WeightsEnum, handle_legacy_interface, register_model

        class Resnet_Weights(WeightsEnum):
            V1 = Weights(url="https://acme.example/resnet-11111111.pth", meta={"size": 1})
            V2 = Weights(url="https://acme.example/resnet-22222222.pth", meta={"size": 2})
            DEFAULT = V2

        class Deep_Weights(WeightsEnum):
            COCO = Weights(url="https://acme.example/deep-33333333.pth", meta={"classes": ["a", "b"]})
            DEFAULT = COCO

        class Net(nn.Module):
            def __init__(self, blocks, width=1):
                super().__init__()
                self.layers = [nn.Linear(width, width) for _ in range(blocks)]

        @register_model()
        @handle_legacy_interface(weights=("pretrained", Resnet_Weights.V1))
        def resnet(*, weights=None, progress=True, **kwargs):
            "A net."
            weights = Resnet_Weights.verify(weights)
            model = Net(3, **kwargs)
            if weights is not None:
                model.load_state_dict(weights.get_state_dict(progress=progress, check_hash=True))
            return model

        @register_model(name="deeper")
        @handle_legacy_interface(
            weights=("pretrained", Deep_Weights.COCO),
            weights_backbone=("pretrained_backbone", lambda kwargs: Resnet_Weights.V1),
        )
        def deep(*, weights=None, weights_backbone=Resnet_Weights.V1, **kwargs):
            weights = Deep_Weights.verify(weights)
            weights_backbone = Resnet_Weights.verify(weights_backbone)
            if weights is not None:
                weights_backbone = None
                kwargs.setdefault("classes", len(weights.meta["classes"]))
            backbone = resnet(weights=weights_backbone)
            if weights is not None:
                weights.get_state_dict()
            return backbone
    """,
    "vision/api.py": """\
        import functools
        from dataclasses import dataclass, field
        from enum import Enum
        from torch.hub import load_state_dict_from_url

        BUILDERS = {}

        @dataclass
        class Weights:
            url: str
            meta: dict = field(default_factory=dict)

        class WeightsEnum(Enum):
            @classmethod
            def verify(cls, obj):
                if obj is not None:
                    if type(obj) is str:
                        obj = cls[obj.replace(cls.__name__ + ".", "")]
                    elif not isinstance(obj, cls):
                        raise TypeError(obj.__class__.__name__)
                return obj

            def get_state_dict(self, *args, **kwargs):
                return load_state_dict_from_url(self.url, *args, **kwargs)

            @property
            def url(self):
                return self.value.url

            @property
            def meta(self):
                return self.value.meta

        def register_model(name=None):
            def wrapper(fn):
                key = name if name is not None else fn.__name__
                if key in BUILDERS:
                    raise ValueError(f"{key} is there")
                BUILDERS[key] = fn
                return fn
            return wrapper

        def handle_legacy_interface(**weights):
            def outer(builder):
                @functools.wraps(builder)
                def inner(*args, **kwargs):
                    for name, (legacy, default) in weights.items():
                        sentinel = object()
                        given = kwargs.get(name, sentinel)
                        if (
                            (name not in kwargs and legacy not in kwargs)
                            or isinstance(given, WeightsEnum)
                            or isinstance(given, str)
                            or given is None
                        ):
                            continue
                        positional = given is not sentinel
                        wanted = kwargs.pop(name) if positional else kwargs[legacy]
                        kwargs[legacy] = wanted
                        chosen = (default(kwargs) if callable(default) else default) if wanted else None
                        del kwargs[legacy]
                        kwargs[name] = chosen
                    return builder(*args, **kwargs)
                return inner
            return outer
    """,
}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("resnet", []),
        ("resnet(pretrained=False)", []),
        ("resnet(pretrained=True)", ["resnet-11111111"]),
        ("resnet(weights=True)", ["resnet-11111111"]),
        ("resnet(weights='V2')", ["resnet-22222222"]),
        ("resnet(weights='Resnet_Weights.DEFAULT')", ["resnet-22222222"]),
        ("resnet(pretrained=...)", ["resnet-11111111"]),
        ("deep", ["resnet-11111111"]),
        ("deep(weights='DEFAULT')", ["deep-33333333"]),
        ("deep(pretrained=True)", ["deep-33333333"]),
        ("deep(pretrained_backbone=False)", []),
        ("deep(weights_backbone=None)", []),
    ],
)
def test_enumerations_of_weights_with_a_legacy_interface(call: str, expected: list[str]) -> None:
    assert urls(ENUMERATION, call) == [f"{BASE}/{name}.pth" for name in expected]


def test_a_weight_that_is_not_in_the_enumeration_raises() -> None:
    ((_, reason),) = unknown(ENUMERATION, "resnet(weights='V9')")
    assert "raises KeyError" in reason


def test_addresses_in_formatted_texts_with_an_enumeration_of_choices() -> None:
    files = {
        "hubconf.py": "from net.backbones import small, giant\ndependencies = ['torch']\n",
        "net/__init__.py": "",
        "net/backbones.py": """\
            from enum import Enum
            from typing import Union
            import torch
            from .places import _BASE_URL, model_name

            class Weights(Enum):
                PUBLIC = "PUBLIC"

            def _make(
                *, arch="small", patch=14, registers=0, pretrained=True,
                weights: Union[Weights, str] = Weights.PUBLIC, **kwargs
            ):
                from net import layers
                if isinstance(weights, str):
                    try:
                        weights = Weights[weights]
                    except KeyError:
                        raise AssertionError(f"Unsupported weights: {weights}")
                base = model_name(arch, patch)
                kwargs = {**dict(depth=2), **kwargs}
                model = layers.__dict__[arch](**kwargs)
                if pretrained:
                    full = model_name(arch, patch, registers)
                    url = _BASE_URL + f"/{base}/{full}_pretrain.pth"
                    torch.hub.load_state_dict_from_url(url, map_location="cpu")
                return model

            def small(*, pretrained=True, weights=Weights.PUBLIC, **kwargs):
                return _make(arch="small", pretrained=pretrained, weights=weights, **kwargs)

            def giant(**kwargs):
                return _make(arch="giant", registers=4, **kwargs)
        """,
        "net/places.py": """\
            _BASE_URL = "https://acme.example/net"

            def model_name(arch, patch, registers=0):
                suffix = f"_reg{registers}" if registers else ""
                return f"net_{arch.replace('_', '')[:4]}{patch:02d}{suffix}"
        """,
        "net/layers.py": "def small(depth): return depth\ndef giant(depth): return depth\n",
    }
    assert urls(files, "small") == [f"{BASE}/net/net_smal14/net_smal14_pretrain.pth"]
    assert urls(files, "giant") == [f"{BASE}/net/net_gian14/net_gian14_reg4_pretrain.pth"]
    assert urls(files, "small(pretrained=False)") == []
    assert "AssertionError" in unknown(files, "small(weights='OTHER')")[0][1]


def test_models_listed_in_a_document_of_the_repository() -> None:
    files = {
        "hubconf.py": "from src.speech import tts, stt, late\n",
        "src/__init__.py": "",
        "src/speech.py": """\
            import os
            import torch
            import yaml
            from omegaconf import OmegaConf

            def _models():
                listed = os.path.join(os.path.dirname(__file__), "..", "models.yml")
                if not os.path.exists(listed):
                    listed = "latest.yml"
                if not os.path.exists(listed):
                    torch.hub.download_url_to_file("https://acme.example/models.yml", "latest.yml")
                assert os.path.exists(listed)
                return OmegaConf.load(listed)

            def tts(language="en", speaker="ada"):
                models = _models()
                assert language in list(models.tts.keys())
                conf = models.tts[language][speaker].latest
                folder = os.path.join(os.path.dirname(__file__), "model")
                os.makedirs(folder, exist_ok=True)
                path = os.path.join(folder, os.path.basename(conf.package))
                if not os.path.isfile(path):
                    torch.hub.download_url_to_file(conf.package, path, progress=True)
                from torch import package
                return package.PackageImporter(path).load_pickle("tts", "model"), conf.rate

            def stt(language="de"):
                with open(os.path.join(os.path.dirname(__file__), "..", "models.yml")) as file:
                    models = yaml.safe_load(file)
                return torch.hub.load_state_dict_from_url(models.get("stt").get(language).get("jit"))

            def late(name):
                return torch.hub.load_state_dict_from_url(_models().stt[name].jit)
        """,
        "models.yml": """\
            tts:
              en:
                ada: {latest: {package: https://acme.example/tts/ada_v3.pt, rate: 16000, good: true}}
            stt:
              de: {jit: https://acme.example/stt/de.jit}
              en: {jit: https://acme.example/stt/en.jit}
        """,
    }
    (file,) = weights(files, "tts").files
    assert (file.url, file.file_name) == (f"{BASE}/tts/ada_v3.pt", "ada_v3.pt")
    assert (file.folder, file.loader) == ("$REPOSITORY/src/model", "torch.hub.download_url_to_file")
    assert urls(files, "stt") == [f"{BASE}/stt/de.jit"]
    assert urls(files, "late(...)") == [f"{BASE}/stt/de.jit", f"{BASE}/stt/en.jit"]
    assert "AssertionError" in unknown(files, "tts('fr')")[0][1]


def test_archives_of_classes_that_register_themselves() -> None:
    files = {
        "hubconf.py": """\
            import functools
            import importlib
            dependencies = ["torch", "regex"]
            missing = []
            for one in dependencies:
                try:
                    importlib.import_module(one)
                except ImportError:
                    missing.append(one)
            if missing:
                raise RuntimeError("Missing: {}".format(", ".join(missing)))
            from seq.models import MODEL_REGISTRY

            for _kind, _cls in MODEL_REGISTRY.items():
                for name in _cls.hub_models().keys():
                    globals()[name] = functools.partial(_cls.from_pretrained, name)
        """,
        "seq/__init__.py": "",
        "seq/files.py": """\
            import requests
            import tempfile
            from functools import partial

            def wrapped(func, timeout):
                for attempt in range(3):
                    try:
                        return func(timeout=timeout)
                    except requests.exceptions.Timeout:
                        continue

            def cached(path, cache="~/.cache/seq"):
                if path.startswith(("http://", "https://")):
                    with tempfile.NamedTemporaryFile() as file:
                        request = wrapped(partial(requests.get, path, stream=True), timeout=20)
                        for chunk in request.iter_content(1024):
                            file.write(chunk)
                return cache
        """,
        "seq/models/__init__.py": """\
            import importlib
            import os

            MODEL_REGISTRY = {}

            def register_model(name):
                def register(cls):
                    if not issubclass(cls, BaseModel):
                        raise ValueError(name)
                    MODEL_REGISTRY[name] = cls
                    return cls
                return register

            class BaseModel:
                @classmethod
                def hub_models(cls):
                    return {}

                @classmethod
                def from_pretrained(cls, name, checkpoint="model.pt", **kwargs):
                    from seq import files
                    archives = cls.hub_models()
                    if name in archives:
                        name = archives[name]
                    if isinstance(name, dict):
                        for k, v in name.items():
                            if k != "path":
                                kwargs[k] = v
                        name = name["path"]
                    return files.cached(name)

            for file in os.listdir(os.path.dirname(__file__)):
                if file.endswith(".py") and not file.startswith("_"):
                    importlib.import_module("seq.models." + file[: file.find(".py")])
        """,
        "seq/models/transformer.py": """\
            from . import BaseModel, register_model

            @register_model("transformer")
            class Transformer(BaseModel):
                @classmethod
                def hub_models(cls):
                    def moses(path):
                        return {"path": path, "tokenizer": "moses"}
                    return {
                        "transformer.en-fr": moses("https://acme.example/en-fr.tar.bz2"),
                        "transformer.plain": "https://acme.example/plain.tar.gz",
                    }
        """,
    }
    (file,) = weights(files, "transformer.en-fr").files
    assert (file.url, file.loader, file.folder) == (f"{BASE}/en-fr.tar.bz2", "requests.get", "?")
    assert urls(files, "transformer.plain(checkpoint='other.pt')") == [f"{BASE}/plain.tar.gz"]


RELEASES = """\
    import subprocess
    import urllib
    from pathlib import Path
    import requests
    import torch

    def attempt_download(file, repo="acme/yolo", release="v7.0"):
        def assets_of(repository, version="latest"):
            if version != "latest":
                version = f"tags/{version}"
            answer = requests.get(f"https://api.github.com/repos/{repository}/releases/{version}").json()
            return answer["tag_name"], [one["name"] for one in answer["assets"]]

        file = Path(str(file).strip().replace("'", ""))
        if not file.exists():
            name = Path(urllib.parse.unquote(str(file))).name
            assets = [f"yolo{size}{suffix}.pt" for size in "ns" for suffix in ("", "6")]
            try:
                tag, assets = assets_of(repo, release)
            except Exception:
                try:
                    tag = subprocess.check_output("git tag", shell=True).decode().split()[-1]
                except Exception:
                    tag = release
            if name in assets:
                torch.hub.download_url_to_file(f"https://github.com/{repo}/releases/download/{tag}/{name}", str(file))
        return str(file)

    def _create(name):
        path = Path(name).with_suffix(".pt")
        try:
            attempt_download(path)
        except Exception as error:
            raise RuntimeError("no") from error

    def small(pretrained=True):
        return _create("yolos")

    def custom(path="path/to/model.pt"):
        return _create(path)

    def newest():
        return attempt_download("yolon.pt", release="latest")
"""


def test_assets_of_a_release() -> None:
    (file,) = weights(RELEASES, "small").files
    assert file.url == "https://github.com/acme/yolo/releases/download/v7.0/yolos.pt"
    assert (file.folder, file.file_name) == (".", "yolos.pt")
    assert urls(RELEASES, "custom") == []


def test_the_latest_release_is_what_the_server_says_or_the_fallback() -> None:
    found = weights(RELEASES, "newest")
    assert [file.url for file in found.files] == ["https://github.com/acme/yolo/releases/download/latest/yolon.pt"]
    (miss,) = found.unknown
    assert miss.reason == "it depends on what a server answers"
    assert miss.expression == 'f"https://github.com/{repo}/releases/download/{tag}/{name}"'


def test_evidence_of_long_chains_is_shortened() -> None:
    steps = "".join(f"def f{n}():\n    return f{n + 1}()\n" for n in range(20))
    text = f"import torch\n{steps}def f20():\n    torch.hub.load_state_dict_from_url('{BASE}/x.pth')\n"
    (file,) = weights(text, "f0").files
    assert file.evidence.count("→") == 8 and "…" in file.evidence


def test_what_is_found_is_sorted_and_told_once() -> None:
    text = f"""\
        import torch
        def model(names=("b", "a", "b")):
            for name in names:
                torch.hub.load_state_dict_from_url(f"{BASE}/{{name}}.pth")
                torch.hub.load_state_dict_from_url(name.missing)
    """
    found = weights(text, "model(...)")
    assert found.unknown == tuple(sorted(found.unknown)) and all(isinstance(one, Unknown) for one in found.unknown)
    assert [file.url for file in weights(text.replace("name.missing", "'x'"), "model").files] == [
        f"{BASE}/a.pth",
        f"{BASE}/b.pth",
    ]
