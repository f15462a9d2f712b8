"""A manifest as a value, out of the tables of its document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ptmdeps import __version__
from ptmdeps.lockfile.model import Options
from ptmdeps.manifest import options
from ptmdeps.manifest.bom import NOTHING_SAID, BomStatements, bom_statements
from ptmdeps.manifest.fields import KeyPath, Mistake, Section, choice, mistake, refuse_unknown, strings, text
from ptmdeps.manifest.hubs import AS_IT_IS, HubSettings, hub_settings
from ptmdeps.manifest.ignoring import IgnoreRule, ignore_rules
from ptmdeps.manifest.loaders import DeclaredLoader, declared_loaders
from ptmdeps.manifest.models import group_name, requirements
from ptmdeps.manifest.policy import Policy, policy
from ptmdeps.manifest.pull_requests import AS_USUAL, PullRequestSettings, pull_request_settings
from ptmdeps.manifest.workspaces import Workspace, workspace
from ptmdeps.paths import printable
from ptmdeps.requirement import DEFAULT_GROUP, Requirement

PYPROJECT = "pyproject.toml"
STANDALONE = "ptm.toml"
LINK_MODES = ("auto", "reflink", "hardlink", "symlink", "copy")
ALL_GROUPS = "all"

OWN_KEYS = frozenset({"models", "ignore", "exclude", "loaders", "required-version"})
"""What each member of a workspace says for itself; everything else its root says for all."""

KEYS = OWN_KEYS | options.KEYS | {"default-groups", "include", "link-mode", "hubs", "policy", "bom", "pr", "workspace"}

_NO_POLICY = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Wishes and settings of a project.

    Attributes:
        source: name of the file it was read from; empty where there is none.
        requirements: models that the project needs whether or not its code says so; where a member of a workspace
            says it, its manifest is in ``used_in``.
        ignore: models that the code mentions and that must not be locked.
        options: settings that change a resolution.
        default_groups: the groups that are synced where nothing else is said, sorted; ``None`` for all of them.
        link_mode: how the environment's files come from the store, one of ``LINK_MODES``.
        include: glob patterns of the only paths whose loads count; empty: all.
        exclude: glob patterns of paths that are not scanned.
        loaders: calls of the project's own libraries that load models.
        hubs: where hubs are, sorted by their names.
        policy: which models the project allows itself.
        bom: what it says for its bill of materials.
        pull_requests: which upgrades it wants proposed, and how.
        workspace: the projects that share the lock of this one; ``None`` where it is alone.
    """

    source: str = ""
    requirements: tuple[Requirement, ...] = ()
    ignore: tuple[IgnoreRule, ...] = ()
    options: Options = Options()
    default_groups: tuple[str, ...] | None = (DEFAULT_GROUP,)
    link_mode: str = "auto"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    loaders: tuple[DeclaredLoader, ...] = ()
    hubs: tuple[tuple[str, HubSettings], ...] = ()
    policy: Policy = _NO_POLICY
    bom: BomStatements = NOTHING_SAID
    pull_requests: PullRequestSettings = AS_USUAL
    workspace: Workspace | None = None

    def hub(self, name: str) -> HubSettings:
        """What the manifest says of a hub."""
        return dict(self.hubs).get(name, AS_IT_IS)


def prefix_of(source: str) -> KeyPath:
    """Where the settings of ptmdeps stand in a manifest of this name."""
    return () if source.rpartition("/")[2] == STANDALONE else ("tool", "ptmdeps")


def section_of(document: dict[str, Any], source: str) -> Section:
    """The settings of ptmdeps in a document; empty where it has none.

    Raises:
        Mistake: they are no table.
    """
    values: Any = document
    for key in (prefix := prefix_of(source)):
        values = values.get(key, {}) if isinstance(values, dict) else {}
    if not isinstance(values, dict):
        raise Mistake(prefix, "must be a table")
    return Section(values, prefix)


def manifest_of(section: Section, source: str) -> Manifest:
    """The manifest that a table holds.

    Raises:
        Mistake: naming the first value that must not stand where it stands.
    """
    # a newer ptmdeps may know keys that this one does not: which one is meant comes first
    _refuse_other_version(section)
    refuse_unknown(section, KEYS)
    return Manifest(
        source=source,
        requirements=tuple(sorted(requirements(section))),
        ignore=tuple(ignore_rules(section)),
        options=options.options(section),
        default_groups=_default_groups(section),
        link_mode=choice(section, "link-mode", LINK_MODES),
        include=strings(section, "include"),
        exclude=strings(section, "exclude"),
        loaders=tuple(declared_loaders(section)),
        hubs=tuple(hub_settings(section, source)),
        policy=policy(section),
        bom=bom_statements(section),
        pull_requests=pull_request_settings(section),
        workspace=workspace(section),
    )


def _refuse_other_version(section: Section) -> None:
    wanted = text(section, "required-version")
    if not wanted:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        specifier = SpecifierSet(wanted)
    except InvalidSpecifier as error:
        problem = f"is no version specifier: `{printable(wanted)}`"
        raise mistake(section, "required-version", problem, hint="Such as `>=1.2,<2`") from error
    if not specifier.contains(__version__, prereleases=True):
        raise mistake(
            section,
            "required-version",
            f"asks for ptmdeps {printable(wanted)}, this one is {__version__}",
            hint=f'Install the one that the project asks for: pip install "ptmdeps{printable(wanted)}"',
        )


def _default_groups(section: Section) -> tuple[str, ...] | None:
    value = section.values.get("default-groups", [DEFAULT_GROUP])
    if value == ALL_GROUPS:
        return None
    if not isinstance(value, list) or not all(isinstance(group, str) for group in value):
        raise mistake(section, "default-groups", f'must be an array of strings, or "{ALL_GROUPS}"')
    return tuple(sorted(set(_names(value, (*section.path, "default-groups")))))


def _names(groups: list[str], path: KeyPath) -> Iterator[str]:
    for index, group in enumerate(groups):
        yield group_name(group, (*path, index))
