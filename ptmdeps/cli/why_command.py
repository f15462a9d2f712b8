"""``ptmdeps why``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL, format_option

if TYPE_CHECKING:
    from ptmdeps.graph import ModelGraph, Node
    from ptmdeps.graph.uses import Use
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.render.why import Breakage, Way


@click.command("why")
@click.argument("model", type=LOCKED_MODEL)
@click.option("--impact", is_flag=True, help="Show instead what breaks if MODEL goes, and what came from it.")
@click.option("--lineage", is_flag=True, help="Follow also what models came from: base models and datasets.")
@format_option("why", "text", "json")
@click.pass_obj
def command(console: Console, model: str, format_: str, *, impact: bool, lineage: bool) -> None:
    """Show what asks for MODEL: every load site, and the models between.

    MODEL may also be a base model or a dataset that locked models came from.
    """
    from ptmdeps.cli.looking import code_of, locked, style
    from ptmdeps.render.why import IMPACT_FORMATS, WHY_FORMATS

    lockfile = locked(console)
    uses = code_of(console, lockfile).uses
    if impact:
        broken = tuple(_breakages(lockfile, uses, model))
        console.data(IMPACT_FORMATS[format_](broken, style(console)))
    else:
        found = tuple(_ways(lockfile, uses, model, lineage=lineage))
        console.data(WHY_FORMATS[format_](found, style(console)))


def _ways(lockfile: Lockfile, uses: tuple[Use, ...], name: str, *, lineage: bool) -> Iterator[Way]:
    from ptmdeps import graph
    from ptmdeps.graph.walking import between
    from ptmdeps.render.why import Way

    # what only lineage leads to has no other way
    network = graph.model_graph(lockfile, lineage=lineage or not lockfile.named(name))
    sites = _sites(lockfile, uses)
    for target in graph.named(network, name):
        for way in graph.ways(network, graph.roots(lockfile), target):
            yield Way(
                sites=tuple(sites.get(way[0], ())),
                models=tuple(str(node) for node in way),
                steps=tuple(between(network, way)),
            )


def _breakages(lockfile: Lockfile, uses: tuple[Use, ...], name: str) -> Iterator[Breakage]:
    from ptmdeps import graph
    from ptmdeps.graph.building import Code
    from ptmdeps.graph.questions import impact
    from ptmdeps.render.why import Breakage

    network: ModelGraph = graph.model_graph(lockfile, lineage=True, project=True, code=Code(uses=uses))
    for node in graph.named(network, name):
        yield Breakage(impact=impact(network, lockfile, node), graph=network)


def _sites(lockfile: Lockfile, uses: tuple[Use, ...]) -> dict[Node, list[str]]:
    """Where the project asks for each locked model."""
    from ptmdeps.graph.building import node_of

    sites: dict[Node, list[str]] = {}
    for use in uses:
        model = lockfile.find(use.key, use.ref) if use.kind == "model" else None
        if model is not None:
            sites.setdefault(node_of(model), []).append(str(use))
    return sites
