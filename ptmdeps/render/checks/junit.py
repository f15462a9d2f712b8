"""Findings as a JUnit report, which every CI system shows as tests: one test a rule, or a finding of it.

There is no specification; this is the part that the readers have in common
(https://github.com/testmoapp/junitxml describes it).
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ptmdeps.checks import CHECKS, Finding
from ptmdeps.findings import Rule
from ptmdeps.paths import printable
from ptmdeps.render.checks.report import Report

_LONGEST = 4000


def as_junit(report: Report) -> str:
    """A rule that nothing breaks is a test that passes; a finding is one that fails, or only says something.

    Findings below what the command fails for pass with their text as output: JUnit knows no warnings.
    """
    failures = sum(finding.severity in report.failing for finding in report.findings)
    suites = Element("testsuites", name="ptmdeps check")
    suite = SubElement(suites, "testsuite", name="ptmdeps check")
    for check in CHECKS:
        found = [finding for finding in report.findings if finding.rule == check.rule]
        for case in _cases(check.rule, found, report):
            suite.append(case)
    for element in (suites, suite):
        element.attrib |= {"tests": str(len(suite)), "failures": str(failures), "errors": "0", "skipped": "0"}
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _cases(rule: Rule, found: list[Finding], report: Report) -> Iterator[Element]:
    name = f"ptmdeps.{rule.identifier}"
    if not found:
        yield Element("testcase", classname=name, name=rule.name)
    for finding in found:
        subject = ", ".join(finding.models) or finding.where.path
        place = {"file": printable(finding.where.path), "line": str(finding.where.line)}
        case = Element("testcase", classname=name, name=printable(f"{rule.name} {subject}", limit=200), attrib=place)
        text = _text(finding)
        if finding.severity in report.failing:
            failure = SubElement(case, "failure", message=_one(finding.message), type=finding.severity)
            failure.text = text
        else:
            SubElement(case, "system-out").text = text
        yield case


def _text(finding: Finding) -> str:
    hint = f"\nhint: {_one(finding.hint)}" if finding.hint else ""
    return f"{finding.where}: {finding.severity}[{finding.rule.identifier}]: {_one(finding.message)}{hint}"


def _one(text: str) -> str:
    # what XML cannot hold is not printable either
    return printable(text, limit=_LONGEST)
