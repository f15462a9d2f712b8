"""Under which licences something made of a work under a share-alike licence may be.

Sources: https://creativecommons.org/compatiblelicenses/ (as of 2026), the matrix of
https://www.gnu.org/licenses/gpl-faq.html#AllCompatibility (use in what is under the other licence), section 3.3 of the
Mozilla Public License 2.0, section 4.4 of the ODbL 1.0, and the appendix of the EUPL 1.2.
"""

from __future__ import annotations

from collections.abc import Mapping

_GPL_3 = frozenset({"GPL-3.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later"})
_AGPL_3 = frozenset({"AGPL-3.0-only", "AGPL-3.0-or-later"})
_GPL_2_LATER = frozenset({"GPL-2.0-or-later"})
_GPL_2 = frozenset({"GPL-2.0-only"})
_LGPL_3 = frozenset({"LGPL-3.0-only", "LGPL-3.0-or-later"})
_LGPL_2_1 = frozenset({"LGPL-2.1-only", "LGPL-2.1-or-later"})

COMPATIBLE: Mapping[str, frozenset[str]] = {
    "CC-BY-SA-2.0": frozenset({"CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0"}),
    "CC-BY-SA-2.5": frozenset({"CC-BY-SA-3.0", "CC-BY-SA-4.0"}),
    "CC-BY-SA-3.0": frozenset({"CC-BY-SA-4.0"}),
    "CC-BY-SA-4.0": frozenset({"LAL-1.3", "GPL-3.0-only", "GPL-3.0-or-later"}),
    "CC-BY-NC-SA-2.0": frozenset({"CC-BY-NC-SA-2.5", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"}),
    "CC-BY-NC-SA-2.5": frozenset({"CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"}),
    "CC-BY-NC-SA-3.0": frozenset({"CC-BY-NC-SA-4.0"}),
    "LAL-1.3": frozenset({"CC-BY-SA-4.0"}),
    "GPL-2.0-or-later": _GPL_2 | _GPL_3,
    "GPL-3.0-only": frozenset({"GPL-3.0-or-later"}) | _AGPL_3,
    "GPL-3.0-or-later": _GPL_3,
    "AGPL-3.0-or-later": _AGPL_3,
    "LGPL-2.1-only": _GPL_2 | _GPL_2_LATER | _GPL_3 | frozenset({"LGPL-2.1-or-later"}),
    "LGPL-2.1-or-later": _LGPL_2_1 | _LGPL_3 | _GPL_2 | _GPL_2_LATER | _GPL_3,
    "LGPL-3.0-only": _GPL_3 | frozenset({"LGPL-3.0-or-later"}),
    "LGPL-3.0-or-later": _LGPL_3 | _GPL_3,
    "MPL-2.0": _GPL_2 | _GPL_2_LATER | _GPL_3 | _LGPL_2_1 | _LGPL_3,
    "EUPL-1.1": frozenset({"EUPL-1.2", "GPL-2.0-only", "OSL-2.1", "OSL-3.0", "CPL-1.0", "EPL-1.0", "CECILL-2.0"}),
    "EUPL-1.2": _GPL_2
    | frozenset({"GPL-3.0-only", "AGPL-3.0-only", "OSL-2.1", "OSL-3.0", "EPL-1.0", "CECILL-2.0", "CECILL-2.1"})
    | frozenset({"MPL-2.0", "LGPL-2.1-only", "LGPL-3.0-only", "CC-BY-SA-3.0", "LiLiQ-R-1.1", "LiLiQ-Rplus-1.1"}),
}
"""Share-alike licence → others that what is made of the work may be under, besides itself."""

_FOLDED: Mapping[str, frozenset[str]] = {
    origin.casefold(): frozenset(name.casefold() for name in names) for origin, names in COMPATIBLE.items()
}


def compatible(origin: str, made: str) -> bool:
    """Whether what is made of a work under ``origin``, a share-alike licence, may be under ``made``."""
    origin, made = (name.partition(" WITH ")[0].casefold() for name in (origin, made))
    return origin == made or made in _FOLDED.get(origin, frozenset())
