"""Commit messages: in the manner of the project's log, with a block that programs read, and the sign that it is ours.

The block is YAML in the style of Dependabot's ``updated-dependencies``. The last line holds the digest of the files of
the commit: a commit that somebody else made, or changed, does not have the right one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator

from ptmdeps.forges.protocol import Commit, FileEdit
from ptmdeps.manifest.pull_requests import AUTO
from ptmdeps.proposing.proposal import Proposal

LOOKED_AT = 50
"""Commits of the log from which the manner is told."""

_SIGN = "Ptmdeps-Digest"
# https://www.conventionalcommits.org/en/v1.0.0/
_CONVENTIONAL = re.compile(
    r"(?P<type>feat|fix|chore|docs|refactor|test|tests|build|ci|perf|style|revert|deps)(\([^()\n]{1,40}\))?!?: \S",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(r"Merge |Revert \"|Bump |Initial commit|fixup! |squash! ")
_FEWEST = 3
_SIGNED = re.compile(rf"^{_SIGN}: ([0-9a-f]{{64}})\s*\Z", re.MULTILINE)
_MOST_LISTED = 200


def prefix_of(setting: str, subjects: Iterable[str]) -> str:
    """What titles begin with, with its space: as it is set, or with ``auto`` ``chore(models): `` if most are such.

    ``subjects`` are first lines of the newest commits; those that Git, forges or bots write do not count.
    """
    if setting != AUTO:
        return f"{setting.removesuffix(':').rstrip()}: " if setting.strip() else ""
    counted = [subject for subject in subjects if not _NOT_COUNTED.match(subject)][:LOOKED_AT]
    conventional = [match for subject in counted if (match := _CONVENTIONAL.match(subject))]
    if len(counted) < _FEWEST or len(conventional) * 2 <= len(counted):
        return ""
    capital = sum(match["type"][0].isupper() for match in conventional) * 2 > len(conventional)
    return "Chore(models): " if capital else "chore(models): "


def message(title: str, proposal: Proposal, edits: Iterable[FileEdit]) -> str:
    """The whole message of the commit of a proposal."""
    lines = [title, "", "---", "updated-models:", *_entries(proposal), "...", "", f"{_SIGN}: {edits_digest(edits)}"]
    return "\n".join(lines)


def edits_digest(edits: Iterable[FileEdit]) -> str:
    """SHA-256 over paths and contents, 64 hex digits."""
    digest = hashlib.sha256()
    for edit in sorted(edits, key=lambda edit: edit.path):
        content = b"" if edit.content is None else edit.content
        digest.update(f"{edit.path}\0{-1 if edit.content is None else len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def signed_digest(commit: Commit) -> str:
    """The digest that the message of a commit names; empty where it is not of ours."""
    found = _SIGNED.search(commit.message)
    return found[1] if found and "\nupdated-models:\n" in commit.message else ""


def _entries(proposal: Proposal) -> Iterator[str]:
    listed = proposal.moving[:_MOST_LISTED]
    for one in listed:
        yield f"- model: {_scalar(str(one.after.key))}"
        if one.before.ref:
            yield f"  ref: {_scalar(one.before.ref)}"
        yield f"  from: {_scalar(one.before.revision)}"
        yield f"  to: {_scalar(one.after.revision)}"
    if len(listed) < len(proposal.moving):
        yield f"# and {len(proposal.moving) - len(listed)} more"


def _scalar(text: str) -> str:
    """A double-quoted scalar: every string of JSON is one of YAML 1.2 (https://yaml.org/spec/1.2.2/, 1.3)."""
    # what a forge makes a mention or a reference of stands as an escape
    return json.dumps(text).replace("@", "\\u0040").replace("#", "\\u0023")
