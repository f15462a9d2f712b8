"""Keras: ``keras.applications`` (read in 3.15.1), ``keras_hub`` (0.32.0), ``keras_nlp``, ``keras_cv`` (0.9.0).

``keras``, ``tf.keras`` and ``tf_keras`` have the same applications. They load ``imagenet`` unless they are told not
to, from addresses whose hashes stand in the library.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Condition, Loader

_ROOTS = ("keras", "tensorflow", "tf_keras")
_APPLICATIONS = {
    1: (
        *("Xception", "VGG16", "VGG19", "InceptionV3", "InceptionResNetV2", "DenseNet121", "DenseNet169"),
        *("DenseNet201", "ResNet50", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2", "ResNet152V2"),
        *(f"EfficientNetB{number}" for number in range(8)),
        *(f"EfficientNetV2{size}" for size in ("B0", "B1", "B2", "B3", "S", "M", "L")),
        *(f"RegNet{family}{size:03d}" for family in "XY" for size in (2, 4, 6, 8, 16, 32, 40, 64, 80, 120, 160, 320)),
        *(f"ResNetRS{layers}" for layers in (50, 101, 152, 200, 270, 350, 420)),
    ),
    2: ("NASNetMobile", "NASNetLarge", *(f"ConvNeXt{size}" for size in ("Tiny", "Small", "Base", "Large", "XLarge"))),
    3: ("MobileNetV2",),
    4: ("MobileNetV3Small", "MobileNetV3Large"),
    5: ("MobileNet",),
}
"""Applications by the position of ``weights``."""

LOADERS: tuple[Loader, ...] = (
    *(
        Loader(
            call=f"{root}.*",
            names=names,
            reads="keras-applications",
            hub="keras",
            notation="entry",
            pin="hash",
            conditions=(Condition(argument=Argument(position, "weights"), equals="imagenet", otherwise=True),),
        )
        for root in _ROOTS
        for position, names in _APPLICATIONS.items()
    ),
    *(
        Loader(
            call=f"{library}.*.from_preset",
            model=Argument(0, "preset"),
            reads="keras-hub",
            hub="keras",
            notation="preset",
            pin="version",
            by_method=True,
        )
        for library in ("keras_hub", "keras_nlp", "keras_cv")
    ),
    *(
        Loader(
            call=f"{root}.load_model",
            model=Argument(0, "filepath"),
            reads="snapshot",
            notation="hf",
            pin="none",
            conditions=(Condition(argument=Argument(0, "filepath"), starts="hf://"),),
            quiet=True,
        )
        for root in ("keras.saving", "keras.models")
    ),
)
