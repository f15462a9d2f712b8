"""``ignore``: models that the code mentions and that are not locked, with the reason, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ptmdeps.identity import ModelKey
from ptmdeps.manifest.fields import KeyPath, Mistake, Section, day, items, mistake, refuse_unknown, text
from ptmdeps.paths import printable

KEYS = frozenset({"model", "reason", "until"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRule:
    """What is not locked.

    Attributes:
        model: ``org/name`` or ``hub:org/name``, in which ``*``, ``?`` and ``[…]`` are those of a shell.
        reason: why, for people; empty where nobody said.
        until: the last day (``2026-12-31``, UTC) on which it counts; empty: for ever.
        within: the folder of the project in whose code it counts; empty: everywhere.
    """

    model: str
    reason: str = ""
    until: str = ""
    within: str = ""

    def matches(self, key: ModelKey, path: str) -> bool:
        """Whether the rule is about this model, where ``path`` of the project mentions it."""
        if self.within and not path.startswith(f"{self.within}/"):
            return False
        return fnmatchcase(key.name, self.model) or fnmatchcase(str(key), self.model)

    def ended(self, today: str) -> bool:
        """Whether the rule counts no more on ``today`` (``2026-12-31``)."""
        return bool(self.until) and self.until < today


def ignoring(rules: tuple[IgnoreRule, ...], key: ModelKey, path: str, today: str) -> IgnoreRule | None:
    """The first rule by which a model that ``path`` mentions is not locked ``today``."""
    return next((rule for rule in rules if rule.matches(key, path) and not rule.ended(today)), None)


def ignore_rules(section: Section) -> Iterator[IgnoreRule]:
    """Yield the rules of a manifest in their order."""
    for entry, path in items(section, "ignore", "must be an array"):
        match entry:
            case str(model):
                yield _rule(Section({"model": model}, path), path)
            case dict(values) if "model" in values:
                yield _rule(Section(values, path), (*path, "model"))
            case _:
                raise Mistake(
                    path,
                    "names no model",
                    hint='Write "org/name" or { model = "org/*", reason = "…", until = 2026-12-31 }',
                )


def _rule(section: Section, place: KeyPath) -> IgnoreRule:
    refuse_unknown(section, KEYS)
    model = section.values["model"]
    # patterns are no names: only what no name can hold is refused
    if not isinstance(model, str) or not model or not model.isprintable() or " " in model:
        raise Mistake(place, "is no model and no pattern", hint='Such as "org/name", "org/*" or "torchhub:*"')
    reason = text(section, "reason")
    if not reason.isprintable():
        raise mistake(section, "reason", "must be printable")
    return IgnoreRule(
        model=model,
        reason=reason,
        until=day(section, "until", "Write the last day on which it counts: 2026-12-31"),
    )


def ended_warnings(rules: tuple[IgnoreRule, ...], today: str) -> Iterator[str]:
    """One sentence for each rule that has ended."""
    for rule in rules:
        if rule.ended(today):
            reason = f" ({printable(rule.reason)})" if rule.reason else ""
            yield f"`{printable(rule.model)}`{reason} was ignored until {rule.until}, and is no more"
