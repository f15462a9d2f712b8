from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ptmdeps.scan import ScanOptions, ScanResult, scan

Scan = Callable[..., ScanResult]


@pytest.fixture
def scan_files(tmp_path: Path) -> Scan:
    """Write a project and scan it; a text alone is its ``app.py``."""

    def scan_files(files: str | Mapping[str, str], options: ScanOptions | None = None) -> ScanResult:
        written = {"app.py": files} if isinstance(files, str) else files
        for path, text in written.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text), encoding="utf-8")
        return scan(tmp_path, options=options)

    return scan_files
