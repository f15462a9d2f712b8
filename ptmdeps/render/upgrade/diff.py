"""``diff``: reports → text, JSON or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ptmdeps.render.models import Style, as_json
from ptmdeps.render.upgrade.details import diff_text
from ptmdeps.render.upgrade.documents import report_document
from ptmdeps.render.upgrade.markdown import diff_markdown
from ptmdeps.upgrade.report import Report


def diff_json(reports: Sequence[Report], _: Style) -> str:
    """Everything that was found out."""
    return as_json({"version": 1, "models": [report_document(report) for report in reports]})


DIFF_FORMATS: Mapping[str, Callable[[Sequence[Report], Style], str]] = {
    "text": diff_text,
    "json": diff_json,
    "markdown": diff_markdown,
}
