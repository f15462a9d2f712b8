"""The rules that a load site can break, and which one each load breaks (``docs/reference/scan-sarif.md``)."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.fixing import is_commit
from ptmdeps.scan.references import Reference

_CAN_BE_PINNED = frozenset({"argument", "notation"})
_OF_CODE = frozenset({"torchhub"})
_ANEW = "force_reload=True"


_CWE = "494"  # download of code without integrity check

_PIN = (
    "Run `ptmdeps lock`, then `ptmdeps run -- COMMAND` to load what is locked, or `ptmdeps scan --fix` to write the "
    "locked commit into the call."
)

UNPINNED = Rule(
    identifier="PTM001",
    name="UnpinnedLoad",
    summary="The load asks for no revision.",
    reason="It loads whatever the model's repository holds on the day it runs, which its owner, or whoever took over "
    "the account, can change at any time.",
    advice=_PIN,
    level="warning",
    severity="5.0",
    weakness=_CWE,
    related=("B615",),
)
REMOTE_CODE = Rule(
    identifier="PTM002",
    name="UnpinnedRemoteCode",
    summary="The load runs code from the model's repository, and asks for no commit of it.",
    reason="`trust_remote_code=True` imports Python files of the repository, and `torch.hub.load` runs its "
    "`hubconf.py`. Without a commit, whoever can push to the repository decides what runs here.",
    advice=f"Read the code at one commit and pin that one. {_PIN}",
    level="error",
    severity="8.8",
    weakness=_CWE,
    related=("B615",),
)
MUTABLE_REF = Rule(
    identifier="PTM003",
    name="MutableRef",
    summary="The load asks for a branch, a tag or a short commit.",
    reason="Branches and tags can be moved, and a short commit can also be the name of a branch. Only a full commit "
    "of 40 hexadecimal digits always means the same files.",
    advice=_PIN,
    level="warning",
    severity="4.0",
    weakness=_CWE,
    related=("B615",),
)
AMBIGUOUS = Rule(
    identifier="PTM004",
    name="LocalOrHub",
    summary="The id has no owner, so that a folder of that name would be loaded instead of the model.",
    reason="Loaders look for a folder in the working directory before they ask the hub. Any folder of that name, from "
    "an archive or another checkout, takes the place of the model.",
    advice="Write the id with its owner, such as `google-bert/bert-base-uncased`, or a path that begins with `./` if "
    "a folder is meant.",
    level="note",
    severity="2.0",
    weakness=_CWE,
)
NO_PIN = Rule(
    identifier="PTM005",
    name="NoWayToPin",
    summary="The loader takes no revision, so that the load cannot be pinned in source.",
    reason="It loads whatever the hub serves on the day it runs.",
    advice="Run `ptmdeps lock`, then `ptmdeps run -- COMMAND`: only the environment can pin such a load.",
    level="warning",
    severity="4.0",
    weakness=_CWE,
)

FETCHED_ANEW = Rule(
    identifier="PTM006",
    name="FetchedAnew",
    summary="The load fetches the repository anew each time, whatever is there already (`force_reload=True`).",
    reason="What was put where the loader looks, reviewed or pinned, is deleted and replaced with what the branch or "
    "tag leads to on that day.",
    advice="Leave `force_reload=True` out. Under `ptmdeps run` it changes nothing; elsewhere it undoes the pins.",
    level="warning",
    severity="5.0",
    weakness=_CWE,
)

RULES: tuple[Rule, ...] = (UNPINNED, REMOTE_CODE, MUTABLE_REF, AMBIGUOUS, NO_PIN, FETCHED_ANEW)
"""Every rule, by identifier."""


def runs_code(found: Reference) -> bool:
    """Whether the load runs code of the model's repository: because it allows it, or because its hub is one of code."""
    return found.remote_code or found.key.hub in _OF_CODE


def broken(found: Reference) -> Iterator[Rule]:
    """The rules that a load breaks, at most one about its revision and one about its name; soft evidence is no load."""
    if found.soft:
        return
    if (rule := _about_revision(found)) is not None:
        yield rule
    # the owner of a short name of other hubs is the library
    if found.key.hub == "huggingface" and "/" not in found.key.name:
        yield AMBIGUOUS
    if _ANEW in found.remarks and not is_commit(found.ref):
        yield FETCHED_ANEW


def _about_revision(found: Reference) -> Rule | None:
    if is_commit(found.ref):
        return None
    if runs_code(found):
        return REMOTE_CODE
    if found.pinning.way == "none":
        return NO_PIN
    if found.pinning.way not in _CAN_BE_PINNED:
        return None
    return MUTABLE_REF if found.ref else UNPINNED
