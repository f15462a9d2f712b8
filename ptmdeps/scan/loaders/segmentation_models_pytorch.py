"""Calls of ``segmentation_models_pytorch`` (read in 0.6.0): the encoder's weights are loaded unless told not to.

The set of weights (``imagenet``) counts as the ref. The library pins the repository of each encoder by commit in its
own table.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Condition, Loader

_HUB = "segmentation_models_pytorch"
_ARCHITECTURES = (
    *("Unet", "UnetPlusPlus", "MAnet", "Linknet", "FPN", "DeepLabV3", "DeepLabV3Plus", "PAN", "UPerNet"),
    "Segformer",
)


def _with_encoder(name: str, encoder: int, weights: int, default: str = "resnet34") -> Loader:
    argument = Argument(weights, "encoder_weights")
    return Loader(
        call=f"{_HUB}.{name}",
        model=Argument(encoder, "encoder_name"),
        reads="file",
        hub=_HUB,
        notation="name",
        arguments=Arguments(ref=argument),
        default=default,
        pin="hash",
        conditions=(Condition(argument=argument, otherwise=True),),
    )


LOADERS: tuple[Loader, ...] = (
    *(_with_encoder(name, 0, 2) for name in _ARCHITECTURES),
    _with_encoder("PSPNet", 0, 1),
    _with_encoder("DPT", 0, 2, "tu-vit_base_patch16_224.augreg_in21k"),
    _with_encoder("create_model", 1, 2),
    Loader(
        call=f"{_HUB}.encoders.get_encoder",
        model=Argument(0, "name"),
        reads="file",
        hub=_HUB,
        notation="name",
        arguments=Arguments(ref=Argument(3, "weights")),
        pin="hash",
        conditions=(Condition(argument=Argument(3, "weights")),),
    ),
    *(
        Loader(
            call=f"{_HUB}.{name}",
            model=Argument(0, "pretrained_model_name_or_path"),
            reads="snapshot",
            arguments=Arguments(ref=Argument(None, "revision")),
        )
        for name in ("from_pretrained", "*.from_pretrained")
    ),
)
