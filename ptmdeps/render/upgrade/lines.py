"""A comparison in one line a class of change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ptmdeps.paths import printable
from ptmdeps.render.quantities import counted, size
from ptmdeps.upgrade.change import (
    ChangeClass,
    Comparison,
    FileChange,
    KeyChange,
    OriginChange,
    RequirementChange,
    ResultChange,
    WeightChange,
)
from ptmdeps.upgrade.movement import State
from ptmdeps.upgrade.notable import license_name
from ptmdeps.upgrade.verdict import Kind, Verdict

LABELS: Mapping[ChangeClass, str] = {
    "license": "licence",
    "gated": "gated",
    "format": "format",
    "weights": "weights",
    "code": "code",
    "configuration": "configuration",
    "tokenizer": "tokenizer",
    "chat-template": "chat template",
    "card": "card",
    "other": "other",
}
"""The classes of change, for people."""

STATES: Mapping[State, str] = {
    "gone": "gone from its hub",
    "ref-gone": "its ref is gone",
    "disabled": "disabled by its hub",
    "denied": "access denied",
    "recreated": "another repository has its name now",
    "owner-changed": "it belongs to somebody else now",
    "tag-moved": "its tag was moved",
    "rewritten": "history rewritten",
    "gated": "gated now",
    "unreachable": "no answer",
}
"""What became of a model, for people; states that are missing say nothing beside the others."""

KIND_LABELS: Mapping[Kind, str] = {
    "nothing": "nothing",
    "card": "card only",
    "configuration": "configuration",
    "template": "chat template",
    "tokenizer": "tokenizer",
    "code": "code",
    "weights": "weights",
    "architecture": "architecture",
    "unknown": "not known",
}
"""Kinds of change as a whole, for people."""

_MOST = 3


def labels(classes: Iterable[ChangeClass]) -> str:
    """Classes in a row: ``weights, chat template``."""
    return ", ".join(LABELS[name] for name in classes)


def verdict_text(verdict: Verdict, most: int = _MOST) -> str:
    """``minor, weights: the weights have the same tensors with other values``."""
    if verdict.severity == "none":
        return "nothing changed"
    more = [f"{len(verdict.reasons) - most} more"] if len(verdict.reasons) > most else []
    about = "; ".join((*verdict.reasons[:most], *more))
    # of a model that only moved at its hub, the reasons say everything
    return (
        f"{verdict.severity}, {KIND_LABELS[verdict.kind]}: {about}" if verdict.kinds else f"{verdict.severity}: {about}"
    )


def class_lines(comparison: Comparison) -> Iterator[str]:
    """One line for each class that changed, one for what changed elsewhere, one for what could not be read."""
    for name in comparison.classes:
        yield f"{LABELS[name]}: {_ABOUT[name](comparison) or 'changed'}"
    yield from _beside_the_classes(comparison)
    if comparison.elsewhere:
        count = sum(not change.affects and change.of in comparison.elsewhere for change in comparison.files)
        yield f"in files that are not locked: {labels(comparison.elsewhere)} ({counted(count, 'file')})"
    if comparison.unread:
        path, reason = comparison.unread[0]
        more = f" and {counted(len(comparison.unread) - 1, 'more file')}" if len(comparison.unread) > 1 else ""
        yield f"could not be compared: `{printable(path)}` ({printable(reason)}){more}"
    if not (comparison.classes or comparison.elsewhere):
        yield "nothing in its files"


def _beside_the_classes(comparison: Comparison) -> Iterator[str]:
    """What follows from files of several classes."""
    if needed := [requirement_text(change) for change in comparison.requirements if not change.saved_with]:
        more = [counted(len(needed) - _MOST, "more requirement")] if len(needed) > _MOST else []
        yield f"Python: {'; '.join((*needed[:_MOST], *more))}"
    if comparison.origins:
        shown = [origin_text(change) for change in comparison.origins]
        more = [counted(len(shown) - _MOST, "more change")] if len(shown) > _MOST else []
        yield f"origin: {'; '.join((*shown[:_MOST], *more))}"
    if comparison.results:
        count = len(comparison.results) + comparison.more_results
        shown = [result_text(change) for change in comparison.results[:_MOST]]
        more = [counted(count - len(shown), "more figure")] if count > len(shown) else []
        yield f"claimed figures: {'; '.join((*shown, *more))}"


def requirement_text(change: RequirementChange) -> str:
    """``transformers>=4.40 -> transformers>=4.50``, ``einops is needed now``."""
    match change.before, change.after:
        case None, str(after):
            return f"{printable(after)} is needed now"
        case str(before), None:
            return f"{printable(before)} is needed no more"
        case before, after:
            return f"{printable(before or '')} -> {printable(after or '')}"


def origin_text(change: OriginChange) -> str:
    """``it says now that it came from `org/name` (finetune)``."""
    when = "now" if change.kind == "added" else "no more"
    return f"says {when} that it came from `{printable(change.name)}` ({printable(change.relation)})"


def result_text(change: ResultChange) -> str:
    """``accuracy on sst2 0.91 -> 0.93``."""
    what = " on ".join(printable(part) for part in (change.metric or change.task, change.dataset) if part) or "a figure"
    match change.before, change.after:
        case None, str(after):
            return f"{what} added: {printable(after)}"
        case str(before), None:
            return f"{what} removed: {printable(before)}"
        case before, after:
            return f"{what} {printable(before or '')} -> {printable(after or '')}"


def weights_text(change: WeightChange) -> str:
    """What happened to the weights of one folder."""
    match change.verdict:
        case "renamed":
            text = "the same bytes under other names"
        case "other-values":
            text = "same tensors, other values"
        case "rearranged":
            text = "same tensors in other files or in another order, other values or not"
        case "other-tensors":
            text = ", ".join(_tensors(change))
        case _:
            text = " -> ".join("/".join(formats) or "none" for formats in change.formats)
            text = text if change.formats[0] != change.formats[1] else f"other bytes ({text.partition(' ->')[0]})"
    files = f"{counted(change.files[1], 'file')}, {size(change.size[1])}"
    if change.files[0] != change.files[1] or change.size[0] != change.size[1]:
        files = f"{counted(change.files[0], 'file')}, {size(change.size[0])} -> {files}"
    where = f"`{printable(change.folder)}`: " if change.folder else ""
    return f"{where}{text} ({files})"


def key_text(change: KeyChange) -> str:
    """A setting: ``hidden_size 16 -> 32``, ``pad_token added: "x"``."""
    key = printable(change.key)
    match change.before, change.after:
        case None, str(after):
            return f"{key} added: {printable(after)}"
        case str(before), None:
            return f"{key} removed: {printable(before)}"
        case before, after:
            return f"{key} {printable(before or '')} -> {printable(after or '')}"


def parameters_text(change: WeightChange) -> str:
    """``5,090 -> 10,180 parameters``; empty where they are not known or the same."""
    before, after = change.parameters
    if before is None or after is None or before == after:
        return ""
    return f"{before:,} -> {after:,} parameters"


def _tensors(change: WeightChange) -> Iterator[str]:
    if change.added:
        yield f"{counted(change.added, 'tensor')} added"
    if change.removed:
        yield f"{counted(change.removed, 'tensor')} removed"
    for before, after, count in change.retyped[:_MOST]:
        yield f"{counted(count, 'tensor')} {printable(before)} -> {printable(after)}"
    if change.reshaped:
        yield f"{counted(change.reshaped, 'tensor')} of another shape"
    if parameters := parameters_text(change):
        yield parameters


def _license(comparison: Comparison) -> str:
    files = _files(comparison, "license")
    if comparison.license is None:
        return files
    before, after = comparison.license.before, comparison.license.after
    names = license_name(before), license_name(after)
    if names[0] == names[1] and before and after:
        texts = [printable(one.recognized) or "a text of its own" for one in (before, after)]
        change = f"{names[0]}, whose text is another one: {texts[0]} -> {texts[1]}"
    else:
        change = " -> ".join(names)
    return f"{change}; {files}" if files else change


def _gated(comparison: Comparison) -> str:
    before, after = comparison.gated or ("", "")
    if not before:
        return f"its hub asks for consent now ({printable(after)})"
    return f"{printable(before)} -> {printable(after)}" if after else "its hub asks for consent no more"


def _format(comparison: Comparison) -> str:
    return " -> ".join(", ".join(formats) for formats in comparison.formats)


def _weights(comparison: Comparison) -> str:
    return "; ".join(weights_text(change) for change in comparison.weights) or _files(comparison, "weights")


def _code(comparison: Comparison) -> str:
    keys = [key_text(change) for change in comparison.keys if change.key.startswith(("auto_map", "custom_pipelines"))]
    imports = sorted({name for change in comparison.imports for name in change.added})
    parts = [_files(comparison, "code"), *keys[:_MOST]]
    if imports:
        parts.append(f"imports {_some(imports)} now")
    return "; ".join(filter(None, parts))


def _settings(name: ChangeClass) -> Callable[[Comparison], str]:
    def about(comparison: Comparison) -> str:
        paths = {change.path for change in comparison.files if change.of == name and change.affects}
        keys = [
            f"`{printable(change.path)}` {key_text(change)}"
            for change in comparison.keys
            if change.path in paths and not change.key.startswith(("auto_map", "custom_pipelines"))
        ]
        more = len(keys) - _MOST + sum(count for path, count in comparison.more_keys if path in paths)
        known = {change.path for change in comparison.keys} | {change.path for change in comparison.vocabularies}
        known |= {change.path.partition("#")[0] for change in comparison.texts}
        parts = keys[:_MOST] + ([f"{counted(more, 'more setting')}"] if more > 0 else [])
        return "; ".join(filter(None, (*_vocabulary(comparison, paths), *parts, _files(comparison, name, known))))

    return about


def _vocabulary(comparison: Comparison, paths: set[str]) -> Iterator[str]:
    for change in comparison.vocabularies:
        if change.path not in paths:
            continue
        counts = ((change.added_count, "added"), (change.removed_count, "removed"), (change.renumbered, "renumbered"))
        told = [f"{counted(count, 'token')} {what}" for count, what in counts if count]
        if change.special_added:
            told.append(f"special now: {_some(change.special_added)}")
        if change.special_removed:
            told.append(f"special no more: {_some(change.special_removed)}")
        if change.merges:
            told.append(f"{change.merges[0]:,} -> {change.merges[1]:,} merge rules")
        sizes = f"vocabulary {change.before:,}" + (f" -> {change.after:,}" if change.before != change.after else "")
        yield f"`{printable(change.path)}` {sizes}: {', '.join(told) or 'other merge rules'}"


def _texts(name: ChangeClass) -> Callable[[Comparison], str]:
    def about(comparison: Comparison) -> str:
        lines = [
            f"`{printable(change.path)}` +{change.added} -{change.removed} lines"
            for change in comparison.texts
            if change.of == name
        ]
        known = {change.path.partition("#")[0] for change in comparison.texts}
        more = [counted(len(lines) - _MOST, "more text")] if len(lines) > _MOST else []
        return "; ".join(filter(None, (*lines[:_MOST], *more, _files(comparison, name, known))))

    return about


def _other(comparison: Comparison) -> str:
    spelling = [change for change in comparison.files if change.affects and change.reformatted]
    files = [change for change in comparison.files if change.affects and change.of == "other"]
    parts = [_named(files)] if files else []
    if spelling:
        parts.append(f"{_named(spelling)}, the same settings in another layout")
    return "; ".join(parts)


def _files(comparison: Comparison, name: ChangeClass, known: Iterable[str] = ()) -> str:
    """The files of a class of which nothing else is told."""
    known = set(known)
    files = [
        change
        for change in comparison.files
        if change.of == name
        and (change.affects or name in {"license", "card"})
        and change.path not in known
        and not change.reformatted
    ]
    return _named(files) if files else ""


def _named(files: list[FileChange]) -> str:
    shown = ", ".join(_file(change) for change in files[:_MOST])
    return shown + (f" and {counted(len(files) - _MOST, 'more file')}" if len(files) > _MOST else "")


def _file(change: FileChange) -> str:
    if change.kind == "renamed":
        return f"`{printable(change.previous)}` renamed to `{printable(change.path)}`"
    return f"`{printable(change.path)}` {change.kind}"


def _some(names: Iterable[str]) -> str:
    names = tuple(names)
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(f"`{printable(name)}`" for name in names[:_MOST]) + more


_ABOUT: Mapping[ChangeClass, Callable[[Comparison], str]] = {
    "license": _license,
    "gated": _gated,
    "format": _format,
    "weights": _weights,
    "code": _code,
    "configuration": _settings("configuration"),
    "tokenizer": _settings("tokenizer"),
    "chat-template": _texts("chat-template"),
    "card": _texts("card"),
    "other": _other,
}
