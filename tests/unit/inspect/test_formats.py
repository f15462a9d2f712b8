from __future__ import annotations

import pytest

from ptmdeps.inspect.formats import OTHER, PICKLE_FORMATS, WEIGHT_FORMATS, file_format


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("model.safetensors", "safetensors"),
        ("unet/model-00001-of-00002.SAFETENSORS", "safetensors"),
        ("pytorch_model.bin", "pytorch"),
        ("training_args.bin", "pytorch"),
        ("weights/epoch=1.ckpt", "pytorch"),
        ("best.pt", "pytorch"),
        ("openvino_model.bin", "openvino"),
        ("openvino/openvino_encoder_model.xml", "openvino"),
        ("ggml-large-v3.bin", "ggml"),
        ("llama-7b.ggmlv3.q4_0.bin", "ggml"),
        ("classifier.joblib", "pickle"),
        ("scaler.pkl", "pickle"),
        ("embeddings.npz", "numpy"),
        ("model-Q4_K_M.gguf", "gguf"),
        ("onnx/model.onnx", "onnx"),
        ("onnx/model.onnx_data", "onnx-data"),
        ("onnx/model.onnx_data_1", "onnx-data"),
        ("model.onnx.data", "onnx-data"),
        ("tf_model.h5", "hdf5"),
        ("flax_model.msgpack", "flax-msgpack"),
        ("model.tflite", "tflite"),
        ("saved_model.pb", "tensorflow-saved-model"),
        ("variables/variables.data-00000-of-00001", "tensorflow-saved-model"),
        ("model.ckpt-1000.index", "tensorflow-checkpoint"),
        ("frozen_graph.pb", "tensorflow-graph"),
        ("Encoder.mlpackage/Data/com.apple.CoreML/weights/weight.bin", "coreml"),
        ("Encoder.mlmodelc/coremldata.bin", "coreml"),
        ("sentencepiece.bpe.model", "tokenizer-model"),
        ("tokenizer.model", "tokenizer-model"),
        ("source.spm", "tokenizer-model"),
        ("config.json", "json"),
        ("vocab.txt", "text"),
        ("merges.txt", "text"),
        ("LICENSE", "text"),
        (".gitattributes", "text"),
        ("chat_template.jinja", "jinja"),
        ("modeling_custom.py", "python"),
        ("README.md", "markdown"),
        ("preview.PNG", "image"),
        ("runs.tar.gz", "archive"),
        ("model.zip", "archive"),
        ("model.nemo", "nemo"),
        ("libop.so", "native-code"),
        ("mystery", OTHER),
        ("mystery.xyz", OTHER),
        ("events.out.tfevents.1700000000.host", OTHER),
        ("json", OTHER),
    ],
)
def test_format_by_name(path: str, expected: str) -> None:
    assert file_format(path) == expected


def test_formats_that_may_hold_pickles() -> None:
    assert {"pytorch", "pickle", "numpy", OTHER} <= PICKLE_FORMATS
    assert not PICKLE_FORMATS & {"safetensors", "gguf", "onnx", "json", "openvino"}


def test_every_weight_format_is_given_to_some_name() -> None:
    names = ["a.safetensors", "a.bin", "a.pkl", "a.npy", "a.gguf", "a.ggml", "a.onnx", "a.onnx_data", "a.h5", "a.keras"]
    names += ["a.msgpack", "a.tflite", "saved_model.pb", "a.ckpt.meta", "a.pb", "a.mlmodel", "openvino.bin"]
    names += ["a.engine", "a.nemo", "a.skops"]
    assert {file_format(name) for name in names} == WEIGHT_FORMATS
