"""Licences → text, JSON, Markdown, CSV, and the notice that is handed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ptmdeps.render.licenses.documents import as_csv, as_document, as_markdown
from ptmdeps.render.licenses.notice import notice
from ptmdeps.render.licenses.report import Report, total
from ptmdeps.render.licenses.text import as_text

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_document,
    "markdown": as_markdown,
    "csv": as_csv,
}

__all__ = ["FORMATS", "Report", "notice", "total"]
