"""Texts that stand for other texts of the same document, as OmegaConf and spaCy write them: ``${a.b}``, ``${a:b}``."""

from __future__ import annotations

import re

from ptmdeps.scan.configurations.tree import Mapping, Node, Scalar

_REFERENCE = re.compile(r"\$\{(?P<path>[\w.:-]+)\}", re.ASCII)
_DEFAULT = re.compile(
    r"\$\{(?:oc\.env:\s*\w+\s*,\s*|\w+:-)(?P<quote>['\"]?)(?P<default>[^'\"{}$]+)(?P=quote)\s*\}", re.ASCII
)
_STEPS = 4


def resolved(value: Scalar, root: Node) -> Scalar:
    """Return the text that a text stands for, with the line where that stands; itself where it stands for none."""
    for _ in range(_STEPS):
        if default := _DEFAULT.fullmatch(value.text):
            return Scalar(default["default"].strip(), value.line)
        reference = _REFERENCE.fullmatch(value.text)
        found = root.at(reference["path"].replace(":", ".")) if reference and isinstance(root, Mapping) else None
        if not isinstance(found, Scalar):
            return value
        value = found
    return value
