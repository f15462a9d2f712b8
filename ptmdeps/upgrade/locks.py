"""What changed between two pins of a model: with its hub where that answers, else from the locks alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs.protocol import Hub
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.difference import Added, Changed, Difference, Removed
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.upgrade.change import Comparison
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.movement import MODELS_AT_ONCE
from ptmdeps.upgrade.side import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Detailed:
    """A difference of two locks, and for a model that is locked at another revision, what changed in it.

    ``doubt`` says why only the locks were compared where the hub was to be asked, too.
    """

    difference: Difference
    comparison: Comparison | None = None
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
    doubt = ""
    if not offline and before.revision != after.revision:
        try:
            old = Side.of_revision(before, hub.describe(after.key, before.revision), hub)
            new = Side.of_revision(after, hub.describe(after.key, after.revision, after), hub)
            return Detailed(difference=difference, comparison=_with_download(compare(old, new), after, hub))
        except PtmdepsError as error:
            doubt = error.message
    comparison = compare(Side.of_lock(before, hub), Side.of_lock(after, hub))
    return Detailed(difference=difference, comparison=_with_download(comparison, after, hub), doubt=doubt)


def _with_download(comparison: Comparison, after: LockedModel, hub: Hub) -> Comparison:
    """Bytes that the store lacks of what changed."""
    taken = {change.path for change in comparison.files if change.affects and change.kind in {"added", "changed"}}
    lacking = (f.size for f in after.files if f.path in taken and not hub.stored_path(after, f).is_file())
    return replace(comparison, download=sum(lacking))
