"""A scan for people: models first, then what may be models, then what could not be known, then a count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ptmdeps.identity import Location, ModelKey
from ptmdeps.paths import printable
from ptmdeps.render.quantities import counted
from ptmdeps.render.scan.lines import Line, Span, drawn_lines
from ptmdeps.render.scan.rules import runs_code
from ptmdeps.render.scan.view import ALL_SCOPES, View
from ptmdeps.scan.references import Kind, LocalReference, Outcome, Reference, ScanResult, Scope, UnresolvedReference

_LONGEST = 500
_LONGEST_SOURCE = 120
_SITES = 8
_SCOPES: Mapping[Scope, str] = {"main": "main code", "test": "tests", "example": "examples", "doc": "documents"}
_DEFAULT = "default-model"
_UNRESOLVED_HINT = "Name the model in the code, or add what it will load with `ptmdeps install NAME`"
_SOFT_HINT = "`ptmdeps install NAME` adds those that the project loads"
_DEFAULT_HINT = "Name the model in the call: another version of the library loads another one"

Title = tuple[ModelKey, str | None, Kind]


def as_text(result: ScanResult, view: View) -> str:
    """Blocks of models with their load sites, and everything else in sections of its own."""
    shown = view.shown(result)
    lines = [*_models(shown, view), *_unresolved(shown), *_quiet(shown, view), *_summary(result, shown, view)]
    return drawn_lines(lines, color=view.color)


def _models(shown: ScanResult, view: View) -> Iterator[Line]:
    if view.unresolved_only:
        return
    named = [found for found in shown.references if not found.soft and found.resolution != _DEFAULT]
    default = [found for found in shown.references if not found.soft and found.resolution == _DEFAULT]
    yield from _blocks(named, view)
    if default:
        yield _title("Default models, chosen by the version of the library")
        yield _hint(_DEFAULT_HINT)
        yield ()
        yield from _blocks(default, view)
    yield from _soft(shown, view)


def _soft(shown: ScanResult, view: View) -> Iterator[Line]:
    """Places that only look like loads of models that no load names: one line, or a section."""
    hard = {found.key for found in shown.references if not found.soft}
    soft = [found for found in shown.references if found.soft and found.key not in hard]
    if not soft:
        return
    if view.soft:
        yield _title("Possible models, in places that only look like loads")
        yield _hint(_SOFT_HINT)
        yield ()
        yield from _blocks(soft, view)
        return
    models = counted(len({found.key for found in soft}), "possible model")
    files = sorted({found.location.path for found in soft})
    more = f" and {counted(len(files) - 3, 'more file')}" if len(files) > 3 else ""  # noqa: PLR2004
    where = printable(", ".join(files[:3]), _LONGEST)
    yield ((f"{models} in places that only look like loads ({where}{more}); `--soft` lists them", "dim"),)
    yield ()


def _blocks(references: Iterable[Reference], view: View) -> Iterator[Line]:
    """One block for the models of the same load sites, so that a registry of many models is named once."""
    sites: dict[Title, list[Reference]] = defaultdict(list)
    for found in sorted(references, key=lambda found: (found.location, found.loader, found.evidence)):
        sites[found.key, found.ref, found.kind].append(found)
    blocks: dict[tuple[object, ...], list[Title]] = defaultdict(list)
    for title in sorted(sites, key=lambda title: (title[0], title[1] or "", title[2])):
        # where an explanation is asked for, each model has its own
        same = (title,) if view.explain else tuple(map(_site_key, sites[title]))
        blocks[same].append(title)
    for titles in blocks.values():
        yield from ((_model(title),) for title in titles)
        yield from _sites(sites[titles[0]], view)
        yield ()


def _site_key(found: Reference) -> tuple[object, ...]:
    return found.location, found.loader, found.resolution, found.remote_code, bool(found.alternatives), found.remarks


def _model(title: Title) -> Span:
    key, ref, kind = title
    shown = f"{key.label}@{ref}" if ref else key.label
    return printable(shown if kind == "model" else f"{shown} ({kind})", _LONGEST), "bold"


def _sites(found: Iterable[Reference], view: View) -> Iterator[Line]:
    """Each load site once, with everything it may load of the model."""
    sites: dict[tuple[object, ...], list[Reference]] = defaultdict(list)
    for reference in found:
        sites[_site_key(reference)].append(reference)
    limit = len(sites) if view.quiet or view.explain else _SITES
    for references in list(sites.values())[:limit]:
        first = references[0]
        notes = f" ({', '.join(_notes(references))})"
        yield (*_place(first.location, first.loader, first.scope), (printable(notes, _LONGEST), "dim"))
        if view.explain:
            yield from _chains(references, view)
    if len(sites) > limit:
        yield ((f"  … and {counted(len(sites) - limit, 'more load')}; `--all` lists them", "dim"),)


def _notes(references: Sequence[Reference]) -> Iterator[str]:
    first = references[0]
    yield _default_of(first) if first.resolution == _DEFAULT else first.resolution
    if first.wraps:
        yield f"calls {first.wraps}"
    if first.alternatives:
        yield f"one of {len(first.alternatives) + 1}"
    files = sorted({file for found in references for file in found.selection.files})
    if files:
        yield files[0] if len(files) == 1 else counted(len(files), "file")
    if runs_code(first):
        yield "runs code of the model"
    yield from first.remarks


def _default_of(found: Reference) -> str:
    """Whose default it is, and how the version of the library is known where that matters."""
    return f"default of {found.origin or found.loader.partition('.')[0]}"


def _place(location: Location, loader: str, scope: str) -> Line:
    marked = "" if scope == "main" else f" [{scope}]"
    return (
        (f"  {printable(str(location), _LONGEST)}", "cyan"),
        (f" {printable(loader, _LONGEST)}", ""),
        (marked, "yellow"),
    )


def _chains(references: Sequence[Reference], view: View) -> Iterator[Line]:
    """The ways from the load to the texts, each place with its source line."""
    site = references[0].location
    ways = dict.fromkeys(tuple(place for place in found.evidence if place != site) for found in references)
    yield _evidence("    ", site, view)
    for number, way in enumerate(ways):
        for index, place in enumerate(way):
            yield _evidence("    or → " if number and not index else "    → ", place, view)


def _evidence(start: str, place: Location, view: View) -> Line:
    source = printable(" ".join(view.line(place).split()), _LONGEST_SOURCE)
    return ((start, ""), (printable(str(place), _LONGEST), "cyan"), (f"  {source}".rstrip(), "dim"))


def _unresolved(shown: ScanResult) -> Iterator[Line]:
    missing = [found for found in shown.unresolved if not found.passed_on]
    if not missing:
        return
    yield _title("Unresolved: the code does not say which model")
    for found in missing:
        yield _place(found.location, found.loader, found.scope)
        yield (
            ("    ", ""),
            (printable(found.expression, _LONGEST), "bold"),
            (f": {printable(found.reason, _LONGEST)}", ""),
        )
    yield _hint(_UNRESOLVED_HINT)
    yield ()


def _quiet(shown: ScanResult, view: View) -> Iterator[Line]:
    if not view.quiet or view.unresolved_only:
        return
    passed_on = [found for found in shown.unresolved if found.passed_on]
    if shown.local:
        yield _title("Local: files of the disk, nothing to pin")
        yield from ((*_place(found.location, found.loader, found.scope), _value(found)) for found in shown.local)
        yield ()
    if passed_on:
        yield _title("Passed on: callers outside the project name the model")
        yield from ((*_place(found.location, found.loader, found.scope), _value(found)) for found in passed_on)
        yield ()


def _value(found: LocalReference | UnresolvedReference) -> Span:
    value = found.path if isinstance(found, LocalReference) else found.expression
    return f" ({printable(value)})", "dim"


def _summary(result: ScanResult, shown: ScanResult, view: View) -> Iterator[Line]:
    hard = [found for found in shown.references if not found.soft]
    passed_on = sum(found.passed_on for found in shown.unresolved)
    loads = len({(found.location, found.loader) for found in hard})
    parts = [f"{counted(len({found.key for found in hard}), 'model')} in {counted(loads, 'load')}"]
    for number, what in (
        (len(shown.unresolved) - passed_on, "unresolved"),
        (len(shown.local), "local"),
        (passed_on, "passed on"),
    ):
        parts += [f"{number:,} {what}"] if number else []
    yield ((", ".join(parts) if hard or len(parts) > 1 else "No loads of models", "bold"),)
    outcomes: tuple[Outcome, ...] = (*result.references, *result.unresolved, *result.local)
    left = Counter(found.scope for found in outcomes if found.scope not in view.scopes)
    if left:
        counts = ", ".join(f"{left[scope]:,} in {_SCOPES[scope]}" for scope in ALL_SCOPES if left[scope])
        yield ((f"Not shown: {counts}; `--scope all` shows them", "dim"),)


def _title(words: str) -> Line:
    return ((words, "bold"),)


def _hint(words: str) -> Line:
    return (("hint", "bold cyan"), (f": {words}", ""))
