"""Wheels of spaCy pipelines, written without spaCy: what `spacy package --build wheel` makes of a blank pipeline.

Formats: spacy.io/api/data-formats (config, meta.json), spacy.io/api/language (`to_disk`), PEP 427 (wheels).
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_PUNCTUATION = ("!", ".", "?")

_INIT = """from pathlib import Path
from spacy.util import load_model_from_init_py, get_model_meta


__version__ = get_model_meta(Path(__file__).parent)['version']


def load(**overrides):
    return load_model_from_init_py(__file__, **overrides)
"""

_CONFIG = """[nlp]
lang = "{language}"
pipeline = ["sentencizer"]
disabled = []
before_creation = null
after_creation = null
after_pipeline_creation = null
batch_size = 1000

[nlp.tokenizer]
@tokenizers = "spacy.Tokenizer.v1"

[components]

[components.sentencizer]
factory = "sentencizer"
punct_chars = null
overwrite = false

[components.sentencizer.scorer]
@scorers = "spacy.senter_scorer.v1"
"""

_AFFIXES = {"prefix_search": "^[(\"']", "suffix_search": "[)\"'.,;:!?]$"}
"""Regular expressions of what a tokenizer takes off the start and the end of a word."""


def pipeline_wheel(
    name: str,
    version: str,
    *,
    spacy: str = "3.8",
    licence: str = "MIT",
    punctuation: Sequence[str] = _PUNCTUATION,
    requires: Sequence[str] = (),
) -> bytes:
    """Return the wheel of a pipeline that splits text into sentences.

    Args:
        name: of the package, `<language>_<type>_<genre>_<size>`, such as `en_core_web_sm`.
        version: of the package.
        spacy: the version of spaCy it was made for, such as `3.8`; the next one must not load it without a warning.
        licence: as the metadata words it.
        punctuation: what ends a sentence; other ones make other bytes.
        requires: other distributions it needs, as requirements.
    """
    language, _, short = name.partition("_")
    meta = _json(_meta(language, short, version, spacy=spacy, licence=licence, requires=requires))
    data = f"{name}/{name}-{version}"
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": _INIT.encode(),
        f"{name}/meta.json": meta,
        f"{data}/config.cfg": _CONFIG.format(language=language).encode(),
        f"{data}/meta.json": meta,
        f"{data}/sentencizer.json": _json({"punct_chars": list(punctuation), "overwrite": False}),
        f"{data}/tokenizer": _packed(_AFFIXES),
        f"{data}/vocab/lookups.bin": _packed({}),
        f"{data}/vocab/strings.json": _json(sorted(punctuation)),
        f"{information}/METADATA": _metadata(name, version, licence, requires),
        f"{information}/WHEEL": b"Wheel-Version: 1.0\nGenerator: embedded\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{information}/entry_points.txt": f"[spacy_models]\n{name} = {name}\n".encode(),
        f"{information}/top_level.txt": f"{name}\n".encode(),
    }
    return _zipped(files | {f"{information}/RECORD": _record(files, f"{information}/RECORD")})


def _meta(
    language: str, short: str, version: str, *, spacy: str, licence: str, requires: Sequence[str]
) -> dict[str, object]:
    major, _, minor = spacy.partition(".")
    return {
        "lang": language,
        "name": short,
        "version": version,
        "description": "Blank pipeline with a sentencizer, for tests.",
        "author": "acme",
        "email": "",
        "url": "",
        "license": licence,
        "spacy_version": f">={spacy}.0,<{major}.{int(minor) + 1}.0",
        "spacy_git_version": "unknown",
        "vectors": {"width": 0, "vectors": 0, "keys": 0, "name": None},
        "labels": {"sentencizer": []},
        "pipeline": ["sentencizer"],
        "components": ["sentencizer"],
        "disabled": [],
        "requirements": list(requires),
    }


def _metadata(name: str, version: str, licence: str, requires: Sequence[str]) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += ["Summary: Blank pipeline with a sentencizer, for tests.", f"License: {licence}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    return ("\n".join(lines) + "\n").encode()


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        writer.writerow([path, f"sha256={digest}", len(content)])
    writer.writerow([own, "", ""])
    return text.getvalue().encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, _DATE)
            entry.external_attr = _MODE
            archive.writestr(entry, content)
    return stream.getvalue()


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=2) + "\n").encode()


def _packed(texts: Mapping[str, str]) -> bytes:
    """Return a mapping of up to 15 short texts as MessagePack."""
    words = [word.encode() for item in texts.items() for word in item]
    return bytes([0x80 | len(texts)]) + b"".join(bytes([0xA0 | len(word)]) + word for word in words)
