"""``[tool.ptmdeps.policy]``: which models a project allows itself; the checks compare the lock with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ptmdeps.manifest.fields import Mistake, Section, choice, flag, items, mistake, refuse_unknown, strings, subsection
from ptmdeps.manifest.fields import text as text_of

Verdict = Literal["allow", "warn", "deny"]
VERDICTS: tuple[Verdict, ...] = ("allow", "warn", "deny")

Strictness = Literal["warn", "ignore", "error"]
STRICTNESS: tuple[Strictness, ...] = ("warn", "ignore", "error")
"""What the licence of training data means; the first is the default."""

Level = Literal["error", "warning", "note", "ignore"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note", "ignore")
"""What the findings of a rule can be made."""

RULE = re.compile(r"PTM[0-9]{3}")
REGION = re.compile(r"[A-Z]{2}")
MOST = 10**15
"""More users or money than anybody has."""

_KEYS = frozenset(
    {"licenses", "remote-code", "pickle", "commercial", "distributes", "saas"}
    | {"territory", "users", "revenue", "severity"}
)
_LICENSE_KEYS = frozenset({"allow", "deny", "exceptions", "strict", "datasets"})
_EXCEPTION_KEYS = frozenset({"model", "license", "reason"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseException:
    """That one model may have a licence that the project does not allow otherwise.

    Attributes:
        model: ``org/name``, ``hub:org/name``, or a pattern of them.
        license: the licence that is meant; empty for whichever it has.
        reason: why, for people.
    """

    model: str
    license: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a project allows itself.

    Attributes:
        allow: licences that are allowed (SPDX identifiers, ``LicenseRef-…``, or a hub's spelling); empty: all that
            are not denied.
        deny: licences that are not.
        exceptions: models to which the two do not apply.
        remote_code: what it means that loading a model runs code of its repository.
        pickle: what it means that a model is a pickle.
        strict: whether a licence of which nothing is known is an error.
        datasets: what it means that a model was trained with data whose licence is restrictive or unknown.
        commercial: whether the project is used commercially; ``None`` where nobody said.
        distributes: whether the project hands its models on; ``None`` where nobody said.
        saas: whether others use the models over a network; ``None`` where nobody said.
        territory: where it is used: countries of ISO 3166-1, and ``EU``, sorted; empty where nobody said.
        users: monthly active users of its owner's products; ``None`` where nobody said.
        revenue: of its owner in a year, in US dollars; ``None`` where nobody said.
        severity: rules whose findings mean something else here, sorted.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    exceptions: tuple[LicenseException, ...] = ()
    remote_code: Verdict = "warn"
    pickle: Verdict = "warn"
    strict: bool = False
    datasets: Strictness = "warn"
    commercial: bool | None = None
    distributes: bool | None = None
    saas: bool | None = None
    territory: tuple[str, ...] = ()
    users: int | None = None
    revenue: int | None = None
    severity: tuple[tuple[str, Level], ...] = ()


def policy(section: Section) -> Policy:
    """The policy of a manifest; the defaults where it has none."""
    table = subsection(section, "policy")
    refuse_unknown(table, _KEYS)
    licenses = subsection(table, "licenses")
    refuse_unknown(licenses, _LICENSE_KEYS)
    allow, deny = strings(licenses, "allow"), strings(licenses, "deny")
    if both := sorted(set(allow) & set(deny)):
        raise mistake(licenses, "deny", f"names `{both[0]}`, which `allow` names, too")
    return Policy(
        allow=tuple(sorted(set(allow))),
        deny=tuple(sorted(set(deny))),
        exceptions=tuple(_exceptions(licenses)),
        remote_code=_verdict(table, "remote-code"),
        pickle=_verdict(table, "pickle"),
        strict=flag(licenses, "strict"),
        datasets=_strictness(licenses),
        commercial=_said(table, "commercial"),
        distributes=_said(table, "distributes"),
        saas=_said(table, "saas"),
        territory=tuple(sorted(set(_regions(table)))),
        users=_number(table, "users"),
        revenue=_number(table, "revenue"),
        severity=tuple(sorted(_levels(subsection(table, "severity")))),
    )


def _exceptions(section: Section) -> Iterator[LicenseException]:
    for entry, path in items(section, "exceptions", "must be an array of tables"):
        if not isinstance(entry, dict) or "model" not in entry:
            raise Mistake(path, "names no model", hint='Write { model = "org/name", license = "…", reason = "…" }')
        table = Section(entry, path)
        refuse_unknown(table, _EXCEPTION_KEYS)
        yield LicenseException(
            model=text_of(table, "model"), license=text_of(table, "license"), reason=text_of(table, "reason")
        )


def _verdict(section: Section, key: str) -> Verdict:
    chosen = choice(section, key, VERDICTS, default="warn")
    return next(verdict for verdict in VERDICTS if verdict == chosen)


def _said(section: Section, key: str) -> bool | None:
    return flag(section, key) if key in section.values else None


def _strictness(section: Section) -> Strictness:
    chosen = choice(section, "datasets", STRICTNESS)
    return next(strictness for strictness in STRICTNESS if strictness == chosen)


def _regions(section: Section) -> Iterator[str]:
    for region in strings(section, "territory"):
        if not REGION.fullmatch(region):
            hint = "Countries of ISO 3166-1 in two capital letters, and `EU`"
            raise mistake(section, "territory", "must name countries", hint=hint)
        yield region


def _number(section: Section, key: str) -> int | None:
    if key not in section.values:
        return None
    value = section.values[key]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise mistake(section, key, "must be a whole number, 0 or more")
    return value


def _levels(section: Section) -> Iterator[tuple[str, Level]]:
    for rule in section.values:
        if not RULE.fullmatch(rule):
            raise mistake(
                section, rule, "is no rule", hint="Rules are called `PTM201`; `docs/reference/checks.md` has all"
            )
        chosen = choice(section, rule, LEVELS)
        yield rule, next(level for level in LEVELS if level == chosen)
