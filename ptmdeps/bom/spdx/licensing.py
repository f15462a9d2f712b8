"""Licences as relations: what is declared and what is concluded, each exactly once of each package.

https://spdx.github.io/spdx-spec/v3.0.1/model/SimpleLicensing/Classes/LicenseExpression/. What cannot be said is
``NoAssertionLicense``, which is what the profiles have for it.
"""

from __future__ import annotations

import re
from typing import Any

from ptmdeps.bom.model import Bom, LicenseReference
from ptmdeps.bom.spdx.naming import Names, address
from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.licenses.expressions import names as names_in
from ptmdeps.lockfile.model import License

_LICENSE = re.compile(r"[A-Za-z0-9.-]+\+?( WITH [A-Za-z0-9.-]+)?", re.ASCII)
_NO_NAME = re.compile(r"[^A-Za-z0-9.]+")
_CUSTOM = "LicenseRef-"
_WORD_BY_WORD = 100
_SAYS_NOTHING = frozenset({"", "other", "unknown"})
"""What stands in cards where a licence should."""
_LONGEST_NAME = 60


def declared_expression(license_: License | None) -> str:
    """What the authors say, as an expression: their word for it, else the text that they put beside it.

    A name that SPDX does not know becomes a ``LicenseRef-…``; empty where nothing is declared.
    """
    if license_ is None:
        return ""
    if license_.declared.casefold() not in _SAYS_NOTHING:
        return spdx_expression(license_.declared) or _reference(license_.declared)
    return license_.recognized if license_.likeness == _WORD_BY_WORD else ""


def is_expression(text: str) -> bool:
    """Whether a text is a licence expression, as far as that can be seen without the list of licences."""
    return bool(text) and all(_LICENSE.fullmatch(name) for name in names_in(text))


def _texts(bom: Bom) -> dict[str, str]:
    """Name of a licence → the text that stands beside what has it; none where two have different ones."""
    found: dict[str, str] = {}
    for one in bom.components:
        if one.license_text and (name := declared_expression(one.license)):
            found[name] = one.license_text if found.get(name, one.license_text) == one.license_text else ""
    return found


def _reference(name: str) -> str:
    return name if is_expression(name) and " " not in name and name.startswith(_CUSTOM) else _CUSTOM + _slug(name)


def _slug(name: str) -> str:
    return _NO_NAME.sub("-", name).strip("-")[:_LONGEST_NAME].strip("-") or "unnamed"


class Licensing:
    """The licences of a document: each expression and each custom licence once."""

    def __init__(self, spdx: Any, names: Names, creation: Any, bom: Bom) -> None:  # noqa: ANN401 - as of ``Agents``
        self._spdx = spdx
        self._names = names
        self._creation = creation
        self._references = {one.identifier: one for one in bom.licenses}
        self._texts = _texts(bom)
        self._elements: dict[str, Any] = {}

    @property
    def elements(self) -> list[Any]:
        """Every expression and every custom licence that some package has."""
        return list(self._elements.values())

    def declared(self, license_: License | None) -> str:
        """The identifier of what is declared."""
        expression = declared_expression(license_)
        if license_ is not None and expression and expression == _reference(license_.declared):
            self._references.setdefault(expression, LicenseReference(identifier=expression, name=license_.declared))
        return self._expression(expression)

    def concluded(self, license_: License | None) -> str:
        """The identifier of what is concluded."""
        return self._expression(license_.concluded if license_ else "")

    def _expression(self, text: str) -> str:
        if not is_expression(text):
            return str(self._spdx.expandedlicensing_IndividualLicensingInfo.NoAssertionLicense)
        identifier = self._names("license", text)
        if identifier not in self._elements:
            element = self._spdx.simplelicensing_LicenseExpression(_id=identifier, creationInfo=self._creation)
            element.simplelicensing_licenseExpression = text
            for name in sorted(one for one in names_in(text) if one.startswith(_CUSTOM)):
                entry = self._spdx.DictionaryEntry(key=name, value=self._custom(name))
                element.simplelicensing_customIdToUri.append(entry)
            self._elements[identifier] = element
        return identifier

    def _custom(self, name: str) -> str:
        identifier = self._names("custom-license", name)
        if identifier not in self._elements:
            known = self._references.get(name, LicenseReference(identifier=name, name=name))
            element = self._spdx.expandedlicensing_CustomLicense(_id=identifier, name=known.name)
            element.creationInfo = self._creation
            address_of_text = f"See {known.url}" if known.url else "NOASSERTION"  # the field is demanded
            element.simplelicensing_licenseText = self._texts.get(name) or address_of_text
            if known.url:
                element.expandedlicensing_seeAlso.append(address(known.url))
            self._elements[identifier] = element
        return identifier
