"""The inputs that a lockfile records, ⇄ tables: the options, and every requirement."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ptmdeps.lockfile import fields
from ptmdeps.lockfile.fields import Table
from ptmdeps.lockfile.model import Options
from ptmdeps.paths import printable
from ptmdeps.requirement import DEFAULT_GROUP, LONGEST_ROLE, FileSelection, Requirement

# backslash, control, separators of lines, and what reorders the text that a person reads
_HIDDEN = re.compile("[\\\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def options_to_dict(options: Options) -> dict[str, Any]:
    """Write the options as a table, in the order in which its keys stand."""
    table: dict[str, Any] = {"files": options.files, "scopes": sorted(options.scopes)}
    return table | fields.filled(
        {
            "exclude-newer": options.exclude_newer,
            "exclude-newer-model": {name: cutoff or False for name, cutoff in sorted(options.exclude_newer_model)},
            "lineage": None if options.lineage else False,
        }
    )


def options_from_dict(table: Table, context: str) -> Options:
    """Read the options; ``LockfileError`` for what none can be."""
    models: Table = fields.optional(table, "exclude-newer-model", dict, context, {})
    place = f"{context}.exclude-newer-model"
    return Options(
        files=fields.optional(table, "files", str, context, "auto"),
        scopes=fields.strings(table, "scopes", context),
        exclude_newer=fields.optional(table, "exclude-newer", str, context, ""),
        # `false` says that a model has no cut-off, which an empty string would say of the whole
        exclude_newer_model=tuple(
            sorted(
                (name, "" if cutoff is False else fields.required(models, name, str, place))
                for name, cutoff in models.items()
            )
        ),
        lineage=fields.optional(table, "lineage", bool, context, True),
    )


def requirement_to_dict(requirement: Requirement) -> dict[str, Any]:
    """Write a requirement as a table, in the order in which its keys stand."""
    selection = requirement.selection
    return fields.filled(
        {
            "hub": requirement.key.hub,
            "name": requirement.key.name,
            "ref": requirement.ref,
            "reads": requirement.reads,
            "files": list(selection.files),
            "allow": list(selection.allow),
            "ignore": list(selection.ignore),
            "subfolder": selection.subfolder,
            "variant": selection.variant,
            "weights": selection.weights,
            "entrypoint": selection.entrypoint,
            "handle": selection.handle,
            "group": requirement.group,
            "optional": requirement.optional or None,
            "role": requirement.role,
            "used-in": sorted(requirement.used_in),
        }
    )


def requirement_from_dict(table: Table, context: str) -> Requirement:
    """Read a requirement; ``LockfileError`` for what none can be."""
    return Requirement(
        key=fields.key(table, context),
        ref=fields.ref(table, context),
        reads=fields.required(table, "reads", str, context),
        selection=FileSelection(
            files=fields.strings(table, "files", context),
            allow=fields.strings(table, "allow", context),
            ignore=fields.strings(table, "ignore", context),
            subfolder=fields.optional(table, "subfolder", str, context, ""),
            variant=fields.optional(table, "variant", str, context, ""),
            weights=fields.optional(table, "weights", str, context, ""),
            entrypoint=fields.optional(table, "entrypoint", str, context, ""),
            handle=fields.optional(table, "handle", str, context, ""),
        ),
        group=fields.optional(table, "group", str, context, DEFAULT_GROUP),
        optional=fields.optional(table, "optional", bool, context, False),
        role=_role(table, context),
        used_in=tuple(
            _project_path(path, f"{context}.used-in[{index}]")
            for index, path in enumerate(fields.strings(table, "used-in", context))
        ),
    )


def _role(table: Table, context: str) -> str:
    """What a model is for: shown in lists and inventories, and so no longer and no stranger than that takes."""
    role = fields.optional(table, "role", str, context, "")
    if len(role) > LONGEST_ROLE or not role.isprintable():
        raise fields.invalid(
            f"`{printable(role)}` is no role of at most {LONGEST_ROLE} printable characters", f"{context}.role"
        )
    return role


def _project_path(path: str, context: str) -> str:
    """A path of the project: unlike those of models it is only shown, so that Windows' reserved names may stand."""
    parts = path.split("/")
    if not {"", ".", ".."}.isdisjoint(parts) or _HIDDEN.search(path) or not unicodedata.is_normalized("NFC", path):
        raise fields.invalid(f"`{printable(path)}` is no path inside the project", context)
    return path
