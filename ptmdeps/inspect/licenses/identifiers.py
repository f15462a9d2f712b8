"""Licence identifiers of the hub as SPDX licence expressions."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_EXPRESSION = 200
"""Longest declaration that is read, in characters."""

_NO_ANSWER = frozenset({"unknown", "other", "none", "noassertion", "unlicensed", "proprietary"})
# A family says who wrote the text, not which text: each holds versions with other obligations.
_FAMILIES = frozenset({"bsd", "cc", "gfdl", "gpl", "lgpl", "agpl"})

# Identifiers of https://huggingface.co/docs/hub/repositories-licenses that SPDX spells otherwise.
_RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "c-uda": "C-UDA-1.0",
        "lgpl-lr": "LGPLLR",
        "odbl": "ODbL-1.0",
        "odc-by": "ODC-By-1.0",
        "openmdw-1.0": "OpenMDW-1.0",  # SPDX since 3.28
        "pddl": "PDDL-1.0",
    }
)

# https://spdx.org/licenses: the bare GNU identifiers are deprecated and mean "this version only".
_GNU = re.compile(r"(agpl-[13]\.0|gpl-[123]\.0|lgpl-(?:2\.0|2\.1|3\.0)|gfdl-1\.[123])(\+?)")

# Licences of the hub that SPDX does not list, by the hub's identifier; ``+`` is not allowed in a LicenseRef.
_REFERENCES: Mapping[str, str] = MappingProxyType(
    {
        identifier: f"LicenseRef-{identifier.replace('++', '-plus-plus')}"
        for identifier in (
            "apple-amlr",
            "apple-ascl",
            "bigcode-openrail-m",
            "bigscience-bloom-rail-1.0",
            "bigscience-openrail-m",
            "creativeml-openrail-m",
            "deepfloyd-if-license",
            "fair-noncommercial-research-license",
            "gemma",
            "grok2-community",
            "h-research",
            "intel-research",
            "llama2",
            "llama3",
            "llama3.1",
            "llama3.2",
            "llama3.3",
            "llama4",
            "openmdw-1.1",
            "openrail",
            "openrail++",
        )
    }
)

_TOKEN = re.compile(r"[()]|[^\s()]+")


def spdx_expression(declared: str) -> str | None:
    """The SPDX expression for what a model declares as its licence, spelled as SPDX spells it.

    ``apache-2.0`` is ``Apache-2.0``; a licence of the hub that SPDX does not list, such as ``gemma``, is
    ``LicenseRef-gemma``; the bare GNU identifiers are the ``-only`` ones. SPDX expressions are accepted as well.

    Returns:
        None for what is no answer (``other``, ``unknown``), for families without a version (``bsd``, ``cc``, ``gpl``)
        and for everything else that names no licence.
    """
    tokens = _TOKEN.findall(declared) if len(declared) <= MAX_EXPRESSION else []
    if not tokens or any(token.lower() in _NO_ANSWER | _FAMILIES for token in tokens):
        return None
    if len(tokens) == 1:
        return _identifier(tokens[0])
    return _canonical(" ".join(_identifier(token) or token for token in tokens))


def _identifier(token: str) -> str | None:
    """One licence; None for the operators and exceptions of an expression as well."""
    name = token.lower()
    gnu = _GNU.fullmatch(name)
    if gnu:
        name = f"{gnu[1]}-or-later" if gnu[2] else f"{gnu[1]}-only"
    return _RENAMED.get(name) or _REFERENCES.get(name) or _canonical(name if gnu else token)


def _canonical(expression: str) -> str | None:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return None
