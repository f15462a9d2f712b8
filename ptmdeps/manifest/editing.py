"""Changing a manifest in place: bytes before → bytes after, with comments and layout kept.

Every function here is pure, so that a command can make all its changes in memory, see whether they lead anywhere, and
write manifest and lock together. What results is read again before anybody believes it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ptmdeps import atomic
from ptmdeps.errors import ManifestError
from ptmdeps.identity import ModelKey
from ptmdeps.manifest.document import STANDALONE, prefix_of
from ptmdeps.manifest.reading import parse, source_of, tables
from ptmdeps.manifest.specifiers import parse_specifier, specifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model to record.

    Attributes:
        specifier: ``org/name``, ``org/name@ref`` or ``hub:org/name@ref``.
        groups: its groups; empty: those it has, or the default.
        optional: whether it is optional; ``None``: what it is, or not.
        role: what it is for; empty: what is written, or nothing.
        files: patterns of its files; empty: what is written, or what its loaders read.
    """

    specifier: str
    groups: tuple[str, ...] = ()
    optional: bool | None = None
    role: str = ""
    files: tuple[str, ...] = ()

    @property
    def key(self) -> ModelKey:
        """Which model it is."""
        return parse_specifier(self.specifier)[0]

    def facts(self) -> dict[str, Any]:
        """What it says beside the model and its ref, as a manifest writes it."""
        groups: dict[str, Any] = {"group": self.groups[0]} if len(self.groups) == 1 else {"groups": list(self.groups)}
        facts: dict[str, Any] = {
            **(groups if self.groups else {}),
            "optional": self.optional,
            "role": self.role,
            "files": list(self.files),
        }
        return {key: value for key, value in facts.items() if value not in (None, "", [])}


def target(root: Path) -> Path:
    """The manifest to edit: ``ptm.toml`` where that is or where there is no ``pyproject.toml``."""
    return root / (source_of(root) or STANDALONE)


def with_entries(before: bytes, source: str, entries: Sequence[Entry]) -> bytes:
    """Record models: an entry of the same model is changed where it stands, new ones go to the end.

    What is written of a model and not said again stays, its ref excepted: who names a model without a ref asks for
    the hub's default. ``source`` is the name of the manifest, ``before`` is empty where there is none yet.

    Raises:
        ManifestError: a specifier is no model, the manifest cannot be read, or it is laid out in a way that cannot be
            edited.
    """
    wishes: dict[ModelKey, list[Entry]] = {}
    for entry in dict.fromkeys(entries):
        wishes.setdefault(entry.key, []).append(entry)

    def record(models: Any, *, tables_only: bool) -> None:  # noqa: ANN401 - tomlkit's arrays share no usable type
        for key, wanted in wishes.items():
            _place(models, key, wanted, tables_only=tables_only)

    hint = f"Add to its `models` by hand: {', '.join(_quoted(entry.specifier) for entry in entries)}"
    return _edited(before, source, "models", record, hint)


def without(before: bytes, source: str, names: Iterable[str]) -> bytes:
    """Take models out: ``org/name`` with all its refs, ``org/name@ref`` only where that ref is written.

    What is not in the manifest is not missed; without any of them the bytes stay as they are.

    Raises:
        ManifestError: see ``with_entries``.
    """
    asked = [parse_specifier(name) for name in dict.fromkeys(names)]

    def remove(models: Any, **_: bool) -> None:  # noqa: ANN401 - tomlkit's arrays share no usable type
        for index in reversed(range(len(models))):
            key, ref = _wish(models[index])
            if any(key == name and wanted in ("", ref) for name, wanted in asked):
                del models[index]

    found = [_wish(item) for item in _items(before, source, "models")]
    if not any(key == name and wanted in ("", ref) for name, wanted in asked for key, ref in found):
        return before
    names_of = ", ".join(_quoted(specifier(*one)) for one in asked)
    return _edited(before, source, "models", remove, f"Take out of its `models` by hand: {names_of}")


def with_ref(before: bytes, source: str, key: ModelKey, ref: str, *, instead_of: str | None = None) -> bytes:
    """Give a model that is recorded another ref (empty: the hub's default); ``instead_of`` says which, of several.

    Raises:
        ManifestError: it is not recorded, or at several refs; see also ``with_entries``.
    """
    items = _items(before, source, "models")
    places = [
        index for index, item in enumerate(items) if _wish(item)[0] == key and instead_of in (None, _wish(item)[1])
    ]
    if len(places) != 1:
        raise ManifestError(
            f"`{specifier(key)}` stands {len(places)} times in `{source}`" if places else f"`{key}` is not recorded",
            hint=f"Write its ref into `models` of `{source}` by hand" if places else f"`ptmdeps install {key}` does it",
        )

    def change(models: Any, **_: bool) -> None:  # noqa: ANN401 - tomlkit's arrays share no usable type
        _set_ref(models, places[0], key, ref)

    return _edited(before, source, "models", change, f"Write by hand: {_quoted(specifier(key, ref))}")


def ignoring(before: bytes, source: str, model: str, *, reason: str = "", until: str = "") -> bytes:
    """Add a rule to ``ignore``, instead of one about the same model; ``until`` is a day such as ``2026-12-31``.

    Raises:
        ManifestError: it is no rule; see also ``with_entries``.
    """
    rule: Any = {"model": model} | ({"reason": reason} if reason else {}) | ({"until": until} if until else {})

    def add(rules: Any, *, tables_only: bool) -> None:  # noqa: ANN401 - tomlkit's arrays share no usable type
        item = rule if len(rule) > 1 or tables_only else model
        for index, old in enumerate(rules):
            if (old["model"] if isinstance(old, Mapping) else old) == model:
                rules[index] = _as_item(rules, item)
                return
        rules.append(_as_item(rules, item))

    return _edited(before, source, "ignore", add, f"Add to its `ignore` by hand: {_quoted(model)}")


def write(path: Path, content: bytes | None) -> None:
    """Write a manifest, whole or not at all; ``None`` deletes it. The caller holds the project's mutex.

    Raises:
        StoreError: the folder is read-only or full; the file is as it was.
    """
    atomic.remove_leftovers(path.parent, path.name)
    if content is None:
        path.unlink(missing_ok=True)
    else:
        atomic.write_if_changed(path, content)


@contextlib.contextmanager
def recording(root: Path, models: Sequence[str | Entry]) -> Iterator[str]:
    """Record models in the project's manifest; if what is done inside fails, the file is put back as it was.

    Gives the name of the file.

    Raises:
        ManifestError: see ``with_entries``.
    """
    path = target(root)
    if not models:
        yield path.name
        return
    before = path.read_bytes() if path.is_file() else None
    entries = [Entry(specifier=model) if isinstance(model, str) else model for model in models]
    write(path, with_entries(before or b"", path.name, entries))
    try:
        yield path.name
    except BaseException:
        write(path, before)
        raise


class _Change(Protocol):
    """A change of one array, of tomlkit's or a plain one; some can hold ``tables_only`` (``[[models]]``)."""

    def __call__(self, array: Any, /, *, tables_only: bool) -> None:  # noqa: ANN401
        """Change the array in place."""


def _edited(before: bytes, source: str, key: str, change: _Change, hint: str) -> bytes:
    """Change one array of the manifest, and see that nothing else changed, by reading what was written.

    Raises:
        ManifestError: the manifest is none, before or after, or cannot be edited.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    parse(before, source)
    unable = ManifestError(f"`{source}` is laid out in a way that ptmdeps cannot edit", hint=hint)
    try:
        document = tomlkit.parse(before.decode())
        tables_only = isinstance(_settings(document, source).get(key), tomlkit.items.AoT)
        after = _written(document, before.decode(), source, key, change, tables_only=tables_only)
    except TOMLKitError as error:
        raise unable from error
    expected = tables(before, source)
    change(_array(expected, source, key), tables_only=tables_only)
    if _plain_tables(after, source) != expected:
        raise unable
    parse(after, source)
    return after


def _settings(document: Any, source: str) -> Any:  # noqa: ANN401 - tomlkit's types
    """The settings of ptmdeps in a document of tomlkit; empty where it has none."""
    table = document
    for part in prefix_of(source):
        table = table.get(part, {})
    return table


def _plain_tables(content: bytes, source: str) -> dict[str, Any] | None:
    try:
        return tables(content, source)
    except ManifestError:
        return None


def _items(content: bytes, source: str, key: str) -> list[Any]:
    parse(content, source)
    return _array(tables(content, source), source, key)


def _array(document: dict[str, Any], source: str, key: str) -> list[Any]:
    """The array of that name among the settings of ptmdeps, made where there is none."""
    table = document
    for part in prefix_of(source):
        table = table.setdefault(str(part), {})
    array: list[Any] = table.setdefault(key, [])
    return array


def _written(document: Any, text: str, source: str, key: str, change: _Change, *, tables_only: bool) -> bytes:  # noqa: ANN401 - tomlkit's types
    import tomlkit

    windows = text.count("\n") == text.count("\r\n") > 0
    table = _settings(document, source)
    if key in table:
        change(table[key], tables_only=tables_only)
        text = tomlkit.dumps(document)
    else:
        array = tomlkit.array().multiline(multiline=True)
        change(array, tables_only=False)
        if source == STANDALONE or "ptmdeps" in document.get("tool", {}):
            table[key] = array
            text = tomlkit.dumps(document)
        else:
            # appended as text: tables of `tool` may be scattered over the file, and stay where they are
            own = tomlkit.document()
            own[key] = array
            text = f"{text}{_gap(text)}[tool.ptmdeps]\n{tomlkit.dumps(own)}"
    return (text.replace("\r\n", "\n").replace("\n", "\r\n") if windows else text).encode()


def _place(models: Any, key: ModelKey, entries: Sequence[Entry], *, tables_only: bool) -> None:  # noqa: ANN401
    """Put each entry where one of the same model stands, so that the comments around it stay; else at the end."""
    places = [index for index, item in enumerate(models) if _wish(item)[0] == key]
    if len(places) == len(entries) == 1 and isinstance(models[places[0]], Mapping):
        _change(models[places[0]], entries[0])
        return
    for index, entry in zip(places, entries, strict=False):
        models[index] = _item(models, entry, tables_only=tables_only)
    for index in reversed(places[len(entries) :]):
        del models[index]
    for entry in entries[len(places) :]:
        models.append(_item(models, entry, tables_only=tables_only))


def _change(item: Any, entry: Entry) -> None:  # noqa: ANN401 - a table of tomlkit, or a plain one
    """Change what is said anew in the table of a model, and leave the rest of it."""
    key, ref = parse_specifier(entry.specifier)
    _set_ref([item], 0, key, ref)
    facts = entry.facts()
    if {"group", "groups"} & facts.keys():
        for name in {"group", "groups"} & item.keys():
            del item[name]
    if entry.optional is False:
        facts.pop("optional")
        item.pop("optional", None)
    for name, value in facts.items():
        item[name] = value


def _set_ref(models: Any, index: int, key: ModelKey, ref: str) -> None:  # noqa: ANN401 - see above
    item = models[index]
    if not isinstance(item, Mapping):
        models[index] = specifier(key, ref)
        return
    table: Any = item
    if "@" in table["name"]:
        table["name"] = specifier(key, ref)
        if "ref" in table:
            del table["ref"]
    elif ref:
        table["ref"] = ref
    elif "ref" in table:
        del table["ref"]


def _item(models: Any, entry: Entry, *, tables_only: bool) -> Any:  # noqa: ANN401 - see above
    """What stands for an entry: a string where that says everything, else a table."""
    facts = entry.facts()
    if facts.get("optional") is False:
        del facts["optional"]
    if not facts and not tables_only:
        return entry.specifier
    key, ref = parse_specifier(entry.specifier)
    return _as_item(models, {"name": specifier(key)} | ({"ref": ref} if ref else {}) | facts)


def _as_item(array: Any, value: Any) -> Any:  # noqa: ANN401 - see above
    import tomlkit

    if not isinstance(value, dict) or type(array) is list:
        return value
    table: Any = tomlkit.table() if isinstance(array, tomlkit.items.AoT) else tomlkit.inline_table()
    table.update(value)
    return table


def _wish(item: object) -> tuple[ModelKey, str]:
    """The model and the ref that an entry asks for."""
    if not isinstance(item, Mapping):
        return parse_specifier(str(item))
    key, ref = parse_specifier(str(item["name"]))
    return key, str(item.get("ref", ref))


def _gap(text: str) -> str:
    """What separates a new section from ``text``."""
    if not text:
        return ""
    return "\n" if text.endswith("\n") else "\n\n"


def _quoted(text: str) -> str:
    # a specifier holds no control characters, so that JSON's quotes are TOML's
    return json.dumps(text, ensure_ascii=False)
