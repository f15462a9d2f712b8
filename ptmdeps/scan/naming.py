"""What the values of an id argument name, and whether the call loads at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ptmdeps.scan.identifiers import (
    HubName,
    LocalPath,
    Named,
    is_other_file,
    is_weights,
    lies_beside,
    read_identifier,
)
from ptmdeps.scan.loaders import Also, Argument, Arguments, Condition, Loader
from ptmdeps.scan.loaders.loader import Notation
from ptmdeps.scan.references import PinWay
from ptmdeps.scan.sites import Site
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.arguments import is_none
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    External,
    Local,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    World,
    together,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One model that a call loads: where it is named and which facts belong to it.

    ``main`` tells whether it is the one that the call is made for.
    """

    model: Argument
    reads: str
    arguments: Arguments
    notation: Notation
    pin: PinWay
    parts: tuple[Argument, ...] = ()
    default: str
    main: bool


def wanted_by(loader: Loader) -> Wanted:
    """Return the model that a row is about."""
    return Wanted(
        model=loader.model,
        reads=loader.reads,
        arguments=loader.arguments,
        notation=loader.notation,
        pin=loader.pin,
        parts=loader.parts,
        default=loader.default,
        main=True,
    )


def wanted_besides(also: Also) -> Wanted:
    """Return a further model of a row."""
    return Wanted(
        model=also.model,
        reads=also.reads,
        arguments=also.arguments,
        notation=also.notation,
        pin="argument" if also.arguments.ref else "none",
        default=also.default,
        main=False,
    )


def one_holds(conditions: tuple[Condition, ...], site: Site, evaluator: Evaluator) -> bool:
    """Whether one of the conditions holds, or may."""
    return any(_holds(condition, site, evaluator) for condition in conditions)


def _holds(condition: Condition, site: Site, evaluator: Evaluator) -> bool:
    values = site.arguments.at(condition.argument.position, condition.argument.keywords, evaluator)
    if not values:
        return condition.otherwise
    known = [value for value in values if not isinstance(value, Unknown)]
    return not known or any(_fulfils(value, condition) for value in known)


def _fulfils(value: Value, condition: Condition) -> bool:
    match value:
        case Text(text=text):
            if condition.starts:
                return text.startswith(condition.starts)
            return bool(text) if condition.equals is None else text == condition.equals
        case Constant(value=constant):
            if condition.equals is None:
                return not condition.starts and constant is not None and constant is not False
            return constant is condition.equals
        case Local() | Collection() | Table():
            return condition.equals is None and not condition.starts
    return True


def names_in_call(site: Site, evaluator: Evaluator) -> Values:
    """Return, as texts, what the stars of the row stand for in every name that the called function can have."""
    location = site.frame.module.location(site.call)
    pattern = site.loader.pattern
    functions = evaluator.values(site.call.func, site.frame)
    externals = {value.name: value.world for value in functions if isinstance(value, External)}
    matches = [(match, world) for name, world in externals.items() if (match := pattern.fullmatch(name))]
    if not matches and (match := pattern.fullmatch(site.name)):
        matches = [(match, {})]
    resolution = "literal" if len(matches) == 1 else "registry"
    found = tuple(
        Text(text=match["name"], resolution=resolution, evidence=(location,), world=world) for match, world in matches
    )
    unknown = tuple(value for value in functions if isinstance(value, Unknown))
    return found or unknown or (Unknown(reason="which model this is depends on its receiver", expression=site.name),)


def members_as_texts(values: Values, default: str) -> Values:
    """Return members of enumerations of weights as the texts that name them.

    A text may name a member alone; it is then one of the enumeration that ``default`` is of.
    """
    enumeration = default.rpartition(".")[0]
    return tuple(_member_as_text(value, enumeration) for value in values)


def _member_as_text(value: Value, enumeration: str) -> Value:
    match value:
        case External(name=name) if "." in name:
            return Text(text=".".join(name.split(".")[-2:]), world=value.world)
        case Text(text=text) if text and enumeration and "." not in text:
            return replace(value, text=f"{enumeration}.{text}")
    return value


def named_by(site: Site, wanted: Wanted, value: Text, evaluator: Evaluator) -> Named:
    """Say what a text names at this site; what the file writes itself under a bare name is local."""
    named = read_identifier(
        value.text,
        notation=wanted.notation,
        hub=site.loader.hub,
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


def hub_names(
    site: Site, wanted: Wanted, values: Values, evaluator: Evaluator
) -> Iterator[tuple[Text, HubName, World]]:
    """Yield what each text names on a hub, with the parts that belong to the name, and where that holds."""
    texts = [value for value in values if isinstance(value, Text)]
    named = [(text, name) for text in texts if isinstance(name := named_by(site, wanted, text, evaluator), HubName)]
    if wanted.notation == "address":
        named = list(_of_models(named, strict=site.loader.quiet))
    for text, name in named:
        if not wanted.parts or name.hub != site.loader.hub:
            yield text, name, text.world
            continue
        for whole, world in _with_parts(site, wanted.parts, name.name, text.world, evaluator):
            yield text, replace(name, name=whole), world


def _of_models(named: Iterable[tuple[Text, HubName]], *, strict: bool) -> Iterator[tuple[Text, HubName]]:
    """Keep addresses of weights, and what the same call fetches from the folder of some weights.

    What is not ``strict`` is known to fetch models: it keeps everything but pictures, texts and configurations.
    """
    known = list(named)
    weights = [name for _, name in known if (is_weights(name) if strict else not is_other_file(name))]
    for text, name in known:
        if name in weights or any(lies_beside(name, other) for other in weights):
            yield text, name


def _with_parts(
    site: Site, parts: tuple[Argument, ...], name: str, world: World, evaluator: Evaluator
) -> Iterator[tuple[str, World]]:
    """Yield the name with every combination of its parts; nothing where a part is given that cannot be known."""
    found = [(name, world)]
    for part in parts:
        values = site.arguments.at(part.position, part.keywords, evaluator)
        if not values or all(is_none(value) for value in values):
            continue
        found = [
            (f"{whole}/{value.text}", both)
            for whole, here in found
            for value in values
            if isinstance(value, Text)
            and isinstance(read_identifier(value.text, notation="entry"), HubName)
            and (both := together(here, value.world)) is not None
        ]
    yield from found


def paths_among(site: Site, argument: Argument, evaluator: Evaluator) -> Iterator[str]:
    """Yield the values of an argument that are paths of the disk."""
    for value in site.arguments.at(argument.position, argument.keywords, evaluator):
        match value:
            case Local(path=path):
                yield path
            case Text(text=text) if isinstance(read_identifier(text, notation="entry"), LocalPath):
                yield text
