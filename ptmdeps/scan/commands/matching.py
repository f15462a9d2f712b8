"""What one command line loads: its row of the catalogue, its operands and options, and the outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection
from ptmdeps.scan.commands.command import Command, Further, same_option
from ptmdeps.scan.commands.naming import becomes_weights, is_weights, name_of
from ptmdeps.scan.commands.values import Argument, Value, Variables
from ptmdeps.scan.identifiers import HubName, LocalPath, NoName
from ptmdeps.scan.references import (
    Kind,
    LocalReference,
    Outcome,
    Pinning,
    Reference,
    Scope,
    UnresolvedReference,
)

_COMMON_FLAGS = frozenset(
    map(
        same_option,
        ("--quiet", "-q", "--verbose", "-v", "-y", "--yes", "--help", "-h", "--trust-remote-code", "--upgrade"),
    )
)
_HELP = frozenset({"help", "h", "version", "V"})
_OPTION = re.compile(r"-{1,2}[A-Za-z]")
_ASSIGNMENT = re.compile(r"\+{0,2}([A-Za-z_][\w.]*)=(.*)", re.DOTALL)
_KINDS: Mapping[str, Kind] = {"model": "model", "dataset": "dataset", "space": "space"}
_FILE = re.compile(r"\w+://[^/\s]+/[^\s<>]*[^/\s<>]")
_CREDENTIALS = re.compile(r"(https?://)[^/@]*@")
_OUTPUT_OPTIONS = ("-O", "--output-document", "-o", "--output", "--out")


@dataclass(slots=True, kw_only=True)
class Line:
    """A command line taken apart. ``options`` have one spelling, see ``same_option``."""

    operands: list[Argument] = field(default_factory=list)
    options: dict[str, list[Argument]] = field(default_factory=dict)

    def of(self, names: Iterable[str]) -> list[Argument]:
        """Return the values of the first of these options that is given."""
        return next((self.options[name] for name in map(same_option, names) if self.options.get(name)), [])

    def text(self, names: Iterable[str]) -> str | None:
        """Return the text of an option, where it is known."""
        given = self.of(names)
        return given[-1].text if given else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command line stands, and what its outcomes have in common; ``written`` is where its output goes."""

    location: Location
    scope: Scope
    variables: Variables = field(default_factory=Variables)
    written: tuple[Value, ...] = ()
    passed_on: bool = False


def read_line(arguments: Sequence[Argument], row: Command) -> Line:
    """Take the arguments after a command's own words apart, as the row says."""
    line = Line()
    flags = _COMMON_FLAGS | {same_option(flag) for flag in row.flags}
    several = {same_option(name) for name in (*row.include, *row.exclude)}
    position, ended = 0, False
    while position < len(arguments):
        argument = arguments[position]
        position += 1
        text = argument.values[0].text if argument.values else None
        if ended or text is None or not _OPTION.match(text):
            if text == "--":
                ended = True
            elif not (row.assignments and _take_assignment(argument, line)):
                line.operands.append(argument)
            continue
        name, equals, _ = text.partition("=")
        given = line.options.setdefault(same_option(name), [])
        if equals:
            given.append(_after_equals(argument))
        elif same_option(name) not in flags:
            while position < len(arguments) and not _is_option(arguments[position]):
                given.append(arguments[position])
                position += 1
                if same_option(name) not in several:
                    break
    return line


def _is_option(argument: Argument) -> bool:
    return bool(argument.text is not None and _OPTION.match(argument.text))


def _take_assignment(argument: Argument, line: Line) -> bool:
    match = _ASSIGNMENT.fullmatch(argument.values[0].text or "")
    if match:
        line.options.setdefault(same_option(match[1]), []).append(_after_equals(argument))
    return bool(match)


def _after_equals(argument: Argument) -> Argument:
    """Return the value of ``--option=value``."""
    values = tuple(
        Value(value.text.partition("=")[2], value.resolution, value.evidence)
        if value.text is not None
        else Value(None, value.resolution, value.evidence, value.missing)
        for value in argument.values
    )
    return Argument(values=values, location=argument.location, source=argument.source)


def outcomes_of_command(row: Command, arguments: Sequence[Argument], place: Place) -> Iterator[Outcome]:
    """Yield what a command line that starts with the words of ``row`` comes to."""
    line = read_line(arguments, row)
    if row.nested:
        yield from _of_nested(row, line, place)
        return
    if _HELP & line.options.keys() and not (row.position is not None and line.operands):
        return
    if row.notation == "address":
        yield from _of_addresses(row, arguments, line, place)
        return
    models, used = _models(row, line)
    if not models and (row.environment and (values := _from_environment(row.environment, place))):
        models = [Argument(values=values, location=place.location)]
    if models:
        selection = _selection(row, line, used)
        for model in models:
            yield from outcomes_of_model(row, model, line, place, selection=selection)
    elif not row.optional and (arguments or not row.default):
        yield _unnamed(row, line, place)
    for further in row.also:
        for model in line.of(further.options):
            yield from _of_further(row, further, model, line, place)


def _models(row: Command, line: Line) -> tuple[list[Argument], int]:
    """Return the arguments that name models, and how many operands they took."""
    if given := line.of(row.options):
        return given[-1:], 0
    if row.position is None:
        return [], 0
    operands = line.operands[row.position :]
    return (operands, len(operands)) if row.every else (operands[:1], 1)


def _from_environment(names: Iterable[str], place: Place) -> tuple[Value, ...]:
    return next((values for name in names if (values := place.variables.get(name))), ())


def _unnamed(row: Command, line: Line, place: Place) -> Outcome:
    """Return what a command without a model comes to; words that are not known may name one."""
    if row.default and all(argument.text is not None for argument in line.operands):
        return _reference(row, HubName(row.default, hub=row.hub), Value(None, "default-model"), place, kind=row.kind)
    reason = "no model is named here: it is what starts the command that names one"
    return UnresolvedReference(
        loader=row.loader,
        location=place.location,
        reason=reason,
        expression=row.loader,
        scope=place.scope,
        passed_on=True,
    )


def _selection(row: Command, line: Line, used: int) -> FileSelection:
    files = [argument.text for argument in line.of(row.files)]
    if row.rest_are_files:
        files += [argument.text for argument in line.operands[(row.position or 0) + used :]]
    allow = [argument.text for argument in line.of(row.include)]
    return FileSelection(
        files=tuple(text for text in files if text and "*" not in text),
        allow=tuple(text for text in (*allow, *(text for text in files if text and "*" in text)) if text),
        ignore=tuple(argument.text for argument in line.of(row.exclude) if argument.text),
    )


def outcomes_of_model(
    row: Command, model: Argument, line: Line, place: Place, *, selection: FileSelection = FileSelection()
) -> Iterator[Outcome]:
    """Yield what the argument that names the model comes to."""
    kind = _KINDS.get(line.text([row.kind_option]) or "", row.kind) if row.kind_option else row.kind
    if row.loader == "modelscope download" and line.of(["--dataset"]):
        kind = "dataset"
    refs = line.of(row.ref)
    ref = refs[-1].text if refs else None
    if ref is None and (values := _from_environment(row.ref_environment, place)):
        ref = values[0].text
    yield from _of_values(row, model, place, kind=kind, ref=ref, selection=selection, remote_code=_trusts(line))


def _trusts(line: Line) -> bool:
    return "trust_remote_code" in line.options and (line.text(["--trust-remote-code"]) or "true").lower() != "false"


def _of_further(row: Command, further: Further, model: Argument, line: Line, place: Place) -> Iterator[Outcome]:
    also = Command(
        words=row.words,
        reads=further.reads or row.reads,
        ref=further.ref,
        kind=further.kind,
        hub=row.hub,
        notation=further.notation,
        soft=row.soft,
    )
    yield from outcomes_of_model(also, model, line, place)


def _of_values(
    row: Command,
    model: Argument,
    place: Place,
    *,
    kind: Kind,
    ref: str | None,
    selection: FileSelection,
    remote_code: bool,
) -> Iterator[Outcome]:
    found: list[Reference] = []
    others: list[Outcome] = []
    for value in model.values:
        text = value.text if value.text is not None else _without_credentials(value.partial)
        if text is None:
            others.append(_unknown(row, value, place))
            continue
        named, said = name_of(text, row.notation, hub=row.hub, owner=row.owner)
        evidence = value.evidence or ((model.location,) if model.location != place.location else ())
        value = Value(text, value.resolution, evidence)  # noqa: PLW2901 - the same value, with its place
        match named:
            case HubName():
                found.append(
                    _reference(
                        row,
                        named,
                        value,
                        place,
                        kind=said or kind,
                        ref=ref,
                        selection=selection,
                        remote_code=remote_code,
                    )
                )
            case LocalPath(path):
                others.append(LocalReference(loader=row.loader, location=place.location, path=path, scope=place.scope))
            case NoName(reason):
                others.append(_not_resolved(row, reason, text, place))
    yield from _with_alternatives(found)
    if not row.soft and not found and not (row.optional and row.notation in {"wheel", "repository"}):
        yield from others[:1]


def _without_credentials(partial: str) -> str | None:
    """Return an address whose name and token alone are not known."""
    address = _CREDENTIALS.sub(r"\1", partial)
    return address if address != partial and "$" not in address else None


def _unknown(row: Command, value: Value, place: Place) -> Outcome:
    passed_on = place.passed_on or bool(re.fullmatch(r"\$[\d@*]", value.missing))
    reason = "whoever runs the script gives it" if passed_on else "only running the script tells its value"
    if re.fullmatch(r"\$[A-Za-z_]\w*", value.missing):
        reason = "the variable is not set in this file"
    return UnresolvedReference(
        loader=row.loader,
        location=place.location,
        reason=reason,
        expression=value.missing,
        scope=place.scope,
        passed_on=passed_on,
    )


def _not_resolved(row: Command, reason: str, expression: str, place: Place) -> UnresolvedReference:
    return UnresolvedReference(
        loader=row.loader, location=place.location, reason=reason, expression=expression, scope=place.scope
    )


def _reference(
    row: Command,
    named: HubName,
    value: Value,
    place: Place,
    *,
    kind: Kind,
    ref: str | None = None,
    selection: FileSelection = FileSelection(),
    remote_code: bool = False,
) -> Reference:
    if named.file and named.file.startswith(":"):
        selection = FileSelection(allow=(f"*{named.file[1:]}*",))
    elif named.file:
        selection = FileSelection(files=(named.file,))
    versioned = named.hub in {"spacy", "kaggle"} and bool(named.ref)
    way = "version" if versioned else row.way
    keyword = next(iter(row.ref), "") if way == "argument" else ""
    return Reference(
        key=ModelKey(named.hub, named.name),
        ref=named.ref or ref,
        selection=selection,
        kind=kind,
        loader=row.loader,
        reads="file" if named.file and not named.file.startswith(":") else row.reads,
        location=place.location,
        resolution=value.resolution,
        scope=place.scope,
        evidence=(place.location, *value.evidence),
        pinning=Pinning(way=way, keyword=keyword),
        remote_code=remote_code,
        soft=row.soft,
    )


def _with_alternatives(references: Sequence[Reference]) -> Iterator[Reference]:
    names = sorted({reference.key.name for reference in references})
    seen = set()
    for reference in references:
        if reference.key not in seen:
            seen.add(reference.key)
            yield replace(reference, alternatives=tuple(name for name in names if name != reference.key.name))


def _of_addresses(row: Command, arguments: Sequence[Argument], line: Line, place: Place) -> Iterator[Outcome]:
    """Yield what a command that fetches addresses brings: those that are of weights by their own or their new name."""
    outputs = [text for name in _OUTPUT_OPTIONS if (text := line.text([name]))]
    kept = any(becomes_weights(text) for text in (*outputs, *(value.text or "" for value in place.written)))
    for argument in arguments:
        values = tuple(value for value in argument.values if value.text is not None and "://" in value.text)
        addresses = tuple(
            value
            for value in (_address(value) for value in values)
            if (kept and _FILE.fullmatch(value.text or "")) or _is_load(value.text or "")
        )
        if addresses:
            model = Argument(values=addresses, location=argument.location)
            yield from outcomes_of_model(row, model, line, place)


def _address(value: Value) -> Value:
    text = (value.text or "").strip()
    return Value(text[text.find("=http") + 1 :] if text.startswith("-") else text, value.resolution, value.evidence)


def _is_load(address: str) -> bool:
    named, _ = name_of(address, "address")
    return isinstance(named, HubName) and (is_weights(address) or (named.hub == "huggingface" and bool(named.file)))


def _of_nested(row: Command, line: Line, place: Place) -> Iterator[Outcome]:
    """Yield what ``--model_args pretrained=owner/name,revision=main`` brings."""
    if row.unless and (line.text([row.unless[0]]) or "") in row.unless[1]:
        return
    for argument in line.of([row.nested]):
        inner = _pairs(argument)
        models = inner.of(row.options)
        for model in models:
            yield from outcomes_of_model(row, model, inner, place)
        if not models and argument.missing:
            yield _unknown(row, next(value for value in argument.values if value.text is None), place)
        for further in row.also:
            for model in inner.of(further.options):
                yield from _of_further(row, further, model, inner, place)


def _pairs(argument: Argument) -> Line:
    """Return ``key=value,key=value`` as options."""
    line = Line()
    for value in argument.values:
        for pair in (value.text or "").split(","):
            key, equals, text = pair.partition("=")
            part = Value(text, value.resolution, value.evidence)
            if equals:
                given = line.options.setdefault(same_option(key.strip()), [])
                given.append(Argument(values=(part,), location=argument.location))
    return line
