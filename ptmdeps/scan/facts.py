"""What the arguments of a load say about its model: ref, kind and files."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ptmdeps.requirement import FileSelection
from ptmdeps.scan.identifiers import HubName
from ptmdeps.scan.loaders import Argument, Arguments
from ptmdeps.scan.references import Kind
from ptmdeps.scan.sites import Site
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.value import Collection, Constant, External, Text, Value, World, together
from ptmdeps.unguarded import replace, unguarded

_MAXIMUM_FACTS = 256
_NAMES = ("ref", "entrypoint", "kind", "subfolder", "variant", "filename", "allow", "ignore", "safetensors")
_NO_REF = frozenset({"", "true", "false"})


@unguarded(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the arguments say about one model."""

    ref: str | None = None
    entrypoint: str | None = None
    kind: Kind | None = None
    selection: FileSelection = FileSelection()
    world: World | None = None


def facts_of(site: Site, arguments: Arguments, world: World, evaluator: Evaluator) -> Iterator[Facts]:
    """Yield every combination of facts that can hold where ``world`` does; unknown facts count as not said."""
    combinations: list[tuple[dict[str, tuple[str, ...]], World]] = [({}, world)]
    for name in _NAMES:
        argument: Argument | None = getattr(arguments, name)
        if argument is None:
            continue
        values = site.arguments.at(argument.position, argument.keywords, evaluator)
        texts = [(text, value.world) for value in values if (text := _texts(value, evaluator)) is not None]
        if not texts:
            continue
        longer: list[tuple[dict[str, tuple[str, ...]], World]] = []
        for known, here in combinations:
            fitting = [(text, both) for text, there in texts if (both := together(here, there)) is not None]
            longer.extend(({**known, name: text}, both) for text, both in fitting or [((), here)])
        combinations = longer[:_MAXIMUM_FACTS]
    for known, here in combinations:
        yield _as_facts(known, here)


def _texts(value: Value, evaluator: Evaluator) -> tuple[str, ...] | None:  # noqa: PLR0911 - one result a case
    """Return a fact as texts: one for a text, several for a list, none for ``None``; ``None`` if it is not known."""
    match value:
        case Text(text=text):
            return (text,)
        case Constant(value=bool(truth)):
            return (str(truth).lower(),)
        case Constant(value=int(number)):
            return (str(number),)
        case Constant():
            return ()
        case External(name=name) if name.rpartition(".")[2].isupper():
            return (name.rpartition(".")[2],)  # a member of an enumeration
        case Collection(items=items):
            inner = (value for item in items[:_MAXIMUM_FACTS] for value in evaluator.item(item))
            return tuple(value.text for value in inner if isinstance(value, Text))
    return None


def _as_facts(known: dict[str, tuple[str, ...]], world: World) -> Facts:
    if not known:
        return Facts(world=world)
    one = {name: texts[0] if texts else "" for name, texts in known.items()}
    subfolder = one.get("subfolder", "").strip("/")
    files = tuple(sorted(f"{subfolder}/{file}" if subfolder else file for file in known.get("filename", ())))
    weights = {"true": "safetensors", "false": "pickle"}.get(one.get("safetensors", ""), "")
    selection = FileSelection(
        files=files,
        allow=tuple(sorted(known.get("allow", ()))),
        ignore=tuple(sorted(known.get("ignore", ()))),
        subfolder=subfolder,
        variant=one.get("variant", ""),
        weights=weights,
    )
    ref = one.get("ref", "")
    return Facts(
        ref=None if ref in _NO_REF else ref,
        entrypoint=one.get("entrypoint") or None,
        kind=_kind(one.get("kind", "")),
        selection=selection,
        world=world,
    )


def _kind(text: str) -> Kind | None:
    match text:
        case "model" | "dataset" | "space":
            return text
    return None


def with_text(facts: Facts, named: HubName) -> Facts:
    """Return the facts with what the text of the id says itself."""
    selection = dataclasses.replace(facts.selection, files=(named.file,)) if named.file else facts.selection
    return replace(facts, ref=named.ref or facts.ref, kind=named.kind or facts.kind, selection=selection)
