"""segmentation_models_pytorch: the weights of its encoders.

Read are the tables ``*_encoders`` of ``segmentation_models_pytorch/encoders/*.py`` of 0.2 to 0.6:
``pretrained_settings`` of an encoder has for each set of weights (``imagenet``, ``ssl``, …) either ``repo_id`` and
``revision`` (since 0.5: ``config.json`` and ``model.safetensors`` of that commit are read) or ``url`` (PyTorch Hub
keeps it with its checkpoints). Before 0.5 the tables were put together from those of ``pretrainedmodels``,
``efficientnet_pytorch`` and ``timm``, which are read where they are installed beside the library; a shipped table is
made with the versions that the release asks for.

Names are ``resnet34@imagenet``; ``resnet34`` alone is ``imagenet``. Encoders that begin with ``tu-`` are models of
timm, as are some that begin with ``timm-`` since 0.5 (``is_equivalent_to_timm_universal``).
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from ptmdeps.identity import ModelKey
from ptmdeps.libraries.expressions import Frame
from ptmdeps.libraries.module_run import ModuleRun
from ptmdeps.libraries.reading import in_repository, of_torch
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entry, Names

_ENCODERS = "segmentation_models_pytorch.encoders"
_DEFAULT = "imagenet"
_FILES = ("config.json", "model.safetensors")
_OF_TIMM = ("timm-regnet", "timm-res2", "timm-resnest", "timm-mobilenetv3", "timm-gernet")


def spellings(name: str, ref: str) -> Iterator[str | ModelKey]:
    """Yield ``encoder@weights``, or the model of timm that the encoder is."""
    if name.startswith("tu-"):
        yield ModelKey("timm", name.removeprefix("tu-"))
        return
    yield f"{name}@{ref or _DEFAULT}"
    if name.startswith(_OF_TIMM):
        plain = name.removeprefix("timm-")
        yield ModelKey("timm", f"tf_{plain}" if "mobilenetv3" in plain else plain)


def read(modules: Modules) -> Names:
    """Return the weights of each encoder."""
    run = _WithTimm(modules)
    return {
        f"{encoder}@{weights}": entries
        for module in modules.children(_ENCODERS)
        for name, table in run.module(module).names.items()
        if name.endswith("_encoders") and isinstance(table, dict)
        for encoder, description in table.items()
        for weights, settings in _settings(description)
        if (entries := tuple(_entries(settings)))
    }


def _settings(description: object) -> list[tuple[object, object]]:
    settings = description.get("pretrained_settings") if isinstance(description, dict) else None
    return list(settings.items()) if isinstance(settings, dict) else []


def _entries(settings: object) -> Iterator[Entry]:
    match settings:
        case {"repo_id": str(repository), "revision": str(ref)}:
            yield in_repository(repository, reads="file", ref=ref, files=_FILES)
        case {"url": str(address)} if address:
            yield of_torch(address)


class _WithTimm(ModuleRun):
    """Follows the tables that are made of timm's: ``default_cfgs["tf_efficientnet_b0"].cfgs["in1k"].url``."""

    def call(self, node: ast.Call, frame: Frame) -> object:
        """Return what a call gives; of ``generate_default_cfgs`` the tags of each architecture."""
        match node:
            case ast.Call(func=ast.Name(id="generate_default_cfgs"), args=[given]):
                table = self.evaluate(given, frame)
                return _by_architecture(table) if isinstance(table, dict) else super().call(node, frame)
        return super().call(node, frame)

    def attribute(self, node: ast.Attribute, frame: Frame) -> object:
        """Return what ``a.b`` is; the fields of an object stand in a table."""
        owner = self.evaluate(node.value, frame)
        return owner[node.attr] if isinstance(owner, dict) and node.attr in owner else super().attribute(node, frame)


def _by_architecture(table: dict[object, object]) -> dict[str, object]:
    found: dict[str, dict[str, object]] = defaultdict(dict)
    for name, configuration in table.items():
        architecture, _, tag = name.partition(".") if isinstance(name, str) else ("", "", "")
        found[architecture][tag.rstrip("*")] = configuration
    return {architecture: {"cfgs": tags} for architecture, tags in found.items()}
