"""``ptmdeps tree``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL, format_option

if TYPE_CHECKING:
    from ptmdeps.graph import ModelGraph, Node
    from ptmdeps.lockfile import Lockfile


@click.command("tree")
@click.argument("models", nargs=-1, type=LOCKED_MODEL, metavar="[MODEL]…")
@click.option("--invert", is_flag=True, help="Show what needs a model instead of what it needs.")
@click.option("--lineage", is_flag=True, help="Show also what models came from: base models and datasets.")
@click.option("--depth", type=click.IntRange(min=0), help="Show no more than this many levels below the first.")
@click.option("--sizes", is_flag=True, help="Say how many bytes each model has, alone and with what it needs.")
@click.option("--outdated", is_flag=True, help="Ask the hubs which models have moved, and say so.")
@format_option("tree", "text", "json")
@click.pass_obj
def command(
    console: Console,
    models: tuple[str, ...],
    format_: str,
    *,
    invert: bool,
    lineage: bool,
    depth: int | None,
    sizes: bool,
    outdated: bool,
) -> None:
    """Show which model needs which.

    Begins with the models that the project itself asks for, or with the named ones. (*) marks a model that was
    shown before.
    """
    from ptmdeps import graph
    from ptmdeps.cli.looking import locked, style
    from ptmdeps.render.tree import TREE_FORMATS, View

    lockfile = locked(console)
    newer: dict[Node, str] = {}
    if outdated:
        from ptmdeps.cli.outdated_command import newer_versions

        newer = newer_versions(console, lockfile)
    network = graph.model_graph(lockfile, lineage=lineage)
    view = View(
        graph=network.reversed() if invert else network,
        roots=_roots(lockfile, network, models, invert=invert),
        depth=depth,
        sizes=graph.total_sizes(network) if sizes else {},
        newer=newer,
    )
    console.data(TREE_FORMATS[format_](view, style(console)))


def _roots(lockfile: Lockfile, network: ModelGraph, models: tuple[str, ...], *, invert: bool) -> tuple[Node, ...]:
    """Where the tree begins: upside down, it grows from the models that need nothing."""
    from ptmdeps import graph

    if models:
        return tuple(node for name in models for node in graph.named(network, name))
    if invert:
        return tuple(node for node in sorted(network.nodes) if not network.arcs[node])
    return graph.roots(lockfile)
