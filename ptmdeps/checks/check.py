"""A rule with the function that looks for what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ptmdeps.checks.evidence import Evidence
from ptmdeps.findings import Finding, Rule


@dataclass(frozen=True, slots=True)
class Check:
    """A rule, and how to find what breaks it."""

    rule: Rule
    find: Callable[[Evidence], Iterable[Finding]]
