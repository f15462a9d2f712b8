"""PTM202: the policy is about licences, and a model does not say which it has."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence
from ptmdeps.checks.licensing import excepted, said
from ptmdeps.findings import Finding, Rule, Severity
from ptmdeps.manifest.specifiers import specifier

RULE = Rule(
    identifier="PTM202",
    name="LicenseUnknown",
    summary="A model declares no licence, and the policy is about licences.",
    reason="What has no licence may not be used; where the policy lists what is allowed, nothing else is.",
    advice="Ask its authors, or use another model; an exception in `policy.licenses.exceptions` says that it was "
    "looked into.",
    level="error",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    policy = evidence.policy
    severity: Severity = "error" if policy.allow else "warning"
    for model in evidence.lockfile.models if policy.allow or policy.deny else ():
        # a name of a library has nothing that could have one: what it leads to is locked beside it
        if model.files and not said(model) and not excepted(model, policy):
            yield Finding(
                rule=RULE,
                severity=severity,
                message=f"`{specifier(model.key, model.ref)}` declares no licence",
                models=(model.key.label,),
                where=evidence.place(model),
                hint="Ask its authors, or add an exception with a reason to `policy.licenses.exceptions`",
            )


CHECK = Check(RULE, _find)
