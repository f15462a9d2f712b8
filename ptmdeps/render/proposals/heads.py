"""What is read first: the verdict, which model moves where, and what could break or matters to more than the code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ptmdeps.inspect.formats import PICKLE_FORMATS
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.proposing.proposal import Proposal, Upgraded
from ptmdeps.render.markdown import table_row
from ptmdeps.render.proposals.duties import gained, unknown
from ptmdeps.render.proposals.quoting import code, prose, revision
from ptmdeps.render.quantities import counted, size
from ptmdeps.upgrade.change import Comparison
from ptmdeps.upgrade.movement import State
from ptmdeps.upgrade.notable import Notable, license_name
from ptmdeps.upgrade.verdict import KINDS, RULES, SEVERITIES, Kind, Severity, Verdict

_DAY = len("2026-12-31")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T", re.ASCII)
_MOST_ROWS = 60
_MOST = 5
_MOST_REASONS = 4
_MOST_MATTERS = 12

_HEADLINES: Mapping[Kind, str] = {
    "nothing": "Nothing changed in its files",
    "card": "Only the card changed",
    "configuration": "The configuration changed",
    "template": "The chat template changed",
    "tokenizer": "The tokenizer changed",
    "code": "The code that loading runs changed",
    "weights": "The weights changed",
    "architecture": "The architecture changed",
    "unknown": "Not everything could be compared",
}
_OF_RULES: Mapping[str, str] = {
    "recreated": "Another repository has its name now",
    "owner-changed": "It belongs to somebody else now",
    "license": "The licence changed",
    "rewritten": "Its history was rewritten",
    "gated": "It asks for consent now",
}
"""What weighs more than the kind of change, the heaviest first."""
_LIGHT = frozenset({"nothing", "card"})
_ALWAYS = frozenset({"documents", "saved-with", "layout"})
_HEAVIEST = ("recreated", "owner-changed")
_ALERTS: Mapping[Severity, str] = {"none": "NOTE", "patch": "NOTE", "minor": "IMPORTANT", "major": "CAUTION"}
"""https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts;
GitLab and Gitea know them as well, others show a quotation."""

_STATES: Mapping[State, str] = {
    "recreated": "**Another repository has its name now.** The one that was locked is deleted or renamed, and what is "
    "proposed here was made by whoever took the name: do not merge before you know who that is. Of the old one, only "
    "what lock and store hold is compared, so more may look new than is.",
    "rewritten": "**Its history was rewritten**: the locked revision is no ancestor of the new one, so its commits do "
    "not tell what changed between them.",
    "owner-changed": "**It belongs to somebody else now**: its hub gives it a name of another user or organisation.",
    "tag-moved": "**The tag was moved**: what it leads to is not what was released under that name.",
    "ref-gone": "The branch or tag that was asked for is gone.",
    "disabled": "Its hub took it out of circulation.",
    "gone": "Its hub has it no more.",
    "denied": "Its hub does not show it to everybody.",
}
_TOLD = frozenset({"license", "gated"})
"""Kinds of notables that are told by other means."""


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """What several upgrades come to: the gravest of each."""
    found = list(verdicts)
    rules = {rule for verdict in found for rule in verdict.rules}
    kinds = {kind for verdict in found for kind in verdict.kinds}
    order = list(RULES)
    ordered = tuple(kind for kind in KINDS if kind in kinds)
    return Verdict(
        kind=ordered[-1] if ordered else "nothing",
        kinds=ordered,
        severity=max((verdict.severity for verdict in found), key=SEVERITIES.index, default="none"),
        rules=tuple(sorted(rules, key=lambda rule: (-SEVERITIES.index(RULES[rule].severity), order.index(rule)))),
    )


def verdict_line(verdict: Verdict) -> str:
    """What changed, how grave that is, and why: one line of Markdown."""
    heavy = [rule for rule in _OF_RULES if rule in verdict.rules and (rule in _HEAVIEST or verdict.kind in _LIGHT)]
    headline = _OF_RULES[heavy[0]] if heavy else _HEADLINES[verdict.kind]
    reasons = _reasons(verdict)
    shown = "; ".join(reasons[:_MOST_REASONS])
    more = f"; and {counted(len(reasons) - _MOST_REASONS, 'more reason')}" if len(reasons) > _MOST_REASONS else ""
    why = f": {shown}{more}." if reasons else "."
    return f"**{headline}** · suggested severity **{verdict.severity}**{why}\n"


def _reasons(verdict: Verdict) -> list[str]:
    """What is not of the kind first, as nobody expects it; what always changes only where nothing else did."""
    rules = sorted(verdict.rules, key=lambda rule: RULES[rule].kind is not None or RULES[rule].severity != "major")
    telling = [rule for rule in rules if rule not in _ALWAYS]
    return [RULES[rule].meaning for rule in telling or rules]


def models_table(proposal: Proposal) -> str:
    """One row a model: where it moves, when that was made, how large it is and what is to be fetched."""
    ref = any(one.after.ref for one in proposal.models)
    several = len(proposal.models) > 1
    kind = ["what changed"] if several else []
    headings = ["model", *(["ref"] if ref else []), *kind, "locked → proposed", "made", "size", "to download"]
    rows = [table_row(headings), table_row("---" for _ in headings)]
    rows += [table_row(_cells(one, ref=ref, kind=several)) for one in gravest_first(proposal.models)[:_MOST_ROWS]]
    if len(proposal.models) > _MOST_ROWS:
        rows.append(table_row([f"… and {len(proposal.models) - _MOST_ROWS:,} more", *[""] * (len(headings) - 1)]))
    return "\n".join(rows) + "\n"


def gravest_first(models: Sequence[Upgraded]) -> list[Upgraded]:
    """Those first that need a person most: what is major for another reason than its kind, or runs code."""
    return sorted(models, key=_weight)


def _weight(one: Upgraded) -> tuple[int, int, int]:
    verdict = one.report.verdict
    alarming = any(
        RULES[rule].severity == "major" and RULES[rule].kind in {None, "card", "code"} for rule in verdict.rules
    )
    return -SEVERITIES.index(verdict.severity), not alarming, -KINDS.index(verdict.kind)


def others(proposal: Proposal) -> str:
    """What is locked for the first time, and no more."""
    listed = (("Also locked now", proposal.added), ("Locked no more", proposal.removed))
    return "".join(f"\n{label}: {_models(models)}.\n" for label, models in listed if models)


def alert(severity: Severity, items: Sequence[str]) -> str:
    """A box with what a person has to see; nothing of nothing."""
    if not items:
        return ""
    more = (
        [f"and {counted(len(items) - _MOST_MATTERS, 'more thing')} of this kind"] if len(items) > _MOST_MATTERS else []
    )
    lines = "".join(f"> - {item}\n".replace("\n  -", "\n>   -") for item in (*items[:_MOST_MATTERS], *more))
    return f"\n> [!{_ALERTS[severity]}]\n{lines}"


def matters(one: Upgraded) -> list[str]:
    """What breaks, or matters to more than the code, the gravest first: Markdown, some with a list below."""
    report, comparison = one.report, one.report.comparison
    found = [_STATES[state] for state in report.states if state in _STATES]
    if one.before.key != one.after.key:
        found.append(f"**It has another name**: {code(one.before.key.label)} is {code(one.after.key.label)} now.")
    if "silent" in report.verdict.rules:
        found.append("**Nothing says so**: weights changed, and neither card nor configuration did.")
    found += _licensed(one)
    found += _gate(one, comparison)
    found += [f"{prose(_sentence(notable))}." for notable in report.notables if notable.kind not in _TOLD]
    if comparison:
        found += _of_comparison(comparison, {notable.kind for notable in report.notables})
    if report.news and report.news.new_authors:
        names = ", ".join(code(author, 60) for author in report.news.new_authors[:_MOST])
        more = len(report.news.new_authors) - _MOST
        found.append(f"First commits to it by {names}{f' and {more:,} others' if more > 0 else ''}.")
    found += [f"Not known: {prose(doubt)}." for doubt in report.doubts]
    return found


def ancestor_matters(notables: Sequence[Notable]) -> list[str]:
    """The same of what the models came from."""
    return [f"{prose(_sentence(notable))}." for notable in notables]


def better(one: Upgraded) -> str:
    """What was flagged and is so no more."""
    listed = "".join(f"- {prose(fix)}\n" for fix in one.fixes[:_MOST])
    return f"\n**Flagged by `ptmdeps check` before, and no more:**\n\n{listed}" if listed else ""


def _cells(one: Upgraded, *, ref: bool, kind: bool) -> Iterator[str]:
    before, after, comparison = one.before, one.after, one.report.comparison
    name = code(after.key.label)
    yield f"{name} (with the others)" if one.along else name
    if ref:
        yield code(after.ref) or "default"
    if kind:
        yield f"{one.report.verdict.kind}, **{one.report.verdict.severity}**"
    yield _arrow(revision(before.revision), revision(after.revision))
    yield _arrow(*(day(date) for date in (before.committed, after.committed)))
    yield _arrow(size(before.size), size(after.size))
    yield size(comparison.download) if comparison else "not known"


def day(instant: str) -> str:
    """The day of an instant; nothing of nothing."""
    return instant[:_DAY] if _DATE.match(instant) else code(instant, 40)


def _arrow(before: str, after: str) -> str:
    if before == after:
        return after or "—"
    return f"{before or '?'} → {after or '?'}"


def _models(models: Sequence[LockedModel]) -> str:
    shown = ", ".join(f"{code(model.title)} ({size(model.size)})" for model in models[:_MOST])
    return shown + (f" and {len(models) - _MOST:,} more" if len(models) > _MOST else "")


def _licensed(one: Upgraded) -> Iterator[str]:
    comparison = one.report.comparison
    change = comparison.license if comparison else None
    before, after = (change.before, change.after) if change else (one.before.license, one.after.license)
    if license_name(before) == license_name(after):
        yield from (f"{prose(_sentence(told))}." for told in one.report.notables if told.kind == "license")
        return
    text = f"**The licence is another one**: {code(license_name(before))} → {code(license_name(after))}."
    new, gone = gained(one.before, one.after)
    if gone:
        text += f" No condition any more: {'; '.join(gone)}."
    if new:
        text += " New conditions:" + "".join(f"\n  - {duty}" for duty in new)
    if nobody := unknown(one.after):
        text += f"\n  - What {', '.join(nobody)} asks for is not known here: read it."
    yield text


def _gate(one: Upgraded, comparison: Comparison | None) -> Iterator[str]:
    before, after = comparison.gated if comparison and comparison.gated else (one.before.gated, one.after.gated)
    if after and not before:
        yield "**Its hub asks for consent now**: whoever syncs without having agreed, CI included, is refused."
    elif before and not after:
        yield "Its hub asks for consent no more."


def _of_comparison(comparison: Comparison, told: set[str]) -> Iterator[str]:
    if comparison.disabled:
        yield _STATES["disabled"]
    old, new = map(set, comparison.formats)
    if new & PICKLE_FORMATS and not old & PICKLE_FORMATS and "pickle" not in told:
        yield "**Weights are pickles now**, which can run code while they are loaded."
    added = [name for change in comparison.pickles for name in change.added]
    if added and "pickle" not in told:
        yield f"**Unpickling imports what it did not**: {_some(added)}."
    code_files = [file.path for file in comparison.files if file.of == "code" and file.affects]
    if code_files and "remote-code" not in told:
        yield f"**Code that loading can run changed**: {_some(code_files)}."
    if imports := sorted({name for change in comparison.imports for name in change.added}):
        yield f"**Its code imports or calls what it did not**: {_some(imports)}."
    yield from _of_tokens(comparison)
    needed = [one for one in comparison.requirements if not one.saved_with and one.after is not None]
    if needed:
        yield f"Loading needs other Python packages: {_some([one.after or '' for one in needed])}."
    if comparison.unread:
        path, reason = comparison.unread[0]
        more = f", and {counted(len(comparison.unread) - 1, 'more file')}" if len(comparison.unread) > 1 else ""
        yield f"Could not be compared: {code(path)} ({prose(reason)}){more}."


def _of_tokens(comparison: Comparison) -> Iterator[str]:
    for change in comparison.vocabularies:
        lost = [(change.removed_count, "gone"), (change.renumbered, "renumbered")]
        if told := " and ".join(f"{counted(count, 'token')} {what}" for count, what in lost if count):
            yield f"**{told}** in {code(change.path)}: weights and caches made with the old numbers do not fit."
        if change.special_removed:
            yield f"Special tokens are special no more: {_some(change.special_removed)}."


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return ", ".join(code(name, 80) for name in names[:_MOST]) + more


def _sentence(notable: Notable) -> str:
    return _capital(notable.text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
