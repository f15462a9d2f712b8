"""PTM203: loading a model can run code of its repository."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence
from ptmdeps.findings import Finding, Rule, Severity
from ptmdeps.manifest.specifiers import specifier

_ALWAYS = frozenset({"torchhub"})
"""Hubs whose models are code."""

RULE = Rule(
    identifier="PTM203",
    name="RemoteCode",
    summary="Loading a model can run Python code of a model's repository.",
    reason="Whoever writes to that repository writes code that runs here; the lock pins which code that is, not that "
    "somebody has read it.",
    advice="Read the code at the locked commit. `policy.remote-code` says whether this is allowed (`allow`, `warn`, "
    "`deny`).",
    level="warning",
    severity="7.0",
    weakness="829",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    verdict = evidence.policy.remote_code
    severity: Severity = "error" if verdict == "deny" else "warning"
    for model in evidence.lockfile.models if verdict != "allow" else ():
        if model.remote_code:
            code = [file.path for file in model.files if file.path.endswith(".py")]
            files = f" ({code[0]}{f' and {len(code) - 1} more' if len(code) > 1 else ''})" if code else ""
            name = specifier(model.key, model.ref)
            runs = "runs code of its" if model.key.hub in _ALWAYS else "can run code of a model's"
            yield Finding(
                rule=RULE,
                severity=severity,
                message=f"Loading `{name}` {runs} repository{files}",
                models=(model.key.label,),
                where=evidence.place(model),
                hint="Read it at the locked commit; `policy.remote-code` in the manifest decides what it means",
            )


CHECK = Check(RULE, _find)
