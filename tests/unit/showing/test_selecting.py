from __future__ import annotations

import pytest

from ptmdeps.showing.selecting import MAX_LICENSES, MAX_RESULTS, one_copy, small_files

SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")


@pytest.mark.parametrize(
    ("paths", "chosen"),
    [
        (("model.safetensors", "pytorch_model.bin"), ("model.safetensors",)),
        (("model.safetensors", "model.fp16.safetensors", *SHARDS), ("model.safetensors",)),
        (SHARDS, SHARDS),
        (("model.safetensors", "onnx/model.safetensors"), ("model.safetensors",)),
        (
            ("model.safetensors", "modules.json", "2_Dense/model.safetensors"),
            ("2_Dense/model.safetensors", "model.safetensors"),
        ),
        (
            (
                "model_index.json",
                "all_in_one.safetensors",
                "unet/diffusion_pytorch_model.safetensors",
                "unet/diffusion_pytorch_model.fp16.safetensors",
                "vae/diffusion_pytorch_model.safetensors",
            ),
            ("unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors"),
        ),
        (("adapter_model.safetensors",), ("adapter_model.safetensors",)),
        (("a/b.safetensors", "a/bb.safetensors"), ("a/b.safetensors",)),
        (("model_index.json", "x.safetensors"), ("x.safetensors",)),
        (("config.json",), ()),
    ],
)
def test_one_copy_of_the_weights_counts(paths: tuple[str, ...], chosen: tuple[str, ...]) -> None:
    assert one_copy(paths) == chosen


def test_small_files_are_known_names_licences_and_results_up_to_a_number() -> None:
    licenses = [f"LICENSE-{number}.txt" for number in range(20)]
    results = [f".eval_results/{number}.yaml" for number in range(30)]
    paths = ("README.md", "config.json", "sub/config.json", "license.py", "NOTICE", "vocab.json", *licenses, *results)
    found = list(small_files(paths))
    assert {"README.md", "config.json"} <= set(found) and "vocab.json" not in found and "license.py" not in found
    assert len(found) == 2 + MAX_LICENSES + MAX_RESULTS
