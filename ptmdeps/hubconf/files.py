"""Paths and files, as code sees them on a machine that has downloaded nothing yet: the repository, and what it made."""

from __future__ import annotations

import fnmatch
import json
import posixpath
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from ptmdeps.hubconf import downloads, texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_ITEMS, MAX_TEXT
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Arguments, Value
from ptmdeps.inspect.front_matter import UnreadableFrontMatterError, document

_LONGEST_PATTERN = 200
_ON_DISK = "it is a file that is made when the code runs"


def exists(machine: Machine, path: Value, kind: str = "") -> Value:
    """Return whether there is a file (``kind`` is ``file``) or folder; likely not, outside of the repository."""
    text = texts.plain(path)
    if text is None:
        return v.Opaque("it depends on what is on the machine", likely=False)
    if text in machine.created:
        return True
    inside = machine.repository.inside(text)
    if inside is not None:
        file, folder = inside in machine.repository.files, inside in machine.repository.folders
        if file or folder:
            return {"file": file, "dir": folder}.get(kind, True)
    return v.Opaque("it depends on what is on the machine", likely=False)


def make(machine: Machine, path: Value) -> None:
    """Remember that a file or folder is there from now on."""
    text = texts.plain(path)
    if text is not None:
        machine.created.add(text)


def listed(machine: Machine, path: Value) -> v.Items | None:
    """Return the names in a folder of the repository."""
    text = texts.plain(path)
    inside = machine.repository.inside(text) if text is not None else None
    if inside is None:
        return None
    return machine.items(machine.repository.children(inside)[:MAX_ITEMS])


def opened(machine: Machine, given: Arguments) -> Value:
    """``open(path, mode)``: a file of the repository, or the place where something downloaded is written to."""
    mode = given.get(1, "mode", "r")
    text = texts.plain(given.get(0, "file"))
    if isinstance(mode, str) and set(mode) & set("wax"):
        downloads.written_to(machine, text)
        make(machine, text)
        return v.Opaque(_ON_DISK)
    inside = machine.repository.inside(text) if text is not None else None
    if inside is not None and inside in machine.repository.files:
        return v.OpenFile(inside)
    return v.Opaque(_ON_DISK)


def content(machine: Machine, file: Value) -> str | None:
    """Return the text of a file of the repository."""
    path = file.path if isinstance(file, v.OpenFile) else None
    if isinstance(file, str | v.PathText):
        path = machine.repository.inside(texts.plain(file) or "")
    return machine.repository.text(path) if path else None


def converted(machine: Machine, data: object, *, attributes: bool = False, plain: bool = True) -> Value:
    """Return a document of JSON or YAML as a value."""
    if machine.steps > machine.limit:
        return v.UNKNOWN
    machine.steps += 1
    match data:
        case dict():
            entries: dict[Hashable, Value] = {
                key: converted(machine, value, attributes=attributes, plain=plain) for key, value in data.items()
            }
            return machine.table(entries, attributes=attributes)
        case list():
            return machine.items([converted(machine, one, attributes=attributes, plain=plain) for one in data])
        case str():
            return data if plain else _scalar(data)
        case bool() | int() | float() | None:
            return data
    return v.UNKNOWN


def _scalar(text: str) -> Value:
    """What a scalar of YAML stands for; whether it was quoted is not known any more."""
    known = {"true": True, "false": False}.get(text.lower())
    if known is not None:
        return known
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 and not text.startswith("0") else text  # noqa: PLR2004


def read_yaml(machine: Machine, given: Arguments, *, attributes: bool = False) -> Value:
    """``yaml.safe_load(file)``, ``OmegaConf.load(path)``."""
    return _parsed(machine, given, lambda text: converted(machine, document(text), attributes=attributes, plain=False))


def read_json(machine: Machine, given: Arguments) -> Value:
    """``json.load(file)``, ``json.loads(text)``."""
    return _parsed(machine, given, lambda text: converted(machine, json.loads(text)))


def _parsed(machine: Machine, given: Arguments, parse: Callable[[str], Value]) -> Value:
    source = given.get(0, "stream")
    text = source if isinstance(source, str) and machine.repository.inside(source) is None else content(machine, source)
    if text is None:
        return source if isinstance(source, v.Opaque) else v.Opaque(_ON_DISK)
    try:
        return parse(text)
    except (UnreadableFrontMatterError, ValueError, RecursionError):
        return v.Opaque("it is a document that cannot be read")


def of_open(path: str, name: str) -> Value:
    """Return a method of an opened file of the repository."""
    match name:
        case "read":
            return v.Native(name, lambda machine, _given: _limited(machine.repository.text(path)))
        case "readlines":
            return v.Native(name, lambda machine, _given: _lines(machine, path))
        case "name":
            return path
    return v.Native(name, lambda *_: v.UNKNOWN)


def _limited(text: str | None) -> Value:
    return text if text is not None and len(text) <= MAX_TEXT else v.UNKNOWN


def _lines(machine: Machine, path: str) -> Value:
    text = _limited(machine.repository.text(path))
    return machine.items(text.splitlines(keepends=True)[:MAX_ITEMS]) if isinstance(text, str) else v.UNKNOWN


def path_of(value: Value) -> Value:
    """Return ``Path(value)``."""
    text = texts.plain(value)
    if text is None or value is None:
        return value if isinstance(value, v.Opaque) else v.UNKNOWN
    return v.PathText(posixpath.normpath(text) if text.strip("/") else text or ".")


def new_path(machine: Machine, given: Arguments) -> Value:
    """``Path(a, b)``."""
    joined = joined_path(machine, given)
    return machine.each(joined, path_of)


def joined_path(machine: Machine, given: Arguments) -> Value:
    """``os.path.join(a, b)``."""
    whole: Value = ""
    for part in given.positional:
        whole = machine.each(whole, lambda one, other=part: machine.each(other, lambda last: _two(one, last)))  # type: ignore[misc]
    return v.UNKNOWN if given.open else whole


def _two(first: Value, second: Value) -> Value:
    one, other = texts.plain(first), texts.plain(second)
    if one is None or other is None or first is None or second is None:
        return next((part for part in (first, second) if isinstance(part, v.Opaque)), v.UNKNOWN)
    return texts.path_join(one, other)


def of_path(machine: Machine, text: str, name: str) -> Value:
    """Return an attribute or method of ``Path(text)``."""
    stem, suffix = posixpath.splitext(posixpath.basename(text))
    known: Mapping[str, Value] = {
        "name": posixpath.basename(text),
        "stem": stem,
        "suffix": suffix,
        "parent": v.PathText(posixpath.dirname(text) or "."),
    }
    if name in known:
        return known[name]
    if name == "parents":
        return machine.items([v.PathText(one) for one in _parents(text)])
    if name == "parts":
        return machine.items(text.split("/"), "tuple")
    method = _METHODS.get(name)
    if method is None:
        return v.Native(name, lambda *_: v.UNKNOWN)
    return v.Native(name, lambda machine, given: method(machine, text, given))


def _parents(text: str) -> list[str]:
    found: list[str] = []
    while (above := posixpath.dirname(text)) != text and len(found) < 100:  # noqa: PLR2004
        found.append(above or ".")
        text = above
    return found


def matching(machine: Machine, folder: str, pattern: str, *, deep: bool) -> Value:
    """Return files of the repository whose path below a folder matches a pattern, as paths."""
    inside = machine.repository.inside(folder)
    if inside is None or len(pattern) > _LONGEST_PATTERN:
        return v.UNKNOWN
    start = f"{inside}/" if inside else ""
    below = sorted(path[len(start) :] for path in machine.repository.files if path.startswith(start))
    machine.steps += len(below) // 4
    depth = pattern.count("/")
    deep = deep or "**" in pattern
    wanted = pattern.replace("**/", "")
    names = [path if not deep else path.rpartition("/")[2] for path in below]
    found = [
        path
        for path, name in zip(below, names, strict=True)
        if (deep or path.count("/") == depth) and fnmatch.fnmatchcase(name, wanted)
    ]
    return machine.items([v.PathText(f"{folder}/{path}") for path in found[:MAX_ITEMS]])


def _iterated(machine: Machine, text: str, _given: Arguments) -> Value:
    found = listed(machine, text)
    return machine.items([v.PathText(f"{text}/{name}") for name in found.values]) if found is not None else v.UNKNOWN


def _glob(deep: bool) -> Callable[[Machine, str, Arguments], Value]:
    def call(machine: Machine, text: str, given: Arguments) -> Value:
        pattern = given.get(0, "pattern")
        return matching(machine, text, pattern, deep=deep) if isinstance(pattern, str) else v.UNKNOWN

    return call


def _with(change: Callable[[str, Any], str]) -> Callable[[Machine, str, Arguments], Value]:
    def call(_machine: Machine, text: str, given: Arguments) -> Value:
        other = texts.plain(given.get(0, "other"))
        return v.PathText(change(text, other)) if other is not None else v.UNKNOWN

    return call


def _made(machine: Machine, text: str, _given: Arguments) -> Value:
    make(machine, text)
    return None


def _same(_machine: Machine, text: str, _given: Arguments) -> Value:
    return v.PathText(text)


_METHODS: Mapping[str, Callable[[Machine, str, Arguments], Value]] = {
    "absolute": _same,
    "as_posix": lambda _machine, text, _given: text,
    "exists": lambda machine, text, _given: exists(machine, text),
    "expanduser": _same,
    "glob": _glob(deep=False),
    "is_dir": lambda machine, text, _given: exists(machine, text, "dir"),
    "is_file": lambda machine, text, _given: exists(machine, text, "file"),
    "iterdir": _iterated,
    "joinpath": lambda machine, text, given: machine.each(joined_path(machine, given.after(text)), path_of),
    "mkdir": _made,
    "open": lambda machine, text, given: opened(machine, given.after(text)),
    "read_text": lambda machine, text, _given: _limited(content(machine, text)),
    "resolve": _same,
    "rglob": _glob(deep=True),
    "touch": _made,
    "with_name": _with(lambda text, name: posixpath.join(posixpath.dirname(text), name)),
    "with_suffix": _with(lambda text, suffix: posixpath.splitext(text)[0] + suffix),
}
