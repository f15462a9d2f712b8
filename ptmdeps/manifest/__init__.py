"""``[tool.ptmdeps]`` in ``pyproject.toml``, or ``ptm.toml``: what the project wishes beyond what its code says."""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ptmdeps import atomic
from ptmdeps.errors import ManifestError, UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Options
from ptmdeps.manifest.fields import choice, refuse_unknown, strings, text
from ptmdeps.manifest.loaders import DeclaredLoader, declared_loaders
from ptmdeps.paths import printable, safe_path
from ptmdeps.requirement import FileSelection, Requirement

PYPROJECT = "pyproject.toml"
STANDALONE = "ptm.toml"
LINK_MODES = ("auto", "reflink", "hardlink", "symlink", "copy")
SCOPES = ("main", "example", "test", "doc")

_KEYS = frozenset({"models", "ignore", "files", "scopes", "link-mode", "exclude", "loaders"})
_MODEL_KEYS = frozenset({"name", "ref", "files", "group", "reads"})
_SPELLING = "A model is written `org/name`, `org/name@ref` or `hub:org/name@ref`"
_SPECIFIER = re.compile(r"(?:(?P<hub>[a-z][a-z0-9-]*):)?(?P<name>[^@:\s]+)(?:@(?P<ref>\S+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Wishes and settings of a project.

    Attributes:
        source: name of the file it was read from; empty where there is none.
        requirements: models that the project needs whether or not its code says so.
        ignore: names that the code mentions and that must not be locked.
        options: settings that change a resolution.
        link_mode: how the environment's files come from the store, one of ``LINK_MODES``.
        exclude: glob patterns of paths that are not scanned.
        loaders: calls of the project's own libraries that load models.
    """

    source: str = ""
    requirements: tuple[Requirement, ...] = ()
    ignore: frozenset[str] = frozenset()
    options: Options = Options()
    link_mode: str = "auto"
    exclude: tuple[str, ...] = ()
    loaders: tuple[DeclaredLoader, ...] = ()


def read(root: Path) -> Manifest:
    """The manifest of the project at ``root``: ``ptm.toml`` if there is one, else ``pyproject.toml``, else defaults.

    Raises:
        ManifestError: it is no TOML, or a key is unknown or has a value it cannot have.
    """
    for source in (STANDALONE, PYPROJECT):
        if (path := root / source).is_file():
            return _parsed(_toml(path), source)
    return Manifest()


def parse_specifier(text: str) -> tuple[ModelKey, str]:
    """``org/name``, ``org/name@ref`` or ``hub:org/name@ref`` as key and ref (empty where not given).

    Raises:
        ManifestError: it is none of these.
    """
    match = _SPECIFIER.fullmatch(text)
    if match is None:
        raise ManifestError(f"`{printable(text)}` is no model", hint=_SPELLING)
    try:
        name, ref = safe_path(match["name"]), match["ref"] or ""
        return ModelKey(match["hub"] or "huggingface", name), safe_path(ref) if ref else ""
    except UnsafeContent as error:
        raise ManifestError(f"`{printable(text)}` is no model: {error.message}", hint=_SPELLING) from error


@contextlib.contextmanager
def recording(root: Path, specifiers: Sequence[str]) -> Iterator[str]:
    """Record models in the manifest, keeping comments and layout; an entry of the same name is replaced.

    Gives the name of the file: ``ptm.toml`` where that exists or where there is no ``pyproject.toml``. If what is
    done inside fails, the file is put back as it was.

    Raises:
        ManifestError: a specifier is no model, or the manifest cannot be read.
    """
    standalone = (root / STANDALONE).is_file() or not (root / PYPROJECT).is_file()
    path = root / (STANDALONE if standalone else PYPROJECT)
    if not specifiers:
        yield path.name
        return
    manifest = read(root)
    before = path.read_bytes() if path.is_file() else None
    content = _recorded(before or b"", specifiers, manifest, path.name)
    atomic.remove_leftovers(root, path.name)
    atomic.write(path, content)
    try:
        yield path.name
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            atomic.write(path, before)
        raise


def _recorded(before: bytes, specifiers: Sequence[str], manifest: Manifest, source: str) -> bytes:
    """The manifest's bytes with the models in it; what results is read again before anybody believes it."""
    wishes: dict[ModelKey, list[str]] = {}
    for specifier in dict.fromkeys(specifiers):
        wishes.setdefault(parse_specifier(specifier)[0], []).append(specifier)
    kept = [requirement for requirement in manifest.requirements if requirement.key not in wishes]
    new = _requirements({"models": list(dict.fromkeys(specifiers))}, "", source)
    expected = replace(manifest, source=source, requirements=tuple(sorted((*kept, *new))))
    content = _with_models(before, wishes, standalone=source == STANDALONE)
    try:
        found = _parsed(tomllib.loads(content.decode()), source)
    except (tomllib.TOMLDecodeError, ManifestError):
        found = None
    if found != expected:
        raise ManifestError(
            f"`{source}` is laid out in a way that ptmdeps cannot edit",
            hint=f"Add to its `models` by hand: {', '.join(map(_quoted, specifiers))}",
        )
    return content


def _with_models(before: bytes, wishes: Mapping[ModelKey, Sequence[str]], *, standalone: bool) -> bytes:
    import tomlkit

    text = before.decode()
    windows = text.count("\n") == text.count("\r\n") > 0
    document: Any = tomlkit.parse(text)
    table = document if standalone else document.get("tool", {}).get("ptmdeps")
    if table is None:
        # appended as text: tables of `tool` may be scattered over the file, and stay where they are
        text = f"{text}{_gap(text)}[tool.ptmdeps]\nmodels = [\n{_lines(wishes)}]\n"
    else:
        if "models" not in table:
            table["models"] = tomlkit.array().multiline(multiline=True)
        _place(table["models"], wishes)
        text = tomlkit.dumps(document)
    return (text.replace("\r\n", "\n").replace("\n", "\r\n") if windows else text).encode()


def _place(models: Any, wishes: Mapping[ModelKey, Sequence[str]]) -> None:  # noqa: ANN401 - see _entry
    """Put each wish where an entry of the same model stands, so that the comments around it stay; else at the end."""
    for key, specifiers in wishes.items():
        places = [index for index, item in enumerate(models) if _entry_key(item) == key]
        for index, specifier in zip(places, specifiers, strict=False):
            models[index] = _entry(models, specifier)
        for index in reversed(places[len(specifiers) :]):
            del models[index]
        for specifier in specifiers[len(places) :]:
            models.append(_entry(models, specifier))


def _entry(models: Any, specifier: str) -> Any:  # noqa: ANN401 - tomlkit's arrays share no usable type
    """A string, or a table where the models are an array of tables (``[[models]]``)."""
    import tomlkit

    if isinstance(models, tomlkit.items.AoT):
        table = tomlkit.table()
        table.add("name", specifier)
        return table
    return specifier


def _entry_key(item: object) -> ModelKey:
    return parse_specifier(str(item["name"] if isinstance(item, Mapping) else item))[0]


def _gap(text: str) -> str:
    """What separates a new section from ``text``."""
    if not text:
        return ""
    return "\n" if text.endswith("\n") else "\n\n"


def _lines(wishes: Mapping[ModelKey, Sequence[str]]) -> str:
    return "".join(f"    {_quoted(specifier)},\n" for specifiers in wishes.values() for specifier in specifiers)


def _quoted(specifier: str) -> str:
    # a specifier holds no control characters, so that JSON's quotes are TOML's
    return json.dumps(specifier, ensure_ascii=False)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ManifestError(f"`{path.name}` is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise ManifestError(f"`{path.name}` is nested too deeply to be a manifest") from error
    except ValueError as error:  # of tomllib itself, or of an integer of thousands of digits
        raise ManifestError(f"`{path.name}` is no valid TOML: {printable(str(error))}") from error
    except OSError as error:
        raise ManifestError(f"`{path.name}` cannot be read: {error.strerror}") from error


def _parsed(document: Mapping[str, Any], source: str) -> Manifest:
    if source == STANDALONE:
        return _manifest(document, STANDALONE, "")
    tool = document.get("tool", {})
    return _manifest(tool.get("ptmdeps", {}) if isinstance(tool, dict) else {}, PYPROJECT, "tool.ptmdeps.")


def _manifest(table: object, source: str, prefix: str) -> Manifest:
    if not isinstance(table, dict):
        raise ManifestError(f"`{prefix.rstrip('.')}` in `{source}` must be a table")
    refuse_unknown(table, _KEYS, f"{prefix}", source)
    link_mode = choice(table, "link-mode", LINK_MODES, prefix, source)
    scopes = strings(table, "scopes", prefix, source) or ("main",)
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise ManifestError(
            f"`{prefix}scopes` in `{source}` knows no `{printable(unknown[0])}`", hint=f"One of {', '.join(SCOPES)}"
        )
    return Manifest(
        source=source,
        requirements=tuple(sorted(_requirements(table, prefix, source))),
        ignore=frozenset(strings(table, "ignore", prefix, source)),
        options=Options(
            files=choice(table, "files", ("auto", "all"), prefix, source), scopes=tuple(sorted(set(scopes)))
        ),
        link_mode=link_mode,
        exclude=strings(table, "exclude", prefix, source),
        loaders=tuple(declared_loaders(table, prefix, source)),
    )


def _requirements(table: Mapping[str, object], prefix: str, source: str) -> Iterator[Requirement]:
    entries = table.get("models", [])
    if not isinstance(entries, list):
        raise ManifestError(f"`{prefix}models` in `{source}` must be an array")
    for index, entry in enumerate(entries):
        where = f"{prefix}models[{index}]"
        fields = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(fields, dict) or not isinstance(fields.get("name"), str):
            raise ManifestError(
                f"`{where}` in `{source}` names no model",
                hint='Write "org/name", "org/name@ref" or { name = "org/name", ref = "…", files = ["…"] }',
            )
        refuse_unknown(fields, _MODEL_KEYS, f"{where}.", source)
        yield _requirement(fields, f"{where}.", source)


def _requirement(fields: Mapping[str, Any], prefix: str, source: str) -> Requirement:
    key, ref = parse_specifier(fields["name"])
    patterns = strings(fields, "files", prefix, source)
    return Requirement(
        key=key,
        ref=_ref(fields, ref, prefix, source),
        reads=text(fields, "reads", "snapshot" if patterns else "model", prefix, source),
        selection=FileSelection(allow=tuple(sorted(patterns))),
        group=text(fields, "group", "default", prefix, source),
    )


def _ref(fields: Mapping[str, Any], named: str, prefix: str, source: str) -> str:
    """The ref of an entry, which may stand in its name (``org/name@ref``) or under ``ref``."""
    ref = text(fields, "ref", named, prefix, source) if "ref" in fields else named
    if named and ref != named:
        raise ManifestError(
            f"`{prefix}ref` in `{source}` is `{printable(ref)}`, and its name says `{printable(named)}`"
        )
    try:
        return safe_path(ref) if ref else ""
    except UnsafeContent as error:
        raise ManifestError(f"`{prefix}ref` in `{source}` is no branch, tag or commit: {error.message}") from error
