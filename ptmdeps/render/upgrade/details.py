"""A comparison in full, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ptmdeps.paths import printable
from ptmdeps.render.models import Style
from ptmdeps.render.quantities import counted, short, size
from ptmdeps.render.upgrade.lines import (
    LABELS,
    STATES,
    class_lines,
    key_text,
    origin_text,
    parameters_text,
    requirement_text,
    result_text,
    verdict_text,
    weights_text,
)
from ptmdeps.upgrade.change import (
    ChangeClass,
    Comparison,
    FileChange,
    RequirementChange,
    TextChange,
    VocabularyChange,
    WeightChange,
)
from ptmdeps.upgrade.news import News
from ptmdeps.upgrade.report import Report

_DATE = len("2026-12-31")
_MOST_FILES = 50
_MOST_COMMITS = 10
_LONGEST = 1000
_COLORS = {"+": "green", "-": "red", "~": "yellow", "@": "cyan"}
_SIGNS = {"added": "+", "removed": "-", "changed": "~", "renamed": "~"}


def heading(report: Report) -> str:
    """Name and revisions: ``org/name@v1 86b5e0934494 2024-02-19 -> 6d2f3c1a0b2c 2024-05-01``."""
    name = printable(f"{report.key.label}@{report.ref}" if report.ref else report.key.label)
    revisions = ((report.before, report.dates[0]), (report.after, report.dates[1]))
    shown = [f"{short(revision)} {date[:_DATE]}".rstrip() for revision, date in revisions if revision]
    match report.change:
        case "added" | "removed":
            return f"{name} {shown[0]} ({'not locked before' if report.change == 'added' else 'locked no more'})"
        case "same":
            return f"{name} {shown[0]}{': nothing changed' if report.unchanged else ''}"
        case _:
            return f"{name} {' -> '.join(shown)}"


def summary_lines(report: Report) -> Iterator[str]:
    """What it comes to, one line a class, and what else is to be said before the details."""
    if report.comparison or report.states:
        yield verdict_text(report.verdict)
    if report.previous:
        yield f"renamed, was {printable(report.previous)}"
    yield from (STATES[state] for state in report.states if state in STATES)
    if report.comparison:
        yield from class_lines(report.comparison)
        if report.comparison.download:
            yield f"to download: {size(report.comparison.download)}"
    yield from (f"not known: {printable(doubt)}" for doubt in report.doubts)


def sections(report: Report) -> Iterator[tuple[str, list[str]]]:
    """The details, each with its heading; those without any are left out."""
    if report.news and report.news.count:
        yield "commits", list(_news(report.news))
    if report.comparison:
        yield from ((title, body) for title, body in _sections(report.comparison) if body)


def diff_text(reports: Sequence[Report], style: Style) -> str:
    """Every report in full, for a terminal."""
    blocks = []
    for report in reports:
        lines = [heading(report), *(f"  {line}" for line in summary_lines(report))]
        for title, body in sections(report):
            lines += ["", f"  {title}", *(f"    {line}" for line in body)]
        blocks.append("".join(f"{_colored(line, color=style.color)}\n" for line in lines))
    return "\n".join(blocks)


def _news(news: News) -> Iterator[str]:
    """The commits since the earlier revision, and who wrote them."""
    for revision in news.commits[:_MOST_COMMITS]:
        authors = printable(", ".join(revision.authors), 60)
        yield f"{short(revision.commit)} {revision.committed[:_DATE]} {authors}: {printable(revision.title)}"
    if news.count > _MOST_COMMITS:
        at_least = "" if news.found or news.exhausted else " or more"
        yield f"and {news.count - _MOST_COMMITS:,}{at_least} earlier ones"
    if news.new_authors:
        yield f"new authors: {', '.join(printable(author, 60) for author in news.new_authors[:_MOST_COMMITS])}"


def _sections(comparison: Comparison) -> Iterator[tuple[str, list[str]]]:
    yield "weights", [line for change in comparison.weights for line in _weights(change)]
    for path in dict.fromkeys(change.path for change in comparison.keys):
        yield f"settings in {printable(path)}", [key_text(change) for change in comparison.keys if change.path == path]
    for vocabulary in comparison.vocabularies:
        yield f"vocabulary of {printable(vocabulary.path)}", list(_vocabulary(vocabulary))
    for imports in comparison.imports:
        yield f"imports of {printable(imports.path)}", _plus_minus(imports.added, imports.removed)
    for pickle in comparison.pickles:
        doubt = [f"not everything is known: {printable(pickle.incomplete)}"] if pickle.incomplete else []
        yield f"globals in {printable(pickle.path)}", [*_plus_minus(pickle.added, pickle.removed), *doubt]
    for text in comparison.texts:
        yield f"text of {printable(text.path)}", list(_text(text))
    yield "claimed figures", list(_results(comparison))
    yield "Python", [_requirement(change) for change in comparison.requirements]
    yield "origin", [f"{'+' if one.kind == 'added' else '-'} {origin_text(one)}" for one in comparison.origins]
    yield "files", list(_files(comparison.files))
    yield "not compared", [f"{printable(path)}: {printable(reason)}" for path, reason in comparison.unread]


def _weights(change: WeightChange) -> Iterator[str]:
    yield weights_text(change)
    if change.verdict != "other-tensors" and (parameters := parameters_text(change)):
        yield parameters
    if change.moved:
        yield f"{counted(change.moved, 'tensor')} only moved to another file"
    if change.same_headers:
        yield f"{counted(change.same_headers, 'file')} with the same header and other values"
    if change.same_files:
        yield f"{counted(change.same_files, 'more file')} of weights there did not change"
    for tensor in change.tensors:
        sign = "+" if tensor.before is None else "-" if tensor.after is None else "~"
        shown = " -> ".join(printable(side, 80) for side in (tensor.before, tensor.after) if side)
        yield f"{sign} {printable(tensor.name)} {shown}"
    if change.different > len(change.tensors):
        yield f"and {counted(change.different - len(change.tensors), 'more tensor')}"


def _vocabulary(change: VocabularyChange) -> Iterator[str]:
    yield f"{change.before:,} -> {change.after:,} tokens"
    for sign, tokens, count in (("+", change.added, change.added_count), ("-", change.removed, change.removed_count)):
        yield from (f"{sign} {printable(token)}" for token in tokens)
        if count > len(tokens):
            yield f"{sign} and {counted(count - len(tokens), 'more token')}"
    yield from (f"+ special: {printable(token)}" for token in change.special_added)
    yield from (f"- special: {printable(token)}" for token in change.special_removed)
    if change.renumbered:
        yield f"~ {counted(change.renumbered, 'token')} have other numbers"
    if change.merges:
        yield f"~ {change.merges[0]:,} -> {change.merges[1]:,} merge rules"


def _results(comparison: Comparison) -> Iterator[str]:
    for change in comparison.results:
        sign = "+" if change.before is None else "-" if change.after is None else "~"
        task = f" ({printable(change.task)})" if change.task and change.metric else ""
        yield f"{sign} {result_text(change)}{task}"
    if comparison.more_results:
        yield f"and {counted(comparison.more_results, 'more figure')}"


def _requirement(change: RequirementChange) -> str:
    sign = "+" if change.before is None else "-" if change.after is None else "~"
    return f"{sign} {requirement_text(change)}"


def _plus_minus(added: tuple[str, ...], removed: tuple[str, ...]) -> list[str]:
    return [*(f"+ {printable(name)}" for name in added), *(f"- {printable(name)}" for name in removed)]


def _text(change: TextChange) -> Iterator[str]:
    if not change.lines:
        yield "too long to compare line by line"
    yield from (printable(line.replace("\t", "    "), _LONGEST) for line in change.lines)
    if change.cut:
        yield f"… and {counted(change.cut, 'more line')}"


def _files(files: tuple[FileChange, ...]) -> Iterator[str]:
    for change in files[:_MOST_FILES]:
        yield f"{_SIGNS[change.kind]} {_name(change)} ({_class(change)}, {_size(change)})"
    if len(files) > _MOST_FILES:
        yield f"and {counted(len(files) - _MOST_FILES, 'more file')}"


def _name(change: FileChange) -> str:
    return f"{printable(change.previous)} -> {printable(change.path)}" if change.previous else printable(change.path)


def _class(change: FileChange) -> str:
    of: ChangeClass = change.of
    shown = f"{LABELS[of]}, same settings" if change.reformatted else LABELS[of]
    return shown if change.affects or of in {"card", "license"} else f"{shown}, not locked"


def _size(change: FileChange) -> str:
    match change.kind:
        case "added" | "renamed":
            return size(change.after)
        case "removed":
            return size(change.before)
        case _:
            same = change.before == change.after
            return size(change.after) if same else f"{size(change.before)} -> {size(change.after)}"


def _colored(line: str, *, color: bool) -> str:
    sign = line.strip()[:1]
    if not color or sign not in _COLORS or not line.startswith("  "):
        return line
    from rich.style import Style as RichStyle

    return RichStyle(color=_COLORS[sign]).render(line)
