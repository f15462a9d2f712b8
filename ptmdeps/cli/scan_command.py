"""``ptmdeps scan``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console


@click.command("scan")
@click.argument("path", required=False, type=click.Path(exists=True))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Form of the output.")
@click.option("--unresolved", is_flag=True, help="Show only the loads whose model cannot be known.")
@click.option("--explain", is_flag=True, help="Show where each value was found.")
@click.pass_obj
def command(console: Console, path: str | None, format_: str, *, unresolved: bool, explain: bool) -> None:
    """List the models that the code under PATH loads.

    PATH is a folder or a file, by default the project. Nothing of the project is imported or run, and no network
    is used. Loads whose model cannot be known without running the code are listed with the reason.
    """
    from pathlib import Path

    from ptmdeps import manifest as manifests
    from ptmdeps.project import cache_folder
    from ptmdeps.render.scan import SCAN_FORMATS, View
    from ptmdeps.scan import ScanCache, ScanOptions, scan

    project = console.project
    root = Path(path) if path else project.root
    manifest = manifests.read(project.root)
    cache = None if path else ScanCache(cache_folder() / "scan" / project.identifier)
    result = scan(root, options=ScanOptions(exclude=manifest.exclude), cache=cache)
    view = View(unresolved_only=unresolved, explain=explain)
    console.data(SCAN_FORMATS[format_](result, view))
