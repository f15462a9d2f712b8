"""A part of a lockfile: the models of some groups, and what they need."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.ancestors import with_related
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.lockfile.staleness import reachable
from ptmdeps.paths import printable
from ptmdeps.requirement import DEFAULT_GROUP, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSelection:
    """Which groups somebody asks for, beside those that a project takes by default.

    Attributes:
        added: groups to take as well.
        without: groups not to take, whatever else says so.
        only: groups to take instead of the project's; empty: no such wish.
        everything: take every group.
        optional: take optional models, too.
    """

    added: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    everything: bool = False
    optional: bool = False


def groups_of(lockfile: Lockfile) -> tuple[str, ...]:
    """The groups that a lockfile knows, sorted; ``default`` is always one of them."""
    return tuple(sorted({DEFAULT_GROUP, *(requirement.group for requirement in lockfile.requirements)}))


def narrowed(
    lockfile: Lockfile, selection: GroupSelection, defaults: tuple[str, ...] | None = (DEFAULT_GROUP,)
) -> Lockfile:
    """The requirements of the selected groups, and the models to which they lead.

    ``defaults`` are the groups that the project takes where nothing else is said, ``None`` for all of them. A
    selection of everything gives the lockfile as it is.

    Raises:
        PtmdepsError: the selection, or the project's choice, names a group that the lockfile does not know.
    """
    known = groups_of(lockfile)
    _refuse_unknown((*selection.added, *selection.without, *selection.only), known, "")
    _refuse_unknown(defaults or (), known, ", which `default-groups` names")
    if selection.everything or (defaults is None and not selection.only):
        chosen = set(known)
    else:
        chosen = {*(selection.only or defaults or ()), *selection.added}
    chosen -= set(selection.without)
    kept = tuple(wish for wish in lockfile.requirements if _selected(wish, chosen, optional=selection.optional))
    if kept == lockfile.requirements:
        return lockfile
    needed = {id(model) for model in reachable(replace(lockfile, requirements=kept))[0]}
    models = tuple(model for model in lockfile.models if id(model) in needed)
    return with_related(replace(lockfile, requirements=kept, models=models))


def keeping(part: Lockfile, whole: Lockfile, held: Collection[tuple[ModelKey, str]]) -> Lockfile:
    """``part`` of a lockfile, and what of the ``whole`` is ``held`` already (key and ref), with all that it needs now.

    A model that is locked at another ref than the held one is the same model still.
    """
    locked = {(model.key, model.ref) for model in whole.models}
    moved = {key for key, ref in held if (key, ref) not in locked}
    pending = [model for model in whole.models if (model.key, model.ref) in held or model.key in moved]
    taken = {(model.key, model.ref) for model in part.models}
    while pending:
        model = pending.pop()
        if (model.key, model.ref) not in taken:
            taken.add((model.key, model.ref))
            needed = (whole.find(edge.target, edge.ref) for edge in model.runtime_edges)
            pending += [one for one in needed if one is not None]
    models = tuple(model for model in whole.models if (model.key, model.ref) in taken)
    return with_related(replace(part, models=models, ancestors=whole.ancestors))


def _selected(requirement: Requirement, groups: set[str], *, optional: bool) -> bool:
    return requirement.group in groups and (optional or not requirement.optional)


def _refuse_unknown(asked: Iterable[str], known: tuple[str, ...], who: str) -> None:
    """A group that nothing is in is a typing error, and must not pass as "nothing to do"."""
    for group in asked:
        if group not in known:
            close = difflib.get_close_matches(group, known, n=1)
            hint = f"Known are {', '.join(map(printable, known))}"
            raise PtmdepsError(
                f"no locked model is in the group `{printable(group)}`{who}",
                hint=f"Did you mean `{printable(close[0])}`? {hint}" if close else hint,
            )
