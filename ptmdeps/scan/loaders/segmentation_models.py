"""Calls of ``segmentation_models`` (read in 1.0.1), of Keras: the backbone's weights are loaded unless told not to.

The set of weights (``imagenet``) counts as the ref. The addresses of each backbone and their hashes are in the library.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Condition, Loader

_WEIGHTS = Argument(5, "encoder_weights")

LOADERS: tuple[Loader, ...] = tuple(
    Loader(
        call=f"segmentation_models.{name}",
        model=Argument(0, "backbone_name"),
        reads="segmentation-models",
        hub="segmentation_models",
        notation="name",
        arguments=Arguments(ref=_WEIGHTS),
        default="vgg16",
        pin="hash",
        conditions=(Condition(argument=_WEIGHTS, otherwise=True),),
    )
    for name in ("FPN", "Linknet", "PSPNet", "Unet")
)
