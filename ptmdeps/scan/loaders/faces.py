"""Faces: ``insightface`` (read in 2.1), ``deepface`` (0.0.103), ``facenet_pytorch`` (2.6.0), ``facexlib`` (0.3.0).

Each has its own table of addresses; none takes a ref.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader


def _deepface(function: str, position: int) -> Loader:
    return Loader(
        call=f"deepface.DeepFace.{function}",
        model=Argument(position, "model_name"),
        reads="file",
        hub="deepface",
        notation="entry",
        default="VGG-Face",
        pin="version",
    )


def _facexlib(task: str, default: str = "") -> Loader:
    return Loader(
        call=f"facexlib.{task}.init_{task}_model",
        model=Argument(0, "model_name"),
        reads="file",
        hub="facexlib",
        notation="entry",
        default=default,
        pin="version",
    )


LOADERS: tuple[Loader, ...] = (
    Loader(
        call="insightface.app.FaceAnalysis",
        model=Argument(0, "name"),
        reads="file",
        hub="insightface",
        notation="entry",
        default="buffalo_l",
        pin="version",
    ),
    Loader(
        call="insightface.model_zoo.get_model",
        model=Argument(0, "name"),
        reads="file",
        hub="insightface",
        notation="entry",
        pin="version",
    ),
    _deepface("verify", 2),
    _deepface("find", 2),
    _deepface("represent", 1),
    Loader(
        call="deepface.DeepFace.build_model",
        model=Argument(0, "model_name"),
        reads="file",
        hub="deepface",
        notation="entry",
        pin="version",
    ),
    Loader(
        call="facenet_pytorch.InceptionResnetV1",
        model=Argument(0, "pretrained"),
        reads="file",
        hub="facenet_pytorch",
        notation="entry",
        pin="version",
        optional=True,
    ),
    *(_facexlib(task) for task in ("alignment", "assessment", "detection", "headpose", "recognition")),
    _facexlib("matting", "modnet"),
    _facexlib("parsing", "bisenet"),
)
