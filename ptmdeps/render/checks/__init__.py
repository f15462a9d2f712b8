"""Findings → text, JSON, SARIF, JUnit, Markdown: one module a form, all of them in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ptmdeps.render.checks.documents import as_document, as_sarif
from ptmdeps.render.checks.junit import as_junit
from ptmdeps.render.checks.markdown import as_markdown
from ptmdeps.render.checks.report import Report, checked, total
from ptmdeps.render.checks.text import as_text

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_document,
    "sarif": as_sarif,
    "junit": as_junit,
    "markdown": as_markdown,
}

__all__ = ["FORMATS", "Report", "checked", "total"]
