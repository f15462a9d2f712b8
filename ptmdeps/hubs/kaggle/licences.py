"""Licences as Kaggle names them, as SPDX expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ptmdeps.inspect.licenses import spdx_expression

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "apache 2.0": "Apache-2.0",
        "bsd-3-clause": "BSD-3-Clause",
        "cc0: public domain": "CC0-1.0",
        "community data license agreement - permissive - version 1.0": "CDLA-Permissive-1.0",
        "community data license agreement - sharing - version 1.0": "CDLA-Sharing-1.0",
        "gnu affero general public license 3.0": "AGPL-3.0-only",
        "gnu free documentation license 1.3": "GFDL-1.3-only",
        "gnu lesser general public license 3.0": "LGPL-3.0-only",
        "gpl 2": "GPL-2.0-only",
        "gpl 3": "GPL-3.0-only",
        "llama 2": "LicenseRef-llama2",
        "llama 3": "LicenseRef-llama3",
        "llama 3.1": "LicenseRef-llama3.1",
        "llama 3.2": "LicenseRef-llama3.2",
        "odc attribution license (odc-by)": "ODC-By-1.0",
        "odc public domain dedication and licence (pddl)": "PDDL-1.0",
        "database: open database, contents: database contents": "ODbL-1.0 AND DbCL-1.0",
        "database: open database, contents: © original authors": "",
    }
)
"""Of https://github.com/Kaggle/kaggle-cli (``docs/models_metadata.md`` and ``docs/datasets_metadata.md``)."""

_CREATIVE_COMMONS = re.compile(
    r"(?:.*\()?cc (?P<terms>by(?:-nc)?(?:-nd|-sa)?) (?P<version>[1-4]\.[05])(?P<igo> igo)?\)?", re.IGNORECASE
)
_SUFFIX = re.compile(r" (?:community )?licen[cs]e(?: agreement)?$", re.IGNORECASE)


def concluded(name: str) -> str:
    """The SPDX expression of a licence that Kaggle calls ``name``; empty where that says none.

    Creative Commons is called by its title, with the short name in brackets or alone: ``Attribution-ShareAlike 4.0
    International (CC BY-SA 4.0)``.
    """
    text = " ".join(name.split()).lower()
    if match := _CREATIVE_COMMONS.fullmatch(text):
        ported = "-IGO" if match["igo"] else ""
        return f"CC-{match['terms'].upper()}-{match['version']}{ported}"
    for spelled in (text, _SUFFIX.sub("", text)):
        if spelled in _NAMES:
            return _NAMES[spelled]
        if found := spdx_expression(spelled):
            return found
    return ""
