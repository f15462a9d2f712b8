"""``list``: the lock → text or JSON; and what all results have in common that are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.paths import printable
from ptmdeps.render.columns import aligned
from ptmdeps.render.quantities import short, size
from ptmdeps.requirement import DEFAULT_GROUP, Requirement

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How text may look: coloured, and fitted to a terminal's width."""

    color: bool = False
    fit: bool = False


def as_json(value: object) -> str:
    """JSON for programs: two spaces, sorted by meaning rather than by key, one trailing newline."""
    return _seen(json.dumps(value, indent=2, ensure_ascii=False)) + "\n"


def as_json_lines(document: Mapping[str, object]) -> str:
    """JSON of an object that holds long lists, one item a line: quicker to write, and to read for people as well."""
    encode = json.JSONEncoder(ensure_ascii=False).encode  # one for all items: there are thousands
    members: list[str] = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            items = ",\n".join(f"    {_seen(encode(item))}" for item in value)
            members.append(f"  {json.dumps(key)}: [\n{items}\n  ]")
        else:
            members.append(f"  {json.dumps(key)}: {_seen(json.dumps(value))}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _seen(text: str) -> str:
    """Escape what JSON leaves alone though terminals obey it, or show in another order, or nothing can write."""
    if text.isascii() and "\x7f" not in text:
        return text  # as most is, and looking at each character takes long
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def list_text(lockfile: Lockfile, style: Style) -> str:
    """A table, one row a model; groups and roles have columns where there are any."""
    asked = _asked(lockfile)
    extra = [name for name in ("group", "role") if any(found[name] for found in asked)]
    rows = []
    for model, found in zip(lockfile.models, asked, strict=True):
        license_ = model.license.concluded or model.license.declared if model.license else "-"
        cells = (model.key.label, model.ref or "-", short(model.revision), license_, str(len(model.files)))
        rows.append([*map(printable, cells), size(model.size), *(printable(found[name]) or "-" for name in extra)])
    headings = ("model", "ref", "revision", "licence", "files", "size", *extra)
    return aligned(headings, rows, right=frozenset({"files", "size"}), color=style.color)


def list_json(lockfile: Lockfile, _: Style) -> str:
    """Every locked model with its facts, without its files."""
    documents = [
        _model(model) | {"groups": sorted({wish.group for wish in wishes}), "roles": _roles(wishes)}
        for model, wishes in zip(lockfile.models, _wishes(lockfile), strict=True)
    ]
    return as_json({"version": 1, "models": documents})


def _asked(lockfile: Lockfile) -> list[dict[str, str]]:
    """Groups and roles of each model in words; nothing is said of the default group alone."""
    return [{"group": _groups(wishes), "role": ", ".join(_roles(wishes))} for wishes in _wishes(lockfile)]


def _groups(wishes: list[Requirement]) -> str:
    named = {f"{wish.group} (optional)" if wish.optional else wish.group for wish in wishes}
    return "" if named <= {DEFAULT_GROUP} else ", ".join(sorted(named))


def _roles(wishes: list[Requirement]) -> list[str]:
    return sorted({wish.role for wish in wishes if wish.role})


def _wishes(lockfile: Lockfile) -> list[list[Requirement]]:
    """What the project itself asks of each model, in the order of the models; nothing where only others need it."""
    places = {wish: index for index, model in enumerate(lockfile.models) for wish in model.wishes}
    asked: list[list[Requirement]] = [[] for _ in lockfile.models]
    for requirement in lockfile.requirements:
        if (place := places.get((requirement.key, requirement.ref))) is not None:
            asked[place].append(requirement)
    return asked


LIST_FORMATS: Mapping[str, Callable[[Lockfile, Style], str]] = {"text": list_text, "json": list_json}


def _model(model: LockedModel) -> dict[str, Any]:
    return {
        "hub": model.key.hub,
        "name": model.key.name,
        "aliases": list(model.aliases),
        "ref": model.ref or None,
        "revision": model.revision,
        "committed": model.committed or None,
        "purl": model.purl or None,
        "license": (model.license.concluded or model.license.declared) if model.license else None,
        "gated": model.gated or None,
        "remote_code": model.remote_code,
        "requires": list(model.requires),
        "files": len(model.files),
        "size": model.size,
    }
