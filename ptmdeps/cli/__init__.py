"""The command line: arguments → operation → text. One file a verb; nothing heavy is imported until a verb runs."""

from __future__ import annotations

import gc
import importlib
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ptmdeps import __version__
from ptmdeps.cli.console import Console, color_choice, show_error
from ptmdeps.errors import PtmdepsError

COMMANDS: Mapping[str, str] = {
    "scan": "List the models that the code loads",
    "lock": "Pin every model the code loads in ptm.lock",
    "sync": "Make .ptm match the lock exactly",
    "install": "Add models to the project, lock and sync",
    "remove": "Take models out of the project, lock and sync",
    "upgrade": "Move pins to what their refs are now, lock and sync",
    "pr": "Open and update pull requests that upgrade models",
    "outdated": "Show which locked models have moved at their hubs",
    "diff": "Show what changed in models",
    "run": "Run a command that loads exactly the pinned models, offline",
    "env": "Print the environment variables that `run` sets",
    "export": "Write a bundle of lock and files, for machines without a network",
    "import": "Take over models that others have pinned",
    "list": "List the locked models",
    "tree": "Show which model needs which",
    "why": "Show what asks for a model",
    "graph": "Write the graph of models, code and data",
    "show": "Show what is known of a model",
    "licenses": "Show which licences the models are under, and what follows",
    "sbom": "Write the bill of materials of the models",
    "check": "Check the lock, what models need, licences, the policy",
    "cache": "Look after the stores: list, verify, prune",
    "completion": "Make a shell complete commands and models",
    "help": "Show help on a command or a topic",
}
"""Every verb with its short help; the module of the same name in this package holds its ``command``."""

HIDDEN = ("merge-driver",)
"""Verbs for programs: called like the others, and listed nowhere."""

_COLLECT_AFTER = 200_000
_CONTEXT = {"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "PTMDEPS", "max_content_width": 100}


class _Verbs(click.Group):
    """Imports a verb's module when it is called, and turns errors into messages and exit codes."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in (*COMMANDS, *HIDDEN):
            return None
        command: click.Command = importlib.import_module(f"ptmdeps.cli.{name.replace('-', '_')}_command").command
        return command

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:  # noqa: ANN401 - click's own type
        if args and args[0] not in (*COMMANDS, *HIDDEN):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if close:
                raise click.UsageError(f"There is no command `{args[0]}`. Did you mean `{close[0]}`?", context)
        return super().resolve_command(context, args)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401 - click's own type
        with _warnings_as_lines(context):
            try:
                return super().invoke(context)
            except PtmdepsError as error:
                show_error(error, color=context.color)
                context.exit(error.exit_code)


@click.group(cls=_Verbs, context_settings=_CONTEXT)
@click.version_option(__version__, "-V", "--version", prog_name="ptmdeps", message="%(prog)s %(version)s")
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    metavar="DIR",
    help="Folder in or under the project. [default: .]",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors and data.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour.")
@click.option("--no-progress", is_flag=True, help="Draw no progress bars.")
@click.pass_context
def cli(context: click.Context, *, project: Path, quiet: bool, verbose: bool, color: str, no_progress: bool) -> None:
    """Lock, install and enforce the pre-trained models that your code loads.

    Human text goes to standard error, data to standard output. Exit codes: 0 done or clean, 1 a check found
    something, 2 could not do it. Every option can be given as a variable: PTMDEPS_<COMMAND>_<OPTION>.
    """
    choice = color_choice(color)
    context.color = choice
    context.obj = Console(
        start=project, verbosity=-1 if quiet else int(verbose), color=choice, progress=not no_progress
    )


def main() -> None:
    """Entry point of the ``ptmdeps`` program."""
    # a lock is a hundred thousand small objects without cycles: looking for some takes a quarter of the time
    gc.set_threshold(_COLLECT_AFTER)
    try:
        cli(prog_name="ptmdeps")
    finally:
        # nor is it worth looking for some once more when everything ends
        gc.freeze()


@contextmanager
def _warnings_as_lines(context: click.Context) -> Iterator[None]:
    """What we warn of and log becomes a line, once, from whatever thread; warnings for developers stay silent."""
    import logging

    said: set[str] = set()

    def tell(text: str) -> None:
        if text not in said and isinstance(context.obj, Console):
            said.add(text)
            context.obj.warn(text)

    def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        if category is UserWarning:
            tell(str(message))

    class Teller(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            tell(record.getMessage())

    logger, teller = logging.getLogger("ptmdeps"), Teller(logging.WARNING)
    logger.addHandler(teller)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)
            warnings.showwarning = show
            yield
    finally:
        logger.removeHandler(teller)
