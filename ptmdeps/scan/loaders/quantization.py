"""Quantised models: ``auto_gptq`` (read in 0.7.1), ``awq`` (autoawq 0.2.7); ``gptqmodel`` and ``hqq`` as documented."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_REVISION = Arguments(ref=Argument(None, "revision"))
_AWQ = Arguments(ref=Argument(None, "download_kwargs.revision"))

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="auto_gptq.*.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="transformers",
        arguments=_REVISION,
    ),
    Loader(
        call="auto_gptq.*.from_quantized",
        model=Argument(0, "model_name_or_path"),
        reads="snapshot",
        arguments=_REVISION,
    ),
    *(
        Loader(
            call=f"gptqmodel.GPTQModel.{method}",
            model=Argument(0, "model_id_or_path"),
            reads="transformers",
            pin="none",
        )
        for method in ("load", "from_pretrained", "from_quantized")
    ),
    Loader(
        call="awq.*.from_pretrained",
        model=Argument(0, "model_path"),
        reads="transformers",
        arguments=_AWQ,
    ),
    Loader(
        call="awq.*.from_quantized",
        model=Argument(0, "quant_path"),
        reads="snapshot",
        arguments=_AWQ,
    ),
    Loader(
        call="hqq.*.from_quantized",
        model=Argument(0, "save_dir_or_hub"),
        reads="snapshot",
        pin="none",
    ),
)
