"""What two revisions need of Python differently, by the rules by which a lock says what its models need."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from ptmdeps.inspect.python_tables import OF_READING
from ptmdeps.inspect.requirements import ITSELF, LIBRARY, LIST, LISTED, SAVED_WITH, Repository, python_needs
from ptmdeps.inspect.requirements_file import parsed_requirement
from ptmdeps.upgrade.change import FileChange, RequirementChange
from ptmdeps.upgrade.contents import Contents
from ptmdeps.upgrade.side import Side

MAX_FILE = 4 * 1024 * 1024
"""Bytes of a file that is read for this."""

_TELLING = frozenset(
    {"config.json", "adapter_config.json", "model_index.json", "config_sentence_transformers.json"}
    | {"tokenizer_config.json", LIST}
)
_READING = {
    "adapter_config.json": "peft",
    "config.json": "transformers",
    "model_index.json": "diffusers",
    "modules.json": "sentence-transformers",
    "tokenizer_config.json": "tokenizer",
}
_EXTRA = re.compile(r'extra == "([a-z0-9-]+)"')
_SAID = frozenset({LIBRARY, LISTED, ITSELF})
"""What is said without being needed."""


def requirements(
    changes: tuple[FileChange, ...], before: Side, after: Side, contents: Contents
) -> tuple[RequirementChange, ...]:
    """What differs; of two pins what they recorded, else what the files say, if one of those that do changed.

    Raises:
        PtmdepsError, OSError: such a file cannot be read.
    """
    if before.pin and after.pin:
        return requirement_changes(before.pin.requires, after.pin.requires)
    if before.stored or after.stored or not any(map(_tells, changes)):
        return ()
    arrived = {change.path for change in changes if change.affects}
    taken = contents.after.keys() if before.paths is None else before.paths | arrived
    libraries = _libraries(before)
    old = _needed(
        contents.before.keys() & (before.paths or contents.before.keys()),
        contents.before.keys(),
        lambda path: contents.old(path, MAX_FILE),
        libraries,
    )
    new = _needed(
        contents.after.keys() & taken, contents.after.keys(), lambda path: contents.new(path, MAX_FILE), libraries
    )
    return requirement_changes(old, new)


def requirement_changes(before: Iterable[str], after: Iterable[str]) -> tuple[RequirementChange, ...]:
    """What differs between two lists of PEP 508 texts, sorted by name."""
    old, new = _by_name(before), _by_name(after)
    return tuple(
        RequirementChange(name=name, before=old.get(key), after=new.get(key), saved_with=extra == SAVED_WITH)
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
        for name, extra in (key,)
    )


def _tells(change: FileChange) -> bool:
    name = change.path.rpartition("/")[2]
    return (change.affects and (name in _TELLING or change.of == "code")) or change.path == LIST


def _libraries(side: Side) -> frozenset[str] | None:
    """What the lock says that the model is loaded with; ``None``: nobody knows."""
    if side.locked is None:
        return None
    return frozenset(name for name, _ in _by_name(side.locked.requires))


def _needed(
    selected: Collection[str], paths: Collection[str], read: Callable[[str], bytes], libraries: frozenset[str] | None
) -> tuple[str, ...]:
    kinds = {
        (reading, path.rpartition("/")[0])
        for path in selected
        if (reading := _READING.get(path.rpartition("/")[2]))
        and (libraries is None or libraries.issuperset(OF_READING[reading]))
    }
    found = python_needs(
        Repository(
            selected=tuple(sorted(selected)),
            paths=tuple(sorted(paths)),
            read=read,
            readings=frozenset(kinds),
            code=tuple(sorted(path for path in selected if path.endswith(".py"))),
        )
    )
    return found.requires


def _by_name(texts: Iterable[str]) -> dict[tuple[str, str], str]:
    """The texts by name and what they are said for; what is only said is left out."""
    found: dict[tuple[str, str], str] = {}
    for text in texts:
        requirement = parsed_requirement(text)
        extra = _EXTRA.search(text)
        if requirement is not None and not (extra and extra[1] in _SAID):
            found[requirement.name, extra[1] if extra else ""] = text
    return found
