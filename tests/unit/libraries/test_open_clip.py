"""The tables of open_clip and CLIP: tags, hashes by convention, and what text models need besides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ptmdeps.libraries import clip, open_clip
from ptmdeps.libraries.reading import at_address, in_repository
from ptmdeps.libraries.table import Names
from tests.unit.libraries.making import library

HASH = "0123456789abcdef" * 4
OPENAI = f"https://openaipublic.azureedge.net/clip/models/{HASH}/Net-B-32.pt"
RELEASE = "https://github.com/mlfoundations/open_clip/releases/download/v0.2-weights/net_b_32-one-0123abcd.pt"
TABLE = f"""
import copy
from .constants import MEAN

def _pcfg(url='', hf_hub='', **kwargs):
    return {{'url': url, 'hf_hub': hf_hub, 'mean': MEAN, **kwargs}}

_NETB32 = dict(
    openai=_pcfg(url="{OPENAI}", hf_hub="acme/net_b32.openai/", quick_gelu=True),
    one=_pcfg("{RELEASE}"),
    other=_pcfg(url="https://example.org/other.pt"),
    file=_pcfg(hf_hub="acme/net/weights.bin"),
    nothing=_pcfg(),
    computed=_pcfg(url=here()),
)
_PRETRAINED = {{"Net-B-32": _NETB32, "text-Net": dict(two=_pcfg(hf_hub="acme/text/"))}}
_quick = {{}}
for k, v in _PRETRAINED.items():
    tags = {{}}
    for tk, tv in v.items():
        if tv.get('quick_gelu', False):
            tags[tk] = copy.deepcopy(tv)
    if tags:
        _quick[k + '-quickgelu'] = tags
_PRETRAINED.update(_quick)
"""
OLD = "\ndef download_pretrained(cfg, force_hf_hub: bool = False): ...\n"
NEW = "\ndef download_pretrained(cfg, prefer_hf_hub: bool = True): ...\n"
TEXT = '{"text_cfg": {"hf_model_name": "acme/letters", "hf_tokenizer_name": "acme/words"}}'


def names(root: Path, table: str, files: Mapping[str, str] | None = None) -> Names:
    return open_clip.read(
        library(root, {"open_clip/__init__.py": "", "open_clip/pretrained.py": table, **(files or {})})
    )


def test_repositories_go_first(tmp_path: Path) -> None:
    whole = (in_repository("acme/net_b32.openai", reads="open-clip"),)
    found = names(tmp_path, TABLE + NEW, {"open_clip/model_configs/text-Net.json": TEXT})
    assert found == {
        "Net-B-32/openai": whole,
        "Net-B-32/one": (at_address(RELEASE, reads="clip", digest="sha256-prefix:0123abcd"),),
        "Net-B-32/other": (at_address("https://example.org/other.pt", reads="clip"),),
        "Net-B-32/file": (in_repository("acme/net", reads="open-clip", files=("weights.bin",)),),
        "Net-B-32-quickgelu/openai": whole,
        "text-Net/two": (
            in_repository("acme/text", reads="open-clip"),
            in_repository("acme/letters", reads="configuration"),
            in_repository("acme/words", reads="tokenizer"),
        ),
    }


def test_addresses_go_first_in_old_versions(tmp_path: Path) -> None:
    found = names(tmp_path, TABLE + OLD)
    assert found["Net-B-32/openai"] == (at_address(OPENAI, reads="clip", digest=f"sha256:{HASH}"),)
    assert found["text-Net/two"] == (in_repository("acme/text", reads="open-clip"),)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"text_cfg": 5}', '{"text_cfg": {"hf_model_name": 5}}', "[" * 5000])
def test_description_that_says_nothing(tmp_path: Path, text: str) -> None:
    found = names(tmp_path, TABLE + NEW, {"open_clip/model_configs/text-Net.json": text})
    assert found["text-Net/two"] == (in_repository("acme/text", reads="open-clip"),)


def test_description_of_the_plain_architecture(tmp_path: Path) -> None:
    found = names(tmp_path, TABLE + NEW, {"open_clip/model_configs/Net-B-32.json": TEXT})
    assert [entry.reads for entry in found["Net-B-32-quickgelu/openai"]] == ["open-clip", "configuration", "tokenizer"]


@pytest.mark.parametrize("table", ["", "_PRETRAINED = 5", "_PRETRAINED = {1: {}, 'a': 5, 'b': {'c': 5}}"])
def test_table_that_says_nothing(tmp_path: Path, table: str) -> None:
    assert names(tmp_path, table) == {}


@pytest.mark.parametrize(
    ("name", "ref", "spelled"),
    [
        ("Net-B-32/laion2b_e16", "", "Net-B-32/laion2b_e16"),
        ("Net-B/32/Laion2B-E16", "", "Net-B-32/laion2b_e16"),
        ("Net-B/32", "openai", "Net-B-32/openai"),
    ],
)
def test_spellings(name: str, ref: str, spelled: str) -> None:
    assert list(open_clip.spellings(name, ref)) == [spelled]


def test_clip(tmp_path: Path) -> None:
    table = f"""
    _MODELS = {{
        "Net-B/32": "{OPENAI}",
        "other": "https://example.org/other.pt",
        "none": None,
    }}
    """
    found = clip.read(library(tmp_path, {"clip/__init__.py": "", "clip/clip.py": table}))
    assert found == {
        "Net-B/32": (at_address(OPENAI, reads="clip", digest=f"sha256:{HASH}"),),
        "other": (at_address("https://example.org/other.pt", reads="clip"),),
    }
    assert list(clip.spellings("Net-B/32", "")) == ["Net-B/32"]
    assert clip.read(library(tmp_path / "absent", {})) == {}
