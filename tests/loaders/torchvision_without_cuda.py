"""Lets torchvision be imported beside a PyTorch without CUDA. Run as a program, it installs itself into that Python.

The wheels of torchvision on PyPI have a compiled part that wants CUDA. Where it cannot be loaded, torchvision still
describes two of the operators in it to PyTorch, which does not know them: "operator torchvision::nms does not exist".
Here PyTorch is told their signatures in time. They cannot be called then; the classification models do not need them.
Where the compiled part can be loaded, nothing is changed.

Every start of Python runs this file: it imports nothing until torchvision is imported.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_EXTENSION = "torchvision.extension"
"""The module that loads the compiled part, and that is imported before its operators are described."""

_SIGNATURES = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


class _Finder:
    """Declares the operators right after the module was imported that should have brought them."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        del path, target
        if name != _EXTENSION:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                _declare(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _declare(extension: Any) -> None:
    if not extension._has_ops():
        import torch  # type: ignore[import-not-found]  # noqa: PLC0415 - it is there already

        extension.declared = torch.library.Library("torchvision", "FRAGMENT")
        for signature in _SIGNATURES:
            extension.declared.define(signature)


def _install() -> None:
    import sysconfig  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    packages, here = Path(sysconfig.get_path("purelib")), Path(__file__)
    (packages / here.name).write_bytes(here.read_bytes())
    (packages / f"{here.stem}.pth").write_text(f"import {here.stem}\n", encoding="utf-8")


if __name__ == "__main__":
    _install()
else:
    sys.meta_path.insert(0, _Finder())
