"""What of a store nobody needs any more, and taking it out.

A Hugging Face cache belongs to its user and to other tools: by itself, only what ptmdeps brought is taken away. See
``docs/decisions/0018-what-prune-may-delete.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ptmdeps.caching.mutex import alone
from ptmdeps.caching.needs import Needs, needs
from ptmdeps.caching.registry import Pin, Root, forget
from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs.protocol import Hub
from ptmdeps.hubs.stock import Leftover, Removal, StoredModel, StoredRevision

PINNED = "pinned by a known project"
"""The reason why most revisions stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would go from a store.

    Attributes:
        removals: sorted by model; only those with something to remove.
        gone: projects that are forgotten because their lock is gone.
        kept: how many revisions stay, for which reason.
    """

    hub: str
    removals: tuple[Removal, ...]
    gone: tuple[Root, ...] = ()
    kept: tuple[tuple[str, int], ...] = ()

    @property
    def freed(self) -> int:
        """Bytes."""
        return sum(removal.freed for removal in self.removals)


def plan_prune(hub: Hub, *, everything: bool = False) -> Plan:
    """What nobody needs; ``everything``: also what other tools brought, if nothing refers to it by name.

    Raises:
        StoreError: it is not known what somebody needs.
    """
    needed = needs(hub)
    removals, reasons = [], []
    for model in hub.stock():
        kept = {revision: _reason(model, revision, needed, everything=everything) for revision in model.revisions}
        removal = Removal(
            model=model,
            revisions=tuple(revision for revision, reason in kept.items() if not reason),
            leftovers=tuple(_useless(model, needed, everything=everything)),
        )
        reasons += [reason for reason in kept.values() if reason]
        if removal.revisions or removal.leftovers:
            removals.append(removal)
    counts = tuple((reason, reasons.count(reason)) for reason in sorted(set(reasons)))
    return Plan(hub=hub.name, removals=tuple(removals), gone=needed.gone, kept=counts)


def plan_clean(hub: Hub, names: Iterable[str], *, force: bool = False) -> Plan:
    """Everything that is there of these models.

    Raises:
        PtmdepsError: the store has no such model, or a lock that is known pins it and ``force`` was not given.
        StoreError: it is not known what somebody needs.
    """
    stock, wanted = {model.name: model for model in hub.stock()}, sorted(set(names))
    if missing := [name for name in wanted if name not in stock]:
        raise PtmdepsError(
            f"the store has no {', '.join(f'`{name}`' for name in missing)}",
            hint="`ptmdeps cache list` shows what it has",
        )
    pinned = {pin: who for pin, who in needs(hub).pins.items() if pin.name in wanted} if not force else {}
    if pinned:
        pin, who = next(iter(pinned.items()))
        raise PtmdepsError(
            f"`{pin.name}@{pin.revision[:12]}` is pinned by `{who[0]}`",
            hint="Run `ptmdeps remove` there first; with `--force` it goes, and the next `sync` fetches it again",
        )
    removals = (
        Removal(model=stock[name], revisions=stock[name].revisions, leftovers=_idle(stock[name])) for name in wanted
    )
    return Plan(hub=hub.name, removals=tuple(removals))


def carry_out(planned: Callable[[], Plan], hub: Hub, waiting: Callable[[str], None]) -> Plan:
    """Make the plan when nobody uses the store, and carry it out; gives what was done.

    Raises:
        StoreError: the store is read-only, in use, or somebody's needs are not known. What was deleted until then is
            gone, everything else is whole.
    """
    with alone(hub.notes(), hub.store(), waiting):
        plan = planned()
        for removal in plan.removals:
            hub.remove(removal)
        for root in plan.gone:
            forget(root, hub)
    return plan


def _reason(model: StoredModel, revision: StoredRevision, needed: Needs, *, everything: bool) -> str:
    """Why a revision stays; empty for one that may go."""
    if Pin(name=model.name, revision=revision.revision) in needed.pins:
        return PINNED
    if any(owner not in needed.identifiers for owner in revision.owners):
        return "protected for a project that is not known here"
    if revision.refs:
        return "used by other tools"
    if not (revision.fetched or revision.owners or everything):
        return "not brought by ptmdeps (`--all` deletes them as well)"
    return ""


def _useless(model: StoredModel, needed: Needs, *, everything: bool) -> Iterator[Leftover]:
    """A download that can be gone on with is of use as long as the model is."""
    for leftover in _idle(model):
        if not leftover.resumable or everything or model.name not in needed.models:
            yield leftover


def _idle(model: StoredModel) -> tuple[Leftover, ...]:
    return tuple(leftover for leftover in model.leftovers if leftover.idle)
