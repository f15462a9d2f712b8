"""Reading the index of nltk_data."""

from __future__ import annotations

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.libraries import nltk_data
from ptmdeps.libraries.lists import MAXIMUM_BYTES
from ptmdeps.libraries.nltk_data import Package
from ptmdeps.libraries.table import Entry, UnknownName

MD5, SHA256 = "a" * 32, "b" * 64
ADDRESS = "https://acme.example/packages"
INDEX = f"""<?xml version="1.0"?>
<?xml-stylesheet href="index.xsl" type="text/xsl"?>
<nltk_data>
  <packages>
    <package id="dots" name="Dots &amp; more" size="12" unzip="1" license="MIT" checksum="{MD5}" subdir="tokenizers"
             url="{ADDRESS}/tokenizers/dots.zip" />
    <package id="words" size="huge" unzip="0" sha256_checksum="{SHA256}" checksum="{MD5}" subdir="corpora"
             url="{ADDRESS}/corpora/words-2.zip" />
    <package id="plain" url="{ADDRESS}/plain" />
  </packages>
  <collections>
    <collection id="some" name="Some"><item ref="words" /><item ref="dots" /><item ref="absent" /></collection>
    <collection id="all" name="All"><item ref="some" /><item ref="plain" /><item ref="all" /></collection>
  </collections>
</nltk_data>
"""
DOTS = Package(
    name="dots",
    entry=Entry(
        key=ModelKey("url", f"{ADDRESS}/tokenizers/dots.zip"),
        reads="nltk",
        files=("tokenizers/dots.zip",),
        hash=f"md5:{MD5}",
    ),
    size=12,
    unpacked=True,
    license="MIT",
)


def test_packages() -> None:
    index = nltk_data.index_in(INDEX.encode())
    assert index.find("dots") == (DOTS,)
    assert nltk_data.entries_of(INDEX.encode(), "dots") == (DOTS.entry,)
    (words,) = index.find("words")
    assert words.entry.hash == f"sha256:{SHA256}"
    assert words.entry.files == ("corpora/words.zip",)
    assert (words.size, words.unpacked, words.license) == (0, False, "")
    assert index.find("plain")[0].entry == Entry(
        key=ModelKey("url", f"{ADDRESS}/plain"), reads="nltk", files=("plain",)
    )


def test_collections_are_gone_through_once() -> None:
    index = nltk_data.index_in(INDEX.encode())
    assert [one.name for one in index.find("some")] == ["dots", "words"]
    assert [one.name for one in index.find("all")] == ["dots", "plain", "words"]


def test_name_that_is_not_in_the_index() -> None:
    with pytest.raises(UnknownName, match="no `dot`") as caught:
        nltk_data.entries_of(INDEX.encode(), "dot")
    assert caught.value.hint == "Did you mean `dots`?"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no element found"),
        ("<html></html>", "it lists no packages"),
        ("{}", "not well-formed"),
        ("<nltk_data>", "no element found"),
        ('<!DOCTYPE n [<!ENTITY a "b">]><nltk_data/>', "declares a document type"),
        ('<!DOCTYPE n SYSTEM "file:///etc/passwd"><nltk_data/>', "declares a document type"),
        ("<a>" * 9 + "</a>" * 9, "nested too deep"),
        ("<n>" + "<a/>" * 50_001 + "</n>", "too many elements"),
        (INDEX.replace('id="dots"', 'id="../dots"'), "no name of a package"),
        (INDEX.replace('id="dots"', 'id=""'), "no name of a package"),
        (INDEX.replace('id="dots"', 'id="a\\b"'), "no relative path"),
        (INDEX.replace('subdir="tokenizers"', 'subdir="../tokenizers"'), "no relative path"),
        (INDEX.replace('subdir="tokenizers"', 'subdir="/etc"'), "no relative path"),
        (INDEX.replace(f"{ADDRESS}/tokenizers/dots.zip", "file:///etc/dots.zip"), "is no "),
        (INDEX.replace(f"{ADDRESS}/tokenizers/dots.zip", "https://[a/dots.zip"), "is no "),
        (INDEX.replace(f'checksum="{MD5}" subdir="tokenizers"', 'checksum="abc" subdir="tokenizers"'), "no hash"),
        (" " * (MAXIMUM_BYTES + 1), "larger than"),
    ],
)
def test_index_that_is_not_to_be_believed(text: str, reason: str) -> None:
    with pytest.raises(UnsafeContent, match=reason):
        nltk_data.index_in(text.encode())


def test_entities_do_not_grow() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE n [<!ENTITY l0 "lol">{levels}]><nltk_data>&l9;</nltk_data>'
    with pytest.raises(UnsafeContent, match="declares"):
        nltk_data.index_in(bomb.encode())
