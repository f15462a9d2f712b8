"""Calls inside of an entry point that load models of this or another hub by name."""

from __future__ import annotations

from collections.abc import Mapping

from ptmdeps.hubconf import texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.downloads import Handler, model, names
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.truth import truth
from ptmdeps.hubconf.values import Arguments, Value

_LOADED = v.Opaque("it is a model of another hub")
_HUGGING_FACE = frozenset(
    {"adapters", "diffusers", "huggingface_hub", "open_clip", "optimum", "peft", "tokenizers", "transformers"}
)
_BACKBONES = ("mobilenet_v3_large", "resnet101", "resnet50", "vgg16")
_WITH_BACKBONE = ("deeplabv3", "fasterrcnn", "fcn_", "fcos", "keypointrcnn", "lraspp", "maskrcnn", "retinanet", "ssd")


def from_torch_hub(machine: Machine, _loader: str, given: Arguments) -> Value:
    """``torch.hub.load("owner/name:ref", "entry point", …)``: the entry point with its arguments."""
    if given.get(9, "source", "github") == "local":
        return _LOADED
    kept = {"trust_repo", "force_reload", "verbose", "skip_validation", "source", "repo_or_dir", "model"}
    rest = Arguments(
        given.positional[2:], {k: value for k, value in given.keywords.items() if k not in kept}, given.open
    )
    for repository in names(machine, given.get(0, "repo_or_dir")):
        if "/" not in repository.strip("./") or repository.startswith(("/", "$", "~", ".")):
            continue
        name, _, ref = repository.partition(":")
        for entrypoint in names(machine, given.get(1, "model")):
            model(machine, "torchhub", name, ref=ref, entrypoint=written_call(entrypoint, rest))
    return _LOADED


def written_call(name: str, given: Arguments) -> str:
    """Return the source text of a call; ``...`` for what is not known."""
    parts = [_literal(value) for value in given.positional]
    parts += [f"{key}={_literal(value)}" for key, value in given.keywords.items()]
    return f"{name}({', '.join(parts)})" if parts else name


def _literal(value: Value) -> str:
    if isinstance(value, v.PathText):
        return repr(value.text)
    return repr(value) if isinstance(value, str | int | float | None) else "..."


def hugging_face(machine: Machine, _loader: str, given: Arguments) -> Value:
    """``hf_hub_download(repo_id, filename, revision=…)``, ``snapshot_download(repo_id)``."""
    ref = given.keywords.get("revision")
    for name in names(machine, given.get(0, "repo_id")):
        model(machine, "huggingface", name, ref=ref if isinstance(ref, str) else "")
    return _LOADED


def from_pretrained(machine: Machine, loader: str, given: Arguments) -> Value | None:
    """``AutoModel.from_pretrained(name, revision=…)`` of the libraries of Hugging Face; nothing for others."""
    if loader.partition(".")[0] not in _HUGGING_FACE:
        first = given.get(0, "model_name")
        machine.miss(loader, "what a library outside of the repository loads by this name is not known")
        return first if isinstance(first, v.Opaque) else _LOADED
    ref = given.keywords.get("revision")
    keyword = next((key for key in ("pretrained_model_name_or_path", "model_id") if key in given.keywords), "name")
    for name in names(machine, given.get(0, keyword)):
        if not name.startswith((".", "/", "$", "~")):
            model(machine, "huggingface", name, ref=ref if isinstance(ref, str) else "")
    return _LOADED


def timm(machine: Machine, loader: str, given: Arguments) -> Value:
    """``timm.create_model(name, pretrained=True)``, and timm's functions that are named after a model."""
    created = loader.endswith(".create_model")
    wanted = given.get(1, "pretrained", default=False) if created else given.keywords.get("pretrained", False)
    if truth(machine, wanted) is False:
        return _LOADED
    for name in names(machine, given.get(0, "model_name")) if created else [loader.rpartition(".")[2]]:
        source, colon, rest = name.partition(":")
        if colon and source.replace("_", "-") == "hf-hub":
            repository, _, ref = rest.partition("@")
            model(machine, "huggingface", repository, ref=ref)
        elif source != "local-dir":
            model(machine, "timm", name)
    return _LOADED


def torchvision(machine: Machine, loader: str, given: Arguments) -> Value:
    """``torchvision.models.resnet18(weights=…)``, ``(pretrained=True)``; and backbones that load by default."""
    if loader.endswith(".get_model"):
        builders = list(names(machine, given.get(0, "name")))
        given = Arguments(given.positional[1:], given.keywords, given.open)
    else:
        builders = [loader.rpartition(".")[2]]
    for builder in builders:
        weights = given.get(0, "weights", given.keywords.get("pretrained"))
        loaded = [one for one in v.alternatives(weights) if one is not None and truth(machine, one) is not False]
        for one in loaded:
            model(machine, "torchvision", builder, ref=_weights(one))
        if not loaded:
            _backbone(machine, builder, given)
    return _LOADED


def _backbone(machine: Machine, builder: str, given: Arguments) -> None:
    if not builder.startswith(_WITH_BACKBONE):
        return
    wanted = given.keywords.get("weights_backbone", given.keywords.get("pretrained_backbone", True))
    backbone = next((one for one in _BACKBONES if one in builder), None)
    if backbone is not None and wanted is not None and truth(machine, wanted) is not False:
        model(machine, "torchvision", backbone, ref=_weights(wanted) or "IMAGENET1K_V1")


def _weights(value: Value) -> str:
    if isinstance(value, v.External):
        return ".".join(value.name.split(".")[-2:])
    return value if isinstance(value, str) else ""


def named(hub: str, position: int = 0, name: str = "name") -> Handler:
    """Return a handler for a function of a library that is given the name of a model."""

    def load(machine: Machine, _loader: str, given: Arguments) -> Value:
        for one in names(machine, given.get(position, name)):
            model(machine, hub, one)
        return _LOADED

    return load


def _open_clip(machine: Machine, _loader: str, given: Arguments) -> Value:
    tag = given.get(1, "pretrained")
    for one in names(machine, given.get(0, "model_name")) if truth(machine, tag) is not False else ():
        model(machine, "openclip", one, ref=tag if isinstance(tag, str) else "")
    return _LOADED


def by_pattern(loader: str) -> Handler | None:
    """Return what handles functions that are named after a model."""
    last = loader.rpartition(".")[2]
    if last == "from_pretrained":
        return from_pretrained
    if last.startswith("_") or not last.islower():
        return None
    if loader.startswith("torchvision.models.") and last not in {"resnet", "list_models", "get_model_weights"}:
        return torchvision
    if loader.startswith("timm.models.") and any(char.isdigit() for char in last):
        return timm
    return None


def hub_address(_machine: Machine, _loader: str, given: Arguments) -> Value:
    """``hf_hub_url(repo_id, filename, revision=…)``."""
    parts = [given.get(0, "repo_id"), given.keywords.get("revision") or "main", given.get(1, "filename")]
    known = [texts.plain(part) for part in parts]
    if None in known:
        return v.UNKNOWN
    return "https://huggingface.co/{}/resolve/{}/{}".format(*known)


BY_NAME: Mapping[str, Handler] = {
    "clip.load": named("clip"),
    "huggingface_hub.hf_hub_download": hugging_face,
    "huggingface_hub.hf_hub_url": hub_address,
    "huggingface_hub.snapshot_download": hugging_face,
    "open_clip.create_model": _open_clip,
    "open_clip.create_model_and_transforms": _open_clip,
    "timm.create_model": timm,
    "timm.models.create_model": timm,
    "timm.models.factory.create_model": timm,
    "torch.hub.load": from_torch_hub,
    "torchvision.models.get_model": torchvision,
    "whisper.load_model": named("whisper"),
}
