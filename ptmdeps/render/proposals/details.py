"""What is folded: every difference that is known, each kind in a section of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ptmdeps.proposing.proposal import Affected, Upgraded
from ptmdeps.render.markdown import table_row
from ptmdeps.render.proposals.fitting import Section
from ptmdeps.render.proposals.heads import day
from ptmdeps.render.proposals.quoting import code, html_code, line, prose, revision
from ptmdeps.render.proposals.tables import (
    MOST_FIGURES,
    MOST_ROWS,
    MOST_SETTINGS,
    NOTHING,
    figure_rows,
    lines_changed,
    setting_rows,
)
from ptmdeps.render.quantities import counted, size
from ptmdeps.render.upgrade.lines import LABELS
from ptmdeps.upgrade.change import ChangeClass, Comparison, FileChange, TextChange, VocabularyChange, WeightChange
from ptmdeps.upgrade.news import News

MOST_CARD_LINES = 50
"""Lines of the difference of a card that are quoted."""

_MOST_LINES = 200
_MOST_PLACES = 5
_RANKS: Mapping[ChangeClass, int] = {"code": 1, "chat-template": 2, "card": 6}
_TEXTS: Mapping[ChangeClass, str] = {"code": "Code", "chat-template": "Chat template", "card": "Model card"}
_MORE_LINES = "… and {} more"
_KINDS = {"added": "added", "removed": "removed", "changed": "changed", "renamed": "renamed"}


def sections(one: Upgraded) -> tuple[Section, ...]:
    """The details of one model, in the order in which they are read."""
    comparison, news = one.report.comparison, one.report.news
    found: list[Section] = []
    if comparison:
        found += _texts(comparison, "code")
        found += _imports(comparison)
        found += _texts(comparison, "chat-template")
        found += _settings(comparison)
        found += [_vocabulary(change) for change in comparison.vocabularies]
        found += [_tensors(change) for change in comparison.weights if change.tensors]
        found += _figures(comparison)
    if news and news.count:
        found.append(_commits(news))
    if comparison:
        found += _files(comparison.files)
        found += _texts(comparison, "card")
        found += _unread(comparison)
    found += _places(one.affected)
    return tuple(section for section in found if section.rows)


def _block(title: str, name: str, rows: Iterable[str], *, rank: int, language: str = "diff") -> Section:
    """A section of lines (of ``line``)."""
    return Section(
        title=title,
        name=name,
        rows=tuple(rows),
        head=f'<pre lang="{language}"><code>',
        foot="</code></pre>\n",
        more=_MORE_LINES,
        rank=rank,
    )


def _table(title: str, name: str, headings: Sequence[str], rows: Iterable[str], *, rank: int) -> Section:
    """A section of rows of a table."""
    return Section(
        title=title,
        name=name,
        rows=tuple(rows),
        head=f"{table_row(headings)}\n{table_row('---' for _ in headings)}\n",
        more=table_row(["… and {} more", *[""] * (len(headings) - 1)]),
        rank=rank,
    )


def _texts(comparison: Comparison, of: ChangeClass) -> Iterator[Section]:
    most = MOST_CARD_LINES if of == "card" else _MOST_LINES
    for change in comparison.texts:
        if change.of == of:
            label = _TEXTS[of]
            counts = lines_changed(change) or "too long to compare line by line"
            title = f"{label} {_html_name(change.path)}: {counts}"
            yield _block(title, label.lower(), _lines(change, most), rank=_RANKS[of])


def _lines(change: TextChange, most: int) -> Iterator[str]:
    yield from (line(text) for text in change.lines[:most])
    if (left := len(change.lines) - most + change.cut) > 0 and len(change.lines) > 0:
        yield f"… and {counted(left, 'more line')} of the difference"


def _html_name(path: str) -> str:
    file, _, inner = path.partition("#")
    return f"{html_code(file)} ({html_code(inner)})" if inner and inner != "chat_template" else html_code(file)


def _imports(comparison: Comparison) -> Iterator[Section]:
    for changes, label in ((comparison.imports, "Imports of"), (comparison.pickles, "What unpickling imports in")):
        for change in changes:
            rows = (*(f"+ {line(name)}" for name in change.added), *(f"- {line(name)}" for name in change.removed))
            yield _block(f"{label} {html_code(change.path)}", "imports", rows, rank=1)


def _settings(comparison: Comparison) -> Iterator[Section]:
    """Of the files that have more of them than were shown already, and of cards."""
    most = MOST_SETTINGS if len(comparison.keys) < MOST_ROWS else 0
    quoted = {text.path for text in comparison.texts if text.lines}
    for path, found in groupby(sorted(comparison.keys, key=lambda change: change.path), lambda change: change.path):
        settings = list(found)
        if len(settings) > most or (path == "README.md" and path not in quoted):
            more = dict(comparison.more_keys).get(path, 0)
            title = f"{counted(len(settings) + more, 'setting')} in {html_code(path)}"
            rows = setting_rows(settings)
            if more:
                rows = (*rows, table_row([f"… and {more:,} more", "", ""]))
            rank = 6 if path == "README.md" else 2
            yield _table(title, "settings", ("setting", "before", "after"), rows, rank=rank)


def _vocabulary(change: VocabularyChange) -> Section:
    return _block(f"Tokens of {html_code(change.path)}", "tokens", _tokens(change), rank=3)


def _tokens(change: VocabularyChange) -> Iterator[str]:
    kept = {*change.added, *change.removed}
    yield from (f"  {line(token, 80)}   (is special now)" for token in change.special_added if token not in kept)
    yield from (f"  {line(token, 80)}   (is special no more)" for token in change.special_removed if token not in kept)
    special = {*change.special_added, *change.special_removed}
    for sign, tokens, count in (("-", change.removed, change.removed_count), ("+", change.added, change.added_count)):
        yield from (f"{sign} {line(token, 80)}{'   (special)' if token in special else ''}" for token in tokens)
        if count > len(tokens):
            yield f"{sign} … and {counted(count - len(tokens), 'more token')}"


def _tensors(change: WeightChange) -> Section:
    where = f" of {html_code(change.folder)}" if change.folder else ""
    rows = [
        table_row((code(one.name), code(one.before or "", 60) or NOTHING, code(one.after or "", 60) or NOTHING))
        for one in change.tensors
    ]
    if change.different > len(change.tensors):
        rows.append(table_row([f"… and {change.different - len(change.tensors):,} more", "", ""]))
    title = f"{counted(change.different, 'tensor')}{where}"
    return _table(title, "tensors", ("tensor", "before", "after"), rows, rank=3)


def _figures(comparison: Comparison) -> Iterator[Section]:
    if len(comparison.results) > MOST_FIGURES:
        rows = figure_rows(comparison)
        if comparison.more_results:
            rows = (*rows, table_row([f"… and {comparison.more_results:,} more", "", ""]))
        title = f"{counted(len(comparison.results) + comparison.more_results, 'figure')} of evaluations, by its card"
        yield _table(title, "figures", ("figure", "before", "after"), rows, rank=3)


def _commits(news: News) -> Section:
    new = set(news.new_authors)
    rows = [
        table_row(
            (
                revision(one.commit),
                day(one.committed) or NOTHING,
                ", ".join(f"{code(name, 60)}{' **new**' if name in new else ''}" for name in one.authors[:3])
                or NOTHING,
                code(one.title, 120) or NOTHING,
            )
        )
        for one in news.commits
    ]
    at_least = "" if news.found or news.exhausted else " or more"
    if news.count > len(news.commits):
        rows.append(table_row([f"… and {news.count - len(news.commits):,}{at_least} earlier", "", "", ""]))
    title = counted(news.count, "commit") + (at_least and " at least")
    return _table(title, "commits", ("commit", "date", "author", "what it says"), rows, rank=4)


def _files(files: Sequence[FileChange]) -> Iterator[Section]:
    ordered = sorted(files, key=lambda file: (not file.affects, file.path))
    rows = [table_row((_path(file), _KINDS[file.kind], _size(file), _class(file))) for file in ordered]
    yield _table(counted(len(files), "file"), "files", ("file", "change", "size", "what it is"), rows, rank=5)


def _path(file: FileChange) -> str:
    return f"{code(file.previous)} → {code(file.path)}" if file.previous else code(file.path)


def _size(file: FileChange) -> str:
    if file.kind == "removed":
        return size(file.before)
    same = file.kind != "changed" or file.before == file.after
    return size(file.after) if same else f"{size(file.before)} → {size(file.after)}"


def _class(file: FileChange) -> str:
    told = f"{LABELS[file.of]}, the same in another layout" if file.reformatted else LABELS[file.of]
    return told if file.affects or file.of in {"card", "license"} else f"{told}, not locked"


def _unread(comparison: Comparison) -> Iterator[Section]:
    rows = [f"- {code(path)}: {prose(reason)}" for path, reason in comparison.unread]
    if len(rows) > 1:
        title = f"{counted(len(rows), 'file')} that could not be compared"
        yield Section(title=title, name="what could not be compared", rows=tuple(rows), more="- … and {} more", rank=0)


def _places(affected: Affected) -> Iterator[Section]:
    if len(affected.places) > _MOST_PLACES:
        rows = tuple(f"- {code(place)}" for place in affected.places)
        title = f"{counted(len(rows), 'place')} that {'loads' if len(rows) == 1 else 'load'} it"
        yield Section(title=title, name="places", rows=rows, more="- … and {} more", rank=5)
