"""Calls of ``optimum`` (read in 2.3.0, with ``optimum-onnx`` 0.1.0 and ``optimum-intel`` 2.2.0)."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Loader

_REF = Argument(None, "revision")
_ID = Argument(
    0,
    "model_id",
    ("pretrained_model_name_or_path", "model_name_or_path", "pretrained_model_or_path", "model_or_path"),
)


def _export(module: str) -> Loader:
    return Loader(
        call=f"optimum.exporters.{module}.main_export",
        model=Argument(0, "model_name_or_path"),
        reads="transformers",
        arguments=Arguments(ref=_REF, subfolder=Argument(None, "subfolder")),
    )


LOADERS: tuple[Loader, ...] = (
    # Only the first two positions are the same in all releases.
    Loader(
        call="optimum.pipelines.pipeline",
        model=Argument(1, "model"),
        reads="transformers",
        arguments=Arguments(ref=_REF),
        also=tuple(
            Also(model=Argument(None, name), reads=reads, arguments=Arguments(ref=_REF))
            for name, reads in (
                ("tokenizer", "tokenizer"),
                ("feature_extractor", "processor"),
                ("image_processor", "processor"),
                ("processor", "processor"),
            )
        ),
        has_default=True,
    ),
    _export("onnx"),
    _export("openvino"),
    _export("executorch"),
    Loader(
        call="optimum.*Config.from_pretrained",
        model=_ID,
        reads="configuration",
        arguments=Arguments(ref=_REF, subfolder=Argument(None, "subfolder")),
    ),
    # What is exported already lies in files of its own kind.
    Loader(
        call="optimum.*.from_pretrained",
        model=_ID,
        reads="snapshot",
        arguments=Arguments(
            ref=_REF,
            subfolder=Argument(None, "subfolder"),
            remote_code=Argument(None, "trust_remote_code"),
        ),
    ),
)
