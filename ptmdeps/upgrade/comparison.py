"""Two revisions of one model → everything that differs, class by class.

Files are told apart by the identities that the hub lists; only of those that differ and that the lock takes, the
small ones are read, and the headers of weights. What cannot be read is said and hides nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from ptmdeps.inspect.formats import PICKLE_FORMATS, file_format
from ptmdeps.upgrade.change import CLASSES, ChangeClass, Comparison, FileChange
from ptmdeps.upgrade.files import Taken, file_changes, weight_formats
from ptmdeps.upgrade.findings import TEMPLATE, Findings
from ptmdeps.upgrade.side import Side
from ptmdeps.upgrade.weights import weigh

_CODE_KEYS = ("auto_map", "custom_pipelines")


def compare(before: Side, after: Side) -> Comparison:
    """What differs between two revisions.

    The lock of ``before`` says which files are taken; where ``after`` was pinned, too, its lock says it for the new
    ones, else that is judged by their names. Never raises for what a hub says or holds.
    """
    locked = before.locked
    taken = Taken(before=before.paths, after=after.paths, code=bool(locked and locked.remote_code))
    files = file_changes(before.described.files, after.described.files, taken)
    found = Findings(before, after)
    found.look_into(files)
    weighed = weigh([change for change in files if change.affects], before, after)
    gates = (before.described.gated, after.described.gated)
    comparison = Comparison(
        before=before.described.revision,
        after=after.described.revision,
        files=tuple(replace(change, reformatted=change.path in found.reformatted) for change in files),
        keys=(*found.keys, *weighed.keys),
        more_keys=(*found.more_keys, *weighed.more_keys),
        texts=(*found.texts, *weighed.texts),
        imports=tuple(found.imports),
        pickles=tuple(found.pickles),
        vocabularies=(*found.vocabularies, *weighed.vocabularies),
        weights=tuple(weighed.weights),
        formats=_formats(before, after, files),
        license=found.license,
        disabled=after.described.disabled,
        results=tuple(sorted(found.results, key=lambda change: (change.task, change.dataset, change.metric))),
        more_results=found.more_results,
        requirements=found.requirements,
        origins=found.origins,
        gated=gates if gates[0] != gates[1] else None,
        # of a file that can be read on neither side, one reason is enough
        unread=tuple(sorted(dict(sorted({*found.unread, *weighed.unread}, reverse=True)).items())),
    )
    return replace(comparison, classes=_classes(comparison), elsewhere=_elsewhere(comparison))


def _classes(comparison: Comparison) -> tuple[ChangeClass, ...]:
    found: set[ChangeClass] = set()
    if comparison.license:
        found.add("license")
    if comparison.gated:
        found.add("gated")
    if comparison.formats[0] != comparison.formats[1] and all(comparison.formats):
        found.add("format")
    keys: dict[str, list[str]] = defaultdict(list)
    for key in comparison.keys:
        keys[key.path].append(key.key)
    tokens = {change.path for change in comparison.vocabularies}
    templates = {text.path.partition("#")[0] for text in comparison.texts if text.path.endswith(f"#{TEMPLATE}")}
    for change in comparison.files:
        if change.affects or change.of in {"card", "license"}:
            found |= _classes_of(change, keys[change.path], template=change.path in templates)
            if change.path in tokens:
                found.add("tokenizer")
    return tuple(name for name in CLASSES if name in found)


def _classes_of(change: FileChange, keys: Iterable[str], *, template: bool) -> set[ChangeClass]:
    """Mostly that of the file; of a file of settings, those of the settings that changed."""
    if change.reformatted:
        return {"other"}
    if change.of == "card":
        return {"card"}
    found: set[ChangeClass] = {"code" if key.startswith(_CODE_KEYS) else change.of for key in keys}
    if template:
        found.add("chat-template")
    return found or {change.of}


def _elsewhere(comparison: Comparison) -> tuple[ChangeClass, ...]:
    found = {change.of for change in comparison.files if not change.affects and change.of not in {"card", "license"}}
    return tuple(name for name in CLASSES if name in found)


def _formats(before: Side, after: Side, files: Iterable[FileChange]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The formats of the weights that are loaded: after the change, as far as that is known or can be guessed."""
    paths = before.paths
    if paths is None:
        return weight_formats(before.described.files, None), weight_formats(after.described.files, None)
    return weight_formats(before.described.files, paths), weight_formats(
        after.described.files, _expected(after, paths, files)
    )


def _expected(after: Side, paths: frozenset[str], files: Iterable[FileChange]) -> frozenset[str]:
    """The files that loaders will take after the change: those of its pin, or else a guess."""
    if after.paths is not None:
        return after.paths
    files = tuple(files)
    arrived = {change.path for change in files if change.affects and change.kind in {"added", "renamed"}}
    expected = paths | arrived
    if weight_formats(after.described.files, arrived) == ("safetensors",):
        # loaders that took pickles for want of something better take these now
        return frozenset(path for path in expected if file_format(path) not in PICKLE_FORMATS)
    return frozenset(expected)
