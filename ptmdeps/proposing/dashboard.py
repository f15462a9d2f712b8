"""The dashboard: an issue that lists every upgrade, with boxes that people tick to have one done now."""

from __future__ import annotations

import re

LABEL = "ptmdeps-dashboard"
"""By which the issue is found."""

TITLE = "Model upgrades"
_TICKED = re.compile(r"^[ \t]*[-*][ \t]+\[[xX]\][ \t]+<!-- ptmdeps:do ([A-Za-z0-9._/-]{1,200}) -->", re.MULTILINE)
_MOST = 10_000


def box(key: str) -> str:
    """The beginning of a list item with an empty box, for the action of that key: ``- [ ] <!-- ptmdeps:do … -->``."""
    return f"- [ ] <!-- ptmdeps:do {key} -->"


def ticked(body: str) -> frozenset[str]:
    """The keys whose boxes are ticked; what is no key of an action is nobody's business."""
    return frozenset(match[1] for _, match in zip(range(_MOST), _TICKED.finditer(body), strict=False))
