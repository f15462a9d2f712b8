"""Licences against the lists of the policy."""

from __future__ import annotations

from ptmdeps.licenses.expressions import terms
from ptmdeps.licenses.terms import canonical
from ptmdeps.manifest.policy import Policy


def allowed(license_: str, policy: Policy) -> bool:
    """Whether the policy allows a licence: of ``A AND B`` both, of ``A OR B`` one, of ``A WITH B`` the whole or ``A``.

    What is no expression (names that hubs use) is compared as a whole.
    """
    permitted = {canonical(name) for name in policy.allow}
    denied = {canonical(name) for name in policy.deny}

    def accept(name: str) -> bool:
        spellings = {canonical(name), canonical(name.partition(" WITH ")[0])}
        return spellings.isdisjoint(denied) and (not permitted or not spellings.isdisjoint(permitted))

    whole = canonical(license_)
    if whole in denied or whole in permitted:
        return whole not in denied
    return all(any(all(map(accept, alternative)) for alternative in term) for term in terms(license_))
