"""What a person should know before a model is locked at another revision, from the two locks alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.inspect.formats import PICKLE_FORMATS, WEIGHT_FORMATS
from ptmdeps.inspect.lineage import CARD
from ptmdeps.lockfile.ancestors import descendants
from ptmdeps.lockfile.difference import Changed, Difference
from ptmdeps.lockfile.model import Ancestor, License, LockedModel, Lockfile
from ptmdeps.paths import printable

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Notable:
    """One thing to know.

    Attributes:
        kind: ``license``, ``gated``, ``remote-code``, ``pickle``, ``needs`` or ``lineage``.
        model: the name of the model, or of the ancestor that it came from.
        text: a sentence about it without a full stop, fit for a terminal.
    """

    kind: str
    model: str
    text: str


def notable_changes(before: LockedModel, after: LockedModel) -> tuple[Notable, ...]:
    """What changed that a person agreed to, or that lets other code run: licence, origin, gate, code, pickles, models.

    Works offline and knows what the locks know; ``()`` where nothing of it changed.
    """
    subject = f"`{after.key.label}`"
    findings = (
        *_license(subject, before.license, after.license),
        *_lineage(subject, before, after),
        *_gate(subject, before.gated, after.gated),
        *_code(before, after),
        *_pickles(before, after),
        *_needs(before, after),
    )
    return tuple(Notable(kind=kind, model=after.key.label, text=text) for kind, text in findings)


def notable_differences(differences: tuple[Difference, ...]) -> tuple[Notable, ...]:
    """The same of all models that two lockfiles lock differently."""
    return tuple(
        notable
        for difference in differences
        if isinstance(difference, Changed)
        for notable in notable_changes(difference.before, difference.after)
    )


def license_name(license_: License | None) -> str:
    """A licence for people: what was concluded, else what was declared, else ``none declared``."""
    return printable(license_.concluded or license_.declared) if license_ else "none declared"


def notable_ancestors(before: Lockfile, after: Lockfile) -> tuple[Notable, ...]:
    """The same of what the locked models came from, as far as both lockfiles know it."""
    known = {ancestor.identity: ancestor for ancestor in before.ancestors}
    by = descendants(after)
    return tuple(
        Notable(kind=kind, model=ancestor.key.label, text=text)
        for ancestor in after.ancestors
        if ancestor.identity in known
        for kind, text in _of_ancestor(known[ancestor.identity], ancestor, by.get(ancestor.identity, ""))
    )


def _of_ancestor(before: Ancestor, after: Ancestor, descendant: str) -> Iterator[tuple[str, str]]:
    subject = f"`{printable(after.key.label)}`" + (f", which `{descendant}` came from," if descendant else "")
    if after.missing and not before.missing:
        yield "lineage", f"{subject} cannot be looked at any more: {printable(after.missing)}"
        return
    if before.missing:
        return
    yield from _license(subject, before.license, after.license)
    yield from _lineage(subject, before, after)
    yield from _gate(subject, before.gated, after.gated)


def _license(subject: str, before: License | None, after: License | None) -> Iterator[tuple[str, str]]:
    old, new = license_name(before), license_name(after)
    if old != new:
        yield "license", f"the licence of {subject} changed: {old} -> {new}"
    elif before and after and before.sha256 and before.sha256 != after.sha256:
        # where no text was known, none was looked for
        was, is_ = before.recognized or "a text of its own", after.recognized or "a text of its own"
        if not after.sha256:
            yield "license", f"the text of the licence of {subject} is gone: `{printable(before.text)}`"
        elif was != is_:
            yield (
                "license",
                f"the text of the licence of {subject} is another one: {printable(was)} -> {printable(is_)}",
            )
        else:
            yield "license", f"the text of the licence of {subject} changed: `{printable(after.text)}`"


def _lineage(subject: str, before: LockedModel | Ancestor, after: LockedModel | Ancestor) -> Iterator[tuple[str, str]]:
    """What it says that it came from; what only a newer ptmdeps looks for is no news."""
    looked_for = bool(before.card or not after.card)
    old = {edge.leads_to for edge in before.lineage_edges}
    new = {edge.leads_to for edge in after.lineage_edges}
    for edge in after.lineage_edges:
        if edge.leads_to not in old and (looked_for or edge.evidence == CARD):
            relation = printable(edge.relation)
            yield "lineage", f"{subject} says now that it came from `{printable(edge.target.label)}` ({relation})"
    for edge in before.lineage_edges:
        if edge.leads_to not in new:
            yield "lineage", f"{subject} says no more that it came from `{printable(edge.target.label)}`"


def _gate(subject: str, before: str, after: str) -> Iterator[tuple[str, str]]:
    if after and not before:
        yield "gated", f"{subject} is gated now: its hub asks everybody for consent before they get it"


def _code(before: LockedModel, after: LockedModel) -> Iterator[tuple[str, str]]:
    name = after.key.label
    if after.remote_code and not before.remote_code:
        yield "remote-code", f"`{name}` brings code now, which runs where `trust_remote_code=True` is given"
        return
    old = {file.path: file.sha256 for file in before.files if file.format == "python"}
    new = {file.path: file.sha256 for file in after.files if file.format == "python"}
    changed = sorted(path for path, digest in new.items() if old.get(path) != digest)
    if changed:
        yield "remote-code", f"code that `{name}` runs changed: {_some(changed)}"


def _pickles(before: LockedModel, after: LockedModel) -> Iterator[tuple[str, str]]:
    name = after.key.label
    old, new = _globals(before), _globals(after)
    if _by_pickle(after) and not _by_pickle(before):
        yield "pickle", f"the weights of `{name}` are pickles now, which can run code while they are loaded"
    elif added := sorted(new - old):
        yield "pickle", f"unpickling `{name}` imports what it did not before: {_some(added)}"
    incomplete = {file.path for file in after.files if file.pickle and file.pickle.incomplete}
    incomplete -= {file.path for file in before.files if file.pickle and file.pickle.incomplete}
    if incomplete:
        yield "pickle", f"what unpickling `{name}` imports cannot be followed any more: {_some(sorted(incomplete))}"


def _needs(before: LockedModel, after: LockedModel) -> Iterator[tuple[str, str]]:
    old = {(edge.relation, edge.target) for edge in before.runtime_edges}
    for edge in after.runtime_edges:
        if (edge.relation, edge.target) not in old:
            yield (
                "needs",
                f"`{after.key.label}` needs `{printable(edge.target.label)}` now ({printable(edge.relation)})",
            )


def _globals(model: LockedModel) -> set[str]:
    return {name for file in model.files if file.pickle for name in file.pickle.globals}


def _by_pickle(model: LockedModel) -> bool:
    """Whether its weights are pickles, and nothing else."""
    formats = {file.format for file in model.files if file.format in WEIGHT_FORMATS}
    return bool(formats) and formats <= PICKLE_FORMATS


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(f"`{printable(name, 80)}`" for name in names[:_MOST_NAMES]) + more
