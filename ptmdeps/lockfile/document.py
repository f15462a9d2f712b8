"""Lockfile ⇄ the plain tables that TOML knows, without any I/O.

``to_dict`` fixes every order and leaves out what is empty, so that equal lockfiles give equal text;
``from_dict`` believes nothing: every path, digest and name is checked before it becomes a value.
"""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from contextlib import suppress
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

from ptmdeps.errors import LockfileError, LockfileVersionError, UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import fields
from ptmdeps.lockfile.fields import Table
from ptmdeps.lockfile.inputs import options_from_dict, options_to_dict, requirement_from_dict, requirement_to_dict
from ptmdeps.lockfile.model import (
    FORMAT_REVISION,
    FORMAT_VERSION,
    LockedFile,
    LockedModel,
    Lockfile,
    PickleRecord,
    Target,
)
from ptmdeps.lockfile.provenance import (
    SHA256,
    SHA256_MEANING,
    ancestor_from_dict,
    ancestor_to_dict,
    edge_from_dict,
    edge_to_dict,
    license_from_dict,
    license_to_dict,
    origin_from_dict,
    origin_to_dict,
    revision,
)
from ptmdeps.paths import case_collisions, printable, safe_path

_GIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HEXADECIMAL = b"0123456789abcdef"
_SHA256_DIGITS, _GIT_DIGITS = 64, frozenset({0, 40, 64})
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_COMMITTED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_FITS_NOTHING = f"sha256:{'0' * 64}"


def to_dict(lockfile: Lockfile) -> dict[str, Any]:
    """Tables in the order in which they are written."""
    return {
        "version": FORMAT_VERSION,
        "revision": FORMAT_REVISION,
        "options": options_to_dict(lockfile.options),
        "requirement": [requirement_to_dict(requirement) for requirement in sorted(lockfile.requirements)],
        "model": [_model_to_dict(model) for model in sorted(lockfile.models, key=_identity)],
        "ancestor": [ancestor_to_dict(one) for one in sorted(lockfile.ancestors, key=attrgetter("identity"))],
    }


def model_digest(model: LockedModel) -> str:
    """``sha256:<hex>`` over the canonical JSON of everything recorded of a model, its own digest excepted.

    It catches hand edits, bad merges and bots that change a revision without locking again.
    """
    if not model.known_digest:
        table = _model_to_dict(model)
        del table["digest"]
        object.__setattr__(model, "known_digest", _sha256_of(table))
    return model.known_digest


def trust_digests(lockfile: Lockfile) -> None:
    """Take every recorded digest for the right one: the bytes that they stand in were found right before."""
    for model in lockfile.models:
        object.__setattr__(model, "known_digest", model.recorded_digest)


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
    lockfile = Lockfile(
        options=options_from_dict(fields.optional(document, "options", dict, "", {}), "options"),
        requirements=tuple(sorted(fields.tables(document, "requirement", "", requirement_from_dict))),
        models=fields.tables(document, "model", "", partial(_model_from_dict, newer=_is_newer(document))),
        ancestors=fields.tables(document, "ancestor", "", ancestor_from_dict),
        revision=fields.optional(document, "revision", int, "", 1),
    )
    _refuse_duplicates(lockfile)
    # a merge may leave them in another order; what is wrong with one is said with its place in the file
    return replace(
        lockfile,
        models=tuple(sorted(lockfile.models, key=_identity)),
        ancestors=tuple(sorted(lockfile.ancestors, key=attrgetter("identity"))),
    )


def _sha256_of(value: object) -> str:
    # str for the dates that only a newer format could hold
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    try:
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
    except UnicodeEncodeError as error:
        text = printable(canonical[max(0, error.start - 40) : error.start + 40])
        raise LockfileError(f"no lockfile can hold what is not Unicode: `{text}`") from error


def _path_of(file: LockedFile) -> str:
    return file.path


def _identity(model: LockedModel) -> tuple[ModelKey, str]:
    return (model.key, model.ref)


def _model_to_dict(model: LockedModel) -> dict[str, Any]:
    table = fields.filled(
        {
            "hub": model.key.hub,
            "name": model.key.name,
            "ref": model.ref,
            "revision": model.revision,
            "aliases": sorted(model.aliases),
            "id": model.identifier,
            "committed": model.committed,
            "purl": model.purl,
            "card": model.card,
            "license": license_to_dict(model.license),
            "gated": model.gated,
        }
    )
    if model.default:
        table["default"] = True
    table["remote-code"] = model.remote_code
    table |= fields.filled(
        {
            "requires": sorted(model.requires),
            "entrypoints": sorted(model.entrypoints),
            "origin": origin_to_dict(model.origin),
            "edges": [edge_to_dict(edge) for edge in sorted(model.edges)],
        }
    )
    return table | {
        "size": model.size,
        "digest": model.recorded_digest,
        "files": [_file_to_dict(file) for file in sorted(model.files, key=lambda file: file.path)],
    }


def _file_to_dict(file: LockedFile) -> dict[str, Any]:
    table: dict[str, Any] = {"path": file.path, "size": file.size, "sha256": file.sha256}
    table |= fields.filled({"git": file.git, "format": file.format})
    if file.pickle is not None:
        table["pickle"] = {"globals": sorted(file.pickle.globals), "called": sorted(file.pickle.called)}
        table["pickle"] |= fields.filled({"incomplete": file.pickle.incomplete})
    return table


def _is_newer(document: Table) -> bool:
    return fields.optional(document, "revision", int, "", 1) > FORMAT_REVISION


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
    if _is_newer(document):
        warnings.warn(
            "the lockfile was written by a newer ptmdeps: what this one does not know is dropped when it is written",
            UserWarning,
            stacklevel=2,
        )


def _model_from_dict(table: Table, context: str, *, newer: bool) -> LockedModel:
    key = fields.key(table, context)
    aliases = fields.strings(table, "aliases", context)
    for index, alias in enumerate(aliases):
        fields.name(alias, f"{context}.aliases[{index}]")
    model = LockedModel(
        key=key,
        aliases=tuple(sorted(aliases)),
        ref=fields.ref(table, context),
        default=fields.optional(table, "default", bool, context, False),
        revision=revision(table, key, context),
        identifier=fields.optional(table, "id", str, context, ""),
        committed=fields.optional_matching(
            table, "committed", _COMMITTED, "a time such as `2024-02-19T10:57:45Z`", context
        ),
        purl=fields.optional(table, "purl", str, context, ""),
        card=fields.optional_matching(table, "card", SHA256, SHA256_MEANING, context),
        license=license_from_dict(fields.optional(table, "license", dict, context, {}), f"{context}.license"),
        gated=fields.optional(table, "gated", str, context, ""),
        remote_code=fields.optional(table, "remote-code", bool, context, False),
        requires=tuple(sorted(fields.strings(table, "requires", context))),
        entrypoints=tuple(sorted(fields.strings(table, "entrypoints", context))),
        origin=origin_from_dict(fields.optional(table, "origin", dict, context, {}), f"{context}.origin"),
        edges=tuple(sorted(fields.tables(table, "edges", context, edge_from_dict))),
        files=tuple(sorted(_files(table, context), key=_path_of)),
    )
    _refuse_colliding_paths(model, context)
    return replace(model, recorded_digest=_recorded_digest(table, model, context, newer=newer))


def _recorded_digest(table: Table, model: LockedModel, context: str, *, newer: bool) -> str:
    """The digest of the entry, so far as it can be compared with what this ptmdeps reads of the entry.

    A newer ptmdeps may write more than this one reads; where its digest vouches for all of that, it vouches for the
    part as well. The size of the whole follows from its files and is no value: where it is wrong, no digest is right.
    """
    recorded = fields.matching(table, "digest", _DIGEST, "a digest such as `sha256:…`", context)
    size = _size(table, context)
    # to compare digests takes long: it is left to who must know (see ``staleness.tampered``), but for what only the
    # whole table can tell
    if newer and recorded == _sha256_of({key: value for key, value in table.items() if key != "digest"}):
        return model_digest(model)
    return recorded if size == model.size else _FITS_NOTHING


def _files(table: Table, context: str) -> tuple[LockedFile, ...]:
    """Its files; a large lock has ten thousands, so that the usual ones are checked all at once."""
    found = table.get("files")
    with suppress(KeyError, TypeError, AttributeError, UnicodeError, UnsafeContent):
        if type(found) is list and _usual([one for one in found if "pickle" not in one]):
            return tuple(
                [
                    _usual_file(one) if "pickle" not in one else _file_from_dict(one, f"{context}.files[{index}]")
                    for index, one in enumerate(found)
                ]
            )
    # whatever is wrong with one of them: who looks at each says what, and where
    return fields.tables(table, "files", context, _file_from_dict)


def _usual(files: list[dict[str, Any]]) -> bool:
    """Whether files without pickles, but for their paths, are as they should be, and have nothing unusual.

    Raises:
        KeyError, TypeError, AttributeError, UnicodeError: they are not.
    """
    sizes = [one["size"] for one in files]
    digests = [one["sha256"] for one in files]
    gits = [one.get("git", "") for one in files]
    formats = [one.get("format", "other") for one in files]
    texts = "".join([*(one["path"] for one in files), *formats])
    return (
        set(map(type, sizes)) <= {int}
        and min(sizes, default=0) >= 0
        and max(sizes, default=0) <= fields.LARGEST
        and set(map(len, digests)) <= {_SHA256_DIGITS}
        and set(map(len, gits)) <= _GIT_DIGITS
        and not "".join([*digests, *gits]).encode().translate(None, _HEXADECIMAL)
        and "" not in formats
        and texts.isascii()
    )


def _usual_file(table: dict[str, Any]) -> LockedFile:
    return LockedFile(
        path=safe_path(table["path"]),
        size=table["size"],
        sha256=table["sha256"],
        git=table.get("git", ""),
        format=table.get("format", "other"),
    )


def _file_from_dict(table: Table, context: str) -> LockedFile:
    return LockedFile(
        path=fields.path(fields.required(table, "path", str, context), f"{context}.path"),
        size=_size(table, context),
        sha256=fields.matching(table, "sha256", SHA256, SHA256_MEANING, context),
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


def _refuse_colliding_paths(model: LockedModel, context: str) -> None:
    paths = [file.path for file in model.files]
    for group in case_collisions(paths):
        names = " and ".join(f"`{printable(path)}`" for path in group)
        raise fields.invalid(f"{names} are one file on some systems", f"{context}.files")
    if len(set(paths)) != len(paths):
        raise fields.invalid("a file is listed twice", f"{context}.files")


def _refuse_duplicates(lockfile: Lockfile) -> None:
    seen: set[tuple[ModelKey, str]] = set()
    for index, model in enumerate(lockfile.models):
        for key, ref in model.wishes:
            if (key, ref) in seen:
                raise fields.invalid(f"`{printable(key.name)}` is locked twice", f"model[{index}]")
            seen.add((key, ref))
    known: set[Target] = set()
    for index, ancestor in enumerate(lockfile.ancestors):
        for key in ancestor.keys:
            target = (ancestor.kind, key, ancestor.ref)
            if target in known:
                raise fields.invalid(f"`{printable(key.name)}` is an ancestor twice", f"ancestor[{index}]")
            known.add(target)
