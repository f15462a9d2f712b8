"""``ptmdeps tree``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console


@click.command("tree")
@click.argument("models", nargs=-1, metavar="[MODEL]…")
@click.option("--invert", is_flag=True, help="Show what needs a model instead of what it needs.")
@click.option("--lineage", is_flag=True, help="Show also what models came from: base models and datasets.")
@click.option(
    "--format",
    "format_",
    envvar="PTMDEPS_TREE_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Form of the output.",
)
@click.pass_obj
def command(console: Console, models: tuple[str, ...], format_: str, *, invert: bool, lineage: bool) -> None:
    """Show which model needs which.

    Begins with the models that the project itself asks for, or with the named ones. (*) marks a model that was
    shown before.
    """
    from ptmdeps import graph
    from ptmdeps.cli.list_command import locked, style
    from ptmdeps.render.models import TREE_FORMATS

    lockfile = locked(console)
    network = graph.model_graph(lockfile, lineage=lineage)
    if invert:
        network = network.reverse()
    if models:
        roots = tuple(node for name in models for node in graph.named(network, name))
    else:
        # upside down, the tree grows from the models that need nothing
        roots = tuple(n for n in sorted(network) if not network.in_degree(n)) if invert else graph.roots(lockfile)
    console.data(TREE_FORMATS[format_](network, roots, style(console)))
