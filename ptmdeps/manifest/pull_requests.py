"""``[tool.ptmdeps.pr]``: which upgrades a project wants proposed, and how its pull requests look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from ptmdeps.clock import SPELLING, cutoff
from ptmdeps.identity import ModelKey
from ptmdeps.manifest.fields import (
    KeyPath,
    Mistake,
    Section,
    choice,
    day,
    flag,
    items,
    mistake,
    refuse_unknown,
    strings,
    subsection,
    text,
)
from ptmdeps.manifest.models import group_name
from ptmdeps.paths import printable

Rebase = Literal["conflicted", "behind", "never"]
REBASES: tuple[Rebase, ...] = ("conflicted", "behind", "never")
MergeMethod = Literal["merge", "squash", "rebase"]
MERGE_METHODS: tuple[MergeMethod, ...] = ("merge", "squash", "rebase")
AUTOMERGE = ("card", "configuration", "tokenizer", "template", "code", "weights", "architecture")
"""Verdicts of ``ptmdeps.upgrade.verdict`` that may merge themselves."""
AUTO = "auto"
"""The prefix of titles that is found out from the log."""
BRANCHES = "ptmdeps/"
"""What the names of our branches begin with, unless a manifest says otherwise."""
MOST_OPEN = 5

KEYS = frozenset(
    {"base", "branch-prefix", "title-prefix", "limit", "limit-per-run", "labels", "reviewers", "assignees", "draft"}
    | {"groups", "ignore", "card-only", "cooldown", "security-only", "rebase", "dashboard", "automerge", "merge-method"}
)
_RULE_KEYS = frozenset({"model", "revision", "until", "reason"})
_REVISION = re.compile(r"[0-9a-f]{7,64}")
# what Git and every forge take as a part of a branch name: https://git-scm.com/docs/git-check-ref-format
_PREFIX = re.compile(r"(?!.*(\.\.|//|\.lock/|/\.))[A-Za-z0-9_][A-Za-z0-9._/-]{0,29}[/_-]", re.ASCII)
_BRANCH = re.compile(r"(?!.*(\.\.|//|@\{))[A-Za-z0-9_][A-Za-z0-9._/+@-]{0,199}", re.ASCII)
_LONGEST = 100
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeRule:
    """An upgrade that is not to be proposed.

    Attributes:
        model: ``org/name`` or ``hub:org/name``, in which ``*``, ``?`` and ``[…]`` are those of a shell.
        revision: the beginning of the only revision that is meant; empty: every one.
        until: the last day (``2026-12-31``, UTC) on which it counts; empty: for ever.
        reason: why, for people; empty where nobody said.
    """

    model: str
    revision: str = ""
    until: str = ""
    reason: str = ""

    def matches(self, key: ModelKey, revision: str, today: str) -> bool:
        """Whether the upgrade of a model to a revision is meant ``today`` (``2026-12-31``)."""
        meant = fnmatchcase(key.name, self.model) or fnmatchcase(str(key), self.model)
        return meant and revision.startswith(self.revision) and not (self.until and self.until < today)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeGroup:
    """Models that are proposed together: its name, and patterns as of ``UpgradeRule.model``."""

    name: str
    models: tuple[str, ...]

    def matches(self, key: ModelKey) -> bool:
        """Whether a model belongs to it."""
        return any(fnmatchcase(key.name, pattern) or fnmatchcase(str(key), pattern) for pattern in self.models)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestSettings:
    """What a project wants of its pull requests.

    Attributes:
        base: the branch into which they go; empty: the default one of the forge.
        branch_prefix: what the names of their branches begin with.
        title_prefix: what titles and commit messages begin with (``chore(models)``), ``auto`` to find out from the
            log whether Conventional Commits are used; empty for nothing.
        limit: how many may be open at once; 0: any number.
        limit_per_run: how many a run may open; 0: any number.
        labels: that they get, sorted.
        reviewers: who is asked for a review, in their order.
        assignees: who is assigned, in their order.
        draft: open them as drafts.
        groups: models that are proposed together; a model is in the first that it matches.
        ignore: upgrades that are not proposed.
        card_only: propose also upgrades in which nothing changed that a loader reads.
        cooldown: span (see ``ptmdeps.clock``) for which a revision must have been there; empty: none.
        security_only: propose nothing but what takes away something that was flagged.
        rebase: when the branch is built anew: where the base changed the same files, wherever the base moved, or never.
        dashboard: keep an issue that lists every upgrade.
        automerge: verdicts that merge themselves as soon as the checks pass, of ``AUTOMERGE``.
        merge_method: how.
    """

    base: str = ""
    branch_prefix: str = BRANCHES
    title_prefix: str = AUTO
    limit: int = MOST_OPEN
    limit_per_run: int = 0
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool = False
    groups: tuple[UpgradeGroup, ...] = ()
    ignore: tuple[UpgradeRule, ...] = ()
    card_only: bool = False
    cooldown: str = ""
    security_only: bool = False
    rebase: Rebase = "conflicted"
    dashboard: bool = False
    automerge: tuple[str, ...] = ()
    merge_method: MergeMethod = "squash"


AS_USUAL = PullRequestSettings()
"""Of a manifest without a table for them."""


def pull_request_settings(section: Section) -> PullRequestSettings:
    """The settings of a manifest; the defaults where it has none."""
    table = subsection(section, "pr")
    refuse_unknown(table, KEYS)
    rebase = choice(table, "rebase", REBASES)
    method = choice(table, "merge-method", MERGE_METHODS, default="squash")
    return PullRequestSettings(
        base=_matching(table, "base", "", _BRANCH, "is no name of a branch"),
        branch_prefix=_matching(
            table, "branch-prefix", BRANCHES, _PREFIX, "must be 2 to 31 letters, digits or `._/-`, and end with `/_-`"
        ),
        title_prefix=_title_prefix(table),
        limit=_count(table, "limit", MOST_OPEN),
        limit_per_run=_count(table, "limit-per-run", 0),
        labels=tuple(sorted(set(_names(table, "labels")))),
        reviewers=tuple(dict.fromkeys(_names(table, "reviewers"))),
        assignees=tuple(dict.fromkeys(_names(table, "assignees"))),
        draft=flag(table, "draft"),
        groups=tuple(_groups(subsection(table, "groups"))),
        ignore=tuple(_rules(table)),
        card_only=flag(table, "card-only"),
        cooldown=_cooldown(table),
        security_only=flag(table, "security-only"),
        rebase=next(one for one in REBASES if one == rebase),
        dashboard=flag(table, "dashboard"),
        automerge=_automerge(table),
        merge_method=next(one for one in MERGE_METHODS if one == method),
    )


def _matching(section: Section, key: str, default: str, pattern: re.Pattern[str], problem: str) -> str:
    value = text(section, key, default)
    if value and not (pattern.fullmatch(value) and not value.endswith((".", ".lock", ".lock/"))):
        raise mistake(section, key, problem)
    return value


def _title_prefix(section: Section) -> str:
    value = section.values.get("title-prefix", AUTO)
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST:
        raise mistake(section, "title-prefix", f"must be at most {_LONGEST} printable characters")
    return value


def _count(section: Section, key: str, default: int) -> int:
    value = section.values.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise mistake(section, key, f"must be a whole number from 0 (no limit) to {_MOST}")
    return value


def _names(section: Section, key: str) -> Iterator[str]:
    for index, name in enumerate(strings(section, key)):
        if not name.strip() or not name.isprintable() or len(name) > _LONGEST:
            raise Mistake((*section.path, key, index), "is no name that a forge knows")
        yield name.removeprefix("@")


def _groups(section: Section) -> Iterator[UpgradeGroup]:
    for name in section.values:
        models = strings(section, name)
        for index, model in enumerate(models):
            _pattern(model, (*section.path, name, index))
        yield UpgradeGroup(name=group_name(name, (*section.path, name)), models=models)


def _rules(section: Section) -> Iterator[UpgradeRule]:
    for entry, path in items(section, "ignore", "must be an array"):
        match entry:
            case str(model):
                yield UpgradeRule(model=_pattern(model, path))
            case dict(values) if "model" in values:
                yield _rule(Section(values, path))
            case _:
                hint = 'Write "org/name" or { model = "org/*", revision = "6d2f3c1", until = 2026-12-31, reason = "…" }'
                raise Mistake(path, "names no model", hint=hint)


def _rule(section: Section) -> UpgradeRule:
    refuse_unknown(section, _RULE_KEYS)
    revision = text(section, "revision")
    if revision and not _REVISION.fullmatch(revision):
        raise mistake(section, "revision", "must be 7 to 64 hexadecimal digits in small letters")
    reason = text(section, "reason")
    if not reason.isprintable():
        raise mistake(section, "reason", "must be printable")
    return UpgradeRule(
        model=_pattern(section.values["model"], (*section.path, "model")),
        revision=revision,
        until=day(section, "until", "Write the last day on which it counts: 2026-12-31"),
        reason=reason,
    )


def _pattern(model: object, path: KeyPath) -> str:
    if not isinstance(model, str) or not model or not model.isprintable() or " " in model:
        raise Mistake(path, "is no model and no pattern", hint='Such as "org/name", "org/*" or "torchhub:*"')
    return model


def _cooldown(section: Section) -> str:
    written = text(section, "cooldown")
    if not written:
        return ""
    try:
        span = cutoff(written)
    except ValueError as error:
        raise mistake(section, "cooldown", f"is no span of time: `{printable(written)}`", hint=SPELLING) from error
    if not span.startswith("P"):
        raise mistake(section, "cooldown", "must be a span of time", hint="Such as `3 days` or `P3D`")
    return span


def _automerge(section: Section) -> tuple[str, ...]:
    chosen = strings(section, "automerge")
    for index, verdict in enumerate(chosen):
        if verdict not in AUTOMERGE:
            path = (*section.path, "automerge", index)
            raise Mistake(path, f"cannot be `{printable(verdict)}`", hint=f"One of {', '.join(AUTOMERGE)}")
    return tuple(verdict for verdict in AUTOMERGE if verdict in chosen)
