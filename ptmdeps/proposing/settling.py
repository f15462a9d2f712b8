"""Why an open pull request need not move a model any more: nothing that is only not known counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from ptmdeps.lockfile.model import Lockfile
from ptmdeps.manifest.pull_requests import PullRequestSettings
from ptmdeps.paths import printable
from ptmdeps.proposing.candidates import wanted_rule
from ptmdeps.proposing.markers import Moved
from ptmdeps.upgrade.movement import Movement


def settling(
    lockfile: Lockfile, movements: Iterable[Movement], settings: PullRequestSettings, moment: datetime
) -> Callable[[Moved], str]:
    """A function that gives the reason for one model, as the lock, its hub and the manifest have it; empty for none."""
    models = {(str(model.key), model.ref): model for model in lockfile.models}
    asked = {(str(found.model.key), found.model.ref): found for found in movements}

    def settled(move: Moved) -> str:
        model = models.get(move.wish)
        if model is None:
            return f"the project does not lock `{printable(move.model)}` any more"
        name = printable(model.title)
        if model.revision == move.after:
            return f"the base branch locks `{name}` at that revision already"
        if wanted_rule(settings, model, move.after, moment):
            return f"a rule of the manifest ignores `{name}`"
        found = asked.get(move.wish)
        if found is not None and found.states == ("current",) and not found.waiting:
            return f"what is locked of `{name}` is again the newest"
        return ""

    return settled
