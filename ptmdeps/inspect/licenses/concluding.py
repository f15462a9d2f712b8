"""What a model's licence comes to, from everything that says something of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptmdeps.inspect.licenses.identifiers import spdx_expression

if TYPE_CHECKING:
    from ptmdeps.inspect.licenses.likeness import Recognition

_OTHER = "other"
_WORD_BY_WORD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What is known of a licence. Declaration and text may contradict each other: nothing is hidden of either.

    Attributes:
        declared: as written by its authors: the name beside ``other``, else the identifiers; empty where neither is.
        concluded: SPDX expression or ``LicenseRef-…``; empty where no conclusion is possible.
        recognized: the licence that the text is: SPDX identifier or ``LicenseRef-…``; empty for a text of its own.
        likeness: how much of the recognized licence's text it is, in per cent; 100 is word by word.
    """

    declared: str = ""
    concluded: str = ""
    recognized: str = ""
    likeness: int = 0


_PERMISSIVE = frozenset(
    {
        "LicenseRef-scancode-apple-ml-ferret-2023",
        "LicenseRef-scancode-moonshot-ai-modified-mit-2025",
    }
)
"""Licences of models that restrict little: a text that is only alike may restrict more."""


def conclude(declared: Sequence[str], *, name: str = "", link: str = "", text: str = "") -> Conclusion:
    """Conclude which licence a model has.

    What is declared counts. Beside ``other`` the name is asked first, then the link, then the text; where nothing is
    declared, the text alone. A text that is another licence than the declared one changes nothing but ``recognized``.

    A text concludes something if it is a licence word by word. One that is only alike does so if the licence is one of
    models, which restrict anyway, and its conditions are as many: a permissive licence with a word more is no
    permissive licence.

    Args:
        declared: identifiers as ``license:`` of a card has them; several hold together.
        name: ``license_name`` of the card.
        link: ``license_link`` of the card.
        text: what stands in the ``LICENSE`` file; empty where there is none.
    """
    from ptmdeps.inspect.licenses.likeness import recognized

    found = recognized(text)
    written = tuple(dict.fromkeys(part.strip() for part in declared if part.strip()))
    unnamed = not written or [part.lower() for part in written] == [_OTHER]
    if unnamed:
        concluded = _named(name, link) or (found.identifier if _is_certain(found) else "")
    else:
        concluded = spdx_expression(" AND ".join(f"({part})" if " " in part else part for part in written)) or ""
    return Conclusion(
        declared=(name.strip() if unnamed else "") or " AND ".join(written),
        concluded=concluded,
        recognized=found.identifier,
        likeness=found.likeness,
    )


def _named(name: str, link: str) -> str:
    if not name and not link:
        return ""
    from ptmdeps.inspect.licenses.links import license_of_link
    from ptmdeps.inspect.licenses.names import license_of_name

    return license_of_name(name) or license_of_link(link)


def _is_certain(found: Recognition) -> bool:
    restricts = found.identifier.startswith("LicenseRef-") and found.identifier not in _PERMISSIVE
    return found.likeness == _WORD_BY_WORD or (restricts and found.same_demands)
