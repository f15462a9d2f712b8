"""The official client draws its own bars; this turns them into numbers for whoever draws ours."""

from __future__ import annotations

from typing import Any

from huggingface_hub.utils import tqdm

from ptmdeps.hubs.protocol import Progress


def reporting_to(progress: Progress | None) -> type[Any]:
    """A ``tqdm_class`` that draws nothing and reports every step, in bytes, to ``progress``."""

    class SilentBar(tqdm):
        def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401
            keywords["disable"] = True
            super().__init__(*args, **keywords)  # type: ignore[no-untyped-call]

        def update(self, n: float | None = 1) -> bool | None:
            if progress is not None and n:
                progress(int(n))
            return None

    return SilentBar
