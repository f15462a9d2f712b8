"""Calls of ``huggingface_hub`` (read in 2.4.0 and 0.36.0): exact files, whole repositories, and mixins.

A row for a function also covers the method of the same name of ``HfApi``.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_REPOSITORY = Argument(0, "repo_id")
_KIND = Argument(None, "repo_type")
_REF = Argument(None, "revision")
_FILE = Arguments(ref=_REF, kind=_KIND, subfolder=Argument(None, "subfolder"), filename=Argument(1, "filename"))

_OF_FILE_SYSTEM = (
    *(("open", "path"), ("cat_file", "path"), ("read_bytes", "path"), ("read_text", "path")),
    *(("get", "rpath"), ("get_file", "rpath"), ("download", "rpath")),
)
"""Methods of the file system over the hub that read files, and where they take the path."""

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="huggingface_hub.hf_hub_download",
        model=_REPOSITORY,
        reads="file",
        arguments=_FILE,
        result="path",
        by_method=True,
    ),
    Loader(
        call="huggingface_hub.hf_hub_url",
        model=_REPOSITORY,
        reads="file",
        arguments=_FILE,
        result="path",
    ),
    *(
        Loader(
            call=f"huggingface_hub.HfFileSystem.{method}",
            model=Argument(0, name),
            reads="file",
            notation="hf",
            pin="notation",
            quiet=True,
        )
        for method, name in _OF_FILE_SYSTEM
    ),
    Loader(
        call="huggingface_hub.cached_download",
        model=Argument(0, "url"),
        reads="file",
        notation="file",
        pin="version",
        result="path",
    ),
    Loader(
        call="huggingface_hub.snapshot_download",
        model=_REPOSITORY,
        reads="snapshot",
        arguments=Arguments(
            ref=_REF,
            kind=_KIND,
            allow=Argument(None, "allow_patterns", ("allow_regex",)),
            ignore=Argument(None, "ignore_patterns", ("ignore_regex",)),
        ),
        result="path",
        by_method=True,
    ),
    Loader(
        call="huggingface_hub.from_pretrained_keras",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="snapshot",
        arguments=Arguments(ref=_REF),
    ),
    Loader(
        call="huggingface_hub.from_pretrained_fastai",
        model=_REPOSITORY,
        reads="snapshot",
        arguments=Arguments(ref=Argument(1, "revision")),
    ),
    Loader(
        call="huggingface_hub.*HubMixin.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="snapshot",
        arguments=Arguments(ref=_REF, allow=None),
        by_method=True,
    ),
)
