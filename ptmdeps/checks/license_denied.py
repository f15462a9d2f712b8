"""PTM201: the policy does not allow a model's licence."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence
from ptmdeps.checks.licensing import allowed, excepted, said
from ptmdeps.findings import Finding, Rule
from ptmdeps.manifest.specifiers import specifier
from ptmdeps.paths import printable

RULE = Rule(
    identifier="PTM201",
    name="LicenseNotAllowed",
    summary="A model's licence is not one that the policy allows.",
    reason="`policy.licenses` in the manifest says which licences the project may use.",
    advice="Use another model, or, if the licence was read and accepted, add an exception with a reason to "
    "`policy.licenses.exceptions`.",
    level="error",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    for model in evidence.lockfile.models:
        license_ = said(model)
        if license_ and not allowed(license_, evidence.policy) and not excepted(model, evidence.policy):
            verb = "is denied" if evidence.policy.deny and not evidence.policy.allow else "is not allowed"
            name = specifier(model.key, model.ref)
            evidence_file = f" ({model.license.evidence})" if model.license and model.license.evidence else ""
            yield Finding(
                rule=RULE,
                severity="error",
                message=f"`{name}` has the licence `{printable(license_)}`{evidence_file}, which {verb}",
                models=(model.key.label,),
                where=evidence.place(model),
                hint="Use another model, or add an exception with a reason to `policy.licenses.exceptions`",
                about=license_,
                facts=(("license", license_),),
            )


CHECK = Check(RULE, _find)
