"""Calls of ``torchvision`` (read in 0.29.2): builders named after their architecture.

The member of the enumeration of weights that a call gives is its ref. The addresses of the weights carry hashes,
which the library checks; ``DEFAULT`` and ``pretrained=True`` move from version to version.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Condition, Loader

_WEIGHTS = Argument(None, "weights")
_ARGUMENTS = Arguments(ref=_WEIGHTS)
_WANTED = (Condition(argument=_WEIGHTS), Condition(argument=Argument(0, "pretrained")))

_CLASSIFIERS = (
    *("alexnet", "googlenet", "inception_v3", "maxvit_t", "mobilenet_v2", "squeezenet1_0", "squeezenet1_1"),
    *(f"convnext_{size}" for size in ("tiny", "small", "base", "large")),
    *(f"densenet{layers}" for layers in (121, 161, 169, 201)),
    *(f"efficientnet_b{number}" for number in range(8)),
    *(f"efficientnet_v2_{size}" for size in "sml"),
    *(f"mnasnet{width}" for width in ("0_5", "0_75", "1_0", "1_3")),
    *("mobilenet_v3_small", "mobilenet_v3_large"),
    *(f"regnet_x_{size}" for size in ("400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf", "32gf")),
    *(f"regnet_y_{size}" for size in ("400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf", "32gf", "128gf")),
    *(f"resnet{layers}" for layers in (18, 34, 50, 101, 152)),
    *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"),
    *(f"shufflenet_v2_x{width}" for width in ("0_5", "1_0", "1_5", "2_0")),
    *(f"swin_{version}{size}" for version in ("", "v2_") for size in "tsb"),
    *(f"vgg{layers}{normalised}" for layers in (11, 13, 16, 19) for normalised in ("", "_bn")),
    *("vit_b_16", "vit_b_32", "vit_l_16", "vit_l_32", "vit_h_14"),
    *("mc3_18", "r3d_18", "r2plus1d_18", "s3d", "mvit_v1_b", "mvit_v2_s", "swin3d_t", "swin3d_s", "swin3d_b"),
    *("raft_small", "raft_large", "fasterrcnn_resnet50_fpn_v2", "maskrcnn_resnet50_fpn_v2"),
    "retinanet_resnet50_fpn_v2",
)
"""Builders that load nothing unless they are asked to."""

_BACKBONES = {
    "MobileNet_V3_Large_Weights.IMAGENET1K_V1": (
        *("deeplabv3_mobilenet_v3_large", "fasterrcnn_mobilenet_v3_large_320_fpn"),
        *("fasterrcnn_mobilenet_v3_large_fpn", "lraspp_mobilenet_v3_large", "ssdlite320_mobilenet_v3_large"),
    ),
    "ResNet101_Weights.IMAGENET1K_V1": ("deeplabv3_resnet101", "fcn_resnet101"),
    "ResNet50_Weights.IMAGENET1K_V1": (
        *("deeplabv3_resnet50", "fcn_resnet50", "fasterrcnn_resnet50_fpn", "fcos_resnet50_fpn"),
        *("keypointrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn", "retinanet_resnet50_fpn"),
    ),
    "VGG16_Weights.IMAGENET1K_FEATURES": ("ssd300_vgg16",),
}
"""Builders that load their backbone unless they are told not to."""


def _backbone(default: str) -> Also:
    return Also(
        model=Argument(None, "weights_backbone"),
        reads="file",
        notation="weights",
        default=default,
        conditions=(Condition(argument=Argument(None, "pretrained_backbone"), otherwise=True),),
        instead=True,
    )


LOADERS: tuple[Loader, ...] = (
    Loader(
        call="torchvision.models.*",
        names=_CLASSIFIERS,
        reads="file",
        notation="name",
        hub="torchvision",
        pin="hash",
        arguments=_ARGUMENTS,
        conditions=_WANTED,
    ),
    *(
        Loader(
            call="torchvision.models.*",
            names=names,
            reads="file",
            notation="name",
            hub="torchvision",
            pin="hash",
            arguments=_ARGUMENTS,
            conditions=_WANTED,
            also=(_backbone(default),),
        )
        for default, names in _BACKBONES.items()
    ),
    Loader(
        call="torchvision.models.get_model",
        model=Argument(0, "name"),
        reads="file",
        notation="name",
        hub="torchvision",
        pin="hash",
        arguments=_ARGUMENTS,
        conditions=(Condition(argument=_WEIGHTS), Condition(argument=Argument(None, "pretrained"))),
    ),
    Loader(
        call="torchvision.models.*_Weights.*.get_state_dict",
        named_by="call",
        reads="file",
        notation="weights",
        hub="torchvision",
        pin="hash",
    ),
)
