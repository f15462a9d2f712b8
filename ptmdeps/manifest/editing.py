"""Changing a manifest in place: bytes before → bytes after, with comments and layout kept.

Every function here is pure, so that a command can make all its changes in memory, see whether they lead anywhere, and
write manifest and lock together. What results is read again before anybody believes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ptmdeps import atomic
from ptmdeps.errors import ManifestError
from ptmdeps.identity import ModelKey
from ptmdeps.manifest.document import STANDALONE, prefix_of
from ptmdeps.manifest.entries import Entry, as_item, place, set_ref, wish_of, without_tables
from ptmdeps.manifest.reading import parse, source_of, tables
from ptmdeps.manifest.specifiers import parse_specifier, specifier

__all__ = ["Entry", "ignoring", "target", "with_entries", "with_ref", "without", "write"]


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
            place(models, key, wanted, tables_only=tables_only)

    hint = f"Add to its `models` by hand: {', '.join(_quoted(entry.specifier) for entry in entries)}"
    return _edited(before, source, "models", record, hint)


def without(before: bytes, source: str, names: Iterable[str]) -> bytes:
    """Take models out: ``org/name`` with all its refs, ``org/name@ref`` only where that ref is written.

    What is not in the manifest is not missed; without any of them the bytes stay as they are.

    Raises:
        ManifestError: see ``with_entries``.
    """
    asked = [parse_specifier(name) for name in dict.fromkeys(names)]

    def meant(item: object) -> bool:
        key, ref = wish_of(item)
        return any(key == name and wanted in ("", ref) for name, wanted in asked)

    def remove(models: Any, **_: bool) -> None:  # noqa: ANN401 - tomlkit's arrays share no usable type
        for index in reversed(range(len(models))):
            if meant(models[index]):
                del models[index]

    found = [index for index, item in enumerate(_items(before, source, "models")) if meant(item)]
    if not found:
        return before
    hint = f"Take out of its `models` by hand: {', '.join(_quoted(specifier(*one)) for one in asked)}"
    return _edited(before, source, "models", remove, hint, tables_gone=found)


def with_ref(before: bytes, source: str, key: ModelKey, ref: str, *, instead_of: str | None = None) -> bytes:
    """Give a model that is recorded another ref (empty: the hub's default); ``instead_of`` says which, of several.

    Raises:
        ManifestError: it is not recorded, or at several refs; see also ``with_entries``.
    """
    items = _items(before, source, "models")
    places = [
        index for index, item in enumerate(items) if wish_of(item)[0] == key and instead_of in (None, wish_of(item)[1])
    ]
    if len(places) != 1:
        raise ManifestError(
            f"`{specifier(key)}` stands {len(places)} times in `{source}`" if places else f"`{key}` is not recorded",
            hint=f"Write its ref into `models` of `{source}` by hand" if places else f"`ptmdeps install {key}` does it",
        )

    def change(models: Any, **_: bool) -> None:  # noqa: ANN401 - tomlkit's arrays share no usable type
        set_ref(models, places[0], key, ref)

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
                rules[index] = as_item(rules, item)
                return
        rules.append(as_item(rules, item))

    return _edited(before, source, "ignore", add, f"Add to its `ignore` by hand: {_quoted(model)}")


def write(path: Path, content: bytes) -> None:
    """Write a manifest, whole or not at all; the caller holds the project's mutex.

    Raises:
        StoreError: the folder is read-only or full; the file is as it was.
    """
    atomic.remove_leftovers(path.parent, path.name)
    atomic.write_if_changed(path, content)


class _Change(Protocol):
    """A change of one array, of tomlkit's or a plain one; some can hold ``tables_only`` (``[[models]]``)."""

    def __call__(self, array: Any, /, *, tables_only: bool) -> None:  # noqa: ANN401
        """Change the array in place."""


def _edited(
    before: bytes, source: str, key: str, change: _Change, hint: str, *, tables_gone: Sequence[int] = ()
) -> bytes:
    """Change one array of the manifest, and see that nothing else changed, by reading what was written.

    ``tables_gone`` are the items that the change takes out, if that is all it does.

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
        if tables_only and tables_gone:
            after = without_tables(before.decode(), (*prefix_of(source), key), tables_gone).encode()
        else:
            after = _written(document, before.decode(), source, key, change, tables_only=tables_only)
    except TOMLKitError as error:
        raise unable from error
    expected = tables(before, source)
    change(_array(expected, source, key), tables_only=tables_only)
    found = _plain_tables(after, source)
    if found is not None:
        _array(found, source, key)  # an array without its last table is not there, which is the same
    if found != expected:
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


def _gap(text: str) -> str:
    """What separates a new section from ``text``."""
    if not text:
        return ""
    return "\n" if text.endswith("\n") else "\n\n"


def _quoted(text: str) -> str:
    # a specifier holds no control characters, so that JSON's quotes are TOML's
    return json.dumps(text, ensure_ascii=False)
