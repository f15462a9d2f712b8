"""Addresses: files of the Hugging Face Hub, handles of TF Hub and Kaggle, and files of weights elsewhere."""

from __future__ import annotations

import re
from urllib.parse import unquote

from ptmdeps.scan.identifiers.named import HubName
from ptmdeps.scan.references import Kind

ADDRESS = re.compile(r"(?:https?|gs|s3|ftp)://", re.IGNORECASE)
_HUB = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/(?:(?P<kind>datasets|spaces)/)?"
    r"(?P<name>[\w.-]+/[\w.-]+)(?:/(?:resolve|blob|raw|tree)/(?P<ref>[^/?#]+)(?:/(?P<file>[^?#]+))?)?/?(?:[?#].*)?",
    re.IGNORECASE | re.ASCII,
)
_KAGGLE = re.compile(r"https?://(?:www\.)?kaggle\.com/models/(?P<handle>[\w.-]+(?:/[\w.-]+){1,4})", re.IGNORECASE)
KINDS: dict[str | None, Kind] = {"datasets": "dataset", "spaces": "space"}

_COMPRESSED = r"(?:\.(?:gz|bz2|xz|zst|zip|tar|tgz|7z))*"
_WEIGHTS = re.compile(
    r"\.(?:pt|pth|pt2|ptl|pth\.tar|bin|safetensors|ckpt|gguf|ggml|onnx|ort|tflite|h5|hdf5|keras|pb|npz|jit|model|pkl"
    r"|pickle|joblib|weights|caffemodel|pdparams|pdmodel|params|mlmodel|mlpackage|msgpack|t7|torchscript|task|nemo|spm)"
    + _COMPRESSED
    + r"$",
    re.IGNORECASE,
)
_ARCHIVE = r"\.(?:zip|tar|tgz|7z|rar|tar\.(?:gz|bz2|xz|zst))$"
_ARCHIVED_WEIGHTS = re.compile(
    r"(?:(?:weight|checkpoint|ckpt|pre-?trained)[^/]*|(?:^|[/_-])model)" + _ARCHIVE, re.IGNORECASE
)
_ARCHIVED_DATA = re.compile(
    r"(?<![a-z])(?:data(?:set)?s?|images?|videos?|annotations?|labels?|train|val|test)(?![a-z])[^/]*" + _ARCHIVE,
    re.IGNORECASE,
)
"""Archives by what their names speak of."""
_BESIDE_WEIGHTS = re.compile(r"\.(?:json|txt|ya?ml|model|vocab|bpe|merges|jinja|proto|prototxt)$", re.IGNORECASE)
_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|svg|tiff?|mp[34]|wav|flac|ogg|m4a|avi|mov|webm|md|html?|pdf|csv|tsv)$", re.IGNORECASE
)
_HASHED = re.compile(r"[-_.][0-9a-f]{8,64}\.[^/]*$")
_MODEL_HOSTS = re.compile(
    r"https?://(?:tfhub\.dev/|(?:www\.)?kaggle\.com/(?:api/v\d/)?models/|civitai\.com/api/download/models/"
    r"|api\.ngc\.nvidia\.com/v2/models/|storage\.googleapis\.com/(?:tfhub-modules|mediapipe-models)/"
    r"|(?:dl|download)\.pytorch\.org/models/|download\.openmmlab\.com/|weights\.replicate\.delivery/"
    r"|openaipublic\.azureedge\.net/)",
    re.IGNORECASE,
)
"""Places that serve nothing but models, whatever their files are called."""


def read_address(text: str) -> HubName:
    """Return the model that an address names: of the Hugging Face Hub where it is one of its, else the address."""
    if match := _HUB.fullmatch(text):
        ref, file = match["ref"], match["file"]
        return HubName(
            match["name"],
            unquote(ref) if ref else None,
            unquote(file) if file else None,
            kind=KINDS.get(match["kind"]),
            pin="notation" if ref else None,
        )
    return HubName(text, hub="url", pin="hash" if _HASHED.search(_path(text)) else "none")


def kaggle_handle(text: str) -> str | None:
    """Return the handle in the address of a model on Kaggle."""
    match = _KAGGLE.match(text)
    return match["handle"] if match else None


def is_weights(address: HubName) -> bool:
    """Whether an address is one of a model, by its ending or by who serves it."""
    if address.hub != "url":
        return address.file is not None and not _MEDIA.search(address.file)
    path = _path(address.name)
    if _WEIGHTS.search(path) or _ARCHIVED_WEIGHTS.search(path):
        return True
    return bool(_MODEL_HOSTS.match(address.name)) and not _MEDIA.search(path)


def is_other_file(address: HubName) -> bool:
    """Whether an address is one of a picture, a text, a configuration or packed data."""
    path = _path(address.name)
    others = (_MEDIA, _BESIDE_WEIGHTS, _ARCHIVED_DATA)
    return address.hub == "url" and any(pattern.search(path) for pattern in others) and not is_weights(address)


def lies_beside(address: HubName, weights: HubName) -> bool:
    """Whether an address is a configuration or vocabulary in the folder of some weights."""
    path, other = _path(address.name), _path(weights.name)
    return bool(_BESIDE_WEIGHTS.search(path)) and path.rpartition("/")[0] == other.rpartition("/")[0]


def _path(address: str) -> str:
    return re.split(r"[?#]", address, maxsplit=1)[0]
