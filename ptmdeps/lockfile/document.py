"""Lockfile ⇄ the plain tables that TOML knows, without any I/O.

``to_dict`` fixes every order and leaves out what is empty, so that equal lockfiles give equal text;
``from_dict`` believes nothing: every path, digest and name is checked before it becomes a value.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ptmdeps.errors import LockfileError, LockfileVersionError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import fields
from ptmdeps.lockfile.fields import Table
from ptmdeps.lockfile.model import (
    FORMAT_REVISION,
    FORMAT_VERSION,
    Edge,
    License,
    LockedFile,
    LockedModel,
    Lockfile,
    Options,
    PickleRecord,
)
from ptmdeps.paths import case_collisions, printable
from ptmdeps.requirement import FileSelection, Requirement

_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HUB = re.compile(r"[a-z][a-z0-9-]{0,63}")
_COMMITTED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
# backslash, control, separators of lines, and what reorders the text that a person reads
_HIDDEN = re.compile("[\\\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_FITS_NOTHING = f"sha256:{'0' * 64}"
_KINDS = ("runtime", "lineage")


def to_dict(lockfile: Lockfile) -> dict[str, Any]:
    """Tables in the order in which they are written."""
    return {
        "version": FORMAT_VERSION,
        "revision": FORMAT_REVISION,
        "options": {"files": lockfile.options.files, "scopes": sorted(lockfile.options.scopes)},
        "requirement": [_requirement_to_dict(requirement) for requirement in sorted(lockfile.requirements)],
        "model": [_model_to_dict(model) for model in sorted(lockfile.models, key=_identity)],
    }


def model_digest(model: LockedModel) -> str:
    """``sha256:<hex>`` over the canonical JSON of everything recorded of a model, its own digest excepted.

    It catches hand edits, bad merges and bots that change a revision without locking again.
    """
    table = _model_to_dict(model)
    del table["digest"]
    return _sha256_of(table)


def lock_digest(lockfile: Lockfile) -> str:
    """``sha256:<hex>`` of everything the lock pins: equal digests ask for equal environments."""
    return _sha256_of([model_digest(model) for model in sorted(lockfile.models, key=_identity)])


def from_dict(document: Table) -> Lockfile:
    """Read parsed TOML.

    Raises:
        LockfileVersionError: the format is newer than this ptmdeps.
        LockfileError: a value is missing, of the wrong type, unsafe, or stands twice.
    """
    _check_version(document)
    options = fields.optional(document, "options", dict, "", {})
    lockfile = Lockfile(
        options=Options(
            files=fields.optional(options, "files", str, "options", "auto"),
            scopes=fields.strings(options, "scopes", "options"),
        ),
        requirements=fields.tables(document, "requirement", "", _requirement_from_dict),
        models=fields.tables(document, "model", "", _model_from_dict),
    )
    _refuse_duplicates(lockfile)
    return lockfile


def _sha256_of(value: object) -> str:
    # str for the dates that only a newer format could hold
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    try:
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
    except UnicodeEncodeError as error:
        text = printable(canonical[max(0, error.start - 40) : error.start + 40])
        raise LockfileError(f"no lockfile can hold what is not Unicode: `{text}`") from error


def _identity(model: LockedModel) -> tuple[ModelKey, str]:
    return (model.key, model.ref)


def _filled(table: Mapping[str, object]) -> dict[str, Any]:
    """The table without empty strings, lists and tables: absent and empty mean the same in this format."""
    return {key: value for key, value in table.items() if value not in ("", [], {}, None)}


def _requirement_to_dict(requirement: Requirement) -> dict[str, Any]:
    selection = requirement.selection
    return _filled(
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
            "group": requirement.group,
            "used-in": sorted(requirement.used_in),
        }
    )


def _model_to_dict(model: LockedModel) -> dict[str, Any]:
    license_ = model.license
    table = _filled(
        {
            "hub": model.key.hub,
            "name": model.key.name,
            "ref": model.ref,
            "revision": model.revision,
            "aliases": sorted(model.aliases),
            "id": model.identifier,
            "committed": model.committed,
            "purl": model.purl,
            "license": _filled(
                {"declared": license_.declared, "concluded": license_.concluded, "evidence": license_.evidence}
            )
            if license_
            else None,
            "gated": model.gated,
        }
    )
    table["remote-code"] = model.remote_code
    table |= _filled(
        {"requires": sorted(model.requires), "edges": [_edge_to_dict(edge) for edge in sorted(model.edges)]}
    )
    return table | {
        "size": model.size,
        "digest": model.recorded_digest,
        "files": [_file_to_dict(file) for file in sorted(model.files, key=lambda file: file.path)],
    }


def _edge_to_dict(edge: Edge) -> dict[str, Any]:
    return _filled(
        {
            "kind": edge.kind,
            "relation": edge.relation,
            "hub": edge.target.hub,
            "name": edge.target.name,
            "ref": edge.ref,
            "reads": edge.reads,
            "evidence": edge.evidence,
        }
    )


def _file_to_dict(file: LockedFile) -> dict[str, Any]:
    table: dict[str, Any] = {"path": file.path, "size": file.size, "sha256": file.sha256}
    table |= _filled({"git": file.git, "format": file.format})
    if file.pickle is not None:
        table["pickle"] = {"globals": sorted(file.pickle.globals), "called": sorted(file.pickle.called)}
        table["pickle"] |= _filled({"incomplete": file.pickle.incomplete})
    return table


def _check_version(document: Table) -> None:
    version = fields.required(document, "version", int, "")
    if version > FORMAT_VERSION:
        raise LockfileVersionError(
            f"the lockfile has format version {version}, this ptmdeps reads up to {FORMAT_VERSION}",
            hint="Upgrade ptmdeps; the lockfile was left as it is",
        )
    if version < 1:
        raise fields.invalid(f"{version} is no format version", "version")
    revision = fields.optional(document, "revision", int, "", 1)
    if revision < 1:
        raise fields.invalid(f"{revision} is no format revision", "revision")
    if revision > FORMAT_REVISION:
        warnings.warn(
            "the lockfile was written by a newer ptmdeps: what this one does not know is dropped when it is written",
            UserWarning,
            stacklevel=2,
        )


def _requirement_from_dict(table: Table, context: str) -> Requirement:
    return Requirement(
        key=_key(table, context),
        ref=_ref(table, context),
        reads=fields.required(table, "reads", str, context),
        selection=FileSelection(
            files=fields.strings(table, "files", context),
            allow=fields.strings(table, "allow", context),
            ignore=fields.strings(table, "ignore", context),
            subfolder=fields.optional(table, "subfolder", str, context, ""),
            variant=fields.optional(table, "variant", str, context, ""),
            weights=fields.optional(table, "weights", str, context, ""),
        ),
        group=fields.optional(table, "group", str, context, "default"),
        used_in=tuple(
            _project_path(path, f"{context}.used-in[{index}]")
            for index, path in enumerate(fields.strings(table, "used-in", context))
        ),
    )


def _project_path(path: str, context: str) -> str:
    """A path of the project: unlike those of models it is only shown, so that Windows' reserved names may stand."""
    parts = path.split("/")
    if not {"", ".", ".."}.isdisjoint(parts) or _HIDDEN.search(path) or not unicodedata.is_normalized("NFC", path):
        raise fields.invalid(f"`{printable(path)}` is no path inside the project", context)
    return path


def _model_from_dict(table: Table, context: str) -> LockedModel:
    key = _key(table, context)
    aliases = fields.strings(table, "aliases", context)
    for index, alias in enumerate(aliases):
        fields.path(alias, f"{context}.aliases[{index}]")
    model = LockedModel(
        key=key,
        aliases=aliases,
        ref=_ref(table, context),
        revision=_revision(table, key, context),
        identifier=fields.optional(table, "id", str, context, ""),
        committed=fields.optional_matching(
            table, "committed", _COMMITTED, "a time such as `2024-02-19T10:57:45Z`", context
        ),
        purl=fields.optional(table, "purl", str, context, ""),
        license=_license(fields.optional(table, "license", dict, context, {}), f"{context}.license"),
        gated=fields.optional(table, "gated", str, context, ""),
        remote_code=fields.optional(table, "remote-code", bool, context, False),
        requires=fields.strings(table, "requires", context),
        edges=fields.tables(table, "edges", context, _edge_from_dict),
        files=fields.tables(table, "files", context, _file_from_dict),
    )
    _refuse_colliding_paths(model, context)
    return replace(model, recorded_digest=_recorded_digest(table, model, context))


def _recorded_digest(table: Table, model: LockedModel, context: str) -> str:
    """The digest of the entry, so far as it can be compared with what this ptmdeps reads of the entry.

    A newer ptmdeps may write more than this one reads; where its digest vouches for all of that, it vouches for the
    part as well. The size of the whole follows from its files and is no value: where it is wrong, no digest is right.
    """
    recorded = fields.matching(table, "digest", _DIGEST, "a digest such as `sha256:…`", context)
    size = _size(table, context)
    known = model_digest(model)
    if recorded != known and recorded == _sha256_of({key: value for key, value in table.items() if key != "digest"}):
        return known
    return recorded if size == model.size else _FITS_NOTHING


def _revision(table: Table, key: ModelKey, context: str) -> str:
    if key.hub == "huggingface":
        return fields.matching(table, "revision", _COMMIT, "a commit of 40 hexadecimal digits", context)
    return fields.matching(table, "revision", _REVISION, "a revision", context)


def _license(table: Table, context: str) -> License | None:
    if not table:
        return None
    return License(
        declared=fields.required(table, "declared", str, context),
        concluded=fields.optional(table, "concluded", str, context, ""),
        evidence=fields.optional(table, "evidence", str, context, ""),
    )


def _edge_from_dict(table: Table, context: str) -> Edge:
    kind = fields.required(table, "kind", str, context)
    if kind not in _KINDS:
        raise fields.invalid(f"an edge is one of {', '.join(_KINDS)}", f"{context}.kind")
    return Edge(
        kind="runtime" if kind == "runtime" else "lineage",
        relation=fields.required(table, "relation", str, context),
        target=_key(table, context),
        ref=_ref(table, context),
        reads=fields.optional(table, "reads", str, context, ""),
        evidence=fields.optional(table, "evidence", str, context, ""),
    )


def _file_from_dict(table: Table, context: str) -> LockedFile:
    return LockedFile(
        path=fields.path(fields.required(table, "path", str, context), f"{context}.path"),
        size=_size(table, context),
        sha256=fields.matching(table, "sha256", _SHA256, "a SHA-256 of 64 hexadecimal digits", context),
        git=fields.optional_matching(table, "git", _GIT, "a Git object identity", context),
        format=fields.optional(table, "format", str, context, "other"),
        pickle=_pickle(fields.required(table, "pickle", dict, context), f"{context}.pickle")
        if "pickle" in table
        else None,
    )


def _size(table: Table, context: str) -> int:
    size = fields.required(table, "size", int, context)
    if size < 0:
        raise fields.invalid("a size cannot be negative", f"{context}.size")
    return size


def _pickle(table: Table, context: str) -> PickleRecord:
    return PickleRecord(
        globals=fields.strings(table, "globals", context),
        called=fields.strings(table, "called", context),
        incomplete=fields.optional(table, "incomplete", str, context, ""),
    )


def _key(table: Table, context: str) -> ModelKey:
    name = fields.required(table, "name", str, context)
    return ModelKey(
        fields.matching(table, "hub", _HUB, "the name of a hub", context), fields.path(name, f"{context}.name")
    )


def _ref(table: Table, context: str) -> str:
    ref = fields.optional(table, "ref", str, context, "")
    return fields.path(ref, f"{context}.ref") if ref else ""


def _refuse_colliding_paths(model: LockedModel, context: str) -> None:
    paths = [file.path for file in model.files]
    for group in case_collisions(paths):
        names = " and ".join(f"`{printable(path)}`" for path in group)
        raise fields.invalid(f"{names} are one file on some systems", f"{context}.files")
    if len(set(paths)) != len(paths):
        raise fields.invalid("a file is listed twice", f"{context}.files")


def _refuse_duplicates(lockfile: Lockfile) -> None:
    seen: set[tuple[str, str, str]] = set()
    for index, model in enumerate(lockfile.models):
        for name in model.names:
            identity = (model.key.hub, name, model.ref)
            if identity in seen:
                raise fields.invalid(f"`{printable(name)}` is locked twice", f"model[{index}]")
            seen.add(identity)
