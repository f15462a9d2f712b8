"""``[[tool.ptmdeps.loaders]]``: calls that load models and that ptmdeps does not know by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from ptmdeps.errors import ManifestError
from ptmdeps.manifest.fields import choice, refuse_unknown, text
from ptmdeps.paths import printable

KINDS = ("model", "dataset", "space")
NOTATIONS = (
    *("id", "id@revision", "owned", "file", "code", "name", "entry", "address", "torchhub", "tfhub", "kaggle"),
    *("timm", "preset", "asset", "weights", "hf", "key", "dataset", "kernel"),
)
"""How the id of a declared loader may be written (``ptmdeps.scan.loaders.loader.Notation`` says what each means)."""

_FACTS = ("ref", "subfolder", "variant", "filename", "allow", "ignore", "entrypoint", "remote-code")
_LOADER_TEXTS = ("hub", "owner", "default", "reads")
_LOADER_FLAGS = ("optional", "by-method", "quiet")
_LOADER_KEYS = frozenset({"call", "model", "kind", "notation", *_FACTS, *_LOADER_TEXTS, *_LOADER_FLAGS})
_CALL = re.compile(r"[A-Za-z_]\w*(?:\.[\w*]+)*\.\w+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredArgument:
    """Where a call carries a fact: by position from 0, by keyword, or by either."""

    position: int | None = None
    keyword: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredLoader:
    """A call that loads models and that ptmdeps does not know by itself.

    ``facts`` are what further arguments say about the model: ref, files, and so on. The other fields mean what they
    do in a row of the catalogue.
    """

    call: str
    model: DeclaredArgument
    facts: tuple[tuple[str, DeclaredArgument], ...] = ()
    hub: str = "huggingface"
    kind: str = "model"
    notation: str = "id"
    reads: str = "model"
    owner: str = ""
    default: str = ""
    optional: bool = False
    by_method: bool = False
    quiet: bool = False


def declared_loaders(table: Mapping[str, object], prefix: str, source: str) -> Iterator[DeclaredLoader]:
    """Yield the loaders that a manifest declares."""
    entries = table.get("loaders", [])
    if not isinstance(entries, list):
        raise ManifestError(f"`{prefix}loaders` in `{source}` must be an array of tables")
    for index, fields in enumerate(entries):
        where = f"{prefix}loaders[{index}]"
        if not isinstance(fields, dict) or not {"call", "model"} <= fields.keys():
            raise ManifestError(
                f"`{where}` in `{source}` is no loader",
                hint='Write call = "library.function" and model = "name" or { position = 0, keyword = "name" }',
            )
        refuse_unknown(fields, _LOADER_KEYS, f"{where}.", source)
        yield _loader(fields, f"{where}.", source)


def _loader(fields: Mapping[str, Any], prefix: str, source: str) -> DeclaredLoader:
    call = text(fields, "call", "", prefix, source)
    if not _CALL.fullmatch(call):
        raise ManifestError(
            f"`{prefix}call` in `{source}` cannot be `{printable(call)}`",
            hint="Write `library.function` or `library.Class.method`; a `*` may stand for any letters between the ends",
        )
    given: dict[str, Any] = {key: text(fields, key, "", prefix, source) for key in _LOADER_TEXTS if key in fields}
    given |= {key.replace("-", "_"): _flag(fields, key, prefix, source) for key in _LOADER_FLAGS if key in fields}
    return DeclaredLoader(
        call=call,
        model=_argument(fields, "model", prefix, source),
        facts=tuple((fact, _argument(fields, fact, prefix, source)) for fact in _FACTS if fact in fields),
        kind=choice(fields, "kind", KINDS, prefix, source),
        notation=choice(fields, "notation", NOTATIONS, prefix, source),
        **given,
    )


def _argument(fields: Mapping[str, object], key: str, prefix: str, source: str) -> DeclaredArgument:
    match fields[key]:
        case str(keyword) if keyword:
            return DeclaredArgument(keyword=keyword)
        case {"position": position, "keyword": str(keyword), **others} if not others and _is_position(position):
            return DeclaredArgument(position=position, keyword=keyword)
        case position if _is_position(position):
            return DeclaredArgument(position=position)
    raise ManifestError(
        f"`{prefix}{key}` in `{source}` is no argument",
        hint='Write "keyword", a position from 0, or { position = 0, keyword = "name" }',
    )


def _is_position(value: object) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def _flag(table: Mapping[str, object], key: str, prefix: str, source: str) -> bool:
    value = table[key]
    if not isinstance(value, bool):
        raise ManifestError(f"`{prefix}{key}` in `{source}` must be true or false")
    return value
