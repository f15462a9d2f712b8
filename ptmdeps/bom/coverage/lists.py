"""The lists that are known, and judging a bill by one."""

from __future__ import annotations

from collections.abc import Mapping

from ptmdeps.bom.coverage.bsi import BSI
from ptmdeps.bom.coverage.cisa import CISA
from ptmdeps.bom.coverage.eu import EU_ANNEX_XII
from ptmdeps.bom.coverage.g7 import G7
from ptmdeps.bom.coverage.model import Answer, Coverage, ElementList
from ptmdeps.bom.coverage.ntia import NTIA
from ptmdeps.bom.coverage.owasp import OWASP
from ptmdeps.bom.model import Bom

LISTS: Mapping[str, ElementList] = {one.name: one for one in (G7, CISA, NTIA, BSI, OWASP, EU_ANNEX_XII)}
"""Every list, by the name under which it is asked for."""


def coverage(bom: Bom, name: str) -> Coverage:
    """What a bill has of a list.

    Raises:
        KeyError: there is no list of this name.
    """
    asked = LISTS[name]
    return Coverage(list=asked, answers=tuple(Answer(element=one, judgement=one.judge(bom)) for one in asked.elements))
