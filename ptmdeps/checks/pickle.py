"""PTM204: a model is a pickle."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence
from ptmdeps.findings import Finding, Rule, Severity
from ptmdeps.manifest.specifiers import specifier

RULE = Rule(
    identifier="PTM204",
    name="Pickle",
    summary="A model's files are pickles.",
    reason="Unpickling can call anything that the file names. The lock records what that is (`pickle.called`); "
    "safetensors can call nothing.",
    advice="Use a model, or a revision of it, with safetensors. `policy.pickle` says whether pickles are allowed "
    "(`allow`, `warn`, `deny`).",
    level="warning",
    severity="6.0",
    weakness="502",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    verdict = evidence.policy.pickle
    severity: Severity = "error" if verdict == "deny" else "warning"
    for model in evidence.lockfile.models if verdict != "allow" else ():
        pickles = [file.path for file in model.files if file.pickle is not None]
        if pickles:
            more = f" and {len(pickles) - 1} more" if len(pickles) > 1 else ""
            yield Finding(
                rule=RULE,
                severity=severity,
                message=f"`{specifier(model.key, model.ref)}` is loaded from pickles ({pickles[0]}{more})",
                models=(model.key.label,),
                where=evidence.place(model),
                hint="Use safetensors; `policy.pickle` in the manifest decides what pickles mean",
            )


CHECK = Check(RULE, _find)
