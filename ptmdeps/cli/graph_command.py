"""``ptmdeps graph``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL, format_option

if TYPE_CHECKING:
    from ptmdeps.graph import ModelGraph, Node
    from ptmdeps.lockfile import Lockfile


@click.command("graph")
@click.argument("models", nargs=-1, type=LOCKED_MODEL, metavar="[MODEL]…")
@format_option("graph", "json", "dot", "mermaid", "graphml", "html")
@click.option("--lineage/--no-lineage", default=True, help="Whether to show what models came from. [default: show]")
@click.option("--code/--no-code", default=True, help="Whether to show the places that load models. [default: show]")
@click.option("--packages", is_flag=True, help="Show also the Python packages that models need.")
@click.option("--licenses", is_flag=True, help="Judge the licences, and say what comes out for each model.")
@click.option("--depth", type=click.IntRange(min=0), help="Show no more than this many steps from where it begins.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write into this file.")
@click.pass_obj
def command(
    console: Console,
    models: tuple[str, ...],
    format_: str,
    *,
    lineage: bool,
    code: bool,
    packages: bool,
    licenses: bool,
    depth: int | None,
    output: Path | None,
) -> None:
    """Write the graph of models, code and data, for programs and for people.

    Begins at the project, or at the named models: what leads to them, and what they lead to. Whatever connects two
    nodes has its evidence: a field of a file, or a place in the code. Nothing is run, and no network is used.
    """
    from ptmdeps.cli.looking import code_of, locked
    from ptmdeps.graph import model_graph
    from ptmdeps.render.graph import written
    from ptmdeps.render.graph.document import document

    lockfile = locked(console)
    found = code_of(console, lockfile, handoffs=True) if code else None
    network = model_graph(lockfile, lineage=lineage, packages=packages, project=True, code=found)
    outcomes = _outcomes(console, lockfile) if licenses else {}
    text = written(document(network, lockfile, _part(network, models, depth), outcomes=outcomes), format_)
    if output is None:
        console.data(text)
    else:
        from ptmdeps import atomic

        atomic.write(output, text.encode())
        console.say(f"Wrote the graph into `{output}`")


def _outcomes(console: Console, lockfile: Lockfile) -> dict[Node, str]:
    """What the rules on licences come to, for every locked model."""
    from ptmdeps.cli.looking import situation
    from ptmdeps.graph import Node
    from ptmdeps.licenses.judging import judge

    verdicts = judge(lockfile, situation(console, lockfile))
    return {Node(one.model.key, one.model.ref): one.outcome for one in verdicts}


def _part(network: ModelGraph, models: tuple[str, ...], depth: int | None) -> ModelGraph:
    from ptmdeps.graph import PROJECT, named
    from ptmdeps.graph.selecting import around

    if not models and depth is None:
        return network
    begin = [node for name in models for node in named(network, name)] or [PROJECT]
    return around(network, begin, depth)
