"""Who made something, published it or answers for it: each once in a document."""

from __future__ import annotations

from typing import Any

from ptmdeps.bom.spdx.naming import Names, address
from ptmdeps.manifest.bom import Party


class Agents:
    """The agents of a document, and their identifiers."""

    def __init__(self, spdx: Any, names: Names, creation: Any) -> None:  # noqa: ANN401 - the binding's module and class
        self._spdx = spdx
        self._names = names
        self._creation = creation
        self._known: dict[str, Any] = {}

    @property
    def elements(self) -> list[Any]:
        """Every agent that something names."""
        return list(self._known.values())

    def declared(self, party: Party) -> str:
        """The identifier of an organisation or person that the project itself names."""
        return self._agent("Person" if party.person else "Organization", party)

    def found(self, party: Party) -> str:
        """The identifier of somebody whom a hub or a card names: nobody says whether that is a person."""
        return self._agent("Agent", party)

    def program(self, name: str) -> str:
        """The identifier of a program."""
        return self._agent("SoftwareAgent", Party(name=name))

    def _agent(self, kind: str, party: Party) -> str:
        identifier = self._names("agent", kind.lower(), *filter(None, (party.name, party.email, party.url)))
        if identifier not in self._known:
            agent = getattr(self._spdx, kind)(_id=identifier, name=party.name, creationInfo=self._creation)
            kinds = self._spdx.ExternalIdentifierType
            for type_, value in ((kinds.email, party.email), (kinds.urlScheme, address(party.url))):
                if value:
                    one = self._spdx.ExternalIdentifier(externalIdentifierType=type_, identifier=value)
                    agent.externalIdentifier.append(one)
            self._known[identifier] = agent
        return identifier
