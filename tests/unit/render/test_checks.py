"""Findings in every form: what is said, and that nothing in a name gets out of its place."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import fromstring

import pytest

from ptmdeps.checks import CHECKS
from ptmdeps.checks.evidence import gather
from ptmdeps.findings import Finding, Severity
from ptmdeps.identity import Location
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.manifest.policy import Policy
from ptmdeps.render.checks import FORMATS, Report
from ptmdeps.render.checks.markdown import MAX_CHARACTERS

HOSTILE = ("a|b", "@team", "<img src=x>", "x`y", "]]>", "\x1b[31m", "a\nb", "-->", "&amp;", "\u202e")
RULE = CHECKS[0].rule


def finding(name: str = "acme/tiny", severity: Severity = "error", hint: str = "Run `ptmdeps lock`") -> Finding:
    where = Location("ptm.lock", 7)
    return Finding(rule=RULE, severity=severity, message=f"`{name}` is wrong", models=(name,), where=where, hint=hint)


def report(*findings: Finding, failing: tuple[Severity, ...] = ("error",)) -> Report:
    evidence = gather(Lockfile(), "", Policy(), ())
    return Report(evidence=evidence, findings=findings, failing=failing)


def test_junit_has_a_test_for_every_rule_and_a_failure_for_what_fails() -> None:
    text = FORMATS["junit"](report(finding(), finding("acme/other", "warning")))
    root = fromstring(text)  # noqa: S314 - our own text
    cases = root.findall("./testsuite/testcase")
    assert len(cases) == len(CHECKS) + 1
    assert root.attrib["tests"] == str(len(cases)) and root.attrib["failures"] == "1"
    broken, said = (case for case in cases if case.get("classname") == f"ptmdeps.{RULE.identifier}")
    failure = broken.find("failure")
    assert failure is not None and failure.get("message") == "`acme/tiny` is wrong"
    assert broken.get("file") == "ptm.lock" and broken.get("line") == "7"
    assert said.find("failure") is None and "acme/other" in (said.findtext("system-out") or "")


def test_junit_fails_for_what_the_command_fails_for() -> None:
    strict = fromstring(FORMATS["junit"](report(finding(severity="warning"), failing=("error", "warning"))))  # noqa: S314
    assert strict.attrib["failures"] == "1"


def test_markdown_has_the_worst_first_and_each_hint_once() -> None:
    text = FORMATS["markdown"](report(finding("acme/a", "note"), finding("acme/b")))
    assert text.index("acme/b") < text.index("acme/a")
    assert text.count("ptmdeps lock") == 1
    assert "Found 1 error and 1 note." in text


def test_markdown_without_findings_is_short() -> None:
    assert FORMATS["markdown"](report()).splitlines()[-1].endswith("Found nothing wrong.")


def test_markdown_stays_below_what_forges_take() -> None:
    text = FORMATS["markdown"](report(*(finding(f"acme/{'x' * 80}{number}") for number in range(2000))))
    assert len(text) < MAX_CHARACTERS
    assert re.search(r"\n\d+ more do not fit here", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_in_their_cell(name: str) -> None:
    text = FORMATS["markdown"](report(finding(name)))
    row = next(line for line in text.splitlines() if RULE.identifier in line)
    assert row.count("|") == 5
    assert not {"@team", "<img"} & set(re.split(r"[ `]", re.sub(r"`[^`]*`", "", row)))
    assert "\x1b" not in text and "\u202e" not in text
    assert "<img" not in text
    assert "wrong" in html.unescape(row)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_in_their_attribute(name: str) -> None:
    text = FORMATS["junit"](report(finding(name)))
    assert len(fromstring(text).findall("./testsuite/testcase")) == len(CHECKS)  # noqa: S314
    assert "\x1b" not in text
