"""Entries that an installed library may have, and those that are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.identity import ModelKey
from ptmdeps.libraries.reading import at_address, in_repository, of_torch, prefix_in
from ptmdeps.libraries.table import LONGEST_NAME, Entry, fault_of, without_faults

ADDRESS = "https://example.org/models/net-0123abcd.pth"
HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "entry",
    [
        of_torch(ADDRESS),
        of_torch("http://example.org:8080/a/b.pth", file="b-0123abcd.pth"),
        at_address(ADDRESS, reads="clip", digest=f"sha256:{HASH}"),
        at_address(ADDRESS, reads="keras", digest=f"md5:{HASH[:32]}", file="models/a.h5"),
        in_repository("acme/net.a1_in1k", reads="timm"),
        in_repository("net", reads="tokenizer", ref="v1.0/x", files=("config.json", "a/model.safetensors")),
        Entry(key=ModelKey("kaggle", "acme/net/keras/base"), ref="3"),
    ],
)
def test_entry_that_may_be(entry: Entry) -> None:
    assert fault_of(entry) == ""


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (of_torch("ftp://example.org/a.pth"), "no name of url"),
        (of_torch("https://example.org"), "no name of url"),
        (of_torch("https://user@example.org/a.pth"), "no name of url"),
        (of_torch("https://example.org:0/a.pth"), "no name of url"),
        (of_torch("https://example.org:99999/a.pth"), "no name of url"),
        (of_torch("https://example.org/a b.pth"), "no name of url"),
        (of_torch("https://example.org/a\u202eb.pth"), "no name of url"),
        (of_torch("https://example.org/" + "a" * 3000), "no name of url"),
        (in_repository("../net", reads="timm"), "no name of huggingface"),
        (in_repository("acme/net/more", reads="timm"), "no name of huggingface"),
        (in_repository("acme/", reads="timm"), "no name of huggingface"),
        (in_repository("acme/-net", reads="timm"), "no name of huggingface"),
        (in_repository("acme/a..b", reads="timm"), "no name of huggingface"),
        (Entry(key=ModelKey("kaggle", "")), "no name of kaggle"),
        (in_repository("acme/net", reads="timm", ref="../main"), "no ref"),
        (in_repository("acme/net", reads="timm", ref="a\nb"), "no ref"),
        (in_repository("acme/net", reads="Timm Files"), "no way of reading"),
        (in_repository("acme/net", reads="timm", files=("../x",)), "no relative path"),
        (in_repository("acme/net", reads="timm", files=("/etc/passwd",)), "no relative path"),
        (at_address(ADDRESS, reads="clip", digest="sha256:short"), "no hash"),
        (at_address(ADDRESS, reads="clip", digest="crc32:00000000"), "no hash"),
    ],
)
def test_entry_that_may_not_be(entry: Entry, words: str) -> None:
    assert words in fault_of(entry)


def test_names_with_faults_are_left_out() -> None:
    good, bad = (of_torch(ADDRESS),), (of_torch("file:///etc/passwd"),)
    names = {"b": good, "a": (), "bad": bad, "mixed": (*good, *bad), "": good, "a\nb": good, "x" * 301: good}
    assert LONGEST_NAME == 300
    assert list(without_faults(names).items()) == [("a", ()), ("b", good)]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_fault_is_printable(text: str) -> None:
    entry = Entry(key=ModelKey("url", text), ref=text, reads=text, files=(text,), hash=text)
    assert fault_of(entry).isprintable()


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("resnet50-0676ba61.pth", "sha256-prefix:0676ba61"),
        (ADDRESS, "sha256-prefix:0123abcd"),
        ("a-0123abcd.pth.tar", "sha256-prefix:0123abcd"),
        ("net_0123abcd.pth", ""),
        ("net-0123abc.pth", ""),
        ("net-0123ABCD.pth", ""),
        ("net-0123abcd", ""),
        ("net-0123abcd.d/net.pth", ""),
    ],
)
def test_hash_in_the_name_of_a_file(name: str, prefix: str) -> None:
    assert prefix_in(name) == prefix
