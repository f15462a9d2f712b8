"""The body of a pull request, from what it is about."""

from __future__ import annotations

from ptmdeps.lockfile.model import License
from ptmdeps.proposing.proposal import Proposal, Upgraded
from ptmdeps.render.proposals.advice import closing, impact
from ptmdeps.render.proposals.details import sections
from ptmdeps.render.proposals.fitting import Part, fitted
from ptmdeps.render.proposals.heads import (
    alert,
    ancestor_matters,
    better,
    gravest_first,
    matters,
    models_table,
    others,
    together,
    verdict_line,
)
from ptmdeps.render.proposals.quoting import code, revision
from ptmdeps.render.proposals.tables import changes
from ptmdeps.upgrade.notable import license_name

MOST_CHARACTERS = 200_000
"""More than anybody reads, whatever a forge takes: GitLab and Gitea take a million."""

_ADVICE = "`ptmdeps diff` shows everything."


def body(proposal: Proposal, limit: int) -> str:
    """Markdown of at most ``limit`` characters: what a forge takes without the hidden marker that is added to it.

    The verdict comes first, then which model moves where, what matters, what was and what is, and folded details. What
    does not fit is left out from the least important on, and that is said; verdict, what matters and what can be done
    stay. Nothing that comes from a hub is obeyed by a forge (see ``quoting``).
    """
    verdicts = [one.report.verdict for one in proposal.models]
    table = f"\n{models_table(proposal)}{others(proposal)}"
    start = verdict_line(together(verdicts)) + table
    start += alert("major" if proposal.ancestors else "none", ancestor_matters(proposal.ancestors))
    one_only = len(proposal.models) == 1
    parts = [Part(head=_head(one, alone=one_only), sections=sections(one)) for one in gravest_first(proposal.models)]
    return fitted(start, parts, closing(proposal), min(limit, MOST_CHARACTERS), _ADVICE)


def _head(one: Upgraded, *, alone: bool) -> str:
    """What is read first of one model; the verdict of an only one stands above already."""
    report = one.report
    heading = f"\n### {code(one.after.key.label)} {revision(one.after.revision)}\n\n{verdict_line(report.verdict)}"
    table = changes(report.comparison, _licenses(one)) if report.comparison else ""
    return "".join(
        (
            "" if alone else heading,
            alert(report.verdict.severity, matters(one)),
            better(one),
            impact(one.affected),
            f"\n{table}" if table else "",
        )
    )


def _licenses(one: Upgraded) -> tuple[License | None, License | None] | None:
    """Those of the locks, where they differ."""
    before, after = one.before.license, one.after.license
    return (before, after) if license_name(before) != license_name(after) else None
