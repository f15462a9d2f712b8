"""Objects that a configuration describes by the dotted name of a call: hydra, LightningCLI, haystack, torchtune.

A name that is in the catalogue is a load, and its arguments stand beside it under the catalogue's own keywords.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ptmdeps.scan.catalogues import catalogue_of
from ptmdeps.scan.configurations.interpolation import resolved
from ptmdeps.scan.configurations.place import Place, files_in
from ptmdeps.scan.configurations.tree import Mapping, Node, Scalar, Sequence
from ptmdeps.scan.identifiers import HubName, LocalPath, NoName, read_identifier
from ptmdeps.scan.loaders import Argument, Condition, Loader
from ptmdeps.scan.references import Outcome


@dataclass(frozen=True, slots=True)
class _Notation:
    """How one tool writes an object: the key of the call, and the key of its arguments (empty: beside it)."""

    tool: str
    call: str
    arguments: str = ""
    positions: str = ""


_TRUE = frozenset(["true", "yes", "on"])
_FALSE = frozenset(["false", "no", "off"])
_NOTHING = frozenset(["", "null", "~", "none"])

_NOTATIONS = (
    _Notation("hydra", "_target_", "", "_args_"),
    _Notation("LightningCLI", "class_path", "init_args"),
    _Notation("haystack", "type", "init_parameters"),
    _Notation("torchtune", "_component_"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One object that is a load: the tool, the call as written, its row, and the mappings of its arguments."""

    tool: str
    call: Scalar
    loader: Loader
    arguments: Mapping
    positions: tuple[Node, ...]

    def value(self, argument: Argument | None) -> Node | None:
        """Return what an argument is given, if it is."""
        if argument is None:
            return None
        for keyword in argument.keywords:
            if (node := self.arguments.at(keyword)) is not None:
                return node
        position = argument.position
        return self.positions[position] if position is not None and position < len(self.positions) else None

    def arguments_of_models(self) -> Iterator[Node]:
        """Yield what is given for every argument that names a model."""
        for argument in (self.loader.model, *(also.model for also in self.loader.also)):
            if (node := self.value(argument)) is not None:
                yield node

    def text(self, argument: Argument | None) -> str:
        """Return the text that an argument is given, empty where it is none."""
        node = self.value(argument)
        return node.text if isinstance(node, Scalar) else ""


def objects_in(mapping: Mapping) -> Iterator[Described]:
    """Yield the load that a mapping describes, if it does."""
    for notation in _NOTATIONS:
        call = mapping.get(notation.call)
        if not isinstance(call, Scalar) or "." not in call.text:
            continue
        loader = catalogue_of(None).find(call.text)
        arguments = mapping.get(notation.arguments) if notation.arguments else mapping
        if loader is not None and isinstance(arguments, Mapping):
            positions = mapping.get(notation.positions)
            given = positions.items if isinstance(positions, Sequence) else ()
            yield Described(tool=notation.tool, call=call, loader=loader, arguments=arguments, positions=given)


def outcomes_of_object(path: str, item: Described, root: Node) -> Iterator[Outcome]:
    """Yield what a described load comes to, as the same call in Python would."""
    loader = item.loader
    if any(item.arguments.get(keyword) for keyword in loader.unless):
        return
    if loader.conditions and not any(_holds(condition, item) for condition in loader.conditions):
        return
    is_local = any(_holds(condition, item) for condition in loader.local)
    ref = loader.arguments.ref
    place = Place(
        path=path,
        line=item.call.line,
        loader=f"{item.tool}: {item.call.text}",
        reads=loader.reads,
        resolution="literal",
        keyword=ref.keyword if ref and loader.pin == "argument" else "",
    )
    if loader.names_itself:
        named = loader.pattern.fullmatch(item.call.text)
        yield place.reference(HubName(named["name"] if named else item.call.text, hub=loader.hub), loader.kind)
        return
    given = item.value(loader.model)
    if isinstance(given, Scalar) and given.text:
        value = resolved(given, root)
        at_value = replace(place, line=value.line)
        yield at_value.local(value.text) if is_local else _of_text(at_value, item, value.text)
    elif loader.default:
        yield replace(place, resolution="default-model").reference(HubName(loader.default, hub=loader.hub), loader.kind)
    elif not loader.optional and not loader.quiet:
        yield place.unresolved("no model is named", item.call.text)
    for also in loader.also:
        beside = item.value(also.model)
        if isinstance(beside, Scalar) and beside.text and not also.conditions:
            named_beside = read_identifier(resolved(beside, root).text, notation=also.notation)
            if isinstance(named_beside, HubName):
                yield replace(place, line=beside.line, reads=also.reads).reference(named_beside, loader.kind)


def _of_text(place: Place, item: Described, text: str) -> Outcome:
    loader = item.loader
    if text.startswith("${") or text == "???":
        return place.unresolved(f"`{text}` is filled in by whoever uses the file", text)
    match read_identifier(
        text, notation=loader.notation, hub=loader.hub, owner=loader.owner, ownerless=loader.ownerless
    ):
        case HubName() as named:
            files = files_in(item.value(loader.arguments.filename))
            return place.reference(named, loader.kind, item.text(loader.arguments.ref), files)
        case LocalPath():
            return place.local(text)
        case NoName(reason=reason):
            return place.unresolved(reason, text)


def _holds(condition: Condition, item: Described) -> bool:
    """Whether a condition of the row holds for what stands beside the call."""
    node = item.value(condition.argument)
    if node is None:
        return condition.otherwise
    if not isinstance(node, Scalar):
        return condition.equals is None and not condition.starts
    if condition.starts or isinstance(condition.equals, str):
        return node.text.startswith(condition.starts) if condition.starts else node.text == condition.equals
    if condition.equals is None:
        return bool(node.text) or node.word not in _FALSE | _NOTHING
    return node.word in (_TRUE if condition.equals else _FALSE)
