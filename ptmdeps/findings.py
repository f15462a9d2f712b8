"""What checks have to say: rules that can be broken, and findings that one was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ptmdeps.identity import Location

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""From worst to mildest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        identifier: stable, ``PTM001``.
        name: the same for people, in camel case.
        summary: one sentence.
        reason: why it matters.
        advice: what to do, in Markdown.
        level: of its findings, unless they say otherwise.
        severity: GitHub's ``security-severity``, from 0.0 to 10.0 as in CVSS; empty where it is not about security.
        related: rules of bandit about the same thing.
        weakness: number in the Common Weakness Enumeration; empty where there is none.
    """

    identifier: str
    name: str
    summary: str
    reason: str
    advice: str
    level: Severity
    severity: str = ""
    related: tuple[str, ...] = ()
    weakness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """That a rule is broken.

    Attributes:
        rule: the rule.
        severity: of this finding.
        message: one sentence for people, without a full stop.
        models: names of the locked models that it is about, sorted.
        where: the line of a file of the project that says what is wrong.
        hint: what to do next; empty where there is nothing to say.
        about: what makes it the same finding in another run, besides rule and models: no line, no path of a machine.
        facts: what the message says, for programs: name and value.
    """

    rule: Rule
    severity: Severity
    message: str
    models: tuple[str, ...]
    where: Location
    hint: str = ""
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()
