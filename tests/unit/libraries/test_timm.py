"""The table of timm: tags, defaults, former names, and what goes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.libraries import timm
from ptmdeps.libraries.reading import in_repository, of_torch
from ptmdeps.libraries.table import Names
from tests.unit.libraries.making import library

HEAD = """\
from ._registry import generate_default_cfgs, register_model, register_model_deprecations

def _cfg(url='', **kwargs):
    return {'url': url, 'num_classes': 1000, **kwargs}

"""
NET = """
default_cfgs = generate_default_cfgs({
    'net_a.untrained': _cfg(),
    'net_a.first': _cfg(hf_hub_id='timm/', url='https://example.org/a-0123abcd.pth'),
    'net_a.second': _cfg(hf_hub_id='acme/net@v2', hf_hub_filename='net.bin'),
    'net_b.one': _cfg(hf_hub_id='timm/'),
    'net_b.two*': _cfg(hf_hub_id='timm/'),
    'net_c': _cfg(url='https://example.org/c-0123abcd.pth'),
    'net_c.tag': _cfg(hf_hub_id='timm/'),
    'net_d.none': _cfg(),
    'net_e.named': dict(url=('https://example.org/download?id=7', 'e-0123abcd.pth'), custom_load=True),
    'net_without_builder.tag': _cfg(hf_hub_id='timm/'),
})

@register_model
def net_a(pretrained=False, **kwargs): ...
@register_model
def net_b(pretrained=False, **kwargs): ...
@register_model
def net_c(pretrained=False, **kwargs): ...
@register_model
def net_d(pretrained=False, **kwargs): ...
@register_model
def net_e(pretrained=False, **kwargs): ...
def net_without_builder(): ...

register_model_deprecations(__name__, {'old_a': 'net_a.second', 'older_a': 'net_a', 'gone': None, 'lost': 'net_z.x'})
"""
LOOP = """
default_cfgs = {
    'clip_a.one': _cfg(hf_hub_id='timm/', quick_gelu=True),
    'clip_a.two': _cfg(hf_hub_id='timm/'),
}
_quick = [n for n in default_cfgs if n.startswith('clip_')]
for n in _quick:
    c = copy.deepcopy(default_cfgs[n])
    if c['hf_hub_id'] == 'timm/':
        c['hf_hub_id'] = 'timm/' + n
    default_cfgs[n.replace('clip_a', 'clip_a_quickgelu')] = c
default_cfgs = generate_default_cfgs(default_cfgs)

@register_model
def clip_a(**kwargs): ...
@register_model
def clip_a_quickgelu(**kwargs): ...
"""


def names(root: Path, body: str, *, new: bool = True) -> Names:
    files = {
        "timm/__init__.py": "raise SystemExit('imported')",
        "timm/models/__init__.py": "",
        "timm/models/net.py": HEAD + body,
    }
    return timm.read(library(root, {**files, "timm/models/_builder.py": ""} if new else files))


def test_names_of_a_module(tmp_path: Path) -> None:
    def of(name: str) -> tuple[object, ...]:
        return (in_repository(f"timm/{name}", reads="timm"),)

    second = (in_repository("acme/net", reads="timm", ref="v2", files=("net.bin",)),)
    plain = (of_torch("https://example.org/c-0123abcd.pth"),)
    named = (of_torch("https://example.org/download?id=7", file="e-0123abcd.pth"),)
    assert names(tmp_path, NET) == {
        "net_a": of("net_a.first"),
        "net_a.untrained": (),
        "net_a.first": of("net_a.first"),
        "net_a.second": second,
        "net_b": of("net_b.two"),
        "net_b.one": of("net_b.one"),
        "net_b.two": of("net_b.two"),
        "net_c": plain,
        "net_c.tag": of("net_c.tag"),
        "net_d": (),
        "net_d.none": (),
        "net_e": named,
        "net_e.named": named,
        "old_a": second,
        "older_a": of("net_a.first"),
    }
    assert named[0].hash == "sha256-prefix:0123abcd" and named[0].files == ("e-0123abcd.pth",)


def test_addresses_go_first_in_old_versions(tmp_path: Path) -> None:
    body = """
    default_cfgs = dict(
        net_a=_cfg(url='https://example.org/a.pth', hf_hub_id='timm/net_a'),
        net_b=_cfg(hf_hub_id='timm/net_b'),
        net_c=_cfg(),
    )

    @register_model
    def net_a(): ...
    @register_model
    def net_b(): ...
    @register_model
    def net_c(): ...
    @register_model
    def net_b_again(pretrained=False, **kwargs):
        return net_b(pretrained=pretrained, **kwargs)
    """.replace("\n    ", "\n")
    assert names(tmp_path, body, new=False) == {
        "net_a": (of_torch("https://example.org/a.pth"),),
        "net_b": (in_repository("timm/net_b", reads="timm"),),
        "net_b_again": (in_repository("timm/net_b", reads="timm"),),
        "net_c": (),
    }


def test_table_that_a_loop_adds_to(tmp_path: Path) -> None:
    found = names(tmp_path, "import copy\n" + LOOP)
    assert sorted(found) == [
        *("clip_a", "clip_a.one", "clip_a.two"),
        *("clip_a_quickgelu", "clip_a_quickgelu.one", "clip_a_quickgelu.two"),
    ]
    assert found["clip_a_quickgelu.one"][0].key.name == "timm/clip_a.one"
    assert found["clip_a.one"][0].key.name == "timm/clip_a.one"


@pytest.mark.parametrize(
    "body",
    [
        "default_cfgs = generate_default_cfgs(computed())\n@register_model\ndef net(): ...",
        "default_cfgs = generate_default_cfgs()\n@register_model\ndef net(): ...",
        "default_cfgs = generate_default_cfgs({1: _cfg(), 'net.x': 5})\n@register_model\ndef net(): ...",
        "@register_model\ndef net(): ...",
        "default_cfgs = generate_default_cfgs({'net.x': _cfg(hf_hub_id='timm/')})",
        "default_cfgs = generate_default_cfgs({'net.x': _cfg(hf_hub_id='timm/')\n",
        "register_model_deprecations(5)\n@register_model\ndef net(): ...",
    ],
)
def test_module_of_which_nothing_is_known(tmp_path: Path, body: str) -> None:
    assert names(tmp_path, body) == {}


def test_unknown_address_is_no_entry(tmp_path: Path) -> None:
    body = "default_cfgs = generate_default_cfgs({'net.x': _cfg(url=here())})\n@register_model\ndef net(): ..."
    assert names(tmp_path, body) == {"net": (), "net.x": ()}


def test_name_is_complete() -> None:
    assert list(timm.spellings("net.x", "ignored")) == ["net.x"]
