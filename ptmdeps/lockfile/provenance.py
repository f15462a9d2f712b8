"""Where something came from, ⇄ tables: revisions, licences, edges, and the ancestors to which they lead."""

from __future__ import annotations

import re
from typing import Any

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import fields
from ptmdeps.lockfile.fields import Table
from ptmdeps.lockfile.model import Ancestor, Edge, License, Origin

COMMIT = re.compile(r"[0-9a-f]{40}")
SHA256 = re.compile(r"[0-9a-f]{64}")
SHA256_MEANING = "a SHA-256 of 64 hexadecimal digits"

_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,127}")
_CLAIM = re.compile(r"sha256:[0-9a-f]{64}|sha256-prefix:[0-9a-f]{1,63}|md5:[0-9a-f]{32}")
_EDGE_KINDS = ("runtime", "lineage")
_ORIGIN = ("url", "etag", "modified", "tree", "table")
_ANCESTOR_KINDS = ("model", "dataset")
_IN_GIT = frozenset({"huggingface", "torchhub"})
"""Hubs whose revisions are commits."""
_ALL_OF_IT = 100


def revision(table: Table, key: ModelKey, context: str) -> str:
    """An immutable identity, of the kind that the hub of ``key`` has."""
    if key.hub in _IN_GIT:
        return fields.matching(table, "revision", COMMIT, "a commit of 40 hexadecimal digits", context)
    return fields.matching(table, "revision", _REVISION, "a revision", context)


def license_to_dict(license_: License | None) -> dict[str, Any] | None:
    """Write a licence as a table, in the order in which its keys stand."""
    if license_ is None:
        return None
    return fields.filled(
        {
            "declared": license_.declared,
            "concluded": license_.concluded,
            "evidence": license_.evidence,
            "link": license_.link,
            "text": license_.text,
            "sha256": license_.sha256,
            "recognized": license_.recognized,
            "likeness": license_.likeness or None,
        }
    )


def license_from_dict(table: Table, context: str) -> License | None:
    """Read a licence; ``LockfileError`` for what none can be."""
    if not table:
        return None
    text = fields.optional(table, "text", str, context, "")
    likeness = fields.optional(table, "likeness", int, context, 0)
    if not 0 <= likeness <= _ALL_OF_IT:
        raise fields.invalid(f"{likeness} is no share in per cent", f"{context}.likeness")
    return License(
        declared=fields.optional(table, "declared", str, context, "")
        if text
        else fields.required(table, "declared", str, context),
        concluded=fields.optional(table, "concluded", str, context, ""),
        evidence=fields.optional(table, "evidence", str, context, ""),
        link=fields.optional(table, "link", str, context, ""),
        text=fields.path(text, f"{context}.text") if text else "",
        sha256=fields.matching(table, "sha256", SHA256, SHA256_MEANING, context)
        if text
        else fields.optional_matching(table, "sha256", SHA256, SHA256_MEANING, context),
        recognized=fields.optional(table, "recognized", str, context, ""),
        likeness=likeness,
    )


def origin_to_dict(origin: Origin) -> dict[str, Any]:
    """Write an origin as a table, in the order in which its keys stand."""
    return fields.filled({name: getattr(origin, name) for name in _ORIGIN})


def origin_from_dict(table: Table, context: str) -> Origin:
    """Read an origin; ``LockfileError`` for what none can be."""
    texts = {name: fields.optional(table, name, str, context, "") for name in _ORIGIN if name != "tree"}
    return Origin(**texts, tree=fields.optional_matching(table, "tree", COMMIT, "a Git tree", context))


def edge_to_dict(edge: Edge) -> dict[str, Any]:
    """Write an edge as a table, in the order in which its keys stand."""
    return fields.filled(
        {
            "kind": edge.kind,
            "relation": edge.relation,
            "hub": edge.target.hub,
            "name": edge.target.name,
            "ref": edge.ref,
            "reads": edge.reads,
            "evidence": edge.evidence,
            "files": list(edge.files),
            "digest": edge.digest,
            "entrypoint": edge.entrypoint,
        }
    )


def edge_from_dict(table: Table, context: str) -> Edge:
    """Read an edge; ``LockfileError`` for what none can be."""
    kind = fields.required(table, "kind", str, context)
    if kind not in _EDGE_KINDS:
        raise fields.invalid(f"an edge is one of {', '.join(_EDGE_KINDS)}", f"{context}.kind")
    return Edge(
        kind="runtime" if kind == "runtime" else "lineage",
        relation=fields.required(table, "relation", str, context),
        target=fields.key(table, context),
        ref=fields.ref(table, context),
        reads=fields.optional(table, "reads", str, context, ""),
        evidence=fields.optional(table, "evidence", str, context, ""),
        files=fields.strings(table, "files", context),
        digest=fields.optional_matching(table, "digest", _CLAIM, "a digest such as `md5:…`", context),
        entrypoint=fields.optional(table, "entrypoint", str, context, ""),
    )


def ancestor_to_dict(ancestor: Ancestor) -> dict[str, Any]:
    """Write an ancestor as a table, in the order in which its keys stand.

    Its kind parts its name from its revision: what looks for pins by regular expressions finds none here.
    """
    return fields.filled(
        {
            "hub": ancestor.key.hub,
            "name": ancestor.key.name,
            "kind": ancestor.kind,
            "ref": ancestor.ref,
            "revision": ancestor.revision,
            "aliases": sorted(ancestor.aliases),
            "card": ancestor.card,
            "license": license_to_dict(ancestor.license),
            "gated": ancestor.gated,
            "missing": ancestor.missing,
            "edges": [edge_to_dict(edge) for edge in sorted(ancestor.edges)],
        }
    )


def ancestor_from_dict(table: Table, context: str) -> Ancestor:
    """Read an ancestor; ``LockfileError`` for what none can be."""
    key = fields.key(table, context)
    kind = fields.required(table, "kind", str, context)
    if kind not in _ANCESTOR_KINDS:
        raise fields.invalid(f"an ancestor is one of {', '.join(_ANCESTOR_KINDS)}", f"{context}.kind")
    missing = fields.optional(table, "missing", str, context, "")
    edges = fields.tables(table, "edges", context, edge_from_dict)
    for index, edge in enumerate(edges):
        if edge.kind != "lineage":
            raise fields.invalid("nothing of an ancestor is loaded", f"{context}.edges[{index}].kind")
    aliases = fields.strings(table, "aliases", context)
    return Ancestor(
        key=key,
        kind="model" if kind == "model" else "dataset",
        aliases=tuple(sorted(fields.name(alias, f"{context}.aliases[{i}]") for i, alias in enumerate(aliases))),
        ref=fields.ref(table, context),
        revision=revision(table, key, context) if "revision" in table or not missing else "",
        card=fields.optional_matching(table, "card", SHA256, SHA256_MEANING, context),
        license=license_from_dict(fields.optional(table, "license", dict, context, {}), f"{context}.license"),
        gated=fields.optional(table, "gated", str, context, ""),
        missing=missing,
        edges=tuple(sorted(edges)),
    )
