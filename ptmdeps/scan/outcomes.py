"""What a load site comes to: references, an unresolved reference, or a local one; exactly one of them a site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from ptmdeps.identity import Location, ModelKey
from ptmdeps.scan.default_models import Chosen, Unchosen, chosen_by_library, worlds_without_name
from ptmdeps.scan.entrypoints import call_of, remarks_on
from ptmdeps.scan.facts import Facts, facts_of, with_text
from ptmdeps.scan.files import scope_of
from ptmdeps.scan.identifiers import HubName, LocalPath
from ptmdeps.scan.naming import (
    Wanted,
    hub_names,
    members_as_texts,
    named_by,
    names_in_call,
    one_holds,
    paths_among,
    wanted_besides,
    wanted_by,
)
from ptmdeps.scan.references import LocalReference, Outcome, Pinning, Reference, UnresolvedReference
from ptmdeps.scan.sites import Site
from ptmdeps.scan.unresolved import expression_for, name_for, not_resolved, of_no_name, of_values
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.arguments import is_none
from ptmdeps.scan.values.value import (
    RESOLUTIONS,
    Collection,
    Constant,
    Local,
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
_IN_MEMORY = re.compile(r"(?:^|[._])state_?dicts?$")
"""Weights that were loaded before, by the name that everybody gives them."""

_SAVED = rb"\.save(?:_pretrained|_model|_to_disk)?\(\s*(?:\w+\s*=\s*)?%b\s*[,)]"
"""How models are saved under the name that stands for ``%b``."""

_OF_WEIGHTS = re.compile(rb"(?i)pretrained|checkpoint|weights|safetensors|tfhub|huggingface|model_?url")
_OF_FILES = frozenset({"file", "hf"})
_OTHER_ENCODING = re.compile(rb"\A(?:.*\n)?[ \t\f]*#.*?coding[:=][ \t]*+(?!utf-?8\b)", re.IGNORECASE)


def outcomes_of(site: Site, evaluator: Evaluator) -> Iterator[Outcome]:
    """Yield what one load site comes to; nothing for a call that turns out to load nothing.

    Several references of one argument are alternatives of each other.
    """
    loader = site.loader
    if any(site.arguments.gives(keyword) for keyword in loader.unless):
        return
    if one_holds(loader.local, site, evaluator):
        yield _on_disk(site, _shown(site, evaluator))
        return
    loads = not loader.conditions or one_holds(loader.conditions, site, evaluator)
    if loads:
        found = _of_argument(site, wanted_by(loader), evaluator)
        yield from _of_quiet(found, site) if loader.quiet else found
    for also in loader.also:
        if not (loads and also.instead) and (not also.conditions or one_holds(also.conditions, site, evaluator)):
            found = _of_argument(site, wanted_besides(also), evaluator)
            yield from _only_references(found) if also.quiet else found


def _shown(site: Site, evaluator: Evaluator) -> str:
    """Return the path of a load that is known to be of the disk, as far as it is known."""
    model = site.loader.model
    values = site.arguments.at(model.position, model.keywords, evaluator)
    texts = [value.text for value in values if isinstance(value, Text)]
    return texts[0] if texts else expression_for(site, model)


def _of_quiet(outcomes: Iterable[Outcome], site: Site) -> Iterator[Outcome]:
    """Yield what is said of a call that mostly loads something else.

    That is a model; or that an address is passed on, in a file that speaks of weights or of a hub.
    """
    for outcome in outcomes:
        if isinstance(outcome, Reference) or (
            isinstance(outcome, UnresolvedReference)
            and outcome.passed_on
            and _OF_WEIGHTS.search(site.frame.module.data) is not None
        ):
            yield outcome


def _only_references(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    return (outcome for outcome in outcomes if isinstance(outcome, Reference))


def _of_argument(site: Site, wanted: Wanted, evaluator: Evaluator) -> Iterator[Outcome]:
    if not site.loader.names_itself and _IN_MEMORY.search(name_for(site, wanted.model)):
        return
    values = _values_for(site, wanted, evaluator)
    chosen = _chosen(site, wanted, values, evaluator)
    if not values or all(is_none(value) for value in values):
        yield from _unnamed(site, wanted, values, chosen, evaluator)
        return
    values = tuple(_flat(values, evaluator))
    named = _references(site, wanted, values, evaluator)
    references = list(islice(chain(named, _of_library(site, wanted, chosen, evaluator)), _MAXIMUM_REFERENCES + 1))
    if len(references) > _MAXIMUM_REFERENCES:
        reason = f"it has more than {_MAXIMUM_REFERENCES} values, with what belongs to each"
        yield not_resolved(site, reason, expression_for(site, wanted.model))
    elif references:
        yield from _with_alternatives(references)
    elif local := _local(site, wanted, values, evaluator):
        if wanted.main:
            yield local
    elif unresolved := of_values(site, wanted, values, evaluator):
        yield unresolved
    if wanted.main and len(references) <= _MAXIMUM_REFERENCES:
        yield from _of_wrappers(site, wanted, values, evaluator)


def _of_wrappers(site: Site, wanted: Wanted, values: Values, evaluator: Evaluator) -> Iterator[Outcome]:
    """Yield a load for each call of the project's own functions that hands a model on to this one."""
    if not any(value.handed for value in values if isinstance(value, (Text, Unknown))):
        return
    for text, named, world in hub_names(site, wanted, values, evaluator):
        facts = next(facts_of(site, wanted.arguments, world, evaluator), Facts())
        for handing in text.handed:
            yield replace(
                _reference(site, wanted, text, named, facts, remote_code=False),
                location=handing.location,
                loader=handing.name,
                wraps=site.name,
                scope=scope_of(handing.location.path),
                evidence=_after(handing.location, text.evidence),
                alternatives=(),
                pinning=Pinning(),
            )
    for value in values:
        if isinstance(value, Unknown) and (value.outside or value.passed_on):
            for handing in value.handed:
                said = not_resolved(site, value.reason, value.expression, passed_on=value.passed_on)
                scope = scope_of(handing.location.path)
                yield replace(said, location=handing.location, loader=handing.name, wraps=site.name, scope=scope)


def _after(location: Location, evidence: tuple[Location, ...]) -> tuple[Location, ...]:
    """Return the part of a chain that begins at a place."""
    return evidence[evidence.index(location) :] if location in evidence else (location, *evidence)


def _values_for(site: Site, wanted: Wanted, evaluator: Evaluator) -> Values:
    if wanted.main and site.loader.names_itself:
        return names_in_call(site, evaluator)
    values = site.arguments.at(wanted.model.position, wanted.model.keywords, evaluator)
    return members_as_texts(values, wanted.default) if wanted.notation == "weights" else values


def _flat(values: Values, evaluator: Evaluator, nesting: int = 0) -> Iterator[Value]:
    """Yield the values with lists of ids opened."""
    for value in values:
        if isinstance(value, Collection) and nesting < 2:  # noqa: PLR2004 - a list, or a list in a list
            for item in value.items[:_MAXIMUM_REFERENCES]:
                yield from _flat(evaluator.item(item), evaluator, nesting + 1)
        else:
            yield value


def _chosen(site: Site, wanted: Wanted, values: Values, evaluator: Evaluator) -> tuple[Chosen | Unchosen, ...]:
    """Return what the library may choose because the call names no model; nothing where it always does the same."""
    if not wanted.main or site.loader.names_itself or not (wanted.default or site.loader.has_default):
        return ()
    worlds = worlds_without_name(site, values, evaluator)
    if not worlds or not evaluator.project.defaults.knows(site.loader.call, wanted.model.keyword):
        return ()
    return tuple(islice(chosen_by_library(site, wanted, worlds, evaluator), _MAXIMUM_REFERENCES))


def _of_library(
    site: Site, wanted: Wanted, chosen: Iterable[Chosen | Unchosen], evaluator: Evaluator
) -> Iterator[Reference]:
    """Yield what the library chooses; a ref that the call gives goes before the library's own."""
    for one in chosen:
        if isinstance(one, Chosen):
            for reference in _references(site, wanted, (one.text,), evaluator):
                yield replace(reference, ref=reference.ref or one.default.ref, origin=str(one.default))


def _unnamed(
    site: Site, wanted: Wanted, values: Values, chosen: tuple[Chosen | Unchosen, ...], evaluator: Evaluator
) -> Iterator[Outcome]:
    """Yield the outcome of a call that names no model."""
    references = list(_of_library(site, wanted, chosen, evaluator))
    if references:
        yield from _with_alternatives(references)
    elif unchosen := next((one for one in chosen if isinstance(one, Unchosen)), None):
        yield not_resolved(site, unchosen.reason, expression_of(site.call), passed_on=unchosen.passed_on)
    elif wanted.default and (wanted.main or not values):
        text = Text(text=wanted.default, resolution="default-model")
        yield from _with_alternatives(list(_references(site, wanted, (text,), evaluator)))
    elif wanted.main and not site.loader.optional:
        leaves_choice = site.loader.has_default and bool(worlds_without_name(site, values, evaluator))
        unresolved = of_no_name(site, values, evaluator, leaves_choice=leaves_choice)
        yield from [unresolved] if unresolved else []


def _references(site: Site, wanted: Wanted, values: Values, evaluator: Evaluator) -> Iterator[Reference]:
    """Yield a reference for every text that names a model, with the facts that go with it."""
    if not site.loader.names_itself and _is_output(site, wanted):
        return
    remote_code = _allows_remote_code(site, wanted, evaluator)
    for text, named, world in hub_names(site, wanted, values, evaluator):
        for facts in facts_of(site, wanted.arguments, world, evaluator):
            reference = _reference(site, wanted, text, named, facts, remote_code=remote_code)
            yield _of_entrypoint(reference, site, evaluator) if reference.entrypoint else reference


def _of_entrypoint(reference: Reference, site: Site, evaluator: Evaluator) -> Reference:
    """Return the reference with what the entry point is called with."""
    selection = replace(reference.selection, entrypoint=call_of(site, reference.entrypoint or "", evaluator))
    return replace(reference, selection=selection, remarks=remarks_on(site, evaluator))


def _allows_remote_code(site: Site, wanted: Wanted, evaluator: Evaluator) -> bool:
    argument = wanted.arguments.remote_code
    if argument is None:
        return False
    values = site.arguments.at(argument.position, argument.keywords, evaluator)
    return any(isinstance(value, Constant) and value.value is True for value in values)


def _pinning(site: Site, wanted: Wanted, named: HubName) -> Pinning:
    way = named.pin or ("notation" if named.ref else wanted.pin)
    ref = wanted.arguments.ref
    return Pinning(way=way, keyword=ref.keyword if ref and way == "argument" else "", column=_column(site))


def _column(site: Site) -> int | None:
    """Return the bytes before the call in its line; the parser counts those of UTF-8."""
    module = site.frame.module
    if module.is_notebook or _OTHER_ENCODING.match(module.data):
        return None
    return site.call.col_offset


def _reference(site: Site, wanted: Wanted, text: Text, named: HubName, said: Facts, *, remote_code: bool) -> Reference:
    facts = with_text(said, named)
    if wanted.notation == "tfhub" and text.text.strip() != named.name:
        facts = replace(facts, selection=replace(facts.selection, handle=text.text.strip()))
    location = site.frame.module.location(site.call)
    return Reference(
        key=ModelKey(named.hub, named.name),
        ref=facts.ref,
        entrypoint=facts.entrypoint,
        selection=facts.selection,
        kind=facts.kind or site.loader.kind,
        loader=site.name,
        reads=_reads(wanted, named, facts),
        location=location,
        resolution=text.resolution,
        scope=site.frame.module.scope,
        evidence=tuple(dict.fromkeys((location, *text.evidence))),
        pinning=_pinning(site, wanted, named),
        remote_code=remote_code,
    )


def _reads(wanted: Wanted, named: HubName, facts: Facts) -> str:
    """Return which files are read: a file whose name is not known may be any file of the model."""
    names_files = wanted.arguments.filename is not None or wanted.notation in _OF_FILES
    if wanted.reads == "file" and names_files and named.hub != "url" and not facts.selection.files:
        return "snapshot"
    return wanted.reads


def _with_alternatives(references: list[Reference]) -> Iterator[Reference]:
    """Yield each different reference once, found in the most direct way, naming the others."""
    if len(references) == 1:  # as most are
        yield from references
        return
    best: dict[str, Reference] = {}
    for reference in references:
        said = repr((reference.key, reference.ref, reference.entrypoint, reference.kind, reference.selection))
        if said not in best or _directness(reference) < _directness(best[said]):
            best[said] = reference
    names = sorted({reference.key.name for reference in best.values()})
    for _, reference in sorted(best.items()):
        yield replace(reference, alternatives=tuple(name for name in names if name != reference.key.name))


def _directness(reference: Reference) -> tuple[int, int, tuple[Location, ...]]:
    return RESOLUTIONS.index(reference.resolution), len(reference.evidence), reference.evidence


def _local(site: Site, wanted: Wanted, values: Values, evaluator: Evaluator) -> LocalReference | None:
    """Return the local outcome, if something of the values, or a part of the name, is a path of the disk."""
    of_parts = (paths_among(site, part, evaluator) for part in wanted.parts)
    paths = (path for path in (_path_of(site, wanted, value, evaluator) for value in values) if path is not None)
    path = next((path for found in (paths, *of_parts) for path in found), None)
    return None if path is None else _on_disk(site, path)


def _is_output(site: Site, wanted: Wanted) -> bool:
    """Whether the code wrote itself what it loads: a variable says so, or the function saved something under it."""
    expression = name_for(site, wanted.model)
    if _OUTPUT.search(expression):
        return True
    module, owner = site.frame.module, site.frame.owner
    if not expression.isidentifier() or b".save" not in module.data:
        return False
    before = module.text_of_lines(getattr(owner, "lineno", 1), site.call.lineno)
    return re.search(_SAVED % re.escape(expression.encode()), before) is not None


def _on_disk(site: Site, path: str) -> LocalReference:
    module = site.frame.module
    return LocalReference(loader=site.name, location=module.location(site.call), path=path, scope=module.scope)


def _path_of(site: Site, wanted: Wanted, value: Value, evaluator: Evaluator) -> str | None:
    match value:
        case Local(path=path):
            return path
        case Text(text=text):
            named = named_by(site, wanted, value, evaluator)
            if isinstance(named, LocalPath) or _is_output(site, wanted):
                return text
    return None
