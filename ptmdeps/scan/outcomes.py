"""What a load site comes to: references, an unresolved reference, or a local one; exactly one of them a site."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ptmdeps.identity import Location, ModelKey
from ptmdeps.scan.facts import Facts, facts_of, with_text
from ptmdeps.scan.identifiers import HubName, LocalPath, NoName, read_identifier
from ptmdeps.scan.loaders import Also, Argument, Arguments
from ptmdeps.scan.loaders.loader import Notation
from ptmdeps.scan.references import LocalReference, Outcome, Reference, UnresolvedReference
from ptmdeps.scan.sites import Site
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.arguments import is_none
from ptmdeps.scan.values.value import (
    RESOLUTIONS,
    Collection,
    External,
    Instance,
    Local,
    Object,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
)

_MAXIMUM_REFERENCES = 256
_OUTPUT = re.compile(
    r"(?:^|[._])(?:output|out|save|saved|result|log|logging|export)s?_?(?:dir|path|folder|directory)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One model that a call loads: where it is named and which facts belong to it."""

    model: Argument
    reads: str
    arguments: Arguments
    notation: Notation
    main: bool


def outcomes_of(site: Site, evaluator: Evaluator) -> Iterator[Outcome]:
    """Yield what one load site comes to; nothing for a call that turns out to load nothing.

    Several references of one argument are alternatives of each other.
    """
    loader = site.loader
    if any(site.arguments.gives(keyword) for keyword in loader.unless) or not _conditions_hold(site, evaluator):
        return
    main = Wanted(
        model=loader.model, reads=loader.reads, arguments=loader.arguments, notation=loader.notation, main=True
    )
    yield from _of_argument(site, main, evaluator)
    for also in loader.also:
        yield from _of_argument(site, _as_wanted(also), evaluator)


def _as_wanted(also: Also) -> Wanted:
    return Wanted(model=also.model, reads=also.reads, arguments=also.arguments, notation=also.notation, main=False)


def _conditions_hold(site: Site, evaluator: Evaluator) -> bool:
    for condition in site.loader.conditions:
        argument = condition.argument
        values = site.arguments.at(argument.position, argument.keywords, evaluator)
        if not any(
            getattr(value, "value", None) == condition.equals or getattr(value, "text", None) == condition.equals
            for value in values
        ):
            return False
    return True


def _of_argument(site: Site, wanted: Wanted, evaluator: Evaluator) -> Iterator[Outcome]:
    values = site.arguments.at(wanted.model.position, wanted.model.keywords, evaluator)
    if not values or all(is_none(value) for value in values):
        if wanted.main and not site.loader.optional:
            yield from _unnamed(site, values)
        return
    values = tuple(_flat(values, evaluator))
    references = list(islice(_references(site, wanted, values, evaluator), _MAXIMUM_REFERENCES + 1))
    if len(references) > _MAXIMUM_REFERENCES:
        reason = f"it has more than {_MAXIMUM_REFERENCES} values, with what belongs to each"
        yield _not_resolved(site, reason, _expression(site, wanted.model))
    elif references:
        yield from _with_alternatives(references)
    elif local := _local(site, wanted, values, evaluator):
        if wanted.main:
            yield local
    elif unresolved := _unresolved(site, wanted, values, evaluator):
        yield unresolved


def _flat(values: Values, evaluator: Evaluator, nesting: int = 0) -> Iterator[Value]:
    """Yield the values with lists of ids opened."""
    for value in values:
        if isinstance(value, Collection) and nesting < 2:  # noqa: PLR2004 - a list, or a list in a list
            for item in value.items[:_MAXIMUM_REFERENCES]:
                yield from _flat(evaluator.item(item), evaluator, nesting + 1)
        else:
            yield value


def _unnamed(site: Site, values: Values) -> Iterator[Outcome]:
    """Yield the outcome of a call that names no model."""
    location = site.frame.module.location(site.call)
    loader = site.loader
    if loader.default:
        key = ModelKey(loader.hub, loader.default)
        wanted = Wanted(model=loader.model, reads=loader.reads, arguments=Arguments(), notation="id", main=True)
        yield _reference(site, wanted, key, Facts(), resolution="default-model", evidence=(location,))
        return
    if _argument_node(site, loader.model) is None:
        yield _not_resolved(site, _reason_unnamed(site), expression_of(site.call))
    elif not values:
        yield _not_resolved(site, "no value is found for it", _expression(site, loader.model))
    elif loader.has_default:
        yield _not_resolved(site, _reason_default(site), expression_of(site.call))
    elif not isinstance(_argument_node(site, loader.model), ast.Constant):
        reason = "it is None unless somebody outside the project gives a model"
        yield _not_resolved(site, reason, _expression(site, loader.model))


def _reason_unnamed(site: Site) -> str:
    """Say why no argument names a model."""
    passed_on = [keyword for keyword in site.call.keywords if keyword.arg is None]
    if passed_on:
        shown = f"**{expression_of(passed_on[0].value)}"
        return f"the model can only be among the arguments that are passed on as `{shown}`"
    return _reason_default(site) if site.loader.has_default else "no model is named"


def _reason_default(site: Site) -> str:
    task = next((expression_of(argument) for argument in site.call.args[:1]), "")
    shown = f" for {task}" if task else ""
    return f"no model is named: `{site.loader.library}` has its own default{shown}, which depends on its version"


def _argument_node(site: Site, argument: Argument) -> ast.expr | None:
    """Return the expression that stands for an argument at the call itself."""
    for keyword in site.call.keywords:
        if keyword.arg in argument.keywords:
            return keyword.value
    position = argument.position
    if position is not None and position < len(site.call.args):
        return site.call.args[position]
    return None


def _expression(site: Site, argument: Argument) -> str:
    node = _argument_node(site, argument)
    return expression_of(node if node is not None else site.call)


def _not_resolved(site: Site, reason: str, expression: str) -> UnresolvedReference:
    module = site.frame.module
    return UnresolvedReference(
        loader=site.name,
        location=module.location(site.call),
        reason=reason,
        expression=expression,
        scope=module.scope,
    )


def _references(site: Site, wanted: Wanted, values: Values, evaluator: Evaluator) -> Iterator[Reference]:
    """Yield a reference for every text that names a model, with the facts that go with it."""
    if _OUTPUT.search(_expression(site, wanted.model)):
        return
    location = site.frame.module.location(site.call)
    for value in values:
        if not isinstance(value, Text):
            continue
        named = _named(site, wanted, value, evaluator)
        if not isinstance(named, HubName):
            continue
        key = ModelKey(named.hub if named.hub != "huggingface" else site.loader.hub, named.name)
        evidence = _chain(location, value.evidence)
        for facts in facts_of(site, wanted.arguments, value.world, evaluator):
            facts = with_text(facts, named)  # noqa: PLW2901 - what the text of the id says goes before
            yield _reference(site, wanted, key, facts, resolution=value.resolution, evidence=evidence)


def _named(site: Site, wanted: Wanted, value: Text, evaluator: Evaluator) -> HubName | LocalPath | NoName:
    """Say what a text names at this site; what the file writes itself under a bare name is local."""
    named = read_identifier(
        value.text,
        notation=wanted.notation,
        owner=site.loader.owner if wanted.main else "",
        ownerless=site.loader.ownerless,
        is_folder=evaluator.project.is_folder,
    )
    if isinstance(named, HubName) and "/" not in value.text and _is_written(site, value.text):
        return LocalPath(value.text)
    return named


def _is_written(site: Site, text: str) -> bool:
    """Whether the same file saves something under exactly this text."""
    pattern = rb"(?:save\w*\(|output_dir\s*=|makedirs\(|mkdir\()\s*f?[\"']" + re.escape(text.encode("utf-8", "replace"))
    return re.search(pattern + rb"[\"']", site.frame.module.data) is not None


def _chain(first: Location, evidence: Iterable[Location]) -> tuple[Location, ...]:
    """Return the way from the load site to the text, each place once."""
    return tuple(dict.fromkeys((first, *evidence)))


def _reference(
    site: Site, wanted: Wanted, key: ModelKey, facts: Facts, *, resolution: str, evidence: tuple[Location, ...]
) -> Reference:
    # A file whose name is not known may be any file of the model.
    reads = "snapshot" if wanted.reads == "file" and not facts.selection.files and key.hub != "url" else wanted.reads
    return Reference(
        key=key,
        ref=facts.ref,
        selection=facts.selection,
        kind=facts.kind or site.loader.kind,
        loader=site.name,
        reads=reads,
        location=site.frame.module.location(site.call),
        resolution=resolution,
        scope=site.frame.module.scope,
        evidence=evidence,
    )


def _with_alternatives(references: list[Reference]) -> Iterator[Reference]:
    """Yield each different reference once, found in the most direct way, naming the others."""
    best: dict[str, Reference] = {}
    for reference in references:
        said = repr((reference.key, reference.ref, reference.kind, reference.selection))
        if said not in best or _directness(reference) < _directness(best[said]):
            best[said] = reference
    names = sorted({reference.key.name for reference in best.values()})
    for _, reference in sorted(best.items()):
        yield replace(reference, alternatives=tuple(name for name in names if name != reference.key.name))


def _directness(reference: Reference) -> tuple[int, int, tuple[Location, ...]]:
    return RESOLUTIONS.index(reference.resolution), len(reference.evidence), reference.evidence


def _local(site: Site, wanted: Wanted, values: Values, evaluator: Evaluator) -> LocalReference | None:
    """Return the local outcome, if something of the values is a path of the disk."""
    for value in values:
        path = _path_of(site, wanted, value, evaluator)
        if path is not None:
            module = site.frame.module
            location = module.location(site.call)
            return LocalReference(loader=site.name, location=location, path=path, scope=module.scope)
    return None


def _path_of(site: Site, wanted: Wanted, value: Value, evaluator: Evaluator) -> str | None:
    match value:
        case Local(path=path):
            return path
        case Text(text=text):
            named = _named(site, wanted, value, evaluator)
            if isinstance(named, LocalPath) or _OUTPUT.search(_expression(site, wanted.model)):
                return text
    return None


def _unresolved(site: Site, wanted: Wanted, values: Values, evaluator: Evaluator) -> UnresolvedReference | None:
    """Return the unresolved outcome with the first reason; nothing for something that was loaded before."""
    texts = [value for value in values if isinstance(value, Text)]
    unknown = [value for value in values if isinstance(value, Unknown)]
    if not wanted.main:
        named = [_named(site, wanted, text, evaluator) for text in texts]
        reasons = [name.reason for name in named if isinstance(name, NoName)]
        return _not_resolved(site, reasons[0], _expression(site, wanted.model)) if reasons else None
    if unknown:
        best = next((value for value in unknown if value.outside), unknown[0])
        return _not_resolved(site, best.reason, _expression(site, wanted.model))
    for text in sorted(texts, key=lambda text: not text.text):
        named_text = _named(site, wanted, text, evaluator)
        if isinstance(named_text, NoName):
            return _not_resolved(site, named_text.reason, _expression(site, wanted.model))
    return _of_other_values(site, wanted, values)


def _of_other_values(site: Site, wanted: Wanted, values: Values) -> UnresolvedReference | None:
    expression = _expression(site, wanted.model)
    for value in values:
        match value:
            case Object(name=name) if _is_loaded(name):
                return None
            case Table():
                return None  # weights that are in memory already
            case External(name=name) | Object(name=name):
                return _not_resolved(site, f"it comes from `{name}`, outside the project", expression)
            case Instance(definition=definition):
                return _not_resolved(site, f"it is an object of `{definition.node.name}`", expression)
    return _not_resolved(site, "no text is found that it could be", expression)


def _is_loaded(name: str) -> bool:
    """Whether an object is something that a loader or a constructor made: a class, by its spelling."""
    return name.rpartition(".")[2][:1].isupper()
