"""How things are called in a bill: package URLs, Software Heritage identifiers, pages; the same on every machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from packageurl import PackageURL

from ptmdeps.identity import ModelKey
from ptmdeps.manifest.bom import Party
from ptmdeps.paths import printable

_COMMIT = re.compile(r"[0-9a-f]{40}")
_IN_GIT = frozenset({"huggingface", "modelscope", "torchhub"})
"""Hubs whose repositories are those of Git, so that a revision is a commit."""

_PAGES: Mapping[str, str] = {
    "huggingface": "https://huggingface.co/{}",
    "kaggle": "https://www.kaggle.com/models/{}",
    "modelscope": "https://modelscope.cn/models/{}",
    "torchhub": "https://github.com/{}",
}
_OWNERS: Mapping[str, str] = {
    "huggingface": "https://huggingface.co/{}",
    "kaggle": "https://www.kaggle.com/{}",
    "modelscope": "https://modelscope.cn/organization/{}",
    "torchhub": "https://github.com/{}",
}
_DATASETS = "https://huggingface.co/datasets"
_ADDRESSES = frozenset({"tfhub", "url"})
"""Hubs whose names are addresses."""


def parts(key: ModelKey) -> tuple[str, str]:
    """The owner, where the hub has owners, and the name without it."""
    if key.hub in _ADDRESSES:
        return "", key.name
    owner, _, name = key.name.partition("/") if key.hub in _OWNERS else key.name.rpartition("/")
    return (owner, name) if name else ("", key.name)


def purl_of(key: ModelKey, revision: str, kind: str) -> str:
    """Of a model or data set of Hugging Face; empty for those of other hubs, which give their own or have none.

    The purl type has no form for data sets: like other tools, we give the address of their part of the hub as
    ``repository_url`` (https://github.com/package-url/purl-spec, ``huggingface``).
    """
    if key.hub != "huggingface":
        return ""
    owner, name = parts(key)
    qualifiers = {"repository_url": _DATASETS} if kind == "dataset" else None
    return PackageURL("huggingface", owner or None, name, revision or None, qualifiers).to_string()


def identifier_of(key: ModelKey, revision: str, kind: str, purl: str) -> str:
    """The purl without its percent-encoding, as other tools refer to it; else ``kind:hub:name@revision``."""
    return printable(unquote(purl), limit=2000) or f"{kind}:{key}{'@' + revision if revision else ''}"


def swhid_of(key: ModelKey, revision: str) -> str:
    """``swh:1:rev:…`` (https://docs.softwareheritage.org/devel/swh-model/persistent-identifiers.html)."""
    return f"swh:1:rev:{revision}" if key.hub in _IN_GIT and _COMMIT.fullmatch(revision) else ""


def page_of(key: ModelKey, kind: str) -> str:
    """The public page of a model or data set; empty where its hub has none for each."""
    if key.hub in _ADDRESSES:
        return key.name if key.name.startswith(("https://", "http://")) else ""
    if kind == "dataset":
        return f"{_DATASETS}/{key.name}" if key.hub == "huggingface" else ""
    return _PAGES[key.hub].format(key.name) if key.hub in _PAGES else ""


def owner_of(key: ModelKey) -> Party | None:
    """Who has the account at the hub under which it is published."""
    owner, _ = parts(key)
    return Party(name=owner, url=_OWNERS[key.hub].format(owner)) if owner and key.hub in _OWNERS else None


def file_address(key: ModelKey, revision: str, path: str) -> str:
    """The public address of a file at a revision; empty where the hub has none."""
    return f"{_PAGES['huggingface'].format(key.name)}/blob/{revision}/{path}" if key.hub == "huggingface" else ""
