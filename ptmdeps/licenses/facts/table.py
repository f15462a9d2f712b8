"""Every record, and finding one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ptmdeps.licenses.facts.community import COMMUNITY
from ptmdeps.licenses.facts.hunyuan import HUNYUAN
from ptmdeps.licenses.facts.llama import LLAMA
from ptmdeps.licenses.facts.model import LicenseFacts
from ptmdeps.licenses.facts.open import CONTENT, COPYLEFT, DATA, PERMISSIVE
from ptmdeps.licenses.facts.qwen import QWEN
from ptmdeps.licenses.facts.rail import GEMMA, RAIL
from ptmdeps.licenses.facts.research import RESEARCH

FACTS: tuple[LicenseFacts, ...] = (
    *LLAMA,
    *GEMMA,
    *RAIL,
    *QWEN,
    *HUNYUAN,
    *COMMUNITY,
    *RESEARCH,
    *PERMISSIVE,
    *COPYLEFT,
    *CONTENT,
    *DATA,
)
"""Every record, by family."""

_OF: Mapping[str, LicenseFacts] = MappingProxyType(
    {identifier.lower(): facts for facts in FACTS for identifier in facts.identifiers}
)


def facts_of(identifier: str) -> LicenseFacts | None:
    """What is known of one licence: an SPDX identifier or a ``LicenseRef-…``, in any case; no expression.

    Returns:
        None for a licence of which nothing is known, which is not to say that it asks for nothing.
    """
    return _OF.get(identifier.lower())
