"""Which upgrades there are: of each model that moved, or of each group, and why the others are none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ptmdeps.clock import instant, latest
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.manifest.pull_requests import BRANCHES, PullRequestSettings, UpgradeRule
from ptmdeps.paths import printable
from ptmdeps.proposing.actions import Skip, Skipped
from ptmdeps.proposing.markers import Moved
from ptmdeps.proposing.naming import branch_of_group, branch_of_model, shortened
from ptmdeps.upgrade.movement import Movement, State

_DAY = len("2026-12-31")
_UNKNOWN: tuple[tuple[State, str], ...] = (
    ("unreachable", "its hub does not answer"),
    ("gone", "its hub has no such model any more"),
    ("disabled", "its hub took it out of circulation"),
    ("denied", "its hub does not show it to this token"),
    ("ref-gone", "the branch or tag that the project asks for is gone"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An upgrade that can be proposed.

    Attributes:
        branch: where it would be.
        group: name of the group; empty for one model.
        movements: what moved, sorted by model; at least one.
        doubt: why it is not proposed unless a person wants it, or it takes away something that was flagged.
    """

    branch: str
    group: str = ""
    movements: tuple[Movement, ...]
    doubt: Skip | None = None

    @property
    def name(self) -> str:
        """For people."""
        return self.group or printable(self.movements[0].model.title)

    @property
    def moved(self) -> tuple[Moved, ...]:
        """What it moves, sorted."""
        return tuple(sorted(moved_by(movement) for movement in self.movements))

    @property
    def to(self) -> str:
        """The revision to which it moves, as people quote it; empty for several models."""
        return shortened(self.moved[0].after) if len(self.movements) == 1 else ""


def moved_by(movement: Movement) -> Moved:
    """What a movement moves."""
    model = movement.model
    after = movement.latest.revision if movement.latest else model.revision
    return Moved(model=str(model.key), ref=model.ref, before=model.revision, after=after)


def candidates(
    movements: Iterable[Movement],
    settings: PullRequestSettings,
    moment: datetime,
    *,
    prefix: str = BRANCHES,
    together: str = "",
    refused: frozenset[Moved] = frozenset(),
) -> tuple[Candidate | Skip, ...]:
    """Every upgrade, or why there is none: single models by name, then groups by name, then what is left out.

    ``prefix`` is what the names of branches begin with. ``together`` makes one group of all. ``refused`` are upgrades
    whose own pull requests people closed: they are in no group either.
    """
    groups: dict[str, list[Movement]] = defaultdict(list)
    single: list[Candidate] = []
    skipped: list[Skip] = []
    for movement in movements:
        out = _left_out(movement, settings, moment)
        if out is not None:
            skipped.append(out)
        elif _moves(movement):
            group = together or next((g.name for g in settings.groups if g.matches(movement.model.key)), "")
            one = _single(movement, settings, moment, prefix)
            if not group:
                single.append(one)
            elif one.doubt is not None:
                # a box is for a pull request, and this one would be in that of the group
                skipped.append(replace(one.doubt, key="", forceable=False))
            elif moved_by(movement) in refused:
                skipped.append(_skip(movement, "closed", "its own pull request was closed"))
            else:
                groups[group].append(movement)
    grouped = [_group(name, found, prefix) for name, found in sorted(groups.items())]
    return (*sorted(single, key=lambda one: one.name), *grouped, *sorted(skipped, key=lambda one: one.name))


def wanted_rule(
    settings: PullRequestSettings, model: LockedModel, revision: str, moment: datetime
) -> UpgradeRule | None:
    """The rule of the manifest by which the upgrade of a model to a revision is not proposed."""
    today = instant(moment)[:_DAY]
    return next((rule for rule in settings.ignore if rule.matches(model.key, revision, today)), None)


def _moves(movement: Movement) -> bool:
    return movement.latest is not None and movement.latest.revision != movement.model.revision


def _left_out(movement: Movement, settings: PullRequestSettings, moment: datetime) -> Skip | None:
    """Why nobody can have it; ``None`` for what moves, and for what is what it was."""
    for state, reason in _UNKNOWN:
        if state in movement.states:
            return _skip(movement, "unknown", reason)
    if not _moves(movement):
        if not movement.waiting:
            return None
        held = "one newer commit" if movement.waiting == 1 else f"{movement.waiting:,} newer commits"
        return _skip(movement, "cooldown", f"`exclude-newer` holds back {held}")
    if "pinned" in movement.states:
        return _skip(movement, "pinned", "the project asks for a commit")
    revision = moved_by(movement).after
    if rule := wanted_rule(settings, movement.model, revision, moment):
        until = f" until {rule.until}" if rule.until else ""
        why = f": {printable(rule.reason)}" if rule.reason else ""
        return _skip(movement, "ignored", f"a rule of the manifest ignores it{until}{why}")
    return None


def _single(movement: Movement, settings: PullRequestSettings, moment: datetime, prefix: str) -> Candidate:
    branch = branch_of_model(prefix, (movement.model, moved_by(movement).after))
    return Candidate(branch=branch, movements=(movement,), doubt=_doubt(movement, settings, moment, branch))


def _doubt(movement: Movement, settings: PullRequestSettings, moment: datetime, branch: str) -> Skip | None:
    comparison = movement.comparison
    if comparison is not None and comparison.documents_only and not settings.card_only:
        return _skip(movement, "card-only", "nothing changed that a loader reads", branch)
    if settings.cooldown:
        limit = latest(settings.cooldown, moment)
        if not movement.committed or movement.committed > limit:
            since = f"of {movement.committed[:_DAY]}" if movement.committed else "of no known age"
            span = f"`cooldown` asks for {settings.cooldown}"
            return _skip(movement, "cooldown", f"the revision is {since}, and {span}", branch)
    if settings.security_only:
        return _skip(movement, "security-only", "it takes nothing away that was flagged", branch)
    return None


def _group(name: str, movements: list[Movement], prefix: str) -> Candidate:
    moves = [(movement.model, moved_by(movement).after) for movement in movements]
    ordered = sorted(movements, key=lambda movement: (movement.model.key, movement.model.ref))
    branch = branch_of_group(prefix, name, moves)
    return Candidate(branch=branch, group=name, movements=tuple(ordered))


def _skip(movement: Movement, why: Skipped, reason: str, branch: str = "") -> Skip:
    moving = _moves(movement)
    return Skip(
        key=branch,
        name=printable(movement.model.title),
        to=shortened(moved_by(movement).after) if moving else "",
        why=why,
        reason=reason,
        forceable=bool(branch),
    )
