"""Which minimum elements of published lists a bill has, which it does not, why, and what to do about it.

``coverage(bom, "g7")`` judges one of ``LISTS``. A list is data: its elements, where each stands in the bill and how it
is judged (``judging``). Nothing is counted that is not known: a word such as "unknown" in a field is no answer.
"""

from ptmdeps.bom.coverage.lists import LISTS, coverage
from ptmdeps.bom.coverage.model import Answer, Coverage, Element, ElementList, Status

__all__ = ["LISTS", "Answer", "Coverage", "Element", "ElementList", "Status", "coverage"]
