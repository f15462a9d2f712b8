"""Which format a file of a model has, judged by its name alone.

A name is a claim: the readers of this package look at the bytes. It decides what is worth looking at.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OTHER = "other"
"""The format of every name that the tables do not know."""

# The first match wins. ``.bin`` is used by four ecosystems, and only the name tells them apart.
_NAMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"openvino.*\.(?:bin|xml)"), "openvino"),
    (re.compile(r"ggml.*\.bin|.*\.ggml(?:v\d)?\.[^.]+\.bin"), "ggml"),
    (re.compile(r".*(?:sentencepiece|spiece|spm|bpe|tokenizer).*\.model|(?:source|target)\.spm"), "tokenizer-model"),
    (re.compile(r".*\.onnx[._]data(?:_\d+)?|.*\.onnx\.data"), "onnx-data"),
    (re.compile(r"saved_model\.pb(?:txt)?|variables\.(?:index|data-\d+-of-\d+)"), "tensorflow-saved-model"),
    (re.compile(r".*\.ckpt(?:-\d+)?\.(?:index|meta|data-\d+-of-\d+)"), "tensorflow-checkpoint"),
    (re.compile(r"(?:license|licence|notice|copying|readme|use_policy|merges|vocab)(?:\.txt)?"), "text"),
    (re.compile(r"\.git(?:attributes|ignore|modules)"), "text"),
    (re.compile(r"dockerfile|makefile"), "text"),
    (re.compile(r".*\.(?:tar\.(?:gz|bz2|xz|zst)|tgz|tbz2|txz)"), "archive"),
)

_EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        extension: name
        for name, extensions in {
            "safetensors": "safetensors",
            "pytorch": "bin pt pth ckpt pt2 ptl torchscript",
            "pickle": "pkl pickle joblib dill cloudpickle pck pcl skl",
            "numpy": "npy npz",
            "gguf": "gguf",
            "ggml": "ggml",
            "onnx": "onnx ort",
            "hdf5": "h5 hdf5",
            "keras": "keras",
            "flax-msgpack": "msgpack",
            "tflite": "tflite",
            "tensorflow-graph": "pb pbtxt",
            "coreml": "mlmodel mlpackage mlmodelc",
            "openvino": "blob",
            "tensorrt": "engine plan trt",
            "nemo": "nemo",
            "skops": "skops",
            "tokenizer-model": "model spm tiktoken bpe",
            "json": "json jsonl ndjson webmanifest",
            "yaml": "yaml yml",
            "toml": "toml",
            "text": "txt csv tsv log cfg ini conf xml merges vocab rst tex bib license lock sh",
            "jinja": "jinja jinja2 j2",
            "python": "py pyi",
            "notebook": "ipynb",
            "markdown": "md mdx markdown",
            "html": "html htm css js",
            "pdf": "pdf",
            "image": "png jpg jpeg gif webp bmp svg tif tiff ico avif heic",
            "audio": "wav mp3 flac ogg opus m4a aac",
            "video": "mp4 webm mov avi mkv",
            "archive": "zip tar gz bz2 xz zst 7z rar lz4 whl",
            "table": "parquet arrow feather sqlite db",
            "native-code": "so dll dylib exe cubin ptx pyc pyd bat ps1",
        }.items()
        for extension in extensions.split()
    }
)

PICKLE_FORMATS = frozenset({"pytorch", "pickle", "numpy", "nemo", "archive", OTHER})
"""Formats whose files may hold a pickle, so that :func:`ptmdeps.inspect.pickles.pickle_facts` is worth asking.

``other`` is among them: loaders that unpickle do not look at the name.
"""

WEIGHT_FORMATS = frozenset(
    {
        "safetensors",
        "pytorch",
        "pickle",
        "numpy",
        "gguf",
        "ggml",
        "onnx",
        "onnx-data",
        "hdf5",
        "keras",
        "flax-msgpack",
        "tflite",
        "tensorflow-saved-model",
        "tensorflow-checkpoint",
        "tensorflow-graph",
        "coreml",
        "openvino",
        "tensorrt",
        "nemo",
        "skops",
    }
)
"""Formats that hold the parameters of a model."""


def file_format(path: str) -> str:
    """Format of the file at ``path`` (POSIX, inside its model): a word of the tables above, ``other`` if unknown.

    Every ``.bin`` that no rule claims is ``pytorch``, ``training_args.bin`` among them: that is a pickle as well.
    """
    name = path.lower().rpartition("/")[2]
    if ".mlpackage/" in path.lower() or ".mlmodelc/" in path.lower():
        return "coreml"
    for pattern, found in _NAMES:
        if pattern.fullmatch(name):
            return found
    _, dot, extension = name.rpartition(".")
    return _EXTENSIONS.get(extension, OTHER) if dot else OTHER
