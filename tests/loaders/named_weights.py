"""Makes the weights of models that libraries name their own way, with these libraries. Run as a program:

    python named_weights.py FOLDER STATE...

Every model starts from random values that differ from state to state, is as small as its library allows, and is saved
as its authors save theirs: in `FOLDER/<state>/<label>`. Written to standard output is what a program gets that loads
it, as `evidence.report` says it, by `<state>/<label>`.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

Make = Callable[[Path], Any]
"""Folder -> a model whose files are there."""

MINI_CLIP: Mapping[str, Any] = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "patch_size": 16, "layers": 1, "width": 16, "head_width": 8},
    "text_cfg": {"context_length": 16, "vocab_size": 64, "layers": 1, "width": 16, "heads": 2},
}
"""An architecture, as the `model_configs` of open_clip describe them."""


def timm_repository(folder: Path) -> Any:
    """What `timm.models.push_to_hf_hub` uploads."""
    import timm

    model = timm.create_model("test_resnet")
    timm.models.save_for_hf(model, folder, safe_serialization=True)
    return model


def clip_repository(folder: Path) -> Any:
    """What `open_clip.push_to_hf_hub` uploads, but for the tokenizer."""
    import open_clip
    from safetensors.torch import save_file

    model = open_clip.CLIP(**MINI_CLIP)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    statistics = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    configuration = {"model_cfg": MINI_CLIP, "preprocess_cfg": statistics}
    (folder / "open_clip_config.json").write_text(json.dumps(configuration), encoding="utf-8")
    return model


def clip_file(folder: Path) -> Any:
    """One file, as open_clip's own releases are."""
    import open_clip
    import torch

    model = open_clip.CLIP(**MINI_CLIP)
    torch.save(model.state_dict(), folder / "weights.pt")
    return model


def whisper_file(folder: Path) -> Any:
    """As many text layers and heads as `tiny` has, for which the library says how they are aligned."""
    import torch
    from whisper.model import ModelDimensions, Whisper

    sizes = {"n_audio_ctx": 8, "n_audio_state": 12, "n_audio_head": 6, "n_audio_layer": 1}
    sizes |= {"n_text_ctx": 8, "n_text_state": 12, "n_text_head": 6, "n_text_layer": 4}
    dimensions = {"n_mels": 80, "n_vocab": 51865, **sizes}
    model = Whisper(ModelDimensions(**dimensions))
    torch.nn.init.normal_(model.decoder.positional_embedding)  # the library leaves whatever the memory held
    torch.save({"dims": dimensions, "model_state_dict": model.state_dict()}, folder / "weights.pt")
    return model


def squeezenet_file(folder: Path) -> Any:
    """The smallest model of torchvision."""
    import torch
    import torchvision

    model = torchvision.models.squeezenet1_1()
    torch.save(model.state_dict(), folder / "weights.pt")
    return model


def mobilenet_file(folder: Path) -> Any:
    """The smallest application of Keras for which its table has no digest."""
    return _mobilenet(folder, include_top=True)


def headless_mobilenet_file(folder: Path) -> Any:
    """The same without its classifier: the table names both files."""
    return _mobilenet(folder, include_top=False)


def _mobilenet(folder: Path, *, include_top: bool) -> Any:
    import keras

    model = keras.applications.MobileNet(weights=None, include_top=include_top)
    model.save(folder / "weights.h5")
    return model


MAKERS: Mapping[str, Make] = {
    "timm": timm_repository,
    "timm, repository": timm_repository,
    "open_clip, repository": clip_repository,
    "open_clip, name of a repository": clip_repository,
    "open_clip, name of an address": clip_file,
    "open_clip, name of an address without a digest": clip_file,
    "whisper": whisper_file,
    "torchvision": squeezenet_file,
    "keras": mobilenet_file,
    "keras, no classifier": headless_mobilenet_file,
}
"""Label of a load in `test_named_models.py` -> what it loads."""


def _make(folder: Path) -> Any:
    import torch

    torch.manual_seed(random.Random(f"{folder.parent.name} {folder.name}").getrandbits(63))
    folder.mkdir(parents=True)
    return MAKERS[folder.name](folder)


if __name__ == "__main__":
    from evidence import report

    parent, *states = sys.argv[1:]
    report({f"{state}/{label}": partial(_make, Path(parent, state, label)) for state in states for label in MAKERS})
