"""``ptmdeps list``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import format_option


@click.command("list")
@format_option("list", "text", "json")
@click.pass_obj
def command(console: Console, format_: str) -> None:
    """List the locked models."""
    from ptmdeps.cli.looking import locked, style
    from ptmdeps.render.models import LIST_FORMATS

    console.data(LIST_FORMATS[format_](locked(console), style(console)))
