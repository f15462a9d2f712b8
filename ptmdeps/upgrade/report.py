"""What changed of one model, wherever the two revisions come from: what ``diff`` and ``upgrade`` show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs.protocol import Hub
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.difference import Added, Changed, Removed
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.upgrade.change import Comparison
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.locks import Detailed
from ptmdeps.upgrade.movement import Movement, State, lacking
from ptmdeps.upgrade.news import News, news_since
from ptmdeps.upgrade.notable import Notable, notable_changes
from ptmdeps.upgrade.refs import resolved
from ptmdeps.upgrade.side import Side
from ptmdeps.upgrade.verdict import SAME, Verdict, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One model, before and after.

    Attributes:
        change: ``added`` and ``removed`` are about locks; ``same``: one revision, or none to compare it with.
        key: which model, by its present name.
        previous: the name under which it is locked, where that is another one.
        ref: what it is asked for by; empty for the default.
        before: revision; empty for an added model.
        after: revision; empty for a removed model, or one that is gone.
        dates: when the two were made; empty where that is not known.
        states: what became of it at its hub, where that was asked.
        comparison: what changed in it.
        news: the commits between the two.
        notables: what a person should know, by the locks alone.
        doubts: what could not be found out.
    """

    change: Literal["added", "removed", "changed", "same"]
    key: ModelKey
    previous: str = ""
    ref: str = ""
    before: str = ""
    after: str = ""
    dates: tuple[str, str] = ("", "")
    states: tuple[State, ...] = ()
    comparison: Comparison | None = None
    news: News | None = None
    notables: tuple[Notable, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What the change comes to; of a model that is locked for the first time, or no more, nothing is compared."""
        compared = self.comparison if self.change == "changed" else SAME
        return judge(compared, states=self.states, notables=(notable.kind for notable in self.notables))

    @property
    def unchanged(self) -> bool:
        """Whether there is nothing to say."""
        return self.change == "same" and set(self.states) <= {"current"}


def of_difference(detailed: Detailed) -> Report:
    """What differs between two locks."""
    match detailed.difference:
        case Added(model=model):
            return Report(
                change="added", key=model.key, ref=model.ref, after=model.revision, dates=("", model.committed)
            )
        case Removed(model=model):
            return Report(
                change="removed", key=model.key, ref=model.ref, before=model.revision, dates=(model.committed, "")
            )
        case Changed(before=before, after=after):
            return Report(
                change="changed",
                key=after.key,
                previous=before.key.name if before.key != after.key else "",
                ref=after.ref,
                before=before.revision,
                after=after.revision,
                dates=(before.committed, after.committed),
                states=detailed.states,
                comparison=detailed.comparison,
                news=detailed.news,
                notables=notable_changes(before, after),
                doubts=(detailed.doubt,) if detailed.doubt else (),
            )


def of_movement(movement: Movement) -> Report:
    """What became of a locked model."""
    model, latest = movement.model, movement.latest
    after = latest.revision if latest else ""
    return Report(
        change="changed" if latest and after != model.revision else "same",
        key=latest.key if latest else model.key,
        previous=model.key.name if latest and latest.key != model.key else "",
        ref=model.ref,
        before=model.revision,
        after=after,
        dates=(model.committed, movement.committed if latest else ""),
        states=movement.states,
        comparison=movement.comparison,
        news=movement.news,
        doubts=(*((movement.error.message,) if movement.error else ()), *movement.doubts),
    )


def between(hub: Hub, key: ModelKey, old: str, new: str, locked: LockedModel | None = None) -> Report:
    """What changed between two revisions of a model, given as branches, tags or commits.

    ``locked`` says which files count, and where its own revision may be stored.

    Raises:
        HubError: the model or one of the revisions is not there, or the hub does not say.
    """
    known = (locked.revision,) if locked else ()
    before = hub.describe(key, resolved(hub, key, old, known=known))
    after = hub.describe(key, resolved(hub, key, new, known=known))
    if before.revision == after.revision:
        return Report(change="same", key=after.key, before=before.revision, after=after.revision)
    first = Side.of_hub(before, hub, locked) if before.revision in known else Side(described=before, reader=hub)
    comparison = compare(replace(first, locked=locked), Side(described=after, reader=hub))
    news: News | None = None
    doubts: tuple[str, ...] = ()
    try:
        news = news_since(hub.history(key, after.revision), before.revision)
    except PtmdepsError as error:
        doubts = (f"its history: {error.message}",)
    newest = news.commits[0].committed if news and news.commits else ""
    return Report(
        change="changed",
        key=after.key,
        before=before.revision,
        after=after.revision,
        dates=(locked.committed if locked and first.locked else "", newest),
        comparison=replace(comparison, download=lacking(comparison, after, locked, hub)) if locked else comparison,
        # of a revision that is no ancestor, everything would be news
        news=news if news and news.found else None,
        doubts=doubts,
    )
