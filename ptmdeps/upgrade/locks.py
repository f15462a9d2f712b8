"""What changed between two pins of a model: with its hub where that answers, else from the locks alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ptmdeps.errors import PtmdepsError, RevisionNotFound
from ptmdeps.hubs.protocol import Hub
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.difference import Added, Changed, Difference, Removed
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.upgrade.change import Comparison
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.movement import MODELS_AT_ONCE, STATES, State, identity_states
from ptmdeps.upgrade.news import News, news_since
from ptmdeps.upgrade.refs import is_commit
from ptmdeps.upgrade.side import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Detailed:
    """A difference of two locks, and for a model that is locked at another revision, what changed in it.

    Attributes:
        difference: of the locks.
        comparison: what changed.
        states: what happened to it between the two, in the order of ``movement.STATES``.
        news: the commits between the two; ``None`` where the later revision does not come from the earlier one.
        doubt: why only the locks were compared where the hub was to be asked, too, or what it did not say.
    """

    difference: Difference
    comparison: Comparison | None = None
    states: tuple[State, ...] = ()
    news: News | None = None
    doubt: str = ""


def paired(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """The same differences; a model that is locked at another ref instead is one that changed."""
    differences = tuple(differences)
    sides: dict[ModelKey, list[Added | Removed]] = defaultdict(list)
    for difference in differences:
        if not isinstance(difference, Changed):
            sides[difference.model.key].append(difference)
    moved: dict[ModelKey, Difference] = {}
    for key, found in sides.items():
        gone = [one.model for one in found if isinstance(one, Removed)]
        come = [one.model for one in found if isinstance(one, Added)]
        if len(gone) == len(come) == 1:
            moved[key] = Changed(before=gone[0], after=come[0])
    kept: list[Difference] = []
    for difference in differences:
        if isinstance(difference, Changed) or difference.model.key not in moved:
            kept.append(difference)
        elif isinstance(difference, Added):
            kept.append(moved[difference.model.key])
    return tuple(kept)


def detailed(
    differences: Iterable[Difference], hubs: Callable[[str], Hub], *, offline: bool = False
) -> tuple[Detailed, ...]:
    """Look into every model that changed, many at a time; never raises for what a hub says."""

    def look(difference: Difference) -> Detailed:
        match difference:
            case Changed(before=before, after=after):
                return _changed(difference, before, after, hubs(after.key.hub), offline=offline)
            case Added() | Removed():
                return Detailed(difference=difference)

    with ThreadPoolExecutor(MODELS_AT_ONCE, thread_name_prefix="compare") as pool:
        return tuple(pool.map(look, differences))


def _changed(difference: Difference, before: LockedModel, after: LockedModel, hub: Hub, *, offline: bool) -> Detailed:
    states = identity_states(before.key, before.identifier, after.key, after.identifier)
    asked = Detailed(difference=difference)
    if not offline and before.revision != after.revision:
        try:
            return _asked(difference, before, after, hub, states)
        except PtmdepsError as error:
            asked = replace(asked, doubt=error.message)
    comparison = compare(Side.of_lock(before, hub), Side.of_lock(after, hub))
    return replace(asked, comparison=_with_download(comparison, after, hub), states=_ordered(states))


def _asked(difference: Difference, before: LockedModel, after: LockedModel, hub: Hub, states: set[State]) -> Detailed:
    new = Side.of_revision(after, hub.describe(after.key, after.revision, after), hub)
    try:
        old = Side.of_revision(before, hub.describe(after.key, before.revision), hub)
    except RevisionNotFound:
        if "recreated" not in states:
            states.add("rewritten")
        old = Side.of_lock(before, hub)
    found = Detailed(difference=difference, comparison=_with_download(compare(old, new), after, hub))
    try:
        news = _news(before, after, hub, states)
        if before.ref == after.ref and _is_tag(after, hub):
            states.add("tag-moved")
    except PtmdepsError as error:
        return replace(found, states=_ordered(states), doubt=f"its history: {error.message}")
    return replace(found, states=_ordered(states), news=news if news and news.found else None)


def _news(before: LockedModel, after: LockedModel, hub: Hub, states: set[State]) -> News | None:
    """The commits between; a revision that is no ancestor was rewritten, unless it is just going back to one."""
    news = news_since(hub.history(after.key, after.revision), before.revision)
    if news.rewritten and news.count and before.ref == after.ref and "recreated" not in states:
        back = "rewritten" not in states and news_since(hub.history(after.key, before.revision), after.revision).found
        states |= set() if back else {"rewritten"}
    return news


def _is_tag(model: LockedModel, hub: Hub) -> bool:
    if not model.ref or is_commit(model.ref):
        return False
    return any(ref.kind == "tag" and ref.name == model.ref for ref in hub.refs(model.key))


def _ordered(states: set[State]) -> tuple[State, ...]:
    return tuple(state for state in STATES if state in states)


def _with_download(comparison: Comparison, after: LockedModel, hub: Hub) -> Comparison:
    """Bytes that the store lacks of what changed."""
    taken = {change.path for change in comparison.files if change.affects and change.kind in {"added", "changed"}}
    lacking = (f.size for f in after.files if f.path in taken and not hub.stored_path(after, f).is_file())
    return replace(comparison, download=sum(lacking))
