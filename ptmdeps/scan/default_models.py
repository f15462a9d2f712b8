"""The model of a load that names none: what its library loads instead, by the version that the project uses."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptmdeps.scan.loaders import Argument
from ptmdeps.scan.naming import Wanted
from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.sites import Site
from ptmdeps.scan.unresolved import argument_node, is_parameter
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.arguments import is_none
from ptmdeps.scan.values.value import Constant, Text, Unknown, Values, World, expression_of, together

if TYPE_CHECKING:
    from ptmdeps.scan.defaults import Default


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model that a library chooses, as a text of the load, and what is known of the choice."""

    text: Text
    default: Default


@dataclass(frozen=True, slots=True)
class Unchosen:
    """Why it is not known what a library chooses; ``passed_on`` where callers outside the project decide it."""

    reason: str
    passed_on: bool = False


def worlds_without_name(site: Site, values: Values, evaluator: Evaluator) -> tuple[World, ...]:
    """Return where a load names no model, so that the library chooses one; nothing where that is not certain.

    ``None`` besides other values counts only if it is the default of a parameter: elsewhere it mostly stands for "not
    yet set". A function that tests or sets the name itself may never get as far as the load with ``None``.
    """
    node = argument_node(site, site.loader.model)
    if not values:
        return () if node is not None or site.arguments.unopened(evaluator) else ({},)
    worlds = tuple(value.world for value in values if isinstance(value, Constant) and is_none(value))
    if node is None or not worlds:
        return worlds if len(worlds) == len(values) else ()
    if len(worlds) == len(values):
        certain = not _is_among(site, node, _tested)
    else:
        certain = is_parameter(site, node) and not _is_among(site, node, _tested) and not _is_among(site, node, _set)
    return worlds if certain else ()


def _is_among(site: Site, node: ast.expr, parts_of: Callable[[ast.AST], Iterator[ast.AST]]) -> bool:
    """Whether a name of an expression stands in such parts of the function around, or of the file outside of one."""
    names = set(_names_in(node))
    owner = site.frame.owner
    body = owner.body if isinstance(owner, FUNCTIONS) else site.frame.module.tree.body
    inside = (one for statement in body for one in ast.walk(statement) if one is not node)
    return bool(names) and any(not names.isdisjoint(_names_in(part)) for one in inside for part in parts_of(one))


def _names_in(node: ast.AST) -> Iterator[str]:
    return (expression_of(one) for one in ast.walk(node) if isinstance(one, ast.Name | ast.Attribute))


def _tested(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
            yield test
        case ast.Match(subject=subject):
            yield subject
        case ast.BoolOp():
            yield node


def _set(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Assign(targets=targets):
            yield from targets
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.NamedExpr(target=target):
            yield target
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield target
        case ast.withitem(optional_vars=target) if target is not None:
            yield target


def chosen_by_library(
    site: Site, wanted: Wanted, worlds: tuple[World, ...], evaluator: Evaluator
) -> Iterator[Chosen | Unchosen]:
    """Yield what the library may choose, for every value of the argument that decides it."""
    from ptmdeps.scan.defaults import Missing

    evaluator.project.dependencies.versions = True
    defaults = evaluator.project.defaults
    call, argument, near = site.loader.call, wanted.model.keyword, site.frame.module.path
    for deciding, world in _deciding_texts(site, wanted, worlds, evaluator):
        if isinstance(deciding, Unchosen):
            yield deciding
            continue
        found = defaults.of(call, argument, deciding, near=near)
        if isinstance(found, Missing):
            yield Unchosen(found.reason)
            continue
        evidence = (found.evidence,) if found.evidence else ()
        yield Chosen(Text(text=found.name, resolution="default-model", evidence=evidence, world=world), found)


def _deciding_texts(
    site: Site, wanted: Wanted, worlds: tuple[World, ...], evaluator: Evaluator
) -> Iterator[tuple[str | Unchosen | None, World]]:
    """Yield the values of the argument that decides, and where they hold; ``None`` where nothing has to be decided."""
    chooses = evaluator.project.defaults.chooses(site.loader.call, wanted.model.keyword)
    # what decides is the first parameter of every such function
    argument = Argument(0, chooses)
    values = site.arguments.at(argument.position, argument.keywords, evaluator) if chooses else ()
    if not values:
        yield from ((None, world) for world in worlds[:1])
    for value in values:
        for world in worlds:
            if (both := together(world, value.world)) is None:
                continue
            if isinstance(value, Text):
                yield value.text, both
            elif isinstance(value, Unknown):
                reason = f"the library's default depends on `{chooses}`: {value.reason}"
                yield Unchosen(reason, value.passed_on), both
            else:
                yield None, both
