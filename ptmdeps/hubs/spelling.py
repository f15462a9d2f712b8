"""How people write what they ask a hub for, and what that asks for: two spellings of one wish are one wish."""

from __future__ import annotations

import re

from ptmdeps.identity import DEFAULT_REFS, ModelKey

_KAGGLE = re.compile(r"(?P<name>[^/]+/[^/]+/[^/]+/[^/]+)/(?P<version>[1-9][0-9]{0,8})")
"""``owner/model/framework/variation/version`` (https://github.com/Kaggle/kagglehub)."""
_REGISTRY = re.compile(r"(?P<name>(?:[^/@]+/)*[^/:@]+)(?::(?P<tag>[^/:@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?")
"""``host:port/owner/name:tag@sha256:…``; a digest goes before a tag."""

_REGISTRIES = frozenset({"oci", "ollama"})


def asked_for(key: ModelKey, ref: str) -> tuple[ModelKey, str]:
    """The model and the ref that a wish comes down to.

    Asking for the default branch by its name is asking for the default; a version at the end of a Kaggle handle is a
    ref, and so are a tag and a digest behind the name in a registry.
    """
    if key.hub in _REGISTRIES and not ref and (match := _REGISTRY.fullmatch(key.name)):
        key, ref = ModelKey(key.hub, match["name"]), match["digest"] or match["tag"] or ""
    if key.hub == "kaggle" and not ref and (match := _KAGGLE.fullmatch(key.name)):
        return ModelKey(key.hub, match["name"]), match["version"]
    return key, "" if ref == DEFAULT_REFS.get(key.hub) else ref
