"""``ptmdeps help``."""

from __future__ import annotations

import difflib
from importlib.resources import files

import click

from ptmdeps.cli.console import Console

_TOPICS = files("ptmdeps.cli").joinpath("topics")


@click.command("help")
@click.argument("topic", nargs=-1)
@click.pass_context
def command(context: click.Context, topic: tuple[str, ...]) -> None:
    """Show help on a command or a topic; without one, list both."""
    console: Console = context.obj
    root = context.find_root()
    assert isinstance(root.command, click.Group)  # noqa: S101 - the program is a group of commands
    name = "-".join(topic)
    if not name:
        console.data(f"{root.get_help()}\n\nTopics:\n{_summary()}")
        return
    if (found := _nested(root, topic)) is not None:
        console.data(found.get_help() + "\n")
        return
    if name not in topics():
        known = (*root.command.list_commands(root), *topics())
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean `{close[0]}`?" if close else f" Topics are {', '.join(topics())}."
        raise click.UsageError(f"There is no help on `{name}`.{hint}")
    console.data(text(name))


def topics() -> tuple[str, ...]:
    """Every topic, sorted."""
    return tuple(sorted(entry.name.removesuffix(".txt") for entry in _TOPICS.iterdir() if entry.name.endswith(".txt")))


def text(topic: str) -> str:
    """What is said on a topic; its first line is its title."""
    return _TOPICS.joinpath(f"{topic}.txt").read_text(encoding="utf-8")


def _summary() -> str:
    width = max(map(len, topics()))
    return "".join(f"  {topic:<{width}}  {text(topic).partition(chr(10))[0]}\n" for topic in topics())


def _nested(root: click.Context, names: tuple[str, ...]) -> click.Context | None:
    """The context of ``cache prune`` and the like; ``None`` where there is no such command."""
    context = root
    for name in names:
        found = context.command.get_command(context, name) if isinstance(context.command, click.Group) else None
        if found is None:
            return None
        context = click.Context(found, parent=context, info_name=name)
    return context
