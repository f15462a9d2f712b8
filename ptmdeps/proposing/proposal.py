"""What one pull request is about: the upgrade of one model, or of a group of them. This is all that its text is of."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.lockfile.model import LockedModel
from ptmdeps.upgrade.notable import Notable
from ptmdeps.upgrade.report import Report

REBASE_BOX = "<!-- ptmdeps:rebase -->"
"""Stands right after the box of a list item of a body (``- [ ] <!-- ptmdeps:rebase --> …``): who ticks it has the
branch built anew."""

MARKER_ROOM = 4_000
"""Characters that a body leaves free of the forge's limit: the hidden marker is added to it (``markers.marked``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What of the project an upgrade touches.

    Attributes:
        places: where the code loads the model or what needs it, ``src/app.py:12``, sorted.
        requirements: manifests and files that ask for it, sorted.
        dependents: locked models that cannot be loaded without it (adapters on it), sorted by name.
        descendants: locked models that came from it, sorted by name.
        groups: groups of the project in which it is, sorted.
        roles: what it is for in the project, in its own words, sorted.
    """

    places: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    dependents: tuple[str, ...] = ()
    descendants: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """One model of a proposal.

    Attributes:
        before: as it is locked on the base branch.
        after: as the proposal locks it.
        report: what changed between the two, with states, news, comparison and notables as far as they are known.
            ``report.comparison.download`` is what anybody fetches who has nothing of the new revision yet, and not
            what this machine lacks: same input, same text.
        affected: what of the project it touches.
        rollback: the command that takes it back once it is merged, for a shell, whole.
        fixes: what ``ptmdeps check`` flagged and flags no more, sorted: ``PTM204 A model's files are pickles``.
        along: it does not move by itself, it changes because another model of the proposal does.
    """

    before: LockedModel
    after: LockedModel
    report: Report
    affected: Affected = Affected()
    rollback: str = ""
    fixes: tuple[str, ...] = ()
    along: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One upgrade as it is to be reviewed.

    Attributes:
        group: the name of the group; empty where it is about one model.
        models: those that move first, each part sorted by name; at least one.
        added: models that are locked only by it (a new base of an adapter), sorted by name.
        removed: models that are locked no more.
        ancestors: what changed of what the models came from.
        branch: where it is; also the key by which people speak of it (see ``dashboard``).
        base: the branch into which it shall go.
        prefix: what the project's titles begin with, with its space: ``chore(models): ``; empty for none.
        automerge: why it merges itself as soon as the checks pass ("only the card changed"); empty: it does not.
        lock: the path of the lockfile from the root of the repository.
    """

    group: str = ""
    models: tuple[Upgraded, ...]
    added: tuple[LockedModel, ...] = ()
    removed: tuple[LockedModel, ...] = ()
    ancestors: tuple[Notable, ...] = ()
    branch: str
    base: str
    prefix: str = ""
    automerge: str = ""
    lock: str = "ptm.lock"

    @property
    def moving(self) -> tuple[Upgraded, ...]:
        """The models that it is about."""
        return tuple(model for model in self.models if not model.along)
