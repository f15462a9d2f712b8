"""Calls of ``diffusers`` (read in 0.42.1) and ``controlnet_aux`` (0.0.10) that load from the Hugging Face Hub."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Loader

_ID = Argument(
    0,
    "pretrained_model_name_or_path",
    ("pretrained_model_or_path", "pretrained_model_path", "model_id", "pretrained_model_name"),
)
_REF = Argument(None, "revision")
_WEIGHTS = Arguments(
    ref=_REF,
    subfolder=Argument(None, "subfolder"),
    variant=Argument(None, "variant"),
    safetensors=Argument(None, "use_safetensors"),
    remote_code=Argument(None, "trust_remote_code"),
)
_CUSTOM_PIPELINE = Also(
    model=Argument(None, "custom_pipeline"),
    reads="remote-code",
    arguments=Arguments(ref=Argument(None, "custom_revision")),
    notation="code",
)
_FILE = Arguments(ref=_REF, subfolder=Argument(None, "subfolder"), filename=Argument(None, "weight_name"))

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="diffusers.*.from_single_file",
        model=Argument(0, "pretrained_model_link_or_path", ("pretrained_model_link_or_path_or_dict",)),
        reads="file",
        arguments=Arguments(ref=_REF),
        also=(
            Also(
                model=Argument(None, "config"),
                reads="diffusers",
                arguments=Arguments(ref=_REF, subfolder=Argument(None, "subfolder")),
            ),
        ),
        notation="file",
        by_method=True,
    ),
    Loader(
        call="diffusers.*.from_pretrained",
        model=_ID,
        reads="diffusers",
        arguments=_WEIGHTS,
        also=(_CUSTOM_PIPELINE,),
        by_method=True,
    ),
    Loader(call="diffusers.*.load_config", model=_ID, reads="diffusers", arguments=_WEIGHTS),
    Loader(
        call="diffusers.ComponentSpec",
        model=Argument(None, "pretrained_model_name_or_path", ("repo",)),
        reads="diffusers",
        arguments=_WEIGHTS,
        optional=True,
    ),
    *(
        Loader(
            call=f"diffusers.*.{method}",
            model=Argument(0, "pretrained_model_name_or_path_or_dict"),
            reads="diffusers",
            arguments=_FILE,
            by_method=True,
        )
        for method in ("load_lora_weights", "load_lora_adapter", "load_attn_procs", "lora_state_dict")
    ),
    Loader(
        call="diffusers.*Pipeline.download",
        model=Argument(0, "pretrained_model_name"),
        reads="diffusers",
        arguments=_WEIGHTS,
        also=(_CUSTOM_PIPELINE,),
        result="path",
    ),
    Loader(
        call="diffusers.*.load_textual_inversion",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="diffusers",
        arguments=_FILE,
        by_method=True,
    ),
    Loader(
        call="diffusers.*.load_ip_adapter",
        model=Argument(0, "pretrained_model_name_or_path_or_dict"),
        reads="diffusers",
        arguments=replace(_FILE, subfolder=Argument(1, "subfolder"), filename=Argument(2, "weight_name")),
        also=(Also(model=Argument(None, "image_encoder_pretrained_model_name_or_path"), reads="transformers"),),
        by_method=True,
    ),
    Loader(
        call="controlnet_aux.*.from_pretrained",
        model=Argument(0, "pretrained_model_or_path"),
        reads="file",
        arguments=Arguments(subfolder=Argument(None, "subfolder"), filename=Argument(None, "filename")),
        pin="none",
    ),
)
