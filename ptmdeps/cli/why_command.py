"""``ptmdeps why``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL, format_option

if TYPE_CHECKING:
    from ptmdeps.graph import Node
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.render.models import Way


@click.command("why")
@click.argument("model", type=LOCKED_MODEL)
@format_option("why", "text", "json")
@click.pass_obj
def command(console: Console, model: str, format_: str) -> None:
    """Show what asks for MODEL: every load site, and the models between."""
    from ptmdeps.cli.looking import locked, style
    from ptmdeps.render.models import WHY_FORMATS

    found = tuple(_ways(console, locked(console), model))
    console.data(WHY_FORMATS[format_](found, style(console)))


def _ways(console: Console, lockfile: Lockfile, name: str) -> Iterator[Way]:
    from ptmdeps import graph
    from ptmdeps.render.models import Way

    network = graph.model_graph(lockfile)
    sites = _sites(console, lockfile)
    for target in graph.named(network, name):
        for way in graph.ways(network, graph.roots(lockfile), target):
            yield Way(sites=tuple(sites.get(way[0], ())), models=tuple(str(node) for node in way))


def _sites(console: Console, lockfile: Lockfile) -> dict[Node, list[str]]:
    """Where the project asks for each model: lines from a fresh scan, since the lock keeps none."""
    from ptmdeps.graph import Node
    from ptmdeps.locking import gather
    from ptmdeps.wanted import requirement_of

    inputs = gather(console.project)
    # places that only look like loads pin nothing, our own manifest among them
    loads = [found for found in inputs.scan.references if not found.soft]
    asked = [(requirement_of(found), f"{found.location} {found.loader}") for found in loads]
    manifest = inputs.manifest
    asked += [(wish, source) for wish in manifest.requirements for source in wish.used_in or (manifest.source,)]
    sites: dict[Node, list[str]] = {}
    for requirement, site in asked:
        model = lockfile.find(requirement.key, requirement.ref)
        if model is not None:
            sites.setdefault(Node(model.key, model.ref), []).append(site)
    return sites
