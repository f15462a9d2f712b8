"""Makes the weights of models that libraries name their own way, with these libraries. Run as a program:

    python named_weights.py FOLDER STATE...

Every model starts from random values that differ from state to state, is as small as its library allows, and is saved
as its authors save theirs: in `FOLDER/<state>/<label>`. Written to standard output is what a program gets that loads
it, as `evidence.report` says it, by `<state>/<label>`.
"""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import clip
import keras
import open_clip
import timm
import torch
import torchvision
from evidence import report
from safetensors.torch import save_file
from whisper.model import ModelDimensions, Whisper

Make = Callable[[Path], Any]
"""Folder -> a model whose files are there."""

MINI_CLIP = Path(__file__).with_name("ViT-Mini-16.json")
"""An architecture, as the `model_configs` of open_clip describe them."""


def timm_repository(folder: Path) -> Any:
    """What `timm.models.push_to_hf_hub` uploads."""
    model = timm.create_model("test_resnet")
    timm.models.save_for_hf(model, folder, safe_serialization=True)
    return model


def openai_clip_file(folder: Path) -> Any:
    """CLIP in half precision, with which it is released; on processors it is widened when it is loaded."""
    vision = {"image_resolution": 32, "vision_layers": 1, "vision_width": 64, "vision_patch_size": 16}
    text = {"context_length": 16, "vocab_size": 64}
    text |= {"transformer_width": 64, "transformer_heads": 1, "transformer_layers": 1}
    model = clip.model.CLIP(embed_dim=16, **vision, **text)
    clip.model.convert_weights(model)
    torch.save(model.state_dict(), folder / "weights.pt")
    return model.float()


def clip_repository(folder: Path) -> Any:
    """What `open_clip.push_to_hf_hub` uploads, but for the tokenizer."""
    architecture = json.loads(MINI_CLIP.read_bytes())
    model = open_clip.CLIP(**architecture)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    statistics = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    configuration = {"model_cfg": architecture, "preprocess_cfg": statistics}
    (folder / "open_clip_config.json").write_text(json.dumps(configuration), encoding="utf-8")
    return model


def clip_file(folder: Path) -> Any:
    """One file, as open_clip's own releases are."""
    model = open_clip.CLIP(**json.loads(MINI_CLIP.read_bytes()))
    torch.save(model.state_dict(), folder / "weights.pt")
    return model


def whisper_file(folder: Path) -> Any:
    """As many text layers and heads as `tiny` has, for which the library says how they are aligned."""
    sizes = {"n_audio_ctx": 8, "n_audio_state": 12, "n_audio_head": 6, "n_audio_layer": 1}
    sizes |= {"n_text_ctx": 8, "n_text_state": 12, "n_text_head": 6, "n_text_layer": 4}
    dimensions = {"n_mels": 80, "n_vocab": 51865, **sizes}
    model = Whisper(ModelDimensions(**dimensions))
    torch.nn.init.normal_(model.decoder.positional_embedding)  # the library leaves whatever the memory held
    torch.save({"dims": dimensions, "model_state_dict": model.state_dict()}, folder / "weights.pt")
    return model


def squeezenet_file(folder: Path) -> Any:
    """The smallest model of torchvision."""
    model = torchvision.models.squeezenet1_1()
    torch.save(model.state_dict(), folder / "weights.pt")
    return model


def mobilenet_file(folder: Path, *, include_top: bool) -> Any:
    """The smallest application of Keras whose table has no digest: a file with the classifier, or one without."""
    model = keras.applications.MobileNet(weights=None, include_top=include_top)
    model.save(folder / "weights.h5")
    return model


MAKERS: Mapping[str, Make] = {
    "clip": openai_clip_file,
    "timm": timm_repository,
    "timm, repository": timm_repository,
    "open_clip, repository": clip_repository,
    "open_clip, name of a repository": clip_repository,
    "open_clip, name of an address": clip_file,
    "open_clip, name of an address without a digest": clip_file,
    "whisper": whisper_file,
    "torchvision": squeezenet_file,
    "keras": partial(mobilenet_file, include_top=True),
    "keras, no classifier": partial(mobilenet_file, include_top=False),
}
"""Label of a load in `test_named_models.py` -> what it loads."""


def _make(folder: Path) -> Any:
    torch.manual_seed(zlib.crc32(f"{folder.parent.name} {folder.name}".encode()))
    folder.mkdir(parents=True)
    return MAKERS[folder.name](folder)


if __name__ == "__main__":
    parent, *states = sys.argv[1:]
    report({f"{state}/{label}": partial(_make, Path(parent, state, label)) for state in states for label in MAKERS})
