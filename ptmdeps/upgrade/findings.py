"""What is in the small files that differ between two revisions: each is read once on both sides, if it is worth it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.inspect.card import ModelCard, model_card
from ptmdeps.inspect.configuration import json_object
from ptmdeps.inspect.evaluations import Result, card_results, file_results
from ptmdeps.inspect.formats import PICKLE_FORMATS, file_format
from ptmdeps.inspect.lineage import CONFIGURATION
from ptmdeps.inspect.pickles import pickle_facts
from ptmdeps.lockfile.model import PickleRecord
from ptmdeps.upgrade.change import (
    FileChange,
    ImportChange,
    KeyChange,
    LicenseChange,
    OriginChange,
    PickleChange,
    RequirementChange,
    ResultChange,
    TextChange,
    VocabularyChange,
)
from ptmdeps.upgrade.contents import Contents
from ptmdeps.upgrade.keys import key_changes
from ptmdeps.upgrade.needs import requirements
from ptmdeps.upgrade.origins import by_locks, origins
from ptmdeps.upgrade.results import result_changes
from ptmdeps.upgrade.side import Side
from ptmdeps.upgrade.texts import import_change, text_change
from ptmdeps.upgrade.vocabularies import of_lines, of_mapping, of_tokenizer, vocabulary_change

MAX_SETTINGS = 4 * 1024 * 1024
"""Bytes of a configuration that is compared."""

MAX_VOCABULARY = 32 * 1024 * 1024
"""Bytes of a tokenizer that is compared."""

MAX_READ = 100
"""Files that are read on each side."""

CARD = "README.md"
TEMPLATE = "chat_template"
RESULTS = ".eval_results/"

_VOCABULARIES = frozenset({"tokenizer.json", "vocab.json", "vocab.txt"})
_MAX_GLOBALS = 100


@dataclass(frozen=True, slots=True)
class Pair:
    """The same file on both sides; ``None`` where it is not."""

    change: FileChange
    before: RemoteFile | None
    after: RemoteFile | None


class Findings:
    """What is in the small files that differ, collected one by one."""

    def __init__(self, before: Side, after: Side) -> None:
        self.keys: list[KeyChange] = []
        self.more_keys: list[tuple[str, int]] = []
        self.texts: list[TextChange] = []
        self.imports: list[ImportChange] = []
        self.pickles: list[PickleChange] = []
        self.vocabularies: list[VocabularyChange] = []
        self.reformatted: set[str] = set()
        self.results: list[ResultChange] = []
        self.more_results = 0
        self.license: LicenseChange | None = None
        self.origins: tuple[OriginChange, ...] = ()
        self.requirements: tuple[RequirementChange, ...] = ()
        self.unread: list[tuple[str, str]] = []
        self._before = before
        self._after = after
        self._contents = Contents(before, after)
        self._left = MAX_READ

    def look_into(self, changes: tuple[FileChange, ...]) -> None:
        """Read what is worth reading; renamed files are what they were, removed ones say nothing new."""
        self._look_into_each(changes)
        self._look_at_origins(changes)
        self._look_at_requirements(changes)

    def _look_into_each(self, changes: Iterable[FileChange]) -> None:
        for change in changes:
            reader = self._reader(change)
            if reader is None:
                continue
            self._left -= 1
            if self._left < 0:
                self.unread.append((change.path, f"more than {MAX_READ} files changed"))
                continue
            try:
                reader(Pair(change, self._contents.before.get(change.path), self._contents.after.get(change.path)))
            except PtmdepsError as error:
                self.unread.append((change.path, error.message))
            except OSError as error:
                self.unread.append((change.path, error.strerror or type(error).__name__))

    def _reader(self, change: FileChange) -> Callable[[Pair], None] | None:
        if change.path == CARD:
            return self._card
        if change.path.startswith(RESULTS) and change.path.endswith((".yaml", ".yml")):
            return self._result_file
        if change.kind in {"removed", "renamed"} or not change.affects:
            return None
        name = change.path.rpartition("/")[2]
        json, both = name.endswith(".json"), change.kind == "changed"
        readers: Mapping[tuple[str, bool], Callable[[Pair], None] | None] = {
            ("code", True): self._code,
            ("chat-template", True): self._settings if json else self._text,
            ("tokenizer", both and name in _VOCABULARIES): self._vocabulary,
            ("tokenizer", both and json and name not in _VOCABULARIES): self._settings,
            ("configuration", both and json): self._settings,
            ("weights", not json and file_format(name) in PICKLE_FORMATS): self._pickle,
        }
        return readers.get((change.of, True))

    def _look_at_origins(self, changes: tuple[FileChange, ...]) -> None:
        try:
            found = origins(changes, self._before, self._after, self._contents)
        except (PtmdepsError, OSError) as error:
            # a card that cannot be read on both sides: what two locks say is known all the same
            found = by_locks(self._before, self._after)
            self._add_unread(CARD, error)
        self.license, self.origins = found.license, found.origins

    def _look_at_requirements(self, changes: tuple[FileChange, ...]) -> None:
        if {path for path, _ in self.unread} & {change.path for change in changes if change.affects}:
            # what one side does not say, it may need all the same
            return
        try:
            self.requirements = requirements(changes, self._before, self._after, self._contents)
        except (PtmdepsError, OSError) as error:
            self._add_unread(CONFIGURATION, error)

    def _add_unread(self, path: str, error: Exception) -> None:
        """Say it, unless it was said already why a file could not be read."""
        if not self.unread:
            self.unread.append((path, error.message if isinstance(error, PtmdepsError) else type(error).__name__))

    def _pair(self, pair: Pair, limit: int) -> tuple[bytes, bytes]:
        """The bytes of a file on both sides; nothing where there is none."""
        old = self._contents.old(pair.before.path, limit) if pair.before else b""
        new = self._contents.new(pair.after.path, limit) if pair.after else b""
        return old, new

    def _settings(self, pair: Pair) -> None:
        path = pair.change.path
        old, new = (
            json_object(data or b"{}", path=path, limit=MAX_SETTINGS) for data in self._pair(pair, MAX_SETTINGS)
        )
        self._templates(path, old, new)
        self._add_keys(path, old, new)

    def _templates(self, path: str, old: dict[str, object], new: dict[str, object]) -> None:
        """Take the chat template out of both, and compare it as the text that it is."""
        was, is_ = (_template(document.pop(TEMPLATE, None)) for document in (old, new))
        if was != is_:
            self.texts.append(text_change(f"{path}#{TEMPLATE}", "chat-template", was, is_))

    def _add_keys(self, path: str, old: Mapping[str, object], new: Mapping[str, object]) -> None:
        found, more = key_changes(path, old, new)
        self.keys += found
        if more:
            self.more_keys.append((path, more))
        changed = found or any(text.path.startswith(f"{path}#") for text in self.texts)
        if not changed and not any(change.path == path for change in self.vocabularies):
            self.reformatted.add(path)

    def _vocabulary(self, pair: Pair) -> None:
        path = pair.change.path
        old, new = self._pair(pair, MAX_VOCABULARY)
        if path.endswith(".txt"):
            change = vocabulary_change(path, of_lines(old), of_lines(new))
            self.vocabularies += [change] if change else []
            return
        read = of_mapping if path.endswith("vocab.json") else of_tokenizer
        (first, was), (second, is_) = (read(json_object(data, path=path, limit=MAX_VOCABULARY)) for data in (old, new))
        change = vocabulary_change(path, first, second)
        self.vocabularies += [change] if change else []
        self._add_keys(path, was, is_)

    def _text(self, pair: Pair) -> None:
        old, new = self._pair(pair, MAX_SETTINGS)
        self.texts.append(text_change(pair.change.path, pair.change.of, _decoded(old), _decoded(new)))

    def _code(self, pair: Pair) -> None:
        old, new = self._pair(pair, MAX_SETTINGS)
        self.texts.append(text_change(pair.change.path, "code", _decoded(old), _decoded(new)))
        if change := import_change(pair.change.path, old, new):
            self.imports.append(change)

    def _pickle(self, pair: Pair) -> None:
        """What unpickling imports; of the locked side, what the lock recorded."""
        was = self._record(self._before, pair.before) if pair.before else PickleRecord()
        is_ = self._record(self._after, pair.after) if pair.after else PickleRecord()
        incomplete = "" if was.incomplete else is_.incomplete
        old, new = set(was.globals), set(is_.globals)
        if old != new or incomplete:
            added, removed = sorted(new - old)[:_MAX_GLOBALS], sorted(old - new)[:_MAX_GLOBALS]
            path = pair.change.path
            change = PickleChange(path=path, added=tuple(added), removed=tuple(removed), incomplete=incomplete)
            self.pickles.append(change)

    def _record(self, side: Side, file: RemoteFile) -> PickleRecord:
        for locked in side.pin.files if side.pin else ():
            if locked.path == file.path:
                return locked.pickle or PickleRecord()
        with side.reader.open(side.described, file) as stream:
            facts = pickle_facts(stream)
        hidden = facts.container != "none" and facts.unresolved
        return PickleRecord(globals=facts.globals, incomplete="; ".join(facts.unresolved) if hidden else "")

    def _card(self, pair: Pair) -> None:
        """The text of the card, what its front matter declares, and the figures that it claims."""
        old, new = self._pair(pair, MAX_SETTINGS)
        self.texts.append(text_change(CARD, "card", _decoded(old), _decoded(new)))
        found, _ = key_changes(CARD, _declared(model_card(old)), _declared(model_card(new)))
        self.keys += found
        self._add_results(card_results(old), card_results(new))

    def _result_file(self, pair: Pair) -> None:
        old, new = self._pair(pair, MAX_SETTINGS)
        self._add_results(file_results(old), file_results(new))

    def _add_results(self, before: Iterable[Result], after: Iterable[Result]) -> None:
        found, more = result_changes(before, after)
        self.results += found
        self.more_results += more


def _declared(card: ModelCard) -> dict[str, object]:
    """The front matter without what is empty, lists as lists."""
    values = {field.name: getattr(card, field.name) for field in fields(card) if field.name != "problems"}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}


def _template(value: object) -> str:
    """A chat template, or several named ones, as one text."""
    match value:
        case str(text):
            return text
        case list(entries):
            return "\n".join(_named_templates(entries))
        case _:
            return ""


def _named_templates(entries: Iterable[object]) -> Iterator[str]:
    for entry in entries:
        match entry:
            case {"name": str(name), "template": str(template)}:
                yield f"{name}:\n{template}"


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace")
