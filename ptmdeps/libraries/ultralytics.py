"""ultralytics: ``YOLO("yolo11n.pt")``.

Read are the names of the files that it downloads by itself (``GITHUB_ASSETS_NAMES`` of ``utils/downloads.py``, 8.0.43
to 8.4.190) and the release of ``ultralytics/assets`` that they come from (``release`` of ``attempt_download_asset``).
It knows no hashes. A file lies where it is asked for, by default in the working directory. Names of YOLOv3 and YOLOv5
are those of their newer weights (``check_yolov5u_filename``): ``yolov5n.pt`` is ``yolov5nu.pt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ptmdeps.libraries.expressions import members_of
from ptmdeps.libraries.reading import at_address
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Names
from ptmdeps.libraries.tracing import Tracer

_MODULES = ("ultralytics.utils.downloads", "ultralytics.yolo.utils.downloads")
_NAMES = ("GITHUB_ASSETS_NAMES", "GITHUB_ASSET_NAMES")
_FUNCTION = "attempt_download_asset"
_FORMER = re.compile(r"(yolov5[nsmlx]6?|yolov3(?:-tiny|-spp)?)\.pt")


def spellings(name: str, ref: str) -> Iterator[str]:
    """The name, or that of the newer weights which stand for it."""
    del ref
    former = _FORMER.fullmatch(name)
    yield f"{former[1]}u.pt" if former else name


def read(modules: Modules) -> Names:
    """Return the address of every file."""
    tracer = Tracer(modules)
    found: dict[str, str] = {}
    for module in _MODULES:
        repository, release = (modules.default(f"{module}.{_FUNCTION}", one) for one in ("repo", "release"))
        if repository and release:
            folder = f"https://github.com/{repository.text}/releases/download/{release.text}"
            found |= {name: f"{folder}/{name}" for name in _names(tracer, module)}
    return {name: (at_address(address, reads="ultralytics"),) for name, address in found.items()}


def _names(tracer: Tracer, module: str) -> Iterator[str]:
    for constant in _NAMES:
        members = members_of(tracer.value(f"{module}.{constant}")) or ()
        yield from (one for one in members if isinstance(one, str))
