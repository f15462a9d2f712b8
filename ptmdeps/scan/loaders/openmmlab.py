"""Calls of the OpenMMLab libraries: ``mmdet`` (read in 3.3.0), ``mmengine`` (0.10.7), and those with the same shape.

A checkpoint is an address or a path; an inferencer takes the name of a configuration in the library's own index.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Condition, Loader

_BUILDERS = (
    *("mmdet.apis.init_detector", "mmseg.apis.init_segmentor", "mmseg.apis.init_model", "mmpose.apis.init_model"),
    *("mmpose.apis.init_pose_model", "mmaction.apis.init_recognizer", "mmocr.apis.init_detector"),
    *("mmrotate.apis.init_detector_by_huge_image", "mmdet3d.apis.init_model", "mmcls.apis.init_model"),
    *("mmagic.apis.init_model", "mmedit.apis.init_model", "mmtrack.apis.init_model"),
)
_INFERENCERS = (
    *("mmdet.apis.DetInferencer", "mmseg.apis.MMSegInferencer", "mmpose.apis.MMPoseInferencer"),
    *("mmpretrain.ImageClassificationInferencer", "mmpretrain.FeatureExtractor"),
)

LOADERS: tuple[Loader, ...] = (
    *(
        Loader(
            call=call,
            model=Argument(1, "checkpoint"),
            reads="file",
            hub="url",
            notation="address",
            pin="hash",
            optional=True,
        )
        for call in _BUILDERS
    ),
    *(
        Loader(call=call, model=Argument(1, "filename"), reads="file", hub="url", notation="address", pin="hash")
        for call in ("mmengine.runner.load_checkpoint", "mmcv.runner.load_checkpoint")
    ),
    *(
        Loader(
            call=call,
            model=Argument(0, "model"),
            reads="file",
            hub="openmmlab",
            notation="entry",
            pin="version",
            optional=True,
            unless=("weights",),
        )
        for call in _INFERENCERS
    ),
    Loader(
        call="mmpretrain.get_model",
        model=Argument(0, "model"),
        reads="file",
        hub="openmmlab",
        notation="entry",
        pin="version",
        conditions=(Condition(argument=Argument(1, "pretrained")),),
    ),
)
