"""What the branches of pull requests are called: which model moves where, in letters that Git and shells take."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from ptmdeps.lockfile.model import LockedModel

LONGEST = 100
"""Characters of a branch name, prefix included."""

_DIGITS = 7
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_OTHERS = re.compile(r"(?:[^A-Za-z0-9_.]|\.(?=\.))+")
_LONGEST_REVISION = 20
_LONGEST_BASE = 20

Move = tuple[LockedModel, str]
"""A locked model, and the revision to which it shall go."""


def branch_of_model(prefix: str, move: Move) -> str:
    """``ptmdeps/acme-encoder-6d2f3c1``; with the hub where that is not Hugging Face, and the ref if it has one."""
    model, revision = move
    hub = "" if model.key.hub == "huggingface" else f"{model.key.hub}-"
    ref = f"-{model.ref}" if model.ref else ""
    return _branch(prefix, f"{hub}{model.key.name}{ref}", shortened(revision))


def branch_of_group(prefix: str, name: str, moves: Iterable[Move]) -> str:
    """``ptmdeps/group-encoders-1f0c9a2``: another set of models or revisions is another branch."""
    lines = sorted(f"{model.key}\0{model.ref}\0{revision}\n" for model, revision in moves)
    return _branch(prefix, f"group-{name}", hashlib.sha256("".join(lines).encode()).hexdigest()[:_DIGITS])


def prefix_of_base(prefix: str, base: str, default: str) -> str:
    """What branches begin with: those for another base than the default one have its name in theirs, after a slash.

    Without that, runs for two bases would take each other's branches.
    """
    if base == default:
        return prefix
    plain = _plain(base)[:_LONGEST_BASE].strip("-.").removesuffix(".lock") or "base"
    return f"{prefix}{plain if plain == base else f'{plain}-{_digest(base)}'}/"


def shortened(revision: str) -> str:
    """The first digits of a commit or a digest; a version as it is, as far as it can be part of a name."""
    digits = revision.rpartition(":")[2]
    if _COMMIT.fullmatch(digits):
        return digits[:_DIGITS]
    return _plain(revision)[:_LONGEST_REVISION].strip("-.") or _digest(revision)


def _branch(prefix: str, name: str, end: str) -> str:
    plain = _plain(name) or "model"
    room = LONGEST - len(prefix) - len(end) - 1
    if len(plain) > room:
        plain = f"{plain[: room - _DIGITS - 1].rstrip('-.')}-{_digest(name)}"
    return f"{prefix}{plain}-{end}".removesuffix(".lock")


def _plain(text: str) -> str:
    return _OTHERS.sub("-", text).strip("-.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
