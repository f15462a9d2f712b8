"""Model loads in JavaScript and TypeScript, by the imports of the libraries that load models."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ptmdeps.scan.javascript.calls import GLOBALS, PACKAGES
from ptmdeps.scan.javascript.imports import Imported, imports_of, package_of
from ptmdeps.scan.javascript.reading import File, outcomes_of_file
from ptmdeps.scan.javascript.tokens import tokens_of
from ptmdeps.scan.javascript.values import Values
from ptmdeps.scan.references import Outcome

WORDS = re.compile(
    "|".join(re.escape(package) for package in PACKAGES).encode()
    + rb"|(?:huggingface|hf)\.co/|[\"'`](?:Xenova|onnx-community)/"
    + rb"|\.(?:onnx|gguf|tflite|safetensors|task|pth?|ckpt)[\"'`?]"
)
"""What stands in every script that can load a model; a file without it is not read further."""

_SCRIPTS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx")
_PAGES = (".vue", ".svelte", ".html", ".htm", ".astro")
_OTHERS = re.compile(
    r"\.min\.|\.d\.[mc]?ts$|\.bundle\.|\.chunk\.|(?:^|/)(?:vendor|third_party|\.next|out|_app)/|-[0-9a-f]{8,}\.m?js$"
)
_LARGEST = 1_000_000
_LONGEST_LINE = 20_000
_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<code>.*?)</script", re.IGNORECASE | re.DOTALL)
_SOURCE = re.compile(r"\bsrc\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)


def reads(path: str) -> bool:
    """Whether a file is a script, or a page with scripts, that somebody wrote; told by its name alone."""
    return path.endswith(_SCRIPTS + _PAGES) and not _OTHERS.search(path)


def outcomes_of(path: str, data: bytes) -> Iterator[Outcome]:
    """Yield what a script loads; what bundlers made (very long lines) is left out.

    Any bytes are fine: what is no JavaScript gives no outcome.
    """
    if not reads(path) or len(data) > _LARGEST or _is_built(data):
        return
    source = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    imports: dict[str, Imported] = {}
    if path.endswith(_PAGES):
        source, imports = _scripts_of(source)
    tokens = tokens_of(source)
    yield from outcomes_of_file(File(path, tokens, Values(tokens), imports | imports_of(tokens)))


def _is_built(data: bytes) -> bool:
    return any(len(line) > _LONGEST_LINE for line in data.split(b"\n"))


def _scripts_of(page: str) -> tuple[str, dict[str, Imported]]:
    """Return the scripts of a page on the lines where they stand, and what its script tags define."""
    parts: list[str] = []
    imports: dict[str, Imported] = {}
    end = 0
    for script in _SCRIPT.finditer(page):
        start = script.start("code")
        parts += ["\n" * page.count("\n", end, start), script["code"]]
        end = script.end("code")
        source = _SOURCE.search(script["attributes"])
        package = package_of(source[1]) if source else None
        if package and package.package in GLOBALS:
            imports[GLOBALS[package.package]] = package
    return "".join(parts), imports


__all__ = ["WORDS", "outcomes_of", "reads"]
