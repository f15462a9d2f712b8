"""The values of information elements for people: one form for each shape of value, as lines.

Texts are as hubs and models have them; who puts the lines on a screen makes them printable.
"""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.hubs.description import Revision
from ptmdeps.inspect.evaluations import Result
from ptmdeps.render.quantities import counted, short, size
from ptmdeps.showing.values import (
    Access,
    Code,
    Hashes,
    Length,
    LicenseClaim,
    Memory,
    Newer,
    Parameters,
    Part,
    PickleImports,
    Relation,
    Release,
    Scan,
    Share,
    Size,
    Software,
    Value,
    Version,
)

LONGEST_WORD = 40
"""Characters up to which the texts of a list can stand beside one another."""

_DATE = len("2026-12-31")
_COMMIT = 40
_SCALES = (("trillion", 10**12), ("billion", 10**9), ("million", 10**6))


def lines(value: Value) -> list[str]:
    """The lines of a value; the items of a list are lines of their own."""
    match value:
        case str():
            return [value]
        case int():
            return [f"{value:,}"]
        case tuple():
            return [line for item in value for line in _item(item)] or ["none"]
        case _:
            return list(_record(value))


def in_one_line(value: Value) -> list[str]:
    """The words of a list of words, such as tags; empty for every other value."""
    words = [item for item in value if isinstance(item, str)] if isinstance(value, tuple) else []
    return words if all(len(word) <= LONGEST_WORD and " " not in word and "://" not in word for word in words) else []


def _item(item: object) -> Iterator[str]:
    match item:
        case str():
            yield item
        case Relation():
            yield f"{item.name} ({item.relation})"
        case Share():
            yield f"{item.kind}: {counted(item.files, 'file')}, {size(item.size)}"
        case PickleImports():
            yield from _imports(item)
        case Part():
            yield f"{item.name} ({item.made_by})"
        case Result():
            measured = f"{item.metric} {item.value}" if item.metric else item.value
            where = ", ".join(filter(None, (item.dataset, item.task)))
            said = f" ({item.source})" if item.source else ""
            yield f"{where}: {measured}{said}" if where else f"{measured}{said}"
        case Release():
            yield " ".join(filter(None, (item.tag, short(item.revision), item.committed[:_DATE])))
        case Revision():
            yield " ".join(filter(None, (short(item.commit), item.committed[:_DATE], item.title)))


def _record(value: object) -> Iterator[str]:  # noqa: C901 - one case a shape
    match value:
        case Software():
            yield f"{value.library} (saved with {', '.join(value.saved_with)})" if value.saved_with else value.library
        case Memory():
            yield _memory(value)
        case Size():
            yield from _size(value)
        case LicenseClaim():
            yield from _license(value)
        case Access():
            yield from _access(value)
        case Version():
            tags = f", tagged {', '.join(value.tags)}" if value.tags else ""
            # digests and versions of libraries are no states of a branch
            ref = value.ref or ("the default branch" if len(value.revision) == _COMMIT else "")
            yield f"{ref} at {value.revision}{tags}" if ref else f"{value.revision}{tags}"
        case Newer():
            yield from _newer(value)
        case Scan():
            yield from _scan(value)
        case Code():
            yield from _code(value)
        case Hashes():
            git = f", of {value.git} only Git's digest" if value.git else ""
            yield f"SHA-256 of {counted(value.sha256, 'file')}{git}"
        case Parameters():
            yield _parameters(value)
        case Length():
            yield f"{value.tokens:,} tokens"


def _memory(value: Memory) -> str:
    if not value.types:
        return f"about {size(value.size)}, the size of the files"
    types = ", ".join(f"{share.kind} {size(share.size)}" for share in value.types)
    return f"{size(value.size)} ({types})" if len(value.types) > 1 else f"{size(value.size)} in {value.types[0].kind}"


def _imports(item: PickleImports) -> Iterator[str]:
    yield f"{item.path}: {', '.join(item.globals) or 'nothing'}"
    if item.suspicious:
        yield f"  can do more than build a model: {', '.join(item.suspicious)}"
    if item.incomplete:
        yield f"  there may be more: {item.incomplete}"


def _size(value: Size) -> Iterator[str]:
    if value.locked_files is not None and value.locked_size is not None:
        yield f"locked: {counted(value.locked_files, 'file')}, {size(value.locked_size)}"
    if value.files is not None and value.size is not None:
        yield f"repository: {counted(value.files, 'file')}, {size(value.size)}"


def _license(value: LicenseClaim) -> Iterator[str]:
    if value.concluded and value.concluded != value.declared:
        yield f"{value.concluded} (declared as {value.declared})"
    elif value.declared:
        yield value.declared if value.concluded else f"{value.declared} (no licence that is known by this name)"
    else:
        yield "nothing declared"
    if value.texts:
        yield f"text in {', '.join(value.texts)}"
    if value.link and value.link not in value.texts:
        yield f"text at {value.link}"


def _access(value: Access) -> Iterator[str]:
    gates = {"": "open to everybody", "auto": "after consent", "manual": "after consent and approval by its authors"}
    yield ", ".join(
        filter(
            None,
            (
                "disabled by the hub" if value.disabled else "",
                "private" if value.private else "",
                gates.get(value.gated, f"gated ({value.gated})") if value.gated or not value.private else "",
            ),
        )
    )
    if value.terms:
        yield f"terms: {value.terms}"


def _newer(value: Newer) -> Iterator[str]:
    branch = value.branch or "the default branch"
    if value.unrelated:
        yield f"{branch} leads to {short(value.head)}, and its history does not hold this revision"
    elif value.count:
        more = "more than " if value.more else ""
        last = f", the last one {short(value.head)} of {value.commits[0].committed[:_DATE]}" if value.commits else ""
        yield f"{more}{counted(value.count, 'commit')} on {branch} since{last}"
    elif value.head:
        yield f"none: this is the newest of {branch}"
    else:
        yield "commits and tags since are not known"
    if value.moved:
        yield f"the ref leads to {short(value.moved)} now"
    if value.tags:
        yield f"newer tags: {', '.join(value.tags)}"
    if value.successor:
        yield f"its card names a successor: {value.successor}"


def _scan(value: Scan) -> Iterator[str]:
    if value.flagged:
        yield from (f"{path}: {level}" for path, level in value.flagged)
    else:
        yield "done, no file flagged" if value.done else "under way, no file flagged yet"


def _code(value: Code) -> Iterator[str]:
    if value.always:
        yield f"runs whenever it is loaded: {', '.join(value.always)}"
    else:
        yield f"runs only if it is allowed: {', '.join(value.allowed)}" if value.allowed else "none that loading runs"
    if value.files:
        yield f"Python files: {', '.join(value.files)}"


def _parameters(value: Parameters) -> str:
    """``109 million in F32 (109,482,240)``: three digits are enough to tell models apart."""
    types = ", ".join(f"{kind} {count:,}" for kind, count in value.types)
    name, unit = next((pair for pair in _SCALES if value.total >= pair[1]), ("", 1))
    if unit == 1:
        return f"{value.total:,} in {value.types[0][0]}" if len(value.types) == 1 else f"{value.total:,} ({types})"
    return f"{value.total / unit:.3g} {name} ({types})"
