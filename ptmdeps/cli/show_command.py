"""``ptmdeps show``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL, format_option


@click.command("show")
@click.argument("model", type=LOCKED_MODEL, metavar="MODEL[@REF]")
@click.option("--offline", is_flag=True, help="Use no network: what lock and store say of a locked model.")
@click.option("--all", "everything", envvar="PTMDEPS_SHOW_ALL", is_flag=True, help="Cut no list and no text short.")
@format_option("show", "text", "json")
@click.pass_obj
def command(console: Console, model: str, *, offline: bool, everything: bool, format_: str) -> None:
    """Show what is known of a model, and what is not.

    Of a locked model the locked revision is shown, and what came after it; any other model of the hub at REF. Every
    value has its source beside it: a file of the model, the hub, the lock. Nothing is stored or changed.
    """
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.cli.looking import asked_for, hub_of, style
    from ptmdeps.render.show import SHOW_FORMATS
    from ptmdeps.showing.collecting import collect
    from ptmdeps.showing.elements import show
    from ptmdeps.showing.wish import wish

    lockfile = lockfiles.read(console.project.lockfile)
    wanted = wish(*asked_for(model, lockfile), lockfile)
    hub = hub_of(console, wanted.key)
    evidence = collect(hub, wanted, lockfile, offline=offline)
    if evidence.trouble:
        console.warn(f"{evidence.trouble}: what lock and store say of `{wanted.key.label}` follows")
    console.detail(f"{hub.requests()} requests")
    console.data(SHOW_FORMATS[format_](show(evidence), style(console), everything=everything))
