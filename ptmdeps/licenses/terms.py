"""A licence by its name, with what is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.licenses.facts import Attribution, LicenseFacts, facts_of

_VERSION = re.compile(r"-(?:only|or-later)$|\+$")
_SPDX = "https://spdx.org/licenses/"
_INDEX_SOURCE = "categories of the ScanCode LicenseDB, as license-expression ships them"


@dataclass(frozen=True, slots=True)
class License:
    """One licence of an expression.

    Attributes:
        name: SPDX identifier, ``LicenseRef-…``, or what was declared instead; empty where nothing was.
        facts: what it allows and asks for; ``None`` where that is not known.
    """

    name: str
    facts: LicenseFacts | None = None

    @property
    def url(self) -> str:
        """Address of its text; empty where none is known."""
        address = self.facts.url if self.facts else ""
        bare = self.name.partition(" WITH ")[0]
        return f"{_SPDX}{bare}.html" if address == _SPDX else address

    @property
    def binding(self) -> bool:
        """Whether it goes on to restrict what is made of the model: more than notices and copies."""
        facts = self.facts
        return facts is not None and (
            facts.flow_down != "none"
            or facts.share_alike != "none"
            or facts.use_policy == "flows-down"
            or facts.commercial != "yes"
            or facts.no_derivatives
            or facts.research_only
            or bool(facts.gates or facts.territory)
        )

    @property
    def free(self) -> bool:
        """Whether it asks for nothing but notices: what is under it may be used, changed and sold by anybody."""
        return self.facts is not None and not self.binding


@lru_cache(maxsize=4096)
def license_of(name: str) -> License:
    """The licence of that name; an exception (``WITH …``) only ever allows more, so the facts are those before it."""
    bare = name.partition(" WITH ")[0]
    spelling = spdx_expression(bare)
    if spelling is None:
        return License(name, facts_of(bare))  # a family without a version says nothing, whatever is called like it
    return License(name, facts_of(spelling) or facts_of(_VERSION.sub("", spelling)) or _by_category(spelling))


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """A name as policies compare it: ``apache-2.0`` and ``Apache-2.0`` are one."""
    return (spdx_expression(name) or name).casefold()


@lru_cache(maxsize=4096)
def base_name(name: str) -> str:
    """A licence without "only" and "or later", and without exceptions: texts do not tell these apart."""
    return _VERSION.sub("", name.partition(" WITH ")[0]).casefold()


@lru_cache(maxsize=1)
def _categories() -> dict[str, str]:
    """SPDX identifier → kind of licence, of two thousand licences of software and data."""
    from license_expression import get_license_index

    found: dict[str, str] = {}
    for row in get_license_index():
        for key in (row.get("spdx_license_key"), *row.get("other_spdx_license_keys", ())):
            if key and not row.get("is_exception"):
                found[key.casefold()] = row.get("category", "")
    return found


def _by_category(name: str) -> LicenseFacts | None:
    """What the kind of a licence says, where it says enough; the texts of these were not read."""
    if not name.isascii() or " " in name or not name:
        return None
    category = _categories().get(name.casefold(), "")
    notice = (Attribution(words="the copyright notice and the text of the licence", place="notice"),)
    known = LicenseFacts(
        identifiers=(name,),
        title=name,
        family="permissive",
        commercial="yes",
        attribution=notice,
        copy_required=True,
        url="" if name.startswith("LicenseRef-") else _SPDX,
        source=_INDEX_SOURCE,
        checked=False,
        note=f"only its kind is known: {category.lower()}",
    )
    match category:
        case "Permissive":
            return known
        case "Public Domain":
            return replace(known, family="public-domain", attribution=(), copy_required=False)
        case "Copyleft":
            return replace(known, family="copyleft", share_alike="derivatives", flow_down="agreement")
        case "Copyleft Limited":
            return replace(known, family="weak-copyleft", share_alike="files")
    return None
