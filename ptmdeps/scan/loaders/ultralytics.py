"""Models of ``ultralytics`` (read in 8.4.190): files that it downloads from its own releases if it knows their names.

Which release that is follows from the version of the library; so does the default of each class.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader

_CLASSES = ("YOLO", "RTDETR", "SAM", "FastSAM", "NAS", "YOLOWorld", "YOLOE")

LOADERS: tuple[Loader, ...] = (
    *(
        Loader(
            call=f"ultralytics.{name}",
            model=Argument(0, "model"),
            reads="file",
            hub="ultralytics",
            notation="asset",
            has_default=True,
            pin="version",
        )
        for name in _CLASSES
    ),
    Loader(
        call="ultralytics.utils.downloads.attempt_download_asset",
        model=Argument(0, "file"),
        reads="file",
        hub="ultralytics",
        notation="asset",
        pin="version",
        result="path",
    ),
)
