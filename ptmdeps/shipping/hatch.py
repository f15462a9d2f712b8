"""The build hook for hatchling: ``[tool.hatch.build.hooks.ptmdeps]``, with ptmdeps among ``build-system.requires``.

See https://hatch.pypa.io/latest/plugins/build-hook/reference/. Only hatchling imports this module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from ptmdeps.lockfile import FILENAME
from ptmdeps.shipping import lock_to_ship


class ShippedLock(BuildHookInterface[Any]):
    """Puts the lock into the metadata of wheels, and into source distributions, from which wheels are built, too."""

    PLUGIN_NAME = "ptmdeps"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Add the lock to what is built."""
        lock_to_ship(Path(self.root))
        place = "extra_metadata" if self.target_name == "wheel" else "force_include"
        build_data[place][str(Path(self.root, FILENAME))] = FILENAME


@hookimpl
def hatch_register_build_hook() -> type[ShippedLock]:
    """Name the hook to hatchling."""
    return ShippedLock
