"""The array of a manifest's models: what stands for an entry, and how to change it where it stands.

The functions work on arrays of tomlkit, which keep comments and layout, and on plain ones, which say what must come
out of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ptmdeps.identity import ModelKey
from ptmdeps.manifest.fields import KeyPath
from ptmdeps.manifest.lines import header_lines, key_lines
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
        reads: the kind of loader that decides the files; empty: what is written, or any.
        entrypoint: the call of an entry point whose weights are needed (PyTorch Hub); empty: what is written, or none.
    """

    specifier: str
    groups: tuple[str, ...] = ()
    optional: bool | None = None
    role: str = ""
    files: tuple[str, ...] = ()
    reads: str = ""
    entrypoint: str = ""

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
            "reads": self.reads,
            "entrypoint": self.entrypoint,
        }
        return {key: value for key, value in facts.items() if value not in (None, "", [])}


def wish_of(item: object) -> tuple[ModelKey, str]:
    """The model and the ref that an entry asks for."""
    if not isinstance(item, Mapping):
        return parse_specifier(str(item))
    key, ref = parse_specifier(str(item["name"]))
    return key, str(item.get("ref", ref))


def place(models: Any, key: ModelKey, entries: Sequence[Entry], *, tables_only: bool) -> None:  # noqa: ANN401
    """Put each entry where one of the same model stands, so that the comments around it stay; else at the end."""
    places = [index for index, item in enumerate(models) if wish_of(item)[0] == key]
    if len(places) == len(entries) == 1 and isinstance(models[places[0]], Mapping):
        _changed(models, places[0], entries[0])
        return
    for index, entry in zip(places, entries, strict=False):
        item = _item(models, entry, tables_only=tables_only)
        if tables_only:
            _put(models, index, dict(item))
        else:
            models[index] = item
    for index in reversed(places[len(entries) :]):
        del models[index]
    for entry in entries[len(places) :]:
        models.append(_item(models, entry, tables_only=tables_only))


def set_ref(models: Any, index: int, key: ModelKey, ref: str) -> None:  # noqa: ANN401 - see above
    """Give an entry another ref; empty: the hub's default."""
    if isinstance(models[index], Mapping):
        _put(models, index, _with_ref(models[index], key, ref))
    else:
        models[index] = specifier(key, ref)


def without_tables(text: str, path: KeyPath, indexes: Sequence[int]) -> str:
    """Take whole tables out of an array of tables, line by line: tomlkit would take the comments before the next."""
    lines = text.split("\n")
    headers, found = header_lines(text), key_lines(text)
    for index in sorted(indexes, reverse=True):
        first = found[*path, index]
        end = next((line for line in headers if line > first), len(lines) + 1)
        while end - 1 > first and lines[end - 2].strip()[:1] in ("", "#"):
            end -= 1
        del lines[first - 1 : end - 1]
    return "\n".join(lines)


def as_item(array: Any, value: Any) -> Any:  # noqa: ANN401 - see above
    """A value as an item of an array of tomlkit, tables with spaces inside their braces; for a plain array as it is."""
    import tomlkit

    if not isinstance(value, dict) or type(array) is list:
        return value
    if isinstance(array, tomlkit.items.AoT):
        table: Any = tomlkit.table()
        table.update(value)
        return table
    inner = ", ".join(f"{key} = {tomlkit.item(one).as_string()}" for key, one in value.items())
    return tomlkit.parse(f"item = {{ {inner} }}")["item"]


def _changed(models: Any, index: int, entry: Entry) -> None:  # noqa: ANN401 - see above
    """Change what is said anew in the table of a model, and leave the rest of it."""
    key, ref = parse_specifier(entry.specifier)
    facts = entry.facts()
    values = _with_ref(models[index], key, ref)
    if {"group", "groups"} & facts.keys():
        values = {name: value for name, value in values.items() if name not in ("group", "groups")}
    values |= facts
    if not values.get("optional", True):
        del values["optional"]
    _put(models, index, values)


def _with_ref(item: Mapping[str, Any], key: ModelKey, ref: str) -> dict[str, Any]:
    """The values of a model's table with another ref: in its name where that has one, else beside it."""
    values = dict(item)
    if parse_specifier(str(values["name"]))[1]:
        values["name"] = specifier(key, ref)
        ref = ""
    values["ref"] = ref
    return {name: value for name, value in values.items() if name != "ref" or value}


def _put(array: Any, index: int, values: dict[str, Any]) -> None:  # noqa: ANN401 - see above
    """Give a table in an array other values: line by line where it has lines."""
    import tomlkit

    item: Any = array[index]
    if not isinstance(item, tomlkit.items.Table):
        if dict(item) != values:
            array[index] = as_item(array, values)
        return
    for name in [name for name in item if name not in values]:
        del item[name]
    for name, value in values.items():
        if name not in item or item[name] != value:
            item[name] = value


def _item(models: Any, entry: Entry, *, tables_only: bool) -> Any:  # noqa: ANN401 - see above
    """What stands for an entry: a string where that says everything, else a table."""
    facts = entry.facts()
    if facts.get("optional") is False:
        del facts["optional"]
    if not facts and not tables_only:
        return entry.specifier
    key, ref = parse_specifier(entry.specifier)
    return as_item(models, {"name": specifier(key)} | ({"ref": ref} if ref else {}) | facts)
