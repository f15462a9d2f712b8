"""``ptmdeps env``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console


@click.command("env")
@click.option(
    "--format",
    "format_",
    envvar="PTMDEPS_ENV_FORMAT",
    type=click.Choice(["shell", "fish", "dotenv", "docker", "json"]),
    default="shell",
    help="For whom to print them.",
)
@click.pass_obj
def command(console: Console, format_: str) -> None:
    """Print the environment variables that `run` sets.

    For a shell: eval "$(ptmdeps env)". For a container: ptmdeps env --format docker.
    """
    from ptmdeps.render.variables import VARIABLE_FORMATS
    from ptmdeps.running import conflicting_variables, python_path, variables

    environment = console.project.environment
    if not environment.is_dir():
        console.warn(f"there is no environment at `{environment}` yet; run `ptmdeps sync`")
    settings = variables(environment)
    console.data(VARIABLE_FORMATS[format_](settings, conflicting_variables(), python_path(environment)))
