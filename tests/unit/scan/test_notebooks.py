"""Notebooks: cells, magics, and the lines of the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.scan import scan
from ptmdeps.scan.notebooks import notebook_text


def notebook(*cells: str | list[str], **metadata: Any) -> dict[str, Any]:
    return {
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def places(tmp_path: Path, text: str) -> dict[str, str]:
    """For each model the line of the file at its load."""
    file = tmp_path / "n.ipynb"
    file.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    return {reference.key.name: lines[reference.location.line - 1] for reference in scan(tmp_path).references}


IMPORT = "from transformers import AutoModel\n"


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_lines_are_those_of_the_file(indent: int | None, tmp_path: Path) -> None:
    cells: list[str | list[str]] = [
        ["import os\n", IMPORT],
        ["x = 1\n", "AutoModel.from_pretrained('acme/a')"],
        "AutoModel.from_pretrained('acme/b')\n",
    ]
    document = notebook(*cells)
    document["cells"].insert(1, {"cell_type": "markdown", "source": ["AutoModel.from_pretrained('acme/x')"]})
    document["cells"][0]["outputs"] = [{"data": {"source": ["AutoModel.from_pretrained('acme/y')"]}}]
    found = places(tmp_path, json.dumps(document, indent=indent))
    assert set(found) == {"acme/a", "acme/b"}
    assert all(name in line for name, line in found.items())


def test_names_of_one_cell_are_known_in_the_next(tmp_path: Path) -> None:
    found = places(tmp_path, json.dumps(notebook(IMPORT, "N = 'acme/a'", "AutoModel.from_pretrained(N)"), indent=1))
    assert set(found) == {"acme/a"}


@pytest.mark.parametrize(
    "line",
    [
        "!pip install x",
        "%matplotlib inline",
        "  %timeit x",
        "?help",
        "help?",
        "files = !ls",
        "a, b = %run x",
        "x = !{c} y",
    ],
)
def test_magic_lines_hide_nothing(line: str, tmp_path: Path) -> None:
    cell = f"{IMPORT}if True:\n    pass\n{line.strip()}\nAutoModel.from_pretrained('acme/a')\n"
    assert set(places(tmp_path, json.dumps(notebook(cell)))) == {"acme/a"}


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%timeit -n 1"])
def test_cell_magics_of_python_keep_the_cell(magic: str, tmp_path: Path) -> None:
    cell = f"\n{magic}\n{IMPORT}AutoModel.from_pretrained('acme/a')"
    assert set(places(tmp_path, json.dumps(notebook(cell)))) == {"acme/a"}


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile x.py", "%%html", "%%javascript"])
def test_cells_in_other_languages_are_left_out(magic: str, tmp_path: Path) -> None:
    cell = f"{magic}\n{IMPORT}AutoModel.from_pretrained('acme/x')"
    assert places(tmp_path, json.dumps(notebook(cell, f"{IMPORT}AutoModel.from_pretrained('acme/a')"))).keys() == {
        "acme/a"
    }


def test_cell_that_does_not_parse_hides_only_itself(tmp_path: Path) -> None:
    found = places(tmp_path, json.dumps(notebook("def f(:", f"{IMPORT}AutoModel.from_pretrained('acme/a')"), indent=1))
    assert set(found) == {"acme/a"}


@pytest.mark.parametrize(
    "metadata",
    [{"kernelspec": {"language": "R"}}, {"language_info": {"name": "julia"}}],
)
def test_other_kernels_are_left_out(metadata: dict[str, Any], tmp_path: Path) -> None:
    cell = f"{IMPORT}AutoModel.from_pretrained('acme/x')"
    assert places(tmp_path, json.dumps(notebook(cell, **metadata))) == {}


@pytest.mark.parametrize(
    "metadata", [{}, {"kernelspec": {}}, {"kernelspec": {"language": "python"}}, {"kernelspec": 1}]
)
def test_kernel_that_is_not_said_is_python(metadata: dict[str, Any], tmp_path: Path) -> None:
    cell = f"{IMPORT}AutoModel.from_pretrained('acme/a')"
    assert set(places(tmp_path, json.dumps(notebook(cell, **metadata)))) == {"acme/a"}


def test_encoding_cookie_and_escapes(tmp_path: Path) -> None:
    cell = f'# -*- coding: latin-1 -*-\n# \u00e4 \U0001f600 \\\n{IMPORT}AutoModel.from_pretrained("acme/a")'
    found = places(tmp_path, json.dumps(notebook(cell), ensure_ascii=True))
    assert set(found) == {"acme/a"}


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"{",
            b"[]",
            b"1",
            b"null",
            b'{"cells": 1}',
            b'{"cells": null}',
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"a": "' + b"x",
        ),
        b'{"cells": "source"}',
    ],
)
def test_file_that_is_no_notebook(data: bytes) -> None:
    assert notebook_text(data) is None


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [1, None, "x"],
        [{}],
        [{"cell_type": "code"}],
        [{"cell_type": "code", "source": 1}],
        [{"cell_type": "code", "source": [1]}],
    ],
)
def test_strange_cells_are_empty(cells: list[Any]) -> None:
    found = notebook_text(json.dumps({"cells": cells, "metadata": []}).encode())
    assert found is not None
    assert found.text.strip() == ""


def test_whole_file_may_start_with_a_byte_order_mark() -> None:
    found = notebook_text(b"\xef\xbb\xbf" + json.dumps(notebook("x = 1")).encode())
    assert found is not None
    assert found.text == "x = 1\n"
