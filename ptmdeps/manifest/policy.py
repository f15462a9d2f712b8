"""``[tool.ptmdeps.policy]``: which models a project allows itself; the checks compare the lock with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ptmdeps.manifest.fields import Mistake, Section, choice, flag, items, mistake, refuse_unknown, strings, subsection
from ptmdeps.manifest.fields import text as text_of

Verdict = Literal["allow", "warn", "deny"]
VERDICTS: tuple[Verdict, ...] = ("allow", "warn", "deny")

_KEYS = frozenset({"licenses", "remote-code", "pickle", "commercial", "distributes"})
_LICENSE_KEYS = frozenset({"allow", "deny", "exceptions"})
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
        commercial: whether the project is used commercially; ``None`` where nobody said.
        distributes: whether the project hands its models on; ``None`` where nobody said.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    exceptions: tuple[LicenseException, ...] = ()
    remote_code: Verdict = "warn"
    pickle: Verdict = "warn"
    commercial: bool | None = None
    distributes: bool | None = None


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
        commercial=_said(table, "commercial"),
        distributes=_said(table, "distributes"),
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
