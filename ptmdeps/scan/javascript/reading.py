"""What a call of a JavaScript library, or an address in a script, comes to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection
from ptmdeps.scan.configurations.names import Wish, address_in, is_old, name_in
from ptmdeps.scan.files import scope_of
from ptmdeps.scan.identifiers import HubName, LocalPath, Named, NoName, read_identifier
from ptmdeps.scan.javascript.bindings import Range
from ptmdeps.scan.javascript.calls import DEFAULTS_BEFORE_4, DEFAULTS_SINCE_4, TASK_ALIASES, TRANSFORMERS, Row
from ptmdeps.scan.javascript.imports import Imported
from ptmdeps.scan.javascript.sites import Site, sites_in
from ptmdeps.scan.javascript.tokens import Tokens
from ptmdeps.scan.javascript.values import Found, Values
from ptmdeps.scan.references import LocalReference, Outcome, Pinning, Reference, UnresolvedReference

_LONGEST_EXPRESSION = 24
_KINDS = {"datasets": "dataset", "spaces": "space"}
_CONVERTED = re.compile(r"(?:Xenova|onnx-community)/[\w.-]+", re.ASCII)
"""Repositories that hold models in the format of Transformers.js, and nothing else."""


@dataclass(frozen=True, slots=True)
class File:
    """One script: its path, tokens, values and imports."""

    path: str
    tokens: Tokens
    values: Values
    imports: dict[str, Imported]

    def location(self, line: int) -> Location:
        """Return a place of the file."""
        return Location(self.path, line)


def outcomes_of_file(file: File) -> Iterator[Outcome]:
    """Yield what the calls of a file load, then the addresses of weights that no call was seen to take."""
    told: set[tuple[str, int]] = set()
    for site in sites_in(file.tokens, file.imports, file.values.bindings):
        for outcome in _of_site(file, site):
            if isinstance(outcome, Reference):
                told.update((outcome.key.name, place.line) for place in outcome.evidence)
            yield outcome
    yield from _addresses(file, told)
    yield from _converted(file, {name for name, _ in told})


def _of_site(file: File, site: Site) -> Iterator[Outcome]:
    row = site.row
    arguments = file.values.arguments(site.opening)
    if spread := next((one for one in arguments if file.tokens.text(one[0]) == "..."), None):
        yield _unresolved(file, site, "the model can only be among the arguments that are passed on", spread)
        return
    wanted = arguments[row.position : row.position + 1]
    if wanted and row.key:
        keys = (file.values.property(wanted[0], key) for key in row.key.split("|"))
        wanted = list(next((found for found in keys if found), ()))
    wanted = [expression for expression in wanted if not _is_nothing(file, expression)]
    if not wanted:
        yield from _unnamed(file, site, arguments)
        return
    found = [text for expression in wanted for text in file.values.texts(expression)]
    if row.key and not found:
        inner = [value for expression in wanted for value in file.values.property(expression, "name")]
        found = [text for expression in inner for text in file.values.texts(expression)]
    named: list[tuple[Found, Named]] = [(text, _named(row, text.text)) for text in found]
    models = [(text, name) for text, name in named if isinstance(name, HubName)]
    if models and site.imported.package in TRANSFORMERS and _is_offline(file.tokens):
        models, named = [], [(text, LocalPath(text.text)) for text, _ in models]
    if models:
        yield from _references(file, site, models, arguments)
    elif local := next((text.text for text, name in named if isinstance(name, LocalPath)), ""):
        yield LocalReference(loader=site.name, location=file.location(site.line), path=local, scope=scope_of(file.path))
    else:
        reasons = [name.reason for _, name in named if isinstance(name, NoName)]
        yield _unresolved(file, site, reasons[0] if reasons else "no text is found that it could be", wanted[0])


def _references(
    file: File, site: Site, models: list[tuple[Found, HubName]], arguments: list[Range]
) -> Iterator[Reference]:
    row = site.row
    ref = _fact(file, arguments, row.options, row.ref)
    files = _files(file, row, arguments)
    names = sorted({name.name for _, name in models})
    location = file.location(site.line)
    for text, name in models:
        selected = (name.file,) if name.file else files
        yield Reference(
            key=ModelKey(name.hub, name.name),
            ref=name.ref or ref or None,
            selection=FileSelection(files=selected),
            kind=name.kind or "model",
            loader=site.name,
            reads="snapshot" if row.reads == "file" and not selected and name.hub != "url" else row.reads,
            location=location,
            resolution=text.resolution if text.line == site.line or text.resolution != "literal" else "constant",
            scope=scope_of(file.path),
            evidence=tuple(dict.fromkeys((location, file.location(text.line)))),
            alternatives=tuple(other for other in names if other != name.name),
            pinning=Pinning(way="argument", keyword=row.ref) if row.ref else Pinning(way=name.pin or "none"),
        )


def _named(row: Row, text: str) -> Named:
    if row.hub != "huggingface":
        return name_in(text, Wish(hub=row.hub))
    kind, _, rest = text.partition("/")
    if row.key == "repo" and kind in {"datasets", "spaces", "models"} and "/" in rest:
        named = read_identifier(rest)
        if isinstance(named, HubName) and kind in _KINDS:
            return HubName(named.name, kind="dataset" if kind == "datasets" else "space")
        return named
    address = address_in(text)
    named = address or read_identifier(text, notation=row.notation)
    if isinstance(named, HubName) and named.hub == "huggingface" and "/" not in named.name and not is_old(text):
        return LocalPath(text)
    return named


def _unnamed(file: File, site: Site, arguments: list[Range]) -> Iterator[Outcome]:
    """Yield the outcome of a call that names no model."""
    row = site.row
    if row.default:
        yield _default(file, site, row.default)
        return
    if not row.by_task or not arguments:
        if arguments and row.key != "baseOptions.modelAssetPath":
            yield _unresolved(file, site, "no model is named", arguments[0])
        return
    tasks = [TASK_ALIASES.get(found.text, found.text) for found in file.values.texts(arguments[0])]
    for task in tasks:
        before, since = DEFAULTS_BEFORE_4.get(_task(task)), DEFAULTS_SINCE_4.get(_task(task))
        is_old_version = site.imported.package.startswith("@xenova/") or site.imported.version[:1] in {"2", "3"}
        if is_old_version:
            model = before
        elif site.imported.version.startswith("4") or before == since:
            model = since
        else:
            reason = f"no model is named: the default for `{task}` is `{before}` before version 4 and `{since}` since"
            yield _unresolved(file, site, reason, arguments[0])
            continue
        if model:
            yield _default(file, site, model)
        else:
            yield _unresolved(file, site, f"no model is named, and there is no default for `{task}`", arguments[0])
    if not tasks:
        yield _unresolved(file, site, "no model is named, and the task is not known", arguments[0])


def _task(task: str) -> str:
    """Return a task without its languages: ``translation_en_to_de`` is ``translation``."""
    return task.partition("_")[0]


def _default(file: File, site: Site, model: str) -> Reference:
    location = file.location(site.line)
    return Reference(
        key=ModelKey(site.row.hub, model),
        loader=site.name,
        reads=site.row.reads,
        location=location,
        resolution="default-model",
        scope=scope_of(file.path),
        evidence=(location,),
        pinning=Pinning(way="argument", keyword=site.row.ref) if site.row.ref else Pinning(),
    )


def _fact(file: File, arguments: list[Range], position: int | None, key: str) -> str:
    """Return the only text of a key of an argument, empty where there is none or more."""
    if position is None or not key or position >= len(arguments):
        return ""
    values = file.values.property(arguments[position], key)
    texts = {found.text for value in values for found in file.values.texts(value)}
    return texts.pop() if len(texts) == 1 else ""


def _files(file: File, row: Row, arguments: list[Range]) -> tuple[str, ...]:
    if row.file.startswith("#"):
        place = int(row.file[1:])
        given = arguments[place : place + 1]
        return tuple(sorted({found.text for value in given for found in file.values.texts(value)}))
    path = _fact(file, arguments, row.options, row.file)
    return (path,) if path else ()


def _is_nothing(file: File, expression: Range) -> bool:
    start, end = expression
    return end - start == 1 and file.tokens.text(start) in {"null", "undefined"}


def _is_offline(tokens: Tokens) -> bool:
    """Whether the file turns remote models off: ``env.allowRemoteModels = false``."""
    return any(
        token.text == "allowRemoteModels" and tokens.text(index + 1) == "=" and tokens.text(index + 2) == "false"
        for index, token in enumerate(tokens.all)
        if token.kind == "name"
    )


def _unresolved(file: File, site: Site, reason: str, expression: Range) -> UnresolvedReference:
    start, end = expression
    shown = [_shown(file.tokens, index) for index in range(start, min(end, start + _LONGEST_EXPRESSION))]
    return UnresolvedReference(
        loader=site.name,
        location=file.location(site.line),
        reason=reason,
        expression="".join(shown) + ("…" if end - start > _LONGEST_EXPRESSION else ""),
        scope=scope_of(file.path),
    )


def _shown(tokens: Tokens, index: int) -> str:
    token = tokens.all[index]
    if token.kind == "text":
        return f'"{token.text}"'
    space = " " if tokens.is_name(index) and tokens.is_name(index - 1) else ""
    return space + token.text


def _addresses(file: File, told: set[tuple[str, int]]) -> Iterator[Reference]:
    """Yield the addresses of weights in texts that are no import."""
    for index, token in enumerate(file.tokens.all):
        if token.kind not in {"text", "chunk"} or "://" not in token.text:
            continue
        if (
            token.kind == "chunk"
            and file.tokens.all[index + 1 : index + 2]
            and file.tokens.all[index + 1].kind != "end"
        ):
            continue
        address = address_in(token.text)
        if address is None or (address.name, token.line) in told:
            continue
        location = file.location(token.line)
        is_fetched = file.tokens.text(index - 1) == "(" and file.tokens.text(index - 2) == "fetch"
        yield Reference(
            key=ModelKey(address.hub, address.name),
            ref=address.ref,
            selection=FileSelection(files=(address.file,) if address.file else ()),
            kind=address.kind or "model",
            loader="fetch" if is_fetched else "address of weights",
            reads="file",
            location=location,
            resolution="literal",
            scope=scope_of(file.path),
            evidence=(location,),
            pinning=Pinning(way=address.pin or "none"),
            soft=not is_fetched,
        )


def _converted(file: File, told: set[str]) -> Iterator[Reference]:
    """Yield the models in texts whose owner keeps only what Transformers.js loads: entries of menus and tables."""
    for token in file.tokens.all:
        if token.kind != "text" or token.text in told or not _CONVERTED.fullmatch(token.text):
            continue
        told.add(token.text)
        location = file.location(token.line)
        yield Reference(
            key=ModelKey("huggingface", token.text),
            loader="model of Transformers.js",
            reads="transformers",
            location=location,
            resolution="literal",
            scope=scope_of(file.path),
            evidence=(location,),
            soft=True,
        )
