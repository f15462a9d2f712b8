"""Options of command lines: what a parser gives where the user types nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ptmdeps.scan.lexical import all_places_of
from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.source import Module
from ptmdeps.scan.values.arguments import arguments_of, of_key
from ptmdeps.scan.values.containers import elements
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    External,
    Frame,
    Item,
    LazyCall,
    Method,
    Object,
    Options,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    found_by,
    made_of,
)
from ptmdeps.scan.walk import Place, calls_at
from ptmdeps.unguarded import replace

PARSERS = frozenset({"ArgumentParser", "ArgParser", "FlexibleArgumentParser", "YamlConfigArgumentParser"})
"""Names of parser classes that fill a namespace from ``add_argument`` calls."""

CLASS_PARSERS = frozenset({"HfArgumentParser", "TrlParser", "H4ArgumentParser"})
"""Names of parser classes that fill the dataclasses they are made with."""

DECORATING = frozenset({"option", "argument"})
_PARSER_WORDS = ("pars", "group")
_NAME_ALONE = re.compile(rb"\w*+(?![.(\[])")
"""The rest of a name that may be an argument: nothing of it is asked for, and it is not called."""

_DECLARING = frozenset({"add_argument", "add_arguments", "add_class_arguments", "set_defaults"})
_SHARING = 2
"""How many functions that a parser is handed to are followed, one after the other."""


def options_of_parser(evaluator: Evaluator, made: LazyCall, frame: Frame) -> Options:
    """Return what ``parse_args()`` gives: filled in the function that made the parser and in the one that uses it."""
    sources = [replace(made.frame, statement=None), *_parents(evaluator, made)]
    if frame.owner is not made.frame.owner:
        sources.append(replace(frame, statement=None))
    name = _name_of(made)
    for source in list(sources):
        sources.extend(_handed_on(evaluator, source, name))
    return Options(sources=tuple(sources))


def _parents(evaluator: Evaluator, made: LazyCall) -> Iterator[Frame]:
    """Yield where the parsers were made that ``parents=[…]`` names."""
    given = arguments_of(made.node, made.frame, evaluator).at(None, ("parents",), evaluator)
    for value in given:
        for item in value.items if isinstance(value, Collection) else ():
            for parent in evaluator.item(item):
                if isinstance(parent, Object):
                    yield replace(parent.call.frame, statement=None)


def _name_of(made: LazyCall) -> str:
    """Return the name that a parser is bound to, if its own does not say that it is one."""
    match made.frame.statement:
        case ast.Assign(targets=[ast.Name(id=name)]) if not _is_parser_name(name):
            return name
    return ""


def _handed_on(evaluator: Evaluator, source: Frame, name: str) -> list[Frame]:
    key = ("parser", source.module.path, id(source.owner), name)
    found: list[Frame] = evaluator.noted(key, lambda: list(_handed_to(evaluator, source, name, 0)))
    return found


def _handed_to(evaluator: Evaluator, source: Frame, name: str, depth: int) -> Iterator[Frame]:
    """Yield the functions that get something called like a parser, or like ``name``, which may add options to it."""
    if depth >= _SHARING:
        return
    module = source.module
    calls: list[tuple[ast.Call, Place]]
    calls = evaluator.noted(("given", module.path, name), lambda: list(calls_at(module, _lines_giving(module, name))))
    for call, place in calls:
        given = (*call.args, *(keyword.value for keyword in call.keywords))
        names = (argument.id for argument in given if isinstance(argument, ast.Name))
        if source.owner not in place.owners or not any(one == name or _is_parser_name(one) for one in names):
            continue
        frame = Frame(module=module, owners=place.owners, statement=place.statement)
        for target in evaluator.values(call.func, frame):
            function = target.definition if isinstance(target, Method) else target
            if isinstance(function, Definition) and isinstance(function.node, FUNCTIONS):
                inner = Frame(module=function.module, owners=(*function.owners, function.node))
                yield inner
                yield from _handed_to(evaluator, inner, "", depth + 1)


def _is_parser_name(name: str) -> bool:
    return any(word in name.lower() for word in _PARSER_WORDS)


def _lines_giving(module: Module, name: str) -> list[int]:
    """Return the lines on which a name like that of a parser, or ``name``, may be an argument of a call.

    Of most such names something is asked there, such as ``parser.add_argument``: those are none.
    """
    text = module.data.lower()
    words = (*(word.encode() for word in _PARSER_WORDS), *([name.lower().encode()] if name else []))
    module.looked.for_pattern(re.compile(b"|".join(words), re.IGNORECASE))
    places = {place for word in words for place in all_places_of(text, word) if _NAME_ALONE.match(text, place)}
    return module.lines_at(sorted(places))


def calls_within(evaluator: Evaluator, source: Frame, words: frozenset[str]) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls in an owner that stand on lines with certain words."""
    module = source.module
    key = ("calls", module.path, words)
    calls: list[tuple[ast.Call, Place]]
    calls = evaluator.noted(key, lambda: list(calls_at(module, module.lines_with_words(words))))
    return ((call, place) for call, place in calls if source.owner in place.owners)


def option(evaluator: Evaluator, options: Options, name: str) -> Values:
    """Return the default of an option by the name of its attribute, or its choices where it has none."""
    found: list[Value] = []
    for table in reversed(options.fields):
        found.extend(of_key(table, name, evaluator))
        if not table.partial and any(not isinstance(value, Unknown) for value in found):
            return tuple(found)
    declared = False
    for call, frame in _declared(evaluator, options, name):
        match call.func:
            case ast.Attribute(attr="add_argument"):
                declared = True
                found.extend(default_of(evaluator, call, frame) or choices_of(evaluator, call, frame))
            case ast.Attribute(attr="set_defaults"):
                given = [keyword.value for keyword in call.keywords if keyword.arg == name]
                found.extend(value for node in given for value in evaluator.values(node, frame))
            case ast.Attribute(attr="add_arguments" | "add_class_arguments"):
                found.extend(_of_class(evaluator, call, name, frame))
    if found:
        return found_by(tuple(found), "option")
    reason = f"option `{name}` has no default" if declared else f"no option called `{name}` is declared"
    return (Unknown(reason=reason, expression=name, outside=declared),)


def _declarations(evaluator: Evaluator, options: Options) -> Iterator[tuple[ast.Call, Frame]]:
    """Yield the calls that declare options of a parser, each once."""
    seen: set[int] = set()
    for source in options.sources:
        for call, place in calls_within(evaluator, source, _DECLARING):
            if id(call) not in seen:
                seen.add(id(call))
                yield call, Frame(module=source.module, owners=place.owners, statement=place.statement)


def _declared(evaluator: Evaluator, options: Options, name: str) -> list[tuple[ast.Call, Frame]]:
    """Return the calls that can say something of one option, in order."""
    key = ("declared", *((source.module.path, id(source.owner)) for source in options.sources))
    by_name: dict[str, list[tuple[ast.Call, Frame]]] = evaluator.noted(key, lambda: _by_name(evaluator, options))
    found = [*by_name.get(name, ()), *by_name.get("", ())]
    return sorted(found, key=lambda one: (one[1].module.path, one[0].lineno)) if by_name.get("") else found


def _by_name(evaluator: Evaluator, options: Options) -> dict[str, list[tuple[ast.Call, Frame]]]:
    """Return the calls that declare options by what they declare; under nothing those that say so in another way."""
    found: dict[str, list[tuple[ast.Call, Frame]]] = {}
    for call, frame in _declarations(evaluator, options):
        is_one = isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"
        found.setdefault(destination(call) if is_one else "", []).append((call, frame))
    return found


def _of_class(evaluator: Evaluator, call: ast.Call, name: str, frame: Frame) -> Iterator[Value]:
    """Yield the object that ``add_arguments(Class, "name")`` of simple-parsing and jsonargparse fills."""
    given = arguments_of(call, frame, evaluator)
    names = given.at(1, ("dest", "nested_key"), evaluator)
    if any(isinstance(value, Text) and value.text == name for value in names):
        for value in given.at(0, ("dataclass", "theclass"), evaluator):
            if isinstance(value, Definition):
                yield made_of(value, (), call, frame)


def table_of_options(evaluator: Evaluator, options: Options) -> Table:
    """Return every option with its default as the dictionary that ``vars(args)`` gives."""
    names: dict[str, None] = {}
    for call, _ in _declarations(evaluator, options):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument":
            names[destination(call)] = None
    entries: list[tuple[Item | None, Item]] = [((Text(text=name),), option(evaluator, options, name)) for name in names]
    entries.extend((None, (table,)) for table in options.fields)
    return Table(entries=tuple(entries))


def destination(call: ast.Call) -> str:
    """Return the attribute that an ``add_argument`` or ``click.option`` fills."""
    for keyword in call.keywords:
        if keyword.arg == "dest" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    names = [node.value for node in call.args if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    plain = [name for name in names if not name.startswith("-")]
    long = [name for name in names if name.startswith("--")]
    chosen = next(iter((*plain, *long, *names)), "")
    return chosen.partition("/")[0].lstrip("-").replace("-", "_")


def default_of(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Values:
    """Return what ``default=`` says; nothing where that is ``None`` or missing."""
    for keyword in call.keywords:
        if keyword.arg == "default":
            location = frame.module.location(call)
            return found_by(evaluator.values(keyword.value, frame), "option", location)
    return ()


def choices_of(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Values:
    """Return what ``choices=[…]`` or ``type=click.Choice([…])`` allows where there is no default."""
    found: list[Value] = []
    for keyword in call.keywords:
        nodes = [keyword.value] if keyword.arg == "choices" else []
        if keyword.arg == "type" and isinstance(keyword.value, ast.Call):
            kinds = evaluator.values(keyword.value.func, frame)
            if any(isinstance(kind, External) and kind.name.endswith(".Choice") for kind in kinds):
                nodes = keyword.value.args[:1]
        for node in nodes:
            choice = (frame.module.path, node.lineno, node.col_offset)
            values = elements(evaluator, evaluator.values(node, frame), node, choice)
            found.extend(value for value in values if isinstance(value, Text))
    return found_by(tuple(found), "option", frame.module.location(call))
