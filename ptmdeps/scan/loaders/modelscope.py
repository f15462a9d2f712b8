"""Calls of ``modelscope`` (read in 1.40.2): ids of its own hub, under class names that are those of transformers."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_HUB = "modelscope"
_REF = Argument(None, "revision")
_REMOTE = Argument(None, "trust_remote_code")

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="modelscope.snapshot_download",
        model=Argument(0, "model_id", ("repo_id",)),
        reads="snapshot",
        hub=_HUB,
        arguments=Arguments(
            ref=Argument(1, "revision"),
            allow=Argument(None, "allow_patterns", ("allow_file_pattern",)),
            ignore=Argument(None, "ignore_patterns", ("ignore_file_pattern",)),
        ),
        result="path",
    ),
    Loader(
        call="modelscope.model_file_download",
        model=Argument(0, "model_id"),
        reads="file",
        hub=_HUB,
        arguments=Arguments(ref=Argument(2, "revision"), filename=Argument(1, "file_path")),
        result="path",
    ),
    Loader(
        call="modelscope.dataset_snapshot_download",
        model=Argument(0, "dataset_id"),
        reads="snapshot",
        hub=_HUB,
        kind="dataset",
        arguments=Arguments(ref=Argument(1, "revision")),
        result="path",
    ),
    Loader(
        call="modelscope.pipeline",
        model=Argument(1, "model"),
        reads="snapshot",
        hub=_HUB,
        arguments=Arguments(ref=Argument(7, "model_revision"), remote_code=_REMOTE),
        has_default=True,
    ),
    Loader(
        call="modelscope.MsDataset.load",
        model=Argument(0, "dataset_name"),
        reads="snapshot",
        hub=_HUB,
        kind="dataset",
        arguments=Arguments(ref=Argument(3, "version")),
    ),
    Loader(
        call="modelscope.*.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path", ("model_name_or_path",)),
        reads="snapshot",
        hub=_HUB,
        arguments=Arguments(ref=_REF, remote_code=_REMOTE),
        by_method=True,
    ),
)
