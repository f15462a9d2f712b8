"""What is in the small files that differ between two revisions: each is read once on both sides, if it is worth it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.inspect.card import ModelCard, model_card
from ptmdeps.inspect.configuration import json_object
from ptmdeps.inspect.formats import PICKLE_FORMATS, file_format
from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.inspect.pickles import pickle_facts
from ptmdeps.lockfile.model import License
from ptmdeps.upgrade.change import (
    FileChange,
    ImportChange,
    KeyChange,
    LicenseChange,
    PickleChange,
    TextChange,
    VocabularyChange,
)
from ptmdeps.upgrade.keys import key_changes
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
        self.license: LicenseChange | None = None
        self.unread: list[tuple[str, str]] = []
        self._before = before
        self._after = after
        self._old = {file.path: file for file in before.described.files}
        self._new = {file.path: file for file in after.described.files}
        self._left = MAX_READ

    def look_into(self, changes: Iterable[FileChange]) -> None:
        """Read what is worth reading; renamed files are what they were, removed ones say nothing new."""
        for change in changes:
            reader = self._reader(change)
            if reader is None:
                continue
            self._left -= 1
            if self._left < 0:
                self.unread.append((change.path, f"more than {MAX_READ} files changed"))
                continue
            try:
                reader(Pair(change, self._old.get(change.path), self._new.get(change.path)))
            except PtmdepsError as error:
                self.unread.append((change.path, error.message))
            except OSError as error:
                self.unread.append((change.path, error.strerror or type(error).__name__))

    def _reader(self, change: FileChange) -> Callable[[Pair], None] | None:
        if change.path == CARD:
            return self._card
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

    def _contents(self, pair: Pair, limit: int) -> tuple[bytes, bytes]:
        """The bytes of a file on both sides; nothing where there is none."""
        for file in (pair.before, pair.after):
            if file and file.size > limit:
                raise PtmdepsError(f"it has {file.size:,} bytes, which is too much to compare")
        old = self._before.reader.read(self._before.described, pair.before.path) if pair.before else b""
        new = self._after.reader.read(self._after.described, pair.after.path) if pair.after else b""
        return old, new

    def _settings(self, pair: Pair) -> None:
        path = pair.change.path
        old, new = (
            json_object(data or b"{}", path=path, limit=MAX_SETTINGS) for data in self._contents(pair, MAX_SETTINGS)
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
        old, new = self._contents(pair, MAX_VOCABULARY)
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
        old, new = self._contents(pair, MAX_SETTINGS)
        self.texts.append(text_change(pair.change.path, pair.change.of, _decoded(old), _decoded(new)))

    def _code(self, pair: Pair) -> None:
        old, new = self._contents(pair, MAX_SETTINGS)
        self.texts.append(text_change(pair.change.path, "code", _decoded(old), _decoded(new)))
        if change := import_change(pair.change.path, old, new):
            self.imports.append(change)

    def _pickle(self, pair: Pair) -> None:
        """What unpickling imports; of the locked side, what the lock recorded."""
        old = set(self._globals(self._before, pair.before)) if pair.before else set()
        new = set(self._globals(self._after, pair.after)) if pair.after else set()
        if old != new:
            added, removed = sorted(new - old)[:_MAX_GLOBALS], sorted(old - new)[:_MAX_GLOBALS]
            self.pickles.append(PickleChange(path=pair.change.path, added=tuple(added), removed=tuple(removed)))

    def _globals(self, side: Side, file: RemoteFile) -> tuple[str, ...]:
        pinned = side.locked if side.locked and side.locked.revision == side.described.revision else None
        for locked in pinned.files if pinned else ():
            if locked.path == file.path:
                return locked.pickle.globals if locked.pickle else ()
        with side.reader.open(side.described, file) as stream:
            facts = pickle_facts(stream)
        return facts.globals

    def _card(self, pair: Pair) -> None:
        """The text of the card, what its front matter declares, and the licence above all."""
        try:
            old, new = self._contents(pair, MAX_SETTINGS)
        except PtmdepsError:
            self._locked_license()
            raise
        self.texts.append(text_change(CARD, "card", _decoded(old), _decoded(new)))
        was, is_ = model_card(old), model_card(new)
        found, _ = key_changes(CARD, _declared(was), _declared(is_))
        self.keys += found
        self._set_license(declared_license(was), declared_license(is_))

    def _locked_license(self) -> None:
        """The card cannot be read on both sides: what two locks say of the licence is known all the same."""
        if self._before.locked and self._after.locked:
            self._set_license(self._before.locked.license, self._after.locked.license)

    def _set_license(self, before: License | None, after: License | None) -> None:
        if _meaning(before) != _meaning(after):
            self.license = LicenseChange(before=before, after=after)


def declared_license(card: ModelCard) -> License | None:
    """The licence that a card declares, and what that means."""
    declared = " AND ".join(card.license)
    if declared == "other" and card.license_name:
        declared = card.license_name
    return License(declared=declared, concluded=spdx_expression(declared) or "", evidence=CARD) if declared else None


def _meaning(license_: License | None) -> str:
    return (license_.concluded or license_.declared) if license_ else ""


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
