"""Licences: what is declared and what is concluded, in the shapes that a version of CycloneDX has for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ptmdeps.bom.licensing import address_of
from ptmdeps.bom.model import Component
from ptmdeps.bom.naming import file_address
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.licenses import spdx_expression

if TYPE_CHECKING:
    from cyclonedx.model.license import DisjunctiveLicense, License, LicenseAcknowledgement, LicenseExpression


def licenses_of(component: Component) -> tuple[License, ...]:
    """Declared and concluded. A component has either one expression or a list of licences with an identifier or name.

    So where the conclusion is an expression (``LicenseRef-…`` is one, too), it stands alone; what is declared is in
    the evidence. Version 1.7 could mix them, the library cannot.
    """
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement

    license_ = component.license
    if license_ is None:
        return ()
    declared = _license(component, license_.declared, LicenseAcknowledgement.DECLARED) if license_.declared else None
    concluded = (
        _license(component, license_.concluded, LicenseAcknowledgement.CONCLUDED) if license_.concluded else None
    )
    if not declared and not concluded and component.license_text:
        return (_named(component, f"{component.title} license", None),)
    found = tuple(one for one in (declared, concluded) if one is not None)
    if all(isinstance(one, DisjunctiveLicense) for one in found):
        return found
    return tuple(one for one in (concluded or declared,) if one is not None)


def evidence_of(component: Component) -> Iterator[DisjunctiveLicense]:
    """What a file of the component says: the words that are declared, and the licence that its text was found to be."""
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement

    license_ = component.license
    if license_ is not None and license_.declared:
        yield DisjunctiveLicense(name=license_.declared, acknowledgement=LicenseAcknowledgement.DECLARED)
    if license_ is not None and license_.recognized and license_.recognized != license_.declared:
        yield DisjunctiveLicense(name=license_.recognized)


def _license(
    component: Component, text: str, acknowledgement: LicenseAcknowledgement
) -> DisjunctiveLicense | LicenseExpression:
    """An identifier of SPDX, else an expression, else a name with the text that nobody knows."""
    from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
    from cyclonedx.spdx import is_supported_id

    expression = spdx_expression(text) or ""
    if is_supported_id(expression):
        return DisjunctiveLicense(id=expression, acknowledgement=acknowledgement)
    if expression:
        return LicenseExpression(expression, acknowledgement=acknowledgement)
    return _named(component, text, acknowledgement)


def _named(component: Component, name: str, acknowledgement: LicenseAcknowledgement | None) -> DisjunctiveLicense:
    from cyclonedx.model import AttachedText, XsUri
    from cyclonedx.model.license import DisjunctiveLicense

    url = license_address(component)
    return DisjunctiveLicense(
        name=name,
        text=AttachedText(content=component.license_text) if component.license_text else None,
        url=XsUri(url) if url else None,
        acknowledgement=acknowledgement,
    )


def license_address(component: Component) -> str:
    """Where its text is: in the repository at this revision, else where the card says; empty where nobody does."""
    license_ = component.license
    if license_ is None:
        return ""
    if license_.text and component.version:
        address = file_address(ModelKey(component.hub, component.title), component.version, license_.text)
        if address:
            return address
    return address_of(license_)
