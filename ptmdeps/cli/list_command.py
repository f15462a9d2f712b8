"""``ptmdeps list``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console


@click.command("list")
@click.option(
    "--format",
    "format_",
    envvar="PTMDEPS_LIST_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Form of the output.",
)
@click.pass_obj
def command(console: Console, format_: str) -> None:
    """List the locked models."""
    from ptmdeps.cli.looking import locked, style
    from ptmdeps.render.models import LIST_FORMATS

    console.data(LIST_FORMATS[format_](locked(console), style(console)))
