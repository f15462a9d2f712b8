"""``include``: the only paths whose loads are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.scan import ScanCache, ScanOptions, scan
from ptmdeps.scan.files import is_included

LOAD = 'from transformers import AutoModel\nAutoModel.from_pretrained("acme/{}")\n'


@pytest.mark.parametrize(
    ("path", "patterns", "expected"),
    [
        ("src/app.py", ("src",), True),
        ("src/app.py", ("src/",), True),
        ("src/app.py", ("src/*",), True),
        ("src/deep/app.py", ("src/**",), True),
        ("src/app.py", ("*.py",), True),
        ("app.py", ("src/**", "app.py"), True),
        ("srcs/app.py", ("src",), False),
        ("other/src/app.py", ("src",), False),
        ("app.py", ("App.py",), False),
    ],
)
def test_a_pattern_means_files_and_whole_folders(path: str, patterns: tuple[str, ...], *, expected: bool) -> None:
    assert is_included(path, patterns) == expected


def test_only_included_paths_are_reported_and_others_are_still_looked_up(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "names.py").write_text('NAME = "acme/constant"\n', encoding="utf-8")
    (tmp_path / "tool.py").write_text(LOAD.format("tool"), encoding="utf-8")
    code = "from names import NAME\nfrom transformers import AutoModel\nAutoModel.from_pretrained(NAME)\n"
    (tmp_path / "src/app.py").write_text(code, encoding="utf-8")
    cache = ScanCache(tmp_path.parent / "cache")
    for include, names in (((), ["acme/constant", "acme/tool"]), (("src",), ["acme/constant"]), (("nothing",), [])):
        found = scan(tmp_path, options=ScanOptions(include=include), cache=cache).references
        assert [one.key.name for one in found] == names
