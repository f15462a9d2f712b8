"""Smaller libraries of image models, each with its own table of addresses.

Read: ``efficientnet_pytorch`` 0.7.1, ``pretrainedmodels`` 0.7.4, ``lpips`` 0.1.4, ``rembg`` 2.0.86, ``torchxrayvision``
1.5.7, ``super_gradients`` 3.7.1, ``gluoncv`` 0.10.5.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Condition, Loader

_CADENE = (
    *("fbresnet152", "cafferesnet101", "bninception", "resnext101_32x4d", "resnext101_64x4d", "inceptionv4"),
    *("inceptionresnetv2", "nasnetalarge", "nasnetamobile", "alexnet", "densenet121", "densenet169", "densenet201"),
    *("densenet161", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "inceptionv3", "squeezenet1_0"),
    *("squeezenet1_1", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19_bn", "vgg19", "dpn68"),
    *("dpn68b", "dpn92", "dpn98", "dpn131", "dpn107", "xception", "senet154", "se_resnet50", "se_resnet101"),
    *("se_resnet152", "se_resnext50_32x4d", "se_resnext101_32x4d", "pnasnet5large", "polynet"),
)


def _entry(call: str, name: str, hub: str, *, conditions: tuple[Condition, ...] = (), optional: bool = False) -> Loader:
    return Loader(
        call=call,
        model=Argument(0, name),
        reads="file",
        hub=hub,
        notation="entry",
        pin="version",
        conditions=conditions,
        optional=optional,
    )


_PRETRAINED = (Condition(argument=Argument(None, "pretrained")),)

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="efficientnet_pytorch.EfficientNet.from_pretrained",
        model=Argument(0, "model_name"),
        reads="file",
        hub="efficientnet_pytorch",
        notation="entry",
        pin="hash",
        unless=("weights_path",),
    ),
    Loader(
        call="pretrainedmodels.*",
        names=_CADENE,
        reads="file",
        hub="pretrainedmodels",
        notation="entry",
        pin="hash",
        conditions=(Condition(argument=Argument(1, "pretrained"), otherwise=True),),
    ),
    Loader(
        call="lpips.LPIPS",
        model=Argument(1, "net"),
        reads="file",
        hub="lpips",
        notation="entry",
        default="alex",
        pin="version",
        unless=("pnet_rand",),
    ),
    Loader(
        call="rembg.new_session",
        model=Argument(0, "model_name"),
        reads="file",
        hub="rembg",
        notation="entry",
        has_default=True,
        pin="version",
    ),
    *(
        Loader(
            call=f"torchxrayvision.{name}",
            model=Argument(position, "weights"),
            reads="file",
            hub="torchxrayvision",
            notation="entry",
            pin="version",
            optional=True,
        )
        for name, position in (
            ("models.DenseNet", None),
            ("models.ResNet", 0),
            ("autoencoders.ResNetAE", 0),
            ("models.get_model", 0),
        )
    ),
    Loader(
        call="super_gradients.training.models.get",
        model=Argument(0, "model_name"),
        reads="file",
        hub="super_gradients",
        notation="entry",
        arguments=Arguments(ref=Argument(5, "pretrained_weights")),
        pin="version",
        conditions=(Condition(argument=Argument(5, "pretrained_weights")),),
    ),
    _entry("gluoncv.model_zoo.get_model", "name", "gluon", conditions=_PRETRAINED),
    _entry("mxnet.gluon.model_zoo.vision.get_model", "name", "gluon", conditions=_PRETRAINED),
)
