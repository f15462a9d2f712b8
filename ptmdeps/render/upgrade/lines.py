"""A comparison in one line a class of change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ptmdeps.paths import printable
from ptmdeps.render.quantities import counted, size
from ptmdeps.upgrade.change import ChangeClass, Comparison, FileChange, KeyChange, WeightChange
from ptmdeps.upgrade.movement import State
from ptmdeps.upgrade.notable import license_name

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
    "rewritten": "history rewritten",
    "gated": "gated now",
    "unreachable": "no answer",
}
"""What became of a model, for people; states that are missing say nothing beside the others."""

_MOST = 3


def labels(classes: Iterable[ChangeClass]) -> str:
    """Classes in a row: ``weights, chat template``."""
    return ", ".join(LABELS[name] for name in classes)


def class_lines(comparison: Comparison) -> Iterator[str]:
    """One line for each class that changed, one for what changed elsewhere, one for what could not be read."""
    for name in comparison.classes:
        yield f"{LABELS[name]}: {_ABOUT[name](comparison) or 'changed'}"
    if comparison.elsewhere:
        count = sum(not change.affects and change.of in comparison.elsewhere for change in comparison.files)
        yield f"in files that are not locked: {labels(comparison.elsewhere)} ({counted(count, 'file')})"
    if comparison.unread:
        path, reason = comparison.unread[0]
        more = f" and {counted(len(comparison.unread) - 1, 'more file')}" if len(comparison.unread) > 1 else ""
        yield f"could not be compared: `{printable(path)}` ({printable(reason)}){more}"
    if not (comparison.classes or comparison.elsewhere):
        yield "nothing in its files"


def weights_text(change: WeightChange) -> str:
    """What happened to the weights of one folder."""
    match change.verdict:
        case "renamed":
            text = "the same bytes under other names"
        case "other-values":
            text = "same tensors, other values"
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
    change = f"{license_name(comparison.license.before)} -> {license_name(comparison.license.after)}"
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
