"""``[tool.ptmdeps]`` in ``pyproject.toml``, or ``ptm.toml``: what the project wishes beyond what its code says."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptmdeps import atomic
from ptmdeps.errors import ManifestError, UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Options
from ptmdeps.paths import printable, safe_path
from ptmdeps.requirement import FileSelection, Requirement

PYPROJECT = "pyproject.toml"
STANDALONE = "ptm.toml"
LINK_MODES = ("auto", "reflink", "hardlink", "symlink", "copy")
SCOPES = ("main", "example", "test", "doc")

_KEYS = frozenset({"models", "ignore", "files", "scopes", "link-mode", "exclude"})
_MODEL_KEYS = frozenset({"name", "ref", "files", "group", "reads"})
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
    """

    source: str = ""
    requirements: tuple[Requirement, ...] = ()
    ignore: frozenset[str] = frozenset()
    options: Options = Options()
    link_mode: str = "auto"
    exclude: tuple[str, ...] = ()


def read(root: Path) -> Manifest:
    """The manifest of the project at ``root``: ``ptm.toml`` if there is one, else ``pyproject.toml``, else defaults.

    Raises:
        ManifestError: it is no TOML, or a key is unknown or has a value it cannot have.
    """
    if (path := root / STANDALONE).is_file():
        return _manifest(_toml(path), STANDALONE, "")
    if (path := root / PYPROJECT).is_file():
        tool = _toml(path).get("tool", {})
        table = tool.get("ptmdeps", {}) if isinstance(tool, dict) else {}
        return _manifest(table, PYPROJECT, "tool.ptmdeps.")
    return Manifest()


def parse_specifier(text: str) -> tuple[ModelKey, str]:
    """``org/name``, ``org/name@ref`` or ``hub:org/name@ref`` as key and ref (empty where not given).

    Raises:
        ManifestError: it is none of these.
    """
    match = _SPECIFIER.fullmatch(text)
    if match is None:
        hint = "A model is written `org/name`, `org/name@ref` or `hub:org/name@ref`"
        raise ManifestError(f"`{printable(text)}` is no model", hint=hint)
    try:
        name, ref = safe_path(match["name"]), match["ref"] or ""
        return ModelKey(match["hub"] or "huggingface", name), safe_path(ref) if ref else ""
    except UnsafeContent as error:
        raise ManifestError(f"`{printable(text)}` is no model", hint=error.message) from error


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
    before = path.read_bytes() if path.is_file() else None
    read(root)
    atomic.write(path, _with_models(before, specifiers, standalone=standalone).encode())
    try:
        yield path.name
    except BaseException:
        if before is None:
            path.unlink()
        else:
            atomic.write(path, before)
        raise


def _with_models(before: bytes | None, specifiers: Sequence[str], *, standalone: bool) -> str:
    import tomlkit

    document = tomlkit.parse(before) if before is not None else tomlkit.document()
    table: Any = document if standalone else _subtable(_subtable(document, "tool"), "ptmdeps")
    if "models" not in table:
        table.add("models", tomlkit.array())
    models = table["models"]
    keys = {parse_specifier(specifier)[0] for specifier in specifiers}
    kept = [item for item in models if _entry_key(item) not in keys]
    models.clear()
    models.extend([*kept, *dict.fromkeys(specifiers)])
    models.multiline(multiline=True)
    return tomlkit.dumps(document)


def _entry_key(item: object) -> ModelKey:
    return parse_specifier(str(item["name"] if isinstance(item, Mapping) else item))[0]


def _subtable(parent: Any, name: str) -> Any:  # noqa: ANN401 - tomlkit's tables and documents share no usable type
    import tomlkit

    if name not in parent:
        parent.add(name, tomlkit.table(is_super_table=name == "tool"))
    return parent[name]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"`{path.name}` is no valid TOML: {error}") from error
    except OSError as error:
        raise ManifestError(f"`{path.name}` cannot be read: {error.strerror}") from error


def _manifest(table: object, source: str, prefix: str) -> Manifest:
    if not isinstance(table, dict):
        raise ManifestError(f"`{prefix.rstrip('.')}` in `{source}` must be a table")
    _refuse_unknown(table, _KEYS, f"{prefix}", source)
    link_mode = _choice(table, "link-mode", LINK_MODES, prefix, source)
    scopes = _strings(table, "scopes", prefix, source) or ("main",)
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise ManifestError(
            f"`{prefix}scopes` in `{source}` knows no `{unknown[0]}`", hint=f"One of {', '.join(SCOPES)}"
        )
    return Manifest(
        source=source,
        requirements=tuple(sorted(_requirements(table, prefix, source))),
        ignore=frozenset(_strings(table, "ignore", prefix, source)),
        options=Options(
            files=_choice(table, "files", ("auto", "all"), prefix, source), scopes=tuple(sorted(set(scopes)))
        ),
        link_mode=link_mode,
        exclude=_strings(table, "exclude", prefix, source),
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
        _refuse_unknown(fields, _MODEL_KEYS, f"{where}.", source)
        yield _requirement(fields, f"{where}.", source)


def _requirement(fields: Mapping[str, Any], prefix: str, source: str) -> Requirement:
    key, ref = parse_specifier(fields["name"])
    patterns = _strings(fields, "files", prefix, source)
    return Requirement(
        key=key,
        ref=_text(fields, "ref", ref, prefix, source),
        reads=_text(fields, "reads", "snapshot" if patterns else "model", prefix, source),
        selection=FileSelection(allow=tuple(sorted(patterns))),
        group=_text(fields, "group", "default", prefix, source),
    )


def _refuse_unknown(table: Mapping[str, object], known: frozenset[str], prefix: str, source: str) -> None:
    if unknown := sorted(table.keys() - known):
        raise ManifestError(
            f"`{prefix}{printable(unknown[0])}` in `{source}` is no setting of ptmdeps",
            hint=f"Known are {', '.join(sorted(known))}",
        )


def _choice(table: Mapping[str, object], key: str, choices: tuple[str, ...], prefix: str, source: str) -> str:
    """The value of ``key``, which is one of ``choices``; the first one by default."""
    value = _text(table, key, choices[0], prefix, source)
    if value not in choices:
        raise ManifestError(
            f"`{prefix}{key}` in `{source}` cannot be `{printable(value)}`", hint=f"One of {', '.join(choices)}"
        )
    return value


def _text(table: Mapping[str, object], key: str, default: str, prefix: str, source: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise ManifestError(f"`{prefix}{key}` in `{source}` must be a string")
    return value


def _strings(table: Mapping[str, object], key: str, prefix: str, source: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ManifestError(f"`{prefix}{key}` in `{source}` must be an array of strings")
    return tuple(value)
