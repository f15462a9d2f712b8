"""Comparisons and movements as JSON: docs/reference/upgrade-json.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ptmdeps.lockfile.model import License, LockedModel
from ptmdeps.upgrade.change import Comparison, WeightChange
from ptmdeps.upgrade.movement import Movement
from ptmdeps.upgrade.news import News
from ptmdeps.upgrade.report import Report
from ptmdeps.upgrade.verdict import RULES, Verdict

_FILE = ("kind", "path", "previous", "before", "after", "of", "affects", "reformatted")


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Everything that differs; texts as they are, so that a program has to mind what it shows."""
    license_ = comparison.license
    return {
        "before": comparison.before,
        "after": comparison.after,
        "classes": list(comparison.classes),
        "elsewhere": list(comparison.elsewhere),
        "documents_only": comparison.documents_only,
        "download": comparison.download,
        "license": {"before": _license(license_.before), "after": _license(license_.after)} if license_ else None,
        "disabled": comparison.disabled,
        "gated": {"before": comparison.gated[0], "after": comparison.gated[1]} if comparison.gated else None,
        "formats": {"before": list(comparison.formats[0]), "after": list(comparison.formats[1])},
        "weights": [_weights(change) for change in comparison.weights],
        "settings": [asdict(change) for change in comparison.keys],
        "more_settings": dict(comparison.more_keys),
        "vocabularies": [asdict(change) for change in comparison.vocabularies],
        "texts": [asdict(change) for change in comparison.texts],
        "imports": [asdict(change) for change in comparison.imports],
        "pickles": [asdict(change) for change in comparison.pickles],
        "results": [asdict(change) for change in comparison.results],
        "more_results": comparison.more_results,
        "requirements": [asdict(change) for change in comparison.requirements],
        "origins": [asdict(change) for change in comparison.origins],
        "files": [{name: getattr(change, name) for name in _FILE} for change in comparison.files],
        "unread": [{"path": path, "reason": reason} for path, reason in comparison.unread],
    }


def movement_document(movement: Movement) -> dict[str, Any]:
    """What became of one model."""
    model, latest = movement.model, movement.latest
    renamed = latest is not None and latest.key != model.key
    return {
        **_named(model),
        "states": list(movement.states),
        "outdated": movement.outdated,
        "verdict": verdict_document(movement.verdict),
        "locked": {"revision": model.revision, "committed": model.committed or None},
        "latest": {"revision": latest.revision, "committed": movement.committed or None} if latest else None,
        "renamed_to": latest.key.name if latest and renamed else None,
        "newest": asdict(movement.newest) if movement.newest else None,
        "waiting": movement.waiting,
        "news": _news(movement.news) if movement.news else None,
        "comparison": comparison_document(movement.comparison) if movement.comparison else None,
        "error": movement.error.message if movement.error else None,
        "doubts": list(movement.doubts),
    }


def report_document(report: Report) -> dict[str, Any]:
    """What changed of one model."""
    return {
        "change": report.change,
        "hub": report.key.hub,
        "name": report.key.name,
        "previous": report.previous or None,
        "ref": report.ref or None,
        "before": {"revision": report.before, "committed": report.dates[0] or None} if report.before else None,
        "after": {"revision": report.after, "committed": report.dates[1] or None} if report.after else None,
        "states": list(report.states),
        "verdict": verdict_document(report.verdict),
        "notable": [{"kind": notable.kind, "text": notable.text} for notable in report.notables],
        "news": _news(report.news) if report.news else None,
        "comparison": comparison_document(report.comparison) if report.comparison else None,
        "doubts": list(report.doubts),
    }


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """What a change comes to."""
    return {
        "kind": verdict.kind,
        "kinds": list(verdict.kinds),
        "severity": verdict.severity,
        "certain": verdict.certain,
        "rules": [{"name": name, "meaning": RULES[name].meaning} for name in verdict.rules],
    }


def _named(model: LockedModel) -> dict[str, Any]:
    return {"hub": model.key.hub, "name": model.key.name, "ref": model.ref or None}


def _news(news: News) -> dict[str, Any]:
    return {
        "count": news.count,
        "found": news.found,
        "exhausted": news.exhausted,
        "new_authors": list(news.new_authors),
        "commits": [
            {
                "commit": revision.commit,
                "committed": revision.committed or None,
                "title": revision.title,
                "authors": list(revision.authors),
            }
            for revision in news.commits
        ],
    }


def _license(license_: License | None) -> dict[str, Any] | None:
    if license_ is None:
        return None
    return {
        "declared": license_.declared,
        "concluded": license_.concluded or None,
        "text": license_.text or None,
        "recognized": license_.recognized or None,
        "likeness": license_.likeness,
    }


def _weights(change: WeightChange) -> dict[str, Any]:
    return {
        "folder": change.folder,
        "verdict": change.verdict,
        "formats": {"before": list(change.formats[0]), "after": list(change.formats[1])},
        "files": {"before": change.files[0], "after": change.files[1]},
        "size": {"before": change.size[0], "after": change.size[1]},
        "parameters": {"before": change.parameters[0], "after": change.parameters[1]},
        "added": change.added,
        "removed": change.removed,
        "retyped": [{"before": old, "after": new, "tensors": count} for old, new, count in change.retyped],
        "reshaped": change.reshaped,
        "different": change.different,
        "tensors": [asdict(tensor) for tensor in change.tensors],
        "moved": change.moved,
        "same_headers": change.same_headers,
        "same_files": change.same_files,
    }
