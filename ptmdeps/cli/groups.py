"""The options that choose groups of models, the same for every command that has them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ptmdeps.lockfile.groups import GroupSelection

_OPTIONS = (
    click.option("--group", multiple=True, metavar="GROUP", help="Take this group, too. Can be repeated."),
    click.option("--no-group", multiple=True, metavar="GROUP", help="Leave this group out. Can be repeated."),
    click.option("--only-group", multiple=True, metavar="GROUP", help="Take no other group. Can be repeated."),
    click.option("--all-groups", is_flag=True, help="Take every group."),
    click.option("--optional/--no-optional", default=False, help="Take optional models, too."),
)


def group_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of groups; it gets them as one value, ``groups``."""

    @functools.wraps(function)
    def with_groups(
        *arguments: Any,  # noqa: ANN401 - the command's own
        group: tuple[str, ...],
        no_group: tuple[str, ...],
        only_group: tuple[str, ...],
        all_groups: bool,
        optional: bool,
        **options: Any,  # noqa: ANN401 - the command's own
    ) -> None:
        function(*arguments, groups=_selection(group, no_group, only_group, all_groups, optional), **options)

    for option in reversed(_OPTIONS):
        with_groups = option(with_groups)
    return with_groups


def _selection(
    added: tuple[str, ...], without: tuple[str, ...], only: tuple[str, ...], everything: bool, optional: bool
) -> GroupSelection:
    from ptmdeps.lockfile.groups import GroupSelection

    if only and (everything or added):
        raise click.UsageError("--only-group takes no other group: leave --group and --all-groups out.")
    return GroupSelection(added=added, without=without, only=only, everything=everything, optional=optional)
