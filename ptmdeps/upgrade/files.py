"""Which files differ between two revisions, of which class they are, and whether the lock takes them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ptmdeps.hubs.description import RemoteFile
from ptmdeps.inspect.formats import PICKLE_FORMATS, WEIGHT_FORMATS, file_format
from ptmdeps.upgrade.change import ChangeClass, FileChange
from ptmdeps.upgrade.side import same

_LEGAL = re.compile(r"(?:licen[cs]e|copying|notice|use_policy|acceptable_use_policy|terms).*")
_TEMPLATE = re.compile(r"chat_template.*|.*\.jinja2?")
_TOKENIZER = re.compile(
    r"tokenizer.*|.*vocab.*\.(?:txt|json)|merges\.txt|special_tokens_map\.json|added_tokens\.json"
    r"|.*\.(?:spm|bpe|tiktoken)|spiece\..*|sentencepiece.*"
)
_RECORDS = re.compile(
    r"(?:all|eval|train|test|predict)_results\.json|trainer_state\.json|training_args\.(?:json|bin)|.*\.jsonl"
    r"|optimizer.*\.(?:bin|pt|pth|json)|scheduler\.pt|rng_state.*\.pth|requirements\.txt|results?\.json|metrics.*\.json"
)
"""What training leaves behind: loaders read none of it."""
_DOCUMENTS = frozenset({"text", "markdown", "other", "pdf", "html"})
_SETTINGS = frozenset({"json", "yaml", "toml"})
_STANDARD_WEIGHTS = re.compile(
    r"(?:model|adapter_model|diffusion_pytorch_model)(?:-\d+-of-\d+)?\.safetensors(?:\.index\.json)?"
)


def class_of(path: str) -> ChangeClass:
    """The class of a file, judged by its path alone."""
    name = path.lower().rpartition("/")[2]
    format_ = file_format(path)
    tests: tuple[tuple[bool, ChangeClass], ...] = (
        (bool(_LEGAL.fullmatch(name)) and format_ in _DOCUMENTS, "license"),
        (format_ == "python", "code"),
        (format_ == "markdown" or name == "readme", "card"),
        (bool(_TEMPLATE.fullmatch(name)) or "additional_chat_templates/" in path.lower(), "chat-template"),
        (bool(_RECORDS.fullmatch(name)), "other"),
        (name.endswith(".index.json") or format_ in WEIGHT_FORMATS, "weights"),
        (format_ == "tokenizer-model" or bool(_TOKENIZER.fullmatch(name)), "tokenizer"),
        (format_ in _SETTINGS, "configuration"),
    )
    return next((of for found, of in tests if found), "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Which files the project's loaders take.

    Attributes:
        before: paths at the old revision; ``None``: nothing is known, so that every file counts.
        after: paths at the new revision, where it was pinned already; ``None``: to be guessed.
        code: loading runs code of the repository.
    """

    before: frozenset[str] | None = None
    after: frozenset[str] | None = None
    code: bool = False


def file_changes(before: Collection[RemoteFile], after: Collection[RemoteFile], taken: Taken) -> tuple[FileChange, ...]:
    """Every file that was added, removed, changed or renamed, sorted by path."""
    found = tuple(_renamed(_differences(before, after), before, after))
    removed = {change.path for change in found if change.kind == "removed"}
    removed |= {change.previous for change in found if change.kind == "renamed"}
    neighbours: dict[str, set[str]] = defaultdict(set)
    for path in taken.before or ():
        neighbours[path.rpartition("/")[0]].add(path)
    judged = (
        replace(change, affects=_affects(change, taken, neighbours[change.path.rpartition("/")[0]], removed))
        for change in found
    )
    return tuple(sorted(judged, key=lambda change: change.path))


def weight_formats(files: Iterable[RemoteFile], paths: Collection[str] | None) -> tuple[str, ...]:
    """The formats of the weights among ``paths`` (``None``: among all), sorted."""
    chosen = {file.path for file in files if paths is None or file.path in paths}
    formats = {file_format(path) for path in chosen if class_of(path) == "weights" and not path.endswith(".json")}
    return tuple(sorted(formats))


def _differences(before: Collection[RemoteFile], after: Collection[RemoteFile]) -> Iterator[FileChange]:
    old = {file.path: file for file in before}
    new = {file.path: file for file in after}
    for path in sorted(old.keys() | new.keys()):
        was, is_ = old.get(path), new.get(path)
        if was is None and is_ is not None:
            yield FileChange(kind="added", path=path, after=is_.size, of=class_of(path))
        elif was is not None and is_ is None:
            yield FileChange(kind="removed", path=path, before=was.size, of=class_of(path))
        elif was is not None and is_ is not None and not same(was, is_):
            yield FileChange(kind="changed", path=path, before=was.size, after=is_.size, of=class_of(path))


def _renamed(
    changes: Iterable[FileChange], before: Collection[RemoteFile], after: Collection[RemoteFile]
) -> Iterator[FileChange]:
    """Put a removed and an added file of the same bytes together, if their names put them into the same class.

    Empty files are all alike and stay apart; and what was a document and is code now is new code.
    """
    changes = tuple(changes)
    added = {change.path for change in changes if change.kind == "added" and change.after}
    arrived = _by_identity(file for file in after if file.path in added)
    departed = {file.path: file for file in before}
    pairs: dict[str, str] = {}
    for change in changes:
        if change.kind == "removed" and (targets := arrived.get((_identity(departed[change.path]), change.of))):
            pairs[targets.pop(0)] = change.path
    gone = set(pairs.values())
    for change in changes:
        if change.kind == "removed" and change.path in gone:
            continue
        previous = pairs.get(change.path) if change.kind == "added" else None
        yield replace(change, kind="renamed", previous=previous, before=change.after) if previous else change


def _by_identity(files: Iterable[RemoteFile]) -> Mapping[tuple[str, ChangeClass], list[str]]:
    found: dict[tuple[str, ChangeClass], list[str]] = defaultdict(list)
    for file in sorted(files, key=lambda file: file.path):
        found[_identity(file), class_of(file.path)].append(file.path)
    return found


def _identity(file: RemoteFile) -> str:
    return file.git or file.sha256


def _affects(change: FileChange, taken: Taken, near: Collection[str], removed: Collection[str]) -> bool:
    """Whether the loaders take the file; ``near`` is what they took of its folder."""
    if taken.before is None:
        return True
    if change.kind in {"changed", "removed"}:
        return change.path in taken.before or change.path in (taken.after or ())
    if change.kind == "renamed" and change.previous in taken.before:
        return True
    return change.path in taken.after if taken.after is not None else _would_be_taken(change, taken, near, removed)


def _would_be_taken(change: FileChange, taken: Taken, near: Collection[str], removed: Collection[str]) -> bool:
    """Whether loaders that take ``taken.before`` will probably take a file that is new, too; a pin knows better."""
    match change.of:
        case "code":
            return taken.code
        case "configuration" | "tokenizer":
            return any(class_of(path) == change.of for path in near)
        case "chat-template":
            return any(class_of(path) in {"tokenizer", "chat-template"} for path in near)
        case "weights":
            return _would_replace(change.path, near, removed)
        case _:
            return False


def _would_replace(path: str, near: Collection[str], removed: Collection[str]) -> bool:
    """New weights take the place of some that are gone, or as safetensors that of pickles."""
    weights = {other for other in near if class_of(other) == "weights"}
    formats = {file_format(other) for other in weights if other in removed}
    name = path.rpartition("/")[2]
    standard = _STANDARD_WEIGHTS.fullmatch(name) is not None
    if file_format(path) in formats or (formats and standard):
        return True
    return standard and bool(weights) and {file_format(other) for other in weights} <= PICKLE_FORMATS | {"json"}
