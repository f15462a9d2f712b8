"""Whether there is room for what is to come: better said before than after forty gigabytes."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ptmdeps.errors import StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """``size`` bytes that are to be fetched or copied into ``folder``, which need not exist yet."""

    folder: Path
    size: int
    kind: Literal["fetched", "copied"]


def check(needs: Iterable[Need]) -> None:
    """Compare what is needed with what is free, for each file system by itself.

    Raises:
        StoreError: one of them has too little room; it says how much of what.
    """
    by_device: dict[int, list[Need]] = defaultdict(list)
    for need in needs:
        if need.size > 0:
            by_device[device_of(need.folder)].append(need)
    for together in by_device.values():
        free = shutil.disk_usage(_existing(together[0].folder)).free
        if free < sum(need.size for need in together):
            raise _too_little(together, free)


def device_of(folder: Path) -> int:
    """The file system that a folder is on, or would be."""
    return os.stat(_existing(folder)).st_dev  # noqa: PTH116 - one way to stat in this module


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _too_little(needs: list[Need], free: int) -> StoreError:
    sizes = {kind: sum(need.size for need in needs if need.kind == kind) for kind in ("fetched", "copied")}
    first, *others = [(size, kind) for kind, size in sizes.items() if size]
    rest = "".join(f" and {size:,} {kind}" for size, kind in others)
    return StoreError(
        f"{first[0]:,} bytes are to be {first[1]}{rest}, `{_existing(needs[0].folder)}` has {free:,} left",
        hint=f"Free some space{_ADVICE[bool(sizes['fetched']), bool(sizes['copied'])]}",
    )


_ADVICE = {
    (True, False): " (`ptmdeps cache prune`), or point `HF_HUB_CACHE` to a larger disk",
    (False, True): ", or choose another `--link-mode`",
    (True, True): " (`ptmdeps cache prune`), choose another `--link-mode`, or point `HF_HUB_CACHE` to a larger disk",
}
"""By whether something is to be fetched, and copied."""
