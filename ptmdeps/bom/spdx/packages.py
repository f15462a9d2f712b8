"""Components as packages, and their files."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from ptmdeps.bom.model import Bom, Component
from ptmdeps.bom.spdx.agents import Agents
from ptmdeps.bom.spdx.fields import put
from ptmdeps.bom.spdx.naming import Names, address
from ptmdeps.bom.spdx.profiles import describe_dataset, describe_model, values
from ptmdeps.inspect.formats import WEIGHT_FORMATS
from ptmdeps.lockfile.model import LockedFile
from ptmdeps.manifest.bom import BomStatements, Party

_CLASSES = {"model": "ai_AIPackage", "dataset": "dataset_DatasetPackage"}
_PURPOSES = {"application": "application", "model": "model", "dataset": "data", "code": "module", "package": "library"}
_MOST_DEVELOPERS = 20
_FIRST_YEAR = 1000
"""Years with fewer digits cannot be written as SPDX wants them."""


def moment(text: str) -> datetime | None:
    """An instant, or the beginning of a day, in UTC and to the second; ``None`` for what is neither."""
    with suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(text)
        moved = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        return moved.replace(microsecond=0) if moved.year >= _FIRST_YEAR else None
    return None


class Packages:
    """Makes the packages of a document."""

    def __init__(self, spdx: Any, names: Names, creation: Any, agents: Agents, bom: Bom) -> None:  # noqa: ANN401 - as of ``Agents``
        self._spdx = spdx
        self._names = names
        self._creation = creation
        self.agents = agents
        self._bom = bom

    def package(self, one: Component) -> Any:  # noqa: ANN401 - a class of the binding
        """The package of a component, or of the project."""
        spdx = self._spdx
        package = getattr(spdx, _CLASSES.get(one.kind, "software_Package"))(_id=self._names.component(one.identifier))
        package.creationInfo = self._creation
        package.name = one.title
        put(
            package,
            software_packageVersion=one.version,
            software_packageUrl=address(one.purl),
            software_homePage=address(one.repository),
            software_downloadLocation=_download(one),
        )
        package.software_primaryPurpose = getattr(spdx.software_SoftwarePurpose, _PURPOSES[one.kind])
        self._origins(package, one)
        self._texts(package, one)
        self._identify(package, one)
        self._refer(package, one)
        match one.kind:
            case "model":
                describe_model(spdx, package, one)
            case "dataset":
                describe_dataset(spdx, package, one)
        return package

    def file(self, owner: Component, one: LockedFile, made: str) -> dict[str, Any]:
        """A file of a component, as JSON has it; ``made`` is the identifier of the document's ``CreationInfo``.

        The bindings take half a millisecond for each, and there are tens of thousands.
        """
        return {
            "type": "software_File",
            "spdxId": self.name_of(owner, one),
            "creationInfo": made,
            "name": one.path,
            "software_primaryPurpose": "data" if is_weights(one) else "file",
            "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": one.sha256}],
        }

    def name_of(self, owner: Component, one: LockedFile) -> str:
        """The identifier of a file of a component."""
        return self._names("file", owner.identifier, one.path)

    def _origins(self, package: Any, one: Component) -> None:  # noqa: ANN401 - a class of the binding
        agents = self.agents
        own = one is self._bom.project
        stated = self._bom.statements.supplier if own else one.said and one.said.supplier
        if stated:
            package.suppliedBy = agents.declared(stated)
            package.originatedBy.append(package.suppliedBy)
        elif one.supplier:
            package.suppliedBy = agents.found(one.supplier)
        if not (stated and one.kind == "dataset"):
            package.originatedBy.extend(sorted({agents.found(party) for party in _makers(one)}))
        day = self._bom.statements.released if own else one.said.released if one.said else ""
        built = moment(one.said.built) if one.said else None
        put(package, releaseTime=moment(day) or moment(one.published), builtTime=built)

    def _texts(self, package: Any, one: Component) -> None:  # noqa: ANN401 - a class of the binding
        fact = one.fact("description")
        stated = self._bom.statements.description if one is self._bom.project else one.said and one.said.description
        lines = [line for known in one.known("copyright") for line in values(known.value)]
        put(package, description=stated or (fact.text if fact else ""), software_copyrightText="\n".join(lines))

    def _identify(self, package: Any, one: Component) -> None:  # noqa: ANN401 - a class of the binding
        spdx = self._spdx
        kinds = spdx.ExternalIdentifierType
        for kind, value in ((kinds.packageUrl, one.purl), (kinds.swhid, one.swhid)):
            if value:
                identifier = spdx.ExternalIdentifier(externalIdentifierType=kind, identifier=value)
                package.externalIdentifier.append(identifier)
        for algorithm, value in one.hashes:
            if known := spdx.HashAlgorithm.NAMED_INDIVIDUALS.get(_algorithm(algorithm)):
                package.verifiedUsing.append(spdx.Hash(algorithm=known, hashValue=value))

    def _refer(self, package: Any, one: Component) -> None:  # noqa: ANN401 - a class of the binding
        spdx = self._spdx
        kinds = spdx.ExternalRefType
        wanted = [(kinds.documentation, url, "") for name in ("paper", "links") for url in _addresses(one, name)]
        if one.license and one.license.link.startswith(("https://", "http://")):
            wanted.append((kinds.license, one.license.link, ""))
        if one is self._bom.project:
            wanted += [(getattr(kinds, kind), url, comment) for kind, url, comment in _project(self._bom.statements)]
        for kind, url, comment in dict.fromkeys(wanted):
            reference = spdx.ExternalRef(externalRefType=kind, locator=[address(url)])
            put(reference, comment=comment)
            package.externalRef.append(reference)


def is_weights(one: LockedFile) -> bool:
    """Whether a file holds what a model has learned."""
    return one.format in WEIGHT_FORMATS


def _makers(one: Component) -> tuple[Party, ...]:
    """Who made it, as its card says; of a data set but one, as the profile wants it."""
    named = [name for fact in one.known("developer") for name in values(fact.value)][:_MOST_DEVELOPERS]
    parties = (*one.authors, *(Party(name=name) for name in named))
    return parties[:1] if one.kind == "dataset" else parties


def _addresses(one: Component, name: str) -> list[str]:
    found = [value for fact in one.facts if fact.name == name for value in values(fact.value)]
    return [value for value in found if value.startswith(("https://", "http://"))]


def _download(one: Component) -> str:
    """Where exactly this comes from: repository and commit, where it is in Git."""
    return f"git+{address(one.repository)}@{one.version}" if one.swhid and one.version else address(one.repository)


def _algorithm(name: str) -> str:
    return name.casefold().replace("-", "_" if name.casefold().startswith("sha3") else "")


def _project(said: BomStatements) -> list[tuple[str, str, str]]:
    """Kind, address and meaning of what the manifest refers to."""
    contact = f"mailto:{said.contact}" if "@" in said.contact and "://" not in said.contact else said.contact
    found = [
        ("support", contact, "contact for questions about security"),
        ("securityOther", said.security_policy, "security.txt"),
        ("securityAdvisory", said.vulnerabilities, "known vulnerabilities"),
        ("documentation", said.acceptable_use, "acceptable use"),
        ("other", said.software, "bill of materials of the software"),
        ("other", said.hardware, "bill of materials of the hardware"),
    ]
    return [one for one in found if one[1]]
