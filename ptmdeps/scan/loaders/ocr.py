"""Reading text in pictures: ``easyocr`` (read in 1.7.2), ``paddleocr`` (3.7.0), ``doctr`` (``python-doctr`` 1.1.0).

Each has its own table of addresses. EasyOCR names its models by language.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Condition, Loader

_PADDLE_PARTS = ("text_detection_model_name", "textline_orientation_model_name", "doc_orientation_classify_model_name")

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="easyocr.Reader",
        model=Argument(0, "lang_list"),
        reads="file",
        hub="easyocr",
        notation="entry",
        pin="version",
    ),
    Loader(
        call="paddleocr.PaddleOCR",
        model=Argument(None, "text_recognition_model_name"),
        reads="file",
        hub="paddleocr",
        notation="entry",
        also=tuple(
            Also(model=Argument(None, name), reads="file", notation="entry", quiet=True) for name in _PADDLE_PARTS
        ),
        has_default=True,
        pin="version",
    ),
    Loader(
        call="doctr.models.ocr_predictor",
        model=Argument(0, "det_arch"),
        reads="file",
        hub="doctr",
        notation="entry",
        also=(
            Also(
                model=Argument(1, "reco_arch"),
                reads="file",
                notation="entry",
                conditions=(Condition(argument=Argument(2, "pretrained")),),
            ),
        ),
        has_default=True,
        pin="version",
        conditions=(Condition(argument=Argument(2, "pretrained")),),
    ),
    *(
        Loader(
            call=f"doctr.models.{function}",
            model=Argument(0, "arch"),
            reads="file",
            hub="doctr",
            notation="entry",
            has_default=True,
            pin="version",
            conditions=(Condition(argument=Argument(1, "pretrained")),),
        )
        for function in ("detection_predictor", "recognition_predictor")
    ),
    Loader(call="doctr.models.from_hub", model=Argument(0, "repo_id"), reads="snapshot", pin="none"),
)
