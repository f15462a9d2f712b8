"""What a project does with its models, as far as licences ask."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from ptmdeps.licenses.expressions import names
from ptmdeps.licenses.lineage import Bond, Holder, said
from ptmdeps.licenses.terms import canonical
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.manifest.policy import LicenseException, Policy

_ANYTHING = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the rules need to know of the project.

    Attributes:
        policy: what it allows itself, and what it does.
        license: its own licence, an SPDX expression; empty where it says none.
        lineage: whether the lock looks for what models came from.
    """

    policy: Policy = _ANYTHING
    license: str = ""
    lineage: bool = True

    def exception(self, bond: Bond) -> LicenseException | None:
        """The first exception of the policy for a licence that bears on a model.

        One that names no licence is for all that bears on its model, and for what others have from it.
        """
        if not self.policy.exceptions:
            return None
        about = (
            *names(said(bond.bearer)),
            said(bond.bearer),
            bond.bearer.license.declared if bond.bearer.license else "",
        )
        texts = {canonical(text) for text in about if text}
        for one in self.policy.exceptions:
            fits = not one.license or canonical(one.license) in texts
            if fits and (_named(one, bond.subject) or _named(one, bond.bearer)):
                return one
        return None

    def apart(self, holder: Holder) -> str:
        """What sets a model apart from others with the same licence: the exceptions that name it."""
        named = (index for index, one in enumerate(self.policy.exceptions) if _named(one, holder))
        return " ".join(map(str, named))


def concluded(declared: str) -> str:
    """The SPDX expression that a project means by its ``license``; what it says itself where that is none."""
    from ptmdeps.inspect.licenses import conclude

    return conclude(("other",), name=declared).concluded or declared


def title(holder: Holder) -> str:
    """``org/name``, or ``org/name@ref`` of a locked model."""
    return holder.title if isinstance(holder, LockedModel) else holder.key.label


def _named(exception: LicenseException, holder: Holder) -> bool:
    spellings = {*(key.name for key in holder.keys), *(str(key) for key in holder.keys), holder.key.label}
    return any(fnmatchcase(name, exception.model) for name in spellings)
