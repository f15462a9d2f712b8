"""Files that hold commands: what each kind of them is called, and how its commands are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from ptmdeps.scan.commands.readers import dockerfile, lines, manifests
from ptmdeps.scan.commands.script import Script
from ptmdeps.scan.commands.shell import Document
from ptmdeps.scan.references import Outcome

Reader = Callable[[Script, str], Iterator[Outcome]]

_BY_NAME: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"(?:.*[._-])?(?:Dockerfile|Containerfile)(?:[._-].*)?", re.IGNORECASE), dockerfile.read),
    (re.compile(r"(?:GNU)?makefile(?:\..+)?|.*\.(?:mk|make)", re.IGNORECASE), lines.read_makefile),
    (re.compile(r"\.?justfile|.*\.just", re.IGNORECASE), lines.read_justfile),
    (re.compile(r"(?:.*[._-])?Modelfile(?:[._-].*)?"), lines.read_modelfile),
    (re.compile(r"Procfile(?:\..*)?"), lines.read_procfile),
    (re.compile(r"Jenkinsfile(?:\..*)?|.*\.(?:jenkinsfile|groovy)", re.IGNORECASE), lines.read_jenkinsfile),
    (re.compile(r"\.env(?:\..+)?|.+\.env"), lines.read_variables),
    (re.compile(r".*requirements?.*\.(?:txt|in)|.*constraints?\.txt", re.IGNORECASE), lines.read_requirements),
    (re.compile(r"pyproject\.toml|Pipfile|pixi\.toml|setup\.cfg"), lines.read_project),
    (re.compile(r"package\.json|devcontainer\.json|\.devcontainer\.json|vercel\.json"), manifests.read),
    (re.compile(r"Kitfile|.*\.(?:ya?ml)"), manifests.read),
    (re.compile(r".*\.(?:sh|bash|zsh|ksh|fish|slurm|sbatch|pbs|lsf|command|bats)"), lines.read_shell),
)
_FOLDER_OF_REQUIREMENTS = re.compile(r"(?:.*/)?requirements?/[^/]+\.(?:txt|in)")
_NO_SUFFIX = re.compile(r"[\w-]+")
_SHEBANG = re.compile(r"#!\s*/\S*(?:/|env\s+(?:-S\s+)?)(?:ba|z|da|k|a|fi)?sh\b")


def reader_of(path: str) -> Reader | None:
    """Return the reader for a file, by its name; ``None`` if this package does not read it."""
    name = path.rpartition("/")[2]
    if _FOLDER_OF_REQUIREMENTS.fullmatch(path):
        return lines.read_requirements
    for pattern, reader in _BY_NAME:
        if pattern.fullmatch(name):
            return reader
    return _read_if_shell if _NO_SUFFIX.fullmatch(name) else None


def _read_if_shell(script: Script, text: str) -> Iterator[Outcome]:
    """Read a file without a suffix if its first line says that a shell runs it."""
    if _SHEBANG.match(text):
        yield from lines.read_shell(script, text)


def read_document(name: str, document: Document, script: Script) -> Iterator[Outcome]:
    """Read a here-document that is written into a file called ``name``, as that file."""
    reader = reader_of(PurePosixPath(name).name)
    if reader is None or reader is lines.read_variables:
        return
    inner = Script(
        path=script.path,
        scope=script.scope,
        python=script.python,
        variables=script.variables,
        depth=script.depth + 1,
    )
    yield from reader(inner, "\n" * (document.line - 1) + document.text)
