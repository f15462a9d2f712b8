"""Small projects for the properties of the scan: files that use each other in every way that it follows."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from hypothesis import strategies as st

PYTHON = (
    "app.py",
    "consts.py",
    "settings.py",
    "pkg/__init__.py",
    "pkg/consts.py",
    "pkg/load.py",
    "pkg/sub/__init__.py",
    "pkg/sub/load.py",
    "src/helpers.py",
    "scripts/run.py",
    "tests/test_app.py",
    "transformers/__init__.py",
)
"""Where the code stands. Some are named alike, so that adding and removing them changes what an import means."""

_HEAD = "from transformers import AutoModel\nimport os, argparse, json, yaml\n"

_PIECES = (
    "NAME = 'acme/name{n}'",
    "NAME = 'acme/' + OTHER",
    "OTHER = 'other{n}'",
    "MODELS = {{'a': 'acme/a{n}', 'b': NAME}}",
    "MODELS['c'] = 'acme/c{n}'",
    "from consts import NAME\nAutoModel.from_pretrained(NAME)",
    "from consts import *",
    "import consts\nAutoModel.from_pretrained(consts.NAME)",
    "from pkg import NAME, load\nload(NAME)",
    "from pkg.consts import NAME, MODELS\nAutoModel.from_pretrained(MODELS['b'])",
    "from .consts import NAME\nAutoModel.from_pretrained(NAME)",
    "from . import consts\nAutoModel.from_pretrained(consts.NAME)",
    "from .load import load, Loader, Child\nChild().go()",
    "from ..consts import NAME\nAutoModel.from_pretrained(NAME)",
    "from pkg.load import load, Loader, Child\nload('acme/there{n}')",
    "from pkg.sub.load import Loader as Child, load\nChild('acme/sub{n}').go()",
    "from helpers import load\nload('acme/helped{n}')",
    "import pkg.load\npkg.load.load('acme/dotted{n}')",
    "from settings import Settings, FLAGS\nAutoModel.from_pretrained(Settings().model)",
    "from pkg.load import Loader\nclass Mine(Loader):\n    name = 'acme/mine{n}'",
    "from pkg import load as again\nagain('acme/again{n}')",
    "AutoModel.from_pretrained('acme/literal{n}')",
    "AutoModel.from_pretrained(NAME)",
    "AutoModel.from_pretrained(MODELS['a'])",
    "for key in MODELS:\n    AutoModel.from_pretrained(MODELS[key])",
    "def load(name='acme/default{n}', revision=None):\n    return AutoModel.from_pretrained(name, revision=revision)",
    "def load(name):\n    from pkg.sub.load import load as inner\n    return inner(name)",
    "load('acme/called{n}')",
    "load(NAME, revision='r{n}')",
    "load()",
    (
        "class Loader:\n    name = 'acme/class{n}'\n    def __init__(self, name=NAME):\n        self.name = name\n"
        "    def go(self):\n        return AutoModel.from_pretrained(self.name)"
    ),
    "class Loader:\n    name = 'acme/base{n}'\n    def go(self):\n        return AutoModel.from_pretrained(self.name)",
    "class Child(Loader):\n    name = 'acme/child{n}'",
    "Loader('acme/made{n}').go()",
    "Child().go()",
    "@dataclass\nclass Settings:\n    model: str = 'acme/field{n}'",
    "AutoModel.from_pretrained(Settings().model)",
    "parser = argparse.ArgumentParser()\nparser.add_argument('--model', default='acme/option{n}')",
    "AutoModel.from_pretrained(parser.parse_args().model)",
    "from absl import flags\nfrom settings import FLAGS\nAutoModel.from_pretrained(flags.FLAGS.model)",
    "from absl import flags\nflags.DEFINE_string('model', 'acme/flag{n}', '')\nFLAGS = flags.FLAGS",
    "AutoModel.from_pretrained(os.environ['MODEL'])",
    "AutoModel.from_pretrained(os.environ.get('MODEL', 'acme/environ{n}'))",
    "with open('conf.yaml') as stream:\n    AutoModel.from_pretrained(yaml.safe_load(stream)['model'])",
    "AutoModel.from_pretrained(json.load(open('conf.json'))['model'])",
    "from dotenv import load_dotenv\nload_dotenv()\nAutoModel.from_pretrained(os.environ['MODEL'])",
    "AutoModel.from_pretrained(open('model.txt').read().strip())",
    (
        "import hydra\n@hydra.main(config_path='conf', config_name='config')\n"
        "def main(cfg):\n    AutoModel.from_pretrained(cfg.model.name)"
    ),
    "AutoModel.from_pretrained('models/local{n}')",
    "from transformers import pipeline\npipeline('summarization')",
    "globals()['x'] = 1\nthis does not parse {n}",
)
"""Lines of code; ``{n}`` is a number that differs from edit to edit."""

_OTHERS: Mapping[str, tuple[str, ...]] = {
    "conf.yaml": ("model: acme/yaml{n}\n", "other: 1\n", "model: [\n", "model_name_or_path: acme/soft{n}\n"),
    "conf.json": ('{{"model": "acme/json{n}"}}', "{{}}", "{{"),
    "conf/config.yaml": (
        "defaults: [{{model: small}}]\n",
        "defaults: [{{model: large}}]\n",
        "model: {{name: acme/hydra{n}}}\n",
    ),
    "conf/model/small.yaml": ("name: acme/small{n}\n", "# @package _global_\nmodel: {{name: acme/packed{n}}}\n"),
    "conf/model/large.yaml": ("name: acme/large{n}\n",),
    ".env": ("MODEL=acme/env{n}\n", "OTHER=1\n"),
    "model.txt": ("acme/text{n}\n", "acme/text{n}\nacme/second\n"),
    "run.sh": ("hf download acme/shell{n}\n", "MODEL=acme/exported{n}\nhf download $MODEL\n"),
    "Dockerfile": ("FROM x\nENV MODEL=acme/image{n}\nRUN hf download $MODEL\n",),
    "requirements.txt": ("transformers==4.57.6\n", "transformers==5.{n}.0\n", "torch\n"),
    "pyproject.toml": ("[project]\nname = 'transformers'\n", "[project]\nname = 'thing{n}'\n"),
    "models/local1/config.json": ("{{}}",),
    "models/local2/config.json": ("{{}}",),
    "names.ts": ("export const NAME = 'acme/ts{n}';\n", "export const OTHER = 1;\n"),
    "web.ts": (
        (
            "import {{ pipeline }} from '@huggingface/transformers';\nimport {{ NAME }} from './names';\n"
            "pipeline('feature-extraction', NAME);\n"
        ),
    ),
    "nb.ipynb": (
        (
            '{{"cells": [{{"cell_type": "code", "source": ["from consts import NAME\\n", '
            '"from transformers import AutoModel\\n", "AutoModel.from_pretrained(NAME, revision={n})"]}}]}}'
        ),
    ),
}
"""Every other file, with what may stand in it."""

PATHS = (*PYTHON, *_OTHERS)
_NUMBERS = st.integers(0, 9)
PIECES = st.tuples(st.sampled_from(_PIECES), _NUMBERS).map(lambda pair: pair[0].format(n=pair[1]))


_DEFINITION = re.compile(r"^( *)(?:def|class) .*:$", re.MULTILINE)
_TEXT = "What is long enough is parsed on its own. " * 5


def lengthened(code: str) -> str:
    """Return code with functions and classes so long that a scan puts them aside."""
    return _DEFINITION.sub(lambda match: f'{match[0]}\n{match[1]}    """{_TEXT}"""', code)


_CODE = st.tuples(PIECES, st.booleans()).map(lambda pair: lengthened(pair[0]) if pair[1] else pair[0])


def contents(path: str) -> st.SearchStrategy[str]:
    """Return what may stand in the file ``path``."""
    if path in PYTHON:
        return st.lists(_CODE, min_size=1, max_size=6).map(lambda pieces: _HEAD + "\n".join(pieces) + "\n")
    return st.tuples(st.sampled_from(_OTHERS[path]), _NUMBERS).map(lambda pair: pair[0].format(n=pair[1]))


FILES = st.sampled_from(PATHS).flatmap(lambda path: st.tuples(st.just(path), contents(path)))
PROJECTS = st.lists(FILES, min_size=3, max_size=12).map(lambda files: dict(sorted(files)))


def _number(text: str, place: int) -> str:
    """Change one digit: a constant, a default, what a call gives."""
    digits = [match.start() for match in re.finditer(r"\d", text)]
    if not digits:
        return text
    at = digits[place % len(digits)]
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


def _put_in(line: str) -> Callable[[str, int], str]:
    """Return what puts in a line, indented like the one that it is put before."""

    def put_in(text: str, place: int) -> str:
        lines = text.splitlines(keepends=True)
        at = place % (len(lines) + 1)
        indent = re.match(r" *", lines[at] if at < len(lines) else "")
        return "".join([*lines[:at], f"{indent[0] if indent else ''}{line}\n", *lines[at:]])

    return put_in


def _blocks(text: str) -> list[str]:
    return re.split(r"(?m)^(?=[^\s#)\]}])", text)


def _taken_out(text: str, place: int) -> str:
    blocks = _blocks(text)
    del blocks[place % len(blocks)]
    return "".join(blocks)


def _put_last(text: str, place: int) -> str:
    blocks = _blocks(text)
    return "".join([*blocks, blocks.pop(place % len(blocks))])


def _renamed(text: str, place: int) -> str:
    old, new = [("load", "make"), ("make", "load"), ("Loader", "Child"), ("NAME", "OTHER")][place % 4]
    return re.sub(rf"\b{old}\b", new, text)


def _other_length(text: str, place: int) -> str:
    longer = lengthened(text)
    return longer if place % 2 else text.replace(f'"""{_TEXT}"""', "pass")


EDITS: Mapping[str, Callable[[str, int], str]] = {
    "number": _number,
    "comment": _put_in("# load(NAME)"),
    "empty line": _put_in(""),
    "statement": _put_in("spare = 1"),
    "call": _put_in("load('acme/put')"),
    "binding": _put_in("NAME = 'acme/bound'"),
    "quote": _put_in('"""'),
    "taken out": _taken_out,
    "put last": _put_last,
    "renamed": _renamed,
    "other length": _other_length,
}
"""Edits of Python by name: from a text and a number, which says where, to another text."""


class Clock:
    """Times of change long past, each of them once, so that no file counts as changed just now."""

    def __init__(self) -> None:
        self._now = 1_000_000_000

    def write(self, file: Path, text: str | bytes) -> None:
        """Write a file with the next time."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        self._now += 1
        os.utime(file, (self._now, self._now))


def write_project(folder: Path, files: Mapping[str, str], clock: Clock | None = None) -> None:
    """Write files below a folder, in their order."""
    clock = clock or Clock()
    for path, text in files.items():
        clock.write(folder / path, text)
