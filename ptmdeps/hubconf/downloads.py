"""Calls of libraries that download weights, or load models of a hub."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from ptmdeps.hubconf import texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_ALTERNATIVES
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.model import OtherModel, WeightFile
from ptmdeps.hubconf.values import Arguments, Value
from ptmdeps.identity import ModelKey
from ptmdeps.paths import printable

CHECKPOINTS = "$TORCH_HOME/hub/checkpoints"
"""Where torch.hub keeps weights."""

SOMEWHERE = "?"
"""A folder that is not known."""

_HASH = re.compile(r"-([a-f0-9]*)\.")
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s/]+/\S*", re.IGNORECASE)
_LONGEST_ADDRESS = 4096
_HASHED = frozenset({"load_state_dict_from_url", "load_url"})
_SHORTEST_HASH = 8
_WEIGHTS = re.compile(
    r"\.(?:pt|pth|pth\.tar|bin|ckpt|safetensors|tar|tar\.(?:gz|bz2|xz)|tgz|zip|7z|onnx|h5|hdf5|npz|npy|pkl|pickle|th|jit"
    r"|model|params|gguf|ggml|tflite|pb|pdparams|caffemodel|weights|msgpack|t7|torchscript|joblib)$",
    re.IGNORECASE,
)
_NONE = Arguments()
_DRIVE = "https://drive.google.com/uc?id="

Handler = Callable[[Machine, str, Arguments], Value]


def from_torch_hub(machine: Machine, loader: str, given: Arguments) -> Value:
    """``torch.hub.load_state_dict_from_url(url, model_dir, …, file_name)``."""
    folder, name = given.get(1, "model_dir"), given.get(5, "file_name")
    for one in v.alternatives(name):
        for place in v.alternatives(folder):
            where = "" if place is None else _folder(texts.plain(place))
            known = texts.plain(one) if one is not None else ""
            _each_address(machine, given.get(0, "url"), loader, lambda url, n=known, w=where: _file(url, n, w), given)  # type: ignore[misc]
    return v.Opaque("it is read from a file of weights")


def to_file(machine: Machine, loader: str, given: Arguments) -> Value:
    """``torch.hub.download_url_to_file(url, dst)``, ``urlretrieve(url, filename)``, ``wget.download(url, out)``."""
    target = next(
        (value for name in ("dst", "filename", "out", "path") if (value := given.get(1, name)) is not None), None
    )
    _download(machine, given.get(0, "url"), target, loader)
    return machine.items([target, v.UNKNOWN], "tuple") if loader.endswith("urlretrieve") else target


def into_folder(machine: Machine, loader: str, given: Arguments) -> Value:
    """``torchvision.datasets.utils.download_url(url, root, filename)``."""
    position = 3 if "archive" in loader else 2
    root, name = given.get(1, "root", given.get(1, "download_root")), given.get(position, "filename")
    where = _folder(texts.plain(root))
    _each_address(
        machine, given.get(0, "url"), loader, lambda url: _file(url, texts.plain(name) if name else "", where)
    )
    return None


def from_drive(machine: Machine, loader: str, given: Arguments) -> Value:
    """``gdown.download(url, output, id=…)``."""
    url = given.get(0, "url")
    if url is None and "id" in given.keywords:
        url = machine.each(given.keywords["id"], lambda one: f"{_DRIVE}{one}" if isinstance(one, str) else v.UNKNOWN)
    target = given.get(1, "output")
    _download(machine, url, target, loader)
    return target if target is not None else v.UNKNOWN


def asked(machine: Machine, loader: str, given: Arguments) -> Value:
    """``requests.get(url)``, ``urlopen(url)``: a download if the address is one of weights."""
    url = given.get(0, "url")
    answers: list[Value] = []
    for one in v.alternatives(url):
        if not isinstance(one, str):
            answers.append(one if isinstance(one, v.Opaque | v.Reply) else v.UNKNOWN)
            continue
        if _WEIGHTS.search(urlsplit(one).path if _ADDRESS.fullmatch(one) else ""):
            _record(machine, _file(one, "", SOMEWHERE), loader)
            machine.found.unplaced = list(machine.found.files.values())[-1]
        answers.append(v.Reply(one))
    if isinstance(url, v.Opaque):
        machine.miss(_argument(machine), url.reason)
    return v.join(answers)


def written_to(machine: Machine, path: str | None) -> None:
    """A file is opened for writing: what was just asked of a server goes there."""
    last = machine.found.unplaced
    machine.found.unplaced = None
    if last is None or path is None or machine.found.files.pop((last.url, last.file_name, last.folder), None) is None:
        return
    place = _file(last.url, posixpath.basename(path), _folder(posixpath.dirname(path) or "."))
    made = WeightFile(
        url=last.url,
        file_name=place[1],
        folder=place[2],
        hash_prefix="",
        evidence=last.evidence,
        loader=last.loader,
    )
    machine.found.files.setdefault(place, made)


def command(machine: Machine, _loader: str, given: Arguments) -> Value:
    """``os.system("wget …")``, ``subprocess.run(["curl", …])``."""
    first = given.get(0, "args")
    words = first.values if isinstance(first, v.Items) else _words(first)
    known = [texts.plain(word) for word in words]
    if known and known[0] in {"wget", "curl", "gdown", "aria2c"}:
        target = next((after for word, after in zip(known, words[1:], strict=False) if word in _TARGET_OPTIONS), None)
        for word in words[1:]:
            if isinstance(word, str) and _ADDRESS.fullmatch(word):
                _download(machine, word, target, str(known[0]))
            elif isinstance(word, v.Opaque):
                machine.miss(_argument(machine), word.reason)
    return v.Opaque("it is what a program answers")


_TARGET_OPTIONS = frozenset({"-O", "-o", "--output", "--output-document"})


def _words(text: Value) -> list[Value]:
    if not isinstance(text, str) or len(text) > _LONGEST_ADDRESS:
        return []
    try:
        return list(shlex.split(text))
    except ValueError:
        return []


def _download(machine: Machine, url: Value, target: Value, loader: str) -> None:
    for one in v.alternatives(target):
        path = texts.plain(one) if one is not None else None
        name = posixpath.basename(path) if path else ""
        folder = _folder(posixpath.dirname(path) or ".") if path else "." if one is None else SOMEWHERE
        _each_address(machine, url, loader, lambda address, n=name, f=folder: _file(address, n, f))  # type: ignore[misc]
        if path:
            machine.created.add(path)


def _each_address(
    machine: Machine,
    url: Value,
    loader: str,
    place: Callable[[str], tuple[str, str, str]],
    given: Arguments = _NONE,
) -> None:
    for one in v.alternatives(url)[:MAX_ALTERNATIVES]:
        text = texts.plain(one) if isinstance(one, str | v.PathText | v.Instance) else None
        if text is not None and _ADDRESS.fullmatch(text) and len(text) <= _LONGEST_ADDRESS:
            _record(machine, place(text), loader, given)
        elif isinstance(one, v.Opaque):
            machine.miss(_argument(machine), one.reason)
        elif text is not None:
            machine.miss(_argument(machine), f"`{printable(text)}` is no address of the web")
        elif one is not None:
            machine.miss(_argument(machine), "it is computed when the code runs")


def _file(url: str, name: str | None, folder: str) -> tuple[str, str, str]:
    return url, name or posixpath.basename(urlsplit(url).path), folder


def _folder(path: str | None) -> str:
    if path is None:
        return SOMEWHERE
    clean = posixpath.normpath(path)
    return "" if clean == CHECKPOINTS else clean


def _hash_prefix(name: str, loader: str, given: Arguments) -> str:
    """What torch.hub compares, if it is asked to; shorter ones are numbers more often than hashes."""
    found = _HASH.search(name) if loader.rpartition(".")[2] in _HASHED else None
    checked = given.get(4, "check_hash") is True
    return found[1] if found and (checked or len(found[1]) >= _SHORTEST_HASH) else ""


def _record(machine: Machine, place: tuple[str, str, str], loader: str, given: Arguments = _NONE) -> None:
    url, name, folder = place
    machine.found.files.setdefault(
        place,
        WeightFile(
            url=url,
            file_name=name,
            folder=folder,
            hash_prefix=_hash_prefix(name, loader, given),
            evidence=machine.evidence,
            loader=loader,
        ),
    )


def _argument(machine: Machine) -> str:
    """The source text of the address that is not known."""
    node = machine.calling
    if node is None:
        return ""
    given = next((keyword.value for keyword in node.keywords if keyword.arg == "url"), None)
    return machine.written(given or (node.args[0] if node.args else node))


def model(machine: Machine, hub: str, name: str, *, ref: str = "", entrypoint: str = "") -> None:
    """Remember a model that is loaded."""
    key = ModelKey(hub, printable(name))
    machine.found.models.setdefault(
        (key, ref, entrypoint), OtherModel(key=key, ref=ref, entrypoint=entrypoint, evidence=machine.evidence)
    )


def names(machine: Machine, value: Value) -> Iterator[str]:
    """Yield the names that an argument can be; what is not known is remembered."""
    for one in v.alternatives(value):
        text = texts.plain(one) if one is not None else None
        if text is not None and one is not None:
            yield text
        elif isinstance(one, v.Opaque):
            machine.miss(_argument(machine), one.reason)
        elif one is not None:
            machine.miss(_argument(machine), "it is computed when the code runs")


BY_LAST_NAME: Mapping[str, Handler] = {
    "download_and_extract_archive": into_folder,
    "download_url": into_folder,
    "download_url_to_file": to_file,
    "load_state_dict_from_url": from_torch_hub,
    "load_url": from_torch_hub,
    "urlretrieve": to_file,
}
"""Functions that are re-exported under their own name by many libraries."""

BY_NAME: Mapping[str, Handler] = {
    "gdown.cached_download": from_drive,
    "gdown.download": from_drive,
    "os.popen": command,
    "os.system": command,
    "requests.get": asked,
    "requests.request": lambda machine, name, given: asked(
        machine, name, Arguments(given.positional[1:], given.keywords)
    ),
    "subprocess.Popen": command,
    "subprocess.call": command,
    "subprocess.check_call": command,
    "subprocess.check_output": command,
    "subprocess.run": command,
    "urllib.request.Request": lambda _machine, _name, given: given.get(0, "url"),
    "urllib.request.urlopen": asked,
    "wget.download": to_file,
}
