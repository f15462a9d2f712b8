"""How the text of an id argument is read, one function a notation (see ``loaders.loader.Notation``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ptmdeps.scan.identifiers.addresses import ADDRESS, KINDS, kaggle_handle, read_address
from ptmdeps.scan.identifiers.huggingface import is_ordinary, read_id
from ptmdeps.scan.identifiers.named import HubName, LocalPath, Named, NoName, Written
from ptmdeps.scan.loaders.loader import Notation

_FILE_END = re.compile(
    r"\.(?:pt|pth|pkl|bin|gguf|ggml|safetensors|ckpt|onnx|pb|h5|keras|tflite|msgpack|npz|npy|model|json|ya?ml|txt|zip"
    r"|tar|gz|tgz|py)$",
    re.IGNORECASE,
)
_FILE_OF_MODEL = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)/(?:(?:blob|resolve)/main/)?(?P<file>[^?#]+)", re.ASCII)
_ENTRY = re.compile(r"[\w.+@-]+", re.ASCII)
_TORCH_HUB = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(?::(?P<ref>[\w./-]+))?", re.ASCII)
_KAGGLE_PARTS = (4, 5)
_ASSET = re.compile(
    r"(?P<stem>yolov?\d+[a-z]{0,2}(?:6u?)?(?:-(?:cls|seg|pose|obb|oiv7|world|worldv2|objv1-150|grayscale|sem|depth))?"
    r"|yolo_nas_[sml]|yoloe-(?:v8|11|26)[nsmlx]-seg(?:-pf)?|rtdetr-[lx]|sam_[bl]|sam2(?:\.1)?_[tsbl]|sam3|mobile_sam"
    r"|FastSAM-[sx])(?:\.pt)?",
    re.ASCII,
)
"""Assets of ``ultralytics`` 8.4.190 (``GITHUB_ASSETS_NAMES`` in ``utils/downloads.py``)."""

_FORMATS = frozenset(
    [
        *("arrow", "audiofolder", "csv", "generator", "hdf5", "imagefolder", "json", "lance", "pandas", "parquet"),
        *("pdffolder", "spark", "sql", "text", "videofolder", "webdataset", "xml"),
    ]
)
"""Builders that come with ``datasets`` 5.2.0 (``packaged_modules``): what they read is given in ``data_files``."""

_WEIGHTS_MEMBER = re.compile(r"(?P<model>\w+)_Weights\.(?P<weights>\w+)", re.ASCII)


def _id(written: Written) -> Named:
    if ADDRESS.match(written.text):
        return _address_of_name(written.text)
    return _of_hub(written, _plain(written, written.text, None))


def _of_hub(written: Written, named: Named) -> Named:
    """Return a name of the loader's own hub, whose ids look like those of the Hugging Face Hub."""
    return replace(named, hub=written.hub) if isinstance(named, HubName) else named


def _plain(written: Written, name: str, ref: str | None) -> Named:
    if name.count("/") > 1 or _FILE_END.search(name) or written.is_folder(name):
        return LocalPath(written.text)
    return read_id(name, ref, written.owner, written.ownerless)


def _address_of_name(text: str) -> Named:
    named = read_address(text)
    return named if named.hub != "url" else NoName(f"`{text}` is an address, not a name")


def _id_with_revision(written: Written) -> Named:
    name, _, ref = written.text.partition("@")
    return _id(written) if ADDRESS.match(name) else _of_hub(written, _plain(written, name, ref or None))


def _code(written: Written) -> Named:
    if "/" not in written.text and not written.text.endswith(".py"):
        return NoName(f"the code of `{written.text}` comes with the library")
    return _id(written)


def _owned(written: Written) -> Named:
    if "/" not in written.text:
        return NoName(f"only the library knows what `{written.text}` is")
    return _id(written)


def _file(written: Written) -> Named:
    text = written.text
    if ADDRESS.match(text):
        return read_address(text)
    if (match := _FILE_OF_MODEL.fullmatch(text)) and not is_ordinary(text.partition("/")[0]):
        return LocalPath(text) if written.is_folder(match["name"]) else HubName(match["name"], None, match["file"])
    return _plain(written, text, None)


def _address(written: Written) -> Named:
    if ADDRESS.match(written.text):
        return read_address(written.text)
    if "/" in written.text or _FILE_END.search(written.text):
        return LocalPath(written.text)
    return NoName(f"`{written.text}` is no address")


def _name(written: Written) -> Named:
    """An entry of the library's own table; with an owner it is a repository of the Hugging Face Hub."""
    text = written.text
    if ADDRESS.match(text):
        return read_address(text)
    if "/" in text or _FILE_END.search(text):
        return _plain(written, text, None)
    return HubName(text, hub=written.hub) if _ENTRY.fullmatch(text) else NoName(f"`{text}` is no name")


def _entry(written: Written) -> Named:
    """An entry of the library's own table, whatever it looks like; a file or a folder of the project is a path."""
    if ADDRESS.match(written.text):
        return read_address(written.text)
    if _FILE_END.search(written.text) or written.is_folder(written.text):
        return LocalPath(written.text)
    return HubName(written.text, hub=written.hub)


def _torch_hub(written: Written) -> Named:
    match = _TORCH_HUB.fullmatch(written.text)
    if match is None or written.is_folder(written.text):
        return LocalPath(written.text)
    return HubName(match["name"], match["ref"], hub=written.hub)


def _tf_hub(written: Written) -> Named:
    text = written.text
    if not ADDRESS.match(text):
        return LocalPath(text)
    handle = text.partition("?")[0].rstrip("/")
    if on_kaggle := kaggle_handle(handle):
        return _kaggle_name(on_kaggle)
    if "tfhub.dev/" in handle:
        version = handle.rpartition("/")[2].isdigit()
        return HubName(handle, hub="tfhub", pin="version" if version else "notation")
    return read_address(text)


def _kaggle(written: Written) -> Named:
    handle = kaggle_handle(written.text) or written.text.removeprefix("kaggle://")
    if len(handle.split("/")) not in _KAGGLE_PARTS:
        return NoName(f"`{written.text}` is no handle of a model on Kaggle")
    return _kaggle_name(handle)


def _kaggle_name(handle: str) -> HubName:
    has_version = handle.rpartition("/")[2].isdigit() and handle.count("/") == _KAGGLE_PARTS[0]
    return HubName(handle, hub="kaggle", pin="version" if has_version else "notation")


def _timm(written: Written) -> Named:
    source, colon, rest = written.text.partition(":")
    match source.replace("_", "-") if colon else "":
        case "hf-hub":
            name, _, ref = rest.strip("/").partition("@")
            named = read_id(name, ref or None)
            return HubName(named.name, named.ref, pin="notation") if isinstance(named, HubName) else named
        case "local-dir":
            return LocalPath(rest)
    name = written.text.rpartition("/")[2] if written.hub == "timm" else written.text.replace("/", "-")
    return HubName(name, hub=written.hub) if _ENTRY.fullmatch(name) else NoName(f"`{name}` is no name")


def _preset(written: Written) -> Named:
    scheme, separator, rest = written.text.partition("://")
    match scheme if separator else "":
        case "":
            return LocalPath(written.text) if "/" in written.text else _entry(written)
        case "hf":
            return _hub_path(rest)
        case "kaggle":
            return _kaggle_name(rest)
        case "modelscope":
            return HubName(rest, hub="modelscope", pin="none")
    return read_address(written.text)


def _hub_path(path: str) -> Named:
    """Read ``[datasets/]owner/name[@revision][/file]``."""
    first, _, rest = path.partition("/")
    kind = KINDS.get(first)
    owner, _, rest = (rest if kind else path).partition("/")
    name, _, file = rest.partition("/")
    name, _, ref = name.partition("@")
    named = read_id(f"{owner}/{name}")
    if not isinstance(named, HubName):
        return named
    return HubName(
        named.name,
        ref or None,
        file or None,
        kind=kind,
        pin="notation",
    )


def _file_system(written: Written) -> Named:
    scheme, separator, rest = written.text.partition("://")
    if separator and scheme != "hf":
        return NoName(f"`{written.text}` is not on the Hugging Face Hub")
    return _hub_path(rest if separator else written.text)


def _asset(written: Written) -> Named:
    text = written.text
    if ADDRESS.match(text):
        return read_address(text)
    match = _ASSET.fullmatch(text.rpartition("/")[2])
    if match is None:
        return LocalPath(text) if "/" in text or "." in text else NoName(f"`{text}` is no file that the library knows")
    return HubName(f"{match['stem']}.pt", hub=written.hub)


def _weights(written: Written) -> Named:
    match = _WEIGHTS_MEMBER.fullmatch(written.text)
    if match is None:
        return NoName(f"`{written.text}` is no member of an enumeration of weights")
    return HubName(match["model"].lower(), match["weights"], hub=written.hub, pin="hash")


def _key(written: Written) -> Named:
    return HubName(written.text, hub=written.hub)


def _dataset(written: Written) -> Named:
    if written.text in _FORMATS:
        return LocalPath(written.text)
    if written.text.startswith("hf://"):
        return _file_system(written)
    return _id(written)


def _kernel(written: Written) -> Named:
    name, _, ref = written.text.partition(":")[0].partition("@")
    if "/" not in name:
        return NoName(f"`{written.text}` comes with the library")
    named = read_id(name.rpartition("|")[2], ref or None)
    return replace(named, pin="notation") if isinstance(named, HubName) else named


NOTATIONS: dict[Notation, Callable[[Written], Named]] = {
    "id": _id,
    "id@revision": _id_with_revision,
    "file": _file,
    "code": _code,
    "name": _name,
    "entry": _entry,
    "address": _address,
    "torchhub": _torch_hub,
    "tfhub": _tf_hub,
    "kaggle": _kaggle,
    "timm": _timm,
    "preset": _preset,
    "asset": _asset,
    "weights": _weights,
    "hf": _file_system,
    "key": _key,
    "dataset": _dataset,
    "kernel": _kernel,
    "owned": _owned,
}
"""How each notation is read."""
