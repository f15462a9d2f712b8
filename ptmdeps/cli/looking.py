"""What the commands that look share: the lock, and how data may look."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ptmdeps.cli.console import Console
from ptmdeps.errors import LockfileError, PtmdepsError

if TYPE_CHECKING:
    from pathlib import Path

    from ptmdeps.graph.building import Code
    from ptmdeps.hubs.protocol import Hub
    from ptmdeps.identity import ModelKey
    from ptmdeps.licenses.situation import Situation
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.render.models import Style


def locked(console: Console) -> Lockfile:
    """The project's lockfile, which the commands that look need.

    Raises:
        LockfileError: there is none, or it cannot be read.
    """
    from ptmdeps import lockfile as lockfiles

    lockfile = lockfiles.read(console.project.lockfile)
    if lockfile is None:
        raise LockfileError("there is no `ptm.lock`", hint="Run `ptmdeps lock`")
    return lockfile


def asked_for(name: str, lockfile: Lockfile | None) -> tuple[ModelKey, str]:
    """The model that a name means, and the ref in it: a name without a hub may be locked from another one.

    Raises:
        ManifestError: it is no name of a model.
    """
    from ptmdeps.manifest import parse_specifier

    key, ref = parse_specifier(name)
    found = lockfile.named(name) if lockfile else ()
    same = not found or any(key in model.keys for model in found)
    return (key if same else found[0].key), ref


def hub_of(console: Console, key: ModelKey) -> Hub:
    """The hub of a model, as the project's manifest sets it.

    Raises:
        PtmdepsError: there is no such hub.
    """
    from ptmdeps import manifest as manifests
    from ptmdeps.hubs import HUBS, open_hub

    hub = open_hub(key.hub, manifests.read_workspace(console.project.root).hub(key.hub))
    if hub is None:
        raise PtmdepsError(f"this ptmdeps knows no hub `{key.hub}`", hint=f"Known: {', '.join(sorted(HUBS))}")
    return hub


def code_of(console: Console, lockfile: Lockfile, *, handoffs: bool = False) -> Code:
    """Where the project asks for models, and with ``handoffs`` what they hand to each other; from a fresh scan."""
    from ptmdeps.graph.building import Code
    from ptmdeps.graph.uses import counted, uses
    from ptmdeps.locking import gather

    inputs = gather(console.project)
    ignored = (reference for reference, _ in inputs.wanted.ignored)
    references = counted(inputs.scan.references, inputs.manifest, lockfile, ignored)
    asked = uses(references, inputs.manifest)
    if not handoffs:
        return Code(uses=asked)
    from ptmdeps.graph import handoffs as following

    root = console.project.root
    return Code(uses=asked, handoffs=following.handoffs(references, partial(_source, root)))


def _source(root: Path, path: str) -> bytes | None:
    """A file of the project that was scanned; ``None`` where it is not there any more."""
    try:
        return (root / path).read_bytes()
    except OSError:
        return None


def situation(console: Console, lockfile: Lockfile) -> Situation:
    """What the project does with its models, by its manifest and its own licence.

    Raises:
        ManifestError: the manifest cannot be read.
    """
    from ptmdeps import manifest as manifests
    from ptmdeps.licenses.situation import Situation, concluded
    from ptmdeps.manifest.project_table import project_facts

    root = console.project.root
    return Situation(
        policy=manifests.read(root).policy,
        license=concluded(project_facts(root).license),
        lineage=lockfile.options.lineage,
    )


def style(console: Console) -> Style:
    """How data may look on this console."""
    import sys

    from ptmdeps.render.models import Style

    return Style(color=console.colors_data, fit=sys.stdout.isatty())
