"""``ptmdeps completion``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print a script that makes a shell complete commands, options and locked models.

    bash: eval "$(ptmdeps completion bash)" in ~/.bashrc. zsh: the same in ~/.zshrc, after compinit. fish: ptmdeps
    completion fish > ~/.config/fish/completions/ptmdeps.fish.
    """
    from click.shell_completion import get_completion_class

    console: Console = context.obj
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - the choice names shells that click knows
    console.data(made(context.find_root().command, {}, "ptmdeps", "_PTMDEPS_COMPLETE").source() + "\n")
