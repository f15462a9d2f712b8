"""The licences of a bill that SPDX does not list: what they are called, and where their texts are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ptmdeps.bom.model import Component, LicenseReference
from ptmdeps.licenses.facts import facts_of
from ptmdeps.lockfile.model import License
from ptmdeps.paths import printable

_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"\\]{3,1000}")


def references_of(components: Iterable[Component]) -> tuple[LicenseReference, ...]:
    """Every ``LicenseRef-…`` of the components, sorted."""
    found: dict[str, LicenseReference] = {}
    for component in components:
        license_ = component.license
        if license_ is not None:
            for identifier in _REFERENCE.findall(f"{license_.concluded} {license_.recognized}"):
                known = found.get(identifier)
                if known is None or not known.url:
                    found[identifier] = _reference(identifier, license_)
    return tuple(found[identifier] for identifier in sorted(found))


def address_of(license_: License) -> str:
    """Where the card says that the text is, if that is an address."""
    return license_.link if _ADDRESS.fullmatch(license_.link) else ""


def _reference(identifier: str, license_: License) -> LicenseReference:
    facts = facts_of(identifier)
    own = address_of(license_) if license_.concluded == identifier else ""
    name = facts.title if facts else printable(license_.declared) or identifier
    return LicenseReference(identifier=identifier, name=name, url=(facts.url if facts else "") or own)
