"""Handles of TensorFlow Hub: addresses whose last part may be a version (https://www.tensorflow.org/hub/hosting).

``https://tfhub.dev/google/nnlm-en-dim50/2`` is version 2, without the ``/2`` it is the newest one. Most of what was on
tfhub.dev is at Kaggle now, and is led there; which model of Kaggle's, and which of its versions, only the server knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from ptmdeps.errors import UnsafeContent
from ptmdeps.paths import printable, safe_name

_FORMAT = "tf-hub-format"
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_KAGGLE = re.compile(
    r"/models/(?P<owner>[\w.-]+)/(?P<model>[\w.-]+)/(?:frameworks/)?(?P<framework>[\w.-]+)"
    r"/(?:variations/)?(?P<variation>[\w.-]+)(?:/(?:versions/)?(?P<version>[1-9][0-9]{0,8}))?",
    re.ASCII,
)
_LEAST_PARTS = 2
"""Of a handle with a version: nothing has only a number for its name."""


def canonical(handle: str) -> str:
    """The one way in which a handle is locked: without a slash at its end, and what the client itself adds.

    Raises:
        UnsafeContent: it is no address that a lockfile can hold.
    """
    address = safe_name(handle)
    if "://" not in address:
        raise UnsafeContent(
            f"`{printable(address)}` is no handle of TensorFlow Hub", hint="Write `https://tfhub.dev/publisher/model/1`"
        )
    parts = urlsplit(address)
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != _FORMAT])
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path.rstrip("/"), query, ""))


def version_of(address: str) -> str:
    """The version at the end of a handle; empty where it has none."""
    parts = urlsplit(address).path.strip("/").split("/")
    return parts[-1] if len(parts) >= _LEAST_PARTS and _VERSION.fullmatch(parts[-1]) else ""


def is_version(text: str) -> bool:
    """Whether a text can be a version."""
    return _VERSION.fullmatch(text) is not None


def without_version(handle: str) -> str:
    """The handle that means the newest version of the same model."""
    parts = urlsplit(handle)
    path = parts.path.rpartition("/")[0] if version_of(handle) else parts.path
    return urlunsplit(parts._replace(path=path))


def with_version(address: str, version: str) -> str:
    """The address of one version of a model: of a handle without one, or of another version at Kaggle."""
    parts = urlsplit(address)
    path = parts.path.rpartition("/")[0] if version_of(address) else parts.path
    if _KAGGLE.fullmatch(parts.path) and "/variations/" in path and not path.endswith("/versions"):
        path += "/versions"
    return urlunsplit(parts._replace(path=f"{path}/{version}"))


def question(address: str) -> str:
    """What the client asks for the archive: the same address and a parameter (``compressed_module_resolver.py``)."""
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), (_FORMAT, "compressed")])
    return urlunsplit(parts._replace(query=query))


def way(address: str, earlier: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The addresses to which the answers on the way led, one after the other; ``earlier`` has the last one first."""
    found = [address]
    for headers in reversed(earlier):
        found.append(urljoin(found[-1], headers.get("location", "")))
    return tuple(found[1:])


def at_kaggle(addresses: Sequence[str]) -> str:
    """The version of a model at Kaggle that is among the addresses, without what was asked; empty for none.

    What somebody signed for some minutes is no address to remember, and Kaggle's own is.
    """
    for address in addresses:
        parts = urlsplit(address)
        match = _KAGGLE.fullmatch(parts.path.rstrip("/"))
        if match and match["version"]:
            return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    return ""


def kaggle_name(address: str) -> str:
    """``owner/model/framework/variation`` of an address at Kaggle; empty for another one."""
    match = _KAGGLE.fullmatch(urlsplit(address).path.rstrip("/"))
    return "/".join(match.group("owner", "model", "framework", "variation")) if match else ""
