"""A diffusers pipeline: a denoising network for 8 x 8 pixels and its scheduler."""

from __future__ import annotations

from itertools import count
from math import prod
from typing import TYPE_CHECKING

from embedded_hub import weights
from embedded_hub.models.card import CardValue, Files, card, json_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLOURS = 3
_GROUPS = 4

Shapes = dict[str, tuple[int, ...]]


def ddpm_pipeline(*, seed: str = "v1", weight_bytes: int = 0, facts: Mapping[str, CardValue] | None = None) -> Files:
    """Return an unconditional image pipeline; arguments as for `bert_classifier`, more bytes are more channels."""
    channels = next(c for c in count(8, 8) if 4 * sum(map(prod, _network(c).values())) >= weight_bytes)
    parts = {"scheduler": ["diffusers", "DDPMScheduler"], "unet": ["diffusers", "UNet2DModel"]}
    network = {
        "_class_name": "UNet2DModel",
        "add_attention": False,
        "block_out_channels": [channels, channels],
        "down_block_types": ["DownBlock2D", "DownBlock2D"],
        "in_channels": _COLOURS,
        "layers_per_block": 1,
        "norm_num_groups": _GROUPS,
        "out_channels": _COLOURS,
        "sample_size": 8,
        "up_block_types": ["UpBlock2D", "UpBlock2D"],
    }
    scheduler = {"_class_name": "DDPMScheduler", "beta_schedule": "linear", "num_train_timesteps": 1000}
    shown = {"license": "openrail", "library_name": "diffusers", "pipeline_tag": "unconditional-image-generation"}
    return {
        "README.md": card("Pixels", {**shown, **(facts or {})}),
        "model_index.json": json_file({"_class_name": "DDPMPipeline", "_diffusers_version": "0.30.0", **parts}),
        "scheduler/scheduler_config.json": json_file(scheduler),
        "unet/config.json": json_file(network),
        "unet/diffusion_pytorch_model.safetensors": weights.safetensors(weights.drawn(seed, _network(channels))),
    }


def _network(width: int) -> Shapes:
    """Return the tensors of a UNet2DModel with two blocks of `width` channels and one layer each."""
    shapes = _convolution("conv_in", _COLOURS, width) | _convolution("conv_out", width, _COLOURS)
    shapes |= _linear("time_embedding.linear_1", width, 4 * width) | _linear(
        "time_embedding.linear_2", 4 * width, 4 * width
    )
    for block in range(2):
        shapes |= _residual(f"down_blocks.{block}.resnets.0", width, width)
        shapes |= _residual(f"mid_block.resnets.{block}", width, width)
        for layer in range(2):
            shapes |= _residual(f"up_blocks.{block}.resnets.{layer}", 2 * width, width)
    shapes |= _convolution("down_blocks.0.downsamplers.0.conv", width, width)
    shapes |= _convolution("up_blocks.0.upsamplers.0.conv", width, width)
    return shapes | _norm("conv_norm_out", width)


def _residual(name: str, inputs: int, outputs: int) -> Shapes:
    shapes = _norm(f"{name}.norm1", inputs) | _convolution(f"{name}.conv1", inputs, outputs)
    shapes |= _linear(f"{name}.time_emb_proj", 4 * outputs, outputs)
    shapes |= _norm(f"{name}.norm2", outputs) | _convolution(f"{name}.conv2", outputs, outputs)
    return shapes | (_convolution(f"{name}.conv_shortcut", inputs, outputs, 1) if inputs != outputs else {})


def _convolution(name: str, inputs: int, outputs: int, width: int = 3) -> Shapes:
    return {f"{name}.weight": (outputs, inputs, width, width), f"{name}.bias": (outputs,)}


def _linear(name: str, inputs: int, outputs: int) -> Shapes:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _norm(name: str, size: int) -> Shapes:
    return {f"{name}.weight": (size,), f"{name}.bias": (size,)}
