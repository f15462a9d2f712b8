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
    from ptmdeps import manifest as manifests
    from ptmdeps.cli.looking import asked_for, style
    from ptmdeps.errors import PtmdepsError
    from ptmdeps.hubs import HUBS, open_hub
    from ptmdeps.render.show import SHOW_FORMATS
    from ptmdeps.showing.collecting import collect
    from ptmdeps.showing.elements import show
    from ptmdeps.showing.wish import wish

    project = console.project
    lockfile = lockfiles.read(project.lockfile)
    wanted = wish(*asked_for(model, lockfile), lockfile)
    hub = open_hub(wanted.key.hub, manifests.read_workspace(project.root).hub(wanted.key.hub))
    if hub is None:
        raise PtmdepsError(f"this ptmdeps knows no hub `{wanted.key.hub}`", hint=f"Known: {', '.join(sorted(HUBS))}")
    evidence = collect(hub, wanted, lockfile, offline=offline)
    if evidence.trouble:
        console.warn(f"{evidence.trouble}: what lock and store say of `{wanted.key.label}` follows")
    console.detail(f"{hub.requests()} requests")
    console.data(SHOW_FORMATS[format_](show(evidence), style(console), everything=everything))
