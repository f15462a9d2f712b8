"""PTM301: an entry of the lock was changed by something else than ptmdeps."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence
from ptmdeps.findings import Finding, Rule
from ptmdeps.lockfile.staleness import tampered

RULE = Rule(
    identifier="PTM301",
    name="LockTampered",
    summary="An entry of the lock does not fit its digest.",
    reason="Somebody edited it, a merge went wrong, or a bot moved a revision and left the hashes of another one.",
    advice="Run `ptmdeps lock`, which pins the model anew.",
    level="error",
    severity="7.5",
    weakness="494",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    for reason in tampered(evidence.lockfile):
        yield Finding(
            rule=RULE,
            severity="error",
            message=f"The entry of `{reason.model.key.label}` was changed without locking again",
            models=(reason.model.key.label,),
            where=evidence.place(reason.model),
            hint="Run `ptmdeps lock`",
        )


CHECK = Check(RULE, _find)
