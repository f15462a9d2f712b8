"""Notebooks: cells, magics, and the lines of the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.scan import scan
from ptmdeps.scan.notebooks import notebook_text
from tests.unit.scan.said import said


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


WHEEL = "https://github.com/explosion/spacy-models/releases/download/en_core_web_sm-3.7.0/en_core_web_sm-3.7.0.tar.gz"
COMMANDS: dict[str, tuple[str, list[str]]] = {
    "command": ("!hf download acme/a", ["huggingface:acme/a"]),
    "command in a block": ("if True:\n    !hf download acme/a", ["huggingface:acme/a"]),
    "command over two lines": ("!hf download \\\n    acme/a --revision v1\nx = 1", ["huggingface:acme/a@v1"]),
    "command that ends in a backslash": ("!hf download acme/a \\", ["huggingface:acme/a"]),
    "output": ("x = !hf download acme/a", ["huggingface:acme/a"]),
    "output in parts": ("a, b = !hf download acme/a", ["huggingface:acme/a"]),
    "two marks": ("!!hf download acme/a", ["huggingface:acme/a"]),
    "call": ("get_ipython().system('hf download acme/a')", ["huggingface:acme/a"]),
    "call of the module": (
        "import IPython\nIPython.get_ipython().system('hf download acme/a')",
        ["huggingface:acme/a"],
    ),
    "timed": ("%time !hf download acme/a", ["huggingface:acme/a"]),
    "timed load": (f"{IMPORT}%timeit -n 1 AutoModel.from_pretrained('acme/a')", ["huggingface:acme/a"]),
    "package": (f"%pip install {WHEEL}", ["spacy:en_core_web_sm@3.7.0"]),
    "package without a mark": (f"pip install {WHEEL}", ["spacy:en_core_web_sm@3.7.0"]),
    "script": ("%run train.py --model_name_or_path acme/a", ["huggingface:acme/a"]),
    "line of the shell": ("%sx hf download acme/a", ["huggingface:acme/a"]),
    "magic that runs nothing": ("%cd hf download acme/x", []),
    "cell of bash": ("%%bash\nhf download acme/a", ["huggingface:acme/a"]),
    "cell of a shell with options": ("\n%%script bash --bg --out x\nhf download acme/a", ["huggingface:acme/a"]),
    "cell of sh": ("%%sh\nhf download acme/a", ["huggingface:acme/a"]),
    "cell of Databricks": ("%sh\nhf download acme/a", ["huggingface:acme/a"]),
    "cell of another program": ("%%script perl\nhf download acme/x", []),
    "cell of a program without a name": ("%%script\nhf download acme/x", []),
    "cell that does not say what": ("%%bash\nollama pull $X", ["?"]),
    "cell without lines": ("%%bash", []),
    "cell with code in it": (
        f"%%bash\npython - <<EOF\n{IMPORT}AutoModel.from_pretrained('acme/a')\nEOF",
        ["huggingface:acme/a"],
    ),
    "variables of a cell of bash": ("%%bash\nM=acme/a\nhf download $M", ["huggingface:acme/a"]),
    "braces": ("M = 'acme/a'\n!hf download {M}", ["huggingface:acme/a"]),
    "expression": ("M = {'x': 'acme/a'}\n!hf download {M['x']}", ["huggingface:acme/a"]),
    "dollar": ("M = 'acme/a'\n!hf download $M --local-dir $HOME", ["huggingface:acme/a"]),
    "whole command": ("C = 'hf download acme/a'\n!{C}", ["huggingface:acme/a"]),
    "two values": (
        "for M in ('acme/a', 'acme/b'):\n    !hf download {M}",
        ["huggingface:acme/a", "huggingface:acme/b"],
    ),
    "braces of a magic": ("M = 'acme/a'\n%run x.py --model_id {M}", ["huggingface:acme/a"]),
    "variable of the shell": ("!M=acme/a; hf download $M", ["huggingface:acme/a"]),
    "two dollars": ("M = 'acme/x'\n!M=acme/a; hf download $$M", ["huggingface:acme/a"]),
    "braces of another language": ("!awk '{print $1}' x; hf download acme/a", ["huggingface:acme/a"]),
    "two braces": ("!echo {{}} {{x}}; hf download acme/a", ["huggingface:acme/a"]),
    "half of braces": ("M = 'acme/x'\n!echo {; hf download acme/a", ["huggingface:acme/a"]),
    "name that nothing sets": ("!hf download $M", ["?"]),
    "expression that is not known": ("M = input()\n!hf download {M}", ["?"]),
    "command that is not known": ("get_ipython().system(input())  # hf download", []),
    "other method": ("get_ipython().write('hf download acme/x')", []),
    "line that is not known": ("get_ipython().run_line_magic('run', input())  # hf download", []),
}


@pytest.mark.parametrize(("cell", "expected"), COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("indent", [None, 1])
def test_commands_of_notebooks(cell: str, expected: list[str], indent: int | None, tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook(cell), indent=indent), encoding="utf-8")
    assert said(scan(tmp_path)) == expected


def test_commands_stand_on_the_lines_of_the_file(tmp_path: Path) -> None:
    cells: list[str | list[str]] = [
        ["%%bash\n", "ls\n", "hf download acme/a\n", "hf download \\\n", "  acme/b\n"],
        ["x = 1\n", "!hf download acme/c\n", "!hf download \\\n", "    acme/d\n", f"{IMPORT}\n"],
        ["AutoModel.from_pretrained('acme/e')"],
    ]
    found = places(tmp_path, json.dumps(notebook(*cells), indent=1))
    assert {name: line.strip().strip('",') for name, line in found.items()} == {
        "acme/a": "hf download acme/a\\n",
        "acme/b": "hf download \\\\\\n",
        "acme/c": "!hf download acme/c\\n",
        "acme/d": "!hf download \\\\\\n",
        "acme/e": "AutoModel.from_pretrained('acme/e')",
    }


def test_huge_cells_are_read_in_time(tmp_path: Path) -> None:
    lines = [f"!echo {{x{number}}} $y $" + "{" * 50 + "\n" for number in range(2_000)]
    document = notebook([*lines, "!hf download acme/a"], ["%%bash\n", *["echo \\\n"] * 2_000, "hf download acme/b"])
    document["cells"][0]["outputs"] = [{"data": {"image/png": "hf/download/" * 100_000}}]
    assert places(tmp_path, json.dumps(document)).keys() == {"acme/a"}


@pytest.mark.parametrize(
    "data", [b'{"cells": [{"source": "!hf download acme/x"', b"!hf download acme/x", b"\xff!hf download x"]
)
def test_broken_notebook_runs_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_bytes(data)
    assert said(scan(tmp_path)) == []
