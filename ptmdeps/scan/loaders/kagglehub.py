"""Downloads of ``kagglehub`` (read in 1.0.3): ``owner/model/framework/variation[/version]``."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="kagglehub.model_download",
        model=Argument(0, "handle"),
        reads="snapshot",
        hub="kaggle",
        notation="kaggle",
        arguments=Arguments(filename=Argument(1, "path")),
        pin="notation",
        result="path",
    ),
    *(
        Loader(
            call=f"kagglehub.{function}",
            model=Argument(0, "handle"),
            reads="snapshot",
            hub="kaggle",
            kind="dataset",
            notation="key",
            arguments=Arguments(filename=Argument(1, "path")),
            pin="notation",
            result="path",
        )
        for function in ("dataset_download", "competition_download")
    ),
)
