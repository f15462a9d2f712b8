"""What was and what is, one row each: what a reviewer compares at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ptmdeps.inspect.formats import file_format
from ptmdeps.lockfile.model import License
from ptmdeps.render.markdown import table_row
from ptmdeps.render.proposals.quoting import code
from ptmdeps.render.quantities import counted, size
from ptmdeps.upgrade.change import (
    ChangeClass,
    Comparison,
    KeyChange,
    RequirementChange,
    TextChange,
    VocabularyChange,
    WeightChange,
)
from ptmdeps.upgrade.notable import license_name

MOST_SETTINGS = 8
"""Settings of one file that are shown at once; all of them are in the details."""

MOST_ROWS = 40
"""Rows of the table; a repository may have hundreds of files with settings."""

MOST_FIGURES = 6
_MOST = 4
_VALUE = 80
NOTHING = "—"

Row = tuple[str, ...]
"""What it is about, before and after: cells that are Markdown."""


def changes(comparison: Comparison, licenses: tuple[License | None, License | None] | None) -> str:
    """The table; empty where there is nothing to compare. ``licenses`` are those of the locks where they differ."""
    rows = [table_row(row) for row in _rows(comparison, licenses)]
    if len(rows) > MOST_ROWS:
        rows[MOST_ROWS:] = [table_row((f"… {counted(len(rows) - MOST_ROWS, 'more row')}", "", ""))]
    return "\n".join(("| | before | after |", "|---|---|---|", *rows, "")) if rows else ""


def setting_rows(settings: Iterable[KeyChange]) -> tuple[str, ...]:
    """One row of a table for each setting."""
    return tuple(table_row((code(one.key), _value(one.before), _value(one.after))) for one in settings)


def figure_rows(comparison: Comparison) -> tuple[str, ...]:
    """One row of a table for each figure of an evaluation."""
    return tuple(table_row(row) for row in _figures(comparison, len(comparison.results)))


def text_title(path: str) -> str:
    """The name of a text: of one within a file, both."""
    file, _, inner = path.partition("#")
    return f"{code(file)}: {code(inner)}" if inner else code(file)


def lines_changed(change: TextChange) -> str:
    """``+3 -1 lines``; empty where that is not known."""
    counts = ((change.added, "+"), (change.removed, "-"))
    told = " ".join(f"{sign}{count:,}" for count, sign in counts if count)
    return f"{told} {'line' if change.added + change.removed == 1 else 'lines'}" if told else ""


def _rows(comparison: Comparison, licenses: tuple[License | None, License | None] | None) -> Iterator[Row]:
    if comparison.license:
        licenses = (comparison.license.before, comparison.license.after)
    if licenses:
        yield "**licence**", *(_license(one) for one in licenses)
    if comparison.gated:
        yield "**access**", *(f"gated ({code(gate)})" if gate else "open" for gate in comparison.gated)
    if comparison.formats[0] != comparison.formats[1] and any(comparison.formats):
        yield "**format**", *(code(", ".join(formats)) or NOTHING for formats in comparison.formats)
    for weights in comparison.weights[:_MOST]:
        yield from _weights(weights)
    if len(comparison.weights) > _MOST:
        yield f"… {counted(len(comparison.weights) - _MOST, 'more folder')} with weights", "", ""
    for vocabulary in comparison.vocabularies[:_MOST]:
        yield from _vocabulary(vocabulary)
    yield from _texts(comparison, "chat-template", "chat template")
    yield from _texts(comparison, "code", "code")
    yield from _settings(comparison)
    yield from _needs_and_origins(comparison)
    yield from _figures(comparison, MOST_FIGURES)
    if (more := len(comparison.results) + comparison.more_results - MOST_FIGURES) > 0:
        yield f"… {counted(more, 'more figure')}", "", ""
    yield from _texts(comparison, "card", "card")


def _needs_and_origins(comparison: Comparison) -> Iterator[Row]:
    for requirement in comparison.requirements[: 2 * _MOST]:
        needed = "saved with" if requirement.saved_with else "needs"
        versions = (_version(requirement, text) for text in (requirement.before, requirement.after))
        yield f"{needed} {code(requirement.name)}", *map(_value, versions)
    for origin in comparison.origins[: 2 * _MOST]:
        name = f"{code(origin.name)} ({code(origin.relation)})"
        yield "came from", *((NOTHING, name) if origin.kind == "added" else (name, NOTHING))


def _version(change: RequirementChange, text: str | None) -> str | None:
    """What stands behind the name."""
    return text and (text.partition(";")[0].removeprefix(change.name).strip() or "any version")


def _license(license_: License | None) -> str:
    return code(license_name(license_)) if license_ else "none declared"


def _value(value: str | None) -> str:
    return NOTHING if value is None else code(value, _VALUE) or NOTHING


def _weights(change: WeightChange) -> Iterator[Row]:
    where = f" in {code(change.folder)}" if change.folder else ""
    before, after = (
        f"{counted(count, 'file')}, {size(total)}" for count, total in zip(change.files, change.size, strict=True)
    )
    same = change.formats[0] == change.formats[1]
    old, new = ("" if same else f", {code('/'.join(formats)) or 'none'}" for formats in change.formats)
    verdict = {
        "renamed": "the same bytes, other names",
        "other-values": "same tensors, **other values**",
        "rearranged": "same tensors, in other files or another order",
        "other-tensors": "**other tensors**",
        "unknown": "**other bytes**, not looked into",
    }[change.verdict]
    yield f"**weights**{where}", f"{before}{old}", f"{after}{new}: {verdict}"
    if None not in change.parameters and change.parameters[0] != change.parameters[1]:
        yield "parameters", *(f"{count:,}" for count in change.parameters)
    for old_type, new_type, count in change.retyped[:_MOST]:
        yield f"type of {counted(count, 'tensor')}", code(old_type), code(new_type)
    counts = ((change.added, "added"), (change.removed, "removed"), (change.reshaped, "of another shape"))
    if told := ", ".join(f"{count:,} {what}" for count, what in counts if count):
        yield "tensors", "", told


def _vocabulary(change: VocabularyChange) -> Iterator[Row]:
    counts = ((change.added_count, "added"), (change.removed_count, "removed"), (change.renumbered, "renumbered"))
    told = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    yield f"**tokens** in {code(change.path)}", f"{change.before:,}", f"{change.after:,}" + (told and f" ({told})")
    if change.special_added or change.special_removed:
        yield "special tokens", _some(change.special_removed), _some(change.special_added)
    if change.merges and change.merges[0] != change.merges[1]:
        yield "merge rules", *(f"{count:,}" for count in change.merges)
    elif change.merges:
        yield "merge rules", f"{change.merges[0]:,}", "as many, other ones"


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return ", ".join(code(name, 40) for name in names[:_MOST]) + more if names else NOTHING


def _texts(comparison: Comparison, of: ChangeClass, label: str) -> Iterator[Row]:
    texts = [change for change in comparison.texts if change.of == of]
    for change in texts[:_MOST]:
        title = (
            f"**{label}** {text_title(change.path)}" if of != "chat-template" else f"**{label}** {_file(change.path)}"
        )
        counts = (f"-{change.removed:,}" if change.removed else "", f"+{change.added:,}" if change.added else "")
        yield title, *((f"{count} lines" if count else "" for count in counts) if change.lines else ("", "other text"))
    if len(texts) > _MOST:
        yield f"… {counted(len(texts) - _MOST, 'more text')}", "", ""


def _file(path: str) -> str:
    return f"in {code(path.partition('#')[0])}"


def _settings(comparison: Comparison) -> Iterator[Row]:
    """The settings of each file; of a card, what its front matter says is told by licence, figures and origins."""
    more = dict(comparison.more_keys)
    for path, found in groupby(_ordered(comparison), key=lambda change: change.path):
        settings = list(found)
        what = "metadata" if file_format(path) == "gguf" else "settings"
        yield f"**{what}** in {code(path)}", "", ""
        for one in settings[:MOST_SETTINGS]:
            yield code(one.key), _value(one.before), _value(one.after)
        if (left := len(settings) - MOST_SETTINGS) + more.get(path, 0) > 0:
            yield f"… {counted(max(left, 0) + more.get(path, 0), 'more setting')}", "", ""


def _ordered(comparison: Comparison) -> list[KeyChange]:
    return sorted((one for one in comparison.keys if one.path != "README.md"), key=lambda one: one.path)


def _figures(comparison: Comparison, most: int) -> Iterator[Row]:
    for one in comparison.results[:most]:
        on = f" on {code(one.dataset)}" if one.dataset else ""
        task = f" ({code(one.task)})" if one.task else ""
        yield f"{code(one.metric)}{on}{task}", _value(one.before), _value(one.after)
