"""``[[tool.ptmdeps.loaders]]``: calls that load models and that ptmdeps does not know by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from ptmdeps.manifest.fields import Mistake, Section, choice, flag, items, mistake, refuse_unknown, text
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


def declared_loaders(section: Section) -> Iterator[DeclaredLoader]:
    """Yield the loaders that a manifest declares."""
    for entry, path in items(section, "loaders", "must be an array of tables"):
        if not isinstance(entry, dict) or not {"call", "model"} <= entry.keys():
            raise Mistake(
                path,
                "is no loader",
                hint='Write call = "library.function" and model = "name" or { position = 0, keyword = "name" }',
            )
        loader = Section(entry, path)
        refuse_unknown(loader, _LOADER_KEYS)
        yield _loader(loader)


def _loader(section: Section) -> DeclaredLoader:
    call = text(section, "call")
    if not _CALL.fullmatch(call):
        raise mistake(
            section,
            "call",
            f"cannot be `{printable(call)}`",
            hint="Write `library.function` or `library.Class.method`; a `*` may stand for any letters between the ends",
        )
    given: dict[str, Any] = {key: text(section, key) for key in _LOADER_TEXTS if key in section.values}
    given |= {key.replace("-", "_"): flag(section, key) for key in _LOADER_FLAGS if key in section.values}
    return DeclaredLoader(
        call=call,
        model=_argument(section, "model"),
        facts=tuple((fact, _argument(section, fact)) for fact in _FACTS if fact in section.values),
        kind=choice(section, "kind", KINDS),
        notation=choice(section, "notation", NOTATIONS),
        **given,
    )


def _argument(section: Section, key: str) -> DeclaredArgument:
    match section.values[key]:
        case str(keyword) if keyword:
            return DeclaredArgument(keyword=keyword)
        case {"position": position, "keyword": str(keyword), **others} if not others and _is_position(position):
            return DeclaredArgument(position=position, keyword=keyword)
        case position if _is_position(position):
            return DeclaredArgument(position=position)
    raise mistake(
        section,
        key,
        "is no argument",
        hint='Write "keyword", a position from 0, or { position = 0, keyword = "name" }',
    )


def _is_position(value: object) -> TypeGuard[int]:
    return type(value) is int and value >= 0
