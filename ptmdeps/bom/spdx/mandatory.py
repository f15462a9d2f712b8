"""What the AI and dataset profiles demand, and whether a document has it.

Neither the JSON schema nor the SHACL shapes nor the bindings look at these: a document without them is valid, and does
not conform to the profile. What nobody knows is not made up, so such a document is written, does not claim the profile,
and says why: see docs/decisions/0031.

https://spdx.github.io/spdx-spec/v3.0.1/model/AI/AI/, https://spdx.github.io/spdx-spec/v3.0.1/model/Dataset/Dataset/.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Profile = Literal["ai", "dataset"]

_ARTIFACT = ("releaseTime", "software_downloadLocation", "software_primaryPurpose")
FIELDS: Mapping[str, tuple[Profile, tuple[str, ...]]] = {
    "ai_AIPackage": ("ai", (*_ARTIFACT, "software_packageVersion", "suppliedBy")),
    "dataset_DatasetPackage": ("dataset", (*_ARTIFACT, "builtTime", "dataset_datasetType", "originatedBy")),
}
"""Type of package → its profile, and the fields that this demands."""

LICENSES = ("hasDeclaredLicense", "hasConcludedLicense")
"""Relations of which both profiles demand exactly one of each package."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unmet:
    """A demand of a profile that a package does not meet.

    Attributes:
        profile: ``ai`` or ``dataset``.
        field: the field, or the relation.
        package: name of the package.
        identifier: its ``spdxId``.
    """

    profile: Profile
    field: str
    package: str
    identifier: str


def unmet(graph: Sequence[Mapping[str, Any]]) -> tuple[Unmet, ...]:
    """Every demand of the two profiles that a document does not meet, sorted; ``graph`` is its ``@graph``."""
    licensed = Counter(
        (element.get("relationshipType"), element.get("from"))
        for element in graph
        if element.get("relationshipType") in LICENSES
    )
    return tuple(sorted(one for element in graph for one in _of_package(element, licensed)))


def _of_package(element: Mapping[str, Any], licensed: Counter[tuple[Any, Any]]) -> Iterator[Unmet]:
    if element.get("type") not in FIELDS:
        return
    profile, fields = FIELDS[str(element["type"])]
    identifier = str(element.get("spdxId", ""))
    lacking = [
        *(field for field in fields if not element.get(field)),
        *(relation for relation in LICENSES if licensed[relation, identifier] != 1),
    ]
    for field in lacking:
        yield Unmet(profile=profile, field=field, package=str(element.get("name", "")), identifier=identifier)


def said_of(found: Sequence[Unmet]) -> str:
    """One sentence for each profile that cannot be claimed; empty where both can."""
    sentences = []
    for profile in sorted({one.profile for one in found}):
        about = [one for one in found if one.profile == profile]
        fields = Counter(one.field for one in about)
        packages = len({one.identifier for one in about})
        lacking = ", ".join(f"{field} ({count})" for field, count in sorted(fields.items()))
        who = "1 package lacks" if packages == 1 else f"{packages} packages lack"
        sentences.append(f"Profile {profile} is not claimed: {who} {lacking}.")
    return " ".join(sentences)
